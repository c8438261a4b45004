"""Acts on accounts: signing in and out, passwords, and who may administrate or audit."""

import threading
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from werkzeug.security import check_password_hash, generate_password_hash

from app.accounts import passwords, queries
from app.accounts.actor import Actor, Command
from app.accounts.models import Account, Appointment, SignIn, SignInTry
from app.accounts.passwords import Policy
from app.accounts.roles import Role
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.places import Place

SYSTEM_ROLES = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR})
# Roles that an account may hold by itself; posts of branches and groups belong to members and are made by the Party.
ACCOUNT_ROLES = SYSTEM_ROLES | {Role.FACTORY_COMMITTEE}
ADDRESS_FACTOR = 20  # one address (an office behind one router) may fail this many times what one name may

# A hash takes 32 MiB while it runs: a flood of guesses must queue, not fill the memory.
_hashing = threading.BoundedSemaphore(4)
# Of a random password nobody knows: an unknown name costs the same time as a known one.
_NOBODY = (
    "scrypt:32768:8:1$V0pYqHn2mXc4Rk7t$"
    "5f1d2b0c9a8e7f6d5c4b3a29181706f5e4d3c2b1a09f8e7d6c5b4a3928170615"
    "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0"
)


class TooManyTriesError(Refused):
    """The name, or the address, has failed too often lately."""

    status = 429


class WrongPasswordError(Refused):
    """Unknown name, wrong password or disabled account: one message for all three."""


class WeakPasswordError(Refused):
    """The policy does not take the new password."""


class LoginTakenError(Refused):
    """The name for signing in belongs to somebody else."""


class ExclusiveRolesError(Refused):
    """System administrator, auditor and business roles never meet in one account."""


# --- signing in ----------------------------------------------------------------------------------------------------


def count_try(login: str, address: str, *, tries: int, minutes: int) -> int:
    """Count a try before the slow hash and give its id; raises TooManyTriesError once the allowance is used up.

    Must be a write transaction of its own: tries of many threads are counted one after the other, so not one guess
    more than allowed reaches the hash.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"sign-in {login}"})
    moment = clock.now()
    since = moment - timedelta(minutes=minutes)
    last_success = db.session.scalar(
        select(func.max(SignInTry.tried_at)).where(SignInTry.login == login, SignInTry.succeeded)
    )
    failed = SignInTry.succeeded.is_(False), SignInTry.tried_at > since
    by_name = db.session.scalars(
        select(SignInTry.tried_at)
        .where(SignInTry.login == login, *failed, SignInTry.tried_at > (last_success or since))
        .order_by(SignInTry.tried_at, SignInTry.id)
    ).all()
    if len(by_name) >= tries:
        raise TooManyTriesError(_wait(by_name[-tries] + timedelta(minutes=minutes) - moment))
    by_address = db.session.scalar(select(func.count()).where(SignInTry.address == address, *failed)) or 0
    if by_address >= tries * ADDRESS_FACTOR:
        raise TooManyTriesError(_wait(timedelta(minutes=minutes)))
    db.session.execute(delete(SignInTry).where(SignInTry.tried_at < moment - timedelta(days=2)))
    row = SignInTry(login=login, address=address, tried_at=moment)
    db.session.add(row)
    db.session.flush()
    return row.id


def _wait(left: timedelta) -> str:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return f"输错次数过多，请 {minutes} 分钟后再试；忘了密码请找系统管理员重置。"


def password_fits(account: Account | None, password: str) -> bool:
    """Slow on purpose, and as slow for nobody as for somebody; call it outside a write transaction."""
    with _hashing:
        fits = check_password_hash(account.password_hash if account else _NOBODY, passwords.normal(password))
    return fits and account is not None


def admit(account: Account | None, attempt: int, *, fits: bool, policy: Policy) -> Account:
    """The end of a try: mark it, leave a line, refuse or let in."""
    if account is None:
        raise WrongPasswordError("账号或密码不对，请检查后再试。")
    doer = Command(f"登录 {account.login}", account.id)
    if not fits or account.disabled_at is not None:
        record(doer, "account.sign-in-refused", account)
        return account
    if account.password_expires_at is not None and account.password_expires_at < clock.now():
        record(doer, "account.sign-in-refused", account, after={"reason": "one-time password expired"})
        return account
    db.session.execute(update(SignInTry).where(SignInTry.id == attempt).values(succeeded=True))
    if policy is Policy.DENGBAO2 and account.password_expires_at is None:
        _ask_for_rotation(account)
    record(Command(account.name, account.id), "account.sign-in", account)
    return account
