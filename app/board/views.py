"""Board pages. A board is composed from what was entered once; printing keeps it as it is."""

from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import Kept, shelf, until_next_act
from app.accounts.permissions import Permission
from app.board import branch_queries, figures, operations, queries
from app.board.branch_queries import BranchMonth
from app.board.column_views import month_columns
from app.board.freezing import Content
from app.board.queries import Face, Issue, IssueKey
from app.brands import seal
from app.brands.glyphs import outline
from app.brands.month_column import MONTH_SOURCE
from app.foundation import charts, clock, unchanged
from app.foundation.paging import row_id
from app.foundation.periods import Month
from app.foundation.places import Place
from app.photos import queries as photo_queries
from app.photos.issue_operations import LeadPhotoMissing, PhotosUnsorted
from app.photos.month_views import month_address, month_with
from app.photos.queries import GroupMonth

blueprint = Blueprint("board", __name__)

MOST_BODIES = 128


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


def address(group_id: int, month: Month) -> str:
    return _built(request.root_path, group_id, month)


@lru_cache(maxsize=4096)
def _built(_root: str, group_id: int, month: Month) -> str:
    """A listing names a year of every group: built anew each time, the addresses would cost more than the page."""
    return url_for("board.issue", group_id=group_id, month=month)


def _may_preview(place: Place) -> bool:
    """Before printing, a board is the group's own and of those above it."""
    return current().may(Permission.ACTIVITY_READ, place)


def _readable(group_id: int, month: Month) -> IssueKey | None:
    key = until_next_act(("issue", group_id, month, clock.today()), lambda: queries.key(group_id, month))
    if key is not None and key.printed_at is None and not _may_preview(key.place):
        return None
    return key


@blueprint.get("/boards")
@allow(Permission.BOARD_READ)
def index() -> ResponseReturnValue:
    """Whoever belongs to one branch goes straight to its boards."""
    month = Month.of(clock.today())
    after = request.args.get("after", 0, type=row_id)
    page = branch_queries.branches(current().grants, month, after)
    if len(page.rows) == 1 and not after:
        return redirect(url_for(".branch_boards", branch_id=page.rows[0].branch_id, month=month))
    return render_template("board/branches.html", page=page, after=after, month=month)


@blueprint.get("/branches/<int:branch_id>/boards/<month:month>")
@allow(Permission.BOARD_READ, branch_queries.branch_month)
def branch_boards(branch: BranchMonth) -> ResponseReturnValue:
    return render_template(
        "board/branch.html",
        branch=branch,
        teasers=[(teaser, _seal(teaser.face)) for teaser in branch_queries.teasers(branch, _may_preview)],
        months=[Month(branch.month.year, number) for number in range(1, 13)],
        this_month=Month.of(clock.today()),
        address=address,
    )


@blueprint.post("/groups/<int:group_id>/months/<month:month>/print")
@allow(Permission.MONTH_ISSUE_PRINT, photo_queries.group_month)
def print_issue(of: GroupMonth) -> ResponseReturnValue:
    try:
        operations.print_issue(of, by=current(), leave_unsorted=request.form.get("leave_unsorted") == "1")
    except (LeadPhotoMissing, PhotosUnsorted) as refusal:
        asks = isinstance(refusal, PhotosUnsorted)
        return month_with(of, not_printed=refusal.message, asks=asks), refusal.status
    flash(f"{of.month.label}版面已付印，全支部都能看到了。")
    return redirect(month_address(of))


# ---------------------------------------------------------------- one issue


@dataclass(frozen=True)
class Body:
    """The sheet of an issue, rendered; the page round it differs by reader."""

    name: str
    sheet: Markup
    is_empty: bool
    may_print: bool
    issue: Issue


