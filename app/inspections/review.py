"""What the review looks at: what is missing on each sheet, where views differ, which mark stands alone; and, where not
everybody scored everything, what the totals would be without the scorers' own leniency.

Nothing here judges a person. The leniency is taken out of the groups' totals as a second opinion beside them; the scorers'
own figures are neither shown nor kept, and never standardised (z-scores pretend that each scorer met equally good groups).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import median

from app.inspections.desk import Gaps, gaps
from app.inspections.panel_design import LENIENCY, NOISE
from app.inspections.scoring import DISAGREEMENT, ONE_VOICE, Mark, Result, Sheet, State, exact_sum, score
from app.rubrics.layout import Layout
from app.rubrics.rubric import Rubric

Marked = Mapping[tuple[int, int], Fraction]
"""(scorer, group) -> what the scorer gave the group, per hundred."""


@dataclass(frozen=True, eq=False, slots=True)
class Reviewed:
    """A sheet as the review sees it."""

    result: Result
    gaps: Gaps
    revealed: bool
    """All of the panel have marked all of it: from here on the single marks are shown."""

    outliers: Mapping[str, tuple[Fraction, ...]]
    """By criterion: marks that stand alone."""

    rates: Mapping[int, Fraction]
    """What each of the panel gave, per hundred of what applies; for whole sheets only."""

    weight: Fraction
    """The share of the total that the panel scores."""

    @property
    def disputed(self) -> int:
        return sum(item.disputed for item in self.result.criteria)


@lru_cache(maxsize=512)
def read_sheet(layout: Layout, markers: frozenset[int], given: str, answers: str, bonuses: str) -> Reviewed:
    """From the texts that the database joins: "A1:7:6;A1:9:-" (criterion, account, points), "G1=1;V1=0", "1;1/2"."""
    voices = {criterion.code for criterion in layout.rubric.criteria if criterion.one_voice}
    marks: dict[str, list[Mark]] = {}
    for code, account, points in (part.split(":") for part in given.split(";") if part):
        marker = ONE_VOICE if code in voices else int(account)
        marks.setdefault(code, []).append(Mark(marker, None if points == "-" else Fraction(points)))
    by_code = {code: tuple(sorted(found, key=lambda mark: mark.marker)) for code, found in marks.items()}
    answered = {code: holds == "1" for code, _, holds in (part.partition("=") for part in answers.split(";") if part)}
    awards = tuple(Fraction(points) for points in bonuses.split(";") if points)
    result = score(layout.rubric, Sheet(markers, by_code, answered, awards))
    revealed = all(
        {mark.marker for mark in by_code.get(code, ())} >= markers for code in layout.criteria if code not in voices
    )
    return Reviewed(
        result,
        gaps(layout.rubric, result),
        revealed,
        {
            item.code: found
            for item in result.criteria
            if item.state is State.SCORED and (found := outliers(item.given, item.maximum))
        },
        _rates(layout.rubric, by_code, markers) if result.total is not None else {},
        _weight(layout.rubric, result),
    )


def outliers(given: Sequence[Fraction], maximum: Fraction) -> tuple[Fraction, ...]:
    """Of three marks and more those that lie further from the middle of the others than `DISAGREEMENT` allows, while the
    others agree with each other."""
    if len(given) < 3:
        return ()
    bound = DISAGREEMENT * maximum
    found = []
    for index, points in enumerate(given):
        others = [*given[:index], *given[index + 1 :]]
        if max(others) - min(others) <= bound < abs(points - median(others)):
            found.append(points)
    return tuple(found)


def _rates(rubric: Rubric, marks: Mapping[str, Iterable[Mark]], markers: frozenset[int]) -> dict[int, Fraction]:
    earned = dict.fromkeys(markers, Fraction(0))
    applicable = dict.fromkeys(markers, Fraction(0))
    for criterion in rubric.criteria:
        for mark in marks.get(criterion.code, ()) if not criterion.one_voice else ():
            if mark.marker in markers and mark.points is not None:
                earned[mark.marker] += mark.points
                applicable[mark.marker] += criterion.maximum
    return {marker: earned[marker] * 100 / applicable[marker] for marker in markers if applicable[marker]}


def _weight(rubric: Rubric, result: Result) -> Fraction:
    voices = {criterion.code for criterion in rubric.criteria if criterion.one_voice}
    by_panel = exact_sum(
        item.maximum for item in result.criteria if item.state is State.SCORED and item.code not in voices
    )
    return min(Fraction(1), by_panel / result.applicable) if result.applicable else Fraction(0)


# ---------------------------------------------------------------- the scorers' leniency


def connected(marked: Iterable[tuple[int, int]]) -> bool:
    """Whether every scorer is tied to every other through groups that both scored, or through others in between."""
    left = [({scorer}, {group}) for scorer, group in marked]
    if not left:
        return False
    scorers, groups = left.pop()
    while joined := [pair for pair in left if pair[0] & scorers or pair[1] & groups]:
        for pair in joined:
            scorers |= pair[0]
            groups |= pair[1]
            left.remove(pair)
    return not left


def partial(marked: Iterable[tuple[int, int]]) -> bool:
    """Somebody left a group out that another scored. With everybody scoring everything leniency strikes all alike."""
    pairs = set(marked)
    return len(pairs) < len({s for s, _ in pairs}) * len({g for _, g in pairs})


@lru_cache(maxsize=64)
def helps(pairs: frozenset[tuple[int, int]]) -> bool:
    """Whether totals without leniency are expected to lie nearer to the truth than plain means, by the spreads that
    `panel_design` assumes. Along a thin chain of scorers the wavering of each link adds up to more than leniency does.

    Both expectations are sums over groups of squares about their mean: of the means, leniency^2 x that of the averaged
    scorers + noise^2 x that of 1/scorers; of least squares, noise^2 x the trace of the pseudo-inverse of the groups' reduced
    normal matrix R, which is the trace of the inverse of R + J/n, less one (J: ones)."""
    groups, scorers = sorted({g for _, g in pairs}), sorted({s for s, _ in pairs})
    size = len(groups)
    by_group = [{s for s in scorers if (s, g) in pairs} for g in groups]
    load = {s: sum(s in given for given in by_group) for s in scorers}
    shares = [sum(1 / len(given) for given in by_group if s in given) for s in scorers]
    averaged = sum(1 / len(given) for given in by_group)
    plain = LENIENCY**2 * (averaged - sum(share**2 for share in shares) / size) + NOISE**2 * averaged * (1 - 1 / size)
    rows = [
        [(len(one) if one is other else 0) - sum(1 / load[s] for s in one & other) + 1 / size for other in by_group]
        + [float(one is other) for other in by_group]
        for one in by_group
    ]
    return NOISE**2 * (sum(row[size + index] for index, row in enumerate(_reduced(rows))) - 1) < plain


def _reduced(rows: list[list[float]]) -> list[list[float]]:
    """Gauss-Jordan on a positive definite matrix and what stands beside it."""
    for column in range(len(rows)):
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for index, row in enumerate(rows):
            if index != column and row[column]:
                factor = row[column]
                rows[index] = [a - factor * b for a, b in zip(row, rows[column], strict=True)]
    return rows


def without_leniency(marked: Marked) -> dict[int, Fraction] | None:
    """group -> its score as an average scorer would have given it: least squares on score = group + scorer, with the
    scorers' parts adding up to nothing. Exact. None where coverage is whole or the panel falls apart - there is nothing
    to take out, or nothing to compare it by - and where the panel is so thinly tied that it would mislead (`helps`)."""
    if not partial(marked) or not connected(marked) or not helps(frozenset(marked)):
        return None
    scorers = sorted({scorer for scorer, _ in marked})
    by_group: dict[int, list[tuple[int, Fraction]]] = {}
    for (scorer, group), points in marked.items():
        by_group.setdefault(group, []).append((scorers.index(scorer), points))
    means = {group: sum((p for _, p in given), Fraction(0)) / len(given) for group, given in by_group.items()}
    size = len(scorers)
    rows = [[Fraction(0)] * (size + 1) for _ in scorers]
    for group, given in by_group.items():
        for one, points in given:
            rows[one][one] += 1
            rows[one][size] += points - means[group]
            for other, _ in given:
                rows[one][other] -= Fraction(1, len(given))
    rows[-1] = [Fraction(1)] * size + [Fraction(0)]
    effects = _solved(rows)
    return {
        group: means[group] - sum((effects[index] for index, _ in given), Fraction(0)) / len(given)
        for group, given in by_group.items()
    }


def _solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss-Jordan; the system of a connected panel always has one solution."""
    size = len(rows)
    for column in range(size):
        pivot = next(index for index in range(column, size) if rows[index][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        head = rows[column][column]
        rows[column] = [value / head for value in rows[column]]
        for index in range(size):
            factor = rows[index][column]
            if index != column and factor:
                rows[index] = [a - factor * b for a, b in zip(rows[index], rows[column], strict=True)]
    return [row[size] for row in rows]


@lru_cache(maxsize=64)
def second_totals(sheets: tuple[tuple[int, Reviewed], ...]) -> dict[int, Fraction] | None:
    """group -> total with the panel's part taken as an average scorer would have given it; None where `without_leniency`
    has nothing to say, or while any sheet is open."""
    if any(sheet.result.total is None for _, sheet in sheets):
        return None
    rates = {(scorer, group): rate for group, sheet in sheets for scorer, rate in sheet.rates.items()}
    found = without_leniency(rates)
    if found is None:
        return None
    totals = {}
    for group, sheet in sheets:
        if group in found and sheet.result.total is not None:
            mean = sum(sheet.rates.values(), Fraction(0)) / len(sheet.rates)
            totals[group] = sheet.result.total + (found[group] - mean) * sheet.weight
    return totals
