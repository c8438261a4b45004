"""The first step of a real installation."""

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from app.accounts import operations as accounts
from app.accounts.actor import Command
from app.accounts.roles import Role
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.organisation import unit_operations
from app.organisation.models import Committee


@click.command("create-admin")
@click.option("--login", default="admin", show_default=True, help="Name to sign in with.")
@click.option("--name", default="系统管理员", show_default=True, help="Name shown on pages.")
@click.option("--committee", default="", help="The committee looked after; founded when it does not exist yet.")
@with_appcontext
def create_admin(login: str, name: str, committee: str) -> None:
    """Create a system administrator and print a one-time password, once."""
    by = Command()
    try:
        with unit_of_work.transaction():
            unit = _committee(committee.strip(), by)
            account, password = accounts.create_account(login.strip().lower(), name, by=by, committee_id=unit.id)
            accounts.grant_role(account, Role.SYSTEM_ADMINISTRATOR, unit.place, by=by, starts_on=clock.today())
            expires = clock.local(account.password_expires_at or clock.now())
    except Refused as error:
        raise click.ClickException(error.message) from error
    click.echo(
        f"登录名：{login}\n一次性密码：{password}\n{expires:%Y-%m-%d %H:%M} 前用它登录一次，系统会要求换成自己的密码。"
    )


def _committee(name: str, by: Command) -> Committee:
    """The one named; without a name the only root there is."""
    roots = db.session.scalars(select(Committee).where(Committee.parent_id.is_(None)).order_by(Committee.id)).all()
    if not name:
        if len(roots) == 1:
            return roots[0]
        raise click.ClickException("请用 --committee 写明党委名称。")
    found = db.session.scalar(select(Committee).where(Committee.name == name).order_by(Committee.id).limit(1))
    return found or unit_operations.found_committee(name, by=by)
