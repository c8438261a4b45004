"""One criterion of one sheet, for a panel member or for the group's self check. One template serves keyboard and thumb."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities.photo_views import photo_copy
from app.inspections import desk, evidence_queries, mark_operations, mark_queries, queries
from app.inspections.course import PANEL_SCORES_OPEN, SELF_SCORES_OPEN
from app.inspections.forms import MarkForm, mark_form
from app.inspections.index_views import blueprint
from app.inspections.mark_operations import NoSuchCriterion
from app.inspections.marking import MarkRefused
from app.inspections.models import Mark, Sheet
from app.inspections.rubric import Criterion, points_text
from app.inspections.slip import MarkLine, Record

Act = Callable[..., Mark]


# ---------------------------------------------------------------- the panel's desk


@blueprint.get("/inspections/sheets/<int:sheet_id>/score")
@allow(Permission.SHEET_SCORE, queries.sheet)
def start_scoring(sheet: Sheet) -> ResponseReturnValue:
    """On to the first criterion that the reader has not marked."""
    mark_operations.require_panel(sheet, current())
    rubric = sheet.round.rubric_version.rubric
    record = mark_queries.records(sheet.round.panel, [sheet])[sheet.id]
    return redirect(_onward(sheet, record, "") or url_for(".score", sheet_id=sheet.id, code=rubric.criteria[0].code))


@blueprint.route("/inspections/sheets/<int:sheet_id>/score/<code>", methods=["GET", "POST"])
@allow(Permission.SHEET_SCORE, queries.sheet)
def score(sheet: Sheet, code: str) -> ResponseReturnValue:
    mark_operations.require_panel(sheet, current())
    return _mark_page(sheet, _criterion(sheet, code), mark_operations.give_mark, own=False)


@blueprint.route("/inspections/sheets/<int:sheet_id>/self/<code>", methods=["GET", "POST"])
@allow(Permission.SHEET_SELF_CHECK, queries.sheet)
def self_mark(sheet: Sheet, code: str) -> ResponseReturnValue:
    return _mark_page(sheet, _criterion(sheet, code), mark_operations.give_self_mark, own=True)


def _criterion(sheet: Sheet, code: str) -> Criterion:
    criterion = sheet.round.rubric_version.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    return criterion


def _mark_page(sheet: Sheet, criterion: Criterion, give: Act, *, own: bool) -> ResponseReturnValue:
    """`own`: the group's self check, else a panel member's mark."""
    siblings = [sheet] if own else queries.sheets(sheet.round_id, branch_id=sheet.branch_id)
    records = mark_queries.records(sheet.round.panel, siblings, in_full=sheet.id, account_id=current().account_id)
    record = records[sheet.id]
    mine = {line.code: line for line in record.self_marks} if own else desk.own_marks(record, current().account_id)
    if request.method == "POST":
        form = mark_form(criterion, formdata=request.form)
        if form.validate():
            try:
                give(sheet, criterion.code, form.proposal(), form.evidence.data or [], by=current())
            except MarkRefused as refused:
                _refuse(form, refused)
            else:
                return redirect(_after_saving(sheet, criterion.code, own=own))
        status = 422
    else:
        form, status = mark_form(criterion, data=_typed(mine.get(criterion.code))), 200
    page = render_template(
        "inspections/score.html",
        **_desk_context(sheet, criterion, record, mine, own=own),
        form=form,
        line=mine.get(criterion.code),
        evidence=_evidence(sheet, criterion, {*(form.evidence.data or []), *_picked(record, criterion.code)}),
        siblings=[(s, desk.own_marks(records[s.id], current().account_id)) for s in siblings],
        chosen=set(form.evidence.data or []),
    )
    return page, status


def _desk_context(
    sheet: Sheet, criterion: Criterion, record: Record, mine: dict[str, MarkLine], *, own: bool
) -> dict[str, Any]:
    rubric, me = sheet.round.rubric_version.rubric, current().account_id
    previous, following = desk.neighbours(rubric, criterion.code)
    revealed = not own and desk.all_in(rubric, record)
    return {
        "sheet": sheet,
        "rubric": rubric,
        "criterion": criterion,
        "dimension": rubric.dimension_of(criterion.code),
        "number": [c.code for c in rubric.criteria].index(criterion.code) + 1,
        "own": own,
        "here": ".self_mark" if own else ".score",
        "mine": mine,
        "previous": previous,
        "following": following,
        "self_line": next((line for line in record.self_marks if line.code == criterion.code), None),
        "others": [x for x in record.marks if x.code == criterion.code and x.marker != me] if revealed else [],
        "others_done": 0 if own else desk.others_done(record, criterion.code, me),
        "panel_size": len(record.panel),
        "open_now": sheet.round.state in (SELF_SCORES_OPEN if own else PANEL_SCORES_OPEN),
        "unanswered": desk.unanswered(rubric, record),
    }


def _picked(record: Record, code: str) -> set[str]:
    """What the group itself pointed at."""
    return {f"{x['kind']}:{x['id']}" for line in record.self_marks if line.code == code for x in line.evidence}


def _evidence(sheet: Sheet, criterion: Criterion, wanted: set[str]) -> dict[str, list[Any]]:
    """Records and photos of the quarter: first what was picked or fits the criterion, the rest folded away."""
    rows = evidence_queries.evidence(sheet.group_id, sheet.round.quarter)
    fits = {rows[i].title for i in desk.to_the_point(criterion.evidence, [row.detail for row in rows])}
    first = [row for row in rows if f"{row.kind}:{row.id}" in wanted or row.title in fits or row.detail in fits]
    rest = [row for row in rows if row not in first]
    parts: dict[str, list[Any]] = {}
    for name, part in (("first", first), ("rest", rest)):
        parts[f"{name}_records"] = [row for row in part if row.kind == "activity"]
        parts[f"{name}_photos"] = [row for row in part if row.kind == "photo"]
    # Two photos tell what the work looked like; the others wait with the rest, unless somebody picked them.
    extra = [row for row in parts["first_photos"] if f"photo:{row.id}" not in wanted][2:]
    parts["first_photos"] = [row for row in parts["first_photos"] if row not in extra]
    parts["rest_photos"] = extra + parts["rest_photos"]
    return parts


def _typed(line: MarkLine | None) -> dict[str, Any]:
    """A mark given before, as the form would have it; nothing chosen before the first."""
    if line is None:
        return {}
    counts = {f"count-{item['code']}": item["count"] for item in line.taken if item["code"]}
    further = next((item["points"] for item in line.taken if not item["code"]), "0")
    return {
        **counts,
        "further": points_text(Fraction(further)),
        "step": None if line.points is None else points_text(line.points),
        "not_applicable": line.points is None,
        "reason": line.reason,
        "evidence": [f"{item['kind']}:{item['id']}" for item in line.evidence],
    }


def _refuse(form: MarkForm, refused: MarkRefused) -> None:
    fields = {"points": form.step, "reason": form.reason, "further": form.further, "evidence": form.evidence}
    form.refuse(refused.message, fields.get(refused.field))


def _after_saving(sheet: Sheet, code: str, *, own: bool) -> str:
    if not own:
        record = mark_queries.records(sheet.round.panel, [sheet])[sheet.id]
        return _onward(sheet, record, code) or url_for(".round_page", round_id=sheet.round_id)
    record = mark_queries.records([], [sheet])[sheet.id]
    done = {line.code: line for line in record.self_marks}
    onward = desk.next_unmarked(sheet.round.rubric_version.rubric, done, code)
    if onward is None:
        return url_for(".self_check", sheet_id=sheet.id)
    return url_for(".self_mark", sheet_id=sheet.id, code=onward)


def _onward(sheet: Sheet, record: Record, code: str) -> str | None:
    """The next criterion without an own mark, else the conditions that nobody has answered; None when all is done."""
    rubric = sheet.round.rubric_version.rubric
    onward = desk.next_unmarked(rubric, desk.own_marks(record, current().account_id), code)
    if onward is not None:
        return url_for(".score", sheet_id=sheet.id, code=onward)
    return url_for(".conditions", sheet_id=sheet.id) if desk.unanswered(rubric, record) else None


@blueprint.get("/inspections/sheets/<int:sheet_id>/photos/<int:photo_id>/<any(display, thumb):size>")
@allow(Permission.SHEET_SCORE, evidence_queries.evidence_photo)
def evidence_photo(found: evidence_queries.EvidencePhoto, size: str) -> ResponseReturnValue:
    """For the panel, whose members may come from other branches; photos of other quarters stay out of their sight."""
    mark_operations.require_panel(found.sheet, current())
    return photo_copy(found.photo, size)
