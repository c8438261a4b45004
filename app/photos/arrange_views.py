"""The month's photos put in order by touch: the same said of several, and their order. Each act is one request, and each
works without a script."""

from collections.abc import Sequence

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities.forms import ReasonForm
from app.activities.queries import ActivityLine, month_activities
from app.foundation import clock
from app.foundation.error_pages import wants_json
from app.foundation.errors import Refused
from app.foundation.forms import text
from app.foundation.paging import row_id
from app.foundation.periods import Month
from app.photos import arrange_operations, queries
from app.photos.forms import ArrangeForm, OtherMonthForm
from app.photos.models import Photo
from app.photos.month_views import blueprint, ids, remember_choice, ticked
from app.photos.queries import GroupMonth
from app.photos.upload_operations import open_months


@blueprint.route("/groups/<int:group_id>/months/<month:month>/arrange", methods=["GET", "POST"])
@allow(Permission.PHOTO_WRITE, queries.group_month)
def arrange_photos(month: GroupMonth) -> ResponseReturnValue:
    form, activities = _form(month)
    if request.method != "POST":
        return _page(month, form, activities)
    if not form.validate():
        return _page(month, form, activities), 422
    wish = form.arrangement
    try:
        photos = arrange_operations.arrange_photos(month, ids("photos"), wish, by=current())
    except Refused as refusal:
        form.refuse(refusal.message)
        return _page(month, form, activities), refusal.status
    if wish.activity_id:
        remember_choice(wish.activity_id)
    flash(f"{len(photos)} 张已存。")
    return redirect(_address(month))


def _form(month: GroupMonth) -> tuple[ArrangeForm, Sequence[ActivityLine]]:
    form = ArrangeForm(request.form)
    activities = month_activities(month.group_id, month.month)
    form.offer(activities)
    return form, activities


def _page(
    month: GroupMonth,
    form: ArrangeForm,
    activities: Sequence[ActivityLine],
    *,
    other: OtherMonthForm | None = None,
    reason: ReasonForm | None = None,
) -> str:
    photos = queries.month_photos(month.group_id, month.month)
    by_id = {line.id: line for line in activities}
    on_board, rest = _sections(photos)
    return render_template(
        "photos/arrange.html",
        month=month,
        form=form,
        other=other or _other_month(month),
        reason=reason or ReasonForm(request.form),
        by_id=by_id,
        sections=[("版面上", on_board), ("其余照片", rest)],
        count=len(photos),
        unsorted=[photo.id for photo in photos if photo.activity_id not in by_id],
        ticked=ticked([photo.id for photo in photos], [photo.id for photo in photos if photo.activity_id not in by_id]),
    )


def _sections(photos: Sequence[Photo]) -> tuple[list[Photo], list[Photo]]:
    """Those on the board by their places, the others as they lie: each is ordered within itself."""
    on_board = sorted((photo for photo in photos if photo.board_slot), key=lambda photo: photo.board_slot or 0)
    return on_board, [photo for photo in photos if not photo.board_slot]


@blueprint.post("/groups/<int:group_id>/months/<month:month>/change-month")
@allow(Permission.PHOTO_WRITE, queries.group_month)
def change_month(month: GroupMonth) -> ResponseReturnValue:
    other = _other_month(month)
    if not other.validate():
        return _page(month, *_form(month), other=other), 422
    to = Month.parse(other.month.data)
    try:
        moved, left = arrange_operations.move_to_month(month, ids("photos"), to=to, by=current())
    except Refused as refusal:
        other.refuse(refusal.message, other.month)
        return _page(month, *_form(month), other=other), refusal.status
    flash(f"{len(moved)} 张已移到{to.label}的收件箱。")
    if left:
        flash(f"还勾着的 {len(left)} 张没有移：{to.label}已有过同一张。这里多出来的，可以撤下。", "warning")
    return redirect(_address(month, photo=[photo.id for photo in left]))


def _other_month(month: GroupMonth) -> OtherMonthForm:
    """The month before stands first: what is sent late belongs there."""
    months = open_months(clock.today(), current_app.config["PHOTO_YEARS_BACK"])
    form = OtherMonthForm(request.form, month=str(month.month.previous()))
    form.offer([one for one in months if one != month.month])
    return form


@blueprint.post("/groups/<int:group_id>/months/<month:month>/withdraw")
@allow(Permission.PHOTO_WRITE, queries.group_month)
def withdraw_photos(month: GroupMonth) -> ResponseReturnValue:
    reason = ReasonForm(request.form)
    if not reason.validate():
        return _page(month, *_form(month), reason=reason), 422
    try:
        photos = arrange_operations.withdraw_photos(month, ids("photos"), reason=text(reason.reason), by=current())
    except Refused as refusal:
        reason.refuse(refusal.message, reason.reason)
        return _page(month, *_form(month), reason=reason), refusal.status
    flash(f"{len(photos)} 张已撤下，版面和记录里都不再显示。")
    return redirect(_address(month))


@blueprint.post("/groups/<int:group_id>/months/<month:month>/order")
@allow(Permission.PHOTO_WRITE, queries.group_month)
def order_photos(month: GroupMonth) -> ResponseReturnValue:
    """The whole order from a script, or one step of one photo by its button."""
    forward, back = (request.form.get(name, type=row_id) for name in ("forward", "back"))
    order = ids("photos")
    if forward or back:
        photos = queries.month_photos(month.group_id, month.month)
        order = _stepped(_sections(photos), forward or back or 0, -1 if forward else 1)
    arrange_operations.order_photos(month, order, by=current())
    if wants_json():
        return jsonify(message="次序已存。")
    return redirect(_address(month, f"photo-{forward or back}" if forward or back else ""))


def _stepped(sections: Sequence[Sequence[Photo]], photo_id: int, step: int) -> list[int]:
    order = []
    for section in sections:
        line = [photo.id for photo in section]
        if photo_id in line:
            at = line.index(photo_id)
            line.insert(max(0, at + step), line.pop(at))
        order += line
    return order


def _address(month: GroupMonth, anchor: str = "", photo: Sequence[int] = ()) -> str:
    return url_for(
        "photos.arrange_photos",
        group_id=month.group_id,
        month=month.month,
        photo=photo or None,
        _anchor=anchor or None,
    )
