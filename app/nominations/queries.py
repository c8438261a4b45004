"""Reads of model-group calls and nominations. Eligibility is judged from published quarters in force, nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import joinedload

from app.accounts.roles import Grant
from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState
from app.activities.queries import name_on
from app.brands.models import Brand, BrandVersion
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Quarter, as_of
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication
from app.inspections.scoring import Band
from app.nominations import eligibility
from app.nominations.course import NominationState
from app.nominations.eligibility import Eligibility, PublishedQuarter, Rules
from app.nominations.models import Nomination, NominationCall
from app.organisation.models import Branch, BranchName, GroupName, PartyGroup

PAGE_SIZE = 50
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


# ---------------------------------------------------------------- candidates


@dataclass(frozen=True)
class Candidate:
    """A group that a call may name, with everything that its eligibility is judged by."""

    call: NominationCall
    place: Place
    group: str
    branch: str
    brand: str
    brand_text: str
    results: tuple[GroupResult, ...]
    eligibility: Eligibility
    key: str = ""
    nomination: Nomination | None = None

    @property
    def name(self) -> str:
        return self.brand or self.group


def _candidate_rows(call: NominationCall) -> Any:
    day = min(call.closes_on, clock.today())
    version = (
        select(BrandVersion.id)
        .join(Brand, Brand.id == BrandVersion.brand_id)
        .where(
            Brand.group_id == PartyGroup.id,
            or_(Brand.ended_on.is_(None), Brand.ended_on > day),
            BrandVersion.in_force_from <= day,
        )
        .order_by(Brand.sort_order, Brand.id, BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            PartyGroup.id,
            PartyGroup.committee_id,
            PartyGroup.branch_id,
            PartyGroup.sort_order,
            Branch.sort_order.label("branch_order"),
            name_on(GroupName, GroupName.group_id, PartyGroup.id, day).label("group"),
            name_on(BranchName, BranchName.branch_id, PartyGroup.branch_id, day).label("branch"),
            BrandVersion.name.label("brand"),
            BrandVersion.connotation,
        )
        .select_from(PartyGroup)
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .outerjoin(BrandVersion, BrandVersion.id == version)
        .where(PartyGroup.committee_id == call.committee_id, as_of(PartyGroup, day))
    )


def candidate(call_id: int, group_id: int) -> Candidate | None:
    """A group under a call, with its nomination so far; None unless the call's committee has the group."""
    row = db.session.execute(
        select(NominationCall, Nomination)
        .outerjoin(Nomination, and_(Nomination.call_id == NominationCall.id, Nomination.group_id == group_id))
        .where(NominationCall.id == call_id)
    ).first()
    return None if row is None else _candidate(row.NominationCall, group_id, row.Nomination)


def candidate_of(nomination: Nomination) -> Candidate | None:
    """The nominated group as it stands today; None when it is no more."""
    return _candidate(nomination.call, nomination.group_id, nomination)


def _candidate(call: NominationCall, group_id: int, nomination: Nomination | None) -> Candidate | None:
    row = db.session.execute(_candidate_rows(call).where(PartyGroup.id == group_id)).first()
    return None if row is None else replace(_candidates(call, [row])[0], nomination=nomination)


def candidates(call: NominationCall, grants: Iterable[Grant], after: str | None) -> list[Candidate]:
    """The groups whose results these grants may read, in the order of branches and groups and never of merit.

    One more than a page; `after` is the key of the last one seen.
    """
    grants = list(grants)
    own = {grant.place.branch_id for grant in grants if grant.place.branch_id is not None}
    whole = any(grant.place.branch_id is None and call.committee_id in grant.committees for grant in grants)
    order = (Branch.sort_order, Branch.id, PartyGroup.sort_order, PartyGroup.id)
    statement = _candidate_rows(call)
    if not whole:
        statement = statement.where(PartyGroup.branch_id.in_(own))
    position = _position(after)
    if position is not None:
        statement = statement.where(tuple_(*order) > position)
    rows = db.session.execute(statement.order_by(*order).limit(PAGE_SIZE + 1)).all()
    return _candidates(call, rows)


def _position(after: str | None) -> Any:
    parts = (after or "").split(".")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        return None
    return tuple_(*(literal(int(part)) for part in parts))


def _candidates(call: NominationCall, rows: Sequence[Row[Any]]) -> list[Candidate]:
    results = _results(call, [row.id for row in rows])
    rules = rules_of(call)
    return [
        Candidate(
            call=call,
            place=Place(row.committee_id, row.branch_id, row.id),
            group=row.group,
            branch=row.branch,
            brand=row.brand or "",
            brand_text=row.connotation or "",
            results=tuple(results.get(row.id, ())),
            eligibility=eligibility.judge(
                rules, (_published(result) for result in results.get(row.id, ())), has_brand=bool(row.brand)
            ),
            key=f"{row.branch_order}.{row.branch_id}.{row.sort_order}.{row.id}",
        )
        for row in rows
    ]


def _results(call: NominationCall, group_ids: Sequence[int]) -> Mapping[int, list[GroupResult]]:
    """Results in force of the call's window, old to new."""
    quarters = window(call)
    found: dict[int, list[GroupResult]] = {}
    rows = db.session.scalars(
        select(GroupResult)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .where(
            GroupResult.group_id.in_(group_ids),
            GroupResult.quarter >= quarters[0],
            GroupResult.quarter <= quarters[-1],
            Publication.superseded_at.is_(None),
        )
        .order_by(GroupResult.quarter, GroupResult.id)
    )
    for result in rows:
        found.setdefault(result.group_id, []).append(result)
    return found


def _published(result: GroupResult) -> PublishedQuarter:
    return PublishedQuarter(
        quarter=result.quarter.label,
        band=result.band,
        failed_gates=tuple(str(title) for title in result.unmet_gates),
        veto=(result.veto_reason or "一票否决") if result.vetoed else "",
    )


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
