"""Looking after the photo store: `flask photos verify`, `rebuild`, `sweep`, and a store that does not answer."""

import hashlib
import io
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import event, func, select, update

from app.audit.models import AuditLine
from app.foundation import clock as house_clock
from app.foundation import unit_of_work
from app.foundation.db import db
from app.foundation.images import prepare
from app.foundation.storage import LocalStorage, Storage, storage, storage_from_url
from app.photos import operations as photo_operations
from app.photos import queries as photo_queries
from app.photos import store_operations, store_queries, upload_operations
from app.photos.models import Photo
from tests.activities.records import CLERK, NOVEMBER, added, files, picture
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.disk import Recorder, put_of
from tests.fixtures.scene import SignInAs, sign_in
from tests.fixtures.seaweed import ACCESS_KEY, SECRET_KEY

ROOT = Path(__file__).parents[2]
JSON = {"Accept": "application/json"}
LONG_AGO = timedelta(hours=25)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["photos", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def app(make_app: AppMaker, folder: Path) -> Flask:
    return make_app(STORAGE_URL=str(folder))


@pytest.fixture
def photo(app: Flask, scene: Scene) -> int:
    """One photo with its three files."""
    with app.app_context(), unit_of_work.transaction():
        return added(scene).id


def keys(app: Flask, photo_id: int) -> list[str]:
    with app.app_context():
        row = db.session.get_one(Photo, photo_id)
        return [str(row.original_key), row.display_key, row.thumb_key]


def stored(store: Storage) -> set[str]:
    return {file.key for file in store.iterate()}


def age(folder: Path, by: timedelta = LONG_AGO) -> None:
    """All files of the store, and of its quarantine, as if put so long ago (by the house's clock)."""
    then = (house_clock.now() - by).timestamp()
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (then, then))


def withdraw(app: Flask, photo_id: int) -> None:
    with app.app_context(), unit_of_work.transaction():
        photo_operations.withdraw_photo(db.session.get_one(Photo, photo_id), reason="涉密", by=CLERK)


def chosen_anew(scene: Scene) -> None:
    """The withdrawn photo is sent again on purpose, so it comes back."""
    month = photo_queries.group_month(scene.group, NOVEMBER)
    assert month is not None
    upload_operations.add_photo(month, files(), upload_id="chosen anew", by=CLERK)


def then_shown_again(app: Flask, real: Callable[..., Any]) -> Callable[..., Any]:
    """`real`, after which the withdrawn photos are shown again, as if somebody had been faster."""

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        answer = real(*arguments, **named)
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(update(Photo).values(withdrawn_at=None))
        return answer

    return meanwhile


def lines(app: Flask, act: str) -> list[tuple[int | None, Any]]:
    with app.app_context():
        found = db.session.execute(
            select(AuditLine.subject_id, AuditLine.after).where(AuditLine.act == act).order_by(AuditLine.id)
        )
        return [(row.subject_id, row.after) for row in found]


# ------------------------------------------------------------------ verify


