"""The audit trail: one line per act, each carrying the hash of the line before it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Model


class AuditLine(Model):
    """Lines are only ever added. `id` is the line's number in the chain, without gaps from 1.

    Ids of other tables stand here as plain numbers: a line outlives what it speaks of.
    """

    __tablename__ = "audit_line"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(64))
    act: Mapped[str] = mapped_column(String(60))
    committee_id: Mapped[int | None]
    branch_id: Mapped[int | None]
    group_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(String(200))  # what it was done to, in words a person reads
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index(None, "committee_id", "at", "id"),
        Index(None, "account_id", "id"),
        Index(None, "act", "id"),
        Index(None, "subject_type", "subject_id", "id"),
    )
