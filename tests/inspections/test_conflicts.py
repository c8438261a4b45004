"""Who may not judge a group: asked on the day of every act, and written down anew at every step."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.audit.models import AuditLine
from app.audit.operations import record
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.inspections import (
    desk_queries,
    mark_operations,
    review_operations,
    round_operations,
    round_queries,
)
from app.inspections.course import RoundState
from app.inspections.marking import MarkRefused, Proposal
from app.inspections.models import InspectionRound, Sheet
from app.organisation.models import Membership
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric, Scorer, as_data
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]
ALONE = Rubric(
    "各自评的细则",
    (
        Dimension(
            "A",
            "日常",
            (
                Criterion("A1", "支部日常评价", CriterionKind.MET, Fraction(40), scored_by=Scorer.BRANCH),
                Criterion("A2", "厂党委评价", CriterionKind.MET, Fraction(10), scored_by=Scorer.COMMITTEE),
                Criterion("A3", "现场", CriterionKind.MET, Fraction(50)),
            ),
            business=True,
        ),
    ),
)
MET = Proposal(step=Fraction(40))


@pytest.fixture
def people(actor: ActorOf) -> dict[str, Actor]:
    return {login: actor(login) for login in ("committee", "secretary", "deputy", "secretary2")}


def joins(scene: Scene, login: str, group_id: int, *, starts_on: date | None = None) -> None:
    """From today on, by an act as any other."""
    today = starts_on or clock.today()
    now = db.session.scalars(select(Membership).where(Membership.member_id == scene.members[login])).one()
    now.ends_on = today
    place = db.session.execute(select(Sheet.branch_id).where(Sheet.group_id == group_id)).first()
    db.session.add(
        Membership(
            committee_id=scene.committee, branch_id=place.branch_id if place else scene.branch, group_id=group_id,
            member_id=scene.members[login], starts_on=today,
        )
    )  # fmt: skip
    record(rounds.OPERATOR, "member.move", db.session.get_one(Account, scene.accounts[login]))
    db.session.flush()


# ---------------------------------------------------------------- somebody joins a group while the round goes on


def test_whoever_joins_a_group_during_the_round_writes_nothing_more_on_its_sheet(
    app: Flask, scene: Scene, people: dict[str, Actor]
) -> None:
    by = people["secretary2"]
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(rounds.scoring(scene), scene.group)
        mark_operations.give_mark(sheet, "A1", rounds.off("1"), [], by=by)
        award = mark_operations.add_bonus(sheet, "factory", "厂先进", by=people["committee"])
        joins(scene, "secretary2", scene.group)
        acts: list[Callable[[], object]] = [
            lambda: mark_operations.give_mark(sheet, "A1", rounds.off("2"), [], by=by),
            lambda: mark_operations.answer_condition(sheet, "G1", "", holds=True, by=by),
            lambda: mark_operations.add_bonus(sheet, "factory", "厂先进班组", by=by),
            lambda: mark_operations.withdraw_bonus(award, by=by),
        ]
        for act in acts:
            with pytest.raises(mark_operations.OwnGroup):
                act()
        with pytest.raises(review_operations.OwnReview):
            review_operations.decide_review(sheet, "A1", "维持", again=False, by=by)
        sister = rounds.sheet_of(sheet.round, scene.sister_group)
        assert mark_operations.give_mark(sister, "A1", rounds.off("2"), [], by=by).points == 4


def test_the_next_step_takes_them_off_the_sheet_and_says_so(app: Flask, scene: Scene, people: dict[str, Actor]) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        sheet = rounds.sheet_of(row, scene.group)
        rounds.mark_all(sheet, people["secretary2"])
        rounds.mark_all(sheet, people["committee"], {"A1": rounds.off("1")})
        joins(scene, "secretary2", scene.group)
        assert [person.barred for person in opened(row).panel] == [set(), {scene.group, scene.other_group}]
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
        assert [sorted(m.own) for m in row.panel] == [[], sorted([scene.group, scene.other_group])]
        assert [
            line.after for line in db.session.scalars(select(AuditLine).where(AuditLine.act == "round.stand-back"))
        ] == [{"panel": {"示例secretary2": ["生产一党小组"]}}]
        assert round_queries.standing(row.id, opened(row).layout, opened(row).panel).open == (
            "生产二党小组",
            "卷包党小组",
        )


def test_from_the_review_on_their_marks_stand_and_they_only_write_no_more(
    app: Flask, scene: Scene, people: dict[str, Actor]
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        sheet = rounds.sheet_of(row, scene.group)
        for login in ("committee", "secretary2"):
            rounds.mark_all(sheet, people[login])
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
        joins(scene, "secretary2", scene.group)
        found, me = desk_queries.open_sheet(sheet.id), scene.accounts["secretary2"]
        assert found is not None
        assert (me in found.markers, me in found.barred, found.marked_by(me)) == (True, True, False)
        assert [person.barred for person in opened(row).panel] == [set(), {scene.other_group}]
        with pytest.raises(mark_operations.OwnGroup):
            mark_operations.give_mark(sheet, "A1", rounds.off("2"), [], by=people["secretary2"])


def test_who_left_a_group_again_is_still_of_it(app: Flask, scene: Scene, people: dict[str, Actor]) -> None:
    """Joined after the quarter and gone since: the groups of the whole time from the quarter's first day are own ones."""
    with app.app_context(), unit_of_work.transaction():
        sheet = rounds.sheet_of(rounds.scoring(scene), scene.group)
        db.session.add(
            Membership(
                committee_id=scene.committee, branch_id=scene.branch, group_id=scene.group,
                member_id=scene.members["secretary2"], starts_on=date(2026, 10, 9), ends_on=date(2026, 10, 12),
            )
        )  # fmt: skip
        with pytest.raises(mark_operations.OwnGroup):
            mark_operations.require_panel(sheet, people["secretary2"])


