"""What the system measures, written as marks: at every step of a round's course until it is reviewed, and when asked.

A measured mark has no account and the system for its author. It is written anew only where it says something else than
before; a value that a panel member put in its place stays until it is taken back.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.inspections import measure_queries, queries
from app.inspections.composing_operations import overtake
from app.inspections.models import InspectionRound, Mark, MarkSource, Sheet
from app.rubrics.measures import SYSTEM, Facts, Measured, measured
from app.rubrics.rubric import Criterion, CriterionKind, points_text

CORRECTED = "measured"
"""The code of what a correction has `taken`: the system's own value, kept in sight."""

AT_ONCE = 500
"""Sheets of one statement: a database takes only so many values."""

SHOWN = 40
"""So many records at most stand under a mark; its words tell the whole."""


def measure_round(row: InspectionRound, *, by: Doer) -> int:
    """Every sheet of the round; says how many marks are new."""
    codes = [c.code for c in row.rubric_version.rubric.criteria if c.kind is CriterionKind.MEASURED]
    if not codes:
        return 0
    sheets = queries.sheets(row.id)
    facts = measure_queries.facts(row.committee_id, row.quarter, [sheet.group_id for sheet in sheets])
    written = sum(_write(sheets[at : at + AT_ONCE], facts, codes) for at in range(0, len(sheets), AT_ONCE))
    if written:
        record(by, "round.measure", row, after={"marks": written})
    return written


def measure_sheet(sheet: Sheet, code: str) -> None:
    """One criterion of one sheet; the act that asks for it leaves the line."""
    facts = measure_queries.facts(sheet.committee_id, sheet.round.quarter, [sheet.group_id])
    _write([sheet], facts, [code])


def _write(sheets: Sequence[Sheet], facts: dict[int, Facts], codes: Sequence[str]) -> int:
    version = sheets[0].round.rubric_version if sheets else None
    criteria = {
        branch_id: [c for c in version.rubric_for(branch_id).criteria if c.code in codes]
        for branch_id in {sheet.branch_id for sheet in sheets}
        if version is not None
    }
    current = _current([sheet.id for sheet in sheets], codes)
    now, fresh, stale = clock.now(), [], []
    for sheet in sheets:
        for criterion in criteria[sheet.branch_id]:
            values = _values(criterion, measured(criterion.measure, facts[sheet.group_id], criterion.subject))
            before = current.get((sheet.id, criterion.code))
            if before is not None:
                if before.author != SYSTEM or all(getattr(before, key) == one for key, one in values.items()):
                    continue
                stale.append(before.id)
            fresh.append(
                {
                    "committee_id": sheet.committee_id, "sheet_id": sheet.id, "code": criterion.code,
                    "source": MarkSource.PANEL, "account_id": None, "author": SYSTEM, "taken": [],
                    "marked_at": now, **values,
                }
            )  # fmt: skip
    db.session.flush()
    if stale:
        db.session.execute(update(Mark).where(Mark.id.in_(stale)).values(replaced_at=now))
    if fresh:
        db.session.execute(insert(Mark), fresh)
        overtake({mark["sheet_id"] for mark in fresh})
    return len(fresh)


def _values(criterion: Criterion, found: Measured) -> dict[str, Any]:
    return {
        "points": None if found.share is None else criterion.maximum * found.share,
        "reason": found.words[:500],
        "evidence": [
            {"kind": one.kind, "id": one.id, "on": one.on, "title": one.title} for one in found.counted[:SHOWN]
        ],
    }


def _current(sheets: Sequence[int], codes: Iterable[str]) -> dict[tuple[int, str], Mark]:
    rows = db.session.scalars(
        select(Mark).where(
            Mark.sheet_id.in_(sheets),
            Mark.code.in_(list(codes)),
            Mark.source == MarkSource.PANEL,
            Mark.account_id.is_(None),
            Mark.replaced_at.is_(None),
        )
    )
    return {(row.sheet_id, row.code): row for row in rows}


def measured_words(mark: Mark | None) -> list[Any]:
    """What a correction keeps of what the system measured, through any number of corrections."""
    if mark is None:
        return []
    if mark.author != SYSTEM:
        return [item for item in mark.taken if item["code"] == CORRECTED]
    value = "不适用" if mark.points is None else points_text(mark.points)
    return [{"code": CORRECTED, "label": mark.reason, "points": value, "unit": "分", "count": 1}]
