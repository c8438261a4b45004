"""Importing a table of values: kept as a preview, confirmed as it was shown, written in one piece."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import delete

from app.accounts.actor import Actor
from app.audit.operations import record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Month
from app.indicators import figure_queries, queries, value_operations
from app.indicators.figure_queries import Cell
from app.indicators.models import ValuePreview
from app.indicators.queries import BranchYear
from app.indicators.value_operations import CellsRefused, free_until
from app.indicators.value_plan import Plan, Standing, plan_import
from app.indicators.value_table import TableCell, TableRow

PREVIEW_LIFE = timedelta(hours=2)
KEPT_AFTER = timedelta(days=1)
"""An expired preview stays so long, to tell its uploader that it has expired."""
EXPIRED = "预览已过期，什么都没有写入，请重新上传。"


class PreviewExpired(Conflict):
    """The preview waited too long."""


class ValuesMoved(Conflict):
    """Somebody entered values between the preview and its confirmation."""


class ReasonNeeded(Refused):
    """Values of months long past would be changed."""


def keep_preview(
    branch: BranchYear, rows: Sequence[TableRow], *, by: Actor, content: bytes, file_name: str
) -> ValuePreview:
    """Keeps the cells, never the file; the actor's earlier previews and everybody's long expired ones go."""
    moment = clock.now()
    db.session.execute(
        delete(ValuePreview).where(
            (ValuePreview.account_id == by.account_id) | (ValuePreview.expires_at < moment - KEPT_AFTER)
        )
    )
    preview = ValuePreview(
        committee_id=branch.place.committee_id,
        branch_id=branch.branch_id,
        account_id=by.account_id,
        content_hash=hashlib.sha256(content).hexdigest(),
        file_name=file_name[:120],
        year=branch.year,
        rows=[_packed(row) for row in rows],
        created_at=moment,
        expires_at=moment + PREVIEW_LIFE,
    )
    db.session.add(preview)
    record(by, "indicator-table.preview", preview, after={"sha256": preview.content_hash, "rows": len(rows)})
    return preview


def drop_preview(preview: ValuePreview, *, by: Actor) -> None:
    record(by, "indicator-table.drop-preview", preview)
    db.session.delete(preview)


def plan_of(preview: ValuePreview, names: dict[int, str]) -> Plan:
    """What the preview would change now; `names` are the branch's groups."""
    return plan_import([_unpacked(row) for row in preview.rows], _standing(preview, names))


def _standing(preview: ValuePreview, names: dict[int, str]) -> list[Standing]:
    months = [Month(preview.year, number) for number in range(1, 13)]
    today = clock.today()
    current = Month.of(today)
    found = figure_queries.figures(preview.place, list(names), months[0], months[-1])
    late = frozenset(month.month for month in months if today >= free_until(month))
    return [
        Standing(
            key=row.key,
            group=names[row.group_id],
            team=row.team,
            name=row.definition.name,
            unit=row.definition.unit,
            bound=row.definition.target.bound,
            months=frozenset(month.month for month in row.definitions if month <= current),
            entries={month.month: (entry.id, entry.value) for month, entry in row.entries.items()},
            late=late,
        )
        for own in found.values()
        for one in own.measured
        for row in one.rows
    ]


def import_values(preview: ValuePreview, branch: BranchYear, *, by: Actor, shown: str, reason: str) -> int:
    """Writes the plan whose fingerprint was shown; cells with errors are left out. Answers how many were written; the
    preview is used up. Whatever is refused is refused before anything is written."""
    if preview.expires_at < clock.now():
        raise PreviewExpired(EXPIRED)
    names = queries.all_group_names(branch)
    plan = plan_of(preview, names)
    if plan.fingerprint != shown:
        raise ValuesMoved("预览之后有人填过这些值，什么都没有写入。请重新看一遍再确认。")
    cells = [Cell(one.key, Month(preview.year, one.cell.month), one.cell.value, one.seen) for one in plan.writes]
    try:
        value_operations.enter_values(preview.place, names, cells, by=by, reason=reason)
    except CellsRefused as refused:
        if any(problem.wants_reason for problem in refused.problems):
            raise ReasonNeeded("要改动前月以前的值，请写明原因再确认。什么都没有写入。") from refused
        raise
    record(
        by, "indicator-table.import", preview,
        after={"sha256": preview.content_hash, "cells": len(cells), "left_out": len(plan.cells) - len(cells)},
    )  # fmt: skip
    db.session.delete(preview)
    return len(cells)


def _packed(row: TableRow) -> dict[str, Any]:
    cells = [
        [one.month, one.where, one.text, None if one.value is None else str(one.value), one.problem, one.note]
        for one in row.cells
    ]
    return {"line": row.line, "group": row.group, "team": row.team, "indicator": row.indicator, "cells": cells}


def _unpacked(row: dict[str, Any]) -> TableRow:
    cells = tuple(
        TableCell(month, where, text, None if value is None else Fraction(value), problem, note)
        for month, where, text, value, problem, note in row["cells"]
    )
    return TableRow(row["line"], row["group"], row["team"], row["indicator"], cells)
