"""Looking after the files of the photos: are they whole, making the copies anew, taking away what nobody shows.

These run for a long time beside the site. Files are read outside any transaction; what is changed is looked at again
inside a write transaction of its own, so each may be stopped at any moment and started again.
"""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import update

from app.audit.operations import Doer, record
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.fingerprints import small_grey
from app.foundation.images import prepare
from app.foundation.storage import FileMissing, Storage, is_whole
from app.photos import likeness_operations, store_queries
from app.photos.models import Photo
from app.photos.queries import LIVE
from app.photos.store_queries import PhotoFiles

# An upload puts its files first and writes the row some seconds later: nothing younger is taken away.
YOUNG = timedelta(hours=24)
# So many files without a row are rather another installation's photos than leftovers.
STRANGE = 100

MISSING, ALTERED = "文件不在", "文件内容已变"


class StrangeStore(Refused):
    """Most of the store belongs to no photo: the wrong database, or the wrong store."""


# ------------------------------------------------------------------ are they whole


@dataclass
class FileReport:
    """`unnamed_files`: no photo names them, withdrawn ones included. They are no fault: the sweeper takes them."""

    files: int = 0
    unnamed_files: int = 0
    problems: list[str] = field(default_factory=list)


def verify_files(store: Storage) -> FileReport:
    report = FileReport()
    seen: set[str] = set()
    _verify(store, "照片", store_queries.live_photo_files(), seen, report)
    _verify(store, "现场照片", store_queries.site_photo_files(), seen, report)
    seen.update(store_queries.withdrawn_keys())
    report.unnamed_files = sum(1 for file in store.iterate() if file.key not in seen)
    return report


def _verify(store: Storage, kind: str, rows: Iterable[PhotoFiles], seen: set[str], report: FileReport) -> None:
    for files in rows:
        for what, key in _described(files):
            if key not in seen:
                seen.add(key)
                report.files += 1
                # A photo may be withdrawn and its file swept while we look.
                if (fault := _fault(store, key)) and store_queries.is_live(key):
                    report.problems.append(f"{kind} {files.photo_id} 的{what} {key}：{fault}")


def _described(files: PhotoFiles) -> Iterator[tuple[str, str]]:
    for what, key in (("原图", files.original_key), ("展示图", files.display_key), ("缩略图", files.thumb_key)):
        if key is not None:
            yield what, key


def _fault(store: Storage, key: str) -> str:
    try:
        return "" if is_whole(store, key) else ALTERED
    except FileMissing:
        return MISSING


# ------------------------------------------------------------------ the copies anew


@dataclass
class Rebuilt:
    """`changed`: the copies differ from those before, because the way of making them does. `compared`: the fingerprint
    is new or another than before."""

    photos: int = 0
    changed: int = 0
    compared: int = 0
    without_original: int = 0
    problems: list[str] = field(default_factory=list)


def rebuild_copies(store: Storage, rebuilt: Rebuilt, *, by: Doer, progress: Callable[[], None]) -> None:
    """Make every display copy and thumbnail again from its original; a missing or damaged copy is healed by that. And the
    fingerprint by which copies are known, where there is no original from the thumbnail."""
    for files in store_queries.live_photo_files():
        rebuilt.photos += 1
        if files.original_key is None:
            rebuilt.without_original += 1
            rebuilt.compared += _compare_thumb(files, store)
        else:
            try:
                _rebuild(files, store, rebuilt, by)
            except FileMissing:
                rebuilt.problems.append(f"照片 {files.photo_id} 的原图 {files.original_key}：{MISSING}")
            except Refused as refusal:
                rebuilt.problems.append(f"照片 {files.photo_id} 的原图 {files.original_key}：{refusal.message}")
        progress()


def _compare_thumb(files: PhotoFiles, store: Storage) -> bool:
    """A thumbnail that is gone is `verify`'s to name."""
    try:
        with store.open(files.thumb_key) as thumb:
            grey = small_grey(thumb.read())
    except (FileMissing, OSError):
        return False
    return likeness_operations.remember_anew(files.photo_id, grey)


def _rebuild(files: PhotoFiles, store: Storage, rebuilt: Rebuilt, by: Doer) -> None:
    with store.open(files.original_key or "") as original:
        content = original.read()
    photo = prepare(io.BytesIO(content), max_bytes=len(content))
    if photo.sha256 != files.original_key:
        raise Refused(ALTERED)
    copies: dict[str, object] = {
        "display_key": store.put(photo.display.content),
        "width": photo.display.width,
        "height": photo.display.height,
        "thumb_key": store.put(photo.thumb.content),
        "thumb_width": photo.thumb.width,
        "thumb_height": photo.thumb.height,
    }
    rebuilt.compared += likeness_operations.remember_anew(files.photo_id, photo.grey)
    if (copies["display_key"], copies["thumb_key"]) == (files.display_key, files.thumb_key):
        return
    with unit_of_work.transaction():
        rebuilt.changed += _use(files, copies, by)


