"""Two frozen slips beside each other, as plain data: two groups in one quarter, or two versions of one group's result.

Nothing here says who is better: a gap has no sign between groups. Evidence is counted beside the points, never in them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.inspections.scoring import half_up, two_places

Slip = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """`points` as frozen text; None for 不适用. `words` are the reasons; `evidence` how many records stand under them."""

    points: str | None
    maximum: str
    evidence: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A dimension or a criterion; a side is None where the rubric of that group does not have it."""

    code: str
    title: str
    left: Side | None
    right: Side | None

    @property
    def gap(self) -> str | None:
        """The distance in points, without a sign; None where one side has none, or the maximum is another."""
        left, right = self.left, self.right
        if left is None or right is None or left.points is None or right.points is None:
            return None
        if left.maximum != right.maximum:
            return None
        return two_places(half_up(abs(Fraction(left.points) - Fraction(right.points))))


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension and its criteria."""

    whole: Line
    criteria: tuple[Line, ...]


def compare(left: Slip, right: Slip) -> list[Part]:
    """In the order of the left rubric, then what only the right one has."""
    found = []
    for code, mine, other in _pairs(left["dimensions"], right["dimensions"]):
        whole = Line(code, (mine or other or {})["title"], _whole(mine), _whole(other))
        pairs = _pairs(mine["criteria"] if mine else (), other["criteria"] if other else ())
        criteria = tuple(Line(c, (a or b or {})["title"], _side(a), _side(b)) for c, a, b in pairs)
        found.append(Part(whole, criteria))
    return found


def _pairs(
    left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    mine, others = {item["code"]: item for item in left}, {item["code"]: item for item in right}
    for code in [*mine, *(code for code in others if code not in mine)]:
        yield code, mine.get(code), others.get(code)


def _whole(dimension: Mapping[str, Any] | None) -> Side | None:
    if dimension is None:
        return None
    return Side(dimension["points"], dimension["maximum"], sum(_records(c) for c in dimension["criteria"]))


def _side(criterion: Mapping[str, Any] | None) -> Side | None:
    if criterion is None:
        return None
    words = tuple(dict.fromkeys(mark["reason"] for mark in criterion["marks"] if mark["reason"]))
    return Side(criterion["points"], criterion["maximum"], _records(criterion), words)


def _records(criterion: Mapping[str, Any]) -> int:
    """Several people may have looked at the same record."""
    return len(
        {(one.get("kind"), one.get("id"), one["title"]) for mark in criterion["marks"] for one in mark["evidence"]}
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What a correction changed in a group's result; `reason` stands at the newer version."""

    what: str
    before: str
    after: str
    reason: str = ""


def changes(old: Slip, new: Slip) -> list[Change]:
    """Points of criteria first, then gates, vetoes, bonus and appeals; nothing that both versions say alike."""
    found = [
        Change(f"{line.code} {line.title}", _points(line.left), _points(line.right), "；".join(_said(line)))
        for part in compare(old, new)
        for line in part.criteria
        if line.left is None or line.right is None or line.left.points != line.right.points or _reworded(line)
    ]
    for kind, yes, no in (("gates", "满足", "未满足"), ("vetoes", "有", "无")):
        for _code, before, after in _pairs(old[kind], new[kind]):
            first, then = _holds(before, yes, no), _holds(after, yes, no)
            if first != then:
                title = (after or before or {})["title"]
                found.append(Change(title, first, then, after["reason"] if after else ""))
    if old["bonus"] != new["bonus"]:
        honours = "；".join(bonus["honour"] for bonus in new["bonuses"])
        found.append(Change("加分", old["bonus"], new["bonus"], honours))
    return found


def _reworded(line: Line) -> bool:
    return line.left is not None and line.right is not None and line.left.words != line.right.words


def _said(line: Line) -> tuple[str, ...]:
    return line.right.words if line.right else ()


def _points(side: Side | None) -> str:
    if side is None:
        return "无此项"
    return side.points or "不适用"


def _holds(condition: Mapping[str, Any] | None, yes: str, no: str) -> str:
    if condition is None or condition["holds"] is None:
        return "未判"
    return yes if condition["holds"] else no
