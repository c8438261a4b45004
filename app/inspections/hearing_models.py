"""What is said of open sheets: the review's decisions, the groups' answers, their appeals and what became of them."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Exact, Model
from app.foundation.places import Place
from app.inspections.models import Sheet


class ReviewDecision(Model):
    """What the review decided on one criterion of a sheet. A later one replaces it; nothing is overwritten."""

    __tablename__ = "review_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(12))
    again: Mapped[bool]  # the panel is asked to look once more; else the marks stand
    reason: Mapped[str] = mapped_column(String(300))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    decided_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_review_decision_current",
            "sheet_id", "code",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )  # fmt: skip


class Feedback(Model):
    """A group's answer to its sheet before it is published: seen, with or without words. Going back to the review
    replaces it: the sheet may be another one then."""

    __tablename__ = "feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    words: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    answered_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_feedback_current",
            "sheet_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )


class AppealOutcome(StrEnum):
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # by the group, before anybody decided

    @property
    def label(self) -> str:
        return OUTCOME_NAMES[self]


OUTCOME_NAMES = {
    AppealOutcome.UPHELD: "申诉成立",
    AppealOutcome.REJECTED: "申诉不成立",
    AppealOutcome.WITHDRAWN: "已撤回",
}
DECISIONS = (AppealOutcome.UPHELD, AppealOutcome.REJECTED)
"""What the committee may say; only these stand in a slip."""


class Appeal(Model):
    """A group's appeal against one criterion, once a round, and what became of it, which stays: decided, or withdrawn, then
    `decider` and `decided_at` say by whom and when. `before` and `after` are the
    criterion's points at the appeal and after an upheld one; None says 不适用 (and before a decision: not yet)."""

    __tablename__ = "appeal"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(500))
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    before: Mapped[Fraction | None] = mapped_column(Exact)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    appealed_at: Mapped[datetime]
    outcome: Mapped[AppealOutcome | None]
    after: Mapped[Fraction | None] = mapped_column(Exact)
    decision: Mapped[str] = mapped_column(String(500), default="")
    decider: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    sheet: Mapped[Sheet] = relationship()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("sheet_id", "code"), Index(None, "committee_id", "outcome"))

    @property
    def place(self) -> Place:
        return self.sheet.place

    @property
    def label(self) -> str:
        return f"{self.sheet.label} 申诉 {self.code}"
