"""Spreadsheets in and out: .xlsx and .xls are read, .xlsx is written.

Reading trusts nothing: not the name, not the declared sizes, not the parser (see spreadsheet_child). Formulas are
never evaluated; the value that the office program saved beside one is taken. Writing never makes a formula or a link
of somebody's text.
"""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.foundation.errors import Refused
from app.foundation.room import NoRoom, Room

_CHILD = Path(__file__).with_name("spreadsheet_child.py")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXCEL_CELL_CHARACTERS = 32_767
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SpreadsheetError(Refused):
    """The file cannot be taken; the message is for the person who chose it."""

    advice: ClassVar[str] = "这个文件读不出来，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传。"

    def __init__(self) -> None:
        super().__init__(self.advice)


class NotASpreadsheet(SpreadsheetError):
    advice = "这不是 Excel 表格。请用 Excel 或 WPS 打开后，另存为 .xlsx 再上传；只改文件名不行。"


class DamagedSpreadsheet(SpreadsheetError):
    advice = "表格文件已损坏或没有传完整。请在电脑上打开看看，另存一份 .xlsx 再上传。"


class LockedSpreadsheet(SpreadsheetError):
    advice = "表格设了打开密码。请取消密码，另存后再上传。"


class TooLargeSpreadsheet(SpreadsheetError):
    advice = "表格太大。请只留要导入的那张表，去掉图片和多余的行列，另存后再上传。"


class BusySpreadsheet(SpreadsheetError):
    advice = "现在读表格的人多，这份还没有读，什么都没有变。请过一分钟再上传。"


class EmptySpreadsheet(SpreadsheetError):
    advice = "表格里没有内容。请看看是不是选错了文件，或者内容在隐藏的工作表里。"


@dataclass(frozen=True)
class Limits:
    file_bytes: int = 5 * 1024 * 1024
    unpacked_bytes: int = 60 * 1024 * 1024
    rows: int = 10_000
    columns: int = 200
    seconds: float = 10.0


class Cell(NamedTuple):
    """`numeric` marks a number cell: Excel has dropped its trailing zeros, so 2015.10 arrives as 2015.1."""

    text: str = ""
    day: date | None = None
    numeric: bool = False


_EMPTY = Cell()


@dataclass(frozen=True)
class Sheet:
    """Row and column positions are the sheet's own: rows[2][0] is cell A3. `merged` lists blocks as (top, left, bottom,
    right), all included; what a block says stands in every row of its first column."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def read_spreadsheet(data: bytes, limits: Limits | None = None) -> tuple[Sheet, ...]:
    """The visible sheets that hold anything; raises a SpreadsheetError otherwise."""
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise TooLargeSpreadsheet
    if data.startswith(_ZIP):
        _check_package(data, limits)
    elif not data.startswith(_OLE):
        raise NotASpreadsheet
    sheets = tuple(
        Sheet(one["name"], tuple(tuple(map(_cell, row)) for row in one["rows"]), tuple(map(tuple, one["merged"])))
        for one in _read_apart(data, limits)
        if one["rows"]
    )
    if not sheets:
        raise EmptySpreadsheet
    return sheets


def _check_package(data: bytes, limits: Limits) -> None:
    """A workbook, and not one that unpacks beyond the limit; cheap, so that most bombs get a clear word."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as problem:
        raise DamagedSpreadsheet from problem
    if "xl/workbook.xml" not in {member.filename.replace("\\", "/") for member in members}:
        raise NotASpreadsheet
    if len(members) > 2000 or sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise TooLargeSpreadsheet


# Each reading may take half a gigabyte for ten seconds: two at once in a process, and few wait.
_room = Room(2, least=1, line=8)
PATIENCE = 15.0


