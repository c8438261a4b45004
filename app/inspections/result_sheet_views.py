"""A published round out to a workbook: every mark, read from frozen rows as a stream."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, abort
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.audit.export_views import hand_out
from app.foundation.spreadsheets import Column, Table, write_spreadsheet
from app.foundation.unit_of_work import begin_write
from app.inspections import frozen_queries, result_queries
from app.inspections.index_views import blueprint
from app.inspections.result_models import Publication
from app.inspections.result_queries import PlaceQuarter
from app.inspections.result_sheet import (
    CONDITIONS,
    HEARINGS,
    MARKS,
    Columns,
    Shape,
    condition_rows,
    hearing_rows,
    mark_rows,
    shape_of,
    total_rows,
)

Rows = Callable[[Iterator[Any]], Iterator[Any]]


@blueprint.post("/branches/<int:branch_id>/results/<quarter:quarter>/versions/<int:number>/export")
@allow(Permission.RESULT_EXPORT, result_queries.branch_quarter, slow=True)
def export_branch_results(of: PlaceQuarter) -> ResponseReturnValue:
    return _export(of)


@blueprint.post("/committees/<int:committee_id>/results/<quarter:quarter>/versions/<int:number>/export")
@allow(Permission.RESULT_EXPORT, result_queries.committee_quarter, slow=True)
def export_committee_results(of: PlaceQuarter) -> ResponseReturnValue:
    return _export(of)


def _export(of: PlaceQuarter) -> Response:
    """The workbook is written first: nobody who marks waits for it."""
    publication = frozen_queries.publication_of(of.head.id) if of.head else None
    if publication is None:
        abort(404)
    data = result_workbook(publication, of.branch_id)
    name = of.name if of.branch_id else publication.committee_name
    begin_write()
    judge_again(Permission.RESULT_EXPORT, of)
    return hand_out(
        lambda: data, f"{name}{of.quarter.label}督查结果第{of.head.number}版",
        by=current(), act="result.export", on=publication, told={"number": of.head.number, "name": name},
    )  # fmt: skip


def result_workbook(head: Publication, branch_id: int | None = None) -> bytes:
    """Of a branch, or of the whole round."""
    shape = shape_of(head.rubric, len(head.panel), shows_rank=head.shows_rank)
    return write_spreadsheet(
        [
            _table(head, branch_id, "合计", shape.totals, lambda rows: total_rows(rows, shape)),
            *_parts(head, branch_id, shape, "每项评分", MARKS, mark_rows),
            *_parts(head, branch_id, shape, "条件与加分", CONDITIONS, condition_rows),
            *_parts(head, branch_id, shape, "反馈与申诉", HEARINGS, hearing_rows),
        ]
    )


def _parts(
    head: Publication, branch_id: int | None, shape: Shape, name: str, columns: Columns, spell: Rows
) -> Iterator[Table]:
    """More than one sheet only where the groups would not fit on one."""
    step = shape.groups_a_sheet
    for part, after in enumerate(range(0, max(head.groups, 1), step), start=1):
        yield _table(head, branch_id, name if part == 1 else f"{name} {part}", columns, spell, (after, after + step))


def _table(
    head: Publication,
    branch_id: int | None,
    name: str,
    columns: Columns,
    spell: Rows,
    between: tuple[int, int] | None = None,
) -> Table:
    rows = frozen_queries.every_result(head.id, branch_id=branch_id, between=between or (0, head.groups))
    return Table(
        name,
        [Column(title, width, "number" if kind == "number" else "text") for title, width, kind in columns],
        spell(rows),
        title=f"{head.committee_name}{head.title}·{name}",
        notes=[f"结果第 {head.number} 版，{head.rubric_title}，校验码 {head.digest[:12].upper()}。时间为本地时间。"],
    )
