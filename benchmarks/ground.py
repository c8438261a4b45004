"""An installation to measure: a hundred groups with a quarter published by the real acts, copied to as many as wanted.

Copies keep everything that a listing reads; their slips are empty, since no listing reads a slip.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask, session
from flask.testing import FlaskClient
from sqlalchemy import inspect, text

from app import create_app
from app.accounts.kept import Kept
from app.accounts.models import Account
from app.accounts.sessions import SEEN, start
from app.demo import large_operations
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from config import Settings

SEED_GROUPS = 100
STRIDE = 1_000_000
# Table by table, which columns of a copy are moved on by a stride, and which by the number of groups.
SHIFTED = {
    "branch": ("id",),
    "branch_name": ("id", "branch_id"),
    "party_group": ("id", "branch_id"),
    "group_name": ("id", "group_id"),
    "brand": ("id", "branch_id", "group_id", "parent_id"),
    "brand_version": ("id", "brand_id"),
    "sheet": ("id", "branch_id", "group_id"),
    "sheet_slip": ("id", "sheet_id"),
    "group_result": ("id", "slip_id", "branch_id", "group_id"),
}
COUNTED = {"sheet": ("position",), "group_result": ("position", "rank_in_committee", "rank_in_all")}
LEAN = {"sheet_slip": ("slip",)}


def settings(folder: Path) -> Settings:
    return Settings(
        DATA_DIR=folder,
        DATABASE_URL="",
        STORAGE_URL="memory:",
        SECRET_KEY="a secret of the benchmarks",
        TRUSTED_HOSTS="localhost,127.0.0.1",
    )


@contextmanager
def installation(groups: int) -> Iterator[Flask]:
    """`groups` is a multiple of a hundred."""
    with tempfile.TemporaryDirectory() as name:
        app = create_app(settings(Path(name)))
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False
        with app.app_context():
            flask_migrate.upgrade(directory=str(Path(app.root_path).parent / "migrations"))
            with unit_of_work.transaction():
                large_operations.fill_large(
                    SEED_GROUPS, 1, password="a password to measure", progress=lambda _line: None
                )
            with unit_of_work.transaction():
                for number in range(1, groups // SEED_GROUPS):
                    _copy(number)
                db.session.execute(text("UPDATE publication SET groups = :groups"), {"groups": groups})
                db.session.execute(
                    text("UPDATE result_histogram SET groups = groups * :times"), {"times": groups // SEED_GROUPS}
                )
            db.session.execute(text("ANALYZE"))
            db.session.remove()
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _copy(number: int) -> None:
    columns_of = inspect(db.engine)
    for table, shifted in SHIFTED.items():
        names = [column["name"] for column in columns_of.get_columns(table)]
        values = []
        for name in names:
            if name in shifted:
                values.append(f'"{name}" + {number * STRIDE}')
            elif name in COUNTED.get(table, ()):
                values.append(f'"{name}" + {number * SEED_GROUPS}')
            else:
                values.append("'{}'" if name in LEAN.get(table, ()) else f'"{name}"')
        quoted = ", ".join(f'"{name}"' for name in names)
        db.session.execute(
            text(f'INSERT INTO "{table}" ({quoted}) SELECT {", ".join(values)} FROM "{table}" WHERE id < {STRIDE}')
        )


def signed_in(app: Flask, login: str) -> FlaskClient:
    client = app.test_client()
    with app.test_request_context(), unit_of_work.transaction():
        account = db.session.scalars(db.select(Account).where(Account.login == login)).one()
        start(account)
        kept = dict(session)
    with client.session_transaction() as own:
        own.update(kept)
        own[SEEN] = int(clock.now().timestamp())
    return client


def forget(app: Flask) -> None:
    """All that was kept between pages, so that the next one reads what it shows."""
    for kept in app.extensions.values():
        if isinstance(kept, Kept):
            kept.values.clear()


def cookie_of(client: FlaskClient) -> str:
    cookie = client.get_cookie("brand_session")
    assert cookie is not None
    return f"brand_session={cookie.value}"
