"""The organisation as of a day, as plain data: what the pages and the export show. A few wide statements each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, null, select, union_all
from sqlalchemy.orm import selectinload

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.periods import as_of
from app.organisation.models import (
    Branch,
    Committee,
    GeneralBranch,
    GroupTeam,
    Member,
    Membership,
    PartyGroup,
    WorkTeam,
)
from app.organisation.queries import branch_name_on, group_name_on

_WEIGHT = {role: place for place, role in enumerate(Role)}


# --- a branch on a day ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MemberLine:
    """A member as of the sheet's day; `posts` are held in the branch or the member's own group."""

    id: int
    name: str
    staff_no: str | None
    sex: str
    masked_phone: str
    joined_on: date | None
    full_on: date | None
    team: str | None
    since: date
    status: str
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class PostLine:
    """Who holds a post on the sheet's day. When the term ends is no part of it: that day's sheet must not change when
    somebody decides so later.
    """

    id: int
    role: Role
    title: str
    member_id: int
    member: str
    group_id: int | None
    starts_on: date

    @property
    def label(self) -> str:
        return self.title or self.role.label


@dataclass(frozen=True)
class GroupSheet:
    id: int
    name: str
    kind: str
    starts_on: date
    members: tuple[MemberLine, ...]
    teams: tuple[str, ...]
    posts: tuple[PostLine, ...]

    def holders(self, role: str) -> list[PostLine]:
        return [post for post in self.posts if post.role == role]


@dataclass(frozen=True)
class BranchSheet:
    day: date
    groups: tuple[GroupSheet, ...]
    posts: tuple[PostLine, ...]  # of the branch itself, heads first
    teams: tuple[tuple[int, str, str], ...]  # id, name, shift of every work team

    @property
    def member_count(self) -> int:
        return sum(len(group.members) for group in self.groups)

    @property
    def probationary_count(self) -> int:
        return sum(member.status == "预备党员" for group in self.groups for member in group.members)


def branch_sheet(branch_id: int, day: date) -> BranchSheet:
    """Groups in the branch's order, members by name; two statements whatever the size."""
    posts, teams, covers = posts_and_teams(branch_id, day)
    labels: dict[int, list[str]] = {}
    for post in posts:
        held = labels.setdefault(post.member_id, [])
        if post.label not in held:  # liaison to two groups is said once
            held.append(post.label)
    return BranchSheet(
        day=day,
        groups=tuple(
            GroupSheet(
                group.id,
                group.name or "",
                group.kind,
                group.starts_on,
                members=tuple(_member_line(row, day, labels) for row in rows if row.member_id is not None),
                teams=tuple(covers.get(group.id, ())),
                posts=tuple(post for post in posts if post.group_id == group.id),
            )
            for group, rows in groups_with_members(branch_id, day)
        ),
        posts=tuple(post for post in posts if post.group_id is None),
        teams=tuple(teams),
    )


def groups_with_members(branch_id: int, day: date, *more: Any) -> list[tuple[Any, list[Any]]]:
    """A group's row and the rows of its members (one without a member for an empty group); `more` columns beside."""
    rows = db.session.execute(
        select(
            PartyGroup.id, group_name_on(PartyGroup.id, day).label("name"), PartyGroup.kind, PartyGroup.starts_on,
            Member.id.label("member_id"), Member.name.label("member"), Member.staff_no, Member.sex,
            Member.masked_phone, Member.joined_on, Member.full_on,
            WorkTeam.name.label("team"), Membership.starts_on.label("since"), *more,
        )
        .outerjoin(Membership, and_(Membership.group_id == PartyGroup.id, as_of(Membership, day)))
        .outerjoin(Member, Member.id == Membership.member_id)
        .outerjoin(WorkTeam, WorkTeam.id == Membership.team_id)
        .where(PartyGroup.branch_id == branch_id, as_of(PartyGroup, day))
        .order_by(PartyGroup.sort_order, PartyGroup.id, Member.name, Member.id)
    )  # fmt: skip
    found: dict[int, tuple[Any, list[Any]]] = {}
    for row in rows:
        found.setdefault(row.id, (row, []))[1].append(row)
    return list(found.values())


