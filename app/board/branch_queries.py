"""Reads of several groups' boards at once: a branch's month, and the branches that a person may read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from app.accounts.roles import Grant
from app.activities.models import Activity, ActivityState
from app.activities.photo_models import MonthIssue, Photo
from app.activities.queries import name_on
from app.board import composition
from app.board.content_queries import board_photo
from app.board.queries import Face, existed, faces, standing_day
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import Branch, BranchName, Committee, PartyGroup


@dataclass(frozen=True)
class BranchMonth:
    """A branch as it stood in a month."""

    place: Place
    month: Month
    name: str


@dataclass(frozen=True)
class Teaser:
    """The head of an issue in the branch's listing; headline and photo only where the reader may read the issue."""

    face: Face
    readable: bool
    headline: str
    photo: composition.Photo | None
    printed: frozenset[Month]


@dataclass(frozen=True)
class BranchBoards:
    """How many of a branch's groups have printed a month."""

    branch_id: int
    name: str
    groups: int
    printed: int


def branch_month(branch_id: int, month: Month) -> BranchMonth | None:
    row = db.session.execute(
        select(
            Branch.committee_id, name_on(BranchName, BranchName.branch_id, Branch.id, standing_day(month)).label("name")
        ).where(
            Branch.id == branch_id,
            Branch.starts_on <= month.last,
            or_(Branch.ends_on.is_(None), Branch.ends_on > month.first),
        )
    ).first()
    return None if row is None else BranchMonth(Place(row.committee_id, branch_id), month, row.name)


def teasers(branch: BranchMonth, may_preview: Callable[[Place], bool]) -> list[Teaser]:
    found = faces(branch.place.branch_id or 0, branch.month)
    leads = _leads(branch)
    printed = _printed_months(branch)
    teased = []
    for face in found:
        group_id = face.place.group_id or 0
        readable = face.printed_at is not None or may_preview(face.place)
        headline, photo = leads.get(group_id, ("", None)) if readable else ("", None)
        teased.append(Teaser(face, readable, headline, photo, frozenset(printed.get(group_id, ()))))
    return teased


def _leads(branch: BranchMonth) -> dict[int, tuple[str, composition.Photo]]:
    """The first board photo of each group whose activity is confirmed, with that activity's title."""
    rows = db.session.execute(
        select(Photo, Activity.title)
        .join(Activity, Activity.id == Photo.activity_id)
        .where(
            Photo.committee_id == branch.place.committee_id,
            Photo.branch_id == branch.place.branch_id,
            Photo.month == branch.month,
            Photo.board_slot.is_not(None),
            Photo.withdrawn_at.is_(None),
            Activity.state == ActivityState.CONFIRMED,
        )
        .order_by(Photo.board_slot.desc(), Photo.id.desc())
    )
    return {row.Photo.group_id: (row.title, board_photo(row.Photo)) for row in rows}


def _printed_months(branch: BranchMonth) -> dict[int, set[Month]]:
    year = branch.month.year
    rows = db.session.execute(
        select(MonthIssue.group_id, MonthIssue.month).where(
            MonthIssue.committee_id == branch.place.committee_id,
            MonthIssue.branch_id == branch.place.branch_id,
            MonthIssue.month >= Month(year, 1),
            MonthIssue.month <= Month(year, 12),
            MonthIssue.printed_at.is_not(None),
        )
    )
    found: dict[int, set[Month]] = {}
    for group_id, month in rows:
        found.setdefault(group_id, set()).add(month)
    return found


def branches(grants: Iterable[Grant], month: Month) -> list[BranchBoards]:
    """The branches whose printed boards these grants may read, in the committees' own order."""
    grants = list(grants)
    whole = {committee for grant in grants if grant.place.branch_id is None for committee in grant.committees}
    own = {grant.place.branch_id for grant in grants if grant.place.branch_id is not None}
    groups = (
        select(func.count()).where(PartyGroup.branch_id == Branch.id, existed(month)).scalar_subquery().label("groups")
    )
    printed = (
        select(func.count())
        .where(MonthIssue.branch_id == Branch.id, MonthIssue.month == month, MonthIssue.printed_at.is_not(None))
        .scalar_subquery()
        .label("printed")
    )
    rows = db.session.execute(
        select(
            Branch.id,
            name_on(BranchName, BranchName.branch_id, Branch.id, standing_day(month)).label("name"),
            groups,
            printed,
        )
        .join(Committee, Committee.id == Branch.committee_id)
        .where(
            or_(Branch.committee_id.in_(whole), Branch.id.in_(own)),
            Branch.starts_on <= month.last,
            or_(Branch.ends_on.is_(None), Branch.ends_on > month.first),
        )
        .order_by(Committee.path, Branch.sort_order, Branch.id)
    )
    return [BranchBoards(*row) for row in rows]
