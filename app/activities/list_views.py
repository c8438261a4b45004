"""The year's list of activities, as far as the reader's places reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import until_next_act
from app.accounts.permissions import Permission
from app.activities import list_queries, queries
from app.activities.cadence import PERIOD_WORDS, year_cells
from app.activities.list_queries import Filters, ListOption, Tally, line_key
from app.activities.record_views import blueprint, reading_places
from app.foundation import charts, clock
from app.foundation.paging import page_of, requested_key, row_id
from app.foundation.periods import Month
from app.foundation.places import Place

PAGE_SIZE = 30
EARLIEST_YEAR = 2000
# Nothing else of the address goes into another one: `_scheme` and its like would be taken for orders.
FILTERS = ("year", "month", "branch", "group", "kind", "q")


@blueprint.get("/activities")
@allow(Permission.ACTIVITY_READ)
def index() -> str:
    places = reading_places()
    if not places:
        abort(403)
    filters = _filters(places)
    day, level, scope = clock.today(), _level(places, filters), _scope(places, filters)
    options, tally = until_next_act(
        ("year of activities", *places, day, level, *scope, filters.year, filters.group_id),
        lambda: (
            list_queries.list_options(places, day, level),
            list_queries.year_tally(scope, filters.year, filters.group_id),
        ),
    )
    page = page_of(list_queries.year_lines(places, filters, requested_key(), PAGE_SIZE), PAGE_SIZE, line_key)
    found = list_queries.year_count(places, filters) if filters.narrowed else None
    return render_template(
        "activities/list.html",
        filters=filters,
        choices=_Choices(options, filters),
        page=page,
        month_starts=_month_starts(page.rows),
        found=found,
        total=sum(row.count for row in tally),
        grid=_grid(options, tally, filters, level) if _one_unit(places, filters) else None,
        older=_address(after=page.next_key) if page.next_key else "",
        log_url=_log_url(places, filters),
        years=range(clock.today().year, clock.today().year - 4, -1),
    )


def _month_starts(rows: Sequence[queries.ActivityLine]) -> set[int]:
    """The rows that open a month on this page: they carry its numeral."""
    return {
        row.id
        for before, row in zip([None, *rows], rows, strict=False)
        if not before or before.held_on.month != row.held_on.month
    }


def _filters(places: Sequence[Place]) -> Filters:
    """From the address; what makes no sense there is left out rather than refused."""
    arguments = request.args
    try:
        month: Month | None = Month.parse(arguments.get("month", ""))
    except ValueError:
        month = None
    year = month.year if month else arguments.get("year", type=row_id) or clock.today().year
    branches = {place.branch_id for place in places if place.branch_id}
    wide = any(place.branch_id is None for place in places)
    only = branches.pop() if len(branches) == 1 and not wide else None
    return Filters(
        year=year if EARLIEST_YEAR <= year <= 2100 else clock.today().year,
        branch_id=arguments.get("branch", type=row_id) or only,
        group_id=arguments.get("group", type=row_id),
        kind_id=arguments.get("kind", type=row_id),
        month=month,
        text=arguments.get("q", "").strip()[:40],
    )


def _level(places: Sequence[Place], filters: Filters) -> str:
    return "group" if filters.group_id or all(place.group_id for place in places) else "branch"


def _one_unit(places: Sequence[Place], filters: Filters) -> bool:
    """The grid of cadences speaks of one group or one branch, not of a whole factory."""
    return bool(filters.group_id or filters.branch_id or (len(places) == 1 and places[0].branch_id))


def _scope(places: Sequence[Place], filters: Filters) -> list[Place]:
    if filters.branch_id is None:
        return list(places)
    inside = [place for place in places if place.branch_id == filters.branch_id]
    above = [Place(p.committee_id, filters.branch_id) for p in places if p.branch_id is None]
    return inside or above


@dataclass(frozen=True)
class _Choices:
    """The filters' entries; groups only of the branch in view."""

    options: Sequence[ListOption]
    filters: Filters

    def of(self, kind: str) -> list[ListOption]:
        found = {option.id: option for option in self.options if option.kind == kind}
        if kind == "group" and self.filters.branch_id:
            return [option for option in found.values() if option.minimum == self.filters.branch_id]
        return list(found.values())

    def groups(self, line: queries.ActivityLine) -> str:
        """Who takes part, as called on the activity's day."""
        if len(line.group_ids) > 2 and set(line.group_ids) == {option.id for option in self.of("group")}:
            return f"全部 {len(line.group_ids)} 个小组"
        return line.group_names or "支部"

    @property
    def unit(self) -> str:
        """The group or branch in view, empty where it is more than one."""
        groups = self.of("group")
        only = groups[0].name if len(groups) == 1 else ""
        return (
            self.name("group", self.filters.group_id or 0) or only or self.name("branch", self.filters.branch_id or 0)
        )

    def name(self, kind: str, number: int) -> str:
        return next((option.name for option in self.options if option.kind == kind and option.id == number), "")


def _grid(options: Sequence[ListOption], tally: Sequence[Tally], filters: Filters, level: str) -> Markup | None:
    counts: dict[int, dict[Month, int]] = {}
    for row in tally:
        counts.setdefault(row.kind_id, {})[row.month] = row.of_branch if level == "branch" else row.count
    current_month = Month.of(clock.today())
    rows = [
        (
            f"{option.name} {PERIOD_WORDS[option.period]}",
            [
                charts.Cadence(cell)
                for cell in year_cells(
                    option.period, option.minimum, counts.get(option.id, {}), filters.year, current_month
                )
            ],
        )
        for option in options
        if option.kind == "kind" and option.period in {"month", "quarter"}
    ]
    return charts.cadence_grid(rows, [str(n) for n in range(1, 13)], title=f"{filters.year}年频次") if rows else None


def _address(**changes: Any) -> str:
    values = {key: value for key in FILTERS if (value := request.args.get(key))}
    return url_for("activities.index", **{**values, **changes})


def _log_url(places: Sequence[Place], filters: Filters) -> str:
    """Where the reader may log an activity: the own group, or the branch in view."""
    actor = current()
    for place in _scope(places, filters):
        if place.branch_id and actor.may(Permission.ACTIVITY_WRITE, place):
            if place.group_id:
                return url_for("activities.new_activity", group_id=place.group_id)
            return url_for("activities.new_branch_activity", branch_id=place.branch_id)
    return ""
