"""Acts of the model-group course. The branch nominates, the committee reviews and decides; a decision is made once."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.audit.operations import Doer, record
from app.foundation import clock
from app.foundation.db import db
from app.foundation.errors import Conflict, Refused
from app.foundation.periods import Quarter
from app.foundation.places import Place
from app.nominations import queries
from app.nominations.candidate_queries import Candidate
from app.nominations.course import WRITABLE, NominationState, require_step
from app.nominations.details import CallDetails, Statement
from app.nominations.kept import kept
from app.nominations.models import Nomination, NominationCall


class CallClosed(Refused):
    status = 409


class TitleTaken(Refused):
    pass


class RulesFixed(Refused):
    """Groups were nominated under these rules."""


class NotEligible(Refused):
    pass


class StudyDateMissing(Refused):
    """支委会研究 has no date yet."""

    def __init__(self) -> None:
        super().__init__("请填支委会研究的日期，再上报。")


class QuotaSpent(Refused):
    status = 409


class CallChanged(Conflict):
    pass


class NominationChanged(Conflict):
    """Somebody else saved first; both texts are for the page that shows them."""


# ---------------------------------------------------------------- calls


def open_call(place: Place, details: CallDetails, *, by: Doer) -> NominationCall:
    _check_title(place, details)
    call = NominationCall(committee_id=place.committee_id, created_at=clock.now())
    _write_call(call, details)
    db.session.add(call)
    record(by, "nomination-call.open", call, after=_call_data(call))
    return call


def revise_call(call: NominationCall, details: CallDetails, *, version: int, by: Doer) -> None:
    """Dates, title and quota may change while the call is open; rules only until the first nomination."""
    if call.version != version:
        raise CallChanged("别人刚改过这次评选。请打开最新的一版再改，你填的内容可以先复制下来。")
    if call.closed_at is not None:
        raise CallClosed("这次评选已经结束，不能再改。")
    rules_change = dict(details.rules) != call.rules or details.last_quarter != str(call.last_quarter)
    if rules_change and queries.nominations(call):
        raise RulesFixed("已经有支部按现在的条件推荐，条件不能再改。可以改名称、名额和日期。")
    _check_title(call.place, details, but=call.id)
    before = _call_data(call)
    _write_call(call, details)
    record(by, "nomination-call.revise", call, before=before, after=_call_data(call))


def close_call(call: NominationCall, *, by: Doer) -> None:
    """Nothing more is nominated; what is under review can still be decided. Naming nobody is a good result too."""
    if call.closed_at is not None:
        raise CallClosed("这次评选已经结束了。")
    call.closed_at = clock.now()
    record(by, "nomination-call.close", call, after={"closed_at": call.closed_at})


def _check_title(place: Place, details: CallDetails, but: int = 0) -> None:
    taken = db.session.scalar(
        select(NominationCall.id).where(
            NominationCall.committee_id == place.committee_id,
            NominationCall.year == details.year,
            NominationCall.title == details.title,
            NominationCall.id != but,
        )
    )
    if taken is not None:
        raise TitleTaken("这一年已经有同名的评选，请换个名称。")


def _write_call(call: NominationCall, details: CallDetails) -> None:
    for name in ("title", "year", "quota_percent", "opens_on", "closes_on"):
        setattr(call, name, getattr(details, name))
    call.last_quarter, call.rules = Quarter.parse(details.last_quarter), dict(details.rules)


def _call_data(call: NominationCall) -> dict[str, Any]:
    names = ("title", "year", "last_quarter", "rules", "quota_percent", "opens_on", "closes_on")
    return {name: getattr(call, name) for name in names}


# ---------------------------------------------------------------- the branch


def save_nomination(candidate: Candidate, statement: Statement, *, version: int, by: Doer) -> Nomination:
    """A draft, or changes to one. `version` 0 says that the writer saw none yet."""
    _check_open(candidate.call)
    nomination = _locked(candidate)
    if (nomination.version if nomination else 0) != version:
        raise NominationChanged("别人刚保存过这份推荐。你写的没有丢，请对照后选一份。")
    if nomination is None:
        nomination = Nomination(
            committee_id=candidate.place.committee_id,
            branch_id=candidate.place.branch_id,
            group_id=candidate.place.group_id,
            call_id=candidate.call.id,
            eligibility={},
        )
        db.session.add(nomination)
    elif nomination.state not in WRITABLE:
        raise Conflict(f"这份推荐现在是“{nomination.state.label}”，不能再改。")
    nomination.origin, nomination.studied_on, nomination.statement = (
        statement.origin,
        statement.studied_on,
        statement.text,
    )
    nomination.group_name, nomination.branch_name = candidate.group, candidate.branch
    nomination.brand_name, nomination.nominated_by = candidate.brand, by.name
    record(by, "nomination.save", nomination, after={"origin": statement.origin, "statement": statement.text})
    return nomination


def submit_nomination(nomination: Nomination, candidate: Candidate, *, by: Doer) -> None:
    """Keeps the eligibility and the names as they are now: what the committee reviews does not move any more."""
    require_step(nomination.state, NominationState.SUBMITTED)
    _check_open(candidate.call)
    if not candidate.eligibility.eligible:
        reasons = "；".join(f"{outcome.rule}：{outcome.finding}" for outcome in candidate.eligibility.obstacles)
        raise NotEligible(f"还不符合条件，不能上报。{reasons}。可以先存草稿，条件满足后再报。")
    if nomination.studied_on is None:
        raise StudyDateMissing
    nomination.eligibility = kept(candidate.eligibility, candidate.results)
    nomination.submitted_at = clock.now()
    nomination.return_reason = ""
    _move(nomination, NominationState.SUBMITTED, by, "nomination.submit")


def withdraw_nomination(nomination: Nomination, *, by: Doer) -> None:
    _move(nomination, NominationState.WITHDRAWN, by, "nomination.withdraw")


def _check_open(call: NominationCall) -> None:
    if not call.is_open(clock.today()):
        raise CallClosed(f"现在不在推荐期内（{call.opens_on} 至 {call.closes_on}）。如需补报，请联系厂党委调整日期。")


def _locked(candidate: Candidate) -> Nomination | None:
    """Whoever nominates under a call waits here for the others, so two cannot both be the first."""
    db.session.execute(select(NominationCall.id).where(NominationCall.id == candidate.call.id).with_for_update())
    return queries.nomination_of(candidate.call.id, candidate.place.group_id or 0)


# ---------------------------------------------------------------- the committee


def take_up_nomination(nomination: Nomination, *, by: Doer) -> None:
    """厂党委初审 begins: the branch can no longer change its text."""
    _move(nomination, NominationState.UNDER_REVIEW, by, "nomination.take-up")


def return_nomination(nomination: Nomination, *, reason: str, by: Doer) -> None:
    require_step(nomination.state, NominationState.RETURNED)
    nomination.return_reason = reason
    _move(nomination, NominationState.RETURNED, by, "nomination.return", reason=reason)


def approve_nomination(nomination: Nomination, *, reason: str, decided_on: date, document_no: str, by: Doer) -> None:
    """Within the quota. A second decision, whichever, is an IllegalTransition (409)."""
    require_step(nomination.state, NominationState.APPROVED)
    db.session.execute(select(NominationCall.id).where(NominationCall.id == nomination.call_id).with_for_update())
    today = queries.call_today(nomination.call_id)
    if today is None or today.quota.left == 0:
        limit = today.quota.places if today else 0
        raise QuotaSpent(f"名额最多 {limit} 个，已经批满。如需调整，请先改评选的名额比例。")
    _decide(nomination, NominationState.APPROVED, reason, decided_on, document_no, by)


def decline_nomination(nomination: Nomination, *, reason: str, decided_on: date, document_no: str, by: Doer) -> None:
    require_step(nomination.state, NominationState.DECLINED)
    _decide(nomination, NominationState.DECLINED, reason, decided_on, document_no, by)


def _decide(
    nomination: Nomination, state: NominationState, reason: str, decided_on: date, document_no: str, by: Doer
) -> None:
    nomination.decision_reason, nomination.decided_on = reason, decided_on
    nomination.document_no, nomination.decided_by = document_no, by.name
    _move(
        nomination,
        state,
        by,
        "nomination.approve" if state is NominationState.APPROVED else "nomination.decline",
        reason=reason,
        decided_on=decided_on,
        document_no=document_no,
    )


def _move(nomination: Nomination, state: NominationState, by: Doer, act: str, **after: Any) -> None:
    require_step(nomination.state, state)
    before, nomination.state = nomination.state, state
    record(by, act, nomination, before={"state": before}, after={"state": state, **after})
