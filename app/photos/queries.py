"""Reads of the month's photos. A withdrawn photo is nowhere but in the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select

from app.activities.models import Activity, ActivityGroup
from app.foundation import clock
from app.foundation.db import MonthType, db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import PartyGroup
from app.organisation.queries import branch_name_on, group_name_on
from app.photos.models import MonthIssue, Photo

LIVE = Photo.withdrawn_at.is_(None)
PLACE = func.coalesce(Photo.board_slot, 99)
SHOWN_ORDER = (PLACE, Photo.position, Photo.id)
"""How a month is shown, wherever it is: the board page's photos by their places, the lead first, then the others as the group
ordered them."""


@dataclass(frozen=True, slots=True)
class GroupMonth:
    """A group's month: the issue of its board page in the making. Names are those of the month's last day."""

    place: Place
    group_id: int
    month: Month
    group_name: str
    branch_name: str
    issue: MonthIssue | None

    @property
    def is_printed(self) -> bool:
        return self.issue is not None and self.issue.printed_at is not None


_group: Any = bindparam("group_id", type_=Integer)
_month: Any = bindparam("month", type_=MonthType)
_day: Any = bindparam("day", type_=Date)
_GROUP_MONTH = (
    select(
        PartyGroup.committee_id,
        PartyGroup.branch_id,
        group_name_on(PartyGroup.id, _day).label("group_name"),
        branch_name_on(PartyGroup.branch_id, _day).label("branch_name"),
        MonthIssue,
    )
    .outerjoin(MonthIssue, and_(MonthIssue.group_id == PartyGroup.id, MonthIssue.month == _month))
    .where(PartyGroup.id == _group)
)


def group_month(group_id: int, month: Month) -> GroupMonth | None:
    day = min(month.last, clock.today()) if month.first <= clock.today() else month.first
    row = db.session.execute(_GROUP_MONTH, {"group_id": group_id, "month": month, "day": day}).first()
    if row is None:
        return None
    place = Place(row.committee_id, row.branch_id, group_id)
    return GroupMonth(place, group_id, month, row.group_name, row.branch_name, row.MonthIssue)


def issue(group_id: int, month: Month) -> MonthIssue | None:
    return db.session.scalars(
        select(MonthIssue).where(MonthIssue.group_id == group_id, MonthIssue.month == month)
    ).first()


def is_printed(group_id: int, month: Month) -> bool:
    found = issue(group_id, month)
    return found is not None and found.printed_at is not None


def photo(photo_id: int) -> Photo | None:
    return db.session.scalars(select(Photo).where(Photo.id == photo_id, LIVE)).first()


def printed_photo(photo_id: int) -> Photo | None:
    """A photo that stands on a printed board page: it hangs on the wall, so the whole branch may see it."""
    return db.session.scalars(
        select(Photo)
        .join(MonthIssue, and_(MonthIssue.group_id == Photo.group_id, MonthIssue.month == Photo.month))
        .where(Photo.id == photo_id, LIVE, Photo.board_slot.is_not(None), MonthIssue.printed_at.is_not(None))
    ).first()


_MONTH_PHOTOS = (
    select(Photo).where(Photo.group_id == _group, Photo.month == _month, LIVE).order_by(Photo.position, Photo.id)
)


def month_photos(group_id: int, month: Month) -> Sequence[Photo]:
    """In the order that the group gave them."""
    return db.session.scalars(_MONTH_PHOTOS, {"group_id": group_id, "month": month}).all()


def inbox(group_id: int, month: Month) -> Sequence[Photo]:
    """Those that belong to none of the group's activities of the month, in the order that the group gave them."""
    sorted_in = select(ActivityGroup.activity_id).where(
        ActivityGroup.activity_id == Photo.activity_id,
        ActivityGroup.group_id == Photo.group_id,
        ActivityGroup.month == Photo.month,
    )
    return db.session.scalars(
        select(Photo)
        .where(Photo.group_id == group_id, Photo.month == month, LIVE, ~sorted_in.exists())
        .order_by(Photo.position, Photo.id)
    ).all()


def board_photos(group_id: int, month: Month) -> Sequence[Photo]:
    """Those chosen for the board page, the lead photo (slot 1) first."""
    return db.session.scalars(
        select(Photo)
        .where(Photo.group_id == group_id, Photo.month == month, LIVE, Photo.board_slot.is_not(None))
        .order_by(Photo.board_slot, Photo.id)
    ).all()


def earlier_photos(
    group_id: int, month: Month, *, account_id: int | None, upload_id: str, content_hash: str
) -> Sequence[Photo]:
    """Photos of the same try, or of the same bytes in the group's month, withdrawn or not, the oldest first.

    One statement: between two, another request of the same try could commit and look like somebody else's photo.
    """
    same_try = and_(Photo.uploaded_by_id == account_id, Photo.upload_id == upload_id)
    same_bytes = and_(Photo.month == month, Photo.content_hash == content_hash)
    return db.session.scalars(
        select(Photo).where(Photo.group_id == group_id, or_(same_try, same_bytes)).order_by(Photo.id)
    ).all()


def photo_count(group_id: int, month: Month) -> int:
    return db.session.scalar(
        select(func.count()).select_from(Photo).where(Photo.group_id == group_id, Photo.month == month, LIVE)
    ) or 0  # fmt: skip


def last_position(group_id: int, month: Month) -> int:
    last = select(Photo.position).where(Photo.group_id == group_id, Photo.month == month)
    return db.session.scalar(last.order_by(Photo.position.desc()).limit(1)) or 0


def known_bytes(group_id: int, month: Month) -> frozenset[str]:
    """The content hashes of the month's photos, the withdrawn among them: a month keeps the same bytes once."""
    rows = db.session.scalars(select(Photo.content_hash).where(Photo.group_id == group_id, Photo.month == month))
    return frozenset(rows)


def takes_part(activity_id: int, group_id: int, month: Month) -> bool:
    """Whether the activity is one of the group's month, so that its photos may name it."""
    return (
        db.session.scalar(
            select(Activity.id)
            .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
            .where(Activity.id == activity_id, ActivityGroup.group_id == group_id, ActivityGroup.month == month)
        )
        is not None
    )
