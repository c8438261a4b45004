"""The pages of a quarter, as people of each role open them."""

import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.actor import Actor
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import mark_operations, mark_queries, queries, result_queries, round_operations
from app.inspections.course import RoundState
from app.inspections.marking import Proposal
from app.inspections.models import InspectionRound, Mark, Sheet
from app.organisation.models import Branch
from app.rubrics.models import RubricVersion
from app.rubrics.queries import rubric_versions
from tests.factories import Scene, group
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]
MOST_STATEMENTS = 6


@pytest.fixture
def actors(actor: ActorOf) -> dict[str, Actor]:
    return {login: actor(login) for login in ("committee", "secretary2", "leader1")}


def round_in(app: Flask, scene: Scene, state: RoundState = RoundState.SCORING) -> tuple[int, dict[int, int]]:
    """A round in a state, and the sheet of each group."""
    with app.app_context(), unit_of_work.transaction():
        row = rounds.planned(scene)
        for step in (RoundState.SELF_CHECK, RoundState.SCORING)[
            : (RoundState.PLAN, RoundState.SELF_CHECK, RoundState.SCORING).index(state)
        ]:
            round_operations.move_round(row, step, by=rounds.OPERATOR)
        return row.id, {sheet.group_id: sheet.id for sheet in queries.sheets(row.id)}


@pytest.fixture
def published(app: Flask, scene: Scene, actors: dict[str, Actor]) -> dict[int, int]:
    """group -> its result, in a published round of 2026-Q3."""
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        changed = {scene.group: {"C3": Proposal(counts={"C3-1": 1}, reason="里程碑三延期12天")}}
        head = rounds.published(row, [actors["committee"], actors["secretary2"]], changed)
        return {result.group_id: result.id for result in result_queries.results(head.id)}


