"""The rubric's editor, its preview, its way out to a workbook and in from one."""

import io
import re
from collections.abc import Sequence
from http import HTTPStatus

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.spreadsheets import read_spreadsheet
from app.rubrics import operations as rubric_operations
from app.rubrics.default_rubric import DEFAULT_RUBRIC, MEASURED_RUBRIC
from app.rubrics.draft import drafted, to_fields
from app.rubrics.models import RubricVersion
from app.rubrics.reading import read_draft
from app.rubrics.rubric import Rubric
from app.rubrics.workbook_reading import read_sheets
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.inspections import rounds

EDIT = "/inspections/rubrics/1/edit"


def typed(rubric: Rubric = DEFAULT_RUBRIC, version: int = 1, act: str = "save", **changed: str) -> dict[str, str]:
    """The editor's fields; a changed path is written with __ for the dots."""
    fields = dict(to_fields(drafted(rubric))) | {"version": str(version), "act": act}
    return fields | {name.replace("__", "."): value for name, value in changed.items()}


def stored(app: Flask, number: int = 1) -> RubricVersion:
    with app.app_context():
        row = db.session.scalars(select(RubricVersion).where(RubricVersion.number == number)).one()
        db.session.expunge(row)
        return row


def plain(answer: object) -> str:
    text: str = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


@pytest.fixture
def browser(scene: Scene, signed_in: SignInAs) -> FlaskClient:
    client = signed_in("committee")
    client.post(f"/committees/{scene.committee}/rubrics")
    return client


def test_rubrics_stand_under_the_word_of_the_inspections(browser: FlaskClient) -> None:
    page = browser.get("/inspections/rubrics/1").get_data(as_text=True)
    assert re.findall(r'aria-current="page">([^<]*)', page) == ["督查"] * page.count('aria-current="page"')
    assert 'aria-current="page"' in page


def test_a_rubric_is_changed_whole_and_doubts_do_not_forbid(app: Flask, browser: FlaskClient) -> None:
    answer = browser.post(
        EDIT,
        data=typed(
            title="本厂细则", dimensions__2__criteria__0__maximum="13", dimensions__0__criteria__3__title="学习笔记篇数",
            dimensions__0__criteria__0__deductions__1__label="晚开", dimensions__0__criteria__0__deductions__1__points="0.5",
            dimensions__0__criteria__0__scorer="branch", dimensions__0__criteria__0__example="九月没开，扣 2 分。",
            gates__0__title="组长在任",
        ),
    )  # fmt: skip
    assert answer.status_code == HTTPStatus.FOUND
    rubric = stored(app).rubric
    first = rubric.criterion("A1")
    assert first is not None
    assert [(d.label, str(d.points), d.unit) for d in first.deductions] == [
        ("缺一个月", "2", "月"),
        ("晚开", "1/2", "项"),
    ]
    assert (first.scorer.value, first.example, rubric.gates[0].title) == ("branch", "九月没开，扣 2 分。", "组长在任")
    page = plain(browser.get("/inspections/rubrics/1"))
    assert "各维度满分合计为 101 分，不是 100 分。" in page
    assert "A4 提到“学习笔记篇数”：减负规定不允许以留痕多少评判工作" in page


