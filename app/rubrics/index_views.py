"""Rubrics: the list, one to read, a first one, a copy. Its blueprint carries every page of a rubric."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.organisation import queries as organisation
from app.organisation.models import Branch, Committee
from app.rubrics import operations, queries
from app.rubrics.measures import MEASURES
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import points_text
from app.rubrics.soundness import problems, warnings

blueprint = Blueprint("rubrics", __name__)
blueprint.add_app_template_filter(points_text, "plain_points")


@blueprint.get("/inspections/rubrics")
@allow(Permission.RUBRIC_READ)
def index() -> ResponseReturnValue:
    committees = current().committees
    return render_template(
        "rubrics/index.html",
        versions=queries.rubric_versions(committees),
        committees=organisation.committees(committees),
        may_write=current().may_somewhere(Permission.RUBRIC_WRITE),
    )


@blueprint.get("/inspections/rubrics/<int:rubric_id>")
@allow(Permission.RUBRIC_READ, queries.rubric_version)
def rubric_page(row: RubricVersion) -> ResponseReturnValue:
    rubric = row.rubric
    return render_template(
        "rubrics/rubric.html",
        row=row,
        rubric=rubric,
        problems=problems(rubric),
        warnings=warnings(rubric),
        measures=MEASURES,
        adapts=_adapting_branches(row),
        may_write=current().may(Permission.RUBRIC_WRITE, row),
    )


def _adapting_branches(row: RubricVersion) -> list[Branch]:
    """The reader's own branches, where the committee left anything open to them."""
    if not any(criterion.play or criterion.rewordable for criterion in row.rubric.criteria):
        return []
    places = current().places([Role.SECRETARY, Role.DEPUTY_SECRETARY])
    found = [organisation.branch(place.branch_id) for place in places if place.branch_id is not None]
    return [branch for branch in found if branch is not None and branch.committee_id == row.committee_id]


@blueprint.post("/committees/<int:committee_id>/rubrics")
@allow(Permission.RUBRIC_WRITE, organisation.committee)
def start_rubric(committee: Committee) -> ResponseReturnValue:
    row = operations.start_rubric(committee, by=current(), measured="measured" in request.form)
    flash("已按默认细则建好一版，可以修改文字、满分和业务权重。")
    return redirect(url_for(".rubric_page", rubric_id=row.id))


@blueprint.post("/inspections/rubrics/<int:rubric_id>/copy")
@allow(Permission.RUBRIC_WRITE, queries.rubric_version)
def copy_rubric(row: RubricVersion) -> ResponseReturnValue:
    copy = operations.copy_rubric(row, by=current())
    flash(f"已复制成第 {copy.number} 版，旧版照旧。")
    return redirect(url_for(".edit_rubric", rubric_id=copy.id))
