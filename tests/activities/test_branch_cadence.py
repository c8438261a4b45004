"""What counts for a branch: what it held itself, and what all of its groups did together, logged once."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from app.activities import list_queries
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.places import Place
from app.organisation.models import Branch, PartyGroup
from app.today import month_queries
from tests import factories
from tests.activities import records
from tests.factories import Scene

TODAY = date(2026, 11, 16)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 16, 2, tzinfo=UTC), tick=False):
        yield


def theme_days(app: Flask, scene: Scene) -> tuple[int, int, int]:
    """Done for the branch as its secretary's home counts, as the year's grid counts, and all that the list counts."""
    with app.app_context():
        kind_id = records.kinds(scene)["theme_day"]
        due = next(due for due in month_queries.year_of_branch(scene.branch, TODAY).dues if due.kind_id == kind_id)
        tally = [
            t for t in list_queries.year_tally([Place(scene.committee, scene.branch)], 2026) if t.kind_id == kind_id
        ]
        return due.done, sum(row.of_branch for row in tally), sum(row.count for row in tally)


def hold(app: Flask, scene: Scene, *others: int, place: Place | None = None) -> None:
    with app.app_context(), unit_of_work.transaction():
        records.logged(scene, kind="theme_day", place=place, group_ids=others, confirm=True)


def test_a_theme_day_of_one_group_alone_is_not_the_branchs(app: Flask, scene: Scene) -> None:
    hold(app, scene)
    assert theme_days(app, scene) == (0, 0, 1)


def test_a_theme_day_of_all_groups_is_logged_once_and_counts(app: Flask, scene: Scene) -> None:
    hold(app, scene, scene.sister_group)
    assert theme_days(app, scene) == (1, 1, 1)


def test_what_the_branch_holds_counts(app: Flask, scene: Scene) -> None:
    hold(app, scene, place=Place(scene.committee, scene.branch))
    assert theme_days(app, scene) == (1, 1, 1)


def test_a_group_that_had_ended_is_not_waited_for(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        branch = db.session.get_one(Branch, scene.branch)
        gone: PartyGroup = factories.group(branch, "早已并走的小组")
        gone.ends_on = date(2026, 11, 1)
    hold(app, scene, scene.sister_group)
    assert theme_days(app, scene) == (1, 1, 1)


def test_a_group_that_stood_and_did_not_come_is_missed(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        factories.group(db.session.get_one(Branch, scene.branch), "没来的小组")
    hold(app, scene, scene.sister_group)
    assert theme_days(app, scene) == (0, 0, 1)
