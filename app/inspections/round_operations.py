"""Planning a round, choosing its panel, and taking it through its course."""

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from sqlalchemy import select, update

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Quarter
from app.inspections import composing_operations, conflict_queries, hearing_queries, publication_queries, queries
from app.inspections.course import (
    OPTIONAL,
    PANEL_MAY_CHANGE,
    SHEET_SHOWN,
    STATE_NAMES,
    Facts,
    RoundState,
    hindrance,
)
from app.inspections.hearing_models import Feedback
from app.inspections.measure_operations import measure_round
from app.inspections.models import InspectionRound, PanelMember, Sheet
from app.inspections.plan import Plan
from app.organisation.models import Committee
from app.rubrics.models import RubricVersion
from app.rubrics.operations import lock_rubric

REASON_LENGTH = 300
MEASURED_AT = frozenset({RoundState.SELF_CHECK, RoundState.VISIT, RoundState.SCORING, RoundState.REVIEW})
COMPOSED_AT = SHEET_SHOWN | {RoundState.REVIEW}
"""The panel is done here: the steps after it read totals, and publishing composes no more."""


class RoundExists(Conflict):
    def __init__(self, quarter: Quarter) -> None:
        super().__init__(f"{quarter.label}已经有一轮督查了，请打开那一轮继续。")


class RoundOvertaken(Conflict):
    def __init__(self) -> None:
        super().__init__("这一轮督查刚被别人改过，请刷新页面，看过现在的内容再改。")


class PlanRefused(Refused):
    """`field` names the input at which the message belongs."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class StepHindered(Refused):
    """The step is on the path, but something is not done yet; the message says what."""


class NoReasonToGoBack(Refused):
    def __init__(self) -> None:
        super().__init__("请写明为什么退回，会记入审计，也让等着的人明白（空格不算）。")


def plan_round(
    committee: Committee, quarter: Quarter, rubric_version: RubricVersion, plan: Plan, *, by: Doer
) -> InspectionRound:
    """One round a quarter and committee; locks its rubric and makes a sheet for every group of the quarter's end."""
    if queries.round_of(committee.id, quarter) is not None:
        raise RoundExists(quarter)
    if rubric_version.committee_id != committee.id:
        raise PlanRefused("rubric", "请选本党委自己的评分细则。")
    _check(plan)
    lock_rubric(rubric_version, by=by)
    row = InspectionRound(
        committee_id=committee.id,
        quarter=quarter,
        rubric_version=rubric_version,
        state=RoundState.PLAN,
        created_at=clock.now(),
        **plan.values(),
    )
    db.session.add(row)
    db.session.flush()
    count = set_up_sheets(row)
    record(
        by,
        "round.plan",
        row,
        after={"quarter": quarter, "rubric": rubric_version.number, "groups": count, **plan.values()},
    )
    return row


def _check(plan: Plan) -> None:
    dates = plan.dates()
    for name, words, day in dates:
        if day is None:
            raise PlanRefused(name, f"请选{words}的日期。")
    for (_, earlier, first), (name, words, then) in pairwise(dates):
        if first and then and then < first:
            raise PlanRefused(name, f"{words}不能早于{earlier}，请改晚一些。")


def change_plan(row: InspectionRound, plan: Plan, *, seen: int, by: Doer) -> None:
    """A published round keeps its plan: what it said stands in the frozen result. Steps that are reached or past stay as
    they are, and an appeal window that is open is not shortened."""
    if row.version != seen:
        raise RoundOvertaken
    if row.state is RoundState.PUBLISHED:
        raise PlanRefused("title", "结果已发布，方案不能再改。如需更正，请先重新打开这一轮。")
    _check(plan)
    order = list(RoundState)
    fixed = [
        s for s in OPTIONAL if (s in plan.stages) is not (s in row.stages) and order.index(s) <= order.index(row.state)
    ]
    if fixed:
        raise PlanRefused("stages", f"“{STATE_NAMES[fixed[0]]}”这一步已经到了或过了，不能再增减。")
    if row.state is RoundState.APPEAL and plan.appeals_until < row.appeals_until:
        raise PlanRefused("appeals_until", "申诉已经开放，截止日只能往后改，不能提前。")
    values = plan.values()
    before = {key: getattr(row, key) for key in values}
    for key, value in values.items():
        setattr(row, key, value)
    changed = {key: value for key, value in values.items() if before[key] != value}
    if changed:
        record(by, "round.change", row, before={key: before[key] for key in changed}, after=changed)


def choose_panel(row: InspectionRound, account_ids: Iterable[int], *, by: Doer) -> None:
    """The whole panel anew. Somebody taken off it keeps their marks in the record, but these no longer count."""
    if locked_state(row) not in PANEL_MAY_CHANGE:
        raise Conflict("已进入复核或已发布，评委不能再换。")
    today = clock.today()
    candidates = {c.id: c.name for c in queries.panel_candidates(row.committee_id, today)}
    wanted = list(dict.fromkeys(account_ids))
    if not set(wanted) <= candidates.keys():
        raise PlanRefused("members", "有人现在不能当评委（账号停用，或是系统管理员、审计员），请重新勾选。")
    conflicts = conflict_queries.own_groups(wanted, row.quarter)
    before = [member.name for member in row.panel]
    sitting = {member.account_id: member for member in row.panel}
    for account_id, member in sitting.items():
        if account_id not in wanted:
            row.panel.remove(member)
    for account_id in wanted:
        own = conflicts.get(account_id, [])
        if account_id in sitting:
            sitting[account_id].stand_back(own)
        else:
            row.panel.append(
                PanelMember(
                    committee_id=row.committee_id,
                    account_id=account_id,
                    name=candidates[account_id],
                    own=own,
                    conflicts=own,
                )
            )
    composing_operations.overtake_round(row)
    record(by, "round.panel", row, before={"panel": before}, after={"panel": [candidates[i] for i in wanted]})


