"""The door of the indicators. Its blueprint carries every page."""

from fractions import Fraction

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.paging import row_id
from app.foundation.periods import Month, Quarter
from app.indicators import queries
from app.indicators.figures import figure_text, percent_text

blueprint = Blueprint("indicators", __name__)


@blueprint.app_template_filter()
def figure(value: Fraction | None, places: int = 0) -> str:
    """A value as people write it, with a true minus sign."""
    return figure_text(value, places).replace("-", "−")


@blueprint.app_template_filter()
def attainment(value: Fraction | None) -> str:
    return percent_text(value)


def last_told() -> Month:
    """The month of which values may be expected: the one before the current."""
    return Month.of(clock.today()).previous()


def told_quarter() -> Quarter:
    return last_told().quarter


@blueprint.get("/indicators")
@allow(Permission.INDICATOR_READ)
def index() -> ResponseReturnValue:
    """Whoever belongs to one branch goes straight to it."""
    month, after = last_told(), request.args.get("after", 0, type=row_id)
    reader = current()
    page = queries.branches(reader.grants, month, after)
    if len(page.rows) == 1 and not after:
        return redirect(url_for(".branch_page", branch_id=page.rows[0].branch_id, quarter=told_quarter()))
    return render_template(
        "indicators/index.html",
        page=page,
        month=month,
        quarter=told_quarter(),
        committees=[place.committee_id for place in reader.places([Role.FACTORY_COMMITTEE])],
        may_enter=reader.may_somewhere(Permission.INDICATOR_ENTER),
    )
