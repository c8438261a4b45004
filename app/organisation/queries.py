"""Reads of the organisation. Every order is total and ends in an id."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.foundation.db import db
from app.foundation.periods import Day, as_of
from app.foundation.places import Place
from app.organisation.models import Branch, BranchName, Committee, GroupName, Member, Membership, PartyGroup


def committee(committee_id: int) -> Committee | None:
    return db.session.get(Committee, committee_id)


def committees(ids: Iterable[int]) -> Sequence[Committee]:
    return db.session.scalars(
        select(Committee).where(Committee.id.in_(ids)).order_by(Committee.path, Committee.id)
    ).all()


def committee_name(committee_id: int) -> str:
    return db.session.scalar(select(Committee.name).where(Committee.id == committee_id)) or ""


def branch(branch_id: int) -> Branch | None:
    return db.session.get(Branch, branch_id)


def group(group_id: int) -> PartyGroup | None:
    return db.session.get(PartyGroup, group_id)


def member(member_id: int) -> Member | None:
    return db.session.get(Member, member_id)


def branches(committee_id: int, day: date) -> Sequence[Branch]:
    """The branches that exist on `day`, in the committee's own order."""
    return db.session.scalars(
        select(Branch)
        .where(Branch.committee_id == committee_id, as_of(Branch, day))
        .order_by(Branch.sort_order, Branch.id)
    ).all()


def groups(branch_id: int, day: date) -> Sequence[PartyGroup]:
    """The groups that exist on `day`, in the branch's own order."""
    return db.session.scalars(
        select(PartyGroup)
        .where(PartyGroup.branch_id == branch_id, as_of(PartyGroup, day))
        .order_by(PartyGroup.sort_order, PartyGroup.id)
    ).all()


def members(group_id: int, day: date) -> Sequence[Member]:
    """The members who belong to the group on `day`, by name."""
    return db.session.scalars(
        select(Member)
        .join(Membership, Membership.member_id == Member.id)
        .where(Membership.group_id == group_id, as_of(Membership, day))
        .order_by(Member.name, Member.id)
    ).all()


# ---------------------------------------------------------------- the name borne on a day, as a scalar subquery


def group_name_on(group_id: Any, day: Day) -> ColumnElement[str]:
    return _name_on(GroupName, GroupName.group_id == group_id, day)


def branch_name_on(branch_id: Any, day: Day) -> ColumnElement[str]:
    return _name_on(BranchName, BranchName.branch_id == branch_id, day)


def _name_on(names: type[GroupName | BranchName], own: ColumnElement[bool], day: Day) -> ColumnElement[str]:
    """The latest name that began by `day`; before the first name, the first. `day` may be a column of the outer query."""
    borne = select(names.name).where(own, names.starts_on <= day).order_by(names.starts_on.desc()).limit(1)
    first = select(names.name).where(own).order_by(names.starts_on).limit(1)
    return func.coalesce(borne.scalar_subquery(), first.scalar_subquery())


def lies_within(places: Iterable[Place], committee: Any, branch: Any, group: Any) -> ColumnElement[bool]:
    """The SQL condition that a row lies in one of the places, by its own columns for them; in none of none."""
    conditions: list[ColumnElement[bool]] = []
    for place in dict.fromkeys(places):
        if place.group_id is not None:
            conditions.append(group == place.group_id)
        elif place.branch_id is not None:
            conditions.append(and_(committee == place.committee_id, branch == place.branch_id))
        else:
            conditions.append(committee == place.committee_id)
    return or_(*conditions) if conditions else false()
