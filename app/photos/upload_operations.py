"""Taking photos in. A photo is evidence, never points.

Files are stored before the row is written: `keep_files` needs no transaction, `add_photo` needs one and is short.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from app.activities.models import Activity, ActivityGroup, Sitting
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.images import PreparedPhoto
from app.foundation.periods import Month
from app.foundation.storage import Storage
from app.photos import likeness_operations, queries
from app.photos.likeness_operations import NOT_COMPARED, Compared
from app.photos.models import Photo
from app.photos.queries import GroupMonth

MAX_PHOTOS_A_MONTH = 200


class MonthClosed(Refused):
    """A month that has not begun, or one too long ago."""


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


def check_month(month: Month, today: date, years_back: int) -> None:
    """Photos are taken for the running month and those before it, as many years back as the installation allows."""
    running = Month.of(today)
    if month > running:
        raise MonthClosed(f"{month.label}还没到，照片请放到{running.label}或更早的月份。")
    oldest = running.shift(-12 * years_back)
    if month < oldest:
        raise MonthClosed(
            f"{month.label}太久了，只收{oldest.label}以来的照片。请核对月份；确要补旧照片，请系统管理员放宽年限。"
        )


def open_months(today: date, years_back: int) -> list[Month]:
    """Those that `check_month` lets pass, the running one first."""
    running = Month.of(today)
    return [running.shift(-back) for back in range(12 * years_back + 1)]


def check_room(group_id: int, month: Month, coming: int = 1) -> None:
    if queries.photo_count(group_id, month) + coming > MAX_PHOTOS_A_MONTH:
        raise MonthFull(f"{month.label}最多 {MAX_PHOTOS_A_MONTH} 张照片，够用了。请先撤下不用的再加。")


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """What the row needs to know of a photo whose files are stored. `grey` is what it is compared by."""

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
    grey: bytes | None = None
    compared: Compared = NOT_COMPARED


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
        grey=photo.grey,
    )


def compared(files: KeptFiles, *, to: GroupMonth) -> KeptFiles:
    """With the photos that it looks like."""
    return replace(files, compared=likeness_operations.compare(files.grey, to.place))


def add_photo(to: GroupMonth, files: KeptFiles, *, upload_id: str, by: Doer, activity_id: int | None = None) -> Photo:
    """A photo for the group's month. The same try answers the same photo; the same bytes again raise SamePhoto.

    Without an activity the photo goes to the only one of its own day, else to the month's inbox. A withdrawn photo
    that is sent again comes back.
    """
    if activity_id is not None and not queries.takes_part(activity_id, to.group_id, to.month):
        raise NotThisMonth("选的活动不在这个小组的这个月里。请重选活动，或先放进本月照片。")
    earlier = _earlier(to, files, upload_id, by)
    if earlier is not None:
        return earlier
    check_room(to.group_id, to.month)
    photo = Photo(
        committee_id=to.place.committee_id,
        branch_id=to.place.branch_id,
        group_id=to.group_id,
        month=to.month,
        activity_id=activity_id or _activity_of_the_day(to, files.taken_at),
        upload_id=upload_id,
        uploaded_by_id=by.account_id,
        position=queries.last_position(to.group_id, to.month) + 1,
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
    after = {"month": to.month, "content": files.content_hash, "activity": photo.activity_id}
    record(by, "photo.add", photo, after=after | _alike(photo, files))
    return photo


def _alike(photo: Photo, files: KeptFiles) -> dict[str, object]:
    found = likeness_operations.keep(photo, files.compared)
    return {"alike": found} if found else {}


def _earlier(to: GroupMonth, files: KeptFiles, upload_id: str, by: Doer) -> Photo | None:
    known = queries.earlier_photos(
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
    after = {"month": photo.month, "content": files.content_hash}
    record(by, "photo.restore", photo, after=after | _alike(photo, files))
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
