"""What the trail keeps for `flask verify`; the auditor's own reads stand in `auditing`."""

from contextlib import closing
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, exists, select, text
from sqlalchemy.orm import aliased

from app.audit.models import AuditLine
from app.foundation.db import db

MARKING = "mark.panel"
"""Most of all acts. It writes a mark and what its sheet comes to, nothing else: a test holds that."""

MOST_LINES = 500
_NEWEST = "SELECT id, hash FROM audit_line ORDER BY id DESC LIMIT 1"
_SINCE = "SELECT hash, act FROM audit_line WHERE id >= {} ORDER BY id"


@dataclass(frozen=True, slots=True)
class Head:
    """The newest line, whose hash names the state of the whole house."""

    id: int
    hash: str
    besides_marks: str
    """Of a line after which nothing but marks was given: names the state of all that no mark changes."""


_seen: WeakKeyDictionary[Engine, Head] = WeakKeyDictionary()


def head(engine: Engine | None = None) -> Head | None:
    """None before the first act.

    Asked at every page, so by the driver itself, in 12 us: by an engine or a session it costs four to sixteen times that.
    """
    engine = engine or db.engine
    try:
        return _head(engine)
    except engine.dialect.loaded_dbapi.Error:
        # Asked in the engine's own way, the error has its usual name, and a server that went away is asked anew.
        with engine.connect() as connection:
            connection.execute(text(_NEWEST))
        return _head(engine)


def _head(engine: Engine) -> Head | None:
    known = _seen.get(engine)
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute(_NEWEST)
        newest = cursor.fetchone()
        if newest is None or (known is not None and known.hash == newest[1]):
            return known if newest else None
        besides_marks = newest[1]
        if known is not None and 0 < newest[0] - known.id <= MOST_LINES:
            cursor.execute(_SINCE.format(known.id))
            (then, _), *since = cursor.fetchall()
            if then == known.hash and all(act == MARKING for _, act in since):
                besides_marks = known.besides_marks
    found = _seen[engine] = Head(newest[0], newest[1], besides_marks)
    return found


def recorded_digests(act: str) -> dict[int, str]:
    """By the id of what was frozen by `act`, the digest that its line recorded.

    Those of demo committees that were cleared since (`demo.clear` names the committee) are gone rightly.
    """
    cleared = aliased(AuditLine)
    since = exists().where(
        cleared.act == "demo.clear", cleared.subject_id == AuditLine.committee_id, cleared.id > AuditLine.id
    )
    rows = db.session.execute(
        select(AuditLine.subject_id, AuditLine.after).where(AuditLine.act == act, ~since).order_by(AuditLine.id)
    )
    return {row.subject_id: (row.after or {}).get("digest", "") for row in rows}
