"""Reads of the board. A month is shown as it was: name, brand and leader are those of its last day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    func,
    or_,
    select,
)

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.activities.models import (
    Activity,
    ActivityGroup,
    ActivityState,
)
from app.activities.photo_models import MonthIssue
from app.activities.photo_queries import board_photos
from app.activities.queries import name_on
from app.board import composition, figures
from app.board.content_queries import Logged, activities, board_photo
from app.board.ledger_queries import Honour, ledger
from app.brands.models import Brand, BrandVersion
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Month, as_of
from app.foundation.places import Place
from app.organisation.models import BranchName, GroupName, GroupTeam, Member, Membership, PartyGroup

MOTTO_LIMIT = 36


@dataclass(frozen=True)
class Face:
    """The masthead of a group's month. `printed_at` None: not printed yet, so only the group and those above read it."""

    place: Place
    month: Month
    group: str
    branch: str
    brand: str
    slogan: str
    connotation: str
    hue: str
    outlines: dict[str, Any]
    leader: str
    liaison: str
    members: int
    teams: int
    activities: int
    printed_at: datetime | None
    starts_on: date

    @property
    def name(self) -> str:
        """A group without a brand stands under its own name."""
        return self.brand or self.group

    @property
    def printed_on(self) -> date | None:
        return None if self.printed_at is None else clock.local(self.printed_at).date()

    @property
    def motto(self) -> str:
        """A short connotation, which may read each character; else the slogan; else what fits of the connotation."""
        if 0 < len(self.connotation) <= MOTTO_LIMIT:
            return self.connotation
        return self.slogan or composition.shorten(self.connotation, MOTTO_LIMIT)


def standing_day(month: Month) -> date:
    """The day whose names and ties a month shows: its last, or today while it runs."""
    return min(month.last, clock.today())


# ---------------------------------------------------------------- the masthead


def _holder(role: Role, group_id: Any, day: date) -> ColumnElement[str]:
    return func.coalesce(
        select(Member.name)
        .join(Appointment, Appointment.member_id == Member.id)
        .where(Appointment.group_id == group_id, Appointment.role == role, as_of(Appointment, day))
        .order_by(Appointment.starts_on.desc(), Appointment.id)
        .limit(1)
        .scalar_subquery(),
        "",
    )


def _version_in_force(group_id: Any, day: date) -> ColumnElement[int]:
    """The brand version that a group bore on `day`."""
    return (
        select(BrandVersion.id)
        .join(Brand, Brand.id == BrandVersion.brand_id)
        .where(
            Brand.group_id == group_id,
            or_(Brand.ended_on.is_(None), Brand.ended_on > day),
            BrandVersion.in_force_from <= day,
        )
        .order_by(Brand.sort_order, Brand.id, BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


def _faces(month: Month) -> Any:
    day = standing_day(month)
    confirmed = (
        select(func.count())
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.group_id == PartyGroup.id,
            ActivityGroup.month == month,
            Activity.state == ActivityState.CONFIRMED,
        )
        .scalar_subquery()
    )
    members = select(func.count()).where(Membership.group_id == PartyGroup.id, as_of(Membership, day)).scalar_subquery()
    teams = select(func.count()).where(GroupTeam.group_id == PartyGroup.id, as_of(GroupTeam, day)).scalar_subquery()
    return (
        select(
            PartyGroup.id,
            PartyGroup.committee_id,
            PartyGroup.branch_id,
            PartyGroup.starts_on,
            name_on(GroupName, GroupName.group_id, PartyGroup.id, day).label("group"),
            name_on(BranchName, BranchName.branch_id, PartyGroup.branch_id, day).label("branch"),
            BrandVersion.name.label("brand"),
            BrandVersion.slogan,
            BrandVersion.connotation,
            BrandVersion.hue,
            BrandVersion.outlines,
            _holder(Role.GROUP_LEADER, PartyGroup.id, day).label("leader"),
            _holder(Role.LIAISON, PartyGroup.id, day).label("liaison"),
            members.label("members"),
            teams.label("teams"),
            confirmed.label("activities"),
            MonthIssue.printed_at,
        )
        .select_from(PartyGroup)
        .outerjoin(BrandVersion, BrandVersion.id == _version_in_force(PartyGroup.id, day))
        .outerjoin(MonthIssue, and_(MonthIssue.group_id == PartyGroup.id, MonthIssue.month == month))
    )


def _face(row: Row[Any], month: Month) -> Face:
    return Face(
        place=Place(row.committee_id, row.branch_id, row.id),
        month=month,
        group=row.group,
        branch=row.branch,
        brand=row.brand or "",
        slogan=row.slogan or "",
        connotation=row.connotation or "",
        hue=row.hue or "",
        outlines=row.outlines or {},
        leader=row.leader,
        liaison=row.liaison,
        members=row.members,
        teams=row.teams,
        activities=row.activities,
        printed_at=row.printed_at,
        starts_on=row.starts_on,
    )


def existed(month: Month) -> ColumnElement[bool]:
    return and_(PartyGroup.starts_on <= month.last, or_(PartyGroup.ends_on.is_(None), PartyGroup.ends_on > month.first))


def face(group_id: int, month: Month) -> Face | None:
    """The masthead of a group's month; None for a group that did not exist in it."""
    row = db.session.execute(_faces(month).where(PartyGroup.id == group_id, existed(month))).first()
    return None if row is None else _face(row, month)


def faces(branch_id: int, month: Month) -> list[Face]:
    """The mastheads of a branch's groups, in the branch's own order and never in an order of merit."""
    rows = db.session.execute(
        _faces(month)
        .where(PartyGroup.branch_id == branch_id, existed(month))
        .order_by(PartyGroup.sort_order, PartyGroup.id)
    )
    return [_face(row, month) for row in rows]


# ---------------------------------------------------------------- one issue


@dataclass(frozen=True)
class Issue:
    """All that a group's month shows."""

    face: Face
    sheet: composition.Sheet
    ear: figures.Ear
    figures: tuple[figures.Figure, ...]
    honours: tuple[Honour, ...]
    printed: frozenset[Month]
    begun: frozenset[Month]
    confirmers: tuple[str, ...]
    photographers: tuple[str, ...]
    waiting: int

    @property
    def is_over(self) -> bool:
        return self.face.month < Month.of(clock.today())


def issue(face: Face) -> Issue:
    month, group_id = face.month, face.place.group_id or 0
    found = activities(group_id, month, month.next(), standing_day(month))
    confirmed = [entry for entry in found if entry.state is ActivityState.CONFIRMED and entry.month == month]
    planned = [entry.activity for entry in found if entry.month != month and _was_known(entry, face.printed_at)]
    chosen = [board_photo(row) for row in board_photos(group_id, month)]
    book = ledger(face.place, month, face.members)
    return Issue(
        face=face,
        sheet=composition.compose(chosen, [entry.activity for entry in confirmed], planned),
        ear=figures.ear(book.cadences, over=month < Month.of(clock.today())),
        figures=figures.figures(book.tallies, book.quarters),
        honours=book.honours,
        printed=book.printed,
        begun=book.begun,
        confirmers=_once(entry.confirmed_by for entry in confirmed),
        photographers=_once(photo.author for photo in chosen),
        waiting=sum(entry.month == month and entry.state is not ActivityState.CONFIRMED for entry in found),
    )


def _was_known(entry: Logged, printed_at: datetime | None) -> bool:
    """A printed notice does not grow by what was logged later, or it would end as a report of the month it announced."""
    return printed_at is None or entry.created_at <= printed_at


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
