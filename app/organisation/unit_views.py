"""Pages that change units: founding, renaming, merging, dissolving."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.foundation import clock
from app.foundation.forms import options, text
from app.organisation import member_queries, queries, sheet_queries, unit_operations
from app.organisation.forms import (
    BranchForm,
    CommitteeForm,
    DescribeForm,
    DissolveForm,
    GeneralBranchForm,
    GroupForm,
    MergeForm,
    RenameCommitteeForm,
    RenameForm,
)
from app.organisation.models import Branch, Committee, PartyGroup
from app.organisation.sheet_views import answered, blueprint, version_in

WRITE = Permission.ORGANISATION_WRITE


def to_committee(committee_id: int) -> Response:
    return redirect(url_for("organisation.committee_page", committee_id=committee_id))


def to_branch(branch_id: int) -> Response:
    return redirect(url_for("organisation.branch_page", branch_id=branch_id))


@blueprint.route("/committees/<int:committee_id>/committees/new", methods=["GET", "POST"])
@allow(WRITE, queries.committee)
def new_committee(committee: Committee) -> ResponseReturnValue:
    form = CommitteeForm(request.form)
    return answered(
        form,
        lambda: unit_operations.found_committee(text(form.name), by=current(), parent=committee),
        "organisation/new_committee.html",
        done=f"已登记{text(form.name)}。",
        to=to_committee(committee.id),
        committee=committee,
    )


@blueprint.route("/committees/<int:committee_id>/rename", methods=["GET", "POST"])
@allow(WRITE, queries.committee)
def rename_committee(committee: Committee) -> ResponseReturnValue:
    form = RenameCommitteeForm(request.form, data={"on": clock.today()})
    return answered(
        form,
        lambda: unit_operations.rename_committee(committee, text(form.name), by=current(), on=form.on.day),
        "organisation/rename_committee.html",
        done="名称已改，从前的页面仍用从前的名称。",
        to=to_committee(committee.id),
        committee=committee,
    )


@blueprint.route("/committees/<int:committee_id>/general-branches/new", methods=["GET", "POST"])
@allow(WRITE, queries.committee)
def new_general_branch(committee: Committee) -> ResponseReturnValue:
    form = GeneralBranchForm(request.form, data={"starts_on": clock.today()})
    return answered(
        form,
        lambda: unit_operations.found_general_branch(
            committee, text(form.name), by=current(), starts_on=form.starts_on.day
        ),
        "organisation/new_general_branch.html",
        done=f"已登记{text(form.name)}。",
        to=to_committee(committee.id),
        committee=committee,
    )


@blueprint.route("/committees/<int:committee_id>/branches/new", methods=["GET", "POST"])
@allow(WRITE, queries.committee)
def new_branch(committee: Committee) -> ResponseReturnValue:
    form = BranchForm(request.form, data={"starts_on": clock.today()})
    generals = {unit.id: unit for unit in sheet_queries.general_branches(committee.id, clock.today())}
    form.general_branch.choices = options([(0, "不设党总支"), *((unit.id, unit.name) for unit in generals.values())])
    return answered(
        form,
        lambda: unit_operations.found_branch(
            committee,
            text(form.name),
            by=current(),
            starts_on=form.starts_on.day,
            general_branch=generals.get(form.general_branch.data),
        ),
        "organisation/new_branch.html",
        done=f"已登记{text(form.name)}。",
        to=to_committee(committee.id),
        committee=committee,
    )


@blueprint.route("/branches/<int:branch_id>/rename", methods=["GET", "POST"])
@allow(WRITE, queries.branch)
def rename_branch(branch: Branch) -> ResponseReturnValue:
    form = RenameForm(request.form, data={"on": clock.today(), "version": branch.version})
    return answered(
        form,
        lambda: unit_operations.rename_branch(
            branch, text(form.name), by=current(), on=form.on.day, version=version_in(form.version)
        ),
        "organisation/rename.html",
        done="名称已改，从前的页面仍用从前的名称。",
        to=to_branch(branch.id),
        unit=branch,
        branch_id=branch.id,
    )


@blueprint.route("/branches/<int:branch_id>/groups/new", methods=["GET", "POST"])
@allow(WRITE, queries.branch)
def new_group(branch: Branch) -> ResponseReturnValue:
    form = GroupForm(request.form, data={"starts_on": clock.today()})
    return answered(
        form,
        lambda: unit_operations.found_group(
            branch, text(form.name), by=current(), starts_on=form.starts_on.day, kind=text(form.kind)
        ),
        "organisation/new_group.html",
        done=f"已建立{text(form.name)}。",
        to=to_branch(branch.id),
        branch=branch,
    )


@blueprint.get("/groups/<int:group_id>/organisation")
@allow(WRITE, queries.group)
def group_page(group: PartyGroup) -> str:
    """Everything that can be changed about a group, one section each."""
    return render_template("organisation/group.html", group=group, today=clock.today())


@blueprint.route("/groups/<int:group_id>/rename", methods=["GET", "POST"])
@allow(WRITE, queries.group)
def rename_group(group: PartyGroup) -> ResponseReturnValue:
    form = RenameForm(request.form, data={"on": clock.today(), "version": group.version})
    return answered(
        form,
        lambda: unit_operations.rename_group(
            group, text(form.name), by=current(), on=form.on.day, version=version_in(form.version)
        ),
        "organisation/rename.html",
        done="名称已改，从前的页面仍用从前的名称。",
        to=to_branch(group.branch_id),
        unit=group,
        branch_id=group.branch_id,
    )


@blueprint.route("/groups/<int:group_id>/describe", methods=["GET", "POST"])
@allow(WRITE, queries.group)
def describe_group(group: PartyGroup) -> ResponseReturnValue:
    given = {"kind": group.kind, "sort_order": group.sort_order, "version": group.version}
    form = DescribeForm(request.form, data=given)
    return answered(
        form,
        lambda: unit_operations.describe_group(
            group,
            by=current(),
            kind=text(form.kind),
            sort_order=form.sort_order.data or 0,
            version=version_in(form.version),
        ),
        "organisation/describe.html",
        done="已保存。",
        to=to_branch(group.branch_id),
        group=group,
    )


@blueprint.route("/groups/<int:group_id>/merge", methods=["GET", "POST"])
@allow(WRITE, queries.group)
def merge_group(group: PartyGroup) -> ResponseReturnValue:
    form = MergeForm(request.form, data={"on": clock.today(), "version": group.version})
    choices = member_queries.group_choices([group.committee_id], clock.today(), branch_id=group.branch_id)
    form.into.choices = options([(choice.id, choice.name) for choice in choices if choice.id != group.id])

    def act() -> None:
        into = queries.group(form.into.data)
        if into is None:
            raise NotFound
        unit_operations.merge_groups(group, into, by=current(), on=form.on.day, version=version_in(form.version))

    return answered(
        form,
        act,
        "organisation/merge.html",
        done="已并入，组员随之调组；从前的月份仍按从前的党小组显示。",
        to=to_branch(group.branch_id),
        group=group,
    )


@blueprint.route("/groups/<int:group_id>/dissolve", methods=["GET", "POST"])
@allow(WRITE, queries.group)
def dissolve_group(group: PartyGroup) -> ResponseReturnValue:
    form = DissolveForm(request.form, data={"on": clock.today(), "version": group.version})
    return answered(
        form,
        lambda: unit_operations.dissolve_group(group, by=current(), on=form.on.day, version=version_in(form.version)),
        "organisation/dissolve.html",
        done="党小组已撤销，它从前的活动和版面都还在。",
        to=to_branch(group.branch_id),
        group=group,
    )
