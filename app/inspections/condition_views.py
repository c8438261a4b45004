"""Gates, vetoes and bonus points of a sheet."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation.forms import options
from app.inspections import mark_operations, mark_queries, queries
from app.inspections.course import PANEL_SCORES_OPEN
from app.inspections.desk_views import panel_only
from app.inspections.forms import BonusForm
from app.inspections.index_views import blueprint
from app.inspections.marking import MarkRefused
from app.inspections.models import Bonus, Sheet
from app.rubrics.rubric import points_text


@blueprint.route("/inspections/sheets/<int:sheet_id>/conditions", methods=["GET", "POST"])
@allow(Permission.SHEET_SCORE, queries.sheet)
def conditions(sheet: Sheet) -> ResponseReturnValue:
    panel_only(sheet)
    errors = _answer_all(sheet) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        flash("必备条件与一票否决已保存。")
        return redirect(url_for(".conditions", sheet_id=sheet.id))
    return _conditions_page(sheet, BonusForm(), errors), 422 if errors else 200


def _answer_all(sheet: Sheet) -> dict[str, str]:
    """Saves what was answered; a condition left open stays open, unless all that is left was said to be in order.

    Messages by code for what could not be taken.
    """
    errors = {}
    rubric = sheet.rubric
    vetoes = {veto.code for veto in rubric.vetoes}
    answered = {check.code for check in mark_queries.records(sheet.round.panel, [sheet])[sheet.id].checks}
    for condition in rubric.conditions:
        answer = request.form.get(f"holds-{condition.code}")
        if answer not in ("yes", "no"):
            if "rest" not in request.form or condition.code in answered:
                continue
            answer = "no" if condition.code in vetoes else "yes"
        try:
            mark_operations.answer_condition(
                sheet,
                condition.code,
                request.form.get(f"reason-{condition.code}", ""),
                holds=answer == "yes",
                by=current(),
            )
        except MarkRefused as refused:
            errors[condition.code] = refused.message
    return errors


def _conditions_page(sheet: Sheet, form: BonusForm, errors: dict[str, str]) -> str:
    rubric = sheet.rubric
    record = mark_queries.records(sheet.round.panel, [sheet])[sheet.id]
    form.level.choices = options((b.code, f"{b.label}，加 {points_text(b.points)} 分") for b in rubric.bonus_levels)
    return render_template(
        "inspections/conditions.html",
        sheet=sheet,
        rubric=rubric,
        record=record,
        answers={check.code: check for check in record.checks},
        unanswered=len(rubric.conditions) - len(record.checks),
        typed=request.form,
        errors=errors,
        form=form,
        open_now=sheet.round.state in PANEL_SCORES_OPEN,
    )


@blueprint.post("/inspections/sheets/<int:sheet_id>/bonus")
@allow(Permission.SHEET_SCORE, queries.sheet)
def add_bonus(sheet: Sheet) -> ResponseReturnValue:
    panel_only(sheet)
    form = BonusForm(request.form)
    rubric = sheet.rubric
    form.level.choices = options((b.code, b.label) for b in rubric.bonus_levels)
    if form.validate():
        try:
            mark_operations.add_bonus(sheet, form.level.data, form.honour.data or "", by=current())
        except MarkRefused as refused:
            form.refuse(refused.message, form[refused.field])
        else:
            flash("加分已记入。")
            return redirect(url_for(".conditions", sheet_id=sheet.id))
    return _conditions_page(sheet, form, {}), 422


@blueprint.post("/inspections/bonuses/<int:bonus_id>/withdraw")
@allow(Permission.SHEET_SCORE, mark_queries.bonus)
def withdraw_bonus(bonus: Bonus) -> ResponseReturnValue:
    panel_only(bonus.sheet)
    mark_operations.withdraw_bonus(bonus, by=current())
    flash("这一条加分已撤销。")
    return redirect(url_for(".conditions", sheet_id=bonus.sheet_id))
