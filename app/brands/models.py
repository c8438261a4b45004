"""Brands and their versions. What a brand said on a day is the version in force on that day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.brands.course import BrandState as BrandState
from app.foundation.db import Model
from app.foundation.places import Place


class Brand(Model):
    """A brand in the tree: `parent_id` None is a branch brand; the depth is not limited."""

    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    sort_order: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_on: Mapped[date | None]  # 摘牌, or the group's end

    versions: Mapped[list["BrandVersion"]] = relationship(
        order_by="BrandVersion.number", back_populates="brand", lazy="selectin", cascade="all, delete-orphan"
    )

    __table_args__ = (Index(None, "committee_id", "branch_id", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return self.versions[-1].name if self.versions else "新品牌"


class BrandVersion(Model):
    """One wording of a brand. `in_force_from` is set when the branch approves it; drafts have none.

    `carriers`, `measures`, `results`, `indicators` are lists of short texts; `outlines` keeps the seal's glyph paths,
    so that a page draws the seal without any font.
    """

    __tablename__ = "brand_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[BrandState] = mapped_column(default=BrandState.DRAFT)
    in_force_from: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(20))
    slogan: Mapped[str] = mapped_column(String(60), default="")
    connotation: Mapped[str] = mapped_column(Text, default="")
    trait: Mapped[str] = mapped_column(String(120), default="")
    mechanism: Mapped[str] = mapped_column(Text, default="")
    influence: Mapped[str] = mapped_column(Text, default="")
    carriers: Mapped[list[Any]] = mapped_column(default=list)
    measures: Mapped[list[Any]] = mapped_column(default=list)
    results: Mapped[list[Any]] = mapped_column(default=list)
    indicators: Mapped[list[Any]] = mapped_column(default=list)
    owner: Mapped[str] = mapped_column(String(60), default="")
    responsible: Mapped[str] = mapped_column(String(40), default="")
    created_on: Mapped[date | None]  # when the brand was founded, as the unit states it
    logo_note: Mapped[str] = mapped_column(Text, default="")
    logo_approval: Mapped[str] = mapped_column(String(120), default="")  # who, when, document number
    seal_shape: Mapped[str] = mapped_column(String(12), default="")  # empty: by the name's length
    seal_reads_across: Mapped[bool] = mapped_column(default=False)  # 横读
    hue: Mapped[str] = mapped_column(String(4), default="")  # one of the eight hue classes; empty: ink
    outlines: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(200), default="")  # why this version; mandatory from the second on
    return_reason: Mapped[str] = mapped_column(String(200), default="")
    decision: Mapped[str] = mapped_column(String(120), default="")  # which meeting of the branch resolved it
    filing_note: Mapped[str] = mapped_column(String(120), default="")  # the committee's document, when there is one
    written_by: Mapped[str] = mapped_column(String(40), default="")
    updated_at: Mapped[datetime]
    created_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    filed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    brand: Mapped[Brand] = relationship(back_populates="versions")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("brand_id", "number"), Index(None, "committee_id", "state", "id"))

    @property
    def place(self) -> Place:
        return self.brand.place

    @property
    def label(self) -> str:
        return f"{self.name} 第{self.number}版"


class BrandTeam(Model):
    """A brand version names the work teams that it covers."""

    __tablename__ = "brand_team"

    brand_version_id: Mapped[int] = mapped_column(ForeignKey("brand_version.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("work_team.id"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))


class BrandGoal(Model):
    """A brand version serves branch goals."""

    __tablename__ = "brand_goal"

    brand_version_id: Mapped[int] = mapped_column(ForeignKey("brand_version.id", ondelete="CASCADE"), primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))


class Goal(Model):
    """A branch's goal for a year, which brands and activities serve."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    sort_order: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (Index(None, "committee_id", "branch_id", "year", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id)

    @property
    def label(self) -> str:
        return self.title
