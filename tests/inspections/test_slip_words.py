"""How points and names read on a slip, a feedback and a review: no fractions, no name twice."""

import re
from collections.abc import Callable

from flask import Flask

from app.accounts.actor import Actor
from app.foundation import unit_of_work
from app.inspections import queries, result_queries
from app.inspections.course import RoundState
from app.inspections.models import InspectionRound
from app.inspections.slip import slip_points
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.inspections import hearings, rounds

ActorOf = Callable[[str], Actor]


def words_of(markup: str) -> str:
    return re.sub(r"<[^>]+>", "", markup)


def mark_apart(row: InspectionRound, scene: Scene, one: Actor, other: Actor) -> None:
    """Half a point off A2 of every group by one of the two; the other scores only where they do not belong."""
    for sheet in queries.sheets(row.id):
        rounds.mark_all(sheet, one, {"A2": rounds.off("1/2")})
        if sheet.group_id != scene.other_group:
            rounds.mark_all(sheet, other)


def test_exact_text_reads_as_a_mark_does() -> None:
    assert [slip_points(text) for text in ("1/2", "10/3", "4", "19/2", None)] == ["0.5", "3.33", "4", "9.5", "不适用"]


def test_half_points_of_one_and_whole_points_of_the_other_read_as_such(
    app: Flask, scene: Scene, actor: ActorOf, signed_in: SignInAs
) -> None:
    committee, other = actor("committee"), actor("secretary2")
    with app.app_context(), unit_of_work.transaction():
        row = hearings.planned(scene)
        hearings.move(row, RoundState.SELF_CHECK, RoundState.VISIT, RoundState.SCORING)
        mark_apart(row, scene, committee, other)
        hearings.move(row, RoundState.REVIEW, RoundState.FEEDBACK, RoundState.APPEAL)
        number, sheet_id = row.id, rounds.sheet_of(row, scene.group).id
    page = signed_in("leader1").get(f"/inspections/sheets/{sheet_id}/feedback").get_data(as_text=True)
    assert "<li><b>5.5</b> 其他扣分 −0.5：九月方案晚交" in page
    heads = signed_in("committee").get(f"/inspections/rounds/{number}/review").get_data(as_text=True)
    named = re.search(r'<h2><span class="tiny-seal">.*?</h2>', heads, re.DOTALL)
    assert named is not None
    assert words_of(named[0]).split() == ["生产一党小组", "制丝车间党支部"]


def test_a_slip_keeps_a_person_and_their_points_together_and_names_a_group_once(
    app: Flask, scene: Scene, actor: ActorOf, signed_in: SignInAs
) -> None:
    committee, other = actor("committee"), actor("secretary2")
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        mark_apart(row, scene, committee, other)
        head = rounds.published(row, [], {})
        slip = next(one.id for one in result_queries.results(head.id) if one.group_id == scene.group)
    page = signed_in("leader1").get(f"/inspections/results/{slip}/slip").get_data(as_text=True)
    assert '<span class="nowrap"><span class="no">①</span> 5.5</span>：其他扣分 −0.5：九月方案晚交' in page
    whose = re.search(r'<div class="whose"><p>(.*?)</p>', page, re.DOTALL)
    assert whose is not None
    assert words_of(whose[1].replace("<br>", "|")) == "生产一党小组|党小组组长 示例leader1"
