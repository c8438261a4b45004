"""The scoring desk, the group's self check, gates, vetoes and bonus. One template serves keyboard and thumb."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities.photo_views import photo_copy
from app.foundation.forms import options
from app.inspections import desk, evidence_queries, mark_operations, mark_queries, queries
from app.inspections.course import PANEL_SCORES_OPEN, SELF_SCORES_OPEN
from app.inspections.forms import BonusForm, MarkForm, mark_form
from app.inspections.mark_operations import NoSuchCriterion
from app.inspections.marking import MarkRefused
from app.inspections.models import Bonus, Mark, Sheet
from app.inspections.rubric import Criterion, points_text
from app.inspections.slip import MarkLine, Record, assess_self
from app.inspections.views import blueprint

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


# ---------------------------------------------------------------- gates, vetoes, bonus


@blueprint.route("/inspections/sheets/<int:sheet_id>/conditions", methods=["GET", "POST"])
@allow(Permission.SHEET_SCORE, queries.sheet)
def conditions(sheet: Sheet) -> ResponseReturnValue:
    mark_operations.require_panel(sheet, current())
    errors = _answer_all(sheet) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        flash("必备条件与一票否决已保存。")
        return redirect(url_for(".conditions", sheet_id=sheet.id))
    return _conditions_page(sheet, BonusForm(), errors), 422 if errors else 200


def _answer_all(sheet: Sheet) -> dict[str, str]:
    """Saves what was answered; a condition left open stays open. Messages by code for what could not be taken."""
    errors = {}
    for condition in sheet.round.rubric_version.rubric.conditions:
        answer = request.form.get(f"holds-{condition.code}")
        if answer not in ("yes", "no"):
            continue
        try:
            mark_operations.answer_condition(
                sheet,
                condition.code,
                request.form.get(f"reason-{condition.code}", ""),
                holds=answer == "yes",
                by=current(),
            )
        except MarkRefused as refused:
            errors[condition.code] = refused.message
    return errors


def _conditions_page(sheet: Sheet, form: BonusForm, errors: dict[str, str]) -> str:
    rubric = sheet.round.rubric_version.rubric
    record = mark_queries.records(sheet.round.panel, [sheet])[sheet.id]
    form.level.choices = options((b.code, f"{b.label}，加 {points_text(b.points)} 分") for b in rubric.bonus_levels)
    return render_template(
        "inspections/conditions.html",
        sheet=sheet,
        rubric=rubric,
        record=record,
        answers={check.code: check for check in record.checks},
        typed=request.form,
        errors=errors,
        form=form,
        open_now=sheet.round.state in PANEL_SCORES_OPEN,
    )


@blueprint.post("/inspections/sheets/<int:sheet_id>/bonus")
@allow(Permission.SHEET_SCORE, queries.sheet)
def add_bonus(sheet: Sheet) -> ResponseReturnValue:
    form = BonusForm(request.form)
    rubric = sheet.round.rubric_version.rubric
    form.level.choices = options((b.code, b.label) for b in rubric.bonus_levels)
    if form.validate():
        try:
            mark_operations.add_bonus(sheet, form.level.data, form.honour.data or "", by=current())
        except MarkRefused as refused:
            form.refuse(refused.message, form[refused.field])
        else:
            flash("加分已记入。")
            return redirect(url_for(".conditions", sheet_id=sheet.id))
    mark_operations.require_panel(sheet, current())
    return _conditions_page(sheet, form, {}), 422


@blueprint.post("/inspections/bonuses/<int:bonus_id>/withdraw")
@allow(Permission.SHEET_SCORE, mark_queries.bonus)
def withdraw_bonus(bonus: Bonus) -> ResponseReturnValue:
    mark_operations.withdraw_bonus(bonus, by=current())
    flash("这一条加分已撤销。")
    return redirect(url_for(".conditions", sheet_id=bonus.sheet_id))


# ---------------------------------------------------------------- the group's own sheet


@blueprint.get("/inspections/sheets/<int:sheet_id>")
@allow(Permission.SHEET_READ, queries.sheet)
def self_check(sheet: Sheet) -> ResponseReturnValue:
    """The self check as a whole. Panel marks are not shown here: the group reads them on its slip once published."""
    rubric = sheet.round.rubric_version.rubric
    record = mark_queries.records([], [sheet])[sheet.id]
    return render_template(
        "inspections/sheet.html",
        sheet=sheet,
        rubric=rubric,
        result=assess_self(rubric, record),
        lines={line.code: line for line in record.self_marks},
        open_now=sheet.round.state in SELF_SCORES_OPEN,
        may_write=current().may(Permission.SHEET_SELF_CHECK, sheet),
    )


@blueprint.post("/inspections/sheets/<int:sheet_id>/hand-in")
@allow(Permission.SHEET_SELF_CHECK, queries.sheet)
def hand_in(sheet: Sheet) -> ResponseReturnValue:
    try:
        mark_operations.hand_in_self_check(sheet, by=current())
    except mark_operations.SelfCheckIncomplete as refused:
        flash(refused.message, "warning")
    else:
        flash("自查已提交。自查截止前还可以改，改后要再提交一次。")
    return redirect(url_for(".self_check", sheet_id=sheet.id))
