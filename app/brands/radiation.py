"""The 1+N diagram: a branch's brand in the middle and what its micro-brands are tied to at the ends of the rays.

Every brand sends one straight hairline per tie from the hub's centre, behind the brand's seal, to the tie itself: rays
are real ties, not decoration. Up to `ROUND_AT_MOST` brands without children stand round the hub; more, or a tree with
sub-brands, become a one-sided fan. Each diagram exists as a wide and a phone drawing, of which CSS shows one, because
text that is scaled down would fall under 13 px.

The drawings are hidden from readers of the page's text, which get the same data as a nested list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

ROUND_AT_MOST = 6
TIES_SHOWN = 6

Point = tuple[float, float]


class TieKind(StrEnum):
    INDICATOR = "indicator"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Tie:
    kind: TieKind
    text: str


@dataclass(frozen=True, slots=True)
class SealImage:
    """What of a seal a diagram needs: its proportions and its inside, either the paths or a `<use>`."""

    width: float
    height: float
    view_box: str
    body: str


@dataclass(frozen=True, slots=True)
class Ray:
    name: str
    group: str
    hue: str
    seal: SealImage
    ties: tuple[Tie, ...] = ()
    rays: tuple[Ray, ...] = ()
    solid: bool = True
    href: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Words at the height of the hub, outside: a kicker and one to four short lines in the title face."""

    kicker: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Radiation:
    name: str
    seal: SealImage
    rays: tuple[Ray, ...]
    left: Note | None = None
    right: Note | None = None
    solid: bool = True


def draw(radiation: Radiation) -> str:
    """Both drawings."""
    if is_round(radiation):
        return _round_wide(radiation) + _round_phone(radiation)
    return _fan_wide(radiation) + _fan_phone(radiation)


def is_round(radiation: Radiation) -> bool:
    return len(radiation.rays) <= ROUND_AT_MOST and not any(ray.rays for ray in radiation.rays)


def notes_fit(radiation: Radiation) -> bool:
    """Whether the drawing has room for the notes; the page says them in words anyway."""
    return is_round(radiation) and len(radiation.rays) == 4


def text_width(text: str, size: float) -> float:
    """Estimated: a Han character is one em wide, the rest a little over half."""
    return sum(size if ord(c) > 0x2E7F else size * 0.58 for c in text)


# ---------------------------------------------------------------- pieces


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _line(start: Point, end: Point, extra: str = "") -> str:
    coordinates = f'x1="{_number(start[0])}" y1="{_number(start[1])}" x2="{_number(end[0])}" y2="{_number(end[1])}"'
    return f'<line class="rad-ray{extra}" {coordinates}/>'


def _text(x: float, y: float, text: str, classes: str, anchor: str = "start") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{classes}" x="{_number(x)}" y="{_number(y)}"{at}>{escape(text)}</text>'


def _mark(kind: TieKind, x: float, y: float, size: float = 11) -> str:
    if kind is TieKind.INDICATOR:
        corner = f'x="{_number(x - size / 2)}" y="{_number(y - size / 2)}"'
        return f'<rect class="rad-indicator" {corner} width="{size}" height="{size}"/>'
    return f'<circle class="rad-carrier" cx="{_number(x)}" cy="{_number(y)}" r="{_number(size / 2 - 0.5)}"/>'


def _sized(seal: SealImage, width: float, height: float) -> Point:
    scale = min(width / seal.width, height / seal.height)
    return seal.width * scale, seal.height * scale


def _stamp(seal: SealImage, centre: Point, size: Point, *, solid: bool, halo: float = 10) -> str:
    """A seal on its halo of paper: rays and ellipses end in good order around it."""
    x, y = centre[0] - size[0] / 2, centre[1] - size[1] / 2
    ground = (
        f'<rect class="rad-paper" x="{_number(x - halo)}" y="{_number(y - halo)}" '
        f'width="{_number(size[0] + 2 * halo)}" height="{_number(size[1] + 2 * halo)}"/>'
    )
    state = "seal-solid" if solid else "seal-outline"
    box = f'x="{_number(x)}" y="{_number(y)}" width="{_number(size[0])}" height="{_number(size[1])}"'
    return f'{ground}<svg class="{state}" {box} viewBox="{seal.view_box}">{seal.body}</svg>'


