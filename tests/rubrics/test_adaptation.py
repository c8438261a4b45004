"""A branch's own reading of a rubric: within the committee's limits, void beyond them, scored and published as such."""

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.actor import Actor
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.inspections import mark_operations, publication_operations, queries, result_queries
from app.inspections.course import RoundState
from app.inspections.hearing_models import Appeal
from app.inspections.marking import Proposal
from app.inspections.models import InspectionRound
from app.inspections.round_operations import move_round
from app.rubrics import operations as rubric_operations
from app.rubrics.adaptation import Change, adapted, as_data, changes_between, from_data, problems
from app.rubrics.models import RubricVersion
from app.rubrics.rubric import Criterion, CriterionKind, Dimension, Rubric, ScaleStep
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]
RUBRIC = Rubric(
    "可调的细则",
    (
        Dimension(
            "A",
            "业务",
            (
                Criterion("A1", "工序质量", CriterionKind.MET, Fraction(50), play=Fraction(10), rewordable=True),
                Criterion(
                    "A2", "现场", CriterionKind.SCALE, Fraction(30), play=Fraction(10),
                    steps=(ScaleStep(Fraction(30), "好"), ScaleStep(Fraction(10), "一般")),
                ),
                Criterion("A3", "安全", CriterionKind.MET, Fraction(20)),
            ),
            business=True,
        ),
    ),
)  # fmt: skip


def changes(**maxima: int) -> dict[str, Change]:
    return {code: Change(Fraction(points)) for code, points in maxima.items()}


def test_within_the_limits_a_branch_words_and_weighs_anew() -> None:
    own = changes(A1=45, A2=35) | {"A1": Change(Fraction(45), title="设备有效作业率")}
    assert problems(RUBRIC, own) == {}
    found = adapted(RUBRIC, own)
    assert [(c.title, int(c.maximum)) for c in found.criteria] == [("设备有效作业率", 45), ("现场", 35), ("安全", 20)]
    assert [int(step.points) for step in found.criteria[1].steps] == [35, 10]
    assert found.maximum == RUBRIC.maximum
    assert from_data(as_data(own)) == own


@pytest.mark.parametrize(
    ("own", "found"),
    [
        ({"A3": Change(title="别的")}, {"A3": "党委没有放开这一项的文字，请按原文。"}),
        (
            changes(A1=65, A2=15),
            {"A1": "满分只能在 40 到 60 分之间。", "A2": "满分只能在 20 到 40 分之间。"},
        ),
        (changes(A1=45), {"dimension-A": "“业务”合计少了 5 分，请在本维度内补平。"}),
        (changes(A3=25, A1=45), {"A3": "党委没有放开这一项的满分，请按 20 分。"}),
        ({"Z": Change(title="没有")}, {"Z": "细则里没有这一项，请刷新页面再改。"}),
    ],
)
def test_beyond_the_limits_it_is_said_where(own: dict[str, Change], found: dict[str, str]) -> None:
    assert problems(RUBRIC, own) == found


def test_what_the_committee_makes_void_falls_back_to_its_own() -> None:
    own = changes(A1=45, A2=35) | {"A1": Change(Fraction(45), title="本支部的")}
    closed = replace(
        RUBRIC,
        dimensions=tuple(
            replace(d, criteria=tuple(replace(c, play=Fraction(0)) if c.code == "A2" else c for c in d.criteria))
            for d in RUBRIC.dimensions
        ),
    )
    found = adapted(closed, own)
    assert [(c.title, int(c.maximum)) for c in found.criteria] == [("本支部的", 50), ("现场", 30), ("安全", 20)]


def test_only_what_differs_is_kept() -> None:
    wanted = {c.code: Change(c.maximum, c.title, c.guidance, c.example) for c in RUBRIC.criteria}
    assert changes_between(RUBRIC, wanted) == {}


