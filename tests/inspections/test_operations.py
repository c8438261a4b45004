"""The acts of an inspection, against a real database."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from app.accounts.actor import Actor
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.errors import Conflict, IllegalTransition
from app.foundation.periods import Quarter
from app.inspections import (
    mark_operations,
    mark_queries,
    publication_operations,
    queries,
    result_queries,
    round_operations,
    verify_queries,
)
from app.inspections.course import RoundState
from app.inspections.marking import MarkRefused, Proposal
from app.inspections.models import Bonus, Mark, MarkSource
from app.inspections.plan import Plan
from app.inspections.result_models import GroupResult
from app.organisation.models import Committee, GroupName, Member, Membership
from app.rubrics import operations as rubric_operations
from app.rubrics.queries import rubric_versions
from app.rubrics.rubric import Rubric, from_data
from tests.factories import Scene
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]


@pytest.fixture
def actor(actor: ActorOf) -> ActorOf:
    """Looked up beforehand: signing in has a transaction of its own."""
    return {login: actor(login) for login in ("committee", "secretary", "secretary2", "leader1")}.__getitem__


@pytest.fixture(autouse=True)
def transaction(app: Flask, scene: Scene, actor: ActorOf) -> Iterator[None]:
    """Every act runs inside one write transaction, as a request's does."""
    with app.app_context():
        unit_of_work.begin_write()
        yield
        db.session.rollback()


# ---------------------------------------------------------------- rubrics


def test_a_rubric_in_use_is_locked_and_changed_by_a_copy(scene: Scene) -> None:
    row = rounds.planned(scene)
    version = row.rubric_version
    assert version.locked_at is not None
    with pytest.raises(rubric_operations.RubricLocked):
        rubric_operations.edit_rubric(version, version.rubric, seen=version.version, by=rounds.OPERATOR)
    copy = rubric_operations.copy_rubric(version, by=rounds.OPERATOR)
    assert (copy.number, copy.content, copy.locked_at) == (2, version.content, None)


def test_an_unsound_rubric_may_be_saved_but_no_round_uses_it(scene: Scene) -> None:
    version = rounds.rubric(scene)
    data = dict(version.content)
    data["dimensions"] = [dict(d) for d in data["dimensions"]]
    data["dimensions"][2] = {**data["dimensions"][2], "criteria": []}
    rubric_operations.edit_rubric(version, from_data(data), seen=version.version, by=rounds.OPERATOR)
    with pytest.raises(rubric_operations.RubricUnsound) as refused:
        rounds.planned(scene, version=version)
    assert refused.value.problems == ["维度“业务融合与成效”里没有指标，请加一项，或删去这个维度。"]


def test_two_editors_of_a_rubric_the_second_is_told(scene: Scene) -> None:
    version = rounds.rubric(scene)
    seen = version.version
    renamed = Rubric(
        "新名", **{k: getattr(version.rubric, k) for k in ("dimensions", "gates", "vetoes", "bonus_levels")}
    )
    rubric_operations.edit_rubric(version, renamed, seen=seen, by=rounds.OPERATOR)
    db.session.flush()
    with pytest.raises(rubric_operations.RubricOvertaken):
        rubric_operations.edit_rubric(version, renamed, seen=seen, by=rounds.OPERATOR)


# ---------------------------------------------------------------- rounds


def test_one_round_a_quarter(scene: Scene) -> None:
    row = rounds.planned(scene)
    committee = db.session.get_one(Committee, scene.committee)
    with pytest.raises(round_operations.RoundExists):
        round_operations.plan_round(committee, rounds.QUARTER, row.rubric_version, rounds.PLAN, by=rounds.OPERATOR)


def test_a_round_has_a_sheet_for_every_group_in_brand_tree_order(scene: Scene) -> None:
    row = rounds.planned(scene)
    assert [(s.position, s.group_id, s.branch_name, s.leader_name) for s in queries.sheets(row.id)] == [
        (1, scene.group, "制丝车间党支部", "示例leader1"),
        (2, scene.sister_group, "制丝车间党支部", "示例leader2"),
        (3, scene.other_group, "卷包车间党支部", "示例leader21"),
    ]


def test_dates_of_a_plan_must_follow_each_other(scene: Scene) -> None:
    committee = db.session.get_one(Committee, scene.committee)
    plan = Plan("督查", date(2026, 10, 9), date(2026, 10, 8), date(2026, 10, 26))
    with pytest.raises(round_operations.PlanRefused) as refused:
        round_operations.plan_round(committee, rounds.QUARTER, rounds.rubric(scene), plan, by=rounds.OPERATOR)
    assert refused.value.field == "scoring_until"


