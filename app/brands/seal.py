"""The typographic seal that a brand carries in place of a logo, drawn from the characters of its own name.

A seal is never round: a circle looks like an official stamp (公章). Solid (白文: light characters on a red ground)
says that the thing it stands on is published, outline (朱文: red characters in a red frame) that it is not yet.
Both are the same two paths coloured by CSS, so one `<symbol>` on a page serves every size and state of a seal.

Columns read from right to left as on any seal, unless 横读 is chosen. A name of the form 甲·乙 breaks its columns at
the dot; the dot itself is not drawn. The edge is straight, each side broken twice by at most `BREAK` units, seeded by
the name: the same name gives the same seal for ever.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import pairwise
from typing import Any

CELL = 240
MARGIN = 33
BREAK = 4
STROKE = 11
INK = 0.92
ELLIPSE_RATIO = 1.28
DOTS = frozenset("·・•‧∙.． \u3000")
MOST_CHARACTERS = 16


class Shape(StrEnum):
    SQUARE = "square"
    OBLONG = "oblong"
    ELLIPSE = "ellipse"
    CUT = "cut"
    TALL = "tall"
    HORIZONTAL = "horizontal"

    @property
    def label(self) -> str:
        return SHAPE_LABELS[self]


SHAPE_LABELS = {
    Shape.SQUARE: "方形",
    Shape.OBLONG: "长方",
    Shape.ELLIPSE: "竖椭圆",
    Shape.CUT: "切角",
    Shape.TALL: "竖长",
    Shape.HORIZONTAL: "横式",
}

Point = tuple[float, float]
Segment = tuple[str, tuple[Point, ...]]
"""One of M, L, Q, C, Z with its absolute points; font units, y upwards."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's outline in font units."""

    segments: tuple[Segment, ...]
    box: tuple[float, float, float, float]
    em: float = 1000


Outlines = Callable[[str], Glyph | None]


@dataclass(frozen=True, slots=True)
class Cell:
    character: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished seal: needs no font any more, and is what a brand's version keeps."""

    name: str
    width: int
    height: int
    edge: str
    ink: str
    letters: tuple[tuple[str, int, int, int], ...] = ()
    """Characters missing from the font, drawn as text: character, x, baseline y, size."""

    def as_dict(self) -> dict[str, Any]:
        return {**{f: getattr(self, f) for f in ("name", "width", "height", "edge", "ink")}, "letters": [*self.letters]}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Drawing:
        letters = tuple((str(c), int(x), int(y), int(size)) for c, x, y, size in kept.get("letters", ()))
        return cls(kept["name"], int(kept["width"]), int(kept["height"]), kept["edge"], kept["ink"], letters)


def characters(name: str) -> str:
    """What is drawn: no dots, no blanks, and no more than a seal can hold."""
    return "".join(c for c in name if c not in DOTS)[:MOST_CHARACTERS]


def default_shape(name: str) -> Shape:
    """2 characters oblong, 3 cut corners, 4 square, more than 4 tall (2×3, 2×4); a single one stands in a square."""
    count = len(characters(name))
    if count in (0, 1, 4):
        return Shape.SQUARE
    return {2: Shape.OBLONG, 3: Shape.CUT}.get(count, Shape.TALL)


def draw(name: str, outlines: Outlines, shape: Shape | None = None, *, across: bool = False) -> Drawing:
    """`across` is 横读: rows from the left instead of columns from the right."""
    shape = shape or default_shape(name)
    across = across or shape is Shape.HORIZONTAL or (shape is Shape.CUT and len(characters(name)) == 3)
    lines = _lines(name, shape)
    inner_width, inner_height = _inner(lines, shape, across=across)
    margin_x, margin_y = _margins(shape, inner_width, inner_height)
    cells = _cells(lines, margin_x, margin_y, inner_width, inner_height, across=across)
    width, height = round(inner_width + 2 * margin_x), round(inner_height + 2 * margin_y)
    paths: list[str] = []
    letters: list[tuple[str, int, int, int]] = []
    for cell in cells:
        glyph = outlines(cell.character)
        if glyph is not None and glyph.segments:
            paths.append(_fitted(glyph, cell))
        elif glyph is None:
            letters.append(_letter(cell))
    return Drawing(name, width, height, _edge(name, shape, width, height), "".join(paths), tuple(letters))


