"""The month of a group: its photos, their places on the board page, and the printing of the month's issue."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Response, abort, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities import photo_operations, photo_queries, queries
from app.activities.board_choice import BoardChoice, choice_of
from app.activities.cadence import still_due
from app.activities.forms import NOTHING, PhotoForm, ReasonForm
from app.activities.photo_models import Photo
from app.activities.photo_operations import PhotoChanged, SamePhoto
from app.activities.photo_queries import GroupMonth
from app.activities.views import blueprint
from app.foundation import clock, unit_of_work
from app.foundation.error_pages import answer, wants_json
from app.foundation.errors import Refused
from app.foundation.forms import text
from app.foundation.images import prepare, stamp
from app.foundation.periods import Month
from app.foundation.storage import FileMissingError, StorageUnavailableError, storage

MAX_FILES = 20
UPLOAD_ID = re.compile(r"[0-9a-zA-Z_-]{8,64}")
# Nothing in a photo may run, load or be framed, whatever a browser takes it for.
PHOTO_POLICY = "default-src 'none'; sandbox"


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
        for_activity=request.values.get("activity", type=int) or 0,
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
    """Without a script the browser sends all photos in one request; the limit for each still holds."""
    if endpoint == "activities.upload_photos":
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
    activity_id = request.form.get("activity_id", type=int)
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


# ------------------------------------------------------------------ one photo


@blueprint.route("/photos/<int:photo_id>", methods=["GET", "POST"])
@allow(Permission.PHOTO_WRITE, photo_queries.photo)
def photo_page(photo: Photo) -> ResponseReturnValue:
    activities = queries.month_activities(photo.group_id, photo.month)
    form = PhotoForm(request.form)
    form.offer(activities)
    if request.method == "GET":
        form.activity.data, form.caption.data = photo.activity_id or NOTHING, photo.caption
        form.choice.data, form.is_cover.data = choice_of(photo.board_slot).value, photo.is_cover
        form.version.data = photo.version
        return _photo_page(photo, form, activities)
    if not form.validate():
        return _photo_page(photo, form, activities), 422
    try:
        photo_operations.describe_photo(photo, form.details, version=form.version.data or 0, by=current())
    except PhotoChanged as conflict:
        form.refuse(conflict.message)
        theirs = {"caption": photo.caption, "choice": choice_of(photo.board_slot).label}
        form.version.data, form.version.raw_data = photo.version, None
        return _photo_page(photo, form, activities, theirs), 409
    except Refused as refusal:
        form.refuse(refusal.message)
        return _photo_page(photo, form, activities), refusal.status
    flash("已存。")
    return redirect(_next_address(photo))


def _next_address(photo: Photo) -> str:
    """The next photo that has no activity yet when asked for, else back to the month."""
    if request.form.get("then") == "next":
        rest = photo_queries.month_photos(photo.group_id, photo.month)
        following = [one for one in rest if (one.position, one.id) > (photo.position, photo.id)]
        if following:
            return url_for("activities.photo_page", photo_id=following[0].id)
    return url_for("activities.month_page", group_id=photo.group_id, month=photo.month)


def _photo_page(
    photo: Photo,
    form: PhotoForm,
    activities: Sequence[queries.ActivityLine],
    theirs: dict[str, str] | None = None,
    reason: ReasonForm | None = None,
) -> str:
    return render_template(
        "activities/photo.html",
        photo=photo,
        form=form,
        activities=activities,
        theirs=theirs,
        reason=reason or ReasonForm(),
        may_original=photo.original_key is not None and current().may(Permission.PHOTO_ORIGINAL, photo),
    )


@blueprint.post("/photos/<int:photo_id>/move")
@allow(Permission.PHOTO_WRITE, photo_queries.photo)
def move_photo(photo: Photo) -> ResponseReturnValue:
    step = 1 if request.form.get("direction") == "back" else -1
    photo_operations.move_photo(photo, step=step, by=current())
    return redirect(
        url_for("activities.month_page", group_id=photo.group_id, month=photo.month, _anchor=f"photo-{photo.id}")
    )


@blueprint.post("/photos/<int:photo_id>/place")
@allow(Permission.PHOTO_WRITE, photo_queries.photo)
def place_photo(photo: Photo) -> ResponseReturnValue:
    try:
        choice = BoardChoice(request.form.get("choice", ""))
    except ValueError:
        abort(400)
    photo_operations.choose_place(photo, choice, by=current())
    return redirect(
        url_for("activities.month_page", group_id=photo.group_id, month=photo.month, _anchor=f"photo-{photo.id}")
    )


@blueprint.post("/photos/<int:photo_id>/withdraw")
@allow(Permission.PHOTO_WRITE, photo_queries.photo)
def withdraw_photo(photo: Photo) -> ResponseReturnValue:
    target = url_for("activities.month_page", group_id=photo.group_id, month=photo.month)
    reason = ReasonForm(request.form)
    if not reason.validate():
        activities = queries.month_activities(photo.group_id, photo.month)
        form = PhotoForm(
            activity=photo.activity_id or NOTHING,
            caption=photo.caption,
            choice=choice_of(photo.board_slot).value,
            is_cover=photo.is_cover,
            version=photo.version,
        )
        form.offer(activities)
        return _photo_page(photo, form, activities, reason=reason), 422
    photo_operations.withdraw_photo(photo, reason=text(reason.reason), by=current())
    flash("照片已撤下，版面和记录里都不再显示。")
    return redirect(target)


# ------------------------------------------------------------------ files


@blueprint.get("/photos/<int:photo_id>/<any(display, thumb, stamp):size>")
@allow(Permission.PHOTO_READ, photo_queries.photo)
def photo_file(photo: Photo, size: str) -> ResponseReturnValue:
    return photo_copy(photo, size)


def board_photo_seen(photo_id: int) -> Photo | None:
    """A photo of a printed board page, or one that the reader may see anyway: the page is proofread before."""
    photo = photo_queries.photo(photo_id)
    if photo is not None and current().may(Permission.PHOTO_READ, photo):
        return photo
    return photo_queries.printed_photo(photo_id)


@blueprint.get("/board-photos/<int:photo_id>/<any(display, thumb):size>")
@allow(Permission.BOARD_READ, board_photo_seen)
def board_photo(photo: Photo, size: str) -> ResponseReturnValue:
    return photo_copy(photo, size)


@blueprint.get("/photos/<int:photo_id>/original")
@allow(Permission.PHOTO_ORIGINAL, photo_queries.photo)
def photo_original(photo: Photo) -> ResponseReturnValue:
    if photo.original_key is None:
        abort(404)
    extension = photo.original_type.rsplit("/", 1)[-1].replace("jpeg", "jpg")
    response = _file(photo.original_key, photo.original_type)
    response.headers["Content-Disposition"] = f'attachment; filename="photo-{photo.id}.{extension}"'
    return response


def photo_copy(photo: Photo, size: str) -> Response:
    return _file(photo.display_key if size == "display" else photo.thumb_key, "image/jpeg", small=size == "stamp")


def _file(key: str, mime: str, *, small: bool = False) -> Response:
    """The key is the hash of the bytes, so it is a strong validator. Browsers ask again each time: a withdrawn photo
    must be gone, and rights are judged anew."""
    response = Response(mimetype=mime)
    tag = f"{key}-stamp" if small else key
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PHOTO_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.if_none_match.contains(tag):
        response.status_code = 304
        return response
    try:
        with storage().open(key) as file:
            response.set_data(stamp(file.read()) if small else file.read())
    except FileMissingError:
        current_app.logger.exception("the file of a photo is missing: %s", key)
        abort(404)
    return response


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
