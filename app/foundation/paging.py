"""Paging by position: no OFFSET, so the last page costs what the first costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")

# What a key of a row can be on every database.
LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of an ordered list and the key from which the next page starts (None at the end)."""

    rows: Sequence[T]
    next_key: str | None


def page_of(rows: Sequence[T], size: int, key: Callable[[T], str]) -> Page[T]:
    """The page of a query that asked for `size + 1` rows: the extra row only tells that more follow."""
    if len(rows) <= size:
        return Page(rows, None)
    return Page(rows[:size], key(rows[size - 1]))


def row_id(text: str) -> int:
    """For `request.args.get(…, type=row_id)`: a number that a row can have; ValueError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST_NUMBER):
        raise ValueError(f"not a number of a row: {text[:20]!r}")
    return int(text)


def requested_key() -> str | None:
    """The key in the address (`?after=`), None on the first page. Never trusted: the query parses it."""
    return request.args.get("after") or None
