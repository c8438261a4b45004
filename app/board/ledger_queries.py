"""The numbers of a group as they stood at the end of a month, and the photos of its board, in one statement.

Attendance by month, duties, published quarters, honours and photos come as one UNION of equal columns, told apart by
the first: a page stays within its budget of statements, whatever it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)

from app.activities.cadence import span
from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState, Attendance, Cadence, Presence
from app.activities.queries import ON_LEAVE, RECORDED
from app.board import figures
from app.board.composition import Photo
from app.foundation import clock
from app.foundation.db import Moment, MonthType, QuarterType, fetch
from app.foundation.periods import Month, Quarter, months_between
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication
from app.nominations.models import Nomination, NominationCall, NominationState
from app.photos import models as stored

COURSE_MONTHS = 12
COURSE_QUARTERS = 4
HONOUR_LIMIT = 2
HONOUR_YEARS = 2


@dataclass(frozen=True)
class Ledger:
    """The numbers of a group as they stood at the end of a month."""

    tallies: tuple[figures.Tally, ...]
    cadences: tuple[figures.Cadence, ...]
    quarters: tuple[figures.QuarterScore, ...]
    honours: tuple[figures.Honour, ...]
    photos: tuple[Photo, ...]


def _moment_after(month: Month) -> datetime:
    return datetime.combine(month.end, time(), clock.HOUSE_ZONE)


def _lines(part: str, key: Any, words: Any, *numbers: Any, detail: Any = None) -> Select[Any]:
    columns = [*numbers, *([literal(0)] * (5 - len(numbers)))]
    named = [column.label(f"n{index}") for index, column in enumerate(columns)]
    return select(
        literal(part).label("part"),
        type_coerce(key, String).label("key"),
        type_coerce(words, String).label("words"),
        type_coerce(literal("") if detail is None else detail, String).label("detail"),
        *named,
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _tally_lines() -> Select[Any]:
    was_there = Attendance.presence == Presence.PRESENT
    return (
        _lines(
            "tally",
            ActivityGroup.month,
            literal(""),
            func.count(),
            _sum(was_there),
            func.count(case((was_there, Attendance.member_id)).distinct()),
            _sum(Attendance.presence.in_(ON_LEAVE)),
        )
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .join(Attendance, and_(Attendance.activity_id == Activity.id, Attendance.group_id == _group))
        .where(
            ActivityGroup.group_id == _group,
            ActivityGroup.month > _year_ago,
            ActivityGroup.month <= _month,
            Activity.state == ActivityState.CONFIRMED,
        )
        .group_by(ActivityGroup.month)
    )


def _cadence_lines() -> Select[Any]:
    """What was done of each since its period began; the group's year is read once, whatever the number of cadences."""
    year = (
        select(
            Activity.kind_id,
            _sum(ActivityGroup.month == _month).label("month"),
            _sum(ActivityGroup.month >= _quarter_began).label("quarter"),
            func.count().label("year"),
        )
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.group_id == _group,
            ActivityGroup.month >= _year_began,
            ActivityGroup.month <= _month,
            Activity.state.in_(RECORDED),
        )
        .group_by(Activity.kind_id)
        .subquery()
    )
    done = case(
        (Cadence.period == "month", year.c.month), (Cadence.period == "quarter", year.c.quarter), else_=year.c.year
    )
    return (
        _lines(
            "cadence", Cadence.period, ActivityKind.name,
            Cadence.minimum, func.coalesce(done, 0), ActivityKind.sort_order, Cadence.id,
        )
        .select_from(Cadence)
        .join(ActivityKind, ActivityKind.id == Cadence.kind_id)
        .outerjoin(year, year.c.kind_id == Cadence.kind_id)
        .where(Cadence.committee_id == _committee, Cadence.level == "group")
    )  # fmt: skip


def _quarter_lines() -> Select[Any]:
    """Results in force at the month's end: a later correction does not enter an older board."""
    return (
        _lines("quarter", GroupResult.quarter, GroupResult.band, GroupResult.total)
        .select_from(GroupResult)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .where(
            GroupResult.group_id == _group,
            GroupResult.quarter > bindparam("quarters_after", type_=QuarterType),
            Publication.published_at < _end,
            or_(Publication.superseded_at.is_(None), Publication.superseded_at >= _end),
        )
    )