class TestVerify:
    def test_whole(self, app: Flask, photo: int) -> None:
        answer = run(app, "verify")
        assert (answer.exit_code, answer.output) == (0, "照片文件 3 个，无主文件 0 个，问题 0 个\n")

    def test_a_missing_and_an_altered_file_are_listed(self, app: Flask, photo: int, folder: Path) -> None:
        original, display, thumb = keys(app, photo)
        LocalStorage(folder).delete(display)
        (folder / thumb[:2] / thumb).write_bytes(b"another")
        LocalStorage(folder).put(b"nobody's")
        answer = run(app, "verify")
        assert (answer.exit_code, answer.output.splitlines()) == (
            1,
            [
                "照片文件 3 个，无主文件 1 个，问题 2 个",
                f"照片 {photo} 的展示图 {display}：文件不在",
                f"照片 {photo} 的缩略图 {thumb}：文件内容已变",
            ],
        )
        assert LocalStorage(folder).exists(original) is True

    def test_a_withdrawn_photo_needs_no_files_and_leaves_none_nameless(
        self, app: Flask, photo: int, folder: Path
    ) -> None:
        withdraw(app, photo)
        assert run(app, "verify").output == "照片文件 0 个，无主文件 0 个，问题 0 个\n"
        LocalStorage(folder).delete(keys(app, photo)[0])
        assert run(app, "verify").output == "照片文件 0 个，无主文件 0 个，问题 0 个\n"

    def test_one_that_is_withdrawn_while_we_look_is_no_fault(
        self, app: Flask, photo: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        LocalStorage(folder).delete(keys(app, photo)[1])
        monkeypatch.setattr(store_queries, "is_live", lambda _key: False)
        assert run(app, "verify").exit_code == 0

    def test_no_transaction_stays_open_while_files_are_read(self, app: Flask, photo: int) -> None:
        with app.app_context():
            store_operations.verify_files(storage())
            assert db.session().in_transaction() is False


# ------------------------------------------------------------------ rebuild


class TestRebuild:
    def test_what_is_made_the_same_way_stays(self, app: Flask, photo: int) -> None:
        before = keys(app, photo)
        answer = run(app, "rebuild")
        assert (answer.exit_code, answer.output) == (
            0,
            "照片 1 张，换了 0 张，重做比对特征 0 张，没有留原图 0 张，问题 0 个\n",
        )
        assert (keys(app, photo), lines(app, "photo.rebuild")) == (before, [])

    def test_lost_copies_come_back(self, app: Flask, photo: int, folder: Path) -> None:
        original, display, thumb = keys(app, photo)
        LocalStorage(folder).delete(display)
        (folder / thumb[:2] / thumb).write_bytes(b"another")
        assert run(app, "rebuild").exit_code == 0
        assert run(app, "verify").exit_code == 0
        assert stored(LocalStorage(folder)) == {original, display, thumb}

    def test_copies_of_another_making_are_replaced(self, app: Flask, photo: int) -> None:
        wanted = keys(app, photo)
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(
                update(Photo).values(display_key=storage().put(b"old display"), thumb_key="0" * 64, width=1, height=1)
            )
            version = db.session.get_one(Photo, photo).version
        answer = run(app, "rebuild")
        assert answer.output == "照片 1 张，换了 1 张，重做比对特征 0 张，没有留原图 0 张，问题 0 个\n"
        assert keys(app, photo) == wanted
        assert lines(app, "photo.rebuild") == [(photo, {"display_key": wanted[1], "thumb_key": wanted[2]})]
        with app.app_context():
            row = db.session.get_one(Photo, photo)
            assert (row.width, row.height, row.version) == (320, 240, version)

    def test_a_photo_without_or_with_a_broken_original_is_named(
        self, app: Flask, scene: Scene, photo: int, folder: Path
    ) -> None:
        with app.app_context(), unit_of_work.transaction():
            numbers = [added(scene, number).id for number in (1, 2)]
            db.session.execute(update(Photo).where(Photo.id == numbers[0]).values(original_key=None))
        (lost, *_), (altered, *_) = keys(app, photo), keys(app, numbers[1])
        LocalStorage(folder).delete(lost)
        (folder / altered[:2] / altered).write_bytes(picture(9))
        answer = run(app, "rebuild")
        assert (answer.exit_code, answer.output.splitlines()) == (
            1,
            [
                "照片 3 张，换了 0 张，重做比对特征 0 张，没有留原图 1 张，问题 2 个",
                f"照片 {photo} 的原图 {lost}：文件不在",
                f"照片 {numbers[1]} 的原图 {altered}：文件内容已变",
            ],
        )

    def test_one_that_is_withdrawn_while_its_copies_are_made_is_left_alone(
        self, app: Flask, photo: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with app.app_context(), unit_of_work.transaction():
            db.session.execute(update(Photo).values(thumb_key="0" * 64))
        before = keys(app, photo)
        real = prepare

        def meanwhile(*arguments: Any, **named: Any) -> Any:
            withdraw(app, photo)
            return real(*arguments, **named)

        monkeypatch.setattr(store_operations, "prepare", meanwhile)
        assert run(app, "rebuild").output == "照片 1 张，换了 0 张，重做比对特征 0 张，没有留原图 0 张，问题 0 个\n"
        assert (keys(app, photo), lines(app, "photo.rebuild")) == (before, [])

    def test_stopped_it_says_so_and_what_is_done_stays(
        self, app: Flask, scene: Scene, photo: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with app.app_context(), unit_of_work.transaction():
            added(scene, 1)
            db.session.execute(update(Photo).values(thumb_key="0" * 64))
        real, seen = prepare, iter([True, False])

        def until_stopped(*arguments: Any, **named: Any) -> Any:
            if not next(seen):
                raise KeyboardInterrupt
            return real(*arguments, **named)

        monkeypatch.setattr(store_operations, "prepare", until_stopped)
        answer = run(app, "rebuild")
        assert (answer.exit_code, answer.output) == (130, "已停下，什么也没有丢。再运行同一条命令就接着做。\n")
        monkeypatch.undo()
        assert run(app, "rebuild").output == "照片 2 张，换了 1 张，重做比对特征 0 张，没有留原图 0 张，问题 0 个\n"


# ------------------------------------------------------------------ sweep


class TestSweep:
    def test_nothing_young_and_nothing_shown_is_touched(self, app: Flask, photo: int, folder: Path) -> None:
        store = LocalStorage(folder)
        age(folder)
        nobodys = store.put(b"an upload whose row is still to come")
        moment = house_clock.now().timestamp()
        os.utime(folder / nobodys[:2] / nobodys, (moment, moment))
        answer = run(app, "sweep")
        assert (answer.exit_code, answer.output) == (
            0,
            "移入隔离区 0 个，彻底删除 0 个，移回 0 个，清掉半截文件 0 个\n",
        )
        assert (stored(store), stored(store.quarantine)) == ({*keys(app, photo), nobodys}, set())

    def test_leftovers_are_set_aside_and_erased_after_the_retention_time(
        self, app: Flask, photo: int, folder: Path
    ) -> None:
        store = LocalStorage(folder)
        nobodys = store.put(b"a crash came between file and row")
        (folder / "incoming" / "dead.part").write_bytes(b"half")
        age(folder)
        assert run(app, "sweep").output == "移入隔离区 1 个，彻底删除 0 个，移回 0 个，清掉半截文件 1 个\n"
        assert (stored(store), stored(store.quarantine)) == (set(keys(app, photo)), {nobodys})
        age(folder, timedelta(days=29))
        assert run(app, "sweep").output == "移入隔离区 0 个，彻底删除 0 个，移回 0 个，清掉半截文件 0 个\n"
        age(folder, timedelta(days=30))
        assert run(app, "sweep").output == "移入隔离区 0 个，彻底删除 1 个，移回 0 个，清掉半截文件 0 个\n"
        assert stored(store.quarantine) == set()
        assert run(app, "verify").exit_code == 0

    def test_a_withdrawn_photo_goes_the_same_way_and_its_lines_stay(self, app: Flask, photo: int, folder: Path) -> None:
        store, three = LocalStorage(folder), keys(app, photo)
        withdraw(app, photo)
        age(folder)
        assert run(app, "sweep").output.startswith("移入隔离区 3 个，彻底删除 0 个")
        assert (stored(store), stored(store.quarantine)) == (set(), set(three))
        age(folder, timedelta(days=30))
        assert run(app, "sweep").output.startswith("移入隔离区 0 个，彻底删除 3 个")
        assert stored(store.quarantine) == set()
        assert lines(app, "photo.withdraw") == [(photo, {"reason": "涉密"})]
        assert lines(app, "photo.erase") == [(photo, {"files": three})]
        assert run(app, "sweep").output.startswith("移入隔离区 0 个，彻底删除 0 个")
        assert len(lines(app, "photo.erase")) == 1

    def test_the_retention_time_is_a_setting(self, make_app: AppMaker, scene: Scene, folder: Path) -> None:
        app = make_app(STORAGE_URL=str(folder), PHOTO_RETENTION_DAYS=2)
        LocalStorage(folder).quarantine.put(b"withdrawn")
        age(folder, timedelta(days=2))
        assert run(app, "sweep").output.startswith("移入隔离区 0 个，彻底删除 1 个")

    def test_bytes_that_another_photo_shows_stay(self, app: Flask, scene: Scene, photo: int, folder: Path) -> None:
        with app.app_context(), unit_of_work.transaction():
            other = added(scene, group_id=scene.sister_group).id
        assert keys(app, other) == keys(app, photo)
        withdraw(app, photo)
        age(folder)
        assert run(app, "sweep").output.startswith("移入隔离区 0 个")
        assert run(app, "verify").output == "照片文件 3 个，无主文件 0 个，问题 0 个\n"

    def test_one_that_comes_back_before_it_is_taken_stays(
        self, app: Flask, scene: Scene, photo: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The row is there again between the look at the list and the look inside the transaction."""
        withdraw(app, photo)
        age(folder)
        real = store_operations._leftovers

        def meanwhile(*arguments: Any, **named: Any) -> list[str]:
            found = real(*arguments, **named)
            with app.app_context(), unit_of_work.transaction():
                chosen_anew(scene)
            return found

        monkeypatch.setattr(store_operations, "_leftovers", meanwhile)
        assert run(app, "sweep").output.startswith("移入隔离区 0 个")
        assert run(app, "verify").output == "照片文件 3 个，无主文件 0 个，问题 0 个\n"

    def test_one_that_is_shown_again_before_it_is_taken_stays(
        self, app: Flask, photo: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its file is as old as before: only the look at the rows inside the transaction can tell."""
        withdraw(app, photo)
        age(folder)
        monkeypatch.setattr(store_operations, "_leftovers", then_shown_again(app, store_operations._leftovers))
        assert run(app, "sweep").output == "移入隔离区 0 个，彻底删除 0 个，移回 0 个，清掉半截文件 0 个\n"
        assert run(app, "verify").output == "照片文件 3 个，无主文件 0 个，问题 0 个\n"

    def test_one_that_is_shown_again_before_it_is_erased_is_brought_back(
        self, app: Flask, photo: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        withdraw(app, photo)
        age(folder)
        run(app, "sweep")
        age(folder, timedelta(days=99))
        monkeypatch.setattr(store_operations, "_leftovers", then_shown_again(app, store_operations._leftovers))
        assert run(app, "sweep").output == "移入隔离区 0 个，彻底删除 0 个，移回 3 个，清掉半截文件 0 个\n"
        assert run(app, "verify").output == "照片文件 3 个，无主文件 0 个，问题 0 个\n"

    def test_one_that_is_put_again_before_its_row_stays(
        self, app: Flask, folder: Path, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its file is young again, the row not yet written."""
        store = LocalStorage(folder)
        nobodys = store.put(b"an old leftover")
        age(folder)

        def not_yet(_key: str) -> bool:
            store.put(b"an old leftover")
            return False

        monkeypatch.setattr(store_queries, "is_live", not_yet)
        assert run(app, "sweep").output.startswith("移入隔离区 0 个")
        assert stored(store) == {nobodys}

    def test_one_whose_row_came_in_the_last_moment_is_brought_back(
        self, app: Flask, scene: Scene, photo: int, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The file was taken, then the row committed: the same sweep sees it at its end."""
        withdraw(app, photo)
        age(folder)
        monkeypatch.setattr(store_operations, "_set_aside", then_shown_again(app, store_operations._set_aside))
        assert run(app, "sweep").output == "移入隔离区 1 个，彻底删除 0 个，移回 1 个，清掉半截文件 0 个\n"
        assert run(app, "verify").output == "照片文件 3 个，无主文件 0 个，问题 0 个\n"

    def test_what_a_photo_names_is_never_erased_from_the_quarantine(self, app: Flask, photo: int, folder: Path) -> None:
        store, [original, *_] = LocalStorage(folder), keys(app, photo)
        with store.open(original) as content:
            store.quarantine.put(content)
        store.delete(original)
        age(folder, timedelta(days=99))
        assert run(app, "sweep").output == "移入隔离区 0 个，彻底删除 0 个，移回 1 个，清掉半截文件 0 个\n"
        assert run(app, "verify").exit_code == 0

    def test_a_store_of_another_installation_is_not_swept(self, app: Flask, scene: Scene, folder: Path) -> None:
        store = LocalStorage(folder)
        strange = {store.put(b"%d" % number) for number in range(store_operations.STRANGE)}
        age(folder)
        answer = run(app, "sweep")
        assert (answer.exit_code, "什么也没有动" in answer.output, stored(store)) == (1, True, strange)
        assert run(app, "sweep", "--even-most").output.startswith("移入隔离区 100 个")
        assert stored(store) == set()

    def test_on_s3(self, make_app: AppMaker, scene: Scene, s3_url: str, clock: Any) -> None:
        app = make_app(STORAGE_URL=s3_url, S3_ACCESS_KEY=ACCESS_KEY, S3_SECRET_KEY=SECRET_KEY)
        store = storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)
        clock.move_to(time_of(store))
        with app.app_context(), unit_of_work.transaction():
            kept, gone = added(scene, 1).id, added(scene, 2).id
        withdraw(app, gone)
        assert run(app, "sweep").output.startswith("移入隔离区 0 个")
        clock.shift(LONG_AGO)
        assert run(app, "sweep").output.startswith("移入隔离区 3 个，彻底删除 0 个")
        clock.shift(timedelta(days=30))
        assert run(app, "sweep").output.startswith("移入隔离区 0 个，彻底删除 3 个")
        assert (stored(store), stored(store.quarantine)) == (set(keys(app, kept)), set())


def time_of(store: Storage) -> float:
    """By the clock of the server, which no test can stop."""
    key = store.put(b"what time is it")
    moment = store.stat(key).stored_at
    store.delete(key)
    return moment


# ------------------------------------------------------------------ a store that does not answer


@pytest.fixture
def dead_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


def test_an_upload_to_a_store_that_does_not_answer_is_told_to_come_again(
    make_app: AppMaker, scene: Scene, dead_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"s3://photos?endpoint=http://127.0.0.1:{dead_port}"
    app = make_app(STORAGE_URL=url, S3_ACCESS_KEY="access", S3_SECRET_KEY="hunter2")
    browser = sign_in(app.test_client(), "leader1")
    began = time.perf_counter()
    answer = browser.post(
        f"/groups/{scene.group}/months/2026-11/photos",
        data={"upload_id": "a" * 32, "photos": (io.BytesIO(picture(size=(1600, 1200))), "IMG_1.jpg")},
        headers=JSON,
    )
    took = time.perf_counter() - began
    assert (answer.status_code, answer.get_json()) == (
        503,
        {"message": "照片库暂时存不进去，这张还没有存，稍后自动重试。"},
    )
    assert took < 30  # the library's own patience is three minutes
    [line] = [record.getMessage() for record in caplog.records if record.name == app.logger.name]
    assert (line.startswith("the photo store is not to be had"), "hunter2" in line) == (True, False)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Photo)) == 0
    assert browser.get(f"/groups/{scene.group}/months/2026-11").status_code == 200


def test_a_command_says_that_nobody_answers(make_app: AppMaker) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"s3://photos?endpoint=http://127.0.0.1:{nobody.getsockname()[1]}"
        answer = run(make_app(STORAGE_URL=url, S3_ACCESS_KEY="access", S3_SECRET_KEY="hunter2"), "verify")
    assert (answer.exit_code, answer.output[:13], "hunter2" in answer.output) == (1, "Error: 照片库不能用", False)


# ------------------------------------------------------------------ the order of an upload


@pytest.mark.sqlite  # where its commit goes to disk is PostgreSQL's own affair
def test_all_files_are_on_disk_before_the_row_and_the_row_before_the_answer(
    app: Flask, scene: Scene, signed_in: SignInAs, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = signed_in("leader1")
    (folder / "incoming").mkdir(parents=True)
    recorder = Recorder(folder, monkeypatch)
    with app.app_context():
        engine = db.engine

    def statement(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        if sql == "BEGIN IMMEDIATE":
            recorder.calls.append(("begin", "database"))

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", lambda _connection: recorder.calls.append(("commit", "database")))
    content = picture()
    answer = leader.post(
        f"/groups/{scene.group}/months/2026-11/photos",
        data={"upload_id": "a" * 32, "photos": (io.BytesIO(content), "IMG_1.jpg")},
        headers=JSON,
    )
    recorder.calls.append(("answer", str(answer.status_code)))
    monkeypatch.undo()
    original, display, thumb = keys(app, answer.get_json()["id"])
    assert original == hashlib.sha256(content).hexdigest()
    calls = [call for call in recorder.calls if call[1] != "elsewhere"]
    assert calls == [
        *(step for key in (original, display, thumb) for step in put_of(key)),
        ("begin", "database"),
        ("commit", "database"),
        ("answer", "201"),
    ]


def traceable() -> bool:
    """Some containers forbid tracing."""
    return subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode == 0


@pytest.mark.sqlite  # where its commit goes to disk is PostgreSQL's own affair
def test_the_kernel_was_asked_in_that_order(app: Flask, scene: Scene, database_url: str, tmp_path: Path) -> None:
    """The same with the real system calls, those of SQLite included: its log is on disk before the answer."""
    if not traceable() and os.environ.get("CI") != "true":
        pytest.skip("strace may not trace here")
    (tmp_path / "photos" / "incoming").mkdir(parents=True)
    traced = subprocess.run(
        [
            "strace", "-f", "-y", "-o", str(tmp_path / "trace"), "-e", "trace=write,pwrite64,fsync,fdatasync,rename,mkdir",
            sys.executable, "-m", "tests.fixtures.traced_upload", str(tmp_path), database_url, str(scene.group),
        ],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    trace = (tmp_path / "trace").read_text()
    uploading = trace[trace.index("MARK begin") : trace.index("MARK 201")]
    assert calls_in(uploading, tmp_path) == [
        *(step for key in keys(app, int(traced.stdout)) for step in durable_put_of(key)),
        ("write", "database-wal"),
        ("fsync", "database-wal"),
    ]


CALL = re.compile(r"^\d+ +(\w+)\((?:\d+<)?\"?([^\"<>,]+)[\">](?:, \"([^\"]+)\"\))?", re.MULTILINE)
SAME = {"pwrite64": "write", "fdatasync": "fsync"}


def calls_in(trace: str, folder: Path) -> list[tuple[str, str]]:
    """(call, file) for files of ours; the same call on the same file again and again counts once."""
    found: list[tuple[str, str]] = []
    for name, path, target in CALL.findall(trace):
        if not path.startswith(str(folder)):
            continue
        file = Path(target or path)
        label = "temporary" if file.suffix == ".part" else "database-wal" if file.name.endswith("-wal") else file.name
        if (call := (SAME.get(name, name), label)) not in found[-1:]:
            found.append(call)
    return found


def durable_put_of(key: str) -> list[tuple[str, str]]:
    return [
        ("write", "temporary"),
        ("fsync", "temporary"),
        ("mkdir", key[:2]),
        ("fsync", "photos"),
        ("rename", key),
        ("fsync", key[:2]),
    ]
