"""Reads one spreadsheet from standard input in a process of its own, under hard limits.

A few kilobytes of a crafted workbook can ask the parser for terabytes (one cell at XFD1048576) and an allocation that
fails there ends the whole process. So the parser never runs inside the web server: this file is started as a script,
limits its own memory and time, and answers one JSON object.
"""

import importlib
import io
import json
import sys
from datetime import date, datetime
from typing import Any

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

MEMORY_BYTES = 500 * 1024 * 1024
CPU_SECONDS = 10
CELL_CHARACTERS = 2000
# What the web server will hold: a hundred kilobytes can say one long text in every cell. 10,000 rows of 30 columns pass.
ANSWER_WEIGHT = 5_000_000


def limit_self() -> None:
    try:
        resource = importlib.import_module("resource")
    except ImportError:  # Windows, where the limits of time and file size remain
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # no file and no line out besides the three it was given
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain_number(value: float) -> str:
    """12.0 is 12, as it is shown in the sheet; 15 significant digits, as Excel keeps."""
    if value == int(value) and abs(value) < 1e18:
        return str(int(value))
    return f"{value:.15g}"


def cell(value: object) -> Any:
    """A text, ["n", text] for a number, ["d", ISO date] for a date, None for an empty cell."""
    match value:
        case None | "":
            packed: Any = None
        case bool():
            packed = "是" if value else "否"
        case int() | float():
            packed = ["n", plain_number(float(value))]
        case datetime():
            packed = ["d", value.date().isoformat()]
        case date():
            packed = ["d", value.isoformat()]
        case _:
            packed = str(value).replace("\r\n", "\n").strip()[:CELL_CHARACTERS] or None
    return packed


def fill_merged(rows: list[list[Any]], ranges: list[Any]) -> None:
    """A merged block says its value in every row of its first column, as a reader of the sheet understands it."""
    for (top, left), (bottom, _right) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and row[left] is None:
                row[left] = rows[top][left]


def blocks(sheet: CalamineSheet) -> list[list[int]]:
    return [[top, left, bottom, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or []]


def sheet_rows(sheet: CalamineSheet, max_rows: int, max_columns: int) -> list[list[Any]]:
    if sheet.start is None:
        return []
    if sheet.total_width > max_columns:
        raise OverflowError("columns")
    rows: list[list[Any]] = [[] for _ in range(sheet.start[0])] if sheet.start[0] <= max_rows else []
    margin = [None] * sheet.start[1]
    rows.extend(margin + [cell(value) for value in values] for values in sheet.to_python(skip_empty_area=True))
    fill_merged(rows, sheet.merged_cell_ranges or [])
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > max_rows:
        raise OverflowError("rows")
    return rows


def weight(packed: Any) -> int:
    """What a cell costs whoever reads the answer, in characters: a value some eight besides its own."""
    if packed is None:
        return 1
    return 8 + len(packed if isinstance(packed, str) else packed[1])


def weighed(rows: list[list[Any]], left: int) -> int:
    """What is left when the rows are taken."""
    left -= sum(weight(packed) for row in rows for packed in row)
    if left < 0:
        raise OverflowError("weight")
    return left


def read(data: bytes, max_rows: int, max_columns: int) -> dict[str, Any]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        visible = [
            one.name
            for one in workbook.sheets_metadata
            if one.visible == SheetVisibleEnum.Visible and one.typ == SheetTypeEnum.WorkSheet
        ]
        sheets, left = [], ANSWER_WEIGHT
        for name in visible[:20]:
            sheet = workbook.get_sheet_by_name(name)
            rows = sheet_rows(sheet, max_rows, max_columns)
            left = weighed(rows, left)
            sheets.append({"name": name, "rows": rows, "merged": blocks(sheet)})
    except PasswordError:
        return {"error": "password"}
    except OverflowError as problem:
        return {"error": str(problem)}
    except Exception:  # noqa: BLE001 - whatever the parser says of a stranger's file, the answer is the same
        return {"error": "damaged"}
    return {"sheets": sheets}


if __name__ == "__main__":
    limit_self()
    answer = read(sys.stdin.buffer.read(), int(sys.argv[1]), int(sys.argv[2]))
    sys.stdout.write(json.dumps(answer))
