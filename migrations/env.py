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


with _engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
    migrate(connection.execution_options(writes=True))
    if connection.dialect.name == "sqlite":
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.rollback()
