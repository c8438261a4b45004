"""The arithmetic of a quarter: examples that people can check by hand, and properties over random rubrics. Exact agreement
with a second calculation stands in test_exact_totals."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import TypeVar

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.inspections.ranking import better, histogram, places
from app.inspections.scoring import (
    ONE_VOICE,
    Band,
    Mark,
    Sheet,
    Standing,
    State,
    exact_text,
    half_up,
    next_step,
    score,
    strength,
    two_places,
)
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.rubric import Condition, Criterion, CriterionKind, Dimension, Rubric, Scorer

T = TypeVar("T")
PANEL = frozenset({1, 2, 3})
CLEAN = {c.code: True for c in DEFAULT_RUBRIC.gates} | {c.code: False for c in DEFAULT_RUBRIC.vetoes}


def full_marks(**changed: tuple[Fraction | None, ...]) -> dict[str, tuple[Mark, ...]]:
    """Full marks by the whole panel, but for the criteria named: their marks in the panel's order."""
    return {
        criterion.code: tuple(
            Mark(marker, points)
            for marker, points in zip(
                sorted(PANEL), changed.get(criterion.code, (criterion.maximum,) * len(PANEL)), strict=True
            )
        )
        for criterion in DEFAULT_RUBRIC.criteria
    }


def seen(*values: object) -> tuple[object, ...]:
    """Values side by side, whatever their types."""
    return values


def sheet(marks: dict[str, tuple[Mark, ...]], **more: object) -> Sheet:
    return Sheet(PANEL, marks, **({"answers": CLEAN} | more))  # type: ignore[arg-type]


def test_panel_score_is_the_mean_of_the_panel_exactly() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(C3=(Fraction(8), Fraction(7), Fraction(8)))))
    assert result.total == 100 - 10 + Fraction(23, 3)
    assert result.hundredths == 9767
    assert exact_text(result.total) == "97又2/3"


def test_sub_totals_are_never_added_up() -> None:
    """Three dimensions that lose 1/3 each: rounded sub-totals would give 99.01, the exact sum is 99."""
    lost = {}
    for criterion in DEFAULT_RUBRIC.criteria:
        if criterion.code in ("A1", "B1", "C1"):
            lost[criterion.code] = (criterion.maximum, criterion.maximum, criterion.maximum - 1)
    assert score(DEFAULT_RUBRIC, sheet(full_marks(**lost))).hundredths == 9900


def test_a_missing_mark_leaves_no_total_and_is_named_with_its_person() -> None:
    marks = full_marks()
    marks["C3"] = marks["C3"][:2]
    result = score(DEFAULT_RUBRIC, sheet(marks))
    assert seen(result.total, result.hundredths, result.band) == (None, None, None)
    assert [(item.code, item.state, item.missing) for item in result.open] == [("C3", State.MISSING, frozenset({3}))]


def test_an_unanswered_gate_or_veto_leaves_no_total() -> None:
    answers = {code: answer for code, answer in CLEAN.items() if code not in ("G2", "V1")}
    result = score(DEFAULT_RUBRIC, sheet(full_marks(), answers=answers))
    assert result.total is None
    assert [item.code for item in result.open] == ["G2", "V1"]


def test_not_applicable_drops_out_and_the_rest_is_scaled_to_100() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(D1=(None, None, None), C1=(Fraction(3), Fraction(3), Fraction(3)))))
    assert result.applicable == 92
    assert result.earned == 83
    assert result.total == Fraction(8300, 92)
    assert [item.code for item in result.not_applicable] == ["D1"]
    service = result.dimensions[3]
    assert seen(service.points, service.maximum, service.rate) == (7, 7, 1)


def test_a_panel_that_disagrees_on_not_applicable_is_unsettled() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(D1=(None, Fraction(8), Fraction(8)))))
    assert result.total is None
    assert [(item.code, item.state) for item in result.open] == [("D1", State.UNSETTLED)]


def test_everything_not_applicable_gives_no_total() -> None:
    nothing = {criterion.code: (None, None, None) for criterion in DEFAULT_RUBRIC.criteria}
    result = score(DEFAULT_RUBRIC, sheet(full_marks(**nothing)))
    assert seen(result.total, result.applicable, result.open) == (None, 0, ())


def test_marks_of_people_outside_the_panel_are_left_aside() -> None:
    marks = full_marks()
    marks["A1"] = (*marks["A1"], Mark(9, Fraction(0)))
    assert score(DEFAULT_RUBRIC, sheet(marks)).total == 100


