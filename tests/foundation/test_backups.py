"""A backup taken while people work holds whole rows with their files, and comes back equal."""

import hashlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from app.foundation import unit_of_work
from app.foundation.backups import FILES, BackupError, back_up, restore
from app.foundation.db import db
from app.foundation.storage import Storage, storage
from app.organisation.models import Committee, Member
from tests import factories
from tests.fixtures.database import ENGINE, server_run, server_url, settings_for

MADE_AT = datetime(2026, 11, 16, tzinfo=UTC)


def all_rows() -> dict[str, list[str]]:
    with db.engine.connect() as connection:
        return {
            table: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
            for table in inspect(connection).get_table_names()
        }


def all_files(of: Storage) -> dict[str, str]:
    found = {}
    for file in of.iterate():
        with of.open(file.key) as content:
            found[file.key] = hashlib.sha256(content.read()).hexdigest()
    return found


@pytest.fixture
def live(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    app = make_app(STORAGE_URL=str(tmp_path / "photos"))
    with app.app_context(), unit_of_work.transaction():
        factories.small_factory()
    return app


@pytest.fixture
def empty(tmp_path: Path, worker: str) -> Any:
    """Another installation with nothing in it, not even tables."""
    folder = tmp_path / "empty"
    name = f"restored_{worker}"
    if ENGINE == "postgresql":
        server_run(f"CREATE DATABASE {name}")
    url = server_url(name) if ENGINE == "postgresql" else f"sqlite:///{folder / 'database.sqlite3'}"
    app = create_app(settings_for(folder, url, STORAGE_URL=str(folder / "photos")))
    yield app
    with app.app_context():
        db.engine.dispose()
    if ENGINE == "postgresql":
        server_run(f"DROP DATABASE {name} WITH (FORCE)")


def write_on(app: Flask, stop: threading.Event, count: list[int]) -> None:
    """As an upload does: the file first, then the row that names it (a member's name serves as the row here)."""
    while not stop.is_set():
        with app.app_context():
            key = storage().put(f"photo {count[0]}".encode())
            with unit_of_work.transaction():
                committee = db.session.scalars(db.select(Committee).order_by(Committee.id)).first()
                assert committee is not None
                db.session.add(
                    Member(committee_id=committee.id, staff_no=f"file{count[0]}", name=key[:40], created_at=MADE_AT)
                )
            count[0] += 1


def test_a_backup_while_writing_goes_on_comes_back_whole(live: Flask, empty: Flask, tmp_path: Path) -> None:
    stop, count = threading.Event(), [0]
    writer = threading.Thread(target=write_on, args=(live, stop, count))
    writer.start()
    try:
        while count[0] < 20:
            stop.wait(0.01)
        with live.app_context():
            manifest = back_up(tmp_path / "backup", storage(), at=MADE_AT)
        at_end = count[0]
    finally:
        stop.set()
        writer.join()
    with empty.app_context():
        restore(tmp_path / "backup", storage())
        named = set(db.session.scalars(db.select(Member.name).where(Member.staff_no.like("file%"))))
        files = all_files(storage())
        db.session.remove()
    assert named <= {key[:40] for key in files}
    assert 20 <= len(named) <= at_end + 1
    assert manifest["files"] == len(files)


def test_a_quiet_backup_comes_back_equal(live: Flask, empty: Flask, tmp_path: Path) -> None:
    with live.app_context():
        storage().put(b"one photo")
        before = all_rows(), all_files(storage())
        back_up(tmp_path / "backup", storage(), at=MADE_AT)
    with empty.app_context():
        restore(tmp_path / "backup", storage())
        assert (all_rows(), all_files(storage())) == before


def test_a_backup_never_writes_over_another(live: Flask, tmp_path: Path) -> None:
    with live.app_context():
        back_up(tmp_path / "backup", storage(), at=MADE_AT)
        with pytest.raises(BackupError, match="is there already"):
            back_up(tmp_path / "backup", storage(), at=MADE_AT)


def test_an_installation_in_use_is_never_restored_over(live: Flask, tmp_path: Path) -> None:
    with live.app_context():
        back_up(tmp_path / "backup", storage(), at=MADE_AT)
        with pytest.raises(BackupError, match="not empty"):
            restore(tmp_path / "backup", storage())


@pytest.mark.parametrize("damage", ["database", "file", "lost file", "manifest"])
def test_a_damaged_backup_is_refused_and_nothing_is_brought(
    live: Flask, empty: Flask, tmp_path: Path, damage: str
) -> None:
    with live.app_context():
        key = storage().put(b"one photo")
        manifest = back_up(tmp_path / "backup", storage(), at=MADE_AT)
    path = tmp_path / "backup" / FILES / key[:2] / key
    if damage == "database":
        with (tmp_path / "backup" / manifest["database"]).open("r+b") as file:
            file.seek(200)
            file.write(b"?")
    elif damage == "file":
        path.write_bytes(b"another photo")
    elif damage == "lost file":
        path.unlink()
    else:
        (tmp_path / "backup" / "manifest.json").unlink()
    with empty.app_context():
        with pytest.raises(BackupError):
            restore(tmp_path / "backup", storage())
        assert all_rows() == {}
