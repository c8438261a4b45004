"""Reads of a group's records and photos of a quarter, as evidence for a mark. A photo is evidence, never points."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Integer,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    select,
    union_all,
)

from app.accounts.kept import until_next_act
from app.activities.models import Activity, ActivityGroup, ActivityKind, ActivityState
from app.foundation.db import MonthType, db, fetch
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.desk import Proof
from app.inspections.models import Sheet
from app.inspections.queries import sheet
from app.photos import hint_queries
from app.photos.hint_models import Answer
from app.photos.models import Photo

EVIDENCE_LIMIT = 60


def _all_evidence() -> Select[Any]:
    """Built once, as `_all_lines`."""
    group_id = bindparam("group", type_=Integer)
    first, last = bindparam("first", type_=MonthType), bindparam("last", type_=MonthType)
    activities = (
        select(
            literal("activity").label("kind"), Activity.id.label("id"), cast(Activity.held_on, String).label("held_on"),
            Activity.title.label("title"), ActivityKind.name.label("detail"), literal("").label("key"),
            literal("").label("hint"),
        )
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .join(ActivityKind, ActivityKind.id == Activity.kind_id)
        .where(
            ActivityGroup.group_id == group_id,
            ActivityGroup.month.between(first, last),
            Activity.state == ActivityState.CONFIRMED,
        )
    )  # fmt: skip
    held_on = func.coalesce(cast(Activity.held_on, String), cast(Photo.month, String))
    photos = (
        select(
            literal("photo"), Photo.id, held_on, Photo.caption, func.coalesce(Activity.title, ""), Photo.thumb_key,
            hint_queries.as_evidence(Photo.id),
        )
        .outerjoin(Activity, Activity.id == Photo.activity_id)
        .where(Photo.group_id == group_id, Photo.month.between(first, last), Photo.withdrawn_at.is_(None))
    )  # fmt: skip
    rows = union_all(activities, photos).subquery("evidence")
    return select(rows).order_by(rows.c.kind, rows.c.held_on, rows.c.id).limit(EVIDENCE_LIMIT)


_EVIDENCE = _all_evidence()


def evidence(group_id: int, quarter: Quarter) -> tuple[Proof, ...]:
    """The group's confirmed activities and its photos of the quarter by date. Joint activities are found from each group
    that took part."""
    return until_next_act(("evidence", group_id, quarter), lambda: _evidence(group_id, quarter), shows_marks=False)


def _evidence(group_id: int, quarter: Quarter) -> tuple[Proof, ...]:
    rows = fetch(_EVIDENCE, group=group_id, first=quarter.months[0], last=quarter.months[-1])
    return tuple(Proof(row.kind, row.id, row.held_on, row.title, row.detail, row.key, *_hint(row.hint)) for row in rows)


def _hint(said: str | None) -> tuple[str, int]:
    if not said:
        return "", 0
    answer, hint_id, note = said.split("|", 2)
    return f"疑似重复，{note or Answer(answer).label}", int(hint_id)


@dataclass(frozen=True)
class EvidencePhoto:
    """A photo as evidence on a sheet: it stands where the sheet stands, so the panel may look at it."""

    sheet: Sheet
    photo: Photo

    @property
    def place(self) -> Place:
        return self.sheet.place


def evidence_photo(sheet_id: int, photo_id: int) -> EvidencePhoto | None:
    of, photo = sheet(sheet_id), db.session.get(Photo, photo_id)
    if of is None or photo is None or photo.withdrawn_at is not None or photo.group_id != of.group_id:
        return None
    return EvidencePhoto(of, photo) if photo.month in of.round.quarter.months else None
