"""Acts on the organisation: each takes effect from its day, and no day before it changes."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Actor
from app.accounts.models import Appointment
from app.accounts.roles import Role
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.organisation import queries, sheet_queries, team_operations, unit_operations
from app.organisation.appointment_operations import NotYoursToAppoint, appoint, end_appointment
from app.organisation.membership_operations import (
    ChangedLater,
    ClosedPast,
    NotThere,
    Overwriting,
    StaffNumberTaken,
    add_member,
    edit_member,
    end_membership,
    move_member,
    tie_held_on,
)
from app.organisation.models import Branch, Committee, Member, PartyGroup
from app.organisation.naming_operations import NameTaken
from app.organisation.sheet_queries import BranchSheet, branch_sheet
from tests.factories import Scene

ActorOf = Callable[[str], Actor]
TODAY = date(2026, 11, 16)
PAST = date(2026, 10, 15)
NEXT = date(2026, 12, 1)
CLOSED = date(2026, 9, 30)


@pytest.fixture
def by(actor: ActorOf) -> Actor:
    return actor("secretary")


@pytest.fixture
def office(actor: ActorOf) -> Actor:
    return actor("committee")


@pytest.fixture(autouse=True)
def writing(app: Flask, by: Actor, office: Actor) -> Iterator[None]:
    with app.app_context():
        unit_of_work.begin_write()
        yield


def group_of(scene: Scene) -> PartyGroup:
    return db.session.get_one(PartyGroup, scene.group)


def sister_of(scene: Scene) -> PartyGroup:
    return db.session.get_one(PartyGroup, scene.sister_group)


def branch_of(scene: Scene) -> Branch:
    return db.session.get_one(Branch, scene.branch)


def member_of(scene: Scene, login: str) -> Member:
    return db.session.get_one(Member, scene.members[login])


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)))


def names(sheet: BranchSheet) -> dict[str, list[str]]:
    return {group.name: [member.name for member in group.members] for group in sheet.groups}


class Past:
    """Every day that could be looked at before an act; `unchanged` compares after it."""

    def __init__(self, scene: Scene, *days: date) -> None:
        self.scene, self.days = scene, days
        self.before = self._look()

    def _look(self) -> list[BranchSheet]:
        db.session.flush()
        db.session.expire_all()
        return [branch_sheet(self.scene.branch, day) for day in self.days]

    def unchanged(self) -> bool:
        return self._look() == self.before


def past(scene: Scene) -> Past:
    return Past(scene, date(2024, 1, 1), date(2025, 3, 31), CLOSED, date(2026, 10, 1), date(2026, 11, 15))


# --- moving --------------------------------------------------------------------------------------------------------


def test_moving_changes_no_day_before_it(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    move_member(member_of(scene, "member1"), sister_of(scene), by=by, on=TODAY)
    assert seen.unchanged()
    assert names(branch_sheet(scene.branch, TODAY))["生产二党小组"] == [
        "示例leader2", "示例liaison", "示例member1", "示例organiser",
    ]  # fmt: skip
    assert acts() == ["member.move"]


def test_a_leader_who_moves_leads_no_longer_from_that_day(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    move_member(member_of(scene, "leader1"), sister_of(scene), by=by, on=TODAY)
    assert seen.unchanged()
    assert [post.member for post in branch_sheet(scene.branch, TODAY).groups[0].holders("group_leader")] == []
    assert [
        post.member for post in branch_sheet(scene.branch, date(2026, 11, 15)).groups[0].holders("group_leader")
    ] == ["示例leader1"]


def test_a_secretary_who_moves_within_the_branch_stays_secretary(scene: Scene, by: Actor) -> None:
    move_member(member_of(scene, "secretary"), sister_of(scene), by=by, on=TODAY)
    assert next(post.role for post in branch_sheet(scene.branch, TODAY).posts) is Role.SECRETARY


def test_moving_to_another_branch_ends_every_post_of_the_old(scene: Scene, office: Actor) -> None:
    seen = past(scene)
    other = db.session.get_one(PartyGroup, scene.other_group)
    move_member(member_of(scene, "organiser"), other, by=office, on=TODAY)
    assert seen.unchanged()
    assert [post.role for post in branch_sheet(scene.branch, TODAY).posts] == [Role.SECRETARY, Role.DEPUTY_SECRETARY]


def test_a_move_within_the_quarter_may_be_entered_late(scene: Scene, by: Actor) -> None:
    move_member(member_of(scene, "member1"), sister_of(scene), by=by, on=PAST)
    held = [
        "示例member1" in names(branch_sheet(scene.branch, day))["生产一党小组"] for day in (date(2026, 10, 14), PAST)
    ]
    assert held == [True, False]


@pytest.mark.parametrize("on", [CLOSED, date(2020, 1, 1), date(2028, 1, 1)])
def test_a_closed_quarter_and_a_far_future_are_refused(scene: Scene, by: Actor, on: date) -> None:
    with pytest.raises(ClosedPast):
        move_member(member_of(scene, "member1"), sister_of(scene), by=by, on=on)


def test_the_first_day_of_the_quarter_is_still_open(scene: Scene, by: Actor) -> None:
    assert move_member(member_of(scene, "member1"), sister_of(scene), by=by, on=date(2026, 10, 1)).starts_on == date(
        2026, 10, 1
    )


def test_a_second_move_on_the_same_day_replaces_the_first(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    member = member_of(scene, "member1")
    move_member(member, sister_of(scene), by=by, on=TODAY)
    move_member(member, group_of(scene), by=by, on=TODAY)
    assert seen.unchanged()
    assert tie_held_on(member.id, TODAY).group_id == scene.group


def test_a_later_move_is_not_overtaken(scene: Scene, by: Actor) -> None:
    member = member_of(scene, "member1")
    move_member(member, sister_of(scene), by=by, on=NEXT)
    with pytest.raises(ChangedLater):
        move_member(member, sister_of(scene), by=by, on=TODAY)


def test_moving_nowhere_is_refused(scene: Scene, by: Actor) -> None:
    with pytest.raises(Refused):
        move_member(member_of(scene, "member1"), group_of(scene), by=by, on=TODAY)


def test_leaving_ends_tie_and_posts(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    end_membership(member_of(scene, "leader1"), by=by, on=TODAY, reason="转出到外单位")
    assert seen.unchanged()
    sheet = branch_sheet(scene.branch, TODAY)
    assert names(sheet)["生产一党小组"] == ["示例deputy", "示例member1", "示例secretary"]
    assert sheet.groups[0].holders("group_leader") == []
    with pytest.raises(NotThere):
        move_member(member_of(scene, "leader1"), sister_of(scene), by=by, on=NEXT)


def test_who_left_is_not_moved_before_leaving(scene: Scene, by: Actor) -> None:
    end_membership(member_of(scene, "member1"), by=by, on=NEXT, reason="退休转出")
    with pytest.raises(ChangedLater):
        move_member(member_of(scene, "member1"), sister_of(scene), by=by, on=TODAY)


# --- adding and correcting -----------------------------------------------------------------------------------------


def test_adding_and_correcting(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    tie = add_member(group_of(scene), {"name": "示例新人", "staff_no": "N1"}, by=by, starts_on=TODAY)
    assert seen.unchanged()
    edit_member(tie, {"name": "示例新名", "staff_no": "N1"}, by=by, version=tie.member.version)
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc()).limit(1)).one()
    assert (line.act, line.before, line.after) == ("member.edit", {"name": "示例新人"}, {"name": "示例新名"})


def test_nobody_is_added_to_a_closed_quarter(scene: Scene, by: Actor) -> None:
    with pytest.raises(ClosedPast):
        add_member(group_of(scene), {"name": "示例新人"}, by=by, starts_on=CLOSED)


def test_a_number_belongs_to_one(scene: Scene, by: Actor) -> None:
    taken = member_of(scene, "leader1").staff_no
    with pytest.raises(StaffNumberTaken):
        add_member(group_of(scene), {"name": "示例新人", "staff_no": taken}, by=by, starts_on=TODAY)


def test_the_second_of_two_corrections_is_told(scene: Scene, by: Actor) -> None:
    tie = tie_held_on(scene.members["member1"], TODAY)
    opened = tie.member.version
    edit_member(tie, {"name": "示例甲"}, by=by, version=opened)
    db.session.flush()
    with pytest.raises(Overwriting):
        edit_member(tie, {"name": "示例乙"}, by=by, version=opened)
    assert tie.member.name == "示例甲"


# --- units ---------------------------------------------------------------------------------------------------------


def test_renaming_keeps_the_name_of_earlier_days(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    group = group_of(scene)
    unit_operations.rename_group(group, "甲班党小组", by=by, on=TODAY, version=group.version)
    assert seen.unchanged()
    assert [one.name for one in branch_sheet(scene.branch, TODAY).groups] == ["甲班党小组", "生产二党小组"]
    assert [group.name_on(day) for day in (date(2026, 11, 15), TODAY)] == ["生产一党小组", "甲班党小组"]


def test_a_committee_keeps_the_names_it_bore(scene: Scene, by: Actor) -> None:
    committee = db.session.get_one(Committee, scene.committee)
    first = committee.name
    unit_operations.rename_committee(committee, "示例一厂党委", by=by, on=date(2026, 11, 2))
    unit_operations.rename_committee(committee, "示例二厂党委", by=by, on=TODAY)
    unit_operations.rename_committee(committee, "示例三厂党委", by=by, on=TODAY)  # a slip of the same day
    days = (date(2020, 1, 1), date(2026, 11, 1), date(2026, 11, 2), TODAY - timedelta(days=1), TODAY)
    assert [committee.name_on(day) for day in days] == [first, first, "示例一厂党委", "示例一厂党委", "示例三厂党委"]
    assert committee.name == "示例三厂党委"
    with pytest.raises(Conflict):
        unit_operations.rename_committee(committee, "示例四厂党委", by=by, on=date(2026, 11, 3))
    with pytest.raises(Refused):
        unit_operations.rename_committee(committee, "示例四厂党委", by=by, on=date(2026, 9, 30))


def test_two_renames_meet(scene: Scene, by: Actor) -> None:
    group = group_of(scene)
    opened = group.version
    unit_operations.rename_group(group, "甲班党小组", by=by, on=TODAY, version=opened)
    with pytest.raises(Overwriting):
        unit_operations.rename_group(group, "乙班党小组", by=by, on=TODAY, version=opened)


@pytest.mark.parametrize(
    ("name", "on", "error"),
    [
        ("生产二党小组", TODAY, NameTaken),
        ("生产二", TODAY, NameTaken),
        ("新名", NEXT, Refused),
        ("新名", CLOSED, ClosedPast),
    ],
)
def test_renames_that_are_refused(scene: Scene, by: Actor, name: str, on: date, error: type[Refused]) -> None:
    group = group_of(scene)
    with pytest.raises(error):
        unit_operations.rename_group(group, name, by=by, on=on, version=group.version)


def test_a_branch_keeps_its_earlier_name_too(scene: Scene, office: Actor) -> None:
    branch = branch_of(scene)
    unit_operations.rename_branch(branch, "制丝一车间党支部", by=office, on=TODAY, version=branch.version)
    db.session.flush()
    assert [branch.name_on(day) for day in (CLOSED, TODAY)] == ["制丝车间党支部", "制丝一车间党支部"]
    assert [line.name for line in sheet_queries.branch_lines(scene.committee, CLOSED)] == [
        "制丝车间党支部",
        "卷包车间党支部",
    ]


def test_merging_moves_everybody_from_that_day(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    group, sister = group_of(scene), sister_of(scene)
    team = team_operations.found_team(branch_of(scene), "甲班", by=by, starts_on=date(2026, 1, 1))
    team_operations.cover_teams(group, [team], by=by, on=TODAY)
    assert unit_operations.merge_groups(group, sister, by=by, on=NEXT, version=group.version) == 4
    sheet = branch_sheet(scene.branch, NEXT)
    assert {name: len(members) for name, members in names(sheet).items()} == {"生产二党小组": 7}
    assert sheet.groups[0].teams == ("甲班",)
    assert [post.role for post in sheet.groups[0].posts] == [Role.GROUP_LEADER]
    assert group.merged_into_id == sister.id
    # The team was founded within the days looked at; the rest of every past day is as it was.
    assert [names(branch_sheet(scene.branch, day)) for day in seen.days] == [names(sheet) for sheet in seen.before]
    assert [one.posts for one in branch_sheet(scene.branch, TODAY).groups] == [
        one.posts for one in seen.before[-1].groups
    ]


def test_a_group_with_members_is_not_dissolved(scene: Scene, by: Actor) -> None:
    group = group_of(scene)
    with pytest.raises(unit_operations.NotEmpty):
        unit_operations.dissolve_group(group, by=by, on=TODAY, version=group.version)


def test_an_empty_group_is_dissolved_and_stays_in_the_past(scene: Scene, by: Actor) -> None:
    group = unit_operations.found_group(branch_of(scene), "临时党小组", by=by, starts_on=date(2026, 10, 8))
    db.session.flush()
    seen = past(scene)
    unit_operations.dissolve_group(group, by=by, on=TODAY, version=group.version)
    assert seen.unchanged()
    assert "临时党小组" not in names(branch_sheet(scene.branch, TODAY))
    with pytest.raises(Conflict):
        unit_operations.dissolve_group(group, by=by, on=TODAY, version=group.version)


def test_nested_committees(scene: Scene, office: Actor) -> None:
    parent = db.session.get_one(Committee, scene.committee)
    child = unit_operations.found_committee("下级示例党委", by=office, parent=parent)
    assert child.path == f"{parent.path}{child.id}/"


# --- posts ---------------------------------------------------------------------------------------------------------


def test_a_new_leader_ends_the_old_ones_term(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    appoint(member_of(scene, "member1"), Role.GROUP_LEADER, group_of(scene), by=by, starts_on=TODAY)
    assert seen.unchanged()
    assert [post.member for post in branch_sheet(scene.branch, TODAY).groups[0].holders("group_leader")] == [
        "示例member1"
    ]
    assert acts() == ["appointment.end", "appointment.make"]


def test_a_term_runs_out_by_itself(scene: Scene, by: Actor, clock: time_machine.Traveller) -> None:
    appoint(
        member_of(scene, "member1"),
        Role.COMMITTEE_MEMBER,
        branch_of(scene),
        by=by,
        starts_on=TODAY,
        ends_on=NEXT,
        title="宣传委员",
    )
    assert [post.label for post in branch_sheet(scene.branch, TODAY).posts][-1] == "宣传委员"
    assert len(branch_sheet(scene.branch, NEXT).posts) == len(branch_sheet(scene.branch, CLOSED).posts)


@pytest.mark.parametrize(
    ("login", "role", "on_group", "error"),
    [
        ("leader2", Role.GROUP_LEADER, True, NotThere),  # of another group
        ("leader21", Role.COMMITTEE_MEMBER, False, NotThere),  # of another branch
        ("member1", Role.LIAISON, True, Refused),  # sits on no committee
        ("member1", Role.SECRETARY, False, NotYoursToAppoint),
        ("member1", Role.DEPUTY_SECRETARY, False, NotYoursToAppoint),
        ("member1", Role.GROUP_LEADER, False, Refused),
        ("member1", Role.COMMITTEE_MEMBER, True, Refused),
        ("member1", Role.SYSTEM_ADMINISTRATOR, False, Refused),
        ("leader1", Role.GROUP_LEADER, True, Conflict),  # is it already
    ],
)
def test_posts_that_are_refused(
    scene: Scene, by: Actor, *, login: str, role: Role, on_group: bool, error: type[Refused]
) -> None:
    place: Branch | PartyGroup = group_of(scene) if on_group else branch_of(scene)
    with pytest.raises(error):
        appoint(member_of(scene, login), role, place, by=by, starts_on=TODAY)


def test_the_factory_appoints_a_secretary(scene: Scene, office: Actor) -> None:
    appoint(member_of(scene, "organiser"), Role.SECRETARY, branch_of(scene), by=office, starts_on=TODAY)
    secretaries = [post.member for post in branch_sheet(scene.branch, TODAY).posts if post.role is Role.SECRETARY]
    assert secretaries == ["示例organiser"]


def test_ending_a_post(scene: Scene, by: Actor) -> None:
    seen = past(scene)
    posts = {
        post.role: post for post in db.session.scalars(select(Appointment).where(Appointment.branch_id == scene.branch))
    }
    end_appointment(posts[Role.COMMITTEE_MEMBER], by=by, on=TODAY)
    assert seen.unchanged()
    with pytest.raises(Conflict):
        end_appointment(posts[Role.COMMITTEE_MEMBER], by=by, on=NEXT)
    with pytest.raises(NotYoursToAppoint):
        end_appointment(posts[Role.SECRETARY], by=by, on=TODAY)


def test_what_the_queries_say_of_a_day(scene: Scene) -> None:
    assert [branch.id for branch in queries.branches(scene.committee, TODAY)] == [scene.branch, scene.other_branch]
    assert [group.id for group in queries.groups(scene.branch, date(2023, 12, 31))] == []
