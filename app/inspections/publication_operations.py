"""Publishing a round: everything that a page of the quarter will ever show is hashed and left alone.

What each sheet says was composed by the acts that changed it (`composing_operations`); here the round is ranked.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import select, update

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.inspections import composing_operations, hearing_queries, publication_queries, result_queries
from app.inspections.business_queries import business_of_committee
from app.inspections.course import RoundState, reopening
from app.inspections.digests import FORM, canonical, publication_digest, result_digest
from app.inspections.models import InspectionRound
from app.inspections.ranking import better, histogram, places
from app.inspections.result_models import Publication, ResultHistogram
from app.inspections.round_operations import set_up_sheets
from app.organisation import queries as organisation

AT_ONCE = 5_000
"""Results that are written by one statement."""

COLUMNS = (
    "slip_id", "indicators", "publication_id", "committee_id", "branch_id", "group_id", "quarter", "position",
    "branch_position", "total", "band", "vetoed", "gates_met", "rank_in_branch", "rank_in_committee", "rank_in_all",
    "digest",
)  # fmt: skip
REASON_LENGTH = 300


class AlreadyPublished(Conflict):
    def __init__(self) -> None:
        super().__init__("这一轮已经发布过了，结果以已发布的为准。如需更正，请写明原因后重新打开。")


def _first_of(open_: Sequence[str]) -> str:
    named = "、".join(open_[:3])
    return f"{named}等 {len(open_)} 项" if len(open_) > 3 else named


class NotYetScored(Refused):
    """`groups` says for each group what is still open; the sentence names the first few, the page has them all."""

    def __init__(self, groups: Mapping[str, Sequence[str]]) -> None:
        said = "；".join(f"{name}：{_first_of(open_)}" for name, open_ in list(groups.items())[:3])
        more = f"。共 {len(groups)} 个党小组没有评完" if len(groups) > 3 else ""
        super().__init__(f"还不能发布，有未评项。{said}{more}。缺谁的哪一项见各组名下，请他们评完再发布。")
        self.groups = groups


class UndecidedAppeals(Refused):
    def __init__(self, count: int) -> None:
        super().__init__(f"还不能发布，有 {count} 条申诉没有决定。逐条写明成立或不成立的理由，再发布。")


class NoReason(Refused):
    def __init__(self) -> None:
        super().__init__("请写明更正的原因，会和新版结果一起公布（空格不算）。")


def publish_round(row: InspectionRound, *, by: Doer) -> Publication:
    """One write transaction. Refuses while anything is not scored and says what; a second publish is a conflict."""
    _lock_for_publishing(row)
    set_up_sheets(row)
    composing_operations.compose(row)
    kept = publication_queries.kept_rows(row.id)
    _require_scored(row, kept)
    head = _head(row, rubric_title=row.rubric_version.label, groups=len(kept), by=by)
    head.bands = dict(Counter(sheet.band for sheet in kept))
    db.session.execute(
        update(Publication)
        .where(Publication.round_id == row.id, Publication.superseded_at.is_(None))
        .values(superseded_at=head.published_at)
    )
    db.session.add(head)
    db.session.flush()
    totals = [None if sheet.vetoed else sheet.total for sheet in kept]
    head.digest = publication_digest(head, _store(head, kept, totals))
    db.session.add_all(
        ResultHistogram(
            publication_id=head.id, committee_id=head.committee_id, quarter=head.quarter, total=total, groups=count
        )
        for total, count in histogram(totals).items()
    )
    row.state, row.correction = RoundState.PUBLISHED, ""
    composing_operations.overtake_later(row.committee_id, row.quarter)
    record(
        by,
        result_queries.PUBLISH,
        head,
        after={"digest": head.digest, "number": head.number, "groups": head.groups, "reason": head.reason},
    )
    return head


def _lock_for_publishing(row: InspectionRound) -> None:
    """Marks hold a shared lock on the same row, so none can slip in between the check and the snapshot."""
    state = db.session.scalar(select(InspectionRound.state).where(InspectionRound.id == row.id).with_for_update())
    if state is RoundState.PUBLISHED:
        raise AlreadyPublished
    row.course.require(state or row.state, RoundState.PUBLISHED)
    undecided = hearing_queries.appeal_counts(row.id)[1]
    if undecided:
        raise UndecidedAppeals(undecided)


def _require_scored(row: InspectionRound, kept: Sequence[Any]) -> None:
    if not kept:
        raise NotYetScored({"本轮": ["没有党小组"]})
    if any(sheet.total is None for sheet in kept):
        raise NotYetScored(
            {
                sheet.name: sheet.open or ["各项都不适用，没有可计的分"]
                for sheet in publication_queries.open_points(row.id)
            }
        )


def _head(row: InspectionRound, *, rubric_title: str, groups: int, by: Doer) -> Publication:
    earlier = len(result_queries.versions(row.id))
    return Publication(
        committee_id=row.committee_id,
        round_id=row.id,
        quarter=row.quarter,
        number=earlier + 1,
        title=row.title,
        committee_name=organisation.committee_name(row.committee_id),
        reason=row.correction,
        rubric_title=rubric_title,
        rubric=row.rubric_version.content,
        panel=[member.name for member in row.panel],
        shows_rank=row.shows_rank,
        appeals_until=row.appeals_until,
        groups=groups,
        published_by=by.name,
        published_at=clock.now(),
        digest="",
        form=FORM,
    )


def _store(head: Publication, kept: Sequence[Any], totals: Sequence[int | None]) -> list[str]:
    """The digests, in order of position. Plain rows go to the driver as they are: what a statement of the ORM's prepares
    for each of them costs more than all the rest."""
    business = {
        group_id: canonical(data).decode()
        for group_id, data in business_of_committee(head.committee_id, head.quarter).items()
    }
    rows, digests = _placed(head, kept, totals, business), []
    connection = db.session.connection()
    sign = "?" if connection.dialect.paramstyle == "qmark" else "%s"
    statement = f"INSERT INTO group_result ({', '.join(COLUMNS)}) VALUES ({', '.join([sign] * len(COLUMNS))})"
    while some := list(islice(rows, AT_ONCE)):
        connection.exec_driver_sql(statement, some)
        digests += [values[-1] for values in some]
    return digests


def _placed(
    head: Publication, kept: Sequence[Any], totals: Sequence[int | None], business: Mapping[int, str]
) -> Iterator[tuple[Any, ...]]:
    """Rows of `COLUMNS`."""
    ranks = places(totals)
    in_branch = _within_branches([sheet.branch_id for sheet in kept], totals)
    elsewhere = better(totals, result_queries.histogram_elsewhere(head.quarter, head.round_id))  # as of this moment
    of, quarter = (head.id, head.committee_id), str(head.quarter)
    for index, (branch_id, group_id, slip_id, total, band, vetoed, gates_met, slip) in enumerate(kept):
        rank, (branch_position, rank_in_branch) = ranks[index], in_branch[index]
        values = (
            branch_id, group_id, quarter, index + 1, branch_position, total, band, vetoed, gates_met, rank_in_branch, rank,
            None if rank is None else rank + elsewhere[total],
        )  # fmt: skip
        measured = business.get(group_id)
        digest = result_digest((head.committee_id, *values), slip, measured or "")
        yield (slip_id, measured, *of, *values, digest)


def _within_branches(branches: Sequence[int], totals: Sequence[int | None]) -> list[tuple[int, int | None]]:
    """Position and place of each within its branch."""
    inside: dict[int, list[int]] = {}
    for index, branch_id in enumerate(branches):
        inside.setdefault(branch_id, []).append(index)
    found: list[tuple[int, int | None]] = [(0, None)] * len(branches)
    for indexes in inside.values():
        ranks = places(totals[index] for index in indexes)
        for position, (index, rank) in enumerate(zip(indexes, ranks, strict=True), start=1):
            found[index] = position, rank
    return found


def reopen_round(row: InspectionRound, reason: str, *, by: Doer) -> None:
    """For a correction. What is published stays in force and readable until the next version is published."""
    reason = reason.strip()
    if not reason:
        raise NoReason
    row.state, row.correction = reopening(row.state), reason[:REASON_LENGTH]
    record(by, "round.reopen", row, after={"reason": row.correction})
