"""Logging, the course of a record, and what a record keeps of its own day."""

from datetime import date
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Appointment
from app.activities import course, kind_operations, list_queries, operations, queries, record_queries
from app.activities.attendance import Presence, Seen
from app.activities.cadence import year_cells
from app.activities.course import ActivityState, ReasonMissing, Step, StepNotAllowed
from app.activities.details import SittingDetails
from app.activities.models import Activity, ActivityGroup, Attendance
from app.activities.operations import (
    ActivityChanged,
    MonthMoved,
    NotOfThisUnit,
    NotYetHeld,
)
from app.audit.models import AuditLine
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import GroupName, Membership, PartyGroup
from tests.activities.records import CLERK, NOVEMBER, added, details, group_place, kinds, logged, present
from tests.factories import LONG_AGO, Scene, member
from tests.fixtures.scene import ActorOf


@pytest.fixture(autouse=True)
def _context(app: Flask, scene: Scene) -> object:
    with app.app_context():
        yield


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)))


def test_the_table_of_transitions_is_all_there_is() -> None:
    allowed = {(state, step) for state, step in product(ActivityState, Step) if course.allowed(state, step)}
    assert {(state.value, step.value) for state, step in allowed} == {
        ("draft", "revise"), ("draft", "submit"), ("draft", "discard"),
        ("submitted", "revise"), ("submitted", "confirm"), ("submitted", "return"),
        ("returned", "revise"), ("returned", "submit"), ("returned", "discard"),
        ("confirmed", "correct"),
    }  # fmt: skip
    for state, step in set(product(ActivityState, Step)) - allowed:
        with pytest.raises(StepNotAllowed):
            course.check_discard(state) if step is Step.DISCARD else course.after(state, step)


def test_from_draft_to_confirmed_with_a_return_between(scene: Scene, actor: ActorOf) -> None:
    leader, secretary = actor("leader1"), actor("secretary")
    activity = logged(scene, by=leader)
    operations.submit_activity(activity, by=leader)
    operations.return_activity(activity, reason="补上人员", by=secretary)
    assert (activity.state, activity.return_reason) == (ActivityState.RETURNED, "补上人员")
    operations.revise_activity(
        activity,
        details(activity.kind_id, attendance=present(scene.members["leader1"])),
        version=activity.version, by=leader, submit=True,
    )  # fmt: skip
    operations.confirm_activity(activity, by=secretary)
    assert (activity.state, activity.confirmed_by, activity.return_reason) == (
        ActivityState.CONFIRMED, secretary.name, "",
    )  # fmt: skip
    assert acts() == [
        "activity-kind.provide", "activity.log", "activity.submit", "activity.return", "activity.revise",
        "activity.submit", "activity.confirm",
    ]  # fmt: skip


def test_a_return_needs_its_reason(scene: Scene) -> None:
    activity = logged(scene, submit=True)
    with pytest.raises(ReasonMissing):
        operations.return_activity(activity, reason="  ", by=CLERK)


def test_what_has_still_to_come_stays_a_draft(scene: Scene) -> None:
    activity = logged(scene, held_on=date(2026, 11, 20))
    with pytest.raises(NotYetHeld):
        operations.submit_activity(activity, by=CLERK)
    assert activity.state is ActivityState.DRAFT


def test_a_confirmed_record_changes_only_with_a_reason_and_is_confirmed_anew(scene: Scene) -> None:
    activity = logged(scene, confirm=True)
    with pytest.raises(StepNotAllowed):
        operations.revise_activity(activity, details(activity.kind_id), version=activity.version, by=CLERK)
    with pytest.raises(ReasonMissing):
        operations.correct_activity(activity, details(activity.kind_id), reason="", version=activity.version, by=CLERK)