def test_steps_that_the_table_does_not_list_are_refused(scene: Scene) -> None:
    row = rounds.planned(scene)
    with pytest.raises(IllegalTransition):
        round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
    with pytest.raises(IllegalTransition):
        publication_operations.publish_round(row, by=rounds.OPERATOR)


def test_nobody_scores_a_group_of_their_own(scene: Scene, actor: ActorOf) -> None:
    row = rounds.scoring(scene, ("committee", "leader1"))
    with pytest.raises(mark_operations.OwnGroup):
        mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A1", Proposal(), [], by=actor("leader1"))
    mark_operations.give_mark(rounds.sheet_of(row, scene.sister_group), "A1", Proposal(), [], by=actor("leader1"))
    with pytest.raises(mark_operations.NotOnPanel):
        mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A1", Proposal(), [], by=actor("secretary"))


def test_a_group_left_in_the_quarter_is_a_conflict_too(scene: Scene) -> None:
    ties = db.session.scalars(select(Membership).where(Membership.member_id == scene.members["leader1"])).all()
    ties[0].ends_on = date(2026, 8, 1)
    db.session.add(
        Membership(
            committee_id=scene.committee, branch_id=scene.branch, group_id=scene.sister_group,
            member_id=scene.members["leader1"], starts_on=date(2026, 8, 1),
        )
    )  # fmt: skip
    db.session.flush()
    row = rounds.planned(scene, ("leader1",))
    assert row.panel[0].conflicts == sorted([scene.group, scene.sister_group])


def test_scoring_starts_only_when_every_group_has_a_marker(scene: Scene) -> None:
    row = rounds.planned(scene, ("leader1",))
    round_operations.move_round(row, RoundState.SELF_CHECK, by=rounds.OPERATOR)
    with pytest.raises(round_operations.StepHindered) as refused:
        round_operations.move_round(row, RoundState.SCORING, by=rounds.OPERATOR)
    assert refused.value.message.startswith("生产一党小组还没有可以评分的评委")


def test_administrators_and_auditors_never_sit_on_a_panel(scene: Scene) -> None:
    row = rounds.planned(scene)
    with pytest.raises(round_operations.PlanRefused):
        round_operations.choose_panel(row, [scene.accounts["auditor"]], by=rounds.OPERATOR)


# ---------------------------------------------------------------- marks


@pytest.mark.parametrize(
    ("code", "proposal", "field"),
    [
        ("A2", Proposal(counts={"A2-1": 1}), "reason"),
        ("A2", Proposal(counts={"A2-1": 1}, reason=" \u3000\t\n"), "reason"),
        ("A2", Proposal(not_applicable=True, reason="  "), "reason"),
        ("A2", Proposal(counts={"Z9": 1}, reason="晚交"), "counts"),
        ("A2", Proposal(counts={"A2-1": -1}, reason="晚交"), "counts"),
        ("A2", Proposal(further=Fraction(1, 3), reason="晚交"), "further"),
        ("A2", Proposal(further=Fraction(-1), reason="多给一分"), "further"),
        ("B1", Proposal(), "points"),
        ("B1", Proposal(step=Fraction(7, 2), reason="中间"), "points"),
        ("B1", Proposal(step=Fraction(3)), "reason"),
        ("A2", Proposal(counts={"A2-1": 1}, reason="字" * 501), "reason"),
    ],
)
def test_marks_that_cannot_be_taken(
    scene: Scene, actor: ActorOf, code: str, proposal: Proposal, field: str
) -> None:  # fmt: skip
    sheet = rounds.sheet_of(rounds.scoring(scene), scene.group)
    with pytest.raises(MarkRefused) as refused:
        mark_operations.give_mark(sheet, code, proposal, [], by=actor("committee"))
    assert refused.value.field == field
    assert db.session.scalar(select(func.count(Mark.id))) == 0


def test_deductions_never_go_below_zero(scene: Scene, actor: ActorOf) -> None:
    sheet = rounds.sheet_of(rounds.scoring(scene), scene.group)
    mark = mark_operations.give_mark(
        sheet, "A1", Proposal(counts={"A1-1": 9}, reason="整季未开"), [], by=actor("committee")
    )
    assert mark.points == 0
    assert mark.taken == [{"code": "A1-1", "label": "缺一个月", "points": "2", "unit": "月", "count": 9}]


