"""Geometry, escaping and the words for readers of the charts."""

from decimal import Decimal
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from app.foundation import charts
from app.foundation.charts import Attained, Cadence, Dimension, Value

HOSTILE = '<img src=x onerror="a">&'


def parsed(chart: Markup) -> ET.Element:
    return ET.fromstring(str(chart))


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [e for e in root.iter() if e.get("class") == f"chart-{name}"]


def percents(elements: list[ET.Element], key: str) -> list[float]:
    return [float((e.get(key) or "").removesuffix("%")) for e in elements]


def months(*values: int | None) -> list[Value]:
    return [Value(f"{i}月", v, met=v is not None and v >= 97) for i, v in enumerate(values, 1)]


def test_a_sparkline_has_a_dot_per_value_and_a_gap_where_none_is() -> None:
    root = parsed(charts.sparkline(months(96, 98, None, 97), 97, title="工序质量"))
    assert len(of_class(root, "solid")) == 2
    assert len(of_class(root, "ring")) == 1
    assert len(of_class(root, "stroke")) == 1
    assert root.get("aria-label") == "工序质量：1月 96未达，2月 98达标，3月 无数据，4月 97达标，目标 97"


def test_higher_values_stand_higher_and_the_target_between() -> None:
    root = parsed(charts.sparkline(months(96, 98), 97, title="x"))
    low, high = of_class(root, "ring")[0], of_class(root, "solid")[0]
    (target,) = of_class(root, "target")
    assert float(high.get("cy") or 0) < float(target.get("y1") or 0) < float(low.get("cy") or 0)
    assert target.get("y1") == target.get("y2")


def test_only_the_last_dot_is_large() -> None:
    root = parsed(charts.sparkline(months(97, 98, 99, None), title="x"))
    assert [dot.get("r") for dot in of_class(root, "solid")] == ["3", "3", "5"]


def test_an_empty_sparkline_and_equal_values_do_not_fail() -> None:
    assert parsed(charts.sparkline([], title="x")).get("aria-label") == "x：暂无数据"
    assert len(of_class(parsed(charts.sparkline(months(5, 5), title="x")), "ring")) == 2


def test_a_dumbbell_places_marks_and_bands_on_one_scale() -> None:
    root = parsed(charts.dumbbell(Decimal(85), Fraction(80), title="青锋", low=70, high=100, bands=(80, 90)))
    (now,) = of_class(root, "solid")
    (before,) = of_class(root, "ring")
    bands = of_class(root, "band")
    assert percents([now], "cx") == [50.0]
    assert percents([before], "cx") == [percents(bands, "x1")[0]]
    assert root.get("aria-label") == "青锋：本季 85，上季 80"


def test_marks_outside_the_scale_stay_at_its_edge() -> None:
    root = parsed(charts.dumbbell(40, 120, title="x"))
    assert percents(of_class(root, "solid") + of_class(root, "ring"), "cx") == [1.5, 98.5]


def test_a_missing_mark_is_said_and_not_drawn() -> None:
    root = parsed(charts.dumbbell(None, None, title="x"))
    assert root.get("aria-label") == "x：本季未评完，上季无成绩"
    assert list(root.iter("circle")) == []
    profile = parsed(charts.profile([Dimension("服务群众", None, 91)], title="x"))
    assert profile.get("aria-label") == "x：服务群众 未评（上季 91%）"


def test_the_heads_band_lines_stand_over_the_rows() -> None:
    head, row = parsed(charts.band_scale()), parsed(charts.dumbbell(1, 1, title="x"))
    assert percents(of_class(head, "band"), "x1") == percents(of_class(row, "band"), "x1")


def test_the_strongest_dimensions_are_bold_also_when_tied() -> None:
    root = parsed(charts.profile([Dimension("甲", 90), Dimension("乙", 95), Dimension("丙", Decimal(95))], title="x"))
    assert [e.text for e in of_class(root, "strong")] == ["乙", "95%", "丙", "95%"]


@pytest.mark.parametrize(("year", "month", "days"), [(2026, 11, 30), (2026, 2, 28), (2028, 2, 29), (2026, 12, 31)])
def test_a_month_has_a_tick_per_day(year: int, month: int, days: int) -> None:
    assert len(of_class(parsed(charts.month_strip(year, month, done=[])), "tick")) == days


def test_blocks_frames_and_today() -> None:
    root = parsed(charts.month_strip(2026, 11, done=[3, 13, 13], planned=[30], today=29))
    assert len(of_class(root, "block")) == 3
    assert len(of_class(root, "frame")) == 1
    (today,) = of_class(root, "today")
    assert percents([today], "x") == [95.0]
    first, second = of_class(root, "block")[1:]
    assert percents([first], "x")[0] + percents([first], "width")[0] <= percents([second], "x")[0]
    assert root.get("aria-label") == "本月活动：已办 3日、13日、13日，计划 30日"


