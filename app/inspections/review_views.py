"""The review of a round, its publication and its reopening."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation.paging import row_id
from app.inspections import desk, mark_queries, publication_operations, queries, result_queries
from app.inspections.forms import ReasonForm
from app.inspections.index_views import blueprint
from app.inspections.models import InspectionRound
from app.inspections.slip import assess


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
