"""One photo: which activity it belongs to, its caption and place on the board page, and its files."""

from collections.abc import Callable, Sequence
from datetime import date

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities.forms import NOTHING, ReasonForm
from app.activities.queries import ActivityLine, month_activities
from app.foundation.bare_originals import NotBare, bare
from app.foundation.errors import Refused
from app.foundation.forms import text
from app.foundation.images import stamp
from app.foundation.storage import FileMissing, storage
from app.photos import hint_queries, operations, queries
from app.photos.board_choice import BoardChoice, choice_of
from app.photos.forms import PhotoForm
from app.photos.models import Photo
from app.photos.month_views import blueprint, remember_choice, suggestion
from app.photos.operations import PhotoChanged
from app.photos.time_hint import TimeHint, time_hint

# Nothing in a photo may run, load or be framed, whatever a browser takes it for.
PHOTO_POLICY = "default-src 'none'; sandbox"


# ------------------------------------------------------------------ one photo


@blueprint.route("/photos/<int:photo_id>", methods=["GET", "POST"])
@allow(Permission.PHOTO_WRITE, queries.photo)
def photo_page(photo: Photo) -> ResponseReturnValue:
    activities = month_activities(photo.group_id, photo.month)
    form = PhotoForm(request.form)
    form.offer(activities)
    if request.method != "POST":
        proposed = None if photo.activity_id else suggestion([photo], activities)
        form.activity.data = photo.activity_id or (proposed.activity_id if proposed else NOTHING)
        form.caption.data = photo.caption
        form.choice.data, form.is_cover.data = choice_of(photo.board_slot).value, photo.is_cover
        form.version.data = photo.version
        return _photo_page(photo, form, activities)
    if not form.validate():
        return _photo_page(photo, form, activities), 422
    try:
        operations.describe_photo(photo, form.details, version=form.version.data or 0, by=current())
    except PhotoChanged as conflict:
        form.refuse(conflict.message)
        theirs = {"caption": photo.caption, "choice": choice_of(photo.board_slot).label}
        form.version.data, form.version.raw_data = photo.version, None
        return _photo_page(photo, form, activities, theirs), 409
    except Refused as refusal:
        form.refuse(refusal.message)
        return _photo_page(photo, form, activities), refusal.status
    if photo.activity_id:
        remember_choice(photo.activity_id)
    flash("已存。")
    return redirect(_next_address(photo))


def _next_address(photo: Photo) -> str:
    """The following photo of the month when asked for, else back to the month."""
    if request.form.get("then") == "next":
        rest = queries.month_photos(photo.group_id, photo.month)
        following = [one for one in rest if (one.position, one.id) > (photo.position, photo.id)]
        if following:
            return url_for("photos.photo_page", photo_id=following[0].id)
    return url_for("photos.month_page", group_id=photo.group_id, month=photo.month)


def _photo_page(
    photo: Photo,
    form: PhotoForm,
    activities: Sequence[ActivityLine],
    theirs: dict[str, str] | None = None,
    reason: ReasonForm | None = None,
) -> str:
    return render_template(
        "photos/photo.html",
        photo=photo,
        form=form,
        activities=activities,
        theirs=theirs,
        reason=reason or ReasonForm(),
        time=_time_hint(photo, activities),
        hints=hint_queries.hints_of(photo.id),
        printed=queries.is_printed(photo.group_id, photo.month),
        may_original=photo.original_key is not None and current().may(Permission.PHOTO_ORIGINAL, photo),
    )


def _time_hint(photo: Photo, activities: Sequence[ActivityLine]) -> TimeHint:
    days = next((line.days for line in activities if line.id == photo.activity_id), frozenset[date]())
    return time_hint(photo.taken_at, year=photo.month.year, month=photo.month.month, activity_days=days)


@blueprint.post("/photos/<int:photo_id>/move")
@allow(Permission.PHOTO_WRITE, queries.photo)
def move_photo(photo: Photo) -> ResponseReturnValue:
    step = 1 if request.form.get("direction") == "back" else -1
    operations.move_photo(photo, step=step, by=current())
    return redirect(
        url_for("photos.month_page", group_id=photo.group_id, month=photo.month, _anchor=f"photo-{photo.id}")
    )


