"""How far a value attains its own target. Exact throughout; nothing is rounded here.

An attainment is 1 at the target and moves with the distance from it, measured in the target's own size:

- more is better:  1 + (value - target) / |target|
- less is better:  1 - (value - target) / |target|
- a range:         1 inside (both bounds included); outside 1 - distance to the nearer bound / |that bound|. Better than
                   inside does not exist, so it never exceeds 1.

It lies between 0 and the `CAP`: a target that was set too low must not make up for another that is missed. Where the
bound is 0 nothing can be measured in its size: 1 when it is met, else 0. So it does not depend on the unit: the same
value and target in other units attain the same.

A month without a value is neutral: it counts neither as 0 nor as attained, and whoever shows a mean says how many
months it rests on. A quarter or a year is the mean of its months that have values; a group is the mean of its
indicators by weight, over those that have an attainment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

CAP = Fraction(6, 5)
ONE, ZERO = Fraction(1), Fraction(0)


class Direction(StrEnum):
    MORE = "more"
    LESS = "less"
    RANGE = "range"

    @property
    def label(self) -> str:
        return {"more": "越高越好", "less": "越低越好", "range": "在区间内"}[self.value]


class UnclearTarget(ValueError):
    """A range needs two bounds in their order, the other directions exactly one."""


@dataclass(frozen=True)
class Target:
    """`bound` is the target; of a range the lower bound, with `upper` above it."""

    direction: Direction
    bound: Fraction
    upper: Fraction | None = None

    def __post_init__(self) -> None:
        if (self.direction is Direction.RANGE) != (self.upper is not None):
            raise UnclearTarget(self.direction)
        if self.upper is not None and self.upper < self.bound:
            raise UnclearTarget(self.direction)

    def is_met(self, value: Fraction) -> bool:
        if self.direction is Direction.MORE:
            return value >= self.bound
        return value <= self.bound if self.upper is None else self.bound <= value <= self.upper

    def attained(self, value: Fraction) -> Fraction:
        bound, distance = self._beyond(value)
        if bound == 0:
            return ONE if self.is_met(value) else ZERO
        return min(max(ONE - distance / abs(bound), ZERO), CAP)

    def short_of(self, value: Fraction) -> Fraction | None:
        """How far the value is from the target, in its own unit; None once it is met."""
        return None if self.is_met(value) else self._beyond(value)[1]

    def _beyond(self, value: Fraction) -> tuple[Fraction, Fraction]:
        """The bound that counts, and how far the value lies on its wrong side; negative on the right side."""
        if self.direction is Direction.MORE:
            return self.bound, self.bound - value
        if self.upper is None:
            return self.bound, value - self.bound
        if value < self.bound:
            return self.bound, self.bound - value
        return self.upper, max(value - self.upper, ZERO)


def mean(attainments: Iterable[Fraction | None]) -> Fraction | None:
    """Over those that are known; None when none is."""
    return weighted((ONE, one) for one in attainments)


def weighted(parts: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """The mean of (weight, attainment) over the known ones; None when none is, or when they weigh nothing."""
    known = [(weight, one) for weight, one in parts if one is not None]
    total = sum((weight for weight, _one in known), ZERO)
    return sum((weight * one for weight, one in known), ZERO) / total if total else None


def weakest(attainments: Iterable[tuple[str, Fraction | None]]) -> str | None:
    """The name of what is furthest from its target, the first of several; None when nothing falls short."""
    short = [(one, name) for name, one in attainments if one is not None and one < 1]
    return min(short, key=lambda pair: pair[0])[1] if short else None
