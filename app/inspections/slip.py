"""What a 得分说明单 says: every point down to criterion, record, person and time, as plain data.

The same data is drawn for an open sheet, frozen when a quarter is published, and hashed. Times are wall-clock times of
the house in ISO form; points are exact text where they were given and two places where they are a mean or a sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from app.inspections.hearing import NOT_HEARD, Hearing, hearing_data
from app.inspections.scoring import (
    ONE_VOICE,
    CriterionScore,
    DimensionScore,
    Mark,
    Result,
    Sheet,
    exact_text,
    half_up,
    next_step,
    score,
    shown_points,
    strength,
    two_places,
)
from app.rubrics.rubric import Condition, Criterion, CriterionKind, Rubric, points_text

T = TypeVar("T")

SELF = 1
"""The one marker of a self check: whoever of the group wrote it, the group answers."""


@dataclass(frozen=True, slots=True)
class MarkLine:
    code: str
    marker: int
    author: str
    at: str
    points: Fraction | None
    taken: tuple[Mapping[str, Any], ...] = ()
    reason: str = ""
    evidence: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckLine:
    code: str
    holds: bool
    reason: str
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class BonusLine:
    id: int
    level_name: str
    honour: str
    points: Fraction
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class Record:
    """All current rows of one sheet. `panel` names those who mark it, by id."""

    panel: Mapping[int, str]
    marks: tuple[MarkLine, ...] = ()
    self_marks: tuple[MarkLine, ...] = ()
    checks: tuple[CheckLine, ...] = ()
    bonuses: tuple[BonusLine, ...] = ()
    hearing: Hearing = NOT_HEARD


def assess(rubric: Rubric, record: Record) -> Result:
    return score(
        rubric,
        Sheet(
            frozenset(record.panel),
            _marks_by_code(record.marks),
            {check.code: check.holds for check in record.checks},
            tuple(bonus.points for bonus in record.bonuses),
        ),
    )


def assess_self(rubric: Rubric, record: Record) -> Result:
    """The group's own view: one marker, no gates, no vetoes, no bonus. What the system measures stands here too: nobody
    is asked for it."""
    bare = Rubric(rubric.title, rubric.dimensions)
    voice = self_voices(rubric)
    own = {line.code: (Mark(voice[line.code], line.points),) for line in record.self_marks if line.code in voice}
    return score(bare, Sheet(frozenset({SELF}), measured_marks(rubric, _marks_by_code(record.marks)) | own))


def self_voices(rubric: Rubric) -> dict[str, int]:
    """Codes that a self check covers, each with the marker as which scoring hears it."""
    return {c.code: ONE_VOICE if c.one_voice else SELF for c in rubric.criteria if c.kind is not CriterionKind.MEASURED}


def measured_marks(rubric: Rubric, marks: Mapping[str, T]) -> dict[str, T]:
    """Those of what the system measures."""
    return {c.code: marks[c.code] for c in rubric.criteria if c.kind is CriterionKind.MEASURED and c.code in marks}


def _marks_by_code(lines: Iterable[MarkLine]) -> dict[str, tuple[Mark, ...]]:
    found: dict[str, tuple[Mark, ...]] = {}
    for line in lines:
        found[line.code] = (*found.get(line.code, ()), Mark(line.marker, line.points))
    return found


def compose(rubric: Rubric, record: Record, result: Result, own: Result) -> dict[str, Any]:
    """`own` is the group's self check. Works for an open sheet too: what is not there yet is None, and `open` names it."""
    scores = {item.code: item for item in result.criteria}
    return {
        "dimensions": [
            {
                **dimension_data(item),
                "full": points_text(dimension.maximum),
                "business": dimension.business,
                "criteria": [_criterion_data(c, scores[c.code], record) for c in dimension.criteria],
            }
            for dimension, item in zip(rubric.dimensions, result.dimensions, strict=True)
        ],
        "gates": [_condition_data(gate, record.checks) for gate in rubric.gates],
        "vetoes": [_condition_data(veto, record.checks) for veto in rubric.vetoes],
        "hearing": hearing_data(record.hearing),
        "bonuses": [_bonus_data(bonus) for bonus in record.bonuses],
        "bonus": _two(result.bonus),
        "bonus_claimed": _two(result.bonus_claimed),
        "bonus_cap": points_text(rubric.bonus_cap),
        "earned": exact_text(result.earned),
        "applicable": points_text(result.applicable),
        "maximum": points_text(rubric.maximum),
        "base": None if result.base is None else _two(result.base),
        "total": None if result.total is None else _two(result.total),
        "exact": None if result.total is None else exact_text(result.total),
        "standing": result.standing.value,
        "self_total": None if own.total is None else _two(own.total),
        "self_at": max((line.at for line in record.self_marks), default=None),
        "not_applicable": [f"{item.code} {item.title}" for item in result.not_applicable],
        "open": [f"{item.code} {item.title}" for item in result.open],
        "panel": list(record.panel.values()),
    }


