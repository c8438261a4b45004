"""What a sheet's pages show, as plain rows of statements built once. Acts load the sheet itself by `queries.sheet`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from app.accounts.kept import until_next_act
from app.foundation import clock
from app.foundation.db import fetch
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.conflict_queries import joined_since
from app.inspections.course import PANEL_MAY_CHANGE, RoundState
from app.inspections.models import ConditionCheck, InspectionRound, Mark, MarkSource, PanelMember, Sheet
from app.organisation.models import Membership
from app.rubrics.layout import Layout, laid_out
from app.rubrics.models import RubricVersion

FACE = cast(Sheet.face, Text).label("face")
NAME = func.coalesce(func.nullif(Sheet.brand_name, ""), Sheet.group_name).label("name")
# Written into the statement: a constant that is bound is bound anew each time.
COLON, EQUALS, DASH, SEMICOLON, NOTHING, JOINED = (
    literal_column(f"'{c}'", String) for c in (":", "=", "-", ";", "", "joined")
)
_today = bindparam("today", type_=Date)
_sheet, _account = bindparam("sheet", type_=Integer), bindparam("account", type_=Integer)


def joined_text(*parts: Any) -> Any:
    """The parts of each row as one text, the rows parted by semicolons: group_concat or string_agg."""
    row = parts[0]
    for part in parts[1:]:
        row = row.concat(part)
    return func.aggregate_strings(row, SEMICOLON)  # type: ignore[arg-type]  # a column is as good as a str here


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet with its round, its rubric and those who mark it."""

    id: int
    place: Place
    round_id: int
    name: str
    group_name: str
    face: str
    self_checked_at: datetime | None
    self_checked_by: str
    title: str
    state: RoundState
    quarter: Quarter
    self_check_until: date
    rubric_label: str
    layout: Layout
    answered: int
    """How many gates and vetoes have an answer."""

    markers: Mapping[int, int]
    """Who marks the sheet, and how many of its criteria they have marked."""

    barred: frozenset[int]
    """Who sits on the panel, but not, or not any more, for this group. From the review on the marks of somebody who joined
    the group meanwhile still count, so that such a person is among the markers too."""

    def marked_by(self, account_id: int) -> bool:
        """Whether somebody of the panel may mark the sheet as of today."""
        return account_id in self.markers and account_id not in self.barred

    @property
    def revealed(self) -> bool:
        """Every panel member has marked every criterion: from here on the panel sees each other's marks."""
        return all(marked == self.layout.total for marked in self.markers.values())


def _open_sheet() -> Select[*tuple[Any, ...]]:
    marked = select(func.count()).where(
        Mark.sheet_id == Sheet.id,
        Mark.source == MarkSource.PANEL,
        Mark.account_id == PanelMember.account_id,
        Mark.replaced_at.is_(None),
    )
    answered = select(func.count()).where(ConditionCheck.sheet_id == Sheet.id, ConditionCheck.replaced_at.is_(None))
    joined = exists().where(*joined_since(_today), Membership.group_id == Sheet.group_id)
    joined = joined.correlate(PanelMember, InspectionRound, Sheet)
    # Few people of whom little is wanted: one text "account:marked:joined:conflicts;…" instead of a row each.
    panel = select(
        joined_text(
            cast(PanelMember.account_id, String), COLON, cast(marked.correlate(Sheet, PanelMember).scalar_subquery(), String),
            COLON, case((joined, JOINED), else_=NOTHING), COLON,
            cast(PanelMember.conflicts, Text),
        )
    ).where(PanelMember.round_id == Sheet.round_id)  # fmt: skip
    return (
        select(
            Sheet.id, Sheet.committee_id, Sheet.branch_id, Sheet.group_id, Sheet.round_id, NAME, Sheet.group_name, FACE,
            Sheet.self_checked_at, Sheet.self_checked_by, InspectionRound.title, InspectionRound.state,
            InspectionRound.quarter, InspectionRound.self_check_until, RubricVersion.title.label("rubric_title"),
            RubricVersion.number, cast(RubricVersion.content, Text).label("content"),
            answered.correlate(Sheet).scalar_subquery().label("answered"),
            panel.correlate(Sheet, InspectionRound).scalar_subquery().label("panel"),
        )
        .join(InspectionRound, InspectionRound.id == Sheet.round_id)
        .join(RubricVersion, RubricVersion.id == InspectionRound.rubric_id)
        .where(Sheet.id == _sheet)
    )  # fmt: skip


_OPEN_SHEET = _open_sheet()


def open_sheet(sheet_id: int) -> OpenSheet | None:
    today = clock.today()
    return until_next_act(("open-sheet", sheet_id, today), lambda: _read_open_sheet(sheet_id, today))


