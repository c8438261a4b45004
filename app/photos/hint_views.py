"""疑似重复: two photos side by side, and what a person says of them."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities.course import ReasonMissing
from app.foundation.forms import text
from app.photos import hint_operations, hint_queries, queries
from app.photos.hint_forms import HintForm
from app.photos.hint_models import Answer, PhotoHint
from app.photos.hint_operations import HintAnswered, HintEnded
from app.photos.hint_queries import Scope, Used
from app.photos.models import Photo
from app.photos.month_views import blueprint

SAID = {
    Answer.SAME_EVENT: "记下了：同一次活动，两张都留。",
    Answer.WRONG_UPLOAD: "传错的那张已撤下，请选对的再传。",
    Answer.WITHDRAWN: "照片已撤下，版面和记录里都不再显示。",
    Answer.NOTE: "说明已记下。",
}


@blueprint.record_once
def _check_scope(state: BlueprintSetupState) -> None:
    """A wrong setting stops the start: later it would only mean that no photo is compared."""
    Scope(state.app.config["LIKENESS_SCOPE"])


@dataclass(frozen=True)
class Elsewhere:
    """The other photo, as far as the reader may know of it. Without an address there is no picture of it."""

    address: str
    where: str
    details: tuple[str, ...]


@blueprint.get("/hints/<int:hint_id>")
@allow(Permission.PHOTO_HINT_READ, hint_queries.hint)
def hint_page(hint: PhotoHint) -> str:
    return _page(hint, HintForm(version=hint.version))


@blueprint.post("/hints/<int:hint_id>")
@allow(Permission.PHOTO_WRITE, hint_queries.hint)
def answer_hint(hint: PhotoHint) -> ResponseReturnValue:
    form = HintForm(request.form)
    if not form.validate():
        return _page(hint, form), 422
    try:
        hint_operations.answer_hint(
            hint, form.chosen, note=text(form.note), version=form.version.data or 0, by=current()
        )
    except ReasonMissing as missing:
        form.note.errors = [missing.message]
        return _page(hint, form), missing.status
    except (HintAnswered, HintEnded) as conflict:
        form.version.data, form.version.raw_data = hint.version, None
        return _page(hint, form, conflict.message), conflict.status
    words, address = _next_step(hint, form.chosen)
    flash(SAID[form.chosen] + words)
    return redirect(address)


def _next_step(hint: PhotoHint, answer: Answer) -> tuple[str, str]:
    """To the picker where another photo is to be sent, else to the month's next open hint, else to the month.

    The next hint's page looks like the one just answered, so it is said that another pair stands there.
    """
    photo = hint.photo
    if answer is Answer.WRONG_UPLOAD:
        return "", url_for(
            "photos.month_page", group_id=photo.group_id, month=photo.month, activity=photo.activity_id,
            _anchor="photos-input",
        )  # fmt: skip
    waiting = hint_queries.open_hints(photo.group_id, photo.month).values()
    if waiting:
        return f"还有 {len(waiting)} 张要看，接着看。", url_for("photos.hint_page", hint_id=min(waiting))
    month = url_for("photos.month_page", group_id=photo.group_id, month=photo.month, _anchor=f"photo-{photo.id}")
    return "", month


def _page(hint: PhotoHint, form: HintForm, conflict: str = "") -> str:
    used = hint_queries.used(hint)
    return render_template(
        "photos/hint.html",
        hint=hint,
        photo=hint.photo,
        title=used.title,
        other=_elsewhere(hint, used),
        form=form,
        conflict=conflict,
        ended=hint.photo.withdrawn_at is not None or hint.other.withdrawn_at is not None,
        may_answer=current().may(Permission.PHOTO_WRITE, hint),
    )


def _elsewhere(hint: PhotoHint, used: Used) -> Elsewhere:
    """Rights to the other photo are judged on their own: this page gives none."""
    other, actor = hint.other, current()
    if other.withdrawn_at is not None:
        return Elsewhere("", "", ())
    if actor.may(Permission.PHOTO_READ, other):
        own = other.group_id == hint.group_id
        return Elsewhere(
            url_for("photos.photo_file", photo_id=other.id, size="display"),
            "" if own else used.other_group,
            tuple(filter(None, (used.other_title, other.caption, _slot(other)))),
        )
    if not actor.may(Permission.ORGANISATION_READ, other):
        same = other.committee_id == hint.committee_id
        return Elsewhere("", "本党委的另一个党支部" if same else "另一个党委", ())
    if actor.may(Permission.BOARD_READ, other) and queries.printed_photo(other.id) is not None:
        return Elsewhere(
            url_for("photos.board_photo", photo_id=other.id, size="display"),
            used.other_group,
            tuple(filter(None, (other.caption, _slot(other)))),
        )
    return Elsewhere("", used.other_group, ())


def _slot(photo: Photo) -> str:
    return f"登在第 {photo.month.month} 期第 {photo.board_slot} 张" if photo.board_slot else ""
