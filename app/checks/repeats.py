"""When a finding is a repeat (重复): the same group, the same kind or the same criterion, within a year before it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as the rule sees it. `criterion` is a rubric's code, empty where none was named."""

    id: int
    group_id: int
    kind: str
    criterion: str
    found_on: date


def a_year_before(day: date) -> date:
    """The same day of the year before; 29 February gives 28 February."""
    return day.replace(year=day.year - 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def is_alike(one: Known, other: Known) -> bool:
    """Where both name a criterion it alone decides: two criteria of one kind are two things. Else the kind does, and
    其他 is like nothing."""
    if one.criterion and other.criterion:
        return one.criterion == other.criterion
    return one.kind == other.kind and one.kind != "other"


def earlier(one: Known, others: Iterable[Known]) -> list[Known]:
    """Those that `one` repeats, the latest first. Of one day the lower id is the earlier; the day a year before still
    counts."""
    since = a_year_before(one.found_on)
    found = [
        other
        for other in others
        if other.group_id == one.group_id
        and since <= other.found_on
        and (other.found_on, other.id) < (one.found_on, one.id)
        and is_alike(one, other)
    ]
    return sorted(found, key=lambda other: (other.found_on, other.id), reverse=True)
