"""What a round of inspection shows of its quarter: who looked at whom, and what was found. A finding belongs to a round by
the sheet or the visit on site from which it was noted, or by a mutual check of the round's quarter."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Integer, Select, String, and_, bindparam, case, cast, column, func, or_, select, table

from app.checks.course import FindingState, Source
from app.checks.models import Finding, MutualCheck
from app.foundation.db import QuarterType, fetch
from app.foundation.periods import Quarter, as_of
from app.organisation.models import Branch
from app.organisation.queries import branch_name_on, group_name_on

MOST_FINDINGS = 200
MOST_BRANCHES = 30
WAITING = [state for state in FindingState if state.waits]

rounds = table(
    "inspection_round", column("id", Integer), column("committee_id", Integer), column("title", String)
)  # fmt: skip
"""Of the room above: named, never imported."""

_round, _committee = bindparam("round", type_=Integer), bindparam("committee", type_=Integer)
_quarter, _last = bindparam("quarter", type_=QuarterType), bindparam("last", type_=Date)
_OF_ROUND = and_(
    Finding.committee_id == _committee,
    Finding.state != FindingState.WITHDRAWN,
    or_(
        Finding.round_id == _round,
        Finding.mutual_check_id.in_(
            select(MutualCheck.id).where(MutualCheck.committee_id == _committee, MutualCheck.quarter == _quarter)
        ),
    ),
)

_TITLE = select(rounds.c.title).where(rounds.c.id == _round, rounds.c.committee_id == _committee)


def round_title(round_id: int | None, committee_id: int) -> str:
    """Empty for none, and for a round of another committee."""
    if round_id is None:
        return ""
    row = fetch(_TITLE, round=round_id, committee=committee_id).first()
    return row.title if row is not None else ""


@dataclass(frozen=True, slots=True)
class RoundFinding:
    id: int
    group_id: int
    text: str
    state: FindingState
    source: Source
    criterion_code: str
    due_on: date


_FINDINGS = (
    select(
        Finding.id, Finding.group_id, Finding.text, Finding.state, Finding.source, Finding.criterion_code, Finding.due_on
    )
    .where(_OF_ROUND)
    .order_by(Finding.group_id, Finding.found_on, Finding.id)
    .limit(MOST_FINDINGS)
)  # fmt: skip


def findings_of_round(committee_id: int, round_id: int, quarter: Quarter) -> list[RoundFinding]:
    """By group and day; those withdrawn are no findings."""
    rows: Iterable[Any] = fetch(_FINDINGS, committee=committee_id, round=round_id, quarter=quarter)
    return [RoundFinding(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class BranchVisits:
    """A branch's mutual checks of a quarter, who has still to go, and its findings of the round."""

    branch_id: int
    name: str
    arranged: int
    made: int
    waiting: tuple[str, ...]
    findings: int
    open: int


def _count(*conditions: Any) -> Any:
    found = select(func.count()).select_from(Finding).where(_OF_ROUND, Finding.branch_id == Branch.id, *conditions)
    return found.correlate(Branch).scalar_subquery()


def _visits() -> Select[Any]:
    to_go = case((MutualCheck.visited_on.is_(None), group_name_on(MutualCheck.group_id, MutualCheck.until)))
    return (
        select(
            Branch.id,
            branch_name_on(Branch.id, _last).label("name"),
            func.count(MutualCheck.id).label("arranged"),
            func.count(MutualCheck.visited_on).label("made"),
            func.aggregate_strings(cast(to_go, String), "；").label("waiting"),
            _count().label("findings"),
            _count(Finding.state.in_(WAITING)).label("open"),
        )
        .outerjoin(MutualCheck, and_(MutualCheck.branch_id == Branch.id, MutualCheck.quarter == _quarter))
        .where(Branch.committee_id == _committee, as_of(Branch, _last))
        .group_by(Branch.id)
        .order_by(Branch.sort_order, Branch.id)
        .limit(MOST_BRANCHES)
    )


_VISITS = _visits()


def visits_of_round(committee_id: int, round_id: int, quarter: Quarter) -> Sequence[BranchVisits]:
    """A line for each branch, in the committee's order."""
    rows = fetch(_VISITS, committee=committee_id, round=round_id, quarter=quarter, last=quarter.last)
    return [
        BranchVisits(row.id, row.name, row.arranged, row.made, _names(row.waiting), row.findings, row.open)
        for row in rows
    ]


def _names(joined: str | None) -> tuple[str, ...]:
    return tuple(name for name in (joined or "").split("；") if name)
