"""The audit chain: written whole, and any change to a line is found."""

from flask import Flask
from sqlalchemy import delete, update

from app.accounts.actor import Command
from app.audit.chain import GENESIS, faults, line_hash
from app.audit.models import AuditLine
from app.audit.operations import hashed_fields, plain, record
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.organisation.models import Committee
from tests.factories import Scene


def write_three() -> None:
    committee = db.session.scalars(db.select(Committee).order_by(Committee.id)).first()
    assert committee is not None
    for word in ("甲", "乙", "丙"):
        record(
            Command(),
            "committee.rename",
            committee,
            before={"name": "旧"},
            after={"name": word, "month": Month(2026, 11)},
        )


def chain_faults() -> list[str]:
    db.session.expire_all()
    lines = db.session.scalars(db.select(AuditLine).order_by(AuditLine.id))
    return faults((line.id, line.previous_hash, line.hash, hashed_fields(line)) for line in lines)


def test_lines_continue_each_other(app: Flask, scene: Scene) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            write_three()
        lines = db.session.scalars(db.select(AuditLine).order_by(AuditLine.id)).all()
        assert [line.id for line in lines] == list(range(1, len(lines) + 1))
        assert lines[0].previous_hash == GENESIS
        assert [line.previous_hash for line in lines[1:]] == [line.hash for line in lines[:-1]]
        assert chain_faults() == []


def test_an_altered_line_is_found(app: Flask, scene: Scene) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            write_three()
            last = db.session.scalar(db.select(db.func.max(AuditLine.id)))
            assert last is not None
            db.session.execute(update(AuditLine).where(AuditLine.id == last - 1).values(actor="别人"))
        assert chain_faults() == [f"audit line {last - 1} was altered"]


def test_a_removed_line_is_found(app: Flask, scene: Scene) -> None:
    with app.app_context():
        with unit_of_work.transaction():
            write_three()
            last = db.session.scalar(db.select(db.func.max(AuditLine.id)))
            assert last is not None
            db.session.execute(delete(AuditLine).where(AuditLine.id == last - 1))
        assert chain_faults() == [f"audit line {last - 1} is missing"]


def test_a_line_forged_with_its_own_hash_breaks_the_next() -> None:
    first = line_hash(GENESIS, {"act": "a"})
    second = line_hash(first, {"act": "b"})
    forged = line_hash(GENESIS, {"act": "forged"})
    assert faults([(1, GENESIS, forged, {"act": "forged"}), (2, first, second, {"act": "b"})]) == [
        "audit line 2 does not continue the line before it"
    ]


def test_values_are_plain_before_and_after_storage() -> None:
    assert plain({"month": Month(2026, 11), "names": {"乙", "甲"}, "none": None}) == {
        "month": "2026-11",
        "names": ["乙", "甲"],
        "none": None,
    }
