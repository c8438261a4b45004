"""A whole quarter as the people of it go it: from a committee's own sheet to a result that is corrected once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.foundation import unit_of_work
from app.foundation.storage import storage
from app.verification import verify
from tests.browser import quarter_before, quarter_result, quarter_scoring
from tests.browser.quarter import House, People, a_committees_own_sheet, furnish
from tests.fixtures.browser import OpenWindow, Site
from tests.fixtures.database import let_go, migrate, prepared_app, settings_for
from tests.fixtures.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house() -> House:
    """Filled by `site`."""
    return House()


@pytest.fixture(scope="module")
def site(house: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("quarter") / "var"
    settings = settings_for(folder, STORAGE_URL="", SECRET_KEY="")
    migrate(settings)
    app = prepared_app(settings)
    with app.app_context(), unit_of_work.transaction():
        house.__dict__.update(furnish().__dict__)
    let_go(app)
    with Server(folder) as server:
        server.wait()
        yield Site(server, folder)


def test_a_quarter(house: House, site: Site, window: OpenWindow, tmp_path: Path) -> None:
    people = People(window)
    office = people["committee"]
    quarter_before.import_the_rubric(office, a_committees_own_sheet(tmp_path))
    quarter_before.plan_the_round(office, house)
    quarter_before.keep_a_record(people["leader1"], people["secretary"], house)
    quarter_before.check_ourselves(people)
    quarter_before.visit(people)
    quarter_scoring.on_site(people)
    quarter_scoring.by_keyboard(people)
    quarter_scoring.the_branch_speaks(people)
    quarter_scoring.review(people)
    quarter_scoring.hear_the_groups(people)
    quarter_scoring.decide(people)
    quarter_result.publish(people)
    quarter_result.read_the_result(people, house, site, tmp_path)
    quarter_result.look_at_the_slip(people, site)
    quarter_result.correct(people, house, site)
    quarter_result.the_auditor_reads(people)
    assert faults_of(site) == []


def faults_of(site: Site) -> list[str]:
    """What `flask verify` would list."""
    app = prepared_app(settings_for(site.folder, STORAGE_URL="", SECRET_KEY=""))
    with app.app_context():
        report = verify(storage())
    let_go(app)
    assert report.lines > 90
    return report.problems
