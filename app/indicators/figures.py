"""Figures as people type them and as pages show them; exact decimals both ways."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction

PLACES = 4
WHOLE_DIGITS = 12
_FIGURE = re.compile(r"[+-]?(\d{1,12}|\d{1,3}(,\d{3})+)(\.\d*)?", re.ASCII)
_NOTHING = frozenset({"", "-", "--", "—", "——", "/", "无", "空"})


class UnreadableFigure(ValueError):
    """The text is no figure; the message is Chinese and says what to write."""


def read_figure(text: str) -> Fraction | None:
    """None for a cell that says that there is no value. Full-width digits and groups of thousands are read too."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("\u00a0", " ").strip()
    if plain in _NOTHING:
        return None
    if plain.endswith("%"):
        raise UnreadableFigure(f"“{text.strip()[:20]}”请只写数字，百分号由单位来说。")
    if _FIGURE.fullmatch(plain) is None:
        raise UnreadableFigure(f"“{text.strip()[:20]}”不是数，请写成 97.8 这样，不带单位和文字。")
    bare = plain.replace(",", "")
    _whole, _point, places = bare.partition(".")
    if len(places.rstrip("0")) > PLACES:
        raise UnreadableFigure(f"“{text.strip()[:20]}”小数超过 {PLACES} 位，请先四舍五入。")
    return Fraction(bare.rstrip("."))


def rounded(value: Fraction, places: int = PLACES) -> Fraction:
    """Half up, away from zero."""
    scale = 10**places
    size = (abs(value) * scale * 2 + 1) // 2
    return Fraction(size if value >= 0 else -size, scale)


def figure_text(value: Fraction | None, places: int = 0) -> str:
    """As it would be typed: 97.8, -0.5; nothing for no value. `places` are shown at least, so that figures that stand
    below each other align."""
    if value is None:
        return ""
    exact = rounded(value)
    whole, rest = divmod(abs(exact.numerator) * (10**PLACES // exact.denominator), 10**PLACES)
    decimals = f"{rest:0{PLACES}d}".rstrip("0").ljust(places, "0")
    return f"{'-' if exact < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def places_of(values: Iterable[Fraction | None]) -> int:
    """The most decimals that any of the values has."""
    return max((len(figure_text(one).partition(".")[2]) for one in values), default=0)


def percent_text(attainment: Fraction | None) -> str:
    """An attainment with one place, half up: 98.6."""
    return "" if attainment is None else figure_text(rounded(attainment * 100, 1), 1)
