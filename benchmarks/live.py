"""The real server on a small factory whose round is being scored, and people who save and read."""

import http.client
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import flask_migrate

from app import create_app
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from benchmarks.ground import cookie_of, settings, signed_in
from tests import factories
from tests.fixtures.server import Server
from tests.inspections import rounds

MARKERS = ("committee", "secretary2")
CODES = ("A1", "A2", "A3", "A4")
TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


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
