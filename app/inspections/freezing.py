"""A whole round at once: of each sheet exactly what `scoring.score` and `slip.compose` say, in a tenth of the time.

The rules stay in `scoring`; nothing here adds, rounds or judges. What makes it quick: a criterion that got the same
marks, and a dimension whose criteria came out the same, are worked out once for the whole round; and the slip is spelled
straight as the canonical JSON that is stored and hashed, without a tree of dicts in between.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any, NamedTuple

from app.inspections.digests import canonical, same
from app.inspections.hearing import NOT_HEARD, Hearing, hearing_data
from app.inspections.scoring import (
    CriterionScore,
    DimensionScore,
    Mark,
    Result,
    conclude,
    exact_text,
    half_up,
    score_criterion,
    score_dimension,
    two_places,
)
from app.inspections.slip import (
    SELF,
    BonusLine,
    CheckLine,
    dimension_data,
    measured_marks,
    next_step_text,
    self_voices,
    strength_text,
)
from app.rubrics.rubric import Condition, Criterion, Dimension, Rubric, points_text

KEPT = 20_000
"""So many different outcomes of criteria, and of dimensions, are remembered at a time: a bound for memory."""

quoted: Callable[[str], str] = json.encoder.encode_basestring


class Line(NamedTuple):
    """A mark as the database keeps it: points as exact text, `taken` and `evidence` as JSON text."""

    code: str
    marker: int
    author: str
    at: str
    points: str | None
    taken: str
    reason: str
    evidence: str


@dataclass(slots=True)
class Lines:
    """All current rows of one sheet, each kind in order of id. `panel` names those who mark it, by id."""

    panel: Mapping[int, str]
    marks: list[Line] = field(default_factory=list)
    own: list[Line] = field(default_factory=list)
    checks: list[CheckLine] = field(default_factory=list)
    bonuses: list[BonusLine] = field(default_factory=list)
    hearing: Hearing = NOT_HEARD


@dataclass(frozen=True, slots=True)
class Frozen:
    """`slip` and `dimensions` are canonical JSON."""

    result: Result
    self_total: int | None
    slip: str
    dimensions: str
    unmet_gates: list[str]
    veto_reason: str
    strength: str
    next_step: str


class _Outcome(NamedTuple):
    """A criterion's score, a number that stands for it in keys, and the JSON after its marks and after its self mark."""

    number: int
    score: CriterionScore
    middle: str
    end: str


class _Sum(NamedTuple):
    """A dimension's score, the JSON after its criteria, and its line in a list of results around the last percent."""

    score: DimensionScore
    end: str
    head: str
    tail: str


Given = dict[str, list[Line]]


