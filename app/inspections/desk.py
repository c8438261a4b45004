"""What a panel member sees and goes to next on the scoring desk. Others' marks stay hidden until all are in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.inspections.rubric import Rubric
from app.inspections.scoring import Result, State
from app.inspections.slip import MarkLine, Record


def own_marks(record: Record, account_id: int) -> dict[str, MarkLine]:
    return {line.code: line for line in record.marks if line.marker == account_id}


def all_in(rubric: Rubric, record: Record) -> bool:
    """Every panel member has marked every criterion of the sheet: from here on the panel sees each other's marks."""
    given = {(line.code, line.marker) for line in record.marks}
    return all((criterion.code, marker) in given for criterion in rubric.criteria for marker in record.panel)


def others_done(record: Record, code: str, account_id: int) -> int:
    return sum(
        1 for line in record.marks if line.code == code and line.marker != account_id and line.marker in record.panel
    )


def unanswered(rubric: Rubric, record: Record) -> list[str]:
    """Codes of gates and vetoes that nobody has answered yet."""
    answered = {check.code for check in record.checks}
    return [condition.code for condition in rubric.conditions if condition.code not in answered]


def neighbours(rubric: Rubric, code: str) -> tuple[str | None, str | None]:
    codes = [criterion.code for criterion in rubric.criteria]
    index = codes.index(code)
    return (codes[index - 1] if index else None, codes[index + 1] if index + 1 < len(codes) else None)


def next_unmarked(rubric: Rubric, done: Mapping[str, MarkLine], after: str = "") -> str | None:
    """The next criterion without an own mark, going round from `after`; None when all are marked."""
    codes = [criterion.code for criterion in rubric.criteria]
    start = codes.index(after) + 1 if after in codes else 0
    return next((code for code in [*codes[start:], *codes[:start]] if code not in done), None)


@dataclass(frozen=True, slots=True)
class Gaps:
    """What stands between a sheet and its total, by who has to act. Codes; conditions in words."""

    people: Mapping[int, list[str]]
    unsettled: list[str]
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
        [f"{thing.code} {thing.title}" for thing in result.open if thing.state is State.UNSETTLED],
        [thing.title for thing in result.open if thing.code in conditions],
        any(
            not thing.missing and thing.state is State.MISSING and thing.code not in conditions for thing in result.open
        ),
    )


def to_the_point(hints: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """Which of some records (by the names of their kinds) a criterion's evidence asks for: one name holds the other."""
    return [index for index, kind in enumerate(kinds) if any(kind in hint or hint in kind for hint in hints if kind)]


@dataclass(frozen=True, slots=True)
class Weakness:
    """Something about a panel that makes its result less sure, in words."""

    words: str


def weaknesses(markers_of: Sequence[int]) -> list[Weakness]:
    """`markers_of`: how many people mark each group. One peer each finds the best of four groups about 62 times in a
    hundred, everybody marking everybody 88."""
    found = []
    if not markers_of or min(markers_of) < 3:
        found.append(Weakness("有党小组的评委少于三人：个人尺度会左右结果，建议至少三人同评一张表。"))
    if markers_of and len(set(markers_of)) > 1:
        found.append(Weakness("各党小组的评委人数不一样：有回避时请补上人，让每张表由同样多的人评。"))
    return found
