"""Writers of one SQLite file stand in line before they reach it, first come first served.

The database's own busy handler sleeps and lets latecomers pass, and so do plain locks: whoever has just written and
comes again finds the lock free before a sleeper wakes. Here the threads of a process stand in a line; the first of each
process waits at a gate, and only one at the gate may wait for the turn, so that processes alternate.
"""

import fcntl
import os
import threading
import time
from collections import deque
from contextlib import suppress

PATIENCE = 0.001
"""Seconds between two tries for another process's lock: the kernel offers no wait with an end."""


class Line:
    """The threads of this process, in order of arrival."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def enter(self, seconds: float) -> bool:
        """False when it was not one's turn in time."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            call = threading.Lock()
            call.acquire()
            self._waiting.append(call)
        if call.acquire(timeout=seconds):
            return True
        with self._guard:
            if call in self._waiting:
                self._waiting.remove(call)
                return False
        return True  # called in the very moment of giving up

    def leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


class Turn:
    """One turn at a time among processes, at two lock files beside the database. The kernel frees those of a process
    that dies."""

    def __init__(self, database: str) -> None:
        self._gate, self._turn = (
            os.open(f"{database}.{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600) for name in ("next", "writers")
        )

    def take(self, until: float) -> bool:
        """`until` on the monotonic clock; False when it was not one's turn by then."""
        if not _lock(self._gate, until):
            return False
        try:
            return _lock(self._turn, until)
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)

    def give(self) -> None:
        fcntl.flock(self._turn, fcntl.LOCK_UN)


def _lock(file: int, until: float) -> bool:
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= until:
            return False
        time.sleep(PATIENCE)
