"""What waits for a person, in one read over all features."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from app.accounts.actor import Actor
from app.accounts.roles import Role
from app.activities.course import ActivityState
from app.activities.models import Activity
from app.brands.models import Brand, BrandState, BrandVersion
from app.checks.course import UNANSWERED, FindingState
from app.checks.models import Finding, MutualCheck
from app.foundation.db import MonthType, fetch
from app.foundation.periods import Month
from app.indicators.missing_queries import missing_of, months_of
from app.indicators.models import IndicatorScope
from app.inspections.course import HEARING, PANEL_MAY_CHANGE, RoundState
from app.inspections.hearing_models import Appeal, Feedback
from app.inspections.models import InspectionRound, PanelMember, Sheet
from app.inspections.result_models import GroupResult, Publication
from app.inspections.round_queries import rests_on_indicators
from app.nominations.models import Nomination, NominationCall, NominationState
from app.organisation.models import Branch, PartyGroup
from app.organisation.queries import group_name_on
from app.photos import hint_queries
from app.photos.hint_models import Answer, PhotoHint
from app.photos.models import MonthIssue, Photo
from app.rubrics.models import RubricVersion

OF_EACH_KIND = 6  # so many of a kind are listed; the page says that there are more


@dataclass(frozen=True)
class Reach:
    """Where the reader's roles reach, by what they do there."""

    account_id: int
    led: tuple[int, ...]  # groups
    run: tuple[int, ...]  # branches, as secretary
    seen: tuple[int, ...]  # branches, as any of the branch committee
    homes: tuple[int, ...]  # the committees of those branches: they lead the index
    watched: tuple[int, ...]  # groups, as liaison or member
    committees: tuple[int, ...]  # as factory committee

    @classmethod
    def of(cls, actor: Actor) -> "Reach":
        factory = (grant for grant in actor.grants if grant.role is Role.FACTORY_COMMITTEE)
        seats = [
            place
            for place in actor.places([Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.COMMITTEE_MEMBER])
            if place.group_id is None
        ]
        return cls(
            account_id=actor.account_id,
            led=_ids(place.group_id for place in actor.places([Role.GROUP_LEADER])),
            run=_ids(place.branch_id for place in actor.places([Role.SECRETARY, Role.DEPUTY_SECRETARY])),
            seen=_ids(place.branch_id for place in seats),
            homes=_ids(place.committee_id for place in seats),
            watched=_ids(place.group_id for place in actor.places([Role.LIAISON, Role.MEMBER])),
            committees=_ids(committee for grant in factory for committee in grant.committees),
        )


def _ids(found: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(item for item in found if item is not None))


# ---------------------------------------------------------------- what waits


def waiting(reach: Reach, today: date) -> list[Any]:
    """kind, id, group_id, period, title, detail, due of everything that waits, by kind, due and id."""
    previous = Month.of(today).previous()
    rows = fetch(
        _all_that_waits(bool(reach.led), bool(reach.run), bool(reach.committees)),
        account=reach.account_id,
        led=reach.led,
        run=reach.run,
        homes=reach.homes,
        committees=reach.committees,
        today=today,
        previous=previous,
        month=Month.of(today),
        previous_label=previous.label,
        previous_last=str(previous.last),
    )
    return sorted(rows, key=lambda row: (row.kind, row.due or "", row.id))


@cache
def _all_that_waits(leads: bool, runs: bool, decides: bool) -> CompoundSelect[Any]:  # noqa: FBT001 - the key of a cache
    """Built once for each set of roles: building it costs a page more than running it."""
    parts = [
        *(_for_leader() if leads else ()),
        *(_for_secretary() if runs else ()),
        *(_for_committee() if decides else ()),
        *_for_panel(),
        _recheck("recheck").where(Finding.raised_by_id == _account),
    ]
    return union_all(*(select(part.limit(OF_EACH_KIND + 1).subquery()) for part in parts))


_led, _run, _homes, _committees = (
    bindparam(name, expanding=True, type_=Integer) for name in ("led", "run", "homes", "committees")
)
_account, _today = bindparam("account", type_=Integer), bindparam("today", type_=Date)
_previous, _month = bindparam("previous", type_=MonthType), bindparam("month", type_=MonthType)


def _line(
    kind: str,
    table: Any,
    title: Any,
    *,
    group: Any = None,
    period: Any = None,
    detail: Any = None,
    due: Any = None,
) -> Select[Any]:
    """One kind, what is due first standing first."""

    def text(value: Any) -> Any:
        return literal_column("''", String) if value is None else cast(value, String)

    return (
        select(
            literal_column(f"'{kind}'", String).label("kind"),
            table.id.label("id"),
            (literal_column("0", Integer) if group is None else func.coalesce(group, 0)).label("group_id"),
            text(period).label("period"),
            text(title).label("title"),
            text(detail).label("detail"),
            text(due).label("due"),
        )
        .select_from(table)
        .order_by("due", "id")
    )