def test_a_changed_mark_is_appended_and_the_same_mark_again_is_not(scene: Scene, actor: ActorOf) -> None:
    sheet, by = rounds.sheet_of(rounds.scoring(scene), scene.group), actor("committee")
    first = mark_operations.give_mark(sheet, "A2", rounds.off("1"), [], by=by)
    again = mark_operations.give_mark(sheet, "A2", rounds.off("1"), [], by=by)
    second = mark_operations.give_mark(sheet, "A2", rounds.off("2"), [], by=by)
    assert again.id == first.id
    rows = db.session.scalars(select(Mark).order_by(Mark.id)).all()
    assert [row.points for row in rows] == [5, 4]
    assert [row.replaced_at is None for row in rows] == [False, True]
    assert mark_queries.current_mark(sheet.id, "A2", MarkSource.PANEL, by.account_id) == second
    assert db.session.scalars(select(AuditLine.act).where(AuditLine.act == "mark.panel")).all() == ["mark.panel"] * 2


def test_evidence_of_another_group_or_quarter_is_refused(scene: Scene, actor: ActorOf) -> None:
    sheet = rounds.sheet_of(rounds.scoring(scene), scene.group)
    with pytest.raises(MarkRefused) as refused:
        mark_operations.give_mark(sheet, "A1", Proposal(), ["activity:999"], by=actor("committee"))
    assert refused.value.field == "evidence"


def test_a_self_check_is_handed_in_whole(scene: Scene, actor: ActorOf) -> None:
    row = rounds.planned(scene)
    sheet, leader = rounds.sheet_of(row, scene.group), actor("leader1")
    with pytest.raises(mark_operations.NotOpen):
        mark_operations.give_self_mark(sheet, "A1", Proposal(), [], by=leader)
    round_operations.move_round(row, RoundState.SELF_CHECK, by=rounds.OPERATOR)
    codes = row.rubric_version.rubric.criteria
    for criterion in codes[1:]:
        mark_operations.give_self_mark(sheet, criterion.code, rounds.full(criterion), [], by=leader)
    with pytest.raises(mark_operations.SelfCheckIncomplete) as refused:
        mark_operations.hand_in_self_check(sheet, by=leader)
    assert refused.value.message == "还有 1 项没有自查：A1 党小组会按月召开。补齐后再提交。"
    mark_operations.give_self_mark(sheet, "A1", Proposal(), [], by=leader)
    mark_operations.hand_in_self_check(sheet, by=leader)
    assert sheet.self_checked_by == "示例leader1"
    mark_operations.give_self_mark(sheet, "A1", rounds.off("1"), [], by=actor("secretary"))
    assert sheet.self_checked_at is None


def test_a_veto_and_an_unmet_gate_need_words(scene: Scene, actor: ActorOf) -> None:
    sheet, by = rounds.sheet_of(rounds.scoring(scene), scene.group), actor("committee")
    for code, holds in (("G1", False), ("V1", True)):
        with pytest.raises(MarkRefused) as refused:
            mark_operations.answer_condition(sheet, code, "  ", holds=holds, by=by)
        assert refused.value.field == code


def test_a_withdrawn_bonus_no_longer_counts(scene: Scene, actor: ActorOf) -> None:
    sheet, by = rounds.sheet_of(rounds.scoring(scene), scene.group), actor("committee")
    bonus = mark_operations.add_bonus(sheet, "factory", "厂质量管理小组成果二等奖", by=by)
    assert [b.points for b in mark_queries.records(sheet.round.panel, [sheet])[sheet.id].bonuses] == [1]
    mark_operations.withdraw_bonus(bonus, by=by)
    assert mark_queries.records(sheet.round.panel, [sheet])[sheet.id].bonuses == ()
    assert db.session.scalar(select(func.count(Bonus.id))) == 1


# ---------------------------------------------------------------- publishing


def publish(scene: Scene, actor: ActorOf) -> list[Any]:
    row = rounds.scoring(scene)
    changed = {
        scene.group: {"C3": Proposal(counts={"C3-1": 1}, reason="里程碑三延期12天")},
        scene.other_group: {"D1": Proposal(not_applicable=True, reason="本季没有提出事项")},
    }
    head = rounds.published(row, [actor("committee"), actor("secretary2")], changed)
    return list(result_queries.results(head.id))


def test_publishing_freezes_totals_bands_and_places(scene: Scene, actor: ActorOf) -> None:
    results = publish(scene, actor)
    assert [(r.position, r.branch_position, r.total, r.exact_total, r.band) for r in results] == [
        (1, 1, 9800, "98", "优秀"),
        (2, 2, 10000, "100", "优秀"),
        (3, 1, 10000, "100", "优秀"),
    ]
    assert [(r.rank_in_branch, r.rank_in_committee, r.rank_in_all) for r in results] == [
        (2, 3, 3),
        (1, 1, 1),
        (1, 1, 1),
    ]
    assert results[2].slip["not_applicable"] == ["D1 办实事由提出人确认"]
    assert (results[2].slip["applicable"], results[2].slip["earned"]) == ("92", "92")


