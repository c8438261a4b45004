"""Published results. Drawn from frozen rows; a page that the browser still has is answered 304 before it is built."""

from collections.abc import Sequence
from typing import Any

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import Kept, shelf
from app.accounts.permissions import Permission
from app.foundation import charts, clock, unchanged
from app.foundation.paging import row_id
from app.inspections import result_queries
from app.inspections.business_views import Business, business
from app.inspections.index_views import blueprint, face_seal

BANDS = {False: (80, 90), True: (60, 80, 90)}
MOST_PROFILES = 12
"""Up to so many groups a page draws the six dimensions of each; beyond that the table and the slips say them."""

MOST_SEALS = 24
"""Up to so many groups a page draws each seal; beyond that they would weigh more than the rest of the page."""

MOST_BODIES = 128


@blueprint.get("/branches/<int:branch_id>/results/<quarter:quarter>", defaults={"number": 0})
@blueprint.get("/branches/<int:branch_id>/results/<quarter:quarter>/versions/<int:number>")
@allow(Permission.RESULT_READ, result_queries.branch_quarter)
def branch_results(of: result_queries.PlaceQuarter) -> ResponseReturnValue:
    return _results(of)


@blueprint.get("/committees/<int:committee_id>/results/<quarter:quarter>", defaults={"number": 0})
@blueprint.get("/committees/<int:committee_id>/results/<quarter:quarter>/versions/<int:number>")
@allow(Permission.RESULT_READ, result_queries.committee_quarter)
def committee_results(of: result_queries.PlaceQuarter) -> ResponseReturnValue:
    return _results(of)


def _results(of: result_queries.PlaceQuarter) -> ResponseReturnValue:
    if of.head is None:
        return render_template("inspections/not_published.html", of=of)
    after = request.args.get("after", 0, type=row_id)
    head, over = of.head, clock.today() > of.head.appeals_until
    key = (head.id, head.digest, of.branch_id, of.name, after, head.shows_rank, head.superseded_at, over)
    may_export = current().may(Permission.RESULT_EXPORT, of)

    def build() -> str:
        body = _kept_bodies().get(key, lambda: _body(of, after, over=over))
        return render_template("inspections/results.html", of=of, head=head, body=body, may_export=may_export)

    return unchanged.page((key, may_export), build)


def _body(of: result_queries.PlaceQuarter, after: int, *, over: bool) -> Markup:
    """The part of the page that is the same for every reader: rendered once, then kept under all that it shows."""
    head = of.head
    with_faces = of.branch_id is not None or head.groups <= MOST_SEALS
    rows = result_queries.results_page(head.id, branch_id=of.branch_id, after=after, faces=with_faces)
    page = rows[: result_queries.PAGE_SIZE]
    if not page:
        abort(404)
    whole = len(rows) == len(page) and not after
    last = page[-1].branch_position if of.branch_id else page[-1].position
    # By the environment, not `render_template`: the page's own context is not asked for twice.
    return Markup(  # noqa: S704 - our own template, escaped by itself
        current_app.jinja_env.get_template("inspections/results_body.html").render(
            of=of,
            head=head,
            rows=page,
            bands=_count(page) if whole else _bands(of),
            rises=_rises(page),
            whole=whole,
            over=over,
            next_after=None if len(rows) == len(page) else last,
            seals={row.id: face_seal(row.face) for row in page} if with_faces and len(page) <= MOST_SEALS else {},
            profiles=_profiles(page) if len(page) <= MOST_PROFILES else {},
            businesses=_businesses(page) if with_faces and len(page) <= MOST_PROFILES else {},
            dumbbells=_dumbbells(page),
            scale=_scale(page),
        )
    )


def _bands(of: result_queries.PlaceQuarter) -> dict[str, int]:
    if of.branch_id is None:
        found: dict[str, int] = of.head.bands
        return found
    return result_queries.branch_bands(of.head.id, of.branch_id)


def _kept_bodies() -> Kept[Markup]:
    return shelf("inspections.bodies", MOST_BODIES)


def _count(rows: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        found[row.band] = found.get(row.band, 0) + 1
    return found


@blueprint.get("/inspections/results/<int:result_id>/slip")
@allow(Permission.RESULT_READ, result_queries.slip_key)
def slip_page(key: result_queries.SlipKey) -> ResponseReturnValue:
    over = clock.today() > key.head.appeals_until
    kept_as = ("slip", key.id, key.digest, key.head.superseded_at, over)

    def build() -> str:
        body = _kept_bodies().get(kept_as, lambda: _slip_body(key, over=over))
        return render_template("inspections/slip.html", of=key, head=key.head, body=body)

    return unchanged.page(kept_as, build)


def _slip_body(key: result_queries.SlipKey, *, over: bool) -> Markup:
    row = result_queries.group_result(key.id)
    assert row is not None  # noqa: S101 - the key was read in the same transaction
    template = current_app.jinja_env.get_template("inspections/slip_body.html")
    figures = business(row.indicators, name=row.name, hue=_hue(row.face.get("hue")))
    return Markup(  # noqa: S704 - our own template
        template.render(row=row, head=key.head, slip=row.slip, business=figures, over=over)
    )


# ---------------------------------------------------------------- faces and charts


def _low(rows: Sequence[Any]) -> int:
    """Where the scale begins: ten below the lowest total, in tens, at most 70."""
    totals = [t for row in rows for t in (row.total, row.previous_total) if t is not None]
    lowest: int = min(totals)
    return max(0, min(70, (lowest // 1000 - 1) * 10))


def _dumbbells(rows: Sequence[Any]) -> dict[int, Markup]:
    low = _low(rows)
    return {
        row.id: charts.dumbbell(
            row.total / 100,
            None if row.previous_total is None else row.previous_total / 100,
            title=row.name,
            low=low,
            hue=f"hue-{row.hue}" if row.hue else "",
            bands=BANDS[low < 60],
        )
        for row in rows
    }


def _scale(rows: Sequence[Any]) -> Markup:
    low = _low(rows)
    return charts.band_scale(low=low, bands=BANDS[low < 60])


def _profiles(rows: Sequence[Any]) -> dict[int, Markup]:
    return {
        row.id: charts.profile(
            [charts.Dimension(d["title"], d["percent"], d["previous"]) for d in row.dimensions],
            title=f"{row.name}各维度得分率",
            low=min(60, *(d["percent"] for d in row.dimensions if d["percent"] is not None)),
            hue=f"hue-{row.hue}" if row.hue else "",
        )
        for row in rows
    }


def _businesses(rows: Sequence[Any]) -> dict[int, Business | None]:
    return {row.id: business(row.indicators, name=row.name, hue=_hue(row.hue)) for row in rows}


def _hue(hue: str | None) -> str:
    return f"hue-{hue}" if hue else ""


def _rises(rows: Sequence[Any]) -> dict[str, int]:
    """How many groups stand above, below or level with their own last quarter."""
    compared = [row.total - row.previous_total for row in rows if row.previous_total is not None]
    return {
        "up": sum(1 for change in compared if change > 0),
        "down": sum(1 for change in compared if change < 0),
        "level": sum(1 for change in compared if change == 0),
        "first": len(rows) - len(compared),
    }
