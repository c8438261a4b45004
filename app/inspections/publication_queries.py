"""Reads for publishing a whole round: plain rows, so many sheets at a time, whatever the size of the committee."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    DateTime,
    Executable,
    Integer,
    Select,
    String,
    Text,
    and_,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from app.foundation import clock
from app.foundation.db import QuarterType, db
from app.foundation.periods import Quarter
from app.inspections.course import HEARING
from app.inspections.freezing import Line, Lines
from app.inspections.hearing import AnswerLine, AppealLine, Hearing
from app.inspections.hearing_models import DECISIONS, Appeal, AppealOutcome, Feedback
from app.inspections.models import Bonus, ConditionCheck, InspectionRound, Mark, MarkSource, PanelMember, Sheet
from app.inspections.result_models import GroupResult, Publication
from app.inspections.slip import BonusLine, CheckLine
from app.inspections.slip_models import SheetSlip

AT_ONCE = 500

_sheets = bindparam("sheets", type_=Integer, expanding=True)
_MARKS = (
    select(
        Mark.sheet_id, type_coerce(Mark.source, String), Mark.code, Mark.account_id, Mark.author,
        type_coerce(Mark.marked_at, DateTime), type_coerce(Mark.points, String), cast(Mark.taken, Text), Mark.reason,
        cast(Mark.evidence, Text),
    )
    .where(Mark.sheet_id.in_(_sheets), Mark.replaced_at.is_(None))
    .order_by(Mark.sheet_id, Mark.id)
)  # fmt: skip
_CHECKS = (
    select(
        ConditionCheck.sheet_id, ConditionCheck.code, ConditionCheck.holds, ConditionCheck.reason,
        ConditionCheck.author, type_coerce(ConditionCheck.checked_at, DateTime),
    )
    .where(ConditionCheck.sheet_id.in_(_sheets), ConditionCheck.replaced_at.is_(None))
    .order_by(ConditionCheck.sheet_id, ConditionCheck.id)
)  # fmt: skip
_BONUSES = (
    select(
        Bonus.sheet_id, Bonus.id, Bonus.level_name, Bonus.honour, Bonus.points, Bonus.author,
        type_coerce(Bonus.given_at, DateTime),
    )
    .where(Bonus.sheet_id.in_(_sheets), Bonus.withdrawn_at.is_(None))
    .order_by(Bonus.sheet_id, Bonus.id)
)  # fmt: skip


_ANSWERS = select(Feedback.sheet_id, Feedback.author, Feedback.answered_at, Feedback.words).where(
    Feedback.sheet_id.in_(_sheets), Feedback.replaced_at.is_(None)
)
_APPEALS = (
    select(
        Appeal.sheet_id, Appeal.code, Appeal.title, Appeal.reason, Appeal.author, Appeal.appealed_at, Appeal.before,
        Appeal.evidence, Appeal.outcome, Appeal.after, Appeal.decision, Appeal.decider, Appeal.decided_at,
    )
    .where(Appeal.sheet_id.in_(_sheets), Appeal.outcome.in_(DECISIONS))
    .order_by(Appeal.sheet_id, Appeal.id)
)  # fmt: skip


def _plain_rows(statement: Executable, values: Mapping[str, Any]) -> Sequence[Any]:
    """The session's own `execute` would look for entities in every row."""
    return db.session.connection().execute(statement, values).all()


_after = bindparam("after", type_=Integer)
_STALE = (
    select(
        Sheet.id, Sheet.committee_id, Sheet.position, Sheet.branch_id, Sheet.group_id, Sheet.branch_name,
        Sheet.group_name, Sheet.leader_name, Sheet.brand_name, cast(Sheet.face, Text).label("face"),
        SheetSlip.id.label("slip_id"), SheetSlip.edition, SheetSlip.digest,
    )
    .outerjoin(SheetSlip, and_(SheetSlip.sheet_id == Sheet.id, SheetSlip.edition == Sheet.edition))
    .where(Sheet.round_id == bindparam("round", type_=Integer), Sheet.position > _after)
    .order_by(Sheet.position, Sheet.id)
    .limit(AT_ONCE)
)  # fmt: skip
_STALE_OF_ALL = _STALE.where(Sheet.stale.is_(True))
_STALE_OF_SOME = _STALE_OF_ALL.where(Sheet.id.in_(_sheets))
_TRUE = _STALE.where(Sheet.stale.is_(False))


