"""A month of each of a branch's groups: what the branch's own page shows of boards and activities, in two statements."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Executable, Integer, and_, bindparam, select
from sqlalchemy.orm import aliased

from app.activities.models import Activity, ActivityGroup
from app.activities.queries import RECORDED
from app.board.queries import EXISTED
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import PartyGroup
from app.photos.models import MonthIssue, Photo


@dataclass(frozen=True)
class Lead:
    """The photo that leads a month's board."""

    id: int
    caption: str
    width: int
    height: int


@dataclass(frozen=True)
class MonthColumn:
    place: Place
    printed_at: datetime | None
    lead: Lead | None
    done: tuple[date, ...]
    planned: tuple[date, ...]


_branch = bindparam("branch", type_=Integer)
_month: Any = bindparam("month", type_=MonthType)


def _columns() -> Executable:
    other = aliased(Photo)
    first = (
        select(other.id)
        .where(
            other.group_id == PartyGroup.id,
            other.month == _month,
            other.board_slot.is_not(None),
            other.withdrawn_at.is_(None),
        )
        .order_by(other.board_slot, other.id)
        .limit(1)
        .correlate(PartyGroup)
        .scalar_subquery()
    )
    return (
        select(
            PartyGroup.id, MonthIssue.printed_at, Photo.id.label("photo"), Photo.caption, Photo.thumb_width, Photo.thumb_height
        )
        .outerjoin(MonthIssue, and_(MonthIssue.group_id == PartyGroup.id, MonthIssue.month == _month))
        .outerjoin(Photo, Photo.id == first)
        .where(PartyGroup.branch_id == _branch, EXISTED)
        .order_by(PartyGroup.sort_order, PartyGroup.id)
    )  # fmt: skip


_COLUMNS = _columns()
_DAYS = (
    select(ActivityGroup.group_id, Activity.held_on, Activity.state)
    .join(Activity, Activity.id == ActivityGroup.activity_id)
    .join(PartyGroup, PartyGroup.id == ActivityGroup.group_id)
    .where(PartyGroup.branch_id == _branch, ActivityGroup.month == _month)
    .order_by(Activity.held_on, Activity.id)
)


def month_columns(place: Place, month: Month, today: date) -> list[MonthColumn]:
    """Of every group of the branch that existed in the month; activities on record up to today, plans after it."""
    rows = fetch(_COLUMNS, branch=place.branch_id, month=month, first_day=month.first, last_day=month.last).all()
    days = _days(place, month, today)
    return [
        MonthColumn(
            Place(place.committee_id, place.branch_id, row.id),
            row.printed_at,
            Lead(row.photo, row.caption, row.thumb_width, row.thumb_height) if row.photo else None,
            *days.get(row.id, ((), ())),
        )
        for row in rows
    ]


def _days(place: Place, month: Month, today: date) -> Mapping[int, tuple[tuple[date, ...], tuple[date, ...]]]:
    found: dict[int, tuple[list[date], list[date]]] = {}
    for row in fetch(_DAYS, branch=place.branch_id, month=month):
        done, planned = found.setdefault(row.group_id, ([], []))
        if row.held_on > today:
            planned.append(row.held_on)
        elif row.state in RECORDED:
            done.append(row.held_on)
    return {group_id: (tuple(done), tuple(planned)) for group_id, (done, planned) in found.items()}
