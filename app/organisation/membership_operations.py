"""Acts on members and their ties to groups. A change takes effect from a day; what was before it is never rewritten.

A day that lies before the present quarter cannot be touched, because quarters are published; only the first roster of
a branch may start on any day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Quarter, as_of
from app.organisation.models import Member, Membership, PartyGroup, WorkTeam

FURTHEST = timedelta(days=366)  # how far ahead an act may take effect


class ClosedPast(Refused):
    """The day lies in a quarter that is over."""


class NotThere(Refused):
    """The member does not belong to a group on that day."""


class StaffNumberTaken(Refused):
    """Somebody of the same committee bears the 工号."""


class ChangedLater(Conflict):
    """A change on a later day is already entered; it would be overtaken."""


class Overwriting(Conflict):
    """Somebody changed the same record meanwhile."""


def refuse_closed_past(on: date) -> None:
    """Acts may reach back to the first day of the present quarter and ahead by a year."""
    first = Quarter.of(clock.today()).first
    if on < first:
        raise ClosedPast(f"日期最早写{first.month}月{first.day}日：更早的季度已经成册，不能再改。")
    if on > clock.today() + FURTHEST:
        raise ClosedPast("日期最多写到一年以内，请核对年份。")


def add_member(
    group: PartyGroup,
    details: Mapping[str, Any],
    *,
    by: Doer,
    starts_on: date,
    team: WorkTeam | None = None,
    setting_up: bool = False,
) -> Membership:
    """A new member in a group; `details` are columns of Member. `setting_up`: the branch's first roster, any day."""
    if not setting_up:
        refuse_closed_past(starts_on)
    refuse_absent_group(group, starts_on)
    refuse_taken_number(group.committee_id, details.get("staff_no"))
    member = Member(committee_id=group.committee_id, created_at=clock.now(), **details)
    db.session.add(member)
    db.session.flush()
    tie = _tie(member, group, starts_on, team.id if team else None)
    record(by, "member.add", tie, after={**details, "group": group.name_on(starts_on), "from": starts_on})
    return tie


def refuse_absent_group(group: PartyGroup, on: date) -> None:
    if group.starts_on > on or (group.ends_on is not None and group.ends_on <= on):
        raise Refused(f"{group.name_on(on)}在那一天还没有或已经撤销，请换一天或换一个党小组。")


def refuse_taken_number(committee_id: int, staff_no: str | None, *, but: int | None = None) -> None:
    if not staff_no:
        return
    holder = db.session.scalar(select(Member).where(Member.committee_id == committee_id, Member.staff_no == staff_no))
    if holder is not None and holder.id != but:
        raise StaffNumberTaken(f"工号 {staff_no} 登记的是{holder.name}，请核对。")


def _tie(member: Member, group: PartyGroup, starts_on: date, team_id: int | None) -> Membership:
    tie = Membership(
        committee_id=group.committee_id,
        branch_id=group.branch_id,
        group_id=group.id,
        member=member,
        team_id=team_id,
        starts_on=starts_on,
    )
    db.session.add(tie)
    db.session.flush()
    return tie


def edit_member(tie: Membership, details: Mapping[str, Any], *, by: Doer, version: int) -> Member:
    """Corrections of what is kept about a member; not a thing that changes over time."""
    member = tie.member
    if member.version != version:
        raise Overwriting("有人刚改过同一位成员的资料，没有覆盖。请核对现在的内容再存。")
    refuse_taken_number(member.committee_id, details.get("staff_no"), but=member.id)
    changed = {key: value for key, value in details.items() if getattr(member, key) != value}
    if changed:
        before = {key: getattr(member, key) for key in changed}
        for key, value in changed.items():
            setattr(member, key, value)
        record(by, "member.edit", tie, before=before, after=changed)
    return member


def tie_on(member_id: int, day: date) -> Membership | None:
    return db.session.scalar(
        select(Membership)
        .where(Membership.member_id == member_id, as_of(Membership, day))
        .options(joinedload(Membership.member))
    )


def mark_of(tie: Membership) -> str:
    """What a page showed of a tie; a different mark later means that somebody changed it meanwhile."""
    return f"{tie.id}.{tie.group_id}.{tie.team_id or 0}.{tie.ends_on or ''}"


