"""The door of the inspections: rounds, what waits for the reader, published results. Its blueprint carries every page."""

from fractions import Fraction
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.brands.queries import stamp
from app.foundation.places import Place
from app.inspections import queries, result_queries
from app.inspections.course import STATE_NAMES
from app.inspections.scoring import half_up, shown_points, two_places
from app.inspections.slip import slip_deduction, slip_points
from app.organisation import queries as organisation

blueprint = Blueprint("inspections", __name__)


@blueprint.app_template_filter()
def face_seal(face: dict[str, Any]) -> Markup:
    """The seal kept on a sheet or a result; nothing before there is a brand."""
    return stamp(face.get("drawing"))


@blueprint.app_template_filter()
def face_hue(face: dict[str, Any]) -> str:
    return f"hue-{face['hue']}" if face.get("hue") else ""


@blueprint.app_template_filter()
def mean_points(value: Fraction) -> str:
    """A mean or a sum for display: two places."""
    return two_places(half_up(value))


for _shown in (shown_points, slip_points, slip_deduction):
    blueprint.add_app_template_filter(_shown)


@blueprint.get("/inspections")
@allow(Permission.ROUND_READ)
def index() -> ResponseReturnValue:
    reader = current()
    committees = reader.committees
    led = [place.group_id for place in reader.places([Role.GROUP_LEADER]) if place.group_id]
    wide = [id_ for id_ in committees if reader.may(Permission.RESULT_READ, Place(id_))]
    return render_template(
        "inspections/index.html",
        rounds=queries.round_lines(committees, reader.account_id),
        publications=result_queries.publications(committees),
        self_checks=queries.self_checks_waiting(led) if led else [],
        branches=reader_branches(),
        names_of_states=STATE_NAMES,
        may_plan=reader.may_somewhere(Permission.ROUND_MANAGE),
        wide=wide,
        names={row.id: row.name for row in organisation.committees(wide)} if len(wide) > 1 else {},
    )


def reader_branches() -> list[int]:
    """Branches whose results the reader's own grants open; committee-wide readers go by the committee's page."""
    return sorted({grant.place.branch_id for grant in current().grants if grant.place.branch_id})
