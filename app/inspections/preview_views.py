"""A rubric's criterion as it will be scored, before any round uses it."""

import json

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow
from app.accounts.permissions import Permission
from app.inspections.forms import Filled, steps_of
from app.inspections.index_views import blueprint
from app.inspections.mark_operations import NoSuchCriterion
from app.rubrics import queries
from app.rubrics.layout import laid_out
from app.rubrics.measures import MEASURES
from app.rubrics.models import RubricVersion


@blueprint.get("/inspections/rubrics/<int:rubric_id>/preview/<code>")
@allow(Permission.RUBRIC_READ, queries.rubric_version)
def preview_rubric(row: RubricVersion, code: str) -> ResponseReturnValue:
    """One criterion as the people who score it will have it before them, on a desk or on a phone."""
    layout = laid_out(json.dumps(row.content))
    criterion = layout.criteria.get(code)
    if criterion is None:
        raise NoSuchCriterion
    previous, following = layout.neighbours(code)
    return render_template(
        "inspections/preview.html",
        row=row,
        layout=layout,
        code=code,
        criterion=criterion,
        steps=steps_of(criterion),
        entry=Filled(),
        on_phone=request.args.get("on") == "phone",
        previous=previous,
        following=following,
        measures=MEASURES,
    )