def _for_leader() -> list[Select[Any]]:
    printed = exists().where(
        MonthIssue.group_id == PartyGroup.id, MonthIssue.month == _previous, MonthIssue.printed_at.is_not(None)
    )
    photographed = exists().where(
        Photo.group_id == PartyGroup.id, Photo.month == _previous, Photo.withdrawn_at.is_(None)
    )
    return [
        *(
            _line(kind, Activity, Activity.title, group=Activity.group_id, detail=Activity.return_reason, due=Activity.held_on)
            .where(Activity.group_id.in_(_led), Activity.state == state)
            for kind, state in (("returned", ActivityState.RETURNED), ("draft", ActivityState.DRAFT))
        ),
        _line("self-check", Sheet, InspectionRound.title, group=Sheet.group_id, due=InspectionRound.self_check_until)
        .join(InspectionRound, InspectionRound.id == Sheet.round_id)
        .where(
            Sheet.group_id.in_(_led),
            Sheet.self_checked_at.is_(None),
            InspectionRound.state == RoundState.SELF_CHECK,
        ),
        _line(
            "feedback", Sheet, InspectionRound.title, group=Sheet.group_id,
            due=case(
                (InspectionRound.state == RoundState.FEEDBACK, InspectionRound.feedback_until),
                else_=InspectionRound.appeals_until,
            ),
        )
        .join(InspectionRound, InspectionRound.id == Sheet.round_id)
        .where(
            Sheet.group_id.in_(_led),
            InspectionRound.state.in_(HEARING),
            ~exists().where(Feedback.sheet_id == Sheet.id, Feedback.replaced_at.is_(None)),
            ~exists().where(Appeal.sheet_id == Sheet.id),
        ),
        _line("brand-returned", Brand, BrandVersion.name, group=Brand.group_id, detail=BrandVersion.return_reason)
        .join(BrandVersion, BrandVersion.brand_id == Brand.id)
        .where(Brand.group_id.in_(_led), BrandVersion.state == BrandState.RETURNED),
        _line("result", GroupResult, Publication.title, group=GroupResult.group_id, due=Publication.appeals_until)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .where(
            GroupResult.group_id.in_(_led),
            Publication.superseded_at.is_(None),
            Publication.appeals_until >= _today,
        ),
        _line(
            "issue", PartyGroup, bindparam("previous_label", type_=String), group=PartyGroup.id, period=_previous,
            due=bindparam("previous_last", type_=String),
        )
        .where(PartyGroup.id.in_(_led), ~printed, photographed),
        _photos_used_before(),
        _line("finding", Finding, Finding.text, group=Finding.group_id, due=Finding.due_on)
        .where(Finding.group_id.in_(_led), Finding.state.in_(UNANSWERED)),
        _line(
            "mutual-check", MutualCheck, group_name_on(MutualCheck.seen_group_id, _today), group=MutualCheck.group_id,
            due=MutualCheck.until,
        ).where(MutualCheck.group_id.in_(_led), MutualCheck.visited_on.is_(None), MutualCheck.until >= _today),
    ]  # fmt: skip


def _photos_used_before() -> Select[Any]:
    """One line a group, however many photos look like older ones: it leads to the first of them."""

    empty = literal_column("''", String)
    return (
        hint_queries.shown(
            literal_column("'hint'", String).label("kind"),
            func.min(PhotoHint.id).label("id"),
            PhotoHint.group_id.label("group_id"),
            empty.label("period"),
            cast(func.count(PhotoHint.photo_id.distinct()), String).label("title"),
            empty.label("detail"),
            empty.label("due"),
        )
        .where(PhotoHint.group_id.in_(_led), PhotoHint.answer == Answer.NONE)
        .group_by(PhotoHint.group_id)
        .order_by(PhotoHint.group_id)
    )


def _recheck(kind: str) -> Select[Any]:
    """What a group put right; nobody rechecks the own rectification."""
    return _line(
        kind, Finding, Finding.text, group=Finding.group_id, detail=Finding.owner, due=Finding.answered_on
    ).where(
        Finding.state == FindingState.ANSWERED,
        Finding.answered_by_id.is_distinct_from(_account),
        Finding.group_id.not_in(_led),
    )


