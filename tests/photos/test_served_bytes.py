"""No byte of a photo that goes out says where, by whom, with what or under which name it was taken: over every way out."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from app.foundation import unit_of_work
from app.foundation.bare_originals import NotBare
from app.foundation.db import db
from app.photos import operations as photo_operations
from app.photos import photo_views
from app.photos.board_choice import BoardChoice
from app.photos.models import Photo
from tests.activities.records import CLERK
from tests.factories import Scene
from tests.fixtures.scene import SignInAs
from tests.foundation.test_bare_originals import KINDS, telling
from tests.phone_pictures import HEIC

NAME = "SECRET-NAME 主题党日.jpg"
# Every address under which a photo's bytes go out. A new one is added here, or the test of the addresses fails.
WAYS_OUT = {
    "photos.photo_file": ("/photos/{photo}/display", "/photos/{photo}/thumb", "/photos/{photo}/stamp"),
    "photos.board_photo": ("/board-photos/{photo}/display", "/board-photos/{photo}/thumb"),
    "photos.photo_original": ("/photos/{photo}/original",),
    # The same copies by the same function, behind another right.
    "inspections.evidence_photo": (),
}
PAGES = {"photos.photo_page"}
# What an EXIF of one field, the way up, may hold beside it.
MAY_HOLD = {0x0112}


def sent(browser: FlaskClient, scene: Scene, content: bytes) -> int:
    data = {"upload_id": "a" * 32, "photos": (io.BytesIO(content), NAME)}
    answer = browser.post(
        f"/groups/{scene.group}/months/2026-11/photos", data=data, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 201
    return int(answer.get_json()["id"])


def printed(app: Flask, browser: FlaskClient, scene: Scene, number: int) -> None:
    with app.app_context(), unit_of_work.transaction():
        photo_operations.choose_place(db.session.get_one(Photo, number), BoardChoice.LEAD, by=CLERK)
    answer = browser.post(f"/groups/{scene.group}/months/2026-11/print", data={"leave_unsorted": "1"})
    assert answer.status_code == 302


def test_every_way_out_is_known(app: Flask) -> None:
    ways = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "photo_id" in rule.arguments and "GET" in (rule.methods or ())
    }
    assert ways == set(WAYS_OUT) | PAGES


@pytest.mark.parametrize("kind", [*KINDS, "heic"])
def test_nothing_goes_along(app: Flask, scene: Scene, signed_in: SignInAs, kind: str) -> None:
    leader = signed_in("leader1")
    content = HEIC.read_bytes() if kind == "heic" else telling(orientation=6, **KINDS[kind])
    number = sent(leader, scene, content)
    printed(app, leader, scene, number)
    for address in (way.format(photo=number) for ways in WAYS_OUT.values() for way in ways):
        answer = leader.get(address)
        assert answer.status_code == 200, address
        head = str(answer.headers).encode()
        assert b"SECRET" not in answer.get_data() + head, address
        assert "filename*" not in answer.headers.get("Content-Disposition", ""), address
        assert answer.headers["Cache-Control"] == "private, no-cache", address
        assert re.fullmatch(r'"[0-9a-f]{64}(-stamp|-bare)?"', answer.headers["ETag"]), address
        again = leader.get(address, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.get_data()) == (304, b""), address
        if kind != "heic" or not address.endswith("original"):
            with Image.open(io.BytesIO(answer.get_data())) as image:
                assert set(image.getexif()) <= MAY_HOLD, address
                assert not {"comment", "xmp", "photoshop", "Comment"} & set(image.info), address


def test_no_page_tells_the_name_a_photo_had(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """It is answered once, to whoever sent it; no row, page or printed page keeps it."""
    leader = signed_in("leader1")
    number = sent(leader, scene, telling(orientation=1, **KINDS["jpeg"]))
    month = f"/groups/{scene.group}/months/2026-11"
    before = [leader.get(page).get_data() for page in (month, f"/photos/{number}")]
    printed(app, leader, scene, number)
    pages = [
        month,
        f"/photos/{number}",
        f"/groups/{scene.group}/photos/2026",
        f"/groups/{scene.group}/board/2026-11",
        "/",
    ]
    after = [leader.get(page, follow_redirects=True) for page in pages]
    assert [answer.status_code for answer in after] == [200] * len(pages)
    assert not any(b"SECRET" in page for page in [*before, *(answer.get_data() for answer in after)])
    with app.app_context():
        row = db.session.get_one(Photo, number)
        assert "SECRET" not in repr({column.name: getattr(row, column.name) for column in Photo.__table__.columns})


def test_the_original_itself_stays_whole_in_the_store(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    """It is evidence, and copies are made anew from it."""
    content = telling(orientation=6, **KINDS["jpeg"])
    number = sent(signed_in("leader1"), scene, content)
    with app.app_context():
        key = db.session.get_one(Photo, number).original_key
        with app.extensions["storage"].open(key) as file:
            assert file.read() == content


def test_a_file_that_cannot_be_made_bare_is_handed_out_as_its_copy(
    app: Flask, scene: Scene, signed_in: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:

    def fails(_content: bytes) -> bytes:
        raise NotBare

    leader = signed_in("leader1")
    number = sent(leader, scene, HEIC.read_bytes())
    monkeypatch.setitem(photo_views.VARIANTS, "bare", fails)
    answer = leader.get(f"/photos/{number}/original")
    assert answer.get_data() == leader.get(f"/photos/{number}/display").get_data()
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
        "image/jpeg",
        f'attachment; filename="photo-{number}.jpg"',
    )