def test_a_committee_starts_from_either_ready_made_rubric(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    assert "默认细则，能测算的由系统测算" in plain(browser.get("/inspections/rubrics"))
    for sent, expected in (({}, DEFAULT_RUBRIC), ({"measured": "yes"}, MEASURED_RUBRIC)):
        made = browser.post(f"/committees/{scene.committee}/rubrics", data=sent)
        with app.app_context():
            assert db.session.get_one(RubricVersion, int(made.location.rsplit("/", 1)[1])).rubric == expected


def test_what_cannot_be_read_is_said_at_its_field_and_what_was_typed_stays(app: Flask, browser: FlaskClient) -> None:
    answer = browser.post(EDIT, data=typed(title="新名", dimensions__0__criteria__0__maximum="六分"))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    page = answer.get_data(as_text=True)
    assert 'href="#dimensions.0.criteria.0.maximum"' in page
    assert 'name="dimensions.0.criteria.0.maximum" value="六分"' in page
    assert 'name="title" value="新名"' in page
    assert stored(app).rubric == DEFAULT_RUBRIC


def test_rows_are_added_and_moved_without_saving_and_without_script(app: Flask, browser: FlaskClient) -> None:
    answer = browser.post(EDIT, data=typed(act="add:dimensions.0.criteria", title="改着"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == HTTPStatus.OK
    assert 'name="dimensions.0.criteria.4.code" value="A5"' in page
    assert 'name="title" value="改着"' in page
    moved = browser.post(EDIT, data=typed(act="down:dimensions.0.criteria.3")).get_data(as_text=True)
    assert 'name="dimensions.1.criteria.0.title" value="活动记录六有齐全"' in moved
    assert stored(app).rubric == DEFAULT_RUBRIC


def test_a_rubric_changed_in_another_window_shows_both_and_keeps_what_was_typed(
    app: Flask, browser: FlaskClient
) -> None:
    assert browser.post(EDIT, data=typed(dimensions__0__criteria__3__title="别人改的")).status_code == HTTPStatus.FOUND
    stale = browser.post(EDIT, data=typed(dimensions__0__criteria__3__title="我改的"))
    page = stale.get_data(as_text=True)
    assert stale.status_code == HTTPStatus.CONFLICT
    assert "这一版细则刚被别人改过。您填的都还在页面上，请核对后再保存一次。" in page
    assert "维度 A A4 名称" in page
    assert "<td>别人改的</td><td>我改的</td>" in page
    assert page.count('<th scope="row">') == 1
    assert 'name="dimensions.0.criteria.3.title" value="我改的"' in page
    assert 'name="version" value="2"' in page
    again = browser.post(EDIT, data=typed(version=2, dimensions__0__criteria__3__title="我改的"))
    assert again.status_code == HTTPStatus.FOUND
    found = stored(app).rubric.criterion("A4")
    assert found is not None
    assert found.title == "我改的"


def test_a_rubric_that_a_round_took_meanwhile_can_be_saved_as_a_new_version(
    app: Flask, scene: Scene, browser: FlaskClient
) -> None:
    with app.app_context(), unit_of_work.transaction():
        rubric_operations.lock_rubric(db.session.get_one(RubricVersion, 1), by=rounds.OPERATOR)
    refused = browser.post(EDIT, data=typed(title="晚了一步"))
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "这一版细则已有督查轮次在用，不能再改。" in plain(refused)
    assert browser.post(EDIT, data=typed(title="晚了一步", act="save-new")).status_code == HTTPStatus.FOUND
    assert (stored(app, 1).title, stored(app, 2).title) == ("季度督查评分细则", "晚了一步")
    assert browser.get(EDIT).status_code == HTTPStatus.CONFLICT


def test_a_round_is_not_planned_on_an_unsound_rubric_and_says_why(scene: Scene, browser: FlaskClient) -> None:
    assert browser.post(EDIT, data=typed(dimensions__0__criteria__1__code="A1")).status_code == HTTPStatus.FOUND
    answer = browser.post(
        f"/committees/{scene.committee}/rounds/new",
        data={
            "title": "第三季度督查", "quarter": "2026-Q3", "rubric": "1", "self_check_until": "2026-10-09",
            "scoring_until": "2026-10-16", "appeals_until": "2026-10-26",
        },
    )  # fmt: skip
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "编号 A1 用了不止一次，请改成不同的编号。" in plain(answer)


def test_every_criterion_is_previewed_on_a_desk_and_on_a_phone(browser: FlaskClient) -> None:
    for criterion in DEFAULT_RUBRIC.criteria:
        for on in ("", "phone"):
            page = plain(browser.get(f"/inspections/rubrics/1/preview/{criterion.code}", query_string={"on": on}))
            assert criterion.title in page
            assert all(d.label in page for d in criterion.deductions)
    assert browser.get("/inspections/rubrics/1/preview/Z9").status_code == HTTPStatus.NOT_FOUND


def test_a_leader_reads_but_does_not_change(signed_in: SignInAs, browser: FlaskClient) -> None:
    leader = signed_in("leader1")
    assert leader.get("/inspections/rubrics/1").status_code == HTTPStatus.OK
    assert leader.get(EDIT).status_code == HTTPStatus.NOT_FOUND


# ---------------------------------------------------------------- workbooks


def test_an_export_is_the_rubric_and_leaves_a_line(browser: FlaskClient) -> None:
    answer = browser.post("/inspections/rubrics/1/export")
    assert answer.status_code == HTTPStatus.OK
    assert read_draft(read_sheets(read_spreadsheet(answer.data)).draft).rubric == DEFAULT_RUBRIC


def own_sheet(rows: Sequence[Sequence[object]], merged: list[tuple[int, int, str]] = []) -> bytes:  # noqa: B006 - never changed
    """As a committee keeps it: a title, a head, merged dimensions (first line, last line, text)."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("考核表")
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    sheet.write(line, column, value)
        for first, last, text in merged:
            sheet.merge_range(first, 0, last, 0, text)
    return target.getvalue()


HEAD = ["考核项目", "序号", "考核内容", "标准分", "评分标准", "扣分标准", "备注"]
OWN = own_sheet(
    [
        ["某厂党小组季度考核评分表（示例）"],
        HEAD,
        [None, 1, "按时召开党小组会", "10分", "每月至少一次", "每缺一次扣2分；迟开的，扣0.5分", None],
        [None, 2, "主题党日", 15, "按计划开展。未开展的扣5分", None, "倒班可分场次"],
        [None, 3, "主要指标达到目标", 40, "对照目标", "一个月未达目标扣4分/月", None],
        ["群众满意", 4, "群众评议", 35, None, "由支部研究", None],
        ["合计", None, None, 100, None, None, None],
    ],
    [(2, 3, "组织生活（25分）")],
)


def upload(browser: FlaskClient, scene: Scene, data: bytes, name: str = "考核表.xlsx") -> object:
    return browser.post(
        f"/committees/{scene.committee}/rubrics/import", data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
    )  # fmt: skip


def test_a_sheet_that_no_form_carries_on_is_refused_at_once(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    rows = [["组织生活", n, f"第{n}项", 1, "按时开展", "每缺一次扣1分", None] for n in range(1, 101)]
    for room, status in ((20_000, 422), (200_000, 200)):
        app.config["MAX_FORM_MEMORY_SIZE"] = room
        answer = upload(browser, scene, own_sheet([HEAD, *rows], []))
        assert answer.status_code == status  # type: ignore[attr-defined]
        assert ("这份细则的文字太多，一页编辑不下" in plain(answer)) is (status == 422)


def test_a_committees_own_sheet_is_read_shown_and_saved(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    answer = upload(browser, scene, OWN)
    page = plain(answer)
    assert "读成了这样，还没有存" in page
    assert "E4从评分标准里读出扣分项：未开展 −5/项。请核对。" in page
    assert "F6“由支部研究”没有读成扣分项，原话放进了评分要领。" in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.get_data(as_text=True)))  # type: ignore[attr-defined]
    saved = browser.post(f"/committees/{scene.committee}/rubrics/new", data=fields | {"act": "save"})
    assert saved.status_code == HTTPStatus.FOUND
    rubric = stored(app, 2).rubric
    assert rubric.title == "考核表"
    assert [(d.code, d.title, [(c.code, c.title, int(c.maximum)) for c in d.criteria]) for d in rubric.dimensions] == [
        ("A", "组织生活", [("A1", "按时召开党小组会", 10), ("A2", "主题党日", 15), ("A3", "主要指标达到目标", 40)]),
        ("B", "群众满意", [("B1", "群众评议", 35)]),
    ]
    first = rubric.criteria[0]
    assert [(d.label, str(d.points), d.unit) for d in first.deductions] == [
        ("缺一次", "2", "次"),
        ("迟开", "1/2", "项"),
    ]
    assert [(d.label, str(d.points), d.unit) for d in rubric.criteria[2].deductions] == [("一个月未达目标", "4", "月")]
    assert rubric.criteria[1].guidance == "按计划开展。未开展的扣5分\n倒班可分场次"


def test_each_cell_that_cannot_be_taken_is_named(app: Flask, scene: Scene, browser: FlaskClient) -> None:
    data = own_sheet(
        [HEAD, ["甲", 1, "第一项", "十分", "", "", ""], ["甲", 2, "", 5, "", "", ""], ["甲", 3, "第三项", "20%", "", "", ""],
         ["甲", 4, "第四项", None, "有要领", "", ""]],
    )  # fmt: skip
    answer = upload(browser, scene, data)
    page = plain(answer)
    assert "D2“十分”不是数字，请改成 10 或 2.5 这样的分数。" in page
    assert "这一行有内容，却没有指标名称。请补上，或删去这一行。" in page
    assert "“20%”是百分比，请改成分数，如 10。" in page
    assert "没有分值。若是公式，请在 Excel 里算出结果、存盘后再传。" in page
    assert "有 4 处读不成" in page
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.get_data(as_text=True)))  # type: ignore[attr-defined]
    editor = browser.post(f"/committees/{scene.committee}/rubrics/new", data=fields | {"act": "check-all"})
    assert editor.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'value="十分"' in editor.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalars(select(RubricVersion.number)).all() == [1]


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "", "请选一个 .xlsx 或 .xls 文件。"),
        ("维度,指标,分值\n甲,乙,10".encode("gbk"), "表.csv", "这不是 Excel 表格。请用 Excel 或 WPS 打开后，另存为 .xlsx 再上传"),
        ("维度,指标,分值\n甲,乙,10".encode("gb18030"), "表.xlsx", "这不是 Excel 表格。请用 Excel 或 WPS 打开后，另存为 .xlsx 再上传"),
        (b"PK\x03\x04 half a file", "表.xlsx", "表格文件已损坏或没有传完整"),
        (own_sheet([["名单", "姓名"], ["甲", "乙"]]), "表.xlsx", "没有找到表头"),
        (own_sheet([HEAD]), "表.xlsx", "表头下面没有指标"),
        (own_sheet([HEAD, *([[None, n, "项", 1, "", "", ""] for n in range(1200)])]), "表.xlsx", "表格太大"),
    ],
    ids=["nothing", "csv", "csv renamed", "damaged", "no head", "no rows", "too many rows"],
)  # fmt: skip
def test_a_file_that_cannot_be_taken_says_what_to_do(
    scene: Scene, browser: FlaskClient, data: bytes, name: str, words: str
) -> None:
    answer = upload(browser, scene, data, name)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY  # type: ignore[attr-defined]
    assert words in plain(answer)