def refuse_changed(tie: Membership, seen: str) -> None:
    if mark_of(tie) != seen:
        raise Overwriting("有人刚改过同一位成员的去处，没有覆盖。请核对现在的样子再定。")


def tie_held_on(member_id: int, day: date) -> Membership:
    tie = tie_on(member_id, day)
    if tie is None:
        raise NotThere("那一天不在任何党小组，请核对日期。")
    return tie


def _tie_to_change(member_id: int, on: date) -> Membership:
    """The tie that holds on the day; raises when there is none, or when a later change would be overtaken."""
    refuse_closed_past(on)
    later = db.session.scalar(
        select(Membership.starts_on).where(Membership.member_id == member_id, Membership.starts_on > on).limit(1)
    )
    if later is not None:
        raise ChangedLater(f"{later}起已有另一次变动，请选那一天或以后。")
    tie = tie_held_on(member_id, on)
    if tie.ends_on is not None:
        raise ChangedLater(f"{tie.ends_on}起已登记转出，不能再调组。")
    return tie


def move_member(member: Member, group: PartyGroup, *, by: Doer, on: date, team: WorkTeam | None = None) -> Membership:
    """To another group or team from a day on. Posts of the old group, or branch, end on that day."""
    tie = _tie_to_change(member.id, on)
    refuse_absent_group(group, on)
    team_id = team.id if team else None
    if (tie.group_id, tie.team_id) == (group.id, team_id):
        raise Refused(f"{member.name}那一天已经在{group.name_on(on)}了。")
    before = {"group": tie.group_id, "team": tie.team_id}
    _end_posts(tie, by=by, on=on, to=group)
    if tie.starts_on == on:  # the same day entered anew: no day before it changes
        tie.branch_id, tie.group_id, tie.team_id = group.branch_id, group.id, team_id
        new = tie
    else:
        tie.ends_on = on
        new = _tie(member, group, on, team_id)
    record(by, "member.move", new, before=before, after={"group": group.id, "team": team_id, "from": on})
    return new


def return_member(member: Member, group: PartyGroup, *, by: Doer, on: date, team: WorkTeam | None = None) -> Membership:
    """Somebody who left comes back, to any group; the time between stays a gap."""
    refuse_closed_past(on)
    refuse_absent_group(group, on)
    last = db.session.scalar(
        select(Membership).where(Membership.member_id == member.id).order_by(Membership.starts_on.desc()).limit(1)
    )
    if last is not None and (last.ends_on is None or last.ends_on > on):
        raise ChangedLater(f"{member.name}那一天还在党小组里，请用“调组”。")
    tie = _tie(member, group, on, team.id if team else None)
    record(by, "member.readmit", tie, after={"group": group.id, "team": tie.team_id, "from": on})
    return tie


def _end_posts(tie: Membership, *, by: Doer, on: date, to: PartyGroup | None) -> None:
    """Posts that the member cannot hold from outside: leader of the group left, any post of the branch left."""
    posts = db.session.scalars(
        select(Appointment).where(
            Appointment.member_id == tie.member_id,
            or_(Appointment.ends_on.is_(None), Appointment.ends_on > on),
            Appointment.branch_id == tie.branch_id,
        )
    ).all()
    for post in posts:
        leads_old_group = post.role is Role.GROUP_LEADER and (to is None or to.id != post.group_id)
        if leads_old_group or to is None or to.branch_id != tie.branch_id:
            end_post(post, by=by, on=on)


def end_post(post: Appointment, *, by: Doer, on: date) -> None:
    """From a day on; a post that had not begun by then is taken back whole."""
    record(by, "appointment.end", post, before={"member": post.member_id}, after={"ends_on": on})
    if post.starts_on >= on:
        db.session.delete(post)
    else:
        post.ends_on = on
    db.session.flush()


def end_membership(member: Member, *, by: Doer, on: date, reason: str) -> Membership:
    """Transferred out, retired into another branch, died …: the reason stands in the audit trail only."""
    tie = _tie_to_change(member.id, on)
    _end_posts(tie, by=by, on=on, to=None)
    record(by, "member.leave", tie, before={"group": tie.group_id}, after={"ends_on": on, "reason": reason})
    if tie.starts_on == on:
        db.session.delete(tie)
    else:
        tie.ends_on = on
    db.session.flush()
    return tie
