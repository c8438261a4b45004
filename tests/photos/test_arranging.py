"""Several photos of a month at once: the same said of them, and their order; in the browser without a script."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.activities.course import ReasonMissing
from app.audit.models import AuditLine
from app.foundation import clock
from app.foundation.db import db
from app.foundation.periods import Month
from app.photos import arrange_operations, board_choice
from app.photos import operations as photo_operations
from app.photos import queries as photo_queries
from app.photos.arrange_operations import AlreadyThere, NothingChosen
from app.photos.board_choice import BoardChoice
from app.photos.details import Arrangement
from app.photos.models import MonthIssue, Photo
from app.photos.operations import IssuePrinted
from app.photos.queries import GroupMonth
from app.photos.upload_operations import NotThisMonth, check_month, open_months
from tests.activities.records import CLERK, NOVEMBER, THE_5TH, added, logged, sent_to
from tests.factories import Scene
from tests.fixtures.scene import SignInAs


def month_of(scene: Scene) -> GroupMonth:
    month = photo_queries.group_month(scene.group, NOVEMBER)
    assert month is not None
    return month


def arranged(scene: Scene, photo_ids: list[int], **wish: object) -> list[int]:
    done = arrange_operations.arrange_photos(month_of(scene), photo_ids, Arrangement(**wish), by=CLERK)  # type: ignore[arg-type]
    return [photo.id for photo in done]


def printed(scene: Scene) -> None:
    issue = MonthIssue(
        committee_id=scene.committee, branch_id=scene.branch, group_id=scene.group, month=NOVEMBER,
        printed_at=clock.now(), printed_by="示例录入",
    )  # fmt: skip
    db.session.add(issue)
    db.session.flush()


def slots() -> dict[int, int | None]:
    return {photo.id: photo.board_slot for photo in db.session.scalars(select(Photo).order_by(Photo.id))}


def in_order(scene: Scene) -> list[int]:
    return [photo.id for photo in photo_queries.month_photos(scene.group, NOVEMBER)]


@pytest.mark.parametrize(
    ("slots", "order", "then"),
    [
        ({7: 1, 8: 2, 9: 3}, [9, 7, 8], {9: 1, 7: 2, 8: 3}),
        ({7: 2, 8: 3}, [8, 7], {8: 2, 7: 3}),  # no lead photo: none is made of an order
        ({7: 1, 8: 2, 9: 3}, [8, 5, 8], {8: 1, 7: 2, 9: 3}),  # not on the board, twice, and two not named
        ({}, [1, 2], {}),
    ],
)
def test_the_order_of_the_board(slots: dict[int, int], order: list[int], then: dict[int, int]) -> None:
    assert board_choice.ordered(slots, order) == then


class TestArranging:
    @pytest.fixture
    def three(self, app: Flask, scene: Scene) -> Iterator[list[int]]:
        with app.app_context():
            yield [added(scene, number).id for number in range(3)]

    def test_the_same_is_said_of_all_in_one_line_of_the_trail(self, scene: Scene, three: list[int]) -> None:
        meeting = logged(scene, held_on=THE_5TH).id
        assert (
            arranged(scene, three[:2], activity_id=meeting, caption="围着看曲线。", choice=BoardChoice.ON) == three[:2]
        )
        rows = [
            (photo.activity_id, photo.caption, photo.board_slot)
            for photo in db.session.scalars(select(Photo).order_by(Photo.id))
        ]
        assert rows == [(meeting, "围着看曲线。", 2), (meeting, "围着看曲线。", 3), (None, "", None)]
        lines = db.session.scalars(select(AuditLine).where(AuditLine.act == "photo.arrange")).all()
        new = {"activity": meeting, "caption": "围着看曲线。"}
        old = {"activity": None, "caption": "", "slot": None}
        assert [(line.before, line.after) for line in lines] == [
            (
                {"photos": {str(three[0]): old, str(three[1]): old}},
                {"month": "2026-11", "photos": {str(three[0]): {**new, "slot": 2}, str(three[1]): {**new, "slot": 3}}},
            )
        ]

    def test_what_is_not_said_stays(self, scene: Scene, three: list[int]) -> None:
        meeting = logged(scene, held_on=THE_5TH).id
        arranged(scene, three[:1], activity_id=meeting, caption="甲")
        arranged(scene, three[1:2], caption="乙")
        arranged(scene, three, choice=BoardChoice.OFF)
        rows = [(photo.activity_id, photo.caption) for photo in db.session.scalars(select(Photo).order_by(Photo.id))]
        assert rows == [(meeting, "甲"), (None, "乙"), (None, "")]

    def test_of_several_the_first_leads_and_is_the_cover(self, scene: Scene, three: list[int]) -> None:
        meeting = logged(scene, held_on=THE_5TH).id
        arranged(scene, three[2:], choice=BoardChoice.LEAD, activity_id=meeting, is_cover=True)
        arranged(scene, three[:2], choice=BoardChoice.LEAD, activity_id=meeting, is_cover=True)
        assert slots() == {three[0]: 1, three[2]: 2, three[1]: 3}
        covers = db.session.scalars(select(Photo.id).where(Photo.is_cover.is_(True))).all()
        assert covers == [three[0]]

    def test_back_to_the_inbox_and_no_cover_any_more(self, scene: Scene, three: list[int]) -> None:
        meeting = logged(scene, held_on=THE_5TH).id
        arranged(scene, three, activity_id=meeting, is_cover=True)
        arranged(scene, three[:1], activity_id=0)
        assert [photo.id for photo in photo_queries.inbox(scene.group, NOVEMBER)] == three[:1]
        assert [photo.is_cover for photo in db.session.scalars(select(Photo).order_by(Photo.id))] == [False] * 3

    def test_refusals(self, scene: Scene, three: list[int]) -> None:
        elsewhere = added(scene, 9, group_id=scene.sister_group).id
        with pytest.raises(NothingChosen):
            arranged(scene, [elsewhere], caption="甲")
        with pytest.raises(NothingChosen):
            arranged(scene, three)
        with pytest.raises(NotThisMonth):
            arranged(scene, three, activity_id=999_999)

    def test_what_is_printed_stays(self, scene: Scene, three: list[int]) -> None:
        meeting = logged(scene, held_on=THE_5TH).id
        arranged(scene, three[:2], choice=BoardChoice.LEAD)
        printed(scene)
        for wish in ({"caption": "新说明"}, {"choice": BoardChoice.OFF}):
            with pytest.raises(IssuePrinted):
                arranged(scene, three[:1], **wish)
        with pytest.raises(IssuePrinted):
            arrange_operations.order_photos(month_of(scene), [three[1], three[0]], by=CLERK)
        arranged(scene, three, activity_id=meeting)  # evidence goes on being sorted
        arrange_operations.order_photos(month_of(scene), [three[2]], by=CLERK)
        assert slots() == {three[0]: 1, three[1]: 2, three[2]: None}

    def test_order_of_the_rest(self, scene: Scene, three: list[int]) -> None:
        arranged(scene, three[:1], choice=BoardChoice.ON)
        arrange_operations.order_photos(month_of(scene), [three[2], three[1], 999_999], by=CLERK)
        assert in_order(scene) == [three[0], three[2], three[1]]
        assert slots() == {three[0]: 2, three[1]: None, three[2]: None}
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "photo.order")).one()
        assert line.after == {"month": "2026-11", "photos": [three[0], three[2], three[1]]}


OCTOBER = NOVEMBER.previous()


class TestAnotherMonth:
    @pytest.fixture
    def three(self, app: Flask, scene: Scene) -> Iterator[list[int]]:
        with app.app_context():
            yield [added(scene, number).id for number in range(3)]

    def moved(self, scene: Scene, photo_ids: list[int], to: Month = OCTOBER) -> tuple[list[int], list[int]]:
        moved, left = arrange_operations.move_to_month(month_of(scene), photo_ids, to=to, by=CLERK)
        return [photo.id for photo in moved], [photo.id for photo in left]

    def test_to_the_other_inbox_without_activity_cover_and_board(self, scene: Scene, three: list[int]) -> None:
        lies = sent_to(scene, OCTOBER, 7).id
        meeting = logged(scene, held_on=THE_5TH).id
        arranged(scene, three, choice=BoardChoice.LEAD, activity_id=meeting, is_cover=True)
        assert self.moved(scene, [three[2], three[0]]) == ([three[0], three[2]], [])
        assert [photo.id for photo in photo_queries.inbox(scene.group, OCTOBER)] == [lies, three[0], three[2]]
        rows = [
            (photo.month, photo.activity_id, photo.is_cover, photo.board_slot)
            for photo in db.session.scalars(select(Photo).where(Photo.id.in_(three)).order_by(Photo.id))
        ]
        gone = (OCTOBER, None, False, None)
        assert rows == [gone, (NOVEMBER, meeting, False, 2), gone]
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "photo.change-month")).one()
        assert line.after == {"month": "2026-10", "photos": [three[0], three[2]]}
        assert line.before == {
            "month": "2026-11",
            "photos": {
                str(three[0]): {"activity": meeting, "caption": "", "slot": 1, "cover": True},
                str(three[2]): {"activity": meeting, "caption": "", "slot": 3, "cover": False},
            },
        }

    def test_what_the_other_month_has_or_had_is_left(self, scene: Scene, three: list[int]) -> None:
        sent_to(scene, OCTOBER, 0)
        photo_operations.withdraw_photo(sent_to(scene, OCTOBER, 1), reason="重了", by=CLERK)
        assert self.moved(scene, three) == ([three[2]], three[:2])
        with pytest.raises(AlreadyThere):
            self.moved(scene, three[:2])

    def test_refusals(self, scene: Scene, three: list[int]) -> None:
        for photos, to, refused in (([], OCTOBER, NothingChosen), (three, NOVEMBER, NotThisMonth)):
            with pytest.raises(refused):
                self.moved(scene, photos, to)
        arranged(scene, three[:1], choice=BoardChoice.LEAD)
        printed(scene)
        with pytest.raises(IssuePrinted):
            self.moved(scene, three)
        assert self.moved(scene, three[1:]) == (three[1:], [])

    def test_the_months_that_stand_for_choice_are_those_that_take_photos(self) -> None:
        months = open_months(THE_5TH, 2)
        assert (months[0], months[-1], len(months)) == (NOVEMBER, Month(2024, 11), 25)
        for month in months:
            check_month(month, THE_5TH, 2)

    def test_withdrawn_together_with_one_reason(self, scene: Scene, three: list[int]) -> None:
        arranged(scene, three, choice=BoardChoice.LEAD)
        printed(scene)
        for reason, photos, refused in ((" ", three, ReasonMissing), ("重了", [], NothingChosen)):
            with pytest.raises(refused):
                arrange_operations.withdraw_photos(month_of(scene), photos, reason=reason, by=CLERK)
        arrange_operations.withdraw_photos(month_of(scene), three[1:], reason="拍到了参数屏", by=CLERK)
        assert (in_order(scene), slots()) == ([three[0]], {three[0]: 1, three[1]: None, three[2]: None})
        line = db.session.scalars(select(AuditLine).where(AuditLine.act == "photo.withdraw")).one()
        assert (line.before, line.after) == (
            {"slot": {str(three[1]): 2, str(three[2]): 3}},
            {"month": "2026-11", "photos": three[1:], "reason": "拍到了参数屏"},
        )


class TestThePage:
    @pytest.fixture
    def three(self, app: Flask, scene: Scene) -> list[int]:
        with app.app_context():
            logged(scene, held_on=THE_5TH)
            numbers = [added(scene, number).id for number in range(3)]
            db.session.commit()
        return numbers

    def here(self, scene: Scene) -> str:
        return f"/groups/{scene.group}/months/2026-11/arrange"

    def ticked(self, browser: FlaskClient, address: str) -> list[int]:
        page = browser.get(address).get_data(as_text=True)
        return [int(found) for found in re.findall(r'name="photos" value="(\d+)"[^>]*checked', page)]

    def test_ticks_without_a_script(self, scene: Scene, three: list[int], signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        wanted = {tick: self.ticked(leader, f"{self.here(scene)}?tick={tick}") for tick in ("", "all", "none", "x")}
        assert wanted == {"": [], "all": three, "none": [], "x": []}

    def test_one_request_for_several(self, app: Flask, scene: Scene, three: list[int], signed_in: SignInAs) -> None:
        secretary = signed_in("secretary")
        typed = {"photos": three[1:], "activity": "-1", "caption": "看曲线。", "choice": "on"}
        answer = secretary.post(self.here(scene), data=typed)
        assert (answer.status_code, answer.location) == (302, self.here(scene))
        assert "2 张已存。" in secretary.get(self.here(scene)).get_data(as_text=True)
        with app.app_context():
            assert slots() == {three[0]: None, three[1]: 2, three[2]: 3}

    def test_what_was_typed_and_ticked_stays(self, scene: Scene, three: list[int], signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        for typed, message in (
            ({"photos": three[:2], "activity": "-1", "caption": "长" * 81}, "说明最多 80 个字"),
            ({"activity": "-1", "caption": "看曲线。"}, "还没有选照片"),
            ({"photos": three[:1], "activity": "-1", "caption": ""}, "还没有说要改什么"),
            ({"photos": three[:1], "activity": "999", "caption": ""}, "请从列出的活动里选一个"),
        ):
            answer = leader.post(self.here(scene), data=typed)
            page = answer.get_data(as_text=True)
            assert (answer.status_code, message in page) == (422, True), typed
            found = [int(number) for number in re.findall(r'name="photos" value="(\d+)"[^>]*checked', page)]
            assert found == typed.get("photos", []), typed
            assert f'value="{typed["caption"]}"' in page, typed

    def test_steps_and_the_whole_order(self, app: Flask, scene: Scene, three: list[int], signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        order = self.here(scene).replace("/arrange", "/order")
        first, second, third = three
        answer = leader.post(order, data={"forward": third})
        assert (answer.status_code, answer.location) == (302, f"{self.here(scene)}#photo-{third}")
        with app.app_context():
            assert in_order(scene) == [first, third, second]
        leader.post(order, data={"back": first})
        leader.post(order, data={"back": second})  # the last stays
        with app.app_context():
            assert in_order(scene) == [third, first, second]
        answer = leader.post(order, data={"photos": [second, third, first]}, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()) == (200, {"message": "次序已存。"})
        with app.app_context():
            assert in_order(scene) == [second, third, first]

    def test_to_another_month_in_one_request(
        self, app: Flask, scene: Scene, three: list[int], signed_in: SignInAs
    ) -> None:
        with app.app_context():
            sent_to(scene, OCTOBER, 1)
            db.session.commit()
        leader, address = signed_in("leader1"), self.here(scene).replace("/arrange", "/change-month")
        for photos, month, message in (
            ([], "2026-10", "还没有选照片"),
            (three, "2026-12", "请从列出的月份里选一个"),
            (three[1:2], "2026-10", "选的照片2026年10月都已有过同一张"),
        ):
            answer = leader.post(address, data={"photos": photos, "month": month, "caption": "还没存的"})
            page = answer.get_data(as_text=True)
            assert (answer.status_code in (409, 422), message in page, 'value="还没存的"' in page) == (True,) * 3, (
                message
            )
        answer = leader.post(address, data={"photos": three[:2], "month": "2026-10"})
        assert (answer.status_code, answer.location) == (302, f"{self.here(scene)}?photo={three[1]}")
        page = leader.get(answer.location).get_data(as_text=True)
        assert "1 张已移到2026年10月的收件箱。" in page
        assert "还勾着的 1 张没有移：2026年10月已有过同一张。" in page
        assert self.ticked(leader, answer.location) == [three[1]]

    def test_withdrawn_in_one_request(self, app: Flask, scene: Scene, three: list[int], signed_in: SignInAs) -> None:
        leader, address = signed_in("leader1"), self.here(scene).replace("/arrange", "/withdraw")
        answer = leader.post(address, data={"photos": three[:2], "reason": ""})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, "请写明原因" in page) == (422, True)
        dock = page[page.index('class="dock') :]
        assert re.findall(r'aria-current="[^"]*">([^<]*)', dock)[0] == "传照片"
        answer = leader.post(address, data={"photos": three[:2], "reason": "重了"})
        assert (answer.status_code, answer.location) == (302, self.here(scene))
        with app.app_context():
            assert in_order(scene) == three[2:]

    def test_whose_photos(self, scene: Scene, three: list[int], signed_in: SignInAs) -> None:
        stranger = signed_in("leader2")
        answers = [stranger.get(self.here(scene)), stranger.post(self.here(scene), data={"photos": three})]
        assert [answer.status_code for answer in answers] == [404, 404]
