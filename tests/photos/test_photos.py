"""Uploading, serving, ordering and withdrawing photos, and the printing of a month's issue."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.activities import queries, record_queries
from app.activities.models import Activity
from app.audit.models import AuditLine
from app.foundation.db import db
from app.foundation.storage import StorageUnavailable
from app.photos import board_choice, issue_operations, upload_operations
from app.photos import operations as photo_operations
from app.photos import queries as photo_queries
from app.photos.board_choice import BoardChoice
from app.photos.details import PhotoDetails
from app.photos.hint_models import Answer
from app.photos.issue_operations import LeadPhotoMissing, MonthToCome
from app.photos.models import MonthIssue, Photo
from app.photos.operations import IssuePrinted, PhotoChanged
from app.photos.upload_operations import NotThisMonth, SamePhoto, UploadIdTaken
from tests.activities.records import CLERK, NOVEMBER, added, files, logged, picture
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import SignInAs, sign_in

JSON = {"Accept": "application/json"}


def address(scene: Scene, group: int | None = None) -> str:
    return f"/groups/{group or scene.group}/months/2026-11/photos"


def send(browser: FlaskClient, to: str, content: bytes, name: str = "IMG_1.jpg", **fields: Any) -> TestResponse:
    data = {"upload_id": "a" * 32, **fields, "photos": (io.BytesIO(content), name)}
    return browser.post(to, data=data, headers=JSON)


def photos(app: Flask) -> list[Photo]:
    with app.app_context():
        return list(db.session.scalars(select(Photo).order_by(Photo.id)))


def acts(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(AuditLine.act).order_by(AuditLine.id)))


class TestUploading:
    def test_one_photo_with_an_answer_for_the_script(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        answer = send(signed_in("leader1"), address(scene), picture())
        [photo] = photos(app)
        assert (answer.status_code, answer.get_json()) == (
            201,
            {
                "id": photo.id, "message": "已存。", "name": "IMG_1.jpg",
                "page": f"/photos/{photo.id}", "thumb": f"/photos/{photo.id}/thumb",
            },
        )  # fmt: skip
        assert (photo.group_id, photo.month, photo.uploaded_by, photo.board_slot) == (
            scene.group, NOVEMBER, "示例leader1", None,
        )  # fmt: skip
        assert acts(app) == ["photo.add"]

    def test_the_same_try_again_is_the_same_photo(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        first, second = (send(leader, address(scene), picture()) for _ in range(2))
        assert (first.status_code, second.status_code, second.get_json()) == (201, 201, first.get_json())
        assert (len(photos(app)), acts(app)) == (1, ["photo.add"])

    def test_the_same_bytes_under_another_id_are_pointed_out(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        leader = signed_in("leader1")
        send(leader, address(scene), picture())
        again = send(leader, address(scene), picture(), upload_id="b" * 32)
        assert (again.status_code, again.get_json()["message"]) == (409, "这张照片本月已经传过，不用再传。")
        assert len(photos(app)) == 1

    def test_one_id_for_two_photos_is_refused(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        send(leader, address(scene), picture(1))
        assert send(leader, address(scene), picture(2)).status_code == 409
        assert len(photos(app)) == 1

    def test_the_same_photo_may_stand_in_two_months_and_groups(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        send(signed_in("leader1"), address(scene), picture())
        send(signed_in("leader2"), address(scene, scene.sister_group), picture())
        send(signed_in("leader1"), address(scene).replace("2026-11", "2026-10"), picture(), upload_id="c" * 32)
        assert len(photos(app)) == 3

    def test_twenty_tries_at_once_make_one_photo(self, app: Flask, scene: Scene) -> None:
        browsers = [sign_in(app.test_client(), "leader1") for _ in range(20)]
        with ThreadPoolExecutor(20) as pool:
            answers = list(pool.map(lambda browser: send(browser, address(scene), picture()), browsers))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.get_json()["id"] for answer in answers}) == 1
        assert len(photos(app)) == 1

    @pytest.mark.parametrize(
        ("content", "name", "status", "words"),
        [
            (b"", "IMG_1.jpg", 422, "空的"),
            (b"<svg onload=alert(1)>", "IMG_1.jpg", 422, "SVG"),
            (b"<html><script>alert(1)</script>", "IMG_1.jpg", 422, "不是照片"),
            (picture(size=(900, 700))[:2000], "IMG_1.jpg", 422, "打不开"),
            (b"%PDF-1.7", "IMG_1.jpg", 422, "PDF"),
        ],
    )
    def test_what_is_no_photo_is_refused_and_nothing_is_stored(
        self, app: Flask, scene: Scene, signed_in: SignInAs, content: bytes, name: str, status: int, words: str
    ) -> None:
        answer = send(signed_in("leader1"), address(scene), content, name)
        assert (answer.status_code, words in answer.get_json()["message"]) == (status, True)
        assert (photos(app), acts(app)) == ([], [])
        assert list(app.extensions["storage"].iterate()) == []

    def test_too_many_bytes(self, make_app: AppMaker, scene: Scene) -> None:
        app = make_app(PHOTO_MAX_BYTES=20_000)
        noise = Image.effect_noise((400, 400), 90)
        out = io.BytesIO()
        noise.save(out, "PNG")
        answer = send(sign_in(app.test_client(), "leader1"), address(scene), out.getvalue())
        assert (answer.status_code, "请" in answer.get_json()["message"]) == (413, True)

    def test_a_form_without_a_script_sends_many_and_the_good_ones_stay(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        leader = signed_in("leader1")
        chosen = [
            (io.BytesIO(picture(1)), "一.jpg"),
            (io.BytesIO(b"junk"), "<b>坏.jpg"),
            (io.BytesIO(picture(2)), "二.png"),
        ]
        answer = leader.post(address(scene), data={"upload_id": "d" * 32, "photos": chosen})
        assert (answer.status_code, answer.location) == (302, f"/groups/{scene.group}/months/2026-11")
        page = leader.get(answer.location).get_data(as_text=True)
        assert len(photos(app)) == 2
        assert "&lt;b&gt;坏.jpg：这个文件不是照片" in page
        assert page.count("：已存。") == 2

    def test_a_form_with_nothing_chosen(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        leader = signed_in("leader1")
        answer = leader.post(address(scene), data={"photos": (io.BytesIO(b""), "")})
        assert (answer.status_code, "还没有选照片" in answer.get_data(as_text=True)) == (422, True)

    def test_without_originals(self, make_app: AppMaker, scene: Scene) -> None:
        app = make_app(KEEP_ORIGINALS=False)
        browser = sign_in(app.test_client(), "leader1")
        number = send(browser, address(scene), picture()).get_json()["id"]
        assert photos(app)[0].original_key is None
        assert browser.get(f"/photos/{number}/original").status_code == 404

    def test_a_full_disk_is_said_and_leaves_no_row(
        self, app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(_content: bytes) -> str:
            raise StorageUnavailable("No space left on device")

        leader = signed_in("leader1")
        monkeypatch.setattr(app.extensions["storage"], "put", full)
        answer = send(leader, address(scene), picture())
        assert (answer.status_code, answer.get_json()) == (
            503,
            {"message": "照片库暂时存不进去，这张还没有存，稍后自动重试。"},
        )
        assert photos(app) == []
        assert leader.get(f"/groups/{scene.group}/months/2026-11").status_code == 200

    def test_a_photo_finds_the_only_activity_of_its_day(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context():
            wanted = logged(scene).id
            db.session.commit()
        leader = signed_in("leader1")
        for number, day in enumerate(["2026:11:05 14:31:00", "2026:11:06 09:00:00"]):
            exif = Image.Exif()
            exif.get_ifd(0x8769)[0x9003] = day
            send(leader, address(scene), picture(number, exif=exif), upload_id=f"{number}" * 32)
        assert [photo.activity_id for photo in photos(app)] == [wanted, None]
        assert [photo.taken_at for photo in photos(app)] == ["2026-11-05T14:31:00", "2026-11-06T09:00:00"]


class TestServing:
    @pytest.fixture
    def number(self, app: Flask, scene: Scene, signed_in: SignInAs) -> int:
        exif = Image.Exif()
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 51.0, 0.0)})
        exif[0x010F] = "SECRET"
        content = picture(size=(2400, 1600), exif=exif, comment=b"SECRET")
        return int(send(signed_in("leader1"), address(scene), content).get_json()["id"])

    @pytest.mark.parametrize(("size", "pixels"), [("display", (1920, 1280)), ("thumb", (540, 360))])
    def test_copies(self, number: int, signed_in: SignInAs, size: str, pixels: tuple[int, int]) -> None:
        leader = signed_in("leader1")
        answer = leader.get(f"/photos/{number}/{size}")
        content = answer.get_data()
        with Image.open(io.BytesIO(content)) as image:
            assert (image.format, image.size) == ("JPEG", pixels)
        assert b"SECRET" not in content
        headers = answer.headers
        assert (
            headers["Content-Type"], headers["Cache-Control"], headers["X-Content-Type-Options"],
            headers["Content-Security-Policy"],
        ) == ("image/jpeg", "private, no-cache", "nosniff", "default-src 'none'; sandbox")  # fmt: skip
        assert re.fullmatch(r'"[0-9a-f]{64}"', headers["ETag"])
        again = leader.get(f"/photos/{number}/{size}", headers={"If-None-Match": headers["ETag"]})
        assert (again.status_code, again.get_data(), again.headers["ETag"]) == (304, b"", headers["ETag"])

    def test_the_original_is_for_those_with_the_right(self, number: int, signed_in: SignInAs) -> None:
        answer = signed_in("leader1").get(f"/photos/{number}/original")
        assert b"SECRET" not in answer.get_data()
        assert answer.headers["Content-Disposition"] == f'attachment; filename="photo-{number}.jpg"'
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert signed_in("member1").get(f"/photos/{number}/original").status_code == 404
        assert signed_in("committee").get(f"/photos/{number}/original").status_code == 404

    def test_other_groups_photos_are_absent(self, number: int, signed_in: SignInAs) -> None:
        for login in ("leader2", "leader21", "foreign-leader", "admin", "auditor"):
            browser = signed_in(login)
            for page in ("", "/display", "/thumb", "/original"):
                assert browser.get(f"/photos/{number}{page}").status_code == 404, (login, page)
            for act in ("withdraw", "move"):
                assert browser.post(f"/photos/{number}/{act}").status_code == 404
        assert signed_in("member1").get(f"/photos/{number}/thumb").status_code == 200
        assert signed_in("committee").get(f"/photos/{number}/thumb").status_code == 200

    def test_a_printed_board_shows_its_photos_to_the_branch(
        self, app: Flask, scene: Scene, number: int, signed_in: SignInAs
    ) -> None:
        sister, stranger = signed_in("leader2"), signed_in("leader21")
        board = f"/board-photos/{number}/display"
        assert sister.get(board).status_code == 404
        assert signed_in("leader1").get(board).status_code == 200  # proofreading
        leader = signed_in("leader1")
        describe(leader, app, number, choice="lead")
        assert sister.get(board).status_code == 404
        printing = f"/groups/{scene.group}/months/2026-11/print"
        assert leader.post(printing, data={"leave_unsorted": "1"}).status_code == 302
        assert (sister.get(board).status_code, stranger.get(board).status_code) == (200, 404)
        assert sister.get(f"/photos/{number}/display").status_code == 404
        leader.post(f"/photos/{number}/withdraw", data={"reason": "拍到了参数屏"})
        assert sister.get(board).status_code == 404


def describe(browser: FlaskClient, app: Flask, number: int, **changes: object) -> TestResponse:
    with app.app_context():
        photo = db.session.get_one(Photo, number)
        values = {
            "activity": photo.activity_id or 0,
            "caption": photo.caption,
            "choice": "off",
            "version": photo.version,
        }
        db.session.remove()
    return browser.post(f"/photos/{number}", data={**values, **changes})


class TestDescribing:
    def test_activity_caption_and_place_on_the_board(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context():
            activity = logged(scene).id
            number = added(scene).id
            db.session.commit()
        leader = signed_in("leader1")
        assert "先不归到活动" in leader.get(f"/photos/{number}").get_data(as_text=True)
        answer = describe(leader, app, number, activity=activity, caption="攻关小组查主因", choice="lead", is_cover="y")
        assert answer.location == f"/groups/{scene.group}/months/2026-11"
        [photo] = photos(app)
        assert (photo.activity_id, photo.caption, photo.board_slot, photo.is_cover) == (
            activity, "攻关小组查主因", 1, True,
        )  # fmt: skip
        assert "攻关小组查主因" in leader.get(f"/activities/{activity}").get_data(as_text=True)

    def test_two_editors_the_second_keeps_the_text(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context():
            photo = added(scene)
            number, version = photo.id, photo.version
            db.session.commit()
        describe(signed_in("secretary"), app, number, caption="书记的")
        answer = describe(signed_in("leader1"), app, number, caption="组长的", version=version)
        page = answer.get_data(as_text=True)
        assert (answer.status_code, "对方存的说明是“书记的”" in page, 'value="组长的"' in page) == (409, True, True)
        assert photos(app)[0].caption == "书记的"

    @pytest.mark.parametrize(
        "changes", [{"caption": "长" * 81}, {"choice": "everywhere"}, {"activity": "99999"}, {"version": ""}]
    )
    def test_wrong_input_is_refused_at_the_field(
        self, app: Flask, scene: Scene, signed_in: SignInAs, changes: dict[str, object]
    ) -> None:
        with app.app_context():
            number = added(scene).id
            db.session.commit()
        assert describe(signed_in("leader1"), app, number, **changes).status_code == 422

    def test_captions_come_out_as_text(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context():
            number = added(scene).id
            db.session.commit()
        leader = signed_in("leader1")
        describe(leader, app, number, caption='"><img src=x onerror=alert(1)>')
        for page in (f"/photos/{number}", f"/groups/{scene.group}/months/2026-11"):
            assert "<img src=x" not in leader.get(page).get_data(as_text=True)


class TestOrder:
    def test_choices_for_the_board(self) -> None:
        slots: dict[int, int] = {}
        for photo, choice in ((7, BoardChoice.ON), (8, BoardChoice.LEAD), (9, BoardChoice.ON), (9, BoardChoice.LEAD)):
            slots = board_choice.chosen(slots, photo, choice)
        assert slots == {9: 1, 8: 2, 7: 3}
        assert board_choice.chosen(slots, 9, BoardChoice.ON) == {8: 2, 7: 3, 9: 4}
        assert board_choice.chosen(slots, 8, BoardChoice.OFF) == {9: 1, 7: 2}
        assert board_choice.chosen(slots, 7, BoardChoice.ON) == slots
        assert board_choice.moved(slots, 7, -1) == {9: 1, 7: 2, 8: 3}
        assert board_choice.moved(slots, 7, 1) == board_choice.moved(slots, 9, 1) == slots

    @pytest.fixture(autouse=True)
    def _context(self, app: Flask, scene: Scene) -> object:
        with app.app_context():
            yield

    def month(self, scene: Scene) -> list[int]:
        return [photo.id for photo in photo_queries.month_photos(scene.group, NOVEMBER)]

    def test_photos_off_the_board_change_places_in_the_month(self, scene: Scene) -> None:
        one, two, three = (added(scene, number).id for number in range(3))
        photo_operations.move_photo(db.session.get_one(Photo, three), step=-1, by=CLERK)
        assert self.month(scene) == [one, three, two]
        photo_operations.move_photo(db.session.get_one(Photo, one), step=-1, by=CLERK)
        assert self.month(scene) == [one, three, two]

    def test_an_activity_has_one_cover(self, scene: Scene) -> None:
        activity = logged(scene).id
        first, second = (added(scene, number, activity_id=activity) for number in range(2))
        for photo in (first, second):
            details = PhotoDetails(activity, "", BoardChoice.OFF, is_cover=True)
            photo_operations.describe_photo(photo, details, version=photo.version, by=CLERK)
        db.session.expire_all()
        assert [photo.id for photo in record_queries.photos(db.session.get_one(Activity, activity))] == [
            second.id,
            first.id,
        ]
        assert (first.is_cover, second.is_cover) == (False, True)

    def test_an_activity_of_another_group_or_month_is_refused(self, scene: Scene) -> None:
        other = logged(scene, held_on=NOVEMBER.previous().first).id
        with pytest.raises(NotThisMonth):
            added(scene, activity_id=other)
        photo = added(scene)
        with pytest.raises(NotThisMonth):
            photo_operations.describe_photo(
                photo, PhotoDetails(other, "", BoardChoice.OFF), version=photo.version, by=CLERK
            )

    def test_versions_hold(self, scene: Scene) -> None:
        photo = added(scene)
        with pytest.raises(PhotoChanged):
            photo_operations.describe_photo(
                photo, PhotoDetails(None, "", BoardChoice.OFF), version=photo.version - 1, by=CLERK
            )


class TestWithdrawal:
    def test_a_withdrawn_photo_is_nowhere_and_may_come_back(
        self, app: Flask, scene: Scene, signed_in: SignInAs
    ) -> None:
        leader = signed_in("leader1")
        number = send(leader, address(scene), picture()).get_json()["id"]
        assert leader.post(f"/photos/{number}/withdraw", data={"reason": ""}).status_code == 422
        assert leader.post(f"/photos/{number}/withdraw", data={"reason": "拍到了参数屏"}).status_code == 302
        for page in ("", "/thumb", "/display", "/original"):
            assert leader.get(f"/photos/{number}{page}").status_code == 404
        assert f"/photos/{number}/" not in leader.get(f"/groups/{scene.group}/months/2026-11").get_data(as_text=True)
        late = send(leader, address(scene), picture())
        assert (late.status_code, "已撤下" in late.get_json()["message"]) == (409, True)
        back = send(leader, address(scene), picture(), upload_id="e" * 32)
        assert (back.status_code, back.get_json()["id"]) == (201, number)
        assert acts(app) == ["photo.add", "photo.withdraw", "photo.restore"]


class TestIssue:
    @pytest.fixture(autouse=True)
    def _context(self, app: Flask, scene: Scene) -> object:
        with app.app_context():
            yield

    def month(self, scene: Scene) -> photo_queries.GroupMonth:
        found = photo_queries.group_month(scene.group, NOVEMBER)
        assert found is not None
        return found

    def choose(self, photo: Photo, choice: BoardChoice, caption: str = "") -> None:
        photo_operations.describe_photo(
            photo, PhotoDetails(photo.activity_id, caption, choice), version=photo.version, by=CLERK
        )

    def test_a_page_without_photos_may_be_printed(self, scene: Scene) -> None:
        issue = issue_operations.print_issue(self.month(scene), by=CLERK)
        assert (issue.printed_by, self.month(scene).is_printed) == ("示例录入", True)

    def test_a_month_to_come_is_not_printed(self, scene: Scene) -> None:
        december = photo_queries.group_month(scene.group, NOVEMBER.next())
        assert december is not None
        with pytest.raises(MonthToCome):
            issue_operations.print_issue(december, by=CLERK)

    def test_photos_need_a_lead(self, scene: Scene) -> None:
        self.choose(added(scene), BoardChoice.ON)
        with pytest.raises(LeadPhotoMissing):
            issue_operations.print_issue(self.month(scene), by=CLERK)

    def test_a_printed_page_does_not_change_silently(self, scene: Scene) -> None:
        lead, second, rest = (added(scene, number) for number in range(3))
        self.choose(lead, BoardChoice.LEAD)
        self.choose(second, BoardChoice.ON)
        issue_operations.print_issue(self.month(scene), by=CLERK, leave_unsorted=True)
        for act in (
            lambda: self.choose(lead, BoardChoice.OFF),
            lambda: self.choose(rest, BoardChoice.ON),
            lambda: self.choose(lead, BoardChoice.LEAD, "新的说明"),
            lambda: issue_operations.print_issue(self.month(scene), by=CLERK),
        ):
            with pytest.raises(IssuePrinted):
                act()
        self.choose(rest, BoardChoice.OFF, "不在版上的可以写")
        photo_operations.withdraw_photo(lead, reason="拍到烟包", by=CLERK)
        db.session.flush()
        assert [photo.id for photo in photo_queries.board_photos(scene.group, NOVEMBER)] == [second.id]
        issue_operations.reopen_issue(self.month(scene), reason="换头条", by=CLERK)
        self.choose(rest, BoardChoice.LEAD)
        assert db.session.scalars(select(MonthIssue)).one().printed_at is None

    def test_the_same_bytes_and_ids_at_the_level_of_acts(self, scene: Scene) -> None:
        first = added(scene, 1)
        assert added(scene, 1) is first
        month = self.month(scene)
        with pytest.raises(SamePhoto) as same:
            upload_operations.add_photo(month, files(1), upload_id="another-id", by=CLERK)
        assert same.value.photo is first
        with pytest.raises(UploadIdTaken):
            upload_operations.add_photo(self.month(scene), files(2), upload_id="upload-00000001", by=CLERK)
        assert queries.month_activities(scene.group, NOVEMBER) == []


class TestSorting:
    def month(self, scene: Scene) -> str:
        return f"/groups/{scene.group}/months/2026-11"

    @pytest.fixture
    def inbox(self, app: Flask, scene: Scene) -> tuple[int, int, list[int]]:
        """Two activities, and photos that came before they were logged: two of the second's day, one undated, one of
        another day."""
        with app.app_context():
            numbers = []
            for number, day in enumerate(["2026:11:06 09:00:00", "2026:11:06 09:01:00", "", "2026:11:09 10:00:00"]):
                exif = Image.Exif()
                if day:
                    exif.get_ifd(0x8769)[0x9003] = day
                month = photo_queries.group_month(scene.group, NOVEMBER)
                assert month is not None
                photo = upload_operations.add_photo(
                    month, files(number, exif=exif), upload_id=f"upload-{number:08}", by=CLERK
                )
                numbers.append(photo.id)
            first, second = (
                logged(scene, title=title, held_on=day).id
                for title, day in (("定分工", date(2026, 11, 5)), ("查主因", date(2026, 11, 6)))
            )
            db.session.commit()
        return first, second, numbers

    def ticked(self, page: str) -> list[int]:
        return [int(found) for found in re.findall(r'name="photos" value="(\d+)" checked', page)]

    def chosen(self, page: str) -> list[str]:
        field = re.search(r'<select[^>]*name="activity".*?</select>', page, re.DOTALL)
        assert field is not None
        return re.findall(r'<option selected value="(\d+)"', field[0])

    def test_one_tap_puts_them_where_their_day_says(
        self, app: Flask, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs
    ) -> None:
        first, second, numbers = inbox
        leader = signed_in("leader1")
        page = leader.get(self.month(scene)).get_data(as_text=True)
        assert (self.chosen(page), self.ticked(page)) == ([str(second)], numbers[:3])
        answer = leader.post(f"{self.month(scene)}/sort", data={"activity": second, "photos": numbers[:3]})
        assert (answer.status_code, answer.location) == (302, self.month(scene))
        assert [photo.activity_id for photo in photos(app)] == [second, second, second, None]
        page = leader.get(self.month(scene)).get_data(as_text=True)
        assert "3 张已归到“查主因”。" in page
        # No day speaks for the last one: the activity chosen before is proposed, but nothing ticked.
        assert (self.chosen(page), self.ticked(page)) == ([str(second)], [])
        leader.post(f"{self.month(scene)}/sort", data={"activity": first, "all": "1"})
        assert photos(app)[3].activity_id == first
        assert "没归到活动" not in leader.get(self.month(scene)).get_data(as_text=True)
        assert acts(app).count("photo.sort") == 2

    def test_a_photo_of_another_year_says_the_year(
        self, app: Flask, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs
    ) -> None:
        with app.app_context():
            photo = db.session.get(Photo, inbox[2][0])
            assert photo is not None
            photo.taken_at = "2008-10-22T16:28:39"
            db.session.commit()
        page = signed_in("leader1").get(self.month(scene)).get_data(as_text=True)
        assert re.findall(r"未归活动，([^<]*)", page) == ["2008年10月22日拍", "11月6日拍", "没有日期", "11月9日拍"]

    def test_what_somebody_else_has_sorted_stays(
        self, app: Flask, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs
    ) -> None:
        first, second, numbers = inbox
        leader = signed_in("leader1")
        leader.post(f"{self.month(scene)}/sort", data={"activity": first, "photos": numbers[:1]})
        leader.post(f"{self.month(scene)}/sort", data={"activity": second, "photos": numbers[:2]})
        assert [photo.activity_id for photo in photos(app)] == [first, second, None, None]
        again = leader.post(f"{self.month(scene)}/sort", data={"activity": second, "photos": numbers[:2]})
        assert (again.status_code, "没有要归的照片" in again.get_data(as_text=True)) == (422, True)

    @pytest.mark.parametrize("activity", ["0", "", "x", "999999"])
    def test_an_activity_must_be_chosen(
        self, app: Flask, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs, activity: str
    ) -> None:
        *_, numbers = inbox
        answer = signed_in("leader1").post(
            f"{self.month(scene)}/sort", data={"activity": activity, "photos": numbers[1:2]}
        )
        page = answer.get_data(as_text=True)
        assert (answer.status_code, "请选一次活动。" in page, self.ticked(page)) == (422, True, numbers[1:2])
        assert [photo.activity_id for photo in photos(app)] == [None] * 4

    def test_another_groups_photos_are_not_touched(
        self, app: Flask, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs
    ) -> None:
        _, second, numbers = inbox
        with app.app_context():
            theirs = added(scene, 9, group_id=scene.sister_group).id
            db.session.commit()
        leader = signed_in("leader1")
        leader.post(f"{self.month(scene)}/sort", data={"activity": second, "photos": [theirs, numbers[0]]})
        assert {photo.id: photo.activity_id for photo in photos(app) if photo.activity_id} == {numbers[0]: second}
        assert signed_in("leader2").post(f"{self.month(scene)}/sort").status_code == 404

    def test_the_photos_own_page_proposes_too(
        self, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs
    ) -> None:
        _, second, numbers = inbox
        page = signed_in("leader1").get(f"/photos/{numbers[0]}").get_data(as_text=True)
        assert re.findall(r'name="activity"[^>]*value="(\d+)" checked', page) == [str(second)]
        assert page.count("和照片同一天") == 1

    def test_the_issue_asks_before_it_leaves_them(
        self, app: Flask, scene: Scene, inbox: tuple[int, int, list[int]], signed_in: SignInAs
    ) -> None:
        leader = signed_in("leader1")
        assert "还有 4 张照片没归到活动。" in leader.get(self.month(scene)).get_data(as_text=True)
        answer = leader.post(f"{self.month(scene)}/print")
        page = answer.get_data(as_text=True)
        assert (answer.status_code, '<details class="confirm" open>' in page) == (422, True)
        assert "先去归照片" in page
        with app.app_context():
            assert db.session.scalars(select(MonthIssue)).all() == []
        assert leader.post(f"{self.month(scene)}/print", data={"leave_unsorted": "1"}).status_code == 302
        page = leader.get(self.month(scene)).get_data(as_text=True)
        assert "新加的照片留作佐证，不在已印的版面上。" in page
        assert f"那时会提示和这里的是同一个文件，答“{Answer.SAME_EVENT.label}”就行。" in page
        page = leader.get(f"/photos/{inbox[2][0]}").get_data(as_text=True)
        assert ("这张不在版面上：要上版，" in page, '<input type="hidden" name="choice" value="off">' in page) == (
            True,
            True,
        )


def test_the_activities_of_other_days_are_folded(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """Where the photo has its place already; else all stand open to choose from."""
    with app.app_context():
        own, other = (logged(scene, title=title).id for title in ("定分工", "查主因"))
        sorted_in, loose = added(scene, 1, activity_id=own).id, added(scene, 2).id
        db.session.commit()
    leader = signed_in("leader1")

    def folded(number: int) -> list[list[str]]:
        page = leader.get(f"/photos/{number}").get_data(as_text=True)
        parts = re.findall(r'<details class="more">.*?</details>', page, re.DOTALL)
        return [re.findall(r'name="activity"[^>]*value="(\d+)"', part) for part in parts]

    assert (folded(sorted_in), folded(loose)) == ([[str(other), "0"]], [])
    pages = [leader.get(f"/photos/{number}").get_data(as_text=True) for number in (sorted_in, loose)]
    heads = [re.findall(r"<h1[^>]*>(.*?)</h1>", page) for page in pages]
    assert heads == [["还没写说明的照片"], ["这张照片是哪次活动"]]


class TestMonthsThatTakePhotos:
    @pytest.mark.parametrize(
        ("month", "status", "words"),
        [
            ("2026-11", 201, "已存。"),
            ("2024-11", 201, "已存。"),
            ("2026-12", 422, "2026年12月还没到，照片请放到2026年11月或更早的月份。"),
            (
                "2024-10",
                422,
                "2024年10月太久了，只收2024年11月以来的照片。请核对月份；确要补旧照片，请系统管理员放宽年限。",
            ),
        ],
    )
    def test_the_running_month_and_two_years_back(
        self, app: Flask, scene: Scene, signed_in: SignInAs, month: str, status: int, words: str
    ) -> None:
        leader = signed_in("leader1")
        answer = send(leader, f"/groups/{scene.group}/months/{month}/photos", picture())
        assert (answer.status_code, answer.get_json()["message"]) == (status, words)
        assert len(photos(app)) == (1 if status == 201 else 0)
        page = leader.get(f"/groups/{scene.group}/months/{month}").get_data(as_text=True)
        assert ("data-upload" in page, words in page) == (status == 201, status == 422)

    def test_how_far_back_is_a_setting(self, make_app: AppMaker, scene: Scene) -> None:
        app = make_app(PHOTO_YEARS_BACK=0)
        browser = sign_in(app.test_client(), "leader1")
        october = send(browser, f"/groups/{scene.group}/months/2026-10/photos", picture())
        assert (october.status_code, send(browser, address(scene), picture()).status_code) == (422, 201)
