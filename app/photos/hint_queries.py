"""Reads for 疑似重复: the library of photos to compare with, and the hints that are shown."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    CursorResult,
    Integer,
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    any_,
    bindparam,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.activities.models import Activity
from app.audit.models import AuditLine
from app.foundation.db import MonthType, db, fetch
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.queries import group_name_on
from app.photos.hint_models import Answer, PhotoFingerprint, PhotoHint, PhotoSign
from app.photos.models import Photo
from app.photos.photo_signs import Fingerprint, Library
from app.photos.queries import LIVE, SHOWN_ORDER


class Scope(StrEnum):
    """With whose photos a new one is compared: LIKENESS_SCOPE."""

    BRANCH = "branch"
    COMMITTEE = "committee"
    ALL = "all"


# ------------------------------------------------------------------ comparing


def _libraries(known: ColumnElement[bool]) -> dict[Scope, Select[int, int, int]]:
    of_all = select(PhotoSign.word, PhotoSign.photo_id, PhotoSign.signs).where(known)
    of_committee = of_all.where(PhotoSign.committee_id == bindparam("committee", type_=Integer))
    of_branch = of_committee.where(PhotoSign.branch_id == bindparam("branch", type_=Integer))
    return {Scope.ALL: of_all, Scope.COMMITTEE: of_committee, Scope.BRANCH: of_branch}


_listed: Any = func.json_each(bindparam("words", type_=JSON)).table_valued("value").c.value
LIBRARIES = {
    "sqlite": _libraries(PhotoSign.word.in_(select(_listed))),
    "postgresql": _libraries(PhotoSign.word == any_(bindparam("words", type_=ARRAY(Integer)))),
}
"""The words are one parameter: the statement of some 3,200 would be written and read anew for each photo."""


def plain_rows(result: CursorResult[Any]) -> Iterable[tuple[int, int, int]]:
    """As the driver gives them: some 40,000 rows of plain numbers are no work for named ones, which cost twice the query."""
    assert result.cursor is not None  # noqa: S101 - it was a SELECT
    rows: Iterable[tuple[int, int, int]] = result.cursor.fetchall()
    result.close()
    return rows


def library(place: Place, scope: Scope) -> Library:
    """Answers with what is kept under the words within the scope."""
    named = ["committee", "branch"][: {Scope.ALL: 0, Scope.COMMITTEE: 1, Scope.BRANCH: 2}[scope]]
    own = {"committee": place.committee_id, "branch": place.branch_id}
    values = {name: own[name] for name in named}
    statement = LIBRARIES[db.engine.dialect.name][scope]

    def answer(words: Iterable[int]) -> Iterable[tuple[int, int, int]]:
        return plain_rows(db.session.connection().execute(statement, {"words": list(words), **values}))

    return answer


def different_use(one: Any, other: Any) -> ColumnElement[bool]:
    """Another month or group, or another activity where both have one; never the same (joint) activity."""
    elsewhere = or_(other.group_id != one.group_id, other.month != one.month)
    both_sorted = and_(func.coalesce(one.activity_id, 0) != 0, other.activity_id.is_not(None))
    return and_(or_(elsewhere, both_sorted), func.coalesce(one.activity_id, -1) != func.coalesce(other.activity_id, -2))


def fingerprints(photo_ids: Collection[int]) -> dict[int, Fingerprint]:
    """Of those photos that are shown."""
    rows = db.session.execute(
        select(PhotoFingerprint.photo_id, PhotoFingerprint.signs, PhotoFingerprint.grey)
        .join(Photo, Photo.id == PhotoFingerprint.photo_id)
        .where(PhotoFingerprint.photo_id.in_(photo_ids), LIVE)
    )
    return {photo_id: Fingerprint.stored(signs, grey) for photo_id, signs, grey in rows}


def newest_line() -> int:
    """Of the trail. Lines have no gaps and their writers take turns, so what is behind it came later, whatever its id."""
    return db.session.scalar(select(AuditLine.id).order_by(AuditLine.id.desc()).limit(1)) or 0


def came_after(line: int) -> list[int]:
    """The photos that were added, or sent again after their withdrawal, since that line of the trail."""
    lines = db.session.scalars(
        select(AuditLine.subject_id)
        .where(AuditLine.id > line, AuditLine.act.in_(("photo.add", "photo.restore")))
        .order_by(AuditLine.id)
    )
    return [photo_id for photo_id in lines if photo_id is not None]


@dataclass(frozen=True, slots=True)
class Other:
    """`same`: an exact copy; `differs`: it is used for something else now."""

    photo_id: int
    same: bool
    differs: bool


def others(photo: Photo, photo_ids: Collection[int], scope: Scope) -> list[Other]:
    """Photos shown now: those named, and exact copies, the newest month first.

    The place is judged here and not by the database, which would else go through all photos of the committee.
    """
    exact = Photo.content_hash == photo.content_hash
    rows = db.session.execute(
        select(Photo.id, exact, different_use(photo, Photo), Photo.committee_id, Photo.branch_id)
        .where(or_(Photo.id.in_(photo_ids), exact), Photo.id != photo.id, LIVE)
        .order_by(Photo.month.desc(), Photo.id.desc())
    )
    own = {Scope.BRANCH: photo.branch_id, Scope.COMMITTEE: photo.committee_id, Scope.ALL: 0}[scope]
    return [
        Other(photo_id, bool(same), bool(differs))
        for photo_id, same, differs, committee, branch in rows
        if {Scope.BRANCH: branch, Scope.COMMITTEE: committee, Scope.ALL: 0}[scope] == own
    ]


# ------------------------------------------------------------------ the hints that are shown

_newer, _older = aliased(Photo), aliased(Photo)


def shown(*columns: Any) -> Select[Any]:
    """A hint stands while both photos do, for as long as they are used for different things: it comes when photos of one
    month are sorted to two activities or one goes to another month, and ends when both are put to one."""
    return (
        select(*columns)
        .select_from(PhotoHint)
        .join(_newer, _newer.id == PhotoHint.photo_id)
        .join(_older, _older.id == PhotoHint.other_id)
        .where(
            _newer.withdrawn_at.is_(None),
            _older.withdrawn_at.is_(None),
            different_use(_newer, _older),
        )
    )


def hint(hint_id: int) -> PhotoHint | None:
    return db.session.get(PhotoHint, hint_id)


_OPEN = (
    shown(PhotoHint.photo_id, PhotoHint.id)
    .where(
        PhotoHint.group_id == bindparam("group", type_=Integer),
        PhotoHint.answer == Answer.NONE,
        _newer.month == bindparam("month", type_=MonthType),
    )
    .order_by(PhotoHint.id.desc())
)


def open_hints(group_id: int, month: Month) -> dict[int, int]:
    """The first unanswered hint of each photo of the month that has one: photo and hint."""
    return {row.photo_id: row.id for row in fetch(_OPEN, group=group_id, month=month)}


_first_open = (
    shown(func.min(PhotoHint.id))
    .where(PhotoHint.photo_id == Photo.id, PhotoHint.answer == Answer.NONE)
    .scalar_subquery()
)
_MONTH_PHOTOS = (
    select(Photo, _first_open)
    .where(Photo.group_id == bindparam("group"), Photo.month == bindparam("month"), LIVE)
    .order_by(*SHOWN_ORDER)
)


def month_photos(group_id: int, month: Month) -> tuple[list[Photo], dict[int, int]]:
    """The month's photos as they are shown, and the first unanswered hint of each that has one."""
    rows = db.session.execute(_MONTH_PHOTOS, {"group": group_id, "month": month}).all()
    return [photo for photo, _hint in rows], {photo.id: hint_id for photo, hint_id in rows if hint_id is not None}


