"""Business quality on the board and on the brand's page: the indicators that the brand names first, kept as printed."""

import re
from fractions import Fraction

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.board import figures
from app.board.figures import Ear, Figure
from app.brands.models import BrandVersion
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators.attainment import Direction, Target
from app.indicators.course_queries import courses
from app.indicators.definition_queries import Spot
from app.indicators.models import IndicatorValue
from app.organisation.models import Branch
from tests import factories
from tests.board import months
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements, counts_of
from tests.indicators import measures

SEPTEMBER, OCTOBER = Month(2026, 9), Month(2026, 10)


@pytest.fixture
def measured(app: Flask, scene: Scene) -> Scene:
    """Quality is met in October, energy, which the brand names, is not; a third one has no value at all."""
    with app.app_context(), unit_of_work.transaction():
        months.november(scene)
        db.session.query(BrandVersion).filter_by(name="青锋").one().indicators = [
            "单箱能耗（千瓦时）",
            "没有登记的一项",
        ]
        quality = measures.define(scene, "工序质量得分", "97")
        energy = measures.define(
            scene, "单箱能耗", unit="千瓦时", aim=Target(Direction.LESS, Fraction("5.2")), from_month=Month(2025, 1)
        )  # fmt: skip
        measures.define(scene, "还没有值的一项", "1")
        measures.enter(scene, quality, OCTOBER, "97.5")
        for month, value in ((OCTOBER.shift(-12), "5.2"), (SEPTEMBER, "5.2"), (OCTOBER, "5.46")):
            measures.enter(scene, energy, month, value)
    return scene


def words(client: FlaskClient, address: str) -> str:
    page = client.get(address).text
    body = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip()


def board(scene: Scene) -> str:
    return f"/groups/{scene.group}/board/2026-11"


def test_what_the_brand_names_comes_first(app: Flask, measured: Scene) -> None:
    with app.app_context():
        place = Place(measured.committee, measured.branch, measured.group)
        found = courses(place, ["没有登记的一项", "单箱能耗（千瓦时）"], Month(2026, 11))
    assert [(one.name, one.value, one.words(), one.target_words, one.is_named) for one in found] == [
        ("单箱能耗", "5.46", "10月未达标", "目标 ≤ 5.2，差 0.26", True),
        ("工序质量得分", "97.5", "10月达标", "目标 ≥ 97", False),
    ]
    assert found[0].now == (*[None] * 9, Fraction(100), Fraction(95), None)
    assert found[0].before == (*[None] * 10, Fraction(100), None)


def test_an_indicator_at_teams_tells_their_mean(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        branch = db.session.get_one(Branch, scene.branch)
        spots = [Spot(scene.branch, scene.group, factories.team(branch, name).id, "") for name in ("甲班", "乙班")]
        row = measures.define(scene, "出口含水率", "100", spots=spots)
        for spot, value in zip(spots, ("90", "101"), strict=True):
            measures.enter(scene, row, OCTOBER, value, team_id=spot.team_id or 0)
        place = Place(scene.committee, scene.branch, scene.group)
        (found,) = courses(place, [], OCTOBER)
    assert (found.value, found.unit, found.words(OCTOBER), found.target_words) == (
        "95.5", "%", "未达标", "目标 2 个班组达成率的平均",
    )  # fmt: skip


def test_the_board_and_the_brand_show_the_course(app: Flask, measured: Scene, signed_in: SignInAs) -> None:
    client = signed_in("leader1")
    page = words(client, board(measured))
    assert "本期要数·业务质量 1 项达标 1 项未达 单箱能耗未达标。规定动作：" in page
    assert "单箱能耗 目标 ≤ 5.2，差 0.26 5.46 千瓦时 10月未达标 ，目标 ≤ 5.2，差 0.26 12月 11月 工序质量得分" in page
    with app.app_context():
        brand_id = db.session.query(BrandVersion).filter_by(name="青锋").one().brand_id
    told = words(client, f"/brands/{brand_id}")
    assert "业务指标 近一年，只与本组自己的目标比 单箱能耗 5.46 千瓦时 10月未达标，目标 ≤ 5.2，差 0.26" in told
    assert "工序质量得分" not in told


def test_a_printed_board_keeps_its_values(app: Flask, measured: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        months.print_it(measured)
    client = signed_in("leader1")
    before = words(client, board(measured))
    with app.app_context(), unit_of_work.transaction():
        for value in db.session.query(IndicatorValue):
            value.value = Fraction(1)
        months.act()
    assert words(client, board(measured)) == before
    assert "5.46 千瓦时" in before


def test_statements(measured: Scene, signed_in: SignInAs, statements: Statements, app: Flask) -> None:
    client = signed_in("leader1")
    with app.app_context():
        brand_id = db.session.query(BrandVersion).filter_by(name="青锋").one().brand_id
        db.session.remove()
        with unit_of_work.transaction():
            months.act()
    assert counts_of(statements, [(client, board(measured)), (client, f"/brands/{brand_id}")]) == [6, 4]


def test_the_ear_tells_duties_where_nothing_is_measured() -> None:
    duties = Ear(2, 0, (True, True), "本月该做的都做了。")
    assert figures.quality_ear([], duties) is duties
    met, missed = Figure("甲", "1", "", "", met=True), Figure("乙", "1", "", "", met=False)
    assert figures.quality_ear([missed, met], duties) == Ear(
        1, 1, (True, False), "乙未达标。规定动作：本月该做的都做了。", "业务质量"
    )
    assert figures.quality_ear([met], duties).words == "都达标。规定动作：本月该做的都做了。"
