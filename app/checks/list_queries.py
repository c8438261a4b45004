"""Findings in lists: a page of them, what a checklist begins with, those of one visit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, Integer, and_, bindparam, or_, select, tuple_

from app.checks import repeats
from app.checks.course import FindingState, Source
from app.checks.kinds import FindingKind
from app.checks.models import Finding
from app.foundation import paging
from app.foundation.db import db, fetch
from app.foundation.periods import as_of
from app.foundation.places import Place
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on, lies_within

PAGE_SIZE = 30

# ---------------------------------------------------------------- lists


@dataclass(frozen=True, slots=True)
class FindingLine:
    id: int
    group_id: int
    group_name: str
    state: FindingState
    source: Source
    kind: FindingKind
    text: str
    owner: str
    found_on: date
    due_on: date
    closed_on: date | None
    reopened: int
    repeats: int
    raised_by: str
    mutual_check_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.found_on}.{self.id}"


_LINES = select(
    Finding.id, Finding.group_id, group_name_on(Finding.group_id, Finding.found_on).label("group_name"), Finding.state,
    Finding.source, Finding.kind, Finding.text, Finding.owner, Finding.found_on, Finding.due_on, Finding.closed_on,
    Finding.reopened, Finding.repeats, Finding.raised_by, Finding.mutual_check_id,
)  # fmt: skip
LATEST_FIRST = (Finding.found_on.desc(), Finding.id.desc())


@dataclass(frozen=True, slots=True)
class Filters:
    """`state` "waiting" is all that somebody has still to do something about; empty is all but what was withdrawn."""

    state: str = ""
    branch_id: int | None = None
    group_id: int | None = None
    repeated: bool = False


def _matching(places: Sequence[Place], account_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    """Of the reader's places, and what the reader raised anywhere."""
    conditions = [
        or_(
            lies_within(places, Finding.committee_id, Finding.branch_id, Finding.group_id),
            Finding.raised_by_id == account_id,
        )
    ]
    if filters.state == "waiting":
        conditions.append(Finding.state.in_([state for state in FindingState if state.waits]))
    elif filters.state:
        conditions.append(Finding.state == FindingState(filters.state))
    else:
        conditions.append(Finding.state != FindingState.WITHDRAWN)
    if filters.branch_id:
        conditions.append(Finding.branch_id == filters.branch_id)
    if filters.group_id:
        conditions.append(Finding.group_id == filters.group_id)
    if filters.repeated:
        conditions.append(Finding.repeats > 0)
    return conditions


def finding_lines(
    places: Sequence[Place], account_id: int, filters: Filters, after: str | None
) -> list[FindingLine]:  # fmt: skip
    """A page and one more, the latest found first; groups are named as on the day of the finding."""
    found = _LINES.where(*_matching(places, account_id, filters)).order_by(*LATEST_FIRST).limit(PAGE_SIZE + 1)
    if (key := _key(after)) is not None:
        found = found.where(tuple_(Finding.found_on, Finding.id) < key)
    return [FindingLine(**row) for row in db.session.execute(found).mappings()]


def _key(text: str | None) -> tuple[date, int] | None:
    """A key that is none begins at the top."""
    day, _, number = (text or "").partition(".")
    try:
        return date.fromisoformat(day), paging.row_id(number)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Unit:
    """A group that the reader's list may be narrowed to."""

    branch_id: int
    branch_name: str
    group_id: int
    group_name: str


UNITS_OFFERED = 200


def units(places: Sequence[Place], day: date) -> list[Unit]:
    """The groups of the reader's places that stand on `day`, in the order of branches and groups."""
    rows = db.session.execute(
        select(
            PartyGroup.branch_id,
            branch_name_on(PartyGroup.branch_id, day),
            PartyGroup.id,
            group_name_on(PartyGroup.id, day),
        )
        .join(Branch, Branch.id == PartyGroup.branch_id)
        .where(
            lies_within(places, PartyGroup.committee_id, PartyGroup.branch_id, PartyGroup.id), as_of(PartyGroup, day)
        )
        .order_by(Branch.sort_order, Branch.id, PartyGroup.sort_order, PartyGroup.id)
        .limit(UNITS_OFFERED)
    )
    return [Unit(*row) for row in rows]


_OPEN_OF_GROUP = (
    _LINES.where(
        Finding.group_id == bindparam("group_id", type_=Integer),
        or_(
            Finding.state.in_([state for state in FindingState if state.waits]),
            and_(Finding.repeats > 0, Finding.found_on >= bindparam("since", type_=Date)),
        ),
        Finding.state != FindingState.WITHDRAWN,
    )
    .order_by(Finding.state == FindingState.CLOSED, Finding.due_on, Finding.id)
    .limit(20)
)


def to_look_at_first(group_id: int, today: date) -> list[FindingLine]:
    """What a checklist begins with: what is open, then what came up again within a year."""
    rows = fetch(_OPEN_OF_GROUP, group_id=group_id, since=repeats.a_year_before(today))
    return [FindingLine(**row) for row in rows.mappings()]


_OF_CHECK = _LINES.where(
    Finding.mutual_check_id == bindparam("check_id", type_=Integer), Finding.state != FindingState.WITHDRAWN
).order_by(Finding.id)


def findings_of_check(check_id: int) -> list[FindingLine]:
    return [FindingLine(**row) for row in fetch(_OF_CHECK, check_id=check_id).mappings()]