def _use(files: PhotoFiles, copies: dict[str, object], by: Doer) -> bool:
    """Unless the photo was withdrawn or sent anew meanwhile. Its version stays: nobody's open form becomes stale."""
    row = update(Photo).where(Photo.id == files.photo_id, LIVE, Photo.original_key == files.original_key)
    if db.session.execute(row.values(**copies)).rowcount == 0:  # type: ignore[attr-defined]
        return False
    photo = db.session.get_one(Photo, files.photo_id)
    before = {"display_key": files.display_key, "thumb_key": files.thumb_key}
    record(by, "photo.rebuild", photo, before=before, after={name: copies[name] for name in before})
    return True


# ------------------------------------------------------------------ what nobody shows


@dataclass
class Swept:
    set_aside: int = 0
    erased: int = 0
    brought_back: int = 0
    unfinished: int = 0


def sweep(store: Storage, *, retention: timedelta, by: Doer, even_most: bool = False) -> Swept:
    """Put files that no shown photo names into quarantine, and erase what has lain there for the retention time.

    A photo that comes back while we look finds its file in the quarantine: the sweep ends, and every sweep begins,
    with bringing back what a photo names.
    """
    old = (clock.now() - YOUNG).timestamp()
    swept = Swept(unfinished=store.drop_unfinished(old) + store.quarantine.drop_unfinished(old))
    swept.brought_back = _bring_back_named(store)
    for key in _leftovers(store, old, even_most=even_most):
        swept.set_aside += _set_aside(key, store, old)
    swept.erased = _erase(store, (clock.now() - retention).timestamp(), by)
    swept.brought_back += _bring_back_named(store)
    return swept


def _leftovers(store: Storage, old: float, *, even_most: bool) -> list[str]:
    live = store_queries.live_keys()
    present = list(store.iterate())
    found = [file.key for file in present if file.stored_at < old and file.key not in live]
    if len(found) >= STRANGE and len(found) * 2 > len(present) and not even_most:
        raise StrangeStore(
            f"照片库里 {len(present)} 个文件有 {len(found)} 个不属于任何照片，什么也没有动。"
            "请核对 DATA_DIR、DATABASE_URL 和 STORAGE_URL 是不是同一个系统的；确实要清理，请加 --even-most。"
        )
    return found


def _set_aside(key: str, store: Storage, old: float) -> bool:
    """Copied first and outside the transaction; whether it is still nobody's is asked where no row can be written."""
    try:
        with store.open(key) as content:
            store.quarantine.put(content)
        with unit_of_work.transaction():
            if store_queries.is_live(key) or store.stat(key).stored_at >= old:
                return False
            return store.delete(key)
    except FileMissing:  # somebody else took it away
        return False


def _bring_back_named(store: Storage) -> int:
    lying = [file.key for file in store.quarantine.iterate()]
    if not lying:
        return 0
    live = store_queries.live_keys()
    return sum(_bring_back(key, store) for key in lying if key in live)


def _bring_back(key: str, store: Storage) -> bool:
    if store.exists(key) or not is_whole(store.quarantine, key):
        return False
    with store.quarantine.open(key) as content:
        store.put(content)
    return store.quarantine.delete(key)


def _erase(store: Storage, due: float, by: Doer) -> int:
    """A withdrawn photo's line in the audit trail says that its files are gone; leftovers never were a photo."""
    keys = {file.key for file in store.quarantine.iterate() if file.stored_at <= due}
    erased = 0
    for files in store_queries.withdrawn_photo_files():
        if own := [key for key in files.keys if key in keys]:
            with unit_of_work.transaction():
                gone = [key for key in own if _let_go(key, store)]
                if gone:
                    record(by, "photo.erase", db.session.get_one(Photo, files.photo_id), after={"files": gone})
            keys -= set(own)
            erased += len(gone)
    for key in sorted(keys):
        with unit_of_work.transaction():
            erased += _let_go(key, store)
    return erased


def _let_go(key: str, store: Storage) -> bool:
    if store_queries.is_live(key) and not store.exists(key):
        return False
    return store.quarantine.delete(key)
