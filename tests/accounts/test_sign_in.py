"""Signing in: who comes in, who is told what, and what forty guesses at once achieve."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.security import check_password_hash
from werkzeug.test import TestResponse

from app.accounts import operations, queries
from app.accounts.models import Account, SignIn, SignInTry
from app.accounts.passwords import Policy
from app.accounts.sign_in_views import own_address
from app.audit.models import AuditLine
from app.foundation import clock as house_clock
from app.foundation import unit_of_work
from app.foundation.db import db
from tests.factories import PASSWORD, Scene

SignInAs = Callable[[str], FlaskClient]


def enter(client: FlaskClient, login: str = "leader1", password: str = PASSWORD, **more: str) -> TestResponse:
    return client.post("/sign-in", data={"login": login, "password": password, **more})


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)))


def test_the_right_password_opens_a_session(client: FlaskClient, app: Flask, scene: Scene) -> None:
    response = enter(client, "Leader1 ")
    assert (response.status_code, response.location) == (302, "/")
    assert client.get("/me").status_code == 200
    assert acts(app) == ["account.sign-in"]


@pytest.mark.parametrize(
    ("login", "password"), [("leader1", "wrong"), ("nobody", PASSWORD), ("leader1", PASSWORD + " ")]
)
def test_unknown_and_wrong_are_told_alike(client: FlaskClient, scene: Scene, login: str, password: str) -> None:
    response = enter(client, login, password)
    assert response.status_code == 422
    assert "登录名或密码不对，请检查后再试。" in response.text
    assert password not in response.text.replace('value=""', "")
    assert client.get("/me").status_code == 302


def test_a_disabled_account_is_told_nothing_else(client: FlaskClient, app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        db.session.get_one(Account, scene.accounts["leader1"]).disabled_at = house_clock.now()
    response = enter(client)
    assert response.status_code == 422
    assert "登录名或密码不对" in response.text


def test_an_unknown_name_costs_a_hash_too(app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def check(stored: str, password: str) -> bool:
        hashed.append(stored[:16])
        return check_password_hash(stored, password)

    monkeypatch.setattr(operations, "check_password_hash", check)
    enter(app.test_client(), "nobody")
    enter(app.test_client(), "leader1")
    assert hashed == ["scrypt:32768:8:1"] * 2


def test_nothing_fits_nobody() -> None:
    assert operations.password_fits(None, PASSWORD) is False


def test_five_wrong_lock_for_half_an_hour(
    client: FlaskClient, app: Flask, scene: Scene, clock: time_machine.Traveller
) -> None:
    for _ in range(5):
        assert enter(client, password="wrong").status_code == 422
    locked = enter(client)
    assert locked.status_code == 429
    assert "请 30 分钟后再试" in locked.text
    clock.shift(timedelta(minutes=29))
    assert "请 1 分钟后再试" in enter(client).text
    clock.shift(timedelta(minutes=1))
    assert enter(client).status_code == 302
    assert acts(app) == ["account.refuse-sign-in"] * 5 + ["account.sign-in"]


def test_an_unknown_name_locks_alike(client: FlaskClient, scene: Scene) -> None:
    assert [enter(client, "nobody").status_code for _ in range(6)] == [422] * 5 + [429]


def test_success_forgives_what_went_before(client: FlaskClient, scene: Scene) -> None:
    for _ in range(3):
        for _ in range(4):
            enter(client, password="wrong")
        assert enter(client).status_code == 302
        client.post("/sign-out")


def test_forty_guesses_at_once_reach_the_hash_five_times(
    app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def check(_stored: str, password: str) -> bool:
        hashed.append(password)
        return False

    monkeypatch.setattr(operations, "check_password_hash", check)

    def guess(number: int) -> int:
        return enter(app.test_client(), password=f"guess {number}").status_code

    with ThreadPoolExecutor(40) as pool:
        codes = sorted(pool.map(guess, range(40)))
    assert codes == [422] * 5 + [429] * 35
    assert len(hashed) == 5


def test_one_address_cannot_try_every_name(client: FlaskClient, app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        for number in range(100):
            db.session.add(SignInTry(login=f"name{number}", address="127.0.0.1", tried_at=house_clock.now()))
    assert enter(client).status_code == 429


def test_old_tries_are_forgotten(client: FlaskClient, app: Flask, scene: Scene, clock: time_machine.Traveller) -> None:
    enter(client, "nobody")
    clock.shift(timedelta(days=3))
    enter(client, "somebody")
    with app.app_context():
        assert list(db.session.scalars(select(SignInTry.login))) == ["somebody"]


def test_the_session_is_a_new_one_and_only_its_hash_is_kept(client: FlaskClient, app: Flask, scene: Scene) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by a stranger"
    enter(client)
    with client.session_transaction() as session:
        token = session["_user_id"]
        assert "planted" not in session
    with app.app_context():
        assert [row.token_hash for row in db.session.scalars(select(SignIn))] != [token]


def test_signing_out_ends_the_row(client: FlaskClient, app: Flask, scene: Scene) -> None:
    enter(client)
    with client.session_transaction() as session:
        kept = dict(session)
    assert client.post("/sign-out").location == "/sign-in"
    with client.session_transaction() as session:
        session.update(kept)  # somebody copied the cookie before
    assert client.get("/me").status_code == 302
    assert acts(app) == ["account.sign-in", "account.sign-out"]


def test_signing_out_everywhere(signed_in: SignInAs) -> None:
    phone, office = signed_in("leader1"), signed_in("leader1")
    other = signed_in("leader2")
    assert phone.post("/sign-out/everywhere").status_code == 302
    assert [browser.get("/me").status_code for browser in (phone, office, other)] == [302, 302, 200]


def test_idle_and_absolute_limits(
    make_app: Callable[..., Flask], clock: time_machine.Traveller, database_url: str
) -> None:
    from tests.factories import small_factory  # noqa: PLC0415
    from tests.fixtures.scene import sign_in  # noqa: PLC0415

    app = make_app(SESSION_IDLE_MINUTES=30, SESSION_ABSOLUTE_HOURS=2)
    with app.app_context(), unit_of_work.transaction():
        small_factory()
    idle, busy = sign_in(app.test_client(), "leader1"), sign_in(app.test_client(), "leader1")
    for _ in range(4):
        clock.shift(timedelta(minutes=29))
        assert busy.get("/me").status_code == 200
    assert idle.get("/me").status_code == 302
    clock.shift(timedelta(minutes=10))
    assert busy.get("/me").status_code == 302


def test_one_can_end_only_ones_own_sessions(signed_in: SignInAs, app: Flask) -> None:
    mine, elsewhere, other = signed_in("leader1"), signed_in("leader1"), signed_in("leader2")
    with app.app_context():
        rows = db.session.scalars(select(SignIn.id).order_by(SignIn.id)).all()
    assert mine.post(f"/me/sessions/{rows[2]}/end").status_code == 404
    assert mine.post(f"/me/sessions/{rows[1]}/end").status_code == 302
    assert [browser.get("/me").status_code for browser in (mine, elsewhere, other)] == [200, 302, 200]


# --- the address to go on to ---------------------------------------------------------------------------------------

HOSTILE = [
    "https://evil.example",
    "http://evil.example/me",
    "//evil.example",
    "///evil.example",
    "////evil.example/me",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "http:evil.example",
    "http:/evil.example",
    "http:///evil.example",
    "https:evil.example/me",
    "//localhost@evil.example/me",
    "http://localhost@evil.example/me",
    "http://localhost:80@evil.example/me",
    "http://localhost.evil.example/me",
    "http://localhost\\@evil.example/me",
    "http://localhost#@evil.example/me",
    "http://localhost:8000/me",
    "https://localhost/me",
    "ftp://localhost/me",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://localhost/%0aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "/.evil.example",
    "/..//evil.example",
    "me",
    "evil.example",
    "?next=//evil.example",
    "/static/css/paper.css",
    "/sign-in",
    "/sign-in?next=/me",
    "/sign-out",
    "/nowhere",
    "/me/../../evil",
    "http://[::1",
    "/me\x00",
    "／／evil.example",
    "//evil。example",
    "/" + "a" * 3000,
]


def test_nothing_hostile_passes_for_our_own_address(app: Flask) -> None:
    with app.test_request_context():
        assert {target: own_address(target) for target in HOSTILE} == dict.fromkeys(HOSTILE)


@pytest.mark.parametrize("target", ["//evil.example", "http://localhost@evil.example/me", "/sign-out"])
def test_a_hostile_next_leads_home(client: FlaskClient, scene: Scene, target: str) -> None:
    assert enter(client, next=target).location == "/"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("/me", "/me"),
        ("/organisation?day=2026-10-01", "/organisation?day=2026-10-01"),
        ("http://localhost/me", "/me"),
        ("/me?x=%3Cscript%3E#top", "/me?x=%3Cscript%3E"),
    ],
)
def test_our_own_pages_are_gone_on_to(app: Flask, target: str, address: str) -> None:
    with app.test_request_context():
        assert own_address(target) == address


def test_a_page_that_asked_for_signing_in_comes_back(client: FlaskClient, scene: Scene) -> None:
    asked = client.get("/me")
    assert asked.location == "/sign-in?next=/me"
    assert enter(client, next="/me").location == "/me"


# --- one-time passwords --------------------------------------------------------------------------------------------


def fresh(app: Flask, login: str = "newcomer") -> str:
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.scalar(select(Account.committee_id).where(Account.login == "admin"))
        assert committee is not None
        admin = queries.account_by_login("admin")
        assert admin is not None
        from app.accounts.actor import Command  # noqa: PLC0415

        return operations.create_account(login, "示例新人", by=Command(), committee_id=committee)[1]


def test_a_one_time_password_must_be_changed_first(client: FlaskClient, app: Flask, scene: Scene) -> None:
    one_time = fresh(app)
    assert enter(client, "newcomer", one_time).status_code == 302
    assert client.get("/me").location == "/settle?next=/me"
    page = client.get("/settle?next=/me")
    assert "个人信息告知" in page.text
    new = {"new": "correct horse battery", "again": "correct horse battery"}
    unread = client.post("/settle?next=/me", data=new)
    assert unread.status_code == 422
    assert "请读过告知后打勾。" in unread.text
    done = client.post("/settle?next=/me", data={**new, "noticed": "y"})
    assert (done.status_code, done.location) == (302, "/me")
    assert client.get("/me").status_code == 200
    client.post("/sign-out")
    assert enter(client, "newcomer", one_time).status_code == 422
    assert enter(client, "newcomer", "correct horse battery").status_code == 302
    assert acts(app)[1:5] == [
        "account.sign-in",
        "account.read-notice",
        "account.change-password",
        "account.sign-out-everywhere",
    ]


@pytest.mark.parametrize(
    ("new", "again", "message"),
    [
        ("short", "short", "至少要 8 个字符"),
        ("password1", "password1", "太常见或太好猜"),
        ("newcomer2026", "newcomer2026", "太常见或太好猜"),
        ("correct horse", "correct mouse", "两遍填得不一样"),
        ("", "", "请填新密码。"),
    ],
)
def test_a_weak_new_password_is_said(
    client: FlaskClient, app: Flask, scene: Scene, new: str, again: str, message: str
) -> None:
    enter(client, "newcomer", fresh(app))
    response = client.post("/settle", data={"new": new, "again": again, "noticed": "y"})
    assert response.status_code == 422
    assert message in response.text


def test_a_one_time_password_dies(client: FlaskClient, app: Flask, scene: Scene, clock: time_machine.Traveller) -> None:
    one_time = fresh(app)
    clock.shift(timedelta(days=8))
    response = enter(client, "newcomer", one_time)
    assert response.status_code == 422
    assert "一次性密码已过期" in response.text


def test_changing_the_password_ends_the_other_sessions(signed_in: SignInAs, app: Flask) -> None:
    mine, elsewhere = signed_in("leader1"), signed_in("leader1")
    wrong = mine.post("/me/password", data={"present": "wrong", "new": "correct horse", "again": "correct horse"})
    assert wrong.status_code == 422
    assert "现在的密码不对，请重填。" in wrong.text
    done = mine.post("/me/password", data={"present": PASSWORD, "new": "correct horse", "again": "correct horse"})
    assert done.location == "/me"
    assert [browser.get("/me").status_code for browser in (mine, elsewhere)] == [200, 302]
    assert enter(app.test_client(), "leader1", "correct horse").status_code == 302


def test_guessing_the_present_password_locks(signed_in: SignInAs) -> None:
    mine = signed_in("leader1")
    guess = {"present": "wrong", "new": "correct horse", "again": "correct horse"}
    assert [mine.post("/me/password", data=guess).status_code for _ in range(6)] == [422] * 5 + [429]


def test_under_dengbao2_an_old_password_is_changed_at_sign_in(make_app: Callable[..., Flask]) -> None:
    from tests.factories import small_factory  # noqa: PLC0415

    app = make_app(PASSWORD_POLICY=Policy.DENGBAO2.value)
    with app.app_context(), unit_of_work.transaction():
        small_factory()  # its passwords are from 2024
    client = app.test_client()
    enter(client)
    assert client.get("/me").location == "/settle?next=/me"
    plain = client.post("/settle", data={"new": "correct horse", "again": "correct horse"})
    assert "至少要有其中三种" in plain.text
    assert client.post("/settle", data={"new": "Correct horse 1", "again": "Correct horse 1"}).status_code == 302
    assert client.get("/me").status_code == 200


def test_sign_in_writes_nothing_on_get(client: FlaskClient, app: Flask, scene: Scene) -> None:
    client.get("/sign-in")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignInTry)) == 0