def body(drawing: Drawing) -> str:
    """The inside of the seal's SVG. Colours come from the custom properties that the classes of `svg` set, and pass
    through `<use>`."""
    letters = "".join(
        f'<text class="seal-ink" x="{x}" y="{y}" font-size="{size}" text-anchor="middle">{escape(c)}</text>'
        for c, x, y, size in drawing.letters
    )
    return f'<path class="seal-edge" d="{drawing.edge}"/><path class="seal-ink" d="{drawing.ink}"/>{letters}'


def svg(drawing: Drawing, *, solid: bool = True, extra: str = "") -> str:
    return f"{_open(drawing, solid=solid, extra=extra)}{body(drawing)}</svg>"


def symbol(drawing: Drawing, key: str) -> str:
    """The seal once per page; `use` shows it as often as wanted for some 120 bytes each."""
    return f'<symbol id="{escape(key)}" viewBox="{view_box(drawing)}">{body(drawing)}</symbol>'


def use(drawing: Drawing, key: str, *, solid: bool = True, extra: str = "") -> str:
    return f'{_open(drawing, solid=solid, extra=extra)}<use href="#{escape(key)}"/></svg>'


def sprite(drawings: Mapping[str, Drawing]) -> str:
    symbols = "".join(symbol(drawing, key) for key, drawing in drawings.items())
    return f'<svg class="seal-sprite" aria-hidden="true" focusable="false" width="0" height="0">{symbols}</svg>'


def _open(drawing: Drawing, *, solid: bool, extra: str) -> str:
    classes = " ".join(filter(None, ("seal", "seal-solid" if solid else "seal-outline", extra)))
    label = escape(f"印章：{drawing.name}")
    return f'<svg class="{escape(classes)}" role="img" aria-label="{label}" viewBox="{view_box(drawing)}">'


def view_box(drawing: Drawing) -> str:
    pad = STROKE // 2 + 1
    return f"{-pad} {-pad} {drawing.width + 2 * pad} {drawing.height + 2 * pad}"


def _lines(name: str, shape: Shape) -> list[str]:
    """The columns, or rows when read across. A dot in the name decides where they break if it yields as many."""
    text = characters(name) or "印"
    count = _line_count(len(text), shape)
    parts = [part for part in (characters(p) for p in _split_at_dots(name)) if part]
    if len(parts) == count and max(map(len, parts)) <= 2 * min(map(len, parts)):
        return parts
    return _evenly(text, count)


def _split_at_dots(name: str) -> list[str]:
    return "".join("·" if c in DOTS else c for c in name).split("·")


def _line_count(length: int, shape: Shape) -> int:
    one_line_up_to = {Shape.OBLONG: 3, Shape.TALL: 4, Shape.HORIZONTAL: 4}
    if length <= one_line_up_to.get(shape, 2):
        return 1
    if shape in (Shape.SQUARE, Shape.CUT, Shape.ELLIPSE) and length > 6:
        return 3 if length <= 12 else 4
    return 2 if length <= 8 else 3 if length <= 12 else 4


def _evenly(text: str, count: int) -> list[str]:
    """The remainder goes to the later lines up to six characters (金叶|先锋岗) and to the first beyond (七字|三字)."""
    short, rest = divmod(len(text), count)
    lengths = [short] * count
    for i in range(rest):
        lengths[i if len(text) > 6 else count - 1 - i] += 1
    lines, start = [], 0
    for length in lengths:
        lines.append(text[start : start + length])
        start += length
    return lines