def test_another_month_shows_its_last_day_instead_of_today() -> None:
    root = parsed(charts.month_strip(2026, 10, done=[1]))
    assert [t.text for t in root.iter("text")] == ["1日", "31日"]


def test_a_cadence_grid_reads_aloud() -> None:
    row = ("党小组会", [Cadence.MET, Cadence.MISSED, Cadence.OPEN, Cadence.NONE])
    root = parsed(charts.cadence_grid([row], ["8月", "9月", "10月", "11月"], title="节拍"))
    assert root.get("aria-label") == "节拍：党小组会 8月已办、9月未办、10月待办、11月不要求"
    assert [len(of_class(root, k)) for k in ("block", "cross", "frame", "nothing")] == [1, 1, 1, 1]


def heights(root: ET.Element, kind: str) -> list[float]:
    return [float(one.get("cy") or "") for one in of_class(root, kind)]


def test_attainments_stand_on_one_scale_with_the_target_in_the_middle() -> None:
    now = [
        Attained("1月", 104, "98"),
        Attained("2月", None),
        Attained("3月", 96),
        Attained("4月", 40),
        Attained("5月", 100),
    ]
    root = parsed(charts.attained(now, spread=4, title="达成率"))
    middle = float(of_class(root, "target")[0].get("y1") or "")
    assert heights(root, "solid") == [10, middle]  # at the upper edge, and at the target
    assert heights(root, "ring") == [2 * middle - 10, 2 * middle - 10]  # a month far beyond stands at the edge
    assert percents(of_class(root, "solid"), "cx") == [2, 98]
    assert root.get("aria-label") == "达成率：1月 98，达成 104%；3月 96%；4月 40%；5月 100%"


def test_what_is_near_to_the_target_is_drawn_large() -> None:
    root = parsed(charts.attained([Attained("1月", 101), Attained("2月", 104)], spread=4, title="x"))
    near, far = heights(root, "solid")
    middle = float(of_class(root, "target")[0].get("y1") or "")
    assert (middle - near) * 2 == pytest.approx(middle - far)


def test_the_year_before_is_a_line_of_its_own_and_a_gap_parts_it() -> None:
    before = [Attained("", 99), Attained("", 100), Attained("", None), Attained("", 100)]
    root = parsed(charts.attained([Attained(f"{n}月", 100) for n in (1, 2, 3, 4)], before, spread=5, title="x"))
    assert (len(of_class(root, "before")), len(of_class(root, "stroke")), len(of_class(root, "ring"))) == (1, 3, 3)


@pytest.mark.parametrize(
    ("percents", "spread"),
    [([], 2), ([None], 2), ([100, 102], 2), ([103], 5), ([101] * 9 + [0], 2), ([101, 0], 30), ([88], 20)],
)
def test_the_scale_holds_nine_of_ten(percents: list[int | None], spread: int) -> None:
    assert charts.spread_of(percents) == spread


def test_dots_read_aloud() -> None:
    assert parsed(charts.dots([True, True, False])).get("aria-label") == "业务质量：2 项达标，1 项未达"


@pytest.mark.parametrize(
    "chart",
    [
        charts.sparkline([Value(HOSTILE, 1)], 1, title=HOSTILE, target_label=HOSTILE, hue=HOSTILE),
        charts.dumbbell(1, 2, title=HOSTILE, hue=HOSTILE),
        charts.profile([Dimension(HOSTILE, 1)], title=HOSTILE, hue=HOSTILE),
        charts.month_strip(2026, 1, done=[1], title=HOSTILE, hue=HOSTILE),
        charts.dots([True], title=HOSTILE, hue=HOSTILE),
        charts.cadence_grid([(HOSTILE, [Cadence.MET])], [HOSTILE], title=HOSTILE, hue=HOSTILE),
        charts.attained([Attained(HOSTILE, 1, HOSTILE)], [Attained(HOSTILE, 1)], spread=5, title=HOSTILE, hue=HOSTILE),
        charts.target_scale(low=70, high=120),
    ],
)
def test_every_word_is_escaped_and_nothing_styled_inline(chart: Markup) -> None:
    assert "<img" not in chart
    assert 'onerror="' not in chart
    assert "style=" not in chart
    parsed(chart)


def test_the_same_data_gives_the_same_bytes() -> None:
    assert charts.sparkline(months(1, 2), 2, title="x") == charts.sparkline(months(1, 2), 2, title="x")


def test_plain_numbers() -> None:
    assert [charts.plain(v) for v in (Fraction(181, 2), Decimal("-0.90"), 97, 0.0, -0.001)] == [
        "90.5",
        "−0.9",
        "97",
        "0",
        "0",
    ]
