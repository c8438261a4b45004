"""The review of a round, its publication and its reopening."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.paging import row_id
from app.inspections import desk, mark_queries, publication_operations, queries, result_queries, round_queries
from app.inspections.course import PANEL_SCORES_OPEN, RoundState
from app.inspections.forms import ReasonForm
from app.inspections.index_views import blueprint
from app.inspections.layout import Layout, laid_out
from app.inspections.models import InspectionRound, Sheet
from app.inspections.progress import Panelist
from app.inspections.rubric import Rubric
from app.inspections.scoring import Result
from app.inspections.slip import Record, assess


@blueprint.get("/inspections/rounds/<int:round_id>/review")
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def review(row: InspectionRound) -> ResponseReturnValue:
    return _review_page(row)


def _review_page(row: InspectionRound, refused: str = "", status: int = 200) -> ResponseReturnValue:
    """Marks of a sheet are shown once all of its panel are in; before that only who is still missing."""
    after = request.args.get("after", 0, type=row_id)
    layout = laid_out(json.dumps(row.rubric_version.content))
    sheets = queries.sheets(row.id, after=after, size=queries.PAGE_SIZE + 1)
    shown = sheets[: queries.PAGE_SIZE]
    records = mark_queries.records(row.panel, shown)
    lines = [_line(sheet, layout.rubric, records[sheet.id]) for sheet in shown]
    may_publish = row.state is RoundState.REVIEW and current().may(Permission.ROUND_PUBLISH, row)
    still_open: Sequence[str] = [line.sheet.name for line in lines if line.result.total is None]
    if may_publish and (after or len(sheets) > len(shown)):
        still_open = _still_open(row, layout)
    page = render_template(
        "inspections/review.html",
        row=row,
        total=layout.total,
        conditions=len(layout.rubric.conditions),
        lines=lines,
        names={member.account_id: member.name for member in row.panel},
        me=current().account_id,
        still_open=still_open,
        weaknesses=desk.weaknesses([len(record.panel) for record in records.values()]),
        more=shown[-1].position if len(sheets) > queries.PAGE_SIZE else None,
        refused=refused,
        may_publish=may_publish,
        runs_until=row.quarter.last if row.quarter.last >= clock.today() else None,
    )
    return page, status


def _still_open(row: InspectionRound, layout: Layout) -> Sequence[str]:
    """Over all pages of a large round."""
    panel = [Panelist(member.account_id, member.name, frozenset(member.conflicts)) for member in row.panel]
    return round_queries.standing(row.id, layout, panel).open


@dataclass(frozen=True)
class Reviewed:
    """A sheet under review. `mends`: the reader marks it, so what is open there leads to the desk."""

    sheet: Sheet
    result: Result
    gaps: desk.Gaps
    revealed: bool
    mends: bool


def _line(sheet: Sheet, rubric: Rubric, record: Record) -> Reviewed:
    result = assess(rubric, record)
    mends = current().account_id in record.panel and sheet.round.state in PANEL_SCORES_OPEN
    return Reviewed(sheet, result, desk.gaps(rubric, result), desk.all_in(rubric, record), mends)


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
