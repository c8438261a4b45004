"""The administrator's desk: accounts, one-time passwords, and duties that stay apart."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import Account, Appointment
from app.accounts.operations import refuse_mixed_roles
from app.accounts.roles import Role
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.errors import Refused
from app.organisation.models import Committee, PartyGroup
from tests import factories
from tests.factories import PASSWORD, Scene
from tests.fixtures.statements import Statements

SignInAs = Callable[[str], FlaskClient]
NEW = {"role": "auditor", "name": "示例审计", "login": "auditor2"}


def password_in(page: str) -> str:
    return page.split('class="secret">')[1].split("<", maxsplit=1)[0]


def test_a_new_account_shows_its_password_once(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    admin = signed_in("admin")
    made = admin.post("/accounts/new", data={**NEW, "committee": scene.committee})
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    password = password_in(made.text)
    with app.app_context():
        account = db.session.scalars(select(Account).where(Account.login == "auditor2")).one()
        assert password not in admin.get(f"/accounts/{account.id}").text
        assert password not in str(db.session.scalars(select(AuditLine.after)).all())
    newcomer = app.test_client()
    assert newcomer.post("/sign-in", data={"login": "auditor2", "password": password}).status_code == 302
    assert newcomer.get("/audit").location == "/settle?next=/audit"


def test_a_taken_login_is_said_and_nothing_is_made(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    response = signed_in("admin").post("/accounts/new", data={**NEW, "login": "leader1", "committee": scene.committee})
    assert response.status_code == 422
    assert "登录名“leader1”已经有人用了，请换一个。" in response.text
    with app.app_context():
        assert db.session.scalar(select(Account).where(Account.name == "示例审计")) is None


def test_an_account_for_a_member(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        who = factories.member(db.session.get_one(PartyGroup, scene.group), "示例无账号").id
    admin = signed_in("admin")
    assert "示例无账号" in admin.get("/accounts/members?q=无账号").text
    assert "示例leader1" not in admin.get("/accounts/members").text
    made = admin.post(f"/accounts/members/{who}", data={"login": "newbie"})
    assert made.status_code == 200
    assert "示例无账号已经有账号了。" in admin.get(f"/accounts/members/{who}", follow_redirects=True).text
    newcomer = app.test_client()
    newcomer.post("/sign-in", data={"login": "newbie", "password": password_in(made.text)})
    new = {"new": "correct horse", "again": "correct horse", "noticed": "y"}
    assert newcomer.post("/settle", data=new).status_code == 302
    assert "生产一党小组" in newcomer.get("/me").text


def test_resetting_ends_sessions_and_opens_the_lock(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    admin, leader = signed_in("admin"), signed_in("leader1")
    browser = app.test_client()
    for _ in range(5):
        browser.post("/sign-in", data={"login": "leader1", "password": "wrong"})
    password = password_in(admin.post(f"/accounts/{scene.accounts['leader1']}/reset").text)
    assert leader.get("/me").status_code == 302
    assert browser.post("/sign-in", data={"login": "leader1", "password": PASSWORD}).status_code == 422
    assert browser.post("/sign-in", data={"login": "leader1", "password": password}).status_code == 302


def test_disabling_ends_sessions(signed_in: SignInAs, scene: Scene) -> None:
    admin, leader = signed_in("admin"), signed_in("leader1")
    assert admin.post(f"/accounts/{scene.accounts['leader1']}/disable").status_code == 302
    assert leader.get("/me").status_code == 302
    assert admin.post(f"/accounts/{scene.accounts['leader1']}/enable").status_code == 302
    assert admin.post(f"/accounts/{scene.accounts['admin']}/disable").status_code == 422


@pytest.mark.parametrize(
    ("login", "role", "words"),
    [
        ("leader1", "system_administrator", "要用单独的账号"),
        ("leader1", "auditor", "要用单独的账号"),
        ("committee", "auditor", "不能由同一个账号担任"),
        ("auditor", "system_administrator", "不能由同一个账号担任"),
        ("auditor", "factory_committee", "不能由同一个账号担任"),
        ("admin", "factory_committee", "不能给自己授权"),
        ("committee", "factory_committee", "已经是厂党委了"),
        ("committee", "secretary", "不是有效的选择"),
    ],
)
def test_duties_stay_apart(signed_in: SignInAs, scene: Scene, app: Flask, *, login: str, role: str, words: str) -> None:
    def held() -> list[int]:
        with app.app_context():
            return list(db.session.scalars(select(Appointment.id).order_by(Appointment.id)))

    before = held()
    response = signed_in("admin").post(
        f"/accounts/{scene.accounts[login]}/roles", data={"role": role, "committee": scene.committee}
    )
    assert response.status_code in {409, 422}
    assert words in response.text
    assert held() == before


def test_granting_and_ending_a_role(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    admin, account = signed_in("admin"), scene.accounts["member1"]
    granted = admin.post(f"/accounts/{account}/roles", data={"role": "factory_committee", "committee": scene.committee})
    assert granted.status_code == 302
    with app.app_context():
        number = db.session.scalars(select(Appointment.id).where(Appointment.account_id == account)).one()
    assert signed_in("member1").get(f"/committees/{scene.committee}").status_code == 200
    assert admin.post(f"/accounts/{account}/roles/{number}/end").status_code == 302
    assert signed_in("member1").get(f"/committees/{scene.committee}").status_code in {403, 404}
    assert admin.post(f"/accounts/{scene.accounts['leader2']}/roles/{number}/end").status_code == 404


@pytest.mark.parametrize("held", [{Role.MEMBER}, {Role.FACTORY_COMMITTEE}, {Role.AUDITOR}, {Role.SECRETARY}])
def test_no_pair_with_a_system_role_is_possible(held: set[Role]) -> None:
    with pytest.raises(Refused):
        refuse_mixed_roles(held, Role.SYSTEM_ADMINISTRATOR, has_member=False)


def test_accounts_of_another_committee_are_absent(signed_in: SignInAs, scene: Scene) -> None:
    admin = signed_in("admin")
    foreign = scene.accounts["foreign-leader"]
    assert "示例foreign-leader" not in admin.get("/accounts").text
    assert admin.get(f"/accounts/{foreign}").status_code == 404
    assert admin.post(f"/accounts/{foreign}/reset").status_code == 404


@pytest.mark.parametrize("login", ["auditor", "committee", "secretary", "member1"])
def test_nobody_else_administrates(signed_in: SignInAs, scene: Scene, login: str) -> None:
    client = signed_in(login)
    assert client.get("/accounts").status_code == 403
    assert client.post(f"/accounts/{scene.accounts['leader1']}/reset").status_code == 404


def test_the_list_is_paged_by_position(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.committee)
        for number in range(60):
            factories.account(f"extra{number}", committee, name=f"同名{number % 3}")
    admin = signed_in("admin")
    seen, path = [], "/accounts?q=同名"
    while path:
        page = admin.get(path).text
        seen += [int(link.split('"')[0]) for link in page.split('href="/accounts/')[1:] if link.split('"')[0].isdigit()]
        older = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0] if 'rel="next"' in page else ""
        path = older.replace("&amp;", "&")
    assert len(seen) == 60
    assert len(set(seen)) == 60


def test_statements_do_not_grow(signed_in: SignInAs, scene: Scene, app: Flask, statements: Statements) -> None:
    admin, leader = signed_in("admin"), signed_in("leader1")
    paths = [
        (admin, "/accounts"),
        (admin, "/accounts/members"),
        (admin, f"/accounts/{scene.accounts['leader1']}"),
        (leader, "/me"),
    ]

    def counts() -> list[int]:
        found = []
        for client, path in paths:
            with statements() as seen:
                assert client.get(path).status_code == 200
            found.append(len(seen))
        return found

    counts()
    small = counts()
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.committee)
        for number in range(40):
            factories.account(f"extra{number}", committee)
            factories.member(db.session.get_one(PartyGroup, scene.group))
    assert counts() == small
    assert max(small) <= 6