def _read_open_sheet(sheet_id: int, today: date) -> OpenSheet | None:
    row = fetch(_OPEN_SHEET, sheet=sheet_id, today=today).first()
    if row is None:
        return None
    markers, barred = {}, set()
    for member in filter(None, (row.panel or "").split(";")):
        account, marked, joined, conflicts = member.split(":", 3)
        apart = row.group_id in json.loads(conflicts)
        if apart or joined:
            barred.add(int(account))
        if not apart and (not joined or row.state not in PANEL_MAY_CHANGE):
            markers[int(account)] = int(marked)
    return OpenSheet(
        row.id,
        Place(row.committee_id, row.branch_id, row.group_id),
        row.round_id,
        row.name,
        row.group_name,
        row.face,
        row.self_checked_at,
        row.self_checked_by,
        row.title,
        row.state,
        row.quarter,
        row.self_check_until,
        f"{row.rubric_title}第{row.number}版",
        laid_out(row.content).of_branch(row.branch_id),
        row.answered,
        markers,
        frozenset(barred),
    )


# ---------------------------------------------------------------- marks


def _given(source: MarkSource) -> Select[*tuple[Any, ...]]:
    """A row for each sheet: id, group, name, face, and what somebody gave there as one text (see `desk.points_by_code`)."""
    marks = select(joined_text(Mark.code, EQUALS, func.coalesce(cast(Mark.points, String), DASH))).where(
        Mark.sheet_id == Sheet.id, Mark.source == source, Mark.replaced_at.is_(None)
    )
    if source is MarkSource.PANEL:
        marks = marks.where(or_(Mark.account_id == _account, Mark.account_id.is_(None)))
    given = func.coalesce(marks.correlate(Sheet).scalar_subquery(), NOTHING).label("given")
    return select(Sheet.id, Sheet.group_id, NAME, FACE, given)


_SIBLINGS = (
    _given(MarkSource.PANEL)
    .where(Sheet.round_id == bindparam("round", type_=Integer), Sheet.branch_id == bindparam("branch", type_=Integer))
    .order_by(Sheet.position, Sheet.id)
)
_OWN = _given(MarkSource.SELF).where(Sheet.id == _sheet)
_MINE = _given(MarkSource.PANEL).where(Sheet.id == _sheet)


def siblings(sheet: OpenSheet, account_id: int) -> Sequence[Any]:
    """The sheets of the same branch in brand-tree order, each with what the account gave: id, group_id, name,
    face, given."""
    values = {"round": sheet.round_id, "branch": sheet.place.branch_id, "account": account_id}
    return until_next_act(("siblings", *values.values()), lambda: fetch(_SIBLINGS, **values).all())


def given_by(sheet: OpenSheet, account_id: int) -> str:
    """What the account gave on the sheet, as one text."""
    given: str = fetch(_MINE, sheet=sheet.id, account=account_id).one().given
    return given


def given_by_group(sheet: OpenSheet) -> str:
    given: str = fetch(_OWN, sheet=sheet.id).one().given
    return given


_CRITERION = (
    select(
        Mark.source, Mark.code, Mark.account_id, Mark.author, Mark.points, Mark.taken, Mark.reason, Mark.evidence,
        Mark.marked_at,
    )
    .where(Mark.sheet_id == _sheet, Mark.replaced_at.is_(None))
    .order_by(Mark.marked_at, Mark.id)
)  # fmt: skip
_ONE_CRITERION = _CRITERION.where(Mark.code == bindparam("code", type_=String))
_SELF_CHECK = _CRITERION.where(Mark.source == MarkSource.SELF)
_ONE_VOICE = _CRITERION.where(Mark.source == MarkSource.PANEL, Mark.account_id.is_(None))


@dataclass(frozen=True, slots=True)
class Marked:
    """A current mark of one criterion, whole."""

    source: MarkSource
    code: str
    account_id: int | None
    author: str
    points: Fraction | None
    taken: Sequence[Mapping[str, Any]]
    reason: str
    evidence: Sequence[Mapping[str, Any]]
    marked_at: datetime


def _marked(rows: Iterable[Any]) -> list[Marked]:
    return [Marked(*row) for row in rows]


def marks_of(sheet_id: int, code: str) -> list[Marked]:
    """Every current mark of one criterion, the group's own too, earliest first."""
    return until_next_act(("marks", sheet_id, code), lambda: _marked(fetch(_ONE_CRITERION, sheet=sheet_id, code=code)))


def self_check(sheet_id: int) -> list[Marked]:
    """What the group gave itself on the whole sheet."""
    return until_next_act(("self-check", sheet_id), lambda: _marked(fetch(_SELF_CHECK, sheet=sheet_id)))


def one_voice_marks(sheet_id: int) -> list[Marked]:
    """What the system, the committee and the branch gave on the whole sheet."""
    return until_next_act(("one-voice", sheet_id), lambda: _marked(fetch(_ONE_VOICE, sheet=sheet_id)))
