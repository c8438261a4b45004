"""Business quality on the board: the group's indicators, those that its brand names first."""

from collections.abc import Iterable

from app.board.figures import QUALITY_LIMIT, Figure
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators.course_queries import Course, courses


def quality(place: Place, brand_names: Iterable[str], month: Month) -> tuple[Figure, ...]:
    return tuple(_figure(course, month) for course in courses(place, brand_names, month)[:QUALITY_LIMIT])


def _figure(course: Course, month: Month) -> Figure:
    return Figure(
        course.name,
        course.value.replace("-", "−"),
        course.unit,
        course.words(month),
        course.met,
        series=course.now,
        labels=tuple(f"{one.month}月" for one in course.months),
        before=course.before,
        target=course.target_words,
    )
