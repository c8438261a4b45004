"""Random rounds against a second calculation, written from the rules' words alone.

A round is drawn as plain numbers: whole twelfths of a point, five groups and one rubric. From these the second calculation
works in whole 720ths, in which the mean of up to five people's twelfths is whole too; it knows no `Fraction`, no rubric and
no rule module. The product gets the same numbers as a rubric and sheets, and judges deductions itself.
"""

import os
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import pytest

from app.inspections.marking import Proposal, judge
from app.inspections.ranking import places
from app.inspections.scoring import Mark, Result, Sheet, score
from app.rubrics.rubric import Condition, Criterion, CriterionKind, Deduction, Dimension, Rubric, Scorer

ROUNDS = int(os.environ.get("RANDOM_RUBRICS", "600"))
"""Each with a rubric of its own; see docs/rubrics.md for a hundred thousand."""

GROUPS = 5
UNIT, FINE = 12, 720
KINDS = ("met", "scale", "deduction", "measured")
VOICES = ("panel", "panel", "panel", "committee", "branch")
GATES, VETOES = ("G1", "G2"), ("V1", "V2")


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion: points in twelfths, `off` what one case of its deduction takes."""

    code: str
    kind: str
    voice: str
    maximum: int
    off: int


@dataclass(frozen=True, slots=True)
class Given:
    """One group: marks by criterion and person (0 the one voice, over 90 nobody of the panel) as twelfths, or as how many
    cases were deducted; None is N/A. `answers`: gate met, veto's case occurred. Bonus in twelfths."""

    panel: tuple[int, ...]
    marks: dict[str, dict[int, int | None]]
    answers: dict[str, bool]
    bonus: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    dimensions: tuple[tuple[int | None, tuple[Asked, ...]], ...]  # cap, criteria
    bonus_cap: int
    groups: tuple[Given, ...]


# ---------------------------------------------------------------- drawing


def drawn(chance: Random) -> Drawn:
    dimensions = tuple(
        (
            chance.randrange(6, 700) if chance.random() < 0.3 else None,
            tuple(_asked(chance, f"{letter}{number}") for number in range(chance.randrange(1, 5))),
        )
        for letter in "ABCDEF"[: chance.randrange(1, 6)]
    )
    criteria = [criterion for _, inside in dimensions for criterion in inside]
    return Drawn(
        dimensions,
        chance.randrange(0, 100),
        tuple(_given(chance, criteria) for _ in range(GROUPS)),
    )


def _asked(chance: Random, code: str) -> Asked:
    kind = chance.choice(KINDS)
    voice = "system" if kind == "measured" else chance.choice(VOICES)
    return Asked(code, kind, voice, chance.randrange(6, 480), chance.randrange(1, 60))


def _given(chance: Random, criteria: list[Asked]) -> Given:
    panel = tuple(range(1, chance.randrange(1, 6) + 1))
    whole = chance.random() < 0.7
    marks: dict[str, dict[int, int | None]] = {}
    for criterion in criteria:
        people = panel if criterion.voice == "panel" else (0,)
        absent = chance.random() < 0.1
        own = {person: None if absent else _mark(chance, criterion) for person in people}
        strangers = {91: _mark(chance, criterion)} | ({0: None} if criterion.voice == "panel" else {1: None})
        if not whole and chance.random() < 0.05:
            own.pop(chance.choice(people))
        if not whole and chance.random() < 0.05:
            own[chance.choice(people)] = None
        marks[criterion.code] = own | {who: value for who, value in strangers.items() if chance.random() < 0.2}
    answers = {code: chance.random() < 0.9 for code in GATES} | {code: chance.random() < 0.1 for code in VETOES}
    if not whole and chance.random() < 0.1:
        answers.pop(chance.choice(GATES + VETOES))
    return Given(panel, marks, answers, tuple(chance.randrange(0, 40) for _ in range(chance.randrange(4))))


def _mark(chance: Random, criterion: Asked) -> int:
    """Full marks often, nothing now and then."""
    if criterion.kind == "deduction":
        return chance.choice((0, 0, 1, 2, 99))
    if criterion.kind == "met":
        return chance.choice((0, criterion.maximum))
    return chance.choice((criterion.maximum, chance.randrange(criterion.maximum + 1)))


# ---------------------------------------------------------------- the second calculation


@dataclass(frozen=True, slots=True)
class Expected:
    """`total` as a numerator and denominator of a point; None while something is open."""

    total: tuple[int, int] | None
    hundredths: int | None
    open: list[str]
    band: str | None
    standing: str


