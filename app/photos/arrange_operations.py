"""Acts on several photos of a month at once: the same said of all of them, and their order."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit.operations import Doer, record
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Month
from app.photos import board_choice, queries
from app.photos.board_choice import BoardChoice
from app.photos.details import Arrangement
from app.photos.models import Photo
from app.photos.operations import PRINTED, IssuePrinted, take_out, why
from app.photos.queries import GroupMonth
from app.photos.upload_operations import NotThisMonth, check_room


class NothingChosen(Refused):
    """No photo was ticked, or nothing was said of those that were."""


class AlreadyThere(Conflict):
    """The other month has the same bytes."""


def arrange_photos(of: GroupMonth, photo_ids: Collection[int], wish: Arrangement, *, by: Doer) -> list[Photo]:
    """Say the same of several photos. Of what only one can be - the lead photo, an activity's cover - the first of
    them in the month's order becomes it; the others of a new lead go onto the board."""
    everything, photos = _chosen(of, photo_ids)
    _check(of, wish)
    slots = _slots(everything)
    wanted = _wanted(slots, photos, wish.choice)
    printed = [photo for photo in photos if photo.id in slots and wish.caption not in ("", photo.caption)]
    if (wanted != slots or printed) and of.is_printed:
        raise IssuePrinted(PRINTED)
    before = [_state(photo) for photo in photos]
    _set_slots(everything, wanted)
    for photo in photos:
        _describe(photo, wish)
    if wish.is_cover and photos[0].activity_id is not None:
        _make_cover(photos[0])
    changes = [
        (photo.id, was, {key: value for key, value in _state(photo).items() if value != was[key]})
        for photo, was in zip(photos, before, strict=True)
    ]
    record(
        by,
        "photo.arrange",
        photos[0],
        before={"photos": {photo_id: {key: was[key] for key in now} for photo_id, was, now in changes}},
        after={"month": of.month, "photos": {photo_id: now for photo_id, _was, now in changes}},
    )
    return photos


def order_photos(of: GroupMonth, photo_ids: Sequence[int], *, by: Doer) -> None:
    """Lay the month's photos out anew: those on the board among themselves, the others among themselves. What is not
    named keeps its order behind what is."""
    everything = queries.month_photos(of.group_id, of.month)
    slots = _slots(everything)
    wanted = board_choice.ordered(slots, photo_ids)
    if wanted != slots and of.is_printed:
        raise IssuePrinted(PRINTED)
    rank = {photo_id: number for number, photo_id in enumerate(photo_ids)}
    rest = [photo for photo in everything if photo.id not in slots]
    places = [number for number, photo in enumerate(everything, 1) if photo.id not in slots]
    for number, photo in enumerate(everything, 1):
        photo.position = number
    rest.sort(key=lambda photo: rank.get(photo.id, len(rank)))
    for number, photo in zip(places, rest, strict=True):
        photo.position = number
    if not everything:
        return
    _set_slots(everything, wanted)
    laid = [*sorted(wanted, key=lambda photo_id: wanted[photo_id]), *(photo.id for photo in rest)]
    record(by, "photo.order", everything[0], after={"month": of.month, "photos": laid})