class Mould:
    """`freeze` for every sheet of one round."""

    def __init__(self, rubric: Rubric) -> None:
        self.rubric = rubric
        self.bare = Rubric(rubric.title, rubric.dimensions)  # a self check: no gates, no vetoes, no bonus
        self.maximum, self.cap = quoted(points_text(rubric.maximum)), quoted(points_text(rubric.bonus_cap))
        self.starts = {
            c.code: f'{{"code":{quoted(c.code)},"kind":{quoted(c.kind.value)},"marks":[' for c in rubric.criteria
        }
        self.voices = self_voices(rubric)
        self.measures = len(self.voices) < len(rubric.criteria)
        self._outcomes: dict[Any, _Outcome] = {}
        self._sums: dict[Any, _Sum] = {}
        self._numbers = count(1)  # two threads never get the same

    def freeze(self, lines: Lines, before: Mapping[str, int | None] | None = None) -> Frozen:
        """`before`: the percent that each dimension had in the group's last published quarter."""
        given, own = _by_code(lines.marks), _by_code(lines.own)
        outcomes, sums = self._judge(given, frozenset(lines.panel))
        result = conclude(
            self.rubric,
            tuple(outcome.score for outcome in outcomes),
            tuple(item.score for item in sums),
            {check.code: check.holds for check in lines.checks},
            tuple(bonus.points for bonus in lines.bonuses),
        )
        self_total = self._self_total(given, own)
        checks = {check.code: check for check in reversed(lines.checks)}
        earlier = before or {}
        return Frozen(
            result,
            self_total,
            self._spell(lines, result, self_total, self._spell_dimensions(given, own, outcomes, sums), checks),
            "[" + ",".join(f"{s.head}{_plain(earlier.get(s.score.code))}{s.tail}" for s in sums) + "]",
            [g.title for g in self.rubric.gates if g.code in checks and not checks[g.code].holds],
            "；".join(
                f"{v.title}：{checks[v.code].reason}"
                for v in self.rubric.vetoes
                if v.code in checks and checks[v.code].holds
            ),
            strength_text(result),
            next_step_text(self.rubric, result),
        )

    def _self_total(self, given: Given, own: Given) -> int | None:
        if not self.voices.keys() <= own.keys():
            return None
        mine = measured_marks(self.rubric, given) if self.measures else {}
        mine |= {
            code: [line._replace(marker=self.voices[code]) for line in lines]
            for code, lines in own.items()
            if code in self.voices
        }
        outcomes, sums = self._judge(mine, frozenset({SELF}))
        return conclude(
            self.bare, tuple(outcome.score for outcome in outcomes), tuple(item.score for item in sums), {}, ()
        ).hundredths

    # ------------------------------------------------------------ what recurs

    def _judge(self, given: Given, markers: frozenset[int]) -> tuple[list[_Outcome], list[_Sum]]:
        outcomes, sums = [], []
        for dimension in self.rubric.dimensions:
            inside = [self._outcome(c, given.get(c.code, ()), markers) for c in dimension.criteria]
            outcomes += inside
            sums.append(self._sum(dimension, inside))
        return outcomes, sums

    def _outcome(self, criterion: Criterion, lines: Sequence[Line], markers: frozenset[int]) -> _Outcome:
        key = (criterion.code, markers, *[(line.marker, line.points) for line in lines])
        found = self._outcomes.get(key)
        if found is None:
            marks = [Mark(line.marker, None if line.points is None else Fraction(line.points)) for line in lines]
            score = score_criterion(criterion, marks, markers)
            points = "null" if score.points is None else quoted(two_places(half_up(score.points)))
            found = _remember(self._outcomes, key, _Outcome(
                next(self._numbers),
                score,
                f'],"maximum":{quoted(points_text(criterion.maximum))},"points":{points},"self":',
                f',"state":{quoted(score.state.value)},"title":{quoted(criterion.title)}}}',
            ))  # fmt: skip
        return found

    def _sum(self, dimension: Dimension, inside: list[_Outcome]) -> _Sum:
        key = (dimension.code, *[outcome.number for outcome in inside])
        found = self._sums.get(key)
        if found is None:
            score = score_dimension(dimension, [outcome.score for outcome in inside])
            data = dimension_data(score)
            head, tail = canonical({**data, "previous": "…"}).decode().split('"previous":"…"')
            rest = {"full": points_text(dimension.maximum), **data}
            del rest["code"]
            end = "]," + canonical(rest).decode()[1:]
            found = _remember(self._sums, key, _Sum(score, end, f'{head}"previous":', tail))
        return found

    # ------------------------------------------------------------ spelling, with the keys in order

    def _spell_dimensions(self, given: Given, own: Given, outcomes: list[_Outcome], sums: list[_Sum]) -> str:
        outcome, spelled = iter(outcomes), []
        for dimension, item in zip(self.rubric.dimensions, sums, strict=True):
            criteria = [
                self._spell_criterion(criterion, next(outcome), given.get(criterion.code, ()), own.get(criterion.code))
                for criterion in dimension.criteria
            ]
            business = _plain(dimension.business)
            spelled.append(
                f'{{"business":{business},"code":{quoted(dimension.code)},"criteria":[{",".join(criteria)}{item.end}'
            )
        return ",".join(spelled)

    def _spell_criterion(
        self, criterion: Criterion, outcome: _Outcome, lines: Sequence[Line], own: Sequence[Line] | None
    ) -> str:
        if len(lines) > 1:
            lines = sorted(lines, key=lambda line: (line.at, line.marker))
        marks = ",".join([_spell_mark(line) for line in lines])
        mine = _spell_mark(own[0]) if own else "null"
        return f"{self.starts[criterion.code]}{marks}{outcome.middle}{mine}{outcome.end}"

    def _spell(
        self, lines: Lines, result: Result, self_total: int | None, dimensions: str, checks: dict[str, CheckLine]
    ) -> str:
        self_at = max((line.at for line in lines.own), default=None)
        return (
            f'{{"applicable":{quoted(points_text(result.applicable))},"base":{_two(result.base)},'
            f'"bonus":{_two(result.bonus)},"bonus_cap":{self.cap},"bonus_claimed":{_two(result.bonus_claimed)},'
            f'"bonuses":[{",".join(map(_spell_bonus, lines.bonuses))}],"dimensions":[{dimensions}],'
            f'"earned":{quoted(exact_text(result.earned))},'
            f'"exact":{"null" if result.total is None else quoted(exact_text(result.total))},'
            f'"gates":[{_spell_conditions(self.rubric.gates, checks)}],'
            f'"hearing":{"null" if lines.hearing is NOT_HEARD else canonical(hearing_data(lines.hearing)).decode()},'
            f'"maximum":{self.maximum},'
            f'"not_applicable":{_names(result.not_applicable)},"open":{_names(result.open)},'
            f'"panel":[{",".join(map(quoted, lines.panel.values()))}],'
            f'"self_at":{"null" if self_at is None else quoted(self_at)},'
            f'"self_total":{"null" if self_total is None else quoted(two_places(self_total))},'
            f'"standing":{quoted(result.standing.value)},"total":{_two(result.total)},'
            f'"vetoes":[{_spell_conditions(self.rubric.vetoes, checks)}]}}'
        )


