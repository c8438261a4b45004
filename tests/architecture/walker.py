"""An app with the world in it, walked by address."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import Cookie

from app import create_app
from app.accounts.guard import Access
from app.accounts.roles import Grant
from app.accounts.sessions import actor_in, live_rows
from app.foundation import unit_of_work
from app.foundation.places import Place
from tests.architecture import crowd, world
from tests.factories import small_factory
from tests.fixtures.database import fresh_database, let_go, prepared_app, settings_for
from tests.fixtures.scene import add_sign_in, enter
from tests.fixtures.surroundings import MOMENT

NOBODY = "nobody"


def all_rules() -> list[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(Path(folder)))
        return [
            (rule.endpoint, method, rule.rule)
            for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        ]


def rule_of(app: Flask, endpoint: str, address: str) -> Rule:
    return next(rule for rule in app.url_map.iter_rules(endpoint) if rule.rule == address)


def deepest(places: list[Place]) -> Place:
    return max(places, key=lambda place: (place.branch_id is not None) + (place.group_id is not None))


@dataclass
class Walker:
    """An app with the world in it, and a way in for each person; made once, since the walk keeps nothing."""

    app: Flask
    examples: dict[str, world.Examples]
    grants: dict[str, tuple[Grant, ...]]
    tokens: dict[str, str]

    cookies: dict[str, Cookie] = field(default_factory=dict)

    def browser(self, login: str) -> FlaskClient:
        client = self.app.test_client()
        if login == NOBODY:
            return client
        if login not in self.cookies:
            enter(client, self.tokens[login])
            cookie = client.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
            assert cookie is not None
            self.cookies[login] = cookie
        client.set_cookie(self.cookies[login].key, self.cookies[login].value)
        return client

    def targets(self, rule: Rule, access: Access) -> Iterator[tuple[str, str, Place | None]]:
        """Where, address, and the place of the object that the guard judges (None: no such object)."""
        names = rule.arguments - world.PLAIN.keys()
        unknown = names - self.examples["first"].keys()
        assert unknown == set(), f"tests/architecture/world.py has no example of {unknown}"
        judged = [name for name in signature(access.getter).parameters if name in names] if access.getter else []
        plain = {name: world.PLAIN[name] for name in rule.arguments & world.PLAIN.keys()}
        adapter = self.app.url_map.bind("localhost")
        for where, examples in self.examples.items():
            values = {name: examples[name][0] for name in names}
            place = deepest([examples[name][1] for name in judged]) if judged else None
            yield where, adapter.build(rule.endpoint, {**plain, **values}), place
            if not names:
                return
        yield "absent", adapter.build(rule.endpoint, {**plain, **dict.fromkeys(names, world.ABSENT)}), None


@contextmanager
def walking(template: str, folder: Path, name: str, *, rows: int = 0) -> Iterator[Walker]:
    """A walker on a database of its own; with `rows` more of everything that pages list."""
    with fresh_database(template, folder, name) as url, time_machine.travel(MOMENT, tick=False):
        app = prepared_app(settings_for(folder, url))
        with app.app_context(), unit_of_work.transaction():
            scene = small_factory()
            examples = world.build(scene)
            if rows:
                crowd.add(scene, examples["first"], rows)
            tokens = {login: add_sign_in(login) for login in scene.accounts}
            grants = {login: actor_in(live_rows(token, world.TODAY), token).grants for login, token in tokens.items()}
        yield Walker(app, examples, grants, tokens)
        let_go(app)
