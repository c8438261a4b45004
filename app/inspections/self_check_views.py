"""The group's own sheet: the self check as a whole, and handing it in."""

from collections.abc import Iterable

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.inspections import desk_queries, mark_operations, queries
from app.inspections.course import SELF_SCORES_OPEN, STATE_NAMES
from app.inspections.desk_queries import Marked, OpenSheet
from app.inspections.index_views import blueprint
from app.inspections.models import Sheet
from app.inspections.slip import SELF, MarkLine, Record, assess_self


@blueprint.get("/inspections/sheets/<int:sheet_id>")
@allow(Permission.SHEET_READ, desk_queries.open_sheet)
def self_check(sheet: OpenSheet) -> ResponseReturnValue:
    """The self check as a whole. Panel marks are not shown here: the group reads them on its slip once published."""
    marks = {mark.code: mark for mark in desk_queries.self_check(sheet.id)}
    still_open = [code for code in sheet.layout.codes if code not in marks]
    return render_template(
        "inspections/sheet.html",
        sheet=sheet,
        marks=marks,
        still_open=still_open,
        total=None if still_open else _total(sheet, marks.values()),
        may_write=sheet.state in SELF_SCORES_OPEN and current().may(Permission.SHEET_SELF_CHECK, sheet.place),
        state_name=STATE_NAMES[sheet.state],
        address=f"{url_for('.index')}/sheets/{sheet.id}/self/",
    )


def _total(sheet: OpenSheet, marks: Iterable[Marked]) -> int | None:
    lines = tuple(MarkLine(mark.code, SELF, mark.author, "", mark.points) for mark in marks)
    return assess_self(sheet.layout.rubric, Record({}, self_marks=lines)).hundredths


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
