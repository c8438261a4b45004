"""Activities, who took part, and the cadences that they meet."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, WriteOnlyMapped, mapped_column, relationship

from app.activities.attendance import Presence as Presence
from app.activities.course import ActivityState as ActivityState
from app.foundation.db import Model
from app.foundation.periods import Month
from app.foundation.places import Place


class ActivityKind(Model):
    """A kind of activity: data, so that a committee can add its own.

    `board_column` is where the board page sets it; `level` says who logs it: `group`, `branch`, or both when empty.
    Where `expects_all`, a member whom the roll call does not name did not come; elsewhere only those named matter.
    """

    __tablename__ = "activity_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    code: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(20))
    board_column: Mapped[str] = mapped_column(String(20), default="")  # 党建+攻关, 学习园地, 办实事 or none
    level: Mapped[str] = mapped_column(String(10), default="")
    expects_all: Mapped[bool] = mapped_column(default=False)
    sort_order: Mapped[int] = mapped_column(default=0)
    retired: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (UniqueConstraint("committee_id", "code"),)


class Cadence(Model):
    """How often a kind is due at a level, and which rule says so.

    `level` is `group`, `branch`; `period` is `month`, `quarter`, `year`; `source` names the rule (党章, 本单位制度 …).
    """

    __tablename__ = "cadence"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("activity_kind.id"))
    level: Mapped[str] = mapped_column(String(10))
    period: Mapped[str] = mapped_column(String(10))
    minimum: Mapped[int]
    source: Mapped[str] = mapped_column(String(120))

    kind: Mapped[ActivityKind] = relationship(lazy="joined")

    __table_args__ = (
        UniqueConstraint("committee_id", "kind_id", "level", "period"),
        CheckConstraint("minimum > 0", name="minimum"),
    )


class Activity(Model):
    """One activity of a group, or of the branch when `group_id` is None.

    `month` is the month of `held_on`, the day of the first sitting. Groups that take part, the owner's included,
    stand in `ActivityGroup`, so a joint activity is one row and counts once for each group.
    """

    __tablename__ = "activity"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"))
    kind_id: Mapped[int] = mapped_column(ForeignKey("activity_kind.id"))
    state: Mapped[ActivityState] = mapped_column(default=ActivityState.DRAFT)
    title: Mapped[str] = mapped_column(String(60))
    held_on: Mapped[date]
    month: Mapped[Month]
    host: Mapped[str] = mapped_column(String(40), default="")
    content: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    return_reason: Mapped[str] = mapped_column(String(200), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_by: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    revised_by: Mapped[str] = mapped_column(String(40), default="")
    revised_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(String(40), default="")
    confirmed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    kind: Mapped[ActivityKind] = relationship(lazy="joined")
    sittings: Mapped[list["Sitting"]] = relationship(
        order_by="Sitting.number", cascade="all, delete-orphan", back_populates="activity"
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        order_by="Attendance.id", cascade="all, delete-orphan", back_populates="activity"
    )
    # Photos lie above this feature, so their model is named and not imported. They put themselves to an activity.
    photos: WriteOnlyMapped[Any] = relationship(
        "Photo",
        order_by="(Photo.is_cover.desc(), Photo.position, Photo.id)",
        passive_deletes=True,
        back_populates="activity",
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(None, "committee_id", "branch_id", "month", "held_on", "id"),
        Index(None, "group_id", "month", "held_on", "id"),
        Index(None, "committee_id", "state", "branch_id", "id"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return self.title


class ActivityGroup(Model):
    """A group took part in an activity. `month` repeats the activity's, to lead the index of a group's month."""

    __tablename__ = "activity_group"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    month: Mapped[Month]

    __table_args__ = (Index(None, "group_id", "month", "activity_id"),)


class Sitting(Model):
    """One sitting (场次): shifts make one time for all impossible."""

    __tablename__ = "sitting"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    held_on: Mapped[date]
    starts_at: Mapped[str] = mapped_column(String(5), default="")  # local wall clock, "14:30"
    room: Mapped[str] = mapped_column(String(60), default="")

    activity: Mapped[Activity] = relationship(back_populates="sittings")


class Attendance(Model):
    """A member's presence, with group, name and status as of the activity's own day: later moves change nothing."""

    __tablename__ = "attendance"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"))
    name: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(10))
    presence: Mapped[Presence]
    sitting: Mapped[int | None]  # the number of the sitting attended, where several were held

    activity: Mapped[Activity] = relationship(back_populates="attendances")

    __table_args__ = (UniqueConstraint("activity_id", "member_id"), Index(None, "member_id", "activity_id"))


class ActivityGoal(Model):
    """An activity serves a branch goal."""

    __tablename__ = "activity_goal"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))


class ActivityTeam(Model):
    """An activity serves a work team."""

    __tablename__ = "activity_team"

    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("work_team.id"), primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