def _inner(lines: list[str], shape: Shape, *, across: bool) -> Point:
    longest = max(map(len, lines))
    columns, rows = (longest, len(lines)) if across else (len(lines), longest)
    width, height = columns * CELL, rows * CELL
    if shape in (Shape.SQUARE, Shape.CUT):
        side = (width * height) ** 0.5 if columns * rows > 1 else CELL
        stretch = 1.32
        return (
            min(max(side, width / stretch), width * stretch),
            min(max(side, height / stretch), height * stretch),
        )
    if shape is Shape.OBLONG and columns >= rows:
        return width * 0.86, height * 1.16
    if shape is Shape.ELLIPSE and rows > 1:
        return width * 0.94, max(height * 0.94, width * 1.15)
    if shape is Shape.TALL and rows < 3:
        return width * 0.82, height * 1.2
    return float(width), float(height)


def _margins(shape: Shape, inner_width: float, inner_height: float) -> Point:
    """For the ellipse the margins are what an upright ellipse round the characters needs; elsewhere constant."""
    if shape is not Shape.ELLIPSE:
        return MARGIN, MARGIN
    # The corner of the characters' block lies on the ellipse: (w/2a)² + (h/2b)² = 1, drawn in a little because glyphs
    # do not reach their corners.
    half = 0.93 * ((inner_width / 2) ** 2 + (inner_height / 2 / ELLIPSE_RATIO) ** 2) ** 0.5
    half = max(half, inner_width / 2 + MARGIN, (inner_height / 2 + MARGIN) / ELLIPSE_RATIO)
    return half - inner_width / 2, half * ELLIPSE_RATIO - inner_height / 2


def _cells(lines: list[str], left: float, top: float, width: float, height: float, *, across: bool) -> list[Cell]:
    cells: list[Cell] = []
    thick = (height if across else width) / len(lines)
    for i, line in enumerate(lines):
        long = (width if across else height) / len(line)
        for k, character in enumerate(line):
            if across:
                cells.append(Cell(character, left + k * long, top + i * thick, long, thick))
            else:
                cells.append(Cell(character, left + width - (i + 1) * thick, top + k * long, thick, long))
    return cells


def _fitted(glyph: Glyph, cell: Cell) -> str:
    """Characters fill their cells as a carver would have it, but are stretched by no more than about a third."""
    left, bottom, right, top = glyph.box
    natural = INK * min(cell.width, cell.height) / glyph.em
    across = INK * cell.width / max(right - left, 1)
    upward = INK * cell.height / max(top - bottom, 1)
    scale_x = min(across, natural * (1.36 if cell.width > cell.height else 1.1))
    scale_y = min(upward, natural * (1.36 if cell.height > cell.width else 1.1))
    mid_x, mid_y = (left + right) / 2, (bottom + top) / 2
    off_x = cell.x + cell.width / 2 - mid_x * scale_x
    off_y = cell.y + cell.height / 2 + mid_y * scale_y
    return _path(
        [(kind, tuple((off_x + x * scale_x, off_y - y * scale_y) for x, y in pts)) for kind, pts in glyph.segments]
    )


def _path(segments: Sequence[Segment]) -> str:
    """Whole numbers, relative to the rounded point before: short, and without drift.

    A quadratic curve whose control point mirrors the one before, to within a unit, is written as `t`: in outlines of
    a TrueType font most are.
    """
    out: list[str] = []
    at = start = (0, 0)
    control: tuple[int, int] | None = None
    for kind, points in segments:
        if kind == "Z":
            out.append("z")
            at, control = start, None
            continue
        whole = [(round(x), round(y)) for x, y in points]
        to = whole[-1]
        if kind == "Q":
            piece, control = _quadratic(at, whole[0], to, control)
            out.append(piece)
        else:
            control = None
            out.append(_plain_piece(kind, at, whole))
        start = to if kind == "M" else start
        at = to
    return "".join(out)


