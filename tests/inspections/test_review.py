"""The review's figures, and the leniency of scorers against simulations."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.inspections.digests import canonical
from app.inspections.panel_design import LENIENCY, NOISE, share_out
from app.inspections.review import (
    connected,
    helps,
    outliers,
    partial,
    read_sheet,
    second_totals,
    without_leniency,
)
from app.rubrics.default_rubric import DEFAULT_RUBRIC
from app.rubrics.layout import laid_out
from app.rubrics.rubric import as_data, points_text

LAYOUT = laid_out(canonical(as_data(DEFAULT_RUBRIC)).decode())
CODES = [c for c in DEFAULT_RUBRIC.criteria if not c.one_voice]
ANSWERS = ";".join(f"{c.code}=1" for c in DEFAULT_RUBRIC.gates) + ";" + ";".join(
    f"{c.code}=0" for c in DEFAULT_RUBRIC.vetoes
)  # fmt: skip


def given_text(lost: Mapping[int, Mapping[str, Fraction]]) -> str:
    """Full marks by each account, less what it took."""
    marks = []
    for account, taken in lost.items():
        marks += [f"{c.code}:{account}:{points_text(c.maximum - taken.get(c.code, 0))}" for c in CODES]
    voices = [f"{c.code}:0:{points_text(c.maximum)}" for c in DEFAULT_RUBRIC.criteria if c.one_voice]
    return ";".join(marks + voices)


# ---------------------------------------------------------------- a sheet


def test_a_sheet_is_read_from_the_texts_that_the_database_joins() -> None:
    text = given_text({7: {"A1": Fraction(2)}, 9: {"A1": Fraction(3)}})
    sheet = read_sheet(LAYOUT, frozenset({7, 9}), text, ANSWERS, "1;1/2")
    first = sheet.result.criteria[0]
    assert (first.code, first.points, first.middle, first.spread) == ("A1", first.maximum - Fraction(5, 2)) * 1 + (
        first.maximum - Fraction(5, 2), Fraction(1),
    )  # fmt: skip
    assert (sheet.result.bonus, sheet.result.total, sheet.revealed) == (Fraction(3, 2), Fraction(99), True)
    assert sheet.rates == {7: 98, 9: 97}
    assert sheet.weight == 1


def test_the_order_of_the_texts_changes_nothing() -> None:
    text = given_text({7: {"A1": Fraction(2)}, 9: {}})
    turned = ";".join(reversed(text.split(";")))
    one, other = (read_sheet(LAYOUT, frozenset({7, 9}), t, ANSWERS, "") for t in (text, turned))
    assert one.result == other.result


def test_what_is_missing_is_told_and_hides_the_marks() -> None:
    text = ";".join(
        part for part in given_text({7: {}, 9: {}}).split(";") if part.partition(":")[::2] != ("C3", "9:10")
    )
    sheet = read_sheet(LAYOUT, frozenset({7, 9}), text, "", "")
    assert sheet.gaps.people == {9: ["C3"]}
    assert (sheet.revealed, sheet.result.total, sheet.rates) == (False, None, {})


@pytest.mark.parametrize(
    ("marks", "alone"),
    [([2, 8, 9], [2]), ([8, 8, 9], []), ([2, 9], []), ([1, 5, 9], []), ([0, 0, 10], [10]), ([8, 8, 8, 3], [3])],
)
def test_a_mark_stands_alone_where_the_others_agree(marks: list[int], alone: list[int]) -> None:
    assert list(outliers([Fraction(m) for m in marks], Fraction(10))) == alone


# ---------------------------------------------------------------- leniency


def marked(
    quality: Mapping[int, Fraction], lenient: Mapping[int, Fraction], pairs: set[tuple[int, int]]
) -> dict[tuple[int, int], Fraction]:
    return {(s, g): quality[g] + lenient[s] for s, g in pairs}


small = st.fractions(-9, 9, max_denominator=6)


@given(st.data(), st.integers(2, 6), st.integers(2, 5))
@settings(max_examples=80, deadline=None)
def test_without_noise_the_truth_is_found_exactly(data: st.DataObject, groups: int, scorers: int) -> None:
    """Up to the scorers' mean, which nobody can know: differences between groups are exact."""
    every = sorted(product(range(scorers), range(groups)))
    pairs = data.draw(st.sets(st.sampled_from(every), min_size=1))
    quality = {g: data.draw(small) for g in range(groups)}
    lenient = {s: data.draw(small) for s in range(scorers)}
    found = without_leniency(marked(quality, lenient, pairs))
    if not partial(pairs) or not connected(pairs) or not helps(frozenset(pairs)):
        assert found is None
        return
    assert found is not None
    seen = sorted({g for _, g in pairs})
    assert {g: found[g] - found[seen[0]] for g in seen} == {g: quality[g] - quality[seen[0]] for g in seen}


