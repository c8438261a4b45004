"""Acts on photos taken on the spot. Their files are stored first, as those of a month's photos (`keep_files`)."""

from app.activities.course import ReasonMissing
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict
from app.foundation.places import Place
from app.photos.site_photo_models import SitePhoto
from app.photos.upload_operations import KeptFiles


class AlreadyWithdrawn(Conflict):
    pass


def add_site_photo(place: Place, files: KeptFiles, *, by: Doer) -> SitePhoto:
    """The line in the audit trail is that of the finding or the answer that shows it."""
    photo = SitePhoto(
        committee_id=place.committee_id,
        branch_id=place.branch_id,
        group_id=place.group_id,
        content_hash=files.content_hash,
        display_key=files.display_key,
        width=files.width,
        height=files.height,
        thumb_key=files.thumb_key,
        uploaded_by_id=by.account_id,
        uploaded_by=by.name[:40],
        uploaded_at=clock.now(),
    )
    db.session.add(photo)
    db.session.flush()
    return photo


def withdraw_site_photo(photo: SitePhoto, *, reason: str, by: Doer) -> None:
    """It may show what must not be shown: nobody sees it from now on, and the sweeper takes its files."""
    if photo.withdrawn_at is not None:
        raise AlreadyWithdrawn("这张照片已经撤下了。")
    if not reason.strip():
        raise ReasonMissing("请写明撤下的原因，一句话即可。")
    photo.withdrawn_at, photo.withdrawn_reason = clock.now(), reason.strip()[:200]
    record(by, "site-photo.withdraw", photo, after={"reason": photo.withdrawn_reason})
