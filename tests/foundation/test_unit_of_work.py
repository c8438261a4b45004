"""One place commits: what is kept, what is dropped, and that nobody waits for ever."""

import threading

import pytest
from flask import Blueprint, Flask, Response
from sqlalchemy.exc import OperationalError

from app.accounts.guard import public
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.organisation.models import Committee
from tests.fixtures.database import AppMaker


def add_committee(path: str) -> None:
    db.session.add(Committee(name="示例", path=path, created_at=clock.now()))
    db.session.flush()


def paths(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(db.select(Committee.path).order_by(Committee.path)))


@pytest.fixture
def app(make_app: AppMaker) -> Flask:
    app = make_app()
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    trial = Blueprint("trial", __name__, url_prefix="/trial")

    @trial.route("/<int:status>", methods=["GET", "POST"])
    @public()
    def write(status: int) -> Response:
        add_committee(f"/{status}/")
        return Response("", status, mimetype="text/plain")

    @trial.post("/refused")
    @public()
    def refuse() -> Response:
        add_committee("/refused/")
        raise Refused("请先填写名称。")

    @trial.post("/broken")
    @public()
    def fail() -> Response:
        add_committee("/broken/")
        raise RuntimeError("a fault of ours")

    app.register_blueprint(trial)
    return app


def test_only_a_good_answer_to_a_post_is_kept(app: Flask) -> None:
    client = app.test_client()
    for status in (200, 302, 404, 409, 422, 500):
        client.post(f"/trial/{status}")
    client.get("/trial/201")
    client.post("/trial/refused", headers={"Accept": "application/json"})
    client.post("/trial/broken", headers={"Accept": "application/json"})
    assert paths(app) == ["/200/", "/302/"]


def test_a_refusal_says_why(app: Flask) -> None:
    answer = app.test_client().post("/trial/refused", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json) == (422, {"message": "请先填写名称。"})


def lose_one() -> None:
    with unit_of_work.transaction():
        add_committee("/lost/")
        raise RuntimeError("a fault of ours")


def test_an_error_leaves_the_queue_free(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError, match="a fault of ours"):
            lose_one()
        with unit_of_work.transaction():
            add_committee("/kept/")
    assert paths(app) == ["/kept/"]


def test_writers_of_one_process_take_turns(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context(), unit_of_work.transaction():
            before = db.session.scalar(db.select(db.func.count()).select_from(Committee))
            add_committee(f"/{before}/{number}/")

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    written = [path.split("/")[1:3] for path in paths(app)]
    assert sorted(number for _, number in written) == list("01234567")
    with app.app_context():
        alone = db.engine.dialect.name == "sqlite"
    if alone:  # PostgreSQL lets them run side by side; on SQLite each saw all that came before
        assert sorted(before for before, _ in written) == list("01234567")


def test_a_database_that_will_not_write_is_said_calmly(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OperationalError("INSERT", None, Exception("database or disk is full"))

    monkeypatch.setattr(db.session, "commit", full)
    answer = app.test_client().post("/trial/200", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json == {"message": "系统正忙，暂时存不进去。内容没有丢，请稍后再试。"}


def add_two_and_stop() -> None:
    with unit_of_work.transaction():
        unit_of_work.at_end("one", lambda: add_committee("/dropped/"))
        raise RuntimeError("a fault of ours")


def test_what_waits_for_the_end_is_done_once_in_the_same_transaction_or_dropped(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError, match="a fault of ours"):
            add_two_and_stop()
        with unit_of_work.transaction():
            for path in ("/never/", "/last/"):
                unit_of_work.at_end("one", lambda path=path: add_committee(path))  # type: ignore[misc]
            add_committee("/first/")
    assert paths(app) == ["/first/", "/last/"]


def fail() -> None:
    raise RuntimeError("a fault of ours")


def fail_at_the_end() -> None:
    with unit_of_work.transaction():
        add_committee("/lost/")
        unit_of_work.at_end("one", fail)


def test_a_fault_at_the_end_keeps_nothing(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(RuntimeError, match="a fault of ours"):
            fail_at_the_end()
        with unit_of_work.transaction():
            add_committee("/kept/")
    assert paths(app) == ["/kept/"]