def move_to_month(
    of: GroupMonth, photo_ids: Collection[int], *, to: Month, by: Doer
) -> tuple[list[Photo], list[Photo]]:
    """Photos of a wrong month go to the inbox of another one, behind those that lie there: activity, cover and board
    slot stay behind. Those moved, and those left because the other month has (or had withdrawn) the same bytes."""
    everything, chosen = _chosen(of, photo_ids)
    if to == of.month:
        raise NotThisMonth(f"照片就在{to.label}。请选别的月份。")
    there = queries.known_bytes(of.group_id, to)
    photos = [photo for photo in chosen if photo.content_hash not in there]
    if not photos:
        raise AlreadyThere(f"选的照片{to.label}都已有过同一张，没有移。这里多出来的，可以撤下。")
    if of.is_printed and any(photo.board_slot for photo in photos):
        raise IssuePrinted("选的照片里有的在已付印的版面上。请先撤回付印，或只选不在版面上的，再移。")
    check_room(of.group_id, to, len(photos))
    before = {photo.id: _state(photo) for photo in photos}
    _set_slots(everything, _wanted(_slots(everything), photos, BoardChoice.OFF))
    last = queries.last_position(of.group_id, to)
    try:
        with db.session.begin_nested():
            for number, photo in enumerate(photos, last + 1):
                photo.month, photo.position = to, number
                photo.activity_id, photo.is_cover = None, False
    except IntegrityError as error:  # the same bytes came there at the same moment
        raise AlreadyThere("刚有人往那个月传了同一张。请再移一次。") from error
    after = {"month": to, "photos": [photo.id for photo in photos]}
    record(by, "photo.change-month", photos[0], before={"month": of.month, "photos": before}, after=after)
    return photos, [photo for photo in chosen if photo not in photos]


def withdraw_photos(of: GroupMonth, photo_ids: Collection[int], *, reason: str, by: Doer) -> list[Photo]:
    """As one photo is withdrawn, off a printed board page too; one reason and one line of the trail for all."""
    reason = why(reason)
    everything, photos = _chosen(of, photo_ids)
    slots = _slots(everything)
    _set_slots(everything, _wanted(slots, photos, BoardChoice.OFF))
    for photo in photos:
        take_out(photo, reason)
    after = {"month": of.month, "photos": [photo.id for photo in photos], "reason": reason}
    record(by, "photo.withdraw", photos[0], before={"slot": {one.id: slots.get(one.id) for one in photos}}, after=after)
    return photos


def _chosen(of: GroupMonth, photo_ids: Collection[int]) -> tuple[Sequence[Photo], list[Photo]]:
    """All of the month, and those that were ticked."""
    everything = queries.month_photos(of.group_id, of.month)
    photos = [photo for photo in everything if photo.id in photo_ids]
    if not photos:
        raise NothingChosen("还没有选照片。请点选要改的几张，再存。")
    return everything, photos


def _check(of: GroupMonth, wish: Arrangement) -> None:
    if wish.is_empty:
        raise NothingChosen("还没有说要改什么。请选活动、写说明或选版面，再存。")
    if wish.activity_id and not queries.takes_part(wish.activity_id, of.group_id, of.month):
        raise NotThisMonth("选的活动不在这个小组的这个月里。请重选。")


def _slots(photos: Sequence[Photo]) -> dict[int, int]:
    return {photo.id: photo.board_slot for photo in photos if photo.board_slot is not None}


def _wanted(slots: Mapping[int, int], photos: Sequence[Photo], choice: BoardChoice | None) -> Mapping[int, int]:
    if choice is None:
        return slots
    wanted = board_choice.chosen(slots, photos[0].id, choice)
    for photo in photos[1:]:
        wanted = board_choice.chosen(wanted, photo.id, BoardChoice.ON if choice is BoardChoice.LEAD else choice)
    return wanted


def _set_slots(photos: Sequence[Photo], wanted: Mapping[int, int]) -> None:
    for photo in photos:
        photo.board_slot = wanted.get(photo.id)


def _describe(photo: Photo, wish: Arrangement) -> None:
    """A cover that goes to another activity is that one's cover no more."""
    if wish.caption:
        photo.caption = wish.caption
    if wish.activity_id is not None and (wish.activity_id or None) != photo.activity_id:
        photo.activity_id, photo.is_cover = wish.activity_id or None, False


def _make_cover(photo: Photo) -> None:
    """An activity has one cover at most, whichever group took it."""
    db.session.flush()
    db.session.execute(
        update(Photo).where(Photo.activity_id == photo.activity_id, Photo.is_cover.is_(True)).values(is_cover=False)
    )
    photo.is_cover = True


def _state(photo: Photo) -> dict[str, Any]:
    return {
        "activity": photo.activity_id,
        "caption": photo.caption,
        "slot": photo.board_slot,
        "cover": photo.is_cover,
    }
