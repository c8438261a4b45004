"""Entering values. Appended, never overwritten: a changed value is a new row and the old one stays readable.

One call takes some cells and saves all of them or none. A cell says which value its writer saw (`seen`, 0 for none):
where another stands there by now nothing is overwritten, unless it is the very same figure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators import figure_queries
from app.indicators.figure_queries import Cell, Entry, Row
from app.indicators.figures import figure_text
from app.indicators.models import Indicator, IndicatorValue

REASON_LENGTH = 300
MOST_CELLS = 4000
"""Of one call, some 0.4 s in which nobody else writes: thirty groups by eleven indicators by a year."""


@dataclass(frozen=True)
class Problem:
    """Why a cell was not saved; `stands`: the newer value that somebody else entered, where that is the reason."""

    cell: Cell
    message: str
    stands: Entry | None = None
    wants_reason: bool = False


class CellsRefused(Refused):
    """Nothing of the call was saved. 409 when somebody else was faster at one of the cells."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"有 {len(problems)} 格没有保存，这次的内容都没有写入，填的还在。")
        self.problems = problems
        self.status = 409 if any(problem.stands for problem in problems) else 422


class TooManyCells(Refused):
    """Nothing was looked at."""

    def __init__(self, cells: int) -> None:
        super().__init__(
            f"一次最多写 {MOST_CELLS} 格，这次有 {cells} 格，什么都没有写入。请分几次：一个党支部一年一份，或一部分党小组一份。"
        )


def free_until(month: Month) -> date:
    """The first day on which a value of the month may be corrected with a reason only: after the end of the next month."""
    return month.next().end


def enter_values(
    branch: Place, names: Mapping[int, str], cells: Iterable[Cell], *, by: Doer, reason: str = ""
) -> list[IndicatorValue]:
    """Values of groups of one branch; `names` are the groups that may be written to. Returns what changed."""
    wanted = list(cells)
    if not wanted:
        return []
    if len(wanted) > MOST_CELLS:
        raise TooManyCells(len(wanted))
    ids = sorted({int(cell.row.split("-")[0]) for cell in wanted})
    # One at a time for an indicator: of two who enter the same cell the second sees the first's value.
    db.session.execute(select(Indicator.id).where(Indicator.id.in_(ids)).order_by(Indicator.id).with_for_update())
    months = [cell.month for cell in wanted]
    found = figure_queries.figures(branch, list(names), min(months), max(months))
    rows = {row.key: row for own in found.values() for one in own.measured for row in one.rows}
    reason = " ".join(reason.split())[:REASON_LENGTH]
    problems = [problem for cell in wanted if (problem := _problem(cell, rows.get(cell.row), reason)) is not None]
    if problems:
        raise CellsRefused(problems)
    changed = [
        cell
        for cell in wanted
        if not _untouched(cell, rows[cell.row]) and rows[cell.row].value(cell.month) != cell.value
    ]
    _replace([entry.id for cell in changed if (entry := rows[cell.row].entries.get(cell.month))])
    written = [(rows[cell.row], _value(branch, rows[cell.row], cell, reason, by)) for cell in changed]
    db.session.add_all([value for _row, value in written])
    db.session.flush()
    _tell(branch, names, written, reason, by)
    return [value for _row, value in written]


def _problem(cell: Cell, row: Row | None, reason: str) -> Problem | None:
    if row is None or cell.month not in row.definitions:
        return Problem(cell, "这个月没有这项指标，请刷新页面看看定义。")
    if cell.month > Month.of(clock.today()):
        return Problem(cell, "还没到这个月。")
    stands = row.entries.get(cell.month)
    if _untouched(cell, row) or (stands is not None and stands.value == cell.value):
        return None
    if (stands.id if stands else 0) != cell.seen:
        return Problem(cell, _newer(stands), stands)
    late = stands is not None and stands.value is not None and clock.today() >= free_until(cell.month)
    if late and not reason:
        return Problem(cell, f"{cell.month.label}的值改动要写明原因，旧值会留着。", wants_reason=True)
    return None


def _untouched(cell: Cell, row: Row) -> bool:
    """It still says what its writer saw, so whatever stands there by now stays."""
    if not cell.seen:
        return cell.value is None
    known = [*row.former, *row.entries.values()]
    return any(entry.id == cell.seen and entry.month == cell.month and entry.value == cell.value for entry in known)


def _newer(stands: Entry | None) -> str:
    if stands is None:
        return "这一格已被别人清空。"
    figure = figure_text(stands.value) or "空"
    return f"{stands.author} {clock.local(stands.entered_at):%m-%d %H:%M} 刚填了 {figure}，您的还没有写入。"


def _replace(entries: Sequence[int]) -> None:
    """Before their successors are written, which the unique index would refuse."""
    if entries:
        db.session.execute(
            update(IndicatorValue).where(IndicatorValue.id.in_(entries)).values(replaced_at=clock.now())
        )  # fmt: skip


def _value(branch: Place, row: Row, cell: Cell, reason: str, by: Doer) -> IndicatorValue:
    return IndicatorValue(
        committee_id=branch.committee_id,
        branch_id=branch.branch_id,
        group_id=row.group_id,
        team_id=row.team_id,
        indicator_id=row.indicator_id,
        month=cell.month,
        value=cell.value,
        reason=reason if cell.month in row.entries else "",
        account_id=by.account_id,
        author=by.name,
        entered_at=clock.now(),
    )


@dataclass(frozen=True)
class MeasuredGroup:
    """A group as the subject of an audit line."""

    id: int
    place: Place
    label: str
    __tablename__ = "party_group"


@dataclass(frozen=True)
class MeasuredBranch:
    """A branch as the subject of an audit line."""

    id: int
    place: Place
    label: str
    __tablename__ = "branch"


def _tell(
    branch: Place, names: Mapping[int, str], written: Sequence[tuple[Row, IndicatorValue]], reason: str, by: Doer
) -> None:
    """One line for each group: what stood there and what stands there now, by indicator and month."""
    for group_id in dict.fromkeys(row.group_id for row, _value in written):
        before: dict[str, str] = {}
        after: dict[str, str] = {}
        for row, value in written:
            if row.group_id == group_id:
                what = f"{row.definition.name}{f'（{row.team}）' if row.team else ''} {value.month}"
                if value.month in row.entries:
                    before[what] = figure_text(row.value(value.month))
                after[what] = figure_text(value.value)
        place = Place(branch.committee_id, branch.branch_id, group_id)
        told = {**after, "reason": reason} if reason and before else after
        record(
            by, "indicator.enter", MeasuredGroup(group_id, place, names[group_id]), before=before or None, after=told
        )
