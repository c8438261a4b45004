"""Reads of the brand tree: a branch's page, the committee's list, what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from app.brands.course import BrandState
from app.brands.models import Brand, BrandVersion, Goal
from app.brands.queries import BrandFace, is_in_force, lives
from app.foundation import clock
from app.foundation.db import fetch
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.organisation.models import Branch, Membership, PartyGroup, WorkTeam
from app.organisation.queries import branch_name_on, group_name_on

_day, _branch_id = bindparam("day", type_=Date), bindparam("branch_id", type_=Integer)
_committee_ids, _branch_ids = (
    bindparam(name, type_=Integer, expanding=True) for name in ("committee_ids", "branch_ids")
)

# ---------------------------------------------------------------- the branch's page


@dataclass(frozen=True)
class GroupLine:
    id: int
    name: str
    sort_order: int


@dataclass(frozen=True)
class BranchHead:
    """A branch on a day, in one statement: its name, its groups, its goals of the year, how many it counts."""

    id: int
    committee_id: int
    name: str
    day: date
    groups: tuple[GroupLine, ...]
    goals: tuple[str, ...]
    members: int
    teams: int

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.id)


def _line(order: Any, number: Any, text: Any) -> ColumnElement[str]:
    return cast(order, String) + ":" + cast(number, String) + ":" + func.coalesce(text, "")


def _lines(joined: str | None) -> list[tuple[int, int, str]]:
    parts = [line.split(":", 2) for line in (joined or "").split("\n") if line]
    return sorted((int(order), int(number), text) for order, number, text in parts)


def _branch_head() -> Select[Any]:
    # Lists travel as lines "sort order:id:text": one statement instead of three, alike on both databases.
    groups = select(
        func.aggregate_strings(_line(PartyGroup.sort_order, PartyGroup.id, group_name_on(PartyGroup.id, _day)), "\n")
    ).where(PartyGroup.branch_id == Branch.id, as_of(PartyGroup, _day))
    goals = select(func.aggregate_strings(_line(Goal.sort_order, Goal.id, Goal.title), "\n")).where(
        Goal.branch_id == Branch.id, Goal.year == bindparam("year", type_=Integer)
    )
    members = (
        select(func.count()).select_from(Membership).where(Membership.branch_id == Branch.id, as_of(Membership, _day))
    )
    teams = select(func.count()).select_from(WorkTeam).where(WorkTeam.branch_id == Branch.id, as_of(WorkTeam, _day))
    return select(
        Branch.committee_id,
        branch_name_on(Branch.id, _day).label("name"),
        groups.scalar_subquery().label("groups"),
        goals.scalar_subquery().label("goals"),
        members.scalar_subquery().label("members"),
        teams.scalar_subquery().label("teams"),
    ).where(Branch.id == _branch_id)


_BRANCH_HEAD = _branch_head()


def branch_head(branch_id: int) -> BranchHead | None:
    day = clock.today()
    row = fetch(_BRANCH_HEAD, branch_id=branch_id, day=day, year=day.year).first()
    if row is None:
        return None
    return BranchHead(
        branch_id,
        row.committee_id,
        row.name or "党支部",
        day,
        tuple(GroupLine(number, text, order) for order, number, text in _lines(row.groups)),
        tuple(text for _, _, text in _lines(row.goals)),
        row.members,
        row.teams,
    )


@dataclass(frozen=True)
class TreeLine:
    """A brand of the tree: its face in force (None before the first approval) and how its newest version stands."""

    id: int
    parent_id: int | None
    group_id: int | None
    group_name: str
    face: BrandFace | None
    indicators: tuple[str, ...]
    carriers: tuple[str, ...]
    mechanism: str
    newest_name: str
    newest_state: BrandState
    newest_number: int


def _tree() -> Select[Any]:
    newest, other = aliased(BrandVersion), aliased(BrandVersion)
    last = select(func.max(other.number)).where(other.brand_id == newest.brand_id).correlate(newest).scalar_subquery()
    return (
        select(
            Brand.id, Brand.parent_id, Brand.group_id,
            group_name_on(Brand.group_id, _day).label("group_name"),
            BrandVersion.name, BrandVersion.slogan, BrandVersion.connotation, BrandVersion.hue, BrandVersion.outlines,
            BrandVersion.indicators, BrandVersion.carriers, BrandVersion.mechanism,
            newest.name.label("newest_name"), newest.state.label("newest_state"), newest.number.label("newest_number"),
        )
        .join(newest, newest.brand_id == Brand.id)
        .outerjoin(BrandVersion, and_(BrandVersion.brand_id == Brand.id, is_in_force(_day)))
        .where(Brand.branch_id == _branch_id, lives(_day), newest.number == last)
        .order_by(Brand.sort_order, Brand.id)
    )  # fmt: skip


_TREE = _tree()


def tree(branch_id: int, day: date) -> list[TreeLine]:
    """All living brands of the branch in the tree's order, in one statement."""
    return [_tree_line(row) for row in fetch(_TREE, branch_id=branch_id, day=day)]


