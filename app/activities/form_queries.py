"""What the form of an activity offers and whom it may name, as of the activity's own day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    and_,
    case,
    literal,
    or_,
    select,
    true,
    union_all,
)

from app.activities.attendance import Person
from app.activities.models import (
    Activity,
    ActivityGoal,
    ActivityGroup,
    ActivityKind,
    ActivityTeam,
)
from app.activities.record_queries import brand_name
from app.brands.models import Brand, Goal
from app.foundation.db import db
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.organisation.models import GroupTeam, Member, Membership, PartyGroup, WorkTeam
from app.organisation.queries import group_name_on


@dataclass(frozen=True, slots=True)
class Option:
    """`kind` is kind, group, brand, goal or team; `chosen` marks what is set.

    `own` marks the owner's own group and brand, and the kinds at which all are expected.
    """

    kind: str
    id: int
    name: str
    own: bool
    chosen: bool


def options(place: Place, day: date, activity: Activity | None = None) -> list[Option]:
    """Everything that the form of an activity offers on `day`, in one statement."""
    activity_id = activity.id if activity else 0
    brand_id = activity.brand_id if activity else None
    kind_id = activity.kind_id if activity else 0

    def linked(table: Any, column: Any, key: Any) -> Any:
        return case((select(column).where(table.activity_id == activity_id, column == key).exists(), 1), else_=0)

    own_group = case((PartyGroup.id == place.group_id, 1), else_=0) if place.group_id else literal(0)
    own_brand = case((Brand.group_id == place.group_id, 1), else_=0) if place.group_id else case(
        (Brand.parent_id.is_(None), 1), else_=0
    )  # fmt: skip
    level = "branch" if place.group_id is None else "group"
    # A group is offered the teams that it covers, a branch all of its own.
    covered = select(GroupTeam.id).where(
        GroupTeam.team_id == WorkTeam.id, GroupTeam.group_id == place.group_id, as_of(GroupTeam, day)
    )
    kept = select(ActivityTeam.team_id).where(
        ActivityTeam.activity_id == activity_id, ActivityTeam.team_id == WorkTeam.id
    )
    teams = [true()] if place.group_id is None else [covered.exists(), kept.exists()]
    parts: list[Any] = [
        select(
            literal("kind").label("kind"), ActivityKind.id.label("id"), ActivityKind.name.label("name"),
            ActivityKind.sort_order.label("sort_order"),
            case((ActivityKind.expects_all, 1), else_=0).label("own"),
            case((ActivityKind.id == kind_id, 1), else_=0).label("chosen"),
        ).where(
            ActivityKind.committee_id == place.committee_id,
            or_(
                and_(ActivityKind.retired.is_(False), ActivityKind.level.in_(["", level])),
                ActivityKind.id == kind_id,
            ),
        ),
        select(
            literal("group"), PartyGroup.id, group_name_on(PartyGroup.id, day),
            PartyGroup.sort_order, own_group, linked(ActivityGroup, ActivityGroup.group_id, PartyGroup.id),
        ).where(PartyGroup.branch_id == place.branch_id, as_of(PartyGroup, day)),
        select(
            literal("brand"), Brand.id, brand_name(day), Brand.sort_order, own_brand,
            case((Brand.id == brand_id, 1), else_=0) if brand_id else literal(0),
        ).where(Brand.branch_id == place.branch_id, or_(Brand.ended_on.is_(None), Brand.ended_on > day)),
        select(
            literal("goal"), Goal.id, Goal.title, Goal.sort_order, literal(0),
            linked(ActivityGoal, ActivityGoal.goal_id, Goal.id),
        ).where(Goal.branch_id == place.branch_id, Goal.year == day.year),
        select(
            literal("team"), WorkTeam.id, WorkTeam.name, WorkTeam.sort_order, literal(0),
            linked(ActivityTeam, ActivityTeam.team_id, WorkTeam.id),
        ).where(WorkTeam.branch_id == place.branch_id, as_of(WorkTeam, day), or_(*teams)),
    ]  # fmt: skip
    found = union_all(*parts).subquery()
    rows = db.session.execute(select(found).order_by(found.c.kind, found.c.sort_order, found.c.id))
    return [Option(row.kind, row.id, row.name or "未命名", bool(row.own), bool(row.chosen)) for row in rows]


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A member of the branch as of a day."""

    member_id: int
    name: str
    group_id: int
    group_name: str
    status: str

    @property
    def person(self) -> Person:
        return Person(self.member_id, self.name, self.group_name)


def roster(branch_id: int, day: date) -> list[Enrolled]:
    """Everybody who belonged to the branch on `day`, by group and name."""
    rows = db.session.execute(
        select(
            Member,
            Membership.group_id,
            group_name_on(Membership.group_id, day).label("group_name"),
        )
        .join(Membership, Membership.member_id == Member.id)
        .join(PartyGroup, PartyGroup.id == Membership.group_id)
        .where(Membership.branch_id == branch_id, as_of(Membership, day))
        .order_by(PartyGroup.sort_order, PartyGroup.id, Member.name, Member.id)
    )
    return [
        Enrolled(row.Member.id, row.Member.name, row.group_id, row.group_name, row.Member.status_on(day))
        for row in rows
    ]
