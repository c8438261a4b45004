"""The acts of the model-group course, their refusals and their lines in the audit trail."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.foundation.db import db
from app.foundation.errors import IllegalTransition
from app.foundation.places import Place
from app.nominations import candidate_queries, operations, queries
from app.nominations.course import NominationState
from app.nominations.details import Statement
from app.nominations.models import Nomination
from tests.factories import Scene
from tests.nominations import calls
from tests.nominations.calls import OFFICE, SECRETARY, STATEMENT

DECIDED_ON = date(2026, 11, 14)


@pytest.fixture(autouse=True)
def house(app: Flask, scene: Scene) -> Iterator[None]:
    with app.app_context():
        calls.good_year(scene)
        yield


def acts() -> list[str]:
    return list(
        db.session.scalars(select(AuditLine.act).where(AuditLine.act.startswith("nomination")).order_by(AuditLine.id))
    )


def approve(nomination: Nomination) -> None:
    operations.approve_nomination(
        nomination, reason="成效实", decided_on=DECIDED_ON, document_no="示例〔2026〕1号", by=OFFICE
    )


def decline(nomination: Nomination) -> None:
    operations.decline_nomination(nomination, reason="再看一年", decided_on=DECIDED_ON, document_no="", by=OFFICE)


def test_the_whole_course_leaves_a_line_each(scene: Scene) -> None:
    nomination = calls.under_review(calls.opened(scene), scene.group)
    approve(nomination)
    assert (nomination.state, nomination.decided_on, nomination.decided_by) == (
        NominationState.APPROVED, DECIDED_ON, OFFICE.name,
    )  # fmt: skip
    assert (nomination.group_name, nomination.brand_name) == ("生产一党小组", "青锋")
    assert acts() == [
        "nomination-call.open", "nomination.save", "nomination.submit", "nomination.take-up", "nomination.approve",
    ]  # fmt: skip


@pytest.mark.parametrize("second", [approve, decline])
def test_a_second_decision_is_a_conflict(scene: Scene, second: object) -> None:
    nomination = calls.under_review(calls.opened(scene), scene.group)
    approve(nomination)
    with pytest.raises(IllegalTransition) as refusal:
        second(nomination)  # type: ignore[operator]
    assert refusal.value.status == 409
    assert nomination.decision_reason == "成效实"
    assert acts()[-1] == "nomination.approve"


def test_only_what_is_under_review_is_decided(scene: Scene) -> None:
    nomination = calls.submitted(calls.opened(scene), scene.group)
    with pytest.raises(IllegalTransition):
        approve(nomination)
    assert nomination.state is NominationState.SUBMITTED


def test_a_group_that_is_not_eligible_is_refused_with_the_reason(scene: Scene) -> None:
    call = calls.opened(scene)
    candidate = candidate_queries.candidate(call.id, scene.sister_group)
    assert candidate is not None
    nomination = operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY)
    with pytest.raises(operations.NotEligible, match="2026年第二季度是合格"):
        operations.submit_nomination(nomination, candidate, by=SECRETARY)
    assert nomination.state is NominationState.DRAFT


def test_what_was_submitted_does_not_move_with_later_results(scene: Scene) -> None:
    call = calls.opened(scene)
    nomination = calls.submitted(call, scene.group)
    kept = dict(nomination.eligibility)
    calls.publish(scene, calls.Q1, {scene.group: "不得推荐"})
    now = candidate_queries.candidate(call.id, scene.group)
    assert now is not None
    assert not now.eligibility.eligible
    assert kept["verdict"] == "met"
    assert nomination.eligibility == kept


def test_a_superseded_result_does_not_count(scene: Scene) -> None:
    call = calls.opened(scene)
    wrong = calls.publish(scene, calls.Q1, {scene.group: "合格"})
    before = candidate_queries.candidate(call.id, scene.group)
    wrong.superseded_at = wrong.published_at
    db.session.flush()
    after = candidate_queries.candidate(call.id, scene.group)
    assert before is not None
    assert after is not None
    assert (before.eligibility.eligible, after.eligibility.eligible) == (False, True)


def test_the_branch_committees_date_is_asked_for(scene: Scene) -> None:
    call = calls.opened(scene)
    candidate = candidate_queries.candidate(call.id, scene.group)
    assert candidate is not None
    draft = Statement(STATEMENT.origin, None, "草稿")
    nomination = operations.save_nomination(candidate, draft, version=0, by=SECRETARY)
    with pytest.raises(operations.StudyDateMissing):
        operations.submit_nomination(nomination, candidate, by=SECRETARY)


def test_outside_the_days_of_the_call_nothing_is_nominated(scene: Scene) -> None:
    call = calls.opened(scene, opens_on=date(2026, 10, 1), closes_on=date(2026, 11, 15))
    candidate = candidate_queries.candidate(call.id, scene.group)
    assert candidate is not None
    with pytest.raises(operations.CallClosed):
        operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY)
    # Both days belong to the call: the clock of the tests stands at 16 November.
    call.closes_on = date(2026, 11, 16)
    assert operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY).statement == "含水率稳住了。"


def test_a_closed_call_takes_no_nomination_and_closes_once(scene: Scene) -> None:
    call = calls.opened(scene)
    operations.close_call(call, by=OFFICE)
    candidate = candidate_queries.candidate(call.id, scene.group)
    assert candidate is not None
    with pytest.raises(operations.CallClosed):
        operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY)
    with pytest.raises(operations.CallClosed):
        operations.close_call(call, by=OFFICE)


def test_the_second_writer_does_not_overwrite_the_first(scene: Scene) -> None:
    call = calls.opened(scene)
    candidate = candidate_queries.candidate(call.id, scene.group)
    assert candidate is not None
    operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY)
    with pytest.raises(operations.NominationChanged):
        operations.save_nomination(candidate, STATEMENT, version=0, by=SECRETARY)


def test_the_quota_is_a_maximum(scene: Scene) -> None:
    call = calls.opened(scene)
    # Three groups at 30 per cent: one may be named.
    assert queries.call_today(call.id) == queries.CallToday(call, queries.Quota(groups=3, places=1, approved=0))
    calls.publish(scene, calls.Q1, {scene.sister_group: "优秀"})
    first = calls.under_review(call, scene.group)
    approve(first)
    call.rules = {**call.rules, "band_floor": "合格"}
    second = calls.under_review(call, scene.sister_group)
    with pytest.raises(operations.QuotaSpent):
        approve(second)
    decline(second)
    assert queries.call_today(call.id) == queries.CallToday(call, queries.Quota(groups=3, places=1, approved=1))


def test_a_returned_nomination_comes_back(scene: Scene) -> None:
    call = calls.opened(scene)
    nomination = calls.submitted(call, scene.group)
    operations.return_nomination(nomination, reason="请写明数据来源", by=OFFICE)
    db.session.flush()
    candidate = candidate_queries.candidate(call.id, scene.group)
    assert candidate is not None
    operations.save_nomination(candidate, STATEMENT, version=nomination.version, by=SECRETARY)
    operations.submit_nomination(nomination, candidate, by=SECRETARY)
    assert (nomination.state, nomination.return_reason) == (NominationState.SUBMITTED, "")


def test_a_withdrawn_nomination_may_be_submitted_again(scene: Scene) -> None:
    call = calls.opened(scene)
    nomination = calls.submitted(call, scene.group)
    operations.withdraw_nomination(nomination, by=SECRETARY)
    candidate = candidate_queries.candidate(call.id, scene.group)
    assert candidate is not None
    operations.submit_nomination(nomination, candidate, by=SECRETARY)
    assert nomination.state is NominationState.SUBMITTED


def test_rules_are_fixed_by_the_first_nomination(scene: Scene) -> None:
    call = calls.opened(scene)
    calls.submitted(call, scene.group)
    stricter = calls.details(rules={**calls.RULES, "min_published": 3})
    with pytest.raises(operations.RulesFixed):
        operations.revise_call(call, stricter, version=call.version, by=OFFICE)
    longer = calls.details(closes_on=date(2026, 12, 5))
    operations.revise_call(call, longer, version=call.version, by=OFFICE)
    assert call.closes_on == date(2026, 12, 5)
    with pytest.raises(operations.CallChanged):
        operations.revise_call(call, longer, version=call.version + 1, by=OFFICE)


def test_one_title_a_year(scene: Scene) -> None:
    calls.opened(scene)
    with pytest.raises(operations.TitleTaken):
        operations.open_call(Place(scene.committee), calls.details(), by=OFFICE)


def test_the_window_ends_with_the_calls_last_quarter(scene: Scene) -> None:
    call = calls.opened(scene)
    assert queries.window(call) == (calls.Q1, calls.Q2, calls.Q3)
