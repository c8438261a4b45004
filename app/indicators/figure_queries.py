"""The values of groups against the definitions that held month by month, as plain data.

One statement for groups of a branch and two for a whole committee, whatever the number of groups, indicators and months.
Figures are those of now: what was published rests in its own snapshot.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month, months_between
from app.foundation.places import Place
from app.indicators.attainment import Direction, Target, mean, weighted
from app.indicators.figures import figure_text, places_of
from app.indicators.models import Indicator, IndicatorScope, IndicatorValue, IndicatorVersion
from app.organisation.models import WorkTeam

Span = Sequence[Month]


@dataclass(frozen=True)
class Definition:
    """A version as plain data."""

    indicator_id: int
    number: int
    from_month: Month
    name: str
    unit: str
    target: Target
    baseline: Fraction | None
    weight: Fraction
    source: str
    responsible: str

    @property
    def asked(self) -> str:
        """The target in words: ≥ 97, ≤ 3, 12—12.5."""
        bound = figure_text(self.target.bound)
        if self.target.upper is not None:
            return f"{bound}—{figure_text(self.target.upper)}"
        return f"{'≥' if self.target.direction is Direction.MORE else '≤'} {bound}"


@dataclass(frozen=True)
class Entry:
    """A month's value in force, or one that was replaced; `value` None: taken back."""

    id: int
    month: Month
    value: Fraction | None
    author: str
    entered_at: datetime
    reason: str
    replaced_at: datetime | None


@dataclass(frozen=True)
class Cell:
    """A value as somebody enters it. `row` is a `Row.key`, `seen` the id of the value that its writer saw, 0 for none; `value`
    None takes the value back."""

    row: str
    month: Month
    value: Fraction | None
    seen: int


@dataclass(frozen=True)
class Row:
    """An indicator at a group, or at one of its teams: the definition that held in each month, and the values."""

    indicator_id: int
    group_id: int
    team_id: int | None
    team: str
    definitions: Mapping[Month, Definition]
    entries: Mapping[Month, Entry]
    former: tuple[Entry, ...]

    @property
    def definition(self) -> Definition:
        """The latest of the span."""
        return self.definitions[max(self.definitions)]

    @property
    def key(self) -> str:
        return f"{self.indicator_id}-{self.group_id}-{self.team_id or 0}"

    @property
    def places(self) -> int:
        """The decimals with which the row's values are shown."""
        return places_of(entry.value for entry in self.entries.values())

    def value(self, month: Month) -> Fraction | None:
        return self.entries[month].value if month in self.entries else None

    def attained(self, month: Month) -> Fraction | None:
        value = self.value(month)
        return (
            self.definitions[month].target.attained(value) if value is not None and month in self.definitions else None
        )


@dataclass(frozen=True)
class Measured:
    """An indicator at a group: one row, or one for each of its teams, whose attainments count alike."""

    rows: tuple[Row, ...]

    @property
    def definition(self) -> Definition:
        return max((row.definition for row in self.rows), key=lambda one: (one.from_month, one.number))

    def attained(self, month: Month) -> Fraction | None:
        return mean(row.attained(month) for row in self.rows)

    def over(self, months: Span) -> Fraction | None:
        return mean(self.attained(month) for month in months)

    def missing(self, months: Span) -> int:
        """Months in which it was asked for and no value stands."""
        return sum(
            any(month in row.definitions and row.value(month) is None for row in self.rows) for month in months
        )  # fmt: skip


@dataclass(frozen=True)
class GroupFigures:
    """All that a group is measured by, in the committee's order."""

    measured: tuple[Measured, ...]

    def attained(self, month: Month) -> Fraction | None:
        return self.over([month])

    def over(self, months: Span) -> Fraction | None:
        return weighted((one.definition.weight, one.over(months)) for one in self.measured)

    def missing(self, months: Span) -> int:
        return sum(one.missing(months) for one in self.measured)


NOTHING = GroupFigures(())


# ---------------------------------------------------------------- statements, built once

_committee, _branch = bindparam("committee", type_=Integer), bindparam("branch", type_=Integer)
_groups: Any = bindparam("groups", expanding=True)
_first, _last = bindparam("first", type_=MonthType), bindparam("last", type_=MonthType)


def _versions(indicators: Any, at: Any) -> Select[*tuple[Any, ...]]:
    """Every version that began by the last month, with each place that it measures; one that measures none there too,
    since it ends what an earlier one measured."""
    return (
        select(
            IndicatorVersion.indicator_id, IndicatorVersion.number, IndicatorVersion.from_month, IndicatorVersion.name,
            IndicatorVersion.unit, IndicatorVersion.direction, IndicatorVersion.bound, IndicatorVersion.upper,
            IndicatorVersion.baseline, IndicatorVersion.weight, IndicatorVersion.source, IndicatorVersion.responsible,
            IndicatorScope.group_id, IndicatorScope.team_id, WorkTeam.name.label("team"),
            Indicator.branch_id.label("owner"), Indicator.sort_order, WorkTeam.sort_order.label("team_order"),
            IndicatorScope.id.label("scope_id"),
        )
        .join(Indicator, Indicator.id == IndicatorVersion.indicator_id)
        .outerjoin(IndicatorScope, and_(IndicatorScope.version_id == IndicatorVersion.id, at))
        .outerjoin(WorkTeam, WorkTeam.id == IndicatorScope.team_id)
        .where(IndicatorVersion.committee_id == _committee, IndicatorVersion.from_month <= _last, indicators)
        .order_by(
            Indicator.branch_id.is_not(None), Indicator.sort_order, Indicator.id, IndicatorVersion.from_month,
            IndicatorVersion.number, WorkTeam.sort_order, IndicatorScope.id,
        )
    )  # fmt: skip


