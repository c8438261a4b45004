"""A committee of many groups for measuring: rows in bulk, no photos; quarters marked in bulk and published by the real
publishing, so that what is measured is what a real committee of that size would have."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, select, text

from app.accounts import passwords
from app.accounts.actor import Command
from app.accounts.models import Account, Appointment
from app.accounts.operations import hash_password
from app.accounts.roles import Role
from app.activities.kind_operations import provide_kinds
from app.activities.models import Activity, ActivityGroup, ActivityState
from app.audit.operations import record
from app.brands.course import BrandState
from app.brands.models import Brand, BrandVersion
from app.demo.calendar import Calendar, at, chance
from app.demo.inspection_operations import proposal
from app.demo.names import NAMES
from app.demo.texts.marks import TAKEN
from app.foundation import clock
from app.foundation.db import Model, db
from app.foundation.periods import Month, Quarter
from app.inspections import publication_operations, round_operations
from app.inspections.course import RoundState
from app.inspections.mark_operations import taken_data
from app.inspections.marking import judge
from app.inspections.models import ConditionCheck, InspectionRound, Mark, MarkSource, Sheet
from app.inspections.plan import Plan
from app.organisation.models import (
    Branch,
    BranchName,
    Committee,
    GroupName,
    Member,
    Membership,
    PartyGroup,
)
from app.rubrics import operations as rubric_operations
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Rubric

GROUPS_A_BRANCH = 8
CHUNK = 5_000
# So many different sheets of marks; groups take them in turn.
PATTERNS = 400
DAY = timedelta(days=1)
OPERATOR = Command("示例数据")
Progress = Callable[[str], None]


def put(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Rows by the thousand, past the ORM."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is a table
    source = iter(rows)
    while chunk := list(islice(source, CHUNK)):
        db.session.execute(insert(table), chunk)


def fill_large(
    groups: int, quarters: int, *, password: str | None = None, progress: Progress, today: date | None = None
) -> list[tuple[str, str, str]]:
    """`groups` groups in branches of eight, each with a leader, a brand and a meeting a month; `quarters` quarters
    published. Inside the caller's write transaction, into an empty installation."""
    now = at(today, 20) if today else clock.now()
    calendar = Calendar(clock.local(now).date(), now)
    with clock.stopped_at(at(calendar.founded, 9)):
        committee = Committee(name="示例大型党委", path="new", is_demo=True, created_at=clock.now())
        db.session.add(committee)
        db.session.flush()
        committee.path = f"/{committee.id}/"
        record(OPERATOR, "committee.add", committee, after={"groups": groups, "quarters": quarters})
        _organise(committee, calendar, groups)
        filled, by = _accounts(committee, calendar, password)
        kinds = provide_kinds(committee.place, by=by)
        rubric = rubric_operations.start_rubric(committee, by=by)
        db.session.flush()
    progress(f"组织：{groups} 个党小组")
    wanted = [calendar.open_quarter.shift(-n) for n in range(quarters, 0, -1)]
    _meetings(committee, groups, kinds["group_meeting"], wanted)
    _advance_counters()
    progress(f"活动：{groups * quarters * 3} 次")
    patterns = _patterns(rubric.rubric)
    for quarter in wanted:
        _publish(committee, quarter, rubric, by, patterns)
        progress(f"已发布 {quarter.label}")
    return filled


def _advance_counters() -> None:
    """PostgreSQL counts ids by itself and has to learn of those given by hand."""
    if db.session.get_bind().dialect.name != "postgresql":
        return
    for model in (Branch, PartyGroup, Member, Brand, Activity):
        name = model.__tablename__
        db.session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"))


def _places(groups: int) -> Iterator[tuple[int, int, int]]:
    """Group, its branch, its place within the branch; ids count from 1 in an empty installation."""
    for number in range(groups):
        yield number + 1, number // GROUPS_A_BRANCH + 1, number % GROUPS_A_BRANCH


