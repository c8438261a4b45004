"""Reads of frozen results beside each other or all at once: two groups, two versions, a whole round, a year."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.kept import until_next_act
from app.foundation.db import QuarterType, db, fetch
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections import result_queries
from app.inspections.result_models import GroupResult, Publication
from app.inspections.slip_models import SheetSlip
from app.organisation.models import Branch, BranchName, Committee

CORRECTED_SIZE = 20
"""Corrected groups of a page: each brings two slips."""

FIRST_YEAR, LAST_YEAR = 2000, 2199

_EVERY = (
    GroupResult.position, SheetSlip.branch_name, SheetSlip.group_name, SheetSlip.brand_name, GroupResult.band,
    GroupResult.total, SheetSlip.previous_total, SheetSlip.previous_quarter, SheetSlip.self_total,
    SheetSlip.exact_total, SheetSlip.unmet_gates, SheetSlip.veto_reason, GroupResult.rank_in_branch,
    GroupResult.rank_in_committee, SheetSlip.dimensions, SheetSlip.slip,
)  # fmt: skip


_CORRECTED, _EARLIER = aliased(GroupResult), aliased(SheetSlip)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A group's result in the version before."""

    id: int
    total: int
    band: str
    slip: dict[str, Any]


def corrected_page(
    publication_id: int, earlier_id: int, *, branch_id: int | None, after: int
) -> list[tuple[Any, Earlier | None]]:
    """Groups whose slip is another one than in the earlier version, by position, one more than a page: the result, and the
    earlier one if that version has the group. What a correction leaves alone keeps its slip; older releases wrote
    each anew, so what differs is read."""
    found = (
        result_queries.whole_results(GroupResult.publication_id == publication_id, GroupResult.position > after)
        .add_columns(
            _CORRECTED.id.label("earlier_id"),
            _CORRECTED.total.label("earlier_total"),
            _CORRECTED.band.label("earlier_band"),
            _EARLIER.slip.label("earlier_slip"),
        )
        .outerjoin(
            _CORRECTED,
            and_(
                _CORRECTED.group_id == GroupResult.group_id,
                _CORRECTED.quarter == GroupResult.quarter,
                _CORRECTED.publication_id == earlier_id,
            ),
        )
        .outerjoin(_EARLIER, _EARLIER.id == _CORRECTED.slip_id)
        .where(
            or_(
                _CORRECTED.id.is_(None),
                and_(_EARLIER.id != SheetSlip.id, cast(_EARLIER.slip, Text) != cast(SheetSlip.slip, Text)),
            )
        )
    )
    if branch_id is not None:
        found = found.where(GroupResult.branch_id == branch_id)
    return [
        (
            row,
            Earlier(row.earlier_id, row.earlier_total, row.earlier_band, row.earlier_slip) if row.earlier_id else None,
        )
        for row in db.session.execute(found.limit(CORRECTED_SIZE + 1))
    ]


def every_result(publication_id: int, *, branch_id: int | None, between: tuple[int, int]) -> Iterator[Any]:
    """Rows of `_EVERY` with positions after the first and up to the second, in order; as a stream, since their slips may
    be more than memory holds."""
    found = (
        select(*_EVERY)
        .join(SheetSlip, SheetSlip.id == GroupResult.slip_id)
        .where(
            GroupResult.publication_id == publication_id,
            GroupResult.position > between[0],
            GroupResult.position <= between[1],
        )
    )
    if branch_id is not None:
        found = found.where(GroupResult.branch_id == branch_id)
    yield from db.session.execute(found.order_by(GroupResult.position).execution_options(yield_per=100))


def publication_of(publication_id: int) -> Publication | None:
    return db.session.get(Publication, publication_id)


def pair(left_id: int, right_id: int) -> tuple[Any, Any] | None:
    """Two results, slips included."""
    found = db.session.execute(result_queries.whole_results(GroupResult.id.in_((left_id, right_id))))
    rows = {row.id: row for row in found}
    return (rows[left_id], rows[right_id]) if len(rows) == 2 else None


# ---------------------------------------------------------------- a year


