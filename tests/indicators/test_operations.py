"""Definitions by version, values appended, nobody's newer value lost."""

from collections.abc import Iterator
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place
from app.indicators import figure_queries, operations, quarter_queries, value_operations
from app.indicators.attainment import Direction, Target
from app.indicators.definition_queries import Spot
from app.indicators.figure_queries import Cell, GroupFigures
from app.indicators.models import Indicator, IndicatorValue
from app.indicators.operations import DefinitionChanged, ReasonMissing
from app.indicators.value_operations import CellsRefused
from app.organisation.models import Branch
from tests import factories
from tests.factories import Scene
from tests.fixtures.statements import Statements
from tests.indicators.measures import BY, define, enter, key, wording

OCTOBER, NOVEMBER, JULY = Month(2026, 10), Month(2026, 11), Month(2026, 7)


@pytest.fixture
def writing(app: Flask, scene: Scene) -> Iterator[None]:
    with app.app_context(), unit_of_work.transaction():
        yield


def figures(scene: Scene, first: Month, last: Month) -> GroupFigures:
    return figure_queries.figures(Place(scene.committee, scene.branch), [scene.group], first, last)[scene.group]


def values(row: Indicator) -> list[tuple[str | None, str, bool]]:
    """value, reason, whether it is in force; as they were written."""
    found = db.session.scalars(select(IndicatorValue).order_by(IndicatorValue.id)).all()
    return [
        (None if one.value is None else str(one.value), one.reason, one.replaced_at is None)
        for one in found
        if one.indicator_id == row.id
    ]


def refused(scene: Scene, row: Indicator, month: Month, value: str | None, seen: int) -> CellsRefused:
    with pytest.raises(CellsRefused) as caught:
        enter(scene, row, month, value, seen=seen)
    return caught.value


@pytest.mark.usefixtures("writing")
class TestValues:
    def test_a_value_is_kept_exactly_and_told(self, scene: Scene) -> None:
        row = define(scene)
        enter(scene, row, OCTOBER, "97.8001")
        assert values(row) == [("978001/10000", "", True)]
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "indicator.enter")).one()
        assert (line.subject, line.group_id, line.before, line.after) == (
            "生产一党小组", scene.group, None, {"工序质量得分 2026-10": "97.8001"},
        )  # fmt: skip

    def test_a_changed_value_is_appended(self, scene: Scene) -> None:
        row = define(scene)
        first = enter(scene, row, OCTOBER, "97")[0]
        enter(scene, row, OCTOBER, "98", seen=first.id)
        assert values(row) == [("97", "", False), ("98", "", True)]
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc()).limit(1)).one()
        assert (line.before, line.after) == ({"工序质量得分 2026-10": "97"}, {"工序质量得分 2026-10": "98"})

    def test_a_late_correction_needs_a_reason_and_keeps_the_old_value(self, scene: Scene) -> None:
        row = define(scene)
        first = enter(scene, row, JULY, "97")[0]  # the first value of a month is never late
        problem = refused(scene, row, JULY, "98", first.id)
        assert (problem.status, problem.problems[0].wants_reason) == (422, True)
        enter(scene, row, JULY, "98", seen=first.id, reason="  计量复核更正 ")
        assert values(row) == [("97", "", False), ("98", "计量复核更正", True)]

    def test_a_value_can_be_taken_back(self, scene: Scene) -> None:
        row = define(scene)
        first = enter(scene, row, OCTOBER, "97")[0]
        enter(scene, row, OCTOBER, None, seen=first.id)
        assert values(row) == [("97", "", False), (None, "", True)]
        assert figures(scene, OCTOBER, OCTOBER).over([OCTOBER]) is None

    def test_a_newer_value_is_shown_and_not_overwritten(self, scene: Scene) -> None:
        row = define(scene)
        first = enter(scene, row, OCTOBER, "97")[0]
        second = enter(scene, row, OCTOBER, "98", seen=first.id)[0]
        problem = refused(scene, row, OCTOBER, "99", first.id)
        stands = problem.problems[0].stands
        assert stands is not None
        assert (problem.status, stands.id, stands.value) == (409, second.id, Fraction(98))
        assert values(row)[-1] == ("98", "", True)

    def test_two_who_fill_the_same_empty_cell(self, scene: Scene) -> None:
        row = define(scene)
        enter(scene, row, OCTOBER, "97")
        assert refused(scene, row, OCTOBER, "98", 0).status == 409
        assert enter(scene, row, OCTOBER, "97") == []  # the very same figure is no conflict
        assert values(row) == [("97", "", True)]

    def test_an_untouched_cell_overwrites_nothing(self, scene: Scene) -> None:
        row = define(scene)
        assert enter(scene, row, OCTOBER, None) == []
        first = enter(scene, row, OCTOBER, "97")[0]
        enter(scene, row, OCTOBER, "98", seen=first.id)
        assert enter(scene, row, OCTOBER, "97", seen=first.id) == []
        assert enter(scene, row, OCTOBER, None) == []
        assert values(row)[-1] == ("98", "", True)

    def test_neither_the_future_nor_what_is_not_measured_takes_a_value(self, scene: Scene) -> None:
        row = define(scene, from_month=JULY)
        assert refused(scene, row, NOVEMBER.next(), "97", 0).problems[0].message == "还没到这个月。"
        assert "没有这项指标" in refused(scene, row, JULY.previous(), "97", 0).problems[0].message
        assert values(row) == []

    def test_of_several_cells_all_are_saved_or_none(self, scene: Scene) -> None:
        row = define(scene)
        enter(scene, row, OCTOBER, "97")
        place, names = Place(scene.committee, scene.branch), {scene.group: "生产一党小组"}
        spot = key(row, scene.group)
        cells = [Cell(spot, NOVEMBER, Fraction(98), 0), Cell(spot, OCTOBER, Fraction(99), 0)]
        with pytest.raises(CellsRefused):
            value_operations.enter_values(place, names, cells, by=BY)
        assert values(row) == [("97", "", True)]


