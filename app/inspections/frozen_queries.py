"""Reads of frozen results beside each other or all at once: two groups, two versions, a whole round, a year."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import aliased, lazyload

from app.accounts.kept import until_next_act
from app.foundation.db import QuarterType, db, fetch
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication
from app.organisation.models import Branch, BranchName, Committee

CORRECTED_SIZE = 20
"""Corrected groups of a page: each brings two slips."""

FIRST_YEAR, LAST_YEAR = 2000, 2199

_EVERY = (
    GroupResult.position, GroupResult.branch_name, GroupResult.group_name, GroupResult.brand_name, GroupResult.band,
    GroupResult.total, GroupResult.previous_total, GroupResult.previous_quarter, GroupResult.self_total,
    GroupResult.exact_total, GroupResult.unmet_gates, GroupResult.veto_reason, GroupResult.rank_in_branch,
    GroupResult.rank_in_committee, GroupResult.dimensions, GroupResult.slip,
)  # fmt: skip


_CORRECTED = aliased(GroupResult)


def corrected_page(publication_id: int, earlier_id: int, *, branch_id: int | None, after: int) -> Sequence[Any]:
    """Groups whose slip is another one than in the earlier version, by position, one more than a page: (result, earlier
    result or None). A digest covers the places too, which move when another group's total does."""
    found = (
        select(GroupResult, _CORRECTED)
        .outerjoin(
            _CORRECTED,
            and_(_CORRECTED.publication_id == earlier_id, _CORRECTED.group_id == GroupResult.group_id),
        )
        .where(
            GroupResult.publication_id == publication_id,
            GroupResult.position > after,
            or_(
                _CORRECTED.id.is_(None),
                and_(
                    _CORRECTED.digest != GroupResult.digest, cast(_CORRECTED.slip, Text) != cast(GroupResult.slip, Text)
                ),
            ),
        )
        .options(lazyload(GroupResult.publication), lazyload(_CORRECTED.publication))
    )
    if branch_id is not None:
        found = found.where(GroupResult.branch_id == branch_id)
    return db.session.execute(found.order_by(GroupResult.position).limit(CORRECTED_SIZE + 1)).all()


def every_result(publication_id: int, *, branch_id: int | None, between: tuple[int, int]) -> Iterator[Any]:
    """Rows of `_EVERY` with positions after the first and up to the second, in order; as a stream, since their slips may
    be more than memory holds."""
    found = select(*_EVERY).where(
        GroupResult.publication_id == publication_id,
        GroupResult.position > between[0],
        GroupResult.position <= between[1],
    )
    if branch_id is not None:
        found = found.where(GroupResult.branch_id == branch_id)
    yield from db.session.execute(found.order_by(GroupResult.position).execution_options(yield_per=100))


def publication_of(publication_id: int) -> Publication | None:
    return db.session.get(Publication, publication_id)


def pair(left_id: int, right_id: int) -> tuple[GroupResult, GroupResult] | None:
    """Two results, slips included."""
    rows = {
        row.id: row
        for row in db.session.scalars(
            select(GroupResult)
            .where(GroupResult.id.in_((left_id, right_id)))
            .options(lazyload(GroupResult.publication))
        )
    }
    return (rows[left_id], rows[right_id]) if len(rows) == 2 else None


# ---------------------------------------------------------------- a year


@dataclass(frozen=True)
class PlaceYear:
    """A branch or a whole committee in a year. `heads` are the versions in force of the year's quarters and of those of
    the year before, earliest first."""

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
    select(Branch.committee_id.label("of"), func.coalesce(_BRANCH_NAME, "").label("name"), *_HEADS)
    .outerjoin(Publication, and_(Publication.committee_id == Branch.committee_id, _IN_FORCE))
    .where(Branch.id == _place)
    .order_by(Publication.quarter, Publication.id)
)
_COMMITTEE_YEAR = (
    select(Committee.id.label("of"), Committee.name.label("name"), *_HEADS)
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
    return PlaceYear(Place(rows[0].of, branch_id), rows[0].name, year, tuple(row for row in rows if row.id))


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
