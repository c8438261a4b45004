"""A round as everybody of its committee sees it, and its course."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import until_next_act
from app.accounts.permissions import Permission
from app.checks import quarter_queries
from app.checks.quarter_queries import BranchVisits
from app.foundation.paging import row_id
from app.foundation.places import Place
from app.inspections import queries, review_queries, round_operations, round_queries
from app.inspections.course import COURSE, PANEL_SCORES_OPEN, SHEET_SHOWN, STATE_NAMES, RoundState, closes_work
from app.inspections.forms import ReasonForm
from app.inspections.index_views import blueprint
from app.inspections.models import InspectionRound
from app.inspections.piece_views import drawn_face, piece, unit_under
from app.inspections.progress import Panelist
from app.inspections.round_queries import OpenRound

Counts = Mapping[tuple[int, int], int]
ELSEWHERE = -1
"""In the place of a count: the group was given to others."""


@blueprint.get("/inspections/rounds/<int:round_id>")
@allow(Permission.ROUND_READ, round_queries.open_round)
def round_page(row: OpenRound) -> ResponseReturnValue:
    reader = current()
    after = request.args.get("after", 0, type=row_id)
    found = round_queries.lines(row.id, after)
    lines = found[: queries.PAGE_SIZE]
    last = lines[-1].position if lines else after
    counts = round_queries.mark_counts(row.id, after, last)
    me = next((person for person in row.panel if person.account_id == reader.account_id), None)
    manages = reader.may(Permission.ROUND_MANAGE, row.place)
    return render_template(
        "inspections/round.html",
        row=row,
        lines=_lines(row, lines, counts, me),
        after=last if len(found) > len(lines) else None,
        manages=manages,
        to_mark=_next_sheet(row, me, lines, counts),
        steps=[
            (step.value, row.course.step_name(row.state, step), closes_work(row.course, row.state, step))
            for step in (row.course.steps(row.state) if manages else ())
        ],
        stages=COURSE,
        waited=round_queries.waited_for(row),
        again=_to_look_at_again(row, me),
        visits=_visits(row),
    )


def _visits(row: OpenRound) -> Sequence[BranchVisits]:
    """Who looked at whom and what was found, while the round waits for it."""
    if row.state is not RoundState.VISIT:
        return []
    return until_next_act(
        ("round-visits", row.id),
        lambda: quarter_queries.visits_of_round(row.place.committee_id, row.id, row.quarter),
    )


def _to_look_at_again(row: OpenRound, me: Panelist | None) -> list[Any]:
    """What the review asks the reader to look at once more. Asked for in the review only, when nobody else is waited
    for."""
    if me is None or row.state is not RoundState.REVIEW:
        return []
    every = [decision for found in review_queries.decisions(row.id).values() for decision in found]
    return [decision for decision in every if decision.again and me.may_mark(decision.group_id)]


def _lines(row: OpenRound, lines: Sequence[Any], counts: Counts, me: Panelist | None) -> list[tuple[Markup, Markup]]:
    """The seal and the rest of each line. A line is drawn from its own values alone."""
    reader, total = current(), row.layout.total
    scoring = me is not None and row.state in PANEL_SCORES_OPEN
    everywhere = reader.may(Permission.SHEET_READ, row.place)
    shown = row.state in SHEET_SHOWN

    def place(line: Any) -> Place:
        return Place(row.place.committee_id, line.branch_id, line.group_id)

    return [
        (
            drawn_face(line.face)[1],
            piece(
                "round_line.html",
                sheet_id=line.id,
                name=line.name,
                unit=unit_under(line),
                readable=everywhere or reader.may(Permission.SHEET_READ, place(line)),
                fed_back=shown and reader.may(Permission.FEEDBACK_READ, place(line)),
                raise_at=line.group_id
                if row.state is RoundState.VISIT and reader.may(Permission.FINDING_RAISE, place(line))
                else 0,
                round_id=row.id,
                own=None if line.handed_in else counts.get((line.id, 0), 0),
                self_total=row.layout.self_total,
                marked=tuple(
                    None
                    if line.group_id in person.own
                    else ELSEWHERE
                    if line.group_id in person.barred
                    else counts.get((line.id, person.account_id), 0)
                    for person in row.panel
                ),
                mine=row.panel.index(me) if scoring and me and me.may_mark(line.group_id) else -1,
                total=total,
            ),
        )
        for line in lines
    ]


def _next_sheet(row: OpenRound, me: Panelist | None, lines: Sequence[Any], counts: Counts) -> int | None:
    """The first sheet that the reader has still to finish."""
    if me is None or row.state not in PANEL_SCORES_OPEN:
        return None
    return next(
        (
            line.id
            for line in lines
            if me.may_mark(line.group_id) and counts.get((line.id, me.account_id), 0) < row.layout.total
        ),
        None,
    )


@blueprint.get("/inspections/rounds/<int:round_id>/steps/<to>")
@allow(Permission.ROUND_MANAGE, round_queries.open_round)
def confirm_step(row: OpenRound, to: str) -> ResponseReturnValue:
    """What a step closes and whose work that is, before it is taken."""
    step = next((step for step in row.course.steps(row.state) if step.value == to), None)
    if step is None:
        if to not in set(RoundState):
            abort(404)
        flash(f"本轮督查现在是“{STATE_NAMES[row.state]}”，这一步已经办过或现在不能办。", "warning")
        return redirect(url_for(".round_page", round_id=row.id))
    return _step_page(row, step, ReasonForm())


def _step_page(row: OpenRound, step: RoundState, form: ReasonForm) -> str:
    back = row.course.goes_back(row.state, step)
    return render_template(
        "inspections/step.html",
        row=row,
        step=step,
        back=back,
        form=form,
        name=row.course.step_name(row.state, step),
        stage=COURSE[row.state],
        waited=round_queries.waited_for(row),
        standing=round_queries.standing(row.id, row.layout, row.panel)
        if row.state in (RoundState.SELF_CHECK, RoundState.VISIT, RoundState.SCORING, RoundState.REVIEW)
        else None,
    )


@blueprint.post("/inspections/rounds/<int:round_id>/move")
@allow(Permission.ROUND_MANAGE, queries.inspection_round)
def move_round(row: InspectionRound) -> ResponseReturnValue:
    wanted, form = request.form.get("to", ""), ReasonForm(request.form)
    if wanted not in set(RoundState):
        flash("请从页面上的按钮选下一步。", "warning")
    elif not form.validate():
        return _step_again(row, RoundState(wanted), form)
    else:
        try:
            round_operations.move_round(row, RoundState(wanted), reason=form.reason.data or "", by=current())
        except round_operations.StepHindered as refused:
            flash(refused.message, "warning")
        except round_operations.NoReasonToGoBack as refused:
            form.refuse(refused.message, form.reason)
            return _step_again(row, RoundState(wanted), form)
        else:
            flash(f"已转到“{STATE_NAMES[RoundState(wanted)]}”。")
    return redirect(url_for(".round_page", round_id=row.id))


def _step_again(row: InspectionRound, step: RoundState, form: ReasonForm) -> ResponseReturnValue:
    found = round_queries.open_round(row.id)
    assert found is not None  # noqa: S101 - loaded in the same transaction
    return _step_page(found, step, form), 422
