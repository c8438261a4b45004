"""Findings: the list, one with its timeline, its photos. Its blueprint carries every page of the checks."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import BRANCH_COMMITTEE, FACTORY, Permission
from app.accounts.roles import Role
from app.checks import course, list_queries, operations, quarter_queries, queries, timeline_queries
from app.checks.course import FindingState, Standing, due_words
from app.checks.forms import FilterForm, WithdrawForm
from app.checks.list_queries import Filters
from app.checks.models import Finding
from app.checks.timeline_queries import PhotoOfFinding, ShownPhoto
from app.foundation import clock, paging
from app.foundation.errors import Conflict, Refused
from app.foundation.forms import text, version_of
from app.foundation.paging import row_id
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.photos.photo_views import stored_file

blueprint = Blueprint("checks", __name__)

SITS = BRANCH_COMMITTEE | FACTORY | {Role.LIAISON}


@blueprint.app_template_filter()
def due(finding: Finding) -> str:
    """Calm words for a finding that waits for its group; nothing for others."""
    return due_words(finding.due_on, clock.today()) if finding.state.waits_for_group else ""


def standing_at(place: Place) -> Standing:
    actor = current()
    return Standing(
        actor.account_id,
        leads=any(grant.role is Role.GROUP_LEADER and grant.place == place for grant in actor.grants),
        sits=any(grant.role in SITS and grant.covers(place) for grant in actor.grants),
    )


def places_of(permission: Permission) -> list[Place]:
    """The reader's own places at which the permission holds."""
    actor = current()
    return [grant.place for grant in actor.grants if actor.may(permission, grant.place)]


# ---------------------------------------------------------------- the list


@blueprint.get("/findings")
@allow(Permission.FINDING_READ)
def index() -> str:
    reader, today = current(), clock.today()
    places = places_of(Permission.FINDING_READ)
    units = list_queries.units(places, today)
    form = FilterForm(request.args)
    form.offer(units)
    state = form.state.data if form.state.data in {choice[0] for choice in form.state.iter_choices()} else ""
    filters = Filters(
        state=state if "state" in request.args else "waiting",
        group_id=request.args.get("group", type=row_id),
        repeated=form.repeated.data == "1",
    )
    form.state.data = filters.state
    rows = list_queries.finding_lines(places, reader.account_id, filters, paging.requested_key())
    return render_template(
        "checks/index.html",
        form=form,
        filters=filters,
        page=paging.page_of(rows, list_queries.PAGE_SIZE, lambda row: row.key),
        narrowed=bool(filters.group_id or filters.repeated or filters.state != "waiting"),
        units=units,
        raise_at=_first_group(),
        may_raise=reader.may_somewhere(Permission.FINDING_RAISE),
        branches=list(dict.fromkeys(unit.branch_id for unit in units)),
        branch_names={unit.branch_id: unit.branch_name for unit in units},
        quarter=Quarter.of(today),
        arguments={name: value for name, value in request.args.items() if name != "after"},
    )


def _first_group() -> int | None:
    """The group that the reader leads: a leader raises what the group itself found."""
    led = current().places([Role.GROUP_LEADER])
    return led[0].group_id if led else None


# ---------------------------------------------------------------- one finding


@blueprint.get("/findings/<int:finding_id>")
@allow(Permission.FINDING_READ, queries.finding)
def finding_page(finding: Finding) -> str:
    return finding_with(finding, WithdrawForm(version=finding.version))


def finding_with(finding: Finding, withdrawing: WithdrawForm) -> str:
    actor, who = current(), standing_at(finding.place)
    state = finding.state
    group = queries.checked_group(finding.group_id)
    steps = timeline_queries.timeline(finding.id)
    return render_template(
        "checks/finding.html",
        finding=finding,
        group=group,
        steps=steps,
        hides={photo.number for step in steps for photo in step.photos if _may_hide(finding, who, photo)},
        earlier=queries.earlier_alike(finding),
        round_title=quarter_queries.round_title(finding.round_id, finding.committee_id),
        withdrawing=withdrawing,
        may={
            "answer": state.waits_for_group and actor.may(Permission.FINDING_ANSWER, finding),
            "recheck": state is FindingState.ANSWERED
            and course.may_recheck(who, raised_by=finding.raised_by_id, answered_by=finding.answered_by_id),
            "withdraw": state is FindingState.OPEN and course.may_withdraw(who, raised_by=finding.raised_by_id),
            "list": actor.may(Permission.FINDING_RAISE, finding),
        },
    )


def _may_hide(finding: Finding, who: Standing, photo: ShownPhoto) -> bool:
    """A photo taken on the spot and still shown; one of the group's month is withdrawn there."""
    return (
        photo.site_photo_id is not None
        and photo.thumb_key is not None
        and current().may(Permission.FINDING_RECHECK, finding)
        and course.may_withdraw_photo(who, taken_by=photo.taken_by_id)
    )


@blueprint.post("/findings/<int:finding_id>/withdraw")
@allow(Permission.FINDING_READ, queries.finding)
def withdraw(finding: Finding) -> ResponseReturnValue:
    """Whoever raised it, a sister group's leader too: the operation asks."""
    form = WithdrawForm(request.form)
    if not form.validate():
        return finding_with(finding, form), 422
    try:
        operations.withdraw_finding(
            finding,
            reason=text(form.reason),
            version=version_of(form.version),
            standing=standing_at(finding.place),
            by=current(),
        )
    except Conflict as refusal:
        form.refuse(refusal.message, form.reason)
        form.version.data = str(finding.version)
        return finding_with(finding, form), refusal.status
    flash("已撤回，这一条不再计入。")
    return redirect(url_for(".finding_page", finding_id=finding.id), 303)


# ---------------------------------------------------------------- photos


@blueprint.get("/findings/<int:finding_id>/photos/<int:number>/<any(display, thumb):size>")
@allow(Permission.FINDING_READ, timeline_queries.photo_of_finding)
def photo(found: PhotoOfFinding, size: str) -> ResponseReturnValue:
    """Whoever may read the finding sees its photos, those of the group's month too: the answer points at them."""
    key = found.photo.display_key if size == "display" else found.photo.thumb_key
    return stored_file(key or "", "image/jpeg")


@blueprint.post("/findings/<int:finding_id>/photos/<int:number>/withdraw")
@allow(Permission.FINDING_RECHECK, queries.finding)
def withdraw_photo(finding: Finding, number: int) -> ResponseReturnValue:
    """A photo that shows what must not be shown."""
    form = WithdrawForm(request.form)
    if not form.validate():
        return finding_with(finding, form), 422
    try:
        operations.withdraw_photo(
            finding, number, reason=text(form.reason), standing=standing_at(finding.place), by=current()
        )
    except Refused as refusal:
        flash(refusal.message, "warning")
    else:
        flash("照片已撤下，哪里都不再显示。")
    return redirect(url_for(".finding_page", finding_id=finding.id), 303)
