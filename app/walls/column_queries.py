"""Groups side by side: each with the first photos of a month."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Date, Integer, Select, and_, bindparam, func, or_, select

from app.activities.models import Activity
from app.foundation.db import MonthType, fetch
from app.foundation.paging import row_id
from app.foundation.periods import Month, as_of
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on
from app.photos.models import Photo
from app.photos.queries import SHOWN_ORDER
from app.walls.queries import LINE, WallPhoto, photo_of, standing

BRANCHES_A_PAGE = 10

_committee, _size = (bindparam(name, type_=Integer) for name in ("committee", "size"))
_day: Any = bindparam("day", type_=Date)
_month: Any = bindparam("month", type_=MonthType)


@dataclass(frozen=True)
class Column:
    """A group's month: its first photos and how many there are."""

    group_id: int
    name: str
    count: int
    photos: tuple[WallPhoto, ...]


@dataclass(frozen=True)
class BranchRow:
    id: int
    name: str
    sort_order: int


_BRANCHES = (
    select(Branch.id, func.coalesce(branch_name_on(Branch.id, _day), "党支部").label("name"), Branch.sort_order)
    .where(Branch.committee_id == _committee, as_of(Branch, _day))
    .order_by(Branch.sort_order, Branch.id)
    .limit(BRANCHES_A_PAGE + 1)
)
_order, _number = bindparam("order", type_=Integer), bindparam("number", type_=Integer)
_BRANCHES_AFTER = _BRANCHES.where(Branch.sort_order >= _order, or_(Branch.sort_order > _order, Branch.id > _number))


def branches(committee_id: int, month: Month, after: str | None) -> list[BranchRow]:
    """The branches of the month's end in the committee's order, one more than a page; `after` by `branch_key`."""
    values = {"committee": committee_id, "day": standing(month.last)}
    order, _, number = (after or "").partition(".")
    try:
        key = {"order": row_id(order), "number": row_id(number)}
    except ValueError:
        return [BranchRow(row.id, row.name, row.sort_order) for row in fetch(_BRANCHES, **values)]
    return [BranchRow(row.id, row.name, row.sort_order) for row in fetch(_BRANCHES_AFTER, **values, **key)]


def branch_key(row: BranchRow) -> str:
    return f"{row.sort_order}.{row.id}"


def _columns() -> Select[Any]:
    """A row per group and photo, a row without a photo for a group that has none."""
    branch_ids = bindparam("branches", type_=Integer, expanding=True)
    ranked = (
        select(
            *LINE,
            func.row_number().over(partition_by=Photo.group_id, order_by=SHOWN_ORDER).label("place"),
            func.count().over(partition_by=Photo.group_id).label("many"),
        )
        .outerjoin(Activity, Activity.id == Photo.activity_id)
        .where(
            Photo.committee_id == _committee,
            Photo.branch_id.in_(branch_ids),
            Photo.month == _month,
            Photo.withdrawn_at.is_(None),
        )
        .subquery()
    )
    return (
        select(
            PartyGroup.branch_id.label("branch"), PartyGroup.id.label("group"),
            func.coalesce(group_name_on(PartyGroup.id, _day), "党小组").label("name"), ranked,
        )
        .outerjoin(ranked, and_(ranked.c.group_id == PartyGroup.id, ranked.c.place <= _size))
        .where(PartyGroup.branch_id.in_(branch_ids), as_of(PartyGroup, _day))
        .order_by(PartyGroup.sort_order, PartyGroup.id, ranked.c.place)
    )  # fmt: skip


_COLUMNS = _columns()


def columns(committee_id: int, branch_ids: Iterable[int], month: Month, most: int) -> dict[int, list[Column]]:
    """Of each branch its groups of the month's end in the branch's order, each with its first `most` photos."""
    wanted = list(branch_ids)
    if not wanted:
        return {}
    rows = fetch(
        _COLUMNS, committee=committee_id, branches=wanted, month=month, day=standing(month.last), size=most
    ).all()
    found: dict[int, list[Column]] = {number: [] for number in wanted}
    for (branch_id, group_id), own in groupby(rows, key=lambda row: (row.branch, row.group)):
        of = list(own)
        photos = tuple(photo_of(row) for row in of if row.id is not None)
        found[branch_id].append(Column(group_id, of[0].name, of[0].many or 0, photos))
    return found
