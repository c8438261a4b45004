"""Rounds, sheets and marks: when a rubric is asked, of whom, and what was answered."""

from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Exact, Model
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.inspections.course import STATE_NAMES, Course, RoundState
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Rubric


class InspectionRound(Model):
    """A committee's inspection of one quarter."""

    __tablename__ = "inspection_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    quarter: Mapped[Quarter]
    title: Mapped[str] = mapped_column(String(60))
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric.id"))
    state: Mapped[RoundState] = mapped_column(default=RoundState.PLAN)
    stages: Mapped[list[Any]] = mapped_column(default=lambda: [RoundState.SELF_CHECK])  # of `course.OPTIONAL`
    self_check_until: Mapped[date]
    visits_until: Mapped[date | None]
    scoring_until: Mapped[date]
    feedback_until: Mapped[date | None]
    appeals_until: Mapped[date]
    shows_rank: Mapped[bool] = mapped_column(default=False)
    correction: Mapped[str] = mapped_column(String(300), default="")  # why a published round was opened again
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    rubric_version: Mapped[RubricVersion] = relationship(lazy="joined", innerjoin=True)
    panel: Mapped[list["PanelMember"]] = relationship(
        order_by="PanelMember.id", cascade="all, delete-orphan", lazy="select"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("committee_id", "quarter"),
        CheckConstraint("self_check_until <= scoring_until AND scoring_until <= appeals_until", name="dates"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return self.title

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.state]

    @property
    def course(self) -> Course:
        return Course.of(self.stages, self.correction)


class PanelMember(Model):
    """Somebody who scores in a round. `conflicts` lists the ids of the groups that they do not score: `own`, those
    that they belonged to in the quarter or when chosen, and, where the panel shares the groups out, those of others."""

    __tablename__ = "panel_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    conflicts: Mapped[list[Any]] = mapped_column(default=list)
    own: Mapped[list[Any]] = mapped_column(default=list)

    __table_args__ = (UniqueConstraint("round_id", "account_id"),)

    def scores(self, group_id: int) -> bool:
        return group_id not in self.conflicts

    def stand_back(self, own: list[int]) -> None:
        """`own` anew; what is shared out to others stays so."""
        given_to_others = set(self.conflicts) - set(self.own)
        self.own, self.conflicts = own, sorted({*own, *given_to_others})


class Sheet(Model):
    """A group in a round: made for every group that exists on the quarter's last day, in brand-tree order.

    Names, leader and `face` (hue, seal) are those of the quarter's last day, written when the round is planned and
    again at every step of its course, so that scoring reads one table.
    """

    __tablename__ = "sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id", ondelete="CASCADE"))
    position: Mapped[int]  # brand-tree order over the committee, 1 without gaps
    branch_name: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str] = mapped_column(String(60))
    leader_name: Mapped[str] = mapped_column(String(40), default="")
    brand_name: Mapped[str] = mapped_column(String(20), default="")
    face: Mapped[dict[str, Any]] = mapped_column(default=dict)
    self_checked_at: Mapped[datetime | None]
    self_checked_by: Mapped[str] = mapped_column(String(40), default="")
    edition: Mapped[int] = mapped_column(default=0)  # of its `SheetSlip` that holds; 0 before the first
    stale: Mapped[bool] = mapped_column(default=True)  # changed since that was composed
    version: Mapped[int] = mapped_column()

    round: Mapped[InspectionRound] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("round_id", "group_id"),
        Index(None, "committee_id", "round_id", "branch_id", "position"),
        Index(None, "round_id", "position"),
        Index(None, "group_id", "round_id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"{self.group_name}·{self.round.title}"

    @property
    def rubric(self) -> Rubric:
        """As the group's branch has fitted it."""
        return self.round.rubric_version.rubric_for(self.branch_id)

    @property
    def name(self) -> str:
        """What the group is called on a desk: its brand, or its own name before it has one."""
        return self.brand_name or self.group_name


class MarkSource(StrEnum):
    SELF = "self"  # 自查分
    PANEL = "panel"  # 考核分


class Mark(Model):
    """A mark of one criterion (`code` in the round's rubric). A changed mark is a new row; the old one gets
    `replaced_at` and is otherwise never touched. `points` None says 不适用; `account_id` None says one
    voice: the system or a body.

    `taken` lists deductions as they read then (label, points, unit, count); `evidence` lists the records and photos
    that the mark rests on, with their titles and dates as they were. `from_within` says that somebody of the group itself
    wrote the one mark of a body, which has nobody else.
    """

    __tablename__ = "mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(12))
    source: Mapped[MarkSource]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    points: Mapped[Fraction | None] = mapped_column(Exact)
    taken: Mapped[list[Any]] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(String(500), default="")
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    from_within: Mapped[bool] = mapped_column(default=False)
    marked_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    sheet: Mapped[Sheet] = relationship()

    __table_args__ = (
        Index(None, "sheet_id", "source", "code", "account_id"),
        Index(
            "uq_mark_current",
            "sheet_id", "code", "source", "account_id",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )  # fmt: skip

    @property
    def place(self) -> Place:
        return self.sheet.place

    @property
    def label(self) -> str:
        return f"{self.sheet.label} {self.code}"


class ConditionCheck(Model):
    """The answer to a gate (holds: met) or a veto (holds: the case occurred). Changed answers are appended as marks
    are."""

    __tablename__ = "condition_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(12))
    holds: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    checked_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "uq_condition_check_current",
            "sheet_id", "code",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
    )  # fmt: skip


class Bonus(Model):
    """Bonus points for an honour by its level; the rubric's cap holds for their sum. Withdrawn, never deleted."""

    __tablename__ = "bonus"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"), index=True)
    level: Mapped[str] = mapped_column(String(12))
    level_name: Mapped[str] = mapped_column(String(20))
    honour: Mapped[str] = mapped_column(String(80))
    points: Mapped[Fraction] = mapped_column(Exact)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    author: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    sheet: Mapped[Sheet] = relationship()

    @property
    def place(self) -> Place:
        return self.sheet.place

    @property
    def label(self) -> str:
        return f"{self.sheet.label} 加分 {self.honour}"