def test_a_slip_traces_each_point_to_record_person_and_time(scene: Scene, actor: ActorOf) -> None:
    slip = publish(scene, actor)[0].slip
    criterion = slip["dimensions"][2]["criteria"][2]
    assert (criterion["code"], criterion["maximum"], criterion["points"]) == ("C3", "10", "8.00")
    assert [(m["author"], m["points"], m["reason"]) for m in criterion["marks"]] == [
        ("示例committee", "8", "里程碑三延期12天"),
        ("示例secretary2", "8", "里程碑三延期12天"),
    ]
    assert criterion["marks"][0]["taken"] == [
        {"code": "C3-1", "label": "里程碑延期", "points": "2", "unit": "项", "count": 1}
    ]
    assert criterion["marks"][0]["at"].endswith("+08:00")


def test_publishing_refuses_while_a_mark_is_missing_and_names_it(scene: Scene, actor: ActorOf) -> None:
    row = rounds.scoring(scene)
    for sheet in queries.sheets(row.id):
        for login in ("committee", "secretary2"):
            if sheet.group_id != scene.other_group or login == "committee":
                left = ("C3",) if (sheet.group_id, login) == (scene.group, "secretary2") else ()
                rounds.mark_all(sheet, actor(login), leave_out=left)
    round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
    with pytest.raises(publication_operations.NotYetScored) as refused:
        publication_operations.publish_round(row, by=rounds.OPERATOR)
    assert refused.value.groups == {"生产一党小组": ["C3 党建+攻关里程碑"]}
    assert db.session.scalar(select(func.count(GroupResult.id))) == 0


def test_a_refused_publication_names_the_first_few_and_says_what_to_do() -> None:
    open_ = {f"第{n}党小组": ["A1 甲", "A2 乙", "A3 丙", "A4 丁"] for n in range(1, 5)}
    said = "；".join(f"第{n}党小组：A1 甲、A2 乙、A3 丙等 4 项" for n in range(1, 4))
    assert publication_operations.NotYetScored(open_).message == (
        f"还不能发布，有未评项。{said}。共 4 个党小组没有评完。缺谁的哪一项见各组名下，请他们评完再发布。"
    )


def test_a_second_publish_and_a_mark_after_publishing_are_conflicts(scene: Scene, actor: ActorOf) -> None:
    publish(scene, actor)
    row = queries.round_of(scene.committee, rounds.QUARTER)
    assert row is not None
    with pytest.raises(publication_operations.AlreadyPublished) as second:
        publication_operations.publish_round(row, by=rounds.OPERATOR)
    with pytest.raises(mark_operations.NotOpen) as late:
        mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A1", rounds.off("1"), [], by=actor("committee"))
    assert (second.value.status, late.value.status) == (409, 409)
    assert isinstance(late.value, Conflict)


def test_later_edits_change_nothing_that_was_published(scene: Scene, actor: ActorOf) -> None:
    before = [tuple(row) for row in publish(scene, actor)]
    db.session.execute(update(Mark).values(points=Fraction(0), reason="改过"))
    db.session.execute(update(Member).values(name="换了名字"))
    db.session.execute(update(GroupName).values(name="换了组名"))
    db.session.execute(update(Membership).values(ends_on=date(2026, 9, 1)).where(Membership.group_id == scene.group))
    db.session.expire_all()
    head = result_queries.publication(scene.committee, rounds.QUARTER)
    assert head is not None
    assert [tuple(row) for row in result_queries.results(head.id)] == before
    assert verify_queries.verify_digests() == []


def test_a_correction_is_a_new_version_and_the_old_one_stays_readable(scene: Scene, actor: ActorOf) -> None:
    publish(scene, actor)
    row = queries.round_of(scene.committee, rounds.QUARTER)
    assert row is not None
    with pytest.raises(publication_operations.NoReason):
        publication_operations.reopen_round(row, " \u3000", by=rounds.OPERATOR)
    publication_operations.reopen_round(row, "C3 延期经支委会同意，更正", by=rounds.OPERATOR)
    sheet = rounds.sheet_of(row, scene.group)
    for login in ("committee", "secretary2"):
        mark_operations.give_mark(sheet, "C3", Proposal(), [], by=actor(login))
    assert [r.total for r in results_of(scene)] == [9800, 10000, 10000]
    publication_operations.publish_round(row, by=rounds.OPERATOR)
    assert [r.total for r in results_of(scene)] == [10000, 10000, 10000]
    assert [r.total for r in results_of(scene, 1)] == [9800, 10000, 10000]
    versions = result_queries.versions(row.id)
    assert [(v.number, v.reason, v.superseded_at is None) for v in versions] == [
        (1, "", False),
        (2, "C3 延期经支委会同意，更正", True),
    ]
    assert verify_queries.verify_digests() == []


