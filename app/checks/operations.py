"""Acts on findings. Each appends a step to the finding's timeline; nothing written before is changed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.audit.operations import Doer, record
from app.checks import course, queries, repeats, timeline_queries
from app.checks.course import NotYours, Standing, Step
from app.checks.details import Answer, FindingDetails
from app.checks.kinds import due_problem
from app.checks.models import Finding, FindingPhoto, FindingStep
from app.checks.queries import CheckedGroup
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.organisation.models import PartyGroup
from app.photos import site_photo_operations
from app.photos.models import Photo
from app.photos.queries import LIVE
from app.photos.upload_operations import KeptFiles

MOST_PHOTOS = 6


class FindingChanged(Conflict):
    """Somebody took a step after the form was opened; what was typed is for the page that shows both."""


class DueOutOfReach(Refused):
    pass


class TooManyPhotos(Refused):
    pass


class StrangePhoto(Refused):
    """A photo or activity that is not the group's."""


def _check_due(due_on: date) -> None:
    if words := due_problem(due_on, clock.today()):
        raise DueOutOfReach(words)


def raise_finding(
    at: CheckedGroup, details: FindingDetails, *, try_id: str, by: Doer, photos: Sequence[KeptFiles] = ()
) -> Finding:
    """The same try answers with the same finding. The files of the photos were stored before."""
    # One at a time for a group: a try that comes twice at the same moment finds the first.
    db.session.execute(select(PartyGroup.id).where(PartyGroup.id == at.id).with_for_update())
    if (known := queries.same_try(at.id, by.account_id, try_id)) is not None:
        return known
    _check_due(details.due_on)
    finding = Finding(
        committee_id=at.place.committee_id,
        branch_id=at.place.branch_id,
        group_id=at.id,
        source=details.source,
        kind=details.kind,
        criterion_code=details.criterion_code,
        round_id=details.round_id,
        mutual_check_id=details.mutual_check_id,
        text=details.text,
        owner=(details.owner or at.leader)[:40],
        found_on=clock.today(),
        due_on=details.due_on,
        try_id=try_id,
        raised_by_id=by.account_id,
        raised_by=by.name[:40],
        raised_at=clock.now(),
    )
    db.session.add(finding)
    db.session.flush()
    _note_repeats(finding)
    _note_later_repeats(finding)
    step = _append(finding, Step.RAISE, details.text, by, due_on=details.due_on)
    _attach(finding, step, photos, (), by)
    said = {"group": at.name, "kind": details.kind, "source": details.source, "due_on": details.due_on}
    record(by, "finding.raise", finding, after={**said, "repeats": finding.repeats, "photos": len(photos)})
    return finding


def answer_finding(
    finding: Finding, answer: Answer, *, version: int, by: Doer, photos: Sequence[KeptFiles] = ()
) -> None:
    """整改: what was done, with proof. The day of the answer is what is held against the due day."""
    _check(finding, version)
    state = course.after(finding.state, Step.ANSWER)
    _check_proof(finding, answer)
    before = {"state": finding.state}
    finding.state, finding.answered_on, finding.answered_by_id = state, clock.today(), by.account_id
    finding.owner = (answer.owner or finding.owner)[:40]
    step = _append(finding, Step.ANSWER, answer.text, by, activity_id=answer.activity_id)
    _attach(finding, step, photos, answer.photo_ids, by)
    record(
        by, "finding.answer", finding, before=before,
        after={"state": state, "content": answer.text, "photos": len(photos) + len(answer.photo_ids)},
    )  # fmt: skip


def close_finding(finding: Finding, *, reason: str, version: int, standing: Standing, by: Doer) -> None:
    """复查 that finds it put right. `reason` may be empty."""
    _recheck(finding, Step.CLOSE, reason, version=version, standing=standing, by=by)
    finding.closed_on = clock.today()


def reopen_finding(
    finding: Finding, *, reason: str, due_on: date, version: int, standing: Standing, by: Doer
) -> None:  # fmt: skip
    """复查 that sends it back, with a reason and a new day."""
    _check_due(due_on)
    _recheck(finding, Step.REOPEN, reason, version=version, standing=standing, by=by, due_on=due_on)
    finding.due_on, finding.reopened = due_on, finding.reopened + 1


def withdraw_finding(finding: Finding, *, reason: str, version: int, standing: Standing, by: Doer) -> None:
    """Raised by mistake, before the group answered: by whoever raised it alone. It counts nowhere any more."""
    _check(finding, version)
    state = course.after(finding.state, Step.WITHDRAW)
    if not course.may_withdraw(standing, raised_by=finding.raised_by_id):
        raise NotYours("只有提出问题的人可以撤回。")
    before = {"state": finding.state}
    finding.state = state
    _append(finding, Step.WITHDRAW, reason, by)
    _note_later_repeats(finding)
    record(by, "finding.withdraw", finding, before=before, after={"state": state, "reason": reason})


