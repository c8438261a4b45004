"""`kill -9` at random moments while photos are uploaded and marks are given: nothing acknowledged is lost.

CI kills KILLS times (100) over a folder of photos and three tenths of that over an S3 server; `make crash` a thousand
times and three hundred. What is checked after every kill is each answer that was given since the last one; the whole
installation is verified every twentieth time and at the end.
"""

import http.client
import io
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.periods import Month, Quarter
from app.foundation.storage import storage
from app.inspections.models import Mark
from app.photos.models import Photo
from app.verification import verify
from tests import factories
from tests.fixtures.database import let_go, migrate, prepared_app, settings_for
from tests.fixtures.scene import add_sign_in, enter
from tests.fixtures.seaweed import ACCESS_KEY, SECRET_KEY
from tests.inspections import rounds

pytestmark = pytest.mark.crash

KILLS = int(os.environ.get("KILLS", "100"))
UPLOADERS = 3
MARKERS = ("committee", "secretary2")
SECRET = "a secret of the tests alone"
ROOT = Path(__file__).parents[2]


def picture(random_: random.Random) -> bytes:
    content = io.BytesIO()
    Image.frombytes("RGB", (24, 18), random_.randbytes(24 * 18 * 3)).resize((320, 240)).save(content, "JPEG")
    return content.getvalue()


