"""The month of a group: its activities and photos, sorting them, and taking its printed issue back."""

import secrets
from collections.abc import Sequence
from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.activities.cadence import still_due
from app.activities.forms import ReasonForm
from app.activities.queries import ActivityLine, cadences, month_activities
from app.foundation import clock
from app.foundation.errors import Refused
from app.foundation.forms import text
from app.foundation.paging import row_id
from app.foundation.periods import Month
from app.photos import hint_queries, issue_operations, operations, queries, sorting
from app.photos.forms import SortForm
from app.photos.models import Photo
from app.photos.queries import GroupMonth
from app.photos.upload_operations import MonthClosed, check_month

blueprint = Blueprint("photos", __name__)
LAST_CHOICE = "photo_activity"


# ------------------------------------------------------------------ the month


@blueprint.get("/groups/<int:group_id>/months/<month:month>")
@allow(Permission.ACTIVITY_READ, queries.group_month)
def month_page(month: GroupMonth) -> str:
    return month_with(month)


def month_with(
    month: GroupMonth,
    form: ReasonForm | None = None,
    *,
    sort: SortForm | None = None,
    not_printed: str = "",
    asks: bool = False,
) -> str:
    """The page, perhaps with a form that came back, or with why the issue was not printed; `asks` opens the question."""
    actor, this_month = current(), Month.of(clock.today())
    activities = month_activities(month.group_id, month.month)
    photos, hints = hint_queries.month_photos(month.group_id, month.month)
    by_id = {line.id: line for line in activities}
    unsorted = [photo for photo in photos if photo.activity_id not in by_id]
    writes = actor.may(Permission.PHOTO_WRITE, month)
    closed = _closed(month.month)
    ticked: frozenset[int] = frozenset()
    if writes and unsorted and activities:
        sort, ticked = _sort_form(sort, activities, unsorted)
    return render_template(
        "photos/month.html",
        month=month,
        form=form or ReasonForm(),
        activities=activities,
        photos=_in_order(photos, unsorted if writes else []),
        by_id=by_id,
        unsorted=unsorted,
        hints=hints if writes else {},
        sort=sort,
        ticked=ticked,
        on_board=sorted(photo.board_slot for photo in photos if photo.board_slot is not None),
        dues=cadences(month.group_id, month.month),
        still_due=lambda period: still_due(period, month.month, this_month),
        is_future=month.month > this_month,
        closed=closed,
        for_activity=request.values.get("activity", type=row_id) or 0,
        upload_id=secrets.token_hex(16),
        max_bytes=current_app.config["PHOTO_MAX_BYTES"],
        account_id=actor.account_id,
        may={
            "edit": writes,
            "add": writes and not closed,
            "log": actor.may(Permission.ACTIVITY_WRITE, month),
            "print": actor.may(Permission.MONTH_ISSUE_PRINT, month),
        },
        not_printed=not_printed,
        asks=asks,
    )


def _closed(month: Month) -> str:
    """Why the month takes no photos, empty where it does."""
    try:
        check_month(month, clock.today(), current_app.config["PHOTO_YEARS_BACK"])
    except MonthClosed as refusal:
        return refusal.message
    return ""


def _in_order(photos: Sequence[Photo], first: Sequence[Photo]) -> list[Photo]:
    """Those to be sorted first, else as they come."""
    waiting = {photo.id for photo in first}
    return sorted(photos, key=lambda photo: photo.id not in waiting)


def month_address(month: GroupMonth) -> str:
    return url_for("photos.month_page", group_id=month.group_id, month=month.month)


# ------------------------------------------------------------------ sorting


def remember_choice(activity_id: int) -> None:
    """Where a day says nothing, the next photos are proposed for the activity chosen last."""
    session[LAST_CHOICE] = activity_id


def suggestion(photos: Sequence[Photo], activities: Sequence[ActivityLine]) -> sorting.Suggestion | None:
    return sorting.suggested(
        {photo.id: date.fromisoformat(photo.taken_at[:10]) if photo.taken_at else None for photo in photos},
        [(line.id, line.days) for line in activities],
        session.get(LAST_CHOICE),
    )


def _sort_form(
    form: SortForm | None, activities: Sequence[ActivityLine], unsorted: Sequence[Photo]
) -> tuple[SortForm, frozenset[int]]:
    """With what is proposed, or as it came back."""
    if form is not None:
        return form, frozenset(ids("photos"))
    proposed = suggestion(unsorted, activities)
    form = SortForm(activity=proposed.activity_id if proposed else None)
    form.offer(activities)
    inbox = [photo.id for photo in unsorted]
    return form, ticked(inbox, inbox, proposed.photo_ids if proposed else frozenset())


def ids(name: str) -> list[int]:
    """The ticked boxes of a form."""
    return request.form.getlist(name, type=row_id)


def ticked(
    everything: Sequence[int], unsorted: Sequence[int], proposed: frozenset[int] = frozenset()
) -> frozenset[int]:
    """What is ticked when a page opens: `?tick=all`, `inbox` or `none` for those without a script, `?photo=` for single
    ones, else as proposed; on a page that came back what was ticked there."""
    if request.method == "POST":
        return frozenset(ids("photos"))
    wanted = {"all": everything, "inbox": unsorted, "none": ()}
    named = request.args.getlist("photo", type=row_id)
    return frozenset(wanted.get(request.args.get("tick", ""), named or proposed))


def _chosen(month: GroupMonth) -> frozenset[int]:
    if "all" in request.form:
        return frozenset(photo.id for photo in queries.inbox(month.group_id, month.month))
    return frozenset(ids("photos"))


@blueprint.post("/groups/<int:group_id>/months/<month:month>/sort")
@allow(Permission.PHOTO_WRITE, queries.group_month)
def sort_photos(month: GroupMonth) -> ResponseReturnValue:
    form = SortForm(request.form)
    activities = month_activities(month.group_id, month.month)
    form.offer(activities)
    if not form.validate():
        return month_with(month, sort=form), 422
    activity_id, chosen = form.activity.data, _chosen(month)
    try:
        photos = operations.sort_photos(month, chosen, activity_id=activity_id, by=current())
    except Refused as refusal:
        flash(refusal.message, "warning")
        return month_with(month, sort=form), refusal.status
    remember_choice(activity_id)
    title = next(line.title for line in activities if line.id == activity_id)
    flash(f"{len(photos)} 张已归到“{title}”。")
    return redirect(month_address(month))


# ------------------------------------------------------------------ the issue (printing it stands with the board)


@blueprint.post("/groups/<int:group_id>/months/<month:month>/reopen")
@allow(Permission.MONTH_ISSUE_PRINT, queries.group_month)
def reopen_issue(month: GroupMonth) -> ResponseReturnValue:
    form = ReasonForm(request.form)
    if not form.validate():
        return month_with(month, form), 422
    issue_operations.reopen_issue(month, reason=text(form.reason), by=current())
    flash("已撤回付印。改好后请再付印一次，墙上的也要换。")
    return redirect(month_address(month))
