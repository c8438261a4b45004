"""A page that somebody has already is answered before Flask is reached, but never once anything has happened."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from flask import Blueprint, Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from app.accounts import asked_again
from app.accounts.guard import signed_in
from app.accounts.models import Account
from app.accounts.sessions import SEEN_STEP
from app.audit.operations import record
from app.foundation import clock, unchanged, unit_of_work
from app.foundation.db import db
from app.organisation.models import Committee
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import sign_in

PAGE = '<!doctype html><html lang="zh-CN"><head><title>试</title></head><body><main><h1>试</h1></main></body></html>'
REACHED: list[str] = []


@pytest.fixture
def app(make_app: AppMaker) -> Flask:
    app = make_app()
    trial = Blueprint("trial", __name__, url_prefix="/trial")

    @trial.get("/page")
    @signed_in()
    def page() -> Response:
        REACHED.append("once")
        return unchanged.page("", lambda: PAGE)

    app.register_blueprint(trial)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return app


class _Doer:
    name = "试验"

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id


def act(app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.scalars(db.select(Committee).order_by(Committee.id).limit(1)).one()
        leader = db.session.scalars(db.select(Account.id).order_by(Account.id).limit(1)).one()
        record(_Doer(leader), "trial.act", committee)


def asks(browser: FlaskClient, tag: str, path: str = "/trial/page") -> tuple[int, int]:
    """The answer's status, and how often the page's own view was reached for it."""
    REACHED.clear()
    return browser.get(path, headers={"If-None-Match": tag}).status_code, len(REACHED)


@pytest.fixture
def reader(app: Flask, scene: Scene) -> tuple[FlaskClient, str]:
    """Somebody who has the page and was told once that it has not changed."""
    act(app)
    browser = sign_in(app.test_client(), "leader1")
    tag = browser.get("/trial/page").headers["ETag"]
    assert asks(browser, tag) == (304, 1)
    return browser, tag


def test_the_second_time_nobody_is_asked(reader: tuple[FlaskClient, str]) -> None:
    browser, tag = reader
    REACHED.clear()
    one, other = (browser.get("/trial/page", headers={"If-None-Match": tag}) for _ in range(2))
    assert (REACHED, one.status_code, one.data, one.headers["ETag"]) == ([], 304, b"", tag)
    assert one.headers["Cache-Control"] == other.headers["Cache-Control"] == "private, no-cache"
    assert "default-src 'none'" in one.headers["Content-Security-Policy"]


def test_after_any_act_it_is_judged_anew(app: Flask, reader: tuple[FlaskClient, str]) -> None:
    browser, tag = reader
    assert asks(browser, tag) == (304, 0)
    act(app)
    assert [asks(browser, tag), asks(browser, tag)] == [(304, 1), (304, 0)]


def test_another_person_address_or_validator_is_another_question(app: Flask, reader: tuple[FlaskClient, str]) -> None:
    browser, tag = reader
    assert asks(sign_in(app.test_client(), "secretary"), tag) == (200, 1)
    assert asks(app.test_client(), tag) == (302, 0)
    assert asks(browser, tag, "/trial/page?more=1") == (200, 1)
    assert asks(browser, '"other"') == (200, 1)


def test_who_signed_out_is_not_answered(reader: tuple[FlaskClient, str]) -> None:
    browser, tag = reader
    cookie = browser.get_cookie("brand_session")
    assert cookie is not None
    browser.post("/sign-out")
    browser.set_cookie("brand_session", cookie.value)
    assert asks(browser, tag) == (302, 0)


def test_a_session_is_looked_at_when_its_time_comes(reader: tuple[FlaskClient, str]) -> None:
    browser, tag = reader
    with time_machine.travel(clock.now() + SEEN_STEP + timedelta(seconds=1), tick=False):
        assert asks(browser, tag) == (304, 1)  # and the cookie is written anew
        assert [asks(browser, tag), asks(browser, tag)] == [(304, 1), (304, 0)]
    with time_machine.travel(clock.now() + timedelta(days=2), tick=False):
        assert asks(browser, tag) == (302, 0)


def test_another_day_is_another_page(app: Flask, scene: Scene) -> None:
    act(app)
    with time_machine.travel(clock.midnight() - timedelta(minutes=1), tick=False):
        browser = sign_in(app.test_client(), "leader1")
        tag = browser.get("/trial/page").headers["ETag"]
        assert [asks(browser, tag), asks(browser, tag)] == [(304, 1), (304, 0)]
    with time_machine.travel(clock.midnight(), tick=False):
        assert asks(browser, tag) == (200, 1)


def test_a_question_too_long_to_be_a_browsers_own_is_not_kept(app: Flask, reader: tuple[FlaskClient, str]) -> None:
    browser, _tag = reader
    path = "/trial/page?q=" + "a" * asked_again.LONGEST_QUESTION
    tag = browser.get(path).headers["ETag"]
    assert (asks(browser, tag, path), asks(browser, tag, path)) == ((304, 1), (304, 1))


def test_where_the_database_fails_flask_is_asked(
    app: Flask, reader: tuple[FlaskClient, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, tag = reader

    def fails(_engine: object) -> None:
        raise OperationalError("SELECT", None, Exception("gone"))

    assert asks(browser, tag) == (304, 0)
    monkeypatch.setattr(asked_again, "audit_queries", SimpleNamespace(head=fails))
    assert asks(browser, tag) == (304, 1)
