"""The 1+N diagram: a branch's brand in the middle and what its micro-brands are tied to at the ends of the rays.

Every brand sends one straight hairline per tie from the hub's centre, behind the brand's seal, to the tie itself: rays
are real ties, not decoration. Up to `ROUND_AT_MOST` brands without children stand round the hub; more, or a tree with
sub-brands, become a one-sided fan. Each diagram exists as a wide and a phone drawing, of which CSS shows one, because
text that is scaled down would fall under 13 px.

The drawings are hidden from readers of the page's text, which get the same data as a nested list.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from app.brands.diagram import (
    PHONE,
    WIDE,
    Point,
    Radiation,
    Ray,
    frame,
    legend,
    linked,
    number,
    seal_stamp,
    shown_ties,
    sized,
    svg_line,
    svg_text,
    text_width,
    tie_mark,
)
from app.brands.fan import fan_phone, fan_wide

ROUND_AT_MOST = 6


def draw(radiation: Radiation) -> str:
    """Both drawings."""
    if is_round(radiation):
        return _wide(radiation) + _phone(radiation)
    return fan_wide(radiation) + fan_phone(radiation)


def is_round(radiation: Radiation) -> bool:
    return len(radiation.rays) <= ROUND_AT_MOST and not any(ray.rays for ray in radiation.rays)


def notes_fit(radiation: Radiation) -> bool:
    """Whether the drawing has room for the notes; the page says them in words anyway."""
    return is_round(radiation) and len(radiation.rays) == 4


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


TIE_STEP = 30.0
SEAL_AT = 0.62  # of the way from the hub to the ties


def _wide(radiation: Radiation) -> str:
    standing = list(zip(places(len(radiation.rays)), radiation.rays, strict=True))
    most = max((place.count for place, _ in standing), default=1)
    height = {0: 320.0, 1: 320.0, 2: 612.0}.get(most, 784.0)
    hub = (WIDE / 2, height / 2 - 14)
    hub_size = sized(radiation.seal, 190, 220)
    rays, stamps = [], []
    for place, ray in standing:
        tie_x = hub[0] + place.side * 430
        tie_y = hub[1] + place.level * (226 if most == 2 else 304)
        seal_at = (hub[0] + (tie_x - hub[0]) * SEAL_AT, hub[1] + (tie_y - hub[1]) * SEAL_AT)
        rays.append(_rays_out(ray, hub, (tie_x, tie_y)))
        stamps.append(_brand_wide(ray, place, seal_at))
    rings = "".join(
        f'<ellipse class="rad-ring" cx="{number(hub[0])}" cy="{number(hub[1])}" rx="{rx}" ry="{ry}"/>'
        for rx, ry in ((176, 126), (374, 236 if most == 2 else 300))
        if most > 1
    )
    notes = _notes(radiation, hub[1]) if notes_fit(radiation) else ""
    hub_stamp = seal_stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=11)
    return frame("wide", WIDE, height, [rings, *rays, hub_stamp, *stamps, notes, legend(WIDE / 2, height - 8)])


def _rays_out(ray: Ray, hub: Point, end: Point) -> str:
    ties = shown_ties(ray.ties)
    side = -1 if end[0] < hub[0] else 1
    if not ties:
        return f'<g class="{escape(ray.hue)}">{svg_line(hub, (hub[0] + (end[0] - hub[0]) * SEAL_AT, end[1]))}</g>'
    parts = []
    for i, tie in enumerate(ties):
        y = end[1] + (i - (len(ties) - 1) / 2) * TIE_STEP
        parts.append(svg_line(hub, (end[0] - side * 7, y)))
        parts.append(tie_mark(tie.kind, end[0], y))
        parts.append(
            svg_text(end[0] + side * 14, y + 5.5, tie.text, "rad-tie rad-halo", "start" if side > 0 else "end")
        )
    return f'<g class="{escape(ray.hue)}">{"".join(parts)}</g>'


def _brand_wide(ray: Ray, place: Place, at: Point) -> str:
    """The name stands on the hub's side of the seal, at its outer height where no ray passes; below it in mid-row."""
    size = sized(ray.seal, 92, 102)
    stamp = seal_stamp(ray.seal, at, size, solid=ray.solid)
    if place.level == 0:
        below = at[1] + size[1] / 2
        words = svg_text(at[0], below + 36, ray.name, "rad-name rad-halo", "middle")
        words += svg_text(at[0], below + 60, ray.group, "rad-small rad-halo", "middle")
    else:
        x = at[0] - place.side * (size[0] / 2 + 20)
        y = at[1] - size[1] / 2 + 20 if place.level < 0 else at[1] + size[1] / 2 - 22
        anchor = "end" if place.side > 0 else "start"
        words = svg_text(x, y, ray.name, "rad-name rad-halo", anchor)
        words += svg_text(x, y + 26, ray.group, "rad-small rad-halo", anchor)
    return linked(ray, stamp + words)


def _notes(radiation: Radiation, y: float) -> str:
    parts = []
    for note, x, anchor in ((radiation.left, 0.0, "start"), (radiation.right, WIDE, "end")):
        if note is None:
            continue
        single = len(note.lines) == 1
        step, kind = (0.0, "rad-note") if single else (28.0, "rad-note-line")
        top = y - (len(note.lines) - 1) / 2 * step
        parts.append(svg_text(x, top - (12 if single else 20), note.kicker, "rad-small rad-halo", anchor))
        parts += [
            svg_text(x, top + 16 - (0 if single else 10) + i * step, line, f"{kind} rad-halo", anchor)
            for i, line in enumerate(note.lines)
        ]
    return "".join(parts)


def _phone(radiation: Radiation) -> str:
    """Rays end at the seals; the ties follow in the list below the drawing."""
    standing = list(zip(places(len(radiation.rays)), radiation.rays, strict=True))
    most = max((place.count for place, _ in standing), default=1)
    reach = {0: 0.0, 1: 0.0, 2: 105.0}.get(most, 150.0)
    height = 2 * reach + 150 if reach else 190.0
    hub = (PHONE / 2, height / 2 - 8)
    hub_size = sized(radiation.seal, 82, 138)
    rays, stamps = [], []
    for place, ray in standing:
        at = (hub[0] + place.side * 118, hub[1] + place.level * reach)
        size = sized(ray.seal, 70, 82)
        count = max(1, min(len(ray.ties), 4))
        ends = [(at[0], at[1] + (i - (count - 1) / 2) * 26) for i in range(count)]
        rays.append(f'<g class="{escape(ray.hue)}">{"".join(svg_line(hub, end) for end in ends)}</g>')
        name_y = at[1] + size[1] / 2 + 21
        plate = _paper_behind(at[0], name_y, text_width(ray.name, 16) + 12)
        name = svg_text(at[0], name_y, ray.name, "rad-name-small", "middle")
        stamps.append(linked(ray, plate + seal_stamp(ray.seal, at, size, solid=ray.solid, halo=9) + name))
    rings = "".join(
        f'<ellipse class="rad-ring" cx="{number(hub[0])}" cy="{number(hub[1])}" rx="{rx}" ry="{ry}"/>'
        for rx, ry in ((82, 82), (158, 158))
        if most > 1
    )
    hub_stamp = seal_stamp(radiation.seal, hub, hub_size, solid=radiation.solid, halo=7)
    return frame("phone", PHONE, height, [rings, *rays, hub_stamp, *stamps])


def _paper_behind(x: float, y: float, width: float) -> str:
    return (
        f'<rect class="rad-paper" x="{number(x - width / 2)}" y="{number(y - 18)}" '
        f'width="{number(width)}" height="26"/>'
    )
