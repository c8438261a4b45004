"""反馈 and 申诉: the group's own sheet before publication, its answer and appeals, and the committee's decisions."""

from fractions import Fraction

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.forms import options
from app.inspections import evidence_queries, hearing_operations, hearing_queries, mark_queries, queries
from app.inspections.course import HEARING, SHEET_SHOWN, RoundState
from app.inspections.hearing import window_words
from app.inspections.hearing_forms import AnswerForm, AppealForm, DecisionForm
from app.inspections.hearing_models import Appeal, AppealOutcome
from app.inspections.index_views import blueprint
from app.inspections.mark_operations import NoSuchCriterion
from app.inspections.marking import MarkRefused
from app.inspections.models import InspectionRound, Sheet
from app.inspections.scoring import Result
from app.inspections.slip import marks_in


@blueprint.get("/inspections/sheets/<int:sheet_id>/feedback")
@allow(Permission.FEEDBACK_READ, queries.sheet)
def feedback(sheet: Sheet) -> ResponseReturnValue:
    return _feedback_page(sheet, AnswerForm())


def _feedback_page(sheet: Sheet, form: AnswerForm) -> str:
    """What the group got, point by point, while it may still answer; nothing before that, and the slip after it."""
    row = sheet.round
    shown = row.state in SHEET_SHOWN
    slip = answer = None
    if shown:
        slip, _, _ = mark_queries.open_slip(sheet)
        answer = hearing_queries.current_answer(sheet.id)
    window = window_words(row.appeals_until, clock.today()) if row.state is RoundState.APPEAL else ""
    writes = current().may(Permission.FEEDBACK_WRITE, sheet)
    return render_template(
        "inspections/feedback.html",
        sheet=sheet,
        row=row,
        slip=slip,
        answer=answer,
        appeals={appeal.code: appeal for appeal in hearing_queries.appeals_of_sheet(sheet.id)} if shown else {},
        may_answer=writes and row.state in HEARING,
        may_appeal=writes and bool(window),
        may_withdraw=writes and row.state is RoundState.APPEAL,
        window=window,
        form=form,
    )


@blueprint.post("/inspections/sheets/<int:sheet_id>/feedback")
@allow(Permission.FEEDBACK_WRITE, queries.sheet)
def answer_sheet(sheet: Sheet) -> ResponseReturnValue:
    form = AnswerForm(request.form)
    if not form.validate():
        return _feedback_page(sheet, form), 422
    hearing_operations.answer_sheet(sheet, form.words.data or "", by=current())
    flash("已经告诉党委：本组看过了。")
    return redirect(url_for(".feedback", sheet_id=sheet.id))


@blueprint.route("/inspections/sheets/<int:sheet_id>/appeals/<code>", methods=["GET", "POST"])
@allow(Permission.FEEDBACK_WRITE, queries.sheet)
def appeal(sheet: Sheet, code: str) -> ResponseReturnValue:
    criterion = sheet.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    form = AppealForm(request.form if request.method == "POST" else None)
    found = evidence_queries.evidence(sheet.group_id, sheet.round.quarter)
    form.evidence.choices = options(
        (f"{item.kind}:{item.id}", f"{item.held_on[5:]} {item.title or item.detail or '照片'}") for item in found
    )
    if request.method == "POST" and form.validate():
        try:
            hearing_operations.make_appeal(
                sheet, code, form.reason.data or "", form.evidence.data or [], by=current()
            )  # fmt: skip
        except MarkRefused as refused:
            form.refuse(refused.message, form[refused.field])
        else:
            flash(f"{code} 的申诉已经提交，党委会逐条答复。")
            return redirect(url_for(".feedback", sheet_id=sheet.id))
    slip, _, result = mark_queries.open_slip(sheet) if sheet.round.state in SHEET_SHOWN else (None, None, None)
    page = render_template(
        "inspections/appeal.html",
        sheet=sheet,
        row=sheet.round,
        criterion=criterion,
        form=form,
        lines=marks_in(slip, code) if slip else [],
        points=_points(result, code) if result else None,
        window=window_words(sheet.round.appeals_until, clock.today()) if sheet.round.state is RoundState.APPEAL else "",
    )
    return page, 422 if request.method == "POST" else 200


def _points(result: Result, code: str) -> Fraction | None:
    return next(item.points for item in result.criteria if item.code == code)


@blueprint.post("/inspections/sheets/<int:sheet_id>/feedback/withdraw")
@allow(Permission.FEEDBACK_WRITE, queries.sheet)
def withdraw_answer(sheet: Sheet) -> ResponseReturnValue:
    hearing_operations.withdraw_answer(sheet, by=current())
    flash("回的话已经收回，请再看一遍，回了话才算看过。")
    return redirect(url_for(".feedback", sheet_id=sheet.id))


@blueprint.post("/inspections/appeals/<int:appeal_id>/withdraw")
@allow(Permission.FEEDBACK_WRITE, hearing_queries.appeal)
def withdraw_appeal(found: Appeal) -> ResponseReturnValue:
    hearing_operations.withdraw_appeal(found, by=current())
    flash(f"{found.code} 的申诉已经撤回。")
    return redirect(url_for(".feedback", sheet_id=found.sheet_id))


@blueprint.get("/inspections/rounds/<int:round_id>/appeals")
@allow(Permission.APPEAL_DECIDE, queries.inspection_round)
def appeals(row: InspectionRound) -> ResponseReturnValue:
    return render_template("inspections/appeals.html", row=row, appeals=hearing_queries.appeals(row.id))


@blueprint.route("/inspections/appeals/<int:appeal_id>", methods=["GET", "POST"])
@allow(Permission.APPEAL_DECIDE, hearing_queries.appeal)
def decide_appeal(found: Appeal) -> ResponseReturnValue:
    form = DecisionForm(request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            hearing_operations.decide_appeal(
                found,
                AppealOutcome(form.outcome.data),
                form.decision.data or "",
                form.corrected(),
                not_applicable=bool(form.not_applicable.data),
                by=current(),
            )
        except MarkRefused as refused:
            form.refuse(refused.message, form[refused.field])
        else:
            flash("决定已经记下，党小组马上能看到。")
            return redirect(url_for(".appeals", round_id=found.sheet.round_id))
    row = found.sheet.round
    criterion = found.sheet.rubric.criterion(found.code)
    if criterion is None:
        abort(404)
    slip, _, result = mark_queries.open_slip(found.sheet)
    page = render_template(
        "inspections/decide_appeal.html",
        appeal=found,
        sheet=found.sheet,
        row=row,
        criterion=criterion,
        lines=marks_in(slip, found.code),
        points=_points(result, found.code),
        form=form,
        open_now=row.state is RoundState.APPEAL and found.outcome is None,
    )
    return page, 422 if request.method == "POST" else 200
