"""The year's list of activities: filters, pages, and the tally by kind and month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from app.activities.models import (
    Activity,
    ActivityGroup,
    ActivityKind,
    Attendance,
    Cadence,
)
from app.activities.queries import LINES, RECORDED, ActivityLine, counts_for_branch, fetched, within
from app.foundation import paging
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on, lies_within


@dataclass(frozen=True, slots=True)
class Filters:
    """What the year's list is narrowed to; `text` looks in titles, hosts and the names of those who were there."""

    year: int
    branch_id: int | None = None
    group_id: int | None = None
    kind_id: int | None = None
    month: Month | None = None
    text: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.group_id or self.kind_id or self.month or self.text)


def _matching(places: Sequence[Place], filters: Filters) -> list[ColumnElement[bool]]:
    conditions = [within(places)]
    if filters.month:
        conditions.append(Activity.month == filters.month)
    else:
        conditions.append(Activity.month.between(Month(filters.year, 1), Month(filters.year, 12)))
    if filters.branch_id:
        conditions.append(Activity.branch_id == filters.branch_id)
    if filters.group_id:
        conditions.append(
            select(ActivityGroup.activity_id)
            .where(ActivityGroup.activity_id == Activity.id, ActivityGroup.group_id == filters.group_id)
            .exists()
        )
    if filters.kind_id:
        conditions.append(Activity.kind_id == filters.kind_id)
    if filters.text:
        named = select(Attendance.id).where(
            Attendance.activity_id == Activity.id, Attendance.name.contains(filters.text, autoescape=True)
        )
        conditions.append(
            or_(
                Activity.title.contains(filters.text, autoescape=True),
                Activity.host.contains(filters.text, autoescape=True),
                named.exists(),
            )
        )
    return conditions


def year_lines(places: Sequence[Place], filters: Filters, after: str | None, size: int) -> list[ActivityLine]:
    """The latest first, `size + 1` of them; `after` is a key made by `line_key`, anything else is the first page."""
    statement = LINES.where(*_matching(places, filters))
    position = _position(after)
    if position is not None:
        statement = statement.where(tuple_(Activity.held_on, Activity.id) < position)
    return fetched(statement.order_by(Activity.held_on.desc(), Activity.id.desc()).limit(size + 1))


def line_key(line: ActivityLine) -> str:
    return f"{line.held_on.isoformat()}.{line.id}"


def _position(after: str | None) -> Any:
    try:
        day, _, number = (after or "").partition(".")
        return tuple_(literal(date.fromisoformat(day)), literal(paging.row_id(number)))
    except ValueError:
        return None


def year_count(places: Sequence[Place], filters: Filters) -> int:
    return db.session.scalar(select(func.count()).select_from(Activity).where(*_matching(places, filters))) or 0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many recorded activities of a kind a month had, and how many of them count for the branch's cadences."""

    kind_id: int
    month: Month
    count: int
    of_branch: int


def year_tally(places: Sequence[Place], year: int, group_id: int | None = None) -> list[Tally]:
    """Submitted and confirmed activities by kind and month; a joint one counts once, whoever takes part."""
    rows = db.session.execute(
        select(
            Activity.kind_id,
            Activity.month,
            func.count().label("number"),
            func.sum(case((counts_for_branch(), 1), else_=0)).label("of_branch"),
        )
        .where(*_matching(places, Filters(year, group_id=group_id)), Activity.state.in_(RECORDED))
        .group_by(Activity.kind_id, Activity.month)
        .order_by(Activity.month, Activity.kind_id)
    )
    return [Tally(row.kind_id, row.month, row.number, row.of_branch) for row in rows]


@dataclass(frozen=True, slots=True)
class ListOption:
    """An entry of the list's filters: branch, group or kind. A kind carries its cadence at the level of the list."""

    kind: str
    id: int
    name: str
    period: str = ""
    minimum: int = 0


def list_options(places: Sequence[Place], day: date, level: str) -> list[ListOption]:
    """Branches, groups and kinds that the reader may filter by, with their names of the day."""
    first = places[0]
    branch_ids = [place.branch_id for place in places if place.branch_id is not None and place.group_id is None]
    committees = [place.committee_id for place in places if place.branch_id is None]
    groups_seen = lies_within(places, PartyGroup.committee_id, PartyGroup.branch_id, PartyGroup.id)
    branches_seen = or_(Branch.id.in_(branch_ids), Branch.committee_id.in_(committees))
    parts: list[Any] = [
        select(
            literal("branch").label("kind"), Branch.id.label("id"),
            branch_name_on(Branch.id, day).label("name"),
            Branch.sort_order.label("sort_order"), literal("").label("period"), literal(0).label("minimum"),
        ).where(branches_seen),
        select(
            literal("group"), PartyGroup.id, group_name_on(PartyGroup.id, day),
            PartyGroup.sort_order, literal(""), PartyGroup.branch_id,
        ).where(groups_seen),
        select(
            literal("kind"), ActivityKind.id, ActivityKind.name, ActivityKind.sort_order,
            func.coalesce(Cadence.period, ""), func.coalesce(Cadence.minimum, 0),
        )
        .outerjoin(Cadence, and_(Cadence.kind_id == ActivityKind.id, Cadence.level == level))
        .where(ActivityKind.committee_id == first.committee_id),
    ]  # fmt: skip
    found = union_all(*parts).subquery()
    rows = db.session.execute(select(found).order_by(found.c.kind, found.c.sort_order, found.c.id, found.c.period))
    return [ListOption(row.kind, row.id, row.name or "", row.period, row.minimum) for row in rows]
