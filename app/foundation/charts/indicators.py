"""An indicator: its months against the own target."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import copysign, sqrt

from markupsafe import Markup

from app.foundation.charts.pieces import Number, dot, line, plain, scale, svg, text


@dataclass(frozen=True, slots=True)
class Value:
    """One month of an indicator; None is a month without a value and leaves a gap."""

    label: str
    value: Number | None
    met: bool = False


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
    y_of = scale(min(reference) - pad, max(reference) + pad, bottom, top)
    left, right = 2.0, 98.0
    step = (right - left) / max(len(values) - 1, 1)
    places = [(left + i * step, v) for i, v in enumerate(values)]
    parts: list[str] = []
    if target is not None:
        parts.append(line(0, y_of(target), 100, y_of(target), "target"))
        if target_label:
            above = y_of(target) - 6
            parts.append(text(0, above if above > 12 else y_of(target) + 17, target_label))
    for (x1, a), (x2, b) in pairwise(places):
        if a.value is not None and b.value is not None:
            parts.append(line(x1, y_of(a.value), x2, y_of(b.value), "stroke"))
    parts += _month_dots(places, y_of, ends=ends)
    if values:
        parts.append(text(0, height - 4, values[0].label))
        if len(values) > 1:
            parts.append(text(100, height - 4, values[-1].label, "end"))
    return svg("spark", height, f"{title}：{_months_in_words(values, target)}", parts, hue)


def _month_dots(places: Sequence[tuple[float, Value]], y_of: Callable[[Number], float], *, ends: bool) -> list[str]:
    known = [(x, v) for x, v in places if v.value is not None]
    parts = []
    for x, v in known:
        assert v.value is not None  # noqa: S101 - narrows the type; filtered above
        last = v is known[-1][1]
        parts.append(dot(x, y_of(v.value), 5 if last else 3, solid=v.met))
        if ends and (last or v is known[0][1]):
            parts.append(text(x, y_of(v.value) - 11, plain(v.value), "end" if last else "start", "value"))
    return parts


def _months_in_words(values: Sequence[Value], target: Number | None) -> str:
    """Met or not is only said where there is a target to meet."""
    verdict = {True: "达标", False: "未达"} if target is not None else {True: "", False: ""}
    words = [f"{v.label} {'无数据' if v.value is None else plain(v.value) + verdict[v.met]}" for v in values]
    return "，".join([*words, *([f"目标 {plain(target)}"] if target is not None else [])]) or "暂无数据"


@dataclass(frozen=True, slots=True)
class Attained:
    """A month in per cent of the own target, and what its value was in words; None leaves a gap."""

    label: str
    percent: Number | None
    said: str = ""


SPREADS = (2, 5, 10, 20, 30)


def spread_of(percents: Iterable[Number | None]) -> int:
    """How far from the target a common scale has to reach, in per cent: the least that holds nine of ten months."""
    known = sorted(abs(float(one) - 100) for one in percents if one is not None)
    if not known:
        return SPREADS[0]
    wanted = known[(len(known) * 9 - 1) // 10]
    return next((spread for spread in SPREADS if wanted <= spread), SPREADS[-1])


def attained(
    now: Sequence[Attained],
    before: Sequence[Attained] = (),
    *,
    spread: int,
    title: str,
    hue: str = "",
    height: int = 108,
) -> Markup:
    """Months against the own target at 100, which lies in the middle; better is higher, and `spread` per cent reach to
    either edge: the same for all drawings of a page. A month beyond stands at the edge. `said` is read aloud. `before`: the same months of the
    year before, as a light line with small rings."""
    y_of = _near(spread, height - 26.0, 10.0)
    step = 96.0 / max(len(now) - 1, 1)
    places = [2 + i * step for i in range(len(now))]
    parts = [line(0, y_of(100), 100, y_of(100), "target")]
    parts += _line_of(places, before, y_of, "before")
    parts += [
        dot(x, y_of(v.percent), 2, solid=False) for x, v in zip(places, before, strict=False) if v.percent is not None
    ]
    parts += _line_of(places, now, y_of, "stroke")
    known = [(x, v.percent) for x, v in zip(places, now, strict=True) if v.percent is not None]
    parts += [dot(x, y_of(one), 5 if x == known[-1][0] else 3, solid=one >= 100) for x, one in known]
    if now:
        parts += [text(0, height - 4, now[0].label), text(100, height - 4, now[-1].label, "end")]
    return svg("attained", height, f"{title}：{_attained_in_words(now)}", parts, hue)


def _near(spread: int, bottom: float, top: float) -> Callable[[Number], float]:
    """By the root of the distance: what is near to the target is drawn large, and what is far still has room."""
    place = scale(-1, 1, bottom, top)

    def y_of(percent: Number) -> float:
        distance = float(percent) - 100
        return place(copysign(sqrt(abs(distance) / spread), distance))

    return y_of


def _line_of(
    places: Sequence[float], values: Sequence[Attained], y_of: Callable[[Number], float], kind: str
) -> list[str]:
    return [
        line(x1, y_of(a.percent), x2, y_of(b.percent), kind)
        for (x1, a), (x2, b) in pairwise(zip(places, values, strict=False))
        if a.percent is not None and b.percent is not None
    ]


def _attained_in_words(values: Sequence[Attained]) -> str:
    said = [
        f"{v.label} {v.said + '，达成 ' if v.said else ''}{plain(round(float(v.percent), 1))}%"
        for v in values
        if v.percent is not None
    ]
    return "；".join(said) or "暂无数据"


def target_scale(*, low: Number, high: Number, height: int = 28) -> Markup:
    """The head of a stack of dumbbells that show attainments: the target's line, and a number at each end."""
    x = scale(float(low), float(high), 1.5, 98.5)(100)
    parts = [
        line(x, 0, x, height, "band"),
        text(x + 0.8, 15, "目标 100%", kind="value"),
        text(0, 15, f"{plain(low)}%"),
        text(100, 15, f"{plain(high)}%", "end"),
    ]
    return svg("scale", height, "目标线：100%", parts)
