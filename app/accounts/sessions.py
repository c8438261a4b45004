"""Server-side sessions behind Flask-Login.

The cookie carries a random token and the moment it was last used (signed); the database keeps the token's hash and
the absolute start. So a GET writes nothing, the idle limit still holds, and ending a session is one row.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    column,
    literal,
    null,
    or_,
    select,
    table,
    true,
    union_all,
)  # fmt: skip

from app.accounts.actor import Actor
from app.accounts.asked_again import JUDGED, Judged
from app.accounts.kept import Kept, shelf
from app.accounts.models import Account, Appointment, SignIn
from app.accounts.roles import Grant, Role
from app.audit import queries as audit_queries
from app.foundation import clock
from app.foundation.db import db, fetch
from app.foundation.places import Place
from app.foundation.unit_of_work import SAFE_METHODS

SEEN = "seen"
SEEN_STEP = timedelta(minutes=5)  # how stale the cookie's last-used moment may grow before it is written again

MOST_SIGNED_IN = 4096  # so many sessions are kept in mind between two acts

# Tables of the organisation, named only: accounts lies below it.
_committee = table("committee", column("id"), column("path"))
_membership = table(
    "membership",
    column("member_id"), column("committee_id"), column("branch_id"), column("group_id"),
    column("starts_on", Date), column("ends_on", Date),
)  # fmt: skip

login_manager = LoginManager()


def reader() -> Actor | None:
    """Who is signed in: the person, not Flask-Login's stand-in that looks them up at every word."""
    found: Actor = current_user._get_current_object()  # noqa: SLF001 - Flask-Login offers no other way
    return found if found.is_authenticated else None


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def start(account: Account) -> SignIn:
    """Open a new session for an account; whatever the browser held before is dropped (no fixation)."""
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    row = SignIn(
        account_id=account.id,
        token_hash=token_hash(token),
        started_at=moment,
        address=(request.remote_addr or "")[:64],
        browser=request.user_agent.string[:200],
    )
    db.session.add(row)
    db.session.flush()
    session.clear()
    session[SEEN] = int(moment.timestamp())
    login_user(load_actor(token))
    return row


def end() -> None:
    """Forget the browser's session; the row is ended by `operations.sign_out`."""
    logout_user()
    session.clear()


def _live_session() -> Select[Any]:
    """One statement for the whole question "who is this and what may they": a row per grant and committee reached.

    Roles held today come from appointments of the account or its member and from plain membership of a group; a row
    without a role stands for the account itself.
    """
    token = bindparam("token_hash", type_=String)
    today = bindparam("today", type_=Date)
    role = Appointment.role.type

    def holds(ties: Any) -> Any:
        return and_(ties.starts_on <= today, or_(ties.ends_on.is_(null()), ties.ends_on > today))

    def held_by(account_is: ColumnElement[bool]) -> Any:
        return (
            select(Appointment.role, Appointment.committee_id, Appointment.branch_id, Appointment.group_id)
            .select_from(SignIn)
            .join(Account, Account.id == SignIn.account_id)
            .join(Appointment, account_is)
            .where(SignIn.token_hash == token, holds(Appointment))
        )

    tie = _membership.c
    nobody = select(literal(None, role), literal(None, Integer), literal(None, Integer), literal(None, Integer))
    rows = union_all(
        nobody,
        held_by(Appointment.account_id == Account.id),
        held_by(Appointment.member_id == Account.member_id),
        select(literal(Role.MEMBER, role), tie.committee_id, tie.branch_id, tie.group_id)
        .select_from(SignIn)
        .join(Account, Account.id == SignIn.account_id)
        .join(_membership, tie.member_id == Account.member_id)
        .where(SignIn.token_hash == token, holds(tie)),
    ).subquery("held")
    held_role, committee_id, branch_id, group_id = rows.c
    own, below = _committee.alias("own"), _committee.alias("below")
    return (
        select(
            SignIn.id.label("sign_in_id"), SignIn.started_at,
            Account.id.label("account_id"), Account.member_id, Account.login, Account.name,
            Account.committee_id.label("home_id"), Account.password_expires_at, Account.notice_read_at,
            held_role.label("role"), committee_id.label("committee_id"), branch_id.label("branch_id"),
            group_id.label("group_id"), below.c.id.label("reached"),
        )
        .join(Account, Account.id == SignIn.account_id)
        .join(rows, true())
        .outerjoin(own, own.c.id == committee_id)
        .outerjoin(below, below.c.path.like(own.c.path + "%"))
        .where(SignIn.token_hash == token, SignIn.ended_at.is_(None), Account.disabled_at.is_(None))
    )  # fmt: skip


