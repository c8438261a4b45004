"""The numbers of a group as they stood at the end of a month, in one statement.

Attendance by month, duties, published quarters, issues and honours come as one UNION of equal columns, told apart by
the first: a page stays within its budget of statements, whatever it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
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
from app.activities.photo_models import MonthIssue
from app.activities.queries import ON_LEAVE, RECORDED
from app.board import figures
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Month, Quarter, months_between
from app.foundation.places import Place
from app.inspections.result_models import GroupResult, Publication
from app.nominations.models import Nomination, NominationCall, NominationState

COURSE_MONTHS = 12
COURSE_QUARTERS = 4
HONOUR_LIMIT = 2
HONOUR_YEARS = 2


@dataclass(frozen=True)
class Honour:
    title: str
    source: str


@dataclass(frozen=True)
class Ledger:
    """The numbers of a group as they stood at the end of a month."""

    tallies: tuple[figures.Tally, ...]
    cadences: tuple[figures.Cadence, ...]
    quarters: tuple[figures.QuarterScore, ...]
    printed: frozenset[Month]
    begun: frozenset[Month]
    honours: tuple[Honour, ...]


def _moment_after(month: Month) -> datetime:
    return datetime.combine(month.end, time(), clock.HOUSE_ZONE)


def _lines(part: str, key: Any, words: Any, *numbers: Any, detail: Any = None) -> Select[Any]:
    columns = [*numbers, *([literal(0)] * (4 - len(numbers)))]
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


def _tally_lines(group_id: int, month: Month) -> Select[Any]:
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
        .join(Attendance, and_(Attendance.activity_id == Activity.id, Attendance.group_id == group_id))
        .where(
            ActivityGroup.group_id == group_id,
            ActivityGroup.month > month.shift(-COURSE_MONTHS),
            ActivityGroup.month <= month,
            Activity.state == ActivityState.CONFIRMED,
        )
        .group_by(ActivityGroup.month)
    )


def _cadence_lines(place: Place, month: Month) -> Select[Any]:
    since = case(
        *((Cadence.period == period, str(span(period, month)[0])) for period in ("month", "quarter")),
        else_=str(span("year", month)[0]),
    )
    done = (
        select(func.count())
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.group_id == place.group_id,
            type_coerce(ActivityGroup.month, String) >= since,
            ActivityGroup.month <= month,
            Activity.kind_id == Cadence.kind_id,
            Activity.state.in_(RECORDED),
        )
        .scalar_subquery()
    )
    return (
        _lines("cadence", Cadence.period, ActivityKind.name, Cadence.minimum, done, ActivityKind.sort_order, Cadence.id)
        .select_from(Cadence)
        .join(ActivityKind, ActivityKind.id == Cadence.kind_id)
        .where(Cadence.committee_id == place.committee_id, Cadence.level == "group")
    )


def _quarter_lines(group_id: int, month: Month) -> Select[Any]:
    """Results in force at the month's end: a later correction does not enter an older board."""
    end = _moment_after(month)
    return (
        _lines("quarter", GroupResult.quarter, GroupResult.band, GroupResult.total)
        .select_from(GroupResult)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .where(
            GroupResult.group_id == group_id,
            GroupResult.quarter > month.quarter.shift(-COURSE_QUARTERS - 1),
            Publication.published_at < end,
            or_(Publication.superseded_at.is_(None), Publication.superseded_at >= end),
        )
    )


def _issue_lines(group_id: int, year: int) -> Select[Any]:
    return _lines("issue", MonthIssue.month, literal("")).where(
        MonthIssue.group_id == group_id,
        MonthIssue.month >= Month(year, 1),
        MonthIssue.month <= Month(year, 12),
        MonthIssue.printed_at.is_not(None),
    )


def _begun_lines(group_id: int, year: int) -> Select[Any]:
    return (
        _lines("begun", ActivityGroup.month, literal(""))
        .where(
            ActivityGroup.group_id == group_id,
            ActivityGroup.month >= Month(year, 1),
            ActivityGroup.month <= Month(year, 12),
        )
        .distinct()
    )


def _honour_lines(place: Place, month: Month) -> Select[Any]:
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
            Nomination.committee_id == place.committee_id,
            Nomination.branch_id == place.branch_id,
            Nomination.group_id == place.group_id,
            Nomination.state == NominationState.APPROVED,
            Nomination.decided_on <= month.last,
            Nomination.decided_on >= date(month.year - HONOUR_YEARS + 1, 1, 1),
        )
    )


def ledger(place: Place, month: Month, members: int) -> Ledger:
    group_id = place.group_id or 0
    rows = db.session.execute(
        union_all(
            _tally_lines(group_id, month),
            _cadence_lines(place, month),
            _quarter_lines(group_id, month),
            _issue_lines(group_id, month.year),
            _begun_lines(group_id, month.year),
            _honour_lines(place, month),
        )
    ).all()

    def of(part: str) -> list[Row[Any]]:
        return [row for row in rows if row.part == part]

    return Ledger(
        tallies=_tallies({Month.parse(row.key): row for row in of("tally")}, month, members),
        cadences=_cadences(of("cadence"), month),
        quarters=_quarters(of("quarter")),
        printed=frozenset(Month.parse(row.key) for row in of("issue")),
        begun=frozenset(Month.parse(row.key) for row in of("begun")),
        honours=_honours(of("honour")),
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


def _honours(rows: Sequence[Row[Any]]) -> tuple[Honour, ...]:
    newest = sorted(rows, key=lambda row: (row.key, row.n0), reverse=True)[:HONOUR_LIMIT]
    return tuple(
        Honour("示范党小组", "·".join(filter(None, (row.words, row.detail, f"{row.key[:4]}年{int(row.key[5:7])}月"))))
        for row in newest
    )
