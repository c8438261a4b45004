"""The grid: values of a branch's groups, months across. Each row is saved by itself where a script runs; without one the
whole grid is one form."""

from collections.abc import Mapping
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.paging import Page, row_id
from app.foundation.periods import Month
from app.indicators import figure_queries, queries, value_operations
from app.indicators.figure_queries import GroupFigures
from app.indicators.figures import figure_text
from app.indicators.forms import Sent, cell_name, sent_cells
from app.indicators.index_views import blueprint, told_quarter
from app.indicators.models import IndicatorValue
from app.indicators.queries import BranchYear, Face
from app.indicators.value_operations import MOST_CELLS, CellsRefused, Problem, TooManyCells

Spot = tuple[str, Month]


@blueprint.get("/indicators/branches/<int:branch_id>/grid/<int:year>")
@allow(Permission.INDICATOR_ENTER, queries.branch_year)
def grid(branch: BranchYear) -> ResponseReturnValue:
    return _page(branch, Sent(), {})


@blueprint.post("/indicators/branches/<int:branch_id>/grid/<int:year>")
@allow(Permission.INDICATOR_ENTER, queries.branch_year)
def save_grid(branch: BranchYear) -> ResponseReturnValue:
    sent = sent_cells(request.form, branch.year)
    by_script = request.accept_mimetypes.best == "application/json"
    problems = {spot: _Said(message) for spot, message in sent.errors.items()}
    saved: list[IndicatorValue] = []
    status = 422 if problems else 200
    if not problems:
        names = queries.group_names(branch, (int(cell.row.split("-")[1]) for cell in sent.cells))
        try:
            saved = value_operations.enter_values(
                branch.place, names, sent.cells, by=current(), reason=request.form.get("reason", "")
            )
        except CellsRefused as refused:
            problems = {(one.cell.row, one.cell.month): _Said.of(one) for one in refused.problems}
            status = refused.status
        except TooManyCells as refused:
            return _page(branch, sent, problems, refusal=refused.message), refused.status
    if by_script:
        return _told(saved, problems), status
    if problems:
        return _page(branch, sent, problems), status
    flash(f"已保存 {len(saved)} 格。" if saved else "没有改动，什么都没有写。")
    return redirect(request.full_path.rstrip("?"))


class _Said:
    """Why a cell was not saved, as the page and the script say it."""

    def __init__(self, message: str, seen: int | None = None, stands: str = "", *, wants_reason: bool = False) -> None:
        self.message, self.seen, self.stands, self.wants_reason = message, seen, stands, wants_reason

    @classmethod
    def of(cls, problem: Problem) -> "_Said":
        stands = problem.stands
        return cls(
            problem.message,
            stands.id if stands else None,
            figure_text(stands.value) if stands else "",
            wants_reason=problem.wants_reason,
        )


def _told(saved: list[IndicatorValue], problems: Mapping[Spot, _Said]) -> Response:
    return jsonify(
        saved={
            f"{one.indicator_id}-{one.group_id}-{one.team_id or 0}.{one.month}": {
                "seen": one.id,
                "text": figure_text(one.value),
            }
            for one in saved
        },
        problems={f"{row}.{month}": vars(said) for (row, month), said in problems.items()},
    )


def _page(branch: BranchYear, sent: Sent, problems: Mapping[Spot, _Said], refusal: str = "") -> str:
    after = request.args.get("after", 0, type=row_id)
    page = queries.faces(branch, after)
    months = [Month(branch.year, number) for number in range(1, 13)]
    found = figure_queries.figures(branch.place, [face.id for face in page.rows], months[0], months[-1])
    page = _savable(page, found)
    arguments: dict[str, Any] = {
        "refusal": refusal,
        "branch": branch,
        "months": months,
        "current": Month.of(clock.today()),
        "quarter": told_quarter(),
        "page": page,
        "groups": [(face, [row for one in found[face.id].measured for row in one.rows]) for face in page.rows],
        "typed": sent.typed,
        "problems": problems,
        "cell_name": cell_name,
        "reason": request.form.get("reason", ""),
        "wants_reason": any(said.wants_reason for said in problems.values()),
        "after": after,
        "may_define": current().may(Permission.INDICATOR_DEFINE, branch),
        "next": url_for(".grid", branch_id=branch.branch_id, year=branch.year, after=page.next_key)
        if page.next_key
        else "",
    }
    return render_template("indicators/grid.html", **arguments)


def _savable(page: Page[Face], found: Mapping[int, GroupFigures]) -> Page[Face]:
    """As many of the groups as one request without a script may save, and one at least."""
    cells = 0
    shown: list[Face] = []
    for face in page.rows:
        cells += sum(len(one.rows) for one in found[face.id].measured) * 12
        if shown and cells > MOST_CELLS:
            return Page(shown, str(shown[-1].id))
        shown.append(face)
    return page
