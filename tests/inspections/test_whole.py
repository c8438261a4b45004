"""A whole sheet on one page: each criterion sent by itself, twice without harm, never over another mark in silence."""

import re
from collections.abc import Callable
from fractions import Fraction
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.actor import Actor
from app.checks.models import Finding
from app.foundation import unit_of_work
from app.foundation.db import db
from app.inspections import mark_operations, queries, round_operations
from app.inspections.course import RoundState
from app.inspections.mark_operations import MarkChanged
from app.inspections.marking import Proposal
from app.inspections.models import InspectionRound, Mark
from app.inspections.whole import SoFar, so_far
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Scorer
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.inspections import rounds
from tests.inspections.test_measures import scored_round
from tests.inspections.test_races import at_once

SCRIPT = {"Accept": "application/json"}
Send = Callable[..., TestResponse]


@pytest.fixture
def sheet(app: Flask, scene: Scene) -> int:
    """The first group's sheet in a round that is being scored."""
    with app.app_context(), unit_of_work.transaction():
        return rounds.sheet_of(rounds.scoring(scene), scene.group).id


@pytest.fixture
def send(sheet: int, scene: Scene, signed_in: SignInAs) -> Send:
    """One criterion, as the page's script sends it."""
    browsers: dict[str, FlaskClient] = {}

    def post(code: str, *, login: str = "committee", seen: object = 0, **fields: str) -> TestResponse:
        browser = browsers.setdefault(login, signed_in(login))
        data = {"marker": scene.accounts[login], "seen": seen} | {
            name.replace("_off_", "-"): value for name, value in fields.items()
        }
        return browser.post(f"/inspections/sheets/{sheet}/whole/{code}", data=data, headers=SCRIPT)

    return post


def kept(app: Flask, code: str) -> list[tuple[Fraction | None, str, bool]]:
    """Points, reason and whether it stands, of every panel mark of a criterion, earliest first."""
    with app.app_context():
        marks = db.session.scalars(select(Mark).where(Mark.code == code).order_by(Mark.id))
        return [(mark.points, mark.reason, mark.replaced_at is None) for mark in marks]


# ---------------------------------------------------------------- sending


def test_what_is_sent_twice_is_one_mark_and_one_answer(app: Flask, send: Send) -> None:
    first, again = (send("A2", further="1", reason="方案晚交") for _ in range(2))
    assert (first.status_code, again.status_code) == (HTTPStatus.OK, HTTPStatus.OK)
    assert first.get_json() == again.get_json() | {"id": first.get_json()["id"]}
    assert first.get_json()["words"] == "已评 1 项，5 分（满分 6）"
    assert kept(app, "A2") == [(Fraction(5), "方案晚交", True)]


def test_each_mark_says_how_far_the_sheet_is(app: Flask, send: Send) -> None:
    with app.app_context():
        total = len(db.session.scalars(select(RubricVersion)).one().rubric.criteria)
    send("A1")
    told: dict[str, Any] = send("B1", step="3", reason="缺时限").get_json()
    assert (told["words"], told["left"]) == ("已评 2 项，9 分（满分 10）", total - 2)


def test_a_deduction_without_a_reason_is_refused_in_words(app: Flask, send: Send) -> None:
    answer = send("A2", further="1", reason=" 　 ")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.get_json() == {"field": "reason", "message": "扣了分，请写明扣分理由（空格不算），会写进得分说明单。"}
    assert kept(app, "A2") == []


def test_what_is_no_count_is_refused_in_words(app: Flask, send: Send) -> None:
    answer = send("A2", count_off_A2_off_1="abc", reason="晚交")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.get_json()["message"] == "请填次数，如 0、1、2。 次数应在 0 到 99 之间。"
    assert kept(app, "A2") == []


# ---------------------------------------------------------------- conflicts


def test_a_mark_that_was_changed_elsewhere_is_shown_and_not_overwritten(app: Flask, send: Send) -> None:
    first = send("A2", further="1", reason="方案晚交").get_json()["id"]
    second = send("A2", seen=first, further="2", reason="晚交两次").get_json()["id"]
    answer = send("A2", seen=first, further="3", reason="晚交三次")
    assert answer.status_code == HTTPStatus.CONFLICT
    stands = answer.get_json()["stands"]
    assert (stands["id"], stands["points"], stands["reason"]) == (second, "4", "晚交两次")
    assert ["further", "2"] in stands["fields"]
    assert kept(app, "A2") == [(Fraction(5), "方案晚交", False), (Fraction(4), "晚交两次", True)]
    assert send("A2", seen=second, further="3", reason="晚交三次").status_code == HTTPStatus.OK
    assert kept(app, "A2")[-1] == (Fraction(3), "晚交三次", True)


