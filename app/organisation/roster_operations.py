"""Importing a roster: kept as a preview, confirmed as it was shown, written in one piece."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, exists, select

from app.accounts.actor import Actor
from app.accounts.roles import Role
from app.audit.operations import record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict
from app.organisation import roster_queries
from app.organisation.appointment_operations import BY_UPPER_COMMITTEE, appoint, may_appoint
from app.organisation.membership_operations import add_member, edit_member, move_member, refuse_closed_past, tie_held_on
from app.organisation.models import Branch, Member, Membership, PartyGroup, RosterPreview, WorkTeam
from app.organisation.roster import RosterRow, bare_unit
from app.organisation.roster_packing import fingerprint, pack, unpack
from app.organisation.roster_plan import Change, Plan, PlannedRow, plan_import
from app.organisation.team_operations import found_team
from app.organisation.unit_operations import found_group

PREVIEW_LIFE = timedelta(hours=2)


class PreviewExpired(Conflict):
    """The preview waited too long, or was confirmed already."""


class StandingChanged(Conflict):
    """Somebody changed the branch between the preview and its confirmation."""


def is_set_up(branch: Branch) -> bool:
    """Whether anybody was ever registered: the first roster may start on any day, later ones not in a closed quarter."""
    return bool(db.session.scalar(select(exists().where(Membership.branch_id == branch.id))))


def keep_preview(
    branch: Branch,
    rows: Sequence[RosterRow],
    *,
    by: Actor,
    content: bytes,
    file_name: str,
    starts_on: date,
    may_found: bool = False,
) -> RosterPreview:
    """Keeps the rows, never the file; the actor's earlier previews and everybody's expired ones go."""
    if is_set_up(branch):
        refuse_closed_past(starts_on)
    moment = clock.now()
    db.session.execute(
        delete(RosterPreview).where((RosterPreview.account_id == by.account_id) | (RosterPreview.expires_at < moment))
    )
    preview = RosterPreview(
        committee_id=branch.committee_id,
        branch_id=branch.id,
        account_id=by.account_id,
        content_hash=hashlib.sha256(content).hexdigest(),
        file_name=file_name[:120],
        rows=[pack(row) for row in rows],
        starts_on=starts_on,
        may_found=may_found,
        created_at=moment,
        expires_at=moment + PREVIEW_LIFE,
    )
    db.session.add(preview)
    record(by, "roster.preview", preview, after={"sha256": preview.content_hash, "rows": len(rows), "from": starts_on})
    return preview


def drop_preview(preview: RosterPreview, *, by: Actor) -> None:
    record(by, "roster.drop-preview", preview)
    db.session.delete(preview)


def plan_of(preview: RosterPreview, *, by: Actor) -> Plan:
    """What the preview would change now."""
    rows = [unpack(row) for row in preview.rows]
    standing = roster_queries.standing(
        preview.place,
        preview.starts_on,
        numbers={row.staff_no for row in rows if row.staff_no},
        fixed_roles=frozenset(role for role in BY_UPPER_COMMITTEE if not may_appoint(by, role, preview.committee_id)),
    )
    return plan_import(rows, standing, may_found=preview.may_found)


@dataclass(frozen=True)
class Imported:
    new: int
    moved: int
    updated: int
    same: int
    left_out: int


def import_roster(preview: RosterPreview, branch: Branch, *, by: Actor, shown: str) -> Imported:
    """Writes the plan whose fingerprint was shown; rows with errors are left out. The preview is used up."""
    if preview.expires_at < clock.now():
        raise PreviewExpired("预览已过期，请重新上传。")
    plan = plan_of(preview, by=by)
    if fingerprint(plan) != shown:
        raise StandingChanged("预览之后名册有了变动，什么都没有写入。请重新看一遍再确认。")
    _Import(branch, preview.starts_on, by).write(plan)
    counts = plan.counts
    done = Imported(
        new=counts[Change.NEW],
        moved=counts[Change.MOVED],
        updated=counts[Change.UPDATED],
        same=counts[Change.SAME],
        left_out=counts[Change.ERROR],
    )
    record(by, "roster.import", preview, after={"sha256": preview.content_hash, **vars(done)})
    db.session.delete(preview)
    return done


class _Import:
    """One import under way: the units that the rows name, founded where the plan says so."""

    def __init__(self, branch: Branch, starts_on: date, by: Actor) -> None:
        self.branch, self.starts_on, self.by = branch, starts_on, by
        self.setting_up = not is_set_up(branch)
        self.groups: dict[str, PartyGroup] = {}
        self.teams: dict[str, WorkTeam] = {}

    def write(self, plan: Plan) -> None:
        for name in plan.new_groups:
            group = found_group(self.branch, name, by=self.by, starts_on=self.starts_on)
            self.groups[bare_unit(name)] = group
        for name in plan.new_teams:
            self.teams[bare_unit(name)] = found_team(self.branch, name, by=self.by, starts_on=self.starts_on)
        db.session.flush()
        written = [(row, self._write_row(row)) for row in plan.rows if row.change not in {Change.ERROR, Change.SAME}]
        for row, member in written:  # after all moves: a leader must already be in the group
            self._appoint(row, member)

    def _write_row(self, planned: PlannedRow) -> Member:
        row = planned.row
        details = {
            key: value
            for key, value in {
                "name": row.name, "staff_no": row.staff_no or None, "sex": row.sex, "masked_phone": row.masked_phone,
                "joined_on": row.joined_on, "full_on": row.full_on,
            }.items()
            if value
        }  # fmt: skip
        if planned.change is Change.NEW:
            group, team = self._group(planned), self._team(planned)
            return add_member(
                group, details, by=self.by, starts_on=self.starts_on, team=team, setting_up=self.setting_up
            ).member
        tie = tie_held_on(planned.member_id or 0, self.starts_on)
        changed = {difference.label for difference in planned.differences}
        if "工号" not in changed:
            details.pop("staff_no", None)
        member = edit_member(tie, details, by=self.by, version=tie.member.version)
        if changed & {"党小组", "班组"}:
            team = self._team(planned) or (db.session.get(WorkTeam, tie.team_id) if tie.team_id is not None else None)
            group = self._group(planned) if row.group else db.session.get_one(PartyGroup, tie.group_id)
            move_member(member, group, by=self.by, on=self.starts_on, team=team)
        return member

    def _group(self, planned: PlannedRow) -> PartyGroup:
        if planned.group_id is not None:
            return db.session.get_one(PartyGroup, planned.group_id)
        return self.groups[bare_unit(planned.row.group)]

    def _team(self, planned: PlannedRow) -> WorkTeam | None:
        if not planned.row.team:
            return None
        if planned.team_id is not None:
            return db.session.get_one(WorkTeam, planned.team_id)
        return self.teams[bare_unit(planned.row.team)]

    def _appoint(self, planned: PlannedRow, member: Member) -> None:
        for duty in planned.new_duties:
            at: Branch | PartyGroup = self.branch
            if duty.role is Role.GROUP_LEADER:
                at = db.session.get_one(PartyGroup, tie_held_on(member.id, self.starts_on).group_id)
            appoint(
                member, duty.role, at,
                by=self.by, starts_on=self.starts_on, title=duty.title, setting_up=self.setting_up,
            )  # fmt: skip
