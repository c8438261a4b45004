"""The line of writers: first come first served in a process, turn by turn among processes, and never without an end."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import SignIn
from app.foundation.db import db
from app.foundation.queue import Line, Turn
from tests.factories import Scene
from tests.fixtures.scene import SignInAs

# Takes the turn, says so, and keeps it until its input ends.
HOLD = """
import sys, time
from app.foundation.queue import Turn
assert Turn(sys.argv[1]).take(time.monotonic() + 10)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(database: str) -> Iterator[subprocess.Popen[str]]:
    """Another process has the turn."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_threads_are_served_in_the_order_in_which_they_came() -> None:
    line, served = Line(), []
    assert line.enter(0) is True

    def come(number: int) -> None:
        assert line.enter(10) is True
        served.append(number)
        line.leave()

    threads = [threading.Thread(target=come, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads):
        thread.start()
        while len(line._waiting) <= number:
            time.sleep(0.001)
    line.leave()
    for thread in threads:
        thread.join()
    assert served == list(range(8))
    assert line.enter(0) is True


def test_who_gives_up_leaves_the_line() -> None:
    line = Line()
    line.enter(0)
    assert line.enter(0.01) is False
    line.leave()
    assert line.enter(0) is True


def test_processes_alternate_although_one_comes_again_at_once(tmp_path: Path) -> None:
    """While one waits at the turn, the other cannot pass it: the waiting one has the gate."""
    path = str(tmp_path / "database")
    mine, other, order = Turn(path), Turn(path), []
    assert mine.take(time.monotonic() + 10) is True

    def wait() -> None:
        assert other.take(time.monotonic() + 10) is True
        order.append("other")
        other.give()

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.05)
    mine.give()
    assert mine.take(time.monotonic() + 10) is True
    order.append("mine")
    thread.join()
    assert order == ["other", "mine"]


def test_a_turn_that_does_not_come_is_given_up(tmp_path: Path) -> None:
    path = str(tmp_path / "database")
    with held(path) as process:
        mine = Turn(path)
        assert mine.take(time.monotonic() + 0.02) is False
        process.kill()
        process.wait()
        assert mine.take(time.monotonic() + 10) is True  # the dead process's lock is free


@pytest.mark.sqlite  # on PostgreSQL writers wait at rows
def test_who_gets_no_turn_is_told_calmly_and_may_read_on(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    app.config["WRITE_WAIT_SECONDS"] = 0.1
    browser, other = signed_in("committee"), signed_in("committee")
    with app.app_context():
        database = db.engine.url.database
        session_id = db.session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    assert database is not None
    with held(database) as process:
        answer = browser.post(f"/me/sessions/{session_id}/end")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "此刻存的人太多，这一次没有轮到，请过一分钟再提交。" in answer.text
        assert ("data-not-saved" in answer.text, "磁盘满了" in answer.text) == (True, False)
        assert (browser.get("/me").status_code, other.get("/me").status_code) == (200, 200)
        process.kill()
        process.wait()
    assert browser.post(f"/me/sessions/{session_id}/end").status_code == 302
    assert other.get("/me").status_code == 302