def test_whole_coverage_has_nothing_to_take_out() -> None:
    pairs = set(product(range(3), range(4)))
    assert (
        without_leniency(marked(dict.fromkeys(range(4), Fraction(1)), dict.fromkeys(range(3), Fraction(0)), pairs))
        is None
    )


def test_a_panel_that_falls_apart_compares_nothing() -> None:
    pairs = {(0, 0), (0, 1), (1, 2), (1, 3)}
    assert (partial(pairs), connected(pairs)) == (True, False)
    assert without_leniency(dict.fromkeys(pairs, Fraction(80))) is None


def error(scores: Mapping[int, float], quality: Mapping[int, float]) -> float:
    """Mean square of what differs after both are centred: a common shift harms nobody."""
    shift = mean(scores[g] - quality[g] for g in quality)
    return mean((scores[g] - quality[g] - shift) ** 2 for g in quality)


def played(pairs: set[tuple[int, int]], trials: int = 100) -> tuple[float, float]:
    """Mean square error of plain means and of least squares, by a solver of its own: scorers and groups in turn."""
    chance, plain, adjusted = Random(9), 0.0, 0.0
    groups, people = {g for _, g in pairs}, {p for p, _ in pairs}
    for _ in range(trials):
        quality = {g: chance.gauss(0, 1) for g in groups}
        lenient = {p: chance.gauss(0, LENIENCY) for p in people}
        marks = {(p, g): quality[g] + lenient[p] + chance.gauss(0, NOISE) for p, g in pairs}
        means = {g: mean(marks[p, h] for p, h in pairs if h == g) for g in groups}
        guess, own = dict(means), dict.fromkeys(people, 0.0)
        for _turn in range(60):
            own = {p: mean(marks[q, g] - guess[g] for q, g in pairs if q == p) for p in people}
            guess = {g: mean(marks[p, h] - own[p] for p, h in pairs if h == g) for g in groups}
        plain += error(means, quality)
        adjusted += error(guess, quality)
    return plain / trials, adjusted / trials


CHAIN = {(person, person + step) for person in range(11) for step in (0, 1)}
RING = {(person, (person + step) % 4) for person in range(4) for step in (0, 1)}
STAR = {(person, group) for person in range(3) for group in (0, person + 1)}
HALVES = {(p, g) for p in range(6) for g in range(6) if (p + g) % 2 == 0} | {(0, 1)}


@pytest.mark.parametrize("pairs", [CHAIN, RING, STAR, HALVES])
def test_the_second_column_is_shown_just_where_it_helps(pairs: set[tuple[int, int]]) -> None:
    assert (partial(pairs), connected(pairs)) == (True, True)
    plain, adjusted = played(pairs)
    assert abs(plain - adjusted) > 0.05 * plain  # else the play would not decide
    assert helps(frozenset(pairs)) is (adjusted < plain)
    assert (without_leniency(dict.fromkeys(pairs, Fraction(80))) is not None) is (adjusted < plain)


@pytest.mark.parametrize(("people", "each"), [(4, 2), (6, 3), (5, 2)])
def test_the_second_column_helps_where_coverage_is_partial(people: int, each: int) -> None:
    """Twelve groups, each scored by a few of the panel: on average the adjusted scores lie nearer to the truth."""
    chance, raw, adjusted = Random(4), 0.0, 0.0
    shared = share_out(range(12), {p: [] for p in range(people)}, each)
    pairs = {(p, g) for p, groups in shared.items() for g in groups}
    assert connected(pairs)
    for _ in range(60):
        quality = {g: chance.gauss(85, 4) for g in range(12)}
        lenient = {p: chance.gauss(0, 3) for p in range(people)}
        marks = {(p, g): Fraction(round(100 * (quality[g] + lenient[p] + chance.gauss(0, 1.6))), 100) for p, g in pairs}
        means = {g: float(mean(marks[p, h] for p, h in pairs if h == g)) for g in range(12)}
        found = without_leniency(marks)
        assert found is not None
        raw += error(means, quality)
        adjusted += error({g: float(value) for g, value in found.items()}, quality)
    assert adjusted < 0.75 * raw


def test_second_totals_stand_beside_whole_sheets_only() -> None:
    """Accounts 1 and 2 score group 10, 1 and 3 group 20, 2 and 3 group 30; account 1 takes two points everywhere."""
    strict = {"A1": Fraction(2)}
    sheets = tuple(
        (
            group,
            read_sheet(
                LAYOUT, frozenset(people), given_text({p: strict if p == 1 else {} for p in people}), ANSWERS, ""
            ),
        )
        for group, people in ((10, (1, 2)), (20, (1, 3)), (30, (2, 3)))
    )
    assert [sheet.result.total for _, sheet in sheets] == [99, 99, 100]
    second = second_totals(sheets)
    assert second is not None
    assert len(set(second.values())) == 1  # nobody differs once the strict one is taken out
    half = read_sheet(LAYOUT, frozenset({2, 3}), "A1:2:6", ANSWERS, "")
    assert second_totals((*sheets, (40, half))) is None
    assert second_totals(sheets[:1]) is None
