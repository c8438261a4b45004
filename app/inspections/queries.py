"""Reads of rounds and open sheets. Published results are read in `result_queries`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    Integer,
    String,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, lazyload

from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.brands.models import Brand, BrandVersion
from app.foundation.db import db
from app.foundation.periods import Quarter, as_of
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound, PanelMember, Sheet
from app.organisation.models import Branch, BranchName, GroupName, Member, PartyGroup

PAGE_SIZE = 50


# ---------------------------------------------------------------- rounds


def inspection_round(round_id: int) -> InspectionRound | None:
    """With its rubric and its panel, in one statement."""
    return db.session.scalar(
        select(InspectionRound).options(joinedload(InspectionRound.panel)).where(InspectionRound.id == round_id)
    )  # fmt: skip


_ROUND_LINES = (
    select(
        InspectionRound.id,
        InspectionRound.committee_id,
        InspectionRound.quarter,
        InspectionRound.title,
        InspectionRound.state,
        InspectionRound.scoring_until,
        select(func.count())
        .where(PanelMember.round_id == InspectionRound.id)
        .correlate(InspectionRound)
        .scalar_subquery()
        .label("panel_size"),
        exists()
        .where(
            PanelMember.round_id == InspectionRound.id, PanelMember.account_id == bindparam("account", type_=Integer)
        )
        .correlate(InspectionRound)
        .label("sits"),
    )
    .where(InspectionRound.committee_id.in_(bindparam("committees", expanding=True)))
    .order_by(InspectionRound.quarter.desc(), InspectionRound.id.desc())
    .limit(20)
)


def round_lines(committees: Iterable[int], account_id: int) -> Sequence[Any]:
    """The latest quarters first: id, committee_id, quarter, title, state, scoring_until, the size of the panel, and
    whether the account sits on it."""
    return db.session.execute(_ROUND_LINES, {"committees": list(committees), "account": account_id}).all()


def round_of(committee_id: int, quarter: Quarter) -> InspectionRound | None:
    return db.session.scalar(
        select(InspectionRound).where(InspectionRound.committee_id == committee_id, InspectionRound.quarter == quarter)
    )


def panel_candidates(committee_id: int, day: date) -> Sequence[Any]:
    """Accounts of the committee that may sit on a panel, by name: id, name, login, and the roles held on
    `day` with commas between. Never administrators or auditors."""
    barred = select(Appointment.account_id).where(
        Appointment.account_id == Account.id,
        Appointment.role.in_([Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR]),
        as_of(Appointment, day),
    )
    held = (
        select(func.aggregate_strings(cast(Appointment.role, String), ","))
        .where(
            or_(Appointment.account_id == Account.id, Appointment.member_id == Account.member_id),
            as_of(Appointment, day),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    return db.session.execute(
        select(Account.id, Account.name, Account.login, func.coalesce(held, "").label("roles"))
        .where(Account.committee_id == committee_id, Account.disabled_at.is_(None), ~exists(barred))
        .order_by(Account.name, Account.id)
    ).all()


class Entrant(NamedTuple):
    """A group as it stood on the quarter's last day: columns of its sheet."""

    group_id: int
    branch_id: int
    branch_name: str
    group_name: str
    leader_name: str
    brand_name: str
    face: str
    """As JSON text: few faces ever differ, and reading them all would cost more than comparing."""


NO_DRAWING = (None, "null", "[]", "{}")


def entrants(committee_id: int, day: date) -> list[Entrant]:
    """Every group that exists on `day`, in brand-tree order: branch, the brand's place in the tree, group, id."""
    version = aliased(BrandVersion)
    latest = (
        select(version.id)
        .where(version.brand_id == Brand.id, version.in_force_from <= day)
        .order_by(version.in_force_from.desc(), version.number.desc())
        .limit(1)
        .correlate(Brand)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            PartyGroup.id, PartyGroup.branch_id, BrandVersion.name, BrandVersion.hue, cast(BrandVersion.outlines, Text)
        )
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .outerjoin(Brand, and_(Brand.group_id == PartyGroup.id, or_(Brand.ended_on.is_(None), Brand.ended_on > day)))
        .outerjoin(BrandVersion, BrandVersion.id == latest)
        .where(PartyGroup.committee_id == committee_id, as_of(PartyGroup, day))
        .order_by(
            Branch.sort_order, Branch.id, func.coalesce(Brand.sort_order, 9999), PartyGroup.sort_order, PartyGroup.id
        )
    )  # fmt: skip
    leaders = _leaders(committee_id, day)
    branches, groups = (
        _names(BranchName, BranchName.branch_id, committee_id, day),
        _names(GroupName, GroupName.group_id, committee_id, day),
    )
    found: dict[int, Entrant] = {}
    for group_id, branch_id, brand_name, hue, outlines in rows:
        if group_id in found and (found[group_id].brand_name or not brand_name):
            continue  # of several brands of a group the first in force counts
        found[group_id] = Entrant(
            group_id,
            branch_id,
            branches[branch_id],
            groups[group_id],
            leaders.get(group_id, ""),
            brand_name or "",
            f'{{"hue": {json.dumps(hue)}, "drawing": {outlines}}}' if outlines not in NO_DRAWING else "{}",
        )
    return list(found.values())


