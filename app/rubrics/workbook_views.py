"""A rubric out to a workbook and in from one: upload, look at what was read, save as a new version."""

from urllib.parse import urlencode

from flask import Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.audit.export_views import hand_out
from app.foundation import unit_of_work
from app.foundation.spreadsheets import (
    Column,
    Limits,
    SpreadsheetError,
    Table,
    read_spreadsheet,
    write_spreadsheet,
)
from app.organisation import queries as organisation
from app.organisation.models import Committee
from app.rubrics import queries
from app.rubrics.draft import to_fields
from app.rubrics.index_views import blueprint
from app.rubrics.measures import MEASURES
from app.rubrics.models import RubricVersion
from app.rubrics.reading import read_draft
from app.rubrics.rubric import CriterionKind, Rubric
from app.rubrics.soundness import problems, warnings
from app.rubrics.workbook import sheets_of
from app.rubrics.workbook_reading import CellNote, Sheeted, UnreadableRubricError, read_sheets

LIMITS = Limits(rows=300, columns=60)  # what was read goes on to the editor as fields of one form
KINDS = {kind.value: kind.label for kind in CriterionKind}


@blueprint.post("/inspections/rubrics/<int:rubric_id>/export")
@allow(Permission.RUBRIC_READ, queries.rubric_version)
def export_rubric(row: RubricVersion) -> Response:
    """With the heads that the import understands."""
    return hand_out(
        lambda: rubric_workbook(row.rubric), row.label, by=current(), act="rubric.export", on=row,
        told={"number": row.number},
    )  # fmt: skip


def rubric_workbook(rubric: Rubric) -> bytes:
    return write_spreadsheet(
        [
            Table(
                part.name,
                [Column(head, width, "number" if kind == "number" else "text") for head, width, kind in part.columns],
                part.rows,
            )
            for part in sheets_of(rubric)
        ]
    )


@blueprint.route("/committees/<int:committee_id>/rubrics/import", methods=["GET", "POST"])
@allow(Permission.RUBRIC_WRITE, organisation.committee, slow=True)
def import_rubric(committee: Committee) -> ResponseReturnValue:
    """Reads the file and shows what was read. Nothing is kept: the preview itself carries it on to the editor."""
    refused = ""
    if request.method == "POST":
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            refused = "请选一个 .xlsx 或 .xls 文件。"
        else:
            content = upload.stream.read(LIMITS.file_bytes + 1)
            unit_of_work.pause()
            try:
                found = read_sheets(read_spreadsheet(content, LIMITS), file_name=upload.filename)
                _refuse_what_no_form_carries(found)
            except (SpreadsheetError, UnreadableRubricError) as error:
                refused = str(error)
            else:
                return _preview(committee, found, upload.filename)
    page = render_template("rubrics/import.html", committee=committee, refused=refused)
    return page, 422 if refused else 200


def _refuse_what_no_form_carries(found: Sheeted) -> None:
    """What was read goes on as the fields of one form; half of what a form may hold leaves room for the editor."""
    room = current_app.config["MAX_FORM_MEMORY_SIZE"] // 2
    if len(urlencode(to_fields(found.draft))) > room:
        raise UnreadableRubricError(
            "这份细则的文字太多，一页编辑不下（约十万字以内）。请把说明、举例压短，或拆成几份再传。"
        )


def _preview(committee: Committee, found: Sheeted, file_name: str) -> ResponseReturnValue:
    read = read_draft(found.draft)
    said = {(one.sheet, one.cell) for one in found.errors}
    errors = list(found.errors)
    for path, words in read.errors.items():
        cell = found.cells.get(path, CellNote("", "", ""))
        if not cell.cell or (cell.sheet, cell.cell) not in said:
            errors.append(CellNote(cell.sheet, cell.cell, words))
    return render_template(
        "rubrics/import_preview.html",
        committee=committee,
        file_name=file_name,
        draft=found.draft,
        errors=errors,
        notes=found.notes,
        rubric=read.rubric,
        doubts=(problems(read.rubric) + warnings(read.rubric)) if read.rubric else [],
        fields=to_fields(found.draft),
        kinds=KINDS,
        measures=MEASURES,
        action=url_for(".new_rubric", committee_id=committee.id),
    )