@pytest.mark.usefixtures("writing")
class TestDefinitions:
    def test_a_version_holds_from_its_month_and_the_past_keeps_its_target(self, scene: Scene) -> None:
        row = define(scene, target="100")
        operations.change_indicator(
            row, wording(scene, target="50", from_month=OCTOBER, reason="目标下调"), by=BY, seen=1
        )  # fmt: skip
        enter(scene, row, JULY, "50")
        enter(scene, row, OCTOBER, "50")
        found = figures(scene, JULY, OCTOBER)
        assert (found.attained(JULY), found.attained(OCTOBER)) == (Fraction(1, 2), Fraction(1))

    def test_of_two_versions_for_one_month_the_later_number_holds(self, scene: Scene) -> None:
        row = define(scene, target="100")
        operations.change_indicator(row, wording(scene, target="50", reason="录错了"), by=BY, seen=1)
        enter(scene, row, JULY, "50")
        assert figures(scene, JULY, JULY).attained(JULY) == 1

    def test_a_version_that_measures_nobody_ends_the_indicator(self, scene: Scene) -> None:
        row = define(scene)
        enter(scene, row, JULY, "97")
        operations.change_indicator(row, wording(scene, from_month=OCTOBER, spots=[], reason="停用"), by=BY, seen=1)
        assert figures(scene, OCTOBER, NOVEMBER).measured == ()
        assert figures(scene, JULY, NOVEMBER).attained(JULY) == 1

    def test_a_change_needs_a_reason_and_the_version_that_was_seen(self, scene: Scene) -> None:
        row = define(scene)
        with pytest.raises(ReasonMissing):
            operations.change_indicator(row, wording(scene, reason="  "), by=BY, seen=1)
        operations.change_indicator(row, wording(scene, reason="改一次"), by=BY, seen=1)
        with pytest.raises(DefinitionChanged):
            operations.change_indicator(row, wording(scene, reason="又改一次"), by=BY, seen=1)
        assert [(one.number, one.reason) for one in row.versions] == [(1, ""), (2, "改一次")]


@pytest.mark.usefixtures("writing")
class TestQuarter:
    def test_a_quarter_as_plain_data(self, scene: Scene) -> None:
        heavy = define(scene, target="100", weight=Fraction(3))
        light = define(scene, "故障停机时间", aim=Target(Direction.LESS, Fraction(4)))
        enter(scene, heavy, JULY, "90")
        enter(scene, heavy, JULY.next(), "100")
        enter(scene, light, JULY, "6")
        found = quarter_queries.quarter_of_committee(scene.committee, Quarter(2026, 3))
        assert list(found) == [scene.group]
        own = found[scene.group]
        assert [(one.definition.name, one.attainment, one.missing) for one in own.indicators] == [
            ("工序质量得分", Fraction(19, 20), 1), ("故障停机时间", Fraction(1, 2), 2),
        ]  # fmt: skip
        assert own.attainment == (3 * Fraction(19, 20) + Fraction(1, 2)) / 4
        assert [(month.month, value, attained) for month, _team, value, _target, attained in own.indicators[0].months] == [
            (7, 90, Fraction(9, 10)), (8, 100, 1), (9, None, None),
        ]  # fmt: skip

    def test_teams_count_alike(self, scene: Scene) -> None:
        branch = db.session.get_one(Branch, scene.branch)
        teams = [factories.team(branch, name).id for name in ("甲班", "乙班")]
        spots = [Spot(scene.branch, scene.group, team, "") for team in teams]
        row = define(scene, target="100", spots=spots)
        place, names = Place(scene.committee, scene.branch), {scene.group: "生产一党小组"}
        cells = [
            Cell(key(row, scene.group, team), JULY, Fraction(value), 0)
            for team, value in zip(teams, (90, 80), strict=True)
        ]
        value_operations.enter_values(place, names, cells, by=BY)
        assert figures(scene, JULY, JULY).attained(JULY) == Fraction(17, 20)

    def test_statements_do_not_grow_with_groups(self, scene: Scene, statements: Statements) -> None:
        row = define(scene)
        enter(scene, row, JULY, "97")
        with statements() as few:
            quarter_queries.quarter_of_committee(scene.committee, Quarter(2026, 3))
        branch = db.session.get_one(Branch, scene.branch)
        spots = [Spot(scene.branch, factories.group(branch, f"示例{n}组").id, None, "") for n in range(40)]
        for n in range(5):
            define(scene, f"指标{n}", spots=spots)
        with statements() as many:
            found = quarter_queries.quarter_of_committee(scene.committee, Quarter(2026, 3))
        assert len(found) == 41
        assert len(few) == len(many) == 2


def test_another_committee_is_not_read(app: Flask, scene: Scene) -> None:
    with app.app_context(), unit_of_work.transaction():
        enter(scene, define(scene), JULY, "97")
        assert quarter_queries.quarter_of_committee(scene.foreign_committee, Quarter(2026, 3)) == {}
