"""Who scores whom, judged before it starts: what is weak about it, and how likely it finds the group that is truly best.

The chance is simulated. Assumed, in units of the spread between the groups' true quality (a standard deviation of 1):
a scorer's own leniency has a standard deviation of 0.75, and one scorer's judgement of one group wavers by 0.4. With
them a ring of one peer each finds the best of four groups about 62 times in a hundred, everybody scoring everybody
about 88 times. A group's score is the mean of its scorers', as in `scoring`. The figure compares designs with each other;
it says nothing of the people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from random import Random

LENIENCY = 0.75
NOISE = 0.4
DRAWS = 12_000
"""Normal draws that one simulation may cost: some thirteen milliseconds."""

MOST_TRIALS = 2_000
FEWEST_TRIALS = 100
ENOUGH = 3
"""So many scorers to a group let one odd view be seen as one."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """`scores` and `own` are groups: those that the person marks, and those that they belong to."""

    name: str
    scores: frozenset[int]
    own: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Design:
    """Groups by id and name, in brand-tree order."""

    groups: tuple[tuple[int, str], ...]
    scorers: tuple[Scorer, ...]

    def scorers_of(self, group: int) -> tuple[int, ...]:
        return tuple(index for index, scorer in enumerate(self.scorers) if group in scorer.scores)


@dataclass(frozen=True, slots=True)
class Chance:
    """Hundredths, and twice the standard error of the simulation."""

    percent: int
    margin: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """`weak`: what is weak and what follows from it, gravest first. `now`, `alone`, `all`: the chance of this design, of
    one scorer a group, and of the same people scoring every group but their own; None where nothing can be said."""

    weak: tuple[str, ...]
    now: Chance | None
    alone: Chance | None
    all: Chance | None

    @property
    def strong(self) -> bool:
        return not self.weak


def judge(design: Design) -> Judgement:
    return Judgement(tuple(_weak(design)), *_chances(design))


# ---------------------------------------------------------------- what is weak


def _weak(design: Design) -> Iterable[str]:
    names = dict(design.groups)
    counts = {group: len(design.scorers_of(group)) for group in names}
    nobody = [names[group] for group, count in counts.items() if not count]
    if nobody:
        yield f"{_listed(nobody)}没有人评，评分开始不了。请补上评委。"
    if not design.scorers or nobody:
        return
    ring = len(counts) > 1 and is_ring(design)
    if ring:
        yield "各组排成一圈、一家评一家：每个组的分只由一个人定，他松还是紧，直接就是名次。请让每张表至少三人同评。"
    else:
        alone = [names[group] for group, count in counts.items() if count == 1]
        if alone:
            yield f"{_listed(alone)}只有一位评委：他打得松还是紧就是这个组的分，没有第二个人可以对照。"
        yield from _unconnected(design, names)
    few = [names[group] for group, count in counts.items() if 1 < count < ENOUGH]
    if few:
        yield f"{_listed(few)}的评委少于三人：一个人的看法就能左右结果，建议至少三人同评一张表。"
    if len(set(counts.values())) > 1:
        yield "各党小组的评委人数不一样：有回避时请补上人，让每张表由同样多的人评。"
    pairs = [f"{names[one]}与{names[other]}" for one, other in reciprocal(design)]
    if pairs:
        yield f"{_listed(pairs)}互相评分：容易互相照顾，也容易被人这样看。请换开。"


def _unconnected(design: Design, names: Mapping[int, str]) -> Iterable[str]:
    apart = parts(design)
    if len(design.scorers) > 1 and len(names) > 1 and not overlap(design):
        yield "没有两位评委同评过一个组，谁松谁紧无从知道。请让评委交叉着评。"
    elif len(apart) > 1:
        said = "；".join(_listed([names[group] for group in part]) for part in apart[:3])
        yield f"评委分成互不相干的 {len(apart)} 摊（{said}），两摊之间的分不能比。请让至少一位评委两边都评。"


def overlap(design: Design) -> bool:
    """Whether any two scorers mark a group in common."""
    return any(one.scores & other.scores for one, other in combinations(design.scorers, 2))


def parts(design: Design) -> list[list[int]]:
    """The groups in sets that share no scorer with each other; one set is what one wants."""
    left = {group: set(design.scorers_of(group)) for group, _ in design.groups}
    found = []
    while left:
        first = next(iter(left))
        inside, people = [first], left.pop(first)
        while joined := [group for group, scorers in left.items() if scorers & people]:
            for group in joined:
                people |= left.pop(group)
            inside += joined
        found.append(sorted(inside))
    return found


def is_ring(design: Design) -> bool:
    """Every group has one scorer, each from another group of the round, and going from scored to scorer's group passes
    through all of them."""
    after: dict[int, int] = {}
    ids = {group for group, _ in design.groups}
    for group in ids:
        scorers = design.scorers_of(group)
        homes = {home for index in scorers for home in design.scorers[index].own if home in ids}
        if len(scorers) != 1 or len(homes) != 1:
            return False
        after[group] = homes.pop()
    at, seen = next(iter(ids)), 0
    start = at
    while seen < len(ids):
        at, seen = after[at], seen + 1
        if at == start:
            break
    return seen == len(ids)


def reciprocal(design: Design) -> list[tuple[int, int]]:
    """Pairs of groups whose people mark each other, where no more than two mark either: among many it evens out."""
    marks = {
        (home, group)
        for scorer in design.scorers
        for home in scorer.own
        for group, _ in design.groups
        if group in scorer.scores and len(design.scorers_of(group)) < ENOUGH
    }
    return sorted((one, other) for one, other in marks if one < other and (other, one) in marks)


def _listed(names: Sequence[str]) -> str:
    return "、".join(names[:4]) + (f"等 {len(names)} 个" if len(names) > 4 else "")


# ---------------------------------------------------------------- the chance


@lru_cache(maxsize=256)
def _chances(design: Design) -> tuple[Chance | None, Chance | None, Chance | None]:
    groups = [group for group, _ in design.groups]
    panels = [design.scorers_of(group) for group in groups]
    if len(groups) < 2 or len(groups) > MOST_TRIALS // 20 or not all(panels):
        return None, None, None
    everybody = [tuple(i for i, s in enumerate(design.scorers) if group not in s.own) for group in groups]
    return (
        simulate(panels),
        simulate([(index,) for index in range(len(groups))]),
        simulate(everybody) if all(everybody) else None,
    )


def simulate(panels: Sequence[Sequence[int]], *, seed: int = 2026, draws: int = DRAWS) -> Chance:
    """How often the group with the best mean is the best one. `panels`: the scorers of each group, by number."""
    known: dict[int, int] = {}  # numbered as they come, so that designs of one shape have one figure
    panels = [[known.setdefault(person, len(known)) for person in panel] for panel in panels]
    people = len(known)
    trials = max(FEWEST_TRIALS, min(MOST_TRIALS, draws // (people + 2 * len(panels))))
    normal, hits = Random(seed).gauss, 0  # noqa: S311 - a simulation
    shares = [(panel, 1 / len(panel), NOISE / len(panel) ** 0.5) for panel in panels]
    for _ in range(trials):
        lenient = [normal(0, LENIENCY) for _ in range(people)]
        best = best_score = -1e9
        hit = False
        for panel, share, wavering in shares:
            quality = normal(0, 1)
            score = quality + sum([lenient[i] for i in panel]) * share + normal(0, wavering)
            if quality > best:
                best, hit = quality, score > best_score
            elif score > best_score:
                hit = False
            best_score = max(best_score, score)
        hits += hit
    chance = hits / trials
    return Chance(round(100 * chance), max(1, round(200 * (chance * (1 - chance) / trials) ** 0.5)))


# ---------------------------------------------------------------- sharing out


def share_out(groups: Sequence[int], own: Mapping[int, Iterable[int]], each: int) -> dict[int, set[int]]:
    """Who scores what, so that every group has `each` scorers (0 and more than there are: all) and nobody the own group.

    The panel is gone round, one place further from group to group: so neighbours share scorers, the whole hangs together,
    and nobody has much more to do than another. `own`: person -> groups."""
    people = list(own)
    barred = {person: set(of) for person, of in own.items()}
    given: dict[int, set[int]] = {person: set() for person in people}
    for turn, group in enumerate(groups):
        start = turn % len(people) if people else 0
        able = [person for person in people[start:] + people[:start] if group not in barred[person]]
        for person in able[: each or len(able)]:
            given[person].add(group)
    return given
