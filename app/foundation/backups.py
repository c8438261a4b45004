"""A copy of everything, taken while the site runs, and the way back.

The database is copied first, in one read transaction, and the files after it: a file is always on disk before the row
that names it, so every row of the copy finds its file. A plain copy of a live SQLite file would lack what its
write-ahead log still holds. The backup appears under its name only when it is whole.
"""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, make_url, text

from app.foundation.db import db
from app.foundation.storage import LocalStorage, Storage, fsync_folder

MANIFEST = "manifest.json"
SQLITE_COPY = "database.sqlite3"
POSTGRESQL_DUMP = "database.dump"
FILES = "files"


class BackupError(Exception):
    """A backup or a restore that cannot be done; the text says what to do."""


def back_up(target: Path, storage: Storage, *, at: datetime) -> dict[str, Any]:
    """Write the backup folder `target`, which must not exist, and return its manifest."""
    if target.exists():
        raise BackupError(f"{target} is there already: name a new folder")
    draft = target.with_name(f"{target.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    database = _copy_database(draft)
    copies = LocalStorage(draft / FILES)
    files = 0
    for file in storage.iterate():
        with storage.open(file.key) as content:
            if copies.put(content) != file.key:
                raise BackupError(f"file {file.key} is damaged: run `flask --app app verify`")
        files += 1
    manifest = {
        "made_at": at.isoformat(timespec="seconds"),
        "database": database.name,
        "sha256": _digest(database),
        "files": files,
    }
    _write(draft / MANIFEST, json.dumps(manifest, indent=2))
    draft.rename(target)
    fsync_folder(target.parent)
    return manifest


def _copy_database(folder: Path) -> Path:
    if db.engine.dialect.name == "sqlite":
        path = folder / SQLITE_COPY
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")  # VACUUM takes its own transaction
            connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
            connection.exec_driver_sql("BEGIN")
        _fsync(path)
        return path
    path = folder / POSTGRESQL_DUMP
    _run_postgresql("pg_dump", "--format=custom", "--no-owner", "--file", str(path), "--dbname")
    return path


def _run_postgresql(program: str, *arguments: str) -> None:
    """PostgreSQL's own programs; the password goes by the environment, never by the command line."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is needed for a PostgreSQL database: apt-get install postgresql-client")
    url = make_url(db.engine.url)
    address = url.set(drivername="postgresql", password=None).render_as_string()
    environment = {**os.environ, **({"PGPASSWORD": url.password} if url.password else {})}
    done = subprocess.run(  # noqa: S603 - a fixed program with our own address
        [program, *arguments, address], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"{program}: {done.stderr.strip()}")


def restore(source: Path, storage: Storage) -> dict[str, Any]:
    """Bring a backup into an empty installation; refuses one that holds anything, and a backup that is not whole."""
    manifest = _manifest(source)
    if _tables():
        raise BackupError("this installation is not empty: restore into a new DATA_DIR or an empty database")
    if next(storage.iterate(), None) is not None:
        raise BackupError("the file store is not empty: restore into a new STORAGE_URL")
    for _key, path in _files(source):
        with path.open("rb") as content:
            storage.put(content)
    _bring_database(source / manifest["database"])
    return manifest


def _manifest(source: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
    except FileNotFoundError as error:
        raise BackupError(f"{source} is no backup: it has no {MANIFEST}") from error
    if _digest(source / manifest["database"]) != manifest["sha256"]:
        raise BackupError(f"{source / manifest['database']} is damaged: take another backup")
    files = list(_files(source))
    if manifest["files"] != len(files):
        raise BackupError(f"{source / FILES} does not hold {manifest['files']} files: take another backup")
    for key, path in files:
        if _digest(path) != key:
            raise BackupError(f"{path} is damaged: take another backup")
    return manifest


def _files(source: Path) -> Iterator[tuple[str, Path]]:
    folder = LocalStorage(source / FILES)
    for file in folder.iterate():
        yield file.key, folder.root / file.key[:2] / file.key


def _tables() -> list[str]:
    with db.engine.connect() as connection:
        return inspect(connection).get_table_names()


def _bring_database(copy: Path) -> None:
    is_sqlite = db.engine.dialect.name == "sqlite"
    if is_sqlite != (copy.name == SQLITE_COPY):
        raise BackupError("the backup is of the other kind of database: set DATABASE_URL to the kind it was taken from")
    if not is_sqlite:
        _run_postgresql("pg_restore", "--no-owner", "--single-transaction", "--exit-on-error", str(copy), "--dbname")
        return
    place = Path(str(db.engine.url.database))
    db.engine.dispose()
    for leftover in place.parent.glob(f"{place.name}*"):
        leftover.unlink()
    draft = place.with_name(f"{place.name}.part")
    shutil.copyfile(copy, draft)
    _fsync(draft)
    draft.rename(place)
    fsync_folder(place.parent)
    with db.engine.connect() as connection:  # into WAL again, and whole
        if connection.execute(text("PRAGMA integrity_check")).scalar() != "ok":
            raise BackupError(f"{copy} is damaged: take another backup")


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise BackupError(f"{path} is missing: take another backup") from error


def _fsync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _write(path: Path, content: str) -> None:
    with path.open("w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
