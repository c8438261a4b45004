"""The large committee: as many rows as asked for, really published, and sound."""

from flask import Flask
from sqlalchemy import func, select

from app.activities.models import Activity
from app.demo import large_operations
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.storage import storage
from app.inspections.result_models import GroupResult, Publication
from app.organisation.models import Branch, BranchName, PartyGroup
from app.verification import verify


def test_a_committee_of_twenty_groups_and_two_quarters(app: Flask) -> None:
    said: list[str] = []
    with app.app_context():
        with unit_of_work.transaction():
            accounts = large_operations.fill_large(20, 2, password="a password of the demo", progress=said.append)
        found = [
            db.session.scalar(select(func.count()).select_from(m)) for m in (Branch, PartyGroup, Activity, Publication)
        ]
        assert found == [3, 20, 120, 2]
        assert db.session.scalar(select(func.count()).select_from(GroupResult)) == 40
        assert len(set(db.session.scalars(select(GroupResult.total)))) > 10
        assert list(verify(storage()).problems) == []
        with unit_of_work.transaction():  # ids given by hand do not stand in the way of the next row
            row = Branch(committee_id=1, sort_order=9, starts_on=db.session.scalar(select(func.min(Branch.starts_on))))
            row.names.append(BranchName(committee_id=1, name="又一个党支部", starts_on=row.starts_on))
            db.session.add(row)
    assert [login for login, _, _ in accounts] == ["admin", "auditor", "committee", "secretary", "leader1"]
    assert said[-1] == "已发布 2026年第三季度"


def test_the_command_fills_once_and_refuses_an_installation_in_use(app: Flask) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["demo", "--groups", "9", "--quarters", "1"])
    assert done.exit_code == 0, done.output
    assert [line.split()[0] for line in done.output.splitlines()[-5:]] == [
        "admin", "auditor", "committee", "secretary", "leader1",
    ]  # fmt: skip
    again = runner.invoke(args=["demo"])
    assert again.exit_code == 1
    assert "已经在用" in again.output
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PartyGroup)) == 9
