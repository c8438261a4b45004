"""What no browser of ours sends: answered calmly, never a 500."""

from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.activities import list_views
from app.foundation import security
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import SignInAs

HUGE = 2**63


@pytest.mark.parametrize(
    "address",
    [
        f"/activities/{HUGE}",
        f"/groups/{HUGE}/months/2026-11",
        f"/photos/{2**31}/thumb",
        "/groups/1/months/1900-01",
        "/groups/1/board/9998-12",
        "/branches/1/results/9998-Q4",
    ],
)
def test_what_no_row_and_no_calendar_has_is_absent(signed_in: SignInAs, address: str) -> None:
    assert signed_in("leader1").get(address).status_code == 404


@pytest.mark.parametrize("query", [f"group={HUGE}", f"kind={HUGE}", f"after=2026-01-01.{HUGE}", "group=-1", "year=1_0"])
def test_a_number_that_is_none_of_a_row_narrows_nothing(signed_in: SignInAs, query: str) -> None:
    assert signed_in("committee").get(f"/activities?{query}").status_code == 200


@pytest.mark.parametrize("query", ["endpoint=x", "_scheme=javascript&_external=1", "_method=DELETE", "_anchor=x"])
def test_the_list_hands_on_only_its_own_filters(app: Flask, query: str) -> None:
    with app.test_request_context(f"/activities?{query}&kind=3"):
        assert list_views._address(after="2026-01-01.5") == "/activities?kind=3&after=2026-01-01.5"


def test_a_nul_is_refused_in_text_and_names(signed_in: SignInAs) -> None:
    browser = signed_in("leader1")
    assert browser.get("/activities?q=%00").status_code == 400
    assert browser.get("/activities?%00=1").status_code == 400
    assert browser.post("/me/password", data={"present": "a\0b"}).status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "localhost@evil.example", "a" * 300])
def test_another_host_is_refused_in_plain_words(app: Flask, host: str) -> None:
    for address in ("/sign-in", "/no-such-page"):
        answer = app.test_client().get(address, headers={"Host": host})
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_room_for_many_photos_is_for_those_signed_in(app: Flask) -> None:
    """A request is read before its token is checked: a stranger must not fill the disk by it."""
    length = app.config["MAX_CONTENT_LENGTH"] + 1
    answer = app.test_client().post(
        "/groups/1/months/2026-11/photos",
        data=b"--x--",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(length)},
    )
    assert answer.status_code == 413


def test_a_static_file_carries_its_own_headers(make_app: AppMaker) -> None:
    answer = make_app(HTTPS=True).test_client().get("/static/css/paper.css")
    answer.close()
    assert (
        answer.headers["Content-Security-Policy"],
        answer.headers["Cross-Origin-Resource-Policy"],
        answer.headers["X-Content-Type-Options"],
        answer.headers["Strict-Transport-Security"],
    ) == ("default-src 'none'; frame-ancestors 'none'", "same-origin", "nosniff", "max-age=31536000")


@pytest.mark.parametrize("path", ["/sign-in", "/groups/1/months/2026-11/photos", "/nowhere"])
def test_a_form_of_text_gets_no_room_for_photos(client: FlaskClient, path: str) -> None:
    many = b"a=&" * (security.FORM_BYTES // 3)
    kind = "application/x-www-form-urlencoded"
    assert client.post(path, data=many + b"a=&", content_type=kind).status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert client.post(path, data=b"a=&", content_type=kind).status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize("url", ["/sign-in", "/"])
def test_a_head_request_is_answered_as_a_get(app: Flask, scene: Scene, url: str) -> None:
    browser = app.test_client()
    assert browser.head(url).status_code == browser.get(url).status_code