def _honour_lines() -> Select[Any]:
    return (
        _lines(
            "honour",
            cast(Nomination.decided_on, String),
            NominationCall.title,
            Nomination.id,
            detail=Nomination.document_no,
        )
        .select_from(Nomination)
        .join(NominationCall, NominationCall.id == Nomination.call_id)
        .where(
            Nomination.committee_id == _committee,
            Nomination.branch_id == _branch,
            Nomination.group_id == _group,
            Nomination.state == NominationState.APPROVED,
            Nomination.decided_on <= bindparam("last_day", type_=Date),
            Nomination.decided_on >= bindparam("honours_from", type_=Date),
        )
    )


def _photo_lines() -> Select[Any]:
    """Those chosen for the board; slot 1 is the lead."""
    return _lines(
        "photo", literal(""), stored.Photo.caption,
        stored.Photo.id, stored.Photo.board_slot, func.coalesce(stored.Photo.activity_id, 0),
        stored.Photo.width, stored.Photo.height, detail=stored.Photo.uploaded_by,
    ).where(
        stored.Photo.group_id == _group, stored.Photo.month == _month,
        stored.Photo.withdrawn_at.is_(None), stored.Photo.board_slot.is_not(None),
    )  # fmt: skip


_committee, _branch, _group = (bindparam(name, type_=Integer) for name in ("committee", "branch", "group"))
_month, _year_ago, _quarter_began, _year_began = (
    bindparam(name, type_=MonthType) for name in ("month", "year_ago", "quarter_began", "year_began")
)
_end = bindparam("end", type_=Moment)
# Built once: building it costs a page more than running it.
_LEDGER = union_all(_tally_lines(), _cadence_lines(), _quarter_lines(), _honour_lines(), _photo_lines())


def ledger(place: Place, month: Month, members: int) -> Ledger:
    rows = fetch(
        _LEDGER,
        committee=place.committee_id,
        branch=place.branch_id,
        group=place.group_id,
        month=month,
        year_ago=month.shift(-COURSE_MONTHS),
        quarter_began=span("quarter", month)[0],
        year_began=span("year", month)[0],
        quarters_after=month.quarter.shift(-COURSE_QUARTERS - 1),
        end=_moment_after(month),
        last_day=month.last,
        honours_from=date(month.year - HONOUR_YEARS + 1, 1, 1),
    ).all()

    def of(part: str) -> list[Row[Any]]:
        return [row for row in rows if row.part == part]

    return Ledger(
        tallies=_tallies({Month.parse(row.key): row for row in of("tally")}, month, members),
        cadences=_cadences(of("cadence"), month),
        quarters=_quarters(of("quarter")),
        honours=_honours(of("honour")),
        photos=_photos(of("photo")),
    )


def _tallies(found: dict[Month, Row[Any]], month: Month, members: int) -> tuple[figures.Tally, ...]:
    """From the first month with records on, at most a year."""
    first = min([*found, month])
    return tuple(
        figures.Tally(f"{m.month}月", row.n0, row.n1, members, row.n2, row.n3)
        if (row := found.get(m)) is not None
        else figures.Tally(f"{m.month}月", members=members)
        for m in months_between(first, month)
    )


def _cadences(rows: Sequence[Row[Any]], month: Month) -> tuple[figures.Cadence, ...]:
    ordered = sorted(rows, key=lambda row: (row.n2, row.n3))
    return tuple(figures.Cadence(row.words, row.n0, row.n1, due=span(row.key, month)[1] == month) for row in ordered)


def _quarters(rows: Sequence[Row[Any]]) -> tuple[figures.QuarterScore, ...]:
    ordered = sorted((Quarter.parse(row.key), row) for row in rows)
    return tuple(
        figures.QuarterScore(quarter.label, quarter.label[-3:].lstrip("第"), row.n0, row.words)
        for quarter, row in ordered
    )


def _photos(rows: Sequence[Row[Any]]) -> tuple[Photo, ...]:
    """The lead first."""
    ordered = sorted(rows, key=lambda row: (row.n1, row.n0))
    return tuple(Photo(row.n0, row.n1, row.n2 or None, row.words, row.n3, row.n4, row.detail) for row in ordered)


def _honours(rows: Sequence[Row[Any]]) -> tuple[figures.Honour, ...]:
    newest = sorted(rows, key=lambda row: (row.key, row.n0), reverse=True)[:HONOUR_LIMIT]
    return tuple(
        figures.Honour(
            "示范党小组", "·".join(filter(None, (row.words, row.detail, f"{row.key[:4]}年{int(row.key[5:7])}月")))
        )
        for row in newest
    )
