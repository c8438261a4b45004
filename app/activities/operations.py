"""Acts on activities. Every one leaves an audit line; none commits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm.attributes import flag_modified

from app.activities import course, form_queries, record_queries
from app.activities.attendance import Seen
from app.activities.course import ReasonMissing, Step
from app.activities.details import Details, SittingDetails
from app.activities.models import (
    Activity,
    ActivityGoal,
    ActivityGroup,
    ActivityState,
    ActivityTeam,
    Attendance,
    Sitting,
)
from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Month
from app.foundation.places import Place


class ActivityChanged(Conflict):
    """Somebody saved the same activity after the form was opened."""


class NotYetHeld(Refused):
    """A record of what has still to come."""


class NotOfThisUnit(Refused):
    """A kind, group, goal, team, brand or member that the owner's branch does not have on the day."""


class MonthMoved(Refused):
    """The day moved to another month although the month's photos belong to the activity."""


def log_activity(place: Place, details: Details, *, by: Doer, submit: bool = False) -> Activity:
    """A new record, for a group or a branch; submitted at once or kept as a draft."""
    activity = Activity(
        committee_id=place.committee_id,
        branch_id=place.branch_id,
        group_id=place.group_id,
        state=ActivityState.DRAFT,
        created_by_id=by.account_id,
        created_by=by.name,
        created_at=clock.now(),
        revised_by=by.name,
        revised_at=clock.now(),
    )
    _write(activity, details, by, is_new=True)
    record(by, "activity.log", activity, after=_summary(activity))
    if submit:
        submit_activity(activity, by=by)
    return activity


def revise_activity(activity: Activity, details: Details, *, version: int, by: Doer, submit: bool = False) -> None:
    """Change a record that is not confirmed yet."""
    _same_version(activity, version)
    activity.state = course.after(activity.state, Step.REVISE)
    before = _summary(activity)
    _write(activity, details, by)
    record(by, "activity.revise", activity, **_changes(before, _summary(activity)))
    if submit and activity.state is not ActivityState.SUBMITTED:
        submit_activity(activity, by=by)


def correct_activity(activity: Activity, details: Details, *, reason: str, version: int, by: Doer) -> None:
    """Change a confirmed record: it goes back to the secretary with the reason, and is confirmed anew."""
    _same_version(activity, version)
    activity.state = course.after(activity.state, Step.CORRECT)
    before = _summary(activity)
    activity.return_reason = f"更正：{_reason(reason)}"
    _write(activity, details, by)
    activity.submitted_at, activity.confirmed_at, activity.confirmed_by = clock.now(), None, ""
    changes = _changes(before, _summary(activity))
    record(by, "activity.correct", activity, before=changes["before"], after={**changes["after"], "reason": reason})


def submit_activity(activity: Activity, *, by: Doer) -> None:
    state = course.after(activity.state, Step.SUBMIT)
    if activity.held_on > clock.today():
        raise NotYetHeld("活动还没到日子，先存草稿，办完再提交。")
    _move(activity, state, by, "activity.submit")
    activity.submitted_at = clock.now()


def confirm_activity(activity: Activity, *, by: Doer) -> None:
    state = course.after(activity.state, Step.CONFIRM)
    activity.return_reason = ""
    activity.confirmed_by, activity.confirmed_at = by.name, clock.now()
    _move(activity, state, by, "activity.confirm")


def return_activity(activity: Activity, *, reason: str, by: Doer) -> None:
    state = course.after(activity.state, Step.RETURN)
    activity.return_reason = _reason(reason)
    _move(activity, state, by, "activity.return", reason=activity.return_reason)


def discard_activity(activity: Activity, *, by: Doer) -> None:
    """A draft or a returned record disappears; its photos go back to the month's inbox."""
    course.check_discard(activity.state)
    record(by, "activity.discard", activity, before=_summary(activity))
    db.session.execute(activity.photos.update().values(activity_id=None, is_cover=False))
    db.session.delete(activity)
    db.session.flush()


# ------------------------------------------------------------------ writing


def _write(activity: Activity, details: Details, by: Doer, *, is_new: bool = False) -> None:
    month = Month.of(details.held_on)
    if not is_new and activity.month != month and record_queries.photos(activity):
        raise MonthMoved("这次活动的照片在原来的月份里。请先把照片移出这次活动，再改到别的月份。")
    _check_options(activity, details, is_new=is_new)
    activity.kind_id, activity.title = details.kind_id, details.title
    activity.held_on, activity.month = details.held_on, month
    activity.host, activity.content, activity.outcome = details.host, details.content, details.outcome
    activity.brand_id = details.brand_id
    if is_new:
        db.session.add(activity)
    db.session.flush()
    _write_sittings(activity, details.sittings)
    _write_links(activity, details)
    _write_attendance(activity, details.attendance)
    # The version must move although only a sitting or a name may have changed: another open form is out of date.
    activity.revised_by, activity.revised_at = by.name, clock.now()
    flag_modified(activity, "revised_at")
    db.session.flush()


