"""Definitions: what is measured, at whom, against which target, from when; former versions beside them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.errors import Refused
from app.foundation.forms import version_of
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators import definition_queries, operations, queries
from app.indicators.forms import DefinitionForm, filled
from app.indicators.index_views import blueprint, told_quarter
from app.indicators.models import Indicator
from app.indicators.operations import ReasonMissing
from app.indicators.queries import UnitOn
from app.organisation import queries as organisation
from app.organisation.models import Committee


@blueprint.get("/indicators/branches/<int:branch_id>/definitions")
@allow(Permission.INDICATOR_READ, queries.branch_today)
def definitions(branch: UnitOn) -> ResponseReturnValue:
    spots = definition_queries.spots(branch.place, branch.day)
    return render_template(
        "indicators/definitions.html",
        branch=branch,
        indicators=definition_queries.indicators(branch.place),
        labels={(spot.group_id, spot.team_id): spot.label for spot in spots},
        this_month=Month.of(branch.day),
        quarter=told_quarter(),
        may_define=lambda place: current().may(Permission.INDICATOR_DEFINE, place),
    )


@blueprint.route("/indicators/branches/<int:branch_id>/new", methods=["GET", "POST"])
@allow(Permission.INDICATOR_DEFINE, queries.branch_today)
def new_indicator(branch: UnitOn) -> ResponseReturnValue:
    back = url_for(".definitions", branch_id=branch.branch_id)
    return _new(branch.place, branch.name, back)


@blueprint.route("/indicators/committees/<int:committee_id>/new", methods=["GET", "POST"])
@allow(Permission.INDICATOR_DEFINE, organisation.committee)
def new_committee_indicator(committee: Committee) -> ResponseReturnValue:
    return _new(committee.place, committee.name, url_for(".index"))


def _new(place: Place, owner: str, back: str) -> ResponseReturnValue:
    spots = definition_queries.spots(place, clock.today())
    form = DefinitionForm(_sent(), data={"from_month": str(Month.of(clock.today())), "weight": "1"})
    form.offer(spots)
    if request.method == "POST" and form.validate():
        if form.spots.data:
            row = operations.define_indicator(place, form.wording(spots), by=current())
            flash(f"已登记“{row.label}”。")
            return redirect(back)
        form.refuse("请至少选一个党小组或班组。", form.spots)
    return _form_page(form, owner, back)


@blueprint.route("/indicators/definitions/<int:indicator_id>/edit", methods=["GET", "POST"])
@allow(Permission.INDICATOR_DEFINE, definition_queries.indicator)
def edit_indicator(row: Indicator) -> ResponseReturnValue:
    spots = definition_queries.spots(row.place, clock.today())
    form = DefinitionForm(_sent(), data=filled(row.latest, Month.of(clock.today())))
    form.offer(spots)
    back = url_for(".definitions", branch_id=row.branch_id) if row.branch_id else url_for(".index")
    if request.method == "POST" and form.validate():
        try:
            operations.change_indicator(row, form.wording(spots), by=current(), seen=version_of(form.seen))
        except Refused as refused:
            form.refuse(refused.message, form.reason if isinstance(refused, ReasonMissing) else None)
            return _form_page(form, row.label, back, row, refused.status)
        flash(f"“{row.label}”从{form.from_month.data}起按新的定义，原来的定义还能查看。")
        return redirect(back)
    return _form_page(form, row.label, back, row)


def _sent() -> MultiDict[str, str] | None:
    """None before anything was sent: boxes that nobody has seen yet are not boxes that were unticked."""
    return request.form if request.method == "POST" else None


def _form_page(
    form: DefinitionForm, owner: str, back: str, row: Indicator | None = None, status: int = 422
) -> ResponseReturnValue:
    page = render_template("indicators/definition.html", form=form, owner=owner, back=back, row=row)
    return page if request.method == "GET" else (page, status)
