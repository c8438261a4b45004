"""The course of a group's indicators over a year, for pages that show them beside other things: its board, its brand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators import figure_queries
from app.indicators.figure_queries import Measured
from app.indicators.figures import figure_text, percent_text
from app.indicators.value_plan import bare_name

MONTHS = 12


@dataclass(frozen=True)
class Course:
    """An indicator with its latest value. Of several teams the value is their mean attainment, since their values cannot be
    added. `now` and `before` are per cent of the own target in the months up to the last and in those of the year before."""

    name: str
    unit: str
    value: str
    month: Month
    asked: str
    lacking: str
    met: bool
    months: tuple[Month, ...]
    now: tuple[Fraction | None, ...]
    before: tuple[Fraction | None, ...]
    is_named: bool

    def words(self, month: Month | None = None) -> str:
        """Whether the target is met, and when, unless it was in `month`: values come in after a month's end."""
        return f"{'' if self.month == month else f'{self.month.month}月'}{'达标' if self.met else '未达标'}"

    @property
    def target_words(self) -> str:
        return f"目标 {self.asked}{f'，差 {self.lacking}' if self.lacking else ''}"


def courses(place: Place, brand_names: Iterable[str], last: Month) -> list[Course]:
    """What measures the group in the month `last` and has a value in the year that it ends; those that its brand names come
    first, in the brand's order, the others follow in the committee's."""
    group_id = place.group_id or 0
    found = figure_queries.figures(place, [group_id], last.shift(1 - 2 * MONTHS), last)[group_id]
    rank = {bare_name(name): at for at, name in reversed(list(enumerate(brand_names)))}
    own = [one for one in found.measured if any(last in row.definitions for row in one.rows)]
    own.sort(key=lambda one: rank.get(bare_name(one.definition.name), len(rank)))
    told = (_course(one, last, is_named=bare_name(one.definition.name) in rank) for one in own)
    return [one for one in told if one is not None]


def _course(one: Measured, last: Month, *, is_named: bool) -> Course | None:
    months = tuple(last.shift(n + 1 - MONTHS) for n in range(MONTHS))
    latest = next((month for month in reversed(months) if one.attained(month) is not None), None)
    if latest is None:
        return None
    value, unit, asked, lacking = _told(one, latest)
    return Course(
        name=one.definition.name,
        unit=unit,
        value=value,
        month=latest,
        asked=asked,
        lacking=lacking,
        met=(one.attained(latest) or 0) >= 1,
        months=months,
        now=_per_cent(one, months),
        before=_per_cent(one, [month.shift(-MONTHS) for month in months]),
        is_named=is_named,
    )


def _told(one: Measured, month: Month) -> tuple[str, str, str, str]:
    """Value, unit, target, and how far the value is from it (empty once it is met)."""
    row = one.rows[0]
    value = row.value(month)
    if len(one.rows) > 1 or value is None:
        return percent_text(one.attained(month)), "%", f"{len(one.rows)} 个班组达成率的平均", ""
    definition = row.definitions[month]
    return (
        figure_text(value, row.places),
        definition.unit,
        definition.asked,
        figure_text(definition.target.short_of(value), row.places),
    )


def _per_cent(one: Measured, months: Sequence[Month]) -> tuple[Fraction | None, ...]:
    shares = (one.attained(month) for month in months)
    return tuple(None if share is None else share * 100 for share in shares)
