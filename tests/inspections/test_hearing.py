"""反馈 and 申诉: what a group sees, answers and appeals, what is decided, and what of it is frozen."""

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Actor, Command
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.errors import IllegalTransition
from app.inspections import (
    hearing_operations,
    hearing_queries,
    mark_operations,
    publication_operations,
    queries,
    result_queries,
    round_operations,
    verify_queries,
)
from app.inspections.course import RoundState
from app.inspections.hearing import NOT_HEARD, Hearing, corrected, hearing_data
from app.inspections.hearing_models import Appeal, AppealOutcome, Feedback
from app.inspections.marking import MarkRefused
from app.inspections.models import InspectionRound, Mark, MarkSource
from app.inspections.plan import Plan
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.rubric import Criterion, CriterionKind
from tests.factories import Scene
from tests.inspections import hearings, rounds

ActorOf = Callable[[str], Actor]
LOGINS = ("committee", "secretary", "secretary2", "leader1", "leader2")


@pytest.fixture
def actor(actor: ActorOf) -> ActorOf:
    return {login: actor(login) for login in LOGINS}.__getitem__


@pytest.fixture(autouse=True)
def transaction(app: Flask, scene: Scene, actor: ActorOf) -> Iterator[None]:
    with app.app_context():
        unit_of_work.begin_write()
        yield
        db.session.rollback()


def heard(scene: Scene, actor: ActorOf) -> InspectionRound:
    return hearings.open_for_appeals(scene, [actor("committee"), actor("secretary2")])


def appealed(scene: Scene, actor: ActorOf) -> tuple[InspectionRound, Appeal]:
    row = heard(scene, actor)
    sheet = rounds.sheet_of(row, scene.group)
    return row, hearing_operations.make_appeal(sheet, "A2", "九月方案八月就报了", [], by=actor("leader1"))


def answer_all(row: InspectionRound, actor: ActorOf) -> None:
    for sheet in queries.sheets(row.id):
        hearing_operations.answer_sheet(sheet, "没有意见", by=actor("leader1"))


def test_the_review_is_not_left_while_a_sheet_is_open(scene: Scene, actor: ActorOf) -> None:
    row = hearings.planned(scene)
    hearings.move(row, RoundState.SELF_CHECK, RoundState.VISIT, RoundState.SCORING, RoundState.REVIEW)
    with pytest.raises(round_operations.StepHindered) as refused:
        hearings.move(row, RoundState.FEEDBACK)
    assert refused.value.message.startswith("还有 3 张表没有评完（生产一党小组、")
    with pytest.raises(IllegalTransition):
        hearings.move(row, RoundState.APPEAL)
    with pytest.raises(IllegalTransition):
        publication_operations.publish_round(row, by=rounds.OPERATOR)


def test_going_back_needs_a_reason_and_calls_the_answers_back(scene: Scene, actor: ActorOf) -> None:
    row = hearings.scored(scene, [actor("committee"), actor("secretary2")])
    hearings.move(row, RoundState.FEEDBACK)
    answer_all(row, actor)
    with pytest.raises(round_operations.NoReasonToGoBack):
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR, reason=" \u3000")
    round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR, reason="A2 有一张表看错了月份")
    assert db.session.scalars(select(Feedback.id).where(Feedback.replaced_at.is_(None))).all() == []


def test_an_upheld_appeal_appends_a_better_mark_in_the_place_of_each(scene: Scene, actor: ActorOf) -> None:
    _, appeal = appealed(scene, actor)
    hearing_operations.decide_appeal(
        appeal, AppealOutcome.UPHELD, "查了八月的记录，方案按时报过", Fraction(6), by=actor("committee")
    )
    marks = db.session.scalars(
        select(Mark).where(Mark.sheet_id == appeal.sheet_id, Mark.code == "A2").order_by(Mark.id)
    ).all()
    assert [(str(m.points), m.replaced_at is None, m.author) for m in marks] == [
        ("5", False, "示例committee"), ("5", False, "示例secretary2"), ("6", True, "示例committee"), ("6", True, "示例committee"),
    ]  # fmt: skip
    assert {m.reason for m in marks[2:]} == {"申诉成立：查了八月的记录，方案按时报过"}
    assert [m.account_id for m in marks[2:]] == [m.account_id for m in marks[:2]]
    assert (appeal.before, appeal.after, appeal.decider) == (Fraction(5), Fraction(6), "示例committee")


def test_a_rejected_appeal_changes_no_mark_and_is_not_decided_twice(scene: Scene, actor: ActorOf) -> None:
    _, appeal = appealed(scene, actor)
    by = actor("committee")
    with pytest.raises(MarkRefused) as empty:
        hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "  ", by=by)
    assert empty.value.field == "decision"
    hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "九月的方案是十月二日报的", by=by)
    current = select(Mark.points).where(
        Mark.sheet_id == appeal.sheet_id, Mark.code == "A2", Mark.source == MarkSource.PANEL, Mark.replaced_at.is_(None)
    )
    assert db.session.scalars(current).all() == [Fraction(5), Fraction(5)]
    with pytest.raises(hearing_operations.AppealDecided):
        hearing_operations.decide_appeal(appeal, AppealOutcome.UPHELD, "改主意了", Fraction(6), by=by)


