"""Acts on accounts: signing in and out, passwords, and who may administrate or audit."""

import threading
from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum

from sqlalchemy import delete, func, select, text, update
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
    "scrypt:32768:8:1$JNCW8wuWqN8WYYC9$"
    "583c428108f3c007dbc32240562a6714f6b6c1c4a11558de957b266b6920d561"
    "9809a317afe53ba54ccf5d490292221617f8276bafb749ca81eb65266e0af618"
)


class Outcome(Enum):
    """How a try to sign in ended."""

    ADMITTED = "admitted"
    WRONG = "wrong"  # unknown name, wrong password or disabled account: told alike
    EXPIRED = "expired"  # the right one-time password, too late


class TooManyTries(Refused):
    """The name, or the address, has failed too often lately."""

    status = 429


class WrongPassword(Refused):
    """The present password, asked for once more, is not right."""


class WeakPassword(Refused):
    """The policy does not take the new password."""


class LoginTaken(Refused):
    """The name for signing in belongs to somebody else."""


class ExclusiveRoles(Refused):
    """System administrator, auditor and business roles never meet in one account."""


# --- signing in ----------------------------------------------------------------------------------------------------


def count_try(login: str, address: str, *, tries: int, minutes: int) -> int:
    """Count a try before the slow hash and give its id; raises TooManyTries once the allowance is used up.

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
        raise TooManyTries(_wait(by_name[-tries] + timedelta(minutes=minutes) - moment))
    by_address = db.session.scalar(select(func.count()).where(SignInTry.address == address, *failed)) or 0
    if by_address >= tries * ADDRESS_FACTOR:
        raise TooManyTries(_wait(timedelta(minutes=minutes)))
    db.session.execute(delete(SignInTry).where(SignInTry.tried_at < moment - timedelta(days=2)))
    row = SignInTry(login=login, address=address, tried_at=moment)
    db.session.add(row)
    db.session.flush()
    return row.id


def _wait(left: timedelta) -> str:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return f"输错次数过多，请 {minutes} 分钟后再试；忘了密码请找系统管理员重置。"


def password_fits(hashed: str | None, password: str) -> bool:
    """Slow on purpose, and as slow for nobody (None) as for somebody; call it outside a write transaction."""
    with _hashing:
        fits = check_password_hash(hashed or _NOBODY, passwords.normal(password))
    return fits and hashed is not None


def forgive_try(attempt: int) -> None:
    """A counted try turned out right."""
    db.session.execute(update(SignInTry).where(SignInTry.id == attempt).values(succeeded=True))


def conclude_try(account: Account | None, attempt: int, *, fits: bool, policy: Policy) -> Outcome:
    """The end of a try, with its line; raises nothing, because a refusal must be kept too."""
    if account is None:
        return Outcome.WRONG
    doer = Command(account.name, account.id)
    expired = account.password_expires_at is not None and account.password_expires_at < clock.now()
    if not fits or account.disabled_at is not None or expired:
        record(doer, "account.refuse-sign-in", account)
        return Outcome.EXPIRED if fits and expired and account.disabled_at is None else Outcome.WRONG
    forgive_try(attempt)
    if policy is Policy.DENGBAO2 and clock.now() - account.password_changed_at > passwords.ROTATION:
        account.password_expires_at = account.password_expires_at or clock.now() + passwords.ROTATION_GRACE
    record(doer, "account.sign-in", account)
    return Outcome.ADMITTED


def sign_out(row: SignIn, *, by: Doer) -> None:
    """End one session: this browser's own, or another one from the list."""
    if row.ended_at is None:
        row.ended_at = clock.now()
        record(by, "account.sign-out", row.account)


def sign_out_everywhere(account: Account, *, by: Doer) -> int:
    """End every session of the account; gives how many."""
    ended = db.session.execute(
        update(SignIn)
        .where(SignIn.account_id == account.id, SignIn.ended_at.is_(None))
        .values(ended_at=clock.now())
        .returning(SignIn.id)
    ).all()
    record(by, "account.sign-out-everywhere", account, after={"sessions": len(ended)})
    return len(ended)


# --- passwords and the notice --------------------------------------------------------------------------------------


def check_new_password(account: Account, new: str, *, policy: Policy, old: str | None = None) -> None:
    """Raises WeakPassword with what to change."""
    fault = passwords.fault_of(new, policy=policy, login=account.login, name=account.name, old=old)
    if fault:
        raise WeakPassword(fault)


def hash_password(password: str) -> str:
    """Slow on purpose; call it outside a write transaction."""
    with _hashing:
        return generate_password_hash(passwords.normal(password))