def withdraw_photo(finding: Finding, number: int, *, reason: str, standing: Standing, by: Doer) -> None:
    """A photo taken on the spot that must not be seen; one of the group's month is withdrawn there."""
    found = timeline_queries.photo_of_finding(finding.id, number)
    if found is None:
        raise StrangePhoto("这张照片已经撤下了，请刷新页面看看。")
    photo = timeline_queries.site_photo(found.photo.site_photo_id) if found.photo.site_photo_id else None
    if photo is None:
        raise StrangePhoto("这张照片在小组的月度照片里，请到那里撤下。")
    if not course.may_withdraw_photo(standing, taken_by=photo.uploaded_by_id):
        raise NotYours("这张照片由拍的人或支委撤下。确有不能公开的内容，请马上告诉他们。")
    site_photo_operations.withdraw_site_photo(photo, reason=reason, by=by)


def _recheck(
    finding: Finding, step: Step, reason: str, *, version: int, standing: Standing, by: Doer, due_on: date | None = None
) -> None:
    _check(finding, version)
    state = course.after(finding.state, step)
    course.require_recheck(standing, raised_by=finding.raised_by_id, answered_by=finding.answered_by_id)
    before = {"state": finding.state}
    finding.state = state
    _append(finding, step, reason, by, due_on=due_on)
    more = {"due_on": due_on} if due_on else {}
    record(by, f"finding.{step}", finding, before=before, after={"state": state, "reason": reason, **more})


def _check(finding: Finding, version: int) -> None:
    db.session.refresh(finding, with_for_update=True)
    if finding.version != version:
        raise FindingChanged("这个问题刚有新的进展，你写的没有丢，请对照后再办。")


def _append(
    finding: Finding, step: Step, text: str, by: Doer, *, due_on: date | None = None, activity_id: int | None = None
) -> FindingStep:
    row = FindingStep(
        committee_id=finding.committee_id,
        number=len(finding.steps) + 1,
        step=step,
        text=text,
        due_on=due_on,
        activity_id=activity_id,
        account_id=by.account_id,
        by_name=by.name[:40],
        at=clock.now(),
    )
    finding.steps.append(row)
    db.session.flush()
    return row


def _attach(
    finding: Finding, step: FindingStep, photos: Sequence[KeptFiles], photo_ids: Sequence[int], by: Doer
) -> None:  # fmt: skip
    if len(photos) + len(photo_ids) > MOST_PHOTOS:
        raise TooManyPhotos(f"一次最多 {MOST_PHOTOS} 张照片，够说明问题就行。")
    for files in photos:
        photo = site_photo_operations.add_site_photo(finding.place, files, by=by)
        step.photos.append(FindingPhoto(committee_id=finding.committee_id, site_photo_id=photo.id))
    for photo_id in photo_ids:
        step.photos.append(FindingPhoto(committee_id=finding.committee_id, photo_id=photo_id))


def _check_proof(finding: Finding, answer: Answer) -> None:
    if answer.photo_ids:
        own = select(Photo.id).where(Photo.id.in_(answer.photo_ids), Photo.group_id == finding.group_id, LIVE)
        if set(db.session.scalars(own)) != set(answer.photo_ids):
            raise StrangePhoto("选的照片有的已经撤下，或不是本组的。请重新选。")
    if answer.activity_id is not None:
        offered = timeline_queries.proof_offered(finding, clock.today()).activities
        if answer.activity_id not in [activity_id for activity_id, *_ in offered]:
            raise StrangePhoto("选的活动不是本组在发现问题以后办的。请重新选。")


def _note_repeats(finding: Finding) -> None:
    since = repeats.a_year_before(finding.found_on)
    others = map(queries.known, queries.alike_candidates(finding.group_id, since))
    finding.repeats = len(repeats.earlier(queries.known(finding), others))


def _note_later_repeats(changed: Finding) -> None:
    """What was found after it, or on the same day, counts it or counts it no more; one read of the group's findings."""
    db.session.flush()
    rows = queries.alike_candidates(changed.group_id, repeats.a_year_before(changed.found_on))
    known = [queries.known(row) for row in rows]
    for row, one in zip(rows, known, strict=True):
        if row.id != changed.id and row.found_on >= changed.found_on:
            row.repeats = len(repeats.earlier(one, known))
