"""The plan of a round and its panel."""

import re
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import ROLE_LABELS
from app.foundation import clock
from app.foundation.forms import options, version_of
from app.foundation.periods import Quarter
from app.inspections import panel_design, panel_operations, queries, round_operations
from app.inspections.course import PANEL_MAY_CHANGE, RoundState
from app.inspections.forms import PanelForm, PlanForm
from app.inspections.index_views import blueprint
from app.inspections.models import InspectionRound
from app.organisation import queries as organisation
from app.organisation.models import Committee
from app.rubrics.operations import RubricUnsound
from app.rubrics.queries import rubric_versions

MOST_SHARED_BY_HAND = 60
DIGITS = re.compile(r"[0-9]{1,9}")


@blueprint.route("/committees/<int:committee_id>/rounds/new", methods=["GET", "POST"])
@allow(Permission.ROUND_MANAGE, organisation.committee)
def new_round(committee: Committee) -> ResponseReturnValue:
    this = Quarter.of(clock.today())
    versions = rubric_versions([committee.id])
    last = this.previous() if clock.today() < this.first + timedelta(days=45) else this
    coming = (quarter for quarter in (this.previous(), this, this.next()) if quarter >= last)
    last = next((quarter for quarter in coming if queries.round_of(committee.id, quarter) is None), last)
    form = PlanForm(
        request.form if request.method == "POST" else None,  # an empty form would untick the steps
        title=f"{last.label}督查",
        quarter=str(last),
        stages=[RoundState.SELF_CHECK, RoundState.FEEDBACK, RoundState.APPEAL],
        self_check_until=last.last + timedelta(days=9),
        visits_until=last.last + timedelta(days=12),
        scoring_until=last.last + timedelta(days=16),
        feedback_until=last.last + timedelta(days=21),
        appeals_until=last.last + timedelta(days=26),
    )
    form.quarter.choices = options((str(q), q.label) for q in (this.next(), this, this.previous(), this.shift(-2)))
    form.rubric.choices = options((row.id, row.label) for row in versions)
    if request.method == "POST" and form.validate():
        rubric = next(row for row in versions if row.id == form.rubric.data)
        try:
            row = round_operations.plan_round(
                committee, Quarter.parse(form.quarter.data), rubric, form.plan(), by=current()
            )
        except round_operations.PlanRefused as refused:
            form.refuse(refused.message, form[refused.field])
        except RubricUnsound as refused:
            form.refuse(refused.message, form.rubric)
        except round_operations.RoundExists as refused:
            form.refuse(refused.message, form.quarter)
        else:
            flash("方案已建好，接着选评委。")
            return redirect(url_for(".panel", round_id=row.id))
    status = 422 if request.method == "POST" else 200
    return render_template("inspections/plan.html", form=form, committee=committee, row=None, versions=versions), status


@blueprint.route("/inspections/rounds/<int:round_id>/change", methods=["GET", "POST"])
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def change_round(row: InspectionRound) -> ResponseReturnValue:
    form = PlanForm(
        request.form if request.method == "POST" else None, obj=row, quarter=str(row.quarter), rubric=row.rubric_id
    )
    form.quarter.choices = options([(str(row.quarter), row.quarter.label)])
    form.rubric.choices = options([(row.rubric_id, row.rubric_version.label)])
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                round_operations.change_plan(row, form.plan(), seen=version_of(form.version), by=current())
            except round_operations.PlanRefused as refused:
                form.refuse(refused.message, form[refused.field])
            except round_operations.RoundOvertaken as refused:
                form.refuse(refused.message)
                _show_theirs(form, row)
                status = 409
            else:
                flash("方案已保存。")
                return redirect(url_for(".round_page", round_id=row.id))
    return render_template("inspections/plan.html", form=form, committee=None, row=row, versions=[]), status


def _show_theirs(form: PlanForm, row: InspectionRound) -> None:
    """Beside each answer that differs stands what somebody else saved meanwhile; saving again keeps one's own."""
    dates = (form.self_check_until, form.visits_until, form.scoring_until, form.feedback_until, form.appeals_until)
    for field in (form.title, *dates, form.shows_rank):
        saved = getattr(row, field.name)
        if field.data != saved:
            words = {True: "勾选", False: "不勾选"}.get(saved, saved)
            form.refuse(f"别人存的是“{words}”。要用它请改过来；直接再保存就用您的。", field)
    form.version.data = str(row.version)


@blueprint.route("/inspections/rounds/<int:round_id>/panel", methods=["GET", "POST"])
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def panel(row: InspectionRound) -> ResponseReturnValue:
    form = _panel_form(row, request.form if request.method == "POST" else None)
    if request.method == "POST" and form.validate():
        try:
            round_operations.choose_panel(row, form.members.data or [], by=current())
        except round_operations.PlanRefused as refused:
            form.refuse(refused.message, form.members)
        else:
            flash(f"评委已定，共 {len(row.panel)} 人。")
            return redirect(url_for(".panel", round_id=row.id, _anchor="design"))
    return _panel_page(row, form), 422 if request.method == "POST" else 200


def _panel_form(row: InspectionRound, sent: MultiDict[str, str] | None) -> PanelForm:
    form = PanelForm(sent, members=[member.account_id for member in row.panel])
    form.members.choices = options(
        (c.id, f"{c.name}{_posts(c.roles)}（{c.login}）")
        for c in queries.panel_candidates(row.committee_id, clock.today())
    )
    return form


def _posts(roles: str) -> str:
    held = set(roles.split(","))
    return "".join(f"，{label}" for role, label in ROLE_LABELS.items() if role.value in held)


def _panel_page(row: InspectionRound, form: PanelForm, refused: str = "") -> str:
    """Who sits on the panel, who of it scores whom, and what that is worth before anybody starts."""
    sheets = queries.sheets(row.id)
    return render_template(
        "inspections/panel.html",
        form=form,
        row=row,
        sheets=sheets if len(sheets) <= MOST_SHARED_BY_HAND else [],
        judgement=panel_design.judge(panel_operations.design_of(row, sheets)),
        may_change=row.state in PANEL_MAY_CHANGE,
        most=min(len(row.panel), 4),
        refused=refused,
    )


@blueprint.post("/inspections/rounds/<int:round_id>/division")
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def divide_panel(row: InspectionRound) -> ResponseReturnValue:
    each = request.form.get("each", "")
    given = {
        member.account_id: {
            int(group) for group in request.form.getlist(f"scores-{member.account_id}") if DIGITS.fullmatch(group)
        }
        for member in row.panel
    }
    try:
        if DIGITS.fullmatch(each):
            panel_operations.share_evenly(row, int(each), by=current())
        else:
            panel_operations.divide_panel(row, given, by=current())
    except round_operations.PlanRefused as refused:
        return _panel_page(row, _panel_form(row, None), refused.message), 422
    flash("分工已经记下。")
    return redirect(url_for(".panel", round_id=row.id, _anchor="design"))
