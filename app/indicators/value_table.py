"""Reading a table of monthly values as units keep it: 党小组, 班组, 指标 and a column for each month, in any order."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from app.foundation.sheet_cells import CellLike, SheetLike, cell_name
from app.indicators.figures import PLACES, WHOLE_DIGITS, UnreadableFigure, figure_text, read_figure, rounded
from app.organisation.roster import HEADER_WITHIN, bare_header


class UnreadableTable(Exception):
    """The sheet as a whole cannot be taken; the message is Chinese and says what to change."""


class Field(StrEnum):
    GROUP = "党小组"
    TEAM = "班组"
    INDICATOR = "指标"


ALIASES = {
    Field.GROUP: ("党小组", "所在党小组", "小组", "党小组名称", "组别", "小组名称"),
    Field.TEAM: ("班组", "班组名称", "所在班组"),
    Field.INDICATOR: ("指标", "指标名称", "业务指标", "项目", "考核指标"),
}
_BY_ALIAS = {alias: field for field, aliases in ALIASES.items() for alias in aliases}
_MONTH = re.compile(r"(?:(\d{4})[年\-./])?(1[0-2]|0?[1-9])(?:月份?)?", re.ASCII)
_FOOT = re.compile(r"(合计|总计|小计|平均|填表|制表|审核|说明|备注|注\s*[:：])")


@dataclass(frozen=True)
class TableCell:
    """`where` is the cell as the office program names it, B7. `problem`: why it can be no value, before anything else is
    known of it; `note`: what was read differently than written."""

    month: int
    where: str
    text: str
    value: Fraction | None = None
    problem: str = ""
    note: str = ""


@dataclass(frozen=True)
class TableRow:
    """`line` is the row's number in the sheet; empty cells are left out."""

    line: int
    group: str
    team: str
    indicator: str
    cells: tuple[TableCell, ...]


def read_table(sheets: Sequence[SheetLike], *, year: int) -> tuple[TableRow, ...]:
    """The first sheet with a header row; months of other years are passed over."""
    for sheet in sheets:
        for index, cells in enumerate(sheet.rows[:HEADER_WITHIN]):
            found = _header(cells, year)
            if found is not None:
                return _rows(sheet, index, *found)
    raise UnreadableTable(
        f"没有找到表头。请留一行写明“党小组”“指标”和{year}年的月份（如“1月”“2月”），可以下载模板照着填。"
    )


def _header(cells: Sequence[CellLike], year: int) -> tuple[dict[Field, int], dict[int, int]] | None:
    """Columns of the fields, and column -> month; None when the row is no header."""
    fields: dict[Field, int] = {}
    months: dict[int, int] = {}
    strange = 0
    for at, cell in enumerate(cells):
        bare = bare_header(cell.text)
        if bare in _BY_ALIAS:
            fields.setdefault(_BY_ALIAS[bare], at)
            continue
        named = _month_of(cell, bare)
        if named is None:
            continue
        if named[0] not in {None, year}:
            strange += 1
        elif named[1] in months.values():
            raise UnreadableTable(f"有两列都是 {named[1]} 月，看不出该用哪一列。请只留一列再上传。")
        else:
            months[at] = named[1]
    if Field.INDICATOR not in fields or not (months or strange):
        return None
    if Field.GROUP not in fields:
        raise UnreadableTable("表头里没有“党小组”这一列，看不出是哪个小组的值。请加上再上传。")
    if not months:
        raise UnreadableTable(f"表头里的月份都不是{year}年的。请换到那一年的页面导入，或改表头。")
    return fields, months


def _month_of(cell: CellLike, bare: str) -> tuple[int | None, int] | None:
    if cell.day is not None:
        return cell.day.year, cell.day.month
    match = _MONTH.fullmatch(bare)
    return None if match is None else (int(match[1]) if match[1] else None, int(match[2]))


def _rows(sheet: SheetLike, header: int, fields: dict[Field, int], months: dict[int, int]) -> tuple[TableRow, ...]:
    merged = {
        (line, at)
        for top, left, bottom, right in sheet.merged
        for line in range(max(top, header + 1), min(bottom, len(sheet.rows)) + 1)
        for at in range(left, right + 1)
        if at in months
    }
    found = []
    for line, cells in enumerate(sheet.rows[header + 1 :], start=header + 1):
        said = {field: _text(cells, at) for field, at in fields.items()}
        if _FOOT.match(said[Field.GROUP] or said[Field.INDICATOR]) or not said[Field.INDICATOR]:
            continue
        values = tuple(
            _cell(cells[at], month, cell_name(line, at), merged=(line, at) in merged)
            for at, month in months.items()
            if at < len(cells) and cells[at].text.strip()
        )
        found.append(TableRow(line + 1, said[Field.GROUP], said.get(Field.TEAM, ""), said[Field.INDICATOR], values))
    if not found:
        raise UnreadableTable("表头下面没有内容。请填上值再上传。")
    return tuple(found)


def _text(cells: Sequence[CellLike], at: int) -> str:
    return " ".join(cells[at].text.split())[:60] if at < len(cells) else ""


def _cell(cell: CellLike, month: int, where: str, *, merged: bool) -> TableCell:
    text = cell.text.strip()[:40]
    if merged:
        return TableCell(month, where, text, problem="这是合并的单元格，请拆开后每格填一个数")
    if isinstance(cell.day, date):
        return TableCell(month, where, text, problem="这是日期，不是数，请把单元格改成常规格式重新填")
    if cell.numeric:
        return _number(text, month, where)
    try:
        value_read = read_figure(text)
    except UnreadableFigure as error:
        return TableCell(month, where, text, problem=str(error).rstrip("。"))
    if value_read is None:  # a dash says that there is none, as an empty cell does
        return TableCell(month, where, text, note="没有值，不动")
    return TableCell(month, where, text, value_read)


def _number(text: str, month: int, where: str) -> TableCell:
    exact = Fraction(text)
    value = rounded(exact)
    if abs(value) >= 10**WHOLE_DIGITS:
        return TableCell(month, where, text, problem="数太大了，请核对单位")
    note = "" if value == exact else f"小数多于 {PLACES} 位，四舍五入为 {figure_text(value)}"
    return TableCell(month, where, text, value, note=note)
