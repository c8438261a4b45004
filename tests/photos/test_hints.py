"""疑似重复: which photos are pointed out when one is sent, what is kept for that, and what goes with a withdrawal."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.activities.models import ActivityGroup
from app.audit.models import AuditLine
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.images import prepare
from app.foundation.periods import Month
from app.foundation.storage import storage
from app.photos import hint_queries, likeness_operations, queries, upload_operations
from app.photos import operations as photo_operations
from app.photos.hint_models import Answer, PhotoFingerprint, PhotoHint
from app.photos.models import Photo
from app.photos.queries import GroupMonth
from app.photos.upload_operations import KeptFiles
from tests.activities.records import CLERK, NOVEMBER, logged, picture
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import SignInAs, sign_in
from tests.photos.hints import ROOM, STRANGER, forwarded, found, kept, photo, send

CUT = "裁剪过（新照片约为原画面的 80%）"


@pytest.fixture
def leader(signed_in: SignInAs) -> FlaskClient:
    return signed_in("leader1")


class TestFinding:
    def test_a_cut_copy_in_another_month_is_pointed_out(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        old = send(leader, scene.group, "2026-09", photo()).get_json()
        answer = send(leader, scene.group, "2026-11", forwarded())
        new = answer.get_json()
        assert found(app) == [(new["id"], old["id"], CUT)]
        assert (answer.status_code, new["message"]) == (201, "已存。")
        assert new["hint"] == {"words": "疑似重复：2026年9月有一张很像", "page": "/hints/1"}
        assert "hint" not in old
        with app.app_context():
            lines = db.session.scalars(
                select(AuditLine.after).where(AuditLine.act == "photo.add").order_by(AuditLine.id)
            )
            assert [line.get("alike") for line in lines if line] == [None, [old["id"]]]

    def test_a_stranger_is_not(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        send(leader, scene.group, "2026-09", photo())
        assert "hint" not in send(leader, scene.group, "2026-11", photo(STRANGER)).get_json()
        assert (found(app), kept(app)) == ([], (2, 2))

    def test_the_same_file_is_known_by_its_hash_even_without_detail(
        self, app: Flask, scene: Scene, leader: FlaskClient
    ) -> None:
        plain = picture(form="PNG", size=(64, 48))
        old = send(leader, scene.group, "2026-09", plain).get_json()
        with app.app_context(), unit_of_work.transaction():
            likeness_operations.forget(db.session.get_one(Photo, old["id"]))
        new = send(leader, scene.group, "2026-11", plain).get_json()
        assert found(app) == [(new["id"], old["id"], "同一个文件")]

    def test_the_same_try_again_names_the_same_hint(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        send(leader, scene.group, "2026-09", photo())
        first, again = (send(leader, scene.group, "2026-11", forwarded(), upload_id="b" * 32) for _ in range(2))
        assert (first.status_code, again.status_code, again.get_json()) == (201, 201, first.get_json())
        assert len(found(app)) == 1

    def test_at_most_three(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        months = ("2026-05", "2026-06", "2026-07", "2026-08")
        sent = [send(leader, scene.group, month, photo()).get_json()["id"] for month in months]
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(db.delete(PhotoHint))
        new = send(leader, scene.group, "2026-11", photo()).get_json()["id"]
        assert [(one, other) for one, other, _words in found(app)] == [(new, other) for other in sent[:0:-1]]


class TestWhoIsCompared:
    def test_nothing_within_a_group_and_month_before_both_have_an_activity(
        self, app: Flask, scene: Scene, leader: FlaskClient
    ) -> None:
        send(leader, scene.group, "2026-11", photo())
        send(leader, scene.group, "2026-11", forwarded())
        assert found(app) == []

    @pytest.mark.parametrize("hidden", [[], ["2026-11"] * 2])
    def test_what_sorting_or_another_month_makes_of_two_is_pointed_out_then(
        self, app: Flask, scene: Scene, leader: FlaskClient, hidden: list[str]
    ) -> None:
        """Nothing is compared then: what looked alike was kept when it was sent, apart from what was shown at once."""
        for number, month in enumerate(hidden):
            send(leader, scene.group, month, forwarded(quality=60 + number))
        other = send(leader, scene.group, "2026-09", photo()).get_json()["id"]
        with app.app_context(), unit_of_work.transaction():
            activities = [logged(scene, title=title).id for title in ("学习", "攻关")]
        old = send(leader, scene.group, "2026-11", photo(), upload_id="a" * 32).get_json()["id"]
        new = send(leader, scene.group, "2026-11", forwarded()).get_json()["id"]

        def hinted() -> list[tuple[int, int]]:
            return [pair[:2] for pair in found(app) if pair[0] == new]

        assert hinted() == [(new, other)]
        month = f"/groups/{scene.group}/months/2026-11"
        for photo_id, activity_id in zip((old, new), activities, strict=True):
            leader.post(f"{month}/sort", data={"photos": photo_id, "activity": activity_id})
        assert hinted() == [(new, other), (new, old)]
        leader.post(f"{month}/arrange", data={"photos": new, "activity": activities[0]})
        assert hinted() == [(new, other)]
        leader.post(f"{month}/change-month", data={"photos": new, "month": "2026-10"})
        assert [pair for pair in hinted() if pair[1] == old] == [(new, old)]

    def test_two_activities_of_one_month_are(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        with app.app_context(), unit_of_work.transaction():
            one, other = (logged(scene, title=title).id for title in ("学习", "攻关"))
        old = send(leader, scene.group, "2026-11", photo(), activity_id=one).get_json()["id"]
        new = send(leader, scene.group, "2026-11", forwarded(), activity_id=other).get_json()["id"]
        assert found(app) == [(new, old, CUT)]

    def test_one_activity_is_not_even_of_two_groups(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context(), unit_of_work.transaction():
            joint = logged(scene, kind="joint_study", title="联学").id
            db.session.add(
                ActivityGroup(
                    activity_id=joint, group_id=scene.sister_group, committee_id=scene.committee, month=NOVEMBER
                )
            )
        send(signed_in("leader1"), scene.group, "2026-11", photo(), activity_id=joint)
        send(signed_in("leader2"), scene.sister_group, "2026-11", photo(), activity_id=joint)
        send(signed_in("leader2"), scene.sister_group, "2026-11", forwarded(), activity_id=joint)
        assert found(app) == []

    def test_a_hint_ends_when_both_are_put_to_one_activity(self, app: Flask, scene: Scene, signed_in: SignInAs) -> None:
        with app.app_context(), unit_of_work.transaction():
            joint = logged(scene, kind="joint_study", title="联学").id
        send(signed_in("leader1"), scene.group, "2026-11", photo(), activity_id=joint)
        new = send(signed_in("leader2"), scene.sister_group, "2026-11", forwarded()).get_json()["id"]
        with app.app_context():
            assert hint_queries.open_hints(scene.sister_group, NOVEMBER) == {new: 1}
            with unit_of_work.transaction():
                db.session.execute(update(Photo).where(Photo.id == new).values(activity_id=joint))
            assert hint_queries.open_hints(scene.sister_group, NOVEMBER) == {}

    @pytest.mark.parametrize(
        ("scope", "hinted"),
        [
            ("branch", {"sister_group"}),
            ("committee", {"sister_group", "other_group"}),
            ("all", {"sister_group", "other_group", "foreign_group"}),
        ],
    )
    @pytest.mark.parametrize("content", [photo, forwarded])
    def test_the_setting_says_how_far(
        self, make_app: AppMaker, scene: Scene, scope: str, hinted: set[str], content: object
    ) -> None:
        app = make_app(LIKENESS_SCOPE=scope)
        senders = {"sister_group": "leader2", "other_group": "leader21", "foreign_group": "foreign-leader"}
        seen: set[str] = set()
        for group, login in senders.items():
            with app.app_context(), unit_of_work.transaction():
                for row in db.session.scalars(select(Photo).where(Photo.withdrawn_at.is_(None))):
                    photo_operations.withdraw_photo(row, reason="换下一组", by=CLERK)
            send(sign_in(app.test_client(), "leader1"), scene.group, f"2026-0{len(seen) + 1}", photo())
            new = send(sign_in(app.test_client(), login), getattr(scene, group), "2026-11", content())  # type: ignore[operator]
            if "hint" in new.get_json():
                seen.add(group)
        assert seen == hinted

    def test_a_wrong_setting_stops_the_start(self, make_app: AppMaker) -> None:
        with pytest.raises(ValueError, match="factory"):
            make_app(LIKENESS_SCOPE="factory")


class TestAtTheSameSecond:
    @staticmethod
    def compared(to: GroupMonth, content: bytes) -> KeptFiles:
        files = upload_operations.keep_files(prepare(io.BytesIO(content)), to=storage(), originals=False)
        return upload_operations.compared(files, to=to)

    @pytest.mark.parametrize(("month", "met"), [("2026-10", [(2, 1, CUT)]), ("2026-11", [])])
    def test_the_later_one_meets_the_earlier(
        self, app: Flask, scene: Scene, month: str, met: list[tuple[int, int, str]]
    ) -> None:
        """Both are compared before either is written."""
        with app.app_context():
            wanted = [queries.group_month(scene.group, one) for one in (Month.parse(month), NOVEMBER)]
            to = [one for one in wanted if one is not None]
            ready = [self.compared(*pair) for pair in zip(to, (photo(), forwarded()), strict=True)]
            for number in (0, 1):
                with unit_of_work.transaction():
                    upload_operations.add_photo(to[number], ready[number], upload_id=f"upload-{number:08}", by=CLERK)
        assert found(app) == met

    def test_one_that_comes_back_at_that_second_is_met_too(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        old = send(leader, scene.group, "2026-10", photo()).get_json()["id"]
        leader.post(f"/photos/{old}/withdraw", data={"reason": "传错了"})
        with app.app_context():
            to = queries.group_month(scene.group, NOVEMBER)
            assert to is not None
            ready = self.compared(to, forwarded())
        send(leader, scene.group, "2026-10", photo(), upload_id="z" * 32)
        with app.app_context(), unit_of_work.transaction():
            new = upload_operations.add_photo(to, ready, upload_id="upload-00000001", by=CLERK).id
        assert found(app) == [(new, old, CUT)]


class TestNothingFails:
    @pytest.mark.parametrize("damage", [{"signs": "no signs"}, {"grey": b"too short"}])
    def test_what_is_damaged_is_not_compared_and_stops_nothing(
        self, app: Flask, scene: Scene, leader: FlaskClient, damage: dict[str, Any], caplog: pytest.LogCaptureFixture
    ) -> None:
        send(leader, scene.group, "2026-09", photo())
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(update(PhotoFingerprint).values(**damage))
        answer = send(leader, scene.group, "2026-11", forwarded())
        assert (answer.status_code, found(app), kept(app)) == (201, [], (2, 2))
        assert [line.getMessage() for line in caplog.records] == ["a photo could not be compared"]

    def test_when_comparing_fails_the_photo_is_stored(
        self, app: Flask, scene: Scene, leader: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        send(leader, scene.group, "2026-09", photo())

        def broken(*_arguments: object) -> None:
            raise ArithmeticError

        monkeypatch.setattr(likeness_operations, "candidates", broken)
        answer = send(leader, scene.group, "2026-11", forwarded())
        assert (answer.status_code, "hint" in answer.get_json(), kept(app)) == (201, False, (2, 2))

    def test_when_keeping_fails_the_photo_is_stored(
        self, app: Flask, scene: Scene, leader: FlaskClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(db.text("ALTER TABLE photo_hint RENAME TO photo_hint_gone"))
        monkeypatch.setattr(hint_queries, "months_of_open_hints", lambda _ids: {})
        assert send(leader, scene.group, "2026-09", photo()).status_code == 201
        assert kept_photos(app) == 1

    def test_two_copies_at_once_are_two_photos(self, app: Flask, scene: Scene) -> None:
        jobs = [("leader1", scene.group, photo()), ("leader2", scene.sister_group, photo())] * 3
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(lambda job: send(sign_in(app.test_client(), job[0]), job[1], "2026-11", job[2]), jobs)
            )
        assert {answer.status_code for answer in answers} == {201}
        # Exact copies are looked for where the row is written, so the later one always meets the earlier.
        [(new, old, words)] = found(app)
        assert ([old, new], words, kept(app)) == (photo_ids(app), "同一个文件", (2, 2))


def photo_ids(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(Photo.id).order_by(Photo.id)))


def kept_photos(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Photo.id)).all())


class TestWithdrawing:
    def test_a_withdrawn_photo_is_not_compared_and_nothing_of_it_stays(
        self, app: Flask, scene: Scene, leader: FlaskClient
    ) -> None:
        old = send(leader, scene.group, "2026-09", photo()).get_json()["id"]
        leader.post(f"/photos/{old}/withdraw", data={"reason": "传错了"})
        assert kept(app) == (0, 0)
        send(leader, scene.group, "2026-11", forwarded())
        assert (found(app), kept(app)) == ([], (1, 1))

    @pytest.mark.parametrize("withdrawn", ["newer", "older"])
    def test_a_withdrawal_ends_the_hint(self, app: Flask, scene: Scene, leader: FlaskClient, withdrawn: str) -> None:
        old = send(leader, scene.group, "2026-09", photo()).get_json()["id"]
        new = send(leader, scene.group, "2026-11", forwarded()).get_json()["id"]
        leader.post(f"/photos/{new if withdrawn == 'newer' else old}/withdraw", data={"reason": "传错了"})
        with app.app_context():
            assert hint_queries.open_hints(scene.group, NOVEMBER) == {}
            assert hint_queries.hints_of(new) == []

    def test_one_that_comes_back_is_compared_anew(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        send(leader, scene.group, "2026-09", photo())
        new = send(leader, scene.group, "2026-11", forwarded()).get_json()["id"]
        leader.post("/hints/1", data={"answer": "same-event", "version": "1"})
        leader.post(f"/photos/{new}/withdraw", data={"reason": "传错了"})
        again = send(leader, scene.group, "2026-11", forwarded(), upload_id="z" * 32)
        assert (again.status_code, again.get_json()["id"], kept(app)) == (201, new, (2, 2))
        with app.app_context():
            [hint] = db.session.scalars(select(PhotoHint))
            assert (hint.photo_id, hint.answer) == (new, Answer.NONE)


class TestRebuilding:
    def test_photos_of_before_get_their_fingerprint(self, app: Flask, scene: Scene, leader: FlaskClient) -> None:
        ids = [send(leader, scene.group, "2026-09", photo(number)).get_json()["id"] for number in (ROOM, STRANGER)]
        with app.app_context(), unit_of_work.transaction():
            for number in ids:
                likeness_operations.forget(db.session.get_one(Photo, number))
            db.session.execute(update(Photo).where(Photo.id == ids[1]).values(original_key=None))
        assert kept(app) == (0, 0)
        said = "照片 2 张，换了 0 张，重做比对特征 {} 张，没有留原图 1 张，问题 0 个\n"
        runner = app.test_cli_runner()
        assert runner.invoke(args=["photos", "rebuild"]).output == said.format(2)
        assert kept(app) == (2, 2)
        assert runner.invoke(args=["photos", "rebuild"]).output == said.format(0)
        new = send(leader, scene.group, "2026-11", forwarded()).get_json()["id"]
        assert [pair[:2] for pair in found(app)] == [(new, ids[0])]
