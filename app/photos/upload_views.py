"""Sending photos to a group's month: one from a script, or as many as a form holds."""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.foundation import clock, unit_of_work
from app.foundation.error_pages import answer, wants_json
from app.foundation.errors import Refused
from app.foundation.image_kinds import TooBusy
from app.foundation.images import in_hand, prepare
from app.foundation.paging import row_id
from app.foundation.storage import StorageUnavailable, storage
from app.photos import hint_queries, queries, upload_operations
from app.photos.models import Photo
from app.photos.month_views import blueprint, month_address, month_with, remember_choice
from app.photos.queries import GroupMonth
from app.photos.upload_operations import SamePhoto

MAX_FILES = 20
UPLOAD_ID = re.compile(r"[0-9a-zA-Z_-]{8,64}")


@blueprint.url_value_preprocessor
def _allow_many_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Without a script the browser sends all photos in one request; the limit for each still holds.

    Nobody's request is read before it is turned away, so nobody gets more room than elsewhere.
    """
    if endpoint == "photos.upload_photos" and current_user.is_authenticated:
        request.max_content_length = MAX_FILES * current_app.config["PHOTO_MAX_BYTES"]
        unit_of_work.pause()  # the photos arrive now, from a slow phone within minutes


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `status` is the answer's when it came alone."""

    name: str
    message: str
    status: int
    photo: Photo | None = None


@blueprint.post("/groups/<int:group_id>/months/<month:month>/photos")
@allow(Permission.PHOTO_WRITE, queries.group_month, slow=True)
def upload_photos(month: GroupMonth) -> ResponseReturnValue:
    """One photo from a script (JSON answer), or as many as a form sends. Each stands for itself: one that is refused
    does not stop the others."""
    upload_operations.check_month(month.month, clock.today(), current_app.config["PHOTO_YEARS_BACK"])
    files = [file for file in request.files.getlist("photos") if file.filename or file.content_length]
    if not files:
        return _nothing_sent(month)
    # Decoding and storing come first and outside any transaction; then one short transaction writes the rows.
    unit_of_work.pause()
    kept = [(file, _kept(file, month)) for file in files[:MAX_FILES]]
    unit_of_work.begin_write()
    judge_again(Permission.PHOTO_WRITE, month)
    outcomes = list(_added(month, kept))
    if wants_json():
        return _as_json(outcomes[0])
    for outcome in outcomes:
        flash(f"{outcome.name}：{outcome.message}", "message" if outcome.status < 400 else "warning")
    if len(files) > MAX_FILES:
        flash(f"一次最多 {MAX_FILES} 张，后面 {len(files) - MAX_FILES} 张没有传，请再选一次。", "warning")
    if all(outcome.photo is None for outcome in outcomes):
        return month_with(month), outcomes[0].status
    return redirect(month_address(month))


def _kept(file: FileStorage, month: GroupMonth) -> upload_operations.KeptFiles | Refused:
    """Decoded, stored and compared with the photos used before."""
    try:
        files = _stored(cast("BinaryIO", file.stream))
    except Refused as refusal:
        return refusal
    return upload_operations.compared(files, to=month)


def _stored(stream: BinaryIO) -> upload_operations.KeptFiles:
    try:
        with in_hand(stream):
            photo = prepare(stream, max_bytes=current_app.config["PHOTO_MAX_BYTES"])
            return upload_operations.keep_files(photo, to=storage(), originals=current_app.config["KEEP_ORIGINALS"])
    except TooBusy as busy:
        raise TooBusy("现在传照片的人多，这张还没有存，稍后自动重试。") if wants_json() else busy from busy


def _added(
    month: GroupMonth, kept: Sequence[tuple[FileStorage, upload_operations.KeptFiles | Refused]]
) -> Iterator[Outcome]:
    """`upload_id` names the one photo of a script's request; a form's photos are numbered from the form's own."""
    base = request.form.get("upload_id", "")
    if not UPLOAD_ID.fullmatch(base):
        base = secrets.token_hex(16)
    activity_id = request.form.get("activity_id", type=row_id)
    if activity_id is not None:
        remember_choice(activity_id)
    for number, (file, files) in enumerate(kept):
        name = (file.filename or "照片").rsplit("/", 1)[-1].rsplit("\\", 1)[-1][-60:]
        if isinstance(files, Refused):
            yield Outcome(name, files.message, files.status)
            continue
        upload_id = base if len(kept) == 1 else f"{base[:56]}-{number}"
        try:
            photo = upload_operations.add_photo(
                month, files, upload_id=upload_id, by=current(), activity_id=activity_id
            )
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
            "thumb": url_for("photos.photo_file", photo_id=photo.id, size="thumb"),
            "page": url_for("photos.photo_page", photo_id=photo.id),
        }
        if hint := hint_queries.months_of_open_hints([photo.id]).get(photo.id):
            hint_id, used = hint
            words = f"疑似重复：{used.label}有一张很像"
            said["hint"] = {"words": words, "page": url_for("photos.hint_page", hint_id=hint_id)}
    return jsonify(said), outcome.status


def _nothing_sent(month: GroupMonth) -> ResponseReturnValue:
    message = "还没有选照片。请先选一张或几张，再点“上传”。"
    if wants_json():
        return jsonify(message=message), 422
    flash(message, "warning")
    return month_with(month), 422


@blueprint.app_errorhandler(StorageUnavailable)
def no_room(error: StorageUnavailable) -> ResponseReturnValue:
    """A full or failing disk, a server that does not answer: nothing was stored, reading goes on. Scripts try again."""
    current_app.logger.error("the photo store is not to be had: %s", error)
    return answer(503, "照片库暂时存不进去，这张还没有存，稍后自动重试。" if wants_json() else "")
