"""What waits for a person, in one read over all features."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
)

from app.accounts.actor import Actor
from app.accounts.roles import Role
from app.activities.course import ActivityState
from app.activities.models import Activity
from app.activities.photo_models import MonthIssue, Photo
from app.brands.models import Brand, BrandState, BrandVersion
from app.foundation.db import db
from app.foundation.periods import Month
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound, PanelMember, Sheet
from app.inspections.result_models import GroupResult, Publication
from app.nominations.models import Nomination, NominationCall, NominationState
from app.organisation.models import Branch, PartyGroup

OF_EACH_KIND = 6  # so many of a kind are listed; the page says that there are more


@dataclass(frozen=True)
class Reach:
    """Where the reader's roles reach, by what they do there."""

    account_id: int
    led: tuple[int, ...]  # groups
    run: tuple[int, ...]  # branches, as secretary
    seen: tuple[int, ...]  # branches, as any of the branch committee
    watched: tuple[int, ...]  # groups, as liaison or member
    committees: tuple[int, ...]  # as factory committee

    @classmethod
    def of(cls, actor: Actor) -> "Reach":
        factory = (grant for grant in actor.grants if grant.role is Role.FACTORY_COMMITTEE)
        return cls(
            account_id=actor.account_id,
            led=_ids(place.group_id for place in actor.places([Role.GROUP_LEADER])),
            run=_ids(place.branch_id for place in actor.places([Role.SECRETARY, Role.DEPUTY_SECRETARY])),
            seen=_ids(
                place.branch_id
                for place in actor.places([Role.SECRETARY, Role.DEPUTY_SECRETARY, Role.COMMITTEE_MEMBER])
                if place.group_id is None
            ),
            watched=_ids(place.group_id for place in actor.places([Role.LIAISON, Role.MEMBER])),
            committees=_ids(committee for grant in factory for committee in grant.committees),
        )


def _ids(found: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(item for item in found if item is not None))


# ---------------------------------------------------------------- what waits


def waiting(reach: Reach, today: date) -> Sequence[Any]:
    """kind, id, group_id, period, title, detail, due of everything that waits, by kind, due and id."""
    parts = [*_for_leader(reach, today), *_for_secretary(reach, today), *_for_committee(reach), _for_panel(reach)]
    rows = union_all(*(select(part.order_by("due", "id").limit(OF_EACH_KIND + 1).subquery()) for part in parts))
    found = rows.subquery("waiting")
    return db.session.execute(select(found).order_by(found.c.kind, found.c.due, found.c.id)).all()


def _line(
    kind: str,
    table: Any,
    title: Any,
    *,
    group: Any = None,
    period: Any = "",
    detail: Any = "",
    due: Any = "",
) -> Select[Any]:
    def text(value: Any) -> ColumnElement[str]:
        return literal(value, String) if isinstance(value, str) else cast(value, String)

    return select(
        literal(kind, String).label("kind"),
        table.id.label("id"),
        (literal(0) if group is None else func.coalesce(group, 0)).label("group_id"),
        text(period).label("period"),
        text(title).label("title"),
        text(detail).label("detail"),
        text(due).label("due"),
    ).select_from(table)


def _for_leader(reach: Reach, today: date) -> list[Select[Any]]:
    if not reach.led:
        return []
    previous = Month.of(today).previous()
    printed = exists().where(
        MonthIssue.group_id == PartyGroup.id, MonthIssue.month == previous, MonthIssue.printed_at.is_not(None)
    )
    photographed = exists().where(
        Photo.group_id == PartyGroup.id, Photo.month == previous, Photo.withdrawn_at.is_(None)
    )
    return [
        *(
            _line(kind, Activity, Activity.title, group=Activity.group_id, detail=Activity.return_reason, due=Activity.held_on)
            .where(Activity.group_id.in_(reach.led), Activity.state == state)
            for kind, state in (("returned", ActivityState.RETURNED), ("draft", ActivityState.DRAFT))
        ),
        _line("self-check", Sheet, InspectionRound.title, group=Sheet.group_id, due=InspectionRound.self_check_until)
        .join(InspectionRound, InspectionRound.id == Sheet.round_id)
        .where(
            Sheet.group_id.in_(reach.led),
            Sheet.self_checked_at.is_(None),
            InspectionRound.state == RoundState.SELF_CHECK,
        ),
        _line("brand-returned", Brand, BrandVersion.name, group=Brand.group_id, detail=BrandVersion.return_reason)
        .join(BrandVersion, BrandVersion.brand_id == Brand.id)
        .where(Brand.group_id.in_(reach.led), BrandVersion.state == BrandState.RETURNED),
        _line("result", GroupResult, Publication.title, group=GroupResult.group_id, due=Publication.appeals_until)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .where(
            GroupResult.group_id.in_(reach.led),
            Publication.superseded_at.is_(None),
            Publication.appeals_until >= today,
        ),
        _line("issue", PartyGroup, previous.label, group=PartyGroup.id, period=str(previous), due=str(previous.last))
        .where(PartyGroup.id.in_(reach.led), ~printed, photographed),
    ]  # fmt: skip


def _for_secretary(reach: Reach, today: date) -> list[Select[Any]]:
    if not reach.run:
        return []
    return [
        _line("submitted", Activity, Activity.title, group=Activity.group_id, due=Activity.held_on)
        .where(Activity.branch_id.in_(reach.run), Activity.state == ActivityState.SUBMITTED),
        _line("brand-submitted", Brand, BrandVersion.name, group=Brand.group_id)
        .join(BrandVersion, BrandVersion.brand_id == Brand.id)
        .where(Brand.branch_id.in_(reach.run), BrandVersion.state == BrandState.SUBMITTED),
        _line(
            "nomination-returned", Nomination, Nomination.group_name, group=Nomination.group_id,
            detail=Nomination.return_reason,
        ).where(Nomination.branch_id.in_(reach.run), Nomination.state == NominationState.RETURNED),
        _line("call", NominationCall, NominationCall.title, due=NominationCall.closes_on)
        .join(Branch, Branch.committee_id == NominationCall.committee_id)
        .where(
            Branch.id.in_(reach.run),
            NominationCall.closed_at.is_(None),
            NominationCall.opens_on <= today,
            NominationCall.closes_on >= today,
        ),
    ]  # fmt: skip


def _for_committee(reach: Reach) -> list[Select[Any]]:
    if not reach.committees:
        return []
    return [
        _line("brand-approved", Brand, BrandVersion.name, group=Brand.group_id, due=BrandVersion.in_force_from)
        .join(BrandVersion, BrandVersion.brand_id == Brand.id)
        .where(BrandVersion.committee_id.in_(reach.committees), BrandVersion.state == BrandState.APPROVED),
        _line("nomination-submitted", Nomination, Nomination.group_name, detail=Nomination.branch_name)
        .where(
            Nomination.committee_id.in_(reach.committees),
            Nomination.state.in_([NominationState.SUBMITTED, NominationState.UNDER_REVIEW]),
        ),
        _line("review", InspectionRound, InspectionRound.title, detail="", due=InspectionRound.scoring_until)
        .where(InspectionRound.committee_id.in_(reach.committees), InspectionRound.state == RoundState.REVIEW),
    ]  # fmt: skip


def _for_panel(reach: Reach) -> Select[Any]:
    return (
        _line("panel", InspectionRound, InspectionRound.title, due=InspectionRound.scoring_until)
        .join(PanelMember, PanelMember.round_id == InspectionRound.id)
        .where(PanelMember.account_id == reach.account_id, InspectionRound.state == RoundState.SCORING)
    )
