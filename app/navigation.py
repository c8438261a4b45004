"""What stands in the head and at the foot of every page: the unit, the words that lead on, who is signed in."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from flask import Flask, current_app, request, url_for
from markupsafe import Markup

from app.accounts import sessions
from app.accounts.actor import Actor
from app.accounts.kept import until_next_act
from app.accounts.permissions import RULES, Permission
from app.accounts.roles import Role
from app.brands import queries as brands
from app.foundation import clock
from app.foundation.periods import Month
from app.foundation.unchanged import FRAME

PRODUCT = "党建微品牌创建管理系统"
KEPT = 1024


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
    Lead("照片墙", "walls.index", Permission.PHOTO_READ),
    Lead("版面", "board.index", Permission.BOARD_READ),
    Lead("指标", "indicators.index", Permission.INDICATOR_READ),
    Lead("督查", "inspections.index", Permission.ROUND_READ),
    Lead("整改", "checks.index", Permission.FINDING_READ),
    Lead("品牌", "brands.index", Permission.BRAND_READ),
    Lead("示范", "nominations.index", Permission.NOMINATION_READ),
    Lead("组织", "organisation.index", Permission.ORGANISATION_READ),
    Lead("账号", "accounts.administration", Permission.ACCOUNT_MANAGE),
    Lead("审计", "audit.index", Permission.AUDIT_READ),
)
UNDER = {"photos": "activities", "rubrics": "inspections"}
"""Rooms without a word of their own: their pages stand under another's."""

PHONE = ("today.home", "activities.index", "board.index", "inspections.index", "brands.index")
PHONE_LEADER = ("today.home", "activities.index", "photos.month_page", "board.index")
PHONE_SYSTEM = ("today.home", "accounts.administration", "audit.index")


@dataclass(frozen=True)
class Standpoint:
    """All that the words depend on: what is held, which group is led, which page is open, where the site is mounted."""

    roles: frozenset[Role]
    leads: int | None
    month: Month
    endpoint: str
    root: str

    @property
    def is_on_photos(self) -> bool:
        """They belong to 传照片 in a leader's dock, and to 活动 at everybody's desk."""
        return self.endpoint.startswith("photos.")

    def is_at(self, endpoint: str) -> bool:
        feature = endpoint.split(".", maxsplit=1)[0]
        here = self.endpoint.split(".")[0]
        here = UNDER.get(here, here)
        return self.endpoint == endpoint or (feature == here and feature != "accounts")


@dataclass(frozen=True)
class Bars:
    words: tuple[Word, ...]
    desk: Markup
    directory: Markup
    dock: Markup
    person_url: str


def _standpoint(actor: Actor) -> Standpoint:
    led = actor.places([Role.GROUP_LEADER])
    return Standpoint(
        frozenset(grant.role for grant in actor.grants),
        led[0].group_id if led else None,
        Month.of(clock.today()),
        request.endpoint or "",
        request.root_path,
    )


def _word(lead: Lead, at: Standpoint) -> Word:
    return Word(lead.label, url_for(lead.endpoint), at.is_at(lead.endpoint))


def _desk(at: Standpoint) -> list[Lead]:
    return [
        lead
        for lead in DESK
        if lead.permission is None or any(at.roles & rule.roles for rule in RULES[lead.permission])
    ]


def _phone(at: Standpoint) -> list[Word]:
    """At most five words, 56 px each: a group leader's are the month's photos, the others' what they look after."""
    by_endpoint = {lead.endpoint: _word(lead, at) for lead in _desk(at)}
    if at.leads is not None:
        photos = url_for("photos.month_page", group_id=at.leads, month=at.month)
        by_endpoint["photos.month_page"] = Word("传照片", photos, at.is_on_photos)
        if at.is_on_photos:  # one word of the dock is current
            activities = by_endpoint["activities.index"]
            by_endpoint["activities.index"] = Word(activities.label, activities.url, current=False)
        wanted: tuple[str, ...] = PHONE_LEADER
    else:
        wanted = PHONE_SYSTEM if at.roles & {Role.SYSTEM_ADMINISTRATOR, Role.AUDITOR} else PHONE
    words = [by_endpoint[endpoint] for endpoint in wanted if endpoint in by_endpoint]
    me = Word("我的", url_for("accounts.me"), at.endpoint == "accounts.me")
    return [*words, me] if len(words) < 5 else words


@lru_cache(maxsize=KEPT)
def bars(at: Standpoint) -> Bars:
    """Rendered once for all who stand at the same point: written anew they would cost more than the rest of the head."""
    words = tuple(_word(lead, at) for lead in _desk(at))
    parts = cast("Any", current_app.jinja_env.get_template("components/navigation.html").module)
    person_url = url_for("accounts.me")
    return Bars(words, parts.desk(words), parts.directory(words, person_url), parts.dock(_phone(at)), person_url)


@dataclass(frozen=True)
class Frame:
    """What stands around every page of one reader: what templates ask for, and a digest of all that it depends on."""

    context: dict[str, Any]
    digest: str


def _frame() -> Frame:
    actor = sessions.reader()
    if actor is None:
        context = {
            "actor": None, "bars": None, "person_url": None,
            "unit_name": PRODUCT, "unit_seal": None, "demo_data": brands.is_demo(),
        }  # fmt: skip
        return Frame(context, str(clock.today()))
    key = ("frame", actor.sign_in_id, request.endpoint, request.root_path, clock.today())
    return until_next_act(key, lambda: _frame_of(actor), shows_marks=False)


def _frame_of(actor: Actor) -> Frame:
    at, unit = _standpoint(actor), brands.unit_face(actor)
    words = bars(at)
    context = {
        "actor": actor,
        "bars": words,
        "person_url": words.person_url,
        "unit_name": unit.name,
        "unit_seal": unit.seal,
        "demo_data": unit.is_demo,
    }
    depends_on = (actor.account_id, actor.name, actor.title, clock.today(), at, unit)
    return Frame(context, hashlib.sha256(repr(depends_on).encode()).hexdigest())


def _context() -> dict[str, Any]:
    return _frame().context


def _digest() -> str:
    return _frame().digest


def init_app(app: Flask) -> None:
    app.context_processor(_context)
    app.extensions[FRAME] = _digest
