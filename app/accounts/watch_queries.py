"""Acts of administrators that somebody else should see: power given or taken, passwords reset, accounts closed.

Duties are kept apart by being seen: what is done to an account is told to its owner, and what is done to an account
that speaks for a committee, administrates or audits is told to the committee's people and to the auditor.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select

from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.audit.models import AuditLine
from app.foundation.db import db

CREATED = "account.create"
WORDS = {
    CREATED: "新建账号",
    "account.grant-role": "授予{role}",
    "account.end-role": "免去{role}",
    "account.reset-password": "重置密码",
    "account.disable": "停用账号",
    "account.enable": "恢复账号",
}

MOST = 200
"""So many are listed: nothing that counts is pushed out by a handful of harmless acts after it."""


@dataclass(frozen=True)
class AccountAct:
    line: int  # the audit line's number
    at: datetime
    doer: str
    words: str
    subject: str


def _acts() -> Select[Any]:
    return (
        select(AuditLine.id, AuditLine.at, AuditLine.actor, AuditLine.act, AuditLine.subject, AuditLine.before,
               AuditLine.after)
        .where(AuditLine.act.in_(WORDS))
        .order_by(AuditLine.id.desc())
    )  # fmt: skip


def _told(row: Row[Any]) -> AccountAct:
    role = ((row.after or {}).get("role")) or (row.before or {}).get("role")
    words = WORDS[row.act].format(role=Role(role).label if role else "")
    return AccountAct(row.id, row.at, row.actor, words, row.subject)


def done_to(account_id: int, *, since: datetime | None = None, limit: int = MOST) -> list[AccountAct]:
    """What others did to the account, newest first."""
    wanted = _acts().where(
        AuditLine.subject_type == Account.__tablename__,
        AuditLine.subject_id == account_id,
        AuditLine.act != CREATED,
        or_(AuditLine.account_id.is_(None), AuditLine.account_id != account_id),
    )
    if since is not None:
        wanted = wanted.where(AuditLine.at >= since)
    return [_told(row) for row in db.session.execute(wanted.limit(limit))]


def done_to_offices(
    committees: Collection[int], since: datetime, *, but: int | None = None, limit: int = MOST
) -> list[AccountAct]:
    """What was done to accounts that hold or held a role of a committee, newest first; not those of the reader's own.
    Also the accounts made for members who hold a post: until they hear of it, whoever made it could speak for them."""
    office = exists().where(Appointment.account_id == AuditLine.subject_id)
    posted = exists().where(Account.id == AuditLine.subject_id, Appointment.member_id == Account.member_id)
    wanted = _acts().where(
        AuditLine.committee_id.in_(committees),
        AuditLine.at >= since,
        AuditLine.subject_id != (but or 0),
        or_(
            and_(AuditLine.act == CREATED, posted),  # an office's account is told by the role that it is given
            and_(AuditLine.act != CREATED, office),
            AuditLine.act.in_(("account.grant-role", "account.end-role")),
        ),
    )
    return [_told(row) for row in db.session.execute(wanted.limit(limit))]
