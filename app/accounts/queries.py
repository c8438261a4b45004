"""Reads of accounts. The organisation's tables are named only: accounts lies below it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, Select, and_, column, false, or_, select, table

from app.accounts.models import Account, Appointment, SignIn
from app.accounts.roles import Role
from app.foundation.db import LIKE_ESCAPE, db, like_pattern
from app.foundation.periods import as_of
from app.foundation.places import Place

_committee = table("committee", column("id"), column("name"), column("path"))
_branch_name = table("branch_name", column("branch_id"), column("name"), column("starts_on", Date))
_group_name = table("group_name", column("group_id"), column("name"), column("starts_on", Date))
_member = table(
    "member",
    column("id"), column("committee_id"), column("staff_no"), column("name"), column("sex"), column("masked_phone"),
    column("joined_on", Date), column("full_on", Date),
)  # fmt: skip
_membership = table(
    "membership",
    column("member_id"), column("committee_id"), column("branch_id"), column("group_id"),
    column("starts_on", Date), column("ends_on", Date),
)  # fmt: skip


def account(account_id: int) -> Account | None:
    return db.session.get(Account, account_id)


def account_by_login(login: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.login == login))


def own_sign_in(account_id: int, sign_in_id: int) -> SignIn | None:
    """A session of this account, nobody else's."""
    return db.session.scalar(select(SignIn).where(SignIn.id == sign_in_id, SignIn.account_id == account_id))


def own_appointment(account_id: int, appointment_id: int) -> Appointment | None:
    """A role that the account holds by itself, today or later."""
    return db.session.scalar(
        select(Appointment).where(
            Appointment.id == appointment_id, Appointment.account_id == account_id, Appointment.ends_on.is_(None)
        )
    )


def live_sign_ins(account_id: int, since: datetime) -> Sequence[SignIn]:
    """Sessions begun since then and not ended, newest first."""
    return db.session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), SignIn.started_at > since)
        .order_by(SignIn.started_at.desc(), SignIn.id.desc())
        .limit(50)
    ).all()


def roles_held(account: Account, day: date) -> frozenset[Role]:
    """Roles by appointment, today's and those still to begin; a member of a group is one besides."""
    held = set(
        db.session.scalars(
            select(Appointment.role).where(
                _of_holder(account.id, account.member_id), or_(Appointment.ends_on.is_(None), Appointment.ends_on > day)
            )
        )
    )
    return frozenset(held | ({Role.MEMBER} if account.member_id is not None else set()))


def _of_holder(account_id: int | None, member_id: int | None) -> ColumnElement[bool]:
    own = Appointment.account_id == account_id if account_id is not None else false()
    return own if member_id is None else or_(own, Appointment.member_id == member_id)


