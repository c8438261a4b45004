"""The typographic seal that a brand carries in place of a logo, drawn from the characters of its own name.

A seal is never round: a circle looks like an official stamp (公章). Solid (白文: light characters on a red ground)
says that the thing it stands on is published, outline (朱文: red characters in a red frame) that it is not yet.
Both are the same two paths coloured by CSS, so one `<symbol>` on a page serves every size and state of a seal.

The edge is straight, each side broken twice by at most `BREAK` units, seeded by the name: the same name gives the
same seal for ever.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import Any

from app.brands.seal_layout import CELL as CELL
from app.brands.seal_layout import MARGIN as MARGIN
from app.brands.seal_layout import Cell, Point, cells_of, characters, inner, lines_of, margins
from app.brands.seal_layout import Shape as Shape
from app.brands.seal_layout import default_shape as default_shape
from app.brands.seal_path import INK, fitted, written
from app.brands.seal_path import Glyph as Glyph

BREAK = 4
STROKE = 11

Outlines = Callable[[str], Glyph | None]


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


def draw(name: str, outlines: Outlines, shape: Shape | None = None, *, across: bool = False) -> Drawing:
    """`across` is 横读: rows from the left instead of columns from the right."""
    shape = shape or default_shape(name)
    across = across or shape is Shape.HORIZONTAL or (shape is Shape.CUT and len(characters(name)) == 3)
    rows = lines_of(name, shape)
    inner_width, inner_height = inner(rows, shape, across=across)
    margin_x, margin_y = margins(shape, inner_width, inner_height)
    cells = cells_of(rows, margin_x, margin_y, inner_width, inner_height, across=across)
    width, height = round(inner_width + 2 * margin_x), round(inner_height + 2 * margin_y)
    paths: list[str] = []
    letters: list[tuple[str, int, int, int]] = []
    for cell in cells:
        glyph = outlines(cell.character)
        if glyph is not None and glyph.segments:
            paths.append(fitted(glyph, cell))
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
    return written([("M", (points[0],)), *(("L", (p,)) for p in points[1:]), ("Z", ())])


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
