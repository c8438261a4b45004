"""What stands on the wall, kept as it was printed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Model
from app.foundation.periods import Month
from app.foundation.places import Place


class PrintedBoard(Model):
    """A board page as it was printed (付印): written once, never changed.

    It counts while its `printed_at` is the issue's: an issue taken back shows the live page again, and printing it anew
    writes the next row; the earlier one stays. `face` is the masthead with the headline and the lead photo, which
    listings show; `content` the rest. `digest` covers all of it and is recorded in the audit chain.
    """

    __tablename__ = "printed_board"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    issue_id: Mapped[int] = mapped_column(ForeignKey("month_issue.id"))
    month: Mapped[Month]
    printed_at: Mapped[datetime]
    face: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("issue_id", "printed_at"), Index(None, "committee_id", "id"))

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return f"{self.month.label}版面"
