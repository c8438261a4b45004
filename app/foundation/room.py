"""Room for files in hand: so many bytes at once in a process, given out in the order of asking.

Whoever would make the line too long, or waits too long in it, is turned away: a thread that waits is one less for pages.
"""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class NoRoom(Exception):
    """Nothing was begun; it may be tried again."""


class Room:
    """`least` is charged for the smallest thing too, so that it bounds how many are in hand; one that is larger than
    everything gets everything."""

    def __init__(self, space: int, *, least: int, line: int) -> None:
        self._space, self._least, self._longest = space, least, line
        self._free = space
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, size: int, seconds: float) -> Iterator[None]:
        size = min(max(size, self._least), self._space)
        self._take(size, seconds)
        try:
            yield
        finally:
            with self._changed:
                self._free += size
                self._changed.notify_all()

    def _take(self, size: int, seconds: float) -> None:
        ticket = object()
        with self._changed:
            if len(self._line) >= self._longest:
                raise NoRoom
            self._line.append(ticket)
            try:
                if not self._changed.wait_for(lambda: self._line[0] is ticket and self._free >= size, seconds):
                    raise NoRoom
                self._free -= size
            finally:
                self._line.remove(ticket)
                self._changed.notify_all()