@dataclass(frozen=True)
class PlaceYear:
    """A branch or a whole committee in a year, called what the year's latest publication calls it. `heads` are the versions
    in force of the year's quarters and of those of the year before, earliest first."""

    place: Place
    name: str
    year: int
    heads: tuple[Any, ...]

    @property
    def branch_id(self) -> int | None:
        return self.place.branch_id

    def of(self, quarter: Quarter) -> Any:
        return next((head for head in self.heads if head.quarter == quarter), None)

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        return tuple(Quarter(self.year, number) for number in range(1, 5))

    @property
    def latest(self) -> Any:
        """The head whose order the year's page goes by; None where nothing of the year is published."""
        return next((head for head in reversed(self.heads) if head.quarter.year == self.year), None)


_HEADS = (
    Publication.id, Publication.quarter, Publication.number, Publication.digest, Publication.bands, Publication.groups,
    Publication.published_at,
)  # fmt: skip
_place, _day = bindparam("place", type_=Integer), bindparam("day", type_=Date)
_IN_FORCE = and_(
    Publication.quarter >= bindparam("first", type_=QuarterType),
    Publication.quarter <= bindparam("last", type_=QuarterType),
    Publication.superseded_at.is_(None),
)
_BRANCH_NAME = (
    select(BranchName.name)
    .where(BranchName.branch_id == Branch.id, BranchName.starts_on <= _day)
    .order_by(BranchName.starts_on.desc())
    .limit(1)
    .scalar_subquery()
)
_BRANCH_YEAR = (
    select(
        Branch.committee_id.label("of"),
        func.coalesce(_BRANCH_NAME, "").label("name"),
        result_queries.FROZEN_BRANCH_NAME.label("named"),
        *_HEADS,
    )
    .outerjoin(Publication, and_(Publication.committee_id == Branch.committee_id, _IN_FORCE))
    .where(Branch.id == _place)
    .order_by(Publication.quarter, Publication.id)
)
_COMMITTEE_YEAR = (
    select(Committee.id.label("of"), Committee.name.label("name"), Publication.committee_name.label("named"), *_HEADS)
    .outerjoin(Publication, and_(Publication.committee_id == Committee.id, _IN_FORCE))
    .where(Committee.id == _place)
    .order_by(Publication.quarter, Publication.id)
)


def branch_year(branch_id: int, year: int) -> PlaceYear | None:
    """None when there is no such branch, or no such year."""
    return until_next_act(
        ("branch_year", branch_id, year), lambda: _place_year(_BRANCH_YEAR, branch_id, year, branch_id)
    )


def committee_year(committee_id: int, year: int) -> PlaceYear | None:
    return until_next_act(
        ("committee_year", committee_id, year), lambda: _place_year(_COMMITTEE_YEAR, committee_id, year, None)
    )


def _place_year(statement: Any, place: int, year: int, branch_id: int | None) -> PlaceYear | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    between = {"first": Quarter(year - 1, 1), "last": Quarter(year, 4)}
    if statement is _BRANCH_YEAR:
        between["day"] = date(year, 12, 31)  # type: ignore[assignment]
    rows = fetch(statement, place=place, **between).all()
    if not rows:
        return None
    named = next((row.named for row in reversed(rows) if row.id and row.quarter.year == year), None)
    return PlaceYear(Place(rows[0].of, branch_id), named or rows[0].name, year, tuple(row for row in rows if row.id))


_QUARTERS = select(
    GroupResult.id, GroupResult.group_id, GroupResult.quarter, GroupResult.total, GroupResult.band, GroupResult.vetoed
).where(
    GroupResult.group_id.in_(bindparam("groups", expanding=True)),
    GroupResult.publication_id.in_(bindparam("publications", expanding=True)),
)


def quarters_of(groups: Collection[int], publications: Collection[int]) -> Sequence[Any]:
    """Rows of `_QUARTERS` in these publications: at most eight a group."""
    return db.session.execute(_QUARTERS, {"groups": list(groups), "publications": list(publications)}).all()


def bands_of(publications: Collection[int], branch_id: int) -> dict[int, dict[str, int]]:
    """publication -> band -> groups of a branch."""
    found: dict[int, dict[str, int]] = {}
    rows = db.session.execute(
        select(GroupResult.publication_id, GroupResult.band, func.count())
        .where(GroupResult.publication_id.in_(publications), GroupResult.branch_id == branch_id)
        .group_by(GroupResult.publication_id, GroupResult.band)
    )
    for publication_id, band, count in rows:
        found.setdefault(publication_id, {})[band] = count
    return found
