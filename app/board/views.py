"""Board pages. Nothing is written here: a board is composed from what was entered once."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.board import branch_queries, figures, queries
from app.board.branch_queries import BranchMonth
from app.board.column_views import month_columns
from app.board.queries import Face, Issue
from app.brands import seal
from app.brands.glyphs import outline
from app.brands.month_column import MONTH_SOURCE
from app.foundation import charts, clock
from app.foundation.periods import Month
from app.foundation.places import Place

blueprint = Blueprint("board", __name__)


@blueprint.record_once
def offer_month_columns(state: BlueprintSetupState) -> None:
    """The branch's page, which knows nothing of boards, shows the groups' month by this."""
    state.app.extensions[MONTH_SOURCE] = month_columns


@dataclass(frozen=True)
class Link:
    """One month of the year's ribbon; without an address there is nothing to read."""

    month: Month
    url: str | None
    printed: bool
    current: bool


def _may_preview(place: Place) -> bool:
    """Before printing, a board is the group's own and of those above it."""
    return current().may(Permission.ACTIVITY_READ, place)


def _readable(group_id: int, month: Month) -> Face | None:
    face = queries.face(group_id, month)
    if face is not None and face.printed_at is None and not _may_preview(face.place):
        return None
    return face


@blueprint.get("/boards")
@allow(Permission.BOARD_READ)
def index() -> ResponseReturnValue:
    """Whoever belongs to one branch goes straight to its boards."""
    month = Month.of(clock.today())
    branches = branch_queries.branches(current().grants, month)
    if len(branches) == 1:
        return redirect(url_for(".branch_boards", branch_id=branches[0].branch_id, month=month))
    return render_template("board/branches.html", branches=branches, month=month)


@blueprint.get("/branches/<int:branch_id>/boards/<month:month>")
@allow(Permission.BOARD_READ, branch_queries.branch_month)
def branch_boards(branch: BranchMonth) -> ResponseReturnValue:
    return render_template(
        "board/branch.html",
        branch=branch,
        teasers=[(teaser, _seal(teaser.face)) for teaser in branch_queries.teasers(branch, _may_preview)],
        months=[Month(branch.month.year, number) for number in range(1, 13)],
        this_month=Month.of(clock.today()),
    )


@blueprint.get("/groups/<int:group_id>/board/<month:month>")
@allow(Permission.BOARD_READ, _readable)
def issue(face: Face) -> ResponseReturnValue:
    composed = queries.issue(face)
    ribbon = _ribbon(composed)
    template = "board/empty.html" if composed.sheet.is_empty else "board/issue.html"
    return render_template(
        template,
        issue=composed,
        face=face,
        seal=_seal(face),
        ear_dots=charts.dots(composed.ear.dots, title="规定动作", size=20),
        courses=[_course(figure) for figure in composed.figures],
        ribbon=ribbon,
        last_issue=next((link for link in reversed(ribbon) if link.url and link.month < face.month), None),
        previous_year=_year_before(face),
        may_edit=_may_preview(face.place),
    )


def _seal(face: Face) -> Markup:
    """Solid once printed. A group without a brand is given a seal of its own name's characters."""
    drawing = seal.Drawing(**face.outlines) if face.outlines else seal.draw(face.name, outline)
    return Markup(seal.svg(drawing, solid=face.printed_at is not None))  # noqa: S704 - drawn by us


def _course(figure: figures.Figure) -> Markup | None:
    """The way here, this month solid. A single point is no course."""
    if sum(value is not None for value in figure.series) < 2:
        return None
    last = len(figure.series) - 1
    values = [
        charts.Value(label, value, index == last)
        for index, (label, value) in enumerate(zip(figure.labels, figure.series, strict=True))
    ]
    return charts.sparkline(values, title=figure.name, height=60)


def _year_before(face: Face) -> str | None:
    december = Month(face.month.year - 1, 12)
    if face.starts_on > december.last:
        return None
    return url_for(".branch_boards", branch_id=face.place.branch_id, month=december)


def _ribbon(issue: Issue) -> list[Link]:
    face, previews = issue.face, _may_preview(issue.face.place)
    months = [Month(face.month.year, number) for number in range(1, 13)]
    return [
        Link(
            month,
            url_for(".issue", group_id=face.place.group_id, month=month)
            if month in issue.printed or (previews and month in issue.begun)
            else None,
            month in issue.printed,
            month == face.month,
        )
        for month in months
    ]