def _linked(ray: Ray, content: str) -> str:
    """Links for the mouse only; keyboard and readers have them in the list."""
    hue = f'<g class="{escape(ray.hue)}">{content}</g>' if ray.hue else f"<g>{content}</g>"
    return f'<a href="{escape(ray.href)}" tabindex="-1">{hue}</a>' if ray.href else hue


def _frame(kind: str, width: float, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg class="radiation radiation-{kind}" viewBox="0 0 {_number(width)} {_number(height)}" '
        f'aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def _legend(centre: float, y: float) -> str:
    left = centre - 108
    return (
        f'<g class="rad-legend">{_mark(TieKind.INDICATOR, left + 18, y - 5)}'
        f"{_text(left + 30, y, '对应的业务指标', 'rad-small')}"
        f"{_mark(TieKind.CARRIER, left + 147, y - 5)}{_text(left + 159, y, '载体与做法', 'rad-small')}</g>"
    )


def shown_ties(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """As many as a ray can carry; the last one then says how many more the list has."""
    if len(ties) <= TIES_SHOWN:
        return tuple(ties)
    rest = len(ties) - TIES_SHOWN + 1
    return (*ties[: TIES_SHOWN - 1], Tie(TieKind.CARRIER, f"另有{rest}项"))


# ---------------------------------------------------------------- round the hub


@dataclass(frozen=True, slots=True)
class Place:
    """Where a brand stands: side −1 left or 1 right, and its rank among `count` on that side, from above."""

    side: int
    rank: int
    count: int

    @property
    def level(self) -> float:
        """−1 at the top, 0 level with the hub, 1 at the bottom."""
        return 0.0 if self.count == 1 else 2 * self.rank / (self.count - 1) - 1


def places(count: int) -> list[Place]:
    """In reading order: left, right, next row; so that the tree's order is the order of the eye."""
    left, right = (count + 1) // 2, count // 2
    return [Place(-1, i // 2, left) if i % 2 == 0 else Place(1, i // 2, right) for i in range(count)]


WIDE = 1184.0
TIE_STEP = 30.0
SEAL_AT = 0.62  # of the way from the hub to the ties


def _round_wide(radiation: Radiation) -> str:
    standing = list(zip(places(len(radiation.rays)), radiation.rays, strict=True))
    most = max((place.count for place, _ in standing), default=1)
    height = {0: 320.0, 1: 320.0, 2: 612.0}.get(most, 784.0)
    hub = (WIDE / 2, height / 2 - 14)
    hub_size = _sized(radiation.seal, 190, 220)
    rays, stamps = [], []
    for place, ray in standing:
        tie_x = hub[0] + place.side * 430
        tie_y = hub[1] + place.level * (226 if most == 2 else 304)
        seal_at = (hub[0] + (tie_x - hub[0]) * SEAL_AT, hub[1] + (tie_y - hub[1]) * SEAL_AT)
        rays.append(_rays_out(ray, hub, (tie_x, tie_y)))
        stamps.append(_brand_wide(ray, place, seal_at))
    rings = "".join(
        f'<ellipse class="rad-ring" cx="{_number(hub[0])}" cy="{_number(hub[1])}" rx="{rx}" ry="{ry}"/>'
        for rx, ry in ((176, 126), (374, 236 if most == 2 else 300))
        if most > 1
    )
    notes = _notes(radiation, hub[1]) if notes_fit(radiation) else ""
    hub_stamp = _stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=11)
    return _frame("wide", WIDE, height, [rings, *rays, hub_stamp, *stamps, notes, _legend(WIDE / 2, height - 8)])


def _rays_out(ray: Ray, hub: Point, end: Point) -> str:
    ties = shown_ties(ray.ties)
    side = -1 if end[0] < hub[0] else 1
    if not ties:
        return f'<g class="{escape(ray.hue)}">{_line(hub, (hub[0] + (end[0] - hub[0]) * SEAL_AT, end[1]))}</g>'
    parts = []
    for i, tie in enumerate(ties):
        y = end[1] + (i - (len(ties) - 1) / 2) * TIE_STEP
        parts.append(_line(hub, (end[0] - side * 7, y)))
        parts.append(_mark(tie.kind, end[0], y))
        parts.append(_text(end[0] + side * 14, y + 5.5, tie.text, "rad-tie rad-halo", "start" if side > 0 else "end"))
    return f'<g class="{escape(ray.hue)}">{"".join(parts)}</g>'


def _brand_wide(ray: Ray, place: Place, at: Point) -> str:
    """The name stands on the hub's side of the seal, at its outer height where no ray passes; below it in mid-row."""
    size = _sized(ray.seal, 92, 102)
    stamp = _stamp(ray.seal, at, size, solid=ray.solid)
    if place.level == 0:
        below = at[1] + size[1] / 2
        words = _text(at[0], below + 36, ray.name, "rad-name rad-halo", "middle")
        words += _text(at[0], below + 60, ray.group, "rad-small rad-halo", "middle")
    else:
        x = at[0] - place.side * (size[0] / 2 + 20)
        y = at[1] - size[1] / 2 + 20 if place.level < 0 else at[1] + size[1] / 2 - 22
        anchor = "end" if place.side > 0 else "start"
        words = _text(x, y, ray.name, "rad-name rad-halo", anchor)
        words += _text(x, y + 26, ray.group, "rad-small rad-halo", anchor)
    return _linked(ray, stamp + words)


def _notes(radiation: Radiation, y: float) -> str:
    parts = []
    for note, x, anchor in ((radiation.left, 0.0, "start"), (radiation.right, WIDE, "end")):
        if note is None:
            continue
        single = len(note.lines) == 1
        step, kind = (0.0, "rad-note") if single else (28.0, "rad-note-line")
        top = y - (len(note.lines) - 1) / 2 * step
        parts.append(_text(x, top - (12 if single else 20), note.kicker, "rad-small rad-halo", anchor))
        parts += [
            _text(x, top + 16 - (0 if single else 10) + i * step, line, f"{kind} rad-halo", anchor)
            for i, line in enumerate(note.lines)
        ]
    return "".join(parts)


PHONE = 352.0


def _round_phone(radiation: Radiation) -> str:
    """Rays end at the seals; the ties follow in the list below the drawing."""
    standing = list(zip(places(len(radiation.rays)), radiation.rays, strict=True))
    most = max((place.count for place, _ in standing), default=1)
    reach = {0: 0.0, 1: 0.0, 2: 105.0}.get(most, 150.0)
    height = 2 * reach + 150 if reach else 190.0
    hub = (PHONE / 2, height / 2 - 8)
    hub_size = _sized(radiation.seal, 82, 138)
    rays, stamps = [], []
    for place, ray in standing:
        at = (hub[0] + place.side * 118, hub[1] + place.level * reach)
        size = _sized(ray.seal, 70, 82)
        count = max(1, min(len(ray.ties), 4))
        ends = [(at[0], at[1] + (i - (count - 1) / 2) * 26) for i in range(count)]
        rays.append(f'<g class="{escape(ray.hue)}">{"".join(_line(hub, end) for end in ends)}</g>')
        name_y = at[1] + size[1] / 2 + 21
        plate = _paper_behind(at[0], name_y, text_width(ray.name, 16) + 12)
        name = _text(at[0], name_y, ray.name, "rad-name-small", "middle")
        stamps.append(_linked(ray, plate + _stamp(ray.seal, at, size, solid=ray.solid, halo=9) + name))
    rings = "".join(
        f'<ellipse class="rad-ring" cx="{_number(hub[0])}" cy="{_number(hub[1])}" rx="{rx}" ry="{ry}"/>'
        for rx, ry in ((82, 82), (158, 158))
        if most > 1
    )
    hub_stamp = _stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=7)
    return _frame("phone", PHONE, height, [rings, *rays, hub_stamp, *stamps])


def _paper_behind(x: float, y: float, width: float) -> str:
    return (
        f'<rect class="rad-paper" x="{_number(x - width / 2)}" y="{_number(y - 18)}" '
        f'width="{_number(width)}" height="26"/>'
    )


# ---------------------------------------------------------------- the fan


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


def _fan_wide(radiation: Radiation) -> str:
    laid = rows(radiation.rays)
    deepest = max((row.depth for row in laid), default=0)
    first_x, step = 330.0, _step(laid, deepest)
    count = max((row.at for row in laid), default=0) + 1
    height = max(count * FAN_ROW + 2 * FAN_TOP - 10, 300)
    hub, hub_size = (HUB_X, FAN_TOP + (count - 1) / 2 * FAN_ROW), _sized(radiation.seal, 150, 200)
    lines, stamps = [], []
    for row in laid:
        at = (first_x + row.depth * step, FAN_TOP + row.at * FAN_ROW)
        start = _leaving(hub, at, 0.4 * hub_size[1], count * FAN_ROW)
        if row.parent is not None:
            start = (first_x + row.parent[0] * step, FAN_TOP + row.parent[1] * FAN_ROW)
        lines.append(_bundle(row.ray, start, (at[0] - 23, at[1]), spread=7))
        room = WIDE - at[0] if not row.ray.rays else step
        stamps.append(_brand_in_row(row.ray, at, room, ties=not row.ray.rays))
    hub_stamp = _stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=11)
    return _frame("wide", WIDE, height, [*lines, hub_stamp, *stamps, _legend(WIDE / 2, height - 6)])


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
    return f'<g class="{escape(ray.hue)}">{"".join(_line(start, e) for e in ends)}</g>'


def _brand_in_row(ray: Ray, at: Point, room: float, *, ties: bool) -> str:
    size = _sized(ray.seal, 46, 46)
    x = at[0] + 34
    name_end = x + max(text_width(ray.name, 20), text_width(ray.group, 14))
    words = _name_and_group(ray, x, at[1], (-2, 19, 7), ("rad-name-row rad-halo", "rad-small rad-halo"))
    behind = _paper_strip(x - 6, at[1], name_end - x + 14)
    tied = ""
    if ties:
        start = max(name_end + 28, x + 190)
        tied = "".join(_ties_in_row(ray.ties, (name_end + 12, start), at[1], end=at[0] + room))
    return _linked(ray, behind + _stamp(ray.seal, at, size, solid=ray.solid, halo=6) + words + tied)


def _name_and_group(ray: Ray, x: float, y: float, drops: tuple[int, int, int], kinds: tuple[str, str]) -> str:
    """Name over group; a brand of no group has its name at the third drop, level with its seal."""
    if not ray.group:
        return _text(x, y + drops[2], ray.name, kinds[0])
    return _text(x, y + drops[0], ray.name, kinds[0]) + _text(x, y + drops[1], ray.group, kinds[1])


def _paper_strip(x: float, y: float, width: float) -> str:
    return f'<rect class="rad-paper" x="{_number(x)}" y="{_number(y - 24)}" width="{_number(width)}" height="48"/>'


def _ties_in_row(ties: Sequence[Tie], lead: Point, y: float, end: float) -> Iterator[str]:
    """A hairline over `lead`, then as many ties as fit; then how many more the list has."""
    if not ties:
        return
    yield _line((lead[0], y), (lead[1] - 4, y))
    x = lead[1]
    for i, tie in enumerate(ties):
        width = text_width(tie.text, 15) + 40
        if x + width + (60 if i < len(ties) - 1 else 0) > end:
            yield _text(x, y + 5.5, f"另有{len(ties) - i}项", "rad-small")
            return
        yield _mark(tie.kind, x + 6, y)
        yield _text(x + 20, y + 5.5, tie.text, "rad-tie")
        x += width


PHONE_ROW = 50.0


def _fan_phone(radiation: Radiation) -> str:
    laid = rows(radiation.rays, indented=True)
    deepest = max((row.depth for row in laid), default=0)
    step = 0.0 if deepest == 0 else min(34.0, 90.0 / deepest)
    count = len(laid)
    height = max(count * PHONE_ROW + 10, 170)
    hub, hub_size = (38.0, min(height / 2, 5 * PHONE_ROW)), _sized(radiation.seal, 68, 120)
    lines, stamps = [], []
    for row in laid:
        at = (128 + row.depth * step, 30 + row.at * PHONE_ROW)
        start = _leaving(hub, at, 0.4 * hub_size[1], height)
        if row.parent is not None:
            start = (128 + row.parent[0] * step, 30 + row.parent[1] * PHONE_ROW)
        size = _sized(row.ray.seal, 36, 38)
        lines.append(f'<g class="{escape(row.ray.hue)}">{_line(start, (at[0] - size[0] / 2, at[1]))}</g>')
        words = _name_and_group(row.ray, at[0] + 28, at[1], (-1, 17, 6), ("rad-name-small", "rad-tiny"))
        stamps.append(_linked(row.ray, _stamp(row.ray.seal, at, size, solid=row.ray.solid, halo=4) + words))
    hub_stamp = _stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=6)
    return _frame("phone", PHONE, height, [*lines, hub_stamp, *stamps])
