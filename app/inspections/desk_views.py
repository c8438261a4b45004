"""One criterion of one sheet, for a panel member or for the group's self check. One template serves keyboard and thumb."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.accounts.guard import allow, current
from app.accounts.kept import until_next_act
from app.accounts.permissions import Permission
from app.foundation import clock
from app.inspections import desk, desk_queries, evidence_queries, mark_operations, queries
from app.inspections.conflict_queries import HOLDERS, Voice, is_own_group, speaking, voices
from app.inspections.course import PANEL_SCORES_OPEN, SELF_SCORES_OPEN, STATE_NAMES
from app.inspections.desk_queries import Marked, OpenSheet
from app.inspections.forms import Filled, MarkForm, filled, mark_form, steps_of
from app.inspections.index_views import blueprint
from app.inspections.mark_operations import NoSuchCriterion, NotOnPanel, OwnGroup
from app.inspections.marking import MarkRefused
from app.inspections.models import Mark, MarkSource, Sheet
from app.inspections.piece_views import drawn_face, piece
from app.photos.photo_views import photo_copy
from app.rubrics.layout import Layout
from app.rubrics.measures import SYSTEM
from app.rubrics.rubric import Criterion, CriterionKind, Scorer

Act = Callable[..., Mark]


def panel_only(sheet: OpenSheet | Sheet) -> None:
    """A panel may sit across branches, so the guard lets everybody of the committee come so far. Whoever is not on it
    learns no more of the sheet than elsewhere."""
    me = current().account_id
    if isinstance(sheet, OpenSheet):
        marks, barred = sheet.marked_by(me), me in sheet.barred
    else:
        member = next((m for m in sheet.round.panel if m.account_id == me), None)
        marks = member is not None and member.scores(sheet.group_id) and not is_own_group(me, sheet)
        barred = member is not None and not marks
    if barred:
        raise OwnGroup
    if not marks:
        if not current().may_see(sheet.place):
            abort(404)
        raise NotOnPanel


def own_codes(sheet: OpenSheet) -> list[str]:
    """What the reader has to score: as one of the panel, and for the committee or the branch."""
    scorers = {criterion.scorer for criterion in sheet.layout.criteria.values()}
    mine = {scorer for scorer in scorers if _is_asked(sheet, scorer)}
    return [code for code, criterion in sheet.layout.criteria.items() if criterion.scorer in mine]


def _is_asked(sheet: OpenSheet, scorer: Scorer) -> bool:
    me = current()
    if scorer is Scorer.PANEL:
        return sheet.marked_by(me.account_id)
    if not mark_operations.speaks_for(sheet, scorer, me):
        return False
    return speaking(voices_of(sheet, scorer), me.account_id)


def voices_of(sheet: OpenSheet, scorer: Scorer) -> list[Voice]:
    key = ("voices", sheet.place, scorer, sheet.quarter, clock.today())
    return until_next_act(key, lambda: voices(sheet.place, scorer, sheet.quarter), shows_marks=False)


def scorers_only(sheet: OpenSheet, code: str = "") -> None:
    """The panel looks at every criterion, the committee's office and the branch at those that they alone score."""
    own = own_codes(sheet)
    if code not in own if code else not own:
        panel_only(sheet)


# ---------------------------------------------------------------- the panel's desk


@blueprint.get("/inspections/sheets/<int:sheet_id>/score")
@allow(Permission.SHEET_SCORE, desk_queries.open_sheet)
def start_scoring(sheet: OpenSheet) -> ResponseReturnValue:
    """On to the first criterion that the reader has not marked."""
    scorers_only(sheet)
    first = next(iter(own_codes(sheet)), sheet.layout.codes[0])
    return redirect(_onward(sheet, "") or url_for(".score", sheet_id=sheet.id, code=first))


@blueprint.get("/inspections/sheets/<int:sheet_id>/score/<code>")
@allow(Permission.SHEET_SCORE, desk_queries.open_sheet)
def score(sheet: OpenSheet, code: str) -> ResponseReturnValue:
    scorers_only(sheet, code)
    return _desk(sheet, code, own=False)


@blueprint.post("/inspections/sheets/<int:sheet_id>/score/<code>")
@allow(Permission.SHEET_SCORE, queries.sheet)
def save_mark(sheet: Sheet, code: str) -> ResponseReturnValue:
    scorers_only(open_again(sheet), code)
    return _save(sheet, code, mark_operations.give_mark, own=False)


