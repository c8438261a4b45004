"""Reads of the brands."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy import select

from app.accounts.actor import Actor
from app.brands import seal
from app.brands.models import Brand, BrandVersion
from app.foundation import clock
from app.foundation.db import db
from app.foundation.places import Place
from app.organisation.models import BranchName, Committee


@dataclass(frozen=True)
class UnitFace:
    """What stands at the head of a person's pages: the unit's name, its seal if it has one."""

    name: str
    seal: Markup | None
    is_demo: bool


def is_demo() -> bool:
    """Whether the installation holds demo data: said on every page."""
    return db.session.scalar(select(Committee.id).where(Committee.is_demo).limit(1)) is not None


def unit_face(actor: Actor) -> UnitFace:
    """The unit of the actor's weightiest role, in one statement: the branch with its brand's seal, or the committee.

    A group's people see the seal of their own micro-brand.
    """
    place = actor.grants[0].place if actor.grants else Place(actor.committee_id)
    name = (
        select(BranchName.name)
        .where(BranchName.branch_id == place.branch_id, BranchName.starts_on <= clock.today())
        .order_by(BranchName.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    drawing = (
        select(BrandVersion.outlines)
        .join(Brand, Brand.id == BrandVersion.brand_id)
        .where(
            Brand.branch_id == place.branch_id,
            Brand.ended_on.is_(None),
            Brand.group_id == place.group_id if place.group_id else Brand.parent_id.is_(None),
            BrandVersion.in_force_from <= clock.today(),
        )
        .order_by(BrandVersion.in_force_from.desc(), BrandVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    row = db.session.execute(
        select(Committee.name, Committee.is_demo, name.label("branch"), drawing.label("drawing")).where(
            Committee.id == place.committee_id
        )
    ).first()
    if row is None:
        return UnitFace("党建微品牌创建管理系统", None, is_demo=False)
    mark = Markup(seal.svg(seal.Drawing(**row.drawing))) if row.drawing else None  # noqa: S704 - drawn by us
    return UnitFace(row.branch or row.name, mark, row.is_demo)