def _organise(committee: Committee, calendar: Calendar, groups: int) -> None:
    key, first = committee.id, calendar.founded
    branches = range(1, (groups - 1) // GROUPS_A_BRANCH + 2)
    own = {"committee_id": key, "starts_on": first}
    put(Branch, ({"id": b, "sort_order": b, "version": 1, **own} for b in branches))
    put(BranchName, ({"branch_id": b, "name": f"第{b}党支部", **own} for b in branches))
    put(
        PartyGroup,
        (
            {"id": g, "branch_id": b, "sort_order": n, "kind": "生产", "version": 1, **own}
            for g, b, n in _places(groups)
        ),
    )
    put(GroupName, ({"group_id": g, "name": f"第{b}支部第{n + 1}党小组", **own} for g, b, n in _places(groups)))
    made = at(first)
    put(
        Member,
        (
            {
                "id": g,
                "committee_id": key,
                "staff_no": f"L{g:07}",
                "name": NAMES[g % len(NAMES)],
                "created_at": made,
                "version": 1,
            }
            for g, _, _ in _places(groups)
        ),
    )
    tied = ({"member_id": g, "group_id": g, "branch_id": b, **own} for g, b, _ in _places(groups))
    put(Membership, tied)
    put(
        Appointment,
        (
            {"member_id": g, "group_id": g, "branch_id": b, "role": Role.GROUP_LEADER, **own}
            for g, b, _ in _places(groups)
        ),
    )
    put(
        Appointment,
        ({"member_id": (b - 1) * GROUPS_A_BRANCH + 1, "branch_id": b, "role": Role.SECRETARY, **own} for b in branches),
    )
    _brands(committee, calendar, groups)


def _brands(committee: Committee, calendar: Calendar, groups: int) -> None:
    made = at(calendar.founded)
    branches = (groups - 1) // GROUPS_A_BRANCH + 1
    own = {"committee_id": committee.id, "created_at": made}
    put(Brand, ({"id": b, "branch_id": b, **own} for b in range(1, branches + 1)))
    put(
        Brand,
        (
            {"id": branches + g, "branch_id": b, "group_id": g, "parent_id": b, "sort_order": n + 1, **own}
            for g, b, n in _places(groups)
        ),
    )
    words = {
        **own, "number": 1, "state": BrandState.FILED, "in_force_from": calendar.founded, "updated_at": made,
        "version": 1, "carriers": [], "measures": [], "results": [], "indicators": [], "outlines": {},
    }  # fmt: skip
    put(BrandVersion, ({"brand_id": b, "name": f"示例品牌{b}", **words} for b in range(1, branches + groups + 1)))


def _accounts(
    committee: Committee, calendar: Calendar, password: str | None
) -> tuple[list[tuple[str, str, str]], Command]:
    people = (
        ("admin", Role.SYSTEM_ADMINISTRATOR, None), ("auditor", Role.AUDITOR, None),
        ("committee", Role.FACTORY_COMMITTEE, None), ("secretary", None, 1), ("leader1", None, 2),
    )  # fmt: skip
    filled, by = [], OPERATOR
    for login, role, member_id in people:
        given = password or passwords.one_time_password()
        name = NAMES[member_id % len(NAMES)] if member_id else f"示例{login}"
        row = Account(committee_id=committee.id, login=login, name=name, member_id=member_id)
        row.password_hash, row.password_changed_at = hash_password(given), clock.now()
        row.notice_read_at = row.created_at = clock.now()
        db.session.add(row)
        record(OPERATOR, "account.create", row, after={"login": login})
        if role is not None:
            db.session.add(
                Appointment(committee_id=committee.id, account_id=row.id, role=role, starts_on=calendar.founded)
            )
        by = Command(name, row.id) if login == "committee" else by
        filled.append((login, given, role.label if role else "党支部书记" if login == "secretary" else "党小组组长"))
    db.session.flush()
    return filled, by


def _meetings(committee: Committee, groups: int, kind_id: int, quarters: Sequence[Quarter]) -> None:
    months = [month for quarter in quarters for month in quarter.months]
    words = {
        "committee_id": committee.id, "kind_id": kind_id, "state": ActivityState.CONFIRMED, "title": "定本月三件事",
        "content": "先对上月的账，再定本月三件事，件件写清谁办、哪天完。", "outcome": "定三件事，责任到人。",
        "created_by": "示例数据", "version": 1,
    }  # fmt: skip
    dated = [(month, {**words, **_moments(month)}) for month in months]
    numbered = [
        (n * groups + g, g, b, month, row) for n, (month, row) in enumerate(dated) for g, b, _ in _places(groups)
    ]
    put(Activity, ({"id": number, "group_id": g, "branch_id": b, **row} for number, g, b, _, row in numbered))
    put(
        ActivityGroup,
        (
            {"activity_id": number, "group_id": g, "committee_id": committee.id, "month": month}
            for number, g, _, month, _ in numbered
        ),
    )


def _moments(month: Month) -> dict[str, Any]:
    moment = at(month.first + 4 * DAY, 17)
    return {
        "held_on": month.first + 4 * DAY, "month": month, "created_at": moment, "revised_at": moment,
        "submitted_at": moment, "confirmed_at": moment + DAY,
    }  # fmt: skip


# ------------------------------------------------------------------ quarters


def _patterns(rubric: Rubric) -> list[list[dict[str, Any]]]:
    """Sheets of marks, each judged by the pure rule."""
    found = []
    for number in range(PATTERNS):
        sheet = []
        for criterion in rubric.criteria:
            random = chance("large", number, criterion.code)
            taken = random.choice(TAKEN[criterion.code]) if random.random() < 0.15 + number % 20 / 30 else None
            judged = judge(criterion, proposal(criterion, taken))
            sheet.append(
                {
                    "code": criterion.code,
                    "points": judged.points,
                    "taken": taken_data(criterion, judged),
                    "reason": judged.reason,
                }
            )
        found.append(sheet)
    return found


def _publish(
    committee: Committee, quarter: Quarter, rubric: RubricVersion, by: Command, patterns: list[list[dict[str, Any]]]
) -> None:
    end = quarter.last
    plan = Plan(f"{quarter.label}督查", end + 4 * DAY, end + 9 * DAY, end + 17 * DAY)
    with clock.stopped_at(at(end - 9 * DAY, 9)):
        row = round_operations.plan_round(committee, quarter, rubric, plan, by=by)
        round_operations.choose_panel(row, [by.account_id or 0], by=by)
        round_operations.move_round(row, RoundState.SELF_CHECK, by=by)
    with clock.stopped_at(at(end + 8 * DAY, 9)):
        round_operations.move_round(row, RoundState.SCORING, by=by)
        _mark(row, rubric.rubric, by, patterns)
        round_operations.move_round(row, RoundState.REVIEW, by=by)
    with clock.stopped_at(at(end + 12 * DAY, 16)):
        publication_operations.publish_round(row, by=by)
        db.session.flush()
    db.session.expire_all()


def _mark(row: InspectionRound, rubric: Rubric, by: Command, patterns: list[list[dict[str, Any]]]) -> None:
    sheets = db.session.execute(select(Sheet.id, Sheet.group_id).where(Sheet.round_id == row.id)).all()
    shared = {
        "committee_id": row.committee_id, "source": MarkSource.PANEL, "account_id": by.account_id, "author": by.name,
        "evidence": [], "marked_at": clock.now(),
    }  # fmt: skip
    turn = row.id * 37
    put(
        Mark,
        (
            {"sheet_id": sheet_id, **shared, **mark}
            for sheet_id, group_id in sheets
            for mark in patterns[(group_id * 7 + turn) % PATTERNS]
        ),
    )
    gates = {gate.code for gate in rubric.gates}
    answered = {
        "committee_id": row.committee_id,
        "account_id": by.account_id,
        "author": by.name,
        "checked_at": clock.now(),
    }
    put(
        ConditionCheck,
        (
            {"sheet_id": sheet_id, "code": condition.code, "holds": condition.code in gates, **answered}
            for sheet_id, _ in sheets
            for condition in rubric.conditions
        ),
    )
