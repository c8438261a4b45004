"""What a board is composed of: the group's activities with its own attendance, and the photos chosen."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState, Attendance, Presence, Sitting
from app.activities.photo_models import Photo
from app.activities.queries import ON_LEAVE, name_on
from app.board import composition
from app.board.composition import Section
from app.foundation.db import db
from app.foundation.periods import Month
from app.organisation.models import GroupName


def _count(presences: Iterable[Presence] | None = None) -> ColumnElement[int]:
    found = select(func.count()).where(
        Attendance.activity_id == Activity.id, Attendance.group_id == ActivityGroup.group_id
    )
    if presences is not None:
        found = found.where(Attendance.presence.in_(list(presences)))
    return found.scalar_subquery()


@dataclass(frozen=True)
class Logged:
    """An activity with what only the composing needs to know of it."""

    activity: composition.Activity
    state: ActivityState
    month: Month
    confirmed_by: str
    created_at: datetime


def activities(group_id: int, first: Month, last: Month, day: date) -> list[Logged]:
    """What the group takes part in from month to month, in the order of days; attendance is the group's own."""
    partner = aliased(ActivityGroup)
    partners = (
        select(name_on(GroupName, GroupName.group_id, partner.group_id, day).label("name"))
        .where(partner.activity_id == Activity.id, partner.group_id != group_id)
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
    rows = db.session.execute(
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
            _count().label("expected"),
            _count([Presence.PRESENT]).label("present"),
            _count(ON_LEAVE).label("on_leave"),
            select(func.aggregate_strings(partners.c.name, "、")).scalar_subquery().label("partners"),
            select(func.aggregate_strings(sittings.c.starts_at, "、")).scalar_subquery().label("times"),
            select(func.max(sittings.c.room)).scalar_subquery().label("room"),
        )
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .join(ActivityKind, ActivityKind.id == Activity.kind_id)
        .where(ActivityGroup.group_id == group_id, ActivityGroup.month >= first, ActivityGroup.month <= last)
        .order_by(Activity.held_on, Activity.id)
    )
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


def board_photo(row: Photo) -> composition.Photo:
    return composition.Photo(
        row.id, row.board_slot or 0, row.activity_id, row.caption, row.width, row.height, row.uploaded_by
    )
