"""A photo's own time beside its activity's day and month: what is said, and that no time says nothing."""

from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from app.foundation.db import db
from app.photos.models import Photo
from app.photos.time_hint import Fit, TimeHint, time_hint
from tests.activities.records import added, logged, picture
from tests.factories import Scene
from tests.fixtures.scene import SignInAs

FIFTH, SIXTH = date(2026, 11, 5), date(2026, 11, 6)


def hint(taken_at: str | None, *days: date) -> TimeHint:
    return time_hint(taken_at, year=2026, month=11, activity_days=days)


@pytest.mark.parametrize(
    ("taken_at", "days", "fit", "words"),
    [
        (None, [], Fit.NO_TIME, "照片没有日期，不算问题"),
        (None, [FIFTH], Fit.NO_TIME, "照片没有日期，不算问题"),
        ("2026-11-05T14:31:00", [FIFTH], Fit.SAME_DAY, "拍摄于2026年11月5日 14:31，和活动同一天"),
        ("2026-11-06T14:31:00", [FIFTH, SIXTH], Fit.SAME_DAY, "拍摄于2026年11月6日 14:31，和活动同一天"),
        ("2026-11-06T14:31:00", [], Fit.IN_MONTH, "拍摄于2026年11月6日 14:31"),
        (
            "2026-11-06T14:31:00", [FIFTH], Fit.OTHER_DAY,
            "拍摄于2026年11月6日 14:31，活动在11月5日，请看看是不是归对了",
        ),
        (
            "2026-11-09T14:31:00", [SIXTH, FIFTH], Fit.OTHER_DAY,
            "拍摄于2026年11月9日 14:31，活动在11月5日等 2 天，请看看是不是归对了",
        ),
        ("2026-10-31T14:31:00", [], Fit.OTHER_MONTH, "拍摄于2026年10月31日 14:31，不在11月，请看看是不是选对了"),
        ("2025-11-05T14:31:00", [FIFTH], Fit.OTHER_MONTH, "拍摄于2025年11月5日 14:31，不在11月，请看看是不是选对了"),
    ],
)  # fmt: skip
def test_what_is_said(taken_at: str | None, days: list[date], fit: Fit, words: str) -> None:
    found = hint(taken_at, *days)
    assert (found.fit, found.words, found.asks) == (fit, words, fit in {Fit.OTHER_DAY, Fit.OTHER_MONTH})


@pytest.mark.parametrize(
    ("taken_at", "fit"),
    [
        ("2026-11-05T00:00:00", Fit.SAME_DAY),
        ("2026-11-05T23:59:59", Fit.SAME_DAY),
        ("2026-11-06T00:00:00", Fit.SAME_DAY),  # the night shift's, of the day before as well
        ("2026-11-06T05:59:59", Fit.SAME_DAY),
        ("2026-11-06T06:00:00", Fit.OTHER_DAY),
        ("2026-11-04T23:59:59", Fit.OTHER_DAY),
    ],
)
def test_the_border_of_a_day(taken_at: str, fit: Fit) -> None:
    assert hint(taken_at, FIFTH).fit is fit


@pytest.mark.parametrize(
    ("taken_at", "fit"),
    [
        ("2026-10-31T23:59:59", Fit.OTHER_MONTH),
        ("2026-11-01T00:00:00", Fit.IN_MONTH),
        ("2026-11-30T23:59:59", Fit.IN_MONTH),
        ("2026-12-01T05:59:59", Fit.IN_MONTH),
        ("2026-12-01T06:00:00", Fit.OTHER_MONTH),
    ],
)
def test_the_border_of_a_month(taken_at: str, fit: Fit) -> None:
    assert hint(taken_at).fit is fit


@pytest.mark.parametrize(
    ("shutter", "offset", "kept"),
    [
        ("2026:11:30 23:30:00", None, "2026-11-30T23:30:00"),  # no zone: the wall clock of the factory, never UTC
        ("2026:11:30 23:30:00", "+08:00", "2026-11-30T23:30:00"),
        ("2026:11:30 15:30:00", "+00:00", "2026-11-30T23:30:00"),
        ("2026:11:30 17:00:00", "+00:00", "2026-12-01T01:00:00"),
        ("2026:12:01 00:30:00", "+09:00", "2026-11-30T23:30:00"),
        ("2026:11:30 10:30:00", "-05:00", "2026-11-30T23:30:00"),
        ("2026:11:30 23:30:00", "+8", "2026-11-30T23:30:00"),  # no offset that can be read
        ("2026:11:30 23:30:00", "+99:00", "2026-11-30T23:30:00"),
    ],
)
def test_the_photos_own_zone_is_heard_and_none_is_invented(
    app: Flask, scene: Scene, signed_in: SignInAs, shutter: str, offset: str | None, kept: str
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = shutter
    if offset:
        exif.get_ifd(0x8769)[0x9011] = offset
    data = {"upload_id": "a" * 32, "photos": (BytesIO(picture(exif=exif)), "1.jpg")}
    sent = signed_in("leader1").post(
        f"/groups/{scene.group}/months/2026-11/photos", data=data, headers={"Accept": "application/json"}
    )
    with app.app_context():
        assert db.session.get_one(Photo, sent.get_json()["id"]).taken_at == kept


def test_it_stands_on_the_photos_page(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    with app.app_context():
        activity = logged(scene, held_on=FIFTH).id
        photos = {}
        for number, (taken, to) in enumerate(
            [(None, None), ("2026-11-05T20:00:00", activity), ("2026-11-09T20:00:00", activity)]
        ):
            photo = added(scene, number, activity_id=to)
            photo.taken_at = taken
            photos[photo.id] = hint(taken, *([FIFTH] if to else [])).words
        db.session.commit()
    leader = signed_in("leader1")
    assert {number: words in leader.get(f"/photos/{number}").text for number, words in photos.items()} == dict.fromkeys(
        photos, True
    )
