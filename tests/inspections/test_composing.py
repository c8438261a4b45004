"""What the acts keep of a sheet is at every moment what its records come to, and publishing takes it as it is."""

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from app.accounts.actor import Actor, Command
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.periods import Month, Quarter
from app.indicators.models import IndicatorValue
from app.inspections import (
    hearing_operations,
    mark_operations,
    mark_queries,
    panel_operations,
    publication_operations,
    publication_queries,
    queries,
    result_queries,
    round_operations,
    verify_queries,
)
from app.inspections.course import RoundState
from app.inspections.digests import canonical
from app.inspections.hearing_models import AppealOutcome
from app.inspections.marking import Proposal
from app.inspections.models import Bonus, InspectionRound, Sheet
from app.inspections.result_models import GroupResult
from app.inspections.slip import assess, assess_self, compose
from app.inspections.slip_models import SheetSlip
from app.rubrics.rubric import CriterionKind
from tests.factories import Scene
from tests.indicators import measures
from tests.inspections import hearings, rounds

Markers = tuple[Actor, Actor]
PANEL = ("committee", "secretary2")


@pytest.fixture
def markers(actor: Callable[[str], Actor]) -> Markers:
    return actor("committee"), actor("secretary2")


def the_round(scene: Scene, quarter: Quarter = rounds.QUARTER) -> InspectionRound:
    row = queries.round_of(scene.committee, quarter)
    assert row is not None
    return row


def golden(sheet: Sheet, panel: Any) -> bytes:
    """By the rules of one sheet alone, from what the desks read."""
    rubric = sheet.rubric
    record = mark_queries.records(panel, [sheet])[sheet.id]
    heard = publication_queries.hearings([sheet.id]).get(sheet.id)
    if heard is not None:
        record = type(record)(
            record.panel, record.marks, record.self_marks, record.checks, record.bonuses, heard
        )  # fmt: skip
    result = assess(rubric, record)
    return canonical(compose(rubric, record, result, assess_self(rubric, record)))


def kept(sheet: Sheet) -> SheetSlip:
    return db.session.scalars(
        select(SheetSlip)
        .join(Sheet, (Sheet.id == SheetSlip.sheet_id) & (Sheet.edition == SheetSlip.edition))
        .where(Sheet.id == sheet.id)
    ).one()


def stale(sheet: Sheet) -> bool | None:
    return db.session.scalar(select(Sheet.stale).where(Sheet.id == sheet.id))


def random_proposal(chance: Random, kind: CriterionKind, maximum: Fraction) -> Proposal:
    if chance.random() < 0.1:
        return Proposal(not_applicable=True, reason="本季没有")
    if kind is CriterionKind.DEDUCTION:
        return Proposal() if chance.random() < 0.5 else Proposal(further=maximum / chance.choice((2, 4)), reason="晚交")
    return Proposal(step=maximum)


def act(chance: Random, scene: Scene, markers: Markers) -> Sheet | None:
    """Something that somebody may do to the round; the sheet that it was about."""
    row = the_round(scene)
    sheet = chance.choice(list(queries.sheets(row.id)))
    rubric, by = sheet.rubric, chance.choice(markers)
    done = chance.randrange(8)
    if done < 4:
        criterion = chance.choice(rubric.criteria)
        proposal = random_proposal(chance, criterion.kind, criterion.maximum)
        mark_operations.give_mark(sheet, criterion.code, proposal, [], by=by)
    elif done == 4:
        condition = chance.choice(rubric.conditions)
        mark_operations.answer_condition(sheet, condition.code, "核实过", holds=chance.random() < 0.5, by=by)
    elif done == 5:
        mark_operations.add_bonus(sheet, chance.choice(rubric.bonus_levels).code, "示例荣誉", by=by)
    elif done == 6:
        given = db.session.scalars(
            select(Bonus).where(Bonus.sheet_id == sheet.id, Bonus.withdrawn_at.is_(None))
        ).first()
        if given is None:
            return None
        mark_operations.withdraw_bonus(given, by=by)
    else:
        panel_operations.share_evenly(row, chance.choice((0, 1)), by=rounds.OPERATOR)
        return None
    return sheet


@pytest.mark.parametrize("seed", range(3))
def test_after_every_act_what_is_kept_is_what_the_records_say(
    app: Flask, scene: Scene, markers: Markers, seed: int
) -> None:
    chance = Random(seed)
    with app.app_context():
        with unit_of_work.transaction():
            rounds.scoring(scene)
        for _ in range(30):
            touched = None
            try:
                with unit_of_work.transaction():
                    touched = act(chance, scene, markers)
                    sheet_id = touched.id if touched else None
            except Refused:
                continue  # barred by the sharing out, or a mark that has to say more
            row = the_round(scene)
            for sheet in queries.sheets(row.id):
                if sheet.id == sheet_id:
                    assert stale(sheet) is False
                if not stale(sheet):
                    assert canonical(kept(sheet).slip) == golden(sheet, row.panel)
            assert verify_queries.verify_open_sheets() == []
            db.session.rollback()


