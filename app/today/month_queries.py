"""What a month looks like from here: the units in sight, the year of one unit, its latest photos."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    exists,
    func,
    or_,
    select,
)

from app.activities.cadence import Due, span
from app.activities.models import Activity, ActivityGroup, ActivityKind, Cadence
from app.activities.photo_models import MonthIssue, Photo
from app.activities.queries import RECORDED, name_on
from app.brands.models import Brand, BrandVersion
from app.foundation.db import db
from app.foundation.periods import Month, as_of
from app.inspections.models import InspectionRound
from app.organisation.models import Branch, BranchName, GroupName, PartyGroup
from app.today.queries import Reach

UNITS = 60


# ---------------------------------------------------------------- the units in sight


def _latest_version(brand_of: ColumnElement[bool], today: date) -> ScalarSelect[Any]:
    return (
        select(BrandVersion.id)
        .join(Brand, Brand.id == BrandVersion.brand_id)
        .where(brand_of, Brand.ended_on.is_(None), BrandVersion.in_force_from <= today)
        .order_by(Brand.sort_order, Brand.id, BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


def groups_in_sight(reach: Reach, today: date) -> Sequence[Any]:
    """The groups that the reader leads, watches or has in the branch, in brand-tree order, with their month so far."""
    month = Month.of(today)
    photos = and_(Photo.group_id == PartyGroup.id, Photo.month == month, Photo.withdrawn_at.is_(None))
    version = _latest_version(Brand.group_id == PartyGroup.id, today)
    activities = (
        select(func.count())
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.group_id == PartyGroup.id, ActivityGroup.month == month, Activity.state.in_(RECORDED),
            Activity.held_on <= today,
        )
    )  # fmt: skip
    return db.session.execute(
        select(
            PartyGroup.id,
            PartyGroup.branch_id,
            name_on(GroupName, GroupName.group_id, PartyGroup.id, today).label("name"),
            BrandVersion.name.label("brand"),
            BrandVersion.hue,
            BrandVersion.outlines,
            activities.scalar_subquery().label("activities"),
            select(func.count()).where(photos).scalar_subquery().label("photos"),
            select(func.count(Photo.board_slot)).where(photos).scalar_subquery().label("on_board"),
            select(func.min(Photo.board_slot)).where(photos).scalar_subquery().label("first_slot"),
            MonthIssue.printed_at,
        )
        .select_from(PartyGroup)
        .outerjoin(BrandVersion, BrandVersion.id == version)
        .outerjoin(Brand, Brand.id == BrandVersion.brand_id)
        .outerjoin(MonthIssue, and_(MonthIssue.group_id == PartyGroup.id, MonthIssue.month == month))
        .where(
            or_(PartyGroup.id.in_((*reach.led, *reach.watched)), PartyGroup.branch_id.in_(reach.seen)),
            as_of(PartyGroup, today),
        )
        .order_by(PartyGroup.branch_id, func.coalesce(Brand.sort_order, 9999), PartyGroup.sort_order, PartyGroup.id)
        .limit(UNITS)
    ).all()


def branches_in_sight(reach: Reach, today: date) -> Sequence[Any]:
    """The branches of the reader's committees with their month so far."""
    month = Month.of(today)
    groups = select(func.count()).where(PartyGroup.branch_id == Branch.id, as_of(PartyGroup, today))
    printed = select(func.count()).where(
        MonthIssue.committee_id == Branch.committee_id,
        MonthIssue.branch_id == Branch.id,
        MonthIssue.month == month,
        MonthIssue.printed_at.is_not(None),
    )
    activities = select(func.count()).where(
        Activity.committee_id == Branch.committee_id,
        Activity.branch_id == Branch.id,
        Activity.month == month,
        Activity.state.in_(RECORDED),
        Activity.held_on <= today,
    )
    version = _latest_version(and_(Brand.branch_id == Branch.id, Brand.parent_id.is_(None)), today)
    return db.session.execute(
        select(
            Branch.id,
            name_on(BranchName, BranchName.branch_id, Branch.id, today).label("name"),
            BrandVersion.name.label("brand"),
            BrandVersion.outlines,
            groups.scalar_subquery().label("groups"),
            printed.scalar_subquery().label("printed"),
            activities.scalar_subquery().label("activities"),
        )
        .select_from(Branch)
        .outerjoin(BrandVersion, BrandVersion.id == version)
        .where(Branch.committee_id.in_(reach.committees), as_of(Branch, today))
        .order_by(Branch.committee_id, Branch.sort_order, Branch.id)
        .limit(UNITS)
    ).all()


