"""Acts on photos that are kept: where they belong, what they show, their order, their withdrawal."""

from collections.abc import Collection, Mapping

from sqlalchemy import update

from app.activities.course import ReasonMissing
from app.activities.models import Activity
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.photos import board_choice, likeness_operations, queries
from app.photos.board_choice import BoardChoice
from app.photos.details import PhotoDetails
from app.photos.models import Photo
from app.photos.queries import GroupMonth
from app.photos.upload_operations import NotThisMonth

PRINTED = "本期版面已付印。要换照片、改说明或调次序，请先撤回付印。"


class PhotoChanged(Conflict):
    """Somebody saved the same photo after the form was opened."""


class IssuePrinted(Conflict):
    """The month's board page is printed; what stands on it does not change silently."""


class NothingToSort(Refused):
    """None of the photos lies in the inbox (any more)."""


def sort_photos(of: GroupMonth, photo_ids: Collection[int], *, activity_id: int, by: Doer) -> list[Photo]:
    """Put photos of the month's inbox to one activity. One that somebody else has sorted meanwhile stays where it is."""
    activity = db.session.get(Activity, activity_id)
    if activity is None or not queries.takes_part(activity_id, of.group_id, of.month):
        raise NotThisMonth("选的活动不在这个小组的这个月里。请重选。")
    photos = [photo for photo in queries.inbox(of.group_id, of.month) if photo.id in photo_ids]
    if not photos:
        raise NothingToSort("没有要归的照片：请至少勾一张；也可能别人刚归好，请刷新看看。")
    for photo in photos:
        photo.activity_id = activity.id
    record(by, "photo.sort", activity, after={"month": of.month, "photos": [photo.id for photo in photos]})
    return photos


# ------------------------------------------------------------------ captions, order, board


def describe_photo(photo: Photo, details: PhotoDetails, *, version: int, by: Doer) -> None:
    """Which activity a photo belongs to, what it shows, and whether it stands on the board page."""
    if photo.version != version:
        raise PhotoChanged("这张照片刚被别人改过。您写的还在，请核对后再存。")
    changed = details.activity_id != photo.activity_id
    if changed and details.activity_id and not queries.takes_part(
        details.activity_id, photo.group_id, photo.month
    ):  # fmt: skip
        raise NotThisMonth("选的活动不在这个小组的这个月里。请重选。")
    before = _state(photo)
    slots = _slots(photo)
    wanted = board_choice.chosen(slots, photo.id, details.choice)
    on_board = photo.id in slots or photo.id in wanted
    if (wanted != slots or (on_board and details.caption != photo.caption)) and _printed(photo):
        raise IssuePrinted(PRINTED)
    photo.activity_id, photo.caption = details.activity_id, details.caption
    _set_cover(photo, is_cover=details.is_cover and details.activity_id is not None)
    _set_slots(photo, wanted)
    db.session.flush()
    after = _state(photo)
    record(by, "photo.describe", photo, **_changes(before, after))


def choose_place(photo: Photo, choice: BoardChoice, *, by: Doer) -> None:
    """One tap: onto the board page, to its head, or off it."""
    slots = _slots(photo)
    wanted = board_choice.chosen(slots, photo.id, choice)
    if wanted != slots and _printed(photo):
        raise IssuePrinted(PRINTED)
    _set_slots(photo, wanted)
    record(by, "photo.place", photo, before={"slot": slots.get(photo.id)}, after={"slot": wanted.get(photo.id)})


def move_photo(photo: Photo, *, step: int, by: Doer) -> None:
    """One place forward (-1) or back (+1): on the board among the board's photos, else in the month's order."""
    if photo.board_slot is not None:
        slots = _slots(photo)
        wanted = board_choice.moved(slots, photo.id, step)
        if wanted != slots and _printed(photo):
            raise IssuePrinted(PRINTED)
        _set_slots(photo, wanted)
        place = wanted[photo.id]
    else:
        rest = [one for one in queries.month_photos(photo.group_id, photo.month) if one.board_slot is None]
        at = rest.index(photo)
        rest.insert(max(0, at + step), rest.pop(at))
        positions = sorted(one.position for one in rest)
        for position, one in zip(positions, rest, strict=True):
            one.position = position
        place = photo.position
    record(by, "photo.move", photo, after={"place": place})


def withdraw_photo(photo: Photo, *, reason: str, by: Doer) -> None:
    """Take a photo out of everything that is shown, a printed board page too: it may show what must not be shown."""
    reason = why(reason)
    slots = _slots(photo)
    _set_slots(photo, board_choice.chosen(slots, photo.id, BoardChoice.OFF))
    take_out(photo, reason)
    record(by, "photo.withdraw", photo, before={"slot": slots.get(photo.id)}, after={"reason": photo.withdrawn_reason})


def why(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing("请写明撤下的原因，一句话即可。")
    return reason.strip()[:200]


def take_out(photo: Photo, reason: str) -> None:
    photo.withdrawn_at, photo.withdrawn_reason = clock.now(), reason
    photo.is_cover, photo.board_slot = False, None
    likeness_operations.forget(photo)


def _slots(photo: Photo) -> dict[int, int]:
    rows = queries.board_photos(photo.group_id, photo.month)
    return {row.id: row.board_slot for row in rows if row.board_slot is not None}


def _set_slots(photo: Photo, wanted: Mapping[int, int]) -> None:
    for one in queries.month_photos(photo.group_id, photo.month):
        slot = wanted.get(one.id)
        if one.board_slot != slot:
            one.board_slot = slot


def _set_cover(photo: Photo, *, is_cover: bool) -> None:
    """An activity has one cover at most."""
    if is_cover and not photo.is_cover:
        db.session.execute(
            update(Photo)
            .where(Photo.activity_id == photo.activity_id, Photo.id != photo.id, Photo.is_cover.is_(True))
            .values(is_cover=False)
        )
    photo.is_cover = is_cover


def _state(photo: Photo) -> dict[str, object]:
    return {
        "activity": photo.activity_id,
        "caption": photo.caption,
        "slot": photo.board_slot,
        "cover": photo.is_cover,
    }


def _changes(before: dict[str, object], after: dict[str, object]) -> dict[str, dict[str, object]]:
    changed = [name for name in after if before[name] != after[name]]
    return {"before": {name: before[name] for name in changed}, "after": {name: after[name] for name in changed}}


def _printed(photo: Photo) -> bool:
    return queries.is_printed(photo.group_id, photo.month)
