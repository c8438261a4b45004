"""The groups' month on the branch's page."""

from datetime import date

import pytest
from flask import Flask

from app.board.column_queries import month_columns
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import PartyGroup
from app.photos.models import MonthIssue
from tests import factories
from tests.activities.records import NOVEMBER, logged
from tests.board import months
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements

TODAY = date(2026, 11, 16)


@pytest.fixture
def month(app: Flask, scene: Scene) -> int:
    """The first group has an activity behind it, one ahead, a lead photo; answers the photo's id."""
    with app.app_context(), unit_of_work.transaction():
        logged(scene, confirm=True, held_on=date(2026, 11, 5))
        logged(scene, title="还在写的", held_on=date(2026, 11, 9))
        logged(scene, title="下旬的", held_on=date(2026, 11, 27))
        photo = factories.photo(db.session.get_one(PartyGroup, scene.group), b"x", month=NOVEMBER)
        photo.board_slot, photo.caption = 1, "首检台前"
        db.session.flush()
        return photo.id


def printed(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        db.session.add(
            MonthIssue(
                committee_id=scene.committee, branch_id=scene.branch, group_id=scene.group, month=NOVEMBER,
                printed_at=clock.now(),
            )
        )  # fmt: skip
        months.act()


def test_days_on_record_and_days_planned(app: Flask, scene: Scene, month: int) -> None:
    with app.app_context():
        columns = {c.place.group_id: c for c in month_columns(Place(scene.committee, scene.branch), NOVEMBER, TODAY)}
    assert {number: (c.done, c.planned) for number, c in columns.items()} == {
        scene.group: ((date(2026, 11, 5),), (date(2026, 11, 27),)),
        scene.sister_group: ((), ()),
    }
    lead = columns[scene.group].lead
    assert lead is not None
    assert (lead.id, lead.caption) == (month, "首检台前")
    assert columns[scene.sister_group].lead is None


def test_another_month_shows_nothing_of_this_one(app: Flask, scene: Scene, month: int) -> None:
    with app.app_context():
        columns = month_columns(Place(scene.committee, scene.branch), Month(2026, 10), TODAY)
    assert [(c.done, c.planned, c.lead) for c in columns] == [((), (), None)] * 2


def test_a_month_in_the_making_is_not_shown_to_sister_groups(
    app: Flask, signed_in: SignInAs, scene: Scene, month: int
) -> None:
    address, photo = f"/branches/{scene.branch}", f"/board-photos/{month}/thumb"
    own, sister = (signed_in(login).get(address).text for login in ("leader1", "leader2"))
    assert ("11月版面编辑中" in own, "11月版面编辑中" in sister) == (True, True)
    assert (photo in own, photo in sister) == (True, False)
    printed(app, scene)
    sister = signed_in("leader2").get(address).text
    assert (photo in sister, "11月版面已付印" in sister, "首检台前" in sister) == (True, True, True)


def test_the_branchs_page_costs_six_statements(
    app: Flask, signed_in: SignInAs, scene: Scene, month: int, statements: Statements
) -> None:
    client = signed_in("leader1")
    with statements() as seen:
        assert client.get(f"/branches/{scene.branch}").status_code == 200
    assert len(seen) == 6
