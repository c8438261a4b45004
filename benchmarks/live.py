"""A quarter that is being scored: its pages in F, and the real server with people who save and read."""

import http.client
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate
from flask import Flask

from app import create_app
from app.accounts.actor import Command
from app.audit.models import AuditLine
from app.audit.queries import MARKING
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import queries
from app.organisation.models import Branch
from benchmarks.ground import cookie_of, settings, signed_in
from benchmarks.line import Line
from benchmarks.unit import Call, caller, in_units
from tests import factories
from tests.fixtures.server import Server
from tests.inspections import rounds

MARKERS = ("committee", "secretary2")
CODES = ("A1", "A2", "A3", "A4")
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


GROUPS = 13
"""As many as the factory of the demo has; four in the branch whose sheets stand on the desk."""


def measure() -> list[Line]:
    """Three times: while nobody acts, after each mark that somebody else gives, and with everything read anew as after
    any other act."""
    with TemporaryDirectory() as name:
        app = create_app(settings(Path(name)))
        with app.app_context():
            flask_migrate.upgrade(directory=str(Path(app.root_path).parent / "migrations"))
            with unit_of_work.transaction():
                round_id, sheet_id = _half_scored()
            db.session.remove()
        client = signed_in(app, "committee")
        pages = {
            "round page": f"/inspections/rounds/{round_id}",
            "scoring desk": f"/inspections/sheets/{sheet_id}/score/A2",
            "review page": f"/inspections/rounds/{round_id}/review",
        }
        # Opened before, as every page but the first of a session: its token is in the cookie.
        assert [client.get(path).status_code for path in pages.values()] == [200] * len(pages)
        calls = {title: caller(app, path, {"Cookie": cookie_of(client)}) for title, path in pages.items()}
        marked = {f"{title}, after a mark": call for title, call in calls.items()}
        anew = {f"{title}, after any other act": call for title, call in calls.items()}
        before = {**dict.fromkeys(marked, _mark(app)), **dict.fromkeys(anew, _forget(app))}
        costs = in_units({**calls, **marked, **anew}, times=20, before=before)
        with app.app_context():
            db.engine.dispose()
    return [Line(f"{title}, signed in, {GROUPS} groups", cost, "F", 3.5, 2.0) for title, cost in costs.items()]


def _half_scored() -> tuple[int, int]:
    """A round in which one of the panel has marked half of the groups, and a sheet that the committee marks."""
    scene = factories.small_factory()
    homes = [db.session.get_one(Branch, id_) for id_ in (scene.branch, scene.other_branch)]
    for number in range(GROUPS - 3):
        factories.group(homes[number > 1], f"增设第{number}党小组", sort_order=number + 5)
    row = rounds.scoring(scene, MARKERS, quarter=Quarter(2026, 3))
    by = Command("committee", scene.accounts["committee"])
    for sheet in queries.sheets(row.id)[: GROUPS // 2]:
        rounds.mark_all(sheet, by)
    return row.id, rounds.sheet_of(row, scene.group).id


def _mark(app: Flask) -> Call:
    """A line of the trail that says that somebody else marked another sheet: all that a reader notices of it."""
    told = {"id": "id + 1", "act": f"'{MARKING}'", "hash": "lower(hex(randomblob(32)))"}
    columns = AuditLine.__table__.columns.keys()
    line = f"""INSERT INTO audit_line ({", ".join(columns)}) SELECT {", ".join(told.get(c, f'"{c}"') for c in columns)}
        FROM audit_line ORDER BY id DESC LIMIT 1"""

    def mark() -> int:
        connection = sqlite3.connect(app.config["DATA_DIR"] / "database.sqlite3")
        with closing(connection), connection:
            connection.execute("PRAGMA synchronous=OFF")  # who waits for a disk finds the processor cold
            connection.execute(line)
        return 0

    return mark


def _forget(app: Flask) -> Call:
    """As any other act: nothing that was kept is asked for again."""

    def forget() -> int:
        for name in ("kept", "signed in"):
            app.extensions[name].values.clear()
        return 0

    return forget


@dataclass
class Site:
    """Where people send to, and their cookies."""

    port: int
    cookies: dict[str, str]
    sheet_id: int


@contextmanager
def site() -> Iterator[Site]:
    with TemporaryDirectory() as name:
        folder = Path(name) / "var"
        app = create_app(settings(folder))
        with app.app_context():
            flask_migrate.upgrade(directory=str(Path(app.root_path).parent / "migrations"))
            with unit_of_work.transaction():
                scene = factories.small_factory()
                row = rounds.scoring(scene, MARKERS, quarter=Quarter(2026, 3))
                sheet_id = rounds.sheet_of(row, scene.group).id
        cookies = {login: cookie_of(signed_in(app, login)) for login in (*MARKERS, "leader1")}
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        with Server(folder, SECRET_KEY="a secret of the benchmarks", DATABASE_URL="", STORAGE_URL="") as server:
            server.wait()
            yield Site(server.port, cookies, sheet_id)


class Person:
    """Keeps one connection open, as a browser does."""

    def __init__(self, at: Site, login: str) -> None:
        self.cookie = at.cookies[login]
        self.sheet_id = at.sheet_id
        self.connection = http.client.HTTPConnection("127.0.0.1", at.port, timeout=30)

    def open(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        headers = {"Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("GET" if body is None else "POST", path, body, headers)
        answer = self.connection.getresponse()
        if changed := answer.getheader("Set-Cookie"):
            self.cookie = changed.split(";")[0]
        return answer.status, answer.read()

    def save(self, code: str, number: int) -> int:
        """A mark, as the scoring page sends it; the page is opened once for its token."""
        path = f"/inspections/sheets/{self.sheet_id}/score/{code}"
        if not hasattr(self, "token"):
            found = TOKEN.search(self.open(path)[1])
            assert found is not None
            self.token = found[1]
        body = b"csrf_token=%s&further=%d&reason=measured" % (self.token, number % 3 + 1)
        return self.open(path, body)[0]


@dataclass
class Timed:
    seconds: list[float]
    failures: int

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def together(workers: list[Callable[[], int]], times: int) -> Timed:
    """Each worker acts `times` times, all at once; an answer of 400 and more is a failure."""
    timed, lock = Timed([], 0), threading.Lock()

    def run(work: Callable[[], int]) -> None:
        for _ in range(times):
            begun = time.perf_counter()
            try:
                failed = work() >= 400
            except (OSError, http.client.HTTPException):
                failed = True
            with lock:
                timed.seconds.append(time.perf_counter() - begun)
                timed.failures += failed

    threads = [threading.Thread(target=run, args=(work,)) for work in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return timed


def saver(at: Site, number: int) -> Callable[[], int]:
    person, count = Person(at, MARKERS[number % 2]), [0]

    def save() -> int:
        count[0] += 1
        return person.save(CODES[number // 2 % len(CODES)], count[0])

    save()
    return save
