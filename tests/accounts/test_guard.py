"""The guard: closed unless declared, the object judged before it is handed over."""

from http import HTTPStatus

import pytest
from flask import Blueprint, Flask

from app.accounts.guard import allow, public
from app.accounts.permissions import RULES, Permission, may, may_see
from app.accounts.roles import Grant, Role
from app.foundation.places import Place
from app.organisation import queries
from app.organisation.models import PartyGroup
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import sign_in

SYSTEM = {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR}


@pytest.fixture
def app(make_app: AppMaker) -> Flask:
    app = make_app()
    trial = Blueprint("trial", __name__, url_prefix="/trial")

    @trial.get("/undeclared")
    def undeclared() -> str:
        return "never seen"

    @trial.get("/open")
    @public()
    def open_to_all() -> dict[str, str]:
        return {"seen": "by all"}

    @trial.get("/groups/<int:group_id>/<word>")
    @allow(Permission.ACTIVITY_WRITE, queries.group)
    def judged(group: PartyGroup, word: str) -> dict[str, object]:
        return {"group": group.id, "word": word}

    app.register_blueprint(trial)
    return app


def test_a_route_without_a_declaration_is_closed(app: Flask, scene: Scene) -> None:
    assert app.test_client().get("/trial/undeclared").status_code == HTTPStatus.FORBIDDEN
    assert sign_in(app.test_client(), "committee").get("/trial/undeclared").status_code == HTTPStatus.FORBIDDEN


def test_public_is_open(app: Flask) -> None:
    assert app.test_client().get("/trial/open").json == {"seen": "by all"}


def test_nobody_is_sent_to_the_sign_in_page(app: Flask, scene: Scene) -> None:
    answer = app.test_client().get("/trial/groups/1/x?a=1")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/trial/groups/1/x?a%3D1")


def test_the_getter_is_the_guard(app: Flask, scene: Scene) -> None:
    own, sister = scene.group, scene.sister_group
    leader = sign_in(app.test_client(), "leader1")
    assert leader.get(f"/trial/groups/{own}/hello").json == {"group": own, "word": "hello"}
    assert leader.get(f"/trial/groups/{sister}/hello").status_code == HTTPStatus.NOT_FOUND
    assert leader.get("/trial/groups/999999/hello").status_code == HTTPStatus.NOT_FOUND
    committee = sign_in(app.test_client(), "committee")
    assert committee.get(f"/trial/groups/{own}/hello").status_code == HTTPStatus.NOT_FOUND  # holds it nowhere


def test_administrator_and_auditor_share_no_rule_with_business() -> None:
    for permission, rules in RULES.items():
        roles = frozenset().union(*(rule.roles for rule in rules))
        assert len(roles & SYSTEM) == 0 or len(roles) == 1, permission


def test_every_permission_has_a_rule_and_names_are_sorted() -> None:
    assert set(RULES) == set(Permission)
    assert [p.name for p in Permission] == sorted(p.name for p in Permission)


def test_reaches() -> None:
    leader = [Grant(Role.GROUP_LEADER, Place(1, 2, 3), frozenset({1}))]
    own, sister, other_branch, other_committee = Place(1, 2, 3), Place(1, 2, 4), Place(1, 5, 6), Place(9, 2, 3)
    assert [may(leader, Permission.ACTIVITY_WRITE, p) for p in (own, sister, other_branch, other_committee)] == [
        True, False, False, False,
    ]  # fmt: skip
    assert [may(leader, Permission.BOARD_READ, p) for p in (own, sister, other_branch)] == [True, True, False]
    assert [may_see(leader, p) for p in (own, sister)] == [True, False]
    upper = [Grant(Role.FACTORY_COMMITTEE, Place(1), frozenset({1, 4}))]
    assert [may(upper, Permission.ACTIVITY_READ, p) for p in (own, Place(4, 8, 9), other_committee)] == [
        True,
        True,
        False,
    ]
