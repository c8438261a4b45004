"""What a person meets in the browser, without a script."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.activities import queries, record_queries
from app.activities.course import ActivityState
from app.activities.models import Activity
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.places import Place
from app.organisation.models import GroupName
from tests.activities.records import added, kinds, logged, present
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.fixtures.statements import Statements

LIMIT = 6


@pytest.fixture
def codes(app: Flask, scene: Scene) -> dict[str, int]:
    with app.app_context():
        made = kinds(scene)
        db.session.commit()
    return made


def given(app: Flask, scene: Scene, **changes: object) -> int:
    with app.app_context():
        number = logged(scene, **changes).id  # type: ignore[arg-type]
        db.session.commit()
        db.session.remove()
        return number


def typed(codes: dict[str, int], **changes: object) -> dict[str, object]:
    return {
        "kind": codes["group_meeting"],
        "title": "定11月攻关分工",
        "sittings-0-held_on": "2026-11-05",
        "sittings-0-starts_at": "14:30",
        "sittings-0-room": "活动室",
        "roll_call": "1. 示例leader1\n2. 示例member1 夜班",
        "content": "分了三个小题目。",
        "outcome": "每周碰一次头。",
        "brand": "0",
        "then": "draft",
        **changes,
    }


def the_one(app: Flask) -> Activity:
    with app.app_context():
        return db.session.scalars(select(Activity)).one()


def page_text(response: TestResponse) -> str:
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", response.get_data(as_text=True)))


class TestLogging:
    def test_a_leader_logs_and_submits(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        leader = signed_in("leader1")
        assert leader.get(f"/groups/{scene.group}/activities/new").status_code == 200
        answer = leader.post(f"/groups/{scene.group}/activities/new", data=typed(codes, then="submit"))
        made = the_one(app)
        assert (answer.status_code, answer.location) == (302, f"/activities/{made.id}")
        assert (made.state, made.title, made.created_by) == (ActivityState.SUBMITTED, "定11月攻关分工", "示例leader1")
        with app.app_context():
            rows = [(row.name, row.presence.value) for row in record_queries.attendances(made.id)]
        # The group's other members, whom nobody named, did not come.
        assert rows[:2] == [("示例leader1", "present"), ("示例member1", "duty")]
        assert {presence for _, presence in rows[2:]} == {"absent"}
        page = page_text(leader.get(answer.location))
        assert "待确认" in page
        assert "分了三个小题目。" in page

    def test_an_unclear_name_is_asked_about_and_the_text_stays(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        leader = signed_in("leader1")
        answer = leader.post(f"/groups/{scene.group}/activities/new", data=typed(codes, roll_call="示例leader1\n小示"))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert "“小示”没有对上，请选一位。" in page
        assert ">示例leader1\n小示</textarea>" in page.replace("\r\n", "\n").replace("\n示例", "示例", 1)
        stranger = leader.post(f"/groups/{scene.group}/activities/new", data=typed(codes, roll_call="王大锤"))
        labels = [re.findall(r'<optgroup label="([^"]+)">', text) for text in (page, stranger.get_data(as_text=True))]
        assert labels == [["可能是"], ["本组", "其他组"]]
        who = scene.members["member1"]
        again = typed(codes, roll_call="示例leader1\n小示", **{"who-小示": str(who)})
        assert leader.post(f"/groups/{scene.group}/activities/new", data=again).status_code == 302
        with app.app_context():
            rows = {row.member_id: row.presence.value for row in record_queries.attendances(the_one(app).id)}
        assert (rows[scene.members["leader1"]], rows[who]) == ("present", "present")

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"title": ""}, "请写题目"),
            ({"title": "长" * 61}, "题目最多 60 个字"),
            ({"kind": ""}, "请选一个类别。"),
            ({"kind": "99999"}, "请选一个类别。"),
            ({"sittings-0-held_on": ""}, "请填日期。"),
            ({"sittings-0-held_on": "昨天"}, '请写成 2026-11-05 这样的日期。.*type="text" value="昨天"'),
            ({"sittings-0-held_on": "0001-01-01"}, '年份请在 1900 到 2199 之间。.*value="0001-01-01"'),
            ({"sittings-0-held_on": "1999-12-31"}, "日期的年份不对"),
            ({"sittings-0-starts_at": "25:00"}, "时间请写成 14:30 这样。"),
            ({"then": "submit", "sittings-0-held_on": "2026-11-20"}, "活动还没到日子"),
            ({"groups": "99999"}, "99999|选择"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self,
        app: Flask,
        scene: Scene,
        signed_in: SignInAs,
        codes: dict[str, int],
        changes: dict[str, object],
        message: str,
    ) -> None:
        answer = signed_in("leader1").post(f"/groups/{scene.group}/activities/new", data=typed(codes, **changes))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert re.search(message, page)
        assert "分了三个小题目。" in page
        with app.app_context():
            assert db.session.scalars(select(Activity)).all() == []

    def test_sittings_are_added_and_dropped_without_a_script(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        leader = signed_in("leader1")
        address = f"/groups/{scene.group}/activities/new"
        two = leader.post(address, data=typed(codes, add_sitting="1")).get_data(as_text=True)
        assert two.count('-held_on"') >= 2
        assert "sittings-1-held_on" in two
        one = leader.post(
            address, data=typed(codes, **{"sittings-1-held_on": "2026-11-06", "drop_sitting": "0"})
        ).get_data(as_text=True)  # fmt: skip
        assert "sittings-1-held_on" not in one
        assert 'value="2026-11-06"' in one
        with app.app_context():
            assert db.session.scalars(select(Activity)).all() == []

    def test_a_secretary_logs_for_the_branch_and_all_groups_take_part(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        secretary = signed_in("secretary")
        address = f"/branches/{scene.branch}/activities/new"
        page = secretary.get(address).get_data(as_text=True)
        assert page.count('name="groups"') == page.count('name="groups"') == 2
        answer = secretary.post(
            address,
            data=typed(codes, kind=codes["general_meeting"], groups=[scene.group, scene.sister_group]),
        )
        assert answer.status_code == 302
        with app.app_context():
            assert len(queries.month_activities(scene.sister_group, Month(2026, 11))) == 1

    def test_hostile_text_comes_out_as_text(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        evil = '"><script>alert(1)</script>'
        leader = signed_in("leader1")
        answer = leader.post(
            f"/groups/{scene.group}/activities/new",
            data=typed(codes, title=evil, content=evil, outcome=evil, host=evil, **{"sittings-0-room": evil}),
        )
        pages = [answer.location, "/activities", f"/groups/{scene.group}/months/2026-11", answer.location + "/edit"]
        for address in pages:
            assert "<script>alert" not in leader.get(address).get_data(as_text=True)


class TestChanging:
    def test_the_form_shows_what_is_stored_and_saves_it_back_unchanged(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        number = given(app, scene, attendance=present(scene.members["leader1"], scene.members["member1"]))
        page = signed_in("leader1").get(f"/activities/{number}/edit").get_data(as_text=True)
        assert "1. 示例leader1\n2. 示例member1" in page.replace("\r\n", "\n")
        assert 'value="定11月攻关分工"' in page

    def test_two_editors_the_second_sees_both_texts(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        number = given(app, scene, content="最初的内容")
        version = the_one(app).version
        mine, theirs = signed_in("leader1"), signed_in("secretary")
        address = f"/activities/{number}/edit"
        assert theirs.post(address, data=typed(codes, content="书记写的", version=version)).status_code == 302
        answer = mine.post(address, data=typed(codes, content="组长写的<b>", version=version))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 409
        assert "示例secretary刚改过同一条记录" in page_text(answer)
        assert (page.count("书记") > 0, page.count("组长写的&lt;b&gt;") > 0, "<b>写" in page) == (True, True, False)
        assert the_one(app).content == "书记写的"
        fresh = re.search(r'name="version" type="hidden" value="(\d+)"', page) or re.search(
            r'type="hidden" name="version" value="(\d+)"|name="version"[^>]*value="(\d+)"', page
        )
        assert fresh is not None
        again = typed(codes, content="合起来的", version=next(filter(None, fresh.groups())))
        assert mine.post(address, data=again).status_code == 302
        assert the_one(app).content == "合起来的"

    def test_a_confirmed_record_asks_for_a_reason(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]
    ) -> None:
        number = given(app, scene, confirm=True)
        leader = signed_in("leader1")
        version = the_one(app).version
        answer = leader.post(f"/activities/{number}/edit", data=typed(codes, version=version))
        assert (answer.status_code, "请写明原因" in answer.get_data(as_text=True)) == (422, True)
        assert the_one(app).state is ActivityState.CONFIRMED
        leader.post(f"/activities/{number}/edit", data=typed(codes, version=version, reason="漏了一个人"))
        assert (the_one(app).state, the_one(app).return_reason) == (ActivityState.SUBMITTED, "更正：漏了一个人")

    def test_a_returned_record_says_why_above_its_form(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        """Nobody goes back to another page to read it, and what was not done together with others stays folded."""
        number = given(app, scene, submit=True)
        signed_in("secretary").post(f"/activities/{number}/return", data={"reason": "补上改了哪一条"})
        page = signed_in("leader1").get(f"/activities/{number}/edit").get_data(as_text=True)
        assert re.findall(r'<p class="strong">退回原因</p><p>(.*?)</p>', page) == ["补上改了哪一条"]
        assert '<details class="more"><summary>和别的党小组一起办的</summary>' in page

    @pytest.mark.parametrize(
        ("kind", "roll_call", "words"),
        [
            ("group_meeting", "", "应到 4"),
            ("group_meeting", "示例leader1", "应到 4，认出 1"),
            ("practical_item", "示例leader1", "认出 1"),
            ("practical_item", "", "按参加人员记"),
        ],
    )
    def test_attendance_is_said_without_a_zero(
        self, scene: Scene, signed_in: SignInAs, codes: dict[str, int], kind: str, roll_call: str, words: str
    ) -> None:
        answer = signed_in("leader1").post(
            f"/groups/{scene.group}/activities/new",
            data=typed(codes, kind=codes[kind], roll_call=roll_call, title=""),
        )
        found = re.findall(r"<dt>考勤</dt><dd>(.*?)</dd>", answer.get_data(as_text=True))
        assert (answer.status_code, found) == (422, [words])

    def test_the_sheet_to_sign(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        number = given(app, scene, confirm=True, content="分了三个题目。", attendance=present(scene.members["leader1"]))
        page = page_text(signed_in("leader1").get(f"/activities/{number}/sheet"))
        for words in ("党小组会记录", "应到1，实到1", "分了三个题目。", "主持人", "党支部书记"):
            assert words in page

    def test_confirm_and_return(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        number = given(app, scene, submit=True)
        secretary, leader = signed_in("secretary"), signed_in("leader1")
        assert leader.post(f"/activities/{number}/confirm").status_code == 404
        assert secretary.post(f"/activities/{number}/return", data={"reason": ""}).status_code == 422
        assert secretary.post(f"/activities/{number}/return", data={"reason": "补人员"}).status_code == 302
        # The next step is the writer's: the secretary is not asked to submit to themselves.
        asked = [
            "提交，请书记确认" in browser.get(f"/activities/{number}").get_data(as_text=True)
            for browser in (secretary, signed_in("leader1"))
        ]
        assert asked == [False, True]
        assert "补人员" in page_text(leader.get(f"/activities/{number}"))
        assert leader.post(f"/activities/{number}/submit").status_code == 302
        assert secretary.post(f"/activities/{number}/confirm").status_code == 302
        assert secretary.post(f"/activities/{number}/confirm").status_code == 409
        assert the_one(app).confirmed_by == "示例secretary"


class TestReading:
    def test_those_who_take_part_read_it_the_others_do_not_know_of_it(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        shared = given(app, scene, title="合办", group_ids=frozenset({scene.sister_group}), submit=True)
        own = given(app, scene, title="自办", submit=True)
        sister = signed_in("leader2")
        assert sister.get(f"/activities/{shared}").status_code == 200
        assert sister.get(f"/activities/{own}").status_code == 404
        assert sister.get(f"/activities/{shared}/edit").status_code == 404
        listed = page_text(sister.get("/activities"))
        assert ("合办" in listed, "自办" in listed) == (True, False)
        for login in ("leader21", "foreign-leader"):
            assert signed_in(login).get(f"/activities/{shared}").status_code == 404

    def test_a_sister_groups_draft_is_its_own_a_draft_of_the_branch_is_a_plan_for_all(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        branch = Place(scene.committee, scene.branch)
        own = given(app, scene, title="小组的草稿", group_ids=frozenset({scene.sister_group}))
        plan = given(
            app, scene, title="支部的计划", kind="theme_day", place=branch, group_ids=frozenset({scene.sister_group})
        )
        sister = signed_in("leader2")
        assert sister.get(f"/activities/{own}").status_code == 404
        assert sister.get(f"/activities/{plan}").status_code == 200
        for address in ("/activities", f"/groups/{scene.sister_group}/months/2026-11"):
            page = page_text(sister.get(address))
            assert ("支部的计划" in page, "小组的草稿" in page) == (True, False)


class TestList:
    @pytest.mark.parametrize(
        ("query", "titles"),
        [
            ("", ["十一月的会", "十月的课"]),
            ("month=2026-10", ["十月的课"]),
            ("q=课", ["十月的课"]),
            ("q=示例member1", ["十一月的会"]),
            ("q=%25", []),
            ("kind={lecture}", ["十月的课"]),
            ("group={sister_group}", []),
            ("year=2025", []),
            ("month=nonsense&year=x&kind=x&after=x&branch=x", ["十一月的会", "十月的课"]),
        ],
    )
    def test_filters(
        self, app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int], query: str, titles: list[str]
    ) -> None:
        given(app, scene, title="十一月的会", submit=True, attendance=present(scene.members["member1"]))
        given(app, scene, title="十月的课", kind="lecture", held_on=date(2026, 10, 9), submit=True)
        given(
            app, scene, title="别处", place=Place(scene.committee, scene.other_branch, scene.other_group), submit=True
        )
        address = "/activities?" + query.format(lecture=codes["lecture"], sister_group=scene.sister_group)
        page = signed_in("secretary").get(address).get_data(as_text=True)
        assert re.findall(r'href="/activities/\d+">([^<]+)<', page) == titles

    def test_a_group_keeps_the_name_of_the_activitys_day(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        given(app, scene, submit=True, group_ids=frozenset({scene.sister_group}))
        with app.app_context():
            db.session.add(
                GroupName(
                    committee_id=scene.committee, group_id=scene.group, name="改名后", starts_on=date(2026, 11, 10)
                )
            )
            db.session.commit()
        row = signed_in("secretary").get("/activities").get_data(as_text=True)
        cell = re.search(r'data-label="党小组">([^<]+?)\s*<', row)
        assert cell is not None
        assert set(cell[1].split("、")) == {"生产一党小组", "生产二党小组"}

    def test_pages_follow_each_other_without_gap_or_repeat(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context():
            kind = kinds(scene)["group_meeting"]
            for number in range(70):
                db.session.add(_bare(scene, kind, number))
            db.session.commit()
        secretary = signed_in("secretary")
        seen: list[str] = []
        address: str | None = "/activities?q=第"
        while address:
            page = secretary.get(address).get_data(as_text=True)
            seen += re.findall(r">(第\d+次)<", page)
            match = re.search(r'href="([^"]+)" rel="next"', page)
            address = match[1].replace("&amp;", "&") if match else None
        assert seen == [f"第{number}次" for number in sorted(range(70), key=lambda n: (n % 9, n), reverse=True)]


def _bare(scene: Scene, kind: int, number: int) -> Activity:
    return Activity(
        committee_id=scene.committee, branch_id=scene.branch, group_id=scene.group, kind_id=kind,
        state=ActivityState.SUBMITTED, title=f"第{number}次", held_on=date(2026, 11, 1 + number % 9),
        month=Month(2026, 11), created_by="示例", created_at=clock.now(), revised_at=clock.now(),
    )  # fmt: skip


class TestCost:
    @pytest.mark.parametrize("rows", [5, 60])
    def test_statements_do_not_grow_with_the_rows(
        self, app: Flask, scene: Scene, signed_in: SignInAs, statements: Statements, rows: int
    ) -> None:
        first = given(
            app, scene, submit=True, group_ids=frozenset({scene.sister_group}),
            attendance=present(scene.members["leader1"]),
        )  # fmt: skip
        with app.app_context():
            kind = kinds(scene)["group_meeting"]
            for number in range(rows):
                logged(scene, title=f"第{number}次", submit=True)
                added(scene, number, activity_id=first)
            photo = added(scene, 200).id
            assert kind
            db.session.commit()
            db.session.remove()
        for login, address in (
            ("secretary", "/activities?q=第"),
            ("leader1", f"/groups/{scene.group}/months/2026-11"),
            ("leader1", f"/activities/{first}"),
            ("leader2", f"/activities/{first}"),
            ("leader1", f"/activities/{first}/edit"),
            ("leader1", f"/activities/{first}/sheet"),
            ("leader1", f"/groups/{scene.group}/activities/new"),
            ("secretary", f"/branches/{scene.branch}/activities/new"),
            ("leader1", f"/photos/{photo}"),
            ("leader1", f"/photos/{photo}/thumb"),
        ):
            browser = signed_in(login)
            with statements() as seen:
                assert browser.get(address).status_code == 200
            assert len(seen) <= LIMIT, f"{address}: {len(seen)} statements\n" + "\n".join(seen)


def test_every_page_has_a_calm_empty_face(app: Flask, scene: Scene, signed_in: SignInAs, codes: dict[str, int]) -> None:
    assert codes
    for login, address, words in (
        ("leader1", f"/groups/{scene.group}/months/2026-11", "本月还没有照片。没有也不要紧"),
        ("leader1", "/activities", "这一年还没有记活动。"),
        ("committee", "/activities?q=无", "没有这样的活动。"),
        ("member1", f"/groups/{scene.group}/months/2027-03", "还没有记活动。"),
    ):
        page = signed_in(login).get(address)
        assert (page.status_code, words in page_text(page)) == (200, True), address
