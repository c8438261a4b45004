"""The organisation. Whatever can change over time is a dated tie; nothing is rewritten when it does."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.foundation.db import Model
from app.foundation.periods import Dated
from app.foundation.places import Place


class Named:
    """A unit whose names hold each from a day on; `names` stand by day."""

    if TYPE_CHECKING:

        @property
        def names(self) -> Any: ...

    @property
    def name(self) -> str:
        """The latest name; pages about a past day ask `name_on`."""
        return str(self.names[-1].name)

    def name_on(self, day: date) -> str:
        """The name borne on `day`; before the first, the first."""
        return str(next((n for n in reversed(self.names) if n.starts_on <= day), self.names[0]).name)

    @property
    def label(self) -> str:
        return self.name


class Committee(Model):
    """A Party committee; committees nest. `path` lists the ids from the root, such as `/1/4/`.

    `name` is the present one, which every page's head shows; what it was called before stands in `former_names`.
    """

    __tablename__ = "committee"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"))
    path: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]

    former_names: Mapped[list["FormerCommitteeName"]] = relationship(
        order_by="FormerCommitteeName.ends_on", cascade="all, delete-orphan"
    )

    def name_on(self, day: date) -> str:
        return next((former.name for former in self.former_names if day < former.ends_on), self.name)

    @property
    def place(self) -> Place:
        return Place(self.id)

    @property
    def label(self) -> str:
        return self.name


class FormerCommitteeName(Model):
    """A name that a committee bore until a day."""

    __tablename__ = "former_committee_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    ends_on: Mapped[date]

    __table_args__ = (UniqueConstraint("committee_id", "ends_on"),)


class GeneralBranch(Dated, Model):
    """A general branch (党总支): an optional level that only gathers branches."""

    __tablename__ = "general_branch"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    name: Mapped[str] = mapped_column(String(60))
    sort_order: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]

    __table_args__ = (Index(None, "committee_id", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return self.name


class Branch(Named, Dated, Model):
    """A Party branch from its founding to its dissolution; its name at a date stands in `BranchName`."""

    __tablename__ = "branch"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    general_branch_id: Mapped[int | None] = mapped_column(ForeignKey("general_branch.id"))
    sort_order: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    version: Mapped[int] = mapped_column()

    names: Mapped[list["BranchName"]] = relationship(
        order_by="BranchName.starts_on", back_populates="branch", lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (Index(None, "committee_id", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.id)


class BranchName(Model):
    """A name and the day from which a branch bears it."""

    __tablename__ = "branch_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]

    branch: Mapped[Branch] = relationship(back_populates="names")

    __table_args__ = (UniqueConstraint("branch_id", "starts_on"),)


class PartyGroup(Named, Dated, Model):
    """A Party group from its founding to its end; merging ends it and names the group that took it over."""

    __tablename__ = "party_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    kind: Mapped[str] = mapped_column(String(20), default="")  # 生产, 维修, 综合白班 …: in the unit's own words
    sort_order: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("party_group.id"))
    version: Mapped[int] = mapped_column()

    names: Mapped[list["GroupName"]] = relationship(
        order_by="GroupName.starts_on", back_populates="group", lazy="selectin", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (Index(None, "committee_id", "branch_id", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.id)


class GroupName(Model):
    """A name and the day from which a group bears it."""

    __tablename__ = "group_name"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    starts_on: Mapped[date]

    group: Mapped[PartyGroup] = relationship(back_populates="names")

    __table_args__ = (UniqueConstraint("group_id", "starts_on"),)


class WorkTeam(Dated, Model):
    """A work team (班组) of the shop floor; a Party group may cover several."""

    __tablename__ = "work_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    name: Mapped[str] = mapped_column(String(60))
    shift: Mapped[str] = mapped_column(String(20), default="")
    sort_order: Mapped[int] = mapped_column(default=0)
    starts_on: Mapped[date]

    __table_args__ = (Index(None, "committee_id", "branch_id", "sort_order", "id"),)

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id)

    @property
    def label(self) -> str:
        return self.name


class GroupTeam(Dated, Model):
    """A group covers a team for a time."""

    __tablename__ = "group_team"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("work_team.id"))
    starts_on: Mapped[date]

    __table_args__ = (UniqueConstraint("group_id", "team_id", "starts_on"), Index(None, "team_id"))


class Member(Model):
    """A Party member. No identity-card number, and the phone is kept masked: the product has no use for more."""

    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    staff_no: Mapped[str | None] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(40))
    sex: Mapped[str] = mapped_column(String(2), default="")
    masked_phone: Mapped[str] = mapped_column(String(20), default="")
    joined_on: Mapped[date | None]  # admitted as a probationary member
    full_on: Mapped[date | None]  # became a full member
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        UniqueConstraint("committee_id", "staff_no"),
        Index(None, "committee_id", "name", "id"),
        CheckConstraint("full_on IS NULL OR joined_on IS NULL OR full_on >= joined_on", name="course"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id)

    @property
    def label(self) -> str:
        return self.name

    def status_on(self, day: date) -> str:
        """正式党员 from `full_on`, 预备党员 before it; a member whose dates are unknown counts as full."""
        if self.full_on is not None:
            return "正式党员" if self.full_on <= day else "预备党员"
        return "正式党员" if self.joined_on is None else "预备党员"


class Membership(Dated, Model):
    """A member belongs to a group for a time; at most one group at a time, which the operations hold."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("party_group.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("work_team.id"))
    starts_on: Mapped[date]

    member: Mapped[Member] = relationship()

    __table_args__ = (
        UniqueConstraint("member_id", "starts_on"),
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="term"),
        Index(None, "committee_id", "branch_id", "group_id", "starts_on"),
        Index(None, "group_id", "starts_on"),
    )

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id, self.group_id)

    @property
    def label(self) -> str:
        return self.member.name


class RosterPreview(Model):
    """A roster that was read and shown but not yet confirmed: rows as they will be imported, never the file itself.

    `content_hash` is the SHA-256 of the uploaded bytes; only the account that uploaded it may confirm it, once, before
    it expires.
    """

    __tablename__ = "roster_preview"

    id: Mapped[int] = mapped_column(primary_key=True)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id", ondelete="CASCADE"))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    content_hash: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(120))
    rows: Mapped[list[Any]]
    starts_on: Mapped[date]
    may_found: Mapped[bool]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    branch_name: Mapped[str] = column_property(
        select(BranchName.name)
        .where(BranchName.branch_id == branch_id)
        .order_by(BranchName.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )

    __table_args__ = (Index(None, "account_id", "id"), Index(None, "expires_at"))

    @property
    def place(self) -> Place:
        return Place(self.committee_id, self.branch_id)

    @property
    def label(self) -> str:
        return self.file_name
