"""The home page of each role: what waits there, and that it costs the same whatever its length."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from flask import Flask, url_for

from app.activities.course import ActivityState
from app.activities.models import Activity, ActivityGroup, ActivityKind, Cadence
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.organisation.models import Committee
from app.photos.models import MonthIssue, Photo
from app.today import month_queries
from app.today.views import KINDS
from tests import factories
from tests.activities import records
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements

MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)
MONTH = Month(2026, 11)


def kind(scene: Scene, name: str, **cadence: str) -> int:
    row = ActivityKind(committee_id=scene.committee, code=name, name=name)
    db.session.add(row)
    db.session.flush()
    for level, period in cadence.items():
        db.session.add(
            Cadence(
                committee_id=scene.committee, kind_id=row.id, level=level, period=period, minimum=1, source="本单位制度"
            )
        )
    return row.id


def activity(scene: Scene, kind_id: int, title: str, held_on: date, state: ActivityState, group: int = 0) -> None:
    group = group or scene.group
    row = Activity(
        committee_id=scene.committee, branch_id=scene.branch, group_id=group, kind_id=kind_id, title=title,
        held_on=held_on, month=Month.of(held_on), state=state, created_by="示例", created_at=MADE_AT, revised_at=MADE_AT,
        return_reason="缺签到名单" if state is ActivityState.RETURNED else "",
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    db.session.add(
        ActivityGroup(activity_id=row.id, group_id=group, committee_id=scene.committee, month=Month.of(held_on))
    )


def photo(scene: Scene, number: int, slot: int | None = None, month: Month = MONTH) -> None:
    db.session.add(
        Photo(
            committee_id=scene.committee, branch_id=scene.branch, group_id=scene.group, month=month,
            upload_id=f"{month} {number}", content_hash=f"{number}", original_type="jpeg", original_bytes=1,
            display_key=f"display {number}", width=4, height=3, thumb_key=f"{number:064}", thumb_width=4, thumb_height=3,
            position=number, board_slot=slot, uploaded_by="示例", uploaded_at=MADE_AT,
        )
    )  # fmt: skip


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def todo(page: str) -> list[str]:
    """The rows of what waits, as words."""
    return [words(row) for row in re.findall(r'<a class="go".*?</a>', page, re.DOTALL)]


@pytest.fixture
def busy(app: Flask, scene: Scene) -> Scene:
    with app.app_context(), unit_of_work.transaction():
        meeting, theme = kind(scene, "党小组会", group="month"), kind(scene, "主题党日", group="month")
        activity(scene, meeting, "定分工", date(2026, 11, 5), ActivityState.CONFIRMED)
        activity(scene, meeting, "排风门试验", date(2026, 11, 14), ActivityState.SUBMITTED)
        activity(scene, theme, "联学", date(2026, 11, 12), ActivityState.RETURNED)
        activity(scene, theme, "月末碰头", date(2026, 11, 28), ActivityState.DRAFT)
        activity(scene, meeting, "另一组的会", date(2026, 11, 6), ActivityState.RETURNED, scene.sister_group)
        for number in range(3):
            photo(scene, number, slot=2 if number == 0 else None)
        photo(scene, 9, month=MONTH.previous())
    return scene


def test_a_leader_meets_the_months_upload_first(busy: Scene, signed_in: SignInAs) -> None:
    page = signed_in("leader1").get("/").text
    assert words(re.findall(r"<h1>.*?</h1>", page, re.DOTALL)[0]) == "再挑一张头条照片， 本期就能付印"
    assert page.index("<h1>") < page.index("等您的事") < page.index("这个月")
    assert re.findall("3 张照片：[^<]*", page) == ["3 张照片：1 张上版，2 张备用。3 张在收件箱，有空再归。"]
    assert re.findall("照片 3 张[^<]*", signed_in("secretary").get("/").text) == ["照片 3 张，3 张在收件箱"]
    assert f'<a class="button main wide" href="/groups/{busy.group}/months/2026-11#photos">去选头条照片</a>' in page


def test_what_waits_for_a_leader_is_the_own_groups(busy: Scene, signed_in: SignInAs) -> None:
    assert todo(signed_in("leader1").get("/").text) == [
        "版面 2026年10月版面还没付印 生产一党小组，已过 16 天",
        "草稿 月末碰头 11月28日，还没提交",
        "退回 联学 11月12日，缺签到名单",
    ]
    assert todo(signed_in("leader2").get("/").text) == ["退回 另一组的会 11月6日，缺签到名单"]
    assert todo(signed_in("leader21").get("/").text) == []


def test_what_waits_for_a_secretary_is_the_branchs(busy: Scene, signed_in: SignInAs) -> None:
    assert todo(signed_in("secretary").get("/").text) == ["确认 排风门试验 生产一党小组，11月14日"]
    assert todo(signed_in("secretary2").get("/").text) == []


def test_a_member_reads_and_is_asked_for_nothing(busy: Scene, signed_in: SignInAs) -> None:
    page = signed_in("member1").get("/").text
    assert todo(page) == []
    assert "本组这个月" in page


def test_cadences_met_and_gaps_are_said(busy: Scene, signed_in: SignInAs) -> None:
    page = words(signed_in("leader1").get("/").text)
    assert "党小组会本月 2 次，已达频次。" in page
    assert "主题党日本月还要办 1 次" in page


def test_a_printed_issue_is_to_be_read(app: Flask, busy: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        db.session.add(
            MonthIssue(
                committee_id=busy.committee, branch_id=busy.branch, group_id=busy.group, month=MONTH,
                printed_at=datetime(2026, 11, 14, 20, tzinfo=UTC), printed_by="示例",
            )
        )  # fmt: skip
    page = signed_in("leader1").get("/").text
    # 20:00 UTC is 04:00 of the next day in the house.
    assert "11月版面·11月15日付印" in words(page)
    assert f'<a class="button main wide" href="/groups/{busy.group}/board/2026-11">看11月版面</a>' in page


def test_administrator_and_auditor_see_no_business(busy: Scene, signed_in: SignInAs) -> None:
    for login in ("admin", "auditor"):
        page = signed_in(login).get("/").text
        assert [title for title in ("定分工", "排风门试验", "联学", "生产一党小组") if title in page] == []


def test_a_stranger_is_sent_to_sign_in(scene: Scene, app: Flask) -> None:
    response = app.test_client().get("/")
    assert (response.status_code, response.location) == (302, "/sign-in")


def test_only_six_of_a_kind_are_listed_and_the_rest_is_said(app: Flask, busy: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        more = kind(busy, "学习")
        for number in range(10):
            activity(busy, more, f"学习{number}", date(2026, 11, 15), ActivityState.SUBMITTED)
    rows = todo(signed_in("secretary").get("/").text)
    assert rows == [
        "确认 排风门试验 生产一党小组，11月14日",
        *(f"确认 学习{number} 生产一党小组，11月15日" for number in range(5)),
        "确认 还有更多 到列表里看",
    ]


def test_whatever_waits_leads_to_a_page(app: Flask) -> None:
    row = SimpleNamespace(id=7, period="2026-10")
    with app.test_request_context():
        assert {name: (kind.url(row), url_for(kind.more)) for name, kind in KINDS.items()} == {
            "self-check": ("/inspections/sheets/7", "/inspections"),
            "panel": ("/inspections/rounds/7", "/inspections"),
            "visit": ("/inspections/rounds/7", "/inspections"),
            "visiting": ("/inspections/rounds/7", "/inspections"),
            "values-missing": ("/indicators/branches/7/grid/2026", "/indicators"),
            "feedback": ("/inspections/sheets/7/feedback", "/inspections"),
            "appeal": ("/inspections/appeals/7", "/inspections"),
            "review": ("/inspections/rounds/7/review", "/inspections"),
            "issue": ("/groups/7/board/2026-10", "/boards"),
            "result": ("/inspections/results/7/slip", "/inspections"),
            "returned": ("/activities/7/edit", "/activities"),
            "draft": ("/activities/7/edit", "/activities"),
            "submitted": ("/activities/7", "/activities"),
            "hint": ("/hints/7", "/activities"),
            "brand-returned": ("/brands/7", "/brands"),
            "brand-submitted": ("/brands/7", "/brands"),
            "brand-approved": ("/brands/7", "/brands"),
            "nomination-returned": ("/nominations/7", "/model-groups"),
            "nomination-submitted": ("/nominations/7", "/model-groups"),
            "call": ("/model-groups/7", "/model-groups"),
            "finding": ("/findings/7/answer", "/findings"),
            "recheck": ("/findings/7/recheck", "/findings"),
            "branch-recheck": ("/findings/7/recheck", "/findings"),
            "mutual-check": ("/mutual-checks/7", "/findings"),
        }


@pytest.mark.parametrize("login", ["leader1", "secretary", "committee", "member1", "liaison", "organiser"])
def test_the_page_costs_the_same_at_any_length(
    app: Flask, busy: Scene, signed_in: SignInAs, statements: Statements, login: str
) -> None:
    client = signed_in(login)
    with statements() as few:
        assert client.get("/").status_code == 200
    with app.app_context(), unit_of_work.transaction():
        more = kind(busy, "学习")
        for number in range(60):
            activity(busy, more, f"学习{number}", date(2026, 11, 1), ActivityState.SUBMITTED)
            photo(busy, 100 + number)
    with statements() as many:
        assert client.get("/").status_code == 200
    assert len(many) == len(few)
    assert len(many) <= 6


def test_an_act_shows_at_once(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """What a page is made of is kept from one act to the next, and no longer."""
    secretary, shown = signed_in("secretary"), []
    for title in ("定分工", "排风门试验"):
        with app.app_context(), unit_of_work.transaction():
            records.logged(scene, title=title, submit=True)
        shown.append(todo(secretary.get("/").text))
    first, second = (f"确认 {title} 生产一党小组，11月5日" for title in ("定分工", "排风门试验"))
    assert shown == [[first], [first, second]]


def test_a_committee_reads_the_first_branches_and_a_way_to_the_others(
    app: Flask, scene: Scene, signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        committee = db.session.get_one(Committee, scene.committee)
        for number in range(20):
            branch = factories.branch(committee, f"第{number}党支部", sort_order=10 + number)
            factories.group(branch)
    page = signed_in("committee").get("/").text
    units = page[page.index('<ul class="units">') :]
    assert len(re.findall(r"<h3>", units)) == month_queries.BRANCHES
    assert '<a href="/boards">看全部支部</a>' in units
    assert "版面 各支部11月版面 看谁已付印" in todo(page)


def test_a_secretary_records_what_is_still_asked_of_the_branch(busy: Scene, signed_in: SignInAs) -> None:
    way = f'<a href="/branches/{busy.branch}/activities/new">记一次支部活动</a>'
    assert [way in signed_in(login).get("/").text for login in ("secretary", "leader1", "member1")] == [
        True, False, False,
    ]  # fmt: skip