def _for_secretary() -> list[Select[Any]]:
    return [
        _line("submitted", Activity, Activity.title, group=Activity.group_id, due=Activity.held_on)
        .where(Activity.committee_id.in_(_homes), Activity.branch_id.in_(_run), Activity.state == ActivityState.SUBMITTED),
        _line("brand-submitted", Brand, BrandVersion.name, group=Brand.group_id)
        .join(BrandVersion, BrandVersion.brand_id == Brand.id)
        .where(Brand.committee_id.in_(_homes), Brand.branch_id.in_(_run), BrandVersion.state == BrandState.SUBMITTED),
        _line(
            "nomination-returned", Nomination, Nomination.group_name, group=Nomination.group_id,
            detail=Nomination.return_reason,
        ).where(
            Nomination.committee_id.in_(_homes), Nomination.branch_id.in_(_run),
            Nomination.state == NominationState.RETURNED,
        ),
        _line("call", NominationCall, NominationCall.title, due=NominationCall.closes_on)
        .join(Branch, Branch.committee_id == NominationCall.committee_id)
        .where(
            Branch.id.in_(_run),
            NominationCall.closed_at.is_(None),
            NominationCall.opens_on <= _today,
            NominationCall.closes_on >= _today,
        ),
        _values_missing(),
        _recheck("branch-recheck").where(
            Finding.committee_id.in_(_homes), Finding.branch_id.in_(_run), Finding.raised_by_id.is_distinct_from(_account)
        ),
    ]  # fmt: skip


def _values_missing() -> Select[Any]:
    """A branch's values of business indicators that a round will measure by and that nobody has entered."""
    missing = missing_of(
        InspectionRound.quarter,
        _month,
        IndicatorScope.committee_id == Branch.committee_id,
        IndicatorScope.branch_id == Branch.id,
    )
    return (
        _line(
            "values-missing", Branch, InspectionRound.title, period=months_of(InspectionRound.quarter)[0], detail=missing,
            due=InspectionRound.scoring_until,
        )
        .join(InspectionRound, InspectionRound.committee_id == Branch.committee_id)
        .join(RubricVersion, RubricVersion.id == InspectionRound.rubric_id)
        .where(
            Branch.id.in_(_run),
            InspectionRound.state.in_(PANEL_MAY_CHANGE),
            rests_on_indicators(RubricVersion.content),
            missing > 0,
        )
    )  # fmt: skip


def _for_committee() -> list[Select[Any]]:
    return [
        _line("brand-approved", Brand, BrandVersion.name, group=Brand.group_id, due=BrandVersion.in_force_from)
        .join(BrandVersion, BrandVersion.brand_id == Brand.id)
        .where(BrandVersion.committee_id.in_(_committees), BrandVersion.state == BrandState.APPROVED)
        .order_by(None)
        .order_by(BrandVersion.id),  # as approved: the index's order, however many there are
        _line("nomination-submitted", Nomination, Nomination.group_name, detail=Nomination.branch_name)
        .where(
            Nomination.committee_id.in_(_committees),
            Nomination.state.in_([NominationState.SUBMITTED, NominationState.UNDER_REVIEW]),
        ),
        _line("review", InspectionRound, InspectionRound.title, due=InspectionRound.scoring_until)
        .where(
            InspectionRound.committee_id.in_(_committees),
            InspectionRound.state.in_([RoundState.REVIEW, RoundState.APPROVAL]),
        ),
        _line("visiting", InspectionRound, InspectionRound.title, detail=_visits_made(), due=InspectionRound.visits_until)
        .where(InspectionRound.committee_id.in_(_committees), InspectionRound.state == RoundState.VISIT),
        _line("appeal", Appeal, Appeal.title, detail=func.coalesce(func.nullif(Sheet.brand_name, ""), Sheet.group_name))
        .join(Sheet, Sheet.id == Appeal.sheet_id)
        .where(Appeal.committee_id.in_(_committees), Appeal.outcome.is_(None)),
    ]  # fmt: skip


def _visits_made() -> Any:
    """How many of the quarter's mutual checks were made, as "2/4"."""

    def count(what: Any) -> Any:
        found = select(func.count(what)).where(
            MutualCheck.committee_id == InspectionRound.committee_id, MutualCheck.quarter == InspectionRound.quarter
        )
        return cast(found.correlate(InspectionRound).scalar_subquery(), String)

    return count(MutualCheck.visited_on).concat(literal_column("'/'", String)).concat(count(MutualCheck.id))


def _for_panel() -> list[Select[Any]]:
    return [
        _line(kind, InspectionRound, InspectionRound.title, due=due)
        .join(PanelMember, PanelMember.round_id == InspectionRound.id)
        .where(PanelMember.account_id == _account, InspectionRound.state == state)
        for kind, state, due in (
            ("panel", RoundState.SCORING, InspectionRound.scoring_until),
            ("visit", RoundState.VISIT, InspectionRound.visits_until),
        )
    ]