def _member_line(row: Any, day: date, labels: dict[int, list[str]]) -> MemberLine:
    who = Member(joined_on=row.joined_on, full_on=row.full_on)
    return MemberLine(
        row.member_id, row.member, row.staff_no, row.sex, row.masked_phone, row.joined_on, row.full_on,
        row.team, row.since, who.status_on(day), tuple(labels.get(row.member_id, ())),
    )  # fmt: skip


def posts_and_teams(
    branch_id: int, day: date
) -> tuple[list[PostLine], list[tuple[int, str, str]], dict[int, list[str]]]:
    """Posts of the branch and its groups, its teams, and which group covers which, in one statement."""
    posts = (
        select(
            literal("post").label("what"), Appointment.id, Appointment.group_id, Appointment.member_id,
            Member.name, Appointment.title.label("detail"), cast(Appointment.role, String).label("role"),
            Appointment.starts_on, literal(0).label("sort_order"),
        )
        .join(Member, Member.id == Appointment.member_id)
        .where(Appointment.branch_id == branch_id, as_of(Appointment, day))
    )  # fmt: skip
    teams = (
        select(
            literal("team"), WorkTeam.id, GroupTeam.group_id, null(), WorkTeam.name, WorkTeam.shift, null(),
            WorkTeam.starts_on, WorkTeam.sort_order,
        )
        .outerjoin(GroupTeam, and_(GroupTeam.team_id == WorkTeam.id, as_of(GroupTeam, day)))
        .where(WorkTeam.branch_id == branch_id, as_of(WorkTeam, day))
    )  # fmt: skip
    both = union_all(posts, teams).subquery()
    held: list[PostLine] = []
    known: dict[int, tuple[int, str, str]] = {}
    covers: dict[int, list[str]] = {}
    for row in db.session.execute(select(both).order_by(both.c.sort_order, both.c.id, both.c.group_id)):
        if row.what == "post":
            held.append(
                PostLine(
                    row.id,
                    Role(row.role),
                    row.detail,
                    row.member_id,
                    row.name,
                    row.group_id,
                    row.starts_on,
                )
            )
        else:
            known[row.id] = (row.id, row.name, row.detail)
            if row.group_id is not None:
                covers.setdefault(row.group_id, []).append(row.name)
    held.sort(key=lambda post: (_WEIGHT[post.role], post.starts_on, post.id))
    return held, list(known.values()), covers


# --- a committee on a day ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class BranchLine:
    id: int
    name: str
    general_branch: str | None
    secretary: str | None
    groups: int
    members: int


def branch_lines(committee_id: int, day: date) -> list[BranchLine]:
    """The committee's branches on the day with their secretary and their size."""
    groups = (
        select(func.count())
        .where(PartyGroup.branch_id == Branch.id, as_of(PartyGroup, day))
        .correlate(Branch)
        .scalar_subquery()
    )
    members = (
        select(func.count())
        .where(Membership.branch_id == Branch.id, as_of(Membership, day))
        .correlate(Branch)
        .scalar_subquery()
    )
    secretary = (
        select(Member.name)
        .join(Appointment, Appointment.member_id == Member.id)
        .where(Appointment.branch_id == Branch.id, Appointment.role == Role.SECRETARY, as_of(Appointment, day))
        .order_by(Appointment.id)
        .limit(1)
        .correlate(Branch)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Branch.id, branch_name_on(Branch.id, day), GeneralBranch.name, secretary, groups, members)
        .outerjoin(GeneralBranch, and_(GeneralBranch.id == Branch.general_branch_id, as_of(GeneralBranch, day)))
        .where(Branch.committee_id == committee_id, as_of(Branch, day))
        .order_by(func.coalesce(GeneralBranch.sort_order, -1), Branch.sort_order, Branch.id)
    )
    return [BranchLine(number, name or "", *rest) for number, name, *rest in rows]


def general_branches(committee_id: int, day: date) -> Sequence[GeneralBranch]:
    return db.session.scalars(
        select(GeneralBranch)
        .where(GeneralBranch.committee_id == committee_id, as_of(GeneralBranch, day))
        .order_by(GeneralBranch.sort_order, GeneralBranch.id)
    ).all()


def nested_committees(committee: Committee) -> Sequence[Committee]:
    """Those directly below."""
    return db.session.scalars(
        select(Committee)
        .where(Committee.parent_id == committee.id)
        .options(selectinload(Committee.former_names))
        .order_by(Committee.name, Committee.id)
    ).all()
