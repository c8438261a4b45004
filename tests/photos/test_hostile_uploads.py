"""Hostile files and broken requests as they come to the site: told in words, nothing stored, the others go on."""

import gc
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.audit.models import AuditLine
from app.foundation import images
from app.foundation.db import db
from app.foundation.room import Room
from app.photos import upload_views
from app.photos.models import Photo
from tests import hostile
from tests.activities.records import picture
from tests.factories import Scene
from tests.fixtures.scene import SignInAs

# What is larger than half a megabyte lies in temporary files, which the test client and a broken body leave to the collector.
pytestmark = pytest.mark.filterwarnings("ignore:[Uu]nclosed file:ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


JSON = {"Accept": "application/json"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
EDGE = "the-edge-of-a-part"


def address(scene: Scene) -> str:
    return f"/groups/{scene.group}/months/2026-11/photos"


def sent(browser: FlaskClient, scene: Scene, content: bytes, name: str = "IMG_1.jpg") -> TestResponse:
    data = {"upload_id": "a" * 32, "photos": (io.BytesIO(content), name)}
    return browser.post(address(scene), data=data, headers=JSON)


def stored(app: Flask) -> tuple[int, int, int]:
    """Rows, lines of the trail, files."""
    with app.app_context():
        rows = db.session.scalar(select(func.count()).select_from(Photo)) or 0
        lines = db.session.scalar(select(func.count()).select_from(AuditLine).where(AuditLine.act == "photo.add")) or 0
        db.session.rollback()
    return rows, lines, len(list(app.extensions["storage"].iterate()))


def test_each_is_refused_in_words_and_nothing_is_stored(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    leader = signed_in("leader1")
    told = {}
    for name, (make, words) in hostile.FILES.items():
        answer = sent(leader, scene, make())
        told[name] = (answer.status_code, words in answer.get_json()["message"])
    assert told == dict.fromkeys(hostile.FILES, (422, True))
    assert stored(app) == (0, 0, 0)


def test_the_rest_of_a_batch_goes_on(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """As many as a form takes, a good one before, between and behind them."""
    leader = signed_in("leader1")
    bad = [(io.BytesIO(make()), f"{name}.jpg") for name, (make, _) in hostile.FILES.items()]
    good = 0
    rest = iter(bad)
    while part := list(islice(rest, upload_views.MAX_FILES - 3)):
        fine = [(io.BytesIO(picture(good + number)), f"{good + number}.jpg") for number in range(3)]
        chosen = [fine[0], *part[: len(part) // 2], fine[1], *part[len(part) // 2 :], fine[2]]
        assert leader.post(address(scene), data={"photos": chosen}).status_code == 302
        good += 3
    assert stored(app) == (good, good, 3 * good)


@pytest.mark.parametrize("name", list(hostile.NAMES))
def test_an_odd_name_is_only_a_name(app: Flask, scene: Scene, signed_in: SignInAs, name: str) -> None:
    leader = signed_in("leader1")
    body = _body(picture(), b'filename="' + hostile.NAMES[name].replace('"', "%22").encode() + b'"')  # as browsers do
    answer = _raw(leader, scene, body, len(body))
    assert (answer.status_code, stored(app)) == (201, (1, 1, 3))
    said = answer.get_json()["name"]
    assert (len(said) <= 60, "/" in said, "\\" in said) == (True, False, False)
    page = leader.get(f"/groups/{scene.group}/months/2026-11").get_data(as_text=True)
    assert ("onerror=" in page, "passwd" in page) == (False, False)


@pytest.mark.parametrize("encoding", ["gbk", "shift_jis", "utf-16", "utf-32"])
def test_a_name_in_no_encoding_of_the_web(app: Flask, scene: Scene, signed_in: SignInAs, encoding: str) -> None:
    """No browser sends one from a page in UTF-8; the part cannot be read then, and that is all."""
    name = "两会".encode(encoding, "replace")
    body = _body(picture(), b'filename="' + name + b'.jpg"')
    answer = _raw(signed_in("leader1"), scene, body, len(body))
    assert (answer.status_code, stored(app)) == (422, (0, 0, 0))
    assert CHINESE.search(answer.get_json()["message"])


# ------------------------------------------------------------------ requests that break off or lie


def _body(content: bytes, name: bytes = b'filename="1.jpg"') -> bytes:
    head = b'Content-Disposition: form-data; name="photos"; ' + name + b"\r\nContent-Type: image/jpeg\r\n\r\n"
    edge = b"--" + EDGE.encode()
    return edge + b"\r\n" + head + content + b"\r\n" + edge + b"--\r\n"


def _raw(browser: FlaskClient, scene: Scene, body: bytes, declared: int) -> TestResponse:
    given: dict[str, Any] = {"input_stream": io.BytesIO(body), "environ_overrides": {"CONTENT_LENGTH": str(declared)}}
    kind = f"multipart/form-data; boundary={EDGE}"
    return browser.post(address(scene), content_type=kind, headers=JSON, **given)


@pytest.mark.parametrize(
    ("kept", "declared"),
    [
        ("half", "whole"),  # the line broke
        ("half", "half"),  # the size lies: there is more than it says
        ("whole", "half"),
        ("whole", "double"),
        ("head", "whole"),
        ("nothing", "whole"),
        ("whole", "nothing"),
    ],
)
def test_a_body_cut_off_or_a_size_that_lies(
    app: Flask, scene: Scene, signed_in: SignInAs, kept: str, declared: str
) -> None:
    whole = _body(picture(size=(1200, 900)))
    sizes = {"nothing": 0, "head": 60, "half": len(whole) // 2, "whole": len(whole), "double": 2 * len(whole)}
    answer = _raw(signed_in("leader1"), scene, whole[: sizes[kept]], sizes[declared])
    assert 400 <= answer.status_code < 500, answer.status_code
    assert CHINESE.search(answer.get_json()["message"])
    assert stored(app) == (0, 0, 0)


def test_who_comes_while_too_many_wait_is_told_to_come_again(
    app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "_room", Room(10, least=10, line=0))
    answer = sent(signed_in("leader1"), scene, picture())
    assert (answer.status_code, answer.get_json()["message"], stored(app)) == (
        503,
        "现在传照片的人多，这张还没有存，稍后自动重试。",
        (0, 0, 0),
    )
    monkeypatch.setattr(images, "_room", Room(10, least=10, line=1))
    assert sent(signed_in("leader1"), scene, picture()).status_code == 201
