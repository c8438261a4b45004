"""Reads of one brand with its versions, and of the goals that brands serve."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Executable, Integer, and_, bindparam, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from app.brands.content import COLUMNS, Content
from app.brands.course import WRITABLE
from app.brands.models import Brand, BrandGoal, BrandTeam, BrandVersion, Goal
from app.brands.queries import BrandFace, lives
from app.brands.wording import Words
from app.foundation import clock
from app.foundation.db import db, fetch
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.organisation.models import Branch, GroupTeam, PartyGroup, WorkTeam
from app.organisation.queries import branch_name_on, group_name_on

# ---------------------------------------------------------------- one brand


def brand(brand_id: int) -> Brand | None:
    """With all its versions, in one statement."""
    return db.session.get(Brand, brand_id, options=[joinedload(Brand.versions)])


def branch(branch_id: int) -> Branch | None:
    return db.session.get(Branch, branch_id)


def group(group_id: int) -> PartyGroup | None:
    return db.session.get(PartyGroup, group_id)


def face_of(version: BrandVersion) -> BrandFace:
    brand = version.brand
    return BrandFace(
        brand.id, brand.group_id, version.name, version.slogan, version.connotation, version.hue, version.outlines
    )


@dataclass(frozen=True)
class Neighbour:
    """A brand of the same branch, as far as its siblings may know it: never a draft."""

    id: int
    parent_id: int | None
    group_id: int | None
    name: str
    hue: str
    words: Words


@dataclass(frozen=True)
class Surroundings:
    """What stands round a brand, in one statement: names of its branch and group, the other brands."""

    branch_name: str
    group_name: str
    neighbours: tuple[Neighbour, ...]

    def siblings_of(self, brand_id: int | None) -> list[Words]:
        """All others of the branch but the branch brand itself: a micro-brand may well echo that one."""
        return [n.words for n in self.neighbours if n.id != brand_id and n.parent_id is not None]

    def parent_of(self, brand: Brand) -> Neighbour | None:
        return next((n for n in self.neighbours if n.id == brand.parent_id), None)

    def children_of(self, brand: Brand) -> list[Neighbour]:
        return [n for n in self.neighbours if n.parent_id == brand.id]


def _surroundings() -> Executable:
    day = bindparam("day", type_=Date)
    newer = aliased(BrandVersion)
    known = (
        select(func.max(newer.number))
        .where(newer.brand_id == Brand.id, newer.state.not_in(list(WRITABLE)))
        .correlate(Brand)
        .scalar_subquery()
    )
    return (
        select(
            branch_name_on(Branch.id, day).label("branch_name"),
            group_name_on(bindparam("group_id", type_=Integer), day).label("group_name"),
            Brand.id, Brand.parent_id, Brand.group_id,
            BrandVersion.name, BrandVersion.hue, BrandVersion.slogan, BrandVersion.connotation,
        )
        .select_from(Branch)
        .outerjoin(Brand, and_(Brand.branch_id == Branch.id, lives(day)))
        .outerjoin(BrandVersion, and_(BrandVersion.brand_id == Brand.id, BrandVersion.number == known))
        .where(Branch.id == bindparam("branch_id", type_=Integer))
        .order_by(Brand.sort_order, Brand.id)
    )  # fmt: skip


_SURROUNDINGS = _surroundings()


def surroundings(place: Place) -> Surroundings:
    rows = fetch(_SURROUNDINGS, branch_id=place.branch_id, group_id=place.group_id or 0, day=clock.today()).all()
    neighbours = tuple(
        Neighbour(r.id, r.parent_id, r.group_id, r.name, r.hue, Words(r.name, r.slogan, r.connotation))
        for r in rows
        if r.name is not None
    )
    first = rows[0] if rows else None
    return Surroundings((first and first.branch_name) or "党支部", (first and first.group_name) or "", neighbours)


@dataclass(frozen=True)
class Tie:
    """A goal or a team that a version may name, and whether it does."""

    kind: str
    id: int
    text: str
    tied: bool


def ties(place: Place, version_id: int | None, year: int, day: date) -> list[Tie]:
    """The branch's goals of the year and its teams, and those that the version names from other years; one statement.

    Of a group's brand the teams are those that the group covers.
    """
    goals = (
        select(literal("goal").label("kind"), Goal.id, Goal.title.label("text"), Goal.sort_order, BrandGoal.goal_id.label("tied"))
        .outerjoin(BrandGoal, and_(BrandGoal.goal_id == Goal.id, BrandGoal.brand_version_id == version_id))
        .where(Goal.branch_id == place.branch_id, or_(Goal.year == year, BrandGoal.goal_id.is_not(None)))
    )  # fmt: skip
    covered = and_(WorkTeam.branch_id == place.branch_id, as_of(WorkTeam, day))
    if place.group_id is not None:
        covered = and_(
            covered,
            exists().where(
                GroupTeam.team_id == WorkTeam.id, GroupTeam.group_id == place.group_id, as_of(GroupTeam, day)
            ),
        )
    teams = (
        select(literal("team"), WorkTeam.id, WorkTeam.name, WorkTeam.sort_order, BrandTeam.team_id)
        .outerjoin(BrandTeam, and_(BrandTeam.team_id == WorkTeam.id, BrandTeam.brand_version_id == version_id))
        .where(WorkTeam.branch_id == place.branch_id, or_(covered, BrandTeam.team_id.is_not(None)))
    )
    both = union_all(goals, teams).subquery()
    rows = db.session.execute(select(both).order_by(both.c.kind, both.c.sort_order, both.c.id))
    return [Tie(row.kind, row.id, row.text, tied=row.tied is not None) for row in rows]


def content_of(version: BrandVersion, tied: Iterable[Tie] = ()) -> Content:
    """A version as plain data; its goals and teams as far as `tied` tells."""
    plain = {name: getattr(version, name) for name in COLUMNS}
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    kept = list(tied)
    return Content(
        **plain,
        goal_ids=tuple(tie.id for tie in kept if tie.kind == "goal" and tie.tied),
        team_ids=tuple(tie.id for tie in kept if tie.kind == "team" and tie.tied),
    )


# ---------------------------------------------------------------- goals


def goals(branch_id: int, year: int) -> Sequence[Goal]:
    return db.session.scalars(
        select(Goal).where(Goal.branch_id == branch_id, Goal.year == year).order_by(Goal.sort_order, Goal.id)
    ).all()
