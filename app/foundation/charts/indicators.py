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
