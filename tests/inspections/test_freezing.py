"""A round frozen at once says of each sheet, to the byte, what the rules and the slip say of it alone."""

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.inspections import publication_queries
from app.inspections.digests import canonical
from app.inspections.freezing import Frozen, Line, Lines, Mould
from app.inspections.mark_queries import wall_clock
from app.inspections.scoring import DimensionScore, exact_sum
from app.inspections.slip import (
    BonusLine,
    CheckLine,
    MarkLine,
    Record,
    assess,
    assess_self,
    compose,
    dimension_data,
    next_step_text,
    strength_text,
)
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.rubric import BonusLevel, Condition, Rubric
from tests.inspections.test_scoring import random_rubric

WORDS = ("", "九月方案晚交", '引号"和\\反斜线', "换行\n制表\t", "<b>&amp;</b>", "\u2028\x01é😀")
DAYS = ("2026-10-09T17:00:00+08:00", "2026-10-09T17:00:01+08:00", "2026-10-12T08:30:00+08:00")
TAKEN: tuple[list[dict[str, Any]], ...] = (
    [],
    [{"code": "x", "label": "晚交", "points": "1/2", "unit": "次", "count": 2}],
)
PANEL = {1: "示例甲", 2: '示例"乙"', 3: "示例丙"}


def random_mark(chance: Random, code: str, marker: int, maximum: Fraction) -> MarkLine:
    points = None if chance.random() < 0.15 else maximum * Fraction(chance.randrange(4), chance.choice((3, 4, 8)))
    return MarkLine(
        code, marker, chance.choice(WORDS), chance.choice(DAYS), points, tuple(chance.choice(TAKEN)),
        chance.choice(WORDS), tuple({"kind": "photo", "id": 7, "on": "2026-08-01", "title": w} for w in WORDS[:chance.randrange(3)]),
    )  # fmt: skip


def random_record(chance: Random, rubric: Rubric) -> Record:
    """Marks by the panel, by the system, and by somebody who left it; some missing, in any order."""
    panel = {number: PANEL[number] for number in sorted(chance.sample(sorted(PANEL), chance.randrange(1, 4)))}
    whole = chance.random() < 0.7
    marks = [
        random_mark(chance, criterion.code, marker, criterion.maximum)
        for criterion in rubric.criteria
        for marker in (0, *PANEL)
        if whole or chance.random() < 0.9
    ]
    chance.shuffle(marks)
    own = [random_mark(chance, c.code, 9, c.maximum) for c in rubric.criteria if whole or chance.random() < 0.5]
    checks = [
        CheckLine(c.code, chance.random() < 0.5, chance.choice(WORDS), "示例甲", chance.choice(DAYS))
        for c in rubric.conditions
        if whole or chance.random() < 0.8
    ]
    bonuses = [
        BonusLine(n, "市级", chance.choice(WORDS), Fraction(chance.randrange(5), 2), "示例丙", chance.choice(DAYS))
        for n in range(chance.randrange(3))
    ]
    return Record(panel, tuple(marks), tuple(own if chance.random() < 0.8 else ()), tuple(checks), tuple(bonuses))


def stored(line: MarkLine) -> Line:
    """As the columns keep it."""
    return Line(
        line.code, line.marker, line.author, line.at, None if line.points is None else str(line.points),
        json.dumps([dict(item) for item in line.taken]), line.reason, json.dumps([dict(item) for item in line.evidence]),
    )  # fmt: skip


def previous(item: DimensionScore, before: dict[str, int | None]) -> dict[str, Any]:
    return {**dimension_data(item), "previous": before.get(item.code)}


def one_by_one(rubric: Rubric, record: Record, before: dict[str, int | None]) -> Frozen:
    result, own = assess(rubric, record), assess_self(rubric, record)
    slip = compose(rubric, record, result, own)
    return Frozen(
        result,
        own.hundredths,
        canonical(slip).decode(),
        canonical([previous(item, before) for item in result.dimensions]).decode(),
        [gate["title"] for gate in slip["gates"] if gate["holds"] is False],
        "；".join(f"{veto['title']}：{veto['reason']}" for veto in slip["vetoes"] if veto["holds"]),
        strength_text(result),
        next_step_text(rubric, result),
    )


def rubric_of(chance: Random) -> Rubric:
    if chance.random() < 0.3:
        return DEFAULT_RUBRIC
    bare = random_rubric(chance)
    return Rubric(
        bare.title, bare.dimensions, (Condition("G1", '有"党小组会"记录'),), (Condition("V1", "安全事故"),),
        (BonusLevel("b", "市级", Fraction(1)),), Fraction(3, 2),
    )  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_frozen_at_once_equals_one_by_one(seed: int) -> None:
    chance = Random(seed)
    rubric = rubric_of(chance)
    mould = Mould(rubric)
    before: dict[str, int | None] = {dimension.code: chance.choice((None, 0, 87)) for dimension in rubric.dimensions}
    for _ in range(6):  # what is remembered of one sheet must not show on the next
        record = random_record(chance, rubric)
        lines = Lines(
            record.panel, [*map(stored, record.marks)], [*map(stored, record.self_marks)],
            list(record.checks), list(record.bonuses),
        )  # fmt: skip
        assert mould.freeze(lines, before) == one_by_one(rubric, record, before)


@given(st.lists(st.fractions(max_denominator=400)))
def test_the_sum_over_a_common_denominator_is_the_sum(values: list[Fraction]) -> None:
    assert exact_sum(values) == sum(values, Fraction(0))


@given(st.datetimes(datetime(1985, 1, 1), datetime(2099, 1, 1)))  # noqa: DTZ001 - as stored: naive, UTC
def test_moments_of_a_slip_are_the_houses_wall_clock(moment: datetime) -> None:
    """Summer times included, which China had until 1991."""
    at = publication_queries.WallClock()
    for shifted in (moment, moment + timedelta(minutes=20), moment + timedelta(hours=1)):
        assert at[shifted] == wall_clock(shifted.replace(tzinfo=UTC))
