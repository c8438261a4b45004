"""The plan of a round and its panel."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.forms import options
from app.foundation.periods import Quarter
from app.inspections import queries, round_operations
from app.inspections.course import RoundState
from app.inspections.forms import PanelForm, PlanForm, version_of
from app.inspections.index_views import blueprint
from app.inspections.models import InspectionRound
from app.organisation import queries as organisation
from app.organisation.models import Committee


@blueprint.route("/committees/<int:committee_id>/rounds/new", methods=["GET", "POST"])
@allow(Permission.ROUND_MANAGE, organisation.committee)
def new_round(committee: Committee) -> ResponseReturnValue:
    this = Quarter.of(clock.today())
    versions = queries.rubric_versions([committee.id])
    last = this.previous() if clock.today() < this.first + timedelta(days=45) else this
    coming = (quarter for quarter in (this.previous(), this, this.next()) if quarter >= last)
    last = next((quarter for quarter in coming if queries.round_of(committee.id, quarter) is None), last)
    form = PlanForm(
        request.form,
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
    candidates = queries.panel_candidates(row.committee_id, clock.today())
    form = PanelForm(
        request.form if request.method == "POST" else None, members=[member.account_id for member in row.panel]
    )
    form.members.choices = options((c.id, f"{c.name}（{c.login}）") for c in candidates)
    if request.method == "POST" and form.validate():
        try:
            round_operations.choose_panel(row, form.members.data or [], by=current())
        except round_operations.PlanRefused as refused:
            form.refuse(refused.message, form.members)
        else:
            flash(f"评委已定，共 {len(row.panel)} 人。")
            return redirect(url_for(".round_page", round_id=row.id))
    status = 422 if request.method == "POST" else 200
    return render_template("inspections/panel.html", form=form, row=row, candidates=candidates), status