def test_the_order_of_marks_does_not_matter(app: Flask, scene: Scene, markers: Markers) -> None:
    """Nor that of groups and criteria: totals, bands, words and places come out the same."""
    found: list[Any] = []
    with app.app_context():
        for quarter, seed in ((Quarter(2026, 2), 1), (rounds.QUARTER, 2)):
            with unit_of_work.transaction():
                row = rounds.scoring(scene, **({} if not found else {"version": the_round(scene, Quarter(2026, 2)).rubric_version}), quarter=quarter)  # type: ignore[arg-type]  # fmt: skip
                todo = [
                    (sheet, code, by)
                    for sheet in queries.sheets(row.id)
                    for by in markers
                    for code in [c.code for c in sheet.rubric.criteria]
                    if next(m for m in row.panel if m.account_id == by.account_id).scores(sheet.group_id)
                ]
                Random(seed).shuffle(todo)
                for sheet, code, by in todo:
                    short = code == "A2" and sheet.group_id == scene.group and by is markers[0]
                    criterion = sheet.rubric.criterion(code)
                    assert criterion is not None
                    mark_operations.give_mark(
                        sheet, code, rounds.off("1") if short else rounds.full(criterion), [], by=by
                    )
                for sheet in queries.sheets(row.id):
                    for condition in sheet.rubric.conditions:
                        holds = condition in sheet.rubric.gates
                        mark_operations.answer_condition(sheet, condition.code, "", holds=holds, by=markers[0])
                round_operations.move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
                head = publication_operations.publish_round(row, by=rounds.OPERATOR)
                found.append(
                    [
                        (r.group_id, r.position, r.total, r.exact_total, r.band, r.rank_in_committee, r.strength, r.next_step)
                        for r in result_queries.results(head.id)
                    ]
                )  # fmt: skip
    assert found[0] == found[1]


def test_a_round_that_was_heard_publishes_what_the_acts_kept(app: Flask, scene: Scene, markers: Markers, actor: Callable[[str], Actor]) -> None:  # fmt: skip
    leader = actor("leader1")
    with app.app_context():
        with unit_of_work.transaction():
            sheet = rounds.sheet_of(hearings.open_for_appeals(scene, list(markers)), scene.group)
            appeal = hearing_operations.make_appeal(sheet, "A2", "方案八月就报了", [], by=leader)
        with unit_of_work.transaction():
            hearing_operations.decide_appeal(
                appeal, AppealOutcome.UPHELD, "查到了", Fraction(6), by=Command("示例党委")
            )  # fmt: skip
        row = the_round(scene)
        before = {sheet.group_id: golden(sheet, row.panel) for sheet in queries.sheets(row.id)}
        assert canonical(kept(rounds.sheet_of(row, scene.group)).slip) == before[scene.group]
        db.session.rollback()
        with unit_of_work.transaction():
            row = the_round(scene)
            for other in queries.sheets(row.id):
                if other.group_id != scene.group:
                    hearing_operations.answer_sheet(other, "没有意见", by=Command("示例"))
            before = {sheet.group_id: golden(sheet, row.panel) for sheet in queries.sheets(row.id)}
            hearings.move(row, RoundState.APPROVAL)
            head = publication_operations.publish_round(row, by=rounds.OPERATOR)
            assert {r.group_id: canonical(r.slip) for r in result_queries.results(head.id)} == before


def test_a_correction_keeps_the_slips_that_it_leaves_alone(app: Flask, scene: Scene, markers: Markers) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            first = rounds.published(rounds.scoring(scene), markers, {scene.group: {"A2": rounds.off("1")}}).id
        with unit_of_work.transaction():
            row = the_round(scene)
            publication_operations.reopen_round(row, "方案按期交了", by=rounds.OPERATOR)
            for by in markers:
                mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A2", Proposal(), [], by=by)
        assert verify_queries.verify_digests() == []
        db.session.rollback()
        with unit_of_work.transaction():
            second = publication_operations.publish_round(the_round(scene), by=rounds.OPERATOR).id
        old, new = ({r.group_id: r for r in result_queries.results(head)} for head in (first, second))
        assert [old[group].slip_id == new[group].slip_id for group in (scene.group, scene.sister_group)] == [
            False,
            True,
        ]
        assert (old[scene.group].total, new[scene.group].total) == (9900, 10000)
        assert verify_queries.verify_digests() == []