def test_without_a_panel_everything_is_open() -> None:
    result = score(DEFAULT_RUBRIC, Sheet(frozenset(), {}, CLEAN))
    assert len(result.open) == len(DEFAULT_RUBRIC.criteria)


def test_the_system_marks_a_measured_criterion_alone() -> None:
    criterion = Criterion("M", "补学闭环", CriterionKind.MEASURED, Fraction(100))
    rubric = Rubric("r", (Dimension("A", "a", (criterion,)),))
    result = score(rubric, Sheet(PANEL, {"M": (Mark(ONE_VOICE, Fraction(700, 8)), Mark(1, Fraction(0)))}))
    assert result.total == Fraction(175, 2)


@pytest.mark.parametrize("scorer", [Scorer.COMMITTEE, Scorer.BRANCH])
def test_what_one_body_scores_has_one_voice(scorer: Scorer) -> None:
    criterion = Criterion("A1", "日常评价", CriterionKind.SCALE, Fraction(100), scored_by=scorer)
    rubric = Rubric("r", (Dimension("A", "a", (criterion,)),))
    assert score(rubric, Sheet(PANEL, {"A1": (Mark(ONE_VOICE, Fraction(80)), Mark(1, Fraction(0)))})).total == 80
    nobody = score(rubric, Sheet(PANEL, {"A1": (Mark(1, Fraction(0)),)}))
    assert [(item.code, item.state, item.missing) for item in nobody.open] == [
        ("A1", State.MISSING, frozenset({ONE_VOICE}))
    ]


def test_a_dimension_gives_at_most_its_cap() -> None:
    criteria = tuple(Criterion(code, "a", CriterionKind.SCALE, Fraction(60)) for code in ("A1", "A2"))
    rubric = Rubric("r", (Dimension("A", "a", criteria, cap=Fraction(100)),))

    def total(first: int | None, second: int) -> Fraction | None:
        marks = {"A1": (Mark(1, None if first is None else Fraction(first)),), "A2": (Mark(1, Fraction(second)),)}
        return score(rubric, Sheet(frozenset({1}), marks)).total

    assert rubric.maximum == 100
    assert seen(total(50, 40), total(60, 60), total(30, 60), total(None, 30)) == (90, 100, 90, 50)


def test_bonus_is_capped_and_may_pass_100() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(), bonuses=(Fraction(4), Fraction(3))))
    assert seen(result.bonus_claimed, result.bonus, result.total) == (7, 5, 105)


def test_an_unmet_gate_keeps_band_and_total_but_not_the_recommendation() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(), answers=CLEAN | {"G3": False}))
    assert seen(result.standing, result.unmet, result.band, result.total) == (
        Standing.GATE_UNMET,
        ("G3",),
        Band.EXCELLENT,
        100,
    )


def test_a_veto_takes_the_place_of_the_band_and_is_no_silent_zero() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(), answers=CLEAN | {"G3": False, "V2": True}))
    assert seen(result.standing, result.vetoed, result.band, result.total) == (Standing.VETOED, ("V2",), None, 100)


@pytest.mark.parametrize(
    ("value", "hundredths"),
    [
        (Fraction(14375, 1000), 1438),
        (Fraction(2675, 1000), 268),  # a binary float gives 2.67
        (Fraction(89995, 1000), 9000),
        (Fraction(899949999, 10000000), 8999),
        (Fraction(0), 0),
    ],
)
def test_rounding_is_half_up(value: Fraction, hundredths: int) -> None:
    assert half_up(value) == hundredths


@pytest.mark.parametrize(
    ("hundredths", "band"),
    [
        (10500, Band.EXCELLENT),
        (9000, Band.EXCELLENT),
        (8999, Band.GOOD),
        (8000, Band.GOOD),
        (7999, Band.QUALIFIED),
        (6000, Band.QUALIFIED),
        (5999, Band.IMPROVING),
        (0, Band.IMPROVING),
    ],
)
def test_bands(hundredths: int, band: Band) -> None:
    assert Band.of(hundredths) is band


def test_the_band_is_judged_on_the_printed_number() -> None:
    criterion = Criterion("A1", "a", CriterionKind.SCALE, Fraction(100))
    rubric = Rubric("r", (Dimension("A", "a", (criterion,)),))
    result = score(rubric, Sheet(frozenset({1}), {"A1": (Mark(1, Fraction(89995, 1000)),)}))
    assert result.total is not None
    assert result.total < 90
    assert (two_places(result.hundredths or 0), result.band) == ("90.00", Band.EXCELLENT)


