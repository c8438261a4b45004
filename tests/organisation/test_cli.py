"""The first step of a real installation."""

from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.foundation.db import db
from app.organisation.models import Committee


def test_create_admin_on_an_empty_house(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["create-admin"]).exit_code == 1
    done = runner.invoke(args=["create-admin", "--login", "Root", "--committee", "示例党委"])
    assert done.exit_code == 0
    password = done.output.split("一次性密码：")[1].split("\n")[0]
    with app.app_context():
        committee = db.session.scalars(select(Committee)).one()
        assert (committee.name, committee.path, committee.is_demo) == ("示例党委", f"/{committee.id}/", False)
        assert db.session.scalars(select(Appointment.role)).all() == [Role.SYSTEM_ADMINISTRATOR]
        assert password not in db.session.scalars(select(Account.password_hash)).one()
    client = app.test_client()
    assert client.post("/sign-in", data={"login": "root", "password": password}).location == "/"
    assert client.get("/accounts").location.startswith("/settle")


def test_a_second_admin_of_the_same_name_is_refused(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["create-admin", "--committee", "示例党委"]).exit_code == 0
    again = runner.invoke(args=["create-admin"])
    assert (again.exit_code, "已经有人用了" in again.output) == (1, True)
    with app.app_context():
        assert len(db.session.scalars(select(Account)).all()) == 1
