"""Definitions and values for tests; the caller opens and commits."""

from fractions import Fraction

from app.accounts.actor import Command
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators import operations, value_operations
from app.indicators.attainment import Direction, Target
from app.indicators.definition_queries import Spot, Wording
from app.indicators.figure_queries import Cell
from app.indicators.models import Indicator, IndicatorValue
from tests.factories import Scene

BY = Command("示例填报人")
JANUARY = Month(2026, 1)


def wording(scene: Scene, name: str = "工序质量得分", target: str = "97", **changed: object) -> Wording:
    said: dict[str, object] = {
        "name": name, "unit": "分", "target": Target(Direction.MORE, Fraction(target)), "baseline": None,
        "weight": Fraction(1), "source": "车间质量台账", "responsible": "工艺质量组", "from_month": JANUARY,
        "spots": [Spot(scene.branch, scene.group, None, "生产一党小组")], "reason": "",
    }  # fmt: skip
    if "aim" in changed:
        changed["target"] = changed.pop("aim")
    return Wording(**{**said, **changed})  # type: ignore[arg-type]


def define(scene: Scene, name: str = "工序质量得分", target: str = "97", **changed: object) -> Indicator:
    row = operations.define_indicator(
        Place(scene.committee, scene.branch), wording(scene, name, target, **changed), by=BY
    )  # fmt: skip
    db.session.flush()
    return row


def key(row: Indicator, group_id: int, team_id: int = 0) -> str:
    return f"{row.id}-{group_id}-{team_id}"


def enter(
    scene: Scene, row: Indicator, month: Month, value: str | None, *, seen: int = 0, reason: str = "", team_id: int = 0
) -> list[IndicatorValue]:
    cell = Cell(key(row, scene.group, team_id), month, None if value is None else Fraction(value), seen)
    place = Place(scene.committee, scene.branch)
    return value_operations.enter_values(place, {scene.group: "生产一党小组"}, [cell], by=BY, reason=reason)
