"""The dialogue 疑似重复: four answers, who sees which photo, two people at once, and where it is pointed out."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.audit.models import AuditLine
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month
from app.inspections import evidence_queries
from app.photos.hint_models import Answer, PhotoHint
from app.photos.models import MonthIssue, Photo
from tests.activities.records import logged
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.photos.hints import forwarded, photo, send

HINT = "/hints/1"
SEPTEMBER = "2026-09"
OTHERS = {"leader2": "sister_group", "leader21": "other_group", "leader1": "group"}


def pair(scene: Scene, signed_in: SignInAs, older: str = "leader1") -> tuple[int, int]:
    """(older photo, newer photo): the newer one is leader1's of November."""
    old = send(signed_in(older), getattr(scene, OTHERS[older]), SEPTEMBER, photo()).get_json()["id"]
    new = send(signed_in("leader1"), scene.group, "2026-11", forwarded()).get_json()
    assert new["hint"]["page"] == HINT
    return old, new["id"]


def reply(browser: FlaskClient, answer: str, version: int = 1, note: str = "") -> tuple[int, str]:
    response = browser.post(HINT, data={"answer": answer, "note": note, "version": str(version)})
    return response.status_code, response.location or response.get_data(as_text=True)


def state(app: Flask) -> tuple[Answer, str, str]:
    with app.app_context():
        hint = db.session.get_one(PhotoHint, 1)
        return hint.answer, hint.note, hint.answered_by


def withdrawn(app: Flask) -> dict[int, str]:
    with app.app_context():
        rows = db.session.scalars(select(Photo).where(Photo.withdrawn_at.is_not(None)))
        return {row.id: row.withdrawn_reason for row in rows}


def pictures_on(page: str) -> list[str]:
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    return re.findall(r'<img src="([^"]+)"', main)


