"""The database: engine settings, column types and the declarative base.

SQLite runs in WAL with synchronous FULL: NORMAL may lose commits that were already acknowledged when the power
goes. Transactions are begun by us, because the driver's own deferred BEGIN makes concurrent writers fail in
spite of the busy timeout: readers say BEGIN, writers BEGIN IMMEDIATE (see `unit_of_work`).
"""

import enum
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Executable,
    MetaData,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.pool import ConnectionPoolEntry

from app.foundation import prepared
from app.foundation.periods import Month, Quarter

BUSY_TIMEOUT_MS = 10_000


class Moment(TypeDecorator[datetime]):
    """An instant, stored as naive UTC, handed out aware; a naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class Exact(TypeDecorator[Fraction]):
    """An exact number as text ("8", "35/8"): neither a share of a maximum nor a mean need end in decimals."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


class MonthType(TypeDecorator[Month]):
    """A month as its text form, which sorts as time does."""

    impl = String(7)
    cache_ok = True

    def process_bind_param(self, value: Month | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Month | None:
        return None if value is None else Month.parse(value)


class QuarterType(TypeDecorator[Quarter]):
    """A quarter as its text form, which sorts as time does."""

    impl = String(7)
    cache_ok = True

    def process_bind_param(self, value: Quarter | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Quarter | None:
        return None if value is None else Quarter.parse(value)


def _values(kind: type[enum.Enum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            # Enums are kept as their values in plain text: a new state needs no change of a type in the database.
            enum.Enum: Enum(enum.Enum, native_enum=False, length=30, values_callable=_values),
            datetime: Moment,
            Month: MonthType,
            Quarter: QuarterType,
            dict[str, Any]: JSON,
            list[Any]: JSON,
        },
    )


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base  # Flask-SQLAlchemy makes its model class at run time, out of the checker's sight
else:
    Model = db.Model
migrate = Migrate()


LIKE_ESCAPE = "/"


def like_pattern(words: str) -> str:
    """For `column.like(…, escape=LIKE_ESCAPE)`: what holds the words as they are typed; % and _ stand for themselves."""
    for sign in (LIKE_ESCAPE, "%", "_"):
        words = words.replace(sign, LIKE_ESCAPE + sign)
    return f"%{words}%"


def fetch(statement: Executable, **values: Any) -> CursorResult[Any]:
    """Rows of a statement that was built once, at import, with its bound values.

    The session's own `execute` prepares for entities that such a statement does not have: with it a read costs twice.
    """
    session = db.session()
    session.flush()  # what the request changed so far is read too, as with the session's own `execute`
    return prepared.run(session.connection(), statement, values)


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # takes no lock, so it cannot fail for another's sake: said to the driver itself, every page begins with it
        connection.connection.cursor().execute("BEGIN").close()


def prepare_engine(engine: Engine) -> None:
    """Give an engine the house's transaction rules; other databases than SQLite keep their own."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def init_app(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, render_as_batch=True, compare_type=True)
    with app.app_context():
        prepare_engine(db.engine)
