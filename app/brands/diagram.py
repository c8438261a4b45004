"""What a radiation diagram is told, and the pieces that it is drawn of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape

WIDE = 1184.0
PHONE = 352.0
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


def text_width(text: str, size: float) -> float:
    """Estimated: a Han character is one em wide, the rest a little over half."""
    return sum(size if ord(c) > 0x2E7F else size * 0.58 for c in text)


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def svg_line(start: Point, end: Point, extra: str = "") -> str:
    coordinates = f'x1="{number(start[0])}" y1="{number(start[1])}" x2="{number(end[0])}" y2="{number(end[1])}"'
    return f'<line class="rad-ray{extra}" {coordinates}/>'


def svg_text(x: float, y: float, text: str, classes: str, anchor: str = "start") -> str:
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{classes}" x="{number(x)}" y="{number(y)}"{at}>{escape(text)}</text>'


def tie_mark(kind: TieKind, x: float, y: float, size: float = 11) -> str:
    if kind is TieKind.INDICATOR:
        corner = f'x="{number(x - size / 2)}" y="{number(y - size / 2)}"'
        return f'<rect class="rad-indicator" {corner} width="{size}" height="{size}"/>'
    return f'<circle class="rad-carrier" cx="{number(x)}" cy="{number(y)}" r="{number(size / 2 - 0.5)}"/>'


def sized(seal: SealImage, width: float, height: float) -> Point:
    scale = min(width / seal.width, height / seal.height)
    return seal.width * scale, seal.height * scale


def seal_stamp(seal: SealImage, centre: Point, size: Point, *, solid: bool, halo: float = 10) -> str:
    """A seal on its halo of paper: rays and ellipses end in good order around it."""
    x, y = centre[0] - size[0] / 2, centre[1] - size[1] / 2
    ground = (
        f'<rect class="rad-paper" x="{number(x - halo)}" y="{number(y - halo)}" '
        f'width="{number(size[0] + 2 * halo)}" height="{number(size[1] + 2 * halo)}"/>'
    )
    state = "seal-solid" if solid else "seal-outline"
    box = f'x="{number(x)}" y="{number(y)}" width="{number(size[0])}" height="{number(size[1])}"'
    return f'{ground}<svg class="{state}" {box} viewBox="{seal.view_box}">{seal.body}</svg>'


def linked(ray: Ray, content: str) -> str:
    """Links for the mouse only; keyboard and readers have them in the list."""
    hue = f'<g class="{escape(ray.hue)}">{content}</g>' if ray.hue else f"<g>{content}</g>"
    return f'<a href="{escape(ray.href)}" tabindex="-1">{hue}</a>' if ray.href else hue


def frame(kind: str, width: float, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg class="radiation radiation-{kind}" viewBox="0 0 {number(width)} {number(height)}" '
        f'aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def legend(centre: float, y: float) -> str:
    left = centre - 108
    return (
        f'<g class="rad-legend">{tie_mark(TieKind.INDICATOR, left + 18, y - 5)}'
        f"{svg_text(left + 30, y, '对应的业务指标', 'rad-small')}"
        f"{tie_mark(TieKind.CARRIER, left + 147, y - 5)}{svg_text(left + 159, y, '载体与做法', 'rad-small')}</g>"
    )


def shown_ties(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """As many as a ray can carry; the last one then says how many more the list has."""
    if len(ties) <= TIES_SHOWN:
        return tuple(ties)
    rest = len(ties) - TIES_SHOWN + 1
    return (*ties[: TIES_SHOWN - 1], Tie(TieKind.CARRIER, f"另有{rest}项"))
