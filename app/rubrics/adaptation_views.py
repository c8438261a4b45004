"""A branch fits its committee's rubric to its own work, before a round uses it."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation.places import Place
from app.organisation import queries as organisation
from app.rubrics import adaptation, operations, queries
from app.rubrics.adaptation import TEXTS, Change
from app.rubrics.index_views import blueprint
from app.rubrics.models import RubricVersion
from app.rubrics.reading import number_of
from app.rubrics.rubric import Rubric


@dataclass(frozen=True)
class Adapting:
    branch_id: int
    branch_name: str
    row: RubricVersion

    @property
    def place(self) -> Place:
        return Place(self.row.committee_id, self.branch_id)


def adapting(branch_id: int, rubric_id: int) -> Adapting | None:
    branch, row = organisation.branch(branch_id), queries.rubric_version(rubric_id)
    if branch is None or row is None or branch.committee_id != row.committee_id:
        return None
    return Adapting(branch.id, branch.name, row)


@blueprint.route("/branches/<int:branch_id>/rubrics/<int:rubric_id>", methods=["GET", "POST"])
@allow(Permission.RUBRIC_ADAPT, adapting)
def adapt_rubric(found: Adapting) -> ResponseReturnValue:
    rubric = found.row.rubric
    errors: dict[str, str] = {}
    if request.method == "POST":
        wanted, errors = _typed(rubric)
        try:
            if not errors:
                operations.adapt_rubric(
                    found.row, found.branch_id, wanted, seen=request.form.get("version", ""), by=current()
                )
                flash("本支部的细则已保存，督查时本支部各党小组按它评分。")
                return redirect(url_for(".adapt_rubric", branch_id=found.branch_id, rubric_id=found.row.id))
        except operations.AdaptationRefused as refused:
            errors = refused.problems
        except operations.RubricOvertaken as refused:
            errors = {"": refused.message}
    page = render_template(
        "rubrics/adapt.html",
        found=found,
        row=found.row,
        rubric=rubric,
        own={criterion.code: criterion for criterion in found.row.rubric_for(found.branch_id).criteria},
        typed=request.form,
        errors=errors,
        open_now=found.row.locked_at is None,
    )
    return page, 422 if errors else 200


def _typed(rubric: Rubric) -> tuple[dict[str, Change], dict[str, str]]:
    wanted: dict[str, Change] = {}
    errors: dict[str, str] = {}
    for criterion in rubric.criteria:
        texts = {
            name: request.form[f"{name}-{criterion.code}"].strip().replace("\r\n", "\n")
            for name in TEXTS
            if criterion.rewordable and f"{name}-{criterion.code}" in request.form
        }
        maximum = None
        if criterion.play and (typed := request.form.get(f"maximum-{criterion.code}", "").strip()):
            maximum = number_of(typed)
            if maximum is None:
                errors[criterion.code] = f"“{typed[:20]}”读不成分数，请填数字，最多两位小数。"
        wanted[criterion.code] = Change(maximum, **texts)
    return adaptation.changes_between(rubric, wanted), errors
