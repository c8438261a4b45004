"""Values that a measured criterion rests on and that nobody entered: said before scoring begins, never counted as zero."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.indicators import missing_queries
from app.indicators.models import Indicator
from app.inspections import measure_queries, round_operations
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound
from app.rubrics.measures import Attained, Counted, Facts, indicators_attained
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric, as_data
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements
from tests.indicators import measures
from tests.inspections import rounds

MEASURED = Criterion("A1", "主要业务指标", CriterionKind.MEASURED, Fraction(60), measure="indicators")
ON_SITE = Criterion("A2", "现场", CriterionKind.MET, Fraction(40))
RUBRIC = Rubric("带测算的细则", (Dimension("A", "业务", (MEASURED, ON_SITE), business=True),))
JULY, AUGUST, SEPTEMBER = rounds.QUARTER.months


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_months_without_values_are_said_and_count_for_nothing() -> None:
    record = Counted("indicator", 1, "2026-09", "整丝率")
    whole = Attained("整丝率", Fraction(1, 2), Fraction(1), record)
    gaps = replace(whole, missing=("8月", "9月"))
    none = Attained("能耗", None, Fraction(3), record, ("7月", "8月", "9月"))
    found = indicators_attained(Facts((), attained=(gaps, none)), "")
    assert found.share == indicators_attained(Facts((), attained=(whole,)), "").share == Fraction(1, 2)
    assert found.words == (
        "1 项指标，达到自己目标的 0 项。未达到：整丝率 50.0%。还没有数值：整丝率8月、9月、能耗7月、8月、9月，不计入，也不算零分。"
    )
    alone = indicators_attained(Facts((), attained=(none,)), "能耗")
    assert (alone.share, alone.words) == (
        None, "本季没有能耗的数值，本项不适用。还没有数值：能耗7月、8月、9月，不计入，也不算零分。",
    )  # fmt: skip


def planned(scene: Scene, rubric: Rubric = RUBRIC) -> InspectionRound:
    """One indicator at the first group: July has a value, August was taken back, September none."""
    row = measures.define(scene)
    entered = measures.enter(scene, row, JULY, "97")
    taken = measures.enter(scene, row, AUGUST, "96")
    assert (len(entered), len(taken)) == (1, 1)
    measures.enter(scene, row, AUGUST, None, seen=taken[0].id, reason="录错了")
    version = rounds.rubric(scene)
    db.session.get_one(RubricVersion, version.id).content = as_data(rubric)
    return rounds.planned(scene, version=version)


def test_the_round_says_what_is_missing_until_the_review(
    app: Flask, scene: Scene, signed_in: SignInAs, statements: Statements
) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = planned(scene)
        indicator = db.session.scalars(select(Indicator)).one()
        for month in Quarter(2026, 2).months:  # a round with all its values changes nothing of this one's
            measures.enter(scene, indicator, month, "97")
        rounds.planned(scene, quarter=Quarter(2026, 2), version=row.rubric_version)
        round_id = row.id
    office, secretary = signed_in("committee"), signed_in("secretary")
    page = f"/inspections/rounds/{round_id}"
    assert "业务指标还缺 2 个数值。" in words(office.get(page).text)
    with statements() as seen:
        told = office.get(f"{page}/measures").text
    assert len(seen) <= 6, "\n\n".join(seen)
    assert "制丝车间党支部 工序质量得分 8月缺 1 个，由工艺质量组提供" in words(told)
    assert "A1 主要业务指标" in words(told)
    assert told.count(f"/indicators/branches/{scene.branch}/grid/2026") == 2
    other = signed_in("leader21").get(f"{page}/measures")
    assert (other.status_code, "去填" in other.text) == (200, False)
    assert "业务指标还缺 2 个数值" in words(secretary.get("/").text)
    assert "业务指标还缺" not in words(signed_in("secretary2").get("/").text)
    with app.app_context(), unit_of_work.transaction():
        row = db.session.get_one(InspectionRound, round_id)
        round_operations.move_round(row, RoundState.SELF_CHECK, by=rounds.OPERATOR)
    step = words(office.get(f"{page}/steps/scoring").text)
    assert "系统测算用的业务指标还缺 2 个数值。" in step
    with app.app_context(), unit_of_work.transaction():
        row = db.session.get_one(InspectionRound, round_id)
        for to in (RoundState.SCORING, RoundState.REVIEW):
            round_operations.move_round(row, to, by=rounds.OPERATOR)
    assert "业务指标还缺" not in words(office.get(page).text)
    assert "业务指标还缺" not in words(secretary.get("/").text)


def test_nothing_is_missing_where_nothing_is_measured_by_it(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    by_hand = Rubric("不测算的细则", (Dimension("A", "业务", (ON_SITE,), business=True),))
    with app.app_context(), unit_of_work.transaction():
        round_id = planned(scene, by_hand).id
    assert "业务指标还缺" not in words(signed_in("committee").get(f"/inspections/rounds/{round_id}").text)
    assert "业务指标还缺" not in words(signed_in("secretary").get("/").text)


def test_the_list_agrees_with_what_is_measured(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        planned(scene)
        db.session.flush()
        listed = missing_queries.missing_values(scene.committee, rounds.QUARTER)
        facts = measure_queries.facts(scene.committee, rounds.QUARTER, [scene.group])
        assert [(one.name, one.month, one.cells) for one in listed] == [
            ("工序质量得分", AUGUST, 1), ("工序质量得分", SEPTEMBER, 1),
        ]  # fmt: skip
        assert [one.missing for one in facts[scene.group].attained] == [("8月", "9月")]


@pytest.mark.parametrize(("quarter", "months"), [(1, 0), (4, 1)])
def test_months_that_run_or_are_to_come_are_not_missing(app: Flask, scene: Scene, quarter: int, months: int) -> None:
    """It is mid-November: of the fourth quarter October alone is over; the indicator holds from April on."""
    with app.app_context(), unit_of_work.transaction():
        measures.define(scene, from_month=Month(2026, 4))
        db.session.flush()
        found = missing_queries.missing_values(scene.committee, Quarter(2026, quarter))
        assert [one.month for one in found] == [Month(2026, 10)][:months]
