"""Publishing a quarter: CPU and memory of the real act, on sheets of twenty criteria whose marks rest on evidence.

Their slips are composed before, as by the acts that mark them; what that costs a sheet is told besides. Work grows with the groups alone, chunk by chunk, so by default 4,000 groups are published and the seconds are given for
100,000; `PUBLISH_GROUPS=100000` publishes them all. The data is the benchmark's own, written in bulk.
"""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import flask_migrate
from sqlalchemy import func, select

from app import create_app
from app.accounts.actor import Command
from app.accounts.models import Account
from app.demo import large_operations
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.periods import Quarter
from app.inspections import composing_operations, publication_operations, round_operations
from app.inspections.course import RoundState
from app.inspections.models import ConditionCheck, InspectionRound, Mark, MarkSource, Sheet
from app.inspections.plan import Plan
from app.inspections.result_models import GroupResult
from app.organisation.models import Committee
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, Rubric, as_data
from benchmarks.ground import settings
from benchmarks.line import Line

GROUPS = int(os.environ.get("PUBLISH_GROUPS", "4000"))
GOAL = 100_000
CRITERIA = 20
QUOTED = ("", "", "", "九月方案晚交两天，已当面说明", "台账缺一次记录")


def twenty(rubric: Rubric) -> Rubric:
    """The house's own rubric, its first criteria parted in two halves until there are twenty."""
    parted = {criterion.code for criterion in rubric.criteria[: CRITERIA - len(rubric.criteria)]}

    def halves(criterion: Criterion) -> tuple[Criterion, ...]:
        if criterion.code not in parted:
            return (criterion,)
        half = criterion.maximum / 2
        return (
            replace(criterion, maximum=half, steps=()),
            replace(criterion, code=f"{criterion.code}b", maximum=half, steps=()),
        )

    return replace(
        rubric,
        dimensions=tuple(
            replace(dimension, criteria=tuple(part for c in dimension.criteria for part in halves(c)))
            for dimension in rubric.dimensions
        ),
    )


def marks(row: InspectionRound, rubric: Rubric, by: Command, chance: Random) -> Iterator[dict[str, Any]]:
    """One panel's marks: most full, some less with a reason, a quarter with a record of their own as evidence."""
    begun = clock.now()
    for number, sheet_id in enumerate(db.session.scalars(select(Sheet.id).where(Sheet.round_id == row.id)).all()):
        for criterion in rubric.criteria:
            reason = chance.choice(QUOTED)
            off = criterion.maximum * chance.randrange(1, 5) / 8 if reason else 0
            record = {"kind": "activity", "id": number, "on": "2026-08-05", "title": f"第{number}次党小组会"}
            yield {
                "sheet_id": sheet_id, "committee_id": row.committee_id, "source": MarkSource.PANEL,
                "account_id": by.account_id, "author": by.name, "code": criterion.code,
                "points": criterion.maximum - off, "taken": [], "reason": reason,
                "evidence": [record] if chance.random() < 0.25 else [],
                "marked_at": begun + timedelta(seconds=chance.randrange(400_000)),
            }  # fmt: skip


def answers(row: InspectionRound, rubric: Rubric, by: Command) -> Iterator[dict[str, Any]]:
    gates = {gate.code for gate in rubric.gates}
    for sheet_id in db.session.scalars(select(Sheet.id).where(Sheet.round_id == row.id)).all():
        for condition in rubric.conditions:
            yield {
                "sheet_id": sheet_id, "committee_id": row.committee_id, "code": condition.code,
                "holds": condition.code in gates, "account_id": by.account_id, "author": by.name,
                "checked_at": clock.now(),
            }  # fmt: skip


def ready_to_publish() -> tuple[InspectionRound, Command, float]:
    """A round in review, all of it marked, and the seconds of CPU that composing its slips took."""
    large_operations.fill_large(GROUPS, 0, password="a password to measure", progress=lambda _line: None)
    committee, version = db.session.scalars(select(Committee)).one(), db.session.scalars(select(RubricVersion)).one()
    account = db.session.scalars(select(Account).where(Account.login == "committee")).one()
    by = Command(account.name, account.id)
    version.content = as_data(twenty(version.rubric))
    today = clock.today()
    quarter = Quarter.of(today).shift(-1)
    row = round_operations.plan_round(committee, quarter, version, Plan("督查", today, today, today), by=by)
    round_operations.choose_panel(row, [account.id], by=by)
    round_operations.move_round(row, RoundState.SELF_CHECK, by=by)
    round_operations.move_round(row, RoundState.SCORING, by=by)
    chance = Random(20)
    large_operations.put(Mark, marks(row, version.rubric, by, chance))
    large_operations.put(ConditionCheck, answers(row, version.rubric, by))
    db.session.flush()
    begun = time.process_time()
    assert composing_operations.compose(row) == GROUPS
    used = time.process_time() - begun
    round_operations.move_round(row, RoundState.REVIEW, by=by)
    return row, by, used


def peak() -> float:
    """Megabytes that this process held at most since the last `forget_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def measure() -> list[Line]:
    with TemporaryDirectory() as name:
        app = create_app(settings(Path(name)))
        with app.app_context():
            flask_migrate.upgrade(directory=str(Path(app.root_path).parent / "migrations"))
            with unit_of_work.transaction():
                row, by, composing = ready_to_publish()
                round_id = row.id
            db.session.remove()
            forget_peak()
            with unit_of_work.transaction():
                begun = time.process_time()
                row = db.session.get_one(InspectionRound, round_id)
                publication_operations.publish_round(row, by=by)
                db.session.flush()
                used = time.process_time() - begun
            written = db.session.scalar(select(func.count()).select_from(GroupResult))
            assert written == GROUPS, written
            db.session.remove()
            db.engine.dispose()
    note = f"{used / GROUPS * 1e6:.0f} us a group, {GROUPS:,} published"
    return [
        Line("publish 100,000 groups x 20 criteria: CPU", used * GOAL / GROUPS, "s", 5, 1.5, note),
        Line("composing a slip anew, many at a time", composing / GROUPS * 1000, "ms", 2, 1),
        Line(f"memory while publishing {GROUPS:,}", peak(), "MB", 400, 250),
    ]
