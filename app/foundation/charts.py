"""Charts drawn on the server: they need no script, print, and read aloud.

Horizontal places are percentages and everything else pixels, so one drawing fits every width: dots stay round and
words stay at 13 px or more on a phone and in print. Solid means met or this quarter, a ring means not met or last
quarter, the dashed line is the own target; the hue says whose data it is and never good or bad. All values are also in
`aria-label`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from markupsafe import Markup, escape

Number = int | float | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Value:
    """One month of an indicator; None is a month without a value and leaves a gap."""

    label: str
    value: Number | None
    met: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """Rates in per cent; None is not yet scored, or not part of last quarter."""

    label: str
    now: Number | None
    before: Number | None = None


class Cadence(StrEnum):
    MET = "met"
    OPEN = "open"
    MISSED = "missed"
    NONE = "none"


CADENCE_WORDS = {Cadence.MET: "已办", Cadence.OPEN: "待办", Cadence.MISSED: "未办", Cadence.NONE: "不要求"}


# ---------------------------------------------------------------- pieces


def _percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _pixels(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def plain(value: Number) -> str:
    """A value as people write it: no needless zeros, a true minus sign."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    return text.replace("-", "−") if text != "-0" else "0"


def _dot(x: float, y: float, r: float, *, solid: bool) -> str:
    kind = "chart-solid" if solid else "chart-ring"
    return f'<circle class="{kind}" cx="{_percent(x)}" cy="{_pixels(y)}" r="{_pixels(r)}"/>'


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    return f'<line class="chart-{kind}" x1="{_percent(x1)}" y1="{_pixels(y1)}" x2="{_percent(x2)}" y2="{_pixels(y2)}"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", kind: str = "label") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="chart-{kind}" x="{_percent(x)}" y="{_pixels(y)}"{at}>{escape(text)}</text>'


def _markup(svg: str) -> Markup:
    """Every piece above escapes its words."""
    return Markup(svg)  # noqa: S704


def _svg(kind: str, height: float, title: str, parts: Iterable[str], hue: str = "") -> Markup:
    classes = escape(" ".join(filter(None, ("chart", f"chart-{kind}", hue))))
    return _markup(
        f'<svg class="{classes}" role="img" aria-label="{escape(title)}" width="100%" height="{_pixels(height)}">'
        f"{''.join(parts)}</svg>"
    )


def _scale(low: float, high: float, start: float, end: float) -> Callable[[Number], float]:
    """Values outside the range stay at its edge."""
    span = (high - low) or 1.0

    def place(value: Number) -> float:
        share = (float(value) - low) / span
        return start + (end - start) * min(max(share, 0.0), 1.0)

    return place


# ---------------------------------------------------------------- months of an indicator


def sparkline(
    values: Sequence[Value],
    target: Number | None = None,
    *,
    title: str,
    height: int = 84,
    hue: str = "",
    ends: bool = False,
    target_label: str = "",
) -> Markup:
    """Dots by month against the own target. `ends` writes the first and last value beside their dots."""
    known = [float(v.value) for v in values if v.value is not None]
    reference = [*known, *([float(target)] if target is not None else [])] or [0.0]
    pad = (max(reference) - min(reference)) * 0.08 or 1.0
    top, bottom = (22.0 if ends else 9.0), height - 27.0
    y_of = _scale(min(reference) - pad, max(reference) + pad, bottom, top)
    left, right = 2.0, 98.0
    step = (right - left) / max(len(values) - 1, 1)
    places = [(left + i * step, v) for i, v in enumerate(values)]
    parts: list[str] = []
    if target is not None:
        parts.append(_line(0, y_of(target), 100, y_of(target), "target"))
        if target_label:
            above = y_of(target) - 6
            parts.append(_text(0, above if above > 12 else y_of(target) + 17, target_label))
    for (x1, a), (x2, b) in pairwise(places):
        if a.value is not None and b.value is not None:
            parts.append(_line(x1, y_of(a.value), x2, y_of(b.value), "stroke"))
    parts += _month_dots(places, y_of, ends=ends)
    if values:
        parts.append(_text(0, height - 4, values[0].label))
        if len(values) > 1:
            parts.append(_text(100, height - 4, values[-1].label, "end"))
    return _svg("spark", height, f"{title}：{_months_in_words(values, target)}", parts, hue)


