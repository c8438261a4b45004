"""Reads of the brands.

The version in force on a day is the one with the highest number among those whose `in_force_from` is not later.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Date, Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.actor import Actor
from app.accounts.kept import until_next_act
from app.brands import seal
from app.brands.models import Brand, BrandVersion
from app.foundation import clock
from app.foundation.db import fetch
from app.foundation.periods import Day
from app.foundation.places import Place
from app.organisation.models import Committee
from app.organisation.queries import branch_name_on


@dataclass(frozen=True)
class UnitFace:
    """What stands at the head of a person's pages: the unit's name, its seal if it has one."""

    name: str
    seal: Markup | None
    is_demo: bool


@dataclass(frozen=True)
class BrandFace:
    """A brand as it was on a day: what boards, results and lists show of it."""

    brand_id: int
    group_id: int | None
    name: str
    slogan: str
    connotation: str
    hue: str
    outlines: Mapping[str, Any]

    @property
    def hue_class(self) -> str:
        return f"hue-{self.hue}" if self.hue else ""

    @property
    def drawing(self) -> seal.Drawing | None:
        return seal.Drawing.from_dict(self.outlines) if self.outlines else None

    @property
    def symbol_id(self) -> str:
        return f"seal-{self.brand_id}"

    def stamp(self, *, solid: bool = True, extra: str = "") -> Markup:
        return stamp(self.outlines, solid=solid, extra=extra)

    def use(self, *, solid: bool = True, extra: str = "") -> Markup:
        """A reference to the symbol in the page's `sprite`: some 120 bytes, for seals shown often."""
        drawing = self.drawing
        if drawing is None:
            return Markup()
        return Markup(seal.use(drawing, self.symbol_id, solid=solid, extra=extra))  # noqa: S704 - escapes


def stamp(outlines: Mapping[str, Any] | None, *, solid: bool = True, extra: str = "") -> Markup:
    """A whole seal as it is kept: solid (白文) for what is published, outline (朱文) for what is not yet."""
    if not outlines:
        return Markup()
    return Markup(seal.svg(seal.Drawing.from_dict(outlines), solid=solid, extra=extra))  # noqa: S704 - escapes


def sprite(faces: Iterable[BrandFace]) -> Markup:
    """The seals of a page, once; put it before the first `use`."""
    drawings = {face.symbol_id: drawing for face in faces if (drawing := face.drawing) is not None}
    return Markup(seal.sprite(drawings)) if drawings else Markup()  # noqa: S704 - escapes


# ---------------------------------------------------------------- in force


def is_in_force(day: Day) -> ColumnElement[bool]:
    newer = aliased(BrandVersion)
    latest = (
        select(func.max(newer.number))
        .where(newer.brand_id == BrandVersion.brand_id, newer.in_force_from <= day)
        .correlate(BrandVersion)
        .scalar_subquery()
    )
    return BrandVersion.number == latest


def lives(day: Day) -> ColumnElement[bool]:
    return or_(Brand.ended_on.is_(None), Brand.ended_on > day)


def version_on(brand_of: ColumnElement[bool], day: Day) -> ColumnElement[int]:
    """The id of the version in force on `day`, of the first of the tree among the brands that `brand_of` picks.

    `day` may be a bound value, so that a statement with this in it is built once.
    """
    return (
        select(BrandVersion.id)
        .join(Brand, Brand.id == BrandVersion.brand_id)
        .where(brand_of, or_(Brand.ended_on.is_(None), Brand.ended_on > day), BrandVersion.in_force_from <= day)
        .order_by(Brand.sort_order, Brand.id, BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )


FACE_COLUMNS = (
    Brand.id.label("brand_id"),
    Brand.group_id,
    BrandVersion.name,
    BrandVersion.slogan,
    BrandVersion.connotation,
    BrandVersion.hue,
    BrandVersion.outlines,
)


_day = bindparam("day", type_=Date)
_FACES_OF_GROUPS = (
    select(*FACE_COLUMNS)
    .join(BrandVersion, BrandVersion.brand_id == Brand.id)
    .where(is_in_force(_day), lives(_day), Brand.group_id.in_(bindparam("group_ids", expanding=True)))
    .order_by(Brand.sort_order, Brand.id)
)


def brand_faces(group_ids: Iterable[int], day: date) -> dict[int, BrandFace]:
    """Each group's brand as it was on `day`; groups without one are absent.

    Of several brands of one group the first of the tree counts.
    """
    wanted = list(group_ids)
    if not wanted:
        return {}
    faces: dict[int, BrandFace] = {}
    for row in fetch(_FACES_OF_GROUPS, group_ids=wanted, day=day):
        faces.setdefault(row.group_id, BrandFace(**row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
    return faces


# ---------------------------------------------------------------- heads


IS_DEMO = select(Committee.id).where(Committee.is_demo).limit(1)


def is_demo() -> bool:
    """Whether the installation holds demo data: said on every page."""
    return fetch(IS_DEMO).first() is not None


def _unit_face() -> Select[Any]:
    """Built once: every page asks it, and building it costs more than running it."""
    today, branch_id = bindparam("today", type_=Date), bindparam("branch_id", type_=Integer)
    committee_id = bindparam("committee_id", type_=Integer)
    drawing = (
        select(BrandVersion.outlines)
        .join(Brand, Brand.id == BrandVersion.brand_id)
        .where(
            Brand.committee_id == committee_id,  # leads the index
            Brand.branch_id == branch_id,
            or_(Brand.ended_on.is_(None), Brand.ended_on > today),
            or_(Brand.group_id == bindparam("group_id", type_=Integer), Brand.parent_id.is_(None)),
            BrandVersion.in_force_from <= today,
        )
        .order_by(Brand.parent_id.is_(None), Brand.sort_order, Brand.id, BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        Committee.name, Committee.is_demo, branch_name_on(branch_id, today).label("branch"), drawing.label("drawing")
    ).where(Committee.id == committee_id)


UNIT_FACE = _unit_face()


def unit_face(actor: Actor) -> UnitFace:
    """The unit of the actor's weightiest role, in one statement: the branch with its brand's seal, or the committee.

    A group's people see the seal of their own micro-brand, or the branch's before they have one.
    """
    place = actor.grants[0].place if actor.grants else Place(actor.committee_id)
    today = clock.today()
    return until_next_act(("unit_face", place, today), lambda: _unit_face_of(place, today), shows_marks=False)


def _unit_face_of(place: Place, today: date) -> UnitFace:
    row = fetch(
        UNIT_FACE,
        committee_id=place.committee_id,
        # No branch is 0, no one's id: asked for NULL, the database would plan to read all.
        branch_id=place.branch_id or 0,
        group_id=place.group_id or 0,
        today=today,
    ).first()
    if row is None:
        return UnitFace("党建微品牌创建管理系统", None, is_demo=False)
    return UnitFace(row.branch or row.name, stamp(row.drawing) or None, row.is_demo)