def scored(scene: Scene, people: list[Actor]) -> InspectionRound:
    """A round in which the branch weighs A1 by 40 and A2 by 40, and every group missed A1."""
    version = rubric_operations.add_rubric(scene.committee, RUBRIC, by=rounds.OPERATOR)
    db.session.flush()
    rubric_operations.adapt_rubric(
        version, scene.branch, changes(A1=40, A2=40), seen=str(version.version), by=rounds.OPERATOR
    )
    row = rounds.scoring(scene, version=version)
    for sheet in queries.sheets(row.id):
        for by in people:
            if next(m for m in row.panel if m.account_id == by.account_id).scores(sheet.group_id):
                for criterion in sheet.rubric.criteria:
                    lost = criterion.code == "A1"
                    proposal = Proposal(
                        step=Fraction(0) if lost else criterion.maximum, reason="没有达到" if lost else ""
                    )
                    mark_operations.give_mark(sheet, criterion.code, proposal, [], by=by)
    move_round(row, RoundState.REVIEW, by=rounds.OPERATOR)
    return row


def test_a_branchs_sheets_are_scored_and_published_by_its_own_weights(app: Flask, scene: Scene, actor: ActorOf) -> None:
    people = [actor("committee"), actor("secretary2")]
    with app.app_context(), unit_of_work.transaction():
        head = publication_operations.publish_round(scored(scene, people), by=rounds.OPERATOR)
        totals = {result.group_id: result.total for result in result_queries.results(head.id)}
    assert totals == {scene.group: 6000, scene.sister_group: 6000, scene.other_group: 5000}


def test_who_decides_on_a_criterion_reads_the_branchs_own_words(
    app: Flask, scene: Scene, actor: ActorOf, signed_in: SignInAs
) -> None:
    people = [actor("committee"), actor("secretary2")]
    with app.app_context(), unit_of_work.transaction():
        row = scored(scene, people)
        own, other = (rounds.sheet_of(row, group) for group in (scene.group, scene.other_group))
        addresses = [f"/inspections/sheets/{sheet.id}/review/A1" for sheet in (own, other)]
        for sheet in (own, other):
            appeal = Appeal(
                committee_id=scene.committee, sheet=sheet, code="A1", title="工序质量", reason="记录漏看了",
                before=Fraction(0), author="示例组长", appealed_at=clock.now(),
            )  # fmt: skip
            db.session.add(appeal)
            db.session.flush()
            addresses.append(f"/inspections/appeals/{appeal.id}")
    committee = signed_in("committee")
    pages = [committee.get(address).get_data(as_text=True) for address in addresses]
    assert [re.findall(r"满分 (\d+) 分", page)[0] for page in pages] == ["40", "50", "40", "50"]


def test_the_page_of_a_branch(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        rubric_operations.add_rubric(scene.committee, RUBRIC, by=rounds.OPERATOR)
    secretary, address = signed_in("secretary"), f"/branches/{scene.branch}/rubrics/1"
    assert address in secretary.get("/inspections/rubrics/1").get_data(as_text=True)
    page = secretary.get(address).get_data(as_text=True)
    assert 'name="maximum-A1"' in page
    assert 'name="maximum-A3"' not in page
    refused = secretary.post(address, data={"version": "1", "maximum-A1": "45", "title-A1": "设备"})
    assert refused.status_code == 422
    assert "“业务”合计少了 5 分，请在本维度内补平。" in refused.get_data(as_text=True)
    assert 'value="45"' in refused.get_data(as_text=True)
    done = secretary.post(
        address, data={"version": "1", "maximum-A1": "45", "maximum-A2": "35", "title-A1": "设备", "maximum-A3": "1"}
    )
    assert done.status_code == 302
    stale = secretary.post(address, data={"version": "1", "maximum-A1": "50", "maximum-A2": "30"})
    assert "这一版细则刚被别人改过。" in stale.get_data(as_text=True)
    with app.app_context():
        row = db.session.scalars(select(RubricVersion)).one()
        assert [int(c.maximum) for c in row.rubric_for(scene.branch).criteria] == [45, 35, 20]
        assert row.rubric_for(scene.other_branch) == RUBRIC
    assert signed_in("leader1").get(address).status_code in (403, 404)
    assert signed_in("secretary2").get(address).status_code == 404
