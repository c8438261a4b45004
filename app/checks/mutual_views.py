"""互查: arranging a quarter, the visit on one page of a phone, its sheet of paper, and checklists."""

from collections.abc import Collection

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.brands.queries import brand_faces, sprite
from app.checks import list_queries, mutual_operations, mutual_queries, queries
from app.checks.checklist import MOST_ITEMS, ChecklistKind, as_text
from app.checks.finding_views import blueprint, standing_at
from app.checks.forms import ArrangeForm, ChecklistForm, VisitForm, pairs_in
from app.checks.kinds import KIND_NAMES
from app.checks.mutual_operations import CannotArrange, ChecklistChanged, VisitChanged
from app.checks.mutual_queries import BranchChecklist, GroupName, MutualQuarter, Visit
from app.checks.pairing import Pair
from app.checks.queries import CheckedGroup
from app.foundation import clock
from app.foundation.differences import both
from app.foundation.errors import Refused
from app.foundation.forms import text, version_of
from app.foundation.periods import Quarter
from app.foundation.places import Place

MOST_CHOOSABLE = 40
"""Up to so many groups each line offers all others to choose from: the page grows with their square."""

# ---------------------------------------------------------------- a quarter


def _groups(of: MutualQuarter) -> list[GroupName]:
    """Those that stand today, in a past quarter on its last day."""
    day = min(of.quarter.last, max(clock.today(), of.quarter.first))
    return mutual_queries.groups_of_branch(of.id, day)


@blueprint.get("/branches/<int:branch_id>/mutual-checks/<quarter:quarter>")
@allow(Permission.CHECK_READ, mutual_queries.mutual_quarter)
def quarter_page(of: MutualQuarter) -> str:
    checks = mutual_queries.checks_of_year(of)
    groups = _groups(of)
    faces = brand_faces([group.id for group in groups], min(of.quarter.last, clock.today()))
    seen_by: dict[int, list[int]] = {}
    for check in checks:
        if check.group_id not in seen_by.setdefault(check.seen_group_id, []):
            seen_by[check.seen_group_id].append(check.group_id)
    return render_template(
        "checks/quarter.html",
        of=of,
        now=[check for check in checks if check.quarter == of.quarter],
        names={group.id: group.name for group in groups},
        leaders={group.id: group.leader for group in groups},
        groups=groups,
        faces=faces,
        sprite=sprite(faces.values()),
        seen_by=seen_by,
        quarters=[Quarter(of.quarter.year, number) for number in range(1, 5)],
        by_quarter={(check.quarter, check.group_id): check for check in checks},
        may_arrange=current().may(Permission.CHECK_ARRANGE, of) and of.quarter.last >= clock.today(),
        today=clock.today(),
    )


@blueprint.route("/branches/<int:branch_id>/mutual-checks/<quarter:quarter>/arrange", methods=["GET", "POST"])
@allow(Permission.CHECK_ARRANGE, mutual_queries.mutual_quarter)
def arrange(of: MutualQuarter) -> ResponseReturnValue:
    form, groups = ArrangeForm(request.form or None), _groups(of)
    wishes, forbidden = pairs_in(request.form, "to", groups), pairs_in(request.form, "not", groups)
    if request.method == "POST" and form.validate():
        try:
            mutual_operations.arrange_quarter(
                of, form.chosen, wishes=wishes, forbidden=forbidden, by=current()
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal.message)
            return _arrange_page(of, form, groups, wishes, forbidden), refusal.status
        flash(f"{of.quarter.label}互查已排好，各组组长的“今天”里都有了。")
        return redirect(url_for(".quarter_page", branch_id=of.id, quarter=of.quarter), 303)
    return _arrange_page(of, form, groups, wishes, forbidden), 422 if form.errors else 200


def _arrange_page(
    of: MutualQuarter,
    form: ArrangeForm,
    groups: list[GroupName],
    wishes: Collection[Pair],
    forbidden: Collection[Pair],
) -> str:
    try:
        chosen, why = mutual_operations.proposed(of, wishes, forbidden), ""
    except CannotArrange as cannot:
        chosen, why = {}, cannot.message
    return render_template(
        "checks/arrange.html",
        of=of,
        form=form,
        groups=groups,
        names={group.id: group.name for group in groups},
        wishes=dict(wishes),
        forbidden=dict(forbidden),
        chosen=chosen,
        why="" if form.errors else why,
        choosable=len(groups) <= MOST_CHOOSABLE,
        most_choosable=MOST_CHOOSABLE,
    )


# ---------------------------------------------------------------- one visit


@blueprint.get("/mutual-checks/<int:check_id>")
@allow(Permission.CHECK_READ, mutual_queries.visit)
def visit_page(visit: Visit) -> str:
    check = visit.check
    values = {"visited_on": check.visited_on or clock.today(), "seen": check.seen, "version": check.version}
    return _visit_page(visit, VisitForm(data=values))