@blueprint.post("/inspections/sheets/<int:sheet_id>/score/<code>/restore")
@allow(Permission.SHEET_SCORE, queries.sheet)
def restore_measured(sheet: Sheet, code: str) -> ResponseReturnValue:
    panel_only(sheet)
    mark_operations.restore_measured(sheet, code, by=current())
    flash("已恢复系统测算的分。")
    return redirect(url_for(".score", sheet_id=sheet.id, code=code))


# ---------------------------------------------------------------- the group's self check


@blueprint.get("/inspections/sheets/<int:sheet_id>/self/<code>")
@allow(Permission.SHEET_SELF_CHECK, desk_queries.open_sheet)
def self_mark(sheet: OpenSheet, code: str) -> ResponseReturnValue:
    return _desk(sheet, code, own=True)


@blueprint.post("/inspections/sheets/<int:sheet_id>/self/<code>")
@allow(Permission.SHEET_SELF_CHECK, queries.sheet)
def save_self_mark(sheet: Sheet, code: str) -> ResponseReturnValue:
    return _save(sheet, code, mark_operations.give_self_mark, own=True)


# ---------------------------------------------------------------- saving


def _save(sheet: Sheet, code: str, give: Act, *, own: bool) -> ResponseReturnValue:
    criterion = sheet.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    form = mark_form(criterion, formdata=request.form)
    if form.validate():
        try:
            give(sheet, code, form.proposal(), form.evidence.data or [], by=current())
        except MarkRefused as refused:
            refuse_mark(form, refused)
        else:
            return redirect(_after_saving(open_again(sheet), code, own=own))
    return _desk(open_again(sheet), code, own=own, form=form), 422


def open_again(sheet: Sheet) -> OpenSheet:
    found = desk_queries.open_sheet(sheet.id)
    assert found is not None  # noqa: S101 - loaded in the same transaction
    return found


def refuse_mark(form: MarkForm, refused: MarkRefused) -> None:
    fields = {"points": form.step, "reason": form.reason, "further": form.further, "evidence": form.evidence}
    form.refuse(refused.message, fields.get(refused.field))


def _after_saving(sheet: OpenSheet, code: str, *, own: bool) -> str:
    if not own:
        return _onward(sheet, code) or url_for(".round_page", round_id=sheet.round_id)
    given = desk.points_by_code(desk_queries.given_by_group(sheet))
    onward = desk.next_unmarked(sheet.layout.codes, given.keys() | sheet.layout.measured_codes, code)
    if onward is None:
        return url_for(".self_check", sheet_id=sheet.id)
    return url_for(".self_mark", sheet_id=sheet.id, code=onward)


def _onward(sheet: OpenSheet, code: str) -> str | None:
    """The next criterion without an own mark, else the conditions that nobody has answered; None when all is done."""
    given = desk.points_by_code(desk_queries.given_by(sheet, current().account_id))
    mine = own_codes(sheet)
    onward = desk.next_unmarked(sheet.layout.codes, given.keys() | (sheet.layout.criteria.keys() - mine), code)
    if onward is not None:
        return url_for(".score", sheet_id=sheet.id, code=onward)
    on_panel = sheet.marked_by(current().account_id)
    return url_for(".conditions", sheet_id=sheet.id) if on_panel and _unanswered(sheet) else None


def _unanswered(sheet: OpenSheet) -> int:
    return len(sheet.layout.rubric.conditions) - sheet.answered


# ---------------------------------------------------------------- the page


def _desk(sheet: OpenSheet, code: str, *, own: bool, form: MarkForm | None = None) -> str:
    me, layout = current().account_id, sheet.layout
    criterion = layout.criteria.get(code)
    if criterion is None:
        raise NoSuchCriterion
    marks = desk_queries.marks_of(sheet.id, code)
    self_mark = next((mark for mark in marks if mark.source is MarkSource.SELF), None)
    panel = {mark.account_id: mark for mark in marks if mark.source is MarkSource.PANEL}
    mine = self_mark if own else panel.get(None if criterion.one_voice else me)
    theirs = [mark for account_id, mark in panel.items() if account_id != me and account_id in sheet.markers]
    by_system = mine is not None and mine.author == SYSTEM
    entry = form.filled() if form else filled(None if by_system else mine)
    system = desk.system_view(panel.get(None)) if criterion.kind is CriterionKind.MEASURED else None
    sheets = f"{url_for('.index')}/sheets/"
    previous, following = layout.neighbours(code)
    return render_template(
        "inspections/score.html",
        sheet=sheet,
        hue=drawn_face(sheet.face)[0],
        criterion=criterion,
        own=own,
        form=form,
        entry=entry,
        mark=mine,
        guide=piece("guide.html", layout=layout, code=code),
        choices=piece("choices.html", choices_of, layout=layout, code=code, entry=entry.chosen),
        evidence=_evidence(sheet, code, entry, self_mark, own=own),
        self_mark=None if own else self_mark,
        others=theirs if sheet.revealed and not own else [],
        others_done=len(theirs),
        system=system,
        corrected=system is not None and mine is not None and not by_system,
        within=not own and _from_within(sheet, criterion),
        mine_to_score=own or code in own_codes(sheet) or (system is not None and sheet.marked_by(me)),
        state_name=STATE_NAMES[sheet.state],
        open_now=sheet.state in (SELF_SCORES_OPEN if own else PANEL_SCORES_OPEN),
        unanswered=_unanswered(sheet),
        raises=not own and current().may(Permission.FINDING_RAISE, sheet.place),
        previous=previous,
        following=following,
        sheets=sheets,
        address=f"{sheets}{sheet.id}/{'self' if own else 'score'}/",
        **(_own_way(sheet, code) if own else _matrix(sheet, code, me)),
    )


