"""The group's own sheet: the self check as a whole, and handing it in."""

from collections.abc import Iterable, Mapping

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.inspections import desk, desk_queries, mark_operations, queries
from app.inspections.course import PANEL_SCORES_OPEN, SELF_SCORES_OPEN, STATE_NAMES
from app.inspections.desk import SystemView
from app.inspections.desk_queries import Marked, OpenSheet
from app.inspections.desk_views import own_codes
from app.inspections.index_views import blueprint
from app.inspections.models import Sheet
from app.inspections.scoring import ONE_VOICE
from app.inspections.slip import SELF, MarkLine, Record, assess_self
from app.rubrics.rubric import Criterion


@blueprint.get("/inspections/sheets/<int:sheet_id>")
@allow(Permission.SHEET_READ, desk_queries.open_sheet)
def self_check(sheet: OpenSheet) -> ResponseReturnValue:
    """The self check as a whole. Panel marks are not shown here: the group reads them on its slip once published."""
    marks = {mark.code: mark for mark in desk_queries.self_check(sheet.id)}
    measured = _measured(sheet)
    still_open = [code for code in sheet.layout.codes if code not in marks and code not in sheet.layout.measured_codes]
    return render_template(
        "inspections/sheet.html",
        sheet=sheet,
        marks=marks,
        still_open=still_open,
        measured=measured,
        total=None if still_open else _total(sheet, marks.values(), measured),
        to_score=[] if sheet.state not in PANEL_SCORES_OPEN else _alone(sheet),
        may_write=sheet.state in SELF_SCORES_OPEN and current().may(Permission.SHEET_SELF_CHECK, sheet.place),
        state_name=STATE_NAMES[sheet.state],
        address=f"{url_for('.index')}/sheets/{sheet.id}/self/",
    )


def _measured(sheet: OpenSheet) -> dict[str, SystemView]:
    """What the records say of what the system measures; what the panel put in its place stays theirs until published."""
    if not sheet.layout.measured_codes:
        return {}
    found = {mark.code: desk.system_view(mark) for mark in desk_queries.one_voice_marks(sheet.id)}
    return {code: view for code, view in found.items() if view is not None and code in sheet.layout.measured_codes}


def _alone(sheet: OpenSheet) -> list[Criterion]:
    """What the reader scores for the committee or the branch, and has no other way to."""
    return [sheet.layout.criteria[code] for code in own_codes(sheet) if sheet.layout.criteria[code].one_voice]


def _total(sheet: OpenSheet, marks: Iterable[Marked], measured: Mapping[str, SystemView]) -> int | None:
    lines = tuple(MarkLine(mark.code, SELF, mark.author, "", mark.points) for mark in marks)
    system = tuple(MarkLine(code, ONE_VOICE, "", "", view.exact) for code, view in measured.items())
    return assess_self(sheet.layout.rubric, Record({}, system, lines)).hundredths


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