def stale_sheets(round_id: int, only: Sequence[int] | None = None) -> Iterator[Sequence[Any]]:
    """Sheets whose slip may not hold any more, in brand-tree order, so many at a time: the names on them, a face as JSON
    text, and which slip is kept of each."""
    if only is None:
        return _chunks(_STALE_OF_ALL, round_id)
    return _chunks(_STALE_OF_SOME, round_id, sheets=only)


def composed_sheets(round_id: int) -> Iterator[Sequence[Any]]:
    """As `stale_sheets`, those whose slip holds."""
    return _chunks(_TRUE, round_id)


def _chunks(statement: Executable, round_id: int, **values: Any) -> Iterator[Sequence[Any]]:
    after = 0
    while rows := _plain_rows(statement, {"round": round_id, "after": after, **values}):
        yield rows
        if len(rows) < AT_ONCE:
            break
        after = rows[-1].position


_LATEST = select(func.max(Publication.number)).where(Publication.round_id == bindparam("round", type_=Integer))


def next_edition(round_id: int) -> int:
    """The number of the publication that comes next."""
    return 1 + (_plain_rows(_LATEST, {"round": round_id})[0][0] or 0)


def kept_rows(round_id: int) -> Sequence[Any]:
    """What ranks and totals of a publication need, of all sheets in brand-tree order."""
    return (
        db.session.connection()
        .execute(
            select(
                Sheet.branch_id, Sheet.group_id, SheetSlip.id, SheetSlip.total, SheetSlip.band, SheetSlip.vetoed,
                SheetSlip.gates_met, SheetSlip.digest,
            )
            .join(SheetSlip, and_(SheetSlip.sheet_id == Sheet.id, SheetSlip.edition == Sheet.edition))
            .where(Sheet.round_id == round_id)
            .order_by(Sheet.position, Sheet.id)
        )
        .all()
    )  # fmt: skip


def open_points(round_id: int) -> Sequence[Any]:
    """Of the sheets without a total, in brand-tree order: name and what is open."""
    return db.session.execute(
        select(
            func.coalesce(func.nullif(Sheet.brand_name, ""), Sheet.group_name).label("name"),
            SheetSlip.slip["open"].label("open"),
        )
        .join(SheetSlip, and_(SheetSlip.sheet_id == Sheet.id, SheetSlip.edition == Sheet.edition))
        .where(Sheet.round_id == round_id, SheetSlip.total.is_(None))
        .order_by(Sheet.position, Sheet.id)
    ).all()


# As it stands under the lock: what the session has of a panel may be older.
_PANEL = (
    select(PanelMember.account_id, PanelMember.name, PanelMember.conflicts)
    .where(PanelMember.round_id == bindparam("round", type_=Integer))
    .order_by(PanelMember.id)
)


