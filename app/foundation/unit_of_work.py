"""The one place that commits.

A GET runs in a read transaction that is always rolled back. Any other request gets one write transaction, opened
by the guard before it loads the object (or by the view itself after slow work such as decoding a photo), committed
when the answer is below 400 and rolled back otherwise. Commands and sign-in use `transaction()`.

On SQLite writers stand in line before they reach the file (see `queue`), and whoever does not get a turn within
WRITE_WAIT_SECONDS is told so: nothing of theirs is stored, and nothing is lost.
"""

import os
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from flask import Flask, Response, current_app, g, request

from app.foundation.db import db
from app.foundation.errors import Refused
from app.foundation.queue import Line, Turn

_line = Line()
_turns: dict[tuple[int, str], Turn] = {}  # by process and database: a forked process opens lock files of its own
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Busy(Refused):
    status = 503

    def __init__(self) -> None:
        super().__init__("此刻存的人太多，这一次没有轮到，请过一分钟再提交。")


def pause() -> None:
    """End the read transaction and give its connection back: what follows waits for a slow phone or a decoder, and as
    many connections as there are threads would be too many for a database."""
    if not g.get("writing", False):
        db.session.rollback()


def begin_write() -> None:
    """End the read transaction and open a write transaction; rows loaded before are read anew when touched.

    Raises Busy when there was no turn in time, OperationalError when a program outside the line holds the database for
    longer than the busy timeout.
    """
    if g.get("writing", False):
        return
    db.session.rollback()
    try:
        if db.engine.dialect.name == "sqlite":
            _stand_in_line(db.engine.url.database)
        db.session.connection(execution_options={"writes": True})
    except BaseException:
        _leave_queue()
        raise
    g.writing = True


def _stand_in_line(database: str | None) -> None:
    until = time.monotonic() + current_app.config["WRITE_WAIT_SECONDS"]
    if not _line.enter(until - time.monotonic()):
        raise Busy
    g.queued = True
    if not database or database == ":memory:":
        return
    key = (os.getpid(), database)
    if key not in _turns:
        _turns[key] = Turn(database)
    if not _turns[key].take(until):
        raise Busy
    g.turn = _turns[key]


def _leave_queue() -> None:
    if turn := g.pop("turn", None):
        turn.give()
    if g.pop("queued", False):
        _line.leave()


def at_end(key: Hashable, last: Callable[[], None]) -> None:
    """Work that waits until everything else of this write transaction is done, once for each key; it belongs to the
    transaction and is dropped with it."""
    g.setdefault("last_work", {})[key] = last


def _end(*, keep: bool) -> None:
    last_work = g.pop("last_work", {})
    try:
        if keep:
            for last in last_work.values():
                last()
            db.session.commit()
        else:
            db.session.rollback()
    except BaseException:
        db.session.rollback()
        raise
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
