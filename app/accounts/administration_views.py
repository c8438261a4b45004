"""The administrator's desk: accounts, one-time passwords, and who administrates, audits or speaks for a committee."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.accounts import operations, queries
from app.accounts.forms import OFFERED, MemberAccountForm, NewAccountForm, RoleForm, SearchForm
from app.accounts.guard import allow, current
from app.accounts.models import Account
from app.accounts.permissions import Permission
from app.accounts.queries import Candidate
from app.accounts.roles import Role
from app.accounts.sign_in_views import blueprint
from app.foundation import clock
from app.foundation.errors import Refused
from app.foundation.forms import options, text
from app.foundation.paging import page_of, requested_key
from app.foundation.places import Place

PAGE_ROWS = 50


def _committees() -> frozenset[int]:
    """The committees whose accounts the administrator looks after."""
    return frozenset[int]().union(
        *(grant.committees for grant in current().grants if grant.role is Role.SYSTEM_ADMINISTRATOR)
    )


@blueprint.get("/accounts")
@allow(Permission.ACCOUNT_MANAGE)
def administration() -> ResponseReturnValue:
    form = SearchForm(request.args)
    words = text(form.q) if form.validate() else ""
    rows = queries.accounts_page(
        _committees(), clock.today(), words=words, after=_position(requested_key()), size=PAGE_ROWS
    )
    page = page_of(rows, PAGE_ROWS, lambda row: f"{row.id}.{row.name}")
    return render_template("accounts/administration.html", form=form, page=page, words=words)


def _position(key: str | None) -> tuple[str, int] | None:
    """`17.张三`: the last row of the page before; anything else is the first page."""
    number, _, name = (key or "").partition(".")
    return (name, int(number)) if number.isdecimal() and len(number) < 16 and name else None


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_MANAGE)
def new_account() -> ResponseReturnValue:
    """For officials without a Party post in a branch: the committee's office, administrators, auditors."""
    form = NewAccountForm(request.form)
    names = queries.committee_names(_committees())
    form.committee.choices = options(names.items())
    if request.method == "POST" and form.validate():
        try:
            account, password = operations.create_account(
                text(form.login), text(form.name), by=current(), committee_id=form.committee.data
            )
            operations.grant_role(
                account, Role(form.role.data), Place(form.committee.data), by=current(), starts_on=clock.today()
            )
        except operations.LoginTaken as error:
            form.refuse(error.message, form.login)
        else:
            return render_template("accounts/one_time.html", account=account, password=password, new=True)
    return render_template("accounts/new.html", form=form), 422 if request.method == "POST" else 200


@blueprint.get("/accounts/members")
@allow(Permission.ACCOUNT_MANAGE)
def members_without_account() -> str:
    form = SearchForm(request.args)
    words = text(form.q) if form.validate() else ""
    rows = queries.members_without_account(
        _committees(), clock.today(), words=words, after=_position(requested_key()), size=PAGE_ROWS
    )
    page = page_of(rows, PAGE_ROWS, lambda row: f"{row.id}.{row.name}")
    return render_template("accounts/members.html", form=form, page=page, words=words)


def _candidate(member_id: int) -> Candidate | None:
    return queries.candidate(member_id, clock.today())


@blueprint.route("/accounts/members/<int:member_id>", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_MANAGE, _candidate)
def new_member_account(candidate: Candidate) -> ResponseReturnValue:
    if candidate.account_id is not None:
        flash(f"{candidate.name}已经有账号了。", "warning")
        return redirect(url_for("accounts.account_page", account_id=candidate.account_id))
    form = MemberAccountForm(request.form, data={"login": (candidate.staff_no or "").lower()})
    if request.method == "POST" and form.validate():
        try:
            account, password = operations.create_account(
                text(form.login),
                candidate.name,
                by=current(),
                committee_id=candidate.committee_id,
                member_id=candidate.id,
            )
        except operations.LoginTaken as error:
            form.refuse(error.message, form.login)
        else:
            return render_template("accounts/one_time.html", account=account, password=password, new=True)
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/new_member.html", form=form, candidate=candidate), status


@blueprint.get("/accounts/<int:account_id>")
@allow(Permission.ACCOUNT_MANAGE, queries.account)
def account_page(account: Account) -> str:
    return _account_page(account, _role_form(RoleForm(data={"committee": account.committee_id})))


def _role_form(form: RoleForm) -> RoleForm:
    form.committee.choices = options(queries.committee_names(_committees()).items())
    return form


def _account_page(account: Account, form: RoleForm) -> str:
    today = clock.today()
    posts = queries.posts(account.id, account.member_id, today)
    if not form.errors:
        held = {post.role for post in posts if post.ends_on is None or post.ends_on > today}
        free = [role for role in OFFERED if operations.may_hold(role, held, has_member=account.member_id is not None)]
        form.role.choices = options((role.value, role.label) for role in free)
    return render_template(
        "accounts/account.html",
        account=account,
        posts=posts,
        form=form,
        today=today,
    )


@blueprint.post("/accounts/<int:account_id>/reset")
@allow(Permission.ACCOUNT_MANAGE, queries.account)
def reset_password(account: Account) -> str:
    password = operations.reset_password(account, by=current())
    return render_template("accounts/one_time.html", account=account, password=password, new=False)


@blueprint.post("/accounts/<int:account_id>/disable")
@allow(Permission.ACCOUNT_MANAGE, queries.account)
def disable(account: Account) -> Response:
    operations.disable_account(account, by=current())
    flash(f"{account.name}的账号已停用，各处登录已退出。")
    return redirect(url_for("accounts.account_page", account_id=account.id))


@blueprint.post("/accounts/<int:account_id>/enable")
@allow(Permission.ACCOUNT_MANAGE, queries.account)
def enable(account: Account) -> Response:
    operations.enable_account(account, by=current())
    flash(f"{account.name}的账号已恢复。")
    return redirect(url_for("accounts.account_page", account_id=account.id))


@blueprint.post("/accounts/<int:account_id>/roles")
@allow(Permission.ACCOUNT_MANAGE, queries.account)
def grant_role(account: Account) -> ResponseReturnValue:
    form = _role_form(RoleForm(request.form))
    if form.validate():
        try:
            role, place = Role(form.role.data), Place(form.committee.data)
            operations.grant_role(account, role, place, by=current(), starts_on=clock.today())
        except Refused as error:
            form.refuse(error.message)
        else:
            flash(f"{account.name}已担任{role.label}。")
            return redirect(url_for("accounts.account_page", account_id=account.id))
    return _account_page(account, form), 422


@blueprint.post("/accounts/<int:account_id>/roles/<int:appointment_id>/end")
@allow(Permission.ACCOUNT_MANAGE, queries.account)
def end_role(account: Account, appointment_id: int) -> Response:
    appointment = queries.own_appointment(account.id, appointment_id)
    if appointment is None:
        raise NotFound
    operations.end_role(appointment, account, by=current(), on=clock.today())
    flash(f"{account.name}的{appointment.role.label}已免去。")
    return redirect(url_for("accounts.account_page", account_id=account.id))
