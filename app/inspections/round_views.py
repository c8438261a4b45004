"""A round: its plan, panel, course, review, publishing and reopening."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.forms import options
from app.foundation.paging import row_id
from app.foundation.periods import Quarter
from app.inspections import desk, mark_queries, publication_operations, queries, result_queries, round_operations
from app.inspections.course import PANEL_SCORES_OPEN, STATE_NAMES, RoundState, ordinary_steps
from app.inspections.forms import PanelForm, PlanForm, ReasonForm, version_of
from app.inspections.models import InspectionRound, PanelMember, Sheet
from app.inspections.slip import assess
from app.inspections.views import blueprint
from app.organisation import queries as organisation
from app.organisation.models import Committee

STEP_LABELS = {
    (RoundState.PLAN, RoundState.SELF_CHECK): "开始自查",
    (RoundState.SELF_CHECK, RoundState.SCORING): "自查结束，开始评分",
    (RoundState.SELF_CHECK, RoundState.PLAN): "退回方案",
    (RoundState.SCORING, RoundState.REVIEW): "评分结束，进入复核",
    (RoundState.SCORING, RoundState.SELF_CHECK): "退回自查",
    (RoundState.REVIEW, RoundState.SCORING): "退回评分",
}


@blueprint.route("/committees/<int:committee_id>/rounds/new", methods=["GET", "POST"])
@allow(Permission.ROUND_MANAGE, organisation.committee)
def new_round(committee: Committee) -> ResponseReturnValue:
    this = Quarter.of(clock.today())
    versions = queries.rubric_versions([committee.id])
    last = this.previous() if clock.today() < this.first + timedelta(days=45) else this
    form = PlanForm(
        request.form,
        title=f"{last.label}督查",
        quarter=str(last),
        self_check_until=last.last + timedelta(days=9),
        scoring_until=last.last + timedelta(days=16),
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


@blueprint.get("/inspections/rounds/<int:round_id>")
@allow(Permission.ROUND_READ, queries.inspection_round)
def round_page(row: InspectionRound) -> ResponseReturnValue:
    reader = current()
    after = request.args.get("after", 0, type=row_id)
    sheets = queries.sheets(row.id, after=after, size=queries.PAGE_SIZE + 1)
    manages = reader.may(Permission.ROUND_MANAGE, row)
    counts = mark_queries.mark_counts(row.id)
    member = next((m for m in row.panel if m.account_id == reader.account_id), None)
    return render_template(
        "inspections/round.html",
        row=row,
        rubric=row.rubric_version.rubric,
        sheets=sheets[: queries.PAGE_SIZE],
        more=len(sheets) > queries.PAGE_SIZE,
        counts=counts,
        manages=manages,
        member=member,
        to_mark=_next_sheet(row, member, sheets, counts),
        steps=[(step.value, STEP_LABELS[row.state, step]) for step in ordinary_steps(row.state)] if manages else [],
        states=list(STATE_NAMES.items()),
        reader=reader,
    )


def _next_sheet(
    row: InspectionRound, member: PanelMember | None, sheets: Sequence[Sheet], counts: Mapping[tuple[int, int], int]
) -> int | None:
    """The first sheet that the reader has still to finish."""
    if member is None or row.state not in PANEL_SCORES_OPEN:
        return None
    total = len(row.rubric_version.rubric.criteria)
    return next(
        (s.id for s in sheets if member.scores(s.group_id) and counts.get((s.id, member.account_id), 0) < total), None
    )


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
    for field in (form.title, form.self_check_until, form.scoring_until, form.appeals_until, form.shows_rank):
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


@blueprint.post("/inspections/rounds/<int:round_id>/move")
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def move_round(row: InspectionRound) -> ResponseReturnValue:
    wanted = request.form.get("to", "")
    if wanted not in set(RoundState):
        flash("请从页面上的按钮选下一步。", "warning")
    else:
        try:
            round_operations.move_round(row, RoundState(wanted), by=current())
        except round_operations.NobodyMarks as refused:
            flash(refused.message, "warning")
        else:
            flash(f"已转到“{STATE_NAMES[RoundState(wanted)]}”。")
    return redirect(url_for(".round_page", round_id=row.id))


@blueprint.get("/inspections/rounds/<int:round_id>/review")
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def review(row: InspectionRound) -> ResponseReturnValue:
    return _review_page(row)


def _review_page(row: InspectionRound, refused: str = "", status: int = 200) -> ResponseReturnValue:
    """Marks of a sheet are shown once all of its panel are in; before that only who is still missing."""
    after = request.args.get("after", 0, type=row_id)
    rubric = row.rubric_version.rubric
    sheets = queries.sheets(row.id, after=after, size=queries.PAGE_SIZE + 1)
    shown = sheets[: queries.PAGE_SIZE]
    records = mark_queries.records(row.panel, shown)
    lines = [(sheet, records[sheet.id], assess(rubric, records[sheet.id])) for sheet in shown]
    page = render_template(
        "inspections/review.html",
        row=row,
        rubric=rubric,
        lines=[
            (sheet, result, desk.all_in(rubric, record), desk.gaps(rubric, result)) for sheet, record, result in lines
        ],
        names={member.account_id: member.name for member in row.panel},
        weaknesses=desk.weaknesses([len(record.panel) for _, record, _ in lines]),
        more=shown[-1].position if len(sheets) > queries.PAGE_SIZE else None,
        refused=refused,
        may_publish=current().may(Permission.ROUND_PUBLISH, row),
    )
    return page, status


@blueprint.post("/inspections/rounds/<int:round_id>/publish")
@allow(Permission.ROUND_PUBLISH, queries.inspection_round)
def publish(row: InspectionRound) -> ResponseReturnValue:
    try:
        head = publication_operations.publish_round(row, by=current())
    except publication_operations.NotYetScored as refused:
        return _review_page(row, refused.message, 422)
    flash(f"{head.title}结果第 {head.number} 版已发布，内容已封存。")
    return redirect(url_for(".committee_results", committee_id=head.committee_id, quarter=head.quarter))


@blueprint.route("/inspections/rounds/<int:round_id>/reopen", methods=["GET", "POST"])
@allow(Permission.ROUND_PUBLISH, queries.inspection_round)
def reopen(row: InspectionRound) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            publication_operations.reopen_round(row, form.reason.data or "", by=current())
        except publication_operations.NoReason as refused:
            form.refuse(refused.message, form.reason)
        else:
            flash("已重新打开。更正后再发布会成为新的一版，原版仍可查看。")
            return redirect(url_for(".review", round_id=row.id))
    status = 422 if request.method == "POST" else 200
    return render_template(
        "inspections/reopen.html", form=form, row=row, versions=result_queries.versions(row.id)
    ), status
