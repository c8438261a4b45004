"""The organisation as of a day, as plain data: what the pages and the export show. A few wide statements each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import String, and_, cast, func, literal, null, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.periods import as_of
from app.organisation.models import (
    Branch,
    BranchName,
    Committee,
    GeneralBranch,
    GroupName,
    GroupTeam,
    Member,
    Membership,
    PartyGroup,
    RosterPreview,
    WorkTeam,
)
from app.organisation.roster import Duty
from app.organisation.roster_plan import KnownMember, Standing

_WEIGHT = {role: place for place, role in enumerate(Role)}


def _group_name_on(group_id: Any, day: date) -> Any:
    """The name borne on the day, as a scalar subquery."""
    return (
        select(GroupName.name)
        .where(GroupName.group_id == group_id, GroupName.starts_on <= day)
        .order_by(GroupName.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )


def _branch_name_on(branch_id: Any, day: date) -> Any:
    return (
        select(BranchName.name)
        .where(BranchName.branch_id == branch_id, BranchName.starts_on <= day)
        .order_by(BranchName.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )


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
    posts, teams, covers = _posts_and_teams(branch_id, day)
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
            for group, rows in _groups_with_members(branch_id, day)
        ),
        posts=tuple(post for post in posts if post.group_id is None),
        teams=tuple(teams),
    )


def _groups_with_members(branch_id: int, day: date) -> list[tuple[Any, list[Any]]]:
    rows = db.session.execute(
        select(
            PartyGroup.id, _group_name_on(PartyGroup.id, day).label("name"), PartyGroup.kind, PartyGroup.starts_on,
            Member.id.label("member_id"), Member.name.label("member"), Member.staff_no, Member.sex,
            Member.masked_phone, Member.joined_on, Member.full_on,
            WorkTeam.name.label("team"), Membership.starts_on.label("since"),
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


def _posts_and_teams(
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
        select(Branch.id, _branch_name_on(Branch.id, day), GeneralBranch.name, secretary, groups, members)
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
        select(Committee).where(Committee.parent_id == committee.id).order_by(Committee.name, Committee.id)
    ).all()


# --- a member ------------------------------------------------------------------------------------------------------


def latest_tie(member_id: int) -> Membership | None:
    """The tie that says where a member belongs now, or belonged last: rights on the member are judged by it."""
    return db.session.scalar(
        select(Membership)
        .where(Membership.member_id == member_id)
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
        .limit(1)
        .options(joinedload(Membership.member))
    )


@dataclass(frozen=True)
class TieLine:
    """One stretch of a member's way through the groups, with the names borne when it began."""

    branch: str
    group: str
    team: str | None
    starts_on: date
    ends_on: date | None


def ties_of(member_id: int) -> list[TieLine]:
    """Newest first."""
    rows = db.session.execute(
        select(
            _branch_name_on(Membership.branch_id, Membership.starts_on),  # type: ignore[arg-type]
            _group_name_on(Membership.group_id, Membership.starts_on),  # type: ignore[arg-type]
            WorkTeam.name,
            Membership.starts_on,
            Membership.ends_on,
        )
        .outerjoin(WorkTeam, WorkTeam.id == Membership.team_id)
        .where(Membership.member_id == member_id)
        .order_by(Membership.starts_on.desc(), Membership.id.desc())
    )
    return [TieLine(branch or "", group or "", team, start, end) for branch, group, team, start, end in rows]


def appointment(appointment_id: int) -> Appointment | None:
    """A post of the Party; the administrator's and the auditor's own are none."""
    return db.session.scalar(
        select(Appointment).where(Appointment.id == appointment_id, Appointment.member_id.is_not(None))
    )


def team(team_id: int) -> WorkTeam | None:
    return db.session.get(WorkTeam, team_id)


