"""Tables in: what is read, and what is said of each cell that cannot be taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import pytest

from app.foundation.spreadsheets import Cell, Column, Sheet, Table, read_spreadsheet, write_spreadsheet
from app.indicators.value_plan import Kind, Standing, plan_import
from app.indicators.value_table import TableRow, UnreadableTable, read_table

HEAD = ("党小组", "指标", "1月", "2月", "3月")


@dataclass(frozen=True)
class Number:
    text: str


def cell(value: object) -> Cell:
    match value:
        case Number():
            return Cell(value.text, numeric=True)
        case date():
            return Cell(value.isoformat(), day=value)
        case _:
            return Cell(str(value or ""))


def read(
    *rows: Sequence[object], merged: tuple[tuple[int, int, int, int], ...] = (), year: int = 2026
) -> list[TableRow]:
    sheet = Sheet("表", tuple(tuple(map(cell, row)) for row in rows), merged)
    return list(read_table([sheet], year=year))


STANDING = [
    Standing(
        "1-1-0", "甲班生产党小组", "", "烟丝整丝率", "%", Fraction(82), frozenset({1, 2}),
        {1: (11, Fraction(82))}, frozenset({1}),
    ),
    Standing("2-1-5", "甲班生产党小组", "切丝段", "温度", "度", Fraction(5), frozenset({1, 2, 3}), {}, frozenset()),
    Standing("2-1-6", "甲班生产党小组", "烘丝段", "温度", "度", Fraction(5), frozenset({1, 2, 3}), {}, frozenset()),
]  # fmt: skip


def planned(*rows: Sequence[object], head: Sequence[object] = HEAD) -> list[tuple[str, str, str]]:
    """cell, kind, message"""
    return [(one.cell.where, one.kind.value, one.message) for one in plan_import(read(head, *rows), STANDING).cells]


@pytest.mark.parametrize(
    ("months", "numbers"),
    [
        (("1月", "２月", "12 月"), [1, 2, 12]),
        (("2026-01", "2026年2月", "2026/3"), [1, 2, 3]),
        ((date(2026, 5, 1), "六月", "合计"), [5]),
        (("2025年1月", "2026年1月"), [1]),
    ],
)
def test_months_are_known_by_many_names(months: tuple[object, ...], numbers: list[int]) -> None:
    rows = read(("说明", "", ""), ("党小组名称", "业务指标（%）", *months), ("甲", "乙", *[Number("1")] * len(months)))
    assert [one.month for one in rows[0].cells] == numbers


@pytest.mark.parametrize(
    ("value", "taken", "problem"),
    [
        (Number("82.4"), Fraction("82.4"), ""),
        ("82.4", Fraction("82.4"), ""),
        ("1,082", Fraction(1082), ""),
        (Number("97.8333333333333"), Fraction("97.8333"), ""),
        ("约82", None, "“约82”不是数，请写成 97.8 这样，不带单位和文字"),
        ("82%", None, "“82%”请只写数字，百分号由单位来说"),
        ("#DIV/0!", None, "“#DIV/0!”不是数，请写成 97.8 这样，不带单位和文字"),
        (Number("1e+20"), None, "数太大了，请核对单位"),
        (date(2026, 1, 2), None, "这是日期，不是数，请把单元格改成常规格式重新填"),
        ("—", None, ""),
    ],
)
def test_cells(value: object, taken: Fraction | None, problem: str) -> None:
    one = read(HEAD, ("甲", "乙", value))[0].cells[0]
    assert (one.where, one.value, one.problem) == ("C2", taken, problem)


def test_a_merged_cell_gives_nobody_a_value() -> None:
    rows = read(HEAD, ("甲", "一", Number("1")), ("甲", "二", Number("1"), Number("2")), merged=((1, 2, 2, 2),))
    assert [[one.problem for one in row.cells] for row in rows] == [
        ["这是合并的单元格，请拆开后每格填一个数"], ["这是合并的单元格，请拆开后每格填一个数", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("姓名", "工号"), ("张三", "1")], "没有找到表头"),
        ([("指标", "1月"), ("一", Number("1"))], "没有“党小组”这一列"),
        ([("党小组", "指标", "1月", "01月"), ("甲", "一")], "有两列都是 1 月"),
        ([("党小组", "指标", "2025年1月"), ("甲", "一")], "都不是2026年"),
        ([HEAD], "表头下面没有内容"),
        ([HEAD, ("合计", "", Number("1"))], "表头下面没有内容"),
    ],
)
def test_sheets_that_cannot_be_taken(rows: list[tuple[object, ...]], said: str) -> None:
    with pytest.raises(UnreadableTable, match=said):
        read(*rows)


def test_what_a_table_would_change() -> None:
    assert planned(
        ("甲班生产", "烟丝整丝率（%）", Number("82.5"), Number("0.824"), Number("83")),
        ("丙班", "烟丝整丝率", Number("82")),
        ("甲班生产党小组", "整丝率", Number("82")),
        ("甲班生产党小组", "温度", Number("5")),
        ("甲班生产党小组", "烟丝整丝率", Number("82")),
        ("", "烟丝整丝率", Number("82")),
    ) == [
        ("C2", "改前月以前的", ""),
        ("D2", "有误", "读到 0.824，像是百分比格式的单元格，请改成常规格式，写成 98.5 这样"),
        ("E2", "有误", "3 月还没到，或这个月没有这项指标"),
        ("第 3 行", "有误", "没有叫“丙班”的党小组，或这一年没有给它定指标，请核对名称"),
        ("第 4 行", "有误", "甲班生产党小组没有“整丝率”这项指标，请核对名称，或先登记指标"),
        ("第 5 行", "有误", "“温度”按班组填，请在“班组”一列写明是哪个班组"),
        ("第 6 行", "有误", "这一行和前面的一行是同一项指标，请只留一行"),
        ("第 7 行", "有误", "没有写党小组"),
    ]


def test_teams_are_told_apart_and_the_same_is_left_alone() -> None:
    head = ("党小组", "班组", "指标", "1月", "2月")
    plan = plan_import(
        read(
            head, ("甲班生产党小组", "烘丝段", "温度", Number("5")), ("甲班生产党小组", "", "烟丝整丝率", Number("82"))
        ),
        STANDING,
    )
    assert [(one.key, one.kind) for one in plan.cells] == [("2-1-6", Kind.NEW), ("1-1-0", Kind.SAME)]
    assert [one.key for one in plan.writes] == ["2-1-6"]


def test_a_written_sheet_is_read_with_its_merged_blocks_known() -> None:
    content = write_spreadsheet([Table("表", [Column(name) for name in HEAD], [("甲", "乙", 82.4, None, "83")])])
    rows = read_table(read_spreadsheet(content), year=2026)
    assert [(one.month, one.value) for one in rows[0].cells] == [(1, Fraction("82.4")), (3, Fraction(83))]
