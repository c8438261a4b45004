"""A whole sheet on one page: every criterion that the reader marks, each sent by itself. The rules are the desk's.

A script keeps what was entered on the device and sends it when there is a connection; it asks for JSON. Without one each
criterion is a form of its own.
"""

from dataclasses import dataclass
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.error_pages import wants_json
from app.foundation.errors import Refused
from app.inspections import desk, desk_queries, mark_operations, queries, whole_queries
from app.inspections.course import PANEL_SCORES_OPEN, STATE_NAMES
from app.inspections.desk import SystemView
from app.inspections.desk_queries import Marked, OpenSheet
from app.inspections.desk_views import open_again, own_codes, refuse_mark, scorers_only
from app.inspections.forms import Filled, MarkForm, filled, mark_form, steps_of
from app.inspections.index_views import blueprint
from app.inspections.mark_operations import MarkChanged, NoSuchCriterion, NotOpen
from app.inspections.marking import MarkRefused
from app.inspections.models import Mark, Sheet
from app.inspections.piece_views import drawn_face
from app.inspections.scoring import shown_points
from app.inspections.whole import SoFar, so_far
from app.rubrics.measures import SYSTEM
from app.rubrics.rubric import Criterion, CriterionKind


class SomebodyElse(Refused):
    """What one person entered is never sent in the name of another who signed in at the same browser."""

    status = 401

    def __init__(self) -> None:
        super().__init__("现在登录的是另一个人。请用原来的账号重新登录，填的都还在本机。")


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion as the page shows it. `seen` is the id of the mark that stands, 0 before the first."""

    criterion: Criterion
    entry: Filled
    mark: Marked | None
    seen: int
    self_mark: Marked | None
    system: SystemView | None
    steps: list[tuple[str, str]]
    asked: bool

    @property
    def evidence(self) -> list[str]:
        return sorted(self.entry.evidence)

    @property
    def given(self) -> str:
        """Points or 不适用; nothing before the first mark."""
        return "" if self.mark is None else _points(self.mark)


@blueprint.get("/inspections/sheets/<int:sheet_id>/whole")
@allow(Permission.SHEET_SCORE, desk_queries.open_sheet)
def whole(sheet: OpenSheet) -> str:
    scorers_only(sheet)
    return _page(sheet)


@blueprint.post("/inspections/sheets/<int:sheet_id>/whole/<code>")
@allow(Permission.SHEET_SCORE, queries.sheet)
def save_line(sheet: Sheet, code: str) -> ResponseReturnValue:
    scorers_only(open_again(sheet), code)
    me = str(current().account_id)
    if request.form.get("marker", me) != me:
        raise SomebodyElse
    criterion = sheet.rubric.criterion(code)
    if criterion is None:
        raise NoSuchCriterion
    form, seen = mark_form(criterion, formdata=request.form), _seen()
    if form.validate():
        try:
            mark = mark_operations.give_mark(
                sheet, code, form.proposal(), form.evidence.data or [], by=current(), seen=seen
            )
        except MarkRefused as refused:
            refuse_mark(form, refused)
        except MarkChanged as changed:
            return _changed(sheet, code, form, changed)
        except NotOpen as refused:
            return _closed(sheet, code, form, refused)
        else:
            return _stored(open_again(sheet), code, mark)
    if wants_json():
        return jsonify(message=" ".join(_sentences(form)), field=_wrong_field(form)), 422
    return _page(open_again(sheet), code, form, seen), 422


def _seen() -> int:
    """The mark that was looked at; what is no number matches nothing."""
    field = request.form.get("seen", "")
    return int(field) if field.isascii() and field.isdigit() and len(field) < 19 else -1


# ---------------------------------------------------------------- answers


def _stored(sheet: OpenSheet, code: str, mark: Mark) -> ResponseReturnValue:
    if wants_json():
        given, _own = whole_queries.standing_marks(sheet.id, current().account_id)
        standing = _so_far(sheet, {one: standing.mark for one, standing in given.items()})
        return jsonify(id=mark.id, words=standing.words, left=standing.left)
    flash(f"{code} 已存。")
    _before, onward = sheet.layout.neighbours(code)
    return redirect(f"{url_for('.whole', sheet_id=sheet.id)}#line-{onward or code}")


def _changed(sheet: Sheet, code: str, form: MarkForm, changed: MarkChanged) -> ResponseReturnValue:
    stands = changed.stands
    if wants_json():
        return jsonify(message=changed.message, stands=_told(stands)), changed.status
    words = f"{changed.message}已存的是 {_points(stands)}（{stands.author} {_moment(stands)}）"
    words += f"，理由：{stands.reason}。" if stands.reason else "。"
    form.refuse(f"{words}要用您现在填的，请再按一次保存；要用已存的，请刷新页面。", form.step)
    return _page(open_again(sheet), code, form, stands.id), changed.status


def _closed(sheet: Sheet, code: str, form: MarkForm, refused: NotOpen) -> ResponseReturnValue:
    if wants_json():
        return jsonify(message=refused.message, closed=True), refused.status
    form.refuse(f"{refused.message}没有存上，填的还在这里。", form.step)
    return _page(open_again(sheet), code, form, _seen()), refused.status


def _told(mark: Mark) -> dict[str, Any]:
    """A mark for the script: in words, and as the fields that would make it."""
    entry = filled(None if mark.author == SYSTEM else mark)
    fields = [(f"count-{code}", count) for code, count in entry.counts]
    fields += [("further", entry.further), ("step", entry.step), ("reason", entry.reason)]
    fields += [("evidence", one) for one in sorted(entry.evidence)]
    if entry.not_applicable:
        fields.append(("not_applicable", "y"))
    return {
        "id": mark.id, "points": _points(mark), "author": mark.author, "at": _moment(mark), "reason": mark.reason,
        "fields": fields,
    }  # fmt: skip


def _points(mark: Mark | Marked) -> str:
    return "不适用" if mark.points is None else shown_points(mark.points)


def _moment(mark: Mark) -> str:
    return f"{clock.local(mark.marked_at):%m-%d %H:%M}"


def _sentences(form: MarkForm) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]


def _wrong_field(form: MarkForm) -> str:
    return next((name for name in form.errors if name), "")


# ---------------------------------------------------------------- the page


def _so_far(sheet: OpenSheet, marks: dict[str, Marked]) -> SoFar:
    given = {code: mark.points for code, mark in marks.items()}
    return so_far(sheet.layout.rubric.dimensions, own_codes(sheet), given)


def _page(sheet: OpenSheet, code: str = "", form: MarkForm | None = None, seen: int = 0) -> str:
    """With `form` the criterion `code` comes back as it was typed."""
    me, layout = current(), sheet.layout
    given, self_marks = whole_queries.standing_marks(sheet.id, me.account_id)
    asked = own_codes(sheet)
    shown = set(asked) | (layout.measured_codes if sheet.marked_by(me.account_id) else set())
    lines = {}
    for one in (criterion for criterion in layout.rubric.criteria if criterion.code in shown):
        standing = given.get(one.code)
        mark = standing.mark if standing else None
        back = form if one.code == code else None
        lines[one.code] = Line(
            one,
            back.filled() if back else filled(None if mark is None or mark.author == SYSTEM else mark),
            mark,
            seen if back else standing.id if standing else 0,
            self_marks.get(one.code),
            desk.system_view(mark) if one.kind is CriterionKind.MEASURED else None,
            steps_of(one),
            one.code in asked,
        )
    return render_template(
        "inspections/whole.html",
        sheet=sheet,
        hue=drawn_face(sheet.face)[0],
        dimensions=[
            (dimension, [lines[c.code] for c in dimension.criteria if c.code in lines])
            for dimension in layout.rubric.dimensions
        ],
        so_far=_so_far(sheet, {one: standing.mark for one, standing in given.items()}),
        said={code: " ".join(_sentences(form))} if form else {},
        siblings=_siblings(sheet),
        next_sheet=_next_sheet(sheet, asked),
        me=me.account_id,
        open_now=sheet.state in PANEL_SCORES_OPEN,
        state_name=STATE_NAMES[sheet.state],
        unanswered=len(layout.rubric.conditions) - sheet.answered,
        on_panel=sheet.marked_by(me.account_id),
        raises=me.may(Permission.FINDING_RAISE, sheet.place),
    )


def _next_sheet(sheet: OpenSheet, asked: list[str]) -> Any | None:
    """The branch's next sheet, in the order of the switch and round it, on which the reader has still something to score."""
    me = current().account_id
    if sheet.state not in PANEL_SCORES_OPEN:
        return None
    rows, apart = desk_queries.siblings(sheet, me), whole_queries.groups_apart(sheet, me)
    here = next((place for place, row in enumerate(rows) if row.id == sheet.id), 0)
    return next(
        (
            row
            for row in (*rows[here + 1 :], *rows[:here])
            if row.group_id not in apart and set(asked) - desk.points_by_code(row.given).keys()
        ),
        None,
    )


def _siblings(sheet: OpenSheet) -> list[tuple[int, str, int]]:
    """The sheets of the branch: id, name, and how many criteria the reader has marked."""
    panel = set(sheet.layout.panel_codes)
    rows = desk_queries.siblings(sheet, current().account_id)
    return [(row.id, row.name, len(panel & desk.points_by_code(row.given).keys())) for row in rows]