def change_password(account: Account, hashed: str, *, by: Actor) -> None:
    """The owner's own change: a one-time password ends, and so does every session; the view opens a new one."""
    account.password_hash = hashed
    account.password_changed_at = clock.now()
    account.password_expires_at = None
    record(by, "account.change-password", account)
    sign_out_everywhere(account, by=by)


def read_notice(account: Account, *, by: Actor) -> None:
    """The notice about personal data was shown and read; kept once."""
    if account.notice_read_at is None:
        account.notice_read_at = clock.now()
        record(by, "account.read-notice", account)


# --- the administrator's acts --------------------------------------------------------------------------------------


def create_account(
    login: str, name: str, *, by: Doer, committee_id: int, member_id: int | None = None
) -> tuple[Account, str]:
    """A new account and its one-time password, which is kept nowhere in clear."""
    if db.session.scalar(select(Account.id).where(Account.login == login)) is not None:
        raise LoginTaken(f"登录名“{login}”已经有人用了，请换一个。")
    if member_id is not None and db.session.scalar(select(Account.id).where(Account.member_id == member_id)):
        raise Conflict(f"{name}已经有账号了。")
    password = passwords.one_time_password()
    moment = clock.now()
    account = Account(
        committee_id=committee_id,
        login=login,
        name=name,
        member_id=member_id,
        password_hash=hash_password(password),
        password_changed_at=moment,
        password_expires_at=moment + passwords.ONE_TIME_LIFE,
        created_at=moment,
    )
    db.session.add(account)
    record(by, "account.create", account, after={"login": login, "member": member_id})
    return account, password


def reset_password(account: Account, *, by: Doer) -> str:
    """A new one-time password; all sessions end and the lock on the name opens."""
    password = passwords.one_time_password()
    account.password_hash = hash_password(password)
    account.password_changed_at = clock.now()
    account.password_expires_at = clock.now() + passwords.ONE_TIME_LIFE
    db.session.execute(delete(SignInTry).where(SignInTry.login == account.login))
    record(by, "account.reset-password", account)
    sign_out_everywhere(account, by=by)
    return password


def disable_account(account: Account, *, by: Doer) -> None:
    """Nobody signs in with it any more; what it did stays readable under its name."""
    if account.id == by.account_id:
        raise Refused("不能停用自己的账号。")
    if account.disabled_at is None:
        account.disabled_at = clock.now()
        record(by, "account.disable", account)
        sign_out_everywhere(account, by=by)


def enable_account(account: Account, *, by: Doer) -> None:
    if account.disabled_at is not None:
        account.disabled_at = None
        record(by, "account.enable", account)


def grant_role(account: Account, role: Role, place: Place, *, by: Doer, starts_on: date) -> Appointment:
    """One of ACCOUNT_ROLES at a committee; raises ExclusiveRoles where duties must stay apart."""
    if role not in ACCOUNT_ROLES:
        raise Refused("支部和党小组的职务由党支部在“组织”页任命。")
    if account.id == by.account_id:
        raise ExclusiveRoles("不能给自己授权，请由另一位系统管理员办理。")
    refuse_mixed_roles(queries.roles_held(account, clock.today()), role, has_member=account.member_id is not None)
    appointment = Appointment(committee_id=place.committee_id, account_id=account.id, role=role, starts_on=starts_on)
    db.session.add(appointment)
    record(by, "account.grant-role", account, after={"role": role, "committee": place.committee_id, "from": starts_on})
    return appointment


def refuse_mixed_roles(held: Iterable[Role], role: Role, *, has_member: bool) -> None:
    """三员分立: an account that administrates or audits does nothing else and belongs to no Party member."""
    held = frozenset(held)
    if role in held:
        raise Conflict(f"已经是{role.label}了。")
    if role in SYSTEM_ROLES and has_member:
        raise ExclusiveRoles(f"{role.label}要用单独的账号，不能与党员本人的账号合用。")
    if (role in SYSTEM_ROLES and held) or held & SYSTEM_ROLES:
        raise ExclusiveRoles("系统管理员、审计员与业务职务不能由同一个账号担任。")


def may_hold(role: Role, held: Iterable[Role], *, has_member: bool) -> bool:
    try:
        refuse_mixed_roles(held, role, has_member=has_member)
    except Refused:
        return False
    return True


def end_role(appointment: Appointment, account: Account, *, by: Doer, on: date) -> None:
    """The role ends from `on`; one that had not begun is taken back whole."""
    if appointment.account_id == by.account_id:
        raise ExclusiveRoles("不能撤销自己的职务，请由另一位系统管理员办理。")
    record(by, "account.end-role", account, before={"role": appointment.role}, after={"ends_on": on})
    if appointment.starts_on >= on:
        db.session.delete(appointment)
    else:
        appointment.ends_on = on
