"""Reads for the roster's import: the branch as the plan compares it, and the preview that waits."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.organisation.models import Member, Membership, RosterPreview
from app.organisation.queries import branch_name_on
from app.organisation.roster import Duty
from app.organisation.roster_plan import KnownMember, Standing
from app.organisation.sheet_queries import groups_with_members, posts_and_teams


def standing(
    place: Place, day: date, *, numbers: Collection[str], fixed_roles: frozenset[Role] = frozenset()
) -> Standing:
    """The branch on the day as the plan of an import compares it; `numbers` are the 工号 that the sheet names.

    Three statements whatever the size.
    """
    later = aliased(Membership)
    changes = or_(
        Membership.ends_on.is_not(None),
        exists(select(later.id).where(later.member_id == Membership.member_id, later.starts_on > day)),
    )
    groups = groups_with_members(place.branch_id or 0, day, Membership.team_id, changes.label("changes"))
    posts, teams, _covers = posts_and_teams(place.branch_id or 0, day)
    duties: dict[int, set[Duty]] = {}
    for post in posts:
        title = post.title if post.role is Role.COMMITTEE_MEMBER else ""
        duties.setdefault(post.member_id, set()).add(Duty(post.role, title))
    rows = [row for _group, members in groups for row in members if row.member_id is not None]
    return Standing(
        members=tuple(
            KnownMember(
                id=row.member_id, name=row.member, staff_no=row.staff_no or "", group_id=row.id, team_id=row.team_id,
                since=row.since, joined_on=row.joined_on, full_on=row.full_on, sex=row.sex,
                masked_phone=row.masked_phone, duties=frozenset(duties.get(row.member_id, ())),
            )
            for row in rows
        ),
        groups={group.id: group.name or "" for group, _members in groups},
        teams={number: name for number, name, _shift in teams},
        elsewhere=_numbers_elsewhere(place.committee_id, numbers, {row.member_id for row in rows}, day),
        starts_on=day,
        changed_later=frozenset(row.member_id for row in rows if row.changes),
        fixed_roles=fixed_roles,
    )  # fmt: skip


def _numbers_elsewhere(committee_id: int, numbers: Collection[str], present: set[int], day: date) -> dict[str, str]:
    rows = db.session.execute(
        select(Member.id, Member.staff_no, branch_name_on(Membership.branch_id, day))
        .outerjoin(Membership, and_(Membership.member_id == Member.id, as_of(Membership, day)))
        .where(Member.committee_id == committee_id, Member.staff_no.in_(numbers))
    )
    return {number: name or "已转出的人名下" for member, number, name in rows if number and member not in present}


def roster_preview(preview_id: int) -> RosterPreview | None:
    return db.session.get(RosterPreview, preview_id)
