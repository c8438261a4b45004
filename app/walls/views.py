"""The walls of photos, and looking for one. Each is a place's: the guard judges the place, the page shows no other."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import RULES, Permission
from app.brands.queries import brand_faces, sprite
from app.foundation import clock
from app.foundation.paging import page_of, requested_key, row_id
from app.foundation.periods import Month
from app.foundation.places import Place
from app.photos.upload_operations import MonthClosed, check_month
from app.walls import column_queries, queries
from app.walls.queries import NOTHING, Ask, Span, Unit, line_key
from app.walls.sections import sections

blueprint = Blueprint("walls", __name__)

MOST_IN_BRANCH = 12
MOST_IN_COMMITTEE = 3


@dataclass(frozen=True)
class Link:
    """One month of the year's ribbon: how much it holds, and where it is looked at (None: nothing to see)."""

    month: Month
    count: int
    url: str | None
    current: bool


@blueprint.get("/photos")
@allow(Permission.PHOTO_READ)
def index() -> ResponseReturnValue:
    """To the widest place whose photos the reader may see, in the month that runs."""
    roles = frozenset().union(*(rule.roles for rule in RULES[Permission.PHOTO_READ]))
    places = [grant.place for grant in current().grants if grant.role in roles]
    if not places:
        abort(403)
    place = min(places, key=lambda one: (one.branch_id is not None, one.group_id is not None))
    return redirect(address(place, Month.of(clock.today())))


def address(place: Place, month: Month) -> str:
    if place.group_id:
        return url_for("walls.group_wall", group_id=place.group_id, year=month.year)
    if place.branch_id:
        return url_for("walls.branch_wall", branch_id=place.branch_id, month=month)
    return url_for("walls.committee_wall", committee_id=place.committee_id, month=month)


@blueprint.get("/groups/<int:group_id>/photos/<int:year>")
@allow(Permission.PHOTO_READ, queries.group_year)
def group_wall(unit: Unit) -> str:
    ask = _ask()
    if ask:
        return _found(unit, ask)
    year = Span.of_year(unit.month.year)
    page = page_of(queries.lines(unit.place, year, NOTHING, requested_key()), queries.PHOTOS_A_PAGE, line_key)
    this_month = Month.of(clock.today())
    return render_template(
        "walls/group.html",
        unit=unit,
        sections=sections(
            page.rows,
            lambda photo: photo.month.month,
            begins_after=queries.month_before(requested_key()),
            ends=page.next_key is None,
            until=_latest(unit.month.year, this_month),
        ),
        next_key=page.next_key,
        months=_months(unit),
        at=_photos_at(),
        taking=_taking(unit.month.year) if current().may(Permission.PHOTO_WRITE, unit.place) else set(),
        may_branch=current().may(Permission.PHOTO_READ, Place(unit.place.committee_id, unit.place.branch_id)),
        this_month=this_month,
        search_url=address(unit.place, unit.month),
    )  # fmt: skip


def _taking(year: int) -> set[int]:
    """The numbers of the year's months that still take photos."""
    return {number for number in range(1, 13) if _takes_photos(Month(year, number))}


def _takes_photos(month: Month) -> bool:
    try:
        check_month(month, clock.today(), current_app.config["PHOTO_YEARS_BACK"])
    except MonthClosed:
        return False
    return True


def _latest(year: int, this_month: Month) -> int:
    """The number of the year's last month that has begun."""
    if year == this_month.year:
        return this_month.month
    return 12 if year < this_month.year else 0


