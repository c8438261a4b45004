"""Pages in F: CPU of a signed-in page beside a Flask and Jinja page of 50 rows without database and sign-in."""

from flask import Flask
from flask.testing import FlaskClient

from benchmarks.ground import cookie_of, installation, signed_in
from benchmarks.league import pages
from benchmarks.line import Line
from benchmarks.unit import Call, caller, in_units

GROUPS = 10_000
UNCHANGED = "unchanged ranking page, answered 304"


def opened(app: Flask, client: FlaskClient, path: str) -> tuple[Call, str]:
    """A call that opens the page, and the page's ETag if it has one."""
    answer = client.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code}"
    return caller(app, path, {"Cookie": cookie_of(client)}), answer.headers.get("ETag", "")


def measure() -> list[Line]:
    with installation(GROUPS) as app:
        calls: dict[str, Call] = {}
        clients = {login: signed_in(app, login) for login in ("committee", "leader1")}
        tag = ""
        for name, (login, path) in pages(app).items():
            calls[name], found = opened(app, clients[login], path)
            if name == "ranking, first page":
                tag = found
                if tag:
                    calls[UNCHANGED] = caller(app, path, {"Cookie": cookie_of(clients[login]), "If-None-Match": tag})
                    assert calls[UNCHANGED]() == 304
        for name, login, path in (
            ("home of a group leader", "leader1", "/"),
            ("home of the committee", "committee", "/"),
            ("list of rounds", "committee", "/inspections"),
        ):
            calls[name], _tag = opened(app, clients[login], path)
        costs = in_units(calls, times=20)
    lines = [_line(name, cost, costs) for name, cost in costs.items()]
    if not tag:
        lines.append(Line("unchanged ranking page: no ETag is sent", 1, "", 0, 0))
    return lines


def _line(name: str, cost: float, costs: dict[str, float]) -> Line:
    if name == UNCHANGED:
        return Line(f"{name}, beside the page", cost / costs["ranking, first page"], "x", 0.35, 0.2)
    if name.startswith("ranking"):
        return Line(f"{name}, signed in, 50 of {GROUPS:,} groups", cost, "F", 2.5, 1.0)
    return Line(f"{name}, signed in", cost, "F")
