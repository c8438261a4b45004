"""Pages of the model-group course."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.guard import allow, current
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.foundation import clock, paging
from app.foundation.differences import both
from app.foundation.errors import Refused
from app.foundation.forms import version_of
from app.nominations import candidate_queries, operations, queries
from app.nominations.candidate_queries import PAGE_SIZE, Candidate
from app.nominations.course import WRITABLE, NominationState, can
from app.nominations.forms import (
    CallForm,
    DecisionForm,
    ReturnForm,
    StatementForm,
    call_values,
    statement_values,
)
from app.nominations.kept import eligibility_in, results_in
from app.nominations.models import Nomination, NominationCall
from app.nominations.queries import CallToday
from app.organisation import queries as organisation
from app.organisation.models import Committee

blueprint = Blueprint("nominations", __name__)

UNREAD = frozenset({NominationState.DRAFT, NominationState.WITHDRAWN})


def _may_read(nomination: Nomination) -> bool:
    """Model groups are known to the whole factory; what is open or was declined, to the branch and the committee.

    A draft is the branch's own.
    """
    if nomination.state is NominationState.APPROVED:
        return True
    if nomination.state in UNREAD and nomination.submitted_at is None:
        return current().may(Permission.NOMINATION_WRITE, nomination)
    return current().may(Permission.RESULT_READ, nomination)


def _readable(nomination_id: int) -> Nomination | None:
    nomination = queries.nomination(nomination_id)
    return nomination if nomination is not None and _may_read(nomination) else None


# ---------------------------------------------------------------- calls


@blueprint.get("/model-groups")
@allow(Permission.NOMINATION_READ)
def index() -> ResponseReturnValue:
    actor = current()
    offices = [place.committee_id for place in actor.places([Role.FACTORY_COMMITTEE])]
    return render_template(
        "nominations/index.html",
        calls=queries.calls(actor.grants),
        named=queries.model_groups(actor.grants),
        office=offices[0] if offices else None,
        today=clock.today(),
    )


@blueprint.route("/committees/<int:committee_id>/model-groups/new", methods=["GET", "POST"])
@allow(Permission.NOMINATION_DECIDE, organisation.committee)
def new_call(committee: Committee) -> ResponseReturnValue:
    form = CallForm(request.form or None, data=call_values(None))
    if request.method == "POST" and form.validate():
        try:
            call = operations.open_call(committee.place, form.details(), by=current())
        except operations.TitleTaken as refusal:
            form.refuse(refusal.message, form.title)
        else:
            flash("评选已发布，支部现在可以看到条件对照。")
            return redirect(url_for(".call_page", call_id=call.id), 303)
    return _call_form(form, None)


@blueprint.route("/model-groups/<int:call_id>/edit", methods=["GET", "POST"])
@allow(Permission.NOMINATION_DECIDE, queries.call)
def edit_call(call: NominationCall) -> ResponseReturnValue:
    form = CallForm(request.form or None, data=call_values(call))
    if request.method == "POST" and form.validate():
        try:
            operations.revise_call(call, form.details(), version=version_of(form.version), by=current())
        except operations.TitleTaken as refusal:
            form.refuse(refusal.message, form.title)
        except operations.RulesFixed as refusal:
            form.refuse(refusal.message)
        else:
            flash("已保存。")
            return redirect(url_for(".call_page", call_id=call.id), 303)
    return _call_form(form, call)


def _call_form(form: CallForm, call: NominationCall | None) -> ResponseReturnValue:
    page = render_template("nominations/call_form.html", form=form, call=call)
    return page, 422 if form.errors else 200


@blueprint.post("/model-groups/<int:call_id>/close")
@allow(Permission.NOMINATION_DECIDE, queries.call)
def close_call(call: NominationCall) -> ResponseReturnValue:
    operations.close_call(call, by=current())
    flash("评选已结束。已在初审的推荐仍可作决定。")
    return redirect(url_for(".call_page", call_id=call.id), 303)


@blueprint.get("/model-groups/<int:call_id>")
@allow(Permission.NOMINATION_READ, queries.call_today)
def call_page(seen: CallToday) -> ResponseReturnValue:
    call = seen.call
    nominations = [nomination for nomination in queries.nominations(call) if _may_read(nomination)]
    by_group = {nomination.group_id: nomination for nomination in nominations}
    found = candidate_queries.candidates(call, current().grants, paging.requested_key())
    shown = [candidate.as_handed_in(by_group.get(candidate.place.group_id or 0)) for candidate in found]
    return render_template(
        "nominations/call.html",
        call=call,
        rules=queries.rules_of(call),
        window=queries.window(call),
        quota=seen.quota,
        page=paging.page_of(shown, PAGE_SIZE, lambda row: row.key),
        nominations=nominations,
        by_group=by_group,
        writable=WRITABLE,
        today=clock.today(),
        may_write=lambda candidate: current().may(Permission.NOMINATION_WRITE, candidate),
        may_decide=current().may(Permission.NOMINATION_DECIDE, call),
    )


# ---------------------------------------------------------------- the branch nominates


@blueprint.route("/model-groups/<int:call_id>/groups/<int:group_id>/nominate", methods=["GET", "POST"])
@allow(Permission.NOMINATION_WRITE, candidate_queries.candidate)
def nominate(candidate: Candidate) -> ResponseReturnValue:
    saved = candidate.nomination
    form = StatementForm(request.form or None, data=statement_values(saved))
    if request.method == "POST" and form.validate():
        try:
            nomination = _save(candidate, form)
        except operations.NominationChanged as conflict:
            return _both_texts(candidate, form, saved, conflict.message), 409
        except Refused as refusal:
            form.refuse(refusal.message, form.studied_on if isinstance(refusal, operations.StudyDateMissing) else None)
            return _statement_form(candidate, form, saved), refusal.status
        flash("已上报厂党委。" if nomination.state is NominationState.SUBMITTED else "草稿已保存。")
        return redirect(url_for(".nomination_page", nomination_id=nomination.id), 303)
    if form.errors and request.form.get("then") == "submit" and not (form.studied_on.data or form.studied_on.errors):
        form.refuse(operations.StudyDateMissing().message, form.studied_on)  # all that is missing, in one answer
    return _statement_form(candidate, form, saved), 422 if form.errors else 200


def _save(candidate: Candidate, form: StatementForm) -> Nomination:
    nomination = operations.save_nomination(candidate, form.words(), version=version_of(form.version), by=current())
    if request.form.get("then") == "submit":
        operations.submit_nomination(nomination, candidate, by=current())
    return nomination


def _both_texts(candidate: Candidate, form: StatementForm, saved: Nomination | None, message: str) -> str:
    mine, theirs = form.statement.data or "", saved.statement if saved else ""
    return render_template(
        "nominations/conflict.html",
        candidate=candidate,
        form=form,
        saved=saved,
        both=both(mine, theirs),
        message=message,
    )


def _statement_form(candidate: Candidate, form: StatementForm, saved: Nomination | None) -> str:
    return render_template(
        "nominations/statement_form.html",
        candidate=candidate,
        form=form,
        saved=saved,
        done=queries.activities_done(candidate.call, candidate.place.group_id or 0),
    )


@blueprint.get("/nominations/<int:nomination_id>")
@allow(Permission.NOMINATION_READ, _readable)
def nomination_page(nomination: Nomination) -> ResponseReturnValue:
    return _nomination_page(nomination, ReturnForm(), DecisionForm(data={"decided_on": clock.today()}))


def _nomination_page(nomination: Nomination, returning: ReturnForm, decision: DecisionForm) -> ResponseReturnValue:
    actor = current()
    candidate, kept = candidate_queries.candidate_of(nomination), nomination.eligibility
    judged = eligibility_in(kept) if kept else candidate.eligibility if candidate else None
    may_decide = actor.may(Permission.NOMINATION_DECIDE, nomination)
    may_write = actor.may(Permission.NOMINATION_WRITE, nomination)
    page = render_template(
        "nominations/nomination.html",
        nomination=nomination,
        candidate=candidate,
        done=queries.activities_done(nomination.call, nomination.group_id),
        outcomes=judged.outcomes if judged else (),
        seen=results_in(kept) if kept else candidate.results if candidate else (),
        returning=returning,
        decision=decision,
        may_take_up=may_decide and can(nomination.state, NominationState.UNDER_REVIEW),
        may_return=may_decide and can(nomination.state, NominationState.RETURNED),
        may_decide=may_decide and can(nomination.state, NominationState.APPROVED),
        may_edit=may_write and nomination.state in WRITABLE,
        may_withdraw=may_write and can(nomination.state, NominationState.WITHDRAWN),
    )
    return page, 422 if returning.errors or decision.errors else 200


@blueprint.post("/nominations/<int:nomination_id>/withdraw")
@allow(Permission.NOMINATION_WRITE, _readable)
def withdraw(nomination: Nomination) -> ResponseReturnValue:
    operations.withdraw_nomination(nomination, by=current())
    flash("已撤回。推荐期内还可以再报。")
    return redirect(url_for(".nomination_page", nomination_id=nomination.id), 303)


# ---------------------------------------------------------------- the committee decides


@blueprint.post("/nominations/<int:nomination_id>/take-up")
@allow(Permission.NOMINATION_DECIDE, _readable)
def take_up(nomination: Nomination) -> ResponseReturnValue:
    operations.take_up_nomination(nomination, by=current())
    flash("已开始初审，支部不能再改推荐理由。")
    return redirect(url_for(".nomination_page", nomination_id=nomination.id), 303)


@blueprint.post("/nominations/<int:nomination_id>/return")
@allow(Permission.NOMINATION_DECIDE, _readable)
def send_back(nomination: Nomination) -> ResponseReturnValue:
    form = ReturnForm(request.form)
    if not form.validate():
        return _nomination_page(nomination, form, DecisionForm())
    operations.return_nomination(nomination, reason=form.return_reason.data or "", by=current())
    flash("已退回支部。")
    return redirect(url_for(".nomination_page", nomination_id=nomination.id), 303)


@blueprint.post("/nominations/<int:nomination_id>/decide")
@allow(Permission.NOMINATION_DECIDE, _readable)
def decide(nomination: Nomination) -> ResponseReturnValue:
    form = DecisionForm(request.form)
    if not form.validate() or form.decided_on.data is None:
        return _nomination_page(nomination, ReturnForm(), form)
    act = operations.approve_nomination if form.decision.data == "approve" else operations.decline_nomination
    act(
        nomination,
        reason=form.reason.data or "",
        decided_on=form.decided_on.data,
        document_no=form.document_no.data or "",
        by=current(),
    )
    flash("决定已记录。")
    return redirect(url_for(".nomination_page", nomination_id=nomination.id), 303)
