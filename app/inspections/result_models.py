"""What was published: immutable rows from which every page of a past quarter is drawn, with no live table."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Model
from app.foundation.periods import Quarter
from app.foundation.places import Place


class Publication(Model):
    """A round's published result. A correction is a new row with the next number; older ones stay readable.

    `digest` is the SHA-256 over the canonical JSON of the head and of its results' digests in order of position.
    Only `superseded_at` is ever written after publishing, and the digest leaves it out.
    """

    __tablename__ = "publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("inspection_round.id"))
    quarter: Mapped[Quarter]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    committee_name: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(300), default="")  # mandatory from the second number on
    rubric_title: Mapped[str] = mapped_column(String(80))
    rubric: Mapped[dict[str, Any]]  # the rubric's content as it was
    panel: Mapped[list[Any]]  # the names of those who scored
    shows_rank: Mapped[bool]
    appeals_until: Mapped[date]
    groups: Mapped[int]
    bands: Mapped[dict[str, Any]] = mapped_column(default=dict)  # band -> groups
    published_by: Mapped[str] = mapped_column(String(40))
    published_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        Index(None, "committee_id", "quarter", "number"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return f"{self.title}结果第{self.number}版"


class GroupResult(Model):
    """One group's frozen result. `slip` holds every line of its 得分说明单. Totals are hundredths of a point.

    `position` is the brand-tree order over the committee, 1 without gaps, and `branch_position` the same within the
    branch: pages go by them. Ranks share places; a vetoed result has none. `rank_in_all` is the place among all
    results published for the quarter at that moment.
    """

    __tablename__ = "group_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    quarter: Mapped[Quarter]
    position: Mapped[int]
    branch_position: Mapped[int]
    branch_name: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str] = mapped_column(String(60))
    leader_name: Mapped[str] = mapped_column(String(40))
    brand_name: Mapped[str] = mapped_column(String(20))
    face: Mapped[dict[str, Any]]  # hue, seal shape and outlines as they were
    total: Mapped[int]  # rounded once, half up
    exact_total: Mapped[str] = mapped_column(String(200))  # "10661/120"
    self_total: Mapped[int | None]
    previous_total: Mapped[int | None]  # the same group's last published quarter, as published then
    previous_quarter: Mapped[Quarter | None]
    band: Mapped[str] = mapped_column(String(10))  # 优秀 良好 合格 待改进, or 不得推荐 under a veto
    vetoed: Mapped[bool]
    gates_met: Mapped[bool]
    unmet_gates: Mapped[list[Any]]  # titles
    veto_reason: Mapped[str] = mapped_column(String(600))
    rank_in_branch: Mapped[int | None]
    rank_in_committee: Mapped[int | None]
    rank_in_all: Mapped[int | None]
    dimensions: Mapped[list[Any]]  # code, title, points, maximum, percent, and the last quarter's percent
    strength: Mapped[str] = mapped_column(String(120))
    next_step: Mapped[str] = mapped_column(String(120))
    slip: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))

    publication: Mapped[Publication] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("publication_id", "group_id"),
        UniqueConstraint("publication_id", "position"),
        Index(None, "publication_id", "branch_id", "branch_position"),
        Index(None, "committee_id", "publication_id", "position"),
        Index(None, "group_id", "quarter", "publication_id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"{self.group_name}{self.quarter.label}得分说明单"

    @property
    def name(self) -> str:
        return self.brand_name or self.group_name


class ResultHistogram(Model):
    """How many groups of a publication have which total: gives a rank among any number of groups at once."""

    __tablename__ = "result_histogram"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True)
    total: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    quarter: Mapped[Quarter]
    groups: Mapped[int]

    __table_args__ = (Index(None, "quarter", "total"),)
