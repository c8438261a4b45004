"""Publishing a round: everything that a page of the quarter will ever show is written once, hashed, and left alone."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from sqlalchemy import JSON, Table, Text, bindparam, cast, insert, select, update

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Quarter
from app.inspections import hearing_queries, publication_queries, result_queries
from app.inspections.course import RoundState, reopening
from app.inspections.freezing import Frozen, Mould
from app.inspections.models import InspectionRound
from app.inspections.ranking import histogram, places
from app.inspections.result_models import GroupResult, Publication, ResultHistogram
from app.inspections.round_operations import set_up_sheets
from app.inspections.scoring import Standing
from app.inspections.slip import canonical
from app.organisation import queries as organisation

IN_MEMORY = 32 * 1024 * 1024
"""Bytes of frozen slips that wait in memory for their places; more of them wait in a file."""

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


class UndecidedAppeals(Refused):
    def __init__(self, count: int) -> None:
        super().__init__(f"还不能发布，有 {count} 条申诉没有决定。逐条写明成立或不成立的理由，再发布。")


class NoReason(Refused):
    def __init__(self) -> None:
        super().__init__("请写明更正的原因，会和新版结果一起公布（空格不算）。")


@dataclass
class Frozens:
    """What was frozen of each sheet, in brand-tree order. The rows wait aside, since a place is known only when the last
    total is, and a row's digest only with its place."""

    waiting: IO[str]
    totals: list[int | None] = field(default_factory=list)  # None: vetoed, takes no place
    branches: list[int] = field(default_factory=list)
    bands: Counter[str] = field(default_factory=Counter)
    missing: dict[str, list[str]] = field(default_factory=dict)

    def add(self, sheet: Any, frozen: Frozen, before: Any) -> None:
        if frozen.result.total is None:
            named = [f"{thing.code} {thing.title}" for thing in frozen.result.open]
            self.missing[sheet.brand_name or sheet.group_name] = named or ["各项都不适用，没有可计的分"]
        if self.missing:
            return
        values = _values(sheet, frozen, before)
        self.totals.append(None if values["vetoed"] else values["total"])
        self.branches.append(sheet.branch_id)
        self.bands[values["band"]] += 1
        self.waiting.write(f"{json.dumps(values)}\n{frozen.dimensions}\n{sheet.face}\n{frozen.slip}\n")

    def rows(self) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
        """Each row's plain values, and its parts that are JSON."""
        self.waiting.seek(0)
        while line := self.waiting.readline():
            yield json.loads(line), {name: self.waiting.readline()[:-1] for name in ("dimensions", "face", "slip")}


def publish_round(row: InspectionRound, *, by: Doer) -> Publication:
    """One write transaction. Refuses while anything is not scored and says what; a second publish is a conflict."""
    _lock_for_publishing(row)
    set_up_sheets(row)
    with SpooledTemporaryFile(IN_MEMORY, "w+", encoding="utf-8", newline="\n") as waiting:
        frozens = _freeze(row, Frozens(waiting))
        head = _head(row, rubric_title=row.rubric_version.label, groups=len(frozens.totals), by=by)
        db.session.execute(
            update(Publication)
            .where(Publication.round_id == row.id, Publication.superseded_at.is_(None))
            .values(superseded_at=head.published_at)
        )
        db.session.add(head)
        db.session.flush()
        digests = _store(head, frozens)
    head.bands = dict(frozens.bands)
    head.digest = result_queries.publication_digest(head, digests)
    db.session.add_all(
        ResultHistogram(
            publication_id=head.id, committee_id=head.committee_id, quarter=head.quarter, total=total, groups=count
        )
        for total, count in histogram(frozens.totals).items()
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
    row.course.require(state or row.state, RoundState.PUBLISHED)
    undecided = hearing_queries.appeal_counts(row.id)[1]
    if undecided:
        raise UndecidedAppeals(undecided)


def _freeze(row: InspectionRound, frozens: Frozens) -> Frozens:
    version = row.rubric_version
    committees = Mould(version.rubric)
    moulds = {branch_id: Mould(version.rubric_for(branch_id)) for branch_id in version.adapting}
    for sheets in publication_queries.sheet_rows(row.id):
        lines = publication_queries.lines_of(row, sheets)
        previous = publication_queries.previous_results(row.quarter, sheets)
        for sheet in sheets:
            before = previous.get(sheet.group_id)
            percents = {item["code"]: item["percent"] for item in before.dimensions} if before else {}
            frozens.add(sheet, moulds.get(sheet.branch_id, committees).freeze(lines[sheet.id], percents), before)
    if frozens.missing or not frozens.totals:
        raise NotYetScored(frozens.missing or {"本轮": ["没有党小组"]})
    return frozens


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
    )


