"""The pages: who may, what they say, what is kept of what was typed."""

import io
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.spreadsheets import read_spreadsheet
from app.indicators import grid_views, import_views, value_operations
from app.indicators.definition_queries import Spot
from app.indicators.models import Indicator, IndicatorValue, ValuePreview
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.indicators.measures import define, enter

OCTOBER, JULY = Month(2026, 10), Month(2026, 7)
JSON = {"Accept": "application/json"}


@pytest.fixture
def indicator(app: Flask, scene: Scene) -> int:
    with app.app_context(), unit_of_work.transaction():
        row = define(scene)
        enter(scene, row, OCTOBER, "97.8")
        return row.id


def grid_of(scene: Scene) -> str:
    return f"/indicators/branches/{scene.branch}/grid/2026"


def stored(app: Flask) -> list[tuple[str, str]]:
    """month, value of what is in force"""
    with app.app_context():
        rows = db.session.scalars(
            select(IndicatorValue).where(IndicatorValue.replaced_at.is_(None)).order_by(IndicatorValue.month)
        )
        return [(str(row.month), str(row.value)) for row in rows]


def field(indicator: int, scene: Scene, month: str, seen: int = 0) -> str:
    return f"v.{indicator}-{scene.group}-0.{month}.{seen}"


@pytest.mark.parametrize(
    ("login", "reads", "enters", "defines"),
    [
        ("committee", 200, 200, 200), ("secretary", 200, 200, 200), ("organiser", 200, 200, 404), ("leader1", 200, 404, 404),
        ("member1", 200, 404, 404), ("secretary2", 404, 404, 404), ("auditor", 404, 404, 404), ("admin", 404, 404, 404),
        ("foreign-committee", 404, 404, 404),
    ],
)  # fmt: skip
def test_who_may(
    signed_in: SignInAs, scene: Scene, indicator: int, login: str, reads: int, enters: int, defines: int
) -> None:
    browser = signed_in(login)
    group = browser.get(f"/indicators/groups/{scene.group}/2026").status_code
    branch = browser.get(f"/indicators/branches/{scene.branch}/2026-Q4").status_code
    assert (group, branch, browser.get(grid_of(scene)).status_code) == (reads, reads, enters)
    edit = browser.get(f"/indicators/definitions/{indicator}/edit").status_code
    assert edit == defines


