"""A round: its plan, panel, course, review, publishing and reopening."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation.paging import row_id
from app.inspections import mark_queries, queries, round_operations
from app.inspections.course import PANEL_SCORES_OPEN, STATE_NAMES, RoundState, ordinary_steps
from app.inspections.index_views import blueprint
from app.inspections.models import InspectionRound, PanelMember, Sheet

STEP_LABELS = {
    (RoundState.PLAN, RoundState.SELF_CHECK): "开始自查",
    (RoundState.SELF_CHECK, RoundState.SCORING): "自查结束，开始评分",
    (RoundState.SELF_CHECK, RoundState.PLAN): "退回方案",
    (RoundState.SCORING, RoundState.REVIEW): "评分结束，进入复核",
    (RoundState.SCORING, RoundState.SELF_CHECK): "退回自查",
    (RoundState.REVIEW, RoundState.SCORING): "退回评分",
}


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
