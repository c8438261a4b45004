"""Photos that were used before, for tests: real JPEG files, sent through the product's own pages."""

import io
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.foundation.db import db
from app.photos import hint_queries
from app.photos.hint_models import PhotoFingerprint, PhotoHint, PhotoSign
from benchmarks import pictures

ROOM = 7001  # a picture with much in it
STRANGER = 7002
JSON = {"Accept": "application/json"}


def jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def photo(number: int = ROOM) -> bytes:
    return jpeg(pictures.photo(number))


def forwarded(number: int = ROOM, *, quality: int = 55) -> bytes:
    """As it comes back from a chat: cut by a twelfth on two sides and compressed once more."""
    picture = pictures.photo(number)
    width, height = picture.size
    return jpeg(picture.crop((0, 0, round(width * 0.92), round(height * 0.92))), quality)


def send(browser: FlaskClient, group_id: int, month: str, content: bytes, **fields: Any) -> TestResponse:
    data = {
        "upload_id": f"upload-{month}-{hash(content) % 10**9}",
        **fields,
        "photos": (io.BytesIO(content), "IMG.jpg"),
    }
    return browser.post(f"/groups/{group_id}/months/{month}/photos", data=data, headers=JSON)


def found(app: Flask) -> list[tuple[int, int, str]]:
    """(newer photo, older photo, words) of all hints that are shown."""
    with app.app_context():
        rows = db.session.execute(
            hint_queries.shown(PhotoHint.photo_id, PhotoHint.other_id, PhotoHint.words).order_by(PhotoHint.id)
        )
        return [(row.photo_id, row.other_id, row.words) for row in rows]


def kept(app: Flask) -> tuple[int, int]:
    """How many fingerprints there are, and how many photos the library knows."""
    with app.app_context():
        prints = db.session.scalars(select(PhotoFingerprint.photo_id)).all()
        return len(prints), len(set(db.session.scalars(select(PhotoSign.photo_id))))
