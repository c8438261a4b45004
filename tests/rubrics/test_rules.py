"""What a rubric is, what is wrong with it, and how it is typed, read and kept, without any database."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.foundation.spreadsheets import read_spreadsheet
from app.rubrics.default_rubric import DEFAULT_RUBRIC, MEASURED_RUBRIC
from app.rubrics.draft import Draft, acted, drafted, from_fields, to_fields
from app.rubrics.reading import differences, number_of, read_draft
from app.rubrics.rubric import (
    BonusLevel,
    Condition,
    Criterion,
    CriterionKind,
    Deduction,
    Dimension,
    Rubric,
    ScaleStep,
    Scorer,
    as_data,
    from_data,
)
from app.rubrics.sentences import deduction_of
from app.rubrics.soundness import problems, trace_warnings, warnings
from app.rubrics.workbook_reading import read_sheets
from app.rubrics.workbook_views import rubric_workbook

# ---------------------------------------------------------------- rubrics at random

texts = st.text("甲乙丙AB12（）。，；·\n ", min_size=1, max_size=12).map(str.strip).filter(bool)
labels = st.text("甲乙丙每扣分项；。AB12", min_size=1, max_size=10).map(str.strip).filter(bool)
halves = st.integers(1, 80).map(lambda n: Fraction(n, 2))


@st.composite
def criteria(draw: st.DrawFn, code: str) -> Criterion:
    kind = draw(st.sampled_from(CriterionKind))
    measured = kind is CriterionKind.MEASURED
    return Criterion(
        code=code,
        title=draw(labels),
        kind=kind,
        maximum=draw(halves),
        guidance=draw(st.one_of(st.just(""), texts)),
        evidence=tuple(draw(st.lists(st.sampled_from(["党小组会", "方案", "签到"]), unique=True, max_size=3))),
        deductions=tuple(
            Deduction(f"{code}-{n}", label, points, unit)
            for n, (label, points, unit) in enumerate(
                draw(st.lists(st.tuples(labels, halves, st.sampled_from(["项", "人次"])), max_size=3)), start=1
            )
        )
        if kind is CriterionKind.DEDUCTION
        else (),
        steps=tuple(
            ScaleStep(points, label)
            for points, label in draw(st.lists(st.tuples(halves, labels), min_size=1, max_size=3))
        )
        if kind is CriterionKind.SCALE
        else (),
        example=draw(st.one_of(st.just(""), texts)),
        scored_by=draw(st.sampled_from([Scorer.PANEL, Scorer.COMMITTEE, Scorer.BRANCH])),
        allows_na=draw(st.booleans()),
        measure=draw(st.sampled_from(["cadences", "confirmed"])) if measured else "",
        subject=draw(st.sampled_from(["", "党小组会"])) if measured else "",
        play=draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(2)])),
        rewordable=draw(st.booleans()),
    )


@st.composite
def rubrics(draw: st.DrawFn) -> Rubric:
    return Rubric(
        title=draw(labels),
        dimensions=tuple(
            Dimension(
                letter,
                draw(labels),
                tuple(draw(criteria(f"{letter}{n}")) for n in range(1, draw(st.integers(1, 3)) + 1)),
                draw(st.booleans()),
                draw(st.one_of(st.none(), halves)),
            )
            for letter in "ABC"[: draw(st.integers(1, 3))]
        ),
        gates=tuple(Condition(f"G{n}", draw(labels), draw(labels)) for n in range(draw(st.integers(0, 2)))),
        vetoes=tuple(Condition(f"V{n}", draw(labels)) for n in range(draw(st.integers(0, 2)))),
        bonus_levels=tuple(
            BonusLevel(f"level-{n}", draw(labels), draw(halves)) for n in range(draw(st.integers(0, 2)))
        ),
        bonus_cap=draw(st.integers(0, 10).map(lambda n: Fraction(n, 2))),
    )


@given(rubrics())
def test_a_rubric_survives_its_trip_as_data_as_a_draft_and_through_a_form(rubric: Rubric) -> None:
    assert from_data(as_data(rubric)) == rubric
    read = read_draft(drafted(rubric))
    assert (read.errors, read.rubric) == ({}, rubric)
    assert read_draft(from_fields(to_fields(drafted(rubric)))).rubric == rubric


@settings(max_examples=8, deadline=None)  # a child process each
@given(rubrics())
def test_what_was_exported_is_imported_equal(rubric: Rubric) -> None:
    sheeted = read_sheets(read_spreadsheet(rubric_workbook(rubric)), file_name="细则.xlsx")
    read = read_draft(sheeted.draft)
    assert (sheeted.errors, sheeted.notes, read.errors) == ([], [], {})
    assert read.rubric == rubric


@pytest.mark.parametrize("rubric", [DEFAULT_RUBRIC, MEASURED_RUBRIC])
def test_the_ready_made_rubrics_are_exported_and_imported_equal(rubric: Rubric) -> None:
    sheeted = read_sheets(read_spreadsheet(rubric_workbook(rubric)))
    assert read_draft(sheeted.draft).rubric == rubric


def test_what_the_system_measures_leaves_every_weight_as_it_was() -> None:
    def weights(rubric: Rubric) -> list[tuple[str, Fraction, bool]]:
        return [(dimension.title, dimension.maximum, dimension.business) for dimension in rubric.dimensions]

    assert weights(MEASURED_RUBRIC) == weights(DEFAULT_RUBRIC)
    measured = [(c.code, int(c.maximum), c.measure, c.subject) for c in MEASURED_RUBRIC.criteria if c.one_voice]
    assert measured == [
        ("A1", 6, "cadences", "党小组会"), ("C1", 20, "indicators", ""), ("E1", 6, "rectified", ""),
    ]  # fmt: skip
    by_hand = [c for c in MEASURED_RUBRIC.criteria if not c.one_voice]
    assert by_hand == [c for c in DEFAULT_RUBRIC.criteria if c.code not in ("A1", "C1", "C2", "E1")]
    assert (problems(MEASURED_RUBRIC), warnings(MEASURED_RUBRIC)) == ([], [])


def test_documents_of_earlier_days_are_read_with_defaults() -> None:
    data = as_data(DEFAULT_RUBRIC)
    for dimension in data["dimensions"]:
        del dimension["cap"]
        for criterion in dimension["criteria"]:
            for name in ("example", "scorer", "allows_na", "measure", "subject", "play", "rewordable"):
                del criterion[name]
    assert from_data(data) == Rubric(
        DEFAULT_RUBRIC.title,
        DEFAULT_RUBRIC.dimensions,
        DEFAULT_RUBRIC.gates,
        DEFAULT_RUBRIC.vetoes,
        DEFAULT_RUBRIC.bonus_levels,
    )


# ---------------------------------------------------------------- what is wrong, what gives pause


def of(*given_criteria: Criterion, **more: object) -> Rubric:
    return Rubric("细则", (Dimension("A", "业务", given_criteria, business=True),), **more)  # type: ignore[arg-type]


def criterion(code: str = "A1", maximum: int = 50, **more: object) -> Criterion:
    return Criterion(code, "指标", **({"kind": CriterionKind.MET, "maximum": Fraction(maximum)} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rubric", "found"),
    [
        (of(criterion()), []),
        (Rubric("细则", ()), ["还没有指标，请至少加一项。"]),
        (of(criterion(), criterion()), ["编号 A1 用了不止一次，请改成不同的编号。"]),
        (
            of(criterion("G1"), gates=(Condition("G1", "必备"),)),
            ["编号 G1 用了不止一次，请改成不同的编号。"],
        ),
        (of(criterion(maximum=0)), ["A1 的满分应大于 0。"]),
        (
            of(criterion(kind=CriterionKind.SCALE)),
            ["A1 是量表制，却没有档次，没有人评得了。请加上档次。"],
        ),
        (
            of(criterion(kind=CriterionKind.SCALE, steps=(ScaleStep(Fraction(51), "好"),))),
            ["A1 有一档高于满分 50 分，评不到，请改低这一档或调高满分。"],
        ),
        (
            of(criterion(kind=CriterionKind.MEASURED, measure="likes")),
            ["A1 由系统测算，却没有选测算什么，没有人评得了。请选一种。"],
        ),
        (
            of(criterion(scored_by=Scorer.SYSTEM)),
            ["A1 写着由系统评，却不是系统测算，没有人评得了。请选谁来评。"],
        ),
    ],
)
def test_problems_stand_between_a_rubric_and_its_use(rubric: Rubric, found: list[str]) -> None:
    assert problems(rubric) == found


@pytest.mark.parametrize(
    ("rubric", "found"),
    [
        (of(criterion(maximum=50)), ["各维度满分合计为 50 分，不是 100 分。总分会折算成百分，讲解起来不直观。"]),
        (
            Rubric("细则", (Dimension("A", "甲", (criterion(maximum=85),)), Dimension("B", "乙", (criterion("B1", 15),), business=True))),
            ["业务维度合计 15 分，建议在 20 到 60 分之间：业务质量是检验品牌的标准。"],
        ),
        (
            Rubric("细则", (Dimension("A", "甲", (criterion(maximum=90),), cap=Fraction(50)), Dimension("B", "乙", (criterion("B1", 50),), business=True))),
            [],
        ),
    ],
)  # fmt: skip
def test_weights_are_warned_of_and_never_forbidden(rubric: Rubric, found: list[str]) -> None:
    assert warnings(rubric) == found
    assert problems(rubric) == []


@pytest.mark.parametrize(
    ("title", "deductions", "words"),
    [
        ("活动照片张数", (), "照片张数"),
        ("学习笔记篇数", (), "学习笔记篇数"),
        ("媒体报道与上稿", (), "媒体报道、上稿"),
        ("获领导批示", (), "领导批示"),
        ("学习时长达标", (), "学习时长"),
        ("点赞与转发", (), "点赞、转发"),
        ("信息报送", (Deduction("d", "少报", Fraction(1), "篇"),), "每篇"),
        ("照片真实、能看出做了什么", (), ""),
        ("当月问题当月办结", (Deduction("d", "没有办结", Fraction(1), "件"),), ""),
    ],
)
def test_criteria_that_count_traces_are_pointed_out(title: str, deductions: tuple[Deduction, ...], words: str) -> None:
    rubric = of(Criterion("A1", title, CriterionKind.DEDUCTION, Fraction(100), deductions=deductions))
    expected = [f"A1 提到“{words}”：减负规定不允许以留痕多少评判工作，请改为看结果。"] if words else []
    assert trace_warnings(rubric) == expected


def test_steps_that_nobody_can_reach_are_warned_of() -> None:
    steps = (ScaleStep(Fraction(40), "好"), ScaleStep(Fraction(40), "也好"), ScaleStep(Fraction(0), "差"))
    rubric = of(criterion(kind=CriterionKind.SCALE, steps=steps), criterion("A2"))
    assert [words for words in warnings(rubric) if words.startswith("A1")] == [
        "A1 最高一档 40 分，没有人能得满分 50 分。",
        "A1 有两档同分，选哪一档都一样，建议合成一档。",
    ]


# ---------------------------------------------------------------- typing


def test_what_cannot_be_read_is_named_by_its_field_and_nothing_typed_is_lost() -> None:
    draft = drafted(of(criterion()))
    draft["dimensions"][0]["criteria"][0] |= {"maximum": "十分", "title": " "}
    read = read_draft(from_fields(to_fields(draft)))
    assert read.rubric is None
    assert read.errors == {
        "dimensions.0.criteria.0.title": "请填指标名称。",
        "dimensions.0.criteria.0.maximum": "“十分”读不成分数，请填满分：0 到 999 的数，最多两位小数。",
    }
    assert from_fields(to_fields(draft))["dimensions"][0]["criteria"][0]["maximum"] == "十分"


@pytest.mark.parametrize(
    ("typed", "points"),
    [("6", Fraction(6)), ("２.５", Fraction(5, 2)), ("10分", Fraction(10)), (" 1/3 ", Fraction(1, 3)), ("-1", None),
     ("1e3", None), ("1.234", None), ("", None), ("٣x", None), ("1/0", None)],
)  # fmt: skip
def test_points_as_people_type_them(typed: str, points: Fraction | None) -> None:
    assert number_of(typed) == points


def codes(draft: Draft) -> list[list[str]]:
    return [[c["code"] for c in d["criteria"]] for d in draft["dimensions"]]


def test_entries_are_added_moved_and_removed() -> None:
    two = Rubric(
        "细则", (Dimension("A", "甲", (criterion("A1"), criterion("A2"))), Dimension("B", "乙", (criterion("B1"),)))
    )
    draft = drafted(two)
    assert [codes(acted(draft, act)[0]) for act in (
        "add:dimensions.1.criteria", "up:dimensions.0.criteria.1", "down:dimensions.0.criteria.1",
        "up:dimensions.1.criteria.0", "remove:dimensions.0", "up:dimensions.0.criteria.0", "remove:dimensions.9",
        "add:title", "remove:title", "up:", "nonsense",
    )] == [
        [["A1", "A2"], ["B1", "B2"]], [["A2", "A1"], ["B1"]], [["A1"], ["A2", "B1"]], [["A1", "A2", "B1"], []], [["B1"]],
        *[[["A1", "A2"], ["B1"]]] * 6,
    ]  # fmt: skip
    assert acted(draft, "add:gates")[0]["gates"] == [{"code": "G1"}]
    assert codes(draft) == [["A1", "A2"], ["B1"]]


@given(rubrics(), st.lists(st.sampled_from(
    ["add:dimensions", "add:dimensions.0.criteria", "up:dimensions.0.criteria.1", "down:dimensions.0.criteria.0",
     "add:dimensions.0.criteria.0.deductions", "down:dimensions.0", "remove:gates.0", "add:vetoes"]), max_size=6))  # fmt: skip
def test_no_act_but_removing_loses_a_criterion(rubric: Rubric, acts: list[str]) -> None:
    draft = drafted(rubric)
    for act in acts:
        draft, _ = acted(draft, act)
    titles = [c.get("title") for d in draft["dimensions"] for c in d["criteria"]]
    for one in rubric.criteria:
        titles.remove(one.title)


def test_two_drafts_differ_by_place_and_text_however_they_are_ordered() -> None:
    mine, theirs = (drafted(of(criterion("A1"), criterion("A2"))) for _ in range(2))
    theirs["dimensions"][0]["criteria"].reverse()
    assert differences(theirs, mine) == []
    theirs["dimensions"][0]["criteria"][0]["title"] = "别人的"
    mine["title"] = "我的"
    assert [(one.where, one.theirs, one.mine, one.path) for one in differences(theirs, mine)] == [
        ("名称", "细则", "我的", "title"),
        ("维度 A A2 名称", "别人的", "指标", "dimensions.0.criteria.1.title"),
    ]


@given(st.lists(st.tuples(st.text("dimensions.0123criteriatitle._ ", max_size=30), st.text(max_size=5))))
def test_no_field_name_breaks_the_form(fields: list[tuple[str, str]]) -> None:
    read_draft(from_fields(fields))


@pytest.mark.parametrize("floor", ["", "，扣完为止", "，直至扣完本项分为止", "扣完为止"])
def test_a_sentence_may_say_that_it_ends_at_nothing(floor: str) -> None:
    assert deduction_of(f"缺一次扣2分{floor}") == {"label": "缺一次", "unit": "次", "points": "2"}