def test_a_correction_goes_back_to_the_secretary(scene: Scene) -> None:
    activity = logged(scene, confirm=True)
    operations.correct_activity(
        activity, details(activity.kind_id, title="改过的题目"), reason="日期写错", version=activity.version, by=CLERK
    )
    assert (activity.state, activity.title, activity.return_reason, activity.confirmed_by) == (
        ActivityState.SUBMITTED, "改过的题目", "更正：日期写错", "",
    )  # fmt: skip
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line is not None
    assert (line.act, line.before["title"], line.after["title"], line.after["reason"]) == (  # type: ignore[index]
        "activity.correct", "定11月攻关分工", "改过的题目", "日期写错",
    )  # fmt: skip


def test_the_second_of_two_editors_is_stopped(scene: Scene) -> None:
    activity = logged(scene)
    opened = activity.version
    operations.revise_activity(activity, details(activity.kind_id, title="甲"), version=opened, by=CLERK)
    with pytest.raises(ActivityChanged):
        operations.revise_activity(activity, details(activity.kind_id, title="乙"), version=opened, by=CLERK)
    assert activity.title == "甲"


def test_a_change_of_names_alone_moves_the_version(scene: Scene) -> None:
    activity = logged(scene)
    opened = activity.version
    seen = present(scene.members["leader1"])
    operations.revise_activity(activity, details(activity.kind_id, attendance=seen), version=opened, by=CLERK)
    assert activity.version > opened


class TestAsOfTheDay:
    def test_attendance_keeps_group_name_and_status(self, scene: Scene) -> None:
        who = scene.members["member1"]
        activity = logged(scene, attendance=present(who))
        tie = db.session.scalars(select(Membership).where(Membership.member_id == who)).one()
        tie.ends_on = date(2026, 11, 10)
        db.session.add(
            Membership(
                committee_id=scene.committee, branch_id=scene.branch, group_id=scene.sister_group,
                member_id=who, starts_on=date(2026, 11, 10),
            )
        )  # fmt: skip
        db.session.add(
            GroupName(
                committee_id=scene.committee, group_id=scene.group, name="改名后的小组", starts_on=date(2026, 11, 10)
            )
        )
        tie.member.name = "改了姓名"
        db.session.flush()
        [row] = record_queries.attendances(activity.id)
        assert (row.name, row.group_id, row.status) == ("示例member1", scene.group, "正式党员")
        assert [link.name for link in record_queries.links(activity) if link.kind == "group"] == ["生产一党小组"]

    def test_a_later_revision_still_uses_the_activitys_own_day(self, scene: Scene) -> None:
        who = scene.members["member1"]
        tie = db.session.scalars(select(Membership).where(Membership.member_id == who)).one()
        tie.ends_on = date(2026, 11, 10)
        activity = logged(scene, attendance=present(who))
        assert [row.group_id for row in record_queries.attendances(activity.id)] == [scene.group]

    def test_whoever_was_not_there_that_day_is_refused(self, scene: Scene) -> None:
        group = db.session.get_one(PartyGroup, scene.group)
        late = member(group, "晚来的", starts_on=date(2026, 11, 6))
        with pytest.raises(NotOfThisUnit):
            logged(scene, attendance=present(late.id))
        assert logged(scene, held_on=date(2026, 11, 6), attendance=present(late.id)).id


class TestNothingForeign:
    def test_ids_of_other_units_are_refused(self, scene: Scene) -> None:
        kind = kinds(scene)["group_meeting"]
        foreign_kind = kind_operations.provide_kinds(Place(scene.foreign_committee), by=CLERK)["group_meeting"]
        for changes in (
            {"kind_id": foreign_kind},
            {"group_ids": frozenset({scene.other_group})},
            {"brand_id": 999},
            {"goal_ids": frozenset({999})},
            {"team_ids": frozenset({999})},
            {"attendance": present(scene.members["leader21"])},
        ):
            with pytest.raises(NotOfThisUnit):
                operations.log_activity(group_place(scene), details(**{"kind_id": kind, **changes}), by=CLERK)  # type: ignore[arg-type]


