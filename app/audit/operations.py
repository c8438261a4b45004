"""Writing the audit trail."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Protocol

from flask import has_request_context, request
from sqlalchemy import select, text

from app.audit.chain import GENESIS, line_hash
from app.audit.models import AuditLine
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.foundation.places import Place

# Any constant does: it names the chain among PostgreSQL's advisory locks.
CHAIN_LOCK = 0x61756469


class Doer(Protocol):
    """Whoever acts: a signed-in person, or a command (`account_id` None)."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


class Subject(Protocol):
    """What is acted upon; `label` names it in words that an auditor reads."""

    __tablename__: str

    @property
    def id(self) -> Any: ...
    @property
    def place(self) -> Place: ...
    @property
    def label(self) -> str: ...


def wait_for_turn() -> None:
    """Until the commit nobody else adds a line, so what is read from now on is what every earlier act left. SQLite has one
    writer anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_LOCK})


def record(
    by: Doer,
    act: str,
    on: Subject,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditLine:
    """Add one line to the chain, inside the caller's write transaction.

    `act` is `<subject>.<verb>`, such as `activity.confirm`. `before` and `after` hold only what changed. Reading the
    last line and adding the next happen under the writer's lock (PostgreSQL: an advisory lock until the commit), or
    two writers would continue the same line.
    """
    db.session.flush()  # the subject needs its id
    wait_for_turn()
    last = db.session.execute(select(AuditLine.id, AuditLine.hash).order_by(AuditLine.id.desc()).limit(1)).first()
    line = AuditLine(
        id=last.id + 1 if last else 1,
        at=clock.now(),
        account_id=by.account_id,
        actor=by.name[:80],
        address=(request.remote_addr or "")[:64] if has_request_context() else "",
        act=act,
        committee_id=on.place.committee_id,
        branch_id=on.place.branch_id,
        group_id=on.place.group_id,
        subject=on.label[:200],
        subject_type=on.__tablename__,
        subject_id=on.id,
        before=None if before is None else plain(before),
        after=None if after is None else plain(after),
        previous_hash=last.hash if last else GENESIS,
    )
    line.hash = line_hash(line.previous_hash, hashed_fields(line))
    db.session.add(line)
    db.session.flush()
    return line


def hashed_fields(line: AuditLine) -> dict[str, Any]:
    """Every column but the two hashes, as plain values."""
    skipped = {"hash", "previous_hash"}
    return {
        column.key: plain(getattr(line, column.key))
        for column in AuditLine.__table__.columns
        if column.key not in skipped
    }


def plain(value: Any) -> Any:
    """A value as JSON knows it, the same before and after a trip through the database."""
    match value:
        case None | bool() | int() | str() if not isinstance(value, Enum):
            return value
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Month() | Quarter() | Fraction():
            return str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            items = [plain(item) for item in value]
            return sorted(items) if isinstance(value, set | frozenset) else items
        case _:
            raise TypeError(f"an audit line cannot hold {type(value).__name__}")
