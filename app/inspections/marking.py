"""What one mark may be: the points that follow from its deductions or its step, and when it must give a reason.

The points of a deduction criterion are never typed. They follow from counted deductions and a free further deduction,
so that the slip can say what each point was taken for; the floor is 0. What the system measured is put right by typed
points and always with a reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.foundation.errors import Refused
from app.rubrics.rubric import Criterion, CriterionKind, points_text

HALF = Fraction(1, 2)
MAXIMUM_COUNT = 99
REASON_LENGTH = 500


class MarkRefused(Refused):
    """`field` names the input at which the message belongs."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mark as somebody asks for it: N/A; or counted deductions and a further one; or the points of a step."""

    not_applicable: bool = False
    counts: Mapping[str, int] | None = None
    further: Fraction = Fraction(0)
    step: Fraction | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """An admissible mark; `points` None says 不适用."""

    points: Fraction | None
    counts: tuple[tuple[str, int], ...]
    further: Fraction
    reason: str


def judge(criterion: Criterion, proposal: Proposal) -> Judged:
    """Raises MarkRefused with the field and a sentence that says what to do next."""
    reason = proposal.reason.strip()
    if len(reason) > REASON_LENGTH:
        raise MarkRefused("reason", f"理由有 {len(reason)} 字，请压缩到 {REASON_LENGTH} 字以内。")
    if proposal.not_applicable and not criterion.allows_na:
        raise MarkRefused("points", "细则规定本项不能评“不适用”，请按实际情况评分。")
    if proposal.not_applicable:
        if not reason:
            raise MarkRefused("reason", "选了“不适用”，请写明为什么不适用，会写进得分说明单。")
        return Judged(None, (), Fraction(0), reason)
    points, counts, further = _points(criterion, proposal)
    if criterion.kind is CriterionKind.MEASURED and not reason:
        raise MarkRefused(
            "reason", "本项由系统按记录测算。要改成别的分，请写明依据（空格不算），两个分都会写进得分说明单。"
        )
    if points < criterion.maximum and not reason:
        raise MarkRefused("reason", "扣了分，请写明扣分理由（空格不算），会写进得分说明单。")
    return Judged(points, counts, further, reason)


def _points(criterion: Criterion, proposal: Proposal) -> tuple[Fraction, tuple[tuple[str, int], ...], Fraction]:
    if criterion.kind is CriterionKind.DEDUCTION:
        return _after_deductions(criterion, proposal)
    if criterion.kind is CriterionKind.MEASURED:
        return _corrected(criterion, proposal), (), Fraction(0)
    if proposal.step is None:
        raise MarkRefused("points", "请先选一档再保存。")
    if proposal.step not in allowed_points(criterion):
        raise MarkRefused("points", "没有这一档，请在列出的档次中选一个。")
    return proposal.step, (), Fraction(0)


def _corrected(criterion: Criterion, proposal: Proposal) -> Fraction:
    if proposal.step is None or not 0 <= proposal.step <= criterion.maximum:
        raise MarkRefused("points", f"请填改成的分数，在 0 到 {points_text(criterion.maximum)} 之间，最多两位小数。")
    return proposal.step


def allowed_points(criterion: Criterion) -> tuple[Fraction, ...]:
    """Best first: the steps of a scale, or all / nothing of a met-or-not criterion."""
    if criterion.kind is CriterionKind.SCALE:
        return tuple(sorted((step.points for step in criterion.steps), reverse=True))
    return (criterion.maximum, Fraction(0))


def _after_deductions(
    criterion: Criterion, proposal: Proposal
) -> tuple[Fraction, tuple[tuple[str, int], ...], Fraction]:
    counts = {code: count for code, count in (proposal.counts or {}).items() if count}
    known = {deduction.code: deduction.points for deduction in criterion.deductions}
    if counts.keys() - known.keys():
        raise MarkRefused("counts", "有一个扣分项不在本项细则里，请刷新页面再评。")
    if any(not 0 <= count <= MAXIMUM_COUNT for count in counts.values()):
        raise MarkRefused("counts", f"扣分项的次数应在 0 到 {MAXIMUM_COUNT} 之间。")
    if not 0 <= proposal.further <= criterion.maximum or (proposal.further / HALF).denominator != 1:
        raise MarkRefused("further", "其他扣分应是 0.5 的倍数，且不超过本项满分。")
    lost = sum((known[code] * count for code, count in counts.items()), proposal.further)
    return max(Fraction(0), criterion.maximum - lost), tuple(sorted(counts.items())), proposal.further
