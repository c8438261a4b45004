"""The groups that a call may name. Eligibility is judged from published quarters in force, nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, and_, literal, select, tuple_

from app.accounts.roles import Grant
from app.brands.models import Brand, BrandVersion
from app.brands.queries import version_on
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication
from app.inspections.slip_models import SheetSlip
from app.nominations import eligibility, queries
from app.nominations.eligibility import Eligibility, PublishedQuarter
from app.nominations.kept import ResultLine, eligibility_in, results_in
from app.nominations.models import Nomination, NominationCall
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on

PAGE_SIZE = 50


@dataclass(frozen=True)
class Candidate:
    """A group that a call may name, with everything that its eligibility is judged by."""

    call: NominationCall
    place: Place
    group: str
    branch: str
    brand: str
    brand_text: str
    results: tuple[ResultLine, ...]
    eligibility: Eligibility
    key: str = ""
    nomination: Nomination | None = None

    @property
    def name(self) -> str:
        return self.brand or self.group

    def as_handed_in(self, nomination: Nomination | None) -> "Candidate":
        """With what the nomination kept, once it was handed in: results published or corrected since then are not its own."""
        if nomination is None or not nomination.eligibility:
            return self
        found = nomination.eligibility
        return replace(self, eligibility=eligibility_in(found), results=results_in(found))


def _candidate_rows(call: NominationCall) -> Any:
    day = min(call.closes_on, clock.today())
    return (
        select(
            PartyGroup.id,
            PartyGroup.committee_id,
            PartyGroup.branch_id,
            PartyGroup.sort_order,
            Branch.sort_order.label("branch_order"),
            group_name_on(PartyGroup.id, day).label("group"),
            branch_name_on(PartyGroup.branch_id, day).label("branch"),
            BrandVersion.name.label("brand"),
            BrandVersion.connotation,
        )
        .select_from(PartyGroup)
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .outerjoin(BrandVersion, BrandVersion.id == version_on(Brand.group_id == PartyGroup.id, day))
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
    rules = queries.rules_of(call)
    return [
        Candidate(
            call=call,
            place=Place(row.committee_id, row.branch_id, row.id),
            group=row.group,
            branch=row.branch,
            brand=row.brand or "",
            brand_text=row.connotation or "",
            results=tuple(_line(result) for result in results.get(row.id, ())),
            eligibility=eligibility.judge(
                rules, (_published(result) for result in results.get(row.id, ())), has_brand=bool(row.brand)
            ),
            key=f"{row.branch_order}.{row.branch_id}.{row.sort_order}.{row.id}",
        )
        for row in rows
    ]


def _results(call: NominationCall, group_ids: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """Results in force of the call's window, old to new; without their slips, which are long."""
    quarters = queries.window(call)
    found: dict[int, list[Row[Any]]] = {}
    rows = db.session.execute(
        select(
            GroupResult.group_id,
            GroupResult.quarter,
            GroupResult.band,
            GroupResult.total,
            SheetSlip.previous_total,
            SheetSlip.unmet_gates,
            GroupResult.vetoed,
            SheetSlip.veto_reason,
        )
        .join(SheetSlip, SheetSlip.id == GroupResult.slip_id)
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


def _line(result: Row[Any]) -> ResultLine:
    return ResultLine(result.quarter.label, result.band, result.total, result.previous_total)


def _published(result: Row[Any]) -> PublishedQuarter:
    return PublishedQuarter(
        quarter=result.quarter.label,
        band=result.band,
        failed_gates=tuple(str(title) for title in result.unmet_gates),
        veto=(result.veto_reason or "一票否决") if result.vetoed else "",
    )
