"""Reads in the driver's own words: SQLAlchemy writes a statement once, and SQLite's driver runs it ever after.

The driver answers a page's read in some 10 us; to find the statement among those compiled and to set up a result costs
SQLAlchemy four times that. A row is a named tuple. Any other database, and a list that is written out for each call, go
the ordinary way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import BindParameter, Connection, CursorResult, Dialect, Executable, SelectBase
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.compiler import SQLCompiler

MOST_STATEMENTS = 1024
Change = Callable[[Any], Any]
"""Between a value of ours and one of the driver's: a day and its text, a state and its word."""


@dataclass(frozen=True, slots=True)
class Prepared:
    sql: str
    values: tuple[tuple[BindParameter[Any], Change | None], ...]
    changed: tuple[tuple[int, Change], ...]
    row: Callable[[Iterable[Any]], Any]

    def run(self, cursor: DBAPICursor, given: Mapping[str, Any]) -> list[Any]:
        sent = []
        for bind, change in self.values:
            value = given[bind.key] if bind.required or bind.key in given else bind.effective_value
            sent.append(value if change is None else change(value))
        cursor.execute(self.sql, sent)
        found = cursor.fetchall()
        return [self.row(row) for row in (map(self._read, found) if self.changed else found)]

    def _read(self, row: Iterable[Any]) -> list[Any]:
        cells = list(row)
        for place, change in self.changed:
            cells[place] = change(cells[place])
        return cells


def _named(columns: Iterable[str]) -> Callable[[Iterable[Any]], Any]:
    """A kind of row; `_mapping` is SQLAlchemy's name for its columns."""
    plain = namedtuple("Row", columns, rename=True)  # type: ignore[misc]  # noqa: PYI024 - named by the statement
    row: Any = type("Row", (plain,), {"__slots__": (), "_mapping": property(plain._asdict)})
    make: Callable[[Iterable[Any]], Any] = row._make
    return make


@lru_cache(MOST_STATEMENTS)
def prepared(statement: Executable, dialect: Dialect) -> Prepared | None:
    if dialect.name != "sqlite" or not isinstance(statement, SelectBase):
        return None
    written = statement.compile(dialect=dialect)
    assert isinstance(written, SQLCompiler)  # noqa: S101 - a statement, not a table
    if written.post_compile_params or written.literal_execute_params:
        return None
    binds = [written.binds[name] for name in written.positiontup or ()]
    types = [entry.type.dialect_impl(dialect) for entry in written._result_columns]  # noqa: SLF001
    changes = [type_.result_processor(dialect, None) for type_ in types]
    return Prepared(
        str(written),
        tuple((bind, bind.type.dialect_impl(dialect).bind_processor(dialect)) for bind in binds),
        tuple((place, change) for place, change in enumerate(changes) if change is not None),
        _named(statement.selected_columns.keys()),
    )


class Rows(list[Any]):
    """What was found, under the words of SQLAlchemy's own results."""

    def all(self) -> "Rows":
        return self

    def first(self) -> Any:
        return self[0] if self else None

    def one(self) -> Any:
        (only,) = self
        return only

    def mappings(self) -> list[dict[str, Any]]:
        return [row._asdict() for row in self]


def run(connection: Connection, statement: Executable, given: Mapping[str, Any]) -> CursorResult[Any]:
    ready = prepared(statement, connection.dialect)
    # Whoever listens (tests count statements) is heard by the ordinary way, and an error has its usual name there.
    if ready is None or connection.dispatch.before_cursor_execute:
        return connection.execute(statement, given)
    cursor = connection.connection.cursor()
    try:
        return cast("CursorResult[Any]", Rows(ready.run(cursor, given)))
    except connection.dialect.loaded_dbapi.Error:
        return connection.execute(statement, given)
    finally:
        cursor.close()
