"""Migrations go up, down and up again with data in the tables, and end at what the models say."""

from pathlib import Path
from typing import Any

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from app.foundation.db import db
from tests.factories import Scene

ROOT = Path(__file__).parents[2]
TABLE_OF_ALEMBIC = "alembic_version"


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in an order that does not hang on the database."""
    with db.engine.connect() as connection:
        return {
            table: sorted((tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))), key=repr)
            for table in inspect(connection).get_table_names()
            if table != TABLE_OF_ALEMBIC
        }


def test_the_newest_migration_is_pinned() -> None:
    assert scripts().get_heads() == [(ROOT / "migrations" / "head.txt").read_text().strip()]


def test_migrations_are_numbered_in_their_order() -> None:
    revisions = [script.revision for script in reversed(list(scripts().walk_revisions()))]
    assert revisions == [f"{number:04}" for number in range(1, len(revisions) + 1)]
    for script in scripts().walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_the_schema_is_what_the_models_say(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.metadata) == []


def test_down_and_up_again_with_data(app: Flask, scene: Scene) -> None:
    """Every step: what the step below still knows is untouched on the way down and up again."""
    with app.app_context():
        db.session.remove()
        before = rows()
        assert before["member"] != []
        for script in scripts().walk_revisions():
            flask_migrate.downgrade(revision=str(script.down_revision or "base"))
            left = rows()
            assert left == {table: before[table] for table in left}
        assert left == {}
        flask_migrate.upgrade()
        assert rows() == {table: [] for table in before}
