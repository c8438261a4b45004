"""What a month looks like from here: the units in sight, the year of one unit, its latest photos.

Statements are built once: building one costs a page more than running it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    union_all,
)

from app.activities.cadence import Due, span
from app.activities.models import Activity, ActivityGroup, ActivityKind, Cadence
from app.activities.queries import RECORDED, counts_for_branch
from app.brands.models import Brand, BrandVersion
from app.brands.queries import version_on
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month, as_of
from app.inspections.models import InspectionRound
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on
from app.photos.models import MonthIssue, Photo
from app.photos.queries import SHOWN_ORDER
from app.today.queries import Reach

GROUPS = 60
BRANCHES = 12  # so many stand on the committee's page, the others behind a link

_month = bindparam("month", type_=MonthType)
_today: Any = bindparam("today", type_=Date)


def _ids(name: str) -> Any:
    return bindparam(name, expanding=True, type_=Integer)


# ---------------------------------------------------------------- the units in sight


def _groups() -> Select[Any]:
    """By ids and by the branch's index: either alone is quick, an OR of both would read every group."""
    near = union_all(
        select(PartyGroup.id).where(PartyGroup.id.in_(_ids("own"))),
        select(PartyGroup.id).where(PartyGroup.committee_id.in_(_ids("homes")), PartyGroup.branch_id.in_(_ids("seen"))),
    )
    photos = and_(Photo.group_id == PartyGroup.id, Photo.month == _month, Photo.withdrawn_at.is_(None))
    activities = (
        select(func.count())
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.group_id == PartyGroup.id, ActivityGroup.month == _month, Activity.state.in_(RECORDED),
            Activity.held_on <= _today,
        )
    )  # fmt: skip
    return (
        select(
            PartyGroup.id,
            PartyGroup.branch_id,
            group_name_on(PartyGroup.id, _today).label("name"),
            BrandVersion.name.label("brand"),
            BrandVersion.hue,
            BrandVersion.outlines,
            activities.scalar_subquery().label("activities"),
            select(func.count()).where(photos).scalar_subquery().label("photos"),
            select(func.count(Photo.board_slot)).where(photos).scalar_subquery().label("on_board"),
            select(func.min(Photo.board_slot)).where(photos).scalar_subquery().label("first_slot"),
            select(func.count()).where(photos, Photo.activity_id.is_(None)).scalar_subquery().label("unsorted"),
            MonthIssue.printed_at,
        )
        .select_from(PartyGroup)
        .outerjoin(BrandVersion, BrandVersion.id == version_on(Brand.group_id == PartyGroup.id, _today))
        .outerjoin(Brand, Brand.id == BrandVersion.brand_id)
        .outerjoin(MonthIssue, and_(MonthIssue.group_id == PartyGroup.id, MonthIssue.month == _month))
        .where(PartyGroup.id.in_(near), as_of(PartyGroup, _today))
        .order_by(PartyGroup.branch_id, func.coalesce(Brand.sort_order, 9999), PartyGroup.sort_order, PartyGroup.id)
        .limit(GROUPS)
    )


def _branches() -> Select[Any]:
    """The first by the committee's own index, then what is counted: of the others nothing is read."""
    few = (
        select(Branch.id)
        .where(Branch.committee_id.in_(_ids("committees")), as_of(Branch, _today))
        .order_by(Branch.committee_id, Branch.sort_order, Branch.id)
        .limit(BRANCHES + 1)
    )
    groups = select(func.count()).where(
        PartyGroup.committee_id == Branch.committee_id, PartyGroup.branch_id == Branch.id, as_of(PartyGroup, _today)
    )
    printed = select(func.count()).where(
        MonthIssue.committee_id == Branch.committee_id,
        MonthIssue.branch_id == Branch.id,
        MonthIssue.month == _month,
        MonthIssue.printed_at.is_not(None),
    )
    activities = select(func.count()).where(
        Activity.committee_id == Branch.committee_id,
        Activity.branch_id == Branch.id,
        Activity.month == _month,
        Activity.state.in_(RECORDED),
        Activity.held_on <= _today,
    )
    own = and_(Brand.committee_id == Branch.committee_id, Brand.branch_id == Branch.id, Brand.parent_id.is_(None))
    return (
        select(
            Branch.id,
            branch_name_on(Branch.id, _today).label("name"),
            BrandVersion.name.label("brand"),
            BrandVersion.outlines,
            groups.scalar_subquery().label("groups"),
            printed.scalar_subquery().label("printed"),
            activities.scalar_subquery().label("activities"),
        )
        .select_from(Branch)
        .outerjoin(BrandVersion, BrandVersion.id == version_on(own, _today))
        .where(Branch.id.in_(select(few.subquery())))
        .order_by(Branch.committee_id, Branch.sort_order, Branch.id)
    )


_GROUPS, _BRANCHES = _groups(), _branches()
_ROUNDS = (
    select(
        InspectionRound.id, InspectionRound.title, InspectionRound.state,
        InspectionRound.self_check_until, InspectionRound.scoring_until, InspectionRound.appeals_until,
    )
    .where(InspectionRound.committee_id.in_(_ids("committees")))
    .order_by(InspectionRound.quarter.desc(), InspectionRound.id.desc())
    .limit(2)
)  # fmt: skip


