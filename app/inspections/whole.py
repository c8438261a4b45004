"""How far somebody has come on a whole sheet: what is marked, what it adds up to, what is still to be marked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.inspections.scoring import exact_sum, shown_points
from app.rubrics.rubric import Dimension, points_text


@dataclass(frozen=True, slots=True)
class SoFar:
    """`maximum` is that of what is marked and applies; a dimension gives no more than its cap."""

    marked: int
    left: int
    points: Fraction
    maximum: Fraction

    @property
    def words(self) -> str:
        if not self.marked:
            return "还没有评"
        return f"已评 {self.marked} 项，{shown_points(self.points)} 分（满分 {points_text(self.maximum)}）"


def so_far(dimensions: Iterable[Dimension], own: Iterable[str], given: Mapping[str, Fraction | None]) -> SoFar:
    """`own` are the criteria that somebody is asked for, `given` the points they gave, None for 不适用."""
    asked = frozenset(own)
    marked = asked & given.keys()
    points, maximum = [], []
    for dimension in dimensions:
        scored = [(given[c.code], c.maximum) for c in dimension.criteria if c.code in marked]
        applicable = [(got, full) for got, full in scored if got is not None]
        points.append(dimension.capped(exact_sum(got for got, _ in applicable)))
        maximum.append(dimension.capped(exact_sum(full for _, full in applicable)))
    return SoFar(len(marked), len(asked - marked), exact_sum(points), exact_sum(maximum))
