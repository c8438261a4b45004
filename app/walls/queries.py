"""Reads of the walls. A withdrawn photo is on none of them; paging is by position, the last page costs what the first costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Self

from sqlalchemy import Date, Integer, String, and_, bindparam, func, or_, select, tuple_

from app.activities.models import Activity, ActivityKind
from app.foundation import clock
from app.foundation.db import LIKE_ESCAPE, MonthType, fetch, like_pattern
from app.foundation.paging import row_id
from app.foundation.periods import ADDRESSED_YEARS, Month
from app.foundation.places import Place
from app.organisation.models import Branch, Committee, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on
from app.photos.models import Photo
from app.photos.queries import PLACE, SHOWN_ORDER

PHOTOS_A_PAGE = 60
PARTS_OFFERED = 300

_committee, _branch, _group, _size = (
    bindparam(name, type_=Integer) for name in ("committee", "branch", "group", "size")
)
_day: Any = bindparam("day", type_=Date)
_first: Any = bindparam("first", type_=MonthType)
_last: Any = bindparam("last", type_=MonthType)
_month: Any = bindparam("month", type_=MonthType)
_LIVE = Photo.withdrawn_at.is_(None)
_WIDE = Photo.committee_id == _committee
_IN_BRANCH = and_(_WIDE, Photo.branch_id == _branch)
_IN_GROUP = Photo.group_id == _group


@dataclass(frozen=True)
class Unit:
    """Whose photos of which time are looked at; the names are those of the last day in view."""

    place: Place
    name: str
    above: str
    """The branch of a group, else empty."""
    month: Month
    """Of a group, whose wall is a year: January."""


@dataclass(frozen=True)
class WallPhoto:
    id: int
    group_id: int
    month: Month
    slot: int
    position: int
    caption: str
    width: int
    height: int
    full_width: int
    full_height: int
    title: str
    """Of the activity it belongs to; empty while it belongs to none."""
    held_on: date | None


@dataclass(frozen=True)
class Span:
    """Months, both included."""

    first: Month = Month(ADDRESSED_YEARS[0], 1)
    last: Month = Month(ADDRESSED_YEARS[-1], 12)

    @classmethod
    def of_year(cls, year: int) -> Self:
        return cls(Month(year, 1), Month(year, 12))


ALWAYS = Span()


@dataclass(frozen=True)
class Ask:
    """What is looked for: words of captions and titles, a kind of activity (0: any), a part of the place (a group of
    a branch, a branch of a committee), a time."""

    text: str = ""
    kind_id: int | None = None
    part_id: int | None = None
    span: Span = ALWAYS

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Ask()


# ---------------------------------------------------------------- whose


_GROUP = select(
    PartyGroup.committee_id,
    PartyGroup.branch_id,
    group_name_on(PartyGroup.id, _day).label("name"),
    branch_name_on(PartyGroup.branch_id, _day).label("above"),
).where(PartyGroup.id == _group)
_BRANCH = select(Branch.committee_id, branch_name_on(Branch.id, _day).label("name")).where(Branch.id == _branch)
_COMMITTEE = select(Committee.id, Committee.name).where(Committee.id == _committee)


def standing(last: date) -> date:
    """The day as of which names are read."""
    return min(last, clock.today())


def group_year(group_id: int, year: int) -> Unit | None:
    if year not in ADDRESSED_YEARS:
        return None
    row = fetch(_GROUP, group=group_id, day=standing(date(year, 12, 31))).first()
    if row is None:
        return None
    place = Place(row.committee_id, row.branch_id, group_id)
    return Unit(place, row.name or "党小组", row.above or "党支部", Month(year, 1))


def branch_month(branch_id: int, month: Month) -> Unit | None:
    row = fetch(_BRANCH, branch=branch_id, day=standing(month.last)).first()
    return None if row is None else Unit(Place(row.committee_id, branch_id), row.name or "党支部", "", month)


def committee_month(committee_id: int, month: Month) -> Unit | None:
    row = fetch(_COMMITTEE, committee=committee_id).first()
    return None if row is None else Unit(Place(row.id), row.name, "", month)


# ---------------------------------------------------------------- a year's ribbon


def _ribbon(scope: Any, counted: Any) -> Any:
    return select(Photo.month, counted.label("many")).where(scope, _LIVE, Photo.month.between(_first, _last))


_RIBBONS = {
    "group": _ribbon(_IN_GROUP, func.count()).group_by(Photo.month),
    "branch": _ribbon(_IN_BRANCH, func.count(Photo.group_id.distinct())).group_by(Photo.month),
    "committee": _ribbon(_WIDE, func.count(Photo.group_id.distinct())).group_by(Photo.month),
}


def ribbon(place: Place, year: int) -> dict[Month, int]:
    """Months with photos: of a group how many photos, of a branch or committee how many groups have some."""
    rows = fetch(_RIBBONS[_level(place)], **_where(place), first=Month(year, 1), last=Month(year, 12))
    return {row.month: row.many for row in rows}


def _level(place: Place) -> str:
    return "group" if place.group_id else "branch" if place.branch_id else "committee"


def _where(place: Place) -> dict[str, int]:
    if place.group_id:
        return {"group": place.group_id}
    wide = {"committee": place.committee_id}
    return {**wide, "branch": place.branch_id} if place.branch_id else wide


# ---------------------------------------------------------------- a group's year, and what was looked for


LINE = (
    Photo.id, Photo.group_id, Photo.month, PLACE.label("slot"), Photo.position, Photo.caption,
    Photo.thumb_width.label("width"), Photo.thumb_height.label("height"),
    Photo.width.label("full_width"), Photo.height.label("full_height"),
    func.coalesce(Activity.title, "").label("title"), Activity.held_on,
)  # fmt: skip


_ORDERS = {"group": SHOWN_ORDER, "branch": (Photo.position, Photo.id), "committee": (Photo.position, Photo.id)}
"""Within a month: a group's as it is shown everywhere; of many groups' an index's, so that a page is short work."""


