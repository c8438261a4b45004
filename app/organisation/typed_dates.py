"""Dates as people type them into a roster.

A date without a day stands for the first of its month, because 入党时间 is commonly kept to the month. What can be read
in two ways is asked about, never guessed.
"""

import re
import unicodedata
from datetime import date, timedelta

FOUNDING = date(1921, 7, 1)
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(7_857, 73_051)  # 1921-07-05 to 2099-12-31
_CHINESE_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_PARTS = re.compile(
    r"(\d{4})[-./年,、·\s](\d{1,2})(?:[-./月,、·\s](\d{1,2})日?号?)?月?(?:[T\s]\d{1,2}:\d{2}(?::\d{2})?(?:\.0+)?)?",
    re.ASCII,
)


class UnclearDate(ValueError):
    """The text is no date, or two; the message is Chinese and shows how to write it."""


def read_date(text: str, *, day: date | None = None, numeric: bool = False, today: date) -> date:
    """`day` is the date of a date cell; `numeric` marks the text of a number cell, which has lost trailing zeros."""
    found = day or _from_text(unicodedata.normalize("NFKC", text).strip(), numeric=numeric)
    if not FOUNDING <= found <= today:
        raise UnclearDate(f"“{text.strip()}”不在1921年7月到今天之间，请核对")
    return found


def _from_text(text: str, *, numeric: bool) -> date:
    if text.isascii() and text.isdigit():
        return _from_digits(text, numeric=numeric)
    if numeric and re.fullmatch(r"\d{4}\.1", text):
        year = text[:4]
        raise UnclearDate(f"“{text}”可能是1月，也可能是10月，请写成 {year}-01 或 {year}-10")
    match = _PARTS.fullmatch(_chinese_numerals(text))
    if match is None:
        raise UnclearDate(f"“{text[:20]}”看不出是哪年哪月，请写成 2015-07 或 2015-07-01")
    return _day(text, int(match[1]), int(match[2]), int(match[3] or 1))


def _from_digits(text: str, *, numeric: bool) -> date:
    if len(text) == 8:
        return _day(text, int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 6:
        return _day(text, int(text[:4]), int(text[4:]), 1)
    if len(text) == 5 and numeric and int(text) in _SERIALS and not text.startswith(("19", "20")):
        return _EXCEL_EPOCH + timedelta(days=int(text))
    if len(text) == 4:
        raise UnclearDate(f"“{text}”只有年份，请补上月份，如 {text}-07")
    raise UnclearDate(f"“{text[:20]}”看不出是哪年哪月，请写成 2015-07 或 2015-07-01")


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise UnclearDate(f"“{text[:20]}”这一天不存在，请核对") from error


def _chinese_numerals(text: str) -> str:
    """二〇一五年十一月二十三日 as 2015年11月23日; other text is left as it is."""
    text = text.translate(_CHINESE_DIGITS)
    text = re.sub(r"(?<!\d)十(?!\d)", "10", text)
    text = re.sub(r"(?<!\d)十(?=\d)", "1", text)
    text = re.sub(r"(?<=\d)十(?!\d)", "0", text)
    return re.sub(r"(?<=\d)十(?=\d)", "", text)
