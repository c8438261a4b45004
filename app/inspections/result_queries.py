"""Reads of published results. None of them touches a live table: a past quarter is drawn from frozen rows alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Date, Integer, and_, bindparam, func, or_, select

from app.accounts.kept import until_next_act
from app.audit.queries import recorded_digests
from app.foundation.db import QuarterType, db, fetch
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication, ResultHistogram
from app.inspections.slip import digest
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
# Built once: building a statement costs a page more than running it.
_BRANCH_QUARTER = (
    select(Branch.committee_id.label("of"), func.coalesce(_BRANCH_NAME, "").label("name"), *_HEAD)
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


def results(publication_id: int) -> Sequence[GroupResult]:
    """All of a publication in brand-tree order, slips included."""
    return db.session.scalars(
        select(GroupResult).where(GroupResult.publication_id == publication_id).order_by(GroupResult.position)
    ).all()


_LINE = (
    GroupResult.id, GroupResult.group_id, GroupResult.position, GroupResult.branch_position, GroupResult.branch_name,
    GroupResult.group_name, GroupResult.brand_name, GroupResult.total, GroupResult.previous_total, GroupResult.band,
    GroupResult.vetoed, GroupResult.veto_reason, GroupResult.unmet_gates, GroupResult.rank_in_branch,
    GroupResult.rank_in_committee, GroupResult.strength, GroupResult.next_step, GroupResult.dimensions,
    func.coalesce(func.nullif(GroupResult.brand_name, ""), GroupResult.group_name).label("name"),
    GroupResult.face["hue"].as_string().label("hue"),
)  # fmt: skip
_after, _size, _publication, _branch = (
    bindparam(name, type_=Integer) for name in ("after", "size", "publication", "branch")
)
_WHOLE_PAGE = (
    select(*_LINE)
    .where(GroupResult.publication_id == _publication, GroupResult.position > _after)
    .order_by(GroupResult.position)
    .limit(_size)
)
_BRANCH_PAGE = (
    select(*_LINE, GroupResult.face)
    .where(
        GroupResult.publication_id == _publication,
        GroupResult.branch_id == _branch,
        GroupResult.branch_position > _after,
    )
    .order_by(GroupResult.branch_position)
    .limit(_size)
)
_WHOLE_PAGE_WITH_FACES = _WHOLE_PAGE.add_columns(GroupResult.face)


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


def group_result(result_id: int) -> GroupResult | None:
    return db.session.get(GroupResult, result_id)


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


# ---------------------------------------------------------------- digests


@dataclass(frozen=True)
class Finding:
    """A frozen row that is not what was published."""

    subject: str
    problem: str


HEAD = (
    "committee_id", "round_id", "quarter", "number", "title", "committee_name", "reason", "rubric_title", "rubric",
    "panel", "shows_rank", "appeals_until", "groups", "bands", "bands", "published_by", "published_at",
)  # fmt: skip
RESULT = (
    "committee_id", "branch_id", "group_id", "quarter", "position", "branch_position", "branch_name", "group_name",
    "leader_name", "brand_name", "face", "total", "exact_total", "self_total", "previous_total", "previous_quarter",
    "band", "vetoed", "gates_met", "unmet_gates", "veto_reason", "rank_in_branch", "rank_in_committee", "rank_in_all",
    "dimensions", "strength", "next_step", "slip",
)  # fmt: skip


def frozen(row: Publication | GroupResult) -> dict[str, Any]:
    """What a digest covers, as JSON knows it."""
    names = HEAD if isinstance(row, Publication) else RESULT
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str | list | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def publication_digest(head: Publication, result_digests: Iterable[str]) -> str:
    return digest({"head": frozen(head), "results": list(result_digests)})


def verify_digests() -> list[Finding]:
    """Every publication against its rows, and against the digest that the audit chain recorded when it was published."""
    found: list[Finding] = []
    recorded = recorded_digests(PUBLISH)
    for head in db.session.scalars(select(Publication).order_by(Publication.id).execution_options(yield_per=20)):
        digests = []
        rows = db.session.scalars(
            select(GroupResult).where(GroupResult.publication_id == head.id).order_by(GroupResult.position)
        )
        for row in rows:
            digests.append(row.digest)
            if digest(frozen(row)) != row.digest:
                found.append(Finding(f"{head.label} {row.group_name}", "冻结的得分与发布时的校验码不符"))
        if publication_digest(head, digests) != head.digest:
            found.append(Finding(head.label, "发布内容与校验码不符（有小组结果被改动、增加或删除）"))
        if recorded.get(head.id) != head.digest:
            found.append(Finding(head.label, "校验码与审计记录中的不符"))
    lost = recorded.keys() - set(db.session.scalars(select(Publication.id)))
    found += [
        Finding(f"发布记录 {publication_id}", "审计记录有这次发布，结果已不在") for publication_id in sorted(lost)
    ]
    return found
