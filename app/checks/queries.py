"""Reads of findings: the group they are raised at, what repeats, and what a quarter's measured criteria count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Integer, bindparam, func, select

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.checks import repeats
from app.checks.course import FindingState
from app.checks.models import Finding
from app.checks.repeats import Known
from app.foundation import clock
from app.foundation.db import db, fetch
from app.foundation.periods import Quarter, as_of
from app.foundation.places import Place
from app.organisation.models import Member, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on

# ---------------------------------------------------------------- a group as findings need it


@dataclass(frozen=True, slots=True)
class CheckedGroup:
    """A group today; `leader` empty where nobody leads it."""

    place: Place
    id: int
    name: str
    branch_name: str
    leader: str


_group, _today = bindparam("group_id", type_=Integer), bindparam("today", type_=Date)


def leader_of(group_id: Any, day: Any) -> ColumnElement[str]:
    """The name of whoever leads the group on `day`; of several the one appointed last."""
    return (
        select(Member.name)
        .join(Appointment, Appointment.member_id == Member.id)
        .where(
            Appointment.group_id == group_id,
            Appointment.role == Role.GROUP_LEADER,
            as_of(Appointment, day),
        )
        .order_by(Appointment.starts_on.desc(), Appointment.id.desc())
        .limit(1)
        .scalar_subquery()
    )


_GROUP = select(
    PartyGroup.committee_id,
    PartyGroup.branch_id,
    PartyGroup.id,
    group_name_on(PartyGroup.id, _today).label("name"),
    branch_name_on(PartyGroup.branch_id, _today).label("branch_name"),
    func.coalesce(leader_of(PartyGroup.id, _today), "").label("leader"),
).where(PartyGroup.id == _group)


def checked_group(group_id: int) -> CheckedGroup | None:
    row = fetch(_GROUP, group_id=group_id, today=clock.today()).first()
    if row is None:
        return None
    return CheckedGroup(
        Place(row.committee_id, row.branch_id, row.id), row.id, row.name, row.branch_name, row.leader
    )  # fmt: skip


# ---------------------------------------------------------------- one finding


def finding(finding_id: int) -> Finding | None:
    return db.session.get(Finding, finding_id)


def same_try(group_id: int, account_id: int | None, try_id: str) -> Finding | None:
    return db.session.scalars(
        select(Finding).where(
            Finding.group_id == group_id, Finding.raised_by_id == account_id, Finding.try_id == try_id
        )
    ).first()


# ---------------------------------------------------------------- repeats


def alike_candidates(group_id: int, since: date) -> Sequence[Finding]:
    return db.session.scalars(
        select(Finding)
        .where(Finding.group_id == group_id, Finding.found_on >= since, Finding.state != FindingState.WITHDRAWN)
        .order_by(Finding.found_on, Finding.id)
    ).all()


def known(row: Finding) -> Known:
    return Known(row.id, row.group_id, row.kind.value, row.criterion_code, row.found_on)


def earlier_alike(row: Finding) -> list[Finding]:
    """The findings that this one repeats, the latest first."""
    if not row.repeats:
        return []
    others = {other.id: other for other in alike_candidates(row.group_id, repeats.a_year_before(row.found_on))}
    return [others[one.id] for one in repeats.earlier(known(row), map(known, others.values()))]


# ---------------------------------------------------------------- what measured criteria count


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A finding as it is counted: `in_time` says that the answer that closed it came by its day."""

    id: int
    text: str
    due_on: date
    answered_on: date | None
    closed_on: date | None
    reopened: int

    @property
    def in_time(self) -> bool:
        return self.closed_on is not None and self.answered_on is not None and self.answered_on <= self.due_on


@dataclass(frozen=True, slots=True)
class QuarterFindings:
    """A group's findings that were due in a quarter, by due day and id; those withdrawn are no findings."""

    records: tuple[FindingRecord, ...] = ()


_DUE = (
    select(
        Finding.group_id, Finding.id, Finding.text, Finding.due_on, Finding.answered_on, Finding.closed_on,
        Finding.reopened,
    )
    .where(
        Finding.committee_id == bindparam("committee_id", type_=Integer),
        Finding.due_on >= bindparam("first", type_=Date),
        Finding.due_on <= bindparam("last", type_=Date),
        Finding.state != FindingState.WITHDRAWN,
    )
    .order_by(Finding.due_on, Finding.id)
)  # fmt: skip


def findings_due(committee_id: int, quarter: Quarter) -> dict[int, QuarterFindings]:
    """Of every group of a committee that has any, in one statement; a group that is absent had none."""
    found: dict[int, list[FindingRecord]] = {}
    for row in fetch(_DUE, committee_id=committee_id, first=quarter.first, last=quarter.last).mappings():
        said = dict(row)
        found.setdefault(said.pop("group_id"), []).append(FindingRecord(**said))
    return {group_id: QuarterFindings(tuple(records)) for group_id, records in found.items()}