def lines_of(row: InspectionRound, sheets: Sequence[Any]) -> dict[int, Lines]:
    """Everything current on some sheets, by sheet."""
    panel = _plain_rows(_PANEL, {"round": row.id})
    names = {member.account_id: member.name for member in panel}
    apart = {group for member in panel for group in member.conflicts}
    found = {
        sheet.id: Lines(
            {m.account_id: m.name for m in panel if sheet.group_id not in m.conflicts}
            if sheet.group_id in apart
            else names
        )
        for sheet in sheets
    }
    asked = {"sheets": list(found)}
    at = WallClock()
    read = _plain_rows
    of_panel = MarkSource.PANEL.value
    for sheet_id, source, code, account_id, author, moment, points, taken, reason, evidence in read(_MARKS, asked):
        line = Line(code, account_id or 0, author, at[moment], points, taken, reason, evidence)
        lines = found[sheet_id]
        (lines.marks if source == of_panel else lines.own).append(line)
    for sheet_id, code, holds, reason, author, moment in read(_CHECKS, asked):
        found[sheet_id].checks.append(CheckLine(code, holds, reason, author, at[moment]))
    for sheet_id, number, level, honour, added, author, moment in read(_BONUSES, asked):
        found[sheet_id].bonuses.append(BonusLine(number, level, honour, added, author, at[moment]))
    if row.course.stages & HEARING:
        for sheet_id, hearing in hearings(list(found)).items():
            found[sheet_id].hearing = hearing
    return found


def hearings(sheets: Sequence[int]) -> dict[int, Hearing]:
    """What the groups answered and what became of their appeals, for those who were heard."""
    asked = {"sheets": sheets}
    answers = {
        sheet_id: AnswerLine(author, _house_time(at), words)
        for sheet_id, author, at, words in _plain_rows(_ANSWERS, asked)
    }
    appeals: dict[int, list[AppealLine]] = {}
    for line in _plain_rows(_APPEALS, asked):
        appeals.setdefault(line.sheet_id, []).append(
            AppealLine(
                line.code, line.title, line.reason, line.author, _house_time(line.appealed_at), line.before,
                tuple(line.evidence), line.outcome is AppealOutcome.UPHELD, line.after, line.decision, line.decider,
                _house_time(line.decided_at),
            )
        )  # fmt: skip
    return {
        sheet_id: Hearing(answers.get(sheet_id), tuple(appeals.get(sheet_id, ())))
        for sheet_id in answers.keys() | appeals.keys()
    }


def _house_time(moment: datetime) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


class WallClock(dict[datetime, str]):
    """Stored moments (naive, UTC) in the words of a slip. The offset is looked up once an hour: zones change by the
    hour, and looking it up costs more than all the rest."""

    def __init__(self) -> None:
        super().__init__()
        self._hours: dict[datetime, tuple[timedelta, str]] = {}

    def __missing__(self, moment: datetime) -> str:
        hour = moment.replace(minute=0, second=0, microsecond=0)
        if hour not in self._hours:
            local = clock.local(hour.replace(tzinfo=UTC))
            offset = local.utcoffset()
            assert offset is not None  # noqa: S101 - a local moment has one
            self._hours[hour] = offset, local.isoformat()[19:]
        offset, suffix = self._hours[hour]
        self[moment] = (moment + offset).isoformat(timespec="seconds") + suffix
        return self[moment]


def _previous() -> Select[*tuple[Any, ...]]:
    other = aliased(GroupResult)
    before = bindparam("before", type_=QuarterType)
    latest = (
        select(func.max(other.quarter))
        .join(Publication, Publication.id == other.publication_id)
        .where(other.group_id == GroupResult.group_id, other.quarter < before, Publication.superseded_at.is_(None))
        .correlate(GroupResult)
        .scalar_subquery()
    )
    return (
        select(GroupResult.group_id, GroupResult.total, GroupResult.quarter, SheetSlip.dimensions)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .join(SheetSlip, SheetSlip.id == GroupResult.slip_id)
        .where(
            GroupResult.group_id.in_(bindparam("groups", type_=Integer, expanding=True)),
            GroupResult.quarter == latest,
            Publication.superseded_at.is_(None),
        )
        .order_by(GroupResult.id)
    )


_PREVIOUS = _previous()


def previous_results(before: Quarter, sheets: Sequence[Any]) -> Mapping[int, Any]:
    """group -> total, quarter and dimensions of its last published result before a quarter, whichever that was."""
    rows = _plain_rows(_PREVIOUS, {"before": before, "groups": [sheet.group_id for sheet in sheets]})
    return {row.group_id: row for row in rows}