def expected(case: Drawn, group: Given) -> Expected:
    earned = applicable = 0
    open_ = []
    for cap, criteria in case.dimensions:
        points = maximum = 0
        for one in criteria:
            voices = group.panel if one.voice == "panel" else (0,)
            said = [group.marks[one.code][person] for person in voices if person in group.marks[one.code]]
            numbers = [_twelfths(one, value) for value in said if value is not None]
            if len(said) < len(voices) or 0 < len(numbers) < len(said):
                open_.append(one.code)
            elif numbers:
                points += sum(numbers) * (FINE // UNIT) // len(numbers)
                maximum += one.maximum * (FINE // UNIT)
        ceiling = points + maximum if cap is None else cap * (FINE // UNIT)
        earned += min(points, ceiling)
        applicable += min(maximum, ceiling)
    open_ += [code for code in GATES + VETOES if code not in group.answers]
    standing = "eligible"
    if any(group.answers.get(code) is False for code in GATES):
        standing = "gate_unmet"
    if any(group.answers.get(code) is True for code in VETOES):
        standing = "vetoed"
    if open_ or not applicable:
        return Expected(None, None, open_, None, standing)
    bonus = min(sum(group.bonus), case.bonus_cap)
    over, under = 100 * earned * UNIT + bonus * applicable, applicable * UNIT
    whole, rest = divmod(over * 100, under)
    rounded = whole + 1 if rest + rest >= under else whole
    band = (
        "excellent"
        if rounded >= 9000
        else "good"
        if rounded >= 8000
        else "qualified"
        if rounded >= 6000
        else "improving"
    )
    return Expected((over, under), rounded, [], None if standing == "vetoed" else band, standing)


def _twelfths(one: Asked, value: int) -> int:
    return max(0, one.maximum - value * one.off) if one.kind == "deduction" else value


# ---------------------------------------------------------------- the product on the same numbers


def twelfths(number: int) -> Fraction:
    return Fraction(number, UNIT)


def rubric_of(case: Drawn) -> Rubric:
    return Rubric(
        "随机细则",
        tuple(
            Dimension(
                criteria[0].code[0],
                "维度",
                tuple(map(_criterion, criteria)),
                cap=None if cap is None else twelfths(cap),
            )
            for cap, criteria in case.dimensions
        ),
        tuple(Condition(code, "必备") for code in GATES),
        tuple(Condition(code, "否决") for code in VETOES),
        (),
        twelfths(case.bonus_cap),
    )


def _criterion(one: Asked) -> Criterion:
    return Criterion(
        one.code, "指标", CriterionKind(one.kind), twelfths(one.maximum),
        deductions=(Deduction("d", "缺一次", twelfths(one.off)),) if one.kind == "deduction" else (),
        scored_by=Scorer(one.voice),
    )  # fmt: skip


def sheet_of(rubric: Rubric, group: Given) -> Sheet:
    marks = {
        criterion.code: tuple(
            Mark(person, _points(criterion, value)) for person, value in group.marks[criterion.code].items()
        )
        for criterion in rubric.criteria
    }
    return Sheet(frozenset(group.panel), marks, group.answers, tuple(map(twelfths, group.bonus)))


def _points(criterion: Criterion, value: int | None) -> Fraction | None:
    if value is None or criterion.kind is not CriterionKind.DEDUCTION:
        return None if value is None else twelfths(value)
    return judge(criterion, Proposal(counts={"d": value}, reason="缺")).points


def seen(result: Result) -> Expected:
    total = result.total
    return Expected(
        None if total is None else (total.numerator, total.denominator),
        result.hundredths,
        [item.code for item in result.open],
        result.band.code if result.band else None,
        result.standing.value,
    )


def in_lowest_terms(found: Expected) -> Expected:
    """Only so that two spellings of one number compare equal."""
    if found.total is None:
        return found
    total = Fraction(*found.total)
    return Expected((total.numerator, total.denominator), *(getattr(found, name) for name in found.__slots__[1:]))


def test_random_rounds_agree_with_a_second_calculation() -> None:
    totals = shared = 0
    for seed in range(ROUNDS):
        case = drawn(Random(seed))
        rubric = rubric_of(case)
        wanted = [in_lowest_terms(expected(case, group)) for group in case.groups]
        assert (seed, [seen(score(rubric, sheet_of(rubric, group))) for group in case.groups]) == (seed, wanted)
        running = [None if one.standing == "vetoed" else one.hundredths for one in wanted]
        ranks = [
            None if own is None else 1 + sum(other is not None and other > own for other in running) for own in running
        ]
        assert (seed, places(running)) == (seed, ranks)
        totals += sum(one.total is not None for one in wanted)
        shared += len(set(ranks) - {None}) < len([rank for rank in ranks if rank])
    assert totals > ROUNDS * GROUPS // 2
    assert ROUNDS < 600 or shared  # equal totals came up by chance


@pytest.mark.parametrize(
    ("given", "hundredths"),
    [
        ((479, None), 9979),  # 479/480 of 100 is 99.7916…
        ((429, None), 8938),  # 429/480 is 89.375: half up
        ((480, 0), 5000),
        ((1, None), 21),  # 1/480 is 0.2083…
    ],
)
def test_the_second_calculation_against_a_pocket_calculator(given: tuple[int, int | None], hundredths: int) -> None:
    """Two criteria of 40, the second now and then N/A."""
    asked = tuple(Asked(code, "scale", "panel", 480, 1) for code in ("A1", "A2"))
    answers = dict.fromkeys(GATES, True) | dict.fromkeys(VETOES, False)
    group = Given((1,), {"A1": {1: given[0]}, "A2": {1: given[1]}}, answers, ())
    assert expected(Drawn(((None, asked),), 0, ()), group).hundredths == hundredths
