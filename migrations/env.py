"""Runs migrations inside the application: one connection, one transaction, the house's engine rules.

SQLite changes tables by copying them, so foreign keys are switched off meanwhile and checked before the commit.
"""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import Connection, Enum, TypeDecorator

from app.foundation.db import Base

_engine = current_app.extensions["migrate"].db.engine


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Migrations name plain column types: our own types may change, a migration may not."""
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String(length={item.length})"
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


def compare_type(_context: Any, _inspected: Any, _column: Any, _found: Any, wanted: Any) -> bool | None:
    """Enums are plain text in the database."""
    return False if isinstance(wanted, Enum) else None


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=compare_type,
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            refuse_dangling(connection)


def foreign_keys(connection: Connection, *, hold: bool) -> None:
    """SQLite passes over this inside a transaction, and a statement of ours begins one: so the driver itself is told."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - the connection is open
    driver.execute(f"PRAGMA foreign_keys={'ON' if hold else 'OFF'}")


def refuse_dangling(connection: Connection) -> None:
    if found := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
        rows = "; ".join(f"{row[0]} row {row[1]} -> {row[2]}" for row in found[:10])
        raise RuntimeError(f"the migration leaves references to nothing: {rows}")


with _engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        foreign_keys(connection, hold=False)
        try:
            migrate(connection.execution_options(writes=True))
        finally:
            connection.rollback()
            foreign_keys(connection, hold=True)
    else:
        migrate(connection.execution_options(writes=True))