def test_nothing_is_published_with_an_undecided_appeal(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    answer_all(row, actor)
    with pytest.raises(round_operations.StepHindered):
        hearings.move(row, RoundState.APPROVAL)
    row.state = RoundState.APPROVAL  # even where somebody reached it
    db.session.flush()
    with pytest.raises(publication_operations.UndecidedAppeals):
        publication_operations.publish_round(row, by=rounds.OPERATOR)
    row.state = RoundState.APPEAL
    db.session.flush()
    hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "记录对不上", by=actor("committee"))
    hearings.move(row, RoundState.APPROVAL)
    publication_operations.publish_round(row, by=rounds.OPERATOR)
    assert row.state is RoundState.PUBLISHED


def test_the_window_stays_open_until_its_day_or_until_all_have_answered(scene: Scene, actor: ActorOf) -> None:
    row = heard(scene, actor)
    with pytest.raises(round_operations.StepHindered) as refused:
        hearings.move(row, RoundState.APPROVAL)
    assert refused.value.message.startswith("申诉到12月26日截止，")
    shorter = Plan(**{**vars(hearings.PLAN), "appeals_until": hearings.PLAN.scoring_until})
    with pytest.raises(round_operations.PlanRefused) as kept:
        round_operations.change_plan(row, shorter, seen=row.version, by=rounds.OPERATOR)
    assert kept.value.field in ("appeals_until", "feedback_until")
    answer_all(row, actor)
    hearings.move(row, RoundState.APPROVAL)
    assert row.state is RoundState.APPROVAL


@pytest.mark.parametrize(
    ("code", "reason", "field"),
    [("A2", " \u3000", "reason"), ("A2", "字" * 501, "reason"), ("A1", "满分也不服", "reason")],
)
def test_appeals_that_cannot_be_taken(scene: Scene, actor: ActorOf, code: str, reason: str, field: str) -> None:
    sheet = rounds.sheet_of(heard(scene, actor), scene.group)
    with pytest.raises(MarkRefused) as refused:
        hearing_operations.make_appeal(sheet, code, reason, [], by=actor("leader1"))
    assert refused.value.field == field
    assert db.session.scalars(select(Appeal.id)).all() == []


def test_a_criterion_is_appealed_once_and_only_in_the_window(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    with pytest.raises(hearing_operations.AppealedBefore):
        hearing_operations.make_appeal(appeal.sheet, "A2", "再来一次", [], by=actor("leader1"))
    row.appeals_until = hearings.PLAN.scoring_until
    db.session.flush()
    with pytest.raises(hearing_operations.AppealsClosed):
        hearing_operations.make_appeal(appeal.sheet, "A3", "晚了", [], by=actor("leader1"))
    with pytest.raises(mark_operations.NotOpen):
        mark_operations.give_mark(appeal.sheet, "A2", rounds.off("2"), [], by=actor("committee"))


def test_nobody_decides_for_the_own_group(scene: Scene, actor: ActorOf) -> None:
    _, appeal = appealed(scene, actor)
    with pytest.raises(hearing_operations.OwnAppeal):
        hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "自己判自己", by=actor("leader1"))


def test_nobody_decides_what_they_asked_for(scene: Scene, actor: ActorOf) -> None:
    """A secretary who sits in the committee's office too belongs to another group of the branch."""
    row = heard(scene, actor)
    sheet = rounds.sheet_of(row, scene.group)
    own = Command("委员兼书记", scene.accounts["committee"])
    appeal = hearing_operations.make_appeal(sheet, "A2", "九月方案八月就报了", [], by=own)
    with pytest.raises(hearing_operations.OwnAppeal):
        hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "自己判自己", by=own)
    assert appeal.outcome is None


def test_an_undecided_appeal_is_taken_back_and_stands_in_no_slip(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    assert hearing_queries.appeal_counts(row.id) == (1, 1)
    for _ in range(2):  # a retry changes nothing
        hearing_operations.withdraw_appeal(appeal, by=actor("leader1"))
    assert (appeal.outcome, appeal.decider) == (AppealOutcome.WITHDRAWN, "示例leader1")
    assert hearing_queries.appeal_counts(row.id) == (0, 0)
    with pytest.raises(hearing_operations.AppealDecided) as refused:
        hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "太晚", by=actor("committee"))
    assert refused.value.message == "这条申诉已经由党小组撤回，不用再决定。"
    with pytest.raises(hearing_operations.AppealedBefore):
        hearing_operations.make_appeal(appeal.sheet, "A2", "还是要提", [], by=actor("leader1"))
    answer_all(row, actor)
    hearings.move(row, RoundState.APPROVAL)
    head = publication_operations.publish_round(row, by=rounds.OPERATOR)
    assert result_queries.results(head.id)[0].slip["hearing"]["appeals"] == []


