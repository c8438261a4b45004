"""Calls for model groups (示范党小组) and the nominations that answer them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Model
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.nominations.course import NominationState as NominationState
from app.nominations.course import Origin as Origin


class NominationCall(Model):
    """A committee's call of a year. `rules` is data for `eligibility`; the quota is a maximum, never a duty."""

    __tablename__ = "nomination_call"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    last_quarter: Mapped[Quarter]  # the window of quarters ends here
    rules: Mapped[dict[str, Any]]
    quota_percent: Mapped[int] = mapped_column(default=30)
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("committee_id", "year", "title"),
        CheckConstraint("quota_percent BETWEEN 1 AND 100", name="quota"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return self.title

    def is_open(self, day: date) -> bool:
        """Both days included."""
        return self.closed_at is None and self.opens_on <= day <= self.closes_on


class Nomination(Model):
    """A branch nominates one of its groups. Names and eligibility are kept as they were when it was submitted."""

    __tablename__ = "nomination"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("nomination_call.id"))
    state: Mapped[NominationState] = mapped_column(default=NominationState.DRAFT)
    origin: Mapped[Origin] = mapped_column(default=Origin.BRANCH)
    studied_on: Mapped[date | None]  # the day of the branch committee's meeting (支委会研究)
    statement: Mapped[str] = mapped_column(Text, default="")
    branch_name: Mapped[str] = mapped_column(String(60), default="")
    group_name: Mapped[str] = mapped_column(String(60), default="")
    brand_name: Mapped[str] = mapped_column(String(20), default="")
    eligibility: Mapped[dict[str, Any]] = mapped_column(default=dict)
    nominated_by: Mapped[str] = mapped_column(String(40), default="")
    submitted_at: Mapped[datetime | None]
    return_reason: Mapped[str] = mapped_column(String(300), default="")
    decision_reason: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_on: Mapped[date | None]
    document_no: Mapped[str] = mapped_column(String(60), default="")
    version: Mapped[int] = mapped_column()

    call: Mapped[NominationCall] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("call_id", "group_id"),
        Index(None, "committee_id", "branch_id", "state", "id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"推荐{self.group_name or '党小组'}为示范党小组"
