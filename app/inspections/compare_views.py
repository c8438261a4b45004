"""Frozen results beside each other: two groups in one quarter, and what a correction changed against the version before."""

from typing import Any

from flask import abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import shelf
from app.accounts.permissions import Permission
from app.foundation import charts, unchanged
from app.foundation.paging import row_id
from app.foundation.places import Place
from app.inspections import frozen_queries, result_queries
from app.inspections.comparison import changes, compare
from app.inspections.index_views import blueprint
from app.inspections.result_queries import PlaceQuarter, SlipKey

MOST_BODIES = 64


@blueprint.get("/inspections/results/<int:result_id>/beside")
@allow(Permission.RESULT_READ, result_queries.slip_key)
def beside(key: SlipKey) -> ResponseReturnValue:
    """Two groups of one round; who the other is stands in `with`, and is asked where it is missing."""
    other_id = request.args.get("with", 0, type=row_id)
    if not other_id or other_id == key.id:
        return _choose(key)
    other = result_queries.slip_key(other_id)
    if other is None or other.head.id != key.head.id or not current().may(Permission.RESULT_READ, other):
        abort(404)
    shown = ("beside", key.id, key.digest, other.id, other.digest)

    def build() -> str:
        body = shelf("inspections.pairs", MOST_BODIES).get(shown, lambda: _beside_body(key, other))
        return render_template("inspections/beside.html", of=key, head=key.head, body=body)

    return unchanged.page((shown, key.head.superseded_at), build)


def _choose(key: SlipKey) -> ResponseReturnValue:
    """The own branch; on demand the whole round, for those who read it whole."""
    after = request.args.get("after", 0, type=row_id)
    may_whole = current().may(Permission.RESULT_READ, Place(key.place.committee_id))
    whole = may_whole and "whole" in request.args
    shown = ("choose", key.id, key.digest, after, whole, may_whole)

    def build() -> str:
        branch_id = None if whole else key.place.branch_id
        found = result_queries.results_page(key.head.id, branch_id=branch_id, after=after)
        page = found[: result_queries.PAGE_SIZE]
        return render_template(
            "inspections/choose_beside.html",
            of=key,
            head=key.head,
            mine=result_queries.group_result(key.id),
            rows=[row for row in page if row.id != key.id],
            whole=whole,
            may_whole=may_whole,
            next_after=_next(found, page, whole=whole),
        )

    return unchanged.page((shown, key.head.superseded_at), build)


def _next(found: Any, page: Any, *, whole: bool) -> int | None:
    if len(found) == len(page):
        return None
    place: int = page[-1].position if whole else page[-1].branch_position
    return place


def _beside_body(key: SlipKey, other: SlipKey) -> Markup:
    found = frozen_queries.pair(key.id, other.id)
    if found is None:
        abort(404)
    left, right = found
    template = current_app.jinja_env.get_template("inspections/beside_body.html")
    return Markup(  # noqa: S704 - our own template, escaped by itself
        template.render(
            sides=(left, right),
            parts=compare(left.slip, right.slip),
            profiles=[_profile(row) for row in found],
            head=key.head,
        )
    )


def _profile(row: Any) -> Markup:
    return charts.profile(
        [charts.Dimension(d["title"], d["percent"], d["previous"]) for d in row.dimensions],
        title=f"{row.name}各维度得分率",
        low=min(60, *(d["percent"] for d in row.dimensions if d["percent"] is not None)),
        hue=f"hue-{row.face['hue']}" if row.face.get("hue") else "",
    )


# ---------------------------------------------------------------- two versions


@blueprint.get("/branches/<int:branch_id>/results/<quarter:quarter>/versions/<int:number>/changes")
@allow(Permission.RESULT_READ, result_queries.branch_quarter)
def branch_changes(of: PlaceQuarter) -> ResponseReturnValue:
    return _changes(of)


@blueprint.get("/committees/<int:committee_id>/results/<quarter:quarter>/versions/<int:number>/changes")
@allow(Permission.RESULT_READ, result_queries.committee_quarter)
def committee_changes(of: PlaceQuarter) -> ResponseReturnValue:
    return _changes(of)


def _changes(of: PlaceQuarter) -> ResponseReturnValue:
    if of.head is None:
        abort(404)
    after = request.args.get("after", 0, type=row_id)
    shown = ("changes", of.head.id, of.head.digest, of.branch_id, after)

    def build() -> str:
        body = shelf("inspections.changes", MOST_BODIES).get(shown, lambda: _changes_body(of, after))
        return render_template("inspections/changes.html", of=of, head=of.head, body=body)

    return unchanged.page((shown, of.name, of.head.superseded_at), build)


def _changes_body(of: PlaceQuarter, after: int) -> Markup:
    earlier = result_queries.publication(of.place.committee_id, of.quarter, of.head.number - 1)
    found = (
        frozen_queries.corrected_page(of.head.id, earlier.id, branch_id=of.branch_id, after=after) if earlier else []
    )
    page = found[: frozen_queries.CORRECTED_SIZE]
    template = current_app.jinja_env.get_template("inspections/changes_body.html")
    return Markup(  # noqa: S704 - our own template, escaped by itself
        template.render(
            of=of,
            head=of.head,
            earlier=earlier,
            groups=[(new, old, changes(old.slip, new.slip) if old else []) for new, old in page],
            next_after=page[-1][0].position if len(found) > len(page) else None,
        )
    )
