"""The administrator clears the demo by one typed act; an empty house is left, and real data is never touched."""

from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from app.accounts.actor import Command
from app.audit.models import AuditLine
from app.demo import clear_operations, operations
from app.foundation import unit_of_work
from app.foundation.db import Model, db
from app.foundation.storage import storage
from app.organisation.models import Committee, Member
from app.verification import verify
from tests.demo.test_fill import PASSWORD, plain_pictures
from tests.factories import branch, committee, group, member
from tests.fixtures.scene import SignInAs, sign_in

ADMIN = Command("示例管理员")


def filled(app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        operations.fill(password=PASSWORD, months=1, draw=plain_pictures)


def rows() -> dict[str, int]:
    found = {
        table.name: db.session.scalar(select(func.count()).select_from(table)) for table in Model.metadata.sorted_tables
    }
    return {name: number for name, number in found.items() if number}


def test_the_page_asks_for_the_words_and_keeps_what_was_typed(app: Flask) -> None:
    filled(app)
    client = sign_in(app.test_client(), "admin")
    assert "清空示例数据" in client.get("/demo").text
    answer = client.post("/demo/clear", data={"words": "清空"})
    assert answer.status_code == 422
    assert "请一字不差地输入" in answer.text
    assert 'value="清空"' in answer.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Member)) == 93


def test_clearing_leaves_an_empty_house(app: Flask) -> None:
    filled(app)
    list_of_accounts = Path(app.config["DATA_DIR"]) / "demo-accounts.txt"
    list_of_accounts.write_text("admin")
    client = sign_in(app.test_client(), "admin")
    answer = client.post("/demo/clear", data={"words": "清空示例数据"})
    assert (answer.status_code, answer.location) == (302, "/sign-in")
    with app.app_context():
        assert rows() == {"audit_line": 1}
        line = db.session.scalars(select(AuditLine)).one()
        assert (line.id, line.act, line.actor) == (1, "demo.clear", "示例管理员")
        assert list(storage().iterate()) == []
        assert list(verify(storage()).problems) == []
        assert not operations.untouched()  # it is not filled again by the next start
    assert not list_of_accounts.exists()
    assert client.get("/").status_code == 302  # signed out


def test_files_stay_when_the_clearing_does_not_come_through(app: Flask) -> None:
    filled(app)
    with app.app_context():
        before = len(list(storage().iterate()))
        unit_of_work.begin_write()
        clear_operations.clear(
            clear_operations.WORDS, by=ADMIN, to=storage(), list_of_accounts=Path(app.config["DATA_DIR"]) / "none"
        )
    with app.app_context():  # the context before ended without a commit
        assert len(list(storage().iterate())) == before > 0
        assert db.session.scalar(select(func.count()).select_from(Member)) == 93


def test_a_real_committee_beside_it_stays_with_its_audit_trail(app: Flask) -> None:
    filled(app)
    with app.app_context(), unit_of_work.transaction():
        real = committee("某厂党委")
        member(group(branch(real)))
        lines = db.session.scalar(select(func.count()).select_from(AuditLine)) or 0
    with app.app_context(), unit_of_work.transaction():
        clear_operations.clear(
            clear_operations.WORDS, by=ADMIN, to=storage(), list_of_accounts=Path(app.config["DATA_DIR"]) / "none"
        )
    with app.app_context():
        assert db.session.scalars(select(Committee.name)).all() == ["某厂党委"]
        assert db.session.scalar(select(func.count()).select_from(Member)) == 1
        assert db.session.scalar(select(func.count()).select_from(AuditLine)) == lines + 1
        assert list(verify(storage()).problems) == []


def test_only_demo_data_is_cleared(signed_in: SignInAs, app: Flask) -> None:
    """The scene's committee is a real one: the page says so and the act is refused."""
    client = signed_in("admin")
    assert "这里没有示例数据" in client.get("/demo").text
    assert client.post("/demo/clear", data={"words": "清空示例数据"}).status_code == 404
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Committee)) == 2