def members_of_branch(branch_id: int, day: date) -> list[tuple[int, str, str]]:
    """Id, name and group of everybody in the branch on the day, by group then name: for choosing somebody."""
    rows = db.session.execute(
        select(Member.id, Member.name, _group_name_on(PartyGroup.id, day))
        .join(Membership, Membership.member_id == Member.id)
        .join(PartyGroup, PartyGroup.id == Membership.group_id)
        .where(Membership.branch_id == branch_id, as_of(Membership, day))
        .order_by(PartyGroup.sort_order, PartyGroup.id, Member.name, Member.id)
    )
    return [(number, name, group or "") for number, name, group in rows]


@dataclass(frozen=True)
class GroupChoice:
    id: int
    branch_id: int
    branch: str
    name: str


def group_choices(committees: Collection[int], day: date, *, branch_id: int | None = None) -> list[GroupChoice]:
    """Groups that exist on the day, by branch."""
    wanted = (
        select(PartyGroup.id, Branch.id, _branch_name_on(Branch.id, day), _group_name_on(PartyGroup.id, day))
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .where(PartyGroup.committee_id.in_(committees), as_of(PartyGroup, day))
        .order_by(Branch.sort_order, Branch.id, PartyGroup.sort_order, PartyGroup.id)
    )
    if branch_id is not None:
        wanted = wanted.where(PartyGroup.branch_id == branch_id)
    return [GroupChoice(one, two, three or "", four or "") for one, two, three, four in db.session.execute(wanted)]


# --- for the roster ------------------------------------------------------------------------------------------------


def standing(branch: Branch, day: date, *, fixed_roles: frozenset[Role] = frozenset()) -> Standing:
    """The branch on the day as the plan of an import compares it."""
    sheet = branch_sheet(branch.id, day)
    ids = _group_and_team_of(branch.id, day)
    duties: dict[int, set[Duty]] = {}
    for post in (*sheet.posts, *(post for group in sheet.groups for post in group.posts)):
        title = post.title if post.role is Role.COMMITTEE_MEMBER else ""
        duties.setdefault(post.member_id, set()).add(Duty(post.role, title))
    return Standing(
        members=tuple(
            KnownMember(
                id=line.id, name=line.name, staff_no=line.staff_no or "", group_id=group.id,
                team_id=ids[line.id], since=line.since, joined_on=line.joined_on, full_on=line.full_on, sex=line.sex,
                masked_phone=line.masked_phone, duties=frozenset(duties.get(line.id, ())),
            )
            for group in sheet.groups
            for line in group.members
        ),
        groups={group.id: group.name for group in sheet.groups},
        teams={number: name for number, name, _shift in sheet.teams},
        elsewhere=_numbers_elsewhere(branch, {line.id for group in sheet.groups for line in group.members}, day),
        starts_on=day,
        changed_later=_changed_later(branch.id, day),
        fixed_roles=fixed_roles,
    )  # fmt: skip


def _group_and_team_of(branch_id: int, day: date) -> dict[int, int | None]:
    rows = db.session.execute(
        select(Membership.member_id, Membership.team_id).where(
            Membership.branch_id == branch_id, as_of(Membership, day)
        )
    )
    return {row.member_id: row.team_id for row in rows}


def _numbers_elsewhere(branch: Branch, present: set[int], day: date) -> dict[str, str]:
    rows = db.session.execute(
        select(Member.id, Member.staff_no, _branch_name_on(Membership.branch_id, day))
        .outerjoin(Membership, and_(Membership.member_id == Member.id, as_of(Membership, day)))
        .where(Member.committee_id == branch.committee_id, Member.staff_no.is_not(None))
    )
    return {number: name or "已转出的人名下" for member, number, name in rows if member not in present}


def _changed_later(branch_id: int, day: date) -> frozenset[int]:
    """Members of the branch with a tie that begins or ends after the day."""
    rows = db.session.scalars(
        select(Membership.member_id).where(
            Membership.branch_id == branch_id,
            or_(Membership.starts_on > day, and_(Membership.ends_on.is_not(None), Membership.ends_on > day)),
        )
    )
    return frozenset(rows)


def roster_preview(preview_id: int) -> RosterPreview | None:
    return db.session.get(RosterPreview, preview_id)
