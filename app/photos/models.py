"""The month's photos and the month's issue. A photo is evidence, never points."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.activities.models import Activity
from app.foundation.db import Model
from app.foundation.periods import Month
from app.foundation.places import Place


class Photo(Model):
    """A photo of a group's month; without an activity it lies in the month's inbox.

    Keys name files in the store by the SHA-256 of their bytes. `original_key` is None where originals are not kept;
    `content_hash` is the hash of what was sent, by which a second sending is recognised. `taken_at` is the camera's
    wall clock without a zone, as text, or None: no date is neutral. `board_slot`: 1 is the lead photo, None is not on
    the board.
    """

    __tablename__ = "photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    month: Mapped[Month]
    activity_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"), index=True)
    upload_id: Mapped[str] = mapped_column(String(64))  # made by the client: the same try answers the same
    content_hash: Mapped[str] = mapped_column(String(64))
    original_key: Mapped[str | None] = mapped_column(String(64))
    original_type: Mapped[str] = mapped_column(String(20))
    original_bytes: Mapped[int]
    display_key: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    thumb_key: Mapped[str] = mapped_column(String(64))
    thumb_width: Mapped[int]
    thumb_height: Mapped[int]
    taken_at: Mapped[str | None] = mapped_column(String(19))  # "2026-11-18T14:31:05"
    caption: Mapped[str] = mapped_column(String(80), default="")
    position: Mapped[int] = mapped_column(default=0)
    is_cover: Mapped[bool] = mapped_column(default=False)
    board_slot: Mapped[int | None]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    uploaded_by: Mapped[str] = mapped_column(String(40))
    uploaded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column()

    activity: Mapped[Activity | None] = relationship(back_populates="photos")

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("group_id", "uploaded_by_id", "upload_id"),
        UniqueConstraint("group_id", "month", "content_hash"),
        Index(None, "committee_id", "branch_id", "month", "id"),
        Index(None, "group_id", "month", "position", "id"),
        Index(None, "committee_id", "month", "position", "id"),
        Index(None, "display_key"),
        Index(None, "thumb_key"),
        Index(None, "content_hash"),  # the same file in another month or group
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return self.caption or f"{self.month.label}的照片"


class MonthIssue(Model):
    """A group's board page of a month, from the day it is printed (付印) on."""

    __tablename__ = "month_issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    month: Mapped[Month]
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (UniqueConstraint("group_id", "month"), Index(None, "committee_id", "branch_id", "month"))

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"{self.month.label}版面"