LIVE_SESSION = _live_session()


def grants_in(rows: Iterable[Row[Any]]) -> tuple[Grant, ...]:
    """The grants in rows of `LIVE_SESSION`; a committee-wide grant reaches the committees nested in its own.

    Order: weight of the role, then place.
    """
    found: dict[tuple[Role, Place], set[int]] = {}
    for row in rows:
        if row.role is not None:
            place = Place(row.committee_id, row.branch_id, row.group_id)
            found.setdefault((Role(row.role), place), set()).add(row.reached)
    weight = list(Role).index
    order = sorted(
        found, key=lambda held: (weight(held[0]), held[1].committee_id, held[1].branch_id or 0, held[1].group_id or 0)
    )
    return tuple(
        Grant(role, place, frozenset(found[role, place] if place.branch_id is None else {place.committee_id}))
        for role, place in order
    )


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load_actor(token: str) -> Actor | None:
    """The actor of a live session: not ended, not idle, not too old, account not disabled."""
    config, moment = current_app.config, clock.now()
    seen = datetime.fromtimestamp(session.get(SEEN, 0), UTC)
    if moment - seen > timedelta(minutes=config["SESSION_IDLE_MINUTES"]):
        return None
    found = _signed_in(token, clock.today())
    absolute = timedelta(hours=config["SESSION_ABSOLUTE_HOURS"])
    if found is None or moment - found.started_at > absolute:
        return None
    if found.expires_at is not None and moment > found.expires_at:
        return None
    if moment - seen > SEEN_STEP:
        session[SEEN] = int(moment.timestamp())
    if g.head is not None and "HTTP_IF_NONE_MATCH" in request.environ:
        ends = (seen + SEEN_STEP, found.started_at + absolute, found.expires_at, clock.midnight())
        request.environ[JUDGED] = Judged(g.head.hash, min(end for end in ends if end is not None))
    return found.actor


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose live session it is, since when, and until when a one-time password is good."""

    actor: Actor
    started_at: datetime
    expires_at: datetime | None


def _signed_in(token: str, today: date) -> SignedIn | None:
    """A page asks only whether anything happened since the session was last looked up; an act looks it up anew."""

    def look_up() -> SignedIn | None:
        rows = live_rows(token, today)
        return SignedIn(actor_in(rows, token), rows[0].started_at, rows[0].password_expires_at) if rows else None

    head = g.head = audit_queries.head() if request.method in SAFE_METHODS else None
    if head is None:
        return look_up()
    kept: Kept[SignedIn | None] = shelf("signed in", MOST_SIGNED_IN)
    return kept.get((head.besides_marks, token, today), look_up)


def look_again() -> None:
    """Read anew who is signed in: nobody, if the session has ended since the request began."""
    login_manager._load_user()  # noqa: SLF001 - Flask-Login offers no other way


def actor_in(rows: Sequence[Row[Any]], token: str) -> Actor:
    """Who stands in the rows of a live session; there is at least one."""
    first = rows[0]
    return Actor(
        account_id=first.account_id,
        member_id=first.member_id,
        sign_in_id=first.sign_in_id,
        token=token,
        login=first.login,
        name=first.name,
        committee_id=first.home_id,
        grants=grants_in(rows),
        must_change_password=first.password_expires_at is not None,
        notice_read=first.notice_read_at is not None,
    )


def live_rows(token: str, today: date) -> Sequence[Row[Any]]:
    return fetch(LIVE_SESSION, token_hash=token_hash(token), today=today).all()


def init_app(app: Flask) -> None:
    # Nothing is told by the browser's address and name, since phones change between Wi-Fi and mobile network: that spares
    # every request a hash of them. Its `init_app` would bring cookies that remember, and a look at them in every answer.
    login_manager.session_protection = None
    login_manager._session_identifier_generator = lambda: ""  # noqa: SLF001
    app.login_manager = login_manager  # type: ignore[attr-defined]
