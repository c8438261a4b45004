"""Findings step by step, their repeats and what criteria count; arranging and visiting."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from app.audit.models import AuditLine
from app.checks import list_queries, mutual_operations, mutual_queries, operations, queries, timeline_queries
from app.checks.checklist import READY_MADE, ChecklistKind, Item
from app.checks.course import NotYours, Standing, Step
from app.checks.details import Answer
from app.checks.kinds import FindingKind
from app.checks.models import Finding
from app.checks.operations import DueOutOfReach, FindingChanged, StrangePhoto, TooManyPhotos
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.errors import IllegalTransition
from app.foundation.periods import Quarter
from app.photos.site_photo_models import SitePhoto
from tests.activities import records
from tests.checks import found
from tests.factories import Scene

TODAY = date(2026, 11, 16)


@pytest.fixture
def acting(app: Flask, scene: Scene) -> Iterator[None]:
    with app.app_context(), unit_of_work.transaction():
        yield


def acts() -> list[str]:
    return [line.act for line in db.session.query(AuditLine).order_by(AuditLine.id) if "finding" in line.act]


@pytest.mark.usefixtures("acting")
def test_the_whole_course(scene: Scene, clock: time_machine.Traveller) -> None:
    row = found.raised(scene.group, photos=(records.files(1),))
    assert (row.state, row.owner, row.found_on, row.due_on) == ("open", "示例leader1", TODAY, date(2026, 11, 23))
    clock.shift(timedelta(days=3))
    found.answered(scene, row)
    clock.shift(timedelta(days=1))
    again = date(2026, 11, 30)
    operations.reopen_finding(
        row, reason="线画歪了", due_on=again, version=row.version, standing=found.sitting(scene), by=found.INSPECTOR
    )
    assert (row.state, row.due_on, row.reopened) == ("reopened", again, 1)
    found.answered(scene, row, "重画了")
    operations.close_finding(
        row, reason="", version=row.version, standing=found.sitting(scene), by=found.INSPECTOR
    )  # fmt: skip
    assert (row.state, row.answered_on, row.closed_on) == ("closed", date(2026, 11, 20), date(2026, 11, 20))
    steps = timeline_queries.timeline(row.id)
    assert [(step.step, step.text) for step in steps] == [
        (Step.RAISE, "工具车没有回定置线"),
        (Step.ANSWER, "已回定置线，画了线"),
        (Step.REOPEN, "线画歪了"),
        (Step.ANSWER, "重画了"),
        (Step.CLOSE, ""),
    ]
    assert [len(step.photos) for step in steps] == [1, 0, 0, 0, 0]
    assert acts() == ["finding.raise", "finding.answer", "finding.reopen", "finding.answer", "finding.close"]
    with pytest.raises(IllegalTransition):
        found.answered(scene, row)


@pytest.mark.usefixtures("acting")
def test_the_same_try_makes_one_finding(scene: Scene) -> None:
    by = found.leader(scene)
    first = found.raised(scene.group, by=by, try_id="one try")
    again = found.raised(scene.group, by=by, try_id="one try", photos=(records.files(1),))
    other = found.raised(scene.group, by=by, try_id="another try")
    assert (again.id == first.id, other.id == first.id) == (True, False)
    assert db.session.query(SitePhoto).count() == 0


@pytest.mark.usefixtures("acting")
def test_nobody_rechecks_the_own_rectification(scene: Scene) -> None:
    row = found.answered(scene, found.raised(scene.group, by=found.leader(scene)))
    for who in (
        Standing(scene.accounts["leader1"], leads=True),
        Standing(scene.accounts["leader1"], sits=True),
        Standing(scene.accounts["leader2"]),
    ):
        with pytest.raises(NotYours):
            operations.close_finding(row, reason="", version=row.version, standing=who, by=found.INSPECTOR)
    operations.close_finding(
        row, reason="", version=row.version, standing=found.sitting(scene), by=found.INSPECTOR
    )  # fmt: skip
    assert row.state == "closed"


@pytest.mark.usefixtures("acting")
def test_who_looked_at_the_group_rechecks(scene: Scene) -> None:
    row = found.answered(scene, found.raised(scene.group, by=found.leader(scene, "leader2")))
    who = Standing(scene.accounts["leader2"])
    operations.close_finding(row, reason="", version=row.version, standing=who, by=found.leader(scene, "leader2"))
    assert row.state == "closed"


@pytest.mark.usefixtures("acting")
def test_a_stale_form_loses_nothing_and_changes_nothing(scene: Scene) -> None:
    row = found.raised(scene.group)
    stale = row.version
    found.answered(scene, row)
    with pytest.raises(FindingChanged):
        operations.answer_finding(row, Answer("我写的"), version=stale, by=found.leader(scene))
    assert [step.text for step in timeline_queries.timeline(row.id)] == ["工具车没有回定置线", "已回定置线，画了线"]


@pytest.mark.usefixtures("acting")
def test_only_who_raised_it_withdraws_and_what_repeated_it_does_not_any_more(scene: Scene) -> None:
    first = found.raised(scene.group, by=found.leader(scene, "leader2"), text="一")
    second = found.raised(scene.group, text="二")
    assert second.repeats == 1
    with pytest.raises(NotYours):
        operations.withdraw_finding(
            first, reason="看错了", version=first.version, standing=found.sitting(scene), by=found.INSPECTOR
        )
    who = Standing(scene.accounts["leader2"])
    operations.withdraw_finding(first, reason="看错了", version=first.version, standing=who, by=found.INSPECTOR)
    assert (first.state, second.repeats, queries.earlier_alike(second)) == ("withdrawn", 0, [])


@pytest.mark.usefixtures("acting")
def test_days_that_cannot_be(scene: Scene) -> None:
    for due in (TODAY - timedelta(days=1), TODAY + timedelta(days=181)):
        with pytest.raises(DueOutOfReach):
            found.raised(scene.group, due_on=due)
    assert db.session.query(Finding).count() == 0


@pytest.mark.usefixtures("acting")
def test_proof_is_the_groups_own(scene: Scene) -> None:
    row = found.raised(scene.group)
    own, strange = records.added(scene, 1), records.added(scene, 2, group_id=scene.sister_group)
    with pytest.raises(StrangePhoto):
        operations.answer_finding(
            row, Answer("改了", photo_ids=(strange.id,)), version=row.version, by=found.leader(scene)
        )
    activity = records.logged(scene, held_on=TODAY)
    before = records.logged(scene, held_on=date(2026, 11, 5), title="以前的")
    with pytest.raises(StrangePhoto):
        operations.answer_finding(
            row, Answer("改了", activity_id=before.id), version=row.version, by=found.leader(scene)
        )  # fmt: skip
    answer = Answer("改了", activity_id=activity.id, photo_ids=(own.id,))
    operations.answer_finding(row, answer, version=row.version, by=found.leader(scene), photos=[records.files(3)])
    last = timeline_queries.timeline(row.id)[-1]
    assert (last.activity, [photo.number for photo in last.photos]) == (activity.title, [1, 2])


@pytest.mark.usefixtures("acting")
def test_six_photos_are_enough(scene: Scene) -> None:
    with pytest.raises(TooManyPhotos):
        found.raised(scene.group, photos=tuple(records.files(1) for _ in range(7)))


@pytest.mark.usefixtures("acting")
def test_a_withdrawn_photo_leaves_its_place(scene: Scene) -> None:
    row = found.raised(scene.group, photos=(records.files(1), records.files(2)))
    operations.withdraw_photo(row, 1, reason="拍到了屏幕", standing=found.sitting(scene), by=found.INSPECTOR)
    with pytest.raises(StrangePhoto, match="已经撤下"):
        operations.withdraw_photo(row, 1, reason="再撤一次", standing=found.sitting(scene), by=found.INSPECTOR)
    shown = timeline_queries.timeline(row.id)[0].photos
    assert [(photo.number, photo.thumb_key is None) for photo in shown] == [(1, True), (2, False)]
    assert timeline_queries.photo_of_finding(row.id, 1) is None


@pytest.mark.usefixtures("acting")
def test_the_group_does_not_withdraw_the_photo_that_speaks_against_it(scene: Scene) -> None:
    """Nor a leader who has no part in it; what somebody took they withdraw themselves."""
    row = found.raised(scene.group, photos=(records.files(1),), by=found.leader(scene, "organiser"))
    operations.answer_finding(
        row, Answer("改了"), version=row.version, by=found.leader(scene), photos=(records.files(2),)
    )  # fmt: skip
    own = Standing(scene.accounts["leader1"], leads=True)
    for standing in (own, Standing(scene.accounts["leader2"]), replace(own, sits=True)):
        with pytest.raises(NotYours):
            operations.withdraw_photo(row, 1, reason="不好看", standing=standing, by=found.leader(scene))
    operations.withdraw_photo(row, 2, reason="拍到了屏幕", standing=own, by=found.leader(scene))
    shown = [photo.thumb_key is None for step in timeline_queries.timeline(row.id) for photo in step.photos]
    assert shown == [False, True]


# ---------------------------------------------------------------- repeats and lists


@pytest.mark.usefixtures("acting")
def test_repeats_rise_by_themselves_and_stand_first(scene: Scene, clock: time_machine.Traveller) -> None:
    first = found.raised(scene.group, text="一")
    found.answered(scene, first)
    operations.close_finding(
        first, reason="", version=first.version, standing=found.sitting(scene), by=found.INSPECTOR
    )  # fmt: skip
    clock.shift(timedelta(days=40))
    other = found.raised(scene.group, text="别的", kind=FindingKind.BRAND)
    second = found.raised(scene.group, text="二")
    sister = found.raised(scene.sister_group, text="姊妹组的")
    assert [row.repeats for row in (first, other, second, sister)] == [0, 0, 1, 0]
    assert [row.id for row in queries.earlier_alike(second)] == [first.id]
    looked_at = list_queries.to_look_at_first(scene.group, date(2026, 12, 26))
    assert [row.text for row in looked_at] == ["别的", "二"]


@pytest.mark.usefixtures("acting")
def test_what_criteria_count(scene: Scene, clock: time_machine.Traveller) -> None:
    """Due in the quarter; in time is the day of the answer that closed it, whenever the recheck came."""
    in_time, late, open_one = (found.raised(scene.group, text=text) for text in ("按期", "晚了", "没改"))
    found.raised(scene.group, text="下季度", due_on=date(2027, 1, 4))
    withdrawn = found.raised(scene.group, text="撤回", by=found.leader(scene, "leader2"))
    operations.withdraw_finding(
        withdrawn, reason="看错", version=withdrawn.version, standing=Standing(scene.accounts["leader2"]),
        by=found.INSPECTOR,
    )  # fmt: skip
    found.answered(scene, in_time)
    clock.shift(timedelta(days=10))
    found.answered(scene, late)
    for row in (in_time, late):
        operations.close_finding(
            row, reason="", version=row.version, standing=found.sitting(scene), by=found.INSPECTOR
        )  # fmt: skip
    db.session.flush()
    counted = queries.findings_due(scene.committee, Quarter(2026, 4))
    assert counted.keys() == {scene.group}
    mine = counted[scene.group]
    assert {record.id: (record.in_time, record.reopened) for record in mine.records} == {
        in_time.id: (True, 0), late.id: (False, 0), open_one.id: (False, 0),
    }  # fmt: skip
    assert queries.findings_due(scene.foreign_committee, Quarter(2026, 4)) == {}


# ---------------------------------------------------------------- 互查


@pytest.mark.usefixtures("acting")
def test_a_quarter_is_arranged_and_arranged_anew(scene: Scene) -> None:
    third = found.third_group(scene)
    rows = found.arranged(scene)
    assert {(row.group_id, row.seen_group_id) for row in rows} == {
        (scene.group, scene.sister_group), (scene.sister_group, third), (third, scene.group),
    }  # fmt: skip
    made = next(row for row in rows if row.group_id == scene.group)
    mutual_operations.record_visit(
        made, visited_on=TODAY, seen="定置做得好", version=made.version, by=found.leader(scene)
    )  # fmt: skip
    again = found.arranged(scene)
    kept = next(row for row in again if row.group_id == scene.group)
    assert (kept.id, kept.seen, len(again)) == (made.id, "定置做得好", 3)
    told = [
        line.before and line.before["pairs"]
        for line in db.session.query(AuditLine).order_by(AuditLine.id)
        if line.act == "mutual-check.arrange"
    ]
    assert told == [None, sorted([row.group_id, row.seen_group_id] for row in rows)]
    next_one = found.arranged(scene, Quarter(2027, 1))
    assert {(row.group_id, row.seen_group_id) for row in next_one} == {
        (row.group_id, row.seen_group_id) for row in rows
    }


@pytest.mark.usefixtures("acting")
def test_two_groups_cannot_be_arranged(scene: Scene) -> None:
    with pytest.raises(mutual_operations.CannotArrange, match="只有 2 个党小组"):
        found.arranged(scene)


@pytest.mark.usefixtures("acting")
def test_a_past_quarter_is_over(scene: Scene) -> None:
    found.third_group(scene)
    with pytest.raises(mutual_operations.QuarterOver):
        found.arranged(scene, Quarter(2026, 3))


@pytest.mark.usefixtures("acting")
def test_a_visit_lies_in_its_quarter_and_is_not_to_come(scene: Scene) -> None:
    found.third_group(scene)
    row = found.arranged(scene)[0]
    for day in (TODAY + timedelta(days=1), date(2026, 9, 30)):
        with pytest.raises(mutual_operations.NotYet):
            mutual_operations.record_visit(row, visited_on=day, seen="好", version=row.version, by=found.INSPECTOR)
    stale = row.version
    mutual_operations.record_visit(row, visited_on=TODAY, seen="好", version=stale, by=found.INSPECTOR)
    db.session.flush()
    with pytest.raises(mutual_operations.VisitChanged):
        mutual_operations.record_visit(row, visited_on=TODAY, seen="我写的", version=stale, by=found.INSPECTOR)


@pytest.mark.usefixtures("acting")
def test_a_branch_changes_its_own_checklist(scene: Scene) -> None:
    kind = ChecklistKind.SELF_CHECK
    ready = mutual_queries.branch_checklist(scene.branch, kind)
    assert ready is not None
    assert (ready.items, ready.version) == (READY_MADE[kind], 0)
    items = [Item(FindingKind.SITE, "走一遍责任区")]
    mutual_operations.write_checklist(ready, items, version=0, by=found.INSPECTOR)
    db.session.flush()
    own = mutual_queries.branch_checklist(scene.branch, kind)
    other = mutual_queries.branch_checklist(scene.other_branch, kind)
    assert own is not None
    assert other is not None
    assert (own.items, own.version, other.version) == (tuple(items), 1, 0)
    with pytest.raises(mutual_operations.ChecklistChanged):
        mutual_operations.write_checklist(ready, items, version=0, by=found.INSPECTOR)