def text_of(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


# ---------------------------------------------------------------- a round from its plan to its publication


def test_a_committee_plans_scores_and_publishes_a_quarter(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    browser = signed_in("committee")
    assert "还没有督查轮次" in text_of(browser, "/inspections")
    assert browser.post(f"/committees/{scene.committee}/rubrics").status_code == HTTPStatus.FOUND
    plan = {
        "title": "第三季度督查", "quarter": "2026-Q3", "rubric": "1", "self_check_until": "2026-10-09",
        "scoring_until": "2026-10-16", "appeals_until": "2026-10-26", "stages": ["self_check"],
    }  # fmt: skip
    new = browser.post(f"/committees/{scene.committee}/rounds/new", data=plan)
    assert new.headers["Location"] == "/inspections/rounds/1/panel"
    chosen = browser.post("/inspections/rounds/1/panel", data={"members": [scene.accounts["committee"]]})
    assert chosen.status_code == HTTPStatus.FOUND
    for step in ("self_check", "scoring"):
        browser.post("/inspections/rounds/1/move", data={"to": step})
    for sheet_id in (1, 2, 3):
        mark_whole_sheet(browser, app, sheet_id)
    browser.post("/inspections/rounds/1/move", data={"to": "review"})
    assert "审定并发布" in text_of(browser, "/inspections/rounds/1/review")
    answer = browser.post("/inspections/rounds/1/publish")
    assert answer.headers["Location"] == f"/committees/{scene.committee}/results/2026-Q3"
    page = text_of(browser, answer.headers["Location"])
    assert "生产一党小组" in page
    assert "100.00" in page
    assert browser.post("/inspections/rounds/1/publish").status_code == HTTPStatus.CONFLICT


def mark_whole_sheet(browser: FlaskClient, app: Flask, sheet_id: int) -> None:
    """Follow the redirects from criterion to criterion, as a person does, until the desk has nothing left to ask."""
    address = browser.get(f"/inspections/sheets/{sheet_id}/score").headers["Location"]
    with app.app_context():
        rubric = db.session.scalars(select(RubricVersion)).one().rubric
    while not address.endswith("/conditions"):
        criterion = rubric.criterion(address.rsplit("/", 1)[1])
        assert criterion is not None
        proposal = rounds.full(criterion)
        answer = browser.post(address, data={} if proposal.step is None else {"step": str(proposal.step)})
        assert answer.status_code == HTTPStatus.FOUND
        address = answer.headers["Location"]
    answers = {f"holds-{c.code}": "yes" for c in rubric.gates} | {f"holds-{c.code}": "no" for c in rubric.vetoes}
    assert browser.post(address, data=answers).status_code == HTTPStatus.FOUND


def test_a_plan_with_faults_comes_back_with_what_was_typed(scene: Scene, signed_in: SignInAs) -> None:
    browser = signed_in("committee")
    browser.post(f"/committees/{scene.committee}/rubrics")
    plan = {
        "title": "甲乙丙督查", "quarter": "2026-Q3", "rubric": "1", "self_check_until": "2026-10-09",
        "scoring_until": "2026-10-01", "appeals_until": "2026-10-26", "stages": ["self_check"],
    }  # fmt: skip
    answer = browser.post(f"/committees/{scene.committee}/rounds/new", data=plan)
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "评分截止不能早于自查截止，请改晚一些。" in page
    assert 'value="甲乙丙督查"' in page


def test_a_new_round_proposes_a_quarter_that_has_none(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    browser, address = signed_in("committee"), f"/committees/{scene.committee}/rounds/new"

    def proposed() -> list[str]:
        return re.findall(r'<option selected value="(\d{4}-Q\d)"', text_of(browser, address))

    with app.app_context(), unit_of_work.transaction():
        version = rounds.rubric(scene).id
    assert proposed() == ["2026-Q4"]
    with app.app_context(), unit_of_work.transaction():
        rounds.planned(scene, quarter=Quarter(2026, 4), version=db.session.get_one(RubricVersion, version))
    assert proposed() == ["2027-Q1"]


def test_a_quarter_that_still_runs_is_said_before_it_is_published(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    words, said = "才结束。现在发布，之后办的活动、确认的记录都不再进这一版。", []
    with app.app_context(), unit_of_work.transaction():
        version = rounds.rubric(scene)
        numbers = []
        for quarter in (Quarter(2026, 3), Quarter(2026, 4)):
            row = rounds.scoring(scene, quarter=quarter, version=version)
            round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
            numbers.append(row.id)
    for number in numbers:
        page = text_of(signed_in("committee"), f"/inspections/rounds/{number}/review")
        said.append(re.findall(rf"本季到(.*?){words}", page))
    assert said == [[], ["12月31日"]]


def test_two_who_change_a_plan_the_second_sees_both(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    round_id, _ = round_in(app, scene)
    browser = signed_in("committee")
    page = text_of(browser, f"/inspections/rounds/{round_id}/change")
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found is not None
    plan = {
        "title": "甲改的", "quarter": "2026-Q3", "rubric": "1", "self_check_until": "2026-10-09",
        "scoring_until": "2026-10-16", "appeals_until": "2026-10-26", "version": found[1],
        "stages": ["self_check"],
    }  # fmt: skip
    assert browser.post(f"/inspections/rounds/{round_id}/change", data=plan).status_code == HTTPStatus.FOUND
    late = browser.post(f"/inspections/rounds/{round_id}/change", data=plan | {"title": "乙改的"})
    assert late.status_code == HTTPStatus.CONFLICT
    words = late.get_data(as_text=True)
    assert 'value="乙改的"' in words
    assert "别人存的是“甲改的”" in words
    for strange in ("abc", "9" * 40, ""):
        again = browser.post(f"/inspections/rounds/{round_id}/change", data=plan | {"version": strange})
        assert again.status_code == HTTPStatus.CONFLICT
    far = browser.post(f"/inspections/rounds/{round_id}/change", data=plan | {"appeals_until": "9999-12-31"})
    assert far.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_the_panel_page_shows_who_sits_on_it(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    round_id, _ = round_in(app, scene)
    page = text_of(signed_in("committee"), f"/inspections/rounds/{round_id}/panel")
    assert "大约 <b>" in page  # the chance of finding the best group
    ticked = [line for line in page.splitlines() if 'name="members"' in line and " checked" in line]
    assert ["厂党委（committee）" in line or "党支部书记（secretary2）" in line for line in ticked] == [True, True]


def test_the_groups_are_shared_out_by_hand_or_evenly(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    round_id, _ = round_in(app, scene)
    browser, address = signed_in("committee"), f"/inspections/rounds/{round_id}/division"

    def scored() -> list[list[bool]]:
        with app.app_context():
            row = db.session.get_one(InspectionRound, round_id)
            return [[m.scores(g) for g in (scene.group, scene.sister_group, scene.other_group)] for m in row.panel]

    assert scored() == [[True, True, True], [True, True, False]]  # nobody the own group
    by_hand = {
        f"scores-{scene.accounts['committee']}": [scene.sister_group, scene.other_group],
        f"scores-{scene.accounts['secretary2']}": [scene.group, scene.other_group, "x"],
    }
    assert browser.post(address, data=by_hand).status_code == HTTPStatus.FOUND
    assert scored() == [[False, True, True], [True, False, False]]
    page = text_of(browser, f"/inspections/rounds/{round_id}/panel")
    assert "没有两位评委同评过一个组" in page
    hole = browser.post(address, data={f"scores-{scene.accounts['committee']}": [scene.group]})
    assert hole.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "没有人评，每个党小组至少要有一位评委" in hole.get_data(as_text=True)
    assert browser.post(address, data={"each": "0"}).status_code == HTTPStatus.FOUND
    assert scored() == [[True, True, True], [True, True, False]]


def test_a_step_that_makes_people_stop_is_asked_first(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """The page says how many sheets are open and whose, and changes nothing; a step with nothing to lose has no such page."""
    round_id, _ = round_in(app, scene)
    browser = signed_in("committee")
    page = text_of(browser, f"/inspections/rounds/{round_id}")
    assert f'href="/inspections/rounds/{round_id}/steps/review"' in page
    assert f'href="/inspections/rounds/{round_id}/steps/self_check"' in page
    assert 'name="to"' not in page
    asked = text_of(browser, f"/inspections/rounds/{round_id}/steps/review")
    assert "3 张表里还有 3 张没有评完。" in asked
    assert "<b>示例committee</b>还有 3 张没有评完，差 48 项：生产一党小组、" in asked
    assert f'action="/inspections/rounds/{round_id}/move"' in asked
    with app.app_context():
        assert db.session.get_one(InspectionRound, round_id).state is RoundState.SCORING
    browser.post(f"/inspections/rounds/{round_id}/move", data={"to": "review"})
    gone = browser.get(f"/inspections/rounds/{round_id}/steps/review")
    assert gone.headers["Location"] == f"/inspections/rounds/{round_id}"
    assert browser.get(f"/inspections/rounds/{round_id}/steps/nowhere").status_code == HTTPStatus.NOT_FOUND


def test_the_end_of_the_self_check_names_who_has_not_handed_in(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    round_id, _ = round_in(app, scene, RoundState.SELF_CHECK)
    page = text_of(signed_in("committee"), f"/inspections/rounds/{round_id}/steps/scoring")
    assert "还有 3 个党小组没有提交自查。" in page
    assert "没有提交自查</b>：生产一党小组" in page


def test_publishing_is_offered_once_everything_is_complete(
    app: Flask, scene: Scene, signed_in: SignInAs, actors: dict[str, Actor]
) -> None:
    """Before that one sentence says what is missing, and what the reader may mend leads to its criterion."""
    round_id, sheets = round_in(app, scene)
    browser, address = signed_in("committee"), f"/inspections/rounds/{round_id}/review"
    with app.app_context(), unit_of_work.transaction():
        row = db.session.get_one(InspectionRound, round_id)
        rounds.mark_all(rounds.sheet_of(row, scene.group), actors["committee"], leave_out=["C3"])
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
    page = text_of(browser, address)
    assert "还不能发布：3 张表没有评完" in page
    assert "审定并发布" not in page
    assert f'href="/inspections/sheets/{sheets[scene.group]}/score/C3"' in page
    assert f'href="/inspections/sheets/{sheets[scene.other_group]}/conditions"' in page
    with app.app_context(), unit_of_work.transaction():
        row = db.session.get_one(InspectionRound, round_id)
        for sheet in queries.sheets(round_id):
            for login in ("committee", "secretary2"):
                if (login, sheet.group_id) != ("secretary2", scene.other_group):
                    rounds.mark_all(sheet, actors[login])
    page = text_of(browser, address)
    assert "还不能发布" not in page
    assert "审定并发布" in page


def test_publishing_too_early_says_what_is_missing(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    round_id, _ = round_in(app, scene)
    browser = signed_in("committee")
    browser.post(f"/inspections/rounds/{round_id}/move", data={"to": "review"})
    answer = browser.post(f"/inspections/rounds/{round_id}/publish")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "还不能发布，有未评项。生产一党小组：A1 党小组会按月召开" in answer.get_data(as_text=True)


# ---------------------------------------------------------------- the desk


def test_a_deduction_without_a_reason_comes_back_with_what_was_typed(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    _, sheets = round_in(app, scene)
    answer = signed_in("committee").post(
        f"/inspections/sheets/{sheets[scene.group]}/score/A2",
        data={"count-A2-1": "2", "further": "0.5", "reason": " 　 "},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "扣了分，请写明扣分理由（空格不算），会写进得分说明单。" in page
    assert 'value="2"' in page
    assert 'value="0.5"' in page
    with app.app_context():
        assert db.session.scalar(select(func.count(Mark.id))) == 0


@pytest.mark.parametrize("typed", ["abc", "-1", "1e9", "９９９９", "100"])
def test_counts_that_are_no_counts_are_refused_at_the_field(
    app: Flask, scene: Scene, signed_in: SignInAs, typed: str
) -> None:
    _, sheets = round_in(app, scene)
    answer = signed_in("committee").post(
        f"/inspections/sheets/{sheets[scene.group]}/score/A2", data={"count-A2-1": typed, "reason": "晚交"}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'<input type="text" inputmode="numeric" id="count-A2-1" name="count-A2-1" value="{typed}"' in (
        answer.get_data(as_text=True)
    )
    with app.app_context():
        assert db.session.scalar(select(func.count(Mark.id))) == 0


def test_full_marks_are_not_given_before_somebody_saved(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    browser, address = signed_in("committee"), f"/inspections/sheets/{sheets[scene.group]}/score/A2"
    said = '<span class="tag open">未评，保存后才算数</span>'
    assert text_of(browser, address).count(said) == 1
    browser.post(address, data={})
    assert text_of(browser, address).count(said) == 0


def test_hostile_words_stay_words(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    browser = signed_in("committee")
    address = f"/inspections/sheets/{sheets[scene.group]}/score/A2"
    browser.post(address, data={"count-A2-1": "1", "reason": "<script>alert(1)</script>"})
    page = text_of(browser, address)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_others_marks_are_hidden_until_all_are_in(
    app: Flask, scene: Scene, signed_in: SignInAs, actors: dict[str, Actor]
) -> None:
    round_id, sheets = round_in(app, scene)
    address = f"/inspections/sheets/{sheets[scene.group]}/score/A2"
    with app.app_context(), unit_of_work.transaction():
        row = db.session.get_one(InspectionRound, round_id)
        sheet = rounds.sheet_of(row, scene.group)
        mark_operations.give_mark(sheet, "A2", rounds.off("1", "只有我知道的理由"), [], by=actors["secretary2"])
    browser = signed_in("committee")
    page = text_of(browser, address)
    assert "只有我知道的理由" not in page
    assert "另 1 位评委中 1 位已评本项" in page
    assert "只有我知道的理由" not in text_of(browser, f"/inspections/rounds/{round_id}/review")
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(db.session.get_one(InspectionRound, round_id), scene.group)
        rounds.mark_all(sheet, actors["committee"])
        rounds.mark_all(sheet, actors["secretary2"], {"A2": rounds.off("1", "只有我知道的理由")})
    assert "只有我知道的理由" in text_of(browser, address)


def test_who_may_not_score(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    own, other = sheets[scene.other_group], sheets[scene.group]
    assert signed_in("secretary2").get(f"/inspections/sheets/{own}/score/A1").status_code == HTTPStatus.FORBIDDEN
    assert signed_in("secretary2").get(f"/inspections/sheets/{other}/score/A1").status_code == HTTPStatus.OK
    for address in ("/score", "/score/A1", "/conditions"):  # 403 for the own group's sheet, which they may know of
        assert signed_in("leader1").get(f"/inspections/sheets/{other}{address}").status_code == HTTPStatus.FORBIDDEN
        assert signed_in("leader21").get(f"/inspections/sheets/{other}{address}").status_code == HTTPStatus.NOT_FOUND
    for address in ("/score/A1", "/conditions", "/bonus"):
        assert signed_in("leader1").post(f"/inspections/sheets/{other}{address}").status_code == HTTPStatus.FORBIDDEN
        assert signed_in("leader21").post(f"/inspections/sheets/{other}{address}").status_code == HTTPStatus.NOT_FOUND
    assert (
        signed_in("foreign-committee").get(f"/inspections/sheets/{other}/score/A1").status_code == HTTPStatus.NOT_FOUND
    )
    assert signed_in("admin").post(f"/inspections/sheets/{other}/score/A1").status_code == HTTPStatus.NOT_FOUND


def test_an_unknown_criterion_is_no_page(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    assert (
        signed_in("committee").get(f"/inspections/sheets/{sheets[scene.group]}/score/Z9").status_code
        == HTTPStatus.NOT_FOUND
    )


def test_a_leader_checks_the_own_group_and_no_other(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene, RoundState.SELF_CHECK)
    browser = signed_in("leader1")
    assert "还没有提交" in text_of(browser, f"/inspections/sheets/{sheets[scene.group]}")
    answer = browser.post(
        f"/inspections/sheets/{sheets[scene.group]}/self/A1", data={"count-A1-1": "1", "reason": "八月未开"}
    )
    assert answer.headers["Location"] == f"/inspections/sheets/{sheets[scene.group]}/self/A2"
    assert "八月未开" in text_of(browser, f"/inspections/sheets/{sheets[scene.group]}")
    for address in (
        f"/inspections/sheets/{sheets[scene.sister_group]}",
        f"/inspections/sheets/{sheets[scene.sister_group]}/self/A1",
    ):
        assert browser.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_self_check_is_handed_in_once_and_again_after_a_change(
    app: Flask, scene: Scene, signed_in: SignInAs, actors: dict[str, Actor]
) -> None:
    round_id, sheets = round_in(app, scene, RoundState.SELF_CHECK)
    browser, address = signed_in("leader1"), f"/inspections/sheets/{sheets[scene.group]}"
    assert f'<a class="button main" href="{address}/self/A1">开始自查 A1</a>' in text_of(browser, address)
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(db.session.get_one(InspectionRound, round_id), scene.group)
        for criterion in sheet.round.rubric_version.rubric.criteria:
            mark_operations.give_self_mark(sheet, criterion.code, rounds.full(criterion), [], by=actors["leader1"])
    page = text_of(browser, address)
    assert '<span class="numeral n56">100.00</span>' in page
    assert "提交自查</button>" in page
    browser.post(f"{address}/hand-in")
    assert "提交自查</button>" not in text_of(browser, address)
    browser.post(f"{address}/self/A1", data={"count-A1-1": "1", "reason": "八月未开"})
    assert "提交自查</button>" in text_of(browser, address)


def test_a_veto_without_words_comes_back(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    answer = signed_in("committee").post(
        f"/inspections/sheets/{sheets[scene.group]}/conditions", data={"holds-V1": "yes", "reason-V1": "  "}
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "请写明依据：哪件事、什么时间、谁核实的。" in answer.get_data(as_text=True)


def test_one_tap_says_that_all_the_rest_is_in_order(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    browser, address = signed_in("committee"), f"/inspections/sheets/{sheets[scene.group]}/conditions"
    assert ">都满足，没有否决情形</button>" in text_of(browser, address)
    browser.post(address, data={"holds-G1": "no", "reason-G1": "九月没有开党小组会"})
    assert ">其余都满足，没有否决情形</button>" in text_of(browser, address)
    assert browser.post(address, data={"rest": "fine"}).status_code == HTTPStatus.FOUND
    assert "没有否决情形</button>" not in text_of(browser, address)
    with app.app_context():
        sheet = db.session.get_one(Sheet, sheets[scene.group])
        rubric = sheet.round.rubric_version.rubric
        answers = {
            check.code: check.holds for check in mark_queries.records(sheet.round.panel, [sheet])[sheet.id].checks
        }
    assert answers == {gate.code: gate.code != "G1" for gate in rubric.gates} | {
        veto.code: False for veto in rubric.vetoes
    }


def test_bonus_points_are_given_and_withdrawn(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    _, sheets = round_in(app, scene)
    browser, sheet_id = signed_in("committee"), sheets[scene.group]
    refused = browser.post(f"/inspections/sheets/{sheet_id}/bonus", data={"level": "factory", "honour": "  "})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    browser.post(f"/inspections/sheets/{sheet_id}/bonus", data={"level": "factory", "honour": "厂质量成果二等奖"})
    assert "厂质量成果二等奖" in text_of(browser, f"/inspections/sheets/{sheet_id}/conditions")
    browser.post("/inspections/bonuses/1/withdraw")
    assert "还没有加分" in text_of(browser, f"/inspections/sheets/{sheet_id}/conditions")


# ---------------------------------------------------------------- results


def test_the_result_shows_bands_first_and_no_rank(published: dict[int, int], scene: Scene, signed_in: SignInAs) -> None:
    page = text_of(signed_in("member1"), f"/branches/{scene.branch}/results/2026-Q3")
    assert "98.00" in page
    assert "组优秀" in page
    assert "名次</th>" not in page
    assert page.index("生产一党小组") < page.index("生产二党小组")


def test_the_rank_stands_where_the_round_switched_it_on(
    app: Flask, scene: Scene, signed_in: SignInAs, actors: dict[str, Actor]
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        row.shows_rank = True
        rounds.published(row, [actors["committee"], actors["secretary2"]], {scene.group: {"A2": rounds.off("1")}})
    assert "支部名次</th>" in text_of(signed_in("member1"), f"/branches/{scene.branch}/results/2026-Q3")
    assert "全厂名次</th>" in text_of(signed_in("committee"), f"/committees/{scene.committee}/results/2026-Q3")


def test_a_slip_says_person_time_reason(published: dict[int, int], scene: Scene, signed_in: SignInAs) -> None:
    page = text_of(signed_in("leader1"), f"/inspections/results/{published[scene.group]}/slip")
    for words in (
        "得分说明单",
        "里程碑延期 −2：里程碑三延期12天",
        '评分人：<span class="no">①</span> 示例committee，',
        '11-16 <span class="nowrap"><span class="no">①</span> 10:00</span>',
        "精确值 98",
        "必备条件 5 项均满足",
    ):
        assert words in page


def test_results_of_another_branch_are_absent(published: dict[int, int], scene: Scene, signed_in: SignInAs) -> None:
    browser = signed_in("leader21")
    for address in (
        f"/branches/{scene.branch}/results/2026-Q3",
        f"/inspections/results/{published[scene.group]}/slip",
        f"/committees/{scene.committee}/results/2026-Q3",
    ):
        assert browser.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_quarter_without_a_result_says_so(scene: Scene, signed_in: SignInAs) -> None:
    browser = signed_in("member1")
    assert "还没有发布" in text_of(browser, f"/branches/{scene.branch}/results/2026-Q2")
    assert browser.get(f"/branches/{scene.branch}/results/2026-Q2/versions/1").status_code == HTTPStatus.NOT_FOUND


def test_an_unchanged_result_is_answered_304_to_the_same_reader_only(
    published: dict[int, int], scene: Scene, signed_in: SignInAs, statements: Statements
) -> None:
    browser, address = signed_in("member1"), f"/branches/{scene.branch}/results/2026-Q3"
    first = browser.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    with statements() as seen:
        assert browser.get(address, headers=known).status_code == HTTPStatus.NOT_MODIFIED
    assert seen == []
    assert signed_in("leader1").get(address, headers=known).status_code == HTTPStatus.OK


def test_a_correction_shows_its_reason_and_leads_to_the_old_version(
    app: Flask, published: dict[int, int], scene: Scene, signed_in: SignInAs
) -> None:
    browser = signed_in("committee")
    empty = browser.post("/inspections/rounds/1/reopen", data={"reason": " "})
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    browser.post("/inspections/rounds/1/reopen", data={"reason": "C3 经支委会同意，更正"})
    browser.post("/inspections/sheets/1/score/C3", data={})
    browser.post("/inspections/rounds/1/publish")
    page = text_of(browser, f"/branches/{scene.branch}/results/2026-Q3")
    assert "第 2 版更正原因：C3 经支委会同意，更正" in page
    assert "99.00" in page
    old = text_of(browser, f"/branches/{scene.branch}/results/2026-Q3/versions/1")
    assert "98.00" in old
    assert "这是原来的第 1 版" in old


@pytest.mark.parametrize(
    ("login", "address"),
    [
        ("committee", "/inspections"),
        ("leader1", "/inspections"),
        ("committee", "/inspections/rubrics"),
        ("committee", "/inspections/rubrics/1"),
        ("committee", "/inspections/rubrics/1/edit"),
        ("committee", "/inspections/rounds/1"),
        ("committee", "/inspections/rounds/1/change"),
        ("committee", "/inspections/rounds/1/panel"),
        ("committee", "/inspections/rounds/1/review"),
        ("committee", "/inspections/rounds/1/steps/review"),
        ("committee", "/committees/1/rounds/new"),
        ("committee", "/inspections/sheets/1/score/A1"),
        ("committee", "/inspections/sheets/1/conditions"),
        ("leader1", "/inspections/sheets/1"),
    ],
)
def test_statements_of_an_open_rounds_pages(
    app: Flask, scene: Scene, signed_in: SignInAs, statements: Statements, login: str, address: str
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.planned(scene) if address.endswith(("/change", "/panel")) else rounds.scoring(scene)
        if address.endswith("/edit"):
            row.rubric_version.locked_at = None
    browser = signed_in(login)
    with statements() as seen:
        text_of(browser, address)
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)


@pytest.mark.parametrize(
    "address",
    ["/branches/1/results/2026-Q3", "/committees/1/results/2026-Q3", "/inspections/results/1/slip", "/inspections"],
)
def test_statements_of_published_pages(
    published: dict[int, int], signed_in: SignInAs, statements: Statements, address: str
) -> None:
    browser = signed_in("committee")
    with statements() as seen:
        text_of(browser, address)
    assert len(seen) <= MOST_STATEMENTS, "\n\n".join(seen)


def test_statements_do_not_grow_with_the_groups(
    app: Flask, scene: Scene, signed_in: SignInAs, statements: Statements, actors: dict[str, Actor]
) -> None:
    """40 groups more in the branch: the same statements on the desk, the round, the review and the result."""
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene, ("committee",))
        rounds.published(row, [actors["committee"]], {})
        home = db.session.get_one(Branch, scene.branch)
        for number in range(40):
            group(home, f"增设第{number}党小组", sort_order=number + 5)
        version = rubric_versions([scene.committee])[0]
        later = rounds.scoring(scene, ("committee",), quarter=Quarter(2026, 4), version=version)
        assert len(queries.sheets(later.id)) == 43
        first, last = row.id, later.id
    browser = signed_in("committee")

    def count(address: str) -> int:
        with statements() as seen:
            text_of(browser, address)
        return len(seen)

    text_of(browser, "/inspections")  # what every page's head asks for once
    published, scoring = count(f"/inspections/rounds/{first}"), count(f"/inspections/rounds/{last}")
    assert scoring == published + 1  # who is still waited for
    assert count(f"/inspections/rounds/{last}/review") == count(f"/inspections/rounds/{first}/review")
    assert count("/inspections/sheets/40/score/A1") == count("/inspections/sheets/1/score/A1")
    few = count(f"/branches/{scene.branch}/results/2026-Q3")
    with app.app_context(), unit_of_work.transaction():
        later = db.session.get_one(InspectionRound, last)
        rounds.published(later, [actors["committee"]], {})
    text_of(browser, "/inspections")
    assert count(f"/branches/{scene.branch}/results/2026-Q4") == few