def test_what_is_decided_or_past_is_not_taken_back(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "当月没有报", by=actor("committee"))
    with pytest.raises(hearing_operations.AppealDecided):
        hearing_operations.withdraw_appeal(appeal, by=actor("leader1"))
    answer_all(row, actor)
    hearings.move(row, RoundState.APPROVAL)
    with pytest.raises(mark_operations.NotOpen):
        hearing_operations.withdraw_answer(appeal.sheet, by=actor("leader1"))


def test_a_withdrawn_appeal_keeps_no_step_from_being_taken_back(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    hearing_operations.withdraw_appeal(appeal, by=actor("leader1"))
    round_operations.move_round(row, RoundState.FEEDBACK, by=rounds.OPERATOR, reason="再看一遍")
    assert row.state is RoundState.FEEDBACK


def test_an_answer_is_taken_back_and_the_group_is_waited_for_again(scene: Scene, actor: ActorOf) -> None:
    row = heard(scene, actor)
    answer_all(row, actor)
    sheet = rounds.sheet_of(row, scene.group)
    for _ in range(2):
        hearing_operations.withdraw_answer(sheet, by=actor("leader1"))
    assert [line.name for line in hearing_queries.unanswered(row.id)] == ["生产一党小组"]


def test_the_frozen_slip_holds_the_answer_and_the_appeal(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    answer_all(row, actor)
    hearing_operations.decide_appeal(appeal, AppealOutcome.UPHELD, "八月报过", Fraction(6), by=actor("committee"))
    hearings.move(row, RoundState.APPROVAL)
    head = publication_operations.publish_round(row, by=rounds.OPERATOR)
    first, second, _ = result_queries.results(head.id)
    assert first.total == 10000
    kept = first.slip["hearing"]
    assert (kept["answer"]["words"], kept["answer"]["author"]) == ("没有意见", "示例leader1")
    assert [(a["code"], a["reason"], a["before"], a["after"], a["upheld"], a["decision"]) for a in kept["appeals"]] == [
        ("A2", "九月方案八月就报了", "5.00", "6.00", True, "八月报过")
    ]
    assert second.slip["hearing"]["appeals"] == []
    assert verify_queries.verify_digests() == []


def test_a_correction_hears_nobody_anew_and_keeps_what_was_said(scene: Scene, actor: ActorOf) -> None:
    row, appeal = appealed(scene, actor)
    answer_all(row, actor)
    hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "对不上", by=actor("committee"))
    hearings.move(row, RoundState.APPROVAL)
    publication_operations.publish_round(row, by=rounds.OPERATOR)
    publication_operations.reopen_round(row, "A3 漏看一份记录", by=rounds.OPERATOR)
    head = publication_operations.publish_round(row, by=rounds.OPERATOR)
    assert head.number == 2
    assert [a["decision"] for a in result_queries.results(head.id)[0].slip["hearing"]["appeals"]] == ["对不上"]


# ---------------------------------------------------------------- what an upheld appeal may bring


SCALE = next(c for c in DEFAULT_RUBRIC.criteria if c.kind is CriterionKind.SCALE)
COUNTED = next(c for c in DEFAULT_RUBRIC.criteria if c.kind is CriterionKind.DEDUCTION)


@pytest.mark.parametrize(
    ("criterion", "before", "points", "message"),
    [
        (COUNTED, Fraction(3), None, "申诉成立，请填更正后的得分。"),
        (COUNTED, Fraction(3), Fraction(99), "本项满分"),
        (COUNTED, Fraction(3), Fraction(10, 3), "扣分项的得分是 0.5 的倍数。"),
        (COUNTED, Fraction(3), Fraction(3), "现在是 3.00 分"),
        (SCALE, Fraction(0), Fraction(1, 7), "没有这一档"),
    ],
)
def test_corrections_that_cannot_be(
    criterion: Criterion, before: Fraction, points: Fraction | None, message: str
) -> None:  # fmt: skip
    with pytest.raises(MarkRefused) as refused:
        corrected(criterion, before, points, not_applicable=False)
    assert refused.value.message.startswith(message)


def test_a_correction_goes_up_or_drops_the_criterion() -> None:
    up = corrected(COUNTED, Fraction(3), Fraction(7, 2), not_applicable=False)
    assert (up.points, up.further) == (Fraction(7, 2), COUNTED.maximum - Fraction(7, 2))
    assert corrected(SCALE, Fraction(1), None, not_applicable=True).points is None
    with pytest.raises(MarkRefused):
        corrected(SCALE, None, None, not_applicable=True)


def test_a_group_that_was_not_heard_has_nothing_of_it_on_its_slip() -> None:
    assert hearing_data(NOT_HEARD) is None
    assert hearing_data(Hearing()) is None


def test_an_operator_at_the_command_line_belongs_to_no_group(scene: Scene, actor: ActorOf) -> None:
    _, appeal = appealed(scene, actor)
    hearing_operations.decide_appeal(appeal, AppealOutcome.REJECTED, "对不上", by=Command())
    assert appeal.outcome is AppealOutcome.REJECTED
