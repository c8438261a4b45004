"""Comparing a new photo with those used before, and keeping what it is compared by. docs/likeness.md says how.

Comparing needs some hundred milliseconds of one processor and holds no write transaction; `keep` writes in that of the
upload, and looks once more at the photos that came meanwhile. What goes wrong here goes wrong in the log alone: the photo is
stored all the same.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import delete, insert

from app.audit.operations import wait_for_turn
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.places import Place
from app.photos import hint_queries
from app.photos.hint_models import PhotoFingerprint, PhotoHint, PhotoSign
from app.photos.hint_queries import Scope
from app.photos.likeness import verdict
from app.photos.models import Photo
from app.photos.photo_signs import Fingerprint, Question, candidates

MOST_HINTS = 3
SAME_FILE = "同一个文件"

# Threads share one interpreter: a second comparison at the same moment would only slow the pages down further.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Near:
    """A photo that looks alike, and what is alike in words."""

    photo_id: int
    fit: float
    words: str


@dataclass(frozen=True, slots=True)
class Compared:
    """`near`: what looked alike when `line` was the newest of the trail."""

    question: Question | None = None
    line: int = 0
    near: tuple[Near, ...] = ()


NOT_COMPARED = Compared()


def scope() -> Scope:
    return Scope(current_app.config["LIKENESS_SCOPE"])


def compare(grey: bytes | None, at: Place) -> Compared:
    """Outside any write transaction; the reading one is ended."""
    unit_of_work.pause()
    if grey is None:
        return NOT_COMPARED
    found = NOT_COMPARED
    with _one_at_a_time:
        try:
            question, line = Question(Fingerprint.of(grey)), hint_queries.newest_line()
            found = Compared(question, line)
            found = Compared(question, line, _near(question, at))
        except Exception:  # a hint is worth less than the photo: no fault of ours here may cost one
            current_app.logger.exception("a photo could not be compared")
        finally:
            unit_of_work.pause()
    return found


def _near(question: Question, at: Place) -> tuple[Near, ...]:
    proposed = candidates(question, hint_queries.library(at, scope()))
    others = hint_queries.fingerprints(proposed)
    unit_of_work.pause()  # what follows only counts
    return tuple(_judged(question, proposed, others))


def _judged(question: Question, proposed: Sequence[int], others: Mapping[int, Fingerprint]) -> list[Near]:
    judged = [(photo_id, verdict(question, others[photo_id])) for photo_id in proposed if photo_id in others]
    return [Near(photo_id, one.fit, one.words) for photo_id, one in judged if one]


# ------------------------------------------------------------------ in the upload's write transaction


def keep(photo: Photo, compared: Compared) -> list[int]:
    """The photo's fingerprint, and a hint for each photo that it looks like; answers those that are shown at once."""
    try:
        with db.session.begin_nested():
            if compared.question is not None:
                remember(photo, compared.question.print)
            return _hint(photo, compared)
    except Exception:  # as above; the savepoint takes back what was begun
        current_app.logger.exception("the likeness of photo %s could not be kept", photo.id)
        return []


def _hint(photo: Photo, compared: Compared) -> list[int]:
    """What was found a moment ago is asked again: the other photo may be gone, this one may have got its activity. Hints of
    a photo that comes back begin anew. Those of photos used for the same thing are kept too, apart: sorting or another month
    may make two uses of it, and compares nothing."""
    wait_for_turn()  # of two copies that arrive at once the later one sees the earlier
    db.session.execute(delete(PhotoHint).where(PhotoHint.photo_id == photo.id))
    near = {one.photo_id: one for one in [*compared.near, *_came_meanwhile(compared)]}
    # Exact copies first, the newest before the others; then the likeliest.
    ranked = sorted(
        hint_queries.others(photo, list(near), scope()),
        key=lambda one: (0, 0, 0) if one.same else (1, -near[one.photo_id].fit, one.photo_id),
    )
    at_once = [one for one in ranked if one.differs][:MOST_HINTS]
    place, now = photo.place, clock.now()
    db.session.add_all(
        PhotoHint(
            committee_id=place.committee_id, branch_id=place.branch_id, group_id=photo.group_id, photo_id=photo.id,
            other_id=one.photo_id, words=SAME_FILE if one.same else near[one.photo_id].words, found_at=now,
        )
        for one in [*at_once, *[one for one in ranked if not one.differs][:MOST_HINTS]]
    )  # fmt: skip
    return [one.photo_id for one in at_once]


def _came_meanwhile(compared: Compared) -> list[Near]:
    """Two that are sent at the same second are each compared before the other's row is there. The later one meets the
    earlier here, where writers take turns; they are few, so their own words are the library."""
    question = compared.question
    if question is None:
        return []
    others = hint_queries.fingerprints(hint_queries.came_after(compared.line))
    if not others:
        return []
    kept = [(word, number, signs) for number, one in others.items() for word, signs in one.entries]
    proposed = candidates(question, lambda words: [entry for entry in kept if entry[0] in words])
    return _judged(question, proposed, others)


def remember(photo: Photo, fingerprint: Fingerprint) -> bool:
    """Whether it is another than before."""
    known = db.session.get(PhotoFingerprint, photo.id)
    if known is not None and (known.signs, known.grey) == (fingerprint.text, fingerprint.grey):
        return False
    forget(photo)
    at = {"committee_id": photo.committee_id, "branch_id": photo.branch_id, "photo_id": photo.id}
    db.session.execute(insert(PhotoFingerprint).values(signs=fingerprint.text, grey=fingerprint.grey, **at))
    entries = sorted(set(fingerprint.entries))
    db.session.execute(insert(PhotoSign), [{"word": word, "signs": signs, **at} for word, signs in entries])
    return True


def remember_anew(photo_id: int, grey: bytes | None) -> bool:
    """A transaction of its own, for `flask photos rebuild`; nothing for a photo that was withdrawn meanwhile."""
    if grey is None:
        return False
    one = Fingerprint.of(grey)
    with unit_of_work.transaction():
        photo = db.session.get(Photo, photo_id)
        return photo is not None and photo.withdrawn_at is None and remember(photo, one)


def forget(photo: Photo) -> None:
    """A photo that is not shown is not compared either, and nothing of its picture stays in the database."""
    known = db.session.get(PhotoFingerprint, photo.id)
    if known is None:
        return
    words = {word for word, _signs in Fingerprint.stored(known.signs, known.grey).entries}
    db.session.execute(
        delete(PhotoSign)
        .where(
            PhotoSign.word.in_(words), PhotoSign.committee_id == photo.committee_id,
            PhotoSign.branch_id == photo.branch_id, PhotoSign.photo_id == photo.id,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.delete(known)
    db.session.flush()