def test_numbers_in_words() -> None:
    assert exact_text(88 + Fraction(101, 120)) == "88又101/120"
    assert exact_text(Fraction(1, 3)) == "1/3"
    assert exact_text(Fraction(90)) == "90"
    assert two_places(half_up(88 + Fraction(101, 120))) == "88.84"
    assert [two_places(h) for h in (374, 0, -90)] == ["3.74", "0.00", "−0.90"]


def test_strength_and_next_step_by_rate_then_weight() -> None:
    result = score(
        DEFAULT_RUBRIC,
        sheet(full_marks(B1=(Fraction(2),) * 3, F1=(Fraction(3),) * 3)),
    )
    best, weakest = strength(result.dimensions), next_step(result.dimensions)
    assert best is not None
    assert weakest is not None
    assert (best.code, weakest.code) == ("C", "F")
    assert next_step(score(DEFAULT_RUBRIC, sheet(full_marks())).dimensions) is None


def test_the_spread_of_marks_is_shown_for_review() -> None:
    result = score(
        DEFAULT_RUBRIC,
        sheet(full_marks(C3=(Fraction(10), Fraction(9), Fraction(5)), C1=(Fraction(10), Fraction(12), Fraction(12)))),
    )
    by_code = {item.code: item for item in result.criteria}
    assert seen(by_code["C3"].spread, by_code["C3"].middle, by_code["C3"].disputed) == (5, 9, True)
    assert seen(by_code["C1"].spread, by_code["C1"].disputed) == (2, False)


def test_a_fifth_of_the_maximum_apart_is_no_dispute_yet() -> None:
    result = score(DEFAULT_RUBRIC, sheet(full_marks(C3=(Fraction(10), Fraction(9), Fraction(8)))))
    found = next(item for item in result.criteria if item.code == "C3")
    assert seen(found.maximum, found.spread, found.disputed) == (10, 2, False)


def test_of_two_equal_rates_the_next_step_is_where_more_was_lost() -> None:
    dimensions = tuple(
        Dimension(code, code, (Criterion(f"{code}1", "a", CriterionKind.SCALE, Fraction(maximum)),))
        for code, maximum in (("A", 10), ("B", 20), ("C", 20))
    )
    marks = {f"{code}1": (Mark(1, Fraction(points)),) for code, points in (("A", 5), ("B", 10), ("C", 10))}
    weakest = next_step(score(Rubric("r", dimensions), Sheet(frozenset({1}), marks)).dimensions)
    assert weakest is not None
    assert weakest.code == "B"


def test_places_are_shared_and_the_next_is_skipped() -> None:
    totals = [8884, 9390, 8884, None, 8630]
    assert places(totals) == [2, 1, 2, None, 4]
    assert histogram(totals) == {8630: 1, 8884: 2, 9390: 1}


# ------------------------------------------------------------------ properties

points = st.fractions(min_value=0, max_value=40, max_denominator=12)


def fraction(chance: Random, ceiling: int, denominators: int) -> Fraction:
    under = chance.randint(1, denominators)
    return Fraction(chance.randint(0, ceiling * under), under)


def random_rubric(chance: Random) -> Rubric:
    """1-5 dimensions of 1-5 criteria with odd maxima; some capped, some scored by one voice."""
    return Rubric(
        "随机细则",
        tuple(
            Dimension(
                letter,
                f"维度{letter}",
                tuple(random_criterion(chance, f"{letter}{index}") for index in range(chance.randint(1, 5))),
                cap=Fraction(1, 2) + fraction(chance, 60, 6) if chance.random() < 0.3 else None,
            )
            for letter in "ABCDE"[: chance.randint(1, 5)]
        ),
        (Condition("G", "必备"),),
        (Condition("V", "否决"),),
        (),
        Fraction(5),
    )


def random_criterion(chance: Random, code: str) -> Criterion:
    return Criterion(
        code,
        "指标",
        CriterionKind.MEASURED if chance.random() < 0.15 else CriterionKind.SCALE,
        Fraction(1, 2) + fraction(chance, 40, 6),
        scored_by=Scorer.COMMITTEE if chance.random() < 0.1 else Scorer.PANEL,
    )


def random_case(seed: int) -> tuple[Rubric, Sheet]:
    """A rubric and a whole sheet; some criteria are N/A for everybody who marks them."""
    chance = Random(seed)
    rubric = random_rubric(chance)
    panel = frozenset(range(1, chance.randint(1, 5) + 1))
    marks = {}
    for criterion in rubric.criteria:
        absent = chance.randrange(6) == 0
        marks[criterion.code] = tuple(
            Mark(marker, None if absent else min(fraction(chance, 40, 12), criterion.maximum))
            for marker in ((ONE_VOICE,) if criterion.one_voice else sorted(panel))
        )
    bonuses = tuple(fraction(chance, 3, 4) for _ in range(chance.randrange(4)))
    return rubric, Sheet(panel, marks, {"G": True, "V": False}, bonuses)


