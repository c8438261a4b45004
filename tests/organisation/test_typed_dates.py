"""Dates as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisation.typed_dates import FOUNDING, UnclearDate, read_date

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text",
    [
        "2015.07",
        "2015-07",
        "2015-7",
        "201507",
        "2015年7月",
        "2015年07月",
        "2015/7/1",
        "2015/07/01",
        "2015-07-01",
        "20150701",
        "2015.7.1",
        "2015年7月1日",
        "2015 年 7 月".replace(" ", ""),
        "2015-07-01 00:00:00",
        " 2015.07 ",
        "２０１５．０７",
        "2015、7",
        "二〇一五年七月",
        "二零一五年七月一日",
    ],
)
def test_july_2015(text: str) -> None:
    assert read_date(text, today=TODAY) == date(2015, 7, 1)


def test_cells_of_dates_and_numbers() -> None:
    assert read_date("2015-07-09", day=date(2015, 7, 9), today=TODAY) == date(2015, 7, 9)
    assert read_date("42186", numeric=True, today=TODAY) == date(2015, 7, 1)
    assert read_date("2015.07", numeric=True, today=TODAY) == date(2015, 7, 1)
    assert read_date("2015.7", numeric=True, today=TODAY) == date(2015, 7, 1)
    assert read_date("2015.11", numeric=True, today=TODAY) == date(2015, 11, 1)
    assert read_date("201510", numeric=True, today=TODAY) == date(2015, 10, 1)
    assert read_date("2015.1", today=TODAY) == date(2015, 1, 1)  # typed as text: nothing was lost


@pytest.mark.parametrize(
    ("text", "numeric", "message"),
    [
        ("2015.1", True, "“2015.1”可能是1月，也可能是10月，请写成 2015-01 或 2015-10"),
        ("2015", False, "“2015”只有年份，请补上月份，如 2015-07"),
        ("2015年2月30日", False, "“2015年2月30日”这一天不存在，请核对"),
        ("201513", False, "“201513”这一天不存在，请核对"),
        ("2027.01", False, "“2027.01”不在1921年7月到今天之间，请核对"),
        ("1920.01", False, "“1920.01”不在1921年7月到今天之间，请核对"),
        ("20157", True, "“20157”看不出是哪年哪月，请写成 2015-07 或 2015-07-01"),
        ("42186", False, "“42186”看不出是哪年哪月，请写成 2015-07 或 2015-07-01"),
        ("15.7", False, "“15.7”看不出是哪年哪月，请写成 2015-07 或 2015-07-01"),
        ("不详", False, "“不详”看不出是哪年哪月，请写成 2015-07 或 2015-07-01"),
        ("2015年7月至今", False, "“2015年7月至今”看不出是哪年哪月，请写成 2015-07 或 2015-07-01"),
    ],
)
def test_what_is_unclear_is_asked_about(text: str, *, numeric: bool, message: str) -> None:
    with pytest.raises(UnclearDate) as caught:
        read_date(text, numeric=numeric, today=TODAY)
    assert str(caught.value) == message


def chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    digits = "〇一二三四五六七八九"
    if tens == 0:
        return digits[ones]
    return ("" if tens == 1 else digits[tens]) + "十" + ("" if ones == 0 else digits[ones])


DAYS = st.dates(FOUNDING, TODAY)


@given(DAYS)
def test_every_day_is_read_in_every_form(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    for text in (
        day.isoformat(),
        f"{year}.{month}.{number}",
        f"{year}/{month:02}/{number}",
        f"{year}年{month}月{number}日",
        f"{day:%Y%m%d}",
        "".join("〇一二三四五六七八九"[int(one)] for one in str(year)) + f"年{chinese(month)}月{chinese(number)}日",
    ):
        assert read_date(text, today=TODAY) == day
    for text in (f"{year}.{month:02}", f"{year}-{month}", f"{year}年{month}月", f"{year}{month:02}"):
        first = day.replace(day=1)
        assert read_date(text, today=TODAY) == first


@given(DAYS)
def test_an_excel_serial_is_its_day_unless_it_looks_like_year_and_month(day: date) -> None:
    serial = str((day - date(1899, 12, 30)).days)
    if serial.startswith(("19", "20")) or len(serial) != 5:
        with pytest.raises(UnclearDate):
            read_date(serial, numeric=True, today=TODAY)
    else:
        assert read_date(serial, numeric=True, today=TODAY) == day


@given(text=st.text(max_size=30), numeric=st.booleans())
def test_any_text_gives_a_day_or_a_question(text: str, *, numeric: bool) -> None:
    try:
        day = read_date(text, numeric=numeric, today=TODAY)
    except UnclearDate:
        return
    assert FOUNDING <= day <= TODAY


def test_the_day_after_today_is_asked_about() -> None:
    with pytest.raises(UnclearDate):
        read_date((TODAY + timedelta(days=1)).isoformat(), today=TODAY)
