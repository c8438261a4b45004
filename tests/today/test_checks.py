"""Findings and mutual checks on the home pages: one line each, to whoever can act."""

import re
from datetime import date

import pytest
from flask import Flask

from app.foundation import unit_of_work
from app.foundation.db import db
from tests.checks import found
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements


def lines(client_of: SignInAs, login: str) -> list[str]:
    page = client_of(login).get("/").text
    rows = re.findall(r'<a class="go" href="(/(?:findings|mutual-checks)[^"]*)">(.*?)</a>', page, re.DOTALL)
    return [f"{url} {' '.join(re.sub(r'<[^>]+>', ' ', body).split())}" for url, body in rows]


def test_a_leader_answers_the_others_recheck(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        waits = found.raised(scene.group, text="工具车没有回定置线", due_on=date(2026, 11, 20)).id
        done = found.answered(scene, found.raised(scene.group, by=found.leader(scene, "leader2"), text="台账缺签字")).id
    assert lines(signed_in, "leader1") == [f"/findings/{waits}/answer 整改 工具车没有回定置线 还有 4 天"]
    assert lines(signed_in, "leader2") == [f"/findings/{done}/recheck 复查 台账缺签字 示例leader111月16日交了整改"]
    assert lines(signed_in, "secretary") == [f"/findings/{done}/recheck 复查 台账缺签字 生产一党小组11月16日交了整改"]
    assert [lines(signed_in, login) for login in ("member1", "secretary2", "committee")] == [[], [], []]


def test_an_overdue_finding_is_said_calmly(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        row = found.raised(scene.group)
        row.due_on = date(2026, 11, 13)
        number = row.id
    assert lines(signed_in, "leader1") == [f"/findings/{number}/answer 整改 工具车没有回定置线 已过 3 天"]


def test_a_visit_waits_until_it_is_made(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        found.third_group(scene)
        check = next(row for row in found.arranged(scene) if row.group_id == scene.group)
        number = check.id
    assert lines(signed_in, "leader1") == [f"/mutual-checks/{number} 互查 去生产二党小组看一次 12月31日前"]


@pytest.mark.parametrize("login", ["leader1", "secretary", "committee"])
def test_statements_stay_the_same(
    app: Flask, scene: Scene, signed_in: SignInAs, statements: Statements, login: str
) -> None:
    client = signed_in(login)
    client.get("/")
    counts = []
    for number in (1, 20):
        with app.app_context(), unit_of_work.transaction():
            for n in range(number):
                found.raised(scene.group, text=f"{number}-{n}")
            db.session.flush()
        with statements() as seen:
            client.get("/")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 6
