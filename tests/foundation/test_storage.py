"""One contract for every back end, and the order of system calls that makes `put` survive a power cut."""

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore
import pytest

from app.foundation.storage import (
    FileMissing,
    LocalStorage,
    MemoryStorage,
    S3Storage,
    Storage,
    StorageUnavailable,
    UnknownStorage,
    storage_from_url,
)
from tests.fixtures.disk import Recorder, put_of
from tests.fixtures.seaweed import ACCESS_KEY, SECRET_KEY

ABSENT = "0" * 64


@pytest.fixture(params=["local", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "s3":
        return storage_from_url(request.getfixturevalue("s3_url"), ACCESS_KEY, SECRET_KEY)
    return LocalStorage(tmp_path / "photos") if request.param == "local" else MemoryStorage()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def damage(store: Storage, key: str, content: bytes) -> None:
    """As a failing disk, or somebody with the store's password, could."""
    match store:
        case LocalStorage():
            (store.root / key[:2] / key).write_bytes(content)
        case MemoryStorage():
            store._files[key] = (content, 0.0)
        case S3Storage():
            obstore.put(store._client(patient=False), key, content)


class TestContract:
    @pytest.mark.parametrize("content", [b"", b"photo", os.urandom(3 << 20)], ids=["empty", "small", "3 MiB"])
    def test_what_is_put_can_be_read(self, store: Storage, content: bytes) -> None:
        key = store.put(content)
        assert key == sha256(content)
        with store.open(key) as stream:
            assert stream.read() == content
        assert (store.exists(key), store.stat(key).size) == (True, len(content))
        assert [store.stat(key)] == list(store.iterate())

    def test_a_stream_gives_the_same_key_as_its_bytes(self, store: Storage) -> None:
        assert store.put(io.BytesIO(b"photo")) == store.put(b"photo")
        assert [file.key for file in store.iterate()] == [sha256(b"photo")]

    def test_putting_again_heals_a_damaged_file(self, store: Storage) -> None:
        key = store.put(b"photo")
        damage(store, key, b"ph")
        with store.open(key) as stream:
            assert stream.read() == b"ph"
        assert store.put(b"photo") == key
        with store.open(key) as stream:
            assert stream.read() == b"photo"

    def test_files_come_in_the_order_of_their_keys(self, store: Storage) -> None:
        keys = [store.put(bytes([number])) for number in range(40)]
        assert [file.key for file in store.iterate()] == sorted(keys)
        assert {file.size for file in store.iterate()} == {1}

    def test_iterating_goes_on_after_a_key(self, store: Storage) -> None:
        keys = sorted(store.put(bytes([number])) for number in range(20))
        assert [file.key for file in store.iterate(after=keys[7])] == keys[8:]
        assert [file.key for file in store.iterate(after=keys[7][:63])] == keys[7:]
        assert list(store.iterate(after=keys[-1])) == []

    def test_many_files_come_once_each(self, store: Storage) -> None:
        """S3 lists a thousand names an answer."""
        with ThreadPoolExecutor(4) as threads:
            keys = list(threads.map(lambda number: store.put(b"%d" % number), range(1_050)))
        assert [file.key for file in store.iterate()] == sorted(keys)

    def test_deleted_once_and_gone(self, store: Storage) -> None:
        key = store.put(b"photo")
        assert (store.delete(key), store.delete(key), store.exists(key)) == (True, False, False)
        assert list(store.iterate()) == []

    @pytest.mark.parametrize("key", [ABSENT, "", "../../etc/passwd", ABSENT + "\n", "A" * 64])
    def test_an_absent_or_hostile_key_is_missing(self, store: Storage, key: str) -> None:
        assert (store.exists(key), store.delete(key)) == (False, False)
        with pytest.raises(FileMissing):
            store.open(key)
        with pytest.raises(FileMissing):
            store.stat(key)

    def test_an_empty_store_lists_nothing(self, store: Storage) -> None:
        assert list(store.iterate()) == []

    def test_put_again_makes_the_file_young(self, store: Storage) -> None:
        store.put(b"photo")
        [first] = store.iterate()
        store.put(b"photo")
        [second] = store.iterate()
        assert second.stored_at >= first.stored_at

    def test_the_quarantine_is_a_store_apart(self, store: Storage) -> None:
        key = store.put(b"photo")
        assert store.quarantine.put(b"withdrawn") == sha256(b"withdrawn")
        assert [file.key for file in store.iterate()] == [key]
        assert [file.key for file in store.quarantine.iterate()] == [sha256(b"withdrawn")]
        assert (store.exists(sha256(b"withdrawn")), store.quarantine.exists(key)) == (False, False)
        assert store.quarantine.delete(sha256(b"withdrawn")) is True
        assert list(store.quarantine.iterate()) == []

    def test_nothing_whole_is_taken_for_unfinished(self, store: Storage) -> None:
        key = store.put(b"photo")
        assert store.drop_unfinished(before=2**40) == 0
        assert store.exists(key) is True


def test_bytes_are_on_disk_before_the_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "incoming").mkdir()
    recorder = Recorder(tmp_path, monkeypatch)
    key = LocalStorage(tmp_path).put(b"photo")
    monkeypatch.undo()
    assert recorder.calls == put_of(key)


@pytest.mark.parametrize("fail_at", range(9))
def test_whichever_call_fails_no_half_file_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int
) -> None:
    (tmp_path / "incoming").mkdir()
    content = b"photo" * 1000
    store = LocalStorage(tmp_path)
    Recorder(tmp_path, monkeypatch, fail_at)
    with pytest.raises(StorageUnavailable):
        store.put(content)
    monkeypatch.undo()
    assert list((tmp_path / "incoming").iterdir()) == []
    assert {file.size for file in store.iterate()} <= {len(content)}
    assert store.put(content) == sha256(content)


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data[:7])))
    store = LocalStorage(tmp_path)
    key = store.put(b"a photo longer than seven bytes")
    assert key == sha256(b"a photo longer than seven bytes")
    with store.open(key) as stream:
        assert stream.read() == b"a photo longer than seven bytes"


