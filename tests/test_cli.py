"""The operator's commands."""

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from app import create_app
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.storage import storage
from app.inspections.result_models import GroupResult
from app.inspections.slip_models import SheetSlip
from app.organisation.models import PartyGroup
from tests import factories
from tests.factories import Scene
from tests.fixtures.database import ENGINE, AppMaker, settings_for
from tests.fixtures.scene import ActorOf
from tests.inspections import rounds


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


@pytest.fixture
def app(make_app: AppMaker, tmp_path: Path) -> Flask:
    return make_app(STORAGE_URL=str(tmp_path / "photos"))


@pytest.fixture
def lived_in(app: Flask, scene: Scene, actor: ActorOf) -> Flask:
    """A photo with its files, an audit trail, a published quarter."""
    markers = [actor("committee"), actor("secretary2")]
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, scene.group)
        factories.photo(group, b"one", month=Month(2026, 11))
        rounds.published(rounds.scoring(scene), markers, {scene.group: {"A1": rounds.off("1")}})
    return app


def alter(app: Flask, statement: str) -> None:
    """As somebody with the database's password could."""
    with app.app_context(), db.engine.connect() as connection:
        changed = connection.execution_options(writes=True).execute(text(statement))
        assert changed.rowcount == 1
        connection.commit()


def test_a_whole_installation_passes(lived_in: Flask) -> None:
    answer = run(lived_in, "verify")
    assert (answer.exit_code, answer.output.split("，")[0], answer.output.rstrip()[-6:]) == (
        0,
        "照片文件 3 个",
        "问题 0 个",
    )


def test_a_deleted_file_is_found(lived_in: Flask) -> None:
    with lived_in.app_context():
        key = next(storage().iterate()).key
        storage().delete(key)
    answer = run(lived_in, "verify")
    assert (answer.exit_code, answer.output.count("文件不在"), key in answer.output) == (1, 1, True)


def test_an_altered_file_is_found(lived_in: Flask, tmp_path: Path) -> None:
    with lived_in.app_context():
        key = next(storage().iterate()).key
    (tmp_path / "photos" / key[:2] / key).write_bytes(b"another")
    answer = run(lived_in, "verify")
    assert (answer.exit_code, answer.output.count("文件内容已变")) == (1, 1)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_line SET actor = 'nobody' WHERE id = 2", "审计：audit line 2 was altered"),
        ("DELETE FROM audit_line WHERE id = 2", "审计：audit line 2 is missing"),
    ],
)
def test_an_altered_audit_line_is_found(lived_in: Flask, statement: str, found: str) -> None:
    alter(lived_in, statement)
    answer = run(lived_in, "verify")
    assert answer.exit_code == 1
    assert found in answer.output.splitlines()


def test_an_altered_frozen_mark_is_found(lived_in: Flask, scene: Scene) -> None:
    with lived_in.app_context(), unit_of_work.transaction():
        row = db.session.scalars(
            db.select(SheetSlip).join(GroupResult).where(GroupResult.group_id == scene.group)
        ).one()
        name = row.group_name
        row.slip = {**row.slip, "altered": True}
    answer = run(lived_in, "verify")
    assert answer.exit_code == 1
    assert next(name in line for line in answer.output.splitlines() if "校验码" in line) is True


def test_a_backup_comes_back_and_verifies(lived_in: Flask, tmp_path: Path) -> None:
    if ENGINE == "postgresql":
        answer = run(lived_in, "backup", str(tmp_path / "backup"))
        assert answer.exit_code == 0
        return  # coming back needs a second database: tests/foundation/test_backups.py has one
    assert run(lived_in, "backup", str(tmp_path / "backup")).exit_code == 0
    folder = tmp_path / "new"
    other = create_app(settings_for(folder, STORAGE_URL=str(folder / "photos")))
    answer = run(other, "restore", str(tmp_path / "backup"))
    assert (answer.exit_code, answer.output.rstrip().splitlines()[-1]) == (0, "核对无误")
    assert run(other, "verify").output == run(lived_in, "verify").output
    assert run(other, "restore", str(tmp_path / "backup")).exit_code == 1
    with other.app_context():
        db.engine.dispose()


def test_a_folder_that_is_no_backup_is_named(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "some").mkdir()
    answer = run(app, "restore", str(tmp_path / "some"))
    assert (answer.exit_code, "is no backup" in answer.output) == (1, True)
