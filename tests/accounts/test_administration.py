"""The administrator's desk: accounts, one-time passwords, and duties that stay apart."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
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
from tests.fixtures.statements import Statements, counts_of

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


@pytest.mark.parametrize(
    ("login", "offered"),
    [("leader1", ["厂党委"]), ("committee", []), ("auditor", []), ("admin", [])],
)
def test_only_what_may_be_granted_is_offered(signed_in: SignInAs, scene: Scene, login: str, offered: list[str]) -> None:
    page = signed_in("admin").get(f"/accounts/{scene.accounts[login]}").text
    choices = re.search(r'<select[^>]*name="role"[^>]*>(.*?)</select>', page, re.DOTALL)
    assert re.findall(r"<option[^>]*>([^<]+)", choices[1] if choices else "") == offered


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


# --- what administrators do is seen by somebody else ----------------------------------------------------------------


def told(app: Flask, login: str, password: str = PASSWORD) -> list[str]:
    """What is said to somebody right after signing in, without the moment."""
    client = app.test_client()
    assert client.post("/sign-in", data={"login": login, "password": password}).status_code == 302
    page = client.get("/", follow_redirects=True).text
    return re.findall(r'<p class="notice warning">[-\d]+ [\d:]+，([^<]+)</p>', page)


def test_a_reset_password_is_told_to_its_owner_and_an_offices_to_the_others(
    signed_in: SignInAs, scene: Scene, app: Flask
) -> None:
    admin = signed_in("admin")
    passwords = {
        login: password_in(admin.post(f"/accounts/{scene.accounts[login]}/reset").text)
        for login in ("auditor", "leader1")
    }
    own = "示例admin对您的账号：重置密码。不是您要办的，请告诉审计员。"
    office = "示例admin对示例auditor（auditor）：重置密码。觉得不对，请与本人和审计员核对。"
    assert told(app, "auditor", passwords["auditor"]) == [own]
    assert told(app, "leader1", passwords["leader1"]) == [own]
    assert told(app, "committee") == [office]
    assert told(app, "secretary") == []


def test_power_that_is_given_is_told_to_those_who_hold_it(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    admin = signed_in("admin")
    made = admin.post("/accounts/new", data={**NEW, "role": "factory_committee", "committee": scene.committee})
    office = "示例admin对示例审计（auditor2）：授予厂党委。觉得不对，请与本人和审计员核对。"
    assert [told(app, login) for login in ("committee", "auditor", "leader1", "foreign-leader")] == [
        [office], [office], [], [],
    ]  # fmt: skip
    assert told(app, "auditor2", password_in(made.text)) == [
        "示例admin对您的账号：授予厂党委。不是您要办的，请告诉审计员。"
    ]
    desk = signed_in("auditor").get("/audit").text
    assert re.findall(r"<b>(示例审计（auditor2）)</b> <span>([^<]+)</span>", desk) == [
        ("示例审计（auditor2）", "授予厂党委")
    ]


def test_what_was_done_to_an_account_stands_on_its_owners_page_for_good(
    signed_in: SignInAs, scene: Scene, app: Flask, clock: time_machine.Traveller
) -> None:
    admin = signed_in("admin")
    number = scene.accounts["leader1"]
    assert admin.post(f"/accounts/{number}/disable").status_code == 302
    assert admin.post(f"/accounts/{number}/enable").status_code == 302
    clock.shift(timedelta(days=8))
    assert told(app, "leader1") == []
    page = signed_in("leader1").get("/me").text
    assert re.findall(r"<li>(恢复账号|停用账号)<br>", page) == ["恢复账号", "停用账号"]
    assert "别人对我的账号做过" not in signed_in("leader2").get("/me").text


def test_an_account_made_for_somebody_with_a_post_is_told(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, scene.group)
        plain, posted = factories.member(group, "示例新人"), factories.member(group, "示例新组长")
        factories.appointment(Role.GROUP_LEADER, group, posted)
        logins = {"plain": plain.id, "posted": posted.id}
    made = {
        login: password_in(signed_in("admin").post(f"/accounts/members/{number}", data={"login": login}).text)
        for login, number in logins.items()
    }
    words = "示例admin对示例新组长（posted）：新建账号。觉得不对，请与本人和审计员核对。"
    assert [told(app, login) for login in ("committee", "auditor")] == [[words], [words]]
    assert told(app, "posted", made["posted"]) == []


def test_nothing_that_was_done_is_hidden_behind_what_was_done_after_it(
    signed_in: SignInAs, scene: Scene, app: Flask
) -> None:
    admin, number = signed_in("admin"), scene.accounts["committee"]
    password = password_in(admin.post(f"/accounts/{number}/reset").text)
    for _ in range(6):
        admin.post(f"/accounts/{number}/disable")
        admin.post(f"/accounts/{number}/enable")
    assert "重置密码" in signed_in("auditor").get("/audit").text.split("</ul></section>")[0]
    more = {login: app.test_client() for login in ("auditor", "committee")}
    for login, client in more.items():
        client.post("/sign-in", data={"login": login, "password": password if login == "committee" else PASSWORD})
    said = {login: client.get("/", follow_redirects=True).text for login, client in more.items()}
    assert "对机关账号另有 10 件，请与审计员核对。" in said["auditor"]
    assert "对您的账号另有 10 件，请在“我的”核对。" in said["committee"]


def test_the_list_is_paged_by_position(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.committee)
        for number in range(60):
            factories.account(f"extra{number}", committee, name=f"同名{number % 3}")
    seen = listed(signed_in("admin"), "/accounts?q=同名", "/accounts/")
    assert (len(seen), len(set(seen))) == (60, 60)


def test_members_without_an_account_are_paged_by_position(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        group = db.session.get_one(PartyGroup, scene.group)
        for number in range(120):
            factories.member(group, f"同名{number % 3}")
    seen = listed(signed_in("admin"), "/accounts/members?q=同名", "/accounts/members/")
    assert (len(seen), len(set(seen))) == (120, 120)


def listed(admin: FlaskClient, path: str, prefix: str) -> list[int]:
    """The numbers that the pages of a list lead to, from the first page to the last."""
    seen = []
    while path:
        page = admin.get(path).text
        seen += [int(number) for number in re.findall(rf'href="{prefix}(\d+)"', page)]
        following = re.search(r'href="([^"]+)" rel="next"', page)
        path = html.unescape(following[1]) if following else ""
    return seen


def test_statements_do_not_grow(signed_in: SignInAs, scene: Scene, app: Flask, statements: Statements) -> None:
    admin, leader = signed_in("admin"), signed_in("leader1")
    paths = [
        (admin, "/accounts"),
        (admin, "/accounts/members"),
        (admin, f"/accounts/{scene.accounts['leader1']}"),
        (leader, "/me"),
    ]

    counts_of(statements, paths)  # what is kept from one act to the next
    small = counts_of(statements, paths)
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.committee)
        for number in range(500):
            factories.account(f"extra{number}", committee)
            factories.member(db.session.get_one(PartyGroup, scene.group))
    assert counts_of(statements, paths) == small
    assert max(small) <= 6
