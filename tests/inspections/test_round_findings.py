"""Findings and mutual checks on the pages of a round."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from app.checks import mutual_operations
from app.checks.models import Finding
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.inspections import round_operations
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound
from app.organisation.models import Committee
from tests.checks import found
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.inspections import hearings, rounds

TYPED = {"text": "工具车没有回定置线", "kind": "site", "source": "inspection", "try_id": "one"}


@pytest.fixture(autouse=True)
def no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


def round_on_site(scene: Scene) -> InspectionRound:
    """Of the quarter that runs, at the step 互查督查."""
    plan = replace(
        hearings.PLAN, self_check_until=date(2027, 1, 9), visits_until=date(2027, 1, 12),
        scoring_until=date(2027, 1, 16), feedback_until=date(2027, 1, 20), appeals_until=date(2027, 1, 26),
    )  # fmt: skip
    committee = db.session.get_one(Committee, scene.committee)
    row = round_operations.plan_round(committee, found.QUARTER, rounds.rubric(scene), plan, by=rounds.OPERATOR)
    panel = [scene.accounts["committee"], scene.accounts["secretary2"]]
    round_operations.choose_panel(row, panel, by=rounds.OPERATOR)
    hearings.move(row, RoundState.SELF_CHECK, RoundState.VISIT)
    return row


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_finding_noted_from_a_sheet_names_its_round_and_stands_in_the_review(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        round_id, sheet_id = row.id, rounds.sheet_of(row, scene.group).id
    office = signed_in("committee")
    way = f"/groups/{scene.group}/findings/new?criterion=A1&amp;round={round_id}&amp;text="
    assert way in office.get(f"/inspections/sheets/{sheet_id}/score/A1").text
    assert way in office.get(f"/inspections/sheets/{sheet_id}/whole").text
    form = office.get(f"/groups/{scene.group}/findings/new?criterion=A1&round={round_id}").text
    assert f'name="round" type="hidden" value="{round_id}"' in form
    assert "第三季度督查" in form
    made = office.post(f"/groups/{scene.group}/findings/new", data={**TYPED, "criterion": "A1", "round": str(round_id)})
    assert made.status_code == 303
    page = words(office.get(made.location).text)
    assert "在哪一轮 第三季度督查" in page
    review = words(office.get(f"/inspections/rounds/{round_id}/review").text)
    assert "本轮发现的问题 1 个，1 个还没销号 工具车没有回定置线 督查 A1，待整改" in review


@pytest.mark.parametrize("named", ["", "9999", "x", "99999999999999999999"])
def test_a_round_that_is_none_is_left_out(app: Flask, scene: Scene, signed_in: SignInAs, named: str) -> None:
    answer = signed_in("committee").post(f"/groups/{scene.group}/findings/new", data={**TYPED, "round": named})
    assert answer.status_code == 303
    with app.app_context():
        assert db.session.query(Finding).one().round_id is None


def test_a_round_of_another_committee_is_left_out(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        round_id = rounds.planned(scene).id
    foreign = signed_in("foreign-committee")
    address = f"/groups/{scene.foreign_group}/findings/new"
    assert "第三季度督查" not in foreign.get(f"{address}?round={round_id}").text
    assert foreign.post(address, data={**TYPED, "round": str(round_id)}).status_code == 303
    with app.app_context():
        assert db.session.query(Finding).one().round_id is None


def test_the_step_on_site_says_who_has_still_to_go_and_what_was_found(
    app: Flask, scene: Scene, signed_in: SignInAs, statements: Statements
) -> None:
    with app.app_context(), unit_of_work.transaction():
        found.third_group(scene)
        checks = found.arranged(scene)
        db.session.flush()
        check = next(check for check in checks if check.group_id == scene.group)
        mutual_operations.record_visit(
            check, visited_on=clock.today(), seen="看了现场", version=check.version, by=rounds.OPERATOR
        )
        check_id = check.id
        round_id = round_on_site(scene).id
    leader = signed_in("leader1")
    assert (
        leader.post(f"/mutual-checks/{check_id}/findings/new", data={**TYPED, "source": "mutual_check"}).status_code
        == 303
    )
    office = signed_in("committee")
    with statements() as seen:
        page = office.get(f"/inspections/rounds/{round_id}").text
    assert len(seen) <= 6, "\n\n".join(seen)
    said = words(page)
    assert "制丝车间党支部 互查 3 次，已去 1 次" in said
    assert "发现问题 1 个，1 个还没销号" in said
    assert "卷包车间党支部 本季没有排互查 还没有记下问题" in said
    assert "还没去：" in said
    assert f"/branches/{scene.branch}/mutual-checks/2026-Q4" in page
    assert f"/groups/{scene.group}/findings/new?round={round_id}" in page
    assert "第三季度督查，正在互查督查 互查已去 1/3" in words(office.get("/").text)
    review = words(office.get(f"/inspections/rounds/{round_id}/review").text)
    assert "本轮发现的问题 1 个" in review


def test_other_steps_do_not_show_it(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = round_on_site(scene)
        hearings.move(row, RoundState.SCORING)
        round_id = row.id
    page = signed_in("committee").get(f"/inspections/rounds/{round_id}").text
    assert ("本季没有排互查" in page, "findings/new" in page) == (False, False)
