"""Reads about one member, one post or one team, and what forms offer to choose from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Appointment
from app.foundation.db import db
from app.foundation.periods import as_of
from app.organisation.models import Branch, Member, Membership, PartyGroup, WorkTeam
from app.organisation.queries import branch_name_on, group_name_on


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
            branch_name_on(Membership.branch_id, Membership.starts_on),
            group_name_on(Membership.group_id, Membership.starts_on),
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


def teams(branch_id: int, day: date) -> list[tuple[int, str]]:
    """Id and name of the branch's teams on the day, in its own order."""
    rows = db.session.execute(
        select(WorkTeam.id, WorkTeam.name)
        .where(WorkTeam.branch_id == branch_id, as_of(WorkTeam, day))
        .order_by(WorkTeam.sort_order, WorkTeam.id)
    )
    return [(row.id, row.name) for row in rows]


def members_of_branch(branch_id: int, day: date) -> list[tuple[int, str, str]]:
    """Id, name and group of everybody in the branch on the day, by group then name: for choosing somebody."""
    rows = db.session.execute(
        select(Member.id, Member.name, group_name_on(PartyGroup.id, day))
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
        select(PartyGroup.id, Branch.id, branch_name_on(Branch.id, day), group_name_on(PartyGroup.id, day))
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .where(PartyGroup.committee_id.in_(committees), as_of(PartyGroup, day))
        .order_by(Branch.sort_order, Branch.id, PartyGroup.sort_order, PartyGroup.id)
    )
    if branch_id is not None:
        wanted = wanted.where(PartyGroup.branch_id == branch_id)
    return [GroupChoice(one, two, three or "", four or "") for one, two, three, four in db.session.execute(wanted)]
