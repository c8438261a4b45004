"""Reads of the board. A month is shown as it was: name, brand and leader are those of its last day, and once the page is
printed all of it is what was printed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    type_coerce,
)

from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.activities.models import (
    Activity,
    ActivityGroup,
    ActivityState,
)
from app.board import composition, figures
from app.board.content_queries import Logged, activities
from app.board.freezing import Content, read
from app.board.ledger_queries import ledger
from app.board.models import PrintedBoard
from app.board.quality_queries import quality
from app.brands.models import Brand, BrandVersion
from app.brands.queries import version_on
from app.foundation import clock
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month, as_of
from app.foundation.places import Place
from app.organisation.models import Committee, GroupTeam, Member, Membership, PartyGroup
from app.organisation.queries import branch_name_on, group_name_on
from app.photos.models import MonthIssue, Photo

MOTTO_LIMIT = 36


@dataclass(frozen=True)
class Face:
    """The masthead of a group's month. `printed_at` None: not printed yet, so only the group and those above read it."""

    place: Place
    month: Month
    printed_at: datetime | None
    group: str
    branch: str
    brand: str
    slogan: str
    connotation: str
    hue: str
    outlines: Mapping[str, Any]
    leader: str
    liaison: str
    members: int
    teams: int
    activities: int
    indicators: tuple[str, ...] = ()

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


FACE = (
    "group", "branch", "brand", "slogan", "connotation", "hue", "outlines", "leader", "liaison", "members", "teams",
    "activities",
)  # fmt: skip
"""What of a face is written down when the page is printed."""


def standing_day(month: Month) -> date:
    """The day whose names and ties a month shows: its last, or today while it runs."""
    return min(month.last, clock.today())


_group, _branch = bindparam("group", type_=Integer), bindparam("branch", type_=Integer)
_month = bindparam("month", type_=MonthType)
_day: Any = bindparam("day", type_=Date)
EXISTED = and_(
    PartyGroup.starts_on <= bindparam("last_day", type_=Date),
    or_(PartyGroup.ends_on.is_(None), PartyGroup.ends_on > bindparam("first_day", type_=Date)),
)
"""The SQL condition that a group existed in the month whose ends are bound as `first_day` and `last_day`."""


def _when(month: Month) -> dict[str, Any]:
    return {"month": month, "day": standing_day(month), "first_day": month.first, "last_day": month.last}


# ---------------------------------------------------------------- the masthead


KEPT = and_(PrintedBoard.issue_id == MonthIssue.id, PrintedBoard.printed_at == MonthIssue.printed_at)
"""The SQL condition that a kept page is the one that counts."""


def _holder(role: Role) -> ColumnElement[str]:
    return func.coalesce(
        select(Member.name)
        .join(Appointment, Appointment.member_id == Member.id)
        .where(
            Appointment.committee_id == PartyGroup.committee_id,  # leads the index
            Appointment.branch_id == PartyGroup.branch_id,
            Appointment.group_id == PartyGroup.id,
            Appointment.role == role,
            as_of(Appointment, _day),
        )
        .order_by(Appointment.starts_on.desc(), Appointment.id)
        .limit(1)
        .scalar_subquery(),
        "",
    )


