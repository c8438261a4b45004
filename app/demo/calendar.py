"""When things happen in the demo factory, counted from a given today: the same today gives the same factory."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from app.foundation import clock
from app.foundation.clock import HOUSE_ZONE
from app.foundation.periods import Month, Quarter

MONTHS = 13
# A quarter comes up for inspection in its second half and stays so until the next one's second half.
INSPECTION_LAG = timedelta(days=45)


def chance(*seed: object) -> Random:
    """A source of variety that depends on its seed alone."""
    return Random(":".join(map(str, seed)))  # noqa: S311 - variety, not secrets


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of the house's wall clock."""
    return datetime.combine(day, time(hour, minute), HOUSE_ZONE).astimezone(UTC)


@dataclass(frozen=True)
class Calendar:
    today: date
    now: datetime
    months_shown: int = MONTHS

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """Oldest first; the last is the current one."""
        current = Month.of(self.today)
        return tuple(current.shift(n - self.months_shown + 1) for n in range(self.months_shown))

    @property
    def founded(self) -> date:
        """Long before the first month shown."""
        return date(self.months[0].year - 2, 1, 1)

    @property
    def latest(self) -> date:
        """The last day of which something can be told: today once its work is done, on the month's first day anyhow."""
        evening = clock.local(self.now).hour >= 18
        return self.today if evening or self.today.day == 1 else self.today - timedelta(days=1)

    @cached_property
    def open_quarter(self) -> Quarter:
        return Quarter.of(self.today - INSPECTION_LAG)

    @cached_property
    def published_quarters(self) -> tuple[Quarter, ...]:
        return tuple(self.open_quarter.shift(-n) for n in (3, 2, 1))

    def workday(self, month: Month, wanted: int) -> date:
        """The weekday on or next after the wanted day of the month, or the last one before its end; in the current
        month never after today."""
        last = min(month.last, self.latest)
        day = min(date(month.year, month.month, min(wanted, month.last.day)), last)
        while day.weekday() >= 5 and day < last:
            day += timedelta(days=1)
        while day.weekday() >= 5 and day > month.first:
            day -= timedelta(days=1)
        return day

    def moment(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment of that day, but never one that is still to come."""
        return min(at(day, hour, minute), self.now)
