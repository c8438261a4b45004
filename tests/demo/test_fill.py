"""The demo factory as a whole: the same day gives the same factory, everything in it is sound, everybody has work."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from datetime import date

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select, text

from app.activities.models import Activity, ActivityState
from app.brands.models import BrandVersion
from app.demo import operations
from app.demo.calendar import Calendar, at
from app.demo.drawing import SIZE, THUMB, Drawn, Wanted
from app.foundation import clock, unit_of_work
from app.foundation.db import Model, db
from app.foundation.periods import Month, Quarter
from app.foundation.storage import storage
from app.inspections.course import RoundState
from app.inspections.hearing_models import Appeal, AppealOutcome
from app.inspections.models import InspectionRound
from app.inspections.result_models import GroupResult, Publication
from app.inspections.slip_models import SheetSlip
from app.nominations.course import NominationState
from app.nominations.models import Nomination
from app.organisation.models import Branch, Committee, Member, PartyGroup
from app.photos.models import MonthIssue, Photo
from app.verification import verify

PASSWORD = "a password of the demo"


def plain_pictures(wanted: Iterable[Wanted]) -> Iterator[Drawn]:
    """A fake of the drawing: one colour for each photo."""
    for one in wanted:
        digest = hashlib.sha256(f"{one.scene}:{one.seed}:{one.month}".encode()).digest()
        yield Drawn(_jpeg(SIZE, digest), _jpeg(THUMB, digest))


def _jpeg(size: tuple[int, int], digest: bytes) -> bytes:
    picture = Image.new("RGB", size, (digest[0], digest[1], digest[2]))
    picture.putpixel((0, 0), (digest[3], digest[4], digest[5]))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=90, comment=digest)
    return out.getvalue()


def fill(months: int = 2, today: date | None = None) -> list[tuple[str, str, str]]:
    with unit_of_work.transaction():
        return operations.fill(password=PASSWORD, months=months, today=today, draw=plain_pictures)


@pytest.fixture
def factory(app: Flask) -> Iterator[list[tuple[str, str, str]]]:
    with app.app_context():
        yield fill()


def count(model: type[Model]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def content() -> dict[str, str]:
    """A digest of every table. Password hashes are salted, so they are left out."""
    found = {}
    for table in Model.metadata.sorted_tables:
        columns = [column for column in table.c if column.name not in {"password_hash", "hash", "previous_hash"}]
        rows = sorted(map(repr, db.session.execute(select(*columns)).all()))
        found[table.name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def empty(*but: str) -> None:
    with unit_of_work.transaction():
        if db.engine.dialect.name == "postgresql" and not but:  # ids begin at 1 again, as on SQLite
            names = ", ".join(table.name for table in Model.metadata.sorted_tables)
            db.session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        for table in reversed(Model.metadata.sorted_tables):
            if table.name not in but:
                db.session.execute(table.delete())


def test_the_same_day_gives_the_same_factory(app: Flask) -> None:
    with app.app_context():
        fill()
        first = content()
        empty()
        fill()
        assert content() == first


def test_the_factory_is_as_promised(factory: list[tuple[str, str, str]]) -> None:
    """One filling, looked at from all sides."""
    its_size(factory)
    nothing_is_off()
    three_quarters_are_published_and_one_is_being_scored()
    past_quarters_show_the_name_that_the_group_bore()
    one_brand_has_two_versions_and_one_a_proposal()
    every_nomination_keeps_the_results_that_it_was_judged_by()
    nothing_lies_in_the_future_but_plans()
    everybody_finds_something_to_do()


def its_size(factory: list[tuple[str, str, str]]) -> None:
    assert (count(Committee), count(Branch), count(PartyGroup), count(Member)) == (1, 3, 13, 93)
    assert [login for login, _, _ in factory] == [
        "admin", "auditor", "committee", "secretary", "liaison",
        "leader1", "leader2", "leader3", "leader4", "member1", "secretary2", "leader21",
    ]  # fmt: skip
    assert {password for _, password, _ in factory} == {PASSWORD}


def nothing_is_off() -> None:
    report = verify(storage())
    assert list(report.problems) == []
    assert report.unnamed_files == 0


def three_quarters_are_published_and_one_is_being_scored() -> None:
    rounds = db.session.execute(
        select(InspectionRound.quarter, InspectionRound.state).order_by(InspectionRound.quarter)
    )
    assert [tuple(row) for row in rounds] == [
        (Quarter(2026, 1), RoundState.PUBLISHED),
        (Quarter(2026, 2), RoundState.PUBLISHED),
        (Quarter(2026, 3), RoundState.PUBLISHED),
        (Quarter(2026, 4), RoundState.SCORING),
    ]
    published = db.session.scalars(select(Publication.published_at).order_by(Publication.published_at)).all()
    assert [clock.local(moment).date() for moment in published] == [
        date(2026, 4, 12),
        date(2026, 7, 12),
        date(2026, 10, 12),
    ]
    assert count(GroupResult) == 39
    assert set(db.session.scalars(select(GroupResult.band))) == {"优秀", "良好", "合格"}
    appeals = db.session.execute(select(Appeal.code, Appeal.outcome).order_by(Appeal.id)).all()
    assert [tuple(row) for row in appeals] == [("D2", AppealOutcome.UPHELD), ("E2", AppealOutcome.REJECTED)]
    slips = db.session.scalars(select(SheetSlip.slip).join(GroupResult).where(GroupResult.quarter == Quarter(2026, 3)))
    assert sum(len(slip["hearing"]["appeals"]) for slip in slips) == 2


def past_quarters_show_the_name_that_the_group_bore() -> None:
    names = db.session.scalars(
        select(SheetSlip.group_name).join(GroupResult).where(GroupResult.group_id == 3).order_by(GroupResult.quarter)
    ).all()
    assert names == ["设备维修党小组", "维修党小组", "维修党小组"]


def everybody_finds_something_to_do() -> None:
    now = Month(2026, 11)
    states = db.session.execute(
        select(Activity.group_id, Activity.state)
        .where(Activity.month == now, Activity.state != ActivityState.CONFIRMED)
        .order_by(Activity.group_id)
    ).all()
    assert [tuple(row) for row in states] == [
        (1, ActivityState.RETURNED),
        (2, ActivityState.SUBMITTED),
        (3, ActivityState.SUBMITTED),
        (5, ActivityState.SUBMITTED),
    ]
    slots = select(Photo.board_slot).where(Photo.group_id == 1, Photo.month == now, Photo.board_slot.is_not(None))
    assert sorted(slot for slot in db.session.scalars(slots) if slot) == [2, 3]  # no lead photo yet
    assert db.session.scalar(select(func.count()).where(Photo.group_id == 4, Photo.month == now)) == 0
    assert db.session.scalar(select(func.count()).where(Photo.activity_id.is_(None), Photo.group_id == 3)) == 2
    late = select(MonthIssue.group_id).where(MonthIssue.month == now.previous())
    assert set(range(1, 14)) - set(db.session.scalars(late)) == {4}
    waiting = select(Nomination.state).where(Nomination.state == NominationState.SUBMITTED)
    assert len(db.session.scalars(waiting).all()) == 1
    drafts = select(Activity.month).where(Activity.state == ActivityState.DRAFT)
    assert set(db.session.scalars(drafts)) == {now.next()}


def every_nomination_keeps_the_results_that_it_was_judged_by() -> None:
    handed_in = db.session.scalars(select(Nomination).where(Nomination.submitted_at.is_not(None))).all()
    assert len(handed_in) == 4
    for nomination in handed_in:
        published = nomination.eligibility["outcomes"][0]
        seen = [result["quarter"] for result in nomination.eligibility["results"]]
        assert (published["finding"], list(published["quarters"])) == (f"已发布{len(seen)}个", seen)


def one_brand_has_two_versions_and_one_a_proposal() -> None:
    later = db.session.execute(
        select(BrandVersion.name, BrandVersion.number, BrandVersion.in_force_from.is_not(None))
        .where(BrandVersion.number > 1)
        .order_by(BrandVersion.name.desc())
    ).all()
    assert sorted(tuple(row) for row in later) == sorted([("青锋", 2, True), ("众焱", 2, False)])


def nothing_lies_in_the_future_but_plans() -> None:
    latest = db.session.scalar(select(func.max(Activity.held_on)).where(Activity.state != ActivityState.DRAFT))
    assert latest is not None
    assert latest <= clock.today()


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 8, 15)])
def test_any_day_will_do(app: Flask, today: date) -> None:
    """Also the first and the last of a month, a leap day, and the day on which a quarter comes up."""
    with app.app_context():
        fill(months=1, today=today)
        calendar = Calendar(today, at(today, 20))
        assert count(Publication) == 3
        assert db.session.scalar(select(func.max(Publication.quarter))) == calendar.open_quarter.previous()
        assert list(verify(storage()).problems) == []


def test_an_installation_in_use_is_never_filled(factory: list[tuple[str, str, str]]) -> None:
    assert not operations.untouched()
    empty("audit_line")
    assert not operations.untouched()  # the audit trail remembers
    empty()
    assert operations.untouched()