def _values(*at: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            IndicatorValue.id, IndicatorValue.indicator_id, IndicatorValue.group_id, IndicatorValue.team_id,
            IndicatorValue.month, IndicatorValue.value, IndicatorValue.author, IndicatorValue.entered_at,
            IndicatorValue.reason, IndicatorValue.replaced_at,
        )
        .where(IndicatorValue.committee_id == _committee, IndicatorValue.month.between(_first, _last), *at)
        .order_by(IndicatorValue.id)
    )  # fmt: skip


def _at_once(versions: Select[*tuple[Any, ...]], values: Select[*tuple[Any, ...]]) -> CompoundSelect[Any]:
    """Both in one statement, told apart by `part`; what only the other has is empty."""
    wanted = {column.key: column for column in (*versions.selected_columns, *values.selected_columns)}

    def part(name: str, own: Any) -> Select[*tuple[Any, ...]]:
        rows = own.order_by(None).subquery()
        told = (rows.c.get(key, type_coerce(null(), column.type)).label(key) for key, column in wanted.items())
        return select(literal(name).label("part"), *told)

    return union_all(part("version", versions), part("value", values))


_OWN = or_(Indicator.branch_id.is_(None), Indicator.branch_id == _branch)
_OF_GROUPS = _at_once(
    _versions(_OWN, IndicatorScope.group_id.in_(_groups)),
    _values(IndicatorValue.branch_id == _branch, IndicatorValue.group_id.in_(_groups)),
)
_VERSIONS_OF_ALL = _versions(Indicator.id.is_not(None), IndicatorScope.id.is_not(None))
_VALUES_OF_ALL = _values(IndicatorValue.replaced_at.is_(None))


def figures(place: Place, groups: Collection[int], first: Month, last: Month) -> dict[int, GroupFigures]:
    """group -> its figures, for groups of one branch; every group asked for has an answer."""
    branch = place.branch_id or 0
    rows = fetch(
        _OF_GROUPS, committee=place.committee_id, branch=branch, groups=list(groups), first=first, last=last
    ).all()  # fmt: skip
    versions = sorted((row for row in rows if row.part == "version"), key=_order)
    found = _assembled(versions, sorted((row for row in rows if row.part == "value"), key=_by_id), first, last)
    return {group: found.get(group, NOTHING) for group in groups}


def figures_of_committee(committee_id: int, first: Month, last: Month) -> dict[int, GroupFigures]:
    """As `figures` for all groups of a committee at once; a group that nothing measures is absent."""
    versions = fetch(_VERSIONS_OF_ALL, committee=committee_id, last=last).all()
    return _assembled(
        versions, fetch(_VALUES_OF_ALL, committee=committee_id, first=first, last=last).all(), first, last
    )


# ---------------------------------------------------------------- putting together

Spot = tuple[int, int, int | None]  # indicator, group, team
_by_id = attrgetter("id")


def _order(row: Any) -> tuple[Any, ...]:
    """As `_versions` orders."""
    at_team = (row.team_order is not None, row.team_order or 0, row.scope_id or 0)
    return row.owner is not None, row.sort_order, row.indicator_id, row.from_month, row.number, *at_team


def _assembled(versions: Iterable[Any], values: Iterable[Any], first: Month, last: Month) -> dict[int, GroupFigures]:
    now: dict[Spot, dict[Month, Entry]] = {}
    former: dict[Spot, list[Entry]] = {}
    for row in values:
        spot = (row.indicator_id, row.group_id, row.team_id)
        entry = Entry(row.id, row.month, row.value, row.author, row.entered_at, row.reason, row.replaced_at)
        if row.replaced_at is None:
            now.setdefault(spot, {})[row.month] = entry
        else:
            former.setdefault(spot, []).append(entry)
    months = list(months_between(first, last))
    measured: dict[int, list[Measured]] = {}
    for indicator_id, own in groupby(versions, key=lambda row: row.indicator_id):
        held, teams = _held(list(own), months)
        for group_id, spots in groupby(sorted(held, key=lambda spot: spot[1]), key=lambda spot: spot[1]):
            rows = tuple(
                Row(
                    indicator_id, group_id, spot[2], teams[spot], held[spot], now.get(spot, {}),
                    tuple(former.get(spot, ())),
                )
                for spot in spots
            )  # fmt: skip
            measured.setdefault(group_id, []).append(Measured(rows))
    return {group_id: GroupFigures(tuple(ones)) for group_id, ones in measured.items()}


def _held(rows: Sequence[Any], months: Span) -> tuple[dict[Spot, dict[Month, Definition]], dict[Spot, str]]:
    """For each place of one indicator the definition of each month in which it is measured there."""
    versions = [(_definition(row), scoped) for row, scoped in _by_version(rows)]
    held: dict[Spot, dict[Month, Definition]] = {}
    teams: dict[Spot, str] = {}
    for month in months:
        in_force = next((one for one in reversed(versions) if one[0].from_month <= month), None)
        if in_force is None:
            continue
        for row in in_force[1]:
            spot = (row.indicator_id, row.group_id, row.team_id)
            held.setdefault(spot, {})[month] = in_force[0]
            teams[spot] = row.team or ""
    return held, teams


def _by_version(rows: Sequence[Any]) -> list[tuple[Any, list[Any]]]:
    """Each version's row with the rows of the places that it measures, in the order of months and numbers."""
    found = []
    for _number, same in groupby(rows, key=lambda row: row.number):
        own = list(same)
        found.append((own[0], [row for row in own if row.group_id is not None]))
    return found


def _definition(row: Any) -> Definition:
    return Definition(
        row.indicator_id, row.number, row.from_month, row.name, row.unit, Target(row.direction, row.bound, row.upper),
        row.baseline, row.weight, row.source, row.responsible,
    )  # fmt: skip
