"""The editor of a rubric that no round uses yet, and of one that is not saved yet."""

from dataclasses import dataclass, field
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.foundation import unit_of_work
from app.foundation.paging import row_id
from app.organisation import queries as organisation
from app.organisation.models import Committee
from app.rubrics import operations, queries
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.draft import Draft, acted, drafted, from_fields
from app.rubrics.index_views import blueprint
from app.rubrics.measures import MEASURES
from app.rubrics.models import RubricVersion
from app.rubrics.reading import Difference, Read, differences, read_draft
from app.rubrics.rubric import CriterionKind, Scorer
from app.rubrics.soundness import problems, warnings


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
            raise operations.RubricLocked
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
        operations.edit_rubric(row, desk.read.rubric, seen=desk.seen or 0, by=current())
    except (operations.RubricOvertaken, operations.RubricLocked) as refused:
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
    row = operations.add_rubric(
        committee_id, desk.read.rubric, by=current(), source=request.form.get("source", "")[:120]
    )
    flash(f"已存成第 {row.number} 版。")
    return redirect(url_for(".rubric_page", rubric_id=row.id))


def _editor(desk: Desk, row: RubricVersion | None = None, status: int = HTTPStatus.OK) -> ResponseReturnValue:
    rubric = desk.read.rubric
    errors = desk.read.errors if desk.strict else {}
    page = render_template(
        "rubrics/edit.html",
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
