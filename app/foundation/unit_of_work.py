"""The one place that commits.

A GET runs in a read transaction that is always rolled back. Any other request gets one write transaction, opened
by the guard before it loads the object (or by the view itself after slow work such as decoding a photo), committed
when the answer is below 400 and rolled back otherwise. Commands and sign-in use `transaction()`.

On SQLite writers queue before they reach the file, the threads of a process at a lock, the processes at a lock file:
waiting there is fair, while the database's own busy handler sleeps and lets latecomers pass (p99 of eight writers on
two processes was more than ten times higher without it).
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, g, request
from sqlalchemy.exc import OperationalError

from app.foundation.db import BUSY_TIMEOUT_MS, db

_queue = threading.Lock()
_lock_files: dict[str, int] = {}  # by database: the file at which the processes take turns
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def begin_write() -> None:
    """End the read transaction and open a write transaction; rows loaded before are read anew when touched.

    Raises OperationalError when another writer holds the database for longer than the busy timeout.
    """
    if g.get("writing", False):
        return
    db.session.rollback()
    if db.engine.dialect.name == "sqlite":
        if not _queue.acquire(timeout=BUSY_TIMEOUT_MS / 1000):
            raise OperationalError("BEGIN IMMEDIATE", None, TimeoutError("the queue of writers did not move"))
        g.queued = True
    try:
        if db.engine.dialect.name == "sqlite":
            _take_turn(db.engine.url.database)
        db.session.connection(execution_options={"writes": True})
    except BaseException:
        _leave_queue()
        raise
    g.writing = True


def _take_turn(database: str | None) -> None:
    """Wait for the other processes. The kernel frees the lock of a process that dies."""
    if not database or database == ":memory:":
        return
    if database not in _lock_files:
        _lock_files[database] = os.open(f"{database}.writers", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(_lock_files[database], fcntl.LOCK_EX)
    g.turn = database


def _leave_queue() -> None:
    if turn := g.pop("turn", None):
        fcntl.flock(_lock_files[turn], fcntl.LOCK_UN)
    if g.pop("queued", False):
        _queue.release()


def _end(*, keep: bool) -> None:
    try:
        if keep:
            db.session.commit()
        else:
            db.session.rollback()
    finally:
        g.pop("writing", None)
        _leave_queue()


@contextmanager
def transaction() -> Iterator[None]:
    """One write transaction outside the request's own: commits at the end, rolls back on any error."""
    begin_write()
    try:
        yield
    except BaseException:
        _end(keep=False)
        raise
    _end(keep=True)


def _finish(response: Response) -> Response:
    if g.get("writing", False):
        _end(keep=request.method not in SAFE_METHODS and response.status_code < 400)
    return response


def _abandon(_error: BaseException | None) -> None:
    if g.get("writing", False) or g.get("queued", False):
        _end(keep=False)


def init_app(app: Flask) -> None:
    app.after_request(_finish)
    app.teardown_appcontext(_abandon)
