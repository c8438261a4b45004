"""Months and quarters as the house counts them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.foundation.periods import Month, Quarter, months_between

months = st.builds(Month, st.integers(1990, 2090), st.integers(1, 12))


@given(months, st.integers(-60, 60))
def test_shifting_back_and_forth_is_no_shift(month: Month, steps: int) -> None:
    assert month.shift(steps).shift(-steps) == month


@given(months)
def test_text_form_sorts_as_time_does(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert str(month) < str(month.next())


@given(months)
def test_a_month_lies_in_its_quarter(month: Month) -> None:
    assert month in month.quarter.months
    assert month.quarter.first <= month.first <= month.last < month.quarter.end


def test_edges_of_a_year() -> None:
    assert Month(2026, 12).next() == Month(2027, 1)
    assert Quarter(2026, 1).previous() == Quarter(2025, 4)
    assert Quarter(2026, 4).end == date(2027, 1, 1)
    assert Quarter.of(date(2026, 9, 30)) == Quarter(2026, 3)
    assert (Month(2026, 11).label, Quarter(2026, 3).label) == ("2026年11月", "2026年第三季度")


def test_both_ends_belong_to_a_run_of_months() -> None:
    assert [str(m) for m in months_between(Month(2025, 12), Month(2026, 2))] == ["2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-1", "26-01", "２０２６-01", "2026-01 ", ""])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(ValueError, match="month"):
        Month.parse(text)
