"""Reads of published results. None of them touches a live table: a past quarter is drawn from frozen rows alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, Select, and_, bindparam, func, or_, select

from app.accounts.kept import until_next_act
from app.foundation.db import QuarterType, db, fetch
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication, ResultHistogram
from app.inspections.slip_models import SheetSlip
from app.organisation.models import Branch, BranchName, Committee

PAGE_SIZE = 50
PUBLISH = "round.publish"


def publication(committee_id: int, quarter: Quarter, number: int | None = None) -> Publication | None:
    """A version of a quarter's result; the latest without a number."""
    found = select(Publication).where(Publication.committee_id == committee_id, Publication.quarter == quarter)
    if number is not None:
        found = found.where(Publication.number == number)
    return db.session.scalar(found.order_by(Publication.number.desc()).limit(1))


@dataclass(frozen=True)
class PlaceQuarter:
    """A branch or a whole committee in a quarter, with the head of the version that was asked for, if published."""

    place: Place
    name: str
    quarter: Quarter
    head: Any
    """A row with the columns of `_HEAD`, or None."""

    @property
    def branch_id(self) -> int | None:
        return self.place.branch_id


_HEAD = (
    Publication.id, Publication.committee_id, Publication.round_id, Publication.quarter, Publication.number,
    Publication.title, Publication.committee_name, Publication.reason, Publication.rubric_title,
    Publication.shows_rank, Publication.appeals_until, Publication.groups, Publication.bands,
    Publication.published_at, Publication.superseded_at, Publication.digest,
)  # fmt: skip
_quarter, _day = bindparam("quarter", type_=QuarterType), bindparam("day", type_=Date)
_number, _place = bindparam("number", type_=Integer), bindparam("place", type_=Integer)
_VERSION = and_(
    Publication.quarter == _quarter,
    or_(Publication.number == _number, and_(_number == 0, Publication.superseded_at.is_(None))),
)
_BRANCH_NAME = (
    select(BranchName.name)
    .where(BranchName.branch_id == Branch.id, BranchName.starts_on <= _day)
    .order_by(BranchName.starts_on.desc())
    .limit(1)
    .scalar_subquery()
)
FROZEN_BRANCH_NAME = (
    select(SheetSlip.branch_name)
    .join(GroupResult, GroupResult.slip_id == SheetSlip.id)
    .where(GroupResult.publication_id == Publication.id, GroupResult.branch_id == Branch.id)
    .order_by(GroupResult.branch_position)
    .limit(1)
    .correlate(Publication, Branch)
    .scalar_subquery()
)
"""The branch's name as the publication has it: a quarter may be published before it is over, and renamed after that."""
# Built once: building a statement costs a page more than running it.
_BRANCH_QUARTER = (
    select(Branch.committee_id.label("of"), func.coalesce(FROZEN_BRANCH_NAME, _BRANCH_NAME, "").label("name"), *_HEAD)
    .outerjoin(Publication, and_(Publication.committee_id == Branch.committee_id, _VERSION))
    .where(Branch.id == _place)
)
_COMMITTEE_QUARTER = (
    select(Committee.id.label("of"), Committee.name.label("name"), *_HEAD)
    .outerjoin(Publication, and_(Publication.committee_id == Committee.id, _VERSION))
    .where(Committee.id == _place)
)


def branch_quarter(branch_id: int, quarter: Quarter, number: int) -> PlaceQuarter | None:
    """None when there is no such branch, or no such version; `number` 0 asks for the version in force."""
    return until_next_act(
        ("branch_quarter", branch_id, quarter, number),
        lambda: _place_quarter(
            fetch(_BRANCH_QUARTER, place=branch_id, quarter=quarter, number=number, day=quarter.last).first(),
            branch_id, quarter, number,
        ),
    )  # fmt: skip


def committee_quarter(committee_id: int, quarter: Quarter, number: int) -> PlaceQuarter | None:
    """As `branch_quarter`, for a whole committee."""
    return until_next_act(
        ("committee_quarter", committee_id, quarter, number),
        lambda: _place_quarter(
            fetch(_COMMITTEE_QUARTER, place=committee_id, quarter=quarter, number=number).first(),
            None, quarter, number,
        ),
    )  # fmt: skip


def _place_quarter(row: Any, branch_id: int | None, quarter: Quarter, number: int) -> PlaceQuarter | None:
    if row is None or (number and row.id is None):
        return None
    return PlaceQuarter(Place(row.of, branch_id), row.name, quarter, row if row.id else None)


_PUBLICATIONS = (
    select(*_HEAD)
    .where(Publication.committee_id.in_(bindparam("committees", expanding=True)), Publication.superseded_at.is_(None))
    .order_by(Publication.quarter.desc(), Publication.id.desc())
    .limit(12)
)


def publications(committees: Iterable[int]) -> Sequence[Any]:
    """The heads of the current versions, latest quarter first."""
    return db.session.execute(_PUBLICATIONS, {"committees": list(committees)}).all()


def versions(round_id: int) -> Sequence[Any]:
    """number, published_at, reason, superseded_at of every version of a round, oldest first."""
    return db.session.execute(
        select(Publication.number, Publication.published_at, Publication.reason, Publication.superseded_at)
        .where(Publication.round_id == round_id)
        .order_by(Publication.number)
    ).all()