def test_the_door_leads_on(signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    assert signed_in("leader1").get("/indicators").location == f"/indicators/branches/{scene.branch}/2026-Q4"
    page = signed_in("committee").get("/indicators").text
    assert "已填齐 1 格" in page
    assert "还没有指标" in page


def test_pages_say_value_target_and_attainment(signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    page = signed_in("leader1").get(f"/indicators/groups/{scene.group}/2026").text
    assert "≥ 97" in page
    assert "全年达成率 100.8%" in page
    branch = signed_in("member1").get(f"/indicators/branches/{scene.branch}/2026-Q4").text
    assert "组达到目标" in branch
    assert "<b>97.8</b> 分" in branch
    assert "名次" in branch  # only to say that there is none
    assert signed_in("leader1").get(f"/indicators/groups/{scene.group}/1800").status_code == 404


def test_a_grid_without_a_script(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    browser = signed_in("secretary")
    assert field(indicator, scene, "2026-11") in browser.get(grid_of(scene)).text
    data = {field(indicator, scene, "2026-08"): "９７．２", field(indicator, scene, "2026-09"): "", "v.bad": "1"}
    answer = browser.post(grid_of(scene), data=data)
    assert (answer.status_code, answer.location) == (302, grid_of(scene))
    assert stored(app) == [("2026-08", "486/5"), ("2026-10", "489/5")]


def test_what_is_no_figure_comes_back_as_typed_and_nothing_is_written(
    app: Flask, signed_in: SignInAs, scene: Scene, indicator: int
) -> None:
    data = {field(indicator, scene, "2026-08"): "约97", field(indicator, scene, "2026-09"): "98"}
    answer = signed_in("secretary").post(grid_of(scene), data=data)
    assert answer.status_code == 422
    assert 'value="约97"' in answer.text
    assert 'value="98"' in answer.text
    assert "不是数，请写成 97.8 这样" in answer.text
    assert stored(app) == [("2026-10", "489/5")]


def test_somebody_elses_newer_value(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    data = {field(indicator, scene, "2026-10", 0): "99"}
    answer = signed_in("secretary").post(grid_of(scene), data=data)
    assert answer.status_code == 409
    assert "示例填报人" in answer.text
    assert 'value="99"' in answer.text
    told: dict[str, Any] = signed_in("secretary").post(grid_of(scene), data=data, headers=JSON).json or {}
    problem = told["problems"][f"{indicator}-{scene.group}-0.2026-10"]
    assert (problem["stands"], told["saved"]) == ("97.8", {})
    data = {field(indicator, scene, "2026-10", problem["seen"]): "99"}
    told = signed_in("secretary").post(grid_of(scene), data=data, headers=JSON).json or {}
    assert told["problems"] == {}
    assert stored(app) == [("2026-10", "99")]


def test_a_late_correction_asks_for_its_reason(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    with app.app_context(), unit_of_work.transaction():
        seen = enter(scene, db.session.get_one(Indicator, indicator), JULY, "90")[0].id
    data = {field(indicator, scene, "2026-07", seen): "91"}
    browser = signed_in("secretary")
    answer = browser.post(grid_of(scene), data=data)
    assert answer.status_code == 422
    assert "改动要写明原因" in answer.text
    assert browser.post(grid_of(scene), data={**data, "reason": "复核更正"}).status_code == 302
    page = browser.get(f"/indicators/groups/{scene.group}/2026").text
    assert "<del>90</del> → <ins>91</ins>" in page
    assert "复核更正" in page


def test_a_group_of_another_branch_takes_nothing_here(
    app: Flask, signed_in: SignInAs, scene: Scene, indicator: int
) -> None:
    data = {f"v.{indicator}-{scene.other_group}-0.2026-09.0": "98"}
    assert signed_in("secretary").post(grid_of(scene), data=data).status_code == 422
    assert stored(app) == [("2026-10", "489/5")]


# ---------------------------------------------------------------- definitions


def definition(scene: Scene, **changed: str) -> dict[str, str]:
    said = {
        "name": "含水率", "unit": "%", "direction": "range", "bound": "12", "upper": "12.5", "weight": "1.5",
        "from_month": "2026年3月", "spots": f"{scene.group}-0", "source": "台账", "responsible": "工艺组", "baseline": "",
    }  # fmt: skip
    return {**said, **changed}


def test_a_definition_is_registered_and_changed_by_a_version(app: Flask, signed_in: SignInAs, scene: Scene) -> None:
    browser = signed_in("secretary")
    address = f"/indicators/branches/{scene.branch}/new"
    assert browser.post(address, data=definition(scene)).status_code == 302
    with app.app_context():
        row = db.session.scalars(select(Indicator)).one()
        number, first = row.id, row.latest
        assert (first.bound, first.upper, first.weight, str(first.from_month)) == (
            Fraction(12),
            Fraction("12.5"),
            Fraction("1.5"),
            "2026-03",
        )
    edit = f"/indicators/definitions/{number}/edit"
    shown = browser.get(edit).text
    assert f'value="{scene.group}-0" checked' in shown
    assert f'value="{scene.sister_group}-0" checked' not in shown
    changed = definition(scene, bound="11.5", seen="1", from_month="2026-11")
    refused = browser.post(edit, data=changed)
    assert (refused.status_code, "请写明为什么改" in refused.text) == (422, True)
    assert browser.post(edit, data={**changed, "reason": "工艺调整"}).status_code == 302
    conflict = browser.post(edit, data={**changed, "reason": "再调整"})
    assert (conflict.status_code, 'value="11.5"' in conflict.text) == (409, True)
    page = browser.get(f"/indicators/branches/{scene.branch}/definitions").text
    assert "第 2 版" in page
    assert "工艺调整" in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"upper": ""}, "请填区间上限"),
        ({"upper": "11"}, "区间上限比下限还小"),
        ({"bound": "约12"}, "不是数"),
        ({"weight": "0"}, "权重请填大于 0"),
        ({"from_month": "三月"}, "请写成 2026-11 这样的月份"),
        ({"name": "  "}, "请填名称"),
        ({"spots": ""}, "选的内容有的已不在名单里"),
    ],
)
def test_definitions_that_cannot_be(
    app: Flask, signed_in: SignInAs, scene: Scene, changed: dict[str, str], said: str
) -> None:
    answer = signed_in("secretary").post(f"/indicators/branches/{scene.branch}/new", data=definition(scene, **changed))
    assert (answer.status_code, said in answer.text) == (422, True)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Indicator)) == 0


