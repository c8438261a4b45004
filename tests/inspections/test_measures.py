"""What the system measures: pure rules, marks written by it, corrections with both values in sight."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from random import Random

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.actor import Actor
from app.activities import kind_operations
from app.activities.models import Activity, ActivityGroup, ActivityState
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.inspections import (
    hearing_operations,
    mark_operations,
    measure_operations,
    measure_queries,
    publication_operations,
    queries,
    result_queries,
)
from app.inspections.course import RoundState
from app.inspections.desk import system_view
from app.inspections.marking import Judged, MarkRefused, Proposal
from app.inspections.models import InspectionRound, Mark, MarkSource, Sheet
from app.inspections.round_operations import move_round
from app.organisation.models import Committee
from app.rubrics import operations as rubric_operations
from app.rubrics.measures import (
    Asked,
    Attained,
    Counted,
    Facts,
    Finding,
    Held,
    activities_confirmed,
    cadences_met,
    findings_rectified,
    indicators_attained,
)
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric, Scorer
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]
MONTHS = ((2026, 7), (2026, 8), (2026, 9))
MEETING = Asked("党小组会", "month", 1)


def seen(*values: object) -> tuple[object, ...]:
    """Values side by side, whatever their types."""
    return values


def held(month: int, kind: str = "党小组会", *, confirmed: bool = True, number: int = 0) -> Held:
    return Held(
        kind, (2026, month), confirmed, Counted("activity", number or month, f"2026-{month:02}-05", f"{month}月会")
    )


# ---------------------------------------------------------------- the rules


def test_a_cadence_is_met_by_the_period_and_more_changes_nothing() -> None:
    facts = Facts(MONTHS, MONTHS, (held(7), held(9), held(9, number=10)), (MEETING, Asked("党课", "quarter", 1)))
    whole, meetings = cadences_met(facts, ""), cadences_met(facts, "党小组会")
    assert (whole.share, meetings.share) == (Fraction(2, 4), Fraction(2, 3))
    assert meetings.words == "应办 3 期，办到 2 期。8月党小组会办 0 次，应办 1 次。"
    assert [record.id for record in meetings.counted] == [7, 9, 10]


def test_what_may_still_be_held_is_not_missing_yet() -> None:
    asked = (MEETING, Asked("党课", "quarter", 1))
    running = cadences_met(Facts(MONTHS, MONTHS[:1], (held(7),), asked), "")
    assert seen(running.share, running.words) == (1, "应办 1 期，办到 1 期。")
    assert cadences_met(Facts(MONTHS, (), (), asked), "").share is None


def test_what_no_rule_asks_for_does_not_apply() -> None:
    facts = Facts(MONTHS, MONTHS, (held(7),), (Asked("组织生活会", "year", 1),))
    assert (cadences_met(facts, "").share, cadences_met(facts, "党课").words) == (
        None,
        "没有为党课定频次，本项不适用。",
    )


def test_activities_are_confirmed_by_the_branch() -> None:
    facts = Facts(MONTHS, MONTHS, (held(7), held(8, confirmed=False), held(9, "党课")))
    found = activities_confirmed(facts, "党小组会")
    assert (found.share, found.words) == (Fraction(1, 2), "交了 2 次，支部确认 1 次。还没有确认：“8月会”。")
    assert activities_confirmed(Facts(MONTHS), "").share is None


def test_findings_closed_in_time_and_none_found_is_no_fault() -> None:
    late, done = (
        Finding(in_time, Counted("finding", n, "2026-09-01", f"问题{n}")) for n, in_time in ((1, False), (2, True))
    )
    assert findings_rectified(Facts(MONTHS), "").share == 1
    found = findings_rectified(Facts(MONTHS, findings=(late, done)), "")
    assert (found.share, found.words) == (Fraction(1, 2), "到期 2 项，按期销号 1 项。没有按期：“问题1”。")


def test_one_indicator_makes_up_for_no_other() -> None:
    def of(name: str, attainment: Fraction, weight: int) -> Attained:
        return Attained(name, attainment, Fraction(weight), Counted("indicator", 1, "2026-09", name))

    facts = Facts(MONTHS, attained=(of("整丝率", Fraction(6, 5), 3), of("单耗", Fraction(9, 10), 1)))
    found = indicators_attained(facts, "")
    assert (found.share, found.words) == (Fraction(39, 40), "2 项指标，达到自己目标的 1 项。未达到：单耗 90.0%。")
    assert indicators_attained(facts, "整丝率").share == 1
    assert indicators_attained(Facts(MONTHS), "").share is None


some_held = st.lists(st.builds(held, st.integers(7, 9), confirmed=st.booleans(), number=st.integers(1, 50)), max_size=8)


@given(some_held, st.randoms(use_true_random=False), st.integers(7, 9))
def test_order_changes_nothing_and_one_more_meeting_never_harms(
    activities: list[Held], random: Random, month: int
) -> None:
    asked = (MEETING, Asked("党小组会", "quarter", 4))
    before = cadences_met(Facts(MONTHS, None, tuple(activities), asked), "")
    mixed = random.sample(activities, len(activities))
    assert cadences_met(Facts(MONTHS, None, tuple(mixed), asked), "").share == before.share
    after = cadences_met(Facts(MONTHS, None, (*activities, held(month)), asked), "")
    assert before.share is not None
    assert after.share is not None
    assert 0 <= before.share <= after.share <= 1


# ---------------------------------------------------------------- in a round

RUBRIC = Rubric(
    "带测算的细则",
    (
        Dimension(
            "A",
            "组织生活",
            (
                Criterion(
                    "A1",
                    "党小组会按月召开",
                    CriterionKind.MEASURED,
                    Fraction(30),
                    measure="cadences",
                    subject="党小组会",
                ),
                Criterion("A2", "支部日常评价", CriterionKind.MET, Fraction(20), scored_by=Scorer.BRANCH),
                Criterion("A3", "厂党委评价", CriterionKind.MET, Fraction(10), scored_by=Scorer.COMMITTEE),
            ),
        ),
        Dimension(
            "B", "业务", (Criterion("B1", "现场", CriterionKind.MET, Fraction(40), allows_na=False),), business=True
        ),
    ),
)


@pytest.fixture
def people(actor: ActorOf) -> dict[str, Actor]:
    return {login: actor(login) for login in ("committee", "secretary", "secretary2", "leader1")}


def meeting(scene: Scene, month: int) -> None:
    kinds = kind_operations.provide_kinds(Place(scene.committee), by=rounds.OPERATOR)
    row = Activity(
        committee_id=scene.committee, branch_id=scene.branch, group_id=scene.group, kind_id=kinds["group_meeting"],
        state=ActivityState.CONFIRMED, title=f"{month}月党小组会", held_on=date(2026, month, 5), month=Month(2026, month),
        created_by="示例", created_at=datetime(2026, month, 5, tzinfo=UTC), revised_at=datetime(2026, month, 5, tzinfo=UTC),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add(
        ActivityGroup(activity_id=row.id, group_id=scene.group, committee_id=scene.committee, month=Month(2026, month))
    )
    db.session.flush()


def scored_round(scene: Scene) -> InspectionRound:
    committee = db.session.get_one(Committee, scene.committee)
    version = rubric_operations.add_rubric(committee.id, RUBRIC, by=rounds.OPERATOR)
    return rounds.scoring(scene, version=version)


def current(sheet: Sheet, code: str) -> Mark:
    return db.session.scalars(
        select(Mark).where(
            Mark.sheet_id == sheet.id, Mark.code == code, Mark.source == MarkSource.PANEL, Mark.replaced_at.is_(None)
        )
    ).one()


def test_a_round_is_measured_on_its_way_and_shows_what_was_counted(
    app: Flask, scene: Scene, people: dict[str, Actor]
) -> None:
    with app.app_context(), unit_of_work.transaction():
        meeting(scene, 7)
        row = scored_round(scene)
        sheet = rounds.sheet_of(row, scene.group)
        mark = current(sheet, "A1")
        assert seen(mark.author, mark.account_id, mark.points) == ("系统测算", None, 10)
        assert mark.reason == "应办 3 期，办到 1 期。8月党小组会办 0 次，应办 1 次；9月党小组会办 0 次，应办 1 次。"
        assert [item["title"] for item in mark.evidence] == ["7月党小组会"]
        meeting(scene, 8)
        assert measure_operations.measure_round(row, by=rounds.OPERATOR) == 1
        assert seen(current(sheet, "A1").points, mark.replaced_at is not None) == (20, True)
        assert measure_operations.measure_round(row, by=rounds.OPERATOR) == 0


def test_a_correction_needs_a_reason_keeps_both_values_and_can_be_taken_back(
    app: Flask, scene: Scene, people: dict[str, Actor]
) -> None:
    with app.app_context(), unit_of_work.transaction():
        meeting(scene, 7)
        row = scored_round(scene)
        sheet = rounds.sheet_of(row, scene.group)
        by = people["committee"]
        for proposal in (
            Proposal(step=Fraction(30)),
            Proposal(step=Fraction(30), reason=" \n"),
            Proposal(step=Fraction(31), reason="多"),
        ):
            with pytest.raises(MarkRefused):
                mark_operations.give_mark(sheet, "A1", proposal, [], by=by)
        mark_operations.give_mark(
            sheet, "A1", Proposal(step=Fraction(25), reason="八月在外站套开，有纸质记录"), [], by=by
        )
        mark_operations.give_mark(
            sheet, "A1", Proposal(step=Fraction(30), reason="九月也是"), [], by=people["secretary2"]
        )
        mark = current(sheet, "A1")
        assert seen(mark.points, mark.author, mark.reason) == (30, "示例secretary2", "九月也是")
        view = system_view(mark)
        assert view is not None
        assert (view.points, view.words[:14]) == ("10", "应办 3 期，办到 1 期。")
        assert measure_operations.measure_round(row, by=rounds.OPERATOR) == 0
        mark_operations.restore_measured(sheet, "A1", by=by)
        assert seen(current(sheet, "A1").points, current(sheet, "A1").author) == (10, "系统测算")


def test_an_upheld_appeal_keeps_what_the_system_measured_in_sight(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        meeting(scene, 7)
        sheet = rounds.sheet_of(scored_round(scene), scene.group)
        judged = Judged(Fraction(30), (), Fraction(0), "")
        hearing_operations._replace_marks(sheet, RUBRIC.criteria[0], judged, "申诉成立：有纸质记录", rounds.OPERATOR)
        mark = current(sheet, "A1")
        view = system_view(mark)
        assert view is not None
        assert seen(mark.points, mark.author, view.points) == (30, rounds.OPERATOR.name, "10")
        assert measure_operations.measure_round(sheet.round, by=rounds.OPERATOR) == 0


def test_one_body_scores_alone_and_whoever_writes_for_it_replaces_its_mark(
    app: Flask, scene: Scene, people: dict[str, Actor]
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = scored_round(scene)
        sheet = rounds.sheet_of(row, scene.group)
        met = Proposal(step=Fraction(20))
        for login in ("committee", "secretary2", "leader1"):
            with pytest.raises(mark_operations.NotTheScorer):
                mark_operations.give_mark(sheet, "A2", met, [], by=people[login])
        mark_operations.give_mark(
            sheet, "A2", Proposal(step=Fraction(20), reason="三次会议都到"), [], by=people["secretary"]
        )
        mark_operations.give_mark(sheet, "A3", Proposal(step=Fraction(10)), [], by=people["committee"])
        with pytest.raises(MarkRefused):
            mark_operations.give_mark(
                sheet, "B1", Proposal(not_applicable=True, reason="没有"), [], by=people["committee"]
            )
        assert (current(sheet, "A2").account_id, current(sheet, "A2").author) == (None, "示例secretary")


def test_facts_take_the_same_statements_for_any_number_of_groups(
    app: Flask, scene: Scene, statements: Statements
) -> None:
    counts = []
    with app.app_context():
        for groups in ([scene.group], [scene.group, scene.sister_group, scene.other_group]):
            with statements() as seen_statements:
                found = measure_queries.facts(scene.committee, rounds.QUARTER, groups)
            counts.append(len(seen_statements))
            assert list(found) == groups
    assert counts == [5, 5]


def test_a_self_check_counts_out_of_what_a_group_is_asked_for(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """Three of the four criteria, of which the panel scores one."""
    with app.app_context(), unit_of_work.transaction():
        row = scored_round(scene)
        number, sheet = row.id, rounds.sheet_of(row, scene.group).id
    page = signed_in("committee").get(f"/inspections/rounds/{number}").get_data(as_text=True)
    assert page.count('<td><span class="quiet">0/3</span></td>') == 3
    own = signed_in("leader1").get(f"/inspections/sheets/{sheet}").get_data(as_text=True)
    assert "0/3 项已自查" in own


def test_pages_of_a_measured_round(app: Flask, scene: Scene, signed_in: SignInAs, people: dict[str, Actor]) -> None:
    with app.app_context(), unit_of_work.transaction():
        meeting(scene, 7)
        sheet_id = rounds.sheet_of(scored_round(scene), scene.group).id
    desk = f"/inspections/sheets/{sheet_id}/score"
    panel, branch, leader = signed_in("committee"), signed_in("secretary"), signed_in("leader1")
    page = panel.get(f"{desk}/A1").get_data(as_text=True)
    assert "应办 3 期，办到 1 期。" in page
    assert "7月党小组会" in page
    refused = panel.post(f"{desk}/A1", data={"step": "25", "reason": "  "})
    assert refused.status_code == 422
    assert 'value="25"' in refused.get_data(as_text=True)
    assert panel.post(f"{desk}/A1", data={"step": "25", "reason": "有纸质记录"}).status_code == 302
    corrected = panel.get(f"{desk}/A1").get_data(as_text=True)
    assert "恢复系统测算的分" in corrected
    assert "应办 3 期，办到 1 期。" in corrected
    assert branch.get(desk).headers["Location"].endswith("/A2")
    assert branch.get(f"{desk}/B1").status_code == 403
    assert branch.post(f"{desk}/A2", data={"step": "20", "reason": "三次会议都到"}).status_code == 302
    assert leader.get(desk).status_code == 403
    own = leader.get(f"/inspections/sheets/{sheet_id}").get_data(as_text=True)
    assert "系统测算：应办 3 期，办到 1 期。" in own
    assert "有纸质记录" not in own
    assert panel.post(f"{desk}/A1/restore").status_code == 302
    assert f"{desk}/A1/restore" not in panel.get(f"{desk}/A1").get_data(as_text=True)


def test_a_published_slip_shows_both_values(
    app: Flask, scene: Scene, signed_in: SignInAs, people: dict[str, Actor]
) -> None:
    with app.app_context(), unit_of_work.transaction():
        meeting(scene, 7)
        row = scored_round(scene)
        for sheet in queries.sheets(row.id):
            branch = people["secretary"] if sheet.branch_id == scene.branch else people["secretary2"]
            mark_operations.give_mark(sheet, "A2", Proposal(step=Fraction(20), reason="三次会议都到"), [], by=branch)
            mark_operations.give_mark(sheet, "A3", Proposal(step=Fraction(10)), [], by=people["committee"])
            for by in (people["committee"], people["secretary2"]):
                if next(m for m in row.panel if m.account_id == by.account_id).scores(sheet.group_id):
                    mark_operations.give_mark(sheet, "B1", Proposal(step=Fraction(40)), [], by=by)
        first = rounds.sheet_of(row, scene.group)
        mark_operations.give_mark(
            first, "A1", Proposal(step=Fraction(25), reason="有纸质记录"), [], by=people["committee"]
        )
        move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
        head = publication_operations.publish_round(row, by=rounds.OPERATOR)
        results = {result.group_id: result for result in result_queries.results(head.id)}
        result_id = results[scene.group].id
        assert {group: result.total for group, result in results.items()} == {
            scene.group: 9500, scene.sister_group: 7000, scene.other_group: 7000,
        }  # fmt: skip
    page = signed_in("leader1").get(f"/inspections/results/{result_id}/slip").get_data(as_text=True)
    assert "系统测算 10 分（应办 3 期，办到 1 期。" in page
    assert "改判：有纸质记录" in page