def _faces() -> Select[*tuple[Any, ...]]:
    confirmed = (
        select(func.count())
        .select_from(ActivityGroup)
        .join(Activity, Activity.id == ActivityGroup.activity_id)
        .where(
            ActivityGroup.group_id == PartyGroup.id,
            ActivityGroup.month == _month,
            Activity.state == ActivityState.CONFIRMED,
        )
        .scalar_subquery()
    )
    members = (
        select(func.count()).where(Membership.group_id == PartyGroup.id, as_of(Membership, _day)).scalar_subquery()
    )
    teams = select(func.count()).where(GroupTeam.group_id == PartyGroup.id, as_of(GroupTeam, _day)).scalar_subquery()
    return (
        select(
            PartyGroup.id,
            PartyGroup.committee_id,
            PartyGroup.branch_id,
            MonthIssue.printed_at,
            group_name_on(PartyGroup.id, _day).label("group"),
            branch_name_on(PartyGroup.branch_id, _day).label("branch"),
            BrandVersion.name.label("brand"),
            BrandVersion.slogan,
            BrandVersion.connotation,
            BrandVersion.hue,
            BrandVersion.outlines,
            BrandVersion.indicators,
            _holder(Role.GROUP_LEADER).label("leader"),
            _holder(Role.LIAISON).label("liaison"),
            members.label("members"),
            teams.label("teams"),
            confirmed.label("activities"),
            PrintedBoard.face.label("kept"),
        )
        .select_from(PartyGroup)
        .outerjoin(BrandVersion, BrandVersion.id == version_on(Brand.group_id == PartyGroup.id, _day))
        .outerjoin(MonthIssue, and_(MonthIssue.group_id == PartyGroup.id, MonthIssue.month == _month))
        .outerjoin(PrintedBoard, KEPT)
    )


# Built once: building them costs a page more than running them.
_FACE = _faces().where(PartyGroup.id == _group, EXISTED)
_FACES = (
    _faces()
    .where(
        PartyGroup.committee_id == bindparam("committee", type_=Integer),  # leads the index
        PartyGroup.branch_id == _branch,
        EXISTED,
    )
    .order_by(PartyGroup.sort_order, PartyGroup.id)
)


def _face(row: Any, month: Month) -> Face:
    """The printed one where there is one."""
    place = Place(row.committee_id, row.branch_id, row.id)
    if row.kept:
        return Face(place, month, row.printed_at, **{name: row.kept[name] for name in FACE})
    found = row._mapping  # noqa: SLF001 - a row's documented name for its columns
    told = {name: found[name] or _NOTHING.get(name, "") for name in FACE}
    return Face(place, month, row.printed_at, **told, indicators=tuple(row.indicators or ()))


_NOTHING: dict[str, Any] = {"outlines": {}, "members": 0, "teams": 0, "activities": 0}


def face(group_id: int, month: Month) -> Face | None:
    """The masthead of a group's month; None for a group that did not exist in it."""
    row = fetch(_FACE, group=group_id, **_when(month)).first()
    return None if row is None else _face(row, month)


@dataclass(frozen=True)
class Kept:
    """What the printed page leads with, for listings."""

    headline: str
    photo: composition.Photo | None


def faces(place: Place, month: Month) -> list[tuple[Face, Kept | None]]:
    """The mastheads of a branch's groups, in the branch's own order and never in an order of merit; with a printed one
    what its page leads with."""
    rows = fetch(_FACES, committee=place.committee_id, branch=place.branch_id, **_when(month))
    return [(_face(row, month), _kept(row.kept)) for row in rows]


def _kept(plain: Mapping[str, Any] | None) -> Kept | None:
    return Kept(plain["headline"], read(composition.Photo, plain["photo"])) if plain else None


# ---------------------------------------------------------------- before it is read


@dataclass(frozen=True)
class IssueKey:
    """A group's month before it is composed: enough to judge who may, and to name what is shown.

    `digest` is None while nothing printed is kept. `standing` are the photos that are on the board and not withdrawn;
    `printed` and `begun` are the months of the year with a printed page and with activities.
    """

    face: Face
    starts_on: date
    digest: str | None
    is_demo: bool
    standing: frozenset[int]
    printed: frozenset[Month]
    begun: frozenset[Month]

    @property
    def place(self) -> Place:
        return self.face.place

    @property
    def month(self) -> Month:
        return self.face.month

    @property
    def printed_at(self) -> datetime | None:
        return self.face.printed_at


def _joined(column: Any) -> ColumnElement[str]:
    return func.aggregate_strings(type_coerce(column, String), ",")


