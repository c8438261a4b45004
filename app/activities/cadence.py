"""How often an activity is due, what is still asked for, and how that is said: calmly, never as a reproach."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self, TypeVar


class CalendarMonth(Protocol):
    """What the rule needs of a month; the foundation's `Month` is one."""

    @property
    def year(self) -> int: ...

    @property
    def month(self) -> int: ...

    def shift(self, months: int) -> Self: ...


M = TypeVar("M", bound=CalendarMonth)

MONTHS = {"month": 1, "quarter": 3, "year": 12}
PERIOD_WORDS = {"month": "每月", "quarter": "每季度", "year": "每年"}
NOW_WORDS = {"month": "本月", "quarter": "本季度", "year": "本年"}


@dataclass(frozen=True, slots=True)
class Due:
    """One cadence as it stands in a month; `done` counts what is submitted or confirmed in the period so far."""

    kind: str
    kind_id: int
    period: str
    minimum: int
    done: int
    source: str

    @property
    def missing(self) -> int:
        return max(0, self.minimum - self.done)

    @property
    def rule(self) -> str:
        return f"{PERIOD_WORDS[self.period]} {self.minimum} 次"

    @property
    def words(self) -> str:
        now = NOW_WORDS[self.period]
        if not self.missing:
            return f"{now}已办 {self.done} 次"
        return (
            f"{now}已办 {self.done} 次，再办 {self.missing} 次就齐" if self.done else f"{now}还要办 {self.missing} 次"
        )

    @property
    def past_words(self) -> str:
        """For a period that is over: a fact, nothing to do about it."""
        return f"当时办了 {self.done} 次，少 {self.missing} 次" if self.missing else f"当时办了 {self.done} 次"


def span(period: str, month: M) -> tuple[M, M]:
    """The first and last month of the period that `month` lies in."""
    months = MONTHS[period]
    first = month.shift(-((month.month - 1) % months))
    return first, first.shift(months - 1)


def still_due(period: str, month: M, current: M) -> bool:
    """Whether a gap can still be filled: the period has not ended."""
    return _order(span(period, month)[1]) >= _order(current)


def year_cells(period: str, minimum: int, counts: Mapping[M, int], year: int, current: M) -> list[str]:
    """Twelve words, one a month: met, open, missed or none.

    A rule by the month is judged month by month. A rule by the quarter or the year marks the months in which the kind
    was held, and, while something is missing, the period's last month.
    """
    cells = []
    january = current.shift(12 * (year - current.year) + 1 - current.month)
    for number in range(12):
        month = january.shift(number)
        first, last = span(period, month)
        held = counts.get(month, 0)
        total = sum(count for one, count in counts.items() if _order(first) <= _order(one) <= _order(last))
        enough = total >= minimum
        if held and (enough or period != "month"):
            cells.append("met")
        elif month != last or enough or _order(first) > _order(current):
            cells.append("none")
        else:
            cells.append("open" if _order(last) >= _order(current) else "missed")
    return cells


def _order(month: CalendarMonth) -> tuple[int, int]:
    return month.year, month.month
