"""The month of a group: its activities and photos, uploading, and the printing of the month's issue."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities import photo_operations, photo_queries, queries
from app.activities.cadence import still_due
from app.activities.forms import ReasonForm
from app.activities.photo_models import Photo
from app.activities.photo_operations import SamePhoto
from app.activities.photo_queries import GroupMonth
from app.activities.views import blueprint
from app.foundation import clock, unit_of_work
from app.foundation.error_pages import answer, wants_json
from app.foundation.errors import Refused
from app.foundation.forms import text
from app.foundation.images import prepare
from app.foundation.paging import row_id
from app.foundation.periods import Month
from app.foundation.storage import StorageUnavailableError, storage

MAX_FILES = 20
UPLOAD_ID = re.compile(r"[0-9a-zA-Z_-]{8,64}")


# ------------------------------------------------------------------ the month


@blueprint.get("/groups/<int:group_id>/months/<month:month>")
@allow(Permission.ACTIVITY_READ, photo_queries.group_month)
def month_page(month: GroupMonth) -> str:
    return _month_page(month, ReasonForm())


def _month_page(month: GroupMonth, form: ReasonForm) -> str:
    actor, this_month = current(), Month.of(clock.today())
    activities = queries.month_activities(month.group_id, month.month)
    photos = photo_queries.month_photos(month.group_id, month.month)
    by_id = {line.id: line for line in activities}
    cadences = queries.cadences(month.group_id, month.month)
    return render_template(
        "activities/month.html",
        month=month,
        form=form,
        activities=activities,
        photos=sorted(photos, key=lambda photo: (photo.board_slot is None, photo.board_slot or 0)),
        by_id=by_id,
        unsorted=[photo for photo in photos if photo.activity_id not in by_id],
        on_board=[photo for photo in photos if photo.board_slot is not None],
        dues=cadences,
        still_due=lambda period: still_due(period, month.month, this_month),
        is_future=month.month > this_month,
        for_activity=request.values.get("activity", type=row_id) or 0,
        upload_id=secrets.token_hex(16),
        max_bytes=current_app.config["PHOTO_MAX_BYTES"],
        account_id=actor.account_id,
        may={
            "upload": actor.may(Permission.PHOTO_WRITE, month),
            "log": actor.may(Permission.ACTIVITY_WRITE, month),
            "print": actor.may(Permission.MONTH_ISSUE_PRINT, month),
        },
    )


# ------------------------------------------------------------------ uploading


@blueprint.url_value_preprocessor
def _allow_many_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Without a script the browser sends all photos in one request; the limit for each still holds.

    Nobody's request is read before it is turned away, so nobody gets more room than elsewhere.
    """
    if endpoint == "activities.upload_photos" and current_user.is_authenticated:
        request.max_content_length = MAX_FILES * current_app.config["PHOTO_MAX_BYTES"]


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `status` is the answer's when it came alone."""

    name: str
    message: str
    status: int
    photo: Photo | None = None


@blueprint.post("/groups/<int:group_id>/months/<month:month>/photos")
@allow(Permission.PHOTO_WRITE, photo_queries.group_month, slow=True)
def upload_photos(month: GroupMonth) -> ResponseReturnValue:
    """One photo from a script (JSON answer), or as many as a form sends. Each stands for itself: one that is refused
    does not stop the others."""
    files = [file for file in request.files.getlist("photos") if file.filename or file.content_length]
    if not files:
        return _nothing_sent(month)
    # Decoding and storing come first and outside any transaction; then one short transaction writes the rows.
    kept = [(file, _kept(file)) for file in files[:MAX_FILES]]
    unit_of_work.begin_write()
    outcomes = list(_added(month, kept))
    if wants_json():
        return _as_json(outcomes[0])
    for outcome in outcomes:
        flash(f"{outcome.name}：{outcome.message}", "message" if outcome.status < 400 else "warning")
    if len(files) > MAX_FILES:
        flash(f"一次最多 {MAX_FILES} 张，后面 {len(files) - MAX_FILES} 张没有传，请再选一次。", "warning")
    if all(outcome.photo is None for outcome in outcomes):
        return _month_page(month, ReasonForm()), outcomes[0].status
    return redirect(_address(month))


def _kept(file: FileStorage) -> photo_operations.KeptFiles | Refused:
    try:
        photo = prepare(cast("BinaryIO", file.stream), max_bytes=current_app.config["PHOTO_MAX_BYTES"])
    except Refused as refusal:
        return refusal
    return photo_operations.keep_files(photo, to=storage(), originals=current_app.config["KEEP_ORIGINALS"])


def _added(
    month: GroupMonth, kept: Sequence[tuple[FileStorage, photo_operations.KeptFiles | Refused]]
) -> Iterator[Outcome]:
    """`upload_id` names the one photo of a script's request; a form's photos are numbered from the form's own."""
    base = request.form.get("upload_id", "")
    if not UPLOAD_ID.fullmatch(base):
        base = secrets.token_hex(16)
    activity_id = request.form.get("activity_id", type=row_id)
    for number, (file, files) in enumerate(kept):
        name = (file.filename or "照片").rsplit("/", 1)[-1].rsplit("\\", 1)[-1][-60:]
        if isinstance(files, Refused):
            yield Outcome(name, files.message, files.status)
            continue
        upload_id = base if len(kept) == 1 else f"{base[:56]}-{number}"
        try:
            photo = photo_operations.add_photo(month, files, upload_id=upload_id, by=current(), activity_id=activity_id)
        except SamePhoto as same:
            yield Outcome(name, same.message, same.status, same.photo)
        except Refused as refusal:
            yield Outcome(name, refusal.message, refusal.status)
        else:
            yield Outcome(name, "已存。", 201, photo)


def _as_json(outcome: Outcome) -> ResponseReturnValue:
    photo = outcome.photo
    said: dict[str, Any] = {"message": outcome.message, "name": outcome.name}
    if photo is not None:
        said |= {
            "id": photo.id,
            "thumb": url_for("activities.photo_file", photo_id=photo.id, size="thumb"),
            "page": url_for("activities.photo_page", photo_id=photo.id),
        }
    return jsonify(said), outcome.status


def _nothing_sent(month: GroupMonth) -> ResponseReturnValue:
    message = "还没有选照片。请先选一张或几张，再点“上传”。"
    if wants_json():
        return jsonify(message=message), 422
    flash(message, "warning")
    return _month_page(month, ReasonForm()), 422


def _address(month: GroupMonth) -> str:
    return url_for("activities.month_page", group_id=month.group_id, month=month.month)


# ------------------------------------------------------------------ the issue


@blueprint.post("/groups/<int:group_id>/months/<month:month>/print")
@allow(Permission.MONTH_ISSUE_PRINT, photo_queries.group_month)
def print_issue(month: GroupMonth) -> ResponseReturnValue:
    photo_operations.print_issue(month, by=current())
    flash(f"{month.month.label}版面已付印，全支部都能看到了。")
    return redirect(_address(month))


@blueprint.post("/groups/<int:group_id>/months/<month:month>/reopen")
@allow(Permission.MONTH_ISSUE_PRINT, photo_queries.group_month)
def reopen_issue(month: GroupMonth) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return _month_page(month, form), 422
    photo_operations.reopen_issue(month, reason=text(form.reason), by=current())
    flash("已撤回付印。改好后请再付印一次，墙上的也要换。")
    return redirect(_address(month))


@blueprint.app_errorhandler(StorageUnavailableError)
def no_room(_error: StorageUnavailableError) -> ResponseReturnValue:
    """A full or failing disk: nothing was stored, reading goes on."""
    return answer(503)
