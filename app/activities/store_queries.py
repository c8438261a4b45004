"""Which files of the store the rows name."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from app.activities.photo_models import Photo
from app.activities.photo_queries import LIVE
from app.foundation.db import db

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


def live_files() -> Iterator[PhotoFiles]:
    """Of every photo that is shown, in the order of their ids, read in pages: each is a transaction of its own, so
    that looking at a hundred thousand files does not hold one open."""
    last = 0
    while page := _page(last):
        yield from page
        last = page[-1].photo_id


def _page(after: int) -> Sequence[PhotoFiles]:
    rows = db.session.execute(select(*_COLUMNS).where(LIVE, Photo.id > after).order_by(Photo.id).limit(PAGE)).all()
    db.session.rollback()
    return [PhotoFiles(*row) for row in rows]


def withdrawn_files() -> list[PhotoFiles]:
    rows = db.session.execute(select(*_COLUMNS).where(~LIVE).order_by(Photo.id)).all()
    db.session.rollback()
    return [PhotoFiles(*row) for row in rows]


def live_keys() -> set[str]:
    return {key for files in live_files() for key in files.keys}


def is_live(key: str) -> bool:
    """Whether a photo that is shown names the file now."""
    named = or_(Photo.display_key == key, Photo.thumb_key == key, Photo.original_key == key)
    return db.session.scalar(select(Photo.id).where(LIVE, named).limit(1)) is not None
