"""Bad input at the scoring pages: a sentence in Chinese at the field, what was typed comes back, nothing stored or doubled."""

import re
from html import unescape
from http import HTTPStatus

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.inspections import mark_operations, round_operations
from app.inspections.course import RoundState
from app.inspections.models import Mark, MarkSource
from tests.factories import Scene
from tests.fixtures.scene import ActorOf, SignInAs
from tests.inspections import rounds
from tests.inspections.test_races import at_once, post

CASES = {
    "above the maximum": ("A2", {"further": "6.5", "reason": "晚交"}, "不超过本项满分", "6.5"),
    "no half point": ("A2", {"further": "0.3", "reason": "晚交"}, "0.5 的倍数", "0.3"),
    "below nothing": ("A2", {"further": "-1", "reason": "多给"}, "请填数字，最多两位小数", "-1"),
    "no number": ("A2", {"further": "两分", "reason": "晚交"}, "请填数字，最多两位小数", "两分"),
    "a count too many": ("A2", {"count-A2-1": "100", "reason": "晚交"}, "次数应在 0 到 99 之间", "100"),
    "a count that is none": ("A2", {"count-A2-1": "三", "reason": "晚交"}, "请填次数，如 0、1、2", "三"),
    "a reason of spaces": ("A2", {"further": "1.5", "reason": " 　\t "}, "请写明扣分理由（空格不算）", "1.5"),
    "a reason too long": ("A2", {"further": "1", "reason": "长" * 501}, "压缩到 500 字以内", "长" * 501),
    "a step that is not there": ("B1", {"step": "3.5", "reason": "中间一档的理由"}, "没有这一档", "中间一档的理由"),
    "no step": ("B1", {"reason": "还没选档的理由"}, "请先选一档", "还没选档的理由"),
    "somebody else's evidence": ("A2", {"evidence": "activity:999", "reason": "有佐证的理由"}, "有一条佐证已撤回", "有佐证的理由"),
}  # fmt: skip


@pytest.fixture
def sheet(app: Flask, scene: Scene) -> int:
    with app.app_context(), unit_of_work.transaction():
        return rounds.sheet_of(rounds.scoring(scene), scene.group).id


@pytest.mark.parametrize("page", ["score", "whole"])
@pytest.mark.parametrize(("code", "typed", "said", "kept"), CASES.values(), ids=CASES)
def test_what_cannot_be_taken_is_said_and_stays_typed(
    app: Flask, sheet: int, signed_in: SignInAs, page: str, code: str, typed: dict[str, str], said: str, kept: str
) -> None:
    answer = signed_in("committee").post(f"/inspections/sheets/{sheet}/{page}/{code}", data=typed)
    text = unescape(answer.text)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in re.sub(r"<[^>]*>", "", text)
    assert re.search(rf'value="{kept}"|>\s*{kept}\s*</textarea>', text)
    with app.app_context():
        assert db.session.scalar(select(func.count(Mark.id)).where(Mark.source == MarkSource.PANEL)) == 0


def test_a_self_check_sent_twice_and_by_two_people_is_one(
    app: Flask, scene: Scene, signed_in: SignInAs, actor: ActorOf
) -> None:
    leader = actor("leader1")
    with app.app_context(), unit_of_work.transaction():
        row = rounds.planned(scene)
        round_operations.move_round(row, RoundState.SELF_CHECK, by=rounds.OPERATOR)
        sheet = rounds.sheet_of(row, scene.group)
        for criterion in sheet.rubric.criteria:
            if criterion.code != "A2":
                mark_operations.give_self_mark(sheet, criterion.code, rounds.full(criterion), [], by=leader)
        number = sheet.id
    address = f"/inspections/sheets/{number}/self/A2"
    one, other = signed_in("leader1"), signed_in("leader1")
    seen = at_once([post(browser, address, further="1", reason="方案晚交") for browser in (one, other, one)])
    assert seen == [HTTPStatus.FOUND] * 3
    with app.app_context():
        marks = db.session.scalars(select(Mark).where(Mark.code == "A2")).all()
        assert [(mark.reason, mark.replaced_at) for mark in marks] == [("方案晚交", None)]
        lines = select(func.count(AuditLine.id)).where(
            AuditLine.act == "mark.self", AuditLine.subject_id == marks[0].id
        )
        assert db.session.scalar(lines) == 1
