"""The review of a round, what it decides, its publication and its reopening."""

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import until_next_act
from app.accounts.permissions import Permission
from app.checks import quarter_queries
from app.checks.quarter_queries import RoundFinding
from app.foundation import clock
from app.foundation.paging import row_id
from app.inspections import (
    desk,
    mark_queries,
    panel_design,
    publication_operations,
    queries,
    result_queries,
    review,
    review_operations,
    review_queries,
    round_queries,
)
from app.inspections.conflict_queries import is_own_group
from app.inspections.course import PANEL_SCORES_OPEN, STATE_NAMES, RoundState
from app.inspections.forms import ReasonForm
from app.inspections.hearing_forms import ReviewForm
from app.inspections.index_views import blueprint
from app.inspections.mark_operations import NoSuchCriterion
from app.inspections.marking import MarkRefused
from app.inspections.models import InspectionRound, Sheet
from app.inspections.panel_design import Design, Scorer
from app.inspections.piece_views import drawn_face, piece, unit_under
from app.inspections.review import Reviewed, read_sheet
from app.inspections.round_queries import OpenRound
from app.inspections.slip import marks_in


@blueprint.get("/inspections/rounds/<int:round_id>/review", endpoint="review")
@allow(Permission.ROUND_MANAGE, round_queries.open_round)
def review_page(row: OpenRound) -> ResponseReturnValue:
    return _review_page(row)


def _review_page(row: OpenRound, refused: str = "", status: int = 200) -> ResponseReturnValue:
    """Marks of a sheet are shown once all of its panel are in; before that only who is still missing."""
    after = request.args.get("after", 0, type=row_id)
    found = review_queries.sheets(row.id, after)
    shown, more = found[: queries.PAGE_SIZE], len(found) > queries.PAGE_SIZE
    sheets = [(line, _read(row, line)) for line in shown]
    may_publish = row.course.onward(row.state) is RoundState.PUBLISHED and current().may(
        Permission.ROUND_PUBLISH, row.place
    )
    still_open: Sequence[str] = [line.name for line, sheet in sheets if sheet.result.total is None]
    if may_publish and (after or more):
        still_open = round_queries.standing(row.id, row.layout, row.panel).open
    page = render_template(
        "inspections/review.html",
        row=row,
        state_name=STATE_NAMES[row.state],
        lines=_lines(row, sheets),
        found=_findings(row),
        totals=_totals(sheets, whole=not (after or more)),
        still_open=still_open,
        weak=() if more or after else _weak(row, shown),
        more=shown[-1].position if more else None,
        refused=refused,
        may_publish=may_publish,
        runs_until=row.quarter.last if row.quarter.last >= clock.today() else None,
    )
    return page, status


def _read(row: OpenRound, line: Any) -> Reviewed:
    markers = frozenset(person.account_id for person in row.panel if line.group_id not in person.barred)
    return read_sheet(row.layout.of_branch(line.branch_id), markers, line.given, line.answers, line.bonuses)


def _findings(row: OpenRound) -> dict[int, list[RoundFinding]]:
    """What was found on the spot and at the mutual checks of the quarter, by group."""
    every = until_next_act(
        ("round-findings", row.id),
        lambda: quarter_queries.findings_of_round(row.place.committee_id, row.id, row.quarter),
    )
    return {group: list(lines) for group, lines in groupby(every, key=attrgetter("group_id"))}


def _lines(row: OpenRound, sheets: Sequence[tuple[Any, Reviewed]]) -> list[tuple[int, int, str, Markup, Markup]]:
    """Sheet, group, hue, seal and the rest of each sheet. A sheet is drawn from its own values alone, and so only once."""
    me, marking = current().account_id, row.state in PANEL_SCORES_OPEN
    decisions = review_queries.decisions(row.id)
    names = tuple((person.account_id, person.name) for person in row.panel)
    return [
        (
            line.id,
            line.group_id,
            *drawn_face(line.face),
            piece(
                "review_sheet.html",
                _named,
                sheet=sheet,
                sheet_id=line.id,
                name=line.name,
                unit=unit_under(line),
                names=names,
                me=me,
                mends=marking and any(p.account_id == me and p.may_mark(line.group_id) for p in row.panel),
                within=tuple(code for code in line.within.split(";") if code),
                decides=marking,
                decided=tuple((d.code, d.again, d.reason, d.author) for d in decisions.get(line.id, ())),
                layout=row.layout,
            ),
        )
        for line, sheet in sheets
    ]


def _named(*, names: tuple[tuple[int, str], ...], decided: Sequence[tuple[str, bool, str, str]], **_: object) -> Any:
    return {"name_of": dict(names), "decision_on": {code: rest for code, *rest in decided}}


def _totals(sheets: Sequence[tuple[Any, Reviewed]], *, whole: bool) -> Markup | None:
    """All groups of a page in one table; the second column only for a round that stands on one page: from a part of
    the groups leniency cannot be told."""
    second = review.second_totals(tuple((line.group_id, sheet) for line, sheet in sheets)) if whole else None
    return piece(
        "review_totals.html",
        rows=tuple((line.name, sheet, second.get(line.group_id) if second else None) for line, sheet in sheets),
        second=second is not None,
    )


def _weak(row: OpenRound, lines: Sequence[Any]) -> tuple[str, ...]:
    groups = tuple((line.group_id, line.name) for line in lines)
    ids = frozenset(group for group, _ in groups)
    people = tuple(Scorer(p.name, ids - p.barred, p.own) for p in row.panel)
    return panel_design.judge(Design(groups, people)).weak


# ---------------------------------------------------------------- what the review decides


@blueprint.route("/inspections/sheets/<int:sheet_id>/review/<code>", methods=["GET", "POST"])
@allow(Permission.ROUND_MANAGE, queries.sheet)
def decide_review(sheet: Sheet, code: str) -> ResponseReturnValue:
    row = sheet.round
    criterion = sheet.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    before = review_queries.current_decision(sheet.id, code)
    stands = {"again": "yes" if before.again else "no", "reason": before.reason} if before else {}
    form = ReviewForm(request.form if request.method == "POST" else None, data=stands)
    if request.method == "POST" and form.validate():
        try:
            review_operations.decide_review(
                sheet, code, form.reason.data or "", again=form.again.data == "yes", by=current()
            )
        except MarkRefused as refused:
            form.refuse(refused.message, form.reason)
        else:
            flash(f"{sheet.name} {code} 的复核决定已经记下。")
            return redirect(url_for(".review", round_id=row.id, _anchor=f"sheet-{sheet.id}"))
    slip, record, _ = mark_queries.open_slip(sheet)
    revealed = desk.all_in(sheet.rubric, record)
    page = render_template(
        "inspections/decide_review.html",
        sheet=sheet,
        row=row,
        criterion=criterion,
        lines=marks_in(slip, code) if revealed else [],
        revealed=revealed,
        before=before,
        form=form,
        open_now=row.state in PANEL_SCORES_OPEN,
        own=is_own_group(current().account_id, sheet),
    )
    return page, 422 if request.method == "POST" else 200


# ---------------------------------------------------------------- publishing


@blueprint.post("/inspections/rounds/<int:round_id>/publish")
@allow(Permission.ROUND_PUBLISH, queries.inspection_round)
def publish(row: InspectionRound) -> ResponseReturnValue:
    try:
        head = publication_operations.publish_round(row, by=current())
    except (publication_operations.NotYetScored, publication_operations.UndecidedAppeals) as refused:
        opened = round_queries.open_round(row.id)
        assert opened is not None  # noqa: S101 - loaded in the same transaction
        return _review_page(opened, refused.message, 422)
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
