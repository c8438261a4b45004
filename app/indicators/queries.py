"""Reads of the units that are measured: under which name and brand they stood, and how much of a month is entered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select

from app.accounts.roles import Grant
from app.brands.models import Brand, BrandVersion
from app.brands.queries import version_on
from app.foundation import clock
from app.foundation.db import MonthType, fetch
from app.foundation.paging import Page, page_of
from app.foundation.periods import ADDRESSED_YEARS, Month, Quarter, as_of
from app.foundation.places import Place
from app.indicators.models import IndicatorScope, IndicatorValue, IndicatorVersion
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on

PAGE_SIZE = 30

_committee, _branch = bindparam("committee", type_=Integer), bindparam("branch", type_=Integer)
_group, _after = bindparam("group", type_=Integer), bindparam("after", type_=Integer)
_day: Any = bindparam("day", type_=Date)


@dataclass(frozen=True)
class UnitOn:
    """A branch or a group under the name that it bore on a day."""

    place: Place
    name: str
    day: date

    @property
    def branch_id(self) -> int:
        return self.place.branch_id or 0


@dataclass(frozen=True)
class Face:
    """A group as it was on a day. `name` is its brand's, or its own before it has one."""

    place: Place
    group: str
    branch: str
    brand: str
    hue: str
    outlines: Any
    year: int = 0

    @property
    def id(self) -> int:
        return self.place.group_id or 0

    @property
    def name(self) -> str:
        return self.brand or self.group

    @property
    def hue_class(self) -> str:
        return f"hue-{self.hue}" if self.hue else ""


@dataclass(frozen=True)
class BranchQuarter(UnitOn):
    quarter: Quarter


@dataclass(frozen=True)
class BranchYear(UnitOn):
    year: int


def _until_today(day: date) -> date:
    """Names and groups of a period are those of its last day, or of today while it runs."""
    return min(day, clock.today())


_BRANCH = select(Branch.committee_id, branch_name_on(Branch.id, _day).label("name")).where(Branch.id == _branch)


def branch_today(branch_id: int) -> UnitOn | None:
    day = clock.today()
    row = fetch(_BRANCH, branch=branch_id, day=day).first()
    return None if row is None else UnitOn(Place(row.committee_id, branch_id), row.name, day)


def branch_quarter(branch_id: int, quarter: Quarter) -> BranchQuarter | None:
    day = _until_today(quarter.last)
    row = fetch(_BRANCH, branch=branch_id, day=day).first()
    return None if row is None else BranchQuarter(Place(row.committee_id, branch_id), row.name, day, quarter)


def branch_year(branch_id: int, year: int) -> BranchYear | None:
    if year not in ADDRESSED_YEARS:
        return None
    row = fetch(_BRANCH, branch=branch_id, day=_until_today(date(year, 12, 31))).first()
    return None if row is None else named_year(Place(row.committee_id, branch_id), row.name, year)


def named_year(place: Place, name: str, year: int) -> BranchYear:
    return BranchYear(place, name, _until_today(date(year, 12, 31)), year)


_FACE = (
    select(
        PartyGroup.committee_id, PartyGroup.branch_id, PartyGroup.id, group_name_on(PartyGroup.id, _day).label("group"),
        branch_name_on(PartyGroup.branch_id, _day).label("branch"), BrandVersion.name.label("brand"), BrandVersion.hue,
        BrandVersion.outlines,
    )
    .outerjoin(
        BrandVersion,
        BrandVersion.id == version_on(
            and_(
                Brand.committee_id == PartyGroup.committee_id,
                Brand.branch_id == PartyGroup.branch_id,
                Brand.group_id == PartyGroup.id,
            ),
            _day,
        ),
    )
)  # fmt: skip
_ONE_FACE = _FACE.where(PartyGroup.id == _group)
_own_order = select(PartyGroup.sort_order).where(PartyGroup.id == _after).scalar_subquery()
_FACES = (
    _FACE.where(
        PartyGroup.committee_id == _committee,
        PartyGroup.branch_id == _branch,
        as_of(PartyGroup, _day),
        or_(
            _after == 0,
            PartyGroup.sort_order > _own_order,
            and_(PartyGroup.sort_order == _own_order, PartyGroup.id > _after),
        ),
    )
    .order_by(PartyGroup.sort_order, PartyGroup.id)
    .limit(PAGE_SIZE + 1)
)


def group_year(group_id: int, year: int) -> Face | None:
    if year not in ADDRESSED_YEARS:
        return None
    row = fetch(_ONE_FACE, group=group_id, day=_until_today(date(year, 12, 31))).first()
    return None if row is None else _face(row, year)


