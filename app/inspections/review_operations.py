"""What the review decides on single criteria."""

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Refused
from app.inspections import review_queries
from app.inspections.conflict_queries import is_own_group
from app.inspections.course import PANEL_SCORES_OPEN
from app.inspections.hearing_models import ReviewDecision
from app.inspections.mark_operations import NoSuchCriterion, NotOpen, current_state
from app.inspections.marking import MarkRefused
from app.inspections.models import Sheet


class OwnReview(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__("这是您所在（或本季曾在）的党小组，它的复核决定请由别人来写。")


def decide_review(sheet: Sheet, code: str, reason: str, *, again: bool, by: Doer) -> ReviewDecision:
    """What the review decided on a criterion: the marks stand, or the panel is asked to look again. Never by somebody of the group."""
    if is_own_group(by.account_id, sheet):
        raise OwnReview
    state = current_state(sheet)
    if state not in PANEL_SCORES_OPEN:
        raise NotOpen(state, "复核已经结束")
    criterion = sheet.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    reason = reason.strip()
    if not reason:
        raise MarkRefused("reason", "请写明理由：为什么维持，或者要再看什么（空格不算）。")
    before = review_queries.current_decision(sheet.id, code)
    if before is not None:
        if (before.again, before.reason) == (again, reason):
            return before
        before.replaced_at = clock.now()
        db.session.flush()
    row = ReviewDecision(
        committee_id=sheet.committee_id, sheet_id=sheet.id, code=code, again=again, reason=reason[:300],
        account_id=by.account_id, author=by.name, decided_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    record(
        by,
        "sheet.review",
        sheet,
        before={"code": code, "reason": before.reason} if before else None,
        after={"code": code, "criterion": criterion.title, "again": again, "reason": row.reason},
    )
    return row
