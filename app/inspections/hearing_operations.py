"""The groups' answers to their sheets, their appeals, and the committee's decisions on these."""

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import select

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.inspections import hearing_queries, mark_queries
from app.inspections.conflict_queries import is_own_group
from app.inspections.course import HEARING, RoundState
from app.inspections.hearing import DECISION_LENGTH, WORDS_LENGTH, corrected
from app.inspections.hearing_models import Appeal, AppealOutcome, Feedback
from app.inspections.mark_operations import NoSuchCriterion, NotOpen, current_state, evidence_data, taken_data
from app.inspections.marking import Judged, MarkRefused
from app.inspections.measure_operations import measured_words
from app.inspections.models import Mark, MarkSource, Sheet
from app.inspections.slip import assess
from app.rubrics.rubric import Criterion, CriterionKind


class AppealsClosed(Conflict):
    def __init__(self, sheet: Sheet) -> None:
        until = sheet.round.appeals_until
        super().__init__(f"申诉到{until.month}月{until.day}日截止，现在不能再提。")


class AppealedBefore(Conflict):
    def __init__(self) -> None:
        super().__init__("这一项已经申诉过，一项只申诉一次；撤回的也不再提。")


class AppealDecided(Conflict):
    def __init__(self, appeal: Appeal) -> None:
        if appeal.outcome is AppealOutcome.WITHDRAWN:
            super().__init__("这条申诉已经由党小组撤回，不用再决定。")
        else:
            said = appeal.outcome.label if appeal.outcome else ""
            super().__init__(f"{appeal.decider}已经决定过这条申诉（{said}），决定不再改。")


