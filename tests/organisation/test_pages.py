"""The organisation's pages: who sees what, on which day, in how many statements."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.foundation import unit_of_work
from app.foundation.db import db
from app.organisation.models import PartyGroup
from tests import factories
from tests.factories import Scene
from tests.fixtures.statements import Statements

SignInAs = Callable[[str], FlaskClient]


def test_index_leads_to_the_widest_unit(signed_in: SignInAs, scene: Scene) -> None:
    assert signed_in("committee").get("/organisation").location == f"/committees/{scene.committee}"
    assert signed_in("secretary").get("/organisation").location == f"/branches/{scene.branch}/organisation"
    assert signed_in("member1").get("/organisation").location == f"/branches/{scene.branch}/organisation"
    assert signed_in("admin").get("/organisation").status_code == 403


def test_every_form_opens(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        branch = db.session.get_one(PartyGroup, scene.group)
        from app.organisation.models import Branch  # noqa: PLC0415

        team = factories.team(db.session.get_one(Branch, branch.branch_id)).id
    secretary, committee = signed_in("secretary"), signed_in("committee")
    branch_id, group, member = scene.branch, scene.group, scene.members["leader1"]
    for path in (
        f"/branches/{branch_id}/organisation",
        f"/branches/{branch_id}/rename",
        f"/branches/{branch_id}/groups/new",
        f"/branches/{branch_id}/members/new?group={group}",
        f"/branches/{branch_id}/teams/new",
        f"/branches/{branch_id}/appointments/new?member={member}",
        f"/branches/{branch_id}/roster",
        f"/teams/{team}/end",
        *(f"/groups/{group}/{page}" for page in ("organisation", "rename", "describe", "merge", "dissolve", "teams")),
        *(f"/members/{member}{page}" for page in ("", "/edit", "/move", "/leave")),
    ):
        assert (path, secretary.get(path).status_code) == (path, 200)
    for path in ("", "/branches/new", "/committees/new", "/rename"):
        assert committee.get(f"/committees/{scene.committee}{path}").status_code == 200