def faces(branch: UnitOn, after: int = 0) -> Page[Face]:
    """The branch's groups on the day, in its own order, some at a time."""
    place = branch.place
    rows = fetch(_FACES, committee=place.committee_id, branch=place.branch_id, day=branch.day, after=after).all()
    return page_of([_face(row) for row in rows], PAGE_SIZE, lambda face: str(face.id))


def _face(row: Any, year: int = 0) -> Face:
    place = Place(row.committee_id, row.branch_id, row.id)
    return Face(place, row.group, row.branch, row.brand or "", row.hue or "", row.outlines, year)


_NAMES = select(PartyGroup.id, group_name_on(PartyGroup.id, _day).label("name")).where(
    PartyGroup.branch_id == _branch, PartyGroup.id.in_(bindparam("groups", expanding=True))
)


def group_names(branch: UnitOn, groups: Iterable[int]) -> dict[int, str]:
    """Those of the groups that belong to the branch, by name."""
    rows = fetch(_NAMES, branch=branch.branch_id, day=branch.day, groups=sorted(set(groups)))
    return {row.id: row.name for row in rows}


_ALL_NAMES = (
    select(PartyGroup.id, group_name_on(PartyGroup.id, _day).label("name"))
    .where(PartyGroup.committee_id == _committee, PartyGroup.branch_id == _branch, as_of(PartyGroup, _day))
    .order_by(PartyGroup.sort_order, PartyGroup.id)
)


def all_group_names(branch: UnitOn) -> dict[int, str]:
    """Every group of the branch on the day, in its own order."""
    rows = fetch(_ALL_NAMES, committee=branch.place.committee_id, branch=branch.branch_id, day=branch.day)
    return {row.id: row.name for row in rows}


# ---------------------------------------------------------------- the branches that somebody may read


@dataclass(frozen=True)
class BranchMonth:
    """How much of a branch's month stands there: `asked` places, `entered` values."""

    branch_id: int
    name: str
    asked: int
    entered: int


_month = bindparam("month", type_=MonthType)
_newer = select(IndicatorVersion).subquery()
_IN_FORCE = ~(
    select(_newer.c.id)
    .where(
        _newer.c.indicator_id == IndicatorVersion.indicator_id,
        _newer.c.from_month <= _month,
        or_(
            _newer.c.from_month > IndicatorVersion.from_month,
            and_(_newer.c.from_month == IndicatorVersion.from_month, _newer.c.number > IndicatorVersion.number),
        ),
    )
    .exists()
)
_ASKED = (
    select(func.count())
    .select_from(IndicatorScope)
    .join(IndicatorVersion, IndicatorVersion.id == IndicatorScope.version_id)
    .where(
        IndicatorScope.committee_id == Branch.committee_id,
        IndicatorScope.branch_id == Branch.id,
        IndicatorVersion.from_month <= _month,
        _IN_FORCE,
    )
    .correlate(Branch)
    .scalar_subquery()
)
_ENTERED = (
    select(func.count())
    .select_from(IndicatorValue)
    .where(
        IndicatorValue.committee_id == Branch.committee_id,
        IndicatorValue.branch_id == Branch.id,
        IndicatorValue.month == _month,
        IndicatorValue.replaced_at.is_(None),
        IndicatorValue.value.is_not(None),
    )
    .correlate(Branch)
    .scalar_subquery()
)
_BRANCHES = (
    select(
        Branch.id.label("branch_id"), branch_name_on(Branch.id, _day).label("name"), _ASKED.label("asked"),
        _ENTERED.label("entered"),
    )
    .where(
        or_(
            Branch.committee_id.in_(bindparam("committees", expanding=True)),
            Branch.id.in_(bindparam("branches", expanding=True)),
        ),
        as_of(Branch, _day),
        or_(_after == 0, Branch.id > _after),
    )
    .order_by(Branch.id)
    .limit(PAGE_SIZE + 1)
)  # fmt: skip


def branches(grants: Iterable[Grant], month: Month, after: int = 0) -> Page[BranchMonth]:
    """The branches of the grants: a committee's are all of its own and of those nested in it."""
    held = list(grants)
    committees = sorted({one for grant in held if grant.place.branch_id is None for one in grant.committees})
    own = sorted({grant.place.branch_id for grant in held if grant.place.branch_id is not None})
    rows = fetch(
        _BRANCHES, committees=committees, branches=own, month=month, day=clock.today(), after=after
    ).all()  # fmt: skip
    return page_of(
        [BranchMonth(row.branch_id, row.name, row.asked, row.entered) for row in rows],
        PAGE_SIZE,
        lambda row: str(row.branch_id),
    )
