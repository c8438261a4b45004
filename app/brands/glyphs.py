"""Outlines of characters, read from the project's own serif: seals then look the same on a PC that lacks the font.

The font here holds the glyphs of `static/fonts/noto-serif-sc-bold-gb2312.woff2` (see the licence there) as WOFF 1.0:
of a WOFF 2.0 every glyph must be decoded to reach one, which took four seconds; this opens in a tenth of one. Pages
need neither, they draw from what the brand's version keeps.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont

from app.brands.seal_layout import Point
from app.brands.seal_path import Glyph, Segment

FONT = Path(__file__).resolve().parent / "noto-serif-sc-bold-gb2312.woff"


@lru_cache(maxsize=512)
def outline(character: str) -> Glyph | None:
    """None when the font lacks the character: the seal then falls back to text."""
    glyphs, names, em = _font()
    name = names.get(ord(character)) if len(character) == 1 else None
    if name is None:
        return None
    pen = _SegmentPen(glyphs)
    glyphs[name].draw(pen)
    return Glyph(tuple(pen.segments), _box(pen.segments), em)


@cache
def _font() -> tuple[Any, dict[int, str], float]:
    font = TTFont(FONT, lazy=True)
    return font.getGlyphSet(), font.getBestCmap() or {}, float(font["head"].unitsPerEm)


def _box(segments: list[Segment]) -> tuple[float, float, float, float]:
    """Of the control points; for these outlines within a few units of the ink."""
    xs = [x for _, points in segments for x, _ in points] or [0.0]
    ys = [y for _, points in segments for _, y in points] or [0.0]
    return min(xs), min(ys), max(xs), max(ys)


class _SegmentPen(BasePen):  # type: ignore[misc]
    def __init__(self, glyphs: Any) -> None:
        super().__init__(glyphs)
        self.segments: list[Segment] = []

    def _moveTo(self, pt: Point) -> None:  # noqa: N802 - named by fontTools
        self.segments.append(("M", (pt,)))

    def _lineTo(self, pt: Point) -> None:  # noqa: N802 - named by fontTools
        self.segments.append(("L", (pt,)))

    def _curveToOne(self, pt1: Point, pt2: Point, pt3: Point) -> None:  # noqa: N802 - named by fontTools
        self.segments.append(("C", (pt1, pt2, pt3)))

    def _qCurveToOne(self, pt1: Point, pt2: Point) -> None:  # noqa: N802 - named by fontTools
        self.segments.append(("Q", (pt1, pt2)))

    def _closePath(self) -> None:  # noqa: N802 - named by fontTools
        self.segments.append(("Z", ()))
