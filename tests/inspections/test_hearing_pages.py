"""A group reads its own sheet, answers and appeals; the committee decides, reviews and goes on, each on its page."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.actor import Actor
from app.foundation import unit_of_work
from app.foundation.db import db
from app.inspections import queries
from app.inspections.course import RoundState
from app.inspections.hearing_models import Appeal, Feedback
from app.inspections.models import InspectionRound
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.inspections import hearings, rounds

ActorOf = Callable[[str], Actor]
MOST_STATEMENTS = 6


@pytest.fixture
def markers(actor: ActorOf) -> list[Actor]:
    return [actor("committee"), actor("secretary2")]


@pytest.fixture
def sheets(app: Flask, scene: Scene, markers: list[Actor]) -> dict[int, int]:
    """group -> sheet, in round 1, which is open for appeals."""
    with app.app_context(), unit_of_work.transaction():
        row = hearings.open_for_appeals(scene, list(markers))
        return {sheet.group_id: sheet.id for sheet in queries.sheets(row.id)}


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_a_leader_reads_the_own_sheet_and_no_other(sheets: dict[int, int], scene: Scene, signed_in: SignInAs) -> None:
    leader = signed_in("leader1")
    page = text_of(leader, f"/inspections/sheets/{sheets[scene.group]}/feedback")
    assert "九月方案晚交" in page
    assert f'href="/inspections/sheets/{sheets[scene.group]}/appeals/A2"' in page
    assert f'href="/inspections/sheets/{sheets[scene.group]}/appeals/A1"' not in page  # full marks
    for other in (scene.sister_group, scene.other_group):
        assert leader.get(f"/inspections/sheets/{sheets[other]}/feedback").status_code in (403, 404)
    assert signed_in("member1").get(f"/inspections/sheets/{sheets[scene.group]}/feedback").status_code in (403, 404)


def test_nothing_is_shown_before_the_review_is_done(
    app: Flask, scene: Scene, markers: list[Actor], signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = hearings.scored(scene, list(markers))
        sheet = rounds.sheet_of(row, scene.group).id
    page = text_of(signed_in("leader1"), f"/inspections/sheets/{sheet}/feedback")
    assert "复核完了才能看" in page
    assert "九月方案晚交" not in page


def test_an_appeal_goes_from_the_phone_to_its_decision(
    app: Flask, sheets: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    leader, own = signed_in("leader1"), sheets[scene.group]
    empty = leader.post(f"/inspections/sheets/{own}/appeals/A2", data={"reason": " \u3000"})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请写明为什么不同意" in empty.get_data(as_text=True)
    sent = leader.post(f"/inspections/sheets/{own}/appeals/A2", data={"reason": "方案八月就报了<b>"})
    assert sent.headers["Location"] == f"/inspections/sheets/{own}/feedback"
    assert "等党委答复" in text_of(leader, f"/inspections/sheets/{own}/feedback")
    again = leader.post(f"/inspections/sheets/{own}/appeals/A2", data={"reason": "再来"})
    assert again.status_code == HTTPStatus.CONFLICT
    assert leader.post("/inspections/appeals/1", data={}).status_code in (403, 404)

    office = signed_in("committee")
    listed = text_of(office, "/inspections/rounds/1/appeals")
    assert "方案八月就报了&lt;b&gt;" in listed
    assert "还有 1 条等决定" in listed
    assert "（1 条申诉待决定）" in text_of(office, "/inspections/rounds/1")
    bare = office.post("/inspections/appeals/1", data={"outcome": "upheld", "decision": "查过了"})
    assert bare.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请填更正后的得分" in bare.get_data(as_text=True)
    decided = office.post(
        "/inspections/appeals/1", data={"outcome": "upheld", "points": "6", "decision": "查过了，八月报的"}
    )
    assert decided.headers["Location"] == "/inspections/rounds/1/appeals"
    page = text_of(leader, f"/inspections/sheets/{own}/feedback")
    assert "查过了，八月报的" in page
    assert "5.00 改为 6.00" in page
    twice = office.post("/inspections/appeals/1", data={"outcome": "rejected", "decision": "改主意"})
    assert twice.status_code == HTTPStatus.CONFLICT


def test_an_appeal_and_an_answer_are_taken_back_by_the_group_alone(
    app: Flask, sheets: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    leader, office, own = signed_in("leader1"), signed_in("committee"), sheets[scene.group]
    feedback = f"/inspections/sheets/{own}/feedback"
    leader.post(f"/inspections/sheets/{own}/appeals/A2", data={"reason": "方案八月就报了"})
    assert "/inspections/appeals/1/withdraw" in text_of(leader, feedback)
    for login in ("committee", "leader2", "member1"):
        assert signed_in(login).post("/inspections/appeals/1/withdraw").status_code in (403, 404), login
    forged = office.post("/inspections/appeals/1", data={"outcome": "withdrawn", "decision": "替他们撤"})
    assert forged.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert leader.post("/inspections/appeals/1/withdraw").headers["Location"] == feedback
    page = text_of(leader, feedback)
    assert ("已撤回" in page, "/inspections/appeals/1/withdraw" in page, "appeals/A2" in page) == (True, False, False)
    assert "已撤回" in text_of(office, "/inspections/rounds/1/appeals")
    assert "不用再决定" in text_of(office, "/inspections/appeals/1")
    assert "申诉待决定" not in text_of(office, "/inspections/rounds/1")

    leader.post(feedback, data={"words": "没有意见"})
    assert f"{feedback}/withdraw" in text_of(leader, feedback)
    assert leader.post(f"{feedback}/withdraw").headers["Location"] == feedback
    assert "没有意见" not in text_of(leader, feedback)


def test_a_group_says_that_it_has_seen_its_sheet(
    app: Flask, sheets: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    leader, own = signed_in("leader1"), sheets[scene.group]
    waited = text_of(leader, "/inspections/rounds/1")
    assert "生产一党小组（示例leader1）" in waited
    leader.post(f"/inspections/sheets/{own}/feedback", data={"words": "没有意见"})
    leader.post(f"/inspections/sheets/{own}/feedback", data={"words": "没有意见"})  # sent twice
    with app.app_context():
        assert db.session.scalars(select(Feedback.words)).all() == ["没有意见"]
    assert "生产一党小组（示例leader1）" not in text_of(leader, "/inspections/rounds/1")


def test_a_step_that_may_not_be_taken_says_why_and_back_asks_for_a_reason(
    app: Flask, sheets: dict[int, int], signed_in: SignInAs
) -> None:
    office, move = signed_in("committee"), "/inspections/rounds/1/move"
    office.post(move, data={"to": "approval"})
    assert "申诉到12月26日截止" in text_of(office, "/inspections/rounds/1")
    assert "为什么退回" in text_of(office, "/inspections/rounds/1/steps/feedback")
    bare = office.post(move, data={"to": "feedback", "reason": " "})
    assert bare.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请写明为什么退回" in bare.get_data(as_text=True)
    office.post(move, data={"to": "feedback", "reason": "日期写错了"})
    with app.app_context():
        assert db.session.get_one(InspectionRound, 1).state is RoundState.FEEDBACK


def test_the_review_records_what_it_decides_with_a_reason(
    app: Flask, scene: Scene, markers: list[Actor], signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(hearings.scored(scene, list(markers)), scene.group).id
    office, address = signed_in("committee"), f"/inspections/sheets/{sheet}/review/A2"
    assert "九月方案晚交" in text_of(office, address)
    bare = office.post(address, data={"again": "no", "reason": ""})
    assert bare.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    office.post(address, data={"again": "yes", "reason": "请看一遍九月的方案"})
    page = text_of(office, "/inspections/rounds/1/review")
    assert "请评委再看：请看一遍九月的方案（示例committee）" in page
    for login, asked in (("secretary2", True), ("leader1", False)):  # of the panel, and not
        seen = text_of(signed_in(login), "/inspections/rounds/1")
        assert (f'href="/inspections/sheets/{sheet}/score/A2"' in seen) is asked
    office.post(address, data={"again": "no", "reason": "看过了，属实"})
    assert "维持：看过了，属实（示例committee）" in text_of(office, "/inspections/rounds/1/review")


def test_the_review_shows_a_second_column_where_not_everybody_scored_everything(
    app: Flask, scene: Scene, markers: list[Actor], signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        hearings.scored(scene, list(markers))
    assert "扣除松紧" in text_of(signed_in("committee"), "/inspections/rounds/1/review")  # secretary2 left one out


@pytest.mark.parametrize(
    ("login", "address"),
    [
        ("leader1", "/inspections/sheets/1/feedback"),
        ("leader1", "/inspections/sheets/1/appeals/A2"),
        ("committee", "/inspections/rounds/1/appeals"),
        ("committee", "/inspections/appeals/1"),
        ("committee", "/inspections/rounds/1/review"),
        ("committee", "/inspections/sheets/1/review/A2"),
        ("committee", "/inspections/rounds/1"),
    ],
)
def test_statements_of_the_hearings_pages(
    app: Flask,
    scene: Scene,
    sheets: dict[int, int],
    signed_in: SignInAs,
    statements: Statements,
    login: str,
    address: str,
) -> None:
    with app.app_context(), unit_of_work.transaction():
        db.session.add(
            Appeal(
                committee_id=scene.committee, sheet_id=sheets[scene.sister_group], code="A2", title="轮值", reason="不同意",
                author="示例", appealed_at=db.session.get_one(InspectionRound, 1).created_at,
            )
        )  # fmt: skip
    browser = signed_in(login)
    with statements() as seen:
        text_of(browser, address)
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)