def as_evidence(photo_id: InstrumentedAttribute[int]) -> ScalarSelect[str]:
    """answer|id|note of the photo's first hint, an unanswered one first, as a column of an outer query."""
    said = cast(PhotoHint.answer, String) + "|" + cast(PhotoHint.id, String) + "|" + PhotoHint.note
    found = shown(said).where(PhotoHint.photo_id == photo_id)
    return found.order_by(PhotoHint.answer, PhotoHint.id).limit(1).scalar_subquery()


def hints_of(photo_id: int) -> Sequence[Row[Any]]:
    """id, answer and words of the photo's hints, and the month in which the other photo was used."""
    return db.session.execute(
        shown(PhotoHint.id, PhotoHint.answer, PhotoHint.words, _older.month)
        .where(PhotoHint.photo_id == photo_id)
        .order_by(PhotoHint.id)
    ).all()


def months_of_open_hints(photo_ids: Collection[int]) -> dict[int, tuple[int, Month]]:
    """For each photo that has an unanswered hint: the first one, and when the other photo was used."""
    rows = db.session.execute(
        shown(PhotoHint.photo_id, PhotoHint.id, _older.month)
        .where(PhotoHint.photo_id.in_(photo_ids), PhotoHint.answer == Answer.NONE)
        .order_by(PhotoHint.id.desc())
    )
    return {photo_id: (hint_id, month) for photo_id, hint_id, month in rows}


@dataclass(frozen=True, slots=True)
class Used:
    """What the two photos were used for, in names of the older one's time; empty where there is no activity."""

    title: str
    other_title: str
    other_group: str


def _title(activity_id: int | None) -> ColumnElement[str]:
    named = aliased(Activity)
    return func.coalesce(select(named.title).where(named.id == activity_id).scalar_subquery(), "")


def used(hint: PhotoHint) -> Used:
    day, other = hint.other.month.last, hint.other
    row = db.session.execute(
        select(
            _title(hint.photo.activity_id),
            _title(other.activity_id),
            group_name_on(other.group_id, day),
        )
    ).one()
    return Used(*row)
