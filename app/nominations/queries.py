"""Reads of model-group calls and nominations; `candidate_queries` reads the groups that a call may name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.roles import Grant
from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.scoring import Band
from app.nominations import eligibility
from app.nominations.course import NominationState
from app.nominations.eligibility import Rules
from app.nominations.models import Nomination, NominationCall
from app.organisation.models import Branch, PartyGroup

BANDS = tuple(band.label for band in Band)


def window(call: NominationCall) -> tuple[Quarter, ...]:
    """The quarters that a call looks at, old to new."""
    length = int(call.rules["quarters"])
    return tuple(call.last_quarter.shift(offset) for offset in range(1 - length, 1))


def rules_of(call: NominationCall) -> Rules:
    data = call.rules
    return Rules(
        window=tuple(quarter.label for quarter in window(call)),
        bands=BANDS,
        min_published=int(data["min_published"]),
        band_floor=data["band_floor"],
        band_needed=data["band_needed"],
        times_needed=int(data["times_needed"]),
        needs_gates=bool(data["needs_gates"]),
        needs_brand=bool(data["needs_brand"]),
    )


# ---------------------------------------------------------------- calls


def call(call_id: int) -> NominationCall | None:
    return db.session.get(NominationCall, call_id)


@dataclass(frozen=True)
class CallLine:
    call: NominationCall
    nominated: int
    approved: int


def calls(grants: Iterable[Grant]) -> list[CallLine]:
    """The calls of the committees that these grants reach, the newest first."""
    reached = {committee for grant in grants for committee in grant.committees}

    def number(*conditions: ColumnElement[bool]) -> Any:
        return select(func.count()).where(Nomination.call_id == NominationCall.id, *conditions).scalar_subquery()

    rows = db.session.execute(
        select(
            NominationCall,
            number(Nomination.submitted_at.is_not(None)),
            number(Nomination.state == NominationState.APPROVED),
        )
        .where(NominationCall.committee_id.in_(reached))
        .order_by(NominationCall.year.desc(), NominationCall.opens_on.desc(), NominationCall.id.desc())
    )
    return [CallLine(*row) for row in rows]


def model_groups(grants: Iterable[Grant], limit: int = 100) -> Sequence[Nomination]:
    """Those named so far, the newest first, under the names that they bore then."""
    reached = {committee for grant in grants for committee in grant.committees}
    return db.session.scalars(
        select(Nomination)
        .options(joinedload(Nomination.call))
        .where(Nomination.committee_id.in_(reached), Nomination.state == NominationState.APPROVED)
        .order_by(Nomination.decided_on.desc(), Nomination.id.desc())
        .limit(limit)
    ).all()


def _existed_on(day: Any) -> ColumnElement[bool]:
    """The groups that existed on a day that stands in a column; the quota is a share of them."""
    return and_(PartyGroup.starts_on <= day, or_(PartyGroup.ends_on.is_(None), PartyGroup.ends_on > day))


@dataclass(frozen=True)
class Quota:
    groups: int
    places: int
    approved: int

    @property
    def left(self) -> int:
        return max(0, self.places - self.approved)


@dataclass(frozen=True)
class CallToday:
    """A call with how much of its quota is spent."""

    call: NominationCall
    quota: Quota

    @property
    def place(self) -> Place:
        return self.call.place


def call_today(call_id: int) -> CallToday | None:
    groups = (
        select(func.count())
        .where(PartyGroup.committee_id == NominationCall.committee_id, _existed_on(NominationCall.opens_on))
        .correlate(NominationCall)
        .scalar_subquery()
    )
    approved = (
        select(func.count())
        .where(Nomination.call_id == NominationCall.id, Nomination.state == NominationState.APPROVED)
        .scalar_subquery()
    )
    row = db.session.execute(select(NominationCall, groups, approved).where(NominationCall.id == call_id)).first()
    if row is None:
        return None
    found, total, named = row
    return CallToday(found, Quota(total, eligibility.places(total, Fraction(found.quota_percent, 100)), named))


# ---------------------------------------------------------------- nominations


def nomination(nomination_id: int) -> Nomination | None:
    return db.session.scalars(
        select(Nomination).options(joinedload(Nomination.call)).where(Nomination.id == nomination_id)
    ).first()


def nomination_of(call_id: int, group_id: int) -> Nomination | None:
    return db.session.scalars(
        select(Nomination).where(Nomination.call_id == call_id, Nomination.group_id == group_id)
    ).first()


def nominations(call: NominationCall) -> Sequence[Nomination]:
    """All of a call, in the order of branches and groups."""
    return db.session.scalars(
        select(Nomination)
        .join(Branch, Branch.id == Nomination.branch_id)
        .join(PartyGroup, PartyGroup.id == Nomination.group_id)
        .where(Nomination.call_id == call.id)
        .order_by(Branch.sort_order, Branch.id, PartyGroup.sort_order, PartyGroup.id, Nomination.id)
    ).all()


@dataclass(frozen=True)
class Done:
    """What a group did in the window, by kind: background for readers, never points."""

    kind: str
    number: int
    latest: date


def activities_done(call: NominationCall, group_id: int) -> list[Done]:
    quarters = window(call)
    rows = db.session.execute(
        select(ActivityKind.name, func.count(), func.max(Activity.held_on))
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .join(ActivityKind, ActivityKind.id == Activity.kind_id)
        .where(
            ActivityGroup.group_id == group_id,
            ActivityGroup.month >= quarters[0].months[0],
            ActivityGroup.month <= quarters[-1].months[2],
            Activity.state == ActivityState.CONFIRMED,
        )
        .group_by(ActivityKind.id, ActivityKind.name, ActivityKind.sort_order)
        .order_by(ActivityKind.sort_order, ActivityKind.id)
    )
    return [Done(*row) for row in rows]