def _tree_line(row: Row[Any]) -> TreeLine:
    face = None
    if row.name is not None:
        face = BrandFace(row.id, row.group_id, row.name, row.slogan, row.connotation, row.hue, row.outlines)
    return TreeLine(
        row.id,
        row.parent_id,
        row.group_id,
        row.group_name or "",
        face,
        tuple(row.indicators or ()),
        tuple(row.carriers or ()),
        row.mechanism or "",
        row.newest_name,
        row.newest_state,
        row.newest_number,
    )


# ---------------------------------------------------------------- the committee's list


@dataclass(frozen=True)
class BranchLine:
    """A branch in the committee's list."""

    id: int
    name: str
    sort_order: int
    face: BrandFace | None
    micro_brands: int
    groups: int


BRANCHES_A_PAGE = 50


def _branch_lines() -> Select[Any]:
    head = aliased(Brand)
    micro = (
        select(func.count())
        .select_from(Brand)
        .where(
            Brand.branch_id == Branch.id,
            Brand.parent_id.is_not(None),
            lives(_day),
            exists().where(BrandVersion.brand_id == Brand.id, BrandVersion.in_force_from <= _day),
        )
        .correlate(Branch)
        .scalar_subquery()
    )
    groups = (
        select(func.count())
        .select_from(PartyGroup)
        .where(PartyGroup.branch_id == Branch.id, as_of(PartyGroup, _day))
        .correlate(Branch)
        .scalar_subquery()
    )
    return (
        select(
            Branch.id, Branch.sort_order, branch_name_on(Branch.id, _day).label("branch_name"),
            micro.label("micro"), groups.label("groups"), head.id.label("brand_id"),
            BrandVersion.name, BrandVersion.slogan, BrandVersion.connotation, BrandVersion.hue, BrandVersion.outlines,
        )
        .outerjoin(
            head,
            and_(
                head.branch_id == Branch.id,
                head.parent_id.is_(None),
                head.group_id.is_(None),
                or_(head.ended_on.is_(None), head.ended_on > _day),
            ),
        )
        .outerjoin(BrandVersion, and_(BrandVersion.brand_id == head.id, is_in_force(_day)))
        .where(or_(Branch.committee_id.in_(_committee_ids), Branch.id.in_(_branch_ids)), as_of(Branch, _day))
        .order_by(Branch.sort_order, Branch.id)
        .limit(BRANCHES_A_PAGE + 1)
    )  # fmt: skip


_BRANCH_LINES = _branch_lines()
_BRANCH_LINES_AFTER = _BRANCH_LINES.where(
    Branch.sort_order >= bindparam("order", type_=Integer),
    or_(Branch.sort_order > bindparam("order", type_=Integer), Branch.id > bindparam("number", type_=Integer)),
)


def branch_lines(places: Sequence[Place], day: date, after: tuple[int, int] | None = None) -> list[BranchLine]:
    """One more than a page of the branches that the places reach, after the key (sort order, id)."""
    values: dict[str, Any] = {
        "day": day,
        "committee_ids": [place.committee_id for place in places if place.branch_id is None],
        "branch_ids": [place.branch_id for place in places if place.branch_id is not None],
    }
    if after is None:
        return [_branch_line(row) for row in fetch(_BRANCH_LINES, **values)]
    order, number = after
    return [_branch_line(row) for row in fetch(_BRANCH_LINES_AFTER, **values, order=order, number=number)]


def _branch_line(row: Row[Any]) -> BranchLine:
    face = None
    if row.name is not None:
        face = BrandFace(row.brand_id, None, row.name, row.slogan, row.connotation, row.hue, row.outlines)
    return BranchLine(row.id, row.branch_name or "党支部", row.sort_order, face, row.micro, row.groups)


@dataclass(frozen=True)
class WaitingLine:
    """A version that waits for somebody."""

    brand_id: int
    name: str
    number: int
    state: BrandState
    branch_name: str
    group_name: str
    committee_id: int
    branch_id: int
    group_id: int | None

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)


_WAITING = (
    select(
        Brand.id.label("brand_id"), BrandVersion.name, BrandVersion.number, BrandVersion.state,
        func.coalesce(branch_name_on(Brand.branch_id, _day), "").label("branch_name"),
        func.coalesce(group_name_on(Brand.group_id, _day), "").label("group_name"),
        Brand.committee_id, Brand.branch_id, Brand.group_id,
    )
    .join(Brand, Brand.id == BrandVersion.brand_id)
    .where(
        BrandVersion.committee_id.in_(_committee_ids),
        BrandVersion.state.in_(bindparam("states", expanding=True)),
        lives(_day),
    )
    .order_by(BrandVersion.id)
    .limit(50)
)  # fmt: skip
_WAITING_IN_BRANCH = _WAITING.where(Brand.branch_id == _branch_id)


def waiting(
    committee_ids: Iterable[int], states: Iterable[BrandState], *, branch_id: int | None = None
) -> list[WaitingLine]:
    """Versions in one of the states, oldest first; at most fifty."""
    values: dict[str, Any] = {"committee_ids": list(committee_ids), "states": list(states), "day": clock.today()}
    if branch_id is not None:
        values["branch_id"] = branch_id
    rows = fetch(_WAITING if branch_id is None else _WAITING_IN_BRANCH, **values)
    return [WaitingLine(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name
