"""Accounts, their sessions, and appointments: the one table that says who holds which role where and when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.roles import Role
from app.foundation.db import Model
from app.foundation.periods import Dated
from app.foundation.places import Place


class Account(Model):
    """Somebody who can sign in. `member_id` ties it to a Party member; administrators and auditors may have none."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    password_changed_at: Mapped[datetime]
    # A one-time password lets its owner in once, to choose another; it dies at this moment.
    password_expires_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    notice_read_at: Mapped[datetime | None]  # the notice about personal data at first sign-in
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (Index(None, "committee_id", "name", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return f"{self.name}（{self.login}）"


class SignIn(Model):
    """A signed-in browser. Only the token's SHA-256 is kept, so the table opens no session to its reader."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))

    account: Mapped[Account] = relationship()


class SignInTry(Model):
    """A try to sign in, counted before the slow hash; the names of unknown accounts are counted alike."""

    __tablename__ = "sign_in_try"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (Index(None, "login", "tried_at"),)


class Appointment(Dated, Model):
    """A role at a place for a term, held by a member (posts of the Party) or by an account (administrator, auditor)."""

    __tablename__ = "appointment"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role]
    title: Mapped[str] = mapped_column(String(30), default="")  # such as 组织委员
    starts_on: Mapped[date]

    __table_args__ = (
        CheckConstraint("(member_id IS NULL) <> (account_id IS NULL)", name="one_holder"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="term"),
        CheckConstraint("group_id IS NULL OR branch_id IS NOT NULL", name="group_has_branch"),
        UniqueConstraint("member_id", "role", "branch_id", "group_id", "starts_on"),
        Index(None, "committee_id", "branch_id", "group_id", "role"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return self.title or self.role.label
