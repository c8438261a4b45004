"""The one-sided fan: the hub at the left, the brands as a list, sub-brands further to the right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from app.brands.diagram import (
    PHONE,
    WIDE,
    Point,
    Radiation,
    Ray,
    Tie,
    frame,
    legend,
    linked,
    number,
    seal_stamp,
    sized,
    svg_line,
    svg_text,
    text_width,
    tie_mark,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A brand of the fan: its depth from 0, its height in rows (a parent stands midway of its children), its parent."""

    ray: Ray
    depth: int
    at: float
    parent: Point | None = None
    """Depth and height of the parent; None for the hub."""


def rows(rays: Sequence[Ray], *, indented: bool = False) -> list[Row]:
    """Leaves take a row each; a parent stands midway of its children, or, indented, in a row of its own above them."""
    out: list[Row] = []
    _lay(rays, 0, 0.0, None, out, indented=indented)
    return out


def _lay(rays: Sequence[Ray], depth: int, top: float, parent: Point | None, out: list[Row], *, indented: bool) -> float:
    """Appends rows from `top` on and answers the next free height."""
    for ray in rays:
        index = len(out)
        out.append(Row(ray, depth, top, parent))  # holds the place before its children
        if not ray.rays:
            top += 1
        elif indented:
            top = _lay(ray.rays, depth + 1, top + 1, (depth, top), out, indented=indented)
        else:
            bottom = top + sum(_leaves(child) for child in ray.rays)
            middle = (top + bottom - 1) / 2
            out[index] = Row(ray, depth, middle, parent)
            _lay(ray.rays, depth + 1, top, (depth, middle), out, indented=indented)
            top = bottom
    return top


def _leaves(ray: Ray) -> int:
    return sum(map(_leaves, ray.rays)) if ray.rays else 1


FAN_ROW = 58.0
FAN_TOP = 34.0
HUB_X = 96.0


def fan_wide(radiation: Radiation) -> str:
    laid = rows(radiation.rays)
    deepest = max((row.depth for row in laid), default=0)
    first_x, step = 330.0, _step(laid, deepest)
    count = max((row.at for row in laid), default=0) + 1
    height = max(count * FAN_ROW + 2 * FAN_TOP - 10, 300)
    hub, hub_size = (HUB_X, FAN_TOP + (count - 1) / 2 * FAN_ROW), sized(radiation.seal, 150, 200)
    lines, stamps = [], []
    for row in laid:
        at = (first_x + row.depth * step, FAN_TOP + row.at * FAN_ROW)
        start = _leaving(hub, at, 0.4 * hub_size[1], count * FAN_ROW)
        if row.parent is not None:
            start = (first_x + row.parent[0] * step, FAN_TOP + row.parent[1] * FAN_ROW)
        lines.append(_bundle(row.ray, start, (at[0] - 23, at[1]), spread=7))
        room = WIDE - at[0] if not row.ray.rays else step
        stamps.append(_brand_in_row(row.ray, at, room, ties=not row.ray.rays))
    hub_stamp = seal_stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=11)
    return frame("wide", WIDE, height, [*lines, hub_stamp, *stamps, legend(WIDE / 2, height - 6)])


def _step(laid: Sequence[Row], deepest: int) -> float:
    """From one depth to the next: the longest words of a parent, and some way for its rays."""
    if deepest == 0:
        return 0.0
    words = max(max(text_width(r.ray.name, 20), text_width(r.ray.group, 14)) for r in laid if r.depth < deepest)
    return min(words + 120, 560.0 / deepest)


def _leaving(hub: Point, at: Point, half: float, height: float) -> Point:
    """Where on the hub's middle line a ray of the fan starts: spread, or many rays would merge into one thick wedge."""
    return hub[0], hub[1] + (at[1] - hub[1]) / height * 2 * half


