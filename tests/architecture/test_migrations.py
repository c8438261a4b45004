"""Migrations go up, down and up again with data in the tables, and end at what the models say."""

from pathlib import Path
from typing import Any

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from app.accounts.actor import Command
from app.foundation import unit_of_work
from app.foundation.db import db
from tests.factories import Scene
from tests.inspections.rounds import published, scoring

ROOT = Path(__file__).parents[2]
TABLE_OF_ALEMBIC = "alembic_version"


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


Rows = dict[str, list[dict[str, Any]]]


def rows() -> Rows:
    """All rows of all tables, in an order that does not hang on the database."""
    with db.engine.connect() as connection:
        return {
            table: sorted(
                (dict(row) for row in connection.execute(text(f'SELECT * FROM "{table}"')).mappings()), key=repr
            )
            for table in inspect(connection).get_table_names()
            if table != TABLE_OF_ALEMBIC
        }


def known_to(schema: dict[str, set[str]], of: Rows) -> Rows:
    """What a schema has room for."""
    return {
        table: sorted(
            ({name: row[name] for name in sorted(row) if name in schema[table]} for row in of[table]), key=repr
        )
        for table in schema
        if table in of
    }


def schema() -> dict[str, set[str]]:
    found = inspect(db.engine)
    return {
        table: {column["name"] for column in found.get_columns(table)}
        for table in found.get_table_names()
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
    """Every step: what both schemas know is untouched, on the way down and on the way up again."""
    with app.app_context():
        with unit_of_work.transaction():
            accounts = [Command(login, scene.accounts[login]) for login in ("committee", "secretary2")]
            published(scoring(scene), accounts, {})
        db.session.remove()
        steps = [script.revision for script in scripts().walk_revisions()]
        before, highest = rows(), schema()
        assert all(before[table] for table in ("member", "inspection_round", "sheet", "mark", "group_result"))
        for revision in steps[1:]:
            flask_migrate.downgrade(revision=revision)
            assert known_to(highest, rows()) == known_to(schema(), before)
        lowest = {table: known for table, known in rows().items() if known}
        columns = {table: set(known[0]) for table, known in lowest.items()}
        for revision in reversed(steps[:-1]):
            flask_migrate.upgrade(revision=revision)
            assert known_to(columns, rows()) == known_to(schema(), lowest)
        flask_migrate.downgrade(revision="base")
        assert rows() == {}
        flask_migrate.upgrade()
        assert rows() == {table: [] for table in before}