def dimension_data(item: DimensionScore) -> dict[str, Any]:
    """`percent` is the rate in whole per cent, half up, None while open or all N/A."""
    return {
        "code": item.code,
        "title": item.title,
        "points": _two(item.points) if item.complete else None,
        "maximum": points_text(item.maximum),
        "percent": None if item.rate is None else half_up(item.rate),
    }


def _criterion_data(criterion: Criterion, item: CriterionScore, record: Record) -> dict[str, Any]:
    own = next((line for line in record.self_marks if line.code == criterion.code), None)
    lines = [line for line in record.marks if line.code == criterion.code]
    return {
        "code": criterion.code,
        "title": criterion.title,
        "kind": criterion.kind.value,
        "maximum": points_text(criterion.maximum),
        "state": item.state.value,
        "points": None if item.points is None else _two(item.points),
        "marks": [_mark_data(line) for line in sorted(lines, key=lambda line: (line.at, line.marker))],
        "self": None if own is None else _mark_data(own),
    }


def _mark_data(line: MarkLine) -> dict[str, Any]:
    return {
        "author": line.author,
        "at": line.at,
        "points": None if line.points is None else points_text(line.points),
        "taken": [dict(item) for item in line.taken],
        "reason": line.reason,
        "evidence": [dict(item) for item in line.evidence],
    }


def _condition_data(condition: Condition, checks: Iterable[CheckLine]) -> dict[str, Any]:
    check = next((check for check in checks if check.code == condition.code), None)
    return {
        "code": condition.code,
        "title": condition.title,
        "holds": None if check is None else check.holds,
        "reason": check.reason if check else "",
        "author": check.author if check else "",
        "at": check.at if check else "",
    }


def _bonus_data(bonus: BonusLine) -> dict[str, Any]:
    return {
        "level_name": bonus.level_name,
        "honour": bonus.honour,
        "points": points_text(bonus.points),
        "author": bonus.author,
        "at": bonus.at,
    }


def _two(value: Fraction) -> str:
    return two_places(half_up(value))


def slip_points(text: str | None) -> str:
    """What a slip holds as exact text, as a page and a sheet of a workbook show it: "1/2" as 0.5, nothing as 不适用."""
    return "不适用" if text is None else shown_points(Fraction(text))


def slip_deduction(item: Mapping[str, Any]) -> str:
    """One thing that a mark has taken: 里程碑延期 −2, 晚交 −0.5×3. What the system had measured before a correction is
    said beside the value in its place."""
    if item["code"] == "measured":
        before = item["points"] if item["points"] == "不适用" else f"{slip_points(item['points'])} 分"
        return f"系统测算 {before}（{item['label'].strip('。')}），改判"
    times = f"×{item['count']}" if item["count"] != 1 else ""
    return f"{item['label']} −{slip_points(item['points'])}{times}"


def strength_text(result: Result) -> str:
    """The best dimension; where several are full, all of them by name, or how many beyond three."""
    full = [dimension.title for dimension in result.dimensions if dimension.rate == 1]
    best = strength(result.dimensions)
    if best is None or best.rate is None:
        return ""
    if len(full) > 3:
        return f"{'、'.join(full[:2])}等 {len(full)} 个维度满分。"
    return f"{'、'.join(full)}满分。" if full else f"{best.title}得分率 {half_up(best.rate)}%，为本组最高。"


def next_step_text(rubric: Rubric, result: Result) -> str:
    """The weakest dimension and, in it, where most was lost."""
    weakest = next_step(result.dimensions)
    if weakest is None:
        return ""
    codes = {criterion.code for d in rubric.dimensions if d.code == weakest.code for criterion in d.criteria}
    inside = [item for item in result.criteria if item.code in codes and item.points is not None]
    lost = max(inside, key=lambda item: item.maximum - (item.points or 0), default=None)
    return f"{weakest.title}可再进一步" + (f"，先看“{lost.title}”。" if lost else "。")


def marks_in(slip: dict[str, Any], code: str) -> list[dict[str, Any]]:
    """The current marks of one criterion, as the slip has them."""
    marks: list[dict[str, Any]] = next(
        c["marks"] for d in slip["dimensions"] for c in d["criteria"] if c["code"] == code
    )
    return marks
