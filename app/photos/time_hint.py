"""Whether a photo's own time fits where it is put. A hint for a person, never points; no time says nothing.

A photo's time is the factory's wall clock. A night shift's meeting ends after midnight: until six in the morning a photo
is of the day before as well.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

NIGHT_ENDS = 6


class Fit(Enum):
    NO_TIME = "no_time"
    SAME_DAY = "same_day"
    IN_MONTH = "in_month"
    OTHER_DAY = "other_day"
    OTHER_MONTH = "other_month"


@dataclass(frozen=True, slots=True)
class TimeHint:
    fit: Fit
    words: str

    @property
    def asks(self) -> bool:
        """Whether somebody should have a look."""
        return self.fit in {Fit.OTHER_DAY, Fit.OTHER_MONTH}


def days_of(taken_at: str) -> tuple[date, ...]:
    """The day of the photo, and of a night the day before."""
    moment = datetime.fromisoformat(taken_at)
    day = moment.date()
    return (day, day - timedelta(days=1)) if moment.hour < NIGHT_ENDS else (day,)


def time_hint(taken_at: str | None, *, year: int, month: int, activity_days: Collection[date]) -> TimeHint:
    """`taken_at` as the photo keeps it; `activity_days` are those of all sittings, none where it belongs to no activity."""
    if taken_at is None:
        return TimeHint(Fit.NO_TIME, "照片没有日期，不算问题")
    moment = datetime.fromisoformat(taken_at)
    said = f"拍摄于{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M}"
    days = days_of(taken_at)
    if set(days) & set(activity_days):
        return TimeHint(Fit.SAME_DAY, f"{said}，和活动同一天")
    if all((day.year, day.month) != (year, month) for day in days):
        return TimeHint(Fit.OTHER_MONTH, f"{said}，不在{month}月，请看看是不是选对了")
    if activity_days:
        return TimeHint(Fit.OTHER_DAY, f"{said}，活动在{_said(activity_days)}，请看看是不是归对了")
    return TimeHint(Fit.IN_MONTH, said)


def _said(days: Collection[date]) -> str:
    first, *rest = sorted(days)
    return f"{first.month}月{first.day}日" + (f"等 {len(rest) + 1} 天" if rest else "")
