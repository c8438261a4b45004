"""What a request was allowed when it began may be gone when it writes: it is judged again where it writes."""

import io
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from app.accounts import operations, queries
from app.accounts.actor import Command
from app.accounts.models import Account, Appointment, SignIn
from app.foundation import unit_of_work
from app.foundation.db import db
from app.photos import upload_views
from app.photos.models import Photo
from tests.factories import PASSWORD, Scene
from tests.fixtures.scene import SignInAs
from tests.phone_pictures import jpeg

JSON = {"Accept": "application/json"}
NEW = {"present": PASSWORD, "new": "correct horse", "again": "correct horse"}


def meanwhile(app: Flask, act: Callable[[], object]) -> None:
    with app.app_context(), unit_of_work.transaction():
        act()


def reset(login: str) -> Callable[[], object]:
    def act() -> None:
        account = queries.account_by_login(login)
        assert account is not None
        operations.reset_password(account, by=Command())

    return act


def end_posts(of_member: int) -> Callable[[], object]:
    return lambda: db.session.execute(
        update(Appointment).where(Appointment.member_id == of_member).values(ends_on=date(2026, 11, 1))
    )


def once_before(monkeypatch: pytest.MonkeyPatch, of: Any, name: str, act: Callable[[], object]) -> None:
    """`act` happens while the request is about to do `name`, the first time."""
    does, left = getattr(of, name), [act]

    def stopped(*arguments: Any, **named: Any) -> Any:
        if left:
            left.pop()()
        return does(*arguments, **named)

    monkeypatch.setattr(of, name, stopped)


def live_sessions(app: Flask, account_id: int) -> int:
    with app.app_context():
        return db.session.scalar(
            select(func.count()).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None))
        ) or 0  # fmt: skip


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_password_that_was_reset_while_it_was_hashed_opens_nothing(
    client: FlaskClient, app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    once_before(monkeypatch, operations, "password_fits", lambda: meanwhile(app, reset("leader1")))
    answer = client.post("/sign-in", data={"login": "leader1", "password": PASSWORD})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert live_sessions(app, scene.accounts["leader1"]) == 0


def test_a_change_of_password_that_a_reset_overtakes_is_not_made(
    signed_in: SignInAs, app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = signed_in("leader1")
    once_before(monkeypatch, operations, "hash_password", lambda: meanwhile(app, reset("leader1")))
    answer = mine.post("/me/password", data=NEW)
    assert answer.location.startswith("/sign-in")
    assert live_sessions(app, scene.accounts["leader1"]) == 0
    with app.app_context():
        assert db.session.get_one(Account, scene.accounts["leader1"]).password_expires_at is not None


@pytest.mark.parametrize(
    ("what", "status"), [("reset", HTTPStatus.UNAUTHORIZED), ("posts", HTTPStatus.FORBIDDEN)]
)  # fmt: skip
def test_photos_of_somebody_who_may_no_longer_are_not_taken(
    signed_in: SignInAs, app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str, status: HTTPStatus
) -> None:
    mine = signed_in("leader1")
    act = reset("leader1") if what == "reset" else end_posts(scene.members["leader1"])
    once_before(monkeypatch, upload_views, "prepare", lambda: meanwhile(app, act))
    data = {"photos": (io.BytesIO(jpeg(1, (80, 60))), "1.jpg")}
    answer = mine.post(f"/groups/{scene.group}/months/2026-11/photos", data=data, headers=JSON)
    assert (answer.status_code, count(app, Photo)) == (status, 0)


@pytest.mark.parametrize(
    ("what", "status"), [("reset", HTTPStatus.UNAUTHORIZED), ("posts", HTTPStatus.NOT_FOUND)]
)  # fmt: skip
def test_who_stood_in_line_too_long_is_judged_by_what_holds_now(
    signed_in: SignInAs, app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch, what: str, status: HTTPStatus
) -> None:
    mine = signed_in("leader1")
    act = reset("leader1") if what == "reset" else end_posts(scene.members["leader1"])
    began = unit_of_work.begin_write
    left = [act]

    def waits() -> None:
        if left:
            act = left.pop()
            meanwhile(app, act)
        began()

    monkeypatch.setattr(unit_of_work, "begin_write", waits)
    answer = mine.post(f"/groups/{scene.group}/months/2026-11/print", headers=JSON)
    assert answer.status_code == status
