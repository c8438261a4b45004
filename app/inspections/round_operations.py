"""Planning a round, choosing its panel, and taking it through its course."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Quarter
from app.inspections import queries
from app.inspections.course import RoundState, ordinary_steps, require_step
from app.inspections.models import InspectionRound, PanelMember, RubricVersion, Sheet
from app.inspections.rubric_operations import lock_rubric
from app.organisation.models import Committee

ONE_DAY = timedelta(days=1)
PANEL_MAY_CHANGE = frozenset({RoundState.PLAN, RoundState.SELF_CHECK, RoundState.SCORING})


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


class NobodyMarks(Refused):
    def __init__(self, names: list[str]) -> None:
        super().__init__(f"{'、'.join(names)}还没有可以评分的评委（评委不评自己所在的党小组），请先补充评委。")


@dataclass(frozen=True)
class Plan:
    """What a round sets out with."""

    title: str
    self_check_until: date
    scoring_until: date
    appeals_until: date
    shows_rank: bool = False


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
        **vars(plan),
    )
    db.session.add(row)
    db.session.flush()
    count = set_up_sheets(row)
    record(
        by,
        "round.plan",
        row,
        after={"quarter": quarter, "rubric": rubric_version.number, "groups": count, **vars(plan)},
    )
    return row


def _check(plan: Plan) -> None:
    if plan.scoring_until < plan.self_check_until:
        raise PlanRefused("scoring_until", "评分截止不能早于自查截止，请改晚一些。")
    if plan.appeals_until < plan.scoring_until:
        raise PlanRefused("appeals_until", "申诉截止不能早于评分截止，请改晚一些。")


def change_plan(row: InspectionRound, plan: Plan, *, seen: int, by: Doer) -> None:
    """A published round keeps its plan: what it said stands in the frozen result."""
    if row.version != seen:
        raise RoundOvertaken
    if row.state is RoundState.PUBLISHED:
        raise PlanRefused("title", "结果已发布，方案不能再改。如需更正，请先重新打开这一轮。")
    _check(plan)
    before = {key: getattr(row, key) for key in vars(plan)}
    for key, value in vars(plan).items():
        setattr(row, key, value)
    changed = {key: value for key, value in vars(plan).items() if before[key] != value}
    if changed:
        record(by, "round.change", row, before={key: before[key] for key in changed}, after=changed)


def choose_panel(row: InspectionRound, account_ids: Iterable[int], *, by: Doer) -> None:
    """The whole panel anew. Somebody taken off it keeps their marks in the record, but these no longer count."""
    if row.state not in PANEL_MAY_CHANGE:
        raise Conflict("已进入复核或已发布，评委不能再换。")
    today = clock.today()
    candidates = {c.id: c.name for c in queries.panel_candidates(row.committee_id, today)}
    wanted = list(dict.fromkeys(account_ids))
    if not set(wanted) <= candidates.keys():
        raise PlanRefused("members", "有人现在不能当评委（账号停用，或是系统管理员、审计员），请重新勾选。")
    conflicts = queries.own_groups(wanted, row.quarter.first, max(today + ONE_DAY, row.quarter.end))
    before = [member.name for member in row.panel]
    sitting = {member.account_id: member for member in row.panel}
    for account_id, member in sitting.items():
        if account_id not in wanted:
            row.panel.remove(member)
    for account_id in wanted:
        if account_id in sitting:
            sitting[account_id].conflicts = conflicts.get(account_id, [])
        else:
            row.panel.append(
                PanelMember(
                    committee_id=row.committee_id,
                    account_id=account_id,
                    name=candidates[account_id],
                    conflicts=conflicts.get(account_id, []),
                )
            )
    record(by, "round.panel", row, before={"panel": before}, after={"panel": [candidates[i] for i in wanted]})


def move_round(row: InspectionRound, to: RoundState, *, by: Doer) -> None:
    """An ordinary step; publishing and reopening have acts of their own."""
    require_step(row.state, to)
    if to not in ordinary_steps(row.state):
        raise Conflict("发布和重新打开要在复核页面办理。")
    if to is RoundState.SCORING:
        require_markers(row)
    before = row.state
    set_up_sheets(row)
    row.state = to
    record(by, "round.move", row, before={"state": before}, after={"state": to})


def require_markers(row: InspectionRound) -> None:
    alone = [
        sheet.name for sheet in queries.sheets(row.id) if not any(member.scores(sheet.group_id) for member in row.panel)
    ]
    if alone:
        raise NobodyMarks(alone)


def set_up_sheets(row: InspectionRound) -> int:
    """Sheets and the names on them as of the quarter's last day. A sheet of a group that is gone is dropped while the
    round is only planned, and kept once anybody has worked on it."""
    present = {sheet.group_id: sheet for sheet in queries.sheets(row.id)}
    entrants = queries.entrants(row.committee_id, row.quarter.last)
    gone = present.keys() - {entrant.group_id for entrant in entrants}
    if row.state is RoundState.PLAN:
        for group_id in gone:
            db.session.delete(present.pop(group_id))
    for position, entrant in enumerate(entrants, start=1):
        sheet = present.get(entrant.group_id)
        if sheet is None:
            sheet = Sheet(committee_id=row.committee_id, group_id=entrant.group_id, round=row)
            db.session.add(sheet)
        sheet.branch_id = entrant.branch_id
        sheet.position = position
        sheet.branch_name, sheet.group_name = entrant.branch_name, entrant.group_name
        sheet.leader_name, sheet.brand_name, sheet.face = entrant.leader_name, entrant.brand_name, entrant.face
    for extra, group_id in enumerate(sorted(gone & present.keys()), start=len(entrants) + 1):
        present[group_id].position = extra
    db.session.flush()
    return len(entrants)
