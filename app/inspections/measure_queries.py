"""What measures look at, for every group of a committee and a quarter at once, as plain data."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Integer, String, bindparam, cast, select

from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState, Cadence
from app.activities.queries import RECORDED
from app.checks.queries import findings_due
from app.foundation import clock
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Quarter
from app.indicators.quarter_queries import IndicatorQuarter, quarter_of_committee
from app.rubrics.measures import Asked, Attained, Counted, Facts, Finding, Held

_committee = bindparam("committee", type_=Integer)
_HELD = (
    select(
        ActivityGroup.group_id, ActivityKind.name, ActivityGroup.month, Activity.state, Activity.id,
        cast(Activity.held_on, String).label("held_on"), Activity.title,
    )
    .join(Activity, Activity.id == ActivityGroup.activity_id)
    .join(ActivityKind, ActivityKind.id == Activity.kind_id)
    .where(
        ActivityGroup.committee_id == _committee,
        ActivityGroup.month.between(bindparam("first", type_=MonthType), bindparam("last", type_=MonthType)),
        Activity.state.in_(RECORDED),
    )
    .order_by(ActivityGroup.group_id, Activity.held_on, Activity.id)
)  # fmt: skip
_ASKED = (
    select(ActivityKind.name, Cadence.period, Cadence.minimum)
    .join(ActivityKind, ActivityKind.id == Cadence.kind_id)
    .where(Cadence.committee_id == _committee, Cadence.level == "group")
    .order_by(ActivityKind.sort_order, Cadence.id)
)


def facts(committee_id: int, quarter: Quarter, groups: Iterable[int]) -> dict[int, Facts]:
    """The same few statements, however many groups."""
    months, today = quarter.months, clock.today()
    asked = tuple(Asked(row.name, row.period, row.minimum) for row in fetch(_ASKED, committee=committee_id))
    held = _by_group(fetch(_HELD, committee=committee_id, first=months[0], last=months[-1]))
    findings = findings_due(committee_id, quarter)
    attained = quarter_of_committee(committee_id, quarter)
    return {
        group: Facts(
            tuple((month.year, month.month) for month in months),
            tuple((month.year, month.month) for month in months if month.last < today),
            held.get(group, ()),
            asked,
            tuple(
                Finding(one.in_time, Counted("finding", one.id, one.due_on.isoformat(), one.text))
                for one in (findings[group].records if group in findings else ())
            ),
            tuple(
                Attained(
                    one.definition.name,
                    one.attainment,
                    one.definition.weight,
                    Counted("indicator", one.definition.indicator_id, str(months[-1]), one.definition.name),
                    _without_value(one, today),
                )
                for one in (attained[group].indicators if group in attained else ())
            ),
        )
        for group in groups
    }


def _without_value(one: IndicatorQuarter, today: date) -> tuple[str, ...]:
    found = dict.fromkeys(month for month, _, value, _, _ in one.months if value is None and month.last < today)
    return tuple(f"{month.month}月" for month in found)


def _by_group(rows: Iterable[Any]) -> Mapping[int, tuple[Held, ...]]:
    found: dict[int, list[Held]] = {}
    for row in rows:
        record = Counted("activity", row.id, row.held_on, row.title)
        confirmed = row.state is ActivityState.CONFIRMED
        found.setdefault(row.group_id, []).append(Held(row.name, (row.month.year, row.month.month), confirmed, record))
    return {group: tuple(own) for group, own in found.items()}
