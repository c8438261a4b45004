"""Business indicators: what is measured, from when, at whom, and the values month by month."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.foundation.db import Exact, Model
from app.foundation.periods import Month
from app.foundation.places import Place
from app.indicators.attainment import Direction, Target
from app.organisation.models import BranchName


class Indicator(Model):
    """An indicator of a whole committee (no branch) or of one branch; all that can change stands in its versions."""

    __tablename__ = "indicator"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    sort_order: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]

    versions: Mapped[list["IndicatorVersion"]] = relationship(
        order_by="IndicatorVersion.number", back_populates="indicator", cascade="all, delete-orphan"
    )

    __table_args__ = (Index(None, "committee_id", "branch_id", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id)

    @property
    def latest(self) -> "IndicatorVersion":
        return self.versions[-1]

    @property
    def label(self) -> str:
        return self.latest.name


class IndicatorVersion(Model):
    """A definition and the month from which it holds. Of the versions whose month has come the one with the latest month
    is in force, of several for one month the one with the highest number. Never changed: a changed definition is the
    next number. One that measures nobody ends the indicator."""

    __tablename__ = "indicator_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"))
    number: Mapped[int]
    from_month: Mapped[Month]
    name: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str] = mapped_column(String(10), default="")
    direction: Mapped[Direction]
    bound: Mapped[Fraction] = mapped_column(Exact)
    upper: Mapped[Fraction | None] = mapped_column(Exact)
    baseline: Mapped[Fraction | None] = mapped_column(Exact)
    weight: Mapped[Fraction] = mapped_column(Exact)
    source: Mapped[str] = mapped_column(String(60), default="")
    responsible: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]

    indicator: Mapped[Indicator] = relationship(back_populates="versions")
    scopes: Mapped[list["IndicatorScope"]] = relationship(
        order_by="IndicatorScope.id", cascade="all, delete-orphan", lazy="select"
    )

    __table_args__ = (
        UniqueConstraint("indicator_id", "number"),
        Index(None, "committee_id", "from_month"),
        CheckConstraint("(direction = 'range') = (upper IS NOT NULL)", name="bounds"),
    )

    @property
    def target(self) -> Target:
        return Target(self.direction, self.bound, self.upper)


class IndicatorScope(Model):
    """A version measures a group, as a whole or at one of the work teams that it covers."""

    __tablename__ = "indicator_scope"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("work_team.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("indicator_version.id", ondelete="CASCADE"))

    __table_args__ = (
        Index(None, "committee_id", "branch_id", "group_id"),
        Index(None, "version_id"),
        Index(None, "group_id"),
    )


class IndicatorValue(Model):
    """A month's value. A changed one is a new row; the old one gets `replaced_at` and is otherwise never touched.

    `value` None takes a value back. `reason` is asked for late corrections.
    """

    __tablename__ = "indicator_value"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("work_team.id"))
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    month: Mapped[Month]
    value: Mapped[Fraction | None] = mapped_column(Exact)
    reason: Mapped[str] = mapped_column(String(300), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    entered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "committee_id", "branch_id", "month", "group_id"),
        Index(None, "group_id", "month"),
        # Two, because a unique index takes no two empty teams for the same.
        Index(
            "uq_indicator_value_group",
            "indicator_id", "group_id", "month",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND team_id IS NULL"),
            postgresql_where=text("replaced_at IS NULL AND team_id IS NULL"),
        ),
        Index(
            "uq_indicator_value_team",
            "indicator_id", "group_id", "team_id", "month",
            unique=True,
            sqlite_where=text("replaced_at IS NULL AND team_id IS NOT NULL"),
            postgresql_where=text("replaced_at IS NULL AND team_id IS NOT NULL"),
        ),
    )  # fmt: skip


class ValuePreview(Model):
    """A table of values that was read and shown but not yet confirmed: its cells, never the file itself. Only the account
    that uploaded it may confirm it, once, before it expires."""

    __tablename__ = "value_preview"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    rows: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    branch_name: Mapped[str] = column_property(
        select(BranchName.name)
        .where(BranchName.branch_id == branch_id)
        .order_by(BranchName.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )

    __table_args__ = (Index(None, "account_id", "id"), Index(None, "expires_at"))

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id)

    @property
    def label(self) -> str:
        return self.file_name