def move_round(row: InspectionRound, to: RoundState, *, by: Doer, reason: str = "") -> None:
    """One step onward, or one back with a reason; publishing and reopening have acts of their own."""
    course, now = row.course, locked_state(row)
    course.require(now, to)
    if to is RoundState.PUBLISHED:
        raise Conflict("发布要在复核或审定页面办理。")
    back, reason = course.goes_back(now, to), reason.strip()
    if back and not reason:
        raise NoReasonToGoBack
    if to in MEASURED_AT:
        renew_conflicts(row, by=by)
    words = hindrance(course, now, to, facts(row))
    if words:
        raise StepHindered(words)
    if to is RoundState.REVIEW:
        _call_back_answers(row)
    set_up_sheets(row)
    row.state = to
    if to in MEASURED_AT:
        measure_round(row, by=by)
    if to in COMPOSED_AT:
        composing_operations.compose(row)
    after = {"state": to, "reason": reason[:REASON_LENGTH]} if back else {"state": to}
    record(by, "round.move", row, before={"state": now}, after=after)


def renew_conflicts(row: InspectionRound, *, by: Doer) -> None:
    """Who joined a group since the panel was chosen stands back from it from here on: what they gave it stays in the
    record and no longer counts."""
    found = conflict_queries.own_groups([member.account_id for member in row.panel], row.quarter)
    joined = {}
    for member in row.panel:
        new = set(found.get(member.account_id, [])) - set(member.own)
        if new:
            member.stand_back(sorted({*member.own, *new}))
            joined[member.name] = list(queries.names_in(row.id, new))
    if any(joined.values()):
        record(by, "round.stand-back", row, after={"panel": joined})


def locked_state(row: InspectionRound) -> RoundState:
    """Marks, answers and appeals hold a shared lock on the same row: what a step or the panel depends on stands still
    until it is taken."""
    state = db.session.scalar(select(InspectionRound.state).where(InspectionRound.id == row.id).with_for_update())
    if state is not row.state:
        raise RoundOvertaken
    return row.state


def facts(row: InspectionRound) -> Facts:
    """What the step ahead depends on, and no more."""
    known: dict[str, Any] = {}
    if row.state in (RoundState.PLAN, RoundState.SELF_CHECK, RoundState.VISIT):
        known["nobody"] = tuple(
            sheet.name
            for sheet in queries.sheets(row.id)
            if not any(member.scores(sheet.group_id) for member in row.panel)
        )
    if row.state is RoundState.REVIEW:
        composing_operations.compose(row)
        known["open"] = tuple(sheet.name for sheet in publication_queries.open_points(row.id))
    if row.state in SHEET_SHOWN:
        known["unanswered"] = tuple(line.name for line in hearing_queries.unanswered(row.id))
        known["appeals"], known["undecided"] = hearing_queries.appeal_counts(row.id)
    return Facts(clock.today(), row.appeals_until, **known)


def _call_back_answers(row: InspectionRound) -> None:
    """Sheets that are reviewed again are answered again."""
    composing_operations.overtake_round(row)
    db.session.execute(
        update(Feedback)
        .where(Feedback.sheet_id.in_(select(Sheet.id).where(Sheet.round_id == row.id)), Feedback.replaced_at.is_(None))
        .values(replaced_at=clock.now())
    )


def set_up_sheets(row: InspectionRound) -> int:
    """Sheets and the names on them as of the quarter's last day. A sheet of a group that is gone is dropped while the
    round is only planned, and kept once anybody has worked on it. Most stand already: whole sheets are read of the others
    alone."""
    present, changed = queries.entered(row.id), []
    entrants = queries.entrants(row.committee_id, row.quarter.last)
    gone = present.keys() - {entrant.group_id for entrant in entrants}
    if row.state is RoundState.PLAN:
        for group_id in gone:
            db.session.delete(db.session.get_one(Sheet, present.pop(group_id).sheet_id))
    for position, entrant in enumerate(entrants, start=1):
        known = present.get(entrant.group_id)
        if known is None:
            sheet = Sheet(committee_id=row.committee_id, group_id=entrant.group_id, round=row)
            db.session.add(sheet)
        elif (known.position, known.entrant) == (position, entrant):
            continue
        else:
            sheet = db.session.get_one(Sheet, known.sheet_id)
            if known.entrant != entrant:
                changed.append(sheet.id)
        sheet.position = position
        for name, value in entrant._asdict().items():
            setattr(sheet, name, json.loads(value) if name == "face" else value)
    for extra, group_id in enumerate(sorted(gone & present.keys()), start=len(entrants) + 1):
        db.session.get_one(Sheet, present[group_id].sheet_id).position = extra
    db.session.flush()
    composing_operations.overtake(changed)
    return len(entrants)
