"""Starting: from nothing, again, and twice at once."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.fixtures.database import ENGINE, server_run, server_url
from tests.fixtures.server import Server

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
    assert [server.output().count("→ 0001") for server in (one, two)] in ([1, 0], [0, 1])
    tables = rows(url)
    assert tables["alembic_version"] == ["('0001',)"]
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
