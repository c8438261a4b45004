"""A composed board page written down as plain data when it is printed, and read again.

What is read is what was composed on that day: a later release may compose otherwise, a printed page does not change.
"""

from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from app.board.composition import Sheet
from app.board.figures import Ear, Figure, Honour


@dataclass(frozen=True, slots=True)
class Content:
    """All of a board page but its masthead."""

    sheet: Sheet
    ear: Ear
    figures: tuple[Figure, ...]
    quality: tuple[Figure, ...] = ()
    """The group's indicators, with the values known when the page was composed."""
    honours: tuple[Honour, ...] = ()
    confirmers: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    is_over: bool = False
    """The month had passed when the page was composed."""


def written(value: Any) -> Any:
    """As JSON knows it."""
    if is_dataclass(value):
        return {field.name: written(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [written(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def read(kind: Any, plain: Any) -> Any:
    """A value of `kind` from what `written` made of it. What an older release did not write takes its default."""
    if isinstance(kind, UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if plain is None:
        return None
    if get_origin(kind) is tuple:
        item, *rest = get_args(kind)
        if rest == [...]:
            return tuple(read(item, one) for one in plain)
        return tuple(read(one, part) for one, part in zip((item, *rest), plain, strict=True))
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{name: read(hint, plain[name]) for name, hint in _hints(kind) if name in plain})
    if kind is date:
        return date.fromisoformat(plain)
    return kind(plain) if kind is Fraction or (isinstance(kind, type) and issubclass(kind, Enum)) else plain


@cache
def _hints(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))