class TestJoint:
    def test_one_row_that_counts_once_for_each_group(self, scene: Scene) -> None:
        activity = logged(
            scene, kind="theme_day", group_ids=frozenset({scene.sister_group}), submit=True,
            attendance=(*present(scene.members["leader1"]), Seen(scene.members["leader2"], Presence.SICK)),
        )  # fmt: skip
        for group_id, expected, came in ((scene.group, 1, 1), (scene.sister_group, 1, 0)):
            [line] = queries.month_activities(group_id, NOVEMBER)
            assert (line.id, line.is_joint, line.expected, line.present) == (activity.id, True, expected, came)
            due = next(due for due in queries.cadences(group_id, NOVEMBER) if due.kind == "主题党日")
            assert (due.done, due.missing) == (1, 0)
        [tally] = list_queries.year_tally([Place(scene.committee, scene.branch)], 2026)
        assert tally.count == 1

    def test_a_branch_meeting_is_in_the_month_of_each_group_present(self, scene: Scene) -> None:
        logged(
            scene, kind="general_meeting", place=Place(scene.committee, scene.branch),
            group_ids=frozenset({scene.group, scene.sister_group}),
        )  # fmt: skip
        assert len(queries.month_activities(scene.group, NOVEMBER)) == 1
        assert queries.month_activities(scene.other_group, NOVEMBER) == []


class TestCadences:
    def test_drafts_do_not_count_and_the_rest_is_said_calmly(self, scene: Scene) -> None:
        logged(scene)
        logged(scene, kind="lecture", held_on=date(2026, 10, 9), submit=True)
        words = [(due.kind, due.words, due.missing) for due in queries.cadences(scene.group, NOVEMBER)]
        assert words == [
            ("党小组会", "本月还要办 1 次", 1),
            ("主题党日", "本月还要办 1 次", 1),
            ("党课", "本季度已办 1 次", 0),
        ]

    def test_the_year_at_a_glance(self) -> None:
        current = Month(2026, 11)
        monthly = year_cells("month", 1, {Month(2026, 1): 2, Month(2026, 11): 0}, 2026, current)
        assert monthly == ["met"] + ["missed"] * 9 + ["open", "none"]
        quarterly = year_cells("quarter", 1, {Month(2026, 2): 1, Month(2026, 7): 1}, 2026, current)
        none = "none"
        assert quarterly == [none, "met", none, none, none, "missed", "met", none, none, none, none, "open"]


class TestMonth:
    def test_the_first_sitting_decides_and_photos_hold_it(self, scene: Scene) -> None:
        activity = logged(
            scene,
            sittings=(SittingDetails(date(2026, 11, 3)), SittingDetails(date(2026, 10, 31), "20:00", "二楼会议室")),
        )
        assert (activity.held_on, activity.month) == (date(2026, 10, 31), Month(2026, 10))
        assert [sitting.number for sitting in activity.sittings] == [1, 2]
        later = details(activity.kind_id, held_on=date(2026, 11, 3))
        operations.revise_activity(activity, later, version=activity.version, by=CLERK)
        added(scene, activity_id=activity.id)
        with pytest.raises(MonthMoved):
            operations.revise_activity(
                activity, details(activity.kind_id, held_on=date(2026, 10, 3)), version=activity.version, by=CLERK
            )

    def test_a_discarded_draft_gives_its_photos_back(self, scene: Scene) -> None:
        activity = logged(scene)
        photo = added(scene, activity_id=activity.id)
        operations.discard_activity(activity, by=CLERK)
        db.session.expire_all()
        assert (photo.activity_id, db.session.scalars(select(Activity.id)).all()) == (None, [])
        assert db.session.scalars(select(ActivityGroup)).all() == []
        assert db.session.scalars(select(Attendance)).all() == []

    def test_a_submitted_record_is_not_discarded(self, scene: Scene) -> None:
        activity = logged(scene, submit=True)
        with pytest.raises(StepNotAllowed):
            operations.discard_activity(activity, by=CLERK)


def test_kinds_are_provided_once(scene: Scene) -> None:
    first = kinds(scene)
    assert kinds(scene) == first
    assert len(first) == 16
    assert NOVEMBER.first > LONG_AGO
    assert db.session.scalars(select(Appointment.id)).first()
