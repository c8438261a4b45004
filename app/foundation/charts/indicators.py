"""An indicator: its months against the own target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

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


FLOOR, TOP = 70.0, 125.0  # one scale for all, so that the target lies at one height


def attained(
    now: Sequence[Attained], before: Sequence[Attained] = (), *, title: str, hue: str = "", height: int = 96
) -> Markup:
    """Months against the own target at 100, all on one scale, better is higher; `before`: the same months of the year
    before, as a light line with small rings. A month far below stands at the lower edge."""
    bottom, top = height - 24.0, 20.0
    y_of = scale(FLOOR, TOP, bottom, top)
    step = 96.0 / max(len(now) - 1, 1)
    places = [2 + i * step for i in range(len(now))]
    parts = [line(0, y_of(100), 100, y_of(100), "target")]
    parts += _line_of(places, before, y_of, "before")
    parts += [
        dot(x, y_of(v.percent), 2, solid=False) for x, v in zip(places, before, strict=False) if v.percent is not None
    ]
    parts += _line_of(places, now, y_of, "stroke")
    known = [(x, v, v.percent) for x, v in zip(places, now, strict=True) if v.percent is not None]
    for x, v, share in known:
        last = v is known[-1][1]
        parts.append(dot(x, y_of(share), 5 if last else 3, solid=share >= 100))
        if v.said and (last or v is known[0][1]) and (last or known[-1][0] - x > 30):
            anchor = "start" if x < 12 else "end" if x > 88 else "middle"
            parts.append(text(x, y_of(share) - 10, v.said, anchor, "value"))
    if now:
        parts += [text(0, height - 4, now[0].label), text(100, height - 4, now[-1].label, "end")]
    return svg("attained", height, f"{title}：{_attained_in_words(now)}", parts, hue)


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
        f"{v.label} {v.said + '，达成' if v.said else ''} {plain(round(float(v.percent), 1))}%"
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
