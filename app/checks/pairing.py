"""互查 pairing: who looks at whom in a quarter.

Every group looks at exactly one other and is looked at by exactly one other. Nobody looks at itself; no two look at
each other in one round; a group that one other has seen this year is not given that one again before a second has seen
it, so after two rounds everybody was seen by two; pairs of earlier rounds come back as little as possible.

Of several such rounds it is the one with the fewest pairs that stood before this year, counted as often as each stood;
then the first in this order: the groups in their list's order choose one after another, each first whom it has seen
least this year, then by rotation (in the year's first round the next in the list, in the second the next but one …).
The same input gives the same round.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]
"""Who looks, at whom."""
Round = dict[int, int]

LOOKS_AT_MOST = 1_500_000  # at a pair; some seconds of work, and far more than any round with sensible wishes needs


class CannotPair(ValueError):
    """There is no such round; the message says why and what to change."""


@dataclass(frozen=True)
class Task:
    groups: Sequence[int]
    earlier: Sequence[Mapping[int, int]] = ()  # the year's rounds before this one, oldest first
    wishes: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()
    names: Mapping[int, str] = field(default_factory=dict)

    def name(self, group: int) -> str:
        return self.names.get(group, f"{group} 组")

    def words(self, pair: Pair) -> str:
        return f"“{self.name(pair[0])}看{self.name(pair[1])}”"


def pair_up(task: Task) -> Round:
    """Raises CannotPair."""
    _check(task)
    found = _solve(task)
    if found is None:
        raise CannotPair(_why(task))
    return found


# ---------------------------------------------------------------- looking for it


@dataclass
class _Search:
    order: list[int]
    choices: dict[int, list[int]]
    stood: Counter[Pair]
    looks_ahead: bool = True
    steps: int = 0
    most: int = 0
    chosen: Round = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        count = max(1, len(self.order))
        self.most = max(10 * count, LOOKS_AT_MOST // count**2) if self.looks_ahead else 2 * count

    @property
    def gave_up(self) -> bool:
        return self.steps > self.most

    def open_to(self, group: int, left: int) -> Iterator[int]:
        for other in self.choices[group]:
            if other not in self.seen and self.chosen.get(other) != group and self.stood[group, other] <= left:
                yield other

    def is_hopeless(self, rest: Sequence[int], left: int) -> bool:
        """Somebody of the rest has nobody to see, or nobody will see somebody."""
        reached: set[int] = set()
        for group in rest:
            options = set(self.open_to(group, left))
            if not options:
                return True
            reached |= options
        return len(reached) < len(rest)

    def place(self, number: int, left: int) -> bool:
        if number == len(self.order):
            return True
        self.steps += 1
        if self.gave_up or (self.looks_ahead and self.is_hopeless(self.order[number:], left)):
            return False
        group = self.order[number]
        for other in list(self.open_to(group, left)):
            self.chosen[group] = other
            self.seen.add(other)
            if self.place(number + 1, left - self.stood[group, other]):
                return True
            del self.chosen[group]
            self.seen.discard(other)
        return False


def _solve(task: Task) -> Round | None:
    """The limit of repeated pairs rises until a round is found, so the first found repeats least.

    Looking ahead only leaves out what leads nowhere, so both ways find the same round; without it a long list whose
    round stands at once, as nearly all do, is done in no time.
    """
    stood = Counter(pair for earlier in task.earlier for pair in earlier.items())
    choices = _all_choices(task, stood)
    for limit in range(len(task.groups) * len(task.earlier) + 1):
        for looks_ahead in (False, True):
            search = _Search(list(task.groups), choices, stood, looks_ahead)
            if search.place(0, limit):
                return search.chosen
            if not search.gave_up:
                break
        else:
            return None
    return None


def _all_choices(task: Task, stood: Counter[Pair]) -> dict[int, list[int]]:
    lookers = _lookers(task)
    return {group: _choices(task, group, stood, lookers) for group in task.groups}


def _lookers(task: Task) -> dict[int, set[int]]:
    """By whom each group was seen this year."""
    found: dict[int, set[int]] = {}
    for earlier in task.earlier:
        for looker, seen in earlier.items():
            found.setdefault(seen, set()).add(looker)
    return found


def _choices(task: Task, group: int, stood: Counter[Pair], lookers: Mapping[int, set[int]]) -> list[int]:
    """Whom a group may see at all, the preferred first."""
    wished = [seen for looker, seen in task.wishes if looker == group]
    taken = {seen for looker, seen in task.wishes if looker != group}
    count, place = len(task.groups), {other: number for number, other in enumerate(task.groups)}
    turn = len(task.earlier) + 1

    def rank(other: int) -> tuple[int, int]:
        return stood[group, other], (place[other] - place[group] - turn) % count

    allowed = [
        other
        for other in (wished or task.groups)
        if other != group and other not in taken and (group, other) not in task.forbidden
        and lookers.get(other) != {group}  # who alone has seen it this year
    ]  # fmt: skip
    return sorted(allowed, key=rank)


# ---------------------------------------------------------------- why there is none


def _check(task: Task) -> None:
    """What is wrong before anything is tried."""
    count = len(task.groups)
    if len(set(task.groups)) != count:
        raise CannotPair("名单里有重复的党小组，请刷新页面再排。")
    if count < 3:
        raise CannotPair(
            f"只有 {count} 个党小组，{'互查就成了两家互相看' if count == 2 else '没有别的组可看'}。"
            "请改由支委去查，或由厂党委与别的支部合在一起排。"
        )
    known = set(task.groups)
    for looker, seen in sorted(task.wishes):
        if looker not in known or seen not in known:
            raise CannotPair("指定里有已不在名单上的党小组，请重新选。")
        if looker == seen:
            raise CannotPair(f"{task.name(looker)}不能看自己，请改指定。")
        if (looker, seen) in task.forbidden:
            raise CannotPair(f"{task.words((looker, seen))}既指定又回避，请去掉一个。")
        if (seen, looker) in task.wishes:
            raise CannotPair(f"指定了{task.name(looker)}和{task.name(seen)}互相看，请去掉一个。")
        if _lookers(task).get(seen) == {looker}:
            raise CannotPair(
                f"今年只有{task.name(looker)}看过{task.name(seen)}，这一轮要换一个组去看，请去掉这条指定。"
            )
    _check_twice(task, [looker for looker, _ in task.wishes], "被指定去看两个组")
    _check_twice(task, [seen for _, seen in task.wishes], "被指定由两个组来看")


def _check_twice(task: Task, groups: Iterable[int], what: str) -> None:
    for group, times in sorted(Counter(groups).items()):
        if times > 1:
            raise CannotPair(f"{task.name(group)}{what}，一轮只能一个，请去掉多的。")


def _why(task: Task) -> str:
    stood: Counter[Pair] = Counter()
    choices = _all_choices(task, stood)
    for group in task.groups:
        if not choices[group]:
            return f"{task.name(group)}没有可看的组：别的组或要回避，或已指定给别人。请放开一条回避或指定。"
        if not any(group in options for options in choices.values()):
            return f"没有组可以来看{task.name(group)}：别的组或要回避，或已指定看别人。请放开一条回避或指定。"
    for pair in sorted(task.wishes):
        if _solve(_without(task, pair)) is not None:
            return f"照这样排不出来。把指定的{task.words(pair)}放开，就能排出。"
    for pair in sorted(task.forbidden):
        if _solve(_without(task, pair)) is not None:
            return f"照这样排不出来。把回避的{task.words(pair)}放开，就能排出。"
    return "照这样排不出来，只放开一条还不够。请先去掉全部指定和回避排一次，再一条一条加回来。"


def _without(task: Task, pair: Pair) -> Task:
    return Task(task.groups, task.earlier, task.wishes - {pair}, task.forbidden - {pair}, task.names)
