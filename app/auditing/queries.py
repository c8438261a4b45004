"""Reads of the audit trail, newest first; the line's number is the position."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, or_, select, table

from app.audit.chain import faults
from app.audit.models import AuditLine
from app.audit.operations import hashed_fields
from app.foundation import clock
from app.foundation.db import LIKE_ESCAPE, db, like_pattern

_branch_name = table("branch_name", column("branch_id"), column("name"), column("starts_on"), column("committee_id"))
_group_name = table("group_name", column("group_id"), column("name"), column("starts_on"))


@dataclass(frozen=True)
class Filter:
    """Empty fields do not narrow. Days are days of the house, both included."""

    committees: frozenset[int]
    who: str = ""
    subject: str = ""  # the part of the act before the dot
    branch_id: int | None = None
    first: date | None = None
    last: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        committee: Any = AuditLine.committee_id
        if self.first is None and self.last is None:
            # Walk back by number until a page is full: by the index on committee and time, which the sum keeps out,
            # every line that there ever was would have to be sorted first.
            committee = committee + 0
        found: list[ColumnElement[bool]] = [committee.in_(self.committees)]
        if self.who:
            pattern = like_pattern(self.who)
            found.append(
                or_(*(told.like(pattern, escape=LIKE_ESCAPE) for told in (AuditLine.actor, AuditLine.subject)))
            )
        if self.subject:
            # From "photo." to before "photo/": a range, which the index on act answers.
            found += [AuditLine.act >= f"{self.subject}.", AuditLine.act < f"{self.subject}/"]
        if self.branch_id is not None:
            found.append(AuditLine.branch_id == self.branch_id)
        if self.first is not None:
            found.append(AuditLine.at >= _midnight(self.first))
        if self.last is not None:
            found.append(AuditLine.at < _midnight(self.last + timedelta(days=1)))
        return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.HOUSE_ZONE)


def newest(wanted: Filter, before: int | None, size: int) -> Select[AuditLine]:
    conditions = wanted.conditions()
    if before is not None:
        conditions.append(AuditLine.id < before)
    return select(AuditLine).where(*conditions).order_by(AuditLine.id.desc()).limit(size)


def lines(wanted: Filter, *, before: int | None = None, size: int = 50) -> Sequence[AuditLine]:
    """One more than `size`, so that the caller knows whether older ones follow."""
    return db.session.scalars(newest(wanted, before, size + 1)).all()


def branches(committees: Collection[int]) -> Mapping[int, str]:
    """Every branch there ever was, under its latest name."""
    rows = db.session.execute(
        select(_branch_name.c.branch_id, _branch_name.c.name)
        .where(_branch_name.c.committee_id.in_(committees))
        .order_by(_branch_name.c.branch_id, _branch_name.c.starts_on)
    )
    return {row.branch_id: row.name for row in rows}


def group_names(group_ids: Collection[int]) -> Mapping[int, str]:
    rows = db.session.execute(
        select(_group_name.c.group_id, _group_name.c.name)
        .where(_group_name.c.group_id.in_(group_ids))
        .order_by(_group_name.c.group_id, _group_name.c.starts_on)
    )
    return {row.group_id: row.name for row in rows}


def last_line() -> AuditLine | None:
    return db.session.scalar(select(AuditLine).order_by(AuditLine.id.desc()).limit(1))


@dataclass(frozen=True)
class ChainState:
    lines: int
    faults: tuple[str, ...]


def chain_state() -> ChainState:
    """Walks the whole chain; memory stays flat."""
    counted = db.session.scalar(select(func.count()).select_from(AuditLine)) or 0
    return ChainState(counted, tuple(faults(_chained())))


def _chained() -> Iterator[tuple[int, str, str, Mapping[str, Any]]]:
    for line in db.session.scalars(select(AuditLine).order_by(AuditLine.id).execution_options(yield_per=500)):
        yield line.id, line.previous_hash, line.hash, hashed_fields(line)
