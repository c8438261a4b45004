"""The judgement of a panel's design, and its chance against an independent simulation."""

from collections.abc import Sequence
from statistics import NormalDist
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inspections.panel_design import (
    DRAWS,
    LENIENCY,
    NOISE,
    Design,
    Scorer,
    is_ring,
    judge,
    parts,
    reciprocal,
    share_out,
    simulate,
)

GROUPS = tuple(enumerate(("精甲先锋", "青锋", "众焱", "心丝路")))


def peers(*scores: set[int]) -> Design:
    """Four people, each of a group of their own."""
    return Design(GROUPS, tuple(Scorer(f"评委{i}", frozenset(s), frozenset({i})) for i, s in enumerate(scores)))


RING = peers({1}, {2}, {3}, {0})


def independent(panels: Sequence[Sequence[int]], trials: int) -> float:
    """The same assumptions played another way: quasi-random normals, all marks drawn one by one, argmax of lists."""
    normal = NormalDist().inv_cdf
    people = 1 + max(max(p) for p in panels)
    width = len(panels) + people + sum(map(len, panels))
    primes = [n for n in range(2, 400) if all(n % d for d in range(2, n))][:width]
    steps = [prime**0.5 % 1 for prime in primes]
    hits = 0
    for trial in range(1, trials + 1):
        draws = iter([normal(min(max((0.5 + trial * step) % 1, 1e-9), 1 - 1e-9)) for step in steps])
        quality = [next(draws) for _ in panels]
        lenient = [LENIENCY * next(draws) for _ in range(people)]
        means = [
            sum(quality[g] + lenient[p] + NOISE * next(draws) for p in panel) / len(panel)
            for g, panel in enumerate(panels)
        ]
        hits += means.index(max(means)) == quality.index(max(quality))
    return hits / trials


@pytest.mark.parametrize(
    "panels",
    [
        [(0,), (1,), (2,), (3,)],
        [(0, 1, 2, 3)] * 4,
        [(1, 2, 3), (0, 2, 3), (0, 1, 3), (0, 1, 2)],
        [(0, 1), (1, 2), (2, 3), (3, 0)],
        [(0, 1, 2)] * 8,
        [(0,), (0,), (1,), (1, 2, 3)],
    ],
)
def test_the_chance_shown_agrees_with_an_independent_simulation(panels: list[tuple[int, ...]]) -> None:
    """Twenty-four seeds together lie within a point and a half of the other play, and almost each within its own margin."""
    truth = 100 * independent(panels, 12_000)
    shown = [simulate(panels, seed=seed) for seed in range(24)]
    assert abs(sum(chance.percent for chance in shown) / len(shown) - truth) <= 1.5
    assert sum(abs(chance.percent - truth) <= chance.margin + 0.5 for chance in shown) >= 20
    assert max(chance.margin for chance in shown) <= 5


def test_the_two_anchors_of_the_field() -> None:
    """A ring of one peer each finds the best of four 62 times in a hundred, everybody scoring everybody 88."""
    ring, everybody = simulate([(i,) for i in range(4)], draws=400_000), simulate([tuple(range(4))] * 4, draws=400_000)
    assert abs(ring.percent - 62) <= 2
    assert abs(everybody.percent - 88) <= 2


def test_the_usual_sizes_cost_little() -> None:
    before = process_time()
    simulate([(0, 1, 2)] * 13)
    assert process_time() - before < 0.25  # some ten milliseconds on an idle machine
    assert DRAWS == 12_000


def test_the_same_design_always_gives_the_same_figure() -> None:
    assert judge(RING) == judge(peers({1}, {2}, {3}, {0}))
    assert judge(RING).now == judge(RING).alone


def test_a_ring_is_said_to_be_one() -> None:
    assert is_ring(RING)
    assert [words[:4] for words in judge(RING).weak] == ["各组排成"]
    assert not is_ring(peers({1}, {0}, {3}, {2}))  # two pairs
    assert not is_ring(peers({1, 2}, {2, 3}, {3, 0}, {0, 1}))


def test_pairs_that_score_each_other_are_named() -> None:
    pairs = peers({1}, {0}, {3}, {2})
    assert reciprocal(pairs) == [(0, 1), (2, 3)]
    assert "精甲先锋与青锋、众焱与心丝路互相评分" in judge(pairs).weak[-1]
    assert reciprocal(peers({1, 2, 3}, {0, 2, 3}, {0, 1, 3}, {0, 1, 2})) == []  # among three it evens out


def test_panels_that_share_nothing_are_said() -> None:
    apart = Design(
        GROUPS,
        tuple(Scorer(n, frozenset(s)) for n, s in (("甲", {0, 1}), ("乙", {0, 1}), ("丙", {2, 3}), ("丁", {2, 3}))),
    )
    assert parts(apart) == [[0, 1], [2, 3]]
    assert any(
        words.startswith("评委分成互不相干的 2 摊（精甲先锋、青锋；众焱、心丝路）") for words in judge(apart).weak
    )
    split = Design(GROUPS, (Scorer("甲", frozenset({0, 1})), Scorer("乙", frozenset({2, 3}))))
    assert [words[:8] for words in judge(split).weak] == ["精甲先锋、青锋、", "没有两位评委同评"]


def test_a_group_that_nobody_scores_comes_first_and_has_no_chance() -> None:
    hole = Design(GROUPS, (Scorer("甲", frozenset({0, 1, 2})),))
    assert judge(hole).weak == ("心丝路没有人评，评分开始不了。请补上评委。",)
    assert judge(hole).now is None


def test_three_who_score_everything_are_strong() -> None:
    good = Design(GROUPS, tuple(Scorer(n, frozenset(range(4))) for n in "甲乙丙"))
    judged = judge(good)
    assert judged.strong
    assert judged.now == judged.all


@given(st.integers(1, 8), st.integers(1, 7), st.integers(0, 5))
def test_sharing_out_is_even_and_bars_the_own_group(groups: int, people: int, each: int) -> None:
    own = {100 + person: [person] for person in range(people)}
    given_out = share_out(range(groups), own, each)
    for group in range(groups):
        able = people - (group < people)
        scorers = sum(group in scored for scored in given_out.values())
        assert scorers == (min(each, able) if each else able)
    assert [person for person, scored in given_out.items() if set(own[person]) & scored] == []


@pytest.mark.parametrize(("groups", "people", "each"), [(4, 4, 2), (12, 4, 2), (12, 5, 2), (13, 6, 3), (13, 3, 2)])
def test_what_is_shared_out_hangs_together_with_even_loads(groups: int, people: int, each: int) -> None:
    shared = share_out(range(groups), {person: [] for person in range(people)}, each)
    names = tuple((group, f"第{group}组") for group in range(groups))
    design = Design(names, tuple(Scorer(f"评委{p}", frozenset(shared[p])) for p in range(people)))
    assert len(parts(design)) == 1
    loads = sorted(map(len, shared.values()))
    assert loads[-1] - loads[0] <= each
