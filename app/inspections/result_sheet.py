"""A published round as the sheets of a workbook, row by row from frozen results: totals, every mark, conditions and
bonus, what the groups said and appealed.

Every figure is the frozen one: what stands on a page as 93.90 is 93.9 here, and a fraction that no cell can hold exactly
stays text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.inspections.slip import slip_deduction

Cell = str | int | float | None
Columns = tuple[tuple[str, int, str], ...]
"""Head, width and kind ("text" or "number")."""

ROWS = 1_000_000
"""An .xlsx sheet ends at 1,048,576 rows."""

WHOSE: Columns = (("党支部", 20, "text"), ("党小组", 20, "text"), ("品牌", 12, "text"))
TOTALS: Columns = (
    ("序号", 7, "number"), *WHOSE, ("等次", 10, "text"), ("得分", 9, "number"), ("上次得分", 9, "number"),
    ("上次季度", 16, "text"), ("自查分", 9, "number"), ("细则分", 9, "number"), ("加分", 8, "number"), ("精确值", 16, "text"),
    ("必备条件未满足", 24, "text"), ("一票否决", 30, "text"),
)  # fmt: skip
RANKS: Columns = (("支部名次", 9, "number"), ("全厂名次", 9, "number"))
MARKS: Columns = (
    *WHOSE, ("维度", 18, "text"), ("编号", 7, "text"), ("指标", 26, "text"), ("满分", 7, "number"), ("得分", 8, "number"),
    ("评分种类", 10, "text"), ("评分人", 12, "text"), ("现评分", 9, "number"), ("扣分", 34, "text"), ("理由", 40, "text"),
    ("时间", 17, "text"), ("佐证", 40, "text"),
)  # fmt: skip
CONDITIONS: Columns = (
    *WHOSE, ("种类", 12, "text"), ("编号", 7, "text"), ("内容", 34, "text"), ("结果", 10, "text"), ("分", 8, "number"),
    ("理由", 40, "text"), ("谁", 12, "text"), ("时间", 17, "text"),
)  # fmt: skip
HEARINGS: Columns = (
    *WHOSE, ("种类", 10, "text"), ("编号", 7, "text"), ("指标", 26, "text"), ("说的话", 40, "text"), ("谁", 12, "text"),
    ("时间", 17, "text"), ("佐证", 30, "text"), ("申诉前", 9, "text"), ("决定", 10, "text"), ("申诉后", 9, "text"),
    ("决定理由", 40, "text"), ("决定人", 12, "text"), ("决定时间", 17, "text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """What the heads of a round's sheets depend on. `dimensions`: code and title, in order; `lines` is the most rows that
    one group takes on a sheet."""

    dimensions: tuple[tuple[str, str], ...]
    lines: int
    shows_rank: bool

    @property
    def totals(self) -> Columns:
        return (
            *TOTALS,
            *((title, 12, "number") for _code, title in self.dimensions),
            *(RANKS if self.shows_rank else ()),
        )

    @property
    def groups_a_sheet(self) -> int:
        return max(1, ROWS // max(1, self.lines))


def shape_of(rubric: Mapping[str, Any], scorers: int, *, shows_rank: bool) -> Shape:
    dimensions = rubric["dimensions"]
    criteria = sum(len(dimension["criteria"]) for dimension in dimensions)
    return Shape(
        tuple((dimension["code"], dimension["title"]) for dimension in dimensions),
        criteria * (scorers + 2),  # and the self check's, and the system's
        shows_rank,
    )


def total_rows(rows: Iterable[Any], shape: Shape) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        points = {item["code"]: figure(item["points"]) for item in row.dimensions}
        slip = row.slip
        yield (
            row.position, *_whose(row), row.band, row.total / 100, _hundredths(row.previous_total),
            row.previous_quarter.label if row.previous_quarter else "", _hundredths(row.self_total),
            figure(slip["base"]), figure(slip["bonus"]), row.exact_total, "、".join(row.unmet_gates), row.veto_reason,
            *(points.get(code) for code, _title in shape.dimensions),
            *((row.rank_in_branch, row.rank_in_committee) if shape.shows_rank else ()),
        )  # fmt: skip


def mark_rows(rows: Iterable[Any]) -> Iterator[tuple[Cell, ...]]:
    """Every mark of every criterion, the self check's too; one line for a criterion that nobody marked."""
    for row in rows:
        whose = _whose(row)
        for dimension in row.slip["dimensions"]:
            for item in dimension["criteria"]:
                mine = [("自查", item["self"])] if item["self"] else []
                for kind, mark in [("考核", mark) for mark in item["marks"]] + mine or [("", None)]:
                    yield (
                        *whose, dimension["title"], item["code"], item["title"], figure(item["maximum"]),
                        points_said(item["points"]), kind, *_mark(mark),
                    )  # fmt: skip


