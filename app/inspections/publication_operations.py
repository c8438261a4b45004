"""Publishing a round: everything that a page of the quarter will ever show is written once, hashed, and left alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.inspections import mark_queries, queries, result_queries
from app.inspections.course import RoundState, require_step
from app.inspections.models import InspectionRound, Sheet
from app.inspections.ranking import histogram, places
from app.inspections.result_models import GroupResult, Publication, ResultHistogram
from app.inspections.round_operations import set_up_sheets
from app.inspections.rubric import Rubric
from app.inspections.scoring import Result, Standing
from app.inspections.slip import (
    Record,
    assess,
    assess_self,
    compose,
    digest,
    dimension_data,
    next_step_text,
    strength_text,
)

VETOED = "不得推荐"
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


class NoReason(Refused):
    def __init__(self) -> None:
        super().__init__("请写明更正的原因，会和新版结果一起公布（空格不算）。")


@dataclass(frozen=True)
class Scored:
    sheet: Sheet
    record: Record
    result: Result
    own: Result


def publish_round(row: InspectionRound, *, by: Doer) -> Publication:
    """One write transaction. Refuses while anything is not scored and says what; a second publish is a conflict."""
    _lock_for_publishing(row)
    rubric = row.rubric_version.rubric
    set_up_sheets(row)
    scored = _scored(row, rubric)
    _require_complete(scored)
    previous = result_queries.previous_results(row.committee_id, row.quarter)
    head = _head(row, rubric_title=row.rubric_version.label, groups=len(scored), by=by)
    db.session.execute(
        update(Publication)
        .where(Publication.round_id == row.id, Publication.superseded_at.is_(None))
        .values(superseded_at=head.published_at)
    )
    db.session.add(head)
    db.session.flush()
    results = _results(head, rubric, scored, previous)
    head.bands = dict(Counter(result.band for result in results))
    head.digest = result_queries.publication_digest(head, [result.digest for result in results])
    db.session.add_all(results)
    totals = [None if r.vetoed else r.total for r in results]
    db.session.add_all(
        ResultHistogram(
            publication_id=head.id, committee_id=head.committee_id, quarter=head.quarter, total=total, groups=count
        )
        for total, count in histogram(totals).items()
    )
    row.state, row.correction = RoundState.PUBLISHED, ""
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
    require_step(state or row.state, RoundState.PUBLISHED)


def _scored(row: InspectionRound, rubric: Rubric) -> list[Scored]:
    sheets = queries.sheets(row.id)
    records = mark_queries.records(row.panel, sheets)
    return [
        Scored(sheet, record, assess(rubric, record), assess_self(rubric, record))
        for sheet in sheets
        for record in (records[sheet.id],)
    ]


def _require_complete(scored: Sequence[Scored]) -> None:
    missing = {
        item.sheet.name: [f"{thing.code} {thing.title}" for thing in item.result.open] or ["各项都不适用，没有可计的分"]
        for item in scored
        if item.result.total is None
    }
    if missing or not scored:
        raise NotYetScored(missing or {"本轮": ["没有党小组"]})


def _head(row: InspectionRound, *, rubric_title: str, groups: int, by: Doer) -> Publication:
    earlier = len(result_queries.versions(row.id))
    return Publication(
        committee_id=row.committee_id,
        round_id=row.id,
        quarter=row.quarter,
        number=earlier + 1,
        title=row.title,
        committee_name=queries.committee_name(row.committee_id),
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
    )


def _results(
    head: Publication, rubric: Rubric, scored: Sequence[Scored], previous: Mapping[int, GroupResult]
) -> list[GroupResult]:
    rows = [_result(head, rubric, item, previous.get(item.sheet.group_id)) for item in scored]
    totals = [None if row.vetoed else row.total for row in rows]
    for row, rank in zip(rows, places(totals), strict=True):
        row.rank_in_committee = rank
    for branch_id in dict.fromkeys(row.branch_id for row in rows):
        own = [row for row in rows if row.branch_id == branch_id]
        ranks = places(None if row.vetoed else row.total for row in own)
        for position, (row, rank) in enumerate(zip(own, ranks, strict=True), start=1):
            row.branch_position, row.rank_in_branch = position, rank
    _rank_in_all(head, rows)
    for position, row in enumerate(rows, start=1):
        row.position = position
        row.digest = digest(result_queries.frozen(row))
    return rows


def _rank_in_all(head: Publication, rows: Sequence[GroupResult]) -> None:
    """Own committee's place plus the better ones elsewhere, as published at this moment."""
    elsewhere = result_queries.histogram_elsewhere(head.quarter, head.round_id)
    for row in rows:
        if row.rank_in_committee is not None:
            row.rank_in_all = row.rank_in_committee + sum(n for total, n in elsewhere.items() if total > row.total)


def _result(head: Publication, rubric: Rubric, item: Scored, before: GroupResult | None) -> GroupResult:
    sheet, result = item.sheet, item.result
    vetoed, band = result.standing is Standing.VETOED, result.band
    slip = compose(rubric, item.record, result, item.own)
    return GroupResult(
        publication_id=head.id,
        committee_id=sheet.committee_id,
        branch_id=sheet.branch_id,
        group_id=sheet.group_id,
        quarter=head.quarter,
        branch_name=sheet.branch_name,
        group_name=sheet.group_name,
        leader_name=sheet.leader_name,
        brand_name=sheet.brand_name,
        face=sheet.face,
        total=result.hundredths,
        exact_total=str(result.total),
        self_total=item.own.hundredths,
        previous_total=before.total if before else None,
        previous_quarter=before.quarter if before else None,
        band=band.label if band else VETOED,
        vetoed=vetoed,
        gates_met=not result.unmet,
        unmet_gates=[gate["title"] for gate in slip["gates"] if gate["holds"] is False],
        veto_reason="；".join(f"{veto['title']}：{veto['reason']}" for veto in slip["vetoes"] if veto["holds"])[:600],
        dimensions=_dimensions(result, before),
        strength=strength_text(result),
        next_step=next_step_text(rubric, result),
        slip=slip,
    )


def _dimensions(result: Result, before: GroupResult | None) -> list[Any]:
    """With the rate that the same dimension had in the group's last published quarter."""
    earlier = {item["code"]: item["percent"] for item in before.dimensions} if before else {}
    return [{**dimension_data(item), "previous": earlier.get(item.code)} for item in result.dimensions]


def reopen_round(row: InspectionRound, reason: str, *, by: Doer) -> None:
    """For a correction. What is published stays in force and readable until the next version is published."""
    reason = reason.strip()
    if not reason:
        raise NoReason
    require_step(row.state, RoundState.REVIEW)
    row.state, row.correction = RoundState.REVIEW, reason[:REASON_LENGTH]
    record(by, "round.reopen", row, after={"reason": row.correction})