def _key() -> Select[Any]:
    january, december = bindparam("january", type_=MonthType), bindparam("december", type_=MonthType)
    standing = select(_joined(cast(Photo.id, String))).where(
        Photo.group_id == _group, Photo.month == _month, Photo.withdrawn_at.is_(None), Photo.board_slot.is_not(None)
    )
    other = MonthIssue.__table__.alias()
    printed = select(_joined(other.c.month)).where(
        other.c.group_id == _group, other.c.month.between(january, december), other.c.printed_at.is_not(None)
    )
    begun = (
        select(ActivityGroup.month)
        .where(ActivityGroup.group_id == _group, ActivityGroup.month.between(january, december))
        .distinct()
        .subquery()
    )
    return (
        _faces()
        .add_columns(
            PartyGroup.starts_on,
            PrintedBoard.digest,
            Committee.is_demo,
            standing.scalar_subquery().label("standing"),
            printed.scalar_subquery().label("printed"),
            select(_joined(begun.c.month)).scalar_subquery().label("begun"),
        )
        .join(Committee, Committee.id == PartyGroup.committee_id)
        .where(PartyGroup.id == _group, EXISTED)
    )


_KEY = _key()


def key(group_id: int, month: Month) -> IssueKey | None:
    """None for a group that did not exist in the month."""
    year = {"january": Month(month.year, 1), "december": Month(month.year, 12)}
    row = fetch(_KEY, group=group_id, **_when(month), **year).first()
    if row is None:
        return None
    return IssueKey(
        _face(row, month),
        row.starts_on,
        row.digest,
        row.is_demo,
        frozenset(int(number) for number in _parts(row.standing)),
        frozenset(Month.parse(text) for text in _parts(row.printed)),
        frozenset(Month.parse(text) for text in _parts(row.begun)),
    )


def _parts(joined: str | None) -> list[str]:
    return joined.split(",") if joined else []


# ---------------------------------------------------------------- one issue


@dataclass(frozen=True)
class Issue:
    """All that a group's month shows; `waiting` counts its activities that are not confirmed."""

    face: Face
    content: Content
    waiting: int = 0


_PRINTED = (
    select(PrintedBoard.content)
    .where(PrintedBoard.digest == bindparam("digest", type_=String), PrintedBoard.group_id == _group)
    .order_by(PrintedBoard.id.desc())
    .limit(1)
)


def issue(of: IssueKey) -> Issue:
    """As it was printed, or composed from what is entered."""
    if of.digest is None:
        return composed(of.face)
    return Issue(of.face, read(Content, fetch(_PRINTED, digest=of.digest, group=of.place.group_id).one().content))


def composed(face: Face) -> Issue:
    """The month as it is entered now."""
    month, group_id = face.month, face.place.group_id or 0
    found = activities(group_id, month, month.next(), standing_day(month))
    confirmed = [entry for entry in found if entry.state is ActivityState.CONFIRMED and entry.month == month]
    planned = [entry.activity for entry in found if entry.month != month and _was_known(entry, face.printed_at)]
    book = ledger(face.place, month, face.members)
    indicators = quality(face.place, face.indicators, month)
    is_over = month < Month.of(clock.today())
    content = Content(
        sheet=composition.compose(book.photos, [entry.activity for entry in confirmed], planned),
        ear=figures.quality_ear(indicators, figures.ear(book.cadences, over=is_over)),
        figures=figures.figures(book.tallies, book.quarters),
        quality=indicators,
        honours=book.honours,
        confirmers=_once(entry.confirmed_by for entry in confirmed),
        photographers=_once(photo.author for photo in book.photos),
        is_over=is_over,
    )
    waiting = sum(entry.month == month and entry.state is not ActivityState.CONFIRMED for entry in found)
    return Issue(face, content, waiting)


def _was_known(entry: Logged, printed_at: datetime | None) -> bool:
    """A printed notice does not grow by what was logged later, or it would end as a report of the month it announced."""
    return printed_at is None or entry.created_at <= printed_at


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
