"""Reads of activities. A month's activities of a group are those in which it takes part, whoever logged them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.orm import aliased, joinedload

from app.activities.cadence import Due, span
from app.activities.models import (
    Activity,
    ActivityGoal,
    ActivityGroup,
    ActivityKind,
    ActivityState,
    ActivityTeam,
    Attendance,
    Cadence,
    Presence,
    Sitting,
)  # fmt: skip
from app.brands.models import Brand, BrandVersion, Goal
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place
from app.organisation.models import (
    Branch,
    BranchName,
    GroupName,
    PartyGroup,
    WorkTeam,
)  # fmt: skip

RECORDED = (ActivityState.SUBMITTED, ActivityState.CONFIRMED)


# ------------------------------------------------------------------ owners


@dataclass(frozen=True, slots=True)
class Owner:
    """A group, or a branch (`group_id` None), that an activity is logged for."""

    place: Place
    name: str
    branch_name: str

    @property
    def is_branch(self) -> bool:
        return self.place.group_id is None


def name_on(names: Any, owner: Any, key: Any, day: date) -> Any:
    """A scalar subquery: the name borne on `day`; before the first name, the first."""
    past = names.starts_on <= day
    return (
        select(names.name)
        .where(owner == key)
        .order_by(past.desc(), case((past, names.starts_on)).desc(), names.starts_on)
        .limit(1)
        .scalar_subquery()
    )


def owner_group(group_id: int, day: date) -> Owner | None:
    row = db.session.execute(
        select(
            PartyGroup.committee_id,
            PartyGroup.branch_id,
            name_on(GroupName, GroupName.group_id, PartyGroup.id, day).label("name"),
            name_on(BranchName, BranchName.branch_id, PartyGroup.branch_id, day).label("branch_name"),
        ).where(PartyGroup.id == group_id)
    ).first()
    if row is None:
        return None
    return Owner(Place(row.committee_id, row.branch_id, group_id), row.name, row.branch_name)


def owner_branch(branch_id: int, day: date) -> Owner | None:
    row = db.session.execute(
        select(Branch.committee_id, name_on(BranchName, BranchName.branch_id, Branch.id, day).label("name")).where(
            Branch.id == branch_id
        )
    ).first()
    return None if row is None else Owner(Place(row.committee_id, branch_id), row.name, row.name)


# ------------------------------------------------------------------ one activity


def activity(activity_id: int) -> Activity | None:
    """With its sittings and kind, in one statement."""
    return (
        db.session.scalars(select(Activity).options(joinedload(Activity.sittings)).where(Activity.id == activity_id))
        .unique()
        .first()
    )


def activity_and_groups(activity_id: int) -> tuple[Activity, list[Place]] | None:
    """The activity and the places of the groups that take part: their people may read the record as their own."""
    groups = (
        select(func.aggregate_strings(cast(ActivityGroup.group_id, String), ","))
        .where(ActivityGroup.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Activity, groups).options(joinedload(Activity.sittings)).where(Activity.id == activity_id)
    ).unique()
    row = rows.first()
    if row is None:
        return None
    found, ids = row
    return found, [Place(found.committee_id, found.branch_id, group_id) for group_id in _numbers(ids)]


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in (text or "").split(",") if part))


def attendances(activity_id: int) -> Sequence[Attendance]:
    """In the order in which they were written down."""
    return db.session.scalars(
        select(Attendance).where(Attendance.activity_id == activity_id).order_by(Attendance.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Linked:
    """What an activity names besides itself: `kind` is group, goal, team or brand."""

    kind: str
    id: int
    name: str


def links(activity: Activity) -> list[Linked]:
    """Groups, goals, teams and the brand as they were called on the activity's day."""
    day = activity.held_on
    parts: list[Any] = [
        select(
            literal("group").label("kind"),
            PartyGroup.id.label("id"),
            name_on(GroupName, GroupName.group_id, PartyGroup.id, day).label("name"),
            PartyGroup.sort_order.label("sort_order"),
        )
        .join(ActivityGroup, ActivityGroup.group_id == PartyGroup.id)
        .where(ActivityGroup.activity_id == activity.id),
        select(literal("goal"), Goal.id, Goal.title, Goal.sort_order)
        .join(ActivityGoal, ActivityGoal.goal_id == Goal.id)
        .where(ActivityGoal.activity_id == activity.id),
        select(literal("team"), WorkTeam.id, WorkTeam.name, WorkTeam.sort_order)
        .join(ActivityTeam, ActivityTeam.team_id == WorkTeam.id)
        .where(ActivityTeam.activity_id == activity.id),
        select(literal("brand"), Brand.id, brand_name(day), Brand.sort_order).where(Brand.id == activity.brand_id),
    ]
    found = union_all(*parts).subquery()
    rows = db.session.execute(select(found).order_by(found.c.kind, found.c.sort_order, found.c.id))
    return [Linked(row.kind, row.id, row.name or "") for row in rows]


