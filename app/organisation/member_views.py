"""Pages about one member: what is kept, the way through the groups, and the acts."""

import json
from collections.abc import Sequence

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.accounts import queries as accounts
from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.forms import options
from app.foundation.places import Place
from app.organisation import member_queries, membership_operations, queries
from app.organisation.forms import EditMemberForm, LeaveForm, MoveForm, NewMemberForm
from app.organisation.membership_operations import mark_of, refuse_changed
from app.organisation.models import Branch, Membership, PartyGroup, WorkTeam
from app.organisation.sheet_views import answered, blueprint, tried, version_in

READ, WRITE = Permission.ORGANISATION_READ, Permission.ORGANISATION_WRITE
ACCESS_LOG = "access.log"


def note_reading(what: str, subject: str) -> None:
    """One line of JSON in the access log: personal data was looked at. A file, so that reading writes no row."""
    actor = current()
    line = {
        "at": clock.now().isoformat(timespec="seconds"),
        "account": actor.login,
        "address": request.remote_addr,
        "what": what,
        "subject": subject,
    }
    try:
        with (current_app.config["DATA_DIR"] / ACCESS_LOG).open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError:  # a full disk must not stop reading; the server's own log then says who read
        current_app.logger.exception("access log not written: %s", line)


def _to_member(tie: Membership) -> Response:
    return redirect(url_for("organisation.member_page", member_id=tie.member_id))


def _teams(branch_id: int) -> Sequence[tuple[int, str]]:
    return [(0, "不填"), *member_queries.teams(branch_id, clock.today())]


@blueprint.get("/members/<int:member_id>")
@allow(READ, member_queries.latest_tie)
def member_page(tie: Membership) -> str:
    note_reading("member", str(tie.member_id))
    return render_template(
        "organisation/member.html",
        tie=tie,
        member=tie.member,
        ties=member_queries.ties_of(tie.member_id),
        posts=accounts.posts(None, tie.member_id, clock.today()),
        today=clock.today(),
        may_write=current().may(WRITE, tie),
    )


@blueprint.route("/branches/<int:branch_id>/members/new", methods=["GET", "POST"])
@allow(WRITE, queries.branch)
def new_member(branch: Branch) -> ResponseReturnValue:
    form = NewMemberForm(request.form, data={"starts_on": clock.today(), "group": request.args.get("group", type=int)})
    groups = member_queries.group_choices([branch.committee_id], clock.today(), branch_id=branch.id)
    form.group.choices = options([(choice.id, choice.name) for choice in groups])
    form.team.choices = options(_teams(branch.id))

    def act() -> None:
        group = queries.group(form.group.data)
        if group is None:
            raise NotFound
        team = member_queries.team(form.team.data) if form.team.data else None
        membership_operations.add_member(group, form.details, by=current(), starts_on=form.starts_on.day, team=team)

    return answered(
        form,
        act,
        "organisation/new_member.html",
        done=f"{form.name.data}已加入名册。",
        to=redirect(url_for("organisation.branch_page", branch_id=branch.id)),
        branch=branch,
    )


@blueprint.route("/members/<int:member_id>/edit", methods=["GET", "POST"])
@allow(WRITE, member_queries.latest_tie)
def edit_member(tie: Membership) -> ResponseReturnValue:
    member = tie.member
    form = EditMemberForm(request.form, obj=member)
    theirs: dict[str, tuple[str, str]] = {}

    def act() -> None:
        membership_operations.edit_member(tie, form.details, by=current(), version=version_in(form.version))

    status = tried(form, act)
    if status is None:
        flash("已保存。")
        return _to_member(tie)
    if status == 409:
        theirs = _differences(form, tie)
        form.version.data = str(member.version)  # saving once more is a decision made with both in view
    return render_template("organisation/edit_member.html", form=form, member=member, theirs=theirs), status


def _differences(form: EditMemberForm, tie: Membership) -> dict[str, tuple[str, str]]:
    """Label -> mine, theirs."""
    return {
        form[key].label.text: (str(mine or "空"), str(getattr(tie.member, key) or "空"))
        for key, mine in form.details.items()
        if (mine or "") != (getattr(tie.member, key) or "")
    }


def _open_groups(tie: Membership) -> list[tuple[int, str]]:
    """The groups that the actor may put somebody into; the branch is said where there are several."""
    actor = current()
    choices = [
        choice
        for choice in member_queries.group_choices([tie.committee_id], clock.today())
        if actor.may(WRITE, Place(tie.committee_id, choice.branch_id, choice.id))
    ]
    several = len({choice.branch_id for choice in choices}) > 1
    return [(choice.id, f"{choice.branch}·{choice.name}" if several else choice.name) for choice in choices]


def _chosen(form: MoveForm) -> tuple[PartyGroup, WorkTeam | None]:
    """A team of another branch than the group's is dropped: it was left over from before."""
    group = queries.group(form.group.data)
    if group is None:
        raise NotFound
    team = member_queries.team(form.team.data) if form.team.data else None
    return group, team if team and team.branch_id == group.branch_id else None


@blueprint.route("/members/<int:member_id>/move", methods=["GET", "POST"])
@allow(WRITE, member_queries.latest_tie)
def move_member(tie: Membership) -> ResponseReturnValue:
    """Within the branch; between branches only for whoever may write in both. Who left comes back the same way."""
    given = {"on": clock.today(), "group": tie.group_id, "team": tie.team_id or 0, "seen": mark_of(tie)}
    form = MoveForm(request.form, data=given)
    form.group.choices = options(_open_groups(tie))
    form.team.choices = options(_teams(tie.branch_id))
    act = membership_operations.move_member if tie.ends_on is None else membership_operations.return_member

    def go() -> None:
        refuse_changed(tie, form.seen.data or "")
        group, team = _chosen(form)
        act(tie.member, group, by=current(), on=form.on.day, team=team)

    return answered(
        form,
        go,
        "organisation/move.html",
        done=f"{tie.member.name}的去处已登记，从前的月份不变。",
        to=_to_member(tie),
        tie=tie,
        member=tie.member,
    )


@blueprint.route("/members/<int:member_id>/leave", methods=["GET", "POST"])
@allow(WRITE, member_queries.latest_tie)
def end_membership(tie: Membership) -> ResponseReturnValue:
    form = LeaveForm(request.form, data={"on": clock.today(), "seen": mark_of(tie)})
    member, branch_id = tie.member, tie.branch_id

    def act() -> None:
        refuse_changed(tie, form.seen.data or "")
        membership_operations.end_membership(member, by=current(), on=form.on.day, reason=form.reason.data)

    return answered(
        form,
        act,
        "organisation/leave.html",
        done=f"{member.name}已登记转出，从前的记录都还在。",
        to=redirect(url_for("organisation.branch_page", branch_id=branch_id)),
        member=member,
    )