def test_the_committee_measures_all_branches(app: Flask, signed_in: SignInAs, scene: Scene) -> None:
    address = f"/indicators/committees/{scene.committee}/new"
    assert signed_in("secretary").get(address).status_code == 404
    spots = [f"{scene.group}-0", f"{scene.other_group}-0"]
    data: dict[str, Any] = {**definition(scene), "spots": spots}
    assert signed_in("committee").post(address, data=data).status_code == 302
    for login, group in (("secretary", scene.group), ("secretary2", scene.other_group)):
        assert "含水率" in signed_in(login).get(f"/indicators/groups/{group}/2026").text


# ---------------------------------------------------------------- tables


def upload(signed_in: SignInAs, scene: Scene, content: bytes, name: str = "指标.xlsx") -> Any:
    return signed_in("secretary").post(
        f"/indicators/branches/{scene.branch}/import/2026", data={"file": (io.BytesIO(content), name)}
    )  # fmt: skip


def book(*rows: tuple[object, ...]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as made:
        sheet = made.add_worksheet("业务指标")
        for line, row in enumerate(rows):
            for at, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(line, at, value, None, 98.25)
                else:
                    sheet.write(line, at, value)
    return target.getvalue()


HEAD = ("党小组", "指标", "8月", "9月", "10月")


def test_a_table_is_shown_first_and_written_when_confirmed(
    app: Flask, signed_in: SignInAs, scene: Scene, indicator: int
) -> None:
    rows = [("生产一党小组", "工序质量得分", "=1+1", "约97", 98), ("三组", "工序质量得分", 97)]
    answer = upload(signed_in, scene, book(HEAD, *rows))
    page = signed_in("secretary").get(answer.location).text
    assert "新填 1" in page
    assert "改动 1" in page
    assert "有误 2" in page
    assert "“约97”不是数" in page
    assert "没有叫“三组”的党小组" in page
    assert stored(app) == [("2026-10", "489/5")]
    assert signed_in("committee").get(answer.location).status_code == 404  # whoever uploaded it alone
    with app.app_context():
        number = db.session.scalars(select(ValuePreview.id)).one()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    confirm = f"/indicators/imports/{number}/confirm"
    assert signed_in("secretary").post(confirm, data={"shown": "other"}).status_code == 409
    assert signed_in("secretary").post(confirm, data={"shown": shown}).status_code == 302
    assert stored(app) == [("2026-08", "393/4"), ("2026-10", "98")]
    assert signed_in("secretary").post(confirm, data={"shown": shown}).status_code == 404  # used up


def test_a_late_change_by_table_needs_a_reason(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    with app.app_context(), unit_of_work.transaction():
        enter(scene, db.session.get_one(Indicator, indicator), Month(2026, 8), "90")
    answer = upload(signed_in, scene, book(HEAD, ("生产一党小组", "工序质量得分", 91)))
    page = signed_in("secretary").get(answer.location).text
    shown = page.split('name="shown" value="')[1].split('"')[0]
    refused = signed_in("secretary").post(f"{answer.location}/confirm", data={"shown": shown})
    assert (refused.status_code, "请写明原因再确认" in refused.text) == (422, True)
    done = signed_in("secretary").post(f"{answer.location}/confirm", data={"shown": shown, "reason": "复核"})
    assert done.status_code == 302
    assert stored(app)[0] == ("2026-08", "91")


def test_a_preview_can_be_dropped(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    answer = upload(signed_in, scene, book(HEAD, ("生产一党小组", "工序质量得分", 91)))
    assert signed_in("secretary").post(f"{answer.location}/drop").status_code == 302
    assert stored(app) == [("2026-10", "489/5")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("党小组,指标,1月\n甲,乙,1".encode("gb18030"), "这不是 Excel 表格"),
        (b"PK\x03\x04broken", "表格文件已损坏"),
        (b"", "请选一个 .xlsx 或 .xls 文件"),
        (book(("姓名", "工号"), ("张三", 1)), "没有找到表头"),
        (book(HEAD, *[("甲", "乙", n) for n in range(3001)]), "表格太大"),
    ],
    ids=["foreign encoding", "damaged", "no file", "no header", "too many rows"],
)
def test_files_that_cannot_be_taken(
    signed_in: SignInAs, scene: Scene, indicator: int, content: bytes, said: str
) -> None:
    answer = upload(signed_in, scene, content, "指标.xlsx" if content else "")
    assert (answer.status_code, said in answer.text) == (422, True)


def test_the_template_comes_back_as_nothing_new(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    file = signed_in("secretary").post(f"/indicators/branches/{scene.branch}/export/2026")
    sheet = read_spreadsheet(file.data)[0]
    assert [cell.text for cell in sheet.rows[3]][:5] == ["生产一党小组", "", "工序质量得分", "≥ 97", "分"]
    answer = upload(signed_in, scene, file.data)
    page = signed_in("secretary").get(answer.location).text
    assert "和现在的值一样，没有要改的" in page
    with app.app_context():
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "indicator-table.export")).one()
        assert (line.branch_id, line.after) == (scene.branch, {"year": 2026})


def test_an_expired_preview_is_uploaded_again(app: Flask, signed_in: SignInAs, scene: Scene, indicator: int) -> None:
    answer = upload(signed_in, scene, book(HEAD, ("生产一党小组", "工序质量得分", 91)))
    shown = signed_in("secretary").get(answer.location).text.split('name="shown" value="')[1].split('"')[0]
    with app.app_context(), unit_of_work.transaction():
        db.session.scalars(select(ValuePreview)).one().expires_at -= timedelta(hours=3)
    client = signed_in("secretary")
    for late in (client.get(answer.location), client.post(f"{answer.location}/confirm", data={"shown": shown})):
        assert late.status_code == 409
        assert "预览已过期，什么都没有写入，请重新上传。" in late.text
        assert 'name="file"' in late.text
    assert stored(app) == [("2026-10", "489/5")]


def test_a_request_writes_so_many_cells_at_most(
    monkeypatch: pytest.MonkeyPatch, app: Flask, signed_in: SignInAs, scene: Scene, indicator: int
) -> None:
    for module in (value_operations, grid_views, import_views):
        monkeypatch.setattr(module, "MOST_CELLS", 2)
    months = ("2026-07", "2026-08", "2026-09")
    data = {field(indicator, scene, month): "97" for month in months}
    answer = signed_in("secretary").post(grid_of(scene), data=data)
    assert answer.status_code == 422
    assert "一次最多写 2 格，这次有 3 格，什么都没有写入。" in answer.text
    assert answer.text.count('value="97"') == 3  # what was typed stays
    table = upload(signed_in, scene, book(HEAD, ("生产一党小组", "工序质量得分", 91, 92, 93)))
    page = signed_in("secretary").get(table.location).text
    assert "一次最多写 2 格，这次有 3 格" in page
    assert "确认写入" not in page
    assert stored(app) == [("2026-10", "489/5")]


def test_a_page_of_the_grid_holds_what_one_request_saves(
    monkeypatch: pytest.MonkeyPatch, app: Flask, signed_in: SignInAs, scene: Scene, indicator: int
) -> None:
    with app.app_context(), unit_of_work.transaction():
        define(scene, "现场6S", spots=[Spot(scene.branch, scene.sister_group, None, "生产二党小组")])
    whole = signed_in("secretary").get(grid_of(scene)).text
    monkeypatch.setattr(grid_views, "MOST_CELLS", 20)
    first = signed_in("secretary").get(grid_of(scene)).text
    rest = signed_in("secretary").get(f"{grid_of(scene)}?after={scene.group}").text
    assert [page.count("<tr data-row") for page in (whole, first, rest)] == [2, 1, 1]
    assert [f"?after={scene.group}" in page for page in (whole, first, rest)] == [False, True, False]
