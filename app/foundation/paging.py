"""Paging by position: no OFFSET, so the last page costs what the first costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")


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


def requested_key() -> str | None:
    """The key in the address (`?after=`), None on the first page. Never trusted: the query parses it."""
    return request.args.get("after") or None
