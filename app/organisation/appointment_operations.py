"""Posts of branches and groups: who holds what, where, from when to when."""

from datetime import date

from sqlalchemy import or_, select

from app.accounts.actor import Actor
from app.accounts.models import Appointment
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.audit.operations import record
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.organisation.membership_operations import NotThere, end_post, refuse_closed_past, tie_on
from app.organisation.models import Branch, Member, PartyGroup

# Held by one person at a time; the predecessor's term ends when the successor's begins.
SINGLE = frozenset({Role.SECRETARY, Role.GROUP_LEADER})
OF_BRANCH = (Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.COMMITTEE_MEMBER)
OF_GROUP = (Role.GROUP_LEADER, Role.LIAISON)
# The upper committee approves these; a branch does not appoint its own head.
BY_UPPER_COMMITTEE = frozenset({Role.SECRETARY, Role.DEPUTY_SECRETARY})


class NotYoursToAppoint(Refused):
    """The post is filled by the upper committee."""

    status = 403


def may_appoint(by: Actor, role: Role, committee_id: int) -> bool:
    return role not in BY_UPPER_COMMITTEE or by.may(Permission.ORGANISATION_WRITE, Place(committee_id))


def appoint(
    member: Member,
    role: Role,
    at: Branch | PartyGroup,
    *,
    by: Actor,
    starts_on: date,
    ends_on: date | None = None,
    title: str = "",
    setting_up: bool = False,
) -> Appointment:
    """A post from a day on, until a day or until further notice. `setting_up`: with the first roster, any day."""
    place = at.place
    _refuse_wrong_place(role, place)
    if not may_appoint(by, role, place.committee_id):
        raise NotYoursToAppoint(f"{role.label}由上级党委任命，请厂党委办理。")
    if not setting_up:
        refuse_closed_past(starts_on)
    if ends_on is not None and ends_on <= starts_on:
        raise Refused("任期止要晚于任期起。")
    _refuse_outsider(member, role, place, starts_on)
    standing = _overlapping(role, place, starts_on, ends_on)
    if any(post.member_id == member.id for post in standing):
        raise Conflict(f"{member.name}在这段时间已经是{role.label}了。")
    if role in SINGLE:
        for post in standing:
            if post.starts_on > starts_on:
                raise Conflict(f"{post.starts_on}起已另有任命，请先免去那一项。")
            end_post(post, by=by, on=starts_on)
    appointment = Appointment(
        committee_id=place.committee_id,
        branch_id=place.branch_id,
        group_id=place.group_id,
        member_id=member.id,
        role=role,
        title=title if role is Role.COMMITTEE_MEMBER else "",
        starts_on=starts_on,
        ends_on=ends_on,
    )
    db.session.add(appointment)
    record(
        by,
        "appointment.make",
        appointment,
        after={"member": member.id, "name": member.name, "role": role, "from": starts_on, "until": ends_on},
    )
    return appointment


def _refuse_wrong_place(role: Role, place: Place) -> None:
    wanted = OF_BRANCH if place.group_id is None else OF_GROUP
    if role not in wanted:
        raise Refused(f"{role.label}不是{'支部' if place.group_id is None else '党小组'}的职务。")


def _refuse_outsider(member: Member, role: Role, place: Place, day: date) -> None:
    tie = tie_on(member.id, day)
    if tie is None or tie.branch_id != place.branch_id:
        raise NotThere(f"{member.name}那一天不在这个党支部。")
    if role is Role.GROUP_LEADER and tie.group_id != place.group_id:
        raise NotThere(f"党小组组长要从本组党员中产生，{member.name}那一天不在这个党小组。")
    if role is Role.LIAISON and not _sits_on_committee(member, place, day):
        raise Refused(f"支委联系人要由支委担任，{member.name}那一天不是支委。")


def _sits_on_committee(member: Member, place: Place, day: date) -> bool:
    held = select(Appointment.id).where(
        Appointment.member_id == member.id,
        Appointment.branch_id == place.branch_id,
        Appointment.role.in_(OF_BRANCH),
        as_of(Appointment, day),
    )
    return db.session.scalar(held.limit(1)) is not None


def _overlapping(role: Role, place: Place, starts_on: date, ends_on: date | None) -> list[Appointment]:
    wanted = select(Appointment).where(
        Appointment.role == role,
        Appointment.committee_id == place.committee_id,
        Appointment.branch_id == place.branch_id,
        Appointment.group_id.is_(None) if place.group_id is None else Appointment.group_id == place.group_id,
        or_(Appointment.ends_on.is_(None), Appointment.ends_on > starts_on),
    )
    if ends_on is not None:
        wanted = wanted.where(Appointment.starts_on < ends_on)
    return list(db.session.scalars(wanted.order_by(Appointment.starts_on, Appointment.id)))


def end_appointment(post: Appointment, *, by: Actor, on: date) -> None:
    if not may_appoint(by, post.role, post.committee_id):
        raise NotYoursToAppoint(f"{post.role.label}由上级党委任免，请厂党委办理。")
    refuse_closed_past(on)
    if post.ends_on is not None and post.ends_on <= on:
        raise Conflict(f"这一任到{post.ends_on}已经结束了。")
    end_post(post, by=by, on=on)