def test_of_two_devices_at_once_one_is_stored_and_the_other_asked(
    app: Flask, sheet: int, scene: Scene, signed_in: SignInAs
) -> None:
    def act(browser: FlaskClient, off: str) -> Callable[[], int]:
        data = {"marker": scene.accounts["committee"], "seen": 0, "further": off, "reason": "方案晚交"}
        return lambda: browser.post(f"/inspections/sheets/{sheet}/whole/A2", data=data, headers=SCRIPT).status_code

    seen = at_once([act(signed_in("committee"), off) for off in ("1", "2", "3")])
    assert sorted(seen) == [HTTPStatus.OK, HTTPStatus.CONFLICT, HTTPStatus.CONFLICT]
    assert [stands for *_, stands in kept(app, "A2")] == [True]


def test_the_same_mark_given_elsewhere_is_no_conflict(app: Flask, send: Send) -> None:
    first = send("A2", further="1", reason="方案晚交").get_json()["id"]
    assert send("A2", seen=0, further="1", reason="方案晚交").get_json()["id"] == first
    assert len(kept(app, "A2")) == 1


@pytest.mark.parametrize("seen", ["", "x", "-1", "１", "9" * 40])
def test_a_mark_seen_that_is_no_mark_matches_nothing(app: Flask, send: Send, seen: str) -> None:
    send("A2", further="1", reason="方案晚交")
    assert send("A2", seen=seen, further="2", reason="晚交两次").status_code == HTTPStatus.CONFLICT
    assert len(kept(app, "A2")) == 1


def test_the_act_asks_only_where_it_is_told_what_was_seen(
    app: Flask, scene: Scene, actor: Callable[[str], Actor]
) -> None:
    by = actor("committee")
    with app.app_context(), unit_of_work.transaction():
        own = rounds.sheet_of(rounds.scoring(scene), scene.group)
        first = mark_operations.give_mark(own, "A2", rounds.off("1"), [], by=by, seen=0)
        with pytest.raises(MarkChanged) as changed:
            mark_operations.give_mark(own, "A2", rounds.off("2"), [], by=by, seen=0)
        assert changed.value.stands.id == first.id
        later = mark_operations.give_mark(own, "A2", rounds.off("2"), [], by=by)
        assert mark_operations.give_mark(own, "A2", Proposal(), [], by=by, seen=later.id).points == 6


# ---------------------------------------------------------------- who, and when


def test_nobody_sends_in_anothers_name(app: Flask, sheet: int, scene: Scene, signed_in: SignInAs) -> None:
    """The tab of one person, after another signed in at the same browser."""
    answer = signed_in("committee").post(
        f"/inspections/sheets/{sheet}/whole/A1",
        data={"marker": scene.accounts["secretary2"], "seen": 0},
        headers=SCRIPT,
    )
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer.get_json()["message"].startswith("现在登录的是另一个人")
    assert kept(app, "A1") == []


def test_who_may_not_score_a_whole_sheet(app: Flask, scene: Scene, sheet: int, signed_in: SignInAs) -> None:
    with app.app_context():
        other = next(one.id for one in queries.sheets(1) if one.group_id == scene.other_group)
    page, line = f"/inspections/sheets/{sheet}/whole", f"/inspections/sheets/{sheet}/whole/A1"
    assert signed_in("leader1").get(page).status_code == HTTPStatus.FORBIDDEN
    assert signed_in("leader1").post(line).status_code == HTTPStatus.FORBIDDEN
    assert signed_in("foreign-committee").get(page).status_code == HTTPStatus.NOT_FOUND
    assert signed_in("foreign-committee").post(line).status_code == HTTPStatus.NOT_FOUND
    assert signed_in("secretary2").get(f"/inspections/sheets/{other}/whole").status_code == HTTPStatus.FORBIDDEN
    assert app.test_client().post(line, headers=SCRIPT).status_code == HTTPStatus.UNAUTHORIZED
    assert signed_in("committee").get(page).status_code == HTTPStatus.OK
    assert kept(app, "A1") == []


def test_a_criterion_that_does_not_exist_is_not_found(send: Send) -> None:
    assert send("Z9").status_code == HTTPStatus.NOT_FOUND