def _month_dots(places: Sequence[tuple[float, Value]], y_of: Callable[[Number], float], *, ends: bool) -> list[str]:
    known = [(x, v) for x, v in places if v.value is not None]
    parts = []
    for x, v in known:
        assert v.value is not None  # noqa: S101 - narrows the type; filtered above
        last = v is known[-1][1]
        parts.append(_dot(x, y_of(v.value), 5 if last else 3, solid=v.met))
        if ends and (last or v is known[0][1]):
            parts.append(_text(x, y_of(v.value) - 11, plain(v.value), "end" if last else "start", "value"))
    return parts


def _months_in_words(values: Sequence[Value], target: Number | None) -> str:
    """Met or not is only said where there is a target to meet."""
    verdict = {True: "达标", False: "未达"} if target is not None else {True: "", False: ""}
    words = [f"{v.label} {'无数据' if v.value is None else plain(v.value) + verdict[v.met]}" for v in values]
    return "，".join([*words, *([f"目标 {plain(target)}"] if target is not None else [])]) or "暂无数据"


# ---------------------------------------------------------------- quarter against quarter


def dumbbell(
    now: Number | None,
    before: Number | None,
    *,
    title: str,
    low: Number = 70,
    high: Number = 100,
    bands: Sequence[Number] = (80, 90),
    height: int = 56,
    hue: str = "",
) -> Markup:
    """One row of the results: ring for last quarter, solid for this one, the bands as upright lines.

    Rows stacked without a gap make the band lines run through. A mark below `low` stands at the left edge.
    """
    x_of = _scale(float(low), float(high), 1.5, 98.5)
    middle = height / 2
    parts = [_line(x_of(band), 0, x_of(band), height, "band") for band in bands]
    if now is not None and before is not None:
        parts.append(_line(x_of(before), middle, x_of(now), middle, "bar"))
    if before is not None:
        parts.append(_dot(x_of(before), middle, 6, solid=False))
    if now is not None:
        parts.append(_dot(x_of(now), middle, 8.5, solid=True))
    words = [f"本季 {plain(now)}" if now is not None else "本季未评完"]
    words.append(f"上季 {plain(before)}" if before is not None else "上季无成绩")
    return _svg("dumbbell", height, f"{title}：{'，'.join(words)}", parts, hue)


def band_scale(
    *, low: Number = 70, high: Number = 100, bands: Sequence[Number] = (80, 90), height: int = 28, ends: bool = True
) -> Markup:
    """The head of a stack of dumbbells: words at the band lines, and at most two numbers at the ends."""
    x_of = _scale(float(low), float(high), 1.5, 98.5)
    parts = [_line(x_of(band), 0, x_of(band), height, "band") for band in bands]
    parts += [_text(x_of(band) + 0.8, 15, f"{plain(band)} 档", kind="value") for band in bands]
    if ends:
        parts += [_text(0, 15, f"{plain(low)} 分"), _text(100, 15, f"{plain(high)} 分", "end")]
    return _svg("scale", height, "档次线：" + "，".join(f"{plain(b)} 档" for b in bands), parts)


# ---------------------------------------------------------------- dimensions