def opened(row: InspectionRound) -> round_queries.OpenRound:
    db.session.flush()
    found = round_queries.open_round(row.id)
    assert found is not None
    return found


def test_pages_offer_no_sheet_of_a_group_that_was_joined_meanwhile(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        sheet_id, round_id = rounds.sheet_of(row, scene.group).id, row.id
    browser = signed_in("secretary2")
    assert browser.get(f"/inspections/sheets/{sheet_id}/score/A1").status_code == 200
    with app.app_context(), unit_of_work.transaction():
        joins(scene, "secretary2", scene.group)
    page = browser.get(f"/inspections/rounds/{round_id}").get_data(as_text=True)
    assert f"/inspections/sheets/{sheet_id}/score" not in page
    for address in ("score/A1", "score", "whole", "conditions"):
        answer = browser.get(f"/inspections/sheets/{sheet_id}/{address}")
        assert (answer.status_code, "不由您评分" in answer.get_data(as_text=True)) == (403, True), address


# ---------------------------------------------------------------- one voice


def alone(scene: Scene) -> InspectionRound:
    version = rounds.rubric(scene)
    db.session.get_one(RubricVersion, version.id).content = as_data(ALONE)
    return rounds.scoring(scene, version=version)


def test_a_body_speaks_through_somebody_outside_the_group(app: Flask, scene: Scene, people: dict[str, Actor]) -> None:
    """Secretary and deputy belong to the first group; then the deputy goes to the second."""
    with app.app_context(), unit_of_work.transaction():
        row = alone(scene)
        first, second = (rounds.sheet_of(row, group) for group in (scene.group, scene.sister_group))
        assert mark_operations.give_mark(second, "A1", MET, [], by=people["secretary"]).from_within is False
        db.session.scalars(
            select(Membership).where(Membership.member_id == scene.members["deputy"])
        ).one().group_id = scene.sister_group
        with pytest.raises(mark_operations.OthersSpeak) as refused:
            mark_operations.give_mark(first, "A1", MET, [], by=people["secretary"])
        assert refused.value.message == "这是您所在（或本季曾在）的党小组，党支部的这一项请由示例deputy来评。"
        assert mark_operations.give_mark(first, "A1", MET, [], by=people["deputy"]).from_within is False


def test_where_a_body_has_nobody_else_the_mark_needs_a_reason_and_is_shown(
    app: Flask, scene: Scene, people: dict[str, Actor], signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = alone(scene)
        sheet = rounds.sheet_of(row, scene.group)
        with pytest.raises(MarkRefused) as refused:
            mark_operations.give_mark(sheet, "A1", MET, [], by=people["secretary"])
        assert refused.value.field == "reason"
        mark = mark_operations.give_mark(
            sheet, "A1", Proposal(step=Fraction(40), reason="三次会议都到"), [], by=people["secretary"]
        )
        assert mark.from_within is True
        # The committee's office is in no group: its mark is as any other.
        assert mark_operations.give_mark(
            sheet, "A2", Proposal(step=Fraction(10)), [], by=people["committee"]
        ).from_within is False  # fmt: skip
        round_id, sheet_id = row.id, sheet.id
    desk = signed_in("secretary").get(f"/inspections/sheets/{sheet_id}/score/A1").get_data(as_text=True)
    assert "党支部没有别人可以来评" in desk
    review = signed_in("committee").get(f"/inspections/rounds/{round_id}/review").get_data(as_text=True)
    assert review.count("由本组的人代评") == 1


def test_pages_do_not_offer_what_somebody_else_of_the_body_writes(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        sheet_id = rounds.sheet_of(alone(scene), scene.group).id
        other = db.session.scalars(select(Account).where(Account.login == "leader2")).one()
        db.session.add(
            Appointment(
                committee_id=scene.committee, branch_id=scene.branch, member_id=other.member_id,
                role=Role.DEPUTY_SECRETARY, starts_on=clock.today(),
            )
        )  # fmt: skip
    own = signed_in("secretary").get(f"/inspections/sheets/{sheet_id}").get_data(as_text=True)
    others = signed_in("leader2").get(f"/inspections/sheets/{sheet_id}").get_data(as_text=True)
    wanted = f"/inspections/sheets/{sheet_id}/score/A1"
    assert (wanted in own, wanted in others) == (False, True)
