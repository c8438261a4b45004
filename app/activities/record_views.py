"""Pages of one record: reading, submitting, confirming, returning, discarding, printing."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import RULES, Permission
from app.activities import course, operations, record_queries
from app.activities.attendance import Presence
from app.activities.course import ActivityState, Step
from app.activities.forms import ReasonForm
from app.activities.models import Activity, Attendance
from app.foundation.forms import text
from app.foundation.periods import Month
from app.foundation.places import Place

blueprint = Blueprint("activities", __name__)


# ------------------------------------------------------------------ one record


@dataclass(frozen=True)
class Shared:
    """An activity as its reader meets it: its own place, or that of the reader's group that takes part."""

    activity: Activity
    place: Place


def shared(activity_id: int) -> Shared | None:
    """Taking part makes a record one's own to read: a branch's theme day, a joint activity of a sister group.

    A sister group's draft stays its own; a draft of the branch is a plan for all who take part.
    """
    found = record_queries.activity_and_groups(activity_id)
    if found is None:
        return None
    activity, partners = found
    actor = current()
    is_open = activity.state is not ActivityState.DRAFT or activity.group_id is None
    if is_open and not actor.may(Permission.ACTIVITY_READ, activity):
        for place in partners:
            if actor.may(Permission.ACTIVITY_READ, place):
                return Shared(activity, place)
    return Shared(activity, activity.place)


@blueprint.get("/activities/<int:activity_id>")
@allow(Permission.ACTIVITY_READ, shared)
def activity_page(seen: Shared) -> str:
    return _record(seen.activity, ReasonForm())


def _record(activity: Activity, form: ReasonForm) -> str:
    actor = current()
    writes = actor.may(Permission.ACTIVITY_WRITE, activity)
    confirms = actor.may(Permission.ACTIVITY_CONFIRM, activity)
    # Whoever may confirm has just returned it: the next step is its writer's.
    returned_to_another = (
        confirms and activity.state is ActivityState.RETURNED and activity.created_by_id != actor.account_id
    )
    people = record_queries.attendances(activity.id)
    photos = [photo for photo in record_queries.photos(activity) if actor.may(Permission.PHOTO_READ, photo)]
    return render_template(
        "activities/record.html",
        activity=activity,
        people=people,
        by_presence=_by_presence(people),
        links=record_queries.links(activity),
        photos=photos,
        form=form,
        may={
            "revise": writes and course.allowed(activity.state, Step.REVISE),
            "submit": writes and not returned_to_another and course.allowed(activity.state, Step.SUBMIT),
            "correct": writes and course.allowed(activity.state, Step.CORRECT),
            "discard": writes and course.allowed(activity.state, Step.DISCARD),
            "photos": activity.group_id is not None and actor.may(Permission.PHOTO_WRITE, activity),
            "confirm": confirms and course.allowed(activity.state, Step.CONFIRM),
        },
    )


@blueprint.get("/activities/<int:activity_id>/sheet")
@allow(Permission.ACTIVITY_READ, shared)
def record_sheet(seen: Shared) -> str:
    """The record on paper with its signature lines: the signed original remains the record."""
    people = record_queries.attendances(seen.activity.id)
    return render_template(
        "activities/sheet.html",
        activity=seen.activity,
        people=people,
        by_presence=_by_presence(people),
        links=record_queries.links(seen.activity),
    )


def _by_presence(people: Sequence[Attendance]) -> list[tuple[Presence, list[Attendance]]]:
    """Those who came first, then by the kind of leave."""
    groups = [(presence, [one for one in people if one.presence is presence]) for presence in Presence]
    return [(presence, rows) for presence, rows in groups if rows]


def to_record(activity: Activity) -> ResponseReturnValue:
    return redirect(url_for("activities.activity_page", activity_id=activity.id))


@blueprint.post("/activities/<int:activity_id>/submit")
@allow(Permission.ACTIVITY_WRITE, record_queries.activity)
def submit_activity(activity: Activity) -> ResponseReturnValue:
    operations.submit_activity(activity, by=current())
    flash("已提交，等书记确认。")
    return to_record(activity)


@blueprint.post("/activities/<int:activity_id>/confirm")
@allow(Permission.ACTIVITY_CONFIRM, record_queries.activity)
def confirm_activity(activity: Activity) -> ResponseReturnValue:
    operations.confirm_activity(activity, by=current())
    flash("已确认，会排进当月版面。")
    return to_record(activity)


@blueprint.post("/activities/<int:activity_id>/return")
@allow(Permission.ACTIVITY_CONFIRM, record_queries.activity)
def return_activity(activity: Activity) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return _record(activity, form), 422
    operations.return_activity(activity, reason=text(form.reason), by=current())
    flash("已退回，记录人会看到原因。")
    return to_record(activity)


@blueprint.post("/activities/<int:activity_id>/discard")
@allow(Permission.ACTIVITY_WRITE, record_queries.activity)
def discard_activity(activity: Activity) -> ResponseReturnValue:
    target = _month_address(activity.place, activity.month)
    operations.discard_activity(activity, by=current())
    flash("记录已删除，照片还在本月照片里。")
    return redirect(target)


def _month_address(place: Place, month: Month) -> str:
    if place.group_id is None:
        return url_for("activities.index", branch=place.branch_id, month=month)
    return url_for("photos.month_page", group_id=place.group_id, month=month)


def reading_places() -> list[Place]:
    """Where the reader may read activities; a committee-wide grant reaches the committees nested in its own."""
    rules = RULES[Permission.ACTIVITY_READ]
    places: dict[Place, None] = {}
    for grant in current().grants:
        if any(grant.role in rule.roles for rule in rules):
            wide = grant.place.branch_id is None
            places.update(dict.fromkeys([Place(one) for one in sorted(grant.committees)] if wide else [grant.place]))
    return list(places)
