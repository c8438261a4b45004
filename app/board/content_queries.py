"""What a board is composed of: the group's activities with its own attendance."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, case, func, select
from sqlalchemy.orm import aliased

from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState, Attendance, Presence, Sitting
from app.activities.queries import ON_LEAVE
from app.board import composition
from app.board.composition import Section
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month
from app.organisation.queries import group_name_on


@dataclass(frozen=True)
class Logged:
    """An activity with what only the composing needs to know of it."""

    activity: composition.Activity
    state: ActivityState
    month: Month
    confirmed_by: str
    created_at: datetime


def _activities() -> Any:
    partner = aliased(ActivityGroup)
    partners = (
        select(group_name_on(partner.group_id, _day).label("name"))
        .where(partner.activity_id == Activity.id, partner.group_id != _group)
        .order_by(partner.group_id)
        .correlate(Activity)
        .subquery()
    )
    sittings = (
        select(Sitting.starts_at, Sitting.room)
        .where(Sitting.activity_id == Activity.id)
        .order_by(Sitting.number)
        .correlate(Activity)
        .subquery()
    )

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(case((condition, Attendance.id)))

    return (
        select(
            Activity.id,
            Activity.state,
            Activity.month,
            Activity.confirmed_by,
            Activity.created_at,
            Activity.held_on,
            Activity.title,
            Activity.host,
            Activity.content,
            Activity.outcome,
            ActivityKind.name.label("kind"),
            ActivityKind.code,
            ActivityKind.board_column,
            func.count(Attendance.id).label("expected"),
            counted(Attendance.presence == Presence.PRESENT).label("present"),
            counted(Attendance.presence.in_(ON_LEAVE)).label("on_leave"),
            select(func.aggregate_strings(partners.c.name, "、")).scalar_subquery().label("partners"),
            select(func.aggregate_strings(sittings.c.starts_at, "、")).scalar_subquery().label("times"),
            select(func.max(sittings.c.room)).scalar_subquery().label("room"),
        )
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .join(ActivityKind, ActivityKind.id == Activity.kind_id)
        .outerjoin(
            Attendance, and_(Attendance.activity_id == Activity.id, Attendance.group_id == ActivityGroup.group_id)
        )
        .where(ActivityGroup.group_id == _group, ActivityGroup.month.between(_first, _last))
        .group_by(Activity.id, ActivityKind.id)
        .order_by(Activity.held_on, Activity.id)
    )


_group, _first, _last = (
    bindparam("group", type_=Integer), bindparam("first", type_=MonthType), bindparam("last", type_=MonthType)
)  # fmt: skip
_day: Any = bindparam("day", type_=Date)
_ACTIVITIES = _activities()


def activities(group_id: int, first: Month, last: Month, day: date) -> list[Logged]:
    """What the group takes part in from month to month, in the order of days; attendance is the group's own."""
    rows = fetch(_ACTIVITIES, group=group_id, first=first, last=last, day=day)
    return [Logged(_activity(row), row.state, row.month, row.confirmed_by, row.created_at) for row in rows]


def _activity(row: Any) -> composition.Activity:
    return composition.Activity(
        id=row.id,
        day=row.held_on,
        title=row.title,
        kind=row.kind,
        section=next((section for section in Section if section.value == row.board_column), None),
        outcome=row.outcome,
        content=row.content,
        place=row.room or "",
        host=row.host,
        times=tuple(part for part in (row.times or "").split("、") if part),
        expected=row.expected,
        present=row.present,
        on_leave=row.on_leave,
        partners=tuple(part for part in (row.partners or "").split("、") if part),
        is_theme_day=row.code == "theme_day",
    )
