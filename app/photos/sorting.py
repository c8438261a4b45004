"""Which activity the photos of a month's inbox most likely belong to, so that one tap puts them there."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`photo_ids` are those to tick beforehand."""

    activity_id: int
    photo_ids: frozenset[int]


def suggested(
    photos: Mapping[int, date | None], activities: Sequence[tuple[int, Collection[date]]], last: int | None
) -> Suggestion | None:
    """The activity on whose days most of the photos were taken, the first listed among equals: with those photos and
    the undated ones; photos of other days are left for the next time.

    Where no day speaks: the only activity there is, with all photos; among several the one chosen last, with none, as
    nothing says which belong there; else None.
    """
    own = {
        activity: [photo for photo, day in photos.items() if day is not None and day in days]
        for activity, days in activities
    }
    best = max(own, key=lambda activity: len(own[activity]), default=None)
    if best is None:
        return None
    if own[best]:
        return Suggestion(best, frozenset(own[best]) | {photo for photo, day in photos.items() if day is None})
    if len(own) == 1:
        return Suggestion(best, frozenset(photos))
    return Suggestion(last, frozenset()) if last in own else None
