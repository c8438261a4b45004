"""The committee's and the branch's own pages, as of a day; the blueprint, and the course of every form of this feature."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response
from wtforms import HiddenField

from app.accounts.guard import allow, current
from app.accounts.permissions import BUSINESS, Permission
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.forms import Form
from app.foundation.places import Place
from app.organisation import queries, sheet_queries
from app.organisation.appointment_operations import BY_UPPER_COMMITTEE, may_appoint
from app.organisation.forms import DayForm
from app.organisation.models import Branch, Committee

blueprint = Blueprint("organisation", __name__)


def tried(form: Form, act: Callable[[], object]) -> int | None:
    """The course of every form here: 200 to ask, 422 or 409 to ask again with the reason; None when it is done."""
    if request.method != "POST":
        return 200
    if not form.validate():
        return 422
    try:
        act()
    except Refused as error:
        form.refuse(error.message)
        return error.status
    except IntegrityError:
        db.session.rollback()
        form.refuse("刚有人登记了同样的内容，没有重复登记。请刷新后核对。")
        return 409
    return None


def answered(
    form: Form, act: Callable[[], object], page: str, *, done: str, to: Response, **shown: object
) -> ResponseReturnValue:
    """The whole answer of a form with one act: its page, or `done` said on the page that follows."""
    status = tried(form, act)
    if status is None:
        flash(done)
        return to
    return render_template(page, form=form, **shown), status


def version_in(field: HiddenField) -> int:
    """The version that the form was opened with; a form without one is too old for anything."""
    typed = str(field.data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else -1


def asked_day() -> tuple[date, DayForm]:
    """`?day=`; today when it is missing, and when it is no date, which the form then says."""
    form = DayForm(request.args if request.args.get("day") else None, data={"day": clock.today()})
    return form.day.data if form.validate() and form.day.data else clock.today(), form


@blueprint.get("/organisation")
@allow(Permission.ORGANISATION_READ)
def index() -> Response:
    """The widest unit that the reader's roles reach."""
    places = [grant.place for grant in current().grants if grant.role in BUSINESS]
    whole = next((place for place in places if place.branch_id is None), None)
    if whole is not None:
        return redirect(url_for("organisation.committee_page", committee_id=whole.committee_id))
    place = next((place for place in places if place.branch_id is not None), None)
    if place is None:
        abort(404)
    return redirect(url_for("organisation.branch_page", branch_id=place.branch_id))


@blueprint.get("/committees/<int:committee_id>")
@allow(Permission.ORGANISATION_READ, queries.committee)
def committee_page(committee: Committee) -> str:
    day, form = asked_day()
    return render_template(
        "organisation/committee.html",
        form=form,
        committee=committee,
        branches=sheet_queries.branch_lines(committee.id, day),
        nested=sheet_queries.nested_committees(committee),
        day=day,
        today=clock.today(),
        may_write=current().may(Permission.ORGANISATION_WRITE, committee),
    )


@blueprint.get("/branches/<int:branch_id>/organisation")
@allow(Permission.ORGANISATION_READ, queries.branch)
def branch_page(branch: Branch) -> ResponseReturnValue:
    (day, form), actor = asked_day(), current()
    return render_template(
        "organisation/branch.html",
        form=form,
        branch=branch,
        sheet=sheet_queries.branch_sheet(branch.id, day),
        day=day,
        today=clock.today(),
        may_write=actor.may(Permission.ORGANISATION_WRITE, branch) and branch.ends_on is None,
        may_see_committee=actor.may(Permission.ORGANISATION_READ, Place(branch.committee_id)),
        fixed_roles=[role for role in BY_UPPER_COMMITTEE if not may_appoint(actor, role, branch.committee_id)],
    )
