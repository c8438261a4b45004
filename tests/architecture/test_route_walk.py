"""Every route, by every role, at the own place, at others and at none: the answer is what the pure table says.

The routes come from the map of addresses, so a new one is walked without being named here. Nothing that the walk
does is kept: the unit of work rolls every request back.
"""

import tempfile
from collections.abc import Iterator
from inspect import signature
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from app import create_app
from app.accounts.guard import Access, access_of
from app.accounts.permissions import may, may_see, may_somewhere
from app.accounts.roles import Grant
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.places import Place
from tests.architecture import world
from tests.factories import Scene
from tests.fixtures.database import settings_for
from tests.fixtures.scene import ActorOf, sign_in

NOBODY = "nobody"
# Refused by what the route does with its own arguments, after the guard let the reader in.
HIDES_BY_STATE: dict[str, str] = {
    "accounts.end_session": "a person's own sessions only",
}


def all_rules() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        return [
            (rule.endpoint, method, rule.rule)
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]


RULES = all_rules()


def rule_of(app: Flask, endpoint: str, address: str) -> Rule:
    return next(rule for rule in app.url_map.iter_rules(endpoint) if rule.rule == address)


def deepest(places: list[Place]) -> Place:
    return max(places, key=lambda place: (place.branch_id is not None) + (place.group_id is not None))


def targets(app: Flask, rule: Rule, access: Access, scene: Scene) -> Iterator[tuple[str, str, Place | None]]:
    """Where, address, and the place of the object that the guard judges (None: no such object)."""
    names = rule.arguments - world.PLAIN.keys()
    judged = [name for name in signature(access.getter).parameters if name in names] if access.getter else []
    with app.app_context(), app.test_request_context():
        found = {where: world.examples(scene, where) for where in world.WHERES}
        unknown = names - found["first"].keys()
        assert unknown == set(), f"tests/architecture/world.py has no example of {unknown}"
        plain = {name: world.PLAIN[name] for name in rule.arguments & world.PLAIN.keys()}
        adapter = app.url_map.bind("localhost")
        for where, examples in found.items():
            values = {name: examples[name][0] for name in names}
            place = deepest([examples[name][1] for name in judged]) if judged else None
            yield where, adapter.build(rule.endpoint, {**plain, **values}, force_external=False), place
            if not names:
                return
        absent = {name: world.ABSENT for name in names}
        yield "absent", adapter.build(rule.endpoint, {**plain, **absent}), None


def refusal(access: Access, grants: tuple[Grant, ...] | None, place: Place | None, *, has_arguments: bool) -> int | None:
    """The status that the pure table asks for, or None where the reader is let in."""
    if access.word == "public":
        return None
    if grants is None:
        return 302
    if access.permission is None:
        return None
    if not may_somewhere(grants, access.permission):
        return 404 if has_arguments else 403
    if access.getter is None or not has_arguments:
        return None
    if place is None:
        return 404
    if may(grants, access.permission, place):
        return None
    return 403 if may_see(grants, place) else 404


def roll_back_all(patch: pytest.MonkeyPatch) -> None:
    end = unit_of_work._end
    patch.setattr(unit_of_work, "_end", lambda *, keep: end(keep=False))  # noqa: ARG005 - the real one's signature


def open_as(client: FlaskClient, method: str, address: str) -> tuple[int, str]:
    answer = client.open(address, method=method)
    answer.close()
    return answer.status_code, answer.location or ""


@pytest.mark.parametrize(("endpoint", "method", "address"), RULES, ids=lambda value: str(value))
def test_walk(
    app: Flask, scene: Scene, actor: ActorOf, monkeypatch: pytest.MonkeyPatch, endpoint: str, method: str, address: str
) -> None:
    rule = rule_of(app, endpoint, address)
    with app.app_context():
        access = access_of(endpoint)
        assert access is not None
        people = {login: actor(login).grants for login in scene.accounts}
    browsers = {login: sign_in(app.test_client(), login) for login in people}
    browsers[NOBODY] = app.test_client()
    routes = list(targets(app, rule, access, scene))
    with app.app_context():
        db.session.remove()
    roll_back_all(monkeypatch)
    wrong = []
    for where, url, place in routes:
        for login, browser in browsers.items():
            status, location = open_as(browser, method, url)
            wanted = refusal(access, people.get(login), place, has_arguments=bool(rule.arguments))
            if wanted is None:
                hidden = status == 404 and (endpoint in HIDES_BY_STATE or where == "absent")
                fine = hidden or (status < 500 and status not in {401, 403, 404})
            else:
                fine = status == wanted and (wanted != 302 or location.startswith("/sign-in"))
            if not fine:
                wrong.append((login, where, method, url, status, f"wanted {wanted or 'to be let in'}"))
    assert wrong == []


@pytest.mark.parametrize(
    ("endpoint", "method", "address"), [rule for rule in RULES if rule[1] != "GET"], ids=lambda value: str(value)
)
def test_no_post_without_its_token(app: Flask, scene: Scene, endpoint: str, method: str, address: str) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True
    rule = rule_of(app, endpoint, address)
    with app.app_context():
        access = access_of(endpoint)
        assert access is not None
    _where, url, _place = next(targets(app, rule, access, scene))
    browser = sign_in(app.test_client(), "secretary")
    assert open_as(browser, method, url)[0] == 400
