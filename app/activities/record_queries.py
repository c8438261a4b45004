"""Reads of one record: who was there, and what it names besides itself, as called on its own day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, and_, case, cast, func, literal, select, union_all
from sqlalchemy.orm import joinedload

from app.activities.models import Activity, ActivityGoal, ActivityGroup, ActivityTeam, Attendance
from app.activities.queries import numbers
from app.brands.models import Brand, BrandVersion, Goal
from app.foundation.db import db
from app.foundation.places import Place
from app.organisation.models import PartyGroup, WorkTeam
from app.organisation.queries import group_name_on


def activity(activity_id: int) -> Activity | None:
    """With its sittings and kind, in one statement."""
    return (
        db.session.scalars(select(Activity).options(joinedload(Activity.sittings)).where(Activity.id == activity_id))
        .unique()
        .first()
    )


def activity_and_groups(activity_id: int) -> tuple[Activity, list[Place]] | None:
    """The activity and the places of the groups that take part: their people may read the record as their own."""
    groups = (
        select(func.aggregate_strings(cast(ActivityGroup.group_id, String), ","))
        .where(ActivityGroup.activity_id == Activity.id)
        .correlate(Activity)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Activity, groups).options(joinedload(Activity.sittings)).where(Activity.id == activity_id)
    ).unique()
    row = rows.first()
    if row is None:
        return None
    found, ids = row
    return found, [Place(found.committee_id, found.branch_id, group_id) for group_id in numbers(ids)]


def attendances(activity_id: int) -> Sequence[Attendance]:
    """In the order in which they were written down."""
    return db.session.scalars(
        select(Attendance).where(Attendance.activity_id == activity_id).order_by(Attendance.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Linked:
    """What an activity names besides itself: `kind` is group, goal, team or brand."""

    kind: str
    id: int
    name: str


def links(activity: Activity) -> list[Linked]:
    """Groups, goals, teams and the brand as they were called on the activity's day."""
    day = activity.held_on
    parts: list[Any] = [
        select(
            literal("group").label("kind"),
            PartyGroup.id.label("id"),
            group_name_on(PartyGroup.id, day).label("name"),
            PartyGroup.sort_order.label("sort_order"),
        )
        .join(ActivityGroup, ActivityGroup.group_id == PartyGroup.id)
        .where(ActivityGroup.activity_id == activity.id),
        select(literal("goal"), Goal.id, Goal.title, Goal.sort_order)
        .join(ActivityGoal, ActivityGoal.goal_id == Goal.id)
        .where(ActivityGoal.activity_id == activity.id),
        select(literal("team"), WorkTeam.id, WorkTeam.name, WorkTeam.sort_order)
        .join(ActivityTeam, ActivityTeam.team_id == WorkTeam.id)
        .where(ActivityTeam.activity_id == activity.id),
        select(literal("brand"), Brand.id, brand_name(day), Brand.sort_order).where(Brand.id == activity.brand_id),
    ]
    found = union_all(*parts).subquery()
    rows = db.session.execute(select(found).order_by(found.c.kind, found.c.sort_order, found.c.id))
    return [Linked(row.kind, row.id, row.name or "") for row in rows]


def brand_name(day: date) -> Any:
    """The name in force on `day`, else the latest written: a brand may be logged for before it is approved."""
    in_force = and_(BrandVersion.in_force_from.is_not(None), BrandVersion.in_force_from <= day)
    return (
        select(BrandVersion.name)
        .where(BrandVersion.brand_id == Brand.id)
        .order_by(case((in_force, 0), else_=1), BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


def photos(activity: Activity) -> Sequence[Any]:
    """Those that are shown: the cover first, then as ordered."""
    return db.session.scalars(activity.photos.select().filter_by(withdrawn_at=None)).all()
