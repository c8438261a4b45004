"""The roster's course: upload, look, confirm; nothing is written before, nothing doubles after."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app.accounts.models import Appointment
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.spreadsheets import Column, Table, Value, read_spreadsheet, write_spreadsheet
from app.organisation.models import Branch, Committee, Member, Membership, PartyGroup, RosterPreview
from app.organisation.roster_packing import pack, unpack
from app.organisation.sheet_queries import branch_sheet
from tests import factories
from tests.factories import Scene

SignInAs = Callable[[str], FlaskClient]

HEAD = ("姓名", "工号", "党小组", "班组", "职务", "入党时间", "手机")
ROWS: tuple[tuple[Value, ...], ...] = (
    ("示例新甲", "A001", "生产一", "", "", "2015.07", "13812345678"),
    ("示例新乙", "A002", "生产二党小组", "", "党小组长", "2016年7月", ""),
    ("示例member1", "", "生产二党小组", "", "", "", ""),
    ("示例错", "A004", "没有的组", "", "", "2015", ""),
)


def workbook(rows: tuple[tuple[Value, ...], ...] = ROWS, head: tuple[str, ...] = HEAD) -> bytes:
    return write_spreadsheet([Table("花名册", [Column(one) for one in head], rows)])


def upload(client: FlaskClient, branch: int, data: bytes, name: str = "花名册.xlsx", **fields: str) -> TestResponse:
    sent = {"file": (BytesIO(data), name), "starts_on": "2026-11-16", **fields}
    return client.post(f"/branches/{branch}/roster", data=sent, content_type="multipart/form-data")


def preview_of(client: FlaskClient, scene: Scene, data: bytes | None = None, **fields: str) -> str:
    response = upload(client, scene.branch, data or workbook(), **fields)
    assert response.status_code == 302, response.text
    return str(response.location)


def shown(page: str) -> str:
    return page.split('name="shown" value="')[1].split('"', maxsplit=1)[0]


def confirm(client: FlaskClient, path: str) -> TestResponse:
    return client.post(f"{path}/confirm", data={"shown": shown(client.get(path).text)})


def counts(app: Flask) -> tuple[int, int, int]:
    with app.app_context():
        return tuple(  # type: ignore[return-value]
            db.session.scalar(select(func.count()).select_from(table)) for table in (Member, Membership, Appointment)
        )


def groups(app: Flask, scene: Scene) -> dict[str, list[str]]:
    with app.app_context():
        sheet = branch_sheet(scene.branch, date(2026, 11, 16))
        return {group.name: [member.name for member in group.members] for group in sheet.groups}


def test_the_whole_course(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    before = counts(app)
    path = preview_of(secretary, scene)
    page = secretary.get(path).text
    for words in (
        "会改这些，还没有写入",
        "没有叫“没有的组”的党小组",
        "“2015”只有年份，请补上月份，如 2015-07",
        "<del>生产一党小组</del> → <ins>生产二党小组</ins>",
        "有误的 1 行不会写入",
    ):
        assert words in page
    assert counts(app) == before
    done = confirm(secretary, path)
    assert done.location == f"/branches/{scene.branch}/organisation"
    assert "新增 2 人，调组 1 人，更新 0 人，不变 0 人；有误未导入 1 行" in secretary.get(done.location).text
    assert groups(app, scene) == {
        "生产一党小组": ["示例deputy", "示例leader1", "示例secretary", "示例新甲"],
        "生产二党小组": ["示例leader2", "示例liaison", "示例member1", "示例organiser", "示例新乙"],
    }
    with app.app_context():
        sheet = branch_sheet(scene.branch, date(2026, 11, 16))
        assert [post.member for post in sheet.groups[1].holders("group_leader")] == ["示例新乙"]
        phones = db.session.scalars(select(Member.masked_phone).where(Member.staff_no == "A001"))
        assert phones.all() == ["138****5678"]


def test_importing_again_changes_nothing(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    confirm(secretary, preview_of(secretary, scene))
    after = counts(app)
    again = secretary.get(preview_of(secretary, scene, workbook(ROWS[:3]))).text
    assert "和现在的名册一样，没有要改的。" in again
    assert "确认导入" not in again
    assert counts(app) == after


def test_an_export_comes_back_as_no_change(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    exported = secretary.post(f"/branches/{scene.branch}/roster/export")
    assert exported.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    (sheet,) = read_spreadsheet(exported.data)
    assert sheet.rows[0][0].text == "制丝车间党支部党员花名册（2026年11月16日）"
    assert len(sheet.rows) == 2 + 7
    assert "和现在的名册一样，没有要改的。" in secretary.get(preview_of(secretary, scene, exported.data)).text
    with app.app_context():
        acts = db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)).all()
    assert acts == ["roster.export", "roster.preview"]


def test_a_first_roster_founds_its_groups_on_any_day(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.committee)
        empty = factories.branch(committee, "新设党支部").id
    office = signed_in("committee")
    rows: tuple[tuple[Value, ...], ...] = (
        ("示例书记", "B1", "甲班党小组", "甲班", "书记", "2010.07", ""),
        ("示例组长", "B2", "甲班", "乙班", "党小组长、组织委员", "2011.07", ""),
        ("示例党员", "B3", "白班", "", "操作工", "", ""),
    )
    response = upload(office, empty, workbook(rows), starts_on="2025-01-01", may_found="y")
    page = office.get(response.location).text
    assert "将新建党小组：甲班党小组、白班；班组：甲班、乙班。" in page
    assert "职务“操作工”不是党内职务，没有读入" in page
    assert confirm(office, response.location).status_code == 302
    with app.app_context():
        sheet = branch_sheet(empty, date(2025, 1, 1))
        assert [(group.name, [(m.name, m.team, m.posts) for m in group.members]) for group in sheet.groups] == [
            ("甲班党小组", [("示例书记", "甲班", ("党支部书记",)), ("示例组长", "乙班", ("组织委员", "党小组组长"))]),
            ("白班", [("示例党员", None, ())]),
        ]


def test_a_later_roster_does_not_reach_into_a_closed_quarter(signed_in: SignInAs, scene: Scene) -> None:
    response = upload(signed_in("secretary"), scene.branch, workbook(), starts_on="2026-09-30")
    assert response.status_code == 422
    assert "日期最早写10月1日" in response.text


def test_a_secretary_does_not_appoint_heads_by_roster(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    rows: tuple[tuple[Value, ...], ...] = (("示例member1", "", "", "", "书记", "", ""),)
    page = secretary.get(preview_of(secretary, scene, workbook(rows))).text
    assert "和现在的名册一样" in page


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        ("姓名,工号\n示例,1\n".encode("gbk"), "花名册.xlsx", "这不是 Excel 表格。"),
        (workbook()[:-400], "花名册.xlsx", "表格文件已损坏或没有传完整。"),
        (workbook(head=("甲", "乙", "丙", "丁", "戊", "己", "庚")), "x.xlsx", "没有找到表头。"),
        (workbook((("示例", "34010119900101123X", "", "", "", "", ""),)), "x.xlsx", "B2有身份证号。"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "x.xls", "表格文件已损坏"),
        (b"", "", "请选一个 .xlsx 或 .xls 文件。"),
    ],
)
def test_what_cannot_be_read_says_why_and_leaves_nothing(
    signed_in: SignInAs, scene: Scene, app: Flask, data: bytes, name: str, words: str
) -> None:
    response = upload(signed_in("secretary"), scene.branch, data, name)
    assert response.status_code == 422
    assert words in response.text
    assert "34010119900101123X" not in response.text
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(RosterPreview)) == 0


def test_a_preview_belongs_to_its_account_and_dies(
    signed_in: SignInAs, scene: Scene, clock: time_machine.Traveller
) -> None:
    secretary = signed_in("secretary")
    path = preview_of(secretary, scene)
    page = secretary.get(path).text
    assert signed_in("deputy").get(path).status_code == 404
    assert signed_in("deputy").post(f"{path}/confirm", data={"shown": shown(page)}).status_code == 404
    clock.shift(timedelta(hours=2, minutes=1))
    assert secretary.get(path).status_code == 404
    assert secretary.post(f"{path}/confirm", data={"shown": shown(page)}).status_code == 404


def test_what_is_confirmed_is_what_was_shown(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    path = preview_of(secretary, scene)
    seen = shown(secretary.get(path).text)
    with app.app_context(), unit_of_work.transaction():
        db.session.execute(
            update(Membership)
            .where(Membership.member_id == scene.members["member1"])
            .values(group_id=scene.sister_group)
        )
    before = counts(app)
    late = secretary.post(f"{path}/confirm", data={"shown": seen})
    assert late.status_code == 409
    assert "预览之后名册有了变动，什么都没有写入。" in late.text
    assert counts(app) == before
    assert secretary.post(f"{path}/confirm", data={"shown": shown(late.text)}).status_code == 302


def test_confirming_twice_writes_once(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    path = preview_of(secretary, scene)
    seen = shown(secretary.get(path).text)
    assert secretary.post(f"{path}/confirm", data={"shown": seen}).status_code == 302
    after = counts(app)
    assert secretary.post(f"{path}/confirm", data={"shown": seen}).status_code == 404
    assert counts(app) == after


def test_dropping_a_preview(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    path, before = preview_of(secretary, scene), counts(app)
    assert secretary.post(f"{path}/drop").status_code == 302
    assert secretary.get(path).status_code == 404
    assert counts(app) == before


def test_only_the_rows_are_kept(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    preview_of(signed_in("secretary"), scene)
    with app.app_context():
        preview = db.session.scalars(select(RosterPreview)).one()
        assert "13812345678" not in str(preview.rows)
        assert [pack(unpack(row)) for row in preview.rows] == preview.rows


def test_an_import_leaves_the_past_as_it_was(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    days = (date(2025, 3, 31), date(2026, 9, 30), date(2026, 11, 15))

    def look() -> list[object]:
        with app.app_context():
            # What is corrected about a person (a phone, a date) is no matter of time; where he belongs is.
            return [
                [(group.name, [member.id for member in group.members], group.posts) for group in sheet.groups]
                for sheet in (branch_sheet(scene.branch, day) for day in days)
            ]

    secretary, before = signed_in("secretary"), look()
    confirm(secretary, preview_of(secretary, scene))
    assert look() == before


def test_a_group_that_ended_between_is_told(signed_in: SignInAs, scene: Scene, app: Flask) -> None:
    secretary = signed_in("secretary")
    path = preview_of(secretary, scene)
    seen = shown(secretary.get(path).text)
    with app.app_context(), unit_of_work.transaction():
        db.session.execute(
            update(PartyGroup).where(PartyGroup.id == scene.sister_group).values(ends_on=date(2026, 11, 16))
        )
        assert db.session.get_one(Branch, scene.branch).ends_on is None
    assert secretary.post(f"{path}/confirm", data={"shown": seen}).status_code == 409
