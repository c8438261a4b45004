"""A branch with its brand and two micro-brands, as their people would have made them."""

from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask

from app.brands import operations
from app.brands.content import Content
from app.brands.models import BrandVersion
from app.brands.version_queries import brand
from app.foundation.db import db
from app.foundation.places import Place
from tests.factories import Scene
from tests.fixtures.scene import ActorOf

LONG_AGO = date(2025, 3, 1)


def content(name: str, **more: object) -> Content:
    """Complete enough to be submitted."""
    words = {
        "slogan": f"{name}，说到做到",
        "connotation": f"{name}，每个字都落在岗位上。",
        "trait": f"{name}的特色",
        "responsible": "示例负责人",
        "indicators": ("工序质量得分", "批次合格率"),
        "carriers": ("首检一次过",),
        **more,
    }
    return Content(name, **words)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Tree:
    """Ids of brands in force since LONG_AGO, the branch brand filed, the others resolved by the branch."""

    top: int
    micro: int
    sister: int


@pytest.fixture
def actor(actor: ActorOf) -> ActorOf:
    """Everybody looked up beforehand: looking up opens a session, which would wait for the test's own writing."""
    known = {login: actor(login) for login in ("leader1", "secretary", "deputy", "committee")}
    return known.__getitem__


def in_force(version: BrandVersion, actor: ActorOf, *, on: date = LONG_AGO) -> BrandVersion:
    operations.submit(version, by=actor("leader1"))
    operations.approve(version, by=actor("secretary"), on=on)
    return version


@pytest.fixture
def tree(app: Flask, scene: Scene, actor: ActorOf) -> Tree:
    with app.app_context():
        by = actor("secretary")
        branch = Place(scene.committee, scene.branch)
        top = in_force(operations.register(branch, content("智丝堡垒·质造先锋"), by=by), actor)
        operations.file(top, by=actor("committee"))
        made = [
            in_force(
                operations.register(
                    Place(scene.committee, scene.branch, group), content(name), by=by, parent=brand(top.brand_id)
                ),
                actor,
            )
            for group, name in ((scene.group, "精甲先锋"), (scene.sister_group, "青锋"))
        ]
        ids = Tree(top.brand_id, made[0].brand_id, made[1].brand_id)
        db.session.commit()
        db.session.remove()
    return ids
