"""Reads of what was marked, answered and awarded on open sheets."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from app.foundation import clock
from app.foundation.db import Exact, db
from app.inspections.models import (
    Bonus,
    ConditionCheck,
    Mark,
    MarkSource,
    PanelMember,
    Sheet,
)
from app.inspections.scoring import Result
from app.inspections.slip import BonusLine, CheckLine, MarkLine, Record, assess, assess_self, compose


def records(
    panel: Sequence[PanelMember], of: Iterable[Sheet], *, in_full: int | None = None, account_id: int = 0
) -> dict[int, Record]:  # fmt: skip
    """Everything current on some sheets, in one statement. With `in_full` only that sheet comes whole; of the others
    no more than the account's own marks."""
    sheets_by_id = {row.id: row for row in of}
    panels = {
        row.id: {member.account_id: member.name for member in panel if member.scores(row.group_id)}
        for row in sheets_by_id.values()
    }
    lines: dict[int, list[list[Any]]] = {sheet_id: [[], [], [], []] for sheet_id in sheets_by_id}
    whole = list(sheets_by_id) if in_full is None else [in_full]
    for row in db.session.execute(_LINES, {"sheets": list(sheets_by_id), "whole": whole, "account": account_id}):
        place, line = _line(row)
        lines[row.sheet_id][place].append(line)
    return {
        sheet_id: Record(panels[sheet_id], tuple(marks), tuple(own), tuple(checks), tuple(bonuses))
        for sheet_id, (marks, own, checks, bonuses) in lines.items()
    }


def _all_lines() -> Select[Any]:
    """Current marks, checks and bonuses as rows of one shape; built once, since it is asked on every desk."""
    nothing = cast(null(), JSON)
    sheets = bindparam("sheets", type_=Integer, expanding=True)
    whole = bindparam("whole", type_=Integer, expanding=True)
    marks = select(
        cast(Mark.source, String).label("kind"), Mark.id.label("id"), Mark.sheet_id.label("sheet_id"),
        Mark.code.label("code"), Mark.account_id.label("account_id"), Mark.author.label("author"),
        Mark.points.label("points"), Mark.reason.label("text"), literal("").label("level_name"),
        Mark.taken.label("taken"), Mark.evidence.label("evidence"), Mark.marked_at.label("at"),
    ).where(
        Mark.sheet_id.in_(sheets),
        Mark.replaced_at.is_(None),
        or_(
            Mark.sheet_id.in_(whole),
            and_(Mark.source == MarkSource.PANEL, Mark.account_id == bindparam("account", type_=Integer)),
        ),
    )  # fmt: skip
    checks = select(
        literal("check"), ConditionCheck.id, ConditionCheck.sheet_id, ConditionCheck.code, ConditionCheck.account_id,
        ConditionCheck.author, cast(case((ConditionCheck.holds, "1"), else_="0"), Exact), ConditionCheck.reason,
        literal(""), nothing, nothing, ConditionCheck.checked_at,
    ).where(ConditionCheck.sheet_id.in_(whole), ConditionCheck.replaced_at.is_(None))  # fmt: skip
    bonuses = select(
        literal("bonus"), Bonus.id, Bonus.sheet_id, Bonus.level, Bonus.account_id, Bonus.author, Bonus.points,
        Bonus.honour, Bonus.level_name, nothing, nothing, Bonus.given_at,
    ).where(Bonus.sheet_id.in_(whole), Bonus.withdrawn_at.is_(None))  # fmt: skip
    rows = union_all(marks, checks, bonuses).subquery("lines")
    return select(rows).order_by(rows.c.sheet_id, rows.c.kind, rows.c.id)


_LINES = _all_lines()


def _line(row: Any) -> tuple[int, Any]:
    """The line and which part of a record it belongs to."""
    at = wall_clock(row.at)
    if row.kind == "check":
        return 2, CheckLine(row.code, row.points == 1, row.text, row.author, at)
    if row.kind == "bonus":
        return 3, BonusLine(row.id, row.level_name, row.text, row.points, row.author, at)
    line = MarkLine(
        row.code,
        row.account_id or 0,
        row.author,
        at,
        row.points,
        tuple(row.taken or ()),
        row.text,
        tuple(row.evidence or ()),
    )
    return (0 if row.kind == MarkSource.PANEL else 1), line


def wall_clock(moment: Any) -> str:
    return clock.local(moment).isoformat(timespec="seconds")


def current_mark(sheet_id: int, code: str, source: MarkSource, account_id: int | None) -> Mark | None:
    """A self check has one current mark whoever of the group wrote it."""
    found = select(Mark).where(
        Mark.sheet_id == sheet_id, Mark.code == code, Mark.source == source, Mark.replaced_at.is_(None)
    )
    if source is MarkSource.PANEL:
        found = found.where(Mark.account_id == account_id)
    return db.session.scalar(found.order_by(Mark.id.desc()).limit(1))


def current_check(sheet_id: int, code: str) -> ConditionCheck | None:
    return db.session.scalar(
        select(ConditionCheck).where(
            ConditionCheck.sheet_id == sheet_id, ConditionCheck.code == code, ConditionCheck.replaced_at.is_(None)
        )
    )


def bonus(bonus_id: int) -> Bonus | None:
    return db.session.get(Bonus, bonus_id)


def open_slip(sheet: Sheet) -> tuple[dict[str, Any], Record, Result]:
    """The slip of an open sheet, with what it is made of; one statement."""
    rubric = sheet.rubric
    record = records(sheet.round.panel, [sheet])[sheet.id]
    result = assess(rubric, record)
    return compose(rubric, record, result, assess_self(rubric, record)), record, result
