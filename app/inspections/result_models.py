"""What was published: immutable rows from which every page of a past quarter is drawn, with no live table."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.foundation.db import Model
from app.foundation.periods import Quarter
from app.foundation.places import Place


class Publication(Model):
    """A round's published result. A correction is a new row with the next number; older ones stay readable.

    `digest` is the SHA-256 over the canonical JSON of the head and of its results' digests in order of position.
    Only `superseded_at` is ever written after publishing, and the digest leaves it out. `form` says how digests are spelled
    (`digests`): what an older release published keeps its own.
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
    form: Mapped[int] = mapped_column(default=2)

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
    """One group's frozen result: its slip, and what only the whole round gives it. Totals are hundredths of a point.

    What is counted and filtered by stands here; the words stand in the slip. `position` is the brand-tree order over the
    committee, 1 without gaps, and `branch_position` the same within the branch: pages go by them. Ranks share places; a
    vetoed result has none. `rank_in_all` is the place among all results published for the quarter at that moment.
    """

    __tablename__ = "group_result"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"))
    slip_id: Mapped[int] = mapped_column(ForeignKey("sheet_slip.id"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    quarter: Mapped[Quarter]
    position: Mapped[int]
    branch_position: Mapped[int]
    total: Mapped[int]  # rounded once, half up
    band: Mapped[str] = mapped_column(String(10))  # 优秀 良好 合格 待改进, or 不得推荐 under a veto
    vetoed: Mapped[bool]
    gates_met: Mapped[bool]
    rank_in_branch: Mapped[int | None]
    rank_in_committee: Mapped[int | None]
    rank_in_all: Mapped[int | None]
    digest: Mapped[str] = mapped_column(String(64))
    indicators: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # the quarter's; None: not measured

    publication: Mapped[Publication] = relationship()

    __table_args__ = (
        UniqueConstraint("group_id", "quarter", "publication_id"),
        UniqueConstraint("publication_id", "position"),
        Index(None, "publication_id", "branch_id", "branch_position"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)


class ResultHistogram(Model):
    """How many groups of a publication have which total: gives a rank among any number of groups at once."""

    __tablename__ = "result_histogram"

    publication_id: Mapped[int] = mapped_column(ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True)
    total: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    quarter: Mapped[Quarter]
    groups: Mapped[int]

    __table_args__ = (Index(None, "quarter", "total"),)
