"""The rule of attainment: what holds whatever the figures are."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.indicators.attainment import CAP, Direction, Target, UnclearTarget, mean, weakest, weighted

FIGURES = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=10_000)
SIZES = st.fractions(min_value=Fraction(1, 10_000), max_value=10_000, max_denominator=10_000)
WEIGHTS = st.fractions(min_value=Fraction(1, 100), max_value=100, max_denominator=100)
ATTAINMENTS = st.fractions(min_value=0, max_value=CAP, max_denominator=1000)


@st.composite
def targets(draw: st.DrawFn) -> Target:
    direction = draw(st.sampled_from(Direction))
    bound = draw(FIGURES)
    return Target(direction, bound, bound + draw(SIZES) if direction is Direction.RANGE else None)


@given(targets(), FIGURES)
def test_an_attainment_lies_between_nothing_and_the_cap_and_says_exactly_whether_the_target_is_met(
    target: Target, value: Fraction
) -> None:
    attained = target.attained(value)
    assert 0 <= attained <= CAP
    assert (attained >= 1) == target.is_met(value)


@given(FIGURES, FIGURES, FIGURES)
def test_a_better_value_never_attains_less(bound: Fraction, one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    more, less = Target(Direction.MORE, bound), Target(Direction.LESS, bound)
    assert more.attained(high) >= more.attained(low)
    assert less.attained(low) >= less.attained(high)


@given(FIGURES, SIZES, FIGURES, SIZES)
def test_further_outside_of_a_range_never_attains_more(
    low: Fraction, width: Fraction, value: Fraction, further: Fraction
) -> None:
    target = Target(Direction.RANGE, low, low + width)
    assume(not target.is_met(value))
    beyond = value - further if value < low else value + further
    assert target.attained(beyond) <= target.attained(value) < 1


@given(targets(), FIGURES, SIZES)
def test_the_unit_does_not_matter(target: Target, value: Fraction, factor: Fraction) -> None:
    upper = None if target.upper is None else target.upper * factor
    assert Target(target.direction, target.bound * factor, upper).attained(value * factor) == target.attained(value)


@given(st.lists(st.tuples(WEIGHTS, st.none() | ATTAINMENTS), max_size=8), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_the_unknown_is_neutral(
    parts: list[tuple[Fraction, Fraction | None]], random: Random
) -> None:
    shuffled = sorted(parts, key=lambda _part: random.random())
    known = [part for part in parts if part[1] is not None]
    assert weighted(shuffled) == weighted(parts) == weighted(known)
    assert mean(one for _weight, one in parts) == mean(one for _weight, one in known)
    if known:
        found = weighted(parts)
        assert found is not None
        assert (
            min(one for _w, one in known if one is not None)
            <= found
            <= max(one for _w, one in known if one is not None)
        )


@given(ATTAINMENTS, ATTAINMENTS, WEIGHTS, WEIGHTS)
def test_a_better_indicator_never_lowers_its_group(
    one: Fraction, other: Fraction, weight: Fraction, beside: Fraction
) -> None:
    low, high = sorted((one, other))
    better, worse = weighted([(weight, high), (beside, one)]), weighted([(weight, low), (beside, one)])
    assert better is not None
    assert worse is not None
    assert better >= worse


@pytest.mark.parametrize(
    ("target", "value", "attained"),
    [
        (Target(Direction.MORE, Fraction(97)), "97", Fraction(1)),
        (Target(Direction.MORE, Fraction(80)), "60", Fraction(3, 4)),
        (Target(Direction.MORE, Fraction(80)), "-10", Fraction(0)),
        (Target(Direction.MORE, Fraction(10)), "100", CAP),
        (Target(Direction.LESS, Fraction(3)), "2.7", Fraction(11, 10)),
        (Target(Direction.LESS, Fraction(3)), "4.5", Fraction(1, 2)),
        (Target(Direction.LESS, Fraction(0)), "0", Fraction(1)),
        (Target(Direction.LESS, Fraction(0)), "1", Fraction(0)),
        (Target(Direction.MORE, Fraction(-5)), "-6", Fraction(4, 5)),
        (Target(Direction.RANGE, Fraction(12), Fraction("12.5")), "12.5", Fraction(1)),
        (Target(Direction.RANGE, Fraction(12), Fraction("12.5")), "11.4", Fraction(19, 20)),
        (Target(Direction.RANGE, Fraction(12), Fraction("12.5")), "13", Fraction(24, 25)),
        (Target(Direction.RANGE, Fraction(0), Fraction(5)), "-1", Fraction(0)),
    ],
)
def test_examples(target: Target, value: str, attained: Fraction) -> None:
    assert target.attained(Fraction(value)) == attained


@pytest.mark.parametrize(
    ("direction", "bound", "upper"),
    [(Direction.RANGE, 1, None), (Direction.RANGE, 2, 1), (Direction.MORE, 1, 2), (Direction.LESS, 1, 2)],
)
def test_a_target_that_says_two_things_is_none(direction: Direction, bound: int, upper: int | None) -> None:
    with pytest.raises(UnclearTarget):
        Target(direction, Fraction(bound), None if upper is None else Fraction(upper))


def test_the_weakest_is_what_falls_short_most() -> None:
    assert weakest([("a", Fraction(1)), ("b", Fraction(3, 4)), ("c", Fraction(3, 4)), ("d", None)]) == "b"
    assert weakest([("a", Fraction(1)), ("d", None)]) is None
