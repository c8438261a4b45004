"""What one test leaves in its database, the next one does not find."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from tests.fixtures.database import Lend
from tests.fixtures.scene import Furnished

NEW = (
    "INSERT INTO committee (name, path, is_demo, created_at) VALUES ('另一个', '/9/', false, '2026-01-01') RETURNING id"
)


def everything(url: str) -> tuple[dict[str, list[str]], dict[str, list[str]], int]:
    """Columns, rows, and the number that the next row of a table gets."""
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = inspect(connection).get_table_names()
        columns = {table: [column["name"] for column in inspect(connection).get_columns(table)] for table in tables}
        rows = {
            table: sorted(repr(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))
            for table in tables
        }
        number = connection.execute(text(NEW)).scalar_one()
    engine.dispose()
    return columns, rows, int(number)


def do(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


@pytest.mark.parametrize(
    "statements",
    [
        ("DELETE FROM audit_line", "DELETE FROM sign_in"),
        ("UPDATE party_group SET sort_order = 99", "UPDATE alembic_version SET version_num = '0001'"),
        ("CREATE TABLE left_behind (id integer)", "UPDATE account SET name = '别人'"),
        ("ALTER TABLE member RENAME COLUMN name TO called",),
    ],
    ids=["deleted", "changed", "new table", "changed table"],
)
def test_the_next_test_finds_what_this_one_found(
    lend: Lend, furnished: Furnished, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    with lend(furnished.template, tmp_path) as url:
        before = everything(url)
    with lend(furnished.template, tmp_path) as url:
        do(url, *statements)
    with lend(furnished.template, tmp_path) as url:
        assert everything(url) == before
