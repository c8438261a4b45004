"""Starting: from nothing, again, and twice at once."""

import hashlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import create_engine, inspect, text

from app import create_app, start
from app.foundation import unit_of_work
from app.foundation.db import db
from tests.fixtures.database import ENGINE, migrate, server_run, server_url, settings_for
from tests.fixtures.server import ROOT, Server, free_port

HEAD = (ROOT / "migrations" / "head.txt").read_text().strip()
# Changed by any reading of a SQLite file in WAL mode.
RESTLESS = {"database.sqlite3-wal", "database.sqlite3-shm", "start.lock"}


@pytest.fixture
def nothing(tmp_path: Path, worker: str) -> Iterator[tuple[Path, str]]:
    """An empty data folder and the address of an empty database."""
    folder = tmp_path / "var"
    if ENGINE == "sqlite":
        yield folder, f"sqlite:///{folder / 'database.sqlite3'}"
        return
    name = f"started_{worker}"
    server_run(f"CREATE DATABASE {name}")
    yield folder, server_url(name)
    server_run(f"DROP DATABASE {name} WITH (FORCE)")


def rows(url: str) -> dict[str, list[str]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
            for table in inspect(connection).get_table_names()
        }
    engine.dispose()
    return found


def files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in RESTLESS
    }


def test_two_started_together_on_nothing_both_come_up(nothing: tuple[Path, str]) -> None:
    folder, url = nothing
    with Server(folder, DATABASE_URL=url) as one, Server(folder, DATABASE_URL=url) as two:
        one.wait()
        two.wait()
    assert [server.output().count(f"→ {HEAD}") for server in (one, two)] in ([1, 0], [0, 1])
    tables = rows(url)
    assert tables["alembic_version"] == [f"('{HEAD}',)"]
    # No demo and no account in an installation that did not ask for them.
    assert {name for name, found in tables.items() if found} == {"alembic_version"}


def test_a_second_start_serves_at_once_and_changes_nothing(nothing: tuple[Path, str]) -> None:
    folder, url = nothing
    with Server(folder, DATABASE_URL=url) as first:
        first.wait()
    before = rows(url), files(folder)
    with Server(folder, DATABASE_URL=url) as second:
        second.wait(20)
    assert (rows(url), files(folder)) == before
    assert second.output().splitlines() == [f"地址  {second.address}/", "按 Ctrl+C 停止。"]


def test_the_secret_is_for_its_owner_alone(nothing: tuple[Path, str]) -> None:
    folder, url = nothing
    with Server(folder, DATABASE_URL=url) as server:
        server.wait()
    assert oct((folder / "secret_key").stat().st_mode & 0o777) == "0o600"


def set_version(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def refused(folder: Path, **environment: str) -> tuple[int, list[str]]:
    """Exit code and what was said by a start that must not come up."""
    with Server(folder, **environment) as server:
        server.process.wait(60)
    return server.process.returncode, server.output().splitlines()


def test_an_older_database_is_brought_up_in_one_step(nothing: tuple[Path, str]) -> None:
    """Two starts together: one does it, and both come up."""
    folder, url = nothing
    folder.mkdir()
    app = create_app(settings_for(folder, url))
    with app.app_context():
        flask_migrate.upgrade(revision="0001")
        with unit_of_work.transaction():
            db.session.execute(
                text(
                    "INSERT INTO committee (name, path, is_demo, created_at) VALUES ('老', '/1/', false, '2026-01-01')"
                )
            )
        db.engine.dispose()
    with Server(folder, DATABASE_URL=url) as one, Server(folder, DATABASE_URL=url) as two:
        one.wait()
        two.wait()
    said = [server.output().count(f"数据库升级：0001 → {HEAD}") for server in (one, two)]
    assert sorted(said) == [0, 1]
    tables = rows(url)
    assert tables["alembic_version"] == [f"('{HEAD}',)"]
    assert [row for row in tables["committee"] if "老" in row] == tables["committee"] != []


def test_a_newer_database_is_left_alone(nothing: tuple[Path, str]) -> None:
    folder, url = nothing
    folder.mkdir()
    migrate(settings_for(folder, url))
    set_version(url, "9999")
    before = rows(url)
    assert refused(folder, DATABASE_URL=url) == (
        1,
        [f"数据库的版本（9999）比程序（{HEAD}）新，程序没有启动，数据没有动过。请换回新版程序，或从备份恢复。"],
    )
    assert rows(url) == before


def test_a_port_in_use_is_said_before_anything_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = (
            f"127.0.0.1:{port} 已有程序在用，可能本系统已经启动。"
            f"请先停掉它，或换一个端口，例如：PORT={port + 1} make run"
        )
        assert refused(folder, PORT=str(port)) == (1, [said])
    assert folder.exists() is False


def test_an_address_that_is_not_ours_is_said(tmp_path: Path) -> None:
    said = "不能在 192.0.2.1:8000 上提供服务。请检查设置 HOST（本机的地址）和 PORT（1 到 65535）。"
    assert refused(tmp_path / "var", HOST="192.0.2.1", PORT="8000") == (1, [said])


def test_a_setting_that_is_no_number_is_said(tmp_path: Path) -> None:
    code, said = refused(tmp_path / "var", PORT="八千")
    assert (code, len(said), "八千" in said[0], said[0].startswith("有一项设置应当是数字")) == (1, 1, True, True)


def test_an_s3_store_without_its_keys_is_said(tmp_path: Path) -> None:
    said = (
        "照片库的设置不对：STORAGE_URL names an S3 store: set S3_ACCESS_KEY and S3_SECRET_KEY too。见 docs/running.md"
    )
    url = "s3://photos?endpoint=http://127.0.0.1:9"
    assert refused(tmp_path / "var", STORAGE_URL=url) == (1, [said])


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize(("arguments", "with_demo"), [([], False), (["--demo"], True)])
def test_what_prepares_is_another_process_than_what_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], *, with_demo: bool
) -> None:
    """The S3 client that fills the demo has threads, which the forks that serve would not have."""
    noted = tmp_path / "prepared by"
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PORT", str(free_port()))
    monkeypatch.setattr(start, "prepare", lambda _app, *, with_demo: noted.write_text(f"{os.getpid()} {with_demo}"))
    served = []
    monkeypatch.setattr(start, "serve", lambda _settings: served.append(os.getpid()))
    start.main(arguments)
    process, demo = noted.read_text().split()
    assert (process != str(os.getpid()), demo, served) == (True, str(with_demo), [os.getpid()])
