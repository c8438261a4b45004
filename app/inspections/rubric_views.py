"""Rubrics: reading and previewing them, copying one into a new version, editing one that no round uses yet."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.foundation import unit_of_work
from app.foundation.paging import row_id
from app.inspections import queries, rubric_operations
from app.inspections.default_rubric import DEFAULT_RUBRIC
from app.inspections.forms import Filled, steps_of
from app.inspections.index_views import blueprint, reached_committees
from app.inspections.layout import laid_out
from app.inspections.mark_operations import NoSuchCriterion
from app.inspections.measures import MEASURES
from app.inspections.models import RubricVersion
from app.inspections.rubric import CriterionKind, Scorer
from app.inspections.rubric_draft import Draft, acted, drafted, from_fields
from app.inspections.rubric_reading import Difference, Read, differences, read_draft
from app.inspections.soundness import problems, warnings
from app.organisation import queries as organisation
from app.organisation.models import Branch, Committee


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
        "inspections/rubric_preview.html",
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


# ---------------------------------------------------------------- the editor


@dataclass
class Desk:
    """What the editor shows. `seen` is the version of the row that was looked at, None for a rubric not yet saved."""

    draft: Draft
    read: Read
    action: str
    seen: int | None = None
    focus: str = ""
    refused: str = ""
    saved_elsewhere: list[Difference] = field(default_factory=list)
    strict: bool = False
    """Whether what cannot be read is to be said: not while somebody is still adding rows."""

    saves: bool = False


@blueprint.route("/committees/<int:committee_id>/rubrics/new", methods=["GET", "POST"])
@allow(Permission.RUBRIC_WRITE, organisation.committee, slow=True)
def new_rubric(committee: Committee) -> ResponseReturnValue:
    """A rubric that is not saved yet: an empty one, or what an import has read."""
    action = url_for(".new_rubric", committee_id=committee.id)
    if request.method == "GET":
        draft = drafted(DEFAULT_RUBRIC) | {"title": "", "dimensions": []}
        draft, _ = acted(draft, "add:dimensions")
        return _editor(Desk(draft, read_draft(draft), action))
    desk = _typed(action)
    if desk.saves:
        return _save_new(committee.id, desk)
    return _editor(desk)


@blueprint.route("/inspections/rubrics/<int:rubric_id>/edit", methods=["GET", "POST"])
@allow(Permission.RUBRIC_WRITE, queries.rubric_version, slow=True)
def edit_rubric(row: RubricVersion) -> ResponseReturnValue:
    action = url_for(".edit_rubric", rubric_id=row.id)
    if request.method == "GET":
        if row.locked_at is not None:
            raise rubric_operations.RubricLocked
        return _editor(Desk(drafted(row.rubric), Read(row.rubric), action, row.version), row)
    desk = _typed(action, request.form.get("version", 0, type=row_id))
    if not desk.saves:
        return _editor(desk, row)
    return _save_new(row.committee_id, desk) if request.form.get("act") == "save-new" else _save(row.id, desk)


def _typed(action: str, seen: int | None = None) -> Desk:
    draft = from_fields(request.form.items(multi=True))
    act = request.form.get("act", "save")
    saves = act.startswith("save")
    draft, focus = (draft, "") if saves else acted(draft, act)
    read = read_draft(draft)
    return Desk(
        draft,
        read,
        action,
        seen,
        focus,
        strict=saves or act == "check-all",
        saves=saves and read.rubric is not None,
    )


def _save(rubric_id: int, desk: Desk) -> ResponseReturnValue:
    unit_of_work.begin_write()
    row = queries.rubric_version(rubric_id)
    if row is None:
        abort(404)
    judge_again(Permission.RUBRIC_WRITE, row)
    assert desk.read.rubric is not None  # noqa: S101 - asked before
    try:
        rubric_operations.edit_rubric(row, desk.read.rubric, seen=desk.seen or 0, by=current())
    except (rubric_operations.RubricOvertaken, rubric_operations.RubricLocked) as refused:
        desk.refused = refused.message
        desk.saved_elsewhere = differences(drafted(row.rubric), desk.draft)
        desk.seen = row.version
        return _editor(desk, row, HTTPStatus.CONFLICT)
    flash("细则已保存。")
    return redirect(url_for(".rubric_page", rubric_id=rubric_id))


def _save_new(committee_id: int, desk: Desk) -> ResponseReturnValue:
    unit_of_work.begin_write()
    committee = organisation.committee(committee_id)
    if committee is None:
        abort(404)
    judge_again(Permission.RUBRIC_WRITE, committee)
    assert desk.read.rubric is not None  # noqa: S101 - asked before
    row = rubric_operations.add_rubric(
        committee_id, desk.read.rubric, by=current(), source=request.form.get("source", "")[:120]
    )
    flash(f"已存成第 {row.number} 版。")
    return redirect(url_for(".rubric_page", rubric_id=row.id))


def _editor(desk: Desk, row: RubricVersion | None = None, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    rubric = desk.read.rubric
    errors = desk.read.errors if desk.strict else {}
    page = render_template(
        "inspections/rubric_edit.html",
        row=row,
        draft=desk.draft,
        errors=errors,
        desk=desk,
        rubric=rubric,
        doubts=(problems(rubric) + warnings(rubric)) if rubric else [],
        measures=MEASURES,
        kinds=[(kind.value, kind.label) for kind in CriterionKind],
        scorers=[(scorer.value, scorer.label) for scorer in Scorer if scorer is not Scorer.SYSTEM],
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if errors else status