def condition_rows(rows: Iterable[Any]) -> Iterator[tuple[Cell, ...]]:
    """Gates, vetoes, each bonus, and what of the bonus counts under the cap."""
    for row in rows:
        whose, slip = _whose(row), row.slip
        for kind, conditions, yes, no in (
            ("必备条件", slip["gates"], "满足", "未满足"),
            ("一票否决", slip["vetoes"], "有", "无"),
        ):
            for one in conditions:
                said = "" if one["holds"] is None else yes if one["holds"] else no
                yield (
                    *whose,
                    kind,
                    one["code"],
                    one["title"],
                    said,
                    None,
                    one["reason"],
                    one["author"],
                    when(one["at"]),
                )
        for bonus in slip["bonuses"]:
            points = figure(bonus["points"])
            yield (
                *whose, "加分申报", "", bonus["honour"], bonus["level_name"], points, "", bonus["author"], when(bonus["at"])
            )  # fmt: skip
        if slip["bonuses"]:
            said = f"申报 {slip['bonus_claimed']}，最多 {slip['bonus_cap']}"
            yield (*whose, "加分计入", "", said, "", figure(slip["bonus"]), "", "", "")


def hearing_rows(rows: Iterable[Any]) -> Iterator[tuple[Cell, ...]]:
    for row in rows:
        heard = row.slip.get("hearing")
        if not heard:
            continue
        whose, answer = _whose(row), heard["answer"]
        if answer:
            rest = ("",) * 7
            yield (*whose, "反馈", "", "", answer["words"], answer["author"], when(answer["at"]), *rest)
        for one in heard["appeals"]:
            yield (
                *whose, "申诉", one["code"], one["title"], one["reason"], one["author"], when(one["at"]),
                titles(one["evidence"]), one["before"] or "不适用", "成立" if one["upheld"] else "不成立",
                (one["after"] or "不适用") if one["upheld"] else one["before"] or "不适用", one["decision"], one["decider"],
                when(one["decided_at"]),
            )  # fmt: skip


def figure(text: str | None) -> Cell:
    """A number where a cell can hold it."""
    if not text or "/" in text:
        return text
    return float(text)


def points_said(text: str | None) -> Cell:
    return "不适用" if text is None else figure(text)


def when(at: str) -> str:
    """Wall-clock time of the house, by the minute."""
    return at[:16].replace("T", " ")


def taken_said(taken: Sequence[Mapping[str, Any]]) -> str:
    return "；".join(slip_deduction(item) for item in taken)


def titles(evidence: Iterable[Mapping[str, Any]]) -> str:
    return "；".join(f"{one['on']} {one['title']}" if one.get("on") else str(one["title"]) for one in evidence)


def _whose(row: Any) -> tuple[str, str, str]:
    return row.branch_name, row.group_name, row.brand_name


def _hundredths(points: int | None) -> float | None:
    return None if points is None else points / 100


def _mark(mark: Mapping[str, Any] | None) -> tuple[Cell, ...]:
    if mark is None:
        return "", None, "", "", "", ""
    return (
        mark["author"], points_said(mark["points"]), taken_said(mark["taken"]), mark["reason"], when(mark["at"]),
        titles(mark["evidence"]),
    )  # fmt: skip
