"""Which files of the store the rows name: photos of the months, and those taken on the spot."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import null, or_, select

from app.foundation.db import db
from app.photos.models import Photo
from app.photos.queries import LIVE
from app.photos.site_photo_models import SitePhoto

PAGE = 500


class PhotoFiles(NamedTuple):
    photo_id: int
    original_key: str | None
    display_key: str
    thumb_key: str

    @property
    def keys(self) -> list[str]:
        return [key for key in self[1:] if isinstance(key, str)]


_COLUMNS = (Photo.id, Photo.original_key, Photo.display_key, Photo.thumb_key)
_SHOWN = select(*_COLUMNS).where(LIVE).order_by(Photo.id)
_HIDDEN = select(*_COLUMNS).where(~LIVE).order_by(Photo.id)
_ON_THE_SPOT = select(SitePhoto.id, null(), SitePhoto.display_key, SitePhoto.thumb_key).order_by(SitePhoto.id)


def live_photo_files() -> Iterator[PhotoFiles]:
    """Of every photo of a month that is shown, in the order of their ids, read in pages: each is a transaction of its
    own, so that looking at a hundred thousand files does not hold one open."""
    return _in_pages(_SHOWN, Photo.id)


def site_photo_files() -> Iterator[PhotoFiles]:
    """The same of the photos taken on the spot; they have no original."""
    return _in_pages(_ON_THE_SPOT.where(SitePhoto.withdrawn_at.is_(None)), SitePhoto.id)


def _in_pages(files: Any, number: Any) -> Iterator[PhotoFiles]:
    last = 0
    while page := _page(files, number, last):
        yield from page
        last = page[-1].photo_id


def _page(files: Any, number: Any, after: int) -> Sequence[PhotoFiles]:
    rows = db.session.execute(files.where(number > after).limit(PAGE)).all()
    db.session.rollback()
    return [PhotoFiles(*row) for row in rows]


def withdrawn_photo_files() -> list[PhotoFiles]:
    return _all(_HIDDEN)


def withdrawn_keys() -> set[str]:
    hidden = (*_all(_HIDDEN), *_all(_ON_THE_SPOT.where(SitePhoto.withdrawn_at.is_not(None))))
    return {key for files in hidden for key in files.keys}


def _all(files: Any) -> list[PhotoFiles]:
    rows = db.session.execute(files).all()
    db.session.rollback()
    return [PhotoFiles(*row) for row in rows]


def live_keys() -> set[str]:
    return {key for source in (live_photo_files, site_photo_files) for files in source() for key in files.keys}


def is_live(key: str) -> bool:
    """Whether a photo that is shown names the file now."""
    named = or_(Photo.display_key == key, Photo.thumb_key == key, Photo.original_key == key)
    on_the_spot = or_(SitePhoto.display_key == key, SitePhoto.thumb_key == key)
    return (
        db.session.scalar(select(Photo.id).where(LIVE, named).limit(1)) is not None
        or db.session.scalar(select(SitePhoto.id).where(SitePhoto.withdrawn_at.is_(None), on_the_spot).limit(1))
        is not None
    )
