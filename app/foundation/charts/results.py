"""A quarter's result: against the quarter before, and by dimension."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from app.foundation.charts.pieces import Number, dot, line, plain, scale, svg, text


@dataclass(frozen=True, slots=True)
class Dimension:
    """Rates in per cent; None is not yet scored, or not part of last quarter."""

    label: str
    now: Number | None
    before: Number | None = None


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
    x_of = scale(float(low), float(high), 1.5, 98.5)
    middle = height / 2
    parts = [line(x_of(band), 0, x_of(band), height, "band") for band in bands]
    if now is not None and before is not None:
        parts.append(line(x_of(before), middle, x_of(now), middle, "bar"))
    if before is not None:
        parts.append(dot(x_of(before), middle, 6, solid=False))
    if now is not None:
        parts.append(dot(x_of(now), middle, 8.5, solid=True))
    words = [f"本季 {plain(now)}" if now is not None else "本季未评完"]
    words.append(f"上季 {plain(before)}" if before is not None else "上季无成绩")
    return svg("dumbbell", height, f"{title}：{'，'.join(words)}", parts, hue)


def band_scale(
    *, low: Number = 70, high: Number = 100, bands: Sequence[Number] = (80, 90), height: int = 28, ends: bool = True
) -> Markup:
    """The head of a stack of dumbbells: words at the band lines, and at most two numbers at the ends."""
    x_of = scale(float(low), float(high), 1.5, 98.5)
    parts = [line(x_of(band), 0, x_of(band), height, "band") for band in bands]
    parts += [text(x_of(band) + 0.8, 15, f"{plain(band)} 档", kind="value") for band in bands]
    if ends:
        parts += [text(0, 15, f"{plain(low)} 分"), text(100, 15, f"{plain(high)} 分", "end")]
    return svg("scale", height, "档次线：" + "，".join(f"{plain(b)} 档" for b in bands), parts)


def year_course(
    now: Sequence[Number | None],
    before: Sequence[Number | None],
    *,
    title: str,
    bands: Sequence[Number] = (80, 90),
    hue: str = "",
    height: int = 148,
) -> Markup:
    """Four quarters: solid this year with its mark above, a ring the same quarter of the year before. A quarter without
    a result leaves its place empty."""
    known = [float(v) for v in (*now, *before) if v is not None]
    low = max(0.0, min([70.0, *((v // 10 - 1) * 10 for v in known)]))
    y_of = scale(low, 100, height - 28, 24)
    places = [12.5 + 25 * i for i in range(len(now))]
    parts = [line(0, y_of(band), 100, y_of(band), "grid") for band in bands]
    for (x1, a), (x2, b) in pairwise(zip(places, now, strict=True)):
        if a is not None and b is not None:
            parts.append(line(x1, y_of(a), x2, y_of(b), "stroke"))
    parts += [dot(x, y_of(v), 5, solid=False) for x, v in zip(places, before, strict=True) if v is not None]
    for x, v in zip(places, now, strict=True):
        if v is not None:
            parts += [dot(x, y_of(v), 6, solid=True), text(x, y_of(v) - 12, f"{float(v):.2f}", "middle", "value")]
    parts += [text(x, height - 4, f"{'一二三四'[i]}季度", "middle") for i, x in enumerate(places)]
    words = [
        f"{'一二三四'[i]}季度 {'没有成绩' if v is None else plain(v)}"
        + (f"（去年 {plain(b)}）" if b is not None else "")
        for i, (v, b) in enumerate(zip(now, before, strict=True))
    ]
    return svg("year", height, f"{title}：{'，'.join(words)}", parts, hue)


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
    x_of = scale(float(low), float(high), 40, 82)
    best = max((float(d.now) for d in dimensions if d.now is not None), default=None)
    parts = []
    bottom = len(dimensions) * 30 + 4
    parts += [line(x_of(tick), 0, x_of(tick), bottom, "grid") for tick in ticks]
    for i, dimension in enumerate(dimensions):
        y = 15.0 + i * 30
        strong = dimension.now is not None and float(dimension.now) == best
        parts.append(text(0, y + 5, dimension.label, kind="strong" if strong else "words"))
        parts.append(line(40, y, 82, y, "grid"))
        if dimension.before is not None:
            parts.append(dot(x_of(dimension.before), y, 4.5, solid=False))
        if dimension.now is not None:
            parts.append(dot(x_of(dimension.now), y, 6, solid=True))
        rate = "未评" if dimension.now is None else f"{plain(round(float(dimension.now)))}%"
        parts.append(text(100, y + 5, rate, "end", "strong" if strong else "words"))
    parts += [text(x_of(tick), bottom + 17, plain(tick), "middle") for tick in ticks]
    return svg("profile", bottom + 22, f"{title}：{_dimensions_in_words(dimensions)}", parts, hue)


def _dimensions_in_words(dimensions: Sequence[Dimension]) -> str:
    words = []
    for d in dimensions:
        now = "未评" if d.now is None else f"{plain(d.now)}%"
        words.append(f"{d.label} {now}" + (f"（上季 {plain(d.before)}%）" if d.before is not None else ""))
    return "，".join(words) or "暂无数据"