def _values(sheet: Any, frozen: Frozen, before: Any) -> dict[str, Any]:
    result = frozen.result
    return {
        "branch_id": sheet.branch_id,
        "group_id": sheet.group_id,
        "branch_name": sheet.branch_name,
        "group_name": sheet.group_name,
        "leader_name": sheet.leader_name,
        "brand_name": sheet.brand_name,
        "total": result.hundredths,
        "exact_total": str(result.total),
        "self_total": frozen.self_total,
        "previous_total": before.total if before else None,
        "previous_quarter": str(before.quarter) if before else None,
        "band": result.band.label if result.band else VETOED,
        "vetoed": result.standing is Standing.VETOED,
        "gates_met": not result.unmet,
        "unmet_gates": frozen.unmet_gates,
        "veto_reason": frozen.veto_reason[:600],
        "strength": frozen.strength,
        "next_step": frozen.next_step,
    }


def _store(head: Publication, frozens: Frozens) -> list[str]:
    """Writes the rows and returns their digests, in order of position."""
    written = _insertion()
    rows, digests = _placed(head, frozens), []
    while some := list(islice(rows, publication_queries.AT_ONCE)):
        db.session.execute(written, some)
        digests += [values["digest"] for values in some]
    return digests


def _insertion() -> Any:
    """Frozen JSON goes in as the text that was hashed."""
    table = GroupResult.__table__
    assert isinstance(table, Table)  # noqa: S101 - every model of ours is a table
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    texts = {name: bindparam(f"{name}_text", type_=Text) for name in ("dimensions", "face", "slip")}
    return insert(table).values({name: cast(text, JSON) if on_postgresql else text for name, text in texts.items()})


def _placed(head: Publication, frozens: Frozens) -> Iterator[dict[str, Any]]:
    in_committee = places(frozens.totals)
    in_branch = _within_branches(frozens)
    in_all = _better_elsewhere(head, frozens.totals)
    for index, (frozen, texts) in enumerate(frozens.rows()):
        rank = in_committee[index]
        values = {
            **frozen,
            "committee_id": head.committee_id,
            "quarter": head.quarter,
            "previous_quarter": Quarter.parse(frozen["previous_quarter"]) if frozen["previous_quarter"] else None,
            "position": index + 1,
            "branch_position": in_branch[index][0],
            "rank_in_branch": in_branch[index][1],
            "rank_in_committee": rank,
            "rank_in_all": None if rank is None else rank + in_all[frozen["total"]],
        }
        values["digest"] = _digest(
            values | {"quarter": str(head.quarter), "previous_quarter": frozen["previous_quarter"]}, texts
        )
        yield {**values, "publication_id": head.id, **{f"{name}_text": text for name, text in texts.items()}}


def _digest(values: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """`slip.digest` of the row as `result_queries.frozen` will read it, with the long parts as they are spelled."""
    faces = texts["face"] if texts["face"] == "{}" else canonical(json.loads(texts["face"])).decode()
    whole = canonical({**values, "dimensions": 0, "face": 0, "slip": 0}).decode()
    first, _, rest = whole.partition(',"dimensions":0,')
    second, _, rest = rest.partition(',"face":0,')
    third, _, last = rest.partition(',"slip":0,')
    spelled = (
        f'{first},"dimensions":{texts["dimensions"]},{second},"face":{faces},{third},"slip":{texts["slip"]},{last}'
    )
    return hashlib.sha256(spelled.encode()).hexdigest()


def _within_branches(frozens: Frozens) -> list[tuple[int, int | None]]:
    """Position and place of each within its branch."""
    inside: dict[int, list[int]] = {}
    for index, branch_id in enumerate(frozens.branches):
        inside.setdefault(branch_id, []).append(index)
    found: list[tuple[int, int | None]] = [(0, None)] * len(frozens.branches)
    for indexes in inside.values():
        ranks = places(frozens.totals[index] for index in indexes)
        for position, (index, rank) in enumerate(zip(indexes, ranks, strict=True), start=1):
            found[index] = position, rank
    return found


def _better_elsewhere(head: Publication, totals: Sequence[int | None]) -> dict[int, int]:
    """total -> better ones in other committees, as published at this moment."""
    elsewhere = result_queries.histogram_elsewhere(head.quarter, head.round_id)
    return {
        total: sum(count for other, count in elsewhere.items() if other > total)
        for total in set(totals)
        if total is not None
    }


def reopen_round(row: InspectionRound, reason: str, *, by: Doer) -> None:
    """For a correction. What is published stays in force and readable until the next version is published."""
    reason = reason.strip()
    if not reason:
        raise NoReason
    row.state, row.correction = reopening(row.state), reason[:REASON_LENGTH]
    record(by, "round.reopen", row, after={"reason": row.correction})