def _from_within(sheet: OpenSheet, criterion: Criterion) -> bool:
    """The reader writes for a body that has nobody outside the group."""
    if criterion.scorer not in HOLDERS or not _is_asked(sheet, criterion.scorer):
        return False
    me = current().account_id
    return any(voice.account_id == me and voice.own for voice in voices_of(sheet, criterion.scorer))


def _own_way(sheet: OpenSheet, code: str) -> dict[str, Any]:
    return {"way": _way(sheet.layout, desk_queries.given_by_group(sheet), code)}


def _way(layout: Layout, given: str, code: str) -> Markup:
    return piece("way.html", way_of, layout=layout, given=given, now=code)


def _matrix(sheet: OpenSheet, code: str, me: int) -> dict[str, Any]:
    """The marks of the whole branch. A row is drawn from its own values alone, so of all rows only the one that is being
    marked is drawn anew."""
    rows = desk_queries.siblings(sheet, me)
    return {
        "way": _way(sheet.layout, next(row.given for row in rows if row.id == sheet.id), code),
        "matrix_head": piece("matrix_head.html", layout=sheet.layout),
        "rows": [
            (
                row,
                sum(given in sheet.layout.panel_codes for given in desk.points_by_code(row.given)),
                drawn_face(row.face)[1],
                piece(
                    "matrix_row.html",
                    cells_of,
                    layout=sheet.layout,
                    sheet_id=row.id,
                    name=row.name,
                    given=row.given,
                    now=code if row.id == sheet.id else "",
                ),
            )
            for row in rows
        ],
    }


def _evidence(sheet: OpenSheet, code: str, entry: Filled, self_mark: Marked | None, *, own: bool) -> Markup:
    """Records and photos of the quarter: first what was picked or fits the criterion, the rest folded away."""
    assert sheet.place.group_id is not None  # noqa: S101 - a sheet is a group's
    return piece(
        "evidence.html",
        divided_for,
        rows=evidence_queries.evidence(sheet.place.group_id, sheet.quarter),
        layout=sheet.layout,
        code=code,
        chosen=entry.evidence,
        picked=filled(self_mark).evidence,
        readable=current().may(Permission.ACTIVITY_READ, sheet.place),
        sheet_id=0 if own else sheet.id,
    )


# ---------------------------------------------------------------- what pieces need besides their state


def choices_of(*, layout: Layout, code: str, **_state: object) -> dict[str, Any]:
    return {"steps": steps_of(layout.criteria[code])}


def way_of(*, given: str, **_state: object) -> dict[str, Any]:
    return {"done": desk.points_by_code(given)}


def cells_of(*, layout: Layout, given: str, **_state: object) -> dict[str, Any]:
    points = desk.points_by_code(given)
    marked = sum(code in layout.panel_codes for code in points)
    return {"points": points, "marked": marked, "firsts": {d.criteria[0].code for d in layout.rubric.dimensions}}


def divided_for(
    *,
    rows: Sequence[desk.Proof],
    layout: Layout,
    code: str,
    chosen: frozenset[str],
    picked: frozenset[str],
    **_state: object,
) -> dict[str, Any]:
    first, rest = desk.divided(rows, layout.criteria[code].evidence, chosen | picked)
    return {"first": first, "rest": rest}


@blueprint.get("/inspections/sheets/<int:sheet_id>/photos/<int:photo_id>/<any(display, thumb):size>")
@allow(Permission.SHEET_SCORE, evidence_queries.evidence_photo)
def evidence_photo(found: evidence_queries.EvidencePhoto, size: str) -> ResponseReturnValue:
    """For the panel, whose members may come from other branches; photos of other quarters stay out of their sight."""
    scorers_only(open_again(found.sheet))
    return photo_copy(found.photo, size)
