"""Reads of several groups' boards at once: a branch's month, and the branches that a person may read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.accounts.kept import until_next_act
from app.accounts.roles import Grant
from app.activities.models import Activity, ActivityState
from app.board import composition
from app.board.queries import Face, Kept, faces, standing_day
from app.foundation import clock
from app.foundation.db import MonthType, fetch
from app.foundation.paging import Page, page_of
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on
from app.photos.models import MonthIssue, Photo

PAGE_SIZE = 50


@dataclass(frozen=True)
class BranchMonth:
    """A branch as it stood in a month."""

    place: Place
    month: Month
    name: str


@dataclass(frozen=True)
class Teaser:
    """The head of an issue in the branch's listing; headline and photo only where the reader may read the issue."""

    face: Face
    readable: bool
    headline: str
    photo: composition.Photo | None
    printed: frozenset[Month]
    withdrawn: bool = False
    """The photo that the printed page leads with may not be shown any more."""


@dataclass(frozen=True)
class BranchBoards:
    """How many of a branch's groups have printed a month."""

    branch_id: int
    name: str
    groups: int
    printed: int


_committee, _branch = bindparam("committee", type_=Integer), bindparam("branch", type_=Integer)
_month = bindparam("month", type_=MonthType)
_day: Any = bindparam("day", type_=Date)
_first_day, _last_day = bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)


def _when(month: Month) -> dict[str, Any]:
    return {"month": month, "day": standing_day(month), "first_day": month.first, "last_day": month.last}


def _stood(tie: Any) -> tuple[Any, Any]:
    return tie.starts_on <= _last_day, or_(tie.ends_on.is_(None), tie.ends_on > _first_day)


_NAME = branch_name_on(Branch.id, _day).label("name")
# Built once: building them costs a page more than running them.
_BRANCH_MONTH = select(Branch.committee_id, _NAME).where(Branch.id == _branch, *_stood(Branch))
_LEADS = (
    select(
        Photo.group_id, Activity.title, Activity.state,
        Photo.id, Photo.board_slot.label("slot"), Photo.activity_id, Photo.caption, Photo.width, Photo.height,
    )
    .outerjoin(Activity, Activity.id == Photo.activity_id)
    .where(
        Photo.committee_id == _committee,
        Photo.branch_id == _branch,
        Photo.month == _month,
        Photo.board_slot.is_not(None),
        Photo.withdrawn_at.is_(None),
    )
    .order_by(Photo.board_slot, Photo.id)
)  # fmt: skip
_PRINTED = select(MonthIssue.group_id, MonthIssue.month).where(
    MonthIssue.committee_id == _committee,
    MonthIssue.branch_id == _branch,
    MonthIssue.month.between(bindparam("january", type_=MonthType), bindparam("december", type_=MonthType)),
    MonthIssue.printed_at.is_not(None),
)


def branch_month(branch_id: int, month: Month) -> BranchMonth | None:
    row = fetch(_BRANCH_MONTH, branch=branch_id, **_when(month)).first()
    return None if row is None else BranchMonth(Place(row.committee_id, branch_id), month, row.name)


def teasers(branch: BranchMonth, may_preview: Callable[[Place], bool]) -> list[Teaser]:
    heads, leads, printed = until_next_act(
        ("wall", branch.place, branch.month, clock.today()),
        lambda: (faces(branch.place, branch.month), _leads(branch), _printed_months(branch)),
    )
    return [_teaser(face, kept, may_preview, leads.get(face.place.group_id or 0, ()), printed) for face, kept in heads]


def _teaser(
    face: Face,
    kept: Kept | None,
    may_preview: Callable[[Place], bool],
    photos: Sequence[Any],
    printed: dict[int, set[Month]],
) -> Teaser:
    months = frozenset(printed.get(face.place.group_id or 0, ()))
    if kept is not None:
        gone = kept.photo is not None and kept.photo.id not in {row.id for row in photos}
        return Teaser(face, True, kept.headline, None if gone else kept.photo, months, withdrawn=gone)
    readable = face.printed_at is not None or may_preview(face.place)
    lead = next((row for row in photos if row.state is ActivityState.CONFIRMED), None) if readable else None
    if lead is None:
        return Teaser(face, readable, "", None, months)
    photo = composition.Photo(lead.id, lead.slot, lead.activity_id, lead.caption, lead.width, lead.height)
    return Teaser(face, readable, lead.title, photo, months)


def _leads(branch: BranchMonth) -> dict[int, list[Any]]:
    """The photos on each group's board in their order, with title and state of their activity."""
    found: dict[int, list[Any]] = {}
    place = branch.place
    for row in fetch(_LEADS, committee=place.committee_id, branch=place.branch_id, month=branch.month):
        found.setdefault(row.group_id, []).append(row)
    return found


def _printed_months(branch: BranchMonth) -> dict[int, set[Month]]:
    place, year = branch.place, branch.month.year
    rows = fetch(
        _PRINTED, committee=place.committee_id, branch=place.branch_id,
        january=Month(year, 1), december=Month(year, 12),
    )  # fmt: skip
    found: dict[int, set[Month]] = {}
    for row in rows:
        found.setdefault(row.group_id, set()).add(row.month)
    return found


def _branches(*, further: bool) -> Select[Any]:
    """The next page by the committee's own index, then what is counted: of the others nothing is read."""
    whole, own = bindparam("whole", expanding=True, type_=Integer), bindparam("own", expanding=True, type_=Integer)
    order = (Branch.committee_id, Branch.sort_order, Branch.id)
    theirs = select(Branch.id).where(Branch.committee_id.in_(whole), *_stood(Branch))
    if further:
        last = aliased(Branch)
        place = (
            select(column).where(last.id == bindparam("after", type_=Integer)).scalar_subquery()
            for column in (last.committee_id, last.sort_order, last.id)
        )
        theirs = theirs.where(tuple_(*order) > tuple_(*place))
    listed = theirs.order_by(*order).limit(PAGE_SIZE + 1).subquery()
    groups = select(func.count()).where(
        PartyGroup.committee_id == Branch.committee_id, PartyGroup.branch_id == Branch.id, *_stood(PartyGroup)
    )
    printed = select(func.count()).where(
        MonthIssue.committee_id == Branch.committee_id, MonthIssue.branch_id == Branch.id, MonthIssue.month == _month,
        MonthIssue.printed_at.is_not(None),
    )  # fmt: skip
    return (
        select(
            Branch.id.label("branch_id"),
            _NAME,
            groups.scalar_subquery().label("groups"),
            printed.scalar_subquery().label("printed"),
        )
        .where(or_(Branch.id.in_(select(listed)), Branch.id.in_(own)), *_stood(Branch))
        .order_by(*order)
    )


_BRANCHES, _FURTHER = _branches(further=False), _branches(further=True)


def branches(grants: Iterable[Grant], month: Month, after: int = 0) -> Page[BranchBoards]:
    """The branches whose printed boards these grants may read, in each committee's own order; a page of those of a
    whole committee, after the branch `after`."""
    grants = list(grants)
    whole = {committee for grant in grants if grant.place.branch_id is None for committee in grant.committees}
    own = {grant.place.branch_id for grant in grants if grant.place.branch_id is not None}
    values = {"whole": tuple(whole), "own": () if after else tuple(own), **_when(month)}
    rows = fetch(_FURTHER, after=after, **values) if after else fetch(_BRANCHES, **values)
    found = [BranchBoards(**row._asdict()) for row in rows]
    size = PAGE_SIZE if whole else len(found)
    return page_of(found, size, lambda branch: str(branch.branch_id))