def _names(names: type[BranchName | GroupName], unit: Any, committee_id: int, day: date) -> dict[int, str]:
    """Of every unit the latest name that began by `day`; before the first name, the first. Read at once: looked up one by
    one they would be most of what a step costs."""
    rows = db.session.execute(
        select(unit, names.name, names.starts_on)
        .where(names.committee_id == committee_id)
        .order_by(unit, names.starts_on)
    )
    found: dict[int, str] = {}
    for unit_id, name, starts_on in rows:
        if starts_on <= day or unit_id not in found:
            found[unit_id] = name
    return found


class Entered(NamedTuple):
    """Where a group stands in a round, and what its sheet says of it."""

    sheet_id: int
    position: int
    entrant: Entrant


def entered(round_id: int) -> dict[int, Entered]:
    """By group."""
    rows = db.session.execute(
        select(
            Sheet.id, Sheet.position, Sheet.group_id, Sheet.branch_id, Sheet.branch_name, Sheet.group_name,
            Sheet.leader_name, Sheet.brand_name, cast(Sheet.face, Text),
        ).where(Sheet.round_id == round_id)
    )  # fmt: skip
    return {row[2]: Entered(row[0], row[1], Entrant._make(row[2:])) for row in rows}


def _leaders(committee_id: int, day: date) -> dict[int, str]:
    rows = db.session.execute(
        select(Appointment.group_id, Member.name)
        .join(Member, Member.id == Appointment.member_id)
        .where(Appointment.committee_id == committee_id, Appointment.role == Role.GROUP_LEADER, as_of(Appointment, day))
        .order_by(Appointment.group_id, Appointment.starts_on, Appointment.id)
    )
    return {group_id: name for group_id, name in rows if group_id is not None}


# ---------------------------------------------------------------- sheets and what is on them


def sheet(sheet_id: int) -> Sheet | None:
    """With its round, the rubric and the panel, in one statement."""
    return db.session.scalar(
        select(Sheet)
        .options(joinedload(Sheet.round).joinedload(InspectionRound.panel))
        .where(Sheet.id == sheet_id)
    )  # fmt: skip


def sheets(round_id: int, *, branch_id: int | None = None, after: int = 0, size: int | None = None) -> Sequence[Sheet]:
    """In brand-tree order; a page of them starts after a position. Their round is left to be looked up once: joined, its
    rubric would be decoded anew for every row."""
    found = select(Sheet).where(Sheet.round_id == round_id, Sheet.position > after).order_by(Sheet.position, Sheet.id)
    found = found.options(lazyload(Sheet.round))
    if branch_id is not None:
        found = found.where(Sheet.branch_id == branch_id)
    return db.session.scalars(found.limit(size) if size else found).unique().all()


def names_in(round_id: int, groups: Iterable[int]) -> Sequence[str]:
    """What groups are called in a round, in brand-tree order; those that are not in it have no name there."""
    name = func.coalesce(func.nullif(Sheet.brand_name, ""), Sheet.group_name)
    found = (
        select(name).where(Sheet.round_id == round_id, Sheet.group_id.in_(groups)).order_by(Sheet.position, Sheet.id)
    )
    return db.session.scalars(found).all()


# ---------------------------------------------------------------- what waits


@dataclass(frozen=True)
class Waiting:
    """A round in which something waits for somebody."""

    round_id: int
    title: str
    quarter: Quarter
    state: RoundState
    until: date
    sheet_id: int | None
    """The group's own sheet for a self check; None for a panel member, whose desk lists all."""


def self_checks_waiting(group_ids: Iterable[int]) -> list[Waiting]:
    """Self checks that the groups have not handed in yet, nearest date first."""
    rows = db.session.scalars(
        select(Sheet)
        .join(Sheet.round)
        .where(
            Sheet.group_id.in_(group_ids),
            Sheet.self_checked_at.is_(None),
            InspectionRound.state == RoundState.SELF_CHECK,
        )
        .order_by(InspectionRound.self_check_until, Sheet.id)
    ).all()
    return [
        Waiting(s.round_id, s.round.title, s.round.quarter, s.round.state, s.round.self_check_until, s.id) for s in rows
    ]
