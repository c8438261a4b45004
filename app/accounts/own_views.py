"""A person's own page: password, devices, posts, and what is kept about oneself."""

from datetime import timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.accounts import operations, queries, sessions, watch_queries
from app.accounts.devices import device
from app.accounts.forms import ChangePasswordForm
from app.accounts.guard import current, judge_again, signed_in
from app.accounts.sign_in_views import blueprint, own_account, policy, renew
from app.foundation import clock, unit_of_work
from app.foundation.forms import text

blueprint.add_app_template_filter(device)


@blueprint.route("/me/password", methods=["GET", "POST"])
@signed_in(slow=True)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm(request.form)
    if request.method == "POST" and form.validate():
        try:
            _change_password(form)
        except operations.WrongPassword as error:
            form.refuse(error.message, form.present)
        except operations.WeakPassword as error:
            form.refuse(error.message, form.new)
        else:
            flash("密码已换，其他设备上的登录都已退出。")
            return redirect(url_for("accounts.me"))
    return render_template("accounts/password.html", form=form), 422 if request.method == "POST" else 200


def _change_password(form: ChangePasswordForm) -> None:
    """The present password is a guess like any other: counted first, so that an open screen helps nobody."""
    settings, account = current_app.config, own_account()
    operations.check_new_password(account, text(form.new), policy=policy(), old=text(form.present))
    hashed = account.password_hash
    with unit_of_work.transaction():
        attempt = operations.count_try(
            account.login,
            request.remote_addr or "",
            tries=settings["SIGN_IN_TRIES"],
            minutes=settings["SIGN_IN_LOCK_MINUTES"],
        )
    if not operations.password_fits(hashed, text(form.present)):
        raise operations.WrongPassword("现在的密码不对，请重填。")
    new = operations.hash_password(text(form.new))
    with unit_of_work.transaction():
        judge_again()
        operations.forgive_try(attempt)
        renew(own_account(), new)


@blueprint.get("/me")
@signed_in()
def me() -> str:
    actor, today = current(), clock.today()
    oldest = timedelta(hours=current_app.config["SESSION_ABSOLUTE_HOURS"])
    return render_template(
        "accounts/me.html",
        posts=queries.posts(actor.account_id, actor.member_id, today),
        sign_ins=queries.live_sign_ins(actor.account_id, clock.now() - oldest),
        done=watch_queries.done_to(actor.account_id),
        record=queries.own_record(actor.member_id, today) if actor.member_id is not None else None,
        today=today,
    )


@blueprint.post("/me/sessions/<int:sign_in_id>/end")
@signed_in()
def end_session(sign_in_id: int) -> Response:
    row = queries.own_sign_in(current().account_id, sign_in_id)
    if row is None:
        raise NotFound
    operations.sign_out(row, by=current())
    if row.id == current().sign_in_id:
        sessions.end()
        return redirect(url_for("accounts.sign_in"))
    flash("那台设备上的登录已退出。")
    return redirect(url_for("accounts.me"))