def scored() -> st.SearchStrategy[tuple[Rubric, Sheet]]:
    """Drawn from one seed: drawing every mark by itself is slow on a busy machine."""
    return st.integers(0, 2**48).map(random_case)


@given(scored(), st.randoms(use_true_random=False))
def test_the_order_of_marks_and_criteria_changes_nothing(case: tuple[Rubric, Sheet], random: Random) -> None:
    rubric, given_sheet = case
    before = score(rubric, given_sheet)

    def shuffled(items: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(random.sample(items, len(items)))

    other_rubric = Rubric(
        rubric.title,
        shuffled(tuple(replace(d, criteria=shuffled(d.criteria)) for d in rubric.dimensions)),
        rubric.gates,
        rubric.vetoes,
    )
    other_marks = {code: shuffled(given_sheet.marks[code]) for code in shuffled(tuple(given_sheet.marks))}
    after = score(
        other_rubric, Sheet(given_sheet.markers, other_marks, given_sheet.answers, shuffled(given_sheet.bonuses))
    )
    assert (after.total, after.earned, after.applicable, after.bonus) == (
        before.total,
        before.earned,
        before.applicable,
        before.bonus,
    )
    assert set(after.criteria) == set(before.criteria)
    assert set(after.dimensions) == set(before.dimensions)


@given(scored(), st.data())
def test_a_better_mark_never_lowers_a_total(case: tuple[Rubric, Sheet], data: st.DataObject) -> None:
    rubric, given_sheet = case
    countable = [code for code, marks in given_sheet.marks.items() if marks[0].points is not None]
    assume(countable)
    code = data.draw(st.sampled_from(countable))
    first, *others = given_sheet.marks[code]
    assert first.points is not None
    better = Mark(first.marker, first.points + data.draw(points))
    after = score(
        rubric,
        Sheet(
            given_sheet.markers,
            {**given_sheet.marks, code: (better, *others)},
            given_sheet.answers,
            given_sheet.bonuses,
        ),
    )
    before = score(rubric, given_sheet)
    assert before.total is not None
    assert after.total is not None
    assert after.total >= before.total
    if all(dimension.cap is None for dimension in rubric.dimensions):
        assert (after.total > before.total) is (better.points != first.points)


@given(scored(), st.data())
def test_any_one_missing_mark_takes_the_total_away_and_is_named(
    case: tuple[Rubric, Sheet], data: st.DataObject
) -> None:
    rubric, given_sheet = case
    code = data.draw(st.sampled_from([criterion.code for criterion in rubric.criteria]))
    gone, *others = given_sheet.marks[code]
    result = score(rubric, Sheet(given_sheet.markers, {**given_sheet.marks, code: tuple(others)}, given_sheet.answers))
    assert result.total is None
    assert [(item.code, item.missing) for item in result.open] == [(code, frozenset({gone.marker}))]


@given(st.fractions(min_value=0, max_value=105))
def test_rounding_happens_once_and_half_up(value: Fraction) -> None:
    rounded = half_up(value)
    assert Fraction(rounded, 100) - value <= Fraction(1, 200)
    assert value - Fraction(rounded, 100) < Fraction(1, 200)
    assert half_up(Fraction(rounded, 100)) == rounded


@given(st.lists(st.one_of(st.none(), st.integers(0, 10500))), st.randoms(use_true_random=False))
def test_places_depend_on_totals_alone(totals: list[int | None], random: Random) -> None:
    order = random.sample(range(len(totals)), len(totals))
    straight, mixed = places(totals), places([totals[index] for index in order])
    assert mixed == [straight[index] for index in order]
    for total, own in zip(totals, straight, strict=True):
        better = sum(1 for other in totals if other is not None and total is not None and other > total)
        assert own == (None if total is None else better + 1)


@given(st.lists(st.integers(0, 10500)), st.lists(st.integers(0, 10500), min_size=1))
def test_a_place_among_all_is_that_at_home_behind_the_better_ones_elsewhere(here: list[int], there: list[int]) -> None:
    ahead = better(there, histogram(here))
    at_home = places(there)
    assert [place + ahead[total] for place, total in zip(at_home, there, strict=True) if place] == places(there + here)[
        : len(there)
    ]
