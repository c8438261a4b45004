"""Months, quarters and dated ties.

A dated tie runs from `starts_on` (inclusive) to `ends_on` (exclusive, None while it lasts), so two ties that
follow each other share a date and never overlap.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column
from werkzeug.routing import BaseConverter, ValidationError


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month; its text form is `2026-11`. A board page's issue number is the month's number."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 9998):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
        if match is None:
            raise ValueError(f"not a month: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def end(self) -> date:
        """The first day after the month."""
        return self.next().first

    @property
    def quarter(self) -> "Quarter":
        return Quarter(self.year, (self.month + 2) // 3)

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"

    def shift(self, months: int) -> "Month":
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def next(self) -> "Month":
        return self.shift(1)

    def previous(self) -> "Month":
        return self.shift(-1)


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter; its text form is `2026-Q3`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 4 and 1900 <= self.year <= 9998):
            raise ValueError(f"no such quarter: {self.year}-Q{self.number}")

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(r"(\d{4})-Q([1-4])", text, re.ASCII)
        if match is None:
            raise ValueError(f"not a quarter: {text!r}")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def months(self) -> tuple[Month, Month, Month]:
        start = self.number * 3 - 2
        return Month(self.year, start), Month(self.year, start + 1), Month(self.year, start + 2)

    @property
    def first(self) -> date:
        return self.months[0].first

    @property
    def last(self) -> date:
        return self.months[2].last

    @property
    def end(self) -> date:
        """The first day after the quarter."""
        return self.months[2].end

    @property
    def label(self) -> str:
        return f"{self.year}年第{'一二三四'[self.number - 1]}季度"

    def shift(self, quarters: int) -> "Quarter":
        index = self.year * 4 + self.number - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    def next(self) -> "Quarter":
        return self.shift(1)

    def previous(self) -> "Quarter":
        return self.shift(-1)


def months_between(first: Month, last: Month) -> Iterator[Month]:
    """Every month from `first` to `last`, both included."""
    while first <= last:
        yield first
        first = first.next()


class Dated:
    """Columns of a dated tie."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None] = mapped_column(default=None)


Day = date | ColumnElement[date] | InstrumentedAttribute[date]
"""A day, a column of days, or the bound parameter of a statement that is built once and asked for many days."""


def as_of(tie: type[Dated], day: Day) -> ColumnElement[bool]:
    """The SQL condition that a dated tie holds on `day`."""
    return and_(tie.starts_on <= day, or_(tie.ends_on.is_(None), tie.ends_on > day))


def overlaps(tie: type[Dated], first: date, end: date) -> ColumnElement[bool]:
    """The SQL condition that a dated tie holds on some day from `first` to before `end`."""
    return and_(tie.starts_on < end, or_(tie.ends_on.is_(None), tie.ends_on > first))


# Pages look a year back and a month on, so an address keeps away from the ends of the calendar.
ADDRESSED_YEARS = range(1921, 2200)


class MonthConverter(BaseConverter):
    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> Month:
        try:
            month = Month.parse(value)
        except ValueError as error:
            raise ValidationError from error
        if month.year not in ADDRESSED_YEARS:
            raise ValidationError
        return month

    def to_url(self, value: Month) -> str:
        return str(value)


class QuarterConverter(BaseConverter):
    regex = r"\d{4}-Q[1-4]"

    def to_python(self, value: str) -> Quarter:
        try:
            quarter = Quarter.parse(value)
        except ValueError as error:
            raise ValidationError from error
        if quarter.year not in ADDRESSED_YEARS:
            raise ValidationError
        return quarter

    def to_url(self, value: Quarter) -> str:
        return str(value)
