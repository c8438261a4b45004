"""Acts on photos and the month's issue. A photo is evidence, never points.

Files are stored before the row is written: `keep_files` needs no transaction, `add_photo` needs one and is short.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from app.activities import board_choice, photo_queries
from app.activities.board_choice import BoardChoice
from app.activities.details import PhotoDetails
from app.activities.models import Activity, ActivityGroup, Sitting
from app.activities.photo_models import MonthIssue, Photo
from app.activities.photo_queries import GroupMonth
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.images import PreparedPhoto
from app.foundation.storage import Storage

MAX_PHOTOS_A_MONTH = 200
PRINTED = "本期版面已付印。要换照片、改说明或调次序，请先撤回付印。"


class SamePhoto(Conflict):
    """The group's month has a photo of these very bytes; `photo` is that one."""

    def __init__(self, photo: Photo) -> None:
        super().__init__("这张照片本月已经传过，不用再传。")
        self.photo = photo


class UploadIdTaken(Conflict):
    """The same upload id came with other bytes: the client's fault."""


class PhotoWithdrawn(Conflict):
    """A late repeat of a try whose photo was withdrawn meanwhile must not bring it back; choosing it anew does."""


class MonthFull(Refused):
    pass


class NotThisMonth(Refused):
    """A photo is put to an activity that is not one of its group's month."""


class PhotoChanged(Conflict):
    """Somebody saved the same photo after the form was opened."""


class IssuePrinted(Conflict):
    """The month's board page is printed; what stands on it does not change silently."""


class IssueNotPrinted(Conflict):
    pass


class LeadPhotoMissing(Refused):
    """Photos are chosen for the board page, but none of them leads."""


class ReasonMissing(Refused):
    """A withdrawal, or a printed issue taken back, without a reason."""


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """What the row needs to know of a photo whose files are stored."""

    content_hash: str
    original_key: str | None
    original_type: str
    original_bytes: int
    display_key: str
    width: int
    height: int
    thumb_key: str
    thumb_width: int
    thumb_height: int
    taken_at: datetime | None


def keep_files(photo: PreparedPhoto, *, to: Storage, originals: bool) -> KeptFiles:
    """Store the copies, and the original where the installation keeps originals."""
    return KeptFiles(
        content_hash=photo.sha256,
        original_key=to.put(photo.original) if originals else None,
        original_type=photo.mime,
        original_bytes=len(photo.original),
        display_key=to.put(photo.display.content),
        width=photo.display.width,
        height=photo.display.height,
        thumb_key=to.put(photo.thumb.content),
        thumb_width=photo.thumb.width,
        thumb_height=photo.thumb.height,
        taken_at=photo.taken_at,
    )


def add_photo(to: GroupMonth, files: KeptFiles, *, upload_id: str, by: Doer, activity_id: int | None = None) -> Photo:
    """A photo for the group's month. The same try answers the same photo; the same bytes again raise SamePhoto.

    Without an activity the photo goes to the only one of its own day, else to the month's inbox. A withdrawn photo
    that is sent again comes back.
    """
    if activity_id is not None and not photo_queries.takes_part(activity_id, to.group_id, to.month):
        raise NotThisMonth("选的活动不在这个小组的这个月里。请重选活动，或先放进本月照片。")
    earlier = _earlier(to, files, upload_id, by)
    if earlier is not None:
        return earlier
    if photo_queries.photo_count(to.group_id, to.month) >= MAX_PHOTOS_A_MONTH:
        raise MonthFull(f"本月已有 {MAX_PHOTOS_A_MONTH} 张照片，够用了。请先撤下不用的再传。")
    photo = Photo(
        committee_id=to.place.committee_id,
        branch_id=to.place.branch_id,
        group_id=to.group_id,
        month=to.month,
        activity_id=activity_id or _activity_of_the_day(to, files.taken_at),
        upload_id=upload_id,
        uploaded_by_id=by.account_id,
        position=_last_position(to) + 1,
    )
    _fill(photo, files, by)
    try:
        with db.session.begin_nested():
            db.session.add(photo)
    except IntegrityError:  # the same try or the same bytes arrived at the same moment
        earlier = _earlier(to, files, upload_id, by)
        if earlier is None:
            raise
        return earlier
    record(
        by, "photo.add", photo, after={"month": to.month, "content": files.content_hash, "activity": photo.activity_id}
    )
    return photo


def _earlier(to: GroupMonth, files: KeptFiles, upload_id: str, by: Doer) -> Photo | None:
    known = photo_queries.earlier_photos(
        to.group_id, to.month, account_id=by.account_id, upload_id=upload_id, content_hash=files.content_hash
    )
    same_try = next((one for one in known if (one.uploaded_by_id, one.upload_id) == (by.account_id, upload_id)), None)
    if same_try is not None and same_try.content_hash != files.content_hash:
        raise UploadIdTaken("这次上传的编号已用过。请刷新页面后重新选这张照片。")
    found = same_try or next(iter(known), None)
    if found is None:
        return None
    if found.withdrawn_at is not None:
        if found is same_try:
            raise PhotoWithdrawn("这张照片已撤下。要再用，请重新选一次。")
        return _restored(found, files, by)
    if found is not same_try:
        raise SamePhoto(found)
    return found


