"""Reads for the roster's import: the branch as the plan compares it, and the preview that waits."""

from datetime import date

from sqlalchemy import and_, or_, select

from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.periods import as_of
from app.organisation.models import Branch, Member, Membership, RosterPreview
from app.organisation.roster import Duty
from app.organisation.roster_plan import KnownMember, Standing
from app.organisation.sheet_queries import branch_name_on, branch_sheet


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
        select(Member.id, Member.staff_no, branch_name_on(Membership.branch_id, day))
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