def _visit_page(visit: Visit, form: VisitForm) -> str:
    check, actor = visit.check, current()
    checklist = mutual_queries.branch_checklist(check.branch_id, check.checklist)
    return render_template(
        "checks/visit.html",
        visit=visit,
        check=check,
        form=form,
        checklist=checklist,
        **_seen_before(visit),
        may_visit=actor.may(Permission.CHECK_VISIT, visit),
        today=clock.today(),
    )


def _seen_before(visit: Visit) -> dict[str, object]:
    """What was open or came up again at the group, and what this visit found; one read of each. The whole branch knows
    who looked at whom; findings are for those who read them elsewhere."""
    check = visit.check
    if not current().may(Permission.FINDING_READ, Place(check.committee_id, check.branch_id, check.seen_group_id)):
        return {"reads": False, "found": [], "first": []}
    found = list_queries.findings_of_check(visit.check.id)
    own = {line.id for line in found}
    first = list_queries.to_look_at_first(visit.check.seen_group_id, clock.today())
    return {"reads": True, "found": found, "first": [line for line in first if line.id not in own]}


@blueprint.post("/mutual-checks/<int:check_id>/visit")
@allow(Permission.CHECK_VISIT, mutual_queries.visit)
def record_visit(visit: Visit) -> ResponseReturnValue:
    check, form = visit.check, VisitForm(request.form)
    if not form.validate():
        return _visit_page(visit, form), 422
    try:
        mutual_operations.record_visit(
            check, visited_on=form.day, seen=text(form.seen), version=version_of(form.version), by=current()
        )
    except VisitChanged as conflict:
        page = render_template(
            "checks/visit_conflict.html",
            visit=visit,
            check=check,
            form=form,
            both=both(text(form.seen), check.seen),
            message=conflict.message,
        )
        return page, conflict.status
    except Refused as refusal:
        form.refuse(refusal.message, form.visited_on)
        return _visit_page(visit, form), refusal.status
    flash("互查已记下。")
    return redirect(url_for(".visit_page", check_id=check.id), 303)


@blueprint.get("/mutual-checks/<int:check_id>/sheet")
@allow(Permission.CHECK_READ, mutual_queries.visit)
def visit_sheet(visit: Visit) -> str:
    checklist = mutual_queries.branch_checklist(visit.check.branch_id, visit.check.checklist)
    return render_template(
        "checks/sheet.html", visit=visit, check=visit.check, checklist=checklist, **_seen_before(visit)
    )


# ---------------------------------------------------------------- checklists


@blueprint.get("/groups/<int:group_id>/checklists/<any(self_check, meetings, mutual_check):kind>")
@allow(Permission.FINDING_RAISE, queries.checked_group)
def group_checklist(group: CheckedGroup, kind: str) -> str:
    """What to look at in a group now: open and repeated findings first, then the list."""
    assert group.place.branch_id is not None  # noqa: S101 - a group lies in a branch
    return render_template(
        "checks/checklist.html",
        group=group,
        kinds=ChecklistKind,
        checklist=mutual_queries.branch_checklist(group.place.branch_id, kind),
        first=list_queries.to_look_at_first(group.id, clock.today()),
        today=clock.today(),
        leads=standing_at(group.place).leads,
        may_edit=current().may(Permission.CHECK_ARRANGE, group),
    )


@blueprint.route(
    "/branches/<int:branch_id>/checklists/<any(self_check, meetings, mutual_check):kind>/edit", methods=["GET", "POST"]
)
@allow(Permission.CHECK_ARRANGE, mutual_queries.branch_checklist)
def edit_checklist(checklist: BranchChecklist) -> ResponseReturnValue:
    form = ChecklistForm(
        request.form or None, data={"items": as_text(checklist.items), "version": checklist.version}
    )  # fmt: skip
    if request.method == "POST" and form.validate():
        try:
            mutual_operations.write_checklist(
                checklist, form.parsed(), version=version_of(form.version), by=current()
            )  # fmt: skip
        except ChecklistChanged as conflict:
            # Anew: what the guard loaded may be older than what the other wrote while this one waited for the lock.
            stands = mutual_queries.branch_checklist(checklist.branch_id, checklist.kind) or checklist
            page = render_template(
                "checks/checklist_conflict.html",
                checklist=stands,
                both=both(text(form.items), as_text(stands.items)),
                message=conflict.message,
            )
            return page, conflict.status
        flash("清单已存，下一次检查就用它。")
        return redirect(url_for(".edit_checklist", branch_id=checklist.branch_id, kind=checklist.kind), 303)
    page = render_template(
        "checks/checklist_form.html",
        checklist=checklist,
        form=form,
        most=MOST_ITEMS,
        kind_names=list(KIND_NAMES.values()),
        kinds=ChecklistKind,
    )
    return page, 422 if form.errors else 200
