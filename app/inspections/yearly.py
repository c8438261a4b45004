"""A group's year: four quarters beside the same quarters of the year before. Totals are hundredths of a point."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.inspections.scoring import half_up


@dataclass(frozen=True, slots=True)
class Quarterly:
    """One published quarter; `id` is the frozen result's."""

    id: int
    total: int
    band: str


Quarters = Sequence[Quarterly | None]


def mean(quarters: Quarters) -> int | None:
    """Over the quarters that were published, rounded once, half up; a missing quarter counts neither for nor against."""
    totals = [one.total for one in quarters if one is not None]
    return half_up(Fraction(sum(totals), 100 * len(totals))) if totals else None


def alike(now: Quarters, before: Quarters) -> tuple[list[Quarterly], list[Quarterly]]:
    """The quarters that both years have: a year that lacks a quarter is not held against the other's whole."""
    both = [(a, b) for a, b in zip(now, before, strict=True) if a is not None and b is not None]
    return [a for a, _ in both], [b for _, b in both]


def change(now: Quarters, before: Quarters) -> int | None:
    """This year's mean less the last year's over the quarters that both have, each mean rounded as it is shown."""
    first, second = (mean(side) for side in alike(now, before))
    return None if first is None or second is None else first - second
