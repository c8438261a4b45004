"""What a panel member sees and goes to next on the scoring desk. Others' marks stay hidden until all are in."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, Protocol

from app.inspections.scoring import Result, State, shown_points
from app.inspections.slip import Record
from app.rubrics.measures import SYSTEM
from app.rubrics.rubric import Rubric, points_text


def all_in(rubric: Rubric, record: Record) -> bool:
    """Every panel member has marked every criterion of the sheet: from here on the panel sees each other's marks."""
    given = {(line.code, line.marker) for line in record.marks}
    codes = [criterion.code for criterion in rubric.criteria if not criterion.one_voice]
    return all((code, marker) in given for code in codes for marker in record.panel)


def next_unmarked(codes: Sequence[str], done: Container[str], after: str = "") -> str | None:
    """The next criterion without an own mark, going round from `after`; None when all are marked."""
    start = codes.index(after) + 1 if after in codes else 0
    return next((code for code in [*codes[start:], *codes[:start]] if code not in done), None)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What stands between a sheet and its total, by who has to act. Codes; conditions in words."""

    people: Mapping[int, list[str]]
    unsettled: list[tuple[str, str]]
    """Code and title."""

    conditions: list[str]
    nobody: bool


def gaps(rubric: Rubric, result: Result) -> Gaps:
    conditions = {condition.code for condition in rubric.conditions}
    people: dict[int, list[str]] = {}
    for thing in result.open:
        for marker in sorted(thing.missing):
            people.setdefault(marker, []).append(thing.code)
    return Gaps(
        people,
        [(thing.code, thing.title) for thing in result.open if thing.state is State.UNSETTLED],
        [thing.title for thing in result.open if thing.code in conditions],
        any(
            not thing.missing and thing.state is State.MISSING and thing.code not in conditions for thing in result.open
        ),
    )


class Marking(Protocol):
    """A current mark of what the system measures."""

    @property
    def author(self) -> str: ...
    @property
    def points(self) -> Fraction | None: ...
    @property
    def taken(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def reason(self) -> str: ...
    @property
    def evidence(self) -> Sequence[Mapping[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class SystemView:
    """What the system measured, whatever stands in its place now."""

    points: str
    words: str
    counted: Sequence[Mapping[str, Any]]

    @property
    def exact(self) -> Fraction | None:
        return None if self.points == NOT_APPLICABLE else Fraction(self.points)

    @property
    def shown(self) -> str:
        return NOT_APPLICABLE if self.exact is None else shown_points(self.exact)


NOT_APPLICABLE = "不适用"


def system_view(mark: Marking | None) -> SystemView | None:
    """None before anything was measured. A correction keeps what it corrected in `taken`."""
    if mark is None:
        return None
    kept = next(iter(mark.taken), None)
    if kept is not None:
        return SystemView(kept["points"], kept["label"], mark.evidence)
    if mark.author != SYSTEM:
        return SystemView(NOT_APPLICABLE, "改判之前系统没有测算过。", ())
    return SystemView(NOT_APPLICABLE if mark.points is None else points_text(mark.points), mark.reason, mark.evidence)


def points_by_code(given: str) -> dict[str, str]:
    """ "A1=6;A2=9/2;D1=-" as codes and words: what somebody gave on a sheet, N for 不适用."""
    pairs = (part.partition("=") for part in given.split(";") if part)
    return {code: "N" if points == "-" else shown_points(Fraction(points)) for code, _, points in pairs}


class Proof(NamedTuple):
    """A record or a photo of the quarter. `detail` is a record's kind, or the record that a photo belongs to; `hint` says
    that a photo looks like one used before and what was answered to that."""

    kind: str
    id: int
    held_on: str
    title: str
    detail: str
    key: str
    hint: str = ""
    hint_id: int = 0


FIRST_PHOTOS = 2
"""So many photos tell what the work looked like; the others wait with the rest, unless somebody picked them."""


def divided(rows: Sequence[Proof], hints: Sequence[str], picked: Container[str]) -> tuple[list[Proof], list[Proof]]:
    """What was picked or what the criterion's evidence asks for, by the name of its kind, and the rest."""
    fits = {row.title for row in rows if row.kind == "activity" and asked_for(hints, row.detail)}
    first: list[Proof] = []
    rest: list[Proof] = []
    photos = 0
    for row in rows:
        wanted = f"{row.kind}:{row.id}" in picked
        if not wanted and row.kind == "photo" and row.detail in fits:
            photos += 1
            wanted = photos <= FIRST_PHOTOS
        elif not wanted and row.kind == "activity":
            wanted = row.title in fits
        (first if wanted else rest).append(row)
    return first, rest


def asked_for(hints: Sequence[str], kind: str) -> bool:
    """One name holds the other."""
    return bool(kind) and any(kind in hint or hint in kind for hint in hints)
