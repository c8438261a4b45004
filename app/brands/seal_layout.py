"""Where a seal's characters stand: the shape by the name's length, the columns or rows, and a cell for each.

Columns read from right to left as on any seal, unless 横读 is chosen. A name of the form 甲·乙 breaks its columns at
the dot; the dot itself is not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CELL = 240
MARGIN = 33
ELLIPSE_RATIO = 1.28
DOTS = frozenset("·・•‧∙.． \u3000")
MOST_CHARACTERS = 16

Point = tuple[float, float]


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


@dataclass(frozen=True, slots=True)
class Cell:
    character: str
    x: float
    y: float
    width: float
    height: float


def characters(name: str) -> str:
    """What is drawn: no dots, no blanks, and no more than a seal can hold."""
    return "".join(c for c in name if c not in DOTS)[:MOST_CHARACTERS]


def default_shape(name: str) -> Shape:
    """2 characters oblong, 3 cut corners, 4 square, more than 4 tall (2×3, 2×4); a single one stands in a square."""
    count = len(characters(name))
    if count in (0, 1, 4):
        return Shape.SQUARE
    return {2: Shape.OBLONG, 3: Shape.CUT}.get(count, Shape.TALL)


def lines_of(name: str, shape: Shape) -> list[str]:
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


def inner(lines: list[str], shape: Shape, *, across: bool) -> Point:
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


def margins(shape: Shape, inner_width: float, inner_height: float) -> Point:
    """For the ellipse the margins are what an upright ellipse round the characters needs; elsewhere constant."""
    if shape is not Shape.ELLIPSE:
        return MARGIN, MARGIN
    # The corner of the characters' block lies on the ellipse: (w/2a)² + (h/2b)² = 1, drawn in a little because glyphs
    # do not reach their corners.
    half = 0.93 * ((inner_width / 2) ** 2 + (inner_height / 2 / ELLIPSE_RATIO) ** 2) ** 0.5
    half = max(half, inner_width / 2 + MARGIN, (inner_height / 2 + MARGIN) / ELLIPSE_RATIO)
    return half - inner_width / 2, half * ELLIPSE_RATIO - inner_height / 2


def cells_of(lines: list[str], left: float, top: float, width: float, height: float, *, across: bool) -> list[Cell]:
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