def _read_apart(data: bytes, limits: Limits) -> list[dict[str, Any]]:
    try:
        with _room.taken(1, PATIENCE):
            done = _asked_child(data, limits)
    except NoRoom as problem:
        raise BusySpreadsheet from problem
    except subprocess.TimeoutExpired as problem:
        raise TooLargeSpreadsheet from problem
    if done.returncode != 0:  # the parser was stopped by its limits
        raise TooLargeSpreadsheet
    answer: dict[str, Any] = json.loads(done.stdout)
    match answer.get("error"):
        case None:
            sheets: list[dict[str, Any]] = answer["sheets"]
            return sheets
        case "password":
            raise LockedSpreadsheet
        case "rows" | "columns" | "weight":
            raise TooLargeSpreadsheet
        case _:
            raise DamagedSpreadsheet


def _asked_child(data: bytes, limits: Limits) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603 - our own script and two numbers; the file goes in by standard input
        [sys.executable, "-I", str(_CHILD), str(limits.rows), str(limits.columns)],
        input=data,
        capture_output=True,
        timeout=limits.seconds,
        check=False,
        env={},  # as for photos: whoever took the parser over has no sight of our settings
    )


def _cell(raw: str | list[str] | None) -> Cell:
    if raw is None:
        return _EMPTY
    if isinstance(raw, str):
        return Cell(_rearm(raw))
    kind, text = raw
    return Cell(text, numeric=True) if kind == "n" else Cell(text, day=date.fromisoformat(text))


# --- writing -------------------------------------------------------------------------------------------------------

_TRIGGERS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")

Value = str | int | float | date | None


def defuse(text: str) -> str:
    """A leading apostrophe before what an office program would run as a formula, also after being saved as CSV.

    One more apostrophe before apostrophes that stand before such a text, so that reading can take exactly one off.
    """
    bare = text.lstrip("'")
    risky = bare.lstrip(" \u3000\u00a0").startswith(_TRIGGERS) or bare.startswith(_TRIGGERS)
    return "'" + text if risky else text


def _rearm(text: str) -> str:
    """Our own apostrophe taken off again, so that an exported sheet can be imported unchanged."""
    return text[1:] if text.startswith("'") and defuse(text[1:]) == text else text


@dataclass(frozen=True)
class Column:
    title: str
    width: int = 12
    kind: Literal["text", "number", "day"] = "text"


@dataclass(frozen=True)
class Table:
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    title: str = ""
    notes: Sequence[str] = field(default=())


def write_spreadsheet(tables: Sequence[Table]) -> bytes:
    """An .xlsx with one sheet per table; rows may be a generator, memory stays flat."""
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        styles = {
            "title": book.add_format({"bold": True, "font_size": 14}),
            "note": book.add_format({"font_color": "#5b5447"}),
            "head": book.add_format({"bold": True, "bottom": 2, "bg_color": "#f1ece1", "text_wrap": True}),
            "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
            "number": book.add_format({"valign": "top"}),
            "day": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"}),
        }
        for table in tables:
            _write_table(book.add_worksheet(_sheet_name(table.name)), table, styles)
    return target.getvalue()


def _sheet_name(name: str) -> str:
    """Excel allows 31 characters and none of []:*?/\\, nor an apostrophe at either end."""
    return "".join("-" if one in "[]:*?/\\" else one for one in name)[:31].strip("'") or "Sheet1"


def _write_table(sheet: Worksheet, table: Table, styles: dict[str, Format]) -> None:
    for at, column in enumerate(table.columns):
        sheet.set_column(at, at, column.width)
    line = 0
    for text, style in ((table.title, "title"), *((note, "note") for note in table.notes)):
        if text:
            sheet.write_string(line, 0, _clean(text), styles[style])
            line += 1
    for at, column in enumerate(table.columns):
        sheet.write_string(line, at, _clean(column.title), styles["head"])
    sheet.freeze_panes(line + 1, 0)
    for below, row in enumerate(table.rows, start=line + 1):
        for at, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, below, at, value, styles[column.kind])


def _write_cell(sheet: Worksheet, line: int, at: int, value: Value, style: Format) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(line, at, value, style)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(line, at, value, style)
    else:
        sheet.write_string(line, at, _clean(str(value)), style)


def _clean(text: str) -> str:
    text = defuse(text.encode("utf-8", "replace").decode("utf-8"))
    return text if len(text) <= _EXCEL_CELL_CHARACTERS else text[: _EXCEL_CELL_CHARACTERS - 8] + "…（后略）"