def test_a_correction_of_the_quarter_before_reaches_the_next(app: Flask, scene: Scene, markers: Markers) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            row = rounds.scoring(scene)
            rounds.published(row, markers, {scene.group: {"A2": rounds.off("1")}})
            later = rounds.scoring(scene, quarter=Quarter(2026, 4), version=row.rubric_version)
            for by in markers:
                rounds.mark_all(rounds.sheet_of(later, scene.group), by)
        assert kept(rounds.sheet_of(the_round(scene, Quarter(2026, 4)), scene.group)).previous_total == 9900
        db.session.rollback()
        with unit_of_work.transaction():
            row = the_round(scene)
            publication_operations.reopen_round(row, "方案按期交了", by=rounds.OPERATOR)
            for by in markers:
                mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A2", Proposal(), [], by=by)
            publication_operations.publish_round(row, by=rounds.OPERATOR)
        sheet = rounds.sheet_of(the_round(scene, Quarter(2026, 4)), scene.group)
        assert stale(sheet) is True
        db.session.rollback()
        with unit_of_work.transaction():
            later = the_round(scene, Quarter(2026, 4))
            mark_operations.give_mark(rounds.sheet_of(later, scene.group), "A2", rounds.off("1"), [], by=markers[0])
        assert kept(sheet).previous_total == 10000
        assert verify_queries.verify_open_sheets() == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sheet_slip SET total = 9900",
        "UPDATE sheet_slip SET leader_name = '别人'",
        "UPDATE sheet_slip SET digest = 'forged'",
        "UPDATE mark SET points = '1' WHERE code = 'A2'",
        "UPDATE mark SET replaced_at = marked_at WHERE code = 'A2'",
        "UPDATE condition_check SET holds = NOT holds",
        "DELETE FROM sheet_slip",
    ],
)
def test_verify_finds_a_kept_slip_that_its_marks_do_not_say(
    app: Flask, scene: Scene, markers: Markers, statement: str
) -> None:  # fmt: skip
    with app.app_context():
        with unit_of_work.transaction():
            rounds.mark_all(rounds.sheet_of(rounds.scoring(scene), scene.group), markers[0])
        assert verify_queries.verify_open_sheets() == []
        db.session.execute(text(statement))
        assert verify_queries.verify_open_sheets() == [
            verify_queries.Finding("第三季度督查 生产一党小组", "保存的得分与按评分记录重算的不符")
        ]


def test_a_sheet_that_nobody_can_total_is_kept_open(app: Flask, scene: Scene, markers: Markers) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            row = rounds.scoring(scene)
            mark_operations.give_mark(rounds.sheet_of(row, scene.group), "A2", rounds.off("1"), [], by=markers[0])
        found = kept(rounds.sheet_of(the_round(scene), scene.group))
        assert (found.total, found.band, found.exact_total, found.edition) == (None, "", "", 1)
        assert found.slip["total"] is None


# ---------------------------------------------------------------- the quarter's indicators


def published_with_values(scene: Scene, markers: Markers) -> int:
    indicator = measures.define(scene)
    measures.enter(scene, indicator, Month(2026, 7), "97.8")
    measures.enter(scene, indicator, Month(2026, 8), "96")
    return rounds.published(rounds.scoring(scene), markers, {}).id


def test_indicator_values_are_frozen_with_the_result(app: Flask, scene: Scene, markers: Markers) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            head = published_with_values(scene, markers)
        frozen = {r.group_id: r.indicators for r in result_queries.results(head)}
        assert frozen[scene.sister_group] is None
        one = frozen[scene.group]["indicators"][0]
        assert (one["name"], one["asked"], one["missing"]) == ("工序质量得分", "≥ 97", 1)
        assert [(m["month"], m["value"], m["attainment"]) for m in one["months"]] == [
            ("2026-07", "489/5", "489/485"),
            ("2026-08", "96", "96/97"),
            ("2026-09", None, None),
        ]
        db.session.execute(update(IndicatorValue).values(value=Fraction(1)))
        assert {r.group_id: r.indicators for r in result_queries.results(head)} == frozen
        assert verify_queries.verify_digests() == []


@pytest.mark.parametrize(
    "change",
    [
        "indicators = NULL",
        "position = position + 9",
        "branch_position = 9",
        "slip_id = (SELECT max(id) FROM sheet_slip)",
    ],
)
def test_verify_finds_a_changed_result(app: Flask, scene: Scene, markers: Markers, change: str) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            published_with_values(scene, markers)
        first = db.session.scalar(select(func.min(GroupResult.id)))
        db.session.execute(text(f"UPDATE group_result SET {change} WHERE id = :first"), {"first": first})
        assert "冻结的得分与发布时的校验码不符" in {found.problem for found in verify_queries.verify_digests()}


def test_verify_finds_one_changed_digit_of_an_indicator(app: Flask, scene: Scene, markers: Markers) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            published_with_values(scene, markers)
        as_text, as_json = (
            ("indicators::text", "::json") if db.engine.dialect.name == "postgresql" else ("indicators", "")
        )
        db.session.execute(
            text(
                f"UPDATE group_result SET indicators = REPLACE({as_text}, '489/5', '479/5'){as_json} "
                "WHERE indicators IS NOT NULL"
            )
        )
        assert [found.problem for found in verify_queries.verify_digests()] == ["冻结的得分与发布时的校验码不符"]
