"""The group's own sheet: the self check as a whole, and handing it in."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.inspections import mark_operations, mark_queries, queries
from app.inspections.course import SELF_SCORES_OPEN
from app.inspections.index_views import blueprint
from app.inspections.models import Sheet
from app.inspections.slip import assess_self


@blueprint.get("/inspections/sheets/<int:sheet_id>")
@allow(Permission.SHEET_READ, queries.sheet)
def self_check(sheet: Sheet) -> ResponseReturnValue:
    """The self check as a whole. Panel marks are not shown here: the group reads them on its slip once published."""
    rubric = sheet.round.rubric_version.rubric
    record = mark_queries.records([], [sheet])[sheet.id]
    return render_template(
        "inspections/sheet.html",
        sheet=sheet,
        rubric=rubric,
        result=assess_self(rubric, record),
        lines={line.code: line for line in record.self_marks},
        open_now=sheet.round.state in SELF_SCORES_OPEN,
        may_write=current().may(Permission.SHEET_SELF_CHECK, sheet),
    )


@blueprint.post("/inspections/sheets/<int:sheet_id>/hand-in")
@allow(Permission.SHEET_SELF_CHECK, queries.sheet)
def hand_in(sheet: Sheet) -> ResponseReturnValue:
    try:
        mark_operations.hand_in_self_check(sheet, by=current())
    except mark_operations.SelfCheckIncomplete as refused:
        flash(refused.message, "warning")
    else:
        flash("自查已提交。自查截止前还可以改，改后要再提交一次。")
    return redirect(url_for(".self_check", sheet_id=sheet.id))
