"""What is kept from one act to the next: never a word older than the last act, never one that was rolled back."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from flask import Blueprint, Flask, abort

from app.accounts.guard import current, signed_in
from app.accounts.kept import Kept, until_next_act
from app.accounts.models import Account
from app.audit.operations import record
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.organisation.models import BranchName, Committee
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import SignInAs, sign_in


@pytest.fixture
def app(make_app: AppMaker) -> Flask:
    """An address that counts how often a value was made."""
    app = make_app()
    trial = Blueprint("trial", __name__, url_prefix="/trial")
    made: list[str] = []

    def value() -> int:
        made.append("again")
        return len(made)

    @trial.get("/kept")
    @signed_in()
    def kept() -> dict[str, int]:
        return {"value": until_next_act(("trial",), value)}

    @trial.post("/kept")
    @signed_in()
    def asked_while_writing() -> dict[str, int]:
        record(current(), "trial.act", _committee())
        if until_next_act(("trial",), value) % 2:
            abort(HTTPStatus.CONFLICT)
        return {"value": len(made)}

    app.register_blueprint(trial)
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return app


def _committee() -> Committee:
    found: Committee = db.session.scalars(db.select(Committee).order_by(Committee.id).limit(1)).one()
    return found


def act(app: Flask, word: str = "trial.act") -> None:
    with app.app_context(), unit_of_work.transaction():
        committee = _committee()
        leader = db.session.scalars(db.select(Account.id).order_by(Account.id)).first()
        assert leader is not None
        record(_Doer(leader), word, committee)


class _Doer:
    name = "试验"

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id


def test_nothing_is_kept_before_the_first_act(app: Flask, scene: Scene) -> None:
    browser = sign_in(app.test_client(), "leader1")
    assert [browser.get("/trial/kept").json for _ in range(2)] == [{"value": 1}, {"value": 2}]


def test_a_value_lives_from_act_to_act_for_everybody(app: Flask, scene: Scene) -> None:
    act(app)
    one, other = (sign_in(app.test_client(), login) for login in ("leader1", "secretary"))
    assert [browser.get("/trial/kept").json for browser in (one, other, one)] == [{"value": 1}] * 3
    act(app)
    assert [browser.get("/trial/kept").json for browser in (other, one)] == [{"value": 2}] * 2


def test_who_writes_neither_reads_nor_keeps(app: Flask, scene: Scene) -> None:
    act(app)
    browser = sign_in(app.test_client(), "leader1")
    assert browser.get("/trial/kept").json == {"value": 1}
    assert browser.post("/trial/kept").json == {"value": 2}  # made anew, and the act below 400 is committed
    assert browser.get("/trial/kept").json == {"value": 3}  # another head of the chain
    assert browser.post("/trial/kept").status_code == 200
    assert browser.get("/trial/kept").json == {"value": 5}
    assert browser.post("/trial/kept").status_code == 200


def test_what_is_rolled_back_was_never_kept(app: Flask, scene: Scene) -> None:
    act(app)
    browser = sign_in(app.test_client(), "leader1")
    assert browser.post("/trial/kept").status_code == HTTPStatus.CONFLICT  # value 1, rolled back
    assert [browser.get("/trial/kept").json for _ in range(2)] == [{"value": 2}] * 2


def test_the_head_of_a_page_shows_a_new_name_at_once(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    act(app)
    browser = signed_in("leader1")
    for word in ("示例车间党支部", "新名车间党支部"):
        with app.app_context(), unit_of_work.transaction():
            name = db.session.scalars(db.select(BranchName).order_by(BranchName.id)).first()
            assert name is not None
            changed = name.name != word
            name.name = word
        if changed:
            act(app, "branch.rename")
        assert f"<span>{word}</span>" in browser.get("/").text


def test_a_day_is_part_of_the_key(app: Flask, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that begins tomorrow needs no act tomorrow."""
    act(app)
    with app.app_context(), unit_of_work.transaction():
        first = db.session.scalars(db.select(BranchName).order_by(BranchName.id)).first()
        assert first is not None
        tomorrow = clock.today() + timedelta(days=1)
        db.session.add(
            BranchName(
                committee_id=first.committee_id, branch_id=first.branch_id, name="明日车间党支部", starts_on=tomorrow
            )
        )
    act(app)
    browser = sign_in(app.test_client(), "leader1")
    assert "<span>明日车间党支部</span>" not in browser.get("/").text
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert "<span>明日车间党支部</span>" in browser.get("/").text


def test_the_least_asked_for_goes_first() -> None:
    kept: Kept[str] = Kept(2)
    made: list[str] = []

    def make(word: str) -> str:
        made.append(word)
        return word

    for word in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(word, lambda word=word: make(word)) == word  # type: ignore[misc]
    assert made == ["a", "b", "c", "b"]
