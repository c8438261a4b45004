"""Findings with their timeline, who looks at whom in a quarter, and a branch's checklists."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.checks.checklist import ChecklistKind
from app.checks.course import FindingState, Source, Step
from app.checks.kinds import FindingKind
from app.foundation.db import Model
from app.foundation.periods import Quarter
from app.foundation.places import Place


class MutualCheck(Model):
    """One group looks at another in a quarter (互查). `place` is that of the group that looks: its people record it.

    `fixed` says that the branch wished the pair. What was seen makes findings, never points.
    """

    __tablename__ = "mutual_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    seen_group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    quarter: Mapped[Quarter]
    checklist: Mapped[ChecklistKind] = mapped_column(default=ChecklistKind.MUTUAL_CHECK)
    until: Mapped[date]
    fixed: Mapped[bool] = mapped_column(default=False)
    visited_on: Mapped[date | None]
    seen: Mapped[str] = mapped_column(Text, default="")
    recorded_by: Mapped[str] = mapped_column(String(40), default="")
    recorded_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("group_id", "quarter"),
        UniqueConstraint("seen_group_id", "quarter"),
        CheckConstraint("group_id <> seen_group_id", name="not_itself"),
        Index(None, "committee_id", "branch_id", "quarter", "id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"{self.quarter.label}互查"


class Finding(Model):
    """Something found at a group. `text` is one sentence; `repeats` counts the like of it in the year before.

    `round_id` and `criterion_code` say from which round's pages it was raised, and from which criterion of a sheet. `answered_on` is the day of the
    latest answer, `closed_on` that of the recheck that closed it; `reopened` counts the rechecks that did not.
    """

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    state: Mapped[FindingState] = mapped_column(default=FindingState.OPEN)
    source: Mapped[Source]
    kind: Mapped[FindingKind]
    criterion_code: Mapped[str] = mapped_column(String(10), default="")
    round_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_round.id"))
    mutual_check_id: Mapped[int | None] = mapped_column(ForeignKey("mutual_check.id"), index=True)
    text: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(40))
    found_on: Mapped[date]
    due_on: Mapped[date]
    answered_on: Mapped[date | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_on: Mapped[date | None]
    reopened: Mapped[int] = mapped_column(default=0)
    repeats: Mapped[int] = mapped_column(default=0)
    try_id: Mapped[str] = mapped_column(String(32))  # made by the form: the same try makes one finding
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    raised_by: Mapped[str] = mapped_column(String(40))
    raised_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    steps: Mapped[list["FindingStep"]] = relationship(
        order_by="FindingStep.number", cascade="all, delete-orphan", back_populates="finding"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("group_id", "raised_by_id", "try_id"),
        Index(None, "group_id", "state", "due_on", "id"),
        Index(None, "group_id", "found_on", "id"),
        Index(None, "committee_id", "branch_id", "state", "due_on", "id"),
        Index(None, "committee_id", "due_on", "group_id"),
        Index(None, "raised_by_id", "state", "due_on", "id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return self.text


class FindingStep(Model):
    """One step of a finding, appended and never changed. `text` is the sentence, the answer, or the recheck's reason."""

    __tablename__ = "finding_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"))
    number: Mapped[int]
    step: Mapped[Step]
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]  # where the step sets one
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by_name: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]

    finding: Mapped[Finding] = relationship(back_populates="steps")
    photos: Mapped[list["FindingPhoto"]] = relationship(order_by="FindingPhoto.id", cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("finding_id", "number"),)


class FindingPhoto(Model):
    """A photo beside a step: taken on the spot, or one of the group's month that the answer points at."""

    __tablename__ = "finding_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("finding_step.id", ondelete="CASCADE"), index=True)
    site_photo_id: Mapped[int | None] = mapped_column(ForeignKey("site_photo.id"))
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("photo.id"))

    __table_args__ = (CheckConstraint("(site_photo_id IS NULL) <> (photo_id IS NULL)", name="one_photo"),)


class Checklist(Model):
    """A branch's own checklist; without a row the ready-made one of `checklist` holds. `items` are [kind, text]."""

    __tablename__ = "checklist"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    kind: Mapped[ChecklistKind]
    items: Mapped[list[Any]]
    changed_by: Mapped[str] = mapped_column(String(40))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("branch_id", "kind"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id)

    @property
    def label(self) -> str:
        return f"{self.kind.label}清单"