class OwnAppeal(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__("这条申诉是您提的，或是您所在（或本季曾在）的党小组的，请由别人决定。")


def answer_sheet(sheet: Sheet, words: str, *, by: Doer) -> Feedback:
    """The group has seen its sheet. A later answer replaces the earlier one; the same again changes nothing."""
    state = current_state(sheet)
    if state not in HEARING:
        raise NotOpen(state, "现在不能回话")
    words = words.strip()[:WORDS_LENGTH]
    before = hearing_queries.current_answer(sheet.id)
    if before is not None:
        if before.words == words:
            return before
        before.replaced_at = clock.now()
        db.session.flush()
    row = Feedback(
        committee_id=sheet.committee_id, sheet_id=sheet.id, words=words, account_id=by.account_id, author=by.name,
        answered_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    record(by, "sheet.answer", sheet, before={"words": before.words} if before else None, after={"words": words})
    return row


def withdraw_answer(sheet: Sheet, *, by: Doer) -> None:
    """The group is waited for again; nothing to take back changes nothing."""
    state = current_state(sheet)
    if state not in HEARING:
        raise NotOpen(state, "回的话不能再收回")
    before = hearing_queries.current_answer(sheet.id)
    if before is not None:
        before.replaced_at = clock.now()
        record(by, "sheet.take-back", sheet, before={"words": before.words})


def make_appeal(sheet: Sheet, code: str, reason: str, evidence: Iterable[str], *, by: Doer) -> Appeal:
    """Against one criterion, once a round, with a reason and records of the quarter, until the window closes."""
    state = current_state(sheet)
    if state is not RoundState.APPEAL:
        raise NotOpen(state, "现在不能申诉")
    if clock.today() > sheet.round.appeals_until:
        raise AppealsClosed(sheet)
    criterion = _criterion(sheet, code)
    if hearing_queries.appeal_of(sheet.id, code) is not None:
        raise AppealedBefore
    reason = reason.strip()
    if not reason:
        raise MarkRefused("reason", "请写明为什么不同意：哪件事、有什么依据（空格不算）。")
    if len(reason) > WORDS_LENGTH:
        raise MarkRefused("reason", f"理由有 {len(reason)} 字，请压缩到 {WORDS_LENGTH} 字以内。")
    points = points_now(sheet, code)
    if points == criterion.maximum:
        raise MarkRefused("reason", "本项已经是满分，不用申诉。")
    row = Appeal(
        committee_id=sheet.committee_id, sheet=sheet, code=code, title=criterion.title, reason=reason,
        evidence=evidence_data(sheet, evidence), before=points, account_id=by.account_id, author=by.name,
        appealed_at=clock.now(),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(by, "appeal.submit", row, after={"code": code, "reason": reason, "points": _said(points)})
    return row


def decide_appeal(
    appeal: Appeal,
    outcome: AppealOutcome,
    decision: str,
    points: Fraction | None = None,
    *,
    not_applicable: bool = False,
    by: Doer,
) -> None:
    """Upheld: a better mark, or 不适用, is appended in the place of every current mark of the criterion, with the decision
    as its reason. Rejected: nothing changes. Either way the reason is kept and stands in the frozen slip."""
    sheet = appeal.sheet
    state = current_state(sheet)
    db.session.refresh(appeal, ["outcome", "decider"])  # as it stands under the lock
    if appeal.outcome is not None:
        raise AppealDecided(appeal)
    if state is not RoundState.APPEAL:
        raise NotOpen(state, "现在不能决定申诉")
    _require_elsewhere(appeal, by)
    decision = decision.strip()
    if not decision:
        raise MarkRefused("decision", "请写明决定的理由，会写进得分说明单（空格不算）。")
    if len(decision) > DECISION_LENGTH:
        raise MarkRefused("decision", f"理由有 {len(decision)} 字，请压缩到 {DECISION_LENGTH} 字以内。")
    before = points_now(sheet, appeal.code)
    if outcome is AppealOutcome.UPHELD:
        criterion = _criterion(sheet, appeal.code)
        judged = corrected(criterion, before, points, not_applicable=not_applicable)
        _replace_marks(sheet, criterion, judged, f"申诉成立：{decision}", by)
        appeal.after = judged.points
    appeal.outcome, appeal.decision = outcome, decision
    appeal.decider, appeal.decided_at = by.name, clock.now()
    record(
        by,
        "appeal.decide",
        appeal,
        before={"points": _said(before)},
        after={"state": outcome.value, "reason": decision, "points": _said(points_now(sheet, appeal.code))},
    )


def withdraw_appeal(appeal: Appeal, *, by: Doer) -> None:
    """By the group, while nobody has decided: it stays to be read on the group's page and stands in no slip."""
    state = current_state(appeal.sheet)
    db.session.refresh(appeal, ["outcome", "decider"])  # as it stands under the lock
    if appeal.outcome is AppealOutcome.WITHDRAWN:
        return
    if appeal.outcome is not None:
        raise AppealDecided(appeal)
    if state is not RoundState.APPEAL:
        raise NotOpen(state, "申诉不能再撤回")
    appeal.outcome = AppealOutcome.WITHDRAWN
    appeal.decider, appeal.decided_at = by.name, clock.now()
    record(by, "appeal.take-back", appeal, before={"code": appeal.code, "reason": appeal.reason})


def _require_elsewhere(appeal: Appeal, by: Doer) -> None:
    """Nobody decides what they asked for, nor for a group of their own."""
    if by.account_id is not None and by.account_id == appeal.account_id:
        raise OwnAppeal
    if is_own_group(by.account_id, appeal.sheet):
        raise OwnAppeal


def _replace_marks(sheet: Sheet, criterion: Criterion, judged: Judged, reason: str, by: Doer) -> None:
    """In the place of each mark that counts; the former ones stay in the record."""
    current = db.session.scalars(
        select(Mark)
        .where(
            Mark.sheet_id == sheet.id,
            Mark.code == criterion.code,
            Mark.source == MarkSource.PANEL,
            Mark.replaced_at.is_(None),
        )
        .order_by(Mark.id)
    ).all()
    now = clock.now()
    for mark in current:
        mark.replaced_at = now
    db.session.flush()
    db.session.add_all(
        Mark(
            committee_id=sheet.committee_id, sheet_id=sheet.id, code=criterion.code, source=MarkSource.PANEL,
            account_id=mark.account_id, author=by.name, points=judged.points,
            taken=measured_words(mark) if criterion.kind is CriterionKind.MEASURED else taken_data(criterion, judged),
            reason=reason, evidence=mark.evidence, marked_at=now,
        )
        for mark in current
    )  # fmt: skip
    db.session.flush()


def _criterion(sheet: Sheet, code: str) -> Criterion:
    found = sheet.rubric.criterion(code)
    if found is None:
        raise NoSuchCriterion
    return found


def points_now(sheet: Sheet, code: str) -> Fraction | None:
    """The criterion's points as the marks stand; None for 不适用."""
    rubric = sheet.rubric
    result = assess(rubric, mark_queries.records(sheet.round.panel, [sheet])[sheet.id])
    return next(item.points for item in result.criteria if item.code == code)


def _said(points: Fraction | None) -> Fraction | str:
    return "不适用" if points is None else points
