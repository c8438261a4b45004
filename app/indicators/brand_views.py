"""The courses of the indicators that a brand names, for its page, which stands below this feature and asks through the
application."""

from collections.abc import Sequence

from flask.sansio.blueprints import BlueprintSetupState

from app.brands.indicator_courses import COURSE_SOURCE, IndicatorCourse
from app.foundation import charts
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators.course_queries import Course, courses
from app.indicators.index_views import blueprint


@blueprint.record_once
def offer_courses(state: BlueprintSetupState) -> None:
    state.app.extensions[COURSE_SOURCE] = named_courses


def named_courses(place: Place, names: Sequence[str], last: Month, hue: str) -> list[IndicatorCourse]:
    found = [one for one in courses(place, names, last) if one.is_named]
    spread = charts.spread_of(value for one in found for value in one.now)
    return [_told(one, spread, hue) for one in found]


def _told(one: Course, spread: int, hue: str) -> IndicatorCourse:
    chart = charts.attained(
        [charts.Attained(f"{month.month}月", value) for month, value in zip(one.months, one.now, strict=True)],
        [charts.Attained("", value) for value in one.before],
        spread=spread, title=f"{one.name}逐月达成率", hue=hue, height=84,
    )  # fmt: skip
    return IndicatorCourse(
        one.name, one.value.replace("-", "−"), one.unit, f"{one.words()}，{one.target_words}", one.met, chart
    )
