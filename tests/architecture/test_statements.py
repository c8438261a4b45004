"""Every page sends at most six statements, and as many with five rows as with five hundred."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest

from app.accounts.actor import Command
from app.accounts.guard import access_of
from app.audit.operations import record
from app.foundation import unit_of_work
from app.foundation.db import db
from app.organisation.models import Committee
from tests.architecture.walker import Walker, all_rules, rule_of, walking
from tests.fixtures.statements import Statements

MOST = 6
# Whoever may open a page, looked for in this order.
READERS = ("committee", "secretary", "leader1", "admin", "auditor")
PAGES = [(endpoint, address) for endpoint, method, address in all_rules() if method == "GET" and endpoint != "static"]


@pytest.fixture(scope="module")
def few(template: str, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with walking(template, tmp_path_factory.mktemp("few"), f"few_{worker}", rows=5) as made:
        yield made


@pytest.fixture(scope="module")
def many(template: str, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with walking(template, tmp_path_factory.mktemp("many"), f"many_{worker}", rows=500) as made:
        yield made


def sent(walker: Walker, statements: Statements, endpoint: str, address: str) -> tuple[str, list[str]]:
    """Who opened the page, and the statements that it took right after an act, when nothing is kept of it."""
    with walker.app.app_context():
        access = access_of(endpoint)
    assert access is not None
    _where, url, _place = next(walker.targets(rule_of(walker.app, endpoint, address), access))
    for login in READERS:
        browser = walker.browser(login)
        if browser.get(url).status_code in {HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.NOT_MODIFIED}:
            _act(walker)
            with statements() as seen:
                browser.get(url).close()
            return login, seen
    pytest.fail(f"nobody may open {url}")


def _act(walker: Walker) -> None:
    with walker.app.app_context(), unit_of_work.transaction():
        committee: Committee = db.session.scalars(db.select(Committee).order_by(Committee.id).limit(1)).one()
        record(Command(), "trial.act", committee)


@pytest.mark.parametrize(("endpoint", "address"), PAGES, ids=str)
def test_statements(few: Walker, many: Walker, statements: Statements, endpoint: str, address: str) -> None:
    reader, at_five = sent(few, statements, endpoint, address)
    _reader, at_many = sent(many, statements, endpoint, address)
    said = f"as {reader}: {len(at_five)} at five rows, {len(at_many)} at five hundred\n" + "\n".join(at_many[:30])
    assert len(at_many) == len(at_five), said
    assert len(at_many) <= MOST, said