@blueprint.get("/branches/<int:branch_id>/photos/<month:month>")
@allow(Permission.PHOTO_READ, queries.branch_month)
def branch_wall(unit: Unit) -> str:
    ask = _ask()
    if ask:
        return _found(unit, ask)
    branch_id = unit.place.branch_id or 0
    columns = column_queries.columns(unit.place.committee_id, [branch_id], unit.month, MOST_IN_BRANCH)[branch_id]
    faces = brand_faces([column.group_id for column in columns], min(unit.month.last, clock.today()))
    return render_template(
        "walls/branch.html",
        unit=unit, columns=columns, faces=faces, sprite=sprite(faces.values()), months=_months(unit),
        may_add=_takes_photos(unit.month) and current().may(Permission.PHOTO_WRITE, unit.place),
        this_month=Month.of(clock.today()), at=_photos_at(), search_url=address(unit.place, unit.month),
    )  # fmt: skip


@blueprint.get("/committees/<int:committee_id>/photos/<month:month>")
@allow(Permission.PHOTO_READ, queries.committee_month)
def committee_wall(unit: Unit) -> str:
    ask = _ask()
    if ask:
        return _found(unit, ask)
    committee_id = unit.place.committee_id
    page = page_of(
        column_queries.branches(committee_id, unit.month, requested_key()),
        column_queries.BRANCHES_A_PAGE,
        column_queries.branch_key,
    )
    columns = column_queries.columns(committee_id, [row.id for row in page.rows], unit.month, MOST_IN_COMMITTEE)
    return render_template(
        "walls/committee.html",
        unit=unit, page=page, columns=columns, months=_months(unit), this_month=Month.of(clock.today()), at=_photos_at(),
        search_url=address(unit.place, unit.month),
    )  # fmt: skip


def _found(unit: Unit, ask: Ask) -> str:
    """What was looked for among all photos of the place, of all years unless a time was named."""
    page = page_of(queries.lines(unit.place, ask.span, ask, requested_key()), queries.PHOTOS_A_PAGE, line_key)
    return render_template(
        "walls/found.html",
        unit=unit, page=page, at=_photos_at(), search_url=address(unit.place, unit.month), ask=ask,
        kinds=queries.kinds(unit.place.committee_id), part_choices=queries.parts(unit.place),
        part_name="党小组" if unit.place.branch_id else "党支部", always=queries.ALWAYS,
        older="?" + urlencode({**_asked(ask), "after": page.next_key}) if page.next_key else "",
    )  # fmt: skip


def _asked(ask: Ask) -> dict[str, object]:
    """The question as it stands in an address."""
    said: dict[str, object] = {"q": ask.text, "kind": ask.kind_id or 0}
    if ask.part_id:
        said["part"] = ask.part_id
    if ask.span.first != queries.ALWAYS.first:
        said["from"] = ask.span.first
    if ask.span.last != queries.ALWAYS.last:
        said["until"] = ask.span.last
    return said


def _ask() -> Ask:
    """From the address; what makes no sense there is left out rather than refused."""
    first = request.args.get("from", queries.ALWAYS.first, type=Month.parse)
    last = request.args.get("until", queries.ALWAYS.last, type=Month.parse)
    return Ask(
        request.args.get("q", "").strip()[:40],
        request.args.get("kind", type=row_id),
        request.args.get("part", type=row_id) or None,
        Span(min(first, last), max(first, last)),
    )


def _photos_at() -> str:
    """What stands before the number in a photo's address: built once a page instead of twice a photo."""
    return url_for("photos.photo_file", photo_id=0, size="thumb").removesuffix("0/thumb")


def _months(unit: Unit) -> list[Link]:
    """Twelve links: of a group to where its month begins on the wall, of the others to their wall of that month."""
    counts = queries.ribbon(unit.place, unit.month.year)
    this_month = Month.of(clock.today())
    months = [Month(unit.month.year, number) for number in range(1, 13)]
    if unit.place.group_id:
        here = address(unit.place, unit.month)
        return [Link(m, counts.get(m, 0), f"{here}?after={m}" if m in counts else None, False) for m in months]
    return [
        Link(m, counts.get(m, 0), address(unit.place, m) if m <= this_month or m in counts else None, m == unit.month)
        for m in months
    ]