@blueprint.get("/groups/<int:group_id>/board/<month:month>")
@allow(Permission.BOARD_READ, _readable)
def issue(key: IssueKey) -> ResponseReturnValue:
    """A printed page is kept, and answered 304 when the browser still has it."""
    if key.digest is None:
        may_fill = current().may(Permission.PHOTO_WRITE, key.place)
        named = ("issue body", key.place.group_id, key.month, clock.today(), may_fill, request.root_path)
        return _page(key, until_next_act(named, lambda: _body(key, may_fill=may_fill)))
    shown = (
        key.digest, key.printed_at, sorted(key.standing), sorted(map(str, key.printed)), sorted(map(str, key.begun)),
        _may_preview(key.place),
    )  # fmt: skip
    kept_as = (key.digest, key.printed_at, key.standing, key.is_demo, request.root_path)
    return unchanged.page(shown, lambda: _page(key, _printed_bodies().get(kept_as, lambda: _body(key, may_fill=False))))


def _page(key: IssueKey, body: Body) -> str:
    ribbon, waiting = _ribbon(key), body.issue.waiting
    may_edit = _may_preview(key.place)
    common = {"ribbon": ribbon, "previous_year": _year_before(key), "waiting": waiting, "may_edit": may_edit}
    if body.is_empty:
        return render_template(
            "board/empty.html",
            face=body.issue.face,
            seal=_seal(body.issue.face),
            is_over=body.issue.content.is_over,
            last_issue=next((link for link in reversed(ribbon) if link.url and link.month < key.month), None),
            **common,
        )
    may_print = key.printed_at is None and current().may(Permission.MONTH_ISSUE_PRINT, key.place)
    return render_template(
        "board/issue.html", key=key, name=body.name, body=body.sheet, may_print=may_print and body.may_print, **common
    )


def _body(key: IssueKey, *, may_fill: bool) -> Body:
    issue = queries.issue(key)
    content, face = issue.content, issue.face
    # By the environment, not `render_template`: the page's own context is not asked for twice.
    sheet = current_app.jinja_env.get_template("board/issue_body.html").render(
        issue=content,
        face=face,
        seal=_seal(face),
        ear_dots=charts.dots(content.ear.dots, title=content.ear.about, size=20),
        courses=_courses(content),
        standing=key.standing,
        demo_data=key.is_demo,
        may_fill=may_fill,
    )
    return Body(
        name=face.name,
        sheet=Markup(sheet),  # noqa: S704 - our own template, escaped by itself
        is_empty=content.sheet.is_empty,
        may_print=not content.sheet.is_empty and not content.sheet.lacks_head,
        issue=issue,
    )


def _printed_bodies() -> Kept[Body]:
    return shelf("board.bodies", MOST_BODIES)


# ---------------------------------------------------------------- what is drawn


def _seal(face: Face) -> Markup:
    """Solid once printed. A group without a brand is given a seal of its own name's characters."""
    drawing = seal.Drawing(**face.outlines) if face.outlines else _own_seal(face.name)
    return Markup(seal.svg(drawing, solid=face.printed_at is not None))  # noqa: S704 - drawn by us


@lru_cache(maxsize=256)
def _own_seal(name: str) -> seal.Drawing:
    return seal.draw(name, outline)


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


def _courses(content: Content) -> list[Markup | None]:
    """Of the figures that are drawn large: the indicators on one scale for the page, else the month's own."""
    spread = charts.spread_of(value for figure in content.quality for value in figure.series)
    if not content.quality:
        return [_course(figure) for figure in content.figures]
    return [
        charts.attained(
            [charts.Attained(label, value) for label, value in zip(figure.labels, figure.series, strict=True)],
            [charts.Attained("", value) for value in figure.before],
            spread=spread, title=f"{figure.name}逐月达成率", height=66,
        )
        for figure in content.quality
    ]  # fmt: skip


def _year_before(key: IssueKey) -> str | None:
    december = Month(key.month.year - 1, 12)
    if key.starts_on > december.last:
        return None
    return url_for(".branch_boards", branch_id=key.place.branch_id, month=december)


def _ribbon(key: IssueKey) -> list[Link]:
    group_id, previews = key.place.group_id or 0, _may_preview(key.place)
    months = [Month(key.month.year, number) for number in range(1, 13)]
    return [
        Link(
            month,
            address(group_id, month) if month in key.printed or (previews and month in key.begun) else None,
            month in key.printed,
            month == key.month,
        )
        for month in months
    ]
