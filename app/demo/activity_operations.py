"""Thirteen months of activities in bulk, with who took part as they stood on the day; and the current month as people
find it: something returned, something waiting, a draft for next month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.activities.models import (
    Activity,
    ActivityGoal,
    ActivityGroup,
    ActivityState,
    ActivityTeam,
    Attendance,
    Presence,
    Sitting,
)
from app.audit.operations import Doer, record
from app.demo import programme
from app.demo.calendar import Calendar, chance
from app.demo.house import Branch, Group, House, Person
from app.demo.programme import Planned, Storyteller
from app.demo.timeline import Timeline
from app.foundation.db import db
from app.foundation.periods import Month

DAY = timedelta(days=1)
SERVES = {"tackling_project": 0, "practical_item": 3, "volunteer_service": 3, "lecture": 3, "joint_study": 1}
AWAY = (Presence.DUTY, Presence.DUTY, Presence.LEAVE, Presence.SICK, Presence.OTHER)


@dataclass
class Programme:
    """What was planned beside the row it became, in order of the day."""

    entries: list[tuple[Planned, Activity, Branch]] = field(default_factory=list)
    by_month: dict[Month, list[tuple[Planned, Activity]]] = field(default_factory=dict)

    def add(self, planned: Planned, row: Activity, branch: Branch) -> None:
        self.entries.append((planned, row, branch))
        self.by_month.setdefault(row.month, []).append((planned, row))

    def of(self, group: Group, month: Month) -> list[tuple[Planned, Activity]]:
        return [
            (planned, row)
            for planned, row in self.by_month.get(month, ())
            if planned.group is group or group in planned.partners
        ]


def hold(house: House, calendar: Calendar, timeline: Timeline) -> Programme:
    """Write every activity of the months shown."""
    held, tell = Programme(), Storyteller()
    for month in calendar.months:
        for branch in house.branches:
            plans = list(programme.branch_month(branch, month, calendar, tell))
            for group in branch.groups:
                plans += programme.group_month(group, branch, month, calendar, tell)
            for planned in sorted(plans, key=lambda plan: plan.held_on):
                held.add(planned, _row(house, branch, planned, calendar), branch)
    db.session.add_all([row for _, row, _ in held.entries])
    db.session.flush()
    links: list[object] = []
    for planned, row, branch in held.entries:
        links += _links(planned, row, branch)
    db.session.add_all(links)
    _leave_work(house, held, calendar)
    db.session.flush()
    for planned, row, branch in held.entries:
        _tell(planned, row, branch, calendar, timeline)
    return held


def _writer(planned: Planned, branch: Branch) -> Person:
    return planned.group.leader(planned.held_on) if planned.group else branch.secretary


def _row(house: House, branch: Branch, planned: Planned, calendar: Calendar) -> Activity:
    group, day = planned.group, planned.held_on
    writer = _writer(planned, branch)
    written = calendar.moment(day, 17, 20)
    row = Activity(
        committee_id=house.committee_id, branch_id=branch.id, group_id=group.id if group else None,
        kind_id=house.kinds[planned.kind], state=ActivityState.CONFIRMED, title=planned.title,
        held_on=day, month=Month.of(day), host=planned.host.name, content=planned.content, outcome=planned.outcome,
        created_by_id=writer.account_id, created_by=writer.name, created_at=written,
        revised_by=writer.name, revised_at=written, submitted_at=written,
        confirmed_by=branch.secretary.name, confirmed_at=calendar.moment(day + DAY, 9, 40),
    )  # fmt: skip
    row.sittings = [
        Sitting(number=n, committee_id=house.committee_id, held_on=day, starts_at=time, room=planned.room)
        for n, time in enumerate(planned.times, start=1)
    ]
    row.attendances = [_attendance(house, planned, of, who) for of, who in planned.people]
    return row


def _attendance(house: House, planned: Planned, group: Group, who: Person) -> Attendance:
    random = chance("came", planned.title, planned.held_on, who.member_id)
    needed = planned.kind in programme.CIRCLE
    came = needed or random.random() < 0.9
    full = who.full_on is not None and who.full_on <= planned.held_on
    return Attendance(
        committee_id=house.committee_id, member_id=who.member_id, group_id=group.id, name=who.name,
        status="正式党员" if full else "预备党员",
        presence=Presence.PRESENT if came else random.choice(AWAY),
        sitting=(random.randint(1, len(planned.times)) if len(planned.times) > 1 else None) if came else None,
    )  # fmt: skip


def _links(planned: Planned, row: Activity, branch: Branch) -> list[object]:
    committee_id = row.committee_id
    groups = [*([planned.group] if planned.group else []), *planned.partners]
    links: list[object] = [
        ActivityGroup(activity_id=row.id, group_id=group.id, committee_id=committee_id, month=row.month)
        for group in groups
    ]
    if planned.kind in SERVES:
        goal = branch.goal_ids[row.month.year][SERVES[planned.kind] % len(branch.data.goals)]
        links.append(ActivityGoal(activity_id=row.id, goal_id=goal, committee_id=committee_id))
    if planned.group:
        row.brand_id = planned.group.brand_id
        if planned.kind in {"tackling_project", "practical_item"}:
            team = planned.group.team_ids[row.id % len(planned.group.team_ids)]
            links.append(ActivityTeam(activity_id=row.id, team_id=team, committee_id=committee_id))
    return links


# ------------------------------------------------------------------ the current month


def _leave_work(house: House, held: Programme, calendar: Calendar) -> None:
    """The latest activities of the first branch's groups wait in different states; next month's theme day is a draft."""
    month = calendar.months[-1]
    branch = house.branches[0]
    last = {
        group.id: [row for planned, row in held.of(group, month) if planned.group is group][-1]
        for group in branch.groups
    }
    first, second, third, _ = (last[group.id] for group in branch.groups)
    _unconfirm(second, ActivityState.SUBMITTED)
    _unconfirm(third, ActivityState.SUBMITTED)
    _unconfirm(first, ActivityState.RETURNED)
    first.return_reason = "成效写得太笼统，请补上改了哪一条、谁来用。"
    other = house.branches[1].groups[0]
    rolling = [row for planned, row in held.of(other, month) if planned.group is other][-1]
    _unconfirm(rolling, ActivityState.SUBMITTED)
    for number, one in enumerate(house.branches):
        _plan_theme_day(house, one, calendar, number)


def _unconfirm(row: Activity, state: ActivityState) -> None:
    row.state, row.confirmed_by, row.confirmed_at = state, "", None


def _plan_theme_day(house: House, branch: Branch, calendar: Calendar, number: int) -> None:
    month = calendar.months[-1].next()
    host = branch.groups[(len(calendar.months) + branch.id) % len(branch.groups)]
    day = calendar_day(month, 11)
    leader = host.leader(calendar.today)
    titles = ("把今年的一页纸攒成一本", "看看上下道工序", "应急处置练一练")
    row = Activity(
        committee_id=house.committee_id, branch_id=branch.id, group_id=host.id, kind_id=house.kinds["theme_day"],
        state=ActivityState.DRAFT, title=titles[number % len(titles)], held_on=day, month=month, host=leader.name,
        content="轮到本组策划。材料不超过两页，提前三天发出；请各组带上自己最顺手的一张纸。", brand_id=host.brand_id,
        created_by_id=leader.account_id, created_by=leader.name, created_at=calendar.now,
        revised_by=leader.name, revised_at=calendar.now,
    )  # fmt: skip
    row.sittings = [
        Sitting(number=n, committee_id=house.committee_id, held_on=day, starts_at=time, room="党员活动室")
        for n, time in enumerate(("14:30", "20:00"), start=1)
    ]
    db.session.add(row)
    db.session.flush()
    db.session.add_all(
        ActivityGroup(activity_id=row.id, group_id=group.id, committee_id=house.committee_id, month=month)
        for group in branch.groups
    )


def calendar_day(month: Month, wanted: int) -> date:
    day = date(month.year, month.month, wanted)
    while day.weekday() >= 5:
        day += DAY
    return day


def _tell(planned: Planned, row: Activity, branch: Branch, calendar: Calendar, timeline: Timeline) -> None:
    writer = _writer(planned, branch)
    day = planned.held_on
    _line(timeline, calendar.moment(day, 17, 20), "activity.submit", row, writer, {"title": row.title})
    if row.state is ActivityState.CONFIRMED:
        _line(
            timeline, calendar.moment(day + DAY, 9, 40), "activity.confirm", row, branch.secretary, {"state": row.state}
        )
    elif row.state is ActivityState.RETURNED:
        reason = {"state": row.state, "reason": row.return_reason}
        _line(timeline, calendar.moment(day + DAY, 9, 40), "activity.return", row, branch.secretary, reason)


def _line(timeline: Timeline, moment: datetime, act: str, row: Activity, by: Doer, after: Mapping[str, object]) -> None:
    timeline.add(moment, lambda: record(by, act, row, after=after))