NAME = func.coalesce(func.nullif(SheetSlip.brand_name, ""), SheetSlip.group_name).label("name")
_SLIP = SheetSlip.id == GroupResult.slip_id
_WHOLE = (
    select(
        GroupResult.id, GroupResult.publication_id, GroupResult.slip_id, GroupResult.committee_id, GroupResult.branch_id,
        GroupResult.group_id, GroupResult.quarter, GroupResult.position, GroupResult.branch_position,
        SheetSlip.branch_name, SheetSlip.group_name, SheetSlip.leader_name, SheetSlip.brand_name, NAME, SheetSlip.face,
        GroupResult.total, SheetSlip.exact_total, SheetSlip.self_total, SheetSlip.previous_total,
        SheetSlip.previous_quarter, GroupResult.band, GroupResult.vetoed, GroupResult.gates_met, SheetSlip.unmet_gates,
        SheetSlip.veto_reason, GroupResult.rank_in_branch, GroupResult.rank_in_committee, GroupResult.rank_in_all,
        SheetSlip.dimensions, SheetSlip.strength, SheetSlip.next_step, SheetSlip.slip, GroupResult.indicators,
        GroupResult.digest, SheetSlip.digest.label("slip_digest"),
    )
    .join(SheetSlip, _SLIP)
)  # fmt: skip


def whole_results(*where: Any) -> Select[*tuple[Any, ...]]:
    """Everything that stands in a result and in its slip, in brand-tree order."""
    return _WHOLE.where(*where).order_by(GroupResult.position, GroupResult.id)


def results(publication_id: int) -> Sequence[Any]:
    """All of a publication in brand-tree order, slips included."""
    return db.session.execute(whole_results(GroupResult.publication_id == publication_id)).all()


_LINE = (
    GroupResult.id, GroupResult.group_id, GroupResult.position, GroupResult.branch_position, SheetSlip.branch_name,
    SheetSlip.group_name, SheetSlip.brand_name, GroupResult.total, SheetSlip.previous_total, GroupResult.band,
    GroupResult.vetoed, SheetSlip.veto_reason, SheetSlip.unmet_gates, GroupResult.rank_in_branch,
    GroupResult.rank_in_committee, SheetSlip.strength, SheetSlip.next_step, SheetSlip.dimensions, NAME,
    SheetSlip.face["hue"].as_string().label("hue"),
)  # fmt: skip
_after, _size, _publication, _branch = (
    bindparam(name, type_=Integer) for name in ("after", "size", "publication", "branch")
)
_WHOLE_PAGE = (
    select(*_LINE)
    .join(SheetSlip, _SLIP)
    .where(GroupResult.publication_id == _publication, GroupResult.position > _after)
    .order_by(GroupResult.position)
    .limit(_size)
)
_BRANCH_PAGE = (
    select(*_LINE, SheetSlip.face, GroupResult.indicators)
    .join(SheetSlip, _SLIP)
    .where(
        GroupResult.publication_id == _publication,
        GroupResult.branch_id == _branch,
        GroupResult.branch_position > _after,
    )
    .order_by(GroupResult.branch_position)
    .limit(_size)
)
_WHOLE_PAGE_WITH_FACES = _WHOLE_PAGE.add_columns(SheetSlip.face, GroupResult.indicators)


def results_page(
    publication_id: int, *, branch_id: int | None = None, after: int = 0, faces: bool = False
) -> Sequence[Any]:
    """Rows of `_LINE` by position in the brand tree, which is an index: the last page costs what the first costs.
    One row more than a page, which tells that more follow. `faces` adds the seals; a branch's page always has them."""
    values: dict[str, int] = {"publication": publication_id, "after": after, "size": PAGE_SIZE + 1}
    if branch_id is not None:
        return db.session.execute(_BRANCH_PAGE, {**values, "branch": branch_id}).all()
    return db.session.execute(_WHOLE_PAGE_WITH_FACES if faces else _WHOLE_PAGE, values).all()


@dataclass(frozen=True)
class SlipKey:
    """A slip before it is read: where it belongs, its digest, and the head of its publication."""

    id: int
    place: Place
    digest: str
    head: Any


_SLIP_KEY = (
    select(
        GroupResult.id.label("result_id"), GroupResult.committee_id.label("of_committee"), GroupResult.branch_id,
        GroupResult.group_id, GroupResult.digest.label("result_digest"), *_HEAD,
    )
    .join(Publication, Publication.id == GroupResult.publication_id)
    .where(GroupResult.id == bindparam("result", type_=Integer))
)  # fmt: skip


def slip_key(result_id: int) -> SlipKey | None:
    return until_next_act(("slip_key", result_id), lambda: _slip_key(result_id))


def _slip_key(result_id: int) -> SlipKey | None:
    row = fetch(_SLIP_KEY, result=result_id).first()
    if row is None:
        return None
    return SlipKey(row.result_id, Place(row.of_committee, row.branch_id, row.group_id), row.result_digest, row)


_RESULT = whole_results(GroupResult.id == bindparam("result", type_=Integer))


def group_result(result_id: int) -> Any:
    """One result with its slip; None when there is none."""
    return fetch(_RESULT, result=result_id).first()


def branch_bands(publication_id: int, branch_id: int) -> dict[str, int]:
    """band -> number of groups in a branch; the whole publication's stand in its head."""
    rows = db.session.execute(
        select(GroupResult.band, func.count())
        .where(GroupResult.publication_id == publication_id, GroupResult.branch_id == branch_id)
        .group_by(GroupResult.band)
    )
    return {row[0]: row[1] for row in rows}


def histogram_elsewhere(quarter: Quarter, without_round: int) -> dict[int, int]:
    """total -> groups over all other current publications of the quarter: reads histograms only."""
    rows = db.session.execute(
        select(ResultHistogram.total, func.sum(ResultHistogram.groups))
        .join(Publication, Publication.id == ResultHistogram.publication_id)
        .where(
            ResultHistogram.quarter == quarter,
            Publication.superseded_at.is_(None),
            Publication.round_id != without_round,
        )
        .group_by(ResultHistogram.total)
    )
    return {row[0]: int(row[1]) for row in rows}
