"""Values that are asked for and not there: months of a quarter that are over, at every group and team that is measured.
Whoever judges by attainment is told of them beforehand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, case, func, or_, select, type_coerce, union_all
from sqlalchemy.orm import aliased

from app.foundation import clock
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month, Quarter
from app.indicators.models import IndicatorScope, IndicatorValue, IndicatorVersion
from app.organisation.models import Branch
from app.organisation.queries import branch_name_on

MOST_LINES = 120


def months_of(quarter: Any) -> list[ColumnElement[Month]]:
    """The three months of a column of quarters."""
    text = type_coerce(quarter, String)
    year, number = func.substr(text, 1, 4), func.substr(text, 7, 1)
    return [
        type_coerce(year + case({str(n): f"-{3 * n - 2 + at:02}" for n in range(1, 5)}, value=number), MonthType)
        for at in range(3)
    ]


def _asked_without(month: Any, ended_before: Any) -> list[ColumnElement[bool]]:
    """Of a scope and its version: in force in the month, which is over, with no value there."""
    newer = aliased(IndicatorVersion)
    overtaken = select(newer.id).where(
        newer.indicator_id == IndicatorVersion.indicator_id,
        newer.from_month <= month,
        or_(
            newer.from_month > IndicatorVersion.from_month,
            and_(newer.from_month == IndicatorVersion.from_month, newer.number > IndicatorVersion.number),
        ),
    )
    entered = select(IndicatorValue.id).where(
        IndicatorValue.indicator_id == IndicatorVersion.indicator_id,
        IndicatorValue.group_id == IndicatorScope.group_id,
        IndicatorValue.team_id.is_not_distinct_from(IndicatorScope.team_id),
        IndicatorValue.month == month,
        IndicatorValue.replaced_at.is_(None),
        IndicatorValue.value.is_not(None),
    )
    return [
        month < ended_before,
        IndicatorVersion.from_month <= month,
        ~overtaken.correlate_except(newer).exists(),
        ~entered.correlate_except(IndicatorValue).exists(),
    ]


def missing_of(quarter: Any, ended_before: Any, *where: ColumnElement[bool]) -> Any:
    """How many values of a column of quarters are missing, for the outer statement's row; `where` picks the scopes."""

    def of(month: Any) -> Any:
        return (
            select(func.count())
            .select_from(IndicatorScope)
            .join(IndicatorVersion, IndicatorVersion.id == IndicatorScope.version_id)
            .where(*where, *_asked_without(month, ended_before))
            .correlate_except(IndicatorScope, IndicatorVersion)
            .scalar_subquery()
        )

    first, second, third = (of(month) for month in months_of(quarter))
    return first + second + third


# ---------------------------------------------------------------- which they are


@dataclass(frozen=True, slots=True)
class Missing:
    """An indicator's missing values of a month at a branch; `responsible` in the words of its definition."""

    branch_id: int
    branch: str
    month: Month
    name: str
    responsible: str
    cells: int


_now = bindparam("now", type_=MonthType)
_months = [bindparam(f"month{at}", type_=MonthType) for at in range(3)]


def _lines(month: Any) -> Any:
    return (
        select(
            IndicatorScope.branch_id, month.label("month"), IndicatorVersion.name, IndicatorVersion.responsible,
            func.count().label("cells"),
        )
        .select_from(IndicatorScope)
        .join(IndicatorVersion, IndicatorVersion.id == IndicatorScope.version_id)
        .where(
            IndicatorScope.committee_id == bindparam("committee", type_=Integer),
            *_asked_without(month, _now),
        )
        .group_by(IndicatorScope.branch_id, IndicatorVersion.name, IndicatorVersion.responsible)
    )  # fmt: skip


_rows = union_all(*(_lines(month) for month in _months)).subquery()
_LINES = (
    select(
        _rows.c.branch_id, branch_name_on(Branch.id, bindparam("day")).label("branch"), _rows.c.month, _rows.c.name,
        _rows.c.responsible, _rows.c.cells,
    )
    .join(Branch, Branch.id == _rows.c.branch_id)
    .order_by(Branch.sort_order, Branch.id, _rows.c.month, _rows.c.name, _rows.c.responsible)
    .limit(MOST_LINES)
)  # fmt: skip


def missing_values(committee_id: int, quarter: Quarter) -> list[Missing]:
    """By branch and month, in one statement."""
    months = {f"month{at}": month for at, month in enumerate(quarter.months)}
    rows = fetch(_LINES, committee=committee_id, now=Month.of(clock.today()), day=quarter.last, **months)
    return [Missing(row.branch_id, row.branch, row.month, row.name, row.responsible, row.cells) for row in rows]