def results_of(scene: Scene, number: int | None = None) -> list[Any]:
    head = result_queries.publication(scene.committee, rounds.QUARTER, number)
    assert head is not None
    return list(result_queries.results(head.id))


def test_change_is_against_the_groups_own_last_published_quarter(scene: Scene, actor: ActorOf) -> None:
    first = publish(scene, actor)
    version = rubric_versions([scene.committee])[0]
    row = rounds.scoring(scene, quarter=Quarter(2026, 4), version=version)
    head = rounds.published(row, [actor("committee"), actor("secretary2")], {scene.group: {"A2": rounds.off("1")}})
    later = result_queries.results(head.id)
    assert [(r.total, r.previous_total, r.previous_quarter) for r in later] == [
        (9900, first[0].total, rounds.QUARTER),
        (10000, first[1].total, rounds.QUARTER),
        (10000, first[2].total, rounds.QUARTER),
    ]
    assert later[0].dimensions[2]["previous"] == 94


def test_a_veto_stands_in_the_place_of_the_band_and_takes_no_rank(scene: Scene, actor: ActorOf) -> None:
    row = rounds.scoring(scene)
    by = actor("committee")
    for sheet in queries.sheets(row.id):
        for login in ("committee", "secretary2"):
            if sheet.group_id != scene.other_group or login == "committee":
                rounds.mark_all(sheet, actor(login))
    mark_operations.answer_condition(
        rounds.sheet_of(row, scene.group), "V2", "八月签到表造假，纪检委员核实", holds=True, by=by
    )
    round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
    head = publication_operations.publish_round(row, by=rounds.OPERATOR)
    vetoed, sister, _ = result_queries.results(head.id)
    assert (vetoed.band, vetoed.total, vetoed.rank_in_branch, vetoed.vetoed) == ("不得推荐", 10000, None, True)
    assert vetoed.veto_reason == "弄虚作假：八月签到表造假，纪检委员核实"
    assert sister.rank_in_branch == 1


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE group_result SET total = total + 1 WHERE position = 2", "冻结的得分与发布时的校验码不符"),
        (
            "UPDATE sheet_slip SET slip = REPLACE(slip, '8.00', '9.00') WHERE group_name = '生产一党小组'",
            "冻结的得分与发布时的校验码不符",
        ),
        ("UPDATE sheet_slip SET leader_name = '别人' WHERE total = 9800", "冻结的得分与发布时的校验码不符"),
        ("DELETE FROM group_result WHERE position = 3", "发布内容与校验码不符（有小组结果被改动、增加或删除）"),
        ("UPDATE publication SET published_by = '别人'", "发布内容与校验码不符（有小组结果被改动、增加或删除）"),
    ],
)
def test_verify_finds_a_frozen_row_that_was_altered(
    scene: Scene, actor: ActorOf, statement: str, problem: str
) -> None:  # fmt: skip
    publish(scene, actor)
    if db.session.get_bind().dialect.name == "postgresql":
        statement = statement.replace("REPLACE(slip,", "REPLACE(slip::text,").replace("'9.00')", "'9.00')::json")
    db.session.execute(text(statement))
    db.session.expire_all()
    assert [finding.problem for finding in verify_queries.verify_digests()] == [problem]


def test_verify_finds_a_rehashed_publication_by_the_audit_chain(scene: Scene, actor: ActorOf) -> None:
    publish(scene, actor)
    db.session.execute(text("UPDATE publication SET digest = 'forged'"))
    db.session.expire_all()
    assert [finding.problem for finding in verify_queries.verify_digests()] == [
        "发布内容与校验码不符（有小组结果被改动、增加或删除）",
        "校验码与审计记录中的不符",
    ]


def test_what_waits_for_whom(scene: Scene, actor: ActorOf) -> None:
    row = rounds.planned(scene)
    round_operations.move_round(row, RoundState.SELF_CHECK, by=rounds.OPERATOR)
    assert [w.sheet_id for w in queries.self_checks_waiting([scene.group])] == [rounds.sheet_of(row, scene.group).id]
    round_operations.move_round(row, RoundState.SCORING, by=rounds.OPERATOR)
    assert queries.self_checks_waiting([scene.group]) == []
