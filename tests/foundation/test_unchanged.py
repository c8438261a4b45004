"""A page answered 304 is just the page that the browser has: anything else that would stand on it is sent anew."""

import pytest
from flask import Blueprint, Flask, Response, flash, request

from app.accounts.guard import public, signed_in
from app.accounts.models import Account
from app.foundation import unchanged, unit_of_work
from app.foundation.db import db
from app.foundation.security import csrf_token
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import sign_in

PAGE = '<!doctype html><html lang="zh-CN"><head><title>试</title></head><body><main><h1>试</h1></main></body></html>'


@pytest.fixture
def app(make_app: AppMaker) -> Flask:
    app = make_app()
    trial = Blueprint("trial", __name__, url_prefix="/trial")

    @trial.get("/page")
    @signed_in()
    def page() -> Response:
        return unchanged.page(request.args.get("shown", ""), lambda: PAGE)

    @trial.get("/form")
    @signed_in()
    def form() -> Response:
        return unchanged.page("", lambda: PAGE.replace("</main>", f"{csrf_token()}</main>"))

    @trial.get("/say")
    @public()
    def say() -> str:
        flash("已存。")
        return PAGE

    app.register_blueprint(trial)
    return app


def test_the_same_page_is_not_sent_twice(app: Flask, scene: Scene) -> None:
    browser = sign_in(app.test_client(), "leader1")
    first = browser.get("/trial/page?shown=a")
    tag = first.headers["ETag"]
    again = browser.get("/trial/page?shown=a", headers={"If-None-Match": tag})
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)


def test_another_reader_address_or_content_is_another_page(app: Flask, scene: Scene) -> None:
    one, other = (sign_in(app.test_client(), login) for login in ("leader1", "secretary"))
    answers = [one.get("/trial/page?shown=a"), one.get("/trial/page?shown=b"), other.get("/trial/page?shown=a")]
    tags = [answer.headers["ETag"] for answer in answers]
    assert len(set(tags)) == 3
    assert other.get("/trial/page?shown=a", headers={"If-None-Match": tags[0]}).status_code == 200


def test_a_form_of_a_session_before_is_not_kept(app: Flask, scene: Scene) -> None:
    browser = sign_in(app.test_client(), "leader1")
    first = browser.get("/trial/form")
    headers = {"If-None-Match": first.headers["ETag"]}
    assert browser.get("/trial/form", headers=headers).status_code == 304
    later = sign_in(app.test_client(), "leader1").get("/trial/form", headers=headers)
    assert (later.status_code, later.data == first.data) == (200, False)


def test_a_changed_name_in_the_head_is_shown(app: Flask, scene: Scene) -> None:
    browser = sign_in(app.test_client(), "leader1")
    tag = browser.get("/trial/page").headers["ETag"]
    with app.app_context(), unit_of_work.transaction():
        db.session.get_one(Account, scene.accounts["leader1"]).name = "改了名的人"
    assert browser.get("/trial/page", headers={"If-None-Match": tag}).status_code == 200


def test_a_message_that_waits_is_not_skipped(app: Flask, scene: Scene) -> None:
    browser = sign_in(app.test_client(), "leader1")
    tag = browser.get("/trial/page").headers["ETag"]
    browser.get("/trial/say")
    answer = browser.get("/trial/page", headers={"If-None-Match": tag})
    assert (answer.status_code, "ETag" in answer.headers) == (200, False)


def test_signing_out_ends_it(app: Flask, scene: Scene) -> None:
    tag = sign_in(app.test_client(), "leader1").get("/trial/page").headers["ETag"]
    assert app.test_client().get("/trial/page", headers={"If-None-Match": tag}).status_code == 302
