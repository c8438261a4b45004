"""The workbook of a published round: every figure in it equals the frozen row and the page."""

import io
import zipfile
from collections.abc import Callable
from fractions import Fraction
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.actor import Actor
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.spreadsheets import read_spreadsheet
from app.foundation.typography import points
from app.inspections import mark_operations, result_queries
from app.inspections.marking import Proposal
from app.inspections.result_models import Publication
from app.inspections.result_sheet import figure, mark_rows, shape_of, taken_said, total_rows
from app.inspections.result_sheet_views import result_workbook
from app.inspections.scoring import half_up, two_places
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.inspections import rounds

ActorOf = Callable[[str], Actor]
Rows = dict[str, list[list[str]]]


def rows_in(data: bytes) -> Rows:
    """Sheet -> its rows under the head, which stands in the third line; short rows filled up."""
    return {
        sheet.name: [[cell.text for cell in row] + [""] * (len(sheet.rows[2]) - len(row)) for row in sheet.rows[3:]]
        for sheet in read_spreadsheet(data)
    }


def two(text: str) -> str:
    """A cell's number as the pages write it."""
    return f"{float(text):.2f}"


@pytest.fixture
def head(app: Flask, scene: Scene, actor: ActorOf) -> int:
    by, other = actor("committee"), actor("secretary2")
    with app.app_context(), unit_of_work.transaction():
        row = rounds.scoring(scene)
        sheet = rounds.sheet_of(row, scene.group)
        mark_operations.add_bonus(sheet, "city", "=优秀案例", by=by)
        changed = {
            scene.group: {"A2": rounds.off("1.5", "=HYPERLINK(1)"), "C3": Proposal(counts={"C3-1": 1}, reason="-延期")},
            scene.sister_group: {"A2": rounds.off("0.5", "@九月")},
        }
        return rounds.published(row, [by, other], changed).id


def test_every_total_in_the_workbook_is_the_frozen_one(app: Flask, head: int) -> None:
    with app.app_context():
        row = db.session.get_one(Publication, head)
        found = rows_in(result_workbook(row))
        frozen = result_queries.results(head)
        said = [
            [
                one.position, one.branch_name, one.group_name, one.band, points(one.total), one.exact_total,
                one.slip["base"], one.slip["bonus"], *(d["points"] for d in one.dimensions),
            ]
            for one in frozen
        ]  # fmt: skip
    told = [
        [int(line[0]), line[1], line[2], line[4], two(line[5]), line[11], *map(two, line[9:11]), *map(two, line[14:20])]
        for line in found["合计"]
    ]
    assert told == said


def test_every_mark_in_the_workbook_is_the_frozen_one(app: Flask, head: int) -> None:
    with app.app_context():
        found = rows_in(result_workbook(db.session.get_one(Publication, head)))
        expected = [
            (
                one.group_name, item["code"], Fraction(item["maximum"]), Fraction(item["points"]), mark["author"],
                Fraction(mark["points"]), mark["at"][:16].replace("T", " "),
            )
            for one in result_queries.results(head)
            for dimension in one.slip["dimensions"]
            for item in dimension["criteria"]
            for mark in item["marks"]
        ]  # fmt: skip
    told = [
        (line[1], line[4], *map(Fraction, line[6:8]), line[9], Fraction(line[10]), line[13])
        for line in found["每项评分"]
        if line[8] == "考核"
    ]
    assert told == expected


def test_what_looks_like_a_formula_stays_text(app: Flask, head: int) -> None:
    with app.app_context():
        data = result_workbook(db.session.get_one(Publication, head))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 4
    assert ["<f>" in sheet for sheet in sheets] == [False] * 4
    assert [words in "".join(sheets) for words in (">'=HYPERLINK(1)<", ">'-延期<", ">'=优秀案例<")] == [True] * 3


def test_an_export_leaves_a_line_and_a_page_is_only_read(
    app: Flask, head: int, scene: Scene, signed_in: SignInAs
) -> None:
    browser = signed_in("committee")
    address = f"/committees/{scene.committee}/results/2026-Q3/versions/1/export"
    assert browser.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    answer = browser.post(address)
    assert answer.status_code == HTTPStatus.OK
    assert len(rows_in(answer.data)["合计"]) == 3
    with app.app_context():
        lines = db.session.execute(
            select(AuditLine.act, AuditLine.actor, AuditLine.subject_id).where(AuditLine.act == "result.export")
        ).all()
    assert [tuple(line) for line in lines] == [("result.export", "示例committee", head)]


