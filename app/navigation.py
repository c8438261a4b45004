"""What stands in the head and at the foot of every page: the unit, the words that lead on, who is signed in."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from app.accounts.actor import Actor
from app.accounts.permissions import Permission
from app.accounts.roles import Role
from app.brands import queries as brands
from app.foundation import clock
from app.foundation.periods import Month

PRODUCT = "党建微品牌创建管理系统"


@dataclass(frozen=True)
class Word:
    """One word of the navigation; it is current on every page of its blueprint."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Lead:
    label: str
    endpoint: str
    permission: Permission | None = None


DESK = (
    Lead("今天", "today.home"),
    Lead("活动", "activities.index", Permission.ACTIVITY_READ),
    Lead("版面", "board.index", Permission.BOARD_READ),
    Lead("督查", "inspections.index", Permission.ROUND_READ),
    Lead("品牌", "brands.index", Permission.BRAND_READ),
    Lead("示范", "nominations.index", Permission.NOMINATION_READ),
    Lead("组织", "organisation.index", Permission.ORGANISATION_READ),
    Lead("账号", "accounts.administration", Permission.ACCOUNT_MANAGE),
    Lead("审计", "audit.index", Permission.AUDIT_READ),
)
PHONE = ("today.home", "activities.index", "board.index", "inspections.index", "brands.index")
PHONE_LEADER = ("today.home", "activities.index", "board.index")
PHONE_SYSTEM = ("today.home", "accounts.administration", "audit.index")


def _word(lead: Lead) -> Word:
    feature = lead.endpoint.split(".", maxsplit=1)[0]
    here = request.endpoint == lead.endpoint or (request.blueprint == feature and feature != "accounts")
    return Word(lead.label, url_for(lead.endpoint), here)


def _desk(actor: Actor) -> list[Lead]:
    return [
        lead
        for lead in DESK
        if lead.endpoint in current_app.view_functions
        and (lead.permission is None or actor.may_somewhere(lead.permission))
    ]


def _phone(actor: Actor, leads: list[Lead]) -> list[Word]:
    """At most five words, 56 px each: a group leader's are the month's photos, the others' what they look after."""
    me = Word("我的", url_for("accounts.me"), request.endpoint == "accounts.me")
    by_endpoint = {lead.endpoint: lead for lead in leads}
    led = actor.places([Role.GROUP_LEADER])
    if led:
        arguments: dict[str, Any] = {"group_id": led[0].group_id, "month": Month.of(clock.today())}
        photos = Word(
            "照片", url_for("activities.month_page", **arguments), request.endpoint == "activities.month_page"
        )
        today, activities, board = (_word(by_endpoint[endpoint]) for endpoint in PHONE_LEADER)
        if photos.current:  # one word of the dock is current, though the month belongs to the activities
            activities = replace(activities, current=False)
        return [today, activities, photos, board, me]
    wanted = PHONE_SYSTEM if actor.has_role(Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR) else PHONE
    words = [_word(by_endpoint[endpoint]) for endpoint in wanted if endpoint in by_endpoint]
    return [*words, me] if len(words) < 5 else words


def _context() -> dict[str, Any]:
    # The person, not the proxy that looks them up at every word.
    actor: Actor = current_user._get_current_object()  # noqa: SLF001 - Flask-Login offers no other way
    if not actor.is_authenticated:
        return {
            "actor": None, "navigation": [], "phone_navigation": [], "person_url": None,
            "unit_name": PRODUCT, "unit_seal": None, "demo_data": brands.is_demo(),
        }  # fmt: skip
    unit = brands.unit_face(actor)
    leads = _desk(actor)
    return {
        "actor": actor,
        "navigation": [_word(lead) for lead in leads],
        "phone_navigation": _phone(actor, leads),
        "person_url": url_for("accounts.me"),
        "unit_name": unit.name,
        "unit_seal": unit.seal,
        "demo_data": unit.is_demo,
    }


def init_app(app: Flask) -> None:
    app.context_processor(_context)
