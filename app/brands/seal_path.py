"""Outlines of characters as SVG paths: fitted to their cells, in whole numbers, short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.brands.seal_layout import Cell, Point

INK = 0.92

Segment = tuple[str, tuple[Point, ...]]
"""One of M, L, Q, C, Z with its absolute points; font units, y upwards."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character's outline in font units."""

    segments: tuple[Segment, ...]
    box: tuple[float, float, float, float]
    em: float = 1000


def fitted(glyph: Glyph, cell: Cell) -> str:
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
    return written(
        [(kind, tuple((off_x + x * scale_x, off_y - y * scale_y) for x, y in pts)) for kind, pts in glyph.segments]
    )


def written(segments: Sequence[Segment]) -> str:
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
