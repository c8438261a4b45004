"""A rubric taken apart once for the pages that show it again and again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.rubrics.adaptation import rubric_of_branch
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric


@dataclass(frozen=True, eq=False, slots=True)
class Layout:
    """Known by itself: two pages that show the same layout show the same text."""

    content: str
    adapting: frozenset[int]
    """The branches that fitted the rubric to their own work."""

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

    @property
    def self_total(self) -> int:
        """How many criteria a group checks itself."""
        return len(self.codes) - len(self.measured_codes)

    def neighbours(self, code: str) -> tuple[str, str]:
        """The codes before and after; empty at an end."""
        index = self.codes.index(code)
        return (self.codes[index - 1] if index else "", self.codes[index + 1] if index + 1 < len(self.codes) else "")

    def of_branch(self, branch_id: int) -> "Layout":
        """The rubric as a branch has fitted it; itself for a branch that has not."""
        return laid_out(self.content, branch_id) if branch_id in self.adapting else self


@lru_cache(maxsize=256)
def laid_out(content: str, branch_id: int = 0) -> Layout:
    """From the text that is kept of a rubric. A changed rubric is another text, so nothing can be stale."""
    data = json.loads(content)
    rubric = rubric_of_branch(data, branch_id)
    return Layout(
        content,
        frozenset(map(int, data.get("adaptations", {}))),
        rubric,
        tuple(criterion.code for criterion in rubric.criteria),
        tuple(criterion.code for criterion in rubric.criteria if not criterion.one_voice),
        frozenset(c.code for c in rubric.criteria if c.kind is CriterionKind.MEASURED),
        {criterion.code: criterion for criterion in rubric.criteria},
        {criterion.code: dimension for dimension in rubric.dimensions for criterion in dimension.criteria},
    )