def _bundle(ray: Ray, start: Point, end: Point, spread: float) -> str:
    """One hairline per tie, as round the hub, but ending at the seal: the ties stand beside it in the row."""
    count = max(1, min(len(ray.ties), 4))
    ends = [(end[0], end[1] + (i - (count - 1) / 2) * spread) for i in range(count)]
    return f'<g class="{escape(ray.hue)}">{"".join(svg_line(start, e) for e in ends)}</g>'


def _brand_in_row(ray: Ray, at: Point, room: float, *, ties: bool) -> str:
    size = sized(ray.seal, 46, 46)
    x = at[0] + 34
    name_end = x + max(text_width(ray.name, 20), text_width(ray.group, 14))
    words = _name_and_group(ray, x, at[1], (-2, 19, 7), ("rad-name-row rad-halo", "rad-small rad-halo"))
    behind = _paper_strip(x - 6, at[1], name_end - x + 14)
    tied = ""
    if ties:
        start = max(name_end + 28, x + 190)
        tied = "".join(_ties_in_row(ray.ties, (name_end + 12, start), at[1], end=at[0] + room))
    return linked(ray, behind + seal_stamp(ray.seal, at, size, solid=ray.solid, halo=6) + words + tied)


def _name_and_group(ray: Ray, x: float, y: float, drops: tuple[int, int, int], kinds: tuple[str, str]) -> str:
    """Name over group; a brand of no group has its name at the third drop, level with its seal."""
    if not ray.group:
        return svg_text(x, y + drops[2], ray.name, kinds[0])
    return svg_text(x, y + drops[0], ray.name, kinds[0]) + svg_text(x, y + drops[1], ray.group, kinds[1])


def _paper_strip(x: float, y: float, width: float) -> str:
    return f'<rect class="rad-paper" x="{number(x)}" y="{number(y - 24)}" width="{number(width)}" height="48"/>'


def _ties_in_row(ties: Sequence[Tie], lead: Point, y: float, end: float) -> Iterator[str]:
    """A hairline over `lead`, then as many ties as fit; then how many more the list has."""
    if not ties:
        return
    yield svg_line((lead[0], y), (lead[1] - 4, y))
    x = lead[1]
    for i, tie in enumerate(ties):
        width = text_width(tie.text, 15) + 40
        if x + width + (60 if i < len(ties) - 1 else 0) > end:
            yield svg_text(x, y + 5.5, f"另有{len(ties) - i}项", "rad-small")
            return
        yield tie_mark(tie.kind, x + 6, y)
        yield svg_text(x + 20, y + 5.5, tie.text, "rad-tie")
        x += width


PHONE_ROW = 50.0


def fan_phone(radiation: Radiation) -> str:
    laid = rows(radiation.rays, indented=True)
    deepest = max((row.depth for row in laid), default=0)
    step = 0.0 if deepest == 0 else min(34.0, 90.0 / deepest)
    count = len(laid)
    height = max(count * PHONE_ROW + 10, 170)
    hub, hub_size = (38.0, min(height / 2, 5 * PHONE_ROW)), sized(radiation.seal, 68, 120)
    lines, stamps = [], []
    for row in laid:
        at = (128 + row.depth * step, 30 + row.at * PHONE_ROW)
        start = _leaving(hub, at, 0.4 * hub_size[1], height)
        if row.parent is not None:
            start = (128 + row.parent[0] * step, 30 + row.parent[1] * PHONE_ROW)
        size = sized(row.ray.seal, 36, 38)
        lines.append(f'<g class="{escape(row.ray.hue)}">{svg_line(start, (at[0] - size[0] / 2, at[1]))}</g>')
        words = _name_and_group(row.ray, at[0] + 28, at[1], (-1, 17, 6), ("rad-name-small", "rad-tiny"))
        stamps.append(linked(row.ray, seal_stamp(row.ray.seal, at, size, solid=row.ray.solid, halo=4) + words))
    hub_stamp = seal_stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=6)
    return frame("phone", PHONE, height, [*lines, hub_stamp, *stamps])
