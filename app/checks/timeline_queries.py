"""A finding's steps with their photos, and what an answer may point at."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select

from app.activities.models import Activity, ActivityGroup
from app.checks.course import Step
from app.checks.models import Finding, FindingPhoto, FindingStep
from app.foundation.db import db, fetch
from app.foundation.places import Place
from app.photos.models import Photo
from app.photos.queries import LIVE
from app.photos.site_photo_models import SitePhoto

OFFERED_PHOTOS = 12


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """`number` is its place among the finding's photos, from 1; without a key it was withdrawn."""

    number: int
    display_key: str | None
    thumb_key: str | None
    width: int
    height: int
    site_photo_id: int | None
    taken_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class TimelineStep:
    step: Step
    text: str
    by: str
    at: datetime
    due_on: date | None
    activity_id: int | None
    activity: str | None
    photos: tuple[ShownPhoto, ...]


_SHOWN = (
    SitePhoto.id.label("site_photo_id"), SitePhoto.withdrawn_at.label("site_withdrawn"),
    SitePhoto.uploaded_by_id.label("taken_by_id"), SitePhoto.display_key.label("site_display"),
    SitePhoto.thumb_key.label("site_thumb"), SitePhoto.width.label("site_width"), SitePhoto.height.label("site_height"),
    Photo.withdrawn_at, Photo.display_key, Photo.thumb_key, Photo.width, Photo.height,
)  # fmt: skip


def timeline(finding_id: int) -> list[TimelineStep]:
    """All steps with their photos, the oldest first, in one statement."""
    rows = db.session.execute(
        select(FindingStep, Activity.title, FindingPhoto.id.label("shown"), *_SHOWN)
        .outerjoin(FindingPhoto, FindingPhoto.step_id == FindingStep.id)
        .outerjoin(SitePhoto, SitePhoto.id == FindingPhoto.site_photo_id)
        .outerjoin(Photo, Photo.id == FindingPhoto.photo_id)
        .outerjoin(Activity, Activity.id == FindingStep.activity_id)
        .where(FindingStep.finding_id == finding_id)
        .order_by(FindingStep.number, FindingPhoto.id)
    ).all()  # fmt: skip
    steps: dict[int, list[ShownPhoto]] = {}
    number = 0
    for row in rows:
        photos = steps.setdefault(row.FindingStep.id, [])
        if row.shown is not None:
            number += 1
            photos.append(_shown(row, number))
    known = {row.FindingStep.id: row for row in rows}
    return [
        TimelineStep(
            row.FindingStep.step, row.FindingStep.text, row.FindingStep.by_name, row.FindingStep.at,
            row.FindingStep.due_on, row.FindingStep.activity_id, row.title, tuple(steps[step_id]),
        )
        for step_id, row in known.items()
    ]  # fmt: skip


def _shown(row: Any, number: int) -> ShownPhoto:
    if row.site_photo_id is not None:
        hidden = row.site_withdrawn is not None
        return ShownPhoto(
            number, None if hidden else row.site_display, None if hidden else row.site_thumb,
            row.site_width, row.site_height, row.site_photo_id, row.taken_by_id,
        )  # fmt: skip
    hidden = row.withdrawn_at is not None
    return ShownPhoto(
        number, None if hidden else row.display_key, None if hidden else row.thumb_key, row.width, row.height, None
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PhotoOfFinding:
    """One photo with the place of its finding, for the guard."""

    place: Place
    finding_id: int
    photo: ShownPhoto


_PHOTO = (
    select(Finding.committee_id, Finding.branch_id, Finding.group_id, *_SHOWN)
    .join(FindingStep, FindingStep.finding_id == Finding.id)
    .join(FindingPhoto, FindingPhoto.step_id == FindingStep.id)
    .outerjoin(SitePhoto, SitePhoto.id == FindingPhoto.site_photo_id)
    .outerjoin(Photo, Photo.id == FindingPhoto.photo_id)
    .where(Finding.id == bindparam("finding_id", type_=Integer))
    .order_by(FindingStep.number, FindingPhoto.id)
    .offset(bindparam("before", type_=Integer))
    .limit(1)
)


def photo_of_finding(finding_id: int, number: int) -> PhotoOfFinding | None:
    """None for one that was withdrawn. A finding has few photos, so counting them off costs nothing."""
    row = fetch(_PHOTO, finding_id=finding_id, before=number - 1).first() if number > 0 else None
    shown = None if row is None else _shown(row, number)
    if row is None or shown is None or shown.thumb_key is None:
        return None
    return PhotoOfFinding(Place(row.committee_id, row.branch_id, row.group_id), finding_id, shown)


def site_photo(photo_id: int) -> SitePhoto | None:
    return db.session.get(SitePhoto, photo_id)


# ---------------------------------------------------------------- what an answer may point at


@dataclass(frozen=True, slots=True)
class Proof:
    activities: tuple[tuple[int, str, date], ...]
    photo_ids: tuple[int, ...]


def proof_offered(row: Finding, today: date) -> Proof:
    """The group's activities since the finding, and the month's latest photos; the newest first."""
    activities = db.session.execute(
        select(Activity.id, Activity.title, Activity.held_on)
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .where(ActivityGroup.group_id == row.group_id, Activity.held_on.between(row.found_on, today))
        .order_by(Activity.held_on.desc(), Activity.id.desc())
        .limit(20)
    )
    photos = db.session.scalars(
        select(Photo.id)
        .where(Photo.group_id == row.group_id, LIVE, Photo.uploaded_at >= row.raised_at)
        .order_by(Photo.id.desc())
        .limit(OFFERED_PHOTOS)
    )
    return Proof(tuple((line.id, line.title, line.held_on) for line in activities), tuple(photos))
