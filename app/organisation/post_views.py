"""Pages of work teams and of posts."""

from flask import request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from app.accounts.guard import allow, current
from app.accounts.models import Appointment
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.foundation import clock
from app.foundation.forms import options, text
from app.organisation import appointment_operations, member_queries, queries, sheet_queries, team_operations
from app.organisation.appointment_operations import OF_GROUP, appoint
from app.organisation.forms import AppointForm, CoverForm, EndForm, TeamForm
from app.organisation.models import Branch, PartyGroup, WorkTeam
from app.organisation.sheet_views import answered, blueprint
from app.organisation.unit_views import to_branch

WRITE = Permission.ORGANISATION_WRITE


@blueprint.route("/groups/<int:group_id>/teams", methods=["GET", "POST"])
@allow(WRITE, queries.group)
def cover_teams(group: PartyGroup) -> ResponseReturnValue:
    sheet = sheet_queries.branch_sheet(group.branch_id, clock.today())
    own = next((one.teams for one in sheet.groups if one.id == group.id), ())
    form = CoverForm(
        request.form or None,  # boxes that were not sent are boxes left empty, but only in a form that was sent
        data={"on": clock.today(), "teams": [number for number, name, _ in sheet.teams if name in own]},
    )
    form.teams.choices = options(
        [(number, f"{name}（{shift}）" if shift else name) for number, name, shift in sheet.teams]
    )

    def act() -> None:
        teams = [team for number in form.teams.data or [] if (team := member_queries.team(number)) is not None]
        team_operations.cover_teams(group, teams, by=current(), on=form.on.day)

    return answered(
        form,
        act,
        "organisation/cover_teams.html",
        done="覆盖的班组已更新。",
        to=to_branch(group.branch_id),
        group=group,
    )


@blueprint.route("/branches/<int:branch_id>/teams/new", methods=["GET", "POST"])
@allow(WRITE, queries.branch)
def new_team(branch: Branch) -> ResponseReturnValue:
    form = TeamForm(request.form, data={"starts_on": clock.today()})
    return answered(
        form,
        lambda: team_operations.found_team(
            branch, text(form.name), by=current(), starts_on=form.starts_on.day, shift=text(form.shift)
        ),
        "organisation/new_team.html",
        done=f"已登记班组{text(form.name)}。",
        to=to_branch(branch.id),
        branch=branch,
    )


@blueprint.route("/teams/<int:team_id>/end", methods=["GET", "POST"])
@allow(WRITE, member_queries.team)
def end_team(team: WorkTeam) -> ResponseReturnValue:
    form = EndForm(request.form, data={"on": clock.today()})
    return answered(
        form,
        lambda: team_operations.end_team(team, by=current(), on=form.on.day),
        "organisation/end.html",
        done=f"班组{team.name}已撤销。",
        to=to_branch(team.branch_id),
        heading=f"撤销班组{team.name}",
        label="撤销",
        branch_id=team.branch_id,
    )


@blueprint.route("/branches/<int:branch_id>/appointments/new", methods=["GET", "POST"])
@allow(WRITE, queries.branch)
def new_appointment(branch: Branch) -> ResponseReturnValue:
    today = clock.today()
    form = AppointForm(request.form, data={"starts_on": today, "member": request.args.get("member", type=int)})
    form.member.choices = options(
        [(number, f"{name}（{group}）") for number, name, group in member_queries.members_of_branch(branch.id, today)]
    )
    groups = member_queries.group_choices([branch.committee_id], today, branch_id=branch.id)
    form.group.choices = options([(0, "不适用"), *((choice.id, choice.name) for choice in groups)])
    return answered(
        form,
        lambda: _appoint(form, branch),
        "organisation/new_appointment.html",
        done="任命已登记。",
        to=to_branch(branch.id),
        branch=branch,
    )


def _appoint(form: AppointForm, branch: Branch) -> None:
    role = Role(form.role.data)
    group = queries.group(form.group.data) if role in OF_GROUP and form.group.data else None
    member = queries.member(form.member.data)
    if member is None:
        raise NotFound
    appoint(
        member,
        role,
        group or branch,
        by=current(),
        starts_on=form.starts_on.day,
        ends_on=form.ends_on.data,
        title=form.title.data or "",
    )


@blueprint.route("/appointments/<int:appointment_id>/end", methods=["GET", "POST"])
@allow(WRITE, member_queries.appointment)
def end_appointment(post: Appointment) -> ResponseReturnValue:
    form = EndForm(request.form, data={"on": clock.today()})
    holder = queries.member(post.member_id or 0)
    branch_id, label = post.branch_id or 0, post.label
    heading = f"免去{holder.name if holder else ''}的{label}"
    return answered(
        form,
        lambda: appointment_operations.end_appointment(post, by=current(), on=form.on.day),
        "organisation/end.html",
        done=f"{holder.name if holder else ''}的{label}已登记免去。",
        to=to_branch(branch_id),
        heading=heading,
        label="免去",
        branch_id=branch_id,
    )