def test_a_secretary_takes_the_own_branch_and_a_leader_nothing(head: int, scene: Scene, signed_in: SignInAs) -> None:
    address = f"/branches/{scene.branch}/results/2026-Q3/versions/1/export"
    answer = signed_in("secretary").post(address)
    assert {line[1] for line in rows_in(answer.data)["合计"]} == {"制丝车间党支部"}
    assert signed_in("leader1").post(address).status_code == HTTPStatus.NOT_FOUND
    whole = f"/committees/{scene.committee}/results/2026-Q3/versions/1/export"
    assert signed_in("secretary").post(whole).status_code == HTTPStatus.NOT_FOUND
    assert "导出 Excel" in signed_in("secretary").get(f"/branches/{scene.branch}/results/2026-Q3").text
    assert "导出 Excel" not in signed_in("leader1").get(f"/branches/{scene.branch}/results/2026-Q3").text


HUNDREDTHS = st.integers(0, 10_500)


class Row:
    """As `every_result` reads one."""

    def __init__(self, total: int, lost: Fraction) -> None:
        mean = half_up(lost)
        criterion: dict[str, Any] = {
            "code": "A1", "title": "甲", "maximum": "6", "points": two_places(mean), "self": None,
            "marks": [{"author": "某", "at": "2026-10-01T10:00:00", "points": two_places(mean), "taken": [], "reason": "", "evidence": []}],
        }  # fmt: skip
        dimension: dict[str, Any] = {"code": "A", "title": "维度", "points": two_places(mean), "criteria": [criterion]}
        self.position, self.branch_name, self.group_name, self.brand_name, self.band = 1, "支部", "小组", "", "良好"
        self.total, self.previous_total, self.previous_quarter, self.self_total = total, None, None, None
        self.unmet_gates: list[str] = []
        self.exact_total, self.veto_reason = "1/3", ""
        self.rank_in_branch = self.rank_in_committee = 1
        self.dimensions = [dimension]
        self.slip = {"dimensions": [dimension], "base": two_places(total), "bonus": "0.00"}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HUNDREDTHS, st.fractions(0, 6, max_denominator=360))
def test_a_figure_in_the_workbook_is_the_figure_of_the_page(total: int, given_points: Fraction) -> None:
    row = Row(total, given_points)
    shape = shape_of({"dimensions": [{"code": "A", "title": "维度", "criteria": [1]}]}, 1, shows_rank=False)
    (line,) = total_rows([row], shape)
    assert f"{line[5]:.2f}" == points(total)
    assert f"{line[9]:.2f}" == row.slip["base"]
    assert f"{line[-1]:.2f}" == row.dimensions[0]["points"]
    (mark,) = mark_rows([row])
    assert f"{mark[7]:.2f}" == row.dimensions[0]["criteria"][0]["points"]


def test_ranks_stand_only_where_they_are_shown() -> None:
    rubric: dict[str, Any] = {"dimensions": []}
    heads = [[title for title, _, _ in shape_of(rubric, 1, shows_rank=shown).totals] for shown in (False, True)]
    assert [head for head in heads[1] if head not in heads[0]] == ["支部名次", "全厂名次"]


def test_a_round_too_long_for_one_sheet_goes_on_on_the_next() -> None:
    criteria: list[dict[str, Any]] = [{}] * 20
    assert (
        shape_of(
            {"dimensions": [{"code": "A", "title": "甲", "criteria": criteria}]}, 3, shows_rank=False
        ).groups_a_sheet
        == 10_000
    )


def test_a_fraction_stays_exact() -> None:
    assert [figure(text) for text in ("4.5", "13/3", None, "")] == [4.5, "13/3", None, ""]


def test_what_was_measured_before_a_correction_is_said() -> None:
    taken = [
        {"code": "measured", "label": "应办 3 期，办到 2 期。", "points": "10/3", "unit": "分", "count": 1},
        {"code": "C3-1", "label": "里程碑延期", "points": "2", "unit": "次", "count": 1},
        {"code": "A2-1", "label": "晚交", "points": "1/2", "unit": "次", "count": 3},
        {"code": "", "label": "其他", "points": "1", "unit": "", "count": 1},
    ]
    assert taken_said(taken) == "系统测算 3.33 分（应办 3 期，办到 2 期），改判；里程碑延期 −2；晚交 −0.5×3；其他 −1"