@blueprint.post("/photos/<int:photo_id>/place")
@allow(Permission.PHOTO_WRITE, queries.photo)
def place_photo(photo: Photo) -> ResponseReturnValue:
    try:
        choice = BoardChoice(request.form.get("choice", ""))
    except ValueError:
        abort(400)
    operations.choose_place(photo, choice, by=current())
    return redirect(
        url_for("photos.month_page", group_id=photo.group_id, month=photo.month, _anchor=f"photo-{photo.id}")
    )


@blueprint.post("/photos/<int:photo_id>/withdraw")
@allow(Permission.PHOTO_WRITE, queries.photo)
def withdraw_photo(photo: Photo) -> ResponseReturnValue:
    target = url_for("photos.month_page", group_id=photo.group_id, month=photo.month)
    reason = ReasonForm(request.form)
    if not reason.validate():
        activities = month_activities(photo.group_id, photo.month)
        form = PhotoForm(
            activity=photo.activity_id or NOTHING,
            caption=photo.caption,
            choice=choice_of(photo.board_slot).value,
            is_cover=photo.is_cover,
            version=photo.version,
        )
        form.offer(activities)
        return _photo_page(photo, form, activities, reason=reason), 422
    operations.withdraw_photo(photo, reason=text(reason.reason), by=current())
    flash("照片已撤下，版面和记录里都不再显示。")
    return redirect(target)


# ------------------------------------------------------------------ files


@blueprint.get("/photos/<int:photo_id>/<any(display, thumb, stamp):size>")
@allow(Permission.PHOTO_READ, queries.photo)
def photo_file(photo: Photo, size: str) -> ResponseReturnValue:
    return photo_copy(photo, size)


def board_photo_seen(photo_id: int) -> Photo | None:
    """A photo of a printed board page, or one that the reader may see anyway: the page is proofread before."""
    photo = queries.photo(photo_id)
    if photo is not None and current().may(Permission.PHOTO_READ, photo):
        return photo
    return queries.printed_photo(photo_id)


@blueprint.get("/board-photos/<int:photo_id>/<any(display, thumb):size>")
@allow(Permission.BOARD_READ, board_photo_seen)
def board_photo(photo: Photo, size: str) -> ResponseReturnValue:
    return photo_copy(photo, size)


@blueprint.get("/photos/<int:photo_id>/original")
@allow(Permission.PHOTO_ORIGINAL, queries.photo)
def photo_original(photo: Photo) -> ResponseReturnValue:
    if photo.original_key is None:
        abort(404)
    extension = photo.original_type.rsplit("/", 1)[-1].replace("jpeg", "jpg")
    try:
        response = stored_file(photo.original_key, photo.original_type, variant="bare")
    except NotBare:
        response, extension = photo_copy(photo, "display"), "jpg"
    response.headers["Content-Disposition"] = f'attachment; filename="photo-{photo.id}.{extension}"'
    return response


def photo_copy(photo: Photo, size: str) -> Response:
    key = photo.display_key if size == "display" else photo.thumb_key
    return stored_file(key, "image/jpeg", variant="stamp" if size == "stamp" else "")


# What is made of a stored file on the way out.
VARIANTS: dict[str, Callable[[bytes], bytes]] = {"stamp": stamp, "bare": bare}


def stored_file(key: str, mime: str, *, variant: str = "") -> Response:
    """The key is the hash of the bytes, so it is a strong validator. Browsers ask again each time: a withdrawn photo
    must be gone, and rights are judged anew."""
    response = Response(mimetype=mime)
    tag = f"{key}-{variant}" if variant else key
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = PHOTO_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.if_none_match.contains(tag):
        response.status_code = 304
        return response
    try:
        with storage().open(key) as file:
            response.set_data(VARIANTS[variant](file.read()) if variant else file.read())
    except FileMissing:
        current_app.logger.exception("the file of a photo is missing: %s", key)
        abort(404)
    return response