def _plain_piece(kind: str, at: tuple[int, int], whole: list[tuple[int, int]]) -> str:
    if kind == "M":
        return f"M{_numbers(whole[0])}"
    if kind == "L":
        return _straight(at, whole[-1])
    return "c" + _join([v for x, y in whole for v in (x - at[0], y - at[1])])


def _quadratic(
    at: tuple[int, int], control: tuple[int, int], to: tuple[int, int], before: tuple[int, int] | None
) -> tuple[str, tuple[int, int]]:
    """The piece, and the control point that a renderer then works with."""
    step = (to[0] - at[0], to[1] - at[1])
    if before is not None:
        mirrored = (2 * at[0] - before[0], 2 * at[1] - before[1])
        if max(abs(mirrored[0] - control[0]), abs(mirrored[1] - control[1])) <= 1:
            return f"t{_numbers(step)}", mirrored
    return f"q{_join([control[0] - at[0], control[1] - at[1], *step])}", control


def _straight(at: tuple[int, int], to: tuple[int, int]) -> str:
    dx, dy = to[0] - at[0], to[1] - at[1]
    if dx == 0:
        return f"v{dy}" if dy else ""
    return f"h{dx}" if dy == 0 else f"l{_numbers((dx, dy))}"


def _numbers(point: tuple[int, int]) -> str:
    return _join(list(point))


def _join(values: list[int]) -> str:
    """Numbers of a path; a minus sign parts as well as a blank does."""
    return "".join(str(v) if i == 0 or v < 0 else f" {v}" for i, v in enumerate(values))


def _letter(cell: Cell) -> tuple[str, int, int, int]:
    size = round(INK * min(cell.width, cell.height))
    return cell.character, round(cell.x + cell.width / 2), round(cell.y + cell.height / 2 + size * 0.36), size


def _edge(name: str, shape: Shape, width: int, height: int) -> str:
    if shape is Shape.ELLIPSE:
        return _ellipse(width, height)
    cut = round(min(width, height) * 0.13) if shape is Shape.CUT else 0
    corners: list[Point] = [(0, 0), (width, 0), (width, height), (0, height)]
    if cut:
        corners = [
            (cut, 0),
            (width - cut, 0),
            (width, cut),
            (width, height - cut),
            (width - cut, height),
            (cut, height),
            (0, height - cut),
            (0, cut),
        ]
    # Seeded by the name, not by chance: the seal must come out the same on every machine and in every year.
    chance = random.Random(f"seal:{name}:{shape}")  # noqa: S311 - ornament, not secrecy
    points: list[Point] = []
    for here, there in pairwise([*corners, corners[0]]):
        points.append(_nudged(here, chance))
        if here[0] == there[0] or here[1] == there[1]:  # the cut corners stay whole
            points += _breaks(here, there, chance)
    return _path([("M", (points[0],)), *(("L", (p,)) for p in points[1:]), ("Z", ())])


def _nudged(point: Point, chance: random.Random) -> Point:
    return point[0] + chance.uniform(-BREAK, BREAK) / 2, point[1] + chance.uniform(-BREAK, BREAK) / 2


def _breaks(here: Point, there: Point, chance: random.Random) -> list[Point]:
    out = []
    for share in sorted((chance.uniform(0.15, 0.45), chance.uniform(0.55, 0.85))):
        off = chance.uniform(-BREAK, BREAK)
        x, y = here[0] + (there[0] - here[0]) * share, here[1] + (there[1] - here[1]) * share
        out.append((x, y + off) if here[1] == there[1] else (x + off, y))
    return out


def _ellipse(width: int, height: int) -> str:
    rx, ry = round(width / 2), round(height / 2)
    return f"M0 {ry}a{rx} {ry} 0 1 1 {2 * rx} 0a{rx} {ry} 0 1 1-{2 * rx} 0z"
