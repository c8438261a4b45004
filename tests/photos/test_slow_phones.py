"""A phone that sends slowly holds a thread, and nothing of the database."""

import io
from http import HTTPStatus
from typing import Any

from flask import Flask

from app.foundation.db import db
from tests.factories import Scene
from tests.fixtures.scene import SignInAs


class SlowBody(io.BytesIO):
    """Notes at every read how many connections are out of the pool."""

    def __init__(self, content: bytes, app: Flask) -> None:
        super().__init__(content)
        self.app = app
        self.seen: list[int] = []

    def readinto(self, buffer: Any) -> int:
        with self.app.app_context():
            self.seen.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return super().readinto(buffer)


def test_no_connection_is_held_while_photos_arrive(app: Flask, scene: Scene, signed_in: SignInAs) -> None:
    content = (
        b'--b\r\nContent-Disposition: form-data; name="photos"; filename="1.jpg"\r\n'
        b"Content-Type: image/jpeg\r\n\r\nno photo\r\n--b--\r\n"
    )
    body = SlowBody(content, app)
    answer = signed_in("leader1").post(
        f"/groups/{scene.group}/months/2026-11/photos",
        input_stream=body,
        content_type="multipart/form-data; boundary=b",
        content_length=len(content),
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert set(body.seen) == {0}
