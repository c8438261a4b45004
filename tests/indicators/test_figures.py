"""Figures in and out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.indicators.figures import UnreadableFigure, figure_text, percent_text, read_figure, rounded


@given(st.integers(-(10**12) + 1, 10**12 - 1), st.integers(0, 9999))
def test_what_is_shown_can_be_typed_again(whole: int, rest: int) -> None:
    value = Fraction(whole) + Fraction(rest, 10_000)
    assert read_figure(figure_text(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("97.8", Fraction("97.8")), (" 97.80 ", Fraction("97.8")), ("９７．８", Fraction("97.8")), ("1,234.5", Fraction("1234.5")),
        ("−0.5", Fraction("-0.5")), ("+3", Fraction(3)), ("3.", Fraction(3)), ("0", Fraction(0)), ("", None), ("—", None),
        ("无", None), ("0.12340000", Fraction("0.1234")),
    ],
)  # fmt: skip
def test_readable(text: str, value: Fraction | None) -> None:
    assert read_figure(text) == value


@pytest.mark.parametrize(
    "text", ["97.8%", "约97", "1e3", "1/2", "1.2.3", "12,34", "=A1", "nan", "1234567890123", "0.12345", "二"]
)
def test_unreadable(text: str) -> None:
    with pytest.raises(UnreadableFigure):
        read_figure(text)


@pytest.mark.parametrize(
    ("attainment", "text"),
    [
        (Fraction(1), "100.0"), (Fraction(2, 3), "66.7"), (Fraction(9865, 10_000), "98.7"), (Fraction(98649, 100_000), "98.6"),
        (Fraction(0), "0.0"), (Fraction(6, 5), "120.0"), (None, ""),
    ],
)  # fmt: skip
def test_percent(attainment: Fraction | None, text: str) -> None:
    assert percent_text(attainment) == text


def test_rounding_is_half_up_away_from_zero() -> None:
    assert rounded(Fraction("0.00005")) == Fraction("0.0001")
    assert rounded(Fraction("-0.00005")) == Fraction("-0.0001")
    assert rounded(Fraction("0.00004")) == 0


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_per_cent_is_within_half_a_tenth(part: int, whole: int) -> None:
    share = Fraction(part, whole)
    assert abs(Fraction(percent_text(share)) - share * 100) <= Fraction(1, 20)