def test_a_round_closed_meanwhile_is_answered_plainly(app: Flask, send: Send) -> None:
    with app.app_context(), unit_of_work.transaction():
        round_operations.move_round(db.session.get_one(InspectionRound, 1), RoundState.REVIEW, by=rounds.OPERATOR)
        db.session.get_one(InspectionRound, 1).state = RoundState.APPROVAL
    answer = send("A1")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert answer.get_json() == {"message": "本轮督查现在是“审定”，还不能评分。", "closed": True}
    assert kept(app, "A1") == []


# ---------------------------------------------------------------- every kind of criterion


def test_what_the_system_measured_and_what_one_body_scores(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """The panel corrects a measured value with a reason and is not asked for it; the branch is asked for its own alone."""
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(scored_round(scene), scene.group).id
        codes = {c.code: c.scorer for c in db.session.scalars(select(RubricVersion)).one().rubric.criteria}
        measured = db.session.scalars(select(Mark).where(Mark.sheet_id == sheet)).one()
        measured_id, code = measured.id, measured.code
    own = [one for one, scorer in codes.items() if scorer in (Scorer.PANEL, Scorer.COMMITTEE)]
    panel = [one for one in own if codes[one] is Scorer.PANEL]
    browser = signed_in("committee")
    page = browser.get(f"/inspections/sheets/{sheet}/whole").get_data(as_text=True)
    assert f"还差 {len(own)} 项" in page
    assert "系统测算" in page
    marker = scene.accounts["committee"]
    address = f"/inspections/sheets/{sheet}/whole/{code}"
    bare = browser.post(address, data={"marker": marker, "seen": measured_id, "step": "1"}, headers=SCRIPT)
    assert (bare.status_code, bare.get_json()["field"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "reason")
    late = browser.post(address, data={"marker": marker, "seen": 0, "step": "1", "reason": "八月开过"}, headers=SCRIPT)
    assert (late.status_code, late.get_json()["stands"]["id"]) == (HTTPStatus.CONFLICT, measured_id)
    done = browser.post(
        address, data={"marker": marker, "seen": measured_id, "step": "1", "reason": "八月开过"}, headers=SCRIPT
    )
    assert (done.status_code, done.get_json()["left"]) == (HTTPStatus.OK, len(own))
    one_voice = next(one for one, scorer in codes.items() if scorer is Scorer.BRANCH)
    theirs = signed_in("secretary").get(f"/inspections/sheets/{sheet}/whole").get_data(as_text=True)
    assert f'id="line-{one_voice}"' in theirs
    assert f'id="line-{panel[0]}"' not in theirs
    assert f'id="line-{one_voice}"' not in page


# ---------------------------------------------------------------- without a script


def plain_post(browser: FlaskClient, sheet: int, scene: Scene, **fields: object) -> TestResponse:
    data = {"marker": scene.accounts["committee"], "seen": 0} | fields
    return browser.post(f"/inspections/sheets/{sheet}/whole/A2", data=data)


def test_without_a_script_each_criterion_is_a_form(app: Flask, sheet: int, scene: Scene, signed_in: SignInAs) -> None:
    browser = signed_in("committee")
    answer = plain_post(browser, sheet, scene, further="1", reason="方案晚交")
    assert answer.headers["Location"] == f"/inspections/sheets/{sheet}/whole#line-A3"
    assert "A2 已存。" in browser.get(f"/inspections/sheets/{sheet}/whole").get_data(as_text=True)
    assert kept(app, "A2") == [(Fraction(5), "方案晚交", True)]


def test_without_a_script_what_was_typed_comes_back_and_a_newer_mark_is_asked_about(
    app: Flask, sheet: int, scene: Scene, signed_in: SignInAs
) -> None:
    browser = signed_in("committee")
    plain_post(browser, sheet, scene, further="1", reason="方案晚交")
    refused = plain_post(browser, sheet, scene, further="2", reason="晚交两次")
    page = refused.get_data(as_text=True)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "已存的是 5（" in page
    assert "晚交两次</textarea>" in page
    with app.app_context():
        first = db.session.scalars(select(Mark.id)).one()
    assert f'name="seen" value="{first}"' in page
    assert plain_post(browser, sheet, scene, seen=first, further="2", reason="晚交两次").status_code == HTTPStatus.FOUND
    assert [points for points, _, stands in kept(app, "A2") if stands] == [Fraction(4)]


# ---------------------------------------------------------------- the page


def test_the_page_takes_few_statements_however_much_is_marked(
    app: Flask, scene: Scene, sheet: int, signed_in: SignInAs, statements: Statements, actor: Callable[[str], Actor]
) -> None:
    browser, by = signed_in("committee"), actor("committee")

    def count() -> int:
        with statements() as seen:
            assert browser.get(f"/inspections/sheets/{sheet}/whole").status_code == HTTPStatus.OK
        return len(seen)

    empty = count()
    with app.app_context(), unit_of_work.transaction():
        rounds.mark_all(queries.sheets(1)[0], by)
    full = count()
    assert full == empty
    assert full <= 6


def test_the_round_and_the_desk_lead_to_the_whole_sheet(sheet: int, signed_in: SignInAs) -> None:
    browser, address = signed_in("committee"), f'href="/inspections/sheets/{sheet}/whole"'
    assert address in browser.get("/inspections/rounds/1").get_data(as_text=True)
    assert address in browser.get(f"/inspections/sheets/{sheet}/score/A1").get_data(as_text=True)


def test_the_next_sheet_to_score_is_offered_and_shown_once_this_one_is_finished(
    app: Flask, scene: Scene, sheet: int, signed_in: SignInAs, actor: Callable[[str], Actor]
) -> None:
    def onward(login: str) -> list[tuple[str, str, str]]:
        page = signed_in(login).get(f"/inspections/sheets/{sheet}/whole").get_data(as_text=True)
        return re.findall(r'<a href="([^"]+)" data-onward( hidden)?>(.*?)</a>', page)

    with app.app_context():
        sister = rounds.sheet_of(db.session.get_one(InspectionRound, 1), scene.sister_group).id
    address = f"/inspections/sheets/{sister}/whole"
    assert onward("committee") == [(address, " hidden", "下一组 生产二党小组")]
    by, other = actor("committee"), actor("secretary2")
    with app.app_context(), unit_of_work.transaction():
        rounds.mark_all(queries.sheets(1)[0], by)
    assert onward("committee") == [(address, "", "下一组 生产二党小组")]
    with app.app_context(), unit_of_work.transaction():
        rounds.mark_all(rounds.sheet_of(db.session.get_one(InspectionRound, 1), scene.sister_group), by)
        row = db.session.get_one(InspectionRound, 1)
        shared = next(member for member in row.panel if member.account_id == other.account_id)
        shared.conflicts = [*shared.conflicts, scene.sister_group]
    assert onward("committee") == []
    assert onward("secretary2") == []  # the sister's is shared out to others


# ---------------------------------------------------------------- the rule


def criterion(code: str, maximum: int) -> Criterion:
    return Criterion(code, code, CriterionKind.DEDUCTION, Fraction(maximum))


def test_so_far_counts_what_applies_up_to_the_cap() -> None:
    capped = Dimension("A", "甲", (criterion("A1", 6), criterion("A2", 6)), cap=Fraction(10))
    free = Dimension("B", "乙", (criterion("B1", 4), criterion("B2", 5)))
    given = {"A1": Fraction(6), "A2": Fraction(11, 2), "B1": None, "C9": Fraction(3)}
    found = so_far([capped, free], ["A1", "A2", "B1", "B2"], given)
    assert found == SoFar(marked=3, left=1, points=Fraction(10), maximum=Fraction(10))
    assert found.words == "已评 3 项，10 分（满分 10）"


# ---------------------------------------------------------------- what is found on site


def test_a_problem_is_noted_with_its_criterion(app: Flask, scene: Scene, sheet: int, signed_in: SignInAs) -> None:
    browser = signed_in("secretary")
    browser_of_panel = signed_in("committee")
    address = f"/groups/{scene.group}/findings/new?criterion=A2"
    assert address.replace("?", "?") in browser_of_panel.get(f"/inspections/sheets/{sheet}/whole").get_data(
        as_text=True
    )
    page = browser.get(address).get_data(as_text=True)
    assert 'name="criterion" type="hidden" value="A2"' in page
    fields = {"text": "方案没有张贴", "kind": "records", "source": "inspection", "criterion": "A2", "try_id": "one"}
    assert browser.post(address, data=fields).status_code == HTTPStatus.SEE_OTHER
    with app.app_context():
        assert db.session.scalars(select(Finding.criterion_code)).all() == ["A2"]