def profile(
    dimensions: Sequence[Dimension],
    *,
    title: str,
    low: Number = 60,
    high: Number = 100,
    ticks: Sequence[Number] = (60, 80, 100),
    hue: str = "",
) -> Markup:
    """A row per dimension: label, dots on 60—100, rate. The group's own strongest stand in bold; a tie makes several."""
    x_of = _scale(float(low), float(high), 40, 82)
    best = max((float(d.now) for d in dimensions if d.now is not None), default=None)
    parts = []
    bottom = len(dimensions) * 30 + 4
    parts += [_line(x_of(tick), 0, x_of(tick), bottom, "grid") for tick in ticks]
    for i, dimension in enumerate(dimensions):
        y = 15.0 + i * 30
        strong = dimension.now is not None and float(dimension.now) == best
        parts.append(_text(0, y + 5, dimension.label, kind="strong" if strong else "words"))
        parts.append(_line(40, y, 82, y, "grid"))
        if dimension.before is not None:
            parts.append(_dot(x_of(dimension.before), y, 4.5, solid=False))
        if dimension.now is not None:
            parts.append(_dot(x_of(dimension.now), y, 6, solid=True))
        rate = "未评" if dimension.now is None else f"{plain(round(float(dimension.now)))}%"
        parts.append(_text(100, y + 5, rate, "end", "strong" if strong else "words"))
    parts += [_text(x_of(tick), bottom + 17, plain(tick), "middle") for tick in ticks]
    return _svg("profile", bottom + 22, f"{title}：{_dimensions_in_words(dimensions)}", parts, hue)


def _dimensions_in_words(dimensions: Sequence[Dimension]) -> str:
    words = []
    for d in dimensions:
        now = "未评" if d.now is None else f"{plain(d.now)}%"
        words.append(f"{d.label} {now}" + (f"（上季 {plain(d.before)}%）" if d.before is not None else ""))
    return "，".join(words) or "暂无数据"


# ---------------------------------------------------------------- against the own target


def attainment(
    now: Number | None,
    before: Number | None = None,
    *,
    title: str,
    met: bool,
    low: Number = 80,
    high: Number = 110,
    height: int = 32,
    hue: str = "",
) -> Markup:
    """A value in per cent of its own target (= 100); stacked rows share one upright target line."""
    x_of = _scale(float(low), float(high), 2, 98)
    middle = height / 2
    parts = [_line(0, middle, 100, middle, "grid"), _line(x_of(100), 0, x_of(100), height, "target")]
    if now is not None and before is not None:
        parts.append(_line(x_of(before), middle, x_of(now), middle, "bar"))
    if before is not None:
        parts.append(_dot(x_of(before), middle, 3.5, solid=False))
    if now is not None:
        parts.append(_dot(x_of(now), middle, 6, solid=met))
    words = "无数据" if now is None else f"目标的 {plain(now)}%，{'达标' if met else '未达标'}"
    return _svg("attainment", height, f"{title}：{words}", parts, hue)


# ---------------------------------------------------------------- a month


def month_strip(
    year: int,
    month: int,
    *,
    done: Sequence[int],
    planned: Sequence[int] = (),
    today: int | None = None,
    title: str = "本月活动",
    hue: str = "",
) -> Markup:
    """A tick per day, a block for what was done, a frame for what is planned, a triangle for today.

    Two on one day stand beside each other, at half the width.
    """
    days = monthrange(year, month)[1]
    width = 100 / days
    base = 22.0
    parts = [_line(0, base, 100, base, "axis")]
    parts += [_line((d - 0.5) * width, base - 4, (d - 0.5) * width, base, "tick") for d in range(1, days + 1)]
    for day in range(1, days + 1):
        kinds = ["block"] * done.count(day) + ["frame"] * planned.count(day)
        each = width * 0.78 / max(len(kinds), 1)
        for i, kind in enumerate(kinds):
            x = (day - 1) * width + width * 0.11 + i * each
            gap = 0.15 * each if len(kinds) > 1 else 0.0
            parts.append(
                f'<rect class="chart-{kind}" x="{_percent(x)}" y="3" width="{_percent(each - gap)}" height="19"/>'
            )
    parts += _day_labels(days, width, today, base)
    words = [f"已办 {_days(done)}"] if done else ["还没有活动"]
    words += [f"计划 {_days(planned)}"] if planned else []
    return _svg("month", 42, f"{title}：{'，'.join(words)}", parts, hue)


def _day_labels(days: int, width: float, today: int | None, base: float) -> list[str]:
    if today is None:
        return [_text(0, 40, "1日"), _text(100, 40, f"{days}日", "end")]
    x = (today - 0.5) * width
    triangle = (
        f'<svg class="chart-today" x="{_percent(x)}" y="{_pixels(base + 2)}" width="1" height="1">'
        '<path d="M0 0l5 8h-10z"/></svg>'
    )
    beside = _text(x - 2.2, 40, "今天", "end") if today > 6 else _text(x + 2.2, 40, "今天")
    first = [_text(0, 40, "1日")] if today > 9 else []
    last = [_text(100, 40, f"{days}日", "end")] if today < days - 4 else []
    return [triangle, beside, *first, *last]


