"""A year's photos cut into months, with the gaps between them. Months are their numbers, 1 to 12."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Section(Generic[T]):
    """A month of the wall; without photos it is a gap."""

    month: int
    photos: tuple[T, ...]
    continued: bool = False
    """The month began on the page before."""


def sections(
    photos: Sequence[T], month_of: Callable[[T], int], *, begins_after: int | None, ends: bool, until: int
) -> list[Section[T]]:
    """Months from the latest to the earliest, those without photos too, as far as this page reaches.

    `photos` come latest month first. `begins_after` is the month of the last photo on the page before, None on the first
    page; `ends` says that no page follows. Nothing after `until`, the month that runs (0 in a year to come): what has
    not been is no gap.
    """
    found: list[Section[T]] = []
    expected = until if begins_after is None else begins_after - 1
    for month, own in groupby(photos, key=month_of):
        found += _gaps(expected, month)
        found.append(Section(month, tuple(own), continued=month == begins_after))
        expected = month - 1
    return found + _gaps(expected, 0) if ends else found


def _gaps(start: int, stop: int) -> list[Section[T]]:
    """From `start` down to before `stop`."""
    return [Section(month, ()) for month in range(start, stop, -1)]
