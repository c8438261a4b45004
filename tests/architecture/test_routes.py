"""The golden table: every route with what it asks for, compared with the map of addresses."""

from pathlib import Path

from flask import Flask

from app.accounts.guard import allow, public, signed_in
from app.accounts.permissions import Permission
from app.cli import routes_table

GOLDEN = Path(__file__).parent / "routes.txt"


def test_the_table_is_the_golden_one(app: Flask) -> None:
    """`flask --app app routes-table >tests/architecture/routes.txt` after a change that was meant."""
    assert routes_table(app) == GOLDEN.read_text().splitlines()


def test_no_route_is_without_a_permission(app: Flask) -> None:
    assert [line for line in routes_table(app) if line.split()[-1] == "CLOSED"] == []


def test_a_route_without_a_permission_is_seen_and_closed(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    assert [line.split() for line in routes_table(app) if line.startswith("forgotten")] == [
        ["forgotten", "GET", "/forgotten", "CLOSED"]
    ]
    assert app.test_client().get("/forgotten").status_code == 403


def test_every_permission_is_asked_for_somewhere(app: Flask) -> None:
    words = {line.split()[-1] for line in routes_table(app)}
    assert {permission.value for permission in Permission} - words == set()


def test_marks_say_what_they_ask_for() -> None:
    def view() -> str:
        return ""

    assert [
        mark(view).access.word  # type: ignore[attr-defined]
        for mark in (public(), signed_in(), allow(Permission.BRAND_READ))
    ] == ["public", "signed-in", "brand:read"]