def _days(days: Sequence[int]) -> str:
    return "、".join(f"{d}日" for d in sorted(days))


# ---------------------------------------------------------------- small ones


def dots(met: Sequence[bool], *, title: str = "业务质量", hue: str = "", size: int = 16) -> Markup:
    """A disc per indicator, in the tree's order; the words beside say which is which."""
    step = size + 4
    r = size / 2 - 1.25
    parts = [
        f'<circle class="{"chart-solid" if ok else "chart-ring"}" cx="{_pixels(step * i + size / 2)}" '
        f'cy="{_pixels(size / 2)}" r="{_pixels(r)}"/>'
        for i, ok in enumerate(met)
    ]
    label = f"{title}：{sum(met)} 项达标，{len(met) - sum(met)} 项未达"
    width = max(step * len(met) - 4, 1)
    classes = escape(" ".join(filter(None, ("chart-dots", hue))))
    return _markup(
        f'<svg class="{classes}" role="img" aria-label="{escape(label)}" width="{width}" height="{size}" '
        f'viewBox="0 0 {width} {size}">{"".join(parts)}</svg>'
    )


def milestones(done: int, total: int, *, hue: str = "") -> Markup:
    """Boxes of a project's course, the passed ones filled."""
    parts = [
        f'<rect class="chart-{"block" if i < done else "frame"}" x="{i * 22 + 1}" y="1" width="16" height="8"/>'
        for i in range(total)
    ]
    width = max(total * 22 - 4, 1)
    classes = escape(" ".join(filter(None, ("chart-boxes", hue))))
    return _markup(
        f'<svg class="{classes}" role="img" aria-label="里程碑 {done}/{total}" width="{width}" height="10" '
        f'viewBox="0 0 {width} 10">{"".join(parts)}</svg>'
    )


def cadence_grid(
    rows: Sequence[tuple[str, Sequence[Cadence]]], columns: Sequence[str], *, title: str, hue: str = ""
) -> Markup:
    """Kinds of meeting by months: solid met, frame still open, a cross missed, nothing where nothing is asked."""
    left, right, step = 34.0, 100.0, 28
    width = (right - left) / max(len(columns), 1)
    every = 1 if len(columns) <= 8 else 2  # labels of 13 px would touch
    parts = [
        _text(left + (i + 0.5) * width, 14, column, "middle") for i, column in enumerate(columns) if i % every == 0
    ]
    for r, (label, cells) in enumerate(rows):
        y = 24 + r * step
        parts.append(_line(0, y, 100, y, "grid"))
        parts.append(_text(0, y + 19, label, kind="words"))
        parts += [_cell(left + (i + 0.5) * width, y + 14, cell) for i, cell in enumerate(cells)]
    words = "；".join(f"{label} {_cells_in_words(columns, cells)}" for label, cells in rows)
    return _svg("cadence", 24 + len(rows) * step + 2, f"{title}：{words}", parts, hue)


def _cell(x: float, y: float, cell: Cadence) -> str:
    shapes = {
        Cadence.MET: '<rect class="chart-block" x="-6" y="-6" width="12" height="12"/>',
        Cadence.OPEN: '<rect class="chart-frame" x="-5" y="-5" width="10" height="10"/>',
        Cadence.MISSED: '<path class="chart-cross" d="M-5-5L5 5M5-5L-5 5"/>',
        Cadence.NONE: '<path class="chart-nothing" d="M-3 0h6"/>',
    }
    return f'<svg class="chart-mark" x="{_percent(x)}" y="{_pixels(y)}" width="1" height="1">{shapes[cell]}</svg>'


def _cells_in_words(columns: Sequence[str], cells: Sequence[Cadence]) -> str:
    return "、".join(f"{column}{CADENCE_WORDS[cell]}" for column, cell in zip(columns, cells, strict=False))