def brand_name(day: date) -> Any:
    """The name in force on `day`, else the latest written: a brand may be logged for before it is approved."""
    in_force = and_(BrandVersion.in_force_from.is_not(None), BrandVersion.in_force_from <= day)
    return (
        select(BrandVersion.name)
        .where(BrandVersion.brand_id == Brand.id)
        .order_by(case((in_force, 0), else_=1), BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


# ------------------------------------------------------------------ lines of lists


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity as lists show it; its groups are named as on its own day.

    Attendance is that of one group where the list is a group's.
    """

    id: int
    title: str
    held_on: date
    kind_id: int
    kind: str
    kind_code: str
    board_column: str
    state: ActivityState
    group_id: int | None
    group_ids: tuple[int, ...]
    group_names: str | None
    brand_id: int | None
    host: str
    content: str
    outcome: str
    expected: int
    present: int
    on_leave: int
    return_reason: str = ""
    created_by: str = ""
    days: frozenset[date] = frozenset()  # of all sittings; in lists of a month only

    @property
    def is_joint(self) -> bool:
        return len(self.group_ids) > 1

    @property
    def absent(self) -> int:
        return self.expected - self.present - self.on_leave


ON_LEAVE = (Presence.DUTY, Presence.LEAVE, Presence.SICK, Presence.OTHER)


def lines(group_id: int | None = None) -> Select[Any]:
    def count(*conditions: ColumnElement[bool]) -> Any:
        of_group = [] if group_id is None else [Attendance.group_id == group_id]
        return (
            select(func.count())
            .select_from(Attendance)
            .where(Attendance.activity_id == Activity.id, *of_group, *conditions)
            .correlate(Activity)
            .scalar_subquery()
        )

    groups = (
        select(func.aggregate_strings(cast(ActivityGroup.group_id, String), ","))
        .where(ActivityGroup.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    # Not `name_on`: SQLite knows no outer column in the ORDER BY of an inner query.
    own, borne = aliased(Activity), aliased(GroupName)
    of_group = borne.group_id == ActivityGroup.group_id
    before = select(func.max(borne.starts_on)).where(of_group, borne.starts_on <= own.held_on)
    first = select(func.min(borne.starts_on)).where(of_group)
    names = (
        select(func.aggregate_strings(GroupName.name, "、"))
        .join(ActivityGroup, ActivityGroup.group_id == GroupName.group_id)
        .join(own, own.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.activity_id == Activity.id,
            GroupName.starts_on
            == func.coalesce(
                before.correlate(ActivityGroup, own).scalar_subquery(),
                first.correlate(ActivityGroup).scalar_subquery(),
            ),
        )
        .correlate(Activity)
        .scalar_subquery()
    )
    return select(
        Activity.id, Activity.title, Activity.held_on, Activity.kind_id, ActivityKind.name.label("kind"),
        ActivityKind.code.label("kind_code"), ActivityKind.board_column, Activity.state, Activity.group_id,
        groups.label("groups"),
        names.label("group_names"), Activity.brand_id, Activity.host, Activity.content, Activity.outcome,
        count().label("expected"), count(Attendance.presence == Presence.PRESENT).label("present"),
        count(Attendance.presence.in_(ON_LEAVE)).label("on_leave"), Activity.return_reason, Activity.created_by,
    ).join(ActivityKind, ActivityKind.id == Activity.kind_id)  # fmt: skip


def fetched(statement: Select[Any]) -> list[ActivityLine]:
    lines = []
    for row in db.session.execute(statement).mappings():
        values = dict(row)
        group_ids = _numbers(values.pop("groups"))
        days = frozenset(date.fromisoformat(day) for day in (values.pop("days", None) or "").split(",") if day)
        lines.append(ActivityLine(**values, group_ids=group_ids, days=days))
    return lines


def month_activities(group_id: int, month: Month) -> list[ActivityLine]:
    """The group's month in the order of its days, drafts included; counts are of the group's own members."""
    days = (
        select(func.aggregate_strings(cast(Sitting.held_on, String), ","))
        .where(Sitting.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    return fetched(
        lines(group_id)
        .add_columns(days.label("days"))
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .where(ActivityGroup.group_id == group_id, ActivityGroup.month == month, open_to(group_id))
        .order_by(Activity.held_on, Activity.id)
    )


def evidence_for(group_id: int, quarter: Quarter) -> list[ActivityLine]:
    """Confirmed activities of the quarter in which the group takes part, in the order of their days."""
    return fetched(
        lines(group_id)
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .where(
            ActivityGroup.group_id == group_id,
            ActivityGroup.month.in_(quarter.months),
            Activity.state == ActivityState.CONFIRMED,
        )
        .order_by(Activity.held_on, Activity.id)
    )


def open_to(group_id: int) -> ColumnElement[bool]:
    """The SQL condition that a group that takes part may know of a record: a sister group's draft is its own affair,
    while a draft of the branch is a plan for all."""
    return or_(Activity.state != ActivityState.DRAFT, Activity.group_id.is_(None), Activity.group_id == group_id)


def within(places: Sequence[Place]) -> ColumnElement[bool]:
    """The SQL condition that an activity lies in one of the places, or that a group among them takes part in it."""
    conditions: list[ColumnElement[bool]] = []
    for place in dict.fromkeys(places):
        if place.group_id is not None:
            takes_part = select(ActivityGroup.activity_id).where(
                ActivityGroup.activity_id == Activity.id, ActivityGroup.group_id == place.group_id
            )
            conditions.append(and_(takes_part.exists(), open_to(place.group_id)))
        elif place.branch_id is not None:
            conditions.append(and_(Activity.committee_id == place.committee_id, Activity.branch_id == place.branch_id))
        else:
            conditions.append(Activity.committee_id == place.committee_id)
    return or_(*conditions) if conditions else false()


def waiting_for_confirmation(place: Place, limit: int = 20) -> list[ActivityLine]:
    """Submitted activities inside the place, the longest waiting first."""
    return fetched(
        lines()
        .where(Activity.state == ActivityState.SUBMITTED, within([place]))
        .order_by(Activity.submitted_at, Activity.id)
        .limit(limit)
    )


# ------------------------------------------------------------------ cadences


def cadences(group_id: int, month: Month) -> list[Due]:
    """The group's cadences with what is recorded in the period that `month` lies in, in the kinds' order."""

    def counted(period: str) -> Any:
        first, last = span(period, month)
        return (
            select(func.count())
            .select_from(ActivityGroup)
            .join(Activity, Activity.id == ActivityGroup.activity_id)
            .where(
                ActivityGroup.group_id == group_id,
                ActivityGroup.month.between(first, last),
                Activity.kind_id == Cadence.kind_id,
                Activity.state.in_(RECORDED),
            )
            .scalar_subquery()
        )

    done = case(
        (Cadence.period == "month", counted("month")),
        (Cadence.period == "quarter", counted("quarter")),
        else_=counted("year"),
    )
    rows = db.session.execute(
        select(ActivityKind.name, Cadence.kind_id, Cadence.period, Cadence.minimum, done.label("done"), Cadence.source)
        .join(ActivityKind, ActivityKind.id == Cadence.kind_id)
        .join(PartyGroup, PartyGroup.committee_id == Cadence.committee_id)
        .where(PartyGroup.id == group_id, Cadence.level == "group")
        .order_by(ActivityKind.sort_order, Cadence.id)
    )
    return [Due(*row) for row in rows]


def cadence_gaps(group_id: int, month: Month) -> list[Due]:
    """Only those of which something is still asked for."""
    return [due for due in cadences(group_id, month) if due.missing]
