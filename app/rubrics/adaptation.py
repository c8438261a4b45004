"""How a branch fits a committee's rubric to its own work: other words and shifted weights, within the limits that the
rubric sets for each criterion (`rewordable`, `play`). Criteria are never added or dropped, and no dimension changes its sum.

An adaptation is a document of differences by criterion. It is kept with the rubric and locked with it. What the committee
changes later may make a part of it void: then the committee's own criterion stands for that part.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric, points_text
from app.rubrics.rubric import from_data as rubric_from_data

TEXTS = ("title", "guidance", "example")


@dataclass(frozen=True, slots=True)
class Change:
    """None: as the committee has it."""

    maximum: Fraction | None = None
    title: str | None = None
    guidance: str | None = None
    example: str | None = None


Changes = Mapping[str, Change]


def changes_between(rubric: Rubric, wanted: Mapping[str, Change]) -> dict[str, Change]:
    """Only what really differs."""
    found = {}
    for criterion in rubric.criteria:
        asked = wanted.get(criterion.code, Change())
        kept = {
            name: value
            for name in ("maximum", *TEXTS)
            if (value := getattr(asked, name)) is not None and value != getattr(criterion, name)
        }
        if kept:
            found[criterion.code] = Change(**kept)
    return found


def problems(rubric: Rubric, changes: Changes) -> dict[str, str]:
    """By criterion, or by dimension where its sum moved; each says what to do."""
    found = {}
    for code, change in changes.items():
        criterion = rubric.criterion(code)
        words = "细则里没有这一项，请刷新页面再改。" if criterion is None else _criterion_problem(criterion, change)
        if words:
            found[code] = words
    for dimension in rubric.dimensions:
        moved = _adapted(dimension, changes).maximum_of_criteria - dimension.maximum_of_criteria
        if moved:
            more = "多" if moved > 0 else "少"
            found[f"dimension-{dimension.code}"] = (
                f"“{dimension.title}”合计{more}了 {points_text(abs(moved))} 分，请在本维度内补平。"
            )
    return found


def _criterion_problem(criterion: Criterion, change: Change) -> str:
    if any(getattr(change, name) is not None for name in TEXTS) and not criterion.rewordable:
        return "党委没有放开这一项的文字，请按原文。"
    if change.title is not None and not change.title.strip():
        return "请填指标名称。"
    if change.maximum is not None and abs(change.maximum - criterion.maximum) > criterion.play:
        if not criterion.play:
            return f"党委没有放开这一项的满分，请按 {points_text(criterion.maximum)} 分。"
        low, high = criterion.maximum - criterion.play, criterion.maximum + criterion.play
        return f"满分只能在 {points_text(max(low, Fraction(0)))} 到 {points_text(high)} 分之间。"
    if change.maximum is not None and change.maximum <= _least(criterion):
        return f"满分要大于 {points_text(_least(criterion))} 分。"
    return ""


def _least(criterion: Criterion) -> Fraction:
    """The second best step stays below the best, which follows the maximum."""
    steps = sorted({step.points for step in criterion.steps})
    return steps[-2] if len(steps) > 1 else Fraction(0)


def adapted(rubric: Rubric, changes: Changes) -> Rubric:
    """The rubric as it holds for the branch. What is void is left out: single criteria, and weights of dimensions whose
    sum would move."""
    wrong = problems(rubric, changes)
    sound = {code: change for code, change in changes.items() if code not in wrong}
    dimensions = []
    for dimension in rubric.dimensions:
        own = _adapted(dimension, sound)
        if own.maximum_of_criteria != dimension.maximum_of_criteria:
            own = _adapted(dimension, {code: replace(change, maximum=None) for code, change in sound.items()})
        dimensions.append(own)
    return replace(rubric, dimensions=tuple(dimensions))


def _adapted(dimension: Dimension, changes: Changes) -> Dimension:
    return replace(
        dimension, criteria=tuple(_changed(one, changes.get(one.code, Change())) for one in dimension.criteria)
    )


def _changed(criterion: Criterion, change: Change) -> Criterion:
    texts: dict[str, Any] = {name: getattr(change, name) for name in TEXTS if getattr(change, name) is not None}
    if change.maximum is None:
        return replace(criterion, **texts)
    steps = criterion.steps
    if criterion.kind is CriterionKind.SCALE and steps:
        best = max(step.points for step in steps)
        steps = tuple(replace(step, points=change.maximum) if step.points == best else step for step in steps)
    return replace(criterion, maximum=change.maximum, steps=steps, **texts)


def as_data(changes: Changes) -> dict[str, Any]:
    return {
        code: {
            name: points_text(value) if isinstance(value, Fraction) else value
            for name in ("maximum", *TEXTS)
            if (value := getattr(change, name)) is not None
        }
        for code, change in changes.items()
    }


def from_data(data: Mapping[str, Any]) -> dict[str, Change]:
    return {
        code: Change(
            Fraction(parts["maximum"]) if "maximum" in parts else None,
            parts.get("title"),
            parts.get("guidance"),
            parts.get("example"),
        )
        for code, parts in data.items()
    }


def rubric_of_branch(content: Mapping[str, Any], branch_id: int) -> Rubric:
    """From the document that is kept: the rubric and, beside it, `adaptations` by branch."""
    rubric = rubric_from_data(dict(content))
    own = content.get("adaptations", {}).get(str(branch_id))
    return adapted(rubric, from_data(own)) if own else rubric
