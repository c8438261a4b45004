"""Raising a finding, answering it, rechecking it: forms that a phone sends with photos."""

from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts.guard import allow, current, judge_again
from app.accounts.permissions import Permission
from app.checks import course, mutual_queries, operations, quarter_queries, queries, timeline_queries
from app.checks.course import FindingState, Source, Step
from app.checks.finding_views import blueprint, standing_at
from app.checks.forms import AnswerForm, FindingForm, RecheckForm
from app.checks.kinds import FindingKind, usual_due
from app.checks.models import Finding
from app.checks.mutual_queries import Visit
from app.checks.operations import MOST_PHOTOS, FindingChanged
from app.checks.queries import CheckedGroup
from app.foundation import clock, unit_of_work
from app.foundation.differences import both
from app.foundation.errors import Refused
from app.foundation.forms import text, version_of
from app.foundation.images import in_hand, prepare
from app.foundation.storage import storage
from app.photos import upload_operations
from app.photos.upload_operations import KeptFiles

SEND_PHOTOS = frozenset({"checks.raise_finding", "checks.raise_at_visit", "checks.answer"})


@blueprint.url_value_preprocessor
def _allow_some_files(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """A few photos come in one request, slowly; no connection is held meanwhile."""
    if endpoint in SEND_PHOTOS and request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = (MOST_PHOTOS + 1) * current_app.config["PHOTO_MAX_BYTES"]
        unit_of_work.pause()


@dataclass(frozen=True)
class Sent:
    """The photos of a form, stored; or why one of them was refused."""

    files: tuple[KeptFiles, ...] = ()
    refused: str = ""


def _photos_sent() -> Sent:
    """Decoded and stored outside any transaction."""
    sent = [file for file in request.files.getlist("photos") if file.filename]
    if len(sent) > MOST_PHOTOS:
        return Sent(refused=f"一次最多 {MOST_PHOTOS} 张照片，够说明问题就行。")
    unit_of_work.pause()
    kept = []
    for file in sent:
        try:
            kept.append(_kept(cast("BinaryIO", file.stream)))
        except Refused as refusal:
            return Sent(refused=f"{(file.filename or '照片')[-40:]}：{refusal.message}")
    return Sent(tuple(kept))


def _kept(stream: BinaryIO) -> KeptFiles:
    with in_hand(stream):
        photo = prepare(stream, max_bytes=current_app.config["PHOTO_MAX_BYTES"])
        return upload_operations.keep_files(photo, to=storage(), originals=False)


# ---------------------------------------------------------------- raising


@blueprint.route("/groups/<int:group_id>/findings/new", methods=["GET", "POST"])
@allow(Permission.FINDING_RAISE, queries.checked_group, slow=True)
def raise_finding(group: CheckedGroup) -> ResponseReturnValue:
    sources = course.sources_open_to(standing_at(group.place))
    return _raise(group, sources, None)


@blueprint.route("/mutual-checks/<int:check_id>/findings/new", methods=["GET", "POST"])
@allow(Permission.CHECK_VISIT, mutual_queries.visit, slow=True)
def raise_at_visit(visit: Visit) -> ResponseReturnValue:
    group = queries.checked_group(visit.check.seen_group_id)
    assert group is not None, "a check's group exists"  # noqa: S101 - held by a foreign key
    return _raise(group, (Source.MUTUAL_CHECK,), visit)


def _raise(group: CheckedGroup, sources: tuple[Source, ...], visit: Visit | None) -> ResponseReturnValue:
    given = {name: request.args.get(name) for name in ("kind", "text", "criterion", "round")}
    form = FindingForm(request.form or None, data=given)
    form.offer(sources)
    if request.method == "GET":
        form.begin()
        return _raise_page(group, form, visit)
    sent, valid = _photos_sent(), form.validate()
    if sent.refused:
        form.refuse(sent.refused)
    if not valid or sent.refused:
        return _raise_page(group, form, visit), 422
    check_id = visit.check.id if visit else None
    unit_of_work.begin_write()
    judge_again(Permission.CHECK_VISIT if visit else Permission.FINDING_RAISE, visit or group)
    try:
        details = form.details(mutual_check_id=check_id, round_id=_round_of(group, form)[0])
        finding = operations.raise_finding(group, details, try_id=form.try_name, by=current(), photos=sent.files)
    except Refused as refusal:
        form.refuse(refusal.message)
        return _raise_page(group, form, visit), refusal.status
    flash(f"已记下，{finding.due_on.month}月{finding.due_on.day}日前整改。")
    if check_id is not None:
        return redirect(url_for(".visit_page", check_id=check_id), 303)
    return redirect(url_for(".finding_page", finding_id=finding.id), 303)


def _round_of(group: CheckedGroup, form: FindingForm) -> tuple[int | None, str]:
    """The round from whose pages the form was opened, and its title; none where it is another committee's."""
    title = quarter_queries.round_title(form.round_id, group.place.committee_id)
    return (form.round_id if title else None), title


def _raise_page(group: CheckedGroup, form: FindingForm, visit: Visit | None) -> str:
    today = clock.today()
    return render_template(
        "checks/raise.html",
        group=group,
        form=form,
        visit=visit,
        round_title=_round_of(group, form)[1],
        today=today,
        usual={kind.value: usual_due(kind, today) for kind in FindingKind},
        one_source=len(list(form.source.iter_choices())) == 1,
        most=MOST_PHOTOS,
    )


# ---------------------------------------------------------------- answering


@blueprint.route("/findings/<int:finding_id>/answer", methods=["GET", "POST"])
@allow(Permission.FINDING_ANSWER, queries.finding, slow=True)
def answer(finding: Finding) -> ResponseReturnValue:
    form = AnswerForm(request.form or None, data={"owner": finding.owner, "version": finding.version})
    proof = timeline_queries.proof_offered(finding, clock.today())
    form.offer(proof)
    if request.method == "GET":
        if not finding.state.waits_for_group:
            return redirect(url_for(".finding_page", finding_id=finding.id))
        return _answer_page(finding, form)
    sent, valid = _photos_sent(), form.validate()
    unit_of_work.begin_write()  # the finding is read anew in it
    judge_again(Permission.FINDING_ANSWER, finding)
    if sent.refused:
        form.refuse(sent.refused)
    if not valid or sent.refused:
        return _answer_page(finding, form), 422
    try:
        operations.answer_finding(
            finding, form.answer(), version=version_of(form.version), by=current(), photos=sent.files
        )
    except FindingChanged as conflict:
        return _both(finding, text(form.text), "text", conflict.message, form.owner.data or ""), conflict.status
    except Refused as refusal:
        form.refuse(refusal.message)
        return _answer_page(finding, form), refusal.status
    flash("整改已交，等复查。")
    return redirect(url_for(".finding_page", finding_id=finding.id), 303)


def _answer_page(finding: Finding, form: AnswerForm) -> str:
    steps = timeline_queries.timeline(finding.id)
    return render_template("checks/answer.html", finding=finding, form=form, steps=steps, most=MOST_PHOTOS)


# ---------------------------------------------------------------- rechecking


@blueprint.route("/findings/<int:finding_id>/recheck", methods=["GET", "POST"])
@allow(Permission.FINDING_RECHECK, queries.finding)
def recheck(finding: Finding) -> ResponseReturnValue:
    who = standing_at(finding.place)
    form = RecheckForm(request.form or None, data={"version": finding.version})
    if request.method == "GET":
        if finding.state is not FindingState.ANSWERED or not course.may_recheck(
            who, raised_by=finding.raised_by_id, answered_by=finding.answered_by_id
        ):
            return redirect(url_for(".finding_page", finding_id=finding.id))
        return _recheck_page(finding, form)
    if not form.validate():
        return _recheck_page(finding, form), 422
    said: dict[str, Any] = {
        "reason": text(form.reason), "version": version_of(form.version), "standing": who, "by": current()
    }  # fmt: skip
    try:
        if form.result.data == "close":
            operations.close_finding(finding, **said)
        else:
            operations.reopen_finding(finding, due_on=form.due_on.day, **said)
    except FindingChanged as conflict:
        return _both(finding, text(form.reason), "reason", conflict.message), conflict.status
    except Refused as refusal:
        form.refuse(refusal.message)
        return _recheck_page(finding, form), refusal.status
    flash("已销号。" if form.result.data == "close" else "已退回再改。")
    return redirect(url_for(".finding_page", finding_id=finding.id), 303)


def _recheck_page(finding: Finding, form: RecheckForm) -> str:
    steps = timeline_queries.timeline(finding.id)
    return render_template(
        "checks/recheck.html", finding=finding, form=form, steps=steps, usual=usual_due(finding.kind, clock.today())
    )


def _both(finding: Finding, mine: str, name: str, message: str, owner: str = "") -> str:
    """What was typed beside what the other wrote; it can be sent again where the step is still open."""
    latest = timeline_queries.timeline(finding.id)[-1]
    step = Step.ANSWER if name == "text" else Step.CLOSE
    return render_template(
        "checks/conflict.html",
        finding=finding,
        latest=latest,
        name=name,
        owner=owner,
        both=both(mine, latest.text),
        message=message,
        still_open=(finding.state, step) in course.STEPS,
    )
