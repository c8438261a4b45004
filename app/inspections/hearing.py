"""What a group said of its sheet before publication and what came of it, as the frozen slip keeps it; and what an appeal
may ask for and bring."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.inspections.marking import HALF, Judged, MarkRefused, allowed_points
from app.inspections.scoring import half_up, two_places
from app.rubrics.rubric import Criterion, CriterionKind, points_text

WORDS_LENGTH, DECISION_LENGTH = 500, 400


@dataclass(frozen=True, slots=True)
class AnswerLine:
    author: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class AppealLine:
    """`before`, `after`: the criterion's points, None for 不适用; `after` says nothing while `upheld` is False."""

    code: str
    title: str
    reason: str
    author: str
    at: str
    before: Fraction | None
    evidence: tuple[Mapping[str, Any], ...]
    upheld: bool
    after: Fraction | None
    decision: str
    decider: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class Hearing:
    answer: AnswerLine | None = None
    appeals: tuple[AppealLine, ...] = ()


NOT_HEARD = Hearing()


def hearing_data(hearing: Hearing) -> dict[str, Any] | None:
    """None where the group was not heard: rounds without feedback and appeals."""
    if hearing == NOT_HEARD:
        return None
    answer = hearing.answer
    return {
        "answer": None if answer is None else {"author": answer.author, "at": answer.at, "words": answer.words},
        "appeals": [_appeal_data(appeal) for appeal in hearing.appeals],
    }


def _appeal_data(line: AppealLine) -> dict[str, Any]:
    return {
        "code": line.code,
        "title": line.title,
        "reason": line.reason,
        "author": line.author,
        "at": line.at,
        "before": points_or_none(line.before),
        "evidence": [dict(item) for item in line.evidence],
        "upheld": line.upheld,
        "after": points_or_none(line.after) if line.upheld else None,
        "decision": line.decision,
        "decider": line.decider,
        "decided_at": line.decided_at,
    }


def points_or_none(points: Fraction | None) -> str | None:
    return None if points is None else two_places(half_up(points))


def window_words(until: date, today: date) -> str:
    """How long the appeal window stands open; empty once it is over."""
    days = (until - today).days
    if days < 0:
        return ""
    return "今天是最后一天" if days == 0 else f"还有 {days} 天，到{until.month}月{until.day}日"


def corrected(
    criterion: Criterion, before: Fraction | None, points: Fraction | None, *, not_applicable: bool
) -> Judged:
    """The mark that an upheld appeal puts in the place of the panel's: better than before, or 不适用. Raises MarkRefused."""
    if not_applicable:
        if not criterion.allows_na:
            raise MarkRefused("points", "细则规定本项不能评“不适用”，请填更正后的得分。")
        if before is None:
            raise MarkRefused("points", "本项现在就是“不适用”，没有可更正的。申诉不成立请选不成立。")
        return Judged(None, (), Fraction(0), "")
    if points is None:
        raise MarkRefused("points", "申诉成立，请填更正后的得分。")
    if not 0 <= points <= criterion.maximum:
        raise MarkRefused("points", f"本项满分 {points_text(criterion.maximum)} 分，请填 0 到满分之间的分数。")
    if criterion.kind in (CriterionKind.SCALE, CriterionKind.MET) and points not in allowed_points(criterion):
        steps = "、".join(points_text(step) for step in allowed_points(criterion))
        raise MarkRefused("points", f"没有这一档，本项可以是 {steps} 分。")
    if criterion.kind is CriterionKind.DEDUCTION and (points / HALF).denominator != 1:
        raise MarkRefused("points", "扣分项的得分是 0.5 的倍数。")
    if before is not None and points <= before:
        raise MarkRefused(
            "points", f"现在是 {two_places(half_up(before))} 分，申诉成立只会往上更正。不改分请选不成立。"
        )
    lost = criterion.maximum - points if criterion.kind is CriterionKind.DEDUCTION else Fraction(0)
    return Judged(points, (), lost, "")
