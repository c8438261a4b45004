"""A year of published quarters, four beside each other for each group, against the group's own last year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow
from app.accounts.kept import shelf
from app.accounts.permissions import Permission
from app.foundation import charts, unchanged
from app.foundation.paging import row_id
from app.inspections import frozen_queries, result_queries
from app.inspections.frozen_queries import PlaceYear
from app.inspections.index_views import blueprint, face_seal
from app.inspections.yearly import Quarterly, Quarters, change, mean

MOST_DRAWN = 12
"""Up to so many groups a page draws the year of each; beyond that the table says them."""

BANDS = ("优秀", "良好", "合格", "待改进", "不得推荐")
MOST_BODIES = 64


@dataclass(frozen=True, slots=True)
class YearLine:
    row: Any
    now: Quarters
    before: Quarters

    @property
    def mean(self) -> int | None:
        return mean(self.now)

    @property
    def change(self) -> int | None:
        return change(self.now, self.before)


@blueprint.get("/branches/<int:branch_id>/results/years/<int:year>")
@allow(Permission.RESULT_READ, frozen_queries.branch_year)
def branch_year(of: PlaceYear) -> ResponseReturnValue:
    return _year(of)


@blueprint.get("/committees/<int:committee_id>/results/years/<int:year>")
@allow(Permission.RESULT_READ, frozen_queries.committee_year)
def committee_year(of: PlaceYear) -> ResponseReturnValue:
    return _year(of)


def _year(of: PlaceYear) -> ResponseReturnValue:
    after = request.args.get("after", 0, type=row_id)
    key = (of.place, of.year, after, *(head.digest for head in of.heads))

    def build() -> str:
        body = shelf("inspections.years", MOST_BODIES).get(key, lambda: _body(of, after)) if of.latest else ""
        return render_template("inspections/year.html", of=of, body=body)

    return unchanged.page((key, of.name), build)


def _body(of: PlaceYear, after: int) -> Markup:
    latest = of.latest
    faces = of.branch_id is not None
    found = result_queries.results_page(latest.id, branch_id=of.branch_id, after=after, faces=faces)
    page = found[: result_queries.PAGE_SIZE]
    if after and not page:
        abort(404)
    lines = _lines(of, page)
    drawn = faces and len(page) <= MOST_DRAWN
    last = page[-1].branch_position if faces and page else page[-1].position if page else 0
    template = current_app.jinja_env.get_template("inspections/year_body.html")
    return Markup(  # noqa: S704 - our own template, escaped by itself
        template.render(
            of=of,
            lines=lines,
            bands=_bands(of),
            order=BANDS,
            next_after=last if len(found) > len(page) else None,
            drawn={line.row.id: _drawing(line) for line in lines} if drawn else {},
            seals={row.id: face_seal(row.face) for row in page} if drawn else {},
        )
    )


def _lines(of: PlaceYear, page: Sequence[Any]) -> list[YearLine]:
    rows = frozen_queries.quarters_of([row.group_id for row in page], [head.id for head in of.heads])
    known = {(row.group_id, row.quarter): Quarterly(row.id, row.total, row.band) for row in rows}
    years = of.quarters
    return [
        YearLine(
            row,
            [known.get((row.group_id, quarter)) for quarter in years],
            [known.get((row.group_id, quarter.shift(-4))) for quarter in years],
        )
        for row in page
    ]


def _bands(of: PlaceYear) -> Mapping[int, Mapping[str, int]]:
    """publication -> band -> groups."""
    heads = [head for head in of.heads if head.quarter.year == of.year]
    if of.branch_id is None:
        return {head.id: head.bands for head in heads}
    return frozen_queries.bands_of([head.id for head in heads], of.branch_id)


def _drawing(line: YearLine) -> Markup:
    return charts.year_course(
        [None if one is None else one.total / 100 for one in line.now],
        [None if one is None else one.total / 100 for one in line.before],
        title=f"{line.row.name}四个季度得分",
        hue=f"hue-{line.row.hue}" if line.row.hue else "",
    )