def groups_in_sight(reach: Reach, today: date) -> Sequence[Any]:
    """The groups that the reader leads, watches or has in the branch, in brand-tree order, with their month so far."""
    own = (*reach.led, *reach.watched)
    if not own and not reach.seen:
        return []
    return fetch(_GROUPS, own=own, homes=reach.homes, seen=reach.seen, today=today, month=Month.of(today)).all()


def branches_in_sight(reach: Reach, today: date) -> Sequence[Any]:
    """The first branches of the reader's committees with their month so far; one more than `BRANCHES` tells of others."""
    return fetch(_BRANCHES, committees=reach.committees, today=today, month=Month.of(today)).all()


def rounds_in_sight(reach: Reach) -> Sequence[Any]:
    """The two latest rounds of the reader's committees: the one that runs and the one before."""
    return fetch(_ROUNDS, committees=reach.committees).all()


# ---------------------------------------------------------------- one unit's year and photos


@dataclass(frozen=True)
class Year:
    """The cadences of a unit as they stand this month, and the days of this month with something on them."""

    dues: tuple[Due, ...] = ()
    done: tuple[int, ...] = ()
    planned: tuple[int, ...] = ()


_first, _last = bindparam("first", type_=MonthType), bindparam("last", type_=MonthType)
_january, _december = bindparam("january", type_=MonthType), bindparam("december", type_=MonthType)
_unit = bindparam("unit", type_=Integer)


def _year(level: str, committee: ColumnElement[int], held: Select[Any]) -> CompoundSelect[Any]:
    """The cadences with what was done in their period, then the month's activities. `held` picks the unit's activities
    of the year; they are read once, whatever the number of cadences."""
    year = held.add_columns(Activity.kind_id, Activity.month, Activity.held_on, Activity.state).subquery()
    recorded = year.c.state.in_(RECORDED)

    def within(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    done = (
        select(
            year.c.kind_id,
            within(year.c.month == _month).label("month"),
            within(year.c.month.between(_first, _last)).label("quarter"),
            func.count().label("year"),
        )
        .where(recorded)
        .group_by(year.c.kind_id)
        .subquery()
    )
    count = case(
        (Cadence.period == "month", done.c.month), (Cadence.period == "quarter", done.c.quarter), else_=done.c.year
    )
    nothing = literal_column("''", String)
    cadences = (
        select(
            ActivityKind.name.label("kind"), ActivityKind.id.label("kind_id"), Cadence.period, Cadence.minimum,
            func.coalesce(count, 0).label("done"), Cadence.source, ActivityKind.sort_order.label("place"),
            Cadence.id.label("row"), nothing.label("day"),
        )
        .join(ActivityKind, ActivityKind.id == Cadence.kind_id)
        .outerjoin(done, done.c.kind_id == Cadence.kind_id)
        .where(Cadence.committee_id == committee, Cadence.level == level)
    )  # fmt: skip
    zero = literal_column("0", Integer)
    days = select(
        nothing, zero, nothing, zero, case((recorded, 1), else_=0), nothing, zero, zero, cast(year.c.held_on, String)
    ).where(year.c.month == _month)
    return union_all(cadences, days)


_YEAR_OF_GROUP = _year(
    "group",
    select(PartyGroup.committee_id).where(PartyGroup.id == _unit).scalar_subquery(),
    # Joint activities count for each group that took part.
    select()
    .select_from(ActivityGroup)
    .join(Activity, Activity.id == ActivityGroup.activity_id)
    .where(ActivityGroup.group_id == _unit, ActivityGroup.month.between(_january, _december)),
)
_home = select(Branch.committee_id).where(Branch.id == _unit).scalar_subquery()
_YEAR_OF_BRANCH = _year(
    "branch",
    _home,
    select().where(
        Activity.committee_id == _home,
        Activity.branch_id == _unit,
        Activity.month.between(_january, _december),
        counts_for_branch(),
    ),
)


def year_of_group(group_id: int, today: date) -> Year:
    return _read(_YEAR_OF_GROUP, group_id, today)


def year_of_branch(branch_id: int, today: date) -> Year:
    return _read(_YEAR_OF_BRANCH, branch_id, today)


def _read(statement: CompoundSelect[Any], unit: int, today: date) -> Year:
    month = Month.of(today)
    first, last = span("quarter", month)
    january, december = span("year", month)
    rows = fetch(
        statement, unit=unit, month=month, first=first, last=last, january=january, december=december
    ).all()  # fmt: skip
    cadences = sorted((row for row in rows if row.kind), key=lambda row: (row.place, row.kind_id, row.row))
    days = [(date.fromisoformat(row.day), row.done) for row in rows if row.day]
    return Year(
        dues=tuple(Due(row.kind, row.kind_id, row.period, row.minimum, row.done, row.source) for row in cadences),
        done=_numbers(day for day, recorded in days if recorded and day <= today),
        planned=_numbers(day for day, _recorded in days if day > today),
    )


def _numbers(days: Iterable[date]) -> tuple[int, ...]:
    return tuple(sorted(day.day for day in days))


_PHOTOS = (
    select(Photo.id, Photo.caption, Photo.board_slot)
    .where(Photo.group_id == _unit, Photo.month == _month, Photo.withdrawn_at.is_(None))
    .order_by(*SHOWN_ORDER)
    .limit(3)
)


def latest_photos(group_id: int, month: Month) -> Sequence[Any]:
    """The first three photos of the month."""
    return fetch(_PHOTOS, unit=group_id, month=month).all()