def rounds_in_sight(reach: Reach) -> Sequence[Any]:
    """The two latest rounds of the reader's committees: the one that runs and the one before."""
    return db.session.execute(
        select(
            InspectionRound.id, InspectionRound.title, InspectionRound.state,
            InspectionRound.self_check_until, InspectionRound.scoring_until, InspectionRound.appeals_until,
        )
        .where(InspectionRound.committee_id.in_(reach.committees))
        .order_by(InspectionRound.quarter.desc(), InspectionRound.id.desc())
        .limit(2)
    ).all()  # fmt: skip


# ---------------------------------------------------------------- one unit's year and photos


@dataclass(frozen=True)
class Year:
    """The cadences of a unit as they stand this month, and the days of this month with something on them."""

    dues: list[Due]
    done: list[int]
    planned: list[int]


def year_of_group(group_id: int, today: date) -> Year:
    """Joint activities count for each group that took part."""
    took_part = exists().where(ActivityGroup.activity_id == Activity.id, ActivityGroup.group_id == group_id)
    committee = select(PartyGroup.committee_id).where(PartyGroup.id == group_id).scalar_subquery()
    return _year("group", took_part, committee, today)


def year_of_branch(branch_id: int, today: date) -> Year:
    """What the branch itself held, its groups' own activities left out."""
    committee = select(Branch.committee_id).where(Branch.id == branch_id).scalar_subquery()
    own = and_(Activity.branch_id == branch_id, Activity.group_id.is_(None))
    return _year("branch", own, committee, today)


def _year(level: str, held_by: ColumnElement[bool], committee: ScalarSelect[int], today: date) -> Year:
    """In one statement: a kind without activities is one row, a kind with two cadences repeats its activities."""
    rows = db.session.execute(
        select(
            ActivityKind.id.label("kind_id"), ActivityKind.name.label("kind"),
            Cadence.id.label("cadence_id"), Cadence.period, Cadence.minimum, Cadence.source,
            Activity.id.label("activity_id"), Activity.held_on, Activity.month, Activity.state,
        )
        .select_from(ActivityKind)
        .outerjoin(Cadence, and_(Cadence.kind_id == ActivityKind.id, Cadence.level == level))
        .outerjoin(
            Activity,
            and_(
                Activity.kind_id == ActivityKind.id,
                Activity.held_on >= date(today.year, 1, 1),
                Activity.held_on < date(today.year + 1, 1, 1),
                held_by,
            ),
        )
        .where(ActivityKind.committee_id == committee, or_(Cadence.id.is_not(None), Activity.id.is_not(None)))
        .order_by(ActivityKind.sort_order, ActivityKind.id, Cadence.id, Activity.held_on, Activity.id)
    ).all()  # fmt: skip
    month = Month.of(today)
    days = {row.activity_id: row for row in rows if row.activity_id and row.month == month}.values()
    return Year(
        dues=_dues(rows, month),
        done=sorted(row.held_on.day for row in days if row.held_on <= today and row.state in RECORDED),
        planned=sorted(row.held_on.day for row in days if row.held_on > today),
    )


def _dues(rows: Sequence[Any], month: Month) -> list[Due]:
    found: dict[int, Due] = {}
    for row in rows:
        if row.cadence_id is None:
            continue
        due = found.setdefault(row.cadence_id, Due(row.kind, row.kind_id, row.period, row.minimum, 0, row.source))
        first, last = span(row.period, month)
        if row.activity_id and row.state in RECORDED and first <= row.month <= last:
            found[row.cadence_id] = replace(due, done=due.done + 1)
    return list(found.values())


def latest_photos(group_id: int, month: Month) -> Sequence[Any]:
    """Four photos of the month: those on the board in their order, then the others as they lie."""
    return db.session.execute(
        select(Photo.id, Photo.thumb_key, Photo.caption, Photo.board_slot)
        .where(Photo.group_id == group_id, Photo.month == month, Photo.withdrawn_at.is_(None))
        .order_by(Photo.board_slot.is_(None), Photo.board_slot, Photo.position, Photo.id)
        .limit(4)
    ).all()