def _restored(photo: Photo, files: KeptFiles, by: Doer) -> Photo:
    photo.withdrawn_at, photo.withdrawn_reason = None, ""
    _fill(photo, files, by)
    record(by, "photo.restore", photo, after={"month": photo.month, "content": files.content_hash})
    return photo


def _fill(photo: Photo, files: KeptFiles, by: Doer) -> None:
    photo.content_hash = files.content_hash
    photo.original_key, photo.original_type = files.original_key, files.original_type
    photo.original_bytes = files.original_bytes
    photo.display_key, photo.width, photo.height = files.display_key, files.width, files.height
    photo.thumb_key, photo.thumb_width, photo.thumb_height = files.thumb_key, files.thumb_width, files.thumb_height
    photo.taken_at = files.taken_at.isoformat(timespec="seconds") if files.taken_at else None
    photo.uploaded_by, photo.uploaded_at = by.name, clock.now()


def _activity_of_the_day(to: GroupMonth, taken_at: datetime | None) -> int | None:
    if taken_at is None:
        return None
    day = taken_at.date()
    found = db.session.scalars(
        select(Activity.id)
        .join(ActivityGroup, ActivityGroup.activity_id == Activity.id)
        .where(
            ActivityGroup.group_id == to.group_id,
            ActivityGroup.month == to.month,
            or_(
                Activity.held_on == day,
                select(Sitting.number).where(Sitting.activity_id == Activity.id, Sitting.held_on == day).exists(),
            ),
        )
        .order_by(Activity.id)
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None


def _last_position(to: GroupMonth) -> int:
    last = select(Photo.position).where(Photo.group_id == to.group_id, Photo.month == to.month)
    return db.session.scalar(last.order_by(Photo.position.desc()).limit(1)) or 0


# ------------------------------------------------------------------ captions, order, board


def describe_photo(photo: Photo, details: PhotoDetails, *, version: int, by: Doer) -> None:
    """Which activity a photo belongs to, what it shows, and whether it stands on the board page."""
    if photo.version != version:
        raise PhotoChanged("这张照片刚被别人改过。您写的还在，请核对后再存。")
    changed = details.activity_id != photo.activity_id
    if changed and details.activity_id and not photo_queries.takes_part(
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
        rest = [one for one in photo_queries.month_photos(photo.group_id, photo.month) if one.board_slot is None]
        at = rest.index(photo)
        rest.insert(max(0, at + step), rest.pop(at))
        positions = sorted(one.position for one in rest)
        for position, one in zip(positions, rest, strict=True):
            one.position = position
        place = photo.position
    record(by, "photo.move", photo, after={"place": place})


def withdraw_photo(photo: Photo, *, reason: str, by: Doer) -> None:
    """Take a photo out of everything that is shown, a printed board page too: it may show what must not be shown."""
    if not reason.strip():
        raise ReasonMissing("请写明撤下的原因，一句话即可。")
    photo.withdrawn_at, photo.withdrawn_reason = clock.now(), reason.strip()[:200]
    photo.is_cover = False
    slots = _slots(photo)
    _set_slots(photo, board_choice.chosen(slots, photo.id, BoardChoice.OFF))
    photo.board_slot = None
    record(by, "photo.withdraw", photo, before={"slot": slots.get(photo.id)}, after={"reason": photo.withdrawn_reason})


def _slots(photo: Photo) -> dict[int, int]:
    rows = photo_queries.board_photos(photo.group_id, photo.month)
    return {row.id: row.board_slot for row in rows if row.board_slot is not None}


def _set_slots(photo: Photo, wanted: Mapping[int, int]) -> None:
    for one in photo_queries.month_photos(photo.group_id, photo.month):
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


# ------------------------------------------------------------------ the month's issue


def _printed(photo: Photo) -> bool:
    issue = photo_queries.issue(photo.group_id, photo.month)
    return issue is not None and issue.printed_at is not None


def print_issue(of: GroupMonth, *, by: Doer) -> MonthIssue:
    """付印: from now on the branch sees the month's board page. Photos are not asked for; a lead photo is, where
    photos stand on the page."""
    slots = [photo.board_slot for photo in photo_queries.board_photos(of.group_id, of.month)]
    if slots and board_choice.LEAD not in slots:
        raise LeadPhotoMissing("版面上有照片，还缺一张头条。请挑一张放到“头条”，再付印。")
    issue = photo_queries.issue(of.group_id, of.month)
    if issue is None:
        issue = MonthIssue(
            committee_id=of.place.committee_id, branch_id=of.place.branch_id, group_id=of.group_id, month=of.month
        )
        db.session.add(issue)
    elif issue.printed_at is not None:
        raise IssuePrinted(f"{of.month.label}的版面已经付印了。")
    issue.printed_at, issue.printed_by = clock.now(), by.name
    record(by, "month-issue.print", issue, after={"month": of.month, "photos": len(slots)})
    return issue


def reopen_issue(of: GroupMonth, *, reason: str, by: Doer) -> None:
    """Take a printed page back for a change; the wall's copy must be replaced, so the reason is kept."""
    issue = photo_queries.issue(of.group_id, of.month)
    if issue is None or issue.printed_at is None:
        raise IssueNotPrinted("这一期还没有付印。")
    if not reason.strip():
        raise ReasonMissing("请写明撤回付印的原因，一句话即可。")
    issue.printed_at = None
    record(by, "month-issue.reopen", issue, after={"reason": reason.strip()[:200]})