@cache
def _lines(level: str, *narrowed: str) -> Any:
    """The latest month first."""
    scope = {"group": _IN_GROUP, "branch": _IN_BRANCH, "committee": _WIDE}[level]
    order = _ORDERS[level]
    found = select(*LINE).outerjoin(Activity, Activity.id == Photo.activity_id)
    found = found.where(scope, _LIVE, Photo.month.between(_first, _last))
    if "text" in narrowed:
        text: Any = bindparam("text", type_=String)
        found = found.where(or_(*(words.like(text, escape=LIKE_ESCAPE) for words in (Photo.caption, Activity.title))))
    if "kind" in narrowed:
        found = found.where(Activity.kind_id == bindparam("kind", type_=Integer))
    if "part" in narrowed:
        part = Photo.group_id if level == "branch" else Photo.branch_id
        found = found.where(part == bindparam("part", type_=Integer))
    if "number" in narrowed:
        key = [bindparam(name, type_=Integer) for name in KEY[-len(order) :]]
        found = found.where(Photo.month <= _month, or_(Photo.month < _month, tuple_(*order) > tuple_(*key)))
    return found.order_by(Photo.month.desc(), *order).limit(_size)


def lines(place: Place, span: Span, ask: Ask, after: str | None) -> list[WallPhoto]:
    """One more than a page; `after` is a key made by `line_key`, or a month to begin with; anything else: the first."""
    values: dict[str, Any] = {**_where(place), "first": span.first, "last": span.last, "size": PHOTOS_A_PAGE + 1}
    if ask.text:
        values["text"] = like_pattern(ask.text)
    if ask.kind_id:
        values["kind"] = ask.kind_id
    if ask.part_id and not place.group_id:
        values["part"] = ask.part_id
    values |= _key(after) or {}
    narrowed = sorted({"text", "kind", "part", "number"} & values.keys())
    return [photo_of(row) for row in fetch(_lines(_level(place), *narrowed), **values)]


KEY = ("slot", "position", "number")


def line_key(photo: WallPhoto) -> str:
    return f"{photo.month}.{photo.slot}.{photo.position}.{photo.id}"


def month_before(after: str | None) -> int | None:
    """The number of the month that a page goes on from: that of the key's photo, or the one above a month asked for."""
    key = _key(after)
    return None if key is None else key["month"].month + (key["number"] == 0)


def _key(text: str | None) -> dict[str, Any] | None:
    month, *rest = (text or "").split(".")
    try:
        return {"month": Month.parse(month), **dict(zip(KEY, map(row_id, rest or ["0"] * len(KEY)), strict=True))}
    except ValueError:
        return None


_KINDS = (
    select(ActivityKind.id, ActivityKind.name)
    .where(ActivityKind.committee_id == _committee)
    .order_by(ActivityKind.retired, ActivityKind.sort_order, ActivityKind.id)
)


def kinds(committee_id: int) -> Sequence[Any]:
    """id, name of the committee's kinds of activities, those in use first."""
    return fetch(_KINDS, committee=committee_id).all()


_PARTS_OF_BRANCH = (
    select(PartyGroup.id, func.coalesce(group_name_on(PartyGroup.id, _day), "党小组").label("name"))
    .where(PartyGroup.branch_id == _branch)
    .order_by(PartyGroup.sort_order, PartyGroup.id)
)
_PARTS_OF_COMMITTEE = (
    select(Branch.id, func.coalesce(branch_name_on(Branch.id, _day), "党支部").label("name"))
    .where(Branch.committee_id == _committee)
    .order_by(Branch.sort_order, Branch.id)
    .limit(PARTS_OFFERED)
)


def parts(place: Place) -> Sequence[Any]:
    """id, name of the groups of a branch, of the first branches of a committee, those that ended too: their photos stay."""
    if place.group_id:
        return ()
    if place.branch_id:
        return fetch(_PARTS_OF_BRANCH, branch=place.branch_id, day=clock.today()).all()
    return fetch(_PARTS_OF_COMMITTEE, committee=place.committee_id, day=clock.today()).all()


def photo_of(row: Any) -> WallPhoto:
    return WallPhoto(
        row.id, row.group_id, row.month, row.slot, row.position, row.caption, row.width, row.height, row.full_width,
        row.full_height, row.title, row.held_on,
    )  # fmt: skip
