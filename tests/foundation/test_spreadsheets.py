"""Spreadsheets: what a stranger's file may and may not do, and what leaves the house."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.foundation import spreadsheets
from app.foundation.room import Room
from app.foundation.spreadsheets import (
    BusySpreadsheet,
    Cell,
    Column,
    DamagedSpreadsheet,
    EmptySpreadsheet,
    Limits,
    NotASpreadsheet,
    SpreadsheetError,
    Table,
    TooLargeSpreadsheet,
    defuse,
    read_spreadsheet,
    write_spreadsheet,
)


def made(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        fill(book)
    return target.getvalue()


def one_cell(value: object) -> bytes:
    return made(lambda book: book.add_worksheet("表").write(0, 0, value))


def with_part(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change(old.read(member)) if member == name else old.read(member))
    return target.getvalue()


def test_cells_arrive_as_they_are_shown() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("花名册")
        sheet.write_string(0, 0, "0012")
        sheet.write_number(0, 1, 12)
        sheet.write_number(0, 2, 2015.07)
        sheet.write_datetime(1, 0, date(2015, 7, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_boolean(1, 1, True)
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, '=HYPERLINK("http://example.invalid")', None, "链接字")

    (sheet,) = read_spreadsheet(made(fill))
    assert sheet.rows == (
        (Cell("0012"), Cell("12", numeric=True), Cell("2015.07", numeric=True), Cell()),
        (Cell("2015-07-01", day=date(2015, 7, 1)), Cell("是"), Cell(), Cell("链接字")),
    )


def test_a_merged_block_speaks_in_each_of_its_rows() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("花名册")
        sheet.merge_range(0, 0, 0, 1, "党员花名册")
        sheet.merge_range(1, 0, 2, 0, "甲班")
        sheet.write(1, 1, "张三")
        sheet.write(2, 1, "李四")

    (sheet,) = read_spreadsheet(made(fill))
    assert [[cell.text for cell in row] for row in sheet.rows] == [
        ["党员花名册", ""],
        ["甲班", "张三"],
        ["甲班", "李四"],
    ]


def test_positions_are_the_sheets_own_and_hidden_sheets_stay_out() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("一")
        sheet.write(2, 1, "在B3")
        hidden = book.add_worksheet("二")
        hidden.write(0, 0, "藏着的")
        hidden.hide()
        book.add_worksheet("空的")

    sheets = read_spreadsheet(made(fill))
    assert [(sheet.name, sheet.rows[2][1].text) for sheet in sheets] == [("一", "在B3")]


OLD_XLS = Path(__file__).with_name("roster.xls")
HTML = "<html><table><tr><td>姓名</td></tr></table></html>".encode()


def test_an_old_xls_is_read() -> None:
    (sheet,) = read_spreadsheet(OLD_XLS.read_bytes())
    assert sheet.rows == (
        (Cell("党员花名册"), Cell(), Cell()),
        (Cell("姓名"), Cell("工号"), Cell("入党时间")),
        (Cell("示例甲"), Cell("00123"), Cell("2015.07", numeric=True)),
        (Cell("示例乙"), Cell("124", numeric=True), Cell("2018-07-01", day=date(2018, 7, 1))),
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", NotASpreadsheet),
        ("姓名,工号\n张三,001\n".encode("gbk"), NotASpreadsheet),
        (HTML, NotASpreadsheet),
        (b"\xff\xd8\xff\xe0" + bytes(200), NotASpreadsheet),
        (b"%PDF-1.7\n", NotASpreadsheet),
        (b"PK\x03\x04" + bytes(100), DamagedSpreadsheet),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), DamagedSpreadsheet),
        (one_cell("x")[:-300], DamagedSpreadsheet),
        (made(lambda book: book.add_worksheet("空")), EmptySpreadsheet),
        (bytes(6 * 1024 * 1024), TooLargeSpreadsheet),
    ],
    ids=["empty", "csv-gbk", "html", "jpeg", "pdf", "zip-stub", "ole-stub", "truncated", "blank", "heavy"],
)
def test_what_is_no_spreadsheet_is_refused_with_its_reason(data: bytes, error: type[SpreadsheetError]) -> None:
    with pytest.raises(SpreadsheetError) as caught:
        read_spreadsheet(data)
    assert type(caught.value) is error
    assert caught.value.message == error.advice


def test_another_kind_of_package_is_not_a_spreadsheet() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("word/document.xml", "<w:document/>")
    with pytest.raises(NotASpreadsheet):
        read_spreadsheet(target.getvalue())


def test_a_zip_bomb_is_refused() -> None:
    bomb = with_part(one_cell("x"), "xl/worksheets/sheet1.xml", lambda part: part + b" " * (80 * 1024 * 1024))
    assert len(bomb) < 200_000
    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(bomb)


def test_a_bomb_with_a_lying_size_ends_only_the_reading_process() -> None:
    size = 80 * 1024 * 1024
    bomb = with_part(one_cell("x"), "xl/worksheets/sheet1.xml", lambda part: part + b" " * (size - len(part)))
    lying = bomb.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lying != bomb
    with pytest.raises(SpreadsheetError):
        read_spreadsheet(lying)


def test_one_far_away_cell_does_not_take_the_server_down() -> None:
    """Two cells at A1 and XFD1048576 make the parser ask for 17 thousand million cells."""
    far = with_part(
        one_cell("近"),
        "xl/worksheets/sheet1.xml",
        lambda part: part.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        ),
    )
    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(far)


def test_entities_are_not_expanded() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY b "&a;&a;">]>'
    data = with_part(
        one_cell("x"),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b"<sst", laughs + b"<sst").replace(b">x<", b">&b;<"),
    )
    try:
        texts = {cell.text for sheet in read_spreadsheet(data) for row in sheet.rows for cell in row}
    except SpreadsheetError:
        return
    assert not any("AAAA" in text for text in texts)


def test_rows_and_columns_have_limits() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for line in range(11):
            sheet.write(line, 0, "x")

    data = made(fill)
    assert len(read_spreadsheet(data, Limits(rows=11))[0].rows) == 11
    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(data, Limits(rows=10))
    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(made(lambda book: book.add_worksheet().write(0, 300, "x")))


@pytest.mark.parametrize("many", [1, 10])
def test_one_long_text_in_every_cell_is_too_large(many: int) -> None:
    """A hundred kilobytes that would be hundreds of megabytes in the web server."""

    def fill(book: xlsxwriter.Workbook) -> None:
        for _ in range(many):
            sheet = book.add_worksheet()
            for line in range(2800 // many):
                sheet.write_string(line, 0, "长" * 2000)

    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(made(fill))


def test_a_block_that_speaks_in_every_row_weighs_in_every_row() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 2800, 0, "长" * 2000)
        for line in range(2800):
            sheet.write_string(line, 1, "短")

    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(made(fill))


def test_the_largest_honest_sheet_is_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet()
        for line in range(10_000):
            for at in range(20):
                sheet.write_string(line, at, "二〇二六年的名册")

    (sheet,) = read_spreadsheet(made(fill))
    assert (len(sheet.rows), sheet.rows[-1][-1].text) == (10_000, "二〇二六年的名册")


def test_few_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "_room", Room(1, least=1, line=0))
    with pytest.raises(BusySpreadsheet):
        read_spreadsheet(one_cell("甲"))


def test_a_reading_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TooLargeSpreadsheet):
        read_spreadsheet(one_cell("x"), Limits(seconds=0.001))


@pytest.mark.parametrize("first", list("=+-@＝＋－＠\t\r\n"))
def test_what_would_run_as_a_formula_is_defused(first: str) -> None:
    assert defuse(first + "cmd|' /C calc'!A0") == "'" + first + "cmd|' /C calc'!A0"
    assert defuse("　" + first + "1") == "'　" + first + "1"
    assert defuse("正常" + first) == "正常" + first


def test_written_text_is_text() -> None:
    data = write_spreadsheet(
        [
            Table(
                "名[单]/一",
                [Column("姓名", 14), Column("人数", 8, "number"), Column("日期", 12, "day")],
                [["=1+1", 3, date(2026, 11, 1)], ["http://example.invalid", None, None], ["x" * 40_000, 1, None]],
                title="示例数据",
            )
        ]
    )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
        assert "'=1+1" in sheet
    (read,) = read_spreadsheet(data)
    assert read.name == "名-单--一"
    assert [cell.text for cell in read.rows[0]][:1] == ["示例数据"]
    assert [cell.text for cell in read.rows[2]] == ["=1+1", "3", "2026-11-01"]


PRINTABLE = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
TEXTS = st.builds(str.__add__, st.text("'=+-@＝", max_size=3), st.text(PRINTABLE, min_size=1, max_size=30))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=60))
def test_what_is_exported_comes_back_the_same(rows: list[tuple[str, str]]) -> None:
    data = write_spreadsheet([Table("表", [Column("甲"), Column("乙")], rows)])
    (sheet,) = read_spreadsheet(data)
    assert [tuple(cell.text for cell in row) for row in sheet.rows[1:]] == rows
