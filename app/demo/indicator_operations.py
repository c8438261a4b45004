"""Indicators of every group by its trade, with the values of two years: the year before the one shown in one go, then
month by month as they came in, one of them corrected late."""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from app.demo.calendar import Calendar, at, chance
from app.demo.house import Branch, Group, House
from app.demo.texts.indicators import COMMON, LATE, MEASURES, TIGHTER, Measure
from app.demo.timeline import Timeline
from app.foundation.db import db
from app.foundation.periods import Month
from app.indicators import figure_queries, operations, value_operations
from app.indicators.attainment import Direction, Target
from app.indicators.definition_queries import Spot, Wording
from app.indicators.figure_queries import Cell
from app.indicators.models import Indicator

DAY = timedelta(days=1)
# How a group stands to its targets, by its order in the branch; some are ahead, some still have a way to go.
STANDING = (0.6, 0.1, 0.4, -0.5, 0.2, 0.3)
YEAR = 12


def measure(house: House, calendar: Calendar, timeline: Timeline) -> None:
    first = calendar.months[0].shift(-YEAR)
    for branch in house.branches:
        known: dict[Measure, int] = {}
        _define_all(branch, calendar, known, first, timeline)
        if len(calendar.months) > 1:
            before = [first.shift(n) for n in range(YEAR)]
            _enter_at(branch, calendar, known, before, timeline, calendar.months[0].first + 2 * DAY)
        for month in calendar.months:
            day = month.end + (3 + branch.groups[0].sort_order) * DAY
            if day <= calendar.latest:
                _enter_at(branch, calendar, known, [month], timeline, day)
    _correct_late(house.branches[0], calendar, timeline)


def _define_all(
    branch: Branch, calendar: Calendar, known: dict[Measure, int], first: Month, timeline: Timeline
) -> None:
    moment = at(min(calendar.founded + 45 * DAY, first.first), 10)
    timeline.add(moment, lambda: _define(branch, known, first))
    tightened = Month(calendar.today.year, 1)
    if branch.data.groups[0].trade == "process" and tightened > first:
        timeline.add(at(tightened.first + 8 * DAY, 10), lambda: _tighten(branch, known, tightened))


def _define(branch: Branch, known: dict[Measure, int], first: Month) -> None:
    measures = dict.fromkeys(one for group in branch.groups for one in MEASURES[group.data.trade])
    for one in sorted(measures, key=lambda one: COMMON.index(one) if one in COMMON else -1):
        groups = [group for group in branch.groups if one in MEASURES[group.data.trade]]
        row = operations.define_indicator(branch.place, _wording(one, branch, groups, first), by=branch.secretary)
        db.session.flush()
        known[one] = row.id


def _wording(one: Measure, branch: Branch, groups: Sequence[Group], first: Month, reason: str = "") -> Wording:
    return Wording(
        name=one.name,
        unit=one.unit,
        target=Target(Direction(one.direction), Fraction(one.bound), Fraction(one.upper) if one.upper else None),
        baseline=None,
        weight=Fraction(one.weight),
        source=one.source,
        responsible=one.responsible,
        from_month=first,
        spots=[_spot(one, branch, group) for group in groups],
        reason=reason,
    )


def _spot(one: Measure, branch: Branch, group: Group) -> Spot:
    team = None if one.at_team is None else group.team_ids[one.at_team]
    label = group.data.name if one.at_team is None else f"{group.data.name}·{group.data.teams[one.at_team]}"
    return Spot(branch.id, group.id, team, label)


def _tighten(branch: Branch, known: dict[Measure, int], month: Month) -> None:
    name, bound, reason = TIGHTER
    old = next(one for one in MEASURES["repair"] if one.name == name)
    row = db.session.get_one(Indicator, known[old])
    groups = [group for group in branch.groups if old in MEASURES[group.data.trade]]
    wording = _wording(old, branch, groups, month, reason)
    target = Target(wording.target.direction, Fraction(bound))
    changed = Wording(**{**vars(wording), "target": target})
    operations.change_indicator(row, changed, by=branch.secretary, seen=1)


def _enter_at(
    branch: Branch,
    calendar: Calendar,
    known: dict[Measure, int],
    months: Sequence[Month],
    timeline: Timeline,
    day: date,
) -> None:
    def enter() -> None:
        cells = [
            Cell(
                f"{known[one]}-{group.id}-{_spot(one, branch, group).team_id or 0}", month,
                _value(one, group, calendar, month), 0,
            )
            for group in branch.groups
            for one in MEASURES[group.data.trade]
            for month in months
        ]  # fmt: skip
        names = {group.id: group.name_on(months[-1].last) for group in branch.groups}
        value_operations.enter_values(branch.place, names, cells, by=branch.secretary)

    timeline.add(at(day, 16), enter)


def _value(one: Measure, group: Group, calendar: Calendar, month: Month) -> Fraction | None:
    """None for the one month that nobody has handed in yet."""
    if one.name == "点检问题关闭率" and month == calendar.months[-1].shift(-2):
        return None
    since = (month.year - calendar.months[0].year) * YEAR + month.month - calendar.months[0].month + YEAR
    random = chance("indicator", one.name, group.data.name, since)
    better = 1 if one.direction == "more" else -1 if one.direction == "less" else 0
    standing = STANDING[group.sort_order % len(STANDING)]
    value = (
        one.start + better * (one.drift * since / YEAR / 2 + standing * one.spread) + random.gauss(0, one.spread * 0.7)
    )
    if one.unit == "%" and one.direction == "more":
        value = min(value, 99.9)
    if one.places == 0:
        value = max(0.0, value)
    return Fraction(f"{value:.{one.places}f}")


def _correct_late(branch: Branch, calendar: Calendar, timeline: Timeline) -> None:
    if len(calendar.months) < 5:
        return
    month = calendar.months[-5]
    group = branch.groups[1]

    def correct() -> None:
        found = figure_queries.figures(branch.place, [group.id], month, month)[group.id]
        row = next(row for one in found.measured for row in one.rows if one.definition.name == LATE[0])
        entry = row.entries[month]
        assert entry.value is not None  # noqa: S101 - entered a month before
        cell = Cell(row.key, month, entry.value - Fraction("0.4"), entry.id)
        names = {group.id: group.name_on(month.last)}
        value_operations.enter_values(branch.place, names, [cell], by=branch.secretary, reason=LATE[1])

    timeline.add(at(month.next().end + 9 * DAY, 11), correct)
