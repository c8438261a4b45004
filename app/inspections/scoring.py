"""From marks to a total. The rules, in the order in which they apply; the 得分说明单 prints the same.

1. A criterion's panel score is the mean of the current marks of every panel member who marks the group, exact. What the
   committee, the branch or the system scores has one voice, whose current mark counts.
2. 不适用 (N/A): when all of them say so, the criterion drops out. Its maximum leaves the dimension's maximum, and the
   rubric score is earned points x 100 / applicable maximum. With nothing N/A and a rubric of 100 this is the sum itself.
   A dimension with a cap gives at most its cap, and its applicable maximum is at most its cap.
   When some say N/A and others give points the criterion is *unsettled*: they must agree before there is a total.
3. A mark that is missing is "not yet scored". As long as any criterion is missing or unsettled, or any gate or veto is
   unanswered, the total is None and everything open is named. Nothing open counts as zero or is left out.
4. Bonus: the sum of the awards, at most the rubric's cap, added after rule 2. A total may therefore pass 100.
5. All of this is exact (`Fraction`). The total is rounded once, half up, to hundredths. Sub-totals are rounded for
   display only and never added up.
6. Whatever is judged later - band, place, change against last quarter - is judged on that rounded total, because it
   is the number in print: nobody could explain a printed 90.00 in the band below 90, or two equal totals in two places.
7. An unmet gate or a veto leaves the total as it is and makes the standing 不得推荐. A veto besides takes the place of
   the band, and a vetoed result takes no place among the others. It is never a silent zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from fractions import Fraction
from math import lcm
from statistics import median

from app.rubrics.rubric import Criterion, Dimension, Rubric, points_text

ONE_VOICE = 0
"""The marker of what one body scores in place of the panel: the system, the committee, the branch."""

DISAGREEMENT = Fraction(1, 5)
"""Marks that lie further apart than this share of the maximum are shown for review."""


class State(StrEnum):
    SCORED = "scored"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    UNSETTLED = "unsettled"


class Standing(StrEnum):
    ELIGIBLE = "eligible"
    GATE_UNMET = "gate_unmet"
    VETOED = "vetoed"


class Band(Enum):
    """等次, best first; `floor` in hundredths of a point, inclusive."""

    EXCELLENT = ("excellent", 9000, "优秀", "90 分及以上")
    GOOD = ("good", 8000, "良好", "80 分到 90 分以下")
    QUALIFIED = ("qualified", 6000, "合格", "60 分到 80 分以下")
    IMPROVING = ("improving", 0, "待改进", "60 分以下")

    def __init__(self, code: str, floor: int, label: str, span: str) -> None:
        self.code = code
        self.floor = floor
        self.label = label
        self.span = span

    @classmethod
    def of(cls, total: int) -> "Band":
        """The band of a rounded total in hundredths (rule 6)."""
        return next(band for band in cls if total >= band.floor)


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker's current judgement of one criterion; `points` None says 不适用."""

    marker: int
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is known of one group in one round. `marks` by criterion code; `answers` by gate or veto code:
    True says that the gate is met, or that the veto's case occurred."""

    markers: frozenset[int]
    marks: Mapping[str, tuple[Mark, ...]]
    answers: Mapping[str, bool] = field(default_factory=dict)
    bonuses: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionScore:
    code: str
    title: str
    state: State
    maximum: Fraction
    points: Fraction | None
    given: tuple[Fraction, ...]
    missing: frozenset[int]

    @property
    def middle(self) -> Fraction | None:
        return median(self.given) if self.given else None

    @property
    def spread(self) -> Fraction:
        return max(self.given) - min(self.given) if self.given else Fraction(0)

    @property
    def disputed(self) -> bool:
        return self.state is State.UNSETTLED or self.spread > DISAGREEMENT * self.maximum


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """`maximum` without the N/A criteria; `points` counts what is scored so far."""

    code: str
    title: str
    points: Fraction
    maximum: Fraction
    complete: bool

    rate: Fraction | None = field(init=False)
    """Share of the applicable maximum; None while marks are open or when all of it is N/A."""

    def __post_init__(self) -> None:
        rate = self.points / self.maximum if self.complete and self.maximum else None
        object.__setattr__(self, "rate", rate)  # asked for often: worked out once


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that stands between a sheet and its total."""

    code: str
    title: str
    state: State
    missing: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Result:
    criteria: tuple[CriterionScore, ...]
    dimensions: tuple[DimensionScore, ...]
    earned: Fraction
    applicable: Fraction
    base: Fraction | None
    bonus: Fraction
    bonus_claimed: Fraction
    total: Fraction | None
    standing: Standing
    unmet: tuple[str, ...]
    vetoed: tuple[str, ...]
    open: tuple[Open, ...]

    @property
    def hundredths(self) -> int | None:
        return None if self.total is None else half_up(self.total)

    @property
    def band(self) -> Band | None:
        """None while open, and None under a veto, whose words stand in its place (rule 7)."""
        total = self.hundredths
        return None if total is None or self.standing is Standing.VETOED else Band.of(total)

    @property
    def not_applicable(self) -> tuple[CriterionScore, ...]:
        return tuple(score for score in self.criteria if score.state is State.NOT_APPLICABLE)


def half_up(value: Fraction) -> int:
    """Hundredths, halves upward: 14.375 -> 1438."""
    return (200 * value.numerator + value.denominator) // (2 * value.denominator)


def two_places(hundredths: int) -> str:
    sign = "−" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) // 100}.{abs(hundredths) % 100:02d}"


def shown_points(points: Fraction) -> str:
    """A mark for display: exact where its decimals end ("9.5"), else two places ("3.33" for a third of ten)."""
    exact = points_text(points)
    return two_places(half_up(points)) if "/" in exact else exact


def exact_text(value: Fraction) -> str:
    """The exact value in words of the slip: 88又101/120."""
    whole, rest = divmod(value.numerator, value.denominator)
    if not rest:
        return str(whole)
    return f"{whole}又{rest}/{value.denominator}" if whole else f"{rest}/{value.denominator}"


def exact_sum(values: Iterable[Fraction]) -> Fraction:
    """Whole numbers over the least common denominator: the same as adding one by one, which reduces at every step."""
    given = tuple(values)
    common = lcm(*(value.denominator for value in given))
    return Fraction(sum(value.numerator * (common // value.denominator) for value in given), common)


def score(rubric: Rubric, sheet: Sheet) -> Result:
    criteria = tuple(
        score_criterion(criterion, sheet.marks.get(criterion.code, ()), sheet.markers) for criterion in rubric.criteria
    )
    dimensions = _dimension_scores(rubric.dimensions, criteria)
    return conclude(rubric, criteria, dimensions, sheet.answers, sheet.bonuses)


def conclude(
    rubric: Rubric,
    criteria: tuple[CriterionScore, ...],
    dimensions: tuple[DimensionScore, ...],
    answers: Mapping[str, bool],
    bonuses: tuple[Fraction, ...],
) -> Result:
    """Rules 2 to 7 on what the criteria came out as."""
    earned = exact_sum(dimension.points for dimension in dimensions)
    applicable = exact_sum(dimension.maximum for dimension in dimensions)
    still_open = _open(rubric, criteria, answers)
    base = earned * 100 / applicable if applicable and not still_open else None
    claimed = exact_sum(bonuses)
    bonus = min(claimed, rubric.bonus_cap)
    unmet = tuple(gate.code for gate in rubric.gates if answers.get(gate.code) is False)
    vetoed = tuple(veto.code for veto in rubric.vetoes if answers.get(veto.code) is True)
    return Result(
        criteria=criteria,
        dimensions=dimensions,
        earned=earned,
        applicable=applicable,
        base=base,
        bonus=bonus,
        bonus_claimed=claimed,
        total=None if base is None else base + bonus,
        standing=Standing.VETOED if vetoed else Standing.GATE_UNMET if unmet else Standing.ELIGIBLE,
        unmet=unmet,
        vetoed=vetoed,
        open=still_open,
    )


def score_criterion(criterion: Criterion, marks: Iterable[Mark], markers: frozenset[int]) -> CriterionScore:
    """Marks of people who do not mark this group (any more) are left aside."""
    expected = frozenset({ONE_VOICE}) if criterion.one_voice else markers
    current = {mark.marker: mark.points for mark in marks if mark.marker in expected}
    given = tuple(points for points in current.values() if points is not None)
    missing = expected.difference(current)
    if missing or not current:
        state = State.MISSING
    elif not given:
        state = State.NOT_APPLICABLE
    else:
        state = State.SCORED if len(given) == len(current) else State.UNSETTLED
    mean = None
    if state is State.SCORED:
        mean = given[0] if len(given) == 1 else exact_sum(given) / len(given)
    return CriterionScore(
        criterion.code, criterion.title, state, criterion.maximum, mean, tuple(sorted(given)), missing
    )


def _dimension_scores(
    dimensions: tuple[Dimension, ...], criteria: tuple[CriterionScore, ...]
) -> tuple[DimensionScore, ...]:
    by_code = {item.code: item for item in criteria}
    return tuple(score_dimension(dimension, [by_code[c.code] for c in dimension.criteria]) for dimension in dimensions)


def score_dimension(dimension: Dimension, scores: list[CriterionScore]) -> DimensionScore:
    applicable = [item for item in scores if item.state is not State.NOT_APPLICABLE]
    return DimensionScore(
        dimension.code,
        dimension.title,
        points=dimension.capped(exact_sum(item.points for item in applicable if item.points is not None)),
        maximum=dimension.capped(exact_sum(item.maximum for item in applicable)),
        complete=all(item.state is State.SCORED for item in applicable),
    )


def _open(rubric: Rubric, criteria: tuple[CriterionScore, ...], answers: Mapping[str, bool]) -> tuple[Open, ...]:
    found = [
        Open(item.code, item.title, item.state, item.missing)
        for item in criteria
        if item.state in (State.MISSING, State.UNSETTLED)
    ]
    found += [Open(c.code, c.title, State.MISSING) for c in rubric.conditions if c.code not in answers]
    return tuple(found)


def strength(dimensions: Iterable[DimensionScore]) -> DimensionScore | None:
    """The dimension with the best rate; of equals the one with the larger maximum, then the rubric's order."""
    return max((d for d in dimensions if d.rate is not None), key=lambda d: (d.rate or 0, d.maximum), default=None)


def next_step(dimensions: Iterable[DimensionScore]) -> DimensionScore | None:
    """The dimension with the lowest rate; of equals the one where more was lost, then the rubric's order. None when
    every dimension is full: there is nothing to advise."""
    short = [d for d in dimensions if d.rate is not None and d.rate < 1]
    return min(short, key=lambda d: (d.rate or 0, d.points - d.maximum), default=None)
