"""What a person says of two photos that look alike. Nothing is scored by it."""

from app.activities.course import ReasonMissing
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict
from app.photos import operations
from app.photos.hint_models import Answer, PhotoHint

# The reason with which a photo goes where one tap is the whole answer.
REASONS = {
    Answer.WRONG_UPLOAD: "传错了，和以前用过的照片重复",
    Answer.WITHDRAWN: "和以前用过的照片重复，不再用",
}


class HintAnswered(Conflict):
    """Somebody answered after the page was opened."""


class HintEnded(Conflict):
    """One of the two photos is withdrawn: there is nothing left to answer."""


def answer_hint(hint: PhotoHint, answer: Answer, *, note: str = "", version: int, by: Doer) -> None:
    """An answer may be changed as long as both photos are there; two of the answers take the newer one away."""
    db.session.refresh(hint, with_for_update={"of": PhotoHint})  # who answers at the same moment waits here
    if hint.photo.withdrawn_at is not None or hint.other.withdrawn_at is not None:
        raise HintEnded("两张里已有一张撤下，不用再答了。")
    if hint.version != version:
        raise HintAnswered("刚刚有人答过了，您的还没有存。请看一眼对方答的，再点一次就用您的。")
    if answer is Answer.NOTE and not note.strip():
        raise ReasonMissing("请写一句说明再交，比如“年度总结里再用一次”。")
    before = {"answer": hint.answer.label, "note": hint.note}
    hint.answer, hint.note = answer, note.strip()[:200] if answer is Answer.NOTE else ""
    hint.answered_by_id, hint.answered_by, hint.answered_at = by.account_id, by.name, clock.now()
    after = {"answer": hint.answer.label, "note": hint.note}
    record(
        by, "photo-hint.answer", hint, before=before, after={"photo": hint.photo_id, "other": hint.other_id, **after}
    )
    if answer in REASONS:
        operations.withdraw_photo(hint.photo, reason=REASONS[answer], by=by)
