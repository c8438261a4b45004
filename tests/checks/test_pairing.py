"""互查 pairing against every round there is: for a few groups brute force knows them all."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checks.pairing import CannotPair, Pair, Round, Task, pair_up

NAMES = {1: "甲组", 2: "乙组", 3: "丙组", 4: "丁组", 5: "戊组", 6: "己组"}


def seen_by(earlier: list[Round], group: int) -> set[int]:
    return {looker for one in earlier for looker, seen in one.items() if seen == group}


def allowed(task: Task) -> list[Round]:
    """All rounds that keep every rule, by trying each."""
    earlier = [dict(one) for one in task.earlier]
    rounds = []
    for order in permutations(task.groups):
        one = dict(zip(task.groups, order, strict=True))
        if (
            all(looker != seen and one[seen] != looker for looker, seen in one.items())
            and all(pair not in task.forbidden for pair in one.items())
            and all(one[looker] == seen for looker, seen in task.wishes)
            and all(seen_by(earlier, seen) != {looker} for looker, seen in one.items())
        ):
            rounds.append(one)
    return rounds


def repeats(task: Task, one: Round) -> int:
    return sum(pair in earlier.items() for earlier in task.earlier for pair in one.items())


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    groups = draw(st.permutations(range(1, draw(st.integers(1, 6)) + 1)))
    pairs = st.tuples(st.sampled_from(groups), st.sampled_from(groups))
    earlier: list[Round] = []
    for _ in range(draw(st.integers(0, 3))):
        try:
            earlier.append(pair_up(Task(groups, earlier, forbidden=frozenset(draw(st.sets(pairs, max_size=2))))))
        except CannotPair:
            break
    return Task(
        groups, earlier, frozenset(draw(st.sets(pairs, max_size=2))), frozenset(draw(st.sets(pairs, max_size=6))), NAMES
    )


@given(tasks())
@settings(max_examples=400, deadline=None)
def test_it_finds_what_there_is(task: Task) -> None:
    possible = allowed(task)
    if not possible or len(task.groups) < 3:
        with pytest.raises(CannotPair):
            pair_up(task)
        return
    found = pair_up(task)
    assert found in possible
    assert repeats(task, found) == min(repeats(task, one) for one in possible)
    assert pair_up(task) == found


@given(st.integers(3, 14))
@settings(deadline=None)
def test_a_year_without_wishes(count: int) -> None:
    """Four rounds: after the second everybody was seen by two; with five and more nobody sees the same group twice."""
    groups, year = list(range(count)), list[Round]()
    for _ in range(4):
        year.append(pair_up(Task(groups, year)))
    assert all(len(seen_by(year[:2], group)) == 2 for group in groups)
    pairs: list[Pair] = [pair for one in year for pair in one.items()]
    if count >= 6:
        assert len(set(pairs)) == 4 * count


def test_the_year_of_four_groups() -> None:
    """Of one size, the rounds are known: the tie-break is part of what is promised."""
    groups, year = [1, 2, 3, 4], list[Round]()
    for _ in range(4):
        year.append(pair_up(Task(groups, year)))
    assert year == [
        {1: 2, 2: 3, 3: 4, 4: 1},
        {1: 4, 2: 1, 3: 2, 4: 3},
        {1: 3, 2: 4, 3: 2, 4: 1},
        {1: 4, 2: 3, 3: 1, 4: 2},
    ]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (Task([1], names=NAMES), "只有 1 个党小组，没有别的组可看"),
        (Task([1, 2], names=NAMES), "只有 2 个党小组，互查就成了两家互相看"),
        (Task([1, 2, 2], names=NAMES), "名单里有重复的党小组"),
        (Task([1, 2, 3], wishes=frozenset({(1, 1)}), names=NAMES), "甲组不能看自己"),
        (Task([1, 2, 3], wishes=frozenset({(1, 9)}), names=NAMES), "不在名单上"),
        (Task([1, 2, 3], wishes=frozenset({(1, 2), (2, 1)}), names=NAMES), "指定了甲组和乙组互相看"),
        (Task([1, 2, 3], wishes=frozenset({(1, 2), (1, 3)}), names=NAMES), "甲组被指定去看两个组"),
        (Task([1, 2, 3], wishes=frozenset({(1, 3), (2, 3)}), names=NAMES), "丙组被指定由两个组来看"),
        (Task([1, 2, 3], wishes=frozenset({(1, 2)}), forbidden=frozenset({(1, 2)}), names=NAMES), "既指定又回避"),
        (Task([1, 2, 3], forbidden=frozenset({(1, 2), (1, 3)}), names=NAMES), "甲组没有可看的组"),
        (Task([1, 2, 3], forbidden=frozenset({(1, 3), (2, 3)}), names=NAMES), "没有组可以来看丙组"),
        (
            Task([1, 2, 3], [{1: 2, 2: 3, 3: 1}], wishes=frozenset({(1, 2)}), names=NAMES),
            "今年只有甲组看过乙组，这一轮要换一个组去看",
        ),
        (
            Task([1, 2, 3], [{1: 2, 2: 3, 3: 1}], forbidden=frozenset({(1, 3)}), names=NAMES),
            "甲组没有可看的组",
        ),
        (
            Task([1, 2, 3], wishes=frozenset({(1, 2)}), forbidden=frozenset({(2, 3)}), names=NAMES),
            "没有组可以来看丙组",
        ),
        (
            Task([1, 2, 3], forbidden=frozenset({(1, 2), (2, 1)}), names=NAMES),
            "把回避的“甲组看乙组”放开",
        ),
    ],
)  # fmt: skip
def test_it_says_why_and_what_to_change(task: Task, words: str) -> None:
    with pytest.raises(CannotPair) as refused:
        pair_up(task)
    assert words in str(refused.value)


def test_forty_groups_with_wishes_take_no_time() -> None:
    groups = list(range(40))
    task = Task(groups, wishes=frozenset({(0, 20), (20, 7)}), forbidden=frozenset((1, other) for other in range(2, 30)))
    found = pair_up(task)
    assert (found[0], found[20], found[1] >= 30) == (20, 7, True)
