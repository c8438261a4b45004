"""The pages of findings and mutual checks: who may, what comes back for bad input, what two people see."""

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.checks import operations, timeline_queries
from app.checks.details import Answer
from app.checks.models import Checklist, Finding, MutualCheck
from app.foundation import images, unit_of_work
from app.foundation.db import db
from app.foundation.room import Room
from tests import phone_pictures
from tests.activities import records
from tests.checks import found
from tests.factories import Scene
from tests.fixtures.scene import SignInAs

NEW = {"text": "工具车没有回定置线", "kind": "site", "source": "inspection", "try_id": "abc"}


@pytest.fixture(autouse=True)
def no_tokens(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def finding_id(app: Flask, scene: Scene) -> int:
    with app.app_context(), unit_of_work.transaction():
        return found.raised(scene.group, photos=(records.files(1),), by=found.leader(scene, "organiser")).id


@pytest.fixture
def check_id(app: Flask, scene: Scene) -> int:
    with app.app_context(), unit_of_work.transaction():
        found.third_group(scene)
        return next(row for row in found.arranged(scene) if row.group_id == scene.group).id


def words(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def version(app: Flask, model: type[Finding] | type[MutualCheck], number: int) -> str:
    with app.app_context():
        row: Any = db.session.get_one(model, number)
        return str(row.version)


def statuses(signed_in: SignInAs, address: str, logins: str) -> dict[str, int]:
    return {login: signed_in(login).get(address).status_code for login in logins.split()}


def test_raised_answered_rechecked_closed(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    organiser, leader = signed_in("organiser"), signed_in("leader1")
    sent = {**NEW, "photos": (io.BytesIO(phone_pictures.jpeg(1)), "现场.jpg")}
    made = organiser.post(f"/groups/{scene.group}/findings/new", data=sent, content_type="multipart/form-data")
    assert made.status_code == 303
    page = made.location
    number = int(page.rsplit("/", 1)[1])
    assert "待整改 11月23日前，还有 7 天" in words(leader, page)
    answer = {
        "text": "已回线", "version": version(app, Finding, number), "photos": (io.BytesIO(phone_pictures.jpeg(2)), "改好.jpg")
    }  # fmt: skip
    assert leader.post(f"{page}/answer", data=answer, content_type="multipart/form-data").status_code == 303
    assert leader.get(f"{page}/recheck").status_code == 302
    said = {"result": "close", "version": version(app, Finding, number)}
    assert leader.post(f"{page}/recheck", data=said).status_code == 409
    assert "期限内" in words(organiser, f"{page}/recheck")
    assert organiser.post(f"{page}/recheck", data=said).status_code == 303
    assert "2026年11月16日销号" in words(leader, page)
    for photo in (1, 2):
        assert leader.get(f"{page}/photos/{photo}/thumb").mimetype == "image/jpeg"
    assert leader.get(f"{page}/photos/3/thumb").status_code == 404


def test_the_same_form_sent_twice_makes_one(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    organiser = signed_in("organiser")
    first, second = (organiser.post(f"/groups/{scene.group}/findings/new", data=NEW) for _ in range(2))
    assert (first.location, second.status_code) == (second.location, 303)
    with app.app_context():
        assert db.session.query(Finding).count() == 1


def test_who_reads_and_who_acts(scene: Scene, finding_id: int, signed_in: SignInAs) -> None:
    logins = "committee secretary organiser liaison leader1 leader2 member1 secretary2 leader21 foreign-leader admin"
    read = dict.fromkeys(logins.split()[:7], 200) | dict.fromkeys(logins.split()[7:], 404)
    assert statuses(signed_in, f"/findings/{finding_id}", logins) == read
    assert statuses(signed_in, f"/findings/{finding_id}/photos/1/thumb", logins) == read
    answers = statuses(signed_in, f"/findings/{finding_id}/answer", logins)
    assert {login for login, status in answers.items() if status == 200} == {"leader1"}
    raises = statuses(signed_in, f"/groups/{scene.group}/findings/new", logins)
    assert {login for login, status in raises.items() if status == 200} == {
        "committee", "secretary", "organiser", "liaison", "leader1",
    }  # fmt: skip


def test_a_leader_raises_only_what_the_own_group_found(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    leader = signed_in("leader1")
    address = f"/groups/{scene.group}/findings/new"
    assert leader.post(address, data={**NEW, "source": "inspection"}).status_code == 422
    assert leader.post(address, data={**NEW, "source": "self_check"}).status_code == 303
    with app.app_context():
        assert [row.source for row in db.session.query(Finding)] == ["self_check"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"text": " "}, "请写一句话"),
        ({"text": "长" * 201}, "请压到 200 字以内"),
        ({"kind": ""}, "请选一类"),
        ({"due_on": "2026-11-01"}, "整改期限已经过了"),
        ({"due_on": "2027-11-01"}, "整改期限太远"),
        ({"due_on": "下周"}, "请写成 2026-11-05"),
    ],
)
def test_bad_input_comes_back_as_typed(
    scene: Scene, signed_in: SignInAs, changed: dict[str, str], message: str
) -> None:
    answer = signed_in("organiser").post(f"/groups/{scene.group}/findings/new", data={**NEW, **changed})
    assert answer.status_code == 422
    assert message in answer.text
    assert next(iter(changed.values())).strip() in answer.text


def test_a_file_that_is_no_photo_is_refused_with_its_name(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    sent = {**NEW, "photos": (io.BytesIO(b"<svg>"), "图.svg")}
    answer = signed_in("organiser").post(
        f"/groups/{scene.group}/findings/new", data=sent, content_type="multipart/form-data"
    )  # fmt: skip
    assert (answer.status_code, "图.svg：" in answer.text, NEW["text"] in answer.text) == (422, True, True)
    with app.app_context():
        assert db.session.query(Finding).count() == 0


def test_a_recheck_that_sends_back_needs_reason_and_day(
    app: Flask, scene: Scene, finding_id: int, signed_in: SignInAs
) -> None:
    with app.app_context(), unit_of_work.transaction():
        found.answered(scene, db.session.get_one(Finding, finding_id))
    secretary, address = signed_in("secretary"), f"/findings/{finding_id}/recheck"
    said = {"result": "reopen", "version": version(app, Finding, finding_id)}
    answer = secretary.post(address, data=said)
    assert (answer.status_code, "还差什么" in answer.text, "请选再改到哪天" in answer.text) == (422, True, True)
    assert secretary.post(address, data={**said, "reason": "线画歪了", "due_on": "2026-11-30"}).status_code == 303
    assert "上次复查退回" in words(signed_in("leader1"), f"/findings/{finding_id}/answer")


def test_two_answers_meet_on_a_page_that_loses_nothing(
    app: Flask, scene: Scene, finding_id: int, signed_in: SignInAs
) -> None:
    stale = version(app, Finding, finding_id)
    with app.app_context(), unit_of_work.transaction():
        found.answered(scene, db.session.get_one(Finding, finding_id), "<b>对方写的</b>")
    answer = signed_in("leader1").post(f"/findings/{finding_id}/answer", data={"text": "我写的", "version": stale})
    assert answer.status_code == 409
    assert ("&lt;b&gt;" in answer.text, "别人先办了一步" in answer.text) == (True, True)
    assert re.search(r"我.*写的", re.sub(r"<[^>]+>", "", answer.text))
    with app.app_context():
        assert len(timeline_queries.timeline(finding_id)) == 2


def test_whoever_raised_it_withdraws(app: Flask, finding_id: int, signed_in: SignInAs) -> None:
    said = {"reason": "看错了地方", "version": version(app, Finding, finding_id)}
    address = f"/findings/{finding_id}/withdraw"
    assert signed_in("secretary").post(address, data=said).status_code != 303
    assert signed_in("organiser").post(address, data={**said, "reason": " "}).status_code == 422
    assert signed_in("organiser").post(address, data=said).status_code == 303
    assert "已撤回" in words(signed_in("leader1"), f"/findings/{finding_id}")


def test_a_photo_that_must_not_stay_is_gone(app: Flask, finding_id: int, signed_in: SignInAs) -> None:
    secretary, address = signed_in("secretary"), f"/findings/{finding_id}"
    assert "照片 1 不该留，撤下" in words(secretary, address)
    assert secretary.post(f"{address}/photos/1/withdraw", data={"reason": " "}).status_code == 422
    assert secretary.post(f"{address}/photos/1/withdraw", data={"reason": "拍到了屏幕"}).status_code == 303
    assert secretary.get(f"{address}/photos/1/thumb").status_code == 404
    assert "照片已撤下" in words(signed_in("leader1"), address)


def test_the_list_narrows_and_pages(app: Flask, scene: Scene, finding_id: int, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        for number in range(32):
            found.raised(scene.sister_group, text=f"第{number:02}条")
    secretary = signed_in("secretary")
    first = secretary.get("/findings").text
    shown = re.findall(r"第\d\d条", first)
    assert shown == [f"第{number:02}条" for number in range(31, 1, -1)]
    after = re.search(r'href="(/findings\?after=[^"]+)"', first)
    assert after is not None
    assert re.findall(r"第\d\d条|工具车没有回定置线", secretary.get(after[1]).text) == [
        "第01条",
        "第00条",
        "工具车没有回定置线",
    ]
    assert "第31条" not in secretary.get(f"/findings?group={scene.group}&state=").text
    assert "重复，一年内第 32 次" in secretary.get("/findings?repeated=1").text
    assert "没有符合的问题" in secretary.get("/findings?state=closed").text
    assert "第31条" not in signed_in("leader1").get("/findings").text


def test_a_quarter_is_arranged_visited_and_printed(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context(), unit_of_work.transaction():
        found.third_group(scene)
    secretary, leader = signed_in("secretary"), signed_in("leader1")
    quarter = f"/branches/{scene.branch}/mutual-checks/2026-Q4"
    assert "还没有排互查" in words(leader, quarter)
    assert leader.get(f"{quarter}/arrange").status_code == 404
    wish = {"checklist": "mutual_check", f"to-{scene.group}": str(scene.sister_group)}
    both = {**wish, f"to-{scene.sister_group}": str(scene.group)}
    refused = secretary.post(f"{quarter}/arrange", data=both)
    assert (refused.status_code, "互相看，请去掉一个" in refused.text) == (422, True)
    assert secretary.post(f"{quarter}/arrange", data=wish).status_code == 303
    with app.app_context():
        check_id = db.session.query(MutualCheck.id).filter_by(group_id=scene.group, fixed=True).scalar()
    visit = f"/mutual-checks/{check_id}"
    assert "生产一党小组看生产二党小组" in words(leader, visit)
    made = leader.post(f"{visit}/findings/new", data={**NEW, "source": "mutual_check"})
    assert (made.status_code, made.location) == (303, visit)
    said = {"visited_on": "2026-11-15", "seen": "点检有人认领", "version": version(app, MutualCheck, check_id)}
    assert leader.post(f"{visit}/visit", data={**said, "visited_on": "2026-09-01"}).status_code == 422
    assert leader.post(f"{visit}/visit", data=said).status_code == 303
    again = leader.post(f"{visit}/visit", data={**said, "seen": "我后写的", "visited_on": "2026-11-14"})
    told = [
        words_
        for words_ in ("11月15日去的，已保存", "11月14日去的，还没有保存", 'value="2026-11-14"')
        if words_ in again.text
    ]
    assert told == ["11月15日去的，已保存", "11月14日去的，还没有保存", 'value="2026-11-14"']
    assert (again.status_code, "点检有人认领" in re.sub(r"<[^>]+>", "", again.text)) == (409, True)
    assert "11月15日已去" in words(secretary, quarter)
    sheet = words(signed_in("leader2"), f"{visit}/sheet")
    assert ("互查单" in sheet, "对方党小组组长" in sheet, "点检有人认领" in sheet) == (True, True, True)
    assert signed_in("leader2").post(f"{visit}/visit", data=said).status_code == 404
    assert "工具车没有回定置线" in words(signed_in("leader2"), f"/groups/{scene.sister_group}/checklists/self_check")
    with app.app_context():
        row = db.session.query(Finding).one()
        assert (row.group_id, row.source, row.due_on) == (scene.sister_group, "mutual_check", date(2026, 11, 23))


def test_members_learn_nothing_of_a_sister_groups_findings(
    app: Flask, scene: Scene, check_id: int, signed_in: SignInAs
) -> None:  # fmt: skip
    """Who looked at whom the whole branch knows; what was found is for those who may read findings."""
    with app.app_context(), unit_of_work.transaction():
        seen = db.session.get_one(MutualCheck, check_id).seen_group_id
        found.raised(seen, text="早先的问题")
    signed_in("leader1").post(f"/mutual-checks/{check_id}/findings/new", data={**NEW, "source": "mutual_check"})
    for page in (f"/mutual-checks/{check_id}", f"/mutual-checks/{check_id}/sheet"):
        told = {login: words(signed_in(login), page) for login in ("leader1", "secretary", "member1")}
        read = {login: ("工具车" in text, "早先的问题" in text) for login, text in told.items()}
        assert read == {"leader1": (True, True), "secretary": (True, True), "member1": (False, False)}


def test_photos_of_findings_wait_for_room(
    scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(images, "_room", Room(2**20, least=2**20, line=0))
    sent = {**NEW, "photos": (io.BytesIO(phone_pictures.jpeg(1)), "现场.jpg")}
    answer = signed_in("organiser").post(
        f"/groups/{scene.group}/findings/new", data=sent, content_type="multipart/form-data"
    )
    assert (answer.status_code, "照片还没有存，请过一分钟再交。" in answer.text) == (422, True)


def test_a_leader_does_not_withdraw_what_was_taken_against_the_group(
    scene: Scene, finding_id: int, signed_in: SignInAs
) -> None:  # fmt: skip
    address = f"/findings/{finding_id}/photos/1"
    for login, left in (("leader1", 200), ("leader2", 200), ("secretary", 404)):
        client = signed_in(login)
        assert ("照片 1 不该留" in client.get(f"/findings/{finding_id}").text) is (left == 404)
        assert client.post(f"{address}/withdraw", data={"reason": "不好看"}).status_code == 303
        assert client.get(f"{address}/thumb").status_code == left


def test_who_recheck_for_a_sister_group(app: Flask, scene: Scene, check_id: int, signed_in: SignInAs) -> None:
    """The leader who found it at the visit looks whether it is put right."""
    signed_in("leader1").post(f"/mutual-checks/{check_id}/findings/new", data={**NEW, "source": "mutual_check"})
    with app.app_context(), unit_of_work.transaction():
        row = db.session.query(Finding).one()
        number = row.id
        operations.answer_finding(row, Answer("改了"), version=row.version, by=found.leader(scene, "leader2"))
    said = {"result": "close", "version": version(app, Finding, number)}
    assert signed_in("leader1").post(f"/findings/{number}/recheck", data=said).status_code == 303


def test_checklists_are_changed_by_the_branch(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    address = f"/branches/{scene.branch}/checklists/meetings/edit"
    secretary = signed_in("secretary")
    assert "党课每季一次" in words(secretary, address)
    wrong = secretary.post(address, data={"items": "照片｜拍几张", "version": "0"})
    assert (wrong.status_code, "第 1 行的类别“照片”没有" in wrong.text) == (422, True)
    assert secretary.post(address, data={"items": "组织生活｜看记录", "version": "0"}).status_code == 303
    late = signed_in("deputy").post(address, data={"items": "组织生活｜看签到", "version": "0"})
    assert (late.status_code, "两个人同时改了清单" in late.text) == (409, True)
    with app.app_context():
        assert db.session.query(Checklist.items).scalar() == [["meetings", "看记录"]]
    assert signed_in("leader1").get(address).status_code == 404