class TestAnswers:
    def test_same_event_keeps_both(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        old, new = pair(scene, signed_in)
        leader = signed_in("leader1")
        assert pictures_on(leader.get(HINT).get_data(as_text=True)) == [f"/photos/{n}/display" for n in (new, old)]
        assert reply(leader, "same-event") == (302, f"/groups/{scene.group}/months/2026-11#photo-{new}")
        assert (state(app), withdrawn(app)) == ((Answer.SAME_EVENT, "", "示例leader1"), {})
        with app.app_context():
            line = db.session.scalars(select(AuditLine).where(AuditLine.act == "photo-hint.answer")).one()
            assert (line.before, line.after) == (
                {"answer": "还没有答复", "note": ""},
                {"photo": new, "other": old, "answer": "同一次活动，两张都留", "note": ""},
            )

    def test_a_wrong_upload_goes_and_leads_to_the_picker(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context(), unit_of_work.transaction():
            activity = logged(scene).id
        _old, new = pair(scene, signed_in)
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(update(Photo).where(Photo.id == new).values(activity_id=activity))
        leader = signed_in("leader1")
        status, target = reply(leader, "wrong-upload")
        assert (status, target) == (302, f"/groups/{scene.group}/months/2026-11?activity={activity}#photos-input")
        assert f'<option value="{activity}" selected>' in leader.get(target).get_data(as_text=True)
        assert (state(app)[0], withdrawn(app)) == (Answer.WRONG_UPLOAD, {new: "传错了，和以前用过的照片重复"})

    def test_withdrawn(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        _old, new = pair(scene, signed_in)
        assert reply(signed_in("leader1"), "withdrawn")[0] == 302
        assert withdrawn(app) == {new: "和以前用过的照片重复，不再用"}
        with app.app_context():
            acts = db.session.scalars(select(AuditLine.act).order_by(AuditLine.id.desc()).limit(2)).all()
            assert acts == ["photo.withdraw", "photo-hint.answer"]
        page = signed_in("leader1").get(HINT).get_data(as_text=True)
        assert ("这一张已撤下，不用再答" in page, 'class="replies"' in page) == (True, False)

    def test_a_note_has_words_and_may_be_changed(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        pair(scene, signed_in)
        leader = signed_in("leader1")
        status, page = reply(leader, "note", note="  ")
        assert (status, "请写一句说明再交" in page, state(app)[0]) == (422, True, Answer.NONE)
        assert reply(leader, "note", note="年度总结再用一次")[0] == 302
        assert state(app) == (Answer.NOTE, "年度总结再用一次", "示例leader1")
        assert reply(signed_in("secretary"), "same-event", version=2)[0] == 302
        assert state(app) == (Answer.SAME_EVENT, "", "示例secretary")

    @pytest.mark.parametrize("answer", ["", "none", "撤下"])
    def test_another_answer_is_refused(self, app: Flask, scene: Scene, signed_in: SignInAs, answer: str) -> None:
        pair(scene, signed_in)
        assert (reply(signed_in("leader1"), answer)[0], state(app)[0]) == (422, Answer.NONE)

    def test_the_next_open_hint_follows(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        _old, new = pair(scene, signed_in)
        leader = signed_in("leader1")
        with app.app_context(), unit_of_work.transaction():
            first = db.session.get_one(PhotoHint, 1)
            third = send(leader, scene.group, "2026-08", photo(7005)).get_json()["id"]
            values = {
                c.key: getattr(first, c.key) for c in PhotoHint.__table__.columns if c.key not in {"id", "version"}
            }
            db.session.add(PhotoHint(**{**values, "other_id": third}))
        assert reply(leader, "same-event") == (302, "/hints/2")
        page = leader.get("/hints/2").get_data(as_text=True)
        assert re.findall("记下了：[^<]*", page) == ["记下了：同一次活动，两张都留。还有 1 张要看，接着看。"]
        last = leader.post("/hints/2", data={"answer": "same-event", "version": "1"}).location
        assert last == f"/groups/{scene.group}/months/2026-11#photo-{new}"
        page = leader.get(last).get_data(as_text=True)
        assert re.findall("记下了：[^<]*", page) == ["记下了：同一次活动，两张都留。"]

    def test_a_leader_stays_in_the_photos(self, scene: Scene, signed_in: SignInAs) -> None:
        """The dialogue and an answer that is refused stand under the dock's word for the photos."""
        pair(scene, signed_in)
        leader = signed_in("leader1")
        pages = [leader.get(HINT).get_data(as_text=True), reply(leader, "note")[1]]
        dock = re.compile(r'<nav class="dock".*?aria-current="page">([^<]+)</a>', re.DOTALL)
        assert [dock.findall(page) for page in pages] == [["传照片"], ["传照片"]]


class TestTwoAtOnce:
    def test_the_later_sees_what_the_other_answered_and_keeps_the_words(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        pair(scene, signed_in)
        assert reply(signed_in("secretary"), "same-event")[0] == 302
        status, page = reply(signed_in("leader1"), "note", note="总结里再用")
        assert (status, state(app)[0]) == (409, Answer.SAME_EVENT)
        assert ("对方答的是“同一次活动，两张都留”" in page, 'value="总结里再用"' in page) == (True, True)
        version = re.search(r'name="version"[^>]*value="(\d+)"', page)
        assert version is not None
        assert reply(signed_in("leader1"), "note", int(version[1]), "总结里再用")[0] == 302
        assert state(app) == (Answer.NOTE, "总结里再用", "示例leader1")

    def test_an_answer_to_a_photo_that_was_just_withdrawn(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        pair(scene, signed_in)
        reply(signed_in("secretary"), "withdrawn")
        status, page = reply(signed_in("leader1"), "same-event")
        assert (status, "两张里已有一张撤下" in page, state(app)[0]) == (409, True, Answer.WITHDRAWN)

    def test_of_many_one_wins(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        pair(scene, signed_in)
        browsers = [signed_in(login) for login in ("leader1", "secretary", "deputy")] * 2
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda browser: reply(browser, "same-event")[0], browsers))
        assert sorted(answers) == [302, 409, 409, 409, 409, 409]
        with app.app_context():
            acts = db.session.scalars(select(AuditLine.id).where(AuditLine.act == "photo-hint.answer")).all()
            assert len(acts) == 1


class TestWhoSeesWhat:
    @pytest.mark.parametrize(
        ("login", "get", "post"),
        [
            ("leader1", 200, 302), ("secretary", 200, 302), ("organiser", 200, 404), ("committee", 200, 404),
            ("liaison", 200, 404), ("member1", 404, 404), ("leader2", 404, 404), ("leader21", 404, 404),
            ("foreign-committee", 404, 404), ("admin", 404, 404), ("auditor", 404, 404),
        ],
    )  # fmt: skip
    def test_who_reads_and_who_answers(
        self, scene: Scene, signed_in: SignInAs, login: str, get: int, post: int
    ) -> None:
        pair(scene, signed_in)
        browser = signed_in(login)
        assert (browser.get(HINT).status_code, reply(browser, "same-event")[0]) == (get, post)

    def test_of_another_branch_nothing_is_shown_but_that_it_was_used(self, scene: Scene, signed_in: SignInAs) -> None:
        old, new = pair(scene, signed_in, "leader21")
        leader = signed_in("leader1")
        page = leader.get(HINT).get_data(as_text=True)
        assert pictures_on(page) == [f"/photos/{new}/display"]
        assert ("本党委的另一个党支部的照片" in page, "2026年9月" in page) == (True, True)
        assert ("卷包" in page, f"/photos/{old}" in page) == (False, False)
        assert [leader.get(f"/{kind}/{old}/display").status_code for kind in ("photos", "board-photos")] == [404, 404]

    def test_the_committee_sees_both(self, scene: Scene, signed_in: SignInAs) -> None:
        old, new = pair(scene, signed_in, "leader21")
        page = signed_in("committee").get(HINT).get_data(as_text=True)
        assert pictures_on(page) == [f"/photos/{n}/display" for n in (new, old)]
        assert ("卷包党小组" in page, 'class="replies"' in page) == (True, False)

    def test_of_a_sister_group_the_name_and_what_hangs_on_the_wall(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        old, new = pair(scene, signed_in, "leader2")
        leader = signed_in("leader1")
        page = leader.get(HINT).get_data(as_text=True)
        assert (pictures_on(page), "生产二党小组的照片" in page) == ([f"/photos/{new}/display"], True)
        with app.app_context(), unit_of_work.transaction():
            row = db.session.get_one(Photo, old)
            row.board_slot, row.caption = 1, "义务清扫"
            db.session.add(
                MonthIssue(
                    committee_id=scene.committee, branch_id=scene.branch, group_id=scene.sister_group,
                    month=Month(2026, 9), printed_at=clock.now(), printed_by="示例",
                )
            )  # fmt: skip
        page = leader.get(HINT).get_data(as_text=True)
        assert pictures_on(page) == [f"/photos/{new}/display", f"/board-photos/{old}/display"]
        assert ("义务清扫" in page, "登在第 9 期第 1 张" in page) == (True, True)
        assert leader.get(f"/board-photos/{old}/display").status_code == 200


class TestWhereItStands:
    def test_on_the_photo_s_page(self, scene: Scene, signed_in: SignInAs) -> None:
        _old, new = pair(scene, signed_in)
        leader = signed_in("leader1")
        assert "2026年9月有一张很像，不影响得分" in leader.get(f"/photos/{new}").get_data(as_text=True)
        reply(leader, "same-event")
        assert "已答复“同一次活动，两张都留”" in leader.get(f"/photos/{new}").get_data(as_text=True)

    def test_on_the_home_page_while_it_is_open(self, scene: Scene, signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        words = "1 张照片像是用过，请看一眼"
        assert words not in leader.get("/").get_data(as_text=True)
        pair(scene, signed_in)
        assert words in leader.get("/").get_data(as_text=True)
        assert words not in signed_in("leader2").get("/").get_data(as_text=True)
        reply(leader, "same-event")
        assert words not in leader.get("/").get_data(as_text=True)

    def test_as_evidence(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        _old, new = pair(scene, signed_in)
        quarter = Month(2026, 11).quarter

        def said() -> dict[int, tuple[str, int]]:
            with app.app_context():
                rows = evidence_queries.evidence(scene.group, quarter)
                return {row.id: (row.hint, row.hint_id) for row in rows if row.kind == "photo"}

        assert said() == {new: ("疑似重复，还没有答复", 1)}
        reply(signed_in("leader1"), "note", note="总结|再用")
        assert said() == {new: ("疑似重复，总结|再用", 1)}
        reply(signed_in("leader1"), "same-event", version=2)
        assert said() == {new: ("疑似重复，同一次活动，两张都留", 1)}
