"""What a quarter's values attain, for those who judge it and keep it for good."""

from dataclasses import dataclass
from fractions import Fraction

from app.foundation.periods import Month, Quarter
from app.indicators.attainment import Target
from app.indicators.figure_queries import Definition, GroupFigures, Span, figures_of_committee


@dataclass(frozen=True)
class IndicatorQuarter:
    """An indicator of a group in a quarter, whole enough to be kept for good.

    `months`: (month, team or "", value, target, attainment) of every month and place in which it was measured; value
    and attainment are None where no value stands. `attainment` is the mean of the months that have one.
    """

    definition: Definition
    months: tuple[tuple[Month, str, Fraction | None, Target, Fraction | None], ...]
    attainment: Fraction | None
    missing: int


@dataclass(frozen=True)
class GroupQuarter:
    indicators: tuple[IndicatorQuarter, ...]
    attainment: Fraction | None


def quarter_of_committee(committee_id: int, quarter: Quarter) -> dict[int, GroupQuarter]:
    """group -> what its quarter's values attain, by the definitions that held in each of its months. Two statements for
    all groups of the committee."""
    found = figures_of_committee(committee_id, quarter.months[0], quarter.months[-1])
    return {group: _quarter(own, quarter.months) for group, own in found.items()}


def _quarter(own: GroupFigures, months: Span) -> GroupQuarter:
    return GroupQuarter(
        tuple(
            IndicatorQuarter(
                one.definition,
                tuple(
                    (month, row.team, row.value(month), row.definitions[month].target, row.attained(month))
                    for month in months
                    for row in one.rows
                    if month in row.definitions
                ),
                one.over(months),
                one.missing(months),
            )
            for one in own.measured
        ),
        own.over(months),
    )
