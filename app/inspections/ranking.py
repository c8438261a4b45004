"""Places among published totals, in hundredths of a point.

Equal totals share a place and the next place is skipped (1, 2, 2, 4). Where rows have to stand in some order their
order is the brand tree's, never the score's, so a shared place needs no further tie-break. A result without a total in
the running (vetoed) has no place and does not push anybody down.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

Histogram = Mapping[int, int]


def histogram(totals: Iterable[int | None]) -> dict[int, int]:
    """total -> number of groups. Histograms of several places add up, so a place in all needs no row of any other."""
    return dict(sorted(Counter(total for total in totals if total is not None).items()))


def better(totals: Iterable[int | None], elsewhere: Histogram) -> dict[int, int]:
    """total -> how many elsewhere are better, in one pass over both."""
    ahead, found = 0, {}
    for total in sorted({total for total in totals if total is not None} | elsewhere.keys(), reverse=True):
        found[total] = ahead
        ahead += elsewhere.get(total, 0)
    return found


def places(totals: Iterable[int | None]) -> list[int | None]:
    """The place of each, in the order given."""
    given = list(totals)
    running, place_of = 1, {}
    for total, count in sorted(histogram(given).items(), reverse=True):
        place_of[total] = running
        running += count
    return [None if total is None else place_of[total] for total in given]
