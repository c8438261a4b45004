"""What the rules that read a sheet know of it: its cells, and how an office program names one."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol


class CellLike(Protocol):
    """A cell of a sheet: its text, the day of a date cell, and whether it holds a number."""

    @property
    def text(self) -> str: ...
    @property
    def day(self) -> date | None: ...
    @property
    def numeric(self) -> bool: ...


class SheetLike(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def rows(self) -> Sequence[Sequence[CellLike]]: ...
    @property
    def merged(self) -> Sequence[tuple[int, int, int, int]]: ...


def cell_name(line: int, at: int) -> str:
    """B7 for row index 6, column index 1."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{line + 1}"
