"""The auditor's desk."""

import ast
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app.accounts.actor import Command
from app.audit.models import AuditLine
from app.audit.operations import record
from app.auditing import queries
from app.auditing.queries import Filter
from app.auditing.wording import act_words, changes, fault_words
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.spreadsheets import read_spreadsheet
from app.organisation.models import Branch, PartyGroup
from tests.factories import Scene
from tests.fixtures.statements import Statements, counts_of

SignInAs = Callable[[str], FlaskClient]


@pytest.fixture
def trail(app: Flask, scene: Scene) -> int:
    """Sixty lines; the number of the last one."""
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, scene.group)
        other = db.session.get_one(Branch, scene.other_branch)
        foreign = db.session.get_one(Branch, scene.foreign_branch)
        for number in range(57):
            record(Command(f"示例{number}"), "activity.log", group, after={"number": number})
        record(Command("<script>alert(1)</script>"), "photo.add", group, before={"caption": "<b>旧</b>"})
        record(Command("别的支部"), "group.found", other)
        record(Command("外厂"), "group.found", foreign)
        return 60


def numbers(page: str) -> list[int]:
    return [int(cell.split("<")[0]) for cell in page.split('data-label="编号">')[1:]]


def test_newest_first_by_pages_and_only_the_own_committees(signed_in: SignInAs, trail: int) -> None:
    auditor = signed_in("auditor")
    first = auditor.get("/audit").text
    assert numbers(first) == list(range(59, 9, -1))
    assert "外厂" not in first
    assert numbers(auditor.get("/audit?after=10").text) == list(range(9, 0, -1))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("who=示例5&subject=activity", [57, 56, 55, 54, 53, 52, 51, 6]),
        ("subject=photo", [58]),
        ("who=%25", []),
        ("first=2026-11-17", []),
        ("first=2026-11-16&last=2026-11-16&subject=photo", [58]),
        ("last=2026-11-15", []),
        ("after=garbage&subject=photo", [58]),
    ],
)
def test_filters(signed_in: SignInAs, trail: int, query: str, found: list[int]) -> None:
    assert numbers(signed_in("auditor").get(f"/audit?{query}").text) == found


def test_a_branch_narrows(signed_in: SignInAs, trail: int, scene: Scene) -> None:
    assert numbers(signed_in("auditor").get(f"/audit?branch={scene.other_branch}").text) == [59]


@pytest.mark.parametrize(
    "query",
    [
        "first=yesterday",
        "first=0001-01-01",
        "last=9999-12-31",
        "branch=999999",
        "branch=x",
        "subject=nothing",
        "who=" + "x" * 99,
    ],
)
def test_an_impossible_filter_is_said_and_narrows_nothing(signed_in: SignInAs, trail: int, query: str) -> None:
    response = signed_in("auditor").get(f"/audit?{query}")
    assert response.status_code == 200
    assert len(numbers(response.text)) == 50
    assert 'class="error"' in response.text


def test_hostile_text_comes_out_escaped(signed_in: SignInAs, trail: int) -> None:
    page = signed_in("auditor").get("/audit?subject=photo").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;旧&lt;/b&gt;" in page


def test_the_export_is_a_line_of_itself(signed_in: SignInAs, trail: int, app: Flask) -> None:
    response = signed_in("auditor").post("/audit/export?subject=photo")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == (
        "attachment; filename=\"20261116.xlsx\"; filename*=UTF-8''%E5%AE%A1%E8%AE%A1%E8%AE%B0%E5%BD%95-20261116.xlsx"
    )
    (sheet,) = read_spreadsheet(response.data)
    assert [row[0].text for row in sheet.rows] == ["编号", "58"]
    with app.app_context():
        last = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc()).limit(1)).one()
        assert (last.act, last.after) == ("audit.export", {"filters": {"subject": "photo"}})


def test_the_whole_chain_is_walked(signed_in: SignInAs, trail: int, app: Flask) -> None:
    auditor = signed_in("auditor")
    assert "记录完整" in auditor.get("/audit/chain").text
    with app.app_context(), unit_of_work.transaction():
        db.session.execute(text("UPDATE audit_line SET actor = 'somebody else' WHERE id = 7"))
        db.session.execute(text("DELETE FROM audit_line WHERE id = 9"))
    page = auditor.get("/audit/chain").text
    assert "记录有问题" in page
    assert "第 7 条被改动过" in page
    assert "第 9 条缺失" in page


@pytest.mark.parametrize("login", ["admin", "committee", "secretary", "member1"])
def test_nobody_else_reads_the_trail(signed_in: SignInAs, trail: int, login: str) -> None:
    client = signed_in(login)
    assert client.get("/audit").status_code == 403
    assert client.get("/audit/chain").status_code == 403
    assert client.post("/audit/export").status_code == 403


def test_statements_do_not_grow(
    app: Flask, scene: Scene, signed_in: SignInAs, trail: int, statements: Statements
) -> None:
    """Nor with the lines of a long trail, on the first page and on one far behind."""
    auditor = signed_in("auditor")
    pages = [(auditor, f"/audit?{query}") for query in ("", "after=50", "subject=photo")]
    counts_of(statements, pages)  # what is kept from one act to the next
    few = counts_of(statements, pages)
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, scene.group)
        for number in range(500):
            record(Command(f"示例{number}"), "activity.log", group)
    counts_of(statements, pages)  # the first request after an act looks the page's head up anew
    assert counts_of(statements, pages) == few
    assert max(few) <= 6


def test_acts_in_words() -> None:
    assert act_words("photo.add") == "照片·新增"
    assert act_words("unheard.of") == "unheard·of"
    assert fault_words("something new") == "something new"


@pytest.mark.sqlite  # PostgreSQL plans by its statistics, which a small table does not have
@pytest.mark.parametrize("wanted", [{}, {"who": "示例"}, {"branch_id": 1}])
def test_a_page_costs_the_same_however_long_the_trail_is(app: Flask, trail: int, wanted: dict[str, Any]) -> None:
    """Nothing is sorted: the lines are walked by number, newest first."""
    with app.app_context():
        statement = queries.newest(Filter(frozenset({1, 2}), **wanted), 40, 51)
        compiled = statement.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert plan == ["SEARCH audit_line USING INTEGER PRIMARY KEY (rowid<?)"]


APP = Path(__file__).parents[2] / "app"
ACT = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")


def acts_recorded() -> set[str]:
    """Every `subject.verb` that stands as a text in an operations file."""
    texts = {
        node.value
        for path in APP.rglob("*operations.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if ACT.fullmatch(text) and not text.endswith((".html", ".log", ".txt"))}


def test_every_act_that_is_recorded_has_words() -> None:
    acts = acts_recorded()
    assert "nomination.take-up" in acts
    assert sorted(act for act in acts if re.search("[a-z]", act_words(act))) == []


def test_changes_tell_both_sides() -> None:
    assert changes({"a": 1, "b": "x"}, {"b": "y", "c": [1, 2]}) == [
        ("a", "1", ""),
        ("b", "x", "y"),
        ("c", "", "[1, 2]"),
    ]
    assert changes({"state": "draft", "role": None}, {"state": "submitted", "role": "auditor"}) == [
        ("状态", "草稿", "已提交"),
        ("职务", "null", "审计员"),
    ]
    assert changes(None, {"a": "长" * 500})[0][2] == "长" * 400 + "…"


def test_the_workbook_opens(signed_in: SignInAs, trail: int) -> None:
    response = signed_in("auditor").post("/audit/export")
    assert len(read_spreadsheet(BytesIO(response.data).read())[0].rows) == 61
