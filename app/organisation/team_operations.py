"""Acts on work teams, and which group covers which from a day on."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, or_, select

from app.audit.operations import Doer, record
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import as_of
from app.organisation.membership_operations import refuse_closed_past
from app.organisation.models import Branch, GroupTeam, PartyGroup, WorkTeam
from app.organisation.naming_operations import refuse_ended, refuse_future, refuse_taken


def found_team(branch: Branch, name: str, *, by: Doer, starts_on: date, shift: str = "") -> WorkTeam:
    refuse_future(starts_on)
    names = db.session.scalars(select(WorkTeam.name).where(WorkTeam.branch_id == branch.id, as_of(WorkTeam, starts_on)))
    refuse_taken(name, list(names))
    order = db.session.scalar(select(func.max(WorkTeam.sort_order)).where(WorkTeam.branch_id == branch.id))
    team = WorkTeam(
        committee_id=branch.committee_id,
        branch_id=branch.id,
        name=name,
        shift=shift,
        sort_order=(order or 0) + 1,
        starts_on=starts_on,
    )
    db.session.add(team)
    record(by, "team.found", team, after={"name": name, "shift": shift, "from": starts_on})
    return team


def end_team(team: WorkTeam, *, by: Doer, on: date) -> None:
    """Groups cover it no longer; members keep what was said of their team while it lasted."""
    refuse_closed_past(on)
    if team.ends_on is not None:
        raise Conflict(f"{team.name}已经在{team.ends_on}撤销了。")
    for one in db.session.scalars(select(GroupTeam).where(GroupTeam.team_id == team.id, as_of(GroupTeam, on))).all():
        end_cover(one, on)
    record(by, "team.end", team, after={"ends_on": on})
    if team.starts_on >= on:
        raise Refused("撤销日期要晚于建立日期。")
    team.ends_on = on


def cover_teams(group: PartyGroup, teams: Collection[WorkTeam], *, by: Doer, on: date) -> None:
    """From a day on the group covers exactly these teams."""
    refuse_closed_past(on)
    refuse_ended(group)
    if any(team.branch_id != group.branch_id for team in teams):
        raise Refused("只能选本支部的班组。")
    wanted, standing = {team.id for team in teams}, {one.team_id: one for one in covers(group, on)}
    if wanted == set(standing):
        return
    for team_id in set(standing) - wanted:
        end_cover(standing[team_id], on)
    for team_id in wanted - set(standing):
        cover(group, team_id, on)
    record(
        by, "group.cover-teams", group, before={"teams": sorted(standing)}, after={"teams": sorted(wanted), "from": on}
    )


def covers(group: PartyGroup, on: date) -> list[GroupTeam]:
    return list(
        db.session.scalars(
            select(GroupTeam)
            .where(GroupTeam.group_id == group.id, or_(GroupTeam.ends_on.is_(None), GroupTeam.ends_on > on))
            .order_by(GroupTeam.id)
        )
    )


def cover(group: PartyGroup, team_id: int, on: date) -> None:
    if any(one.team_id == team_id for one in covers(group, on)):
        return
    db.session.add(GroupTeam(committee_id=group.committee_id, group_id=group.id, team_id=team_id, starts_on=on))
    db.session.flush()


def end_cover(tie: GroupTeam, on: date) -> None:
    if tie.starts_on >= on:
        db.session.delete(tie)
    else:
        tie.ends_on = on
    db.session.flush()
