"""What the form of an activity offers and whom it may name, as of the activity's own day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    Select,
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
    found = union_all(
        _kinds(place, activity.kind_id if activity else 0),
        _groups(place, day, activity_id),
        _brands(place, day, activity.brand_id if activity else None),
        _goals(place, day, activity_id),
        _teams(place, day, activity_id),
    ).subquery()
    rows = db.session.execute(select(found).order_by(found.c.kind, found.c.sort_order, found.c.id))
    return [Option(row.kind, row.id, row.name or "未命名", bool(row.own), bool(row.chosen)) for row in rows]


def _kinds(place: Place, kind_id: int) -> Select[*tuple[Any, ...]]:
    """Those in use at this level, and the one chosen before; the first of the union names the columns."""
    level = "branch" if place.group_id is None else "group"
    return select(
        literal("kind").label("kind"), ActivityKind.id.label("id"), ActivityKind.name.label("name"),
        ActivityKind.sort_order.label("sort_order"),
        case((ActivityKind.expects_all, 1), else_=0).label("own"),
        case((ActivityKind.id == kind_id, 1), else_=0).label("chosen"),
    ).where(
        ActivityKind.committee_id == place.committee_id,
        or_(and_(ActivityKind.retired.is_(False), ActivityKind.level.in_(["", level])), ActivityKind.id == kind_id),
    )  # fmt: skip


def _groups(place: Place, day: date, activity_id: int) -> Select[*tuple[Any, ...]]:
    own = case((PartyGroup.id == place.group_id, 1), else_=0) if place.group_id else literal(0)
    return select(
        literal("group"), PartyGroup.id, group_name_on(PartyGroup.id, day), PartyGroup.sort_order, own,
        _linked(ActivityGroup, ActivityGroup.group_id, PartyGroup.id, activity_id),
    ).where(PartyGroup.branch_id == place.branch_id, as_of(PartyGroup, day))  # fmt: skip


def _brands(place: Place, day: date, brand_id: int | None) -> Select[*tuple[Any, ...]]:
    is_own = Brand.group_id == place.group_id if place.group_id else Brand.parent_id.is_(None)
    chosen = case((Brand.id == brand_id, 1), else_=0) if brand_id else literal(0)
    return select(
        literal("brand"), Brand.id, brand_name(day), Brand.sort_order, case((is_own, 1), else_=0), chosen
    ).where(Brand.branch_id == place.branch_id, or_(Brand.ended_on.is_(None), Brand.ended_on > day))


def _goals(place: Place, day: date, activity_id: int) -> Select[*tuple[Any, ...]]:
    return select(
        literal("goal"), Goal.id, Goal.title, Goal.sort_order, literal(0),
        _linked(ActivityGoal, ActivityGoal.goal_id, Goal.id, activity_id),
    ).where(Goal.branch_id == place.branch_id, Goal.year == day.year)  # fmt: skip


def _teams(place: Place, day: date, activity_id: int) -> Select[*tuple[Any, ...]]:
    """A group is offered the teams that it covers, a branch all of its own."""
    covered = select(GroupTeam.id).where(
        GroupTeam.team_id == WorkTeam.id, GroupTeam.group_id == place.group_id, as_of(GroupTeam, day)
    )
    kept = select(ActivityTeam.team_id).where(
        ActivityTeam.activity_id == activity_id, ActivityTeam.team_id == WorkTeam.id
    )
    offered = true() if place.group_id is None else or_(covered.exists(), kept.exists())
    return select(
        literal("team"), WorkTeam.id, WorkTeam.name, WorkTeam.sort_order, literal(0),
        _linked(ActivityTeam, ActivityTeam.team_id, WorkTeam.id, activity_id),
    ).where(WorkTeam.branch_id == place.branch_id, as_of(WorkTeam, day), offered)  # fmt: skip


def _linked(table: Any, column: Any, key: Any, activity_id: int) -> Any:
    """1 for what the activity is tied to already."""
    return case((select(column).where(table.activity_id == activity_id, column == key).exists(), 1), else_=0)


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
