"""Reads of activities. A month's activities of a group are those in which it takes part, whoever logged them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.orm import aliased

from app.activities.cadence import Due, span
from app.activities.models import (
    Activity,
    ActivityGroup,
    ActivityKind,
    ActivityState,
    Attendance,
    Cadence,
    Presence,
    Sitting,
)  # fmt: skip
from app.foundation.db import MonthType, db, fetch
from app.foundation.periods import Month, as_of
from app.foundation.places import Place
from app.organisation.models import Branch, GroupName, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on, lies_within

RECORDED = (ActivityState.SUBMITTED, ActivityState.CONFIRMED)


# ------------------------------------------------------------------ owners


@dataclass(frozen=True, slots=True)
class Owner:
    """A group, or a branch (`group_id` None), that an activity is logged for."""

    place: Place
    name: str
    branch_name: str


def owner_group(group_id: int, day: date) -> Owner | None:
    row = db.session.execute(
        select(
            PartyGroup.committee_id,
            PartyGroup.branch_id,
            group_name_on(PartyGroup.id, day).label("name"),
            branch_name_on(PartyGroup.branch_id, day).label("branch_name"),
        ).where(PartyGroup.id == group_id)
    ).first()
    if row is None:
        return None
    return Owner(Place(row.committee_id, row.branch_id, group_id), row.name, row.branch_name)


def owner_branch(branch_id: int, day: date) -> Owner | None:
    row = db.session.execute(
        select(Branch.committee_id, branch_name_on(Branch.id, day).label("name")).where(Branch.id == branch_id)
    ).first()
    return None if row is None else Owner(Place(row.committee_id, branch_id), row.name, row.name)


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


def numbers(text: str | None) -> tuple[int, ...]:
    return tuple(sorted(int(part) for part in (text or "").split(",") if part))


ON_LEAVE = (Presence.DUTY, Presence.LEAVE, Presence.SICK, Presence.OTHER)


def lines(group_id: Any = None) -> Select[Any]:
    """The columns of an `ActivityLine`; with a group, a number or a bound parameter, its own members are counted."""

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
        ActivityKind.board_column, Activity.state, Activity.group_id,
        groups.label("groups"),
        names.label("group_names"), Activity.brand_id, Activity.host, Activity.content, Activity.outcome,
        count().label("expected"), count(Attendance.presence == Presence.PRESENT).label("present"),
        count(Attendance.presence.in_(ON_LEAVE)).label("on_leave"), Activity.return_reason, Activity.created_by,
    ).join(ActivityKind, ActivityKind.id == Activity.kind_id)  # fmt: skip


LINES = lines()
"""Built once: building it costs a page more than running it."""


def fetched(statement: Executable, **values: Any) -> list[ActivityLine]:
    lines = []
    for row in fetch(statement, **values).mappings():
        values = dict(row)
        group_ids = numbers(values.pop("groups"))
        days = frozenset(date.fromisoformat(day) for day in (values.pop("days", None) or "").split(",") if day)
        lines.append(ActivityLine(**values, group_ids=group_ids, days=days))
    return lines


def open_to(group_id: Any) -> ColumnElement[bool]:
    """The SQL condition that a group that takes part may know of a record: a sister group's draft is its own affair,
    while a draft of the branch is a plan for all."""
    return or_(Activity.state != ActivityState.DRAFT, Activity.group_id.is_(None), Activity.group_id == group_id)


_group: Any = bindparam("group_id", type_=Integer)
_month: Any = bindparam("month", type_=MonthType)


def _month_activities() -> Executable:
    days = (
        select(func.aggregate_strings(cast(Sitting.held_on, String), ","))
        .where(Sitting.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    return (
        lines(_group)
        .add_columns(days.label("days"))
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .where(ActivityGroup.group_id == _group, ActivityGroup.month == _month, open_to(_group))
        .order_by(Activity.held_on, Activity.id)
    )


_MONTH_ACTIVITIES = _month_activities()


def month_activities(group_id: int, month: Month) -> list[ActivityLine]:
    """The group's month in the order of its days, drafts included; counts are of the group's own members."""
    return fetched(_MONTH_ACTIVITIES, group_id=group_id, month=month)


def counts_for_branch() -> ColumnElement[bool]:
    """The SQL condition that an activity counts for its branch's cadences: the branch held it, or every group that stood
    on its day takes part. Groups take turns to plan the branch's theme day, and nobody logs it a second time."""
    stood = PartyGroup.branch_id == Activity.branch_id, as_of(PartyGroup, Activity.held_on)
    took_part = select(ActivityGroup.activity_id).where(
        ActivityGroup.activity_id == Activity.id, ActivityGroup.group_id == PartyGroup.id
    )
    everybody = ~select(PartyGroup.id).where(*stood, ~took_part.exists()).exists()
    return or_(Activity.group_id.is_(None), and_(select(PartyGroup.id).where(*stood).exists(), everybody))


def within(places: Sequence[Place]) -> ColumnElement[bool]:
    """The SQL condition that an activity lies in one of the places, or that a group among them takes part in it."""
    groups = dict.fromkeys(place.group_id for place in places if place.group_id is not None)
    wider = [place for place in places if place.group_id is None]
    return or_(
        lies_within(wider, Activity.committee_id, Activity.branch_id, Activity.group_id),
        *(_takes_part(group_id) for group_id in groups),
    )


def _takes_part(group_id: int) -> ColumnElement[bool]:
    taken = select(ActivityGroup.activity_id).where(
        ActivityGroup.activity_id == Activity.id, ActivityGroup.group_id == group_id
    )
    return and_(taken.exists(), open_to(group_id))


# ------------------------------------------------------------------ cadences


def _cadences() -> Executable:
    def counted(period: str) -> Any:
        first, last = (bindparam(f"{period}_{end}", type_=MonthType) for end in ("first", "last"))
        return (
            select(func.count())
            .select_from(ActivityGroup)
            .join(Activity, Activity.id == ActivityGroup.activity_id)
            .where(
                ActivityGroup.group_id == _group,
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
    return (
        select(ActivityKind.name, Cadence.kind_id, Cadence.period, Cadence.minimum, done.label("done"), Cadence.source)
        .join(ActivityKind, ActivityKind.id == Cadence.kind_id)
        .join(PartyGroup, PartyGroup.committee_id == Cadence.committee_id)
        .where(PartyGroup.id == _group, Cadence.level == "group")
        .order_by(ActivityKind.sort_order, Cadence.id)
    )


_CADENCES = _cadences()


def cadences(group_id: int, month: Month) -> list[Due]:
    """The group's cadences with what is recorded in the period that `month` lies in, in the kinds' order."""
    values: dict[str, Any] = {"group_id": group_id}
    for period in ("month", "quarter", "year"):
        values[f"{period}_first"], values[f"{period}_last"] = span(period, month)
    rows = fetch(_CADENCES, **values)
    return [Due(row.name, row.kind_id, row.period, row.minimum, row.done, row.source) for row in rows]
