"""What each sheet comes to, composed in the transaction of the act that changes it."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.foundation.db import Model
from app.foundation.periods import Quarter


class SheetSlip(Model):
    """All of a sheet's 得分说明单 that does not depend on the other groups. Totals are hundredths of a point.

    `edition` is the number of the publication for which it is composed. The row of an edition that is not published yet is
    written over; a published one is never touched: what a correction changes gets a row of its own, what it leaves alone
    keeps the row that it has. `Sheet.edition` names the row that holds now, `Sheet.stale` says that it may not be true any
    more. `digest` covers everything but sheet and edition, so equal digests are equal slips.
    """

    __tablename__ = "sheet_slip"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    sheet_id: Mapped[int] = mapped_column(ForeignKey("sheet.id", ondelete="CASCADE"))
    edition: Mapped[int]
    branch_name: Mapped[str] = mapped_column(String(60))
    group_name: Mapped[str] = mapped_column(String(60))
    leader_name: Mapped[str] = mapped_column(String(40))
    brand_name: Mapped[str] = mapped_column(String(20))
    total: Mapped[int | None]  # rounded once, half up; None while anything is open
    exact_total: Mapped[str] = mapped_column(String(200))  # "10661/120"
    self_total: Mapped[int | None]
    previous_total: Mapped[int | None]  # the same group's last published quarter, as published then
    previous_quarter: Mapped[Quarter | None]
    band: Mapped[str] = mapped_column(String(10))  # 优秀 良好 合格 待改进, or 不得推荐 under a veto; "" while open
    vetoed: Mapped[bool]
    gates_met: Mapped[bool]
    strength: Mapped[str] = mapped_column(String(120))
    next_step: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))  # "" where an older release published it: its result's covers it
    veto_reason: Mapped[str] = mapped_column(String(600))
    unmet_gates: Mapped[list[Any]]  # titles
    face: Mapped[dict[str, Any]]  # hue, seal shape and outlines as they were
    dimensions: Mapped[list[Any]]  # code, title, points, maximum, percent, and the last quarter's percent
    slip: Mapped[dict[str, Any]]  # last: whoever lists totals does not read on to it

    __table_args__ = (UniqueConstraint("sheet_id", "edition"),)
