"""A rubric taken apart once for the pages that show it again and again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.inspections.rubric import Criterion, CriterionKind, Dimension, Rubric, from_data


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Known by itself: two pages that show the same layout show the same text."""

    rubric: Rubric
    codes: tuple[str, ...]
    panel_codes: tuple[str, ...]
    """What every panel member scores."""

    measured_codes: frozenset[str]
    """What the system measures: nobody is asked for it in a self check."""

    criteria: Mapping[str, Criterion]
    dimension_of: Mapping[str, Dimension]

    @property
    def total(self) -> int:
        """How many marks a panel member gives."""
        return len(self.panel_codes)

    def neighbours(self, code: str) -> tuple[str, str]:
        """The codes before and after; empty at an end."""
        index = self.codes.index(code)
        return (self.codes[index - 1] if index else "", self.codes[index + 1] if index + 1 < len(self.codes) else "")


@lru_cache(maxsize=32)
def laid_out(content: str) -> Layout:
    """From the text that is kept of a rubric. A changed rubric is another text, so nothing can be stale."""
    rubric = from_data(json.loads(content))
    return Layout(
        rubric,
        tuple(criterion.code for criterion in rubric.criteria),
        tuple(criterion.code for criterion in rubric.criteria if not criterion.one_voice),
        frozenset(c.code for c in rubric.criteria if c.kind is CriterionKind.MEASURED),
        {criterion.code: criterion for criterion in rubric.criteria},
        {criterion.code: dimension for dimension in rubric.dimensions for criterion in dimension.criteria},
    )
