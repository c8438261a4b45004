"""`flask photos move`: a whole store goes to another while photos arrive, however often it is stopped."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.foundation.storage import LocalStorage, MemoryStorage, Storage, StoredFile, storage_from_url
from app.foundation.storage_move import PASSES, Carried, carry_over
from tests.fixtures.database import AppMaker
from tests.fixtures.seaweed import ACCESS_KEY, SECRET_KEY, S3Server

ROOT = Path(__file__).parents[2]


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["photos", "move", *arguments])


def contents(store: Storage) -> dict[str, bytes]:
    found = {}
    for file in store.iterate():
        with store.open(file.key) as content:
            found[file.key] = content.read()
    return found


def filled(store: Storage, count: int) -> list[str]:
    return sorted(store.put(b"photo %d " % number * 200) for number in range(count))


def nothing() -> None:
    pass


@pytest.fixture
def old(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "old")


@pytest.fixture
def app(make_app: AppMaker, old: LocalStorage) -> Flask:
    return make_app(STORAGE_URL=str(old.root), S3_ACCESS_KEY=ACCESS_KEY, S3_SECRET_KEY=SECRET_KEY)


# ------------------------------------------------------------------ carrying


def test_everything_arrives_and_nothing_leaves(old: LocalStorage) -> None:
    keys, new, carried = filled(old, 30), MemoryStorage(), Carried()
    carry_over(old, new, carried, progress=nothing)
    assert contents(new) == contents(old)
    assert list(contents(old)) == keys
    assert (carried.copied, carried.present, carried.damaged) == (30, 0, [])
    assert carried.size == sum(len(content) for content in contents(old).values())


def test_what_lies_there_is_checked_and_not_sent_again(old: LocalStorage, tmp_path: Path) -> None:
    keys, new, carried = filled(old, 10), LocalStorage(tmp_path / "new"), Carried()
    for key in keys[:4]:
        with old.open(key) as content:
            new.put(content)
    (new.root / keys[0][:2] / keys[0]).write_bytes(b"damaged on the way of a copy by hand")
    carry_over(old, new, carried, progress=nothing)
    assert (carried.copied, carried.present) == (7, 3)
    assert contents(new) == contents(old)


def test_a_damaged_file_is_named_once_and_the_others_arrive(old: LocalStorage) -> None:
    keys, new, carried = filled(old, 10), MemoryStorage(), Carried()
    (old.root / keys[3][:2] / keys[3]).write_bytes(b"damaged")
    carry_over(old, new, carried, progress=nothing)
    assert carried.damaged == [keys[3]]
    assert list(contents(new)) == keys[:3] + keys[4:]


def test_a_damaged_file_that_the_target_has_whole_is_no_loss(old: LocalStorage) -> None:
    [key], new, carried = filled(old, 1), MemoryStorage(), Carried()
    filled(new, 1)
    (old.root / key[:2] / key).write_bytes(b"damaged")
    carry_over(old, new, carried, progress=nothing)
    assert (carried.damaged, carried.present) == ([], 1)


def test_a_file_that_is_swept_meanwhile_is_left_out(old: LocalStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, new, carried = filled(old, 3), MemoryStorage(), Carried()
    listed = list(old.iterate())
    monkeypatch.setattr(LocalStorage, "iterate", lambda _self: iter(listed))
    old.delete(keys[1])
    carry_over(old, new, carried, progress=nothing)
    assert (list(contents(new)), carried.damaged) == ([keys[0], keys[2]], [])


def test_what_arrives_behind_our_back_is_found_by_another_pass(old: LocalStorage) -> None:
    keys, new, carried = filled(old, 20), MemoryStorage(), Carried()
    late: list[str] = []

    def arrive() -> None:
        if len(carried.done) == 20 and not late:
            late.extend(old.put(b"late %d" % number) for number in range(40))

    carry_over(old, new, carried, progress=arrive)
    assert sorted(contents(new)) == sorted(keys + late)
    assert any(key < keys[-1] for key in late)  # the first pass had gone by


def test_a_site_that_never_rests_does_not_keep_us_for_ever(old: LocalStorage) -> None:
    filled(old, 1)
    carried = Carried()
    lowest = old.iterate

    class Restless(LocalStorage):
        """Something new stands in every list."""

        passes = 0

        def iterate(self, after: str = "") -> Iterator[StoredFile]:
            Restless.passes += 1
            self.put(b"new %d" % Restless.passes)
            return lowest(after)

    carry_over(Restless(old.root), MemoryStorage(), carried, progress=nothing)
    assert (Restless.passes, carried.copied) == (PASSES, 1 + PASSES)


# ------------------------------------------------------------------ the command


def test_to_s3_and_back(app: Flask, old: LocalStorage, s3_url: str, tmp_path: Path) -> None:
    filled(old, 25)
    old.quarantine.put(b"withdrawn")
    there, back = run(app, "--to", s3_url), run(app, "--from", s3_url, "--to", str(tmp_path / "back"))
    assert (there.exit_code, back.exit_code) == (0, 0)
    assert contents(storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)) == contents(old)
    assert contents(LocalStorage(tmp_path / "back")) == contents(old)
    size = sum(len(content) for content in contents(old).values()) / 1e6
    assert there.output.splitlines() == [
        f"新库里 25 个文件都核对过校验码，本次复制 25 个（{size:.1f} MB）。",
        "旧库一个文件也没有动。接下来：",
        f"  1. 设 STORAGE_URL='{s3_url}'，重启网站；",
        "  2. 重启后再运行一次，补上重启前最后传来的照片：",
        f"     flask --app app photos move --from {old.root} --to '{s3_url}'",
        "  3. 核对：flask --app app photos verify",
        "  4. 旧库确认不用了再删；隔离区（1 个待删文件）没有搬，随旧库一起删。",
    ]
    assert SECRET_KEY not in there.output


def test_a_damaged_file_is_listed_and_the_answer_is_1(app: Flask, old: LocalStorage, tmp_path: Path) -> None:
    keys = filled(old, 3)
    (old.root / keys[1][:2] / keys[1]).write_bytes(b"damaged")
    answer = run(app, "--to", str(tmp_path / "new"))
    assert (answer.exit_code, answer.output.splitlines()[1:]) == (
        1,
        [f"旧库文件已损坏，没有复制：{keys[1]}", "其余都已到位。请从备份里补回这些文件，再运行同一条命令。"],
    )
    assert sorted(contents(LocalStorage(tmp_path / "new"))) == [keys[0], keys[2]]


@pytest.mark.parametrize(
    ("to", "words"),
    [("", "STORAGE_URL"), ("ftp://host/x", "STORAGE_URL"), ("s3://bucket", "STORAGE_URL")],
)
def test_a_target_that_is_none_is_refused(app: Flask, old: LocalStorage, to: str, words: str) -> None:
    answer = run(app, "--to", to)
    assert (answer.exit_code, words in answer.output) == (1, True)


def test_to_itself_is_refused(app: Flask, old: LocalStorage) -> None:
    answer = run(app, "--to", str(old.root))
    assert (answer.exit_code, answer.output) == (1, "Error: 新旧两处是同一个地址。\n")


def test_photos_that_arrive_during_the_move_and_a_kill_in_its_middle(
    old: LocalStorage, seaweed: S3Server, s3_url: str, tmp_path: Path
) -> None:
    """The old store is written to all the time; the move is killed, started again, stopped by Ctrl-C, started again."""
    filled(old, 500)
    new = storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)
    stop, arrived = threading.Event(), 0

    def write() -> None:
        nonlocal arrived
        while not stop.wait(0.02):
            old.put(b"arrived meanwhile %d" % arrived)
            arrived += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for how, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
            before = len(list(new.iterate()))
            process = start(old, s3_url, tmp_path)
            while len(list(new.iterate())) < before + 20 and process.poll() is None:
                time.sleep(0.01)
            os.kill(process.pid, how)
            assert (process.wait(30), how) == (code, how)
            assert before + 20 <= len(list(new.iterate())) < 500
        last = start(old, s3_url, tmp_path)
        assert last.wait(120) == 0
    finally:
        stop.set()
        writer.join()
    said = (tmp_path / "said").read_text()
    assert (said.count("已停下，什么也没有丢"), arrived > 20) == (1, True)
    missing = set(contents(old)) - set(contents(new))
    assert len(missing) < arrived  # only what came when the last pass had gone by
    assert start(old, s3_url, tmp_path).wait(120) == 0  # as after the restart of the site
    assert contents(new) == contents(old)


def start(old: LocalStorage, to: str, folder: Path) -> "subprocess.Popen[bytes]":
    environment = {
        **os.environ, "DATA_DIR": str(folder / "data"), "STORAGE_URL": str(old.root),
        "S3_ACCESS_KEY": ACCESS_KEY, "S3_SECRET_KEY": SECRET_KEY,
    }  # fmt: skip
    with (folder / "said").open("a") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "photos", "move", "--to", to],
            cwd=ROOT, env=environment, stdout=said, stderr=said,
        )  # fmt: skip


def test_it_says_how_far_it_is(app: Flask, old: LocalStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = filled(old, 8)
    monkeypatch.setattr("app.photos.cli.SAY_EVERY_SECONDS", 0)
    said = run(app, "--to", str(tmp_path / "new")).output.splitlines()[:8]
    assert said == [
        f"已核对 {number} 个（约 {int(key[:4], 16) / 0xFFFF:.0%}），其中复制 {number} 个"
        for number, key in enumerate(keys, 1)
    ]
