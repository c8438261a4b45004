"""Rubrics: reading them, copying them into a new version, editing a version that no round uses yet."""

from fractions import Fraction

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation.forms import Form
from app.inspections import queries, rubric_operations
from app.inspections.forms import rubric_form, version_of
from app.inspections.index_views import blueprint, reached_committees
from app.inspections.models import RubricVersion
from app.inspections.rubric import Rubric, edited, points_text, problems, trace_warnings
from app.organisation import queries as organisation
from app.organisation.models import Committee


@blueprint.get("/inspections/rubrics")
@allow(Permission.RUBRIC_READ)
def rubrics() -> ResponseReturnValue:
    committees = reached_committees()
    return render_template(
        "inspections/rubrics.html",
        versions=queries.rubric_versions(committees),
        committees=queries.committees(committees),
        may_write=current().may_somewhere(Permission.RUBRIC_WRITE),
    )


@blueprint.get("/inspections/rubrics/<int:rubric_id>")
@allow(Permission.RUBRIC_READ, queries.rubric_version)
def rubric_page(row: RubricVersion) -> ResponseReturnValue:
    rubric = row.rubric
    return render_template(
        "inspections/rubric.html",
        row=row,
        rubric=rubric,
        problems=problems(rubric),
        warnings=trace_warnings(rubric),
        may_write=current().may(Permission.RUBRIC_WRITE, row),
    )


@blueprint.post("/committees/<int:committee_id>/rubrics")
@allow(Permission.RUBRIC_WRITE, organisation.committee)
def start_rubric(committee: Committee) -> ResponseReturnValue:
    row = rubric_operations.start_rubric(committee, by=current())
    flash("已按默认细则建好一版，可以修改文字、满分和业务权重。")
    return redirect(url_for(".rubric_page", rubric_id=row.id))


@blueprint.post("/inspections/rubrics/<int:rubric_id>/copy")
@allow(Permission.RUBRIC_WRITE, queries.rubric_version)
def copy_rubric(row: RubricVersion) -> ResponseReturnValue:
    copy = rubric_operations.copy_rubric(row, by=current())
    flash(f"已复制成第 {copy.number} 版，旧版照旧。")
    return redirect(url_for(".edit_rubric", rubric_id=copy.id))


@blueprint.route("/inspections/rubrics/<int:rubric_id>/edit", methods=["GET", "POST"])
@allow(Permission.RUBRIC_WRITE, queries.rubric_version)
def edit_rubric(row: RubricVersion) -> ResponseReturnValue:
    if row.locked_at is not None:
        raise rubric_operations.RubricLocked
    form = rubric_form(row, formdata=request.form if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.validate():
            try:
                rubric_operations.edit_rubric(
                    row, _edited(row.rubric, form), seen=version_of(form["version"]), by=current()
                )
            except rubric_operations.RubricUnsound as refused:
                for problem in refused.problems:
                    form.refuse(problem)
            except rubric_operations.RubricOvertaken as refused:
                form.refuse(refused.message)
                _show_theirs(form, row)
                status = 409
            else:
                flash("细则已保存。")
                return redirect(url_for(".rubric_page", rubric_id=row.id))
        status = 422 if status == 200 else status
    return render_template("inspections/rubric_edit.html", row=row, rubric=row.rubric, form=form), status


def _show_theirs(form: Form, row: RubricVersion) -> None:
    """Beside each text that differs stands what somebody else saved meanwhile; saving again keeps one's own."""
    theirs = {"title": row.title}
    for c in row.rubric.criteria:
        theirs |= {
            f"title-{c.code}": c.title,
            f"maximum-{c.code}": points_text(c.maximum),
            f"guidance-{c.code}": c.guidance,
        }
    for name, saved in theirs.items():
        if (form[name].data or "").strip() != saved:
            form.refuse(f"别人存的是“{saved}”。要用它请改过来；直接再保存就用您的。", form[name])
    form["version"].data = str(row.version)


def _edited(rubric: Rubric, form: Form) -> Rubric:
    return edited(
        rubric,
        form["title"].data,
        {
            c.code: (
                form[f"title-{c.code}"].data,
                Fraction(form[f"maximum-{c.code}"].data.strip()),
                form[f"guidance-{c.code}"].data or "",
            )
            for c in rubric.criteria
        },
    )
