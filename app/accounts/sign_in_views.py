"""Signing in and out, and what has to be settled at the first time; the blueprint."""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect

from app.accounts import operations, queries, sessions, watch_queries
from app.accounts.forms import SettleForm, SignInForm
from app.accounts.guard import current, judge_again, public, signed_in
from app.accounts.models import Account
from app.accounts.operations import Outcome
from app.accounts.passwords import ONE_TIME_LIFE, Policy
from app.accounts.roles import Role
from app.foundation import clock, unit_of_work
from app.foundation.forms import text
from app.foundation.typography import moment

blueprint = Blueprint("accounts", __name__)

WATCHERS = frozenset({Role.FACTORY_COMMITTEE, Role.AUDITOR})
TOLD = 3
"""So many acts are told one by one at a sign-in; how many more there are is said."""

NEVER_NEXT = frozenset({"static", "accounts.sign_in", "accounts.settle"})
MESSAGES = {
    Outcome.WRONG: "登录名或密码不对，请检查后再试。",
    Outcome.EXPIRED: "一次性密码已过期，请找系统管理员重新发一个。",
}


def policy() -> Policy:
    return Policy(current_app.config["PASSWORD_POLICY"])


def own_address(target: str) -> str | None:
    """`target` as an address of one of our own pages, None for anything else.

    It is matched against the map of routes and then built anew from the match, so nothing of the stranger's text but
    the values of our own route and the query comes out.
    """
    parts = _own_parts(target)
    if parts is None:
        return None
    try:
        endpoint, values = current_app.url_map.bind("localhost").match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    if endpoint in NEVER_NEXT:
        return None
    query = urlencode(parse_qsl(parts.query))
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def _own_parts(target: str) -> SplitResult | None:
    """The parts of an address on this very host, if it is written plainly."""
    strange = "\\" in target or any(ord(one) < 0x21 or ord(one) == 0x7F for one in target)
    if not target or strange or len(target) > 2000:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if (parts.scheme, parts.netloc) not in {("", ""), (request.scheme, request.host)}:
        return None
    plain = parts.path.startswith("/") and not parts.path.startswith("//") and "%" not in parts.path
    return parts if plain else None


def _home() -> str:
    return "/"  # whoever stands at the front door: the home page of the role


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public(slow=True)
def sign_in() -> ResponseReturnValue:
    target = own_address(request.values.get("next", ""))
    if request.method != "POST" and current_user.is_authenticated:
        return redirect(target or _home())
    form = SignInForm(request.form, next=target or "")
    if request.method != "POST":
        return render_template("accounts/sign_in.html", form=form)
    form.next.data = target or ""
    if not form.validate():
        return render_template("accounts/sign_in.html", form=form), 422
    outcome = _try_to_sign_in(text(form.login).lower(), text(form.password))
    if outcome is not Outcome.ADMITTED:
        form.refuse(MESSAGES[outcome], form.password)
        return render_template("accounts/sign_in.html", form=form), 422
    _tell_what_was_done()
    return redirect(target or _home())


def _tell_what_was_done() -> None:
    """Said at every sign-in of the week after: to the owner of an account, and of offices' accounts to the others."""
    actor, since = current(), clock.now() - ONE_TIME_LIFE
    own = watch_queries.done_to(actor.account_id, since=since)
    for act in own[:TOLD]:
        flash(f"{moment(act.at)}，{act.doer}对您的账号：{act.words}。不是您要办的，请告诉审计员。", "warning")
    if len(own) > TOLD:
        flash(f"对您的账号另有 {len(own) - TOLD} 件，请在“我的”核对。", "warning")
    watched = frozenset[int]().union(*(grant.committees for grant in actor.grants if grant.role in WATCHERS))
    if not watched:
        return
    offices = watch_queries.done_to_offices(watched, since, but=actor.account_id)
    for act in offices[:TOLD]:
        flash(f"{moment(act.at)}，{act.doer}对{act.subject}：{act.words}。觉得不对，请与本人和审计员核对。", "warning")
    if len(offices) > TOLD:
        flash(f"对机关账号另有 {len(offices) - TOLD} 件，请与审计员核对。", "warning")


def _try_to_sign_in(login: str, password: str) -> Outcome:
    """Count, hash outside of any transaction, conclude: the order that holds against parallel guesses."""
    settings = current_app.config
    with unit_of_work.transaction():
        attempt = operations.count_try(
            login,
            request.remote_addr or "",
            tries=settings["SIGN_IN_TRIES"],
            minutes=settings["SIGN_IN_LOCK_MINUTES"],
        )
        account = queries.account_by_login(login)
        hashed = account.password_hash if account else None
    fits = operations.password_fits(hashed, password)
    with unit_of_work.transaction():
        account = queries.account_by_login(login)
        if account is not None and account.password_hash != hashed:  # reset while the old one was being hashed
            fits = False
        outcome = operations.conclude_try(account, attempt, fits=fits, policy=policy())
        if account is not None and outcome is Outcome.ADMITTED:
            sessions.start(account)
    return outcome


@blueprint.post("/sign-out")
@signed_in(unsettled=True)
def sign_out() -> ResponseReturnValue:
    actor = current()
    row = queries.own_sign_in(actor.account_id, actor.sign_in_id)
    if row is not None:
        operations.sign_out(row, by=actor)
    sessions.end()
    flash("已退出登录。")
    return redirect(url_for("accounts.sign_in"))


@blueprint.post("/sign-out/everywhere")
@signed_in(unsettled=True)
def sign_out_everywhere() -> ResponseReturnValue:
    ended = operations.sign_out_everywhere(own_account(), by=current())
    sessions.end()
    flash(f"已在所有设备上退出登录，共 {ended} 处。")
    return redirect(url_for("accounts.sign_in"))


def own_account() -> Account:
    account = queries.account(current().account_id)
    if account is None:
        raise NotFound
    return account


@blueprint.route("/settle", methods=["GET", "POST"])
@signed_in(slow=True, unsettled=True)
def settle() -> ResponseReturnValue:
    """First sign-in: another password in place of the one-time one, and the notice about personal data."""
    actor = current()
    target = own_address(request.values.get("next", "")) or _home()
    if not actor.must_change_password and actor.notice_read:
        return redirect(target)
    form = SettleForm(request.form)
    if not actor.must_change_password:
        del form.new, form.again
    if actor.notice_read:
        del form.noticed
    if request.method == "POST" and form.validate():
        try:
            _settle(form)
        except operations.WeakPassword as error:
            form.refuse(error.message, form.new)
        else:
            return redirect(target)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/settle.html", form=form, target=target), status


def _settle(form: SettleForm) -> None:
    actor, account, hashed = current(), own_account(), None
    if "new" in form:
        operations.check_new_password(account, text(form.new), policy=policy())
        hashed = operations.hash_password(text(form.new))
    with unit_of_work.transaction():
        judge_again()
        account = own_account()
        if "noticed" in form:
            operations.read_notice(account, by=actor)
        if hashed is not None:
            renew(account, hashed)


def renew(account: Account, hashed: str) -> None:
    """Every session ends, this browser's too, which gets a new one."""
    operations.change_password(account, hashed, by=current())
    sessions.start(account)