def _remember(kept: dict[Any, Any], key: Any, found: Any) -> Any:
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = found
    return found


def _by_code(lines: Iterable[Line]) -> Given:
    found: Given = {}
    for line in lines:
        found.setdefault(line.code, []).append(line)
    return found


def _plain(value: bool | int | None) -> str:  # noqa: FBT001 - any of the three is spelled
    if value is None:
        return "null"
    return "true" if value is True else "false" if value is False else str(value)


def _two(value: Fraction | None) -> str:
    return "null" if value is None else quoted(two_places(half_up(value)))


def _names(items: Iterable[Any]) -> str:
    return "[" + ",".join([quoted(f"{item.code} {item.title}") for item in items]) + "]"


@lru_cache(maxsize=KEPT)
def _points(text: str | None) -> str:
    return "null" if text is None else quoted(points_text(Fraction(text)))


def _spell_mark(line: Line) -> str:
    _, _, author, at, points, taken, reason, evidence = line
    return (
        f'{{"at":"{at}","author":{quoted(author)},"evidence":{evidence if evidence == "[]" else same(evidence)},'
        f'"points":{_points(points)},"reason":{quoted(reason) if reason else _EMPTY},'
        f'"taken":{taken if taken == "[]" else same(taken)}}}'
    )


_EMPTY = '""'


def _spell_conditions(conditions: Iterable[Condition], checks: Mapping[str, CheckLine]) -> str:
    spelled = []
    for condition in conditions:
        check = checks.get(condition.code)
        at, author, holds, reason = (check.at, check.author, check.holds, check.reason) if check else ("", "", None, "")
        spelled.append(
            f'{{"at":"{at}","author":{quoted(author)},"code":{quoted(condition.code)},"holds":{_plain(holds)},'
            f'"reason":{quoted(reason)},"title":{quoted(condition.title)}}}'
        )
    return ",".join(spelled)


def _spell_bonus(bonus: BonusLine) -> str:
    return (
        f'{{"at":"{bonus.at}","author":{quoted(bonus.author)},"honour":{quoted(bonus.honour)},'
        f'"level_name":{quoted(bonus.level_name)},"points":{quoted(points_text(bonus.points))}}}'
    )
