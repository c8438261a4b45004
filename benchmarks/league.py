"""Does a page cost more when the league is larger? Steps of SQLite's virtual machine at 100, 10,000 and 100,000 groups."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from app.foundation.db import db
from app.inspections.result_models import GroupResult, Publication
from benchmarks.ground import forget, installation, signed_in
from benchmarks.line import Line

SIZES = (100, 10_000, 100_000)
# Tables that grow with the league: a plan that scans one of them grows with it.
GROWING = "branch|branch_name|party_group|group_name|brand|brand_version|sheet|group_result|membership|appointment|mark"
SCAN = re.compile(rf"SCAN ({GROWING})\b")  # by an index or not: it reads all


def pages(app: Flask) -> dict[str, tuple[str, str]]:
    """What is looked at: its name -> who opens it, where. The last page of a league costs what the first costs."""
    with app.app_context():
        head = db.session.scalars(select(Publication)).one()
        first = db.session.scalars(select(GroupResult).order_by(GroupResult.position).limit(1)).one()
        results = f"/committees/{head.committee_id}/results/{head.quarter}"
        found = {
            "ranking, first page": ("committee", results),
            "ranking, last page": ("committee", f"{results}?after={head.groups - 50}"),
            "branch": ("committee", f"/branches/{first.branch_id}/results/{head.quarter}"),
            "own result": ("committee", f"/inspections/results/{first.id}/slip"),
        }
        db.session.remove()
    return found


@contextmanager
def stepping() -> Iterator[list[int]]:
    """Counts the virtual machine's steps on every connection that is used meanwhile."""
    steps = [0]

    def count() -> int:
        steps[0] += 1
        return 0

    def watch(connection: Any, *_rest: Any) -> None:
        connection.connection.driver_connection.set_progress_handler(count, 1)

    event.listen(Engine, "begin", watch)
    try:
        yield steps
    finally:
        event.remove(Engine, "begin", watch)


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def scans(app: Flask, seen: list[tuple[str, Any]]) -> list[str]:
    found = []
    with app.app_context(), db.engine.connect() as connection:
        for statement, parameters in seen:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [row[3] for row in plan if SCAN.search(row[3])]
        connection.execute(text("ROLLBACK"))
    return found


def look(groups: int) -> tuple[dict[str, int], dict[str, list[str]]]:
    steps_of, scans_of = {}, {}
    with installation(groups) as app:
        for name, (login, path) in pages(app).items():
            client = signed_in(app, login)
            answer = client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            forget(app)
            with stepping() as steps:
                client.get(path)
            steps_of[name] = steps[0]
            forget(app)
            with statements() as seen:
                client.get(path)
            scans_of[name] = scans(app, seen)
    return steps_of, scans_of


def measure() -> list[Line]:
    found = {groups: look(groups) for groups in SIZES}
    lines = []
    for name, small in found[SIZES[0]][0].items():
        for groups in SIZES[1:]:
            steps = found[groups][0][name]
            note = f"{small:,} -> {steps:,} steps"
            lines.append(Line(f"{name}: work at {groups:,} groups beside 100", steps / small, "x", 1.2, 1.0, note))
        full = found[SIZES[-1]][1][name]
        lines.append(Line(f"{name}: full scans in EXPLAIN", len(full), "", 0, 0, "; ".join(full)))
    return lines
