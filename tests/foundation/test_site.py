"""The session's cookie is verified once, but what it says is judged at every request."""

from datetime import datetime, timedelta, tzinfo

import pytest
from flask import Flask, session, url_for

from app.foundation import site
from app.foundation.site import LONGEST_ADDRESS, Site


class TwoDaysLater:
    """In place of `datetime`: all that is asked of it is the time."""

    @staticmethod
    def now(zone: tzinfo) -> datetime:
        return datetime.now(zone) + timedelta(days=2)


@pytest.fixture
def small_site() -> Flask:
    app = Site("small")
    app.secret_key = "a secret for this test"
    app.permanent_session_lifetime = timedelta(days=1)
    app.add_url_rule("/keep", "keep", keep)
    app.add_url_rule("/read", "read", lambda: ",".join(session.get("words", ["nothing"])))
    app.add_url_rule("/spoil", "spoil", spoil)
    return app


def keep() -> str:
    session["words"] = ["one"]
    return "kept"


def spoil() -> str:
    session["words"].append("two")
    return "spoiled"


def test_what_one_request_changes_in_place_is_not_seen_by_the_next(small_site: Flask) -> None:
    browser = small_site.test_client()
    browser.get("/keep")
    assert [browser.get(path).text for path in ("/read", "/spoil", "/read")] == ["one", "spoiled", "one"]


def test_a_cookie_known_from_before_grows_too_old_all_the_same(
    small_site: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = small_site.test_client()
    browser.get("/keep")
    assert browser.get("/read").text == "one"
    monkeypatch.setattr(site, "datetime", TwoDaysLater)
    assert browser.get("/read").text == "nothing"


def test_a_forged_cookie_is_nobodys(small_site: Flask) -> None:
    browser = small_site.test_client()
    browser.get("/keep")
    cookie = browser.get_cookie("session")
    assert cookie is not None
    browser.set_cookie("session", cookie.value[:-2] + ("AA" if not cookie.value.endswith("AA") else "BB"))
    assert browser.get("/read").text == "nothing"


def test_an_address_is_built_once_for_each_of_its_words(small_site: Flask) -> None:
    small_site.add_url_rule("/of/<int:number>/<word>", "of")
    for root in ("", "/under"):
        with small_site.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            for _ in range(2):
                assert [
                    url_for("of", number=1, word="a"),
                    url_for("of", number=1, word="b", after=None),
                    url_for("of", number=1, word="b", after="None"),
                    url_for("of", number=1, word="b", after=True),
                    url_for("of", number=1, word="b", after=1, _anchor="here"),
                ] == [
                    f"{root}/of/1/a",
                    f"{root}/of/1/b",
                    f"{root}/of/1/b?after=None",
                    f"{root}/of/1/b?after=True",
                    f"{root}/of/1/b?after=1#here",
                ]
            assert url_for("of", number=1, word="a", _external=True) == f"http://localhost{root}/of/1/a"


def test_a_visitors_long_words_are_not_kept(small_site: Flask) -> None:
    small_site.add_url_rule("/of/<int:number>/<word>", "of")
    assert isinstance(small_site, Site)
    with small_site.test_request_context("/"):
        url_for("of", number=1, word="a")
        kept = len(small_site._addresses)
        assert url_for("of", number=1, word="a", next="b" * LONGEST_ADDRESS) == f"/of/1/a?next={'b' * LONGEST_ADDRESS}"
        assert len(small_site._addresses) == kept