def _check_options(activity: Activity, details: Details, *, is_new: bool) -> None:
    """What was chosen must be among what the form offers for the owner on that day: never trust an id."""
    offered: dict[str, set[int]] = {kind: set() for kind in ("kind", "group", "goal", "team", "brand")}
    for option in form_queries.options(activity.place, details.held_on, None if is_new else activity):
        offered[option.kind].add(option.id)
    wanted: dict[str, set[int]] = {
        "kind": {details.kind_id},
        "group": set(details.group_ids),
        "goal": set(details.goal_ids),
        "team": set(details.team_ids),
        "brand": set() if details.brand_id is None else {details.brand_id},
    }
    if any(wanted[kind] - offered[kind] for kind in offered):
        raise NotOfThisUnit("选的类别、小组、目标、班组或品牌在活动当天不属于本支部。请刷新后重选。")


def _write_sittings(activity: Activity, sittings: Sequence[SittingDetails]) -> None:
    db.session.execute(delete(Sitting).where(Sitting.activity_id == activity.id))
    db.session.expire(activity, ["sittings"])
    db.session.execute(
        insert(Sitting),
        [
            {
                "activity_id": activity.id,
                "number": number,
                "committee_id": activity.committee_id,
                "held_on": sitting.held_on,
                "starts_at": sitting.starts_at,
                "room": sitting.room,
            }
            for number, sitting in enumerate(sittings, 1)
        ],
    )


def _write_links(activity: Activity, details: Details) -> None:
    groups = set(details.group_ids) | ({activity.group_id} if activity.group_id is not None else set())
    _replace(activity, ActivityGroup, "group_id", groups, month=activity.month)
    _replace(activity, ActivityGoal, "goal_id", set(details.goal_ids))
    _replace(activity, ActivityTeam, "team_id", set(details.team_ids))


def _replace(activity: Activity, table: Any, column: str, ids: set[int], **values: Any) -> None:
    db.session.execute(delete(table).where(table.activity_id == activity.id))
    rows = [
        {"activity_id": activity.id, "committee_id": activity.committee_id, column: value, **values}
        for value in sorted(ids)
    ]
    if rows:
        db.session.execute(insert(table), rows)


def _write_attendance(activity: Activity, attendance: Sequence[Seen]) -> None:
    """Group, name and status are those of the activity's own day and stay so."""
    enrolled = {one.member_id: one for one in form_queries.roster(activity.branch_id, activity.held_on)}
    strangers = [seen.person_id for seen in attendance if seen.person_id not in enrolled]
    if strangers:
        raise NotOfThisUnit("参加人员里有人在活动当天不属于本支部。请核对日期和名单。")
    db.session.execute(delete(Attendance).where(Attendance.activity_id == activity.id))
    db.session.expire(activity, ["attendances"])
    rows = [
        {
            "committee_id": activity.committee_id,
            "activity_id": activity.id,
            "member_id": seen.person_id,
            "group_id": enrolled[seen.person_id].group_id,
            "name": enrolled[seen.person_id].name,
            "status": enrolled[seen.person_id].status,
            "presence": seen.presence,
            "sitting": seen.sitting,
        }
        for seen in attendance
    ]
    if rows:
        db.session.execute(insert(Attendance), rows)


# ------------------------------------------------------------------ steps


def _same_version(activity: Activity, version: int) -> None:
    if activity.version != version:
        raise ActivityChanged("这条记录刚被别人改过。两份都在，请核对后再存。")


def _move(activity: Activity, state: ActivityState, by: Doer, act: str, **after: Any) -> None:
    before = activity.state
    activity.state = state
    record(by, act, activity, before={"state": before}, after={"state": state, **after})


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise ReasonMissing("请写明原因，一句话即可。")
    return reason[:190]


def _summary(activity: Activity) -> dict[str, Any]:
    present = db.session.execute(
        select(Attendance.presence, Attendance.member_id)
        .where(Attendance.activity_id == activity.id)
        .order_by(Attendance.member_id)
    ).all()
    return {
        "state": activity.state,
        "kind": activity.kind_id,
        "title": activity.title,
        "held_on": activity.held_on,
        "host": activity.host,
        "content": activity.content,
        "outcome": activity.outcome,
        "brand": activity.brand_id,
        "attendance": {str(row.member_id): row.presence for row in present},
    }


def _changes(before: dict[str, Any], after: dict[str, Any]) -> dict[str, dict[str, Any]]:
    changed = [name for name in after if before.get(name) != after[name]]
    return {"before": {name: before.get(name) for name in changed}, "after": {name: after[name] for name in changed}}