@dataclass
class Keeper:
    """The process that forks the site; `kill` and `start` take some milliseconds."""

    process: subprocess.Popen[str]
    port: int
    site: int = 0

    @classmethod
    def open(cls, data_dir: Path, storage_url: str) -> "Keeper":
        process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("site.py"))],
            cwd=ROOT,
            env={
                **os.environ,
                "DATA_DIR": str(data_dir),
                "SECRET_KEY": SECRET,
                "DATABASE_URL": "",
                "STORAGE_URL": storage_url,
                "S3_ACCESS_KEY": ACCESS_KEY,
                "S3_SECRET_KEY": SECRET_KEY,
                "PHOTO_YEARS_BACK": "50",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        return cls(process, int(process.stdout.readline()))

    def start(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        self.site = int(self.process.stdout.readline())

    def kill(self) -> None:
        os.kill(self.site, signal.SIGKILL)

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@dataclass
class Acknowledged:
    """What clients were told is done: the upload ids of photos, the reasons of marks; and how often each was sent."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    photos: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    broken: int = 0
    strange: list[str] = field(default_factory=list)


class Client(threading.Thread):
    """Sends one thing after the other; what was not answered is sent again under the same id, as a phone does."""

    def __init__(self, port: int, cookie: str, told: Acknowledged, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.port, self.cookie, self.told, self.stop = port, cookie, told, stop

    def post(self, path: str, kind: str, body: bytes) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(
                "POST", path, body,
                {"Cookie": self.cookie, "Content-Type": kind, "Accept": "application/json"},
            )  # fmt: skip
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            with self.told.lock:
                self.told.broken += 1
            return None
        finally:
            connection.close()
        if answer.status >= 400:
            with self.told.lock:
                self.told.strange.append(f"{path} {answer.status} {text[:200]!r}")
        return answer.status

    def until_told(self, path: str, kind: str, body: bytes) -> bool:
        while not self.stop.is_set():
            status = self.post(path, kind, body)
            if status is not None:
                return status < 400
        return False


class Uploader(Client):
    """Goes back a month after every fifty photos: a month takes no more than two hundred of a group."""

    path = ""

    def run(self) -> None:
        pictures, month, sent = random.Random(self.name), Month.of(clock.today()), 0
        while not self.stop.is_set():
            upload_id, boundary = secrets.token_hex(16), secrets.token_hex(8)
            body = (
                (
                    f'--{boundary}\r\nContent-Disposition: form-data; name="upload_id"\r\n\r\n{upload_id}\r\n'
                    f'--{boundary}\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n'
                    "Content-Type: image/jpeg\r\n\r\n"
                ).encode()
                + picture(pictures)
                + f"\r\n--{boundary}--\r\n".encode()
            )
            path = self.path.format(month=month.shift(-(sent // 50)))
            if self.until_told(path, f"multipart/form-data; boundary={boundary}", body):
                sent += 1
                with self.told.lock:
                    self.told.photos.append(upload_id)


class Marker(Client):
    path = ""

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            reason = f"{self.name} {number}"
            body = f"further={number % 3 + 1}&reason={reason.replace(' ', '+')}".encode()
            if self.until_told(self.path, "application/x-www-form-urlencoded", body):
                with self.told.lock:
                    self.told.marks.append(reason)


@dataclass
class Ground:
    """The installation, and where each client sends to."""

    app: Flask
    data_dir: Path
    storage_url: str
    kills: int
    photos_path: str
    marks_path: str
    cookies: dict[str, str]


@pytest.fixture(params=["folder", "s3"])
def ground(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Ground]:
    storage_url, kills = "", KILLS
    if request.param == "s3":
        storage_url, kills = request.getfixturevalue("s3_url"), KILLS * 3 // 10
    settings = settings_for(
        tmp_path / "var", STORAGE_URL=storage_url, S3_ACCESS_KEY=ACCESS_KEY, S3_SECRET_KEY=SECRET_KEY
    )
    migrate(settings)
    app = prepared_app(settings)
    with app.app_context(), unit_of_work.transaction():
        scene = factories.small_factory()
        row = rounds.scoring(scene, MARKERS, quarter=Quarter(2026, 3))
        sheet = rounds.sheet_of(row, scene.group)
        tokens = {login: add_sign_in(login) for login in ("leader1", *MARKERS)}
        paths = f"/groups/{scene.group}/months/{{month}}/photos", f"/inspections/sheets/{sheet.id}/score/A1"
    cookies = {}
    for login, token in tokens.items():
        client = app.test_client()
        enter(client, token)
        cookie = client.get_cookie("brand_session")
        assert cookie is not None
        cookies[login] = f"brand_session={cookie.value}"
    yield Ground(app, tmp_path / "var", storage_url, kills, *paths, cookies)
    let_go(app)


def clients(ground: Ground, port: int, told: Acknowledged, stop: threading.Event) -> list[Client]:
    made: list[Client] = []
    for _ in range(UPLOADERS):
        uploader = Uploader(port, ground.cookies["leader1"], told, stop)
        uploader.path = ground.photos_path
        made.append(uploader)
    for login in MARKERS:
        marker = Marker(port, ground.cookies[login], told, stop)
        marker.path = ground.marks_path
        made.append(marker)
    return made


def check_told(ground: Ground, told: Acknowledged, seen: list[int]) -> None:
    """Everything acknowledged since the last look is there, once, with its files."""
    with told.lock:
        photos, marks = told.photos[seen[0] :], told.marks[seen[1] :]
        seen[:] = [len(told.photos), len(told.marks)]
    with ground.app.app_context():
        kept = db.session.execute(
            db.select(Photo.upload_id, Photo.original_key, Photo.display_key, Photo.thumb_key).where(
                Photo.upload_id.in_(photos)
            )
        ).all()
        assert sorted(row.upload_id for row in kept) == sorted(photos)
        lost = [key for row in kept for key in row[1:] if key is not None and not storage().exists(key)]
        assert lost == []
        reasons = db.session.scalars(db.select(Mark.reason).where(Mark.reason.in_(marks))).all()
        assert sorted(reasons) == sorted(set(marks))
        db.session.remove()


def wait_for_work(told: Acknowledged, seen: list[int], seconds: float = 30) -> None:
    """Until something was acknowledged since the last look, so that every kill finds people at work."""
    end = time.monotonic() + seconds
    while len(told.photos) + len(told.marks) == sum(seen) and time.monotonic() < end:
        time.sleep(0.005)


def verify_all(ground: Ground) -> None:
    with ground.app.app_context():
        assert verify(storage()).problems == []
        db.session.remove()


def test_nothing_acknowledged_is_lost(ground: Ground) -> None:
    keeper, told, stop, seen = (
        Keeper.open(ground.data_dir, ground.storage_url),
        Acknowledged(),
        threading.Event(),
        [0, 0],
    )
    keeper.start()
    threads = clients(ground, keeper.port, told, stop)
    for thread in threads:
        thread.start()
    moments = random.Random(26)
    begun = time.monotonic()
    try:
        for number in range(1, ground.kills + 1):
            wait_for_work(told, seen)
            time.sleep(moments.uniform(0, 0.25))
            keeper.kill()
            check_told(ground, told, seen)
            if number % 20 == 0:
                verify_all(ground)
            keeper.start()
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
        keeper.kill()
        keeper.close()
    check_told(ground, told, seen)
    verify_all(ground)
    with ground.app.app_context():
        rows = db.session.scalar(db.select(db.func.count(Photo.id)))
        hashes = db.session.scalar(db.select(db.func.count(db.distinct(Photo.content_hash))))
        db.session.remove()
    print(
        f"\n{ground.kills} kills in {time.monotonic() - begun:.0f} s: {len(told.photos)} photos and {len(told.marks)} marks "
        f"acknowledged, {told.broken} requests broken off, 0 lost"
    )
    assert told.strange == []
    assert rows == hashes
    # The test would prove nothing if the kills had found nobody at work.
    assert told.broken >= ground.kills
    assert len(told.photos) + len(told.marks) >= ground.kills
    assert min(len(told.photos), len(told.marks)) >= ground.kills // 4