def _name_of(names: Any, key: str, owner: Any, day: date) -> Any:
    """The name borne on `day` as a scalar subquery."""
    return (
        select(names.c.name)
        .where(names.c[key] == owner, names.c.starts_on <= day)
        .order_by(names.c.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class Post:
    """A role with its place in words and its term."""

    id: int
    role: Role
    title: str
    committee: str
    branch: str | None
    group: str | None
    starts_on: date
    ends_on: date | None
    by_account: bool

    @property
    def label(self) -> str:
        return self.title or self.role.label

    @property
    def place_words(self) -> str:
        return "·".join(name for name in (self.branch or self.committee, self.group) if name)


def posts(account_id: int | None, member_id: int | None, day: date) -> list[Post]:
    """Every post ever held, today's and coming ones first, then by beginning, newest first."""
    rows = db.session.execute(
        select(
            Appointment.id, Appointment.role, Appointment.title, _committee.c.name,
            _name_of(_branch_name, "branch_id", Appointment.branch_id, day).label("branch"),
            _name_of(_group_name, "group_id", Appointment.group_id, day).label("group"),
            Appointment.starts_on, Appointment.ends_on, Appointment.account_id.is_not(None).label("by_account"),
        )
        .join(_committee, _committee.c.id == Appointment.committee_id)
        .where(_of_holder(account_id, member_id))
        .order_by(Appointment.starts_on.desc(), Appointment.id.desc())
    )  # fmt: skip
    found = [Post(*row) for row in rows]
    return sorted(found, key=lambda post: post.ends_on is not None and post.ends_on <= day)


@dataclass(frozen=True)
class OwnRecord:
    """What the system keeps about a member, shown to the member."""

    name: str
    staff_no: str | None
    sex: str
    masked_phone: str
    joined_on: date | None
    full_on: date | None
    branch: str | None
    group: str | None
    since: date | None


def own_record(member_id: int, day: date) -> OwnRecord | None:
    tie = _membership
    row = db.session.execute(
        select(
            _member.c.name, _member.c.staff_no, _member.c.sex, _member.c.masked_phone,
            _member.c.joined_on, _member.c.full_on,
            _name_of(_branch_name, "branch_id", tie.c.branch_id, day).label("branch"),
            _name_of(_group_name, "group_id", tie.c.group_id, day).label("group"),
            tie.c.starts_on,
        )
        .select_from(_member.outerjoin(tie, and_(tie.c.member_id == _member.c.id, _holds(tie, day))))
        .where(_member.c.id == member_id)
    ).first()  # fmt: skip
    return None if row is None else OwnRecord(*row)


def _holds(tie: FromClause, day: date) -> ColumnElement[bool]:
    return and_(tie.c.starts_on <= day, or_(tie.c.ends_on.is_(None), tie.c.ends_on > day))


@dataclass(frozen=True)
class AccountLine:
    """A row of the administrator's list."""

    id: int
    login: str
    name: str
    is_member: bool
    disabled: bool
    waiting: bool  # a one-time password not yet used
    roles: tuple[Role, ...]


def accounts_page(
    committees: Collection[int], day: date, *, words: str = "", after: tuple[str, int] | None = None, size: int = 50
) -> list[AccountLine]:
    """Accounts by name then id, one more than `size` so that the caller knows whether more follow."""
    wanted = select(Account).where(Account.committee_id.in_(committees))
    if words:
        pattern = like_pattern(words)
        wanted = wanted.where(
            or_(*(named.like(pattern, escape=LIKE_ESCAPE) for named in (Account.name, Account.login)))
        )
    if after is not None:
        wanted = wanted.where(_later(Account.name, Account.id, after))
    rows = db.session.scalars(wanted.order_by(Account.name, Account.id).limit(size + 1)).all()
    roles = _roles_of(rows, day)
    return [
        AccountLine(
            row.id, row.login, row.name, row.member_id is not None, row.disabled_at is not None,
            row.password_expires_at is not None, roles.get(row.id, ()),
        )
        for row in rows
    ]  # fmt: skip


def _later(name: Any, number: Any, after: tuple[str, int]) -> ColumnElement[bool]:
    """Behind a position in the order of name and id."""
    return and_(name >= after[0], or_(name > after[0], number > after[1]))


def _roles_of(accounts: Sequence[Account], day: date) -> dict[int, tuple[Role, ...]]:
    by_member = {row.member_id: row.id for row in accounts if row.member_id is not None}
    found: dict[int, dict[Role, None]] = {}
    for role, account_id, member_id in db.session.execute(
        select(Appointment.role, Appointment.account_id, Appointment.member_id)
        .where(
            as_of(Appointment, day),
            or_(Appointment.account_id.in_([row.id for row in accounts]), Appointment.member_id.in_(by_member)),
        )
        .order_by(Appointment.id)
    ):
        holder = by_member[member_id] if account_id is None and member_id is not None else account_id
        if holder is not None:
            found.setdefault(holder, {})[role] = None
    return {number: tuple(roles) for number, roles in found.items()}


@dataclass(frozen=True)
class Candidate:
    """A member, and the account if there is one already."""

    id: int
    committee_id: int
    name: str
    staff_no: str | None
    branch: str | None
    group: str | None
    account_id: int | None

    @property
    def place(self) -> Place:
        return Place(self.committee_id)


def members_without_account(
    committees: Collection[int], day: date, *, words: str = "", after: tuple[str, int] | None = None, size: int = 50
) -> list[Candidate]:
    """By name, then id; one more than `size`."""
    wanted = _candidates(day).where(_member.c.committee_id.in_(committees), Account.id.is_(None))
    if words:
        pattern = like_pattern(words)
        named = (_member.c.name, _member.c.staff_no)
        wanted = wanted.where(or_(*(column.like(pattern, escape=LIKE_ESCAPE) for column in named)))
    if after is not None:
        wanted = wanted.where(_later(_member.c.name, _member.c.id, after))
    return [Candidate(*row) for row in db.session.execute(wanted.limit(size + 1))]


def candidate(member_id: int, day: date) -> Candidate | None:
    """Somebody who belongs to a group on the day."""
    row = db.session.execute(_candidates(day).where(_member.c.id == member_id)).first()
    return None if row is None else Candidate(*row)


def _candidates(day: date) -> Select[Any]:
    tie = _membership
    return (
        select(
            _member.c.id, _member.c.committee_id, _member.c.name, _member.c.staff_no,
            _name_of(_branch_name, "branch_id", tie.c.branch_id, day).label("branch"),
            _name_of(_group_name, "group_id", tie.c.group_id, day).label("group"), Account.id,
        )
        .select_from(_member.join(tie, and_(tie.c.member_id == _member.c.id, _holds(tie, day))))
        .outerjoin(Account, Account.member_id == _member.c.id)
        .order_by(_member.c.name, _member.c.id)
    )  # fmt: skip


def committee_names(committees: Collection[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(_committee.c.id, _committee.c.name).where(_committee.c.id.in_(committees)).order_by(_committee.c.path)
    )
    return {row.id: row.name for row in rows}