def test_files_are_readable_by_the_owner_only(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    key = store.put(b"photo")
    assert (tmp_path / key[:2] / key).stat().st_mode & 0o777 == 0o600


def test_strangers_in_the_folder_are_not_listed(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    key = store.put(b"photo")
    (tmp_path / key[:2] / "notes.txt").write_text("x")
    (tmp_path / "lost+found").mkdir()
    (tmp_path / "incoming" / "left-behind.part").write_bytes(b"x")
    assert [file.key for file in store.iterate()] == [key]


def test_what_a_killed_put_left_is_dropped_once_old(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    store.put(b"photo")
    old, young = tmp_path / "incoming" / "old.part", tmp_path / "incoming" / "young.part"
    for path, written in ((old, 1_000), (young, 3_000)):
        path.write_bytes(b"half")
        os.utime(path, (written, written))
    assert store.drop_unfinished(before=2_000) == 1
    assert (old.exists(), young.exists()) == (False, True)


def test_a_new_store_is_on_disk_folder_by_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = Recorder(tmp_path, monkeypatch)
    LocalStorage(tmp_path / "deep" / "photos").put(b"photo")
    monkeypatch.undo()
    assert recorder.calls[:9] == [
        ("mkdir", "deep"),
        ("open", "root"),
        ("fsync", "root"),
        ("mkdir", "deep/photos"),
        ("open", "deep"),
        ("fsync", "deep"),
        ("mkdir", "deep/photos/incoming"),
        ("open", "deep/photos"),
        ("fsync", "deep/photos"),
    ]


class TestUrl:
    @pytest.mark.parametrize(
        ("url", "root"),
        [
            ("file:///srv/photos", "/srv/photos"),
            ("file:///srv/%E7%85%A7%E7%89%87", "/srv/照片"),
            ("/srv/photos", "/srv/photos"),
            ("var/photos", "var/photos"),
        ],
    )
    def test_local_folders(self, url: str, root: str) -> None:
        store = storage_from_url(url)
        assert isinstance(store, LocalStorage)
        assert store.root == Path(root)

    def test_memory(self) -> None:
        assert isinstance(storage_from_url("memory:"), MemoryStorage)

    @pytest.mark.parametrize("url", ["", "https://example.test/x", "file://host/x", "file:x"])
    def test_anything_else_is_named_in_the_error(self, url: str) -> None:
        with pytest.raises(UnknownStorage, match="STORAGE_URL"):
            storage_from_url(url)
