"""One contract for every back end, and the order of system calls that makes `put` survive a power cut."""

import hashlib
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.foundation.storage import (
    FileMissingError,
    LocalStorage,
    MemoryStorage,
    Storage,
    StorageUnavailableError,
    UnknownStorageError,
    storage_from_url,
)

ABSENT = "0" * 64


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return LocalStorage(tmp_path / "photos") if request.param == "local" else MemoryStorage()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class TestContract:
    @pytest.mark.parametrize("content", [b"", b"photo", os.urandom(3 << 20)], ids=["empty", "small", "3 MiB"])
    def test_what_is_put_can_be_read(self, store: Storage, content: bytes) -> None:
        key = store.put(content)
        assert key == sha256(content)
        with store.open(key) as stream:
            assert stream.read() == content
        assert (store.exists(key), store.size(key)) == (True, len(content))

    def test_a_stream_gives_the_same_key_as_its_bytes(self, store: Storage) -> None:
        assert store.put(io.BytesIO(b"photo")) == store.put(b"photo")
        assert [file.key for file in store.iterate()] == [sha256(b"photo")]

    def test_files_come_in_the_order_of_their_keys(self, store: Storage) -> None:
        keys = [store.put(bytes([number])) for number in range(40)]
        assert [file.key for file in store.iterate()] == sorted(keys)
        assert {file.size for file in store.iterate()} == {1}

    def test_deleted_once_and_gone(self, store: Storage) -> None:
        key = store.put(b"photo")
        assert (store.delete(key), store.delete(key), store.exists(key)) == (True, False, False)
        assert list(store.iterate()) == []

    @pytest.mark.parametrize("key", [ABSENT, "", "../../etc/passwd", ABSENT + "\n", "A" * 64])
    def test_an_absent_or_hostile_key_is_missing(self, store: Storage, key: str) -> None:
        assert (store.exists(key), store.delete(key)) == (False, False)
        with pytest.raises(FileMissingError):
            store.open(key)
        with pytest.raises(FileMissingError):
            store.size(key)

    def test_an_empty_store_lists_nothing(self, store: Storage) -> None:
        assert list(store.iterate()) == []

    def test_put_again_makes_the_file_young(self, store: Storage) -> None:
        store.put(b"photo")
        [first] = store.iterate()
        store.put(b"photo")
        [second] = store.iterate()
        assert second.stored_at >= first.stored_at


class Recorder:
    """Stands in for the calls of `os` that the store makes; keeps their order and can break the nth one."""

    NAMES = ("open", "write", "fsync", "rename", "mkdir", "close")

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int | None = None) -> None:
        self.root, self.fail_at = root, fail_at
        self.calls: list[tuple[str, str]] = []
        self.paths: dict[int, str] = {}
        for name in self.NAMES:
            monkeypatch.setattr(os, name, self._wrapped(name, getattr(os, name)))

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(target: Any, *rest: Any, **named: Any) -> Any:
            label = self.paths.get(target, "?") if isinstance(target, int) else self._label(Path(target))
            if name != "close":
                if len(self.calls) == self.fail_at:
                    raise OSError(28, "No space left on device")
                self.calls.append((name, label))
            result = real(target, *rest, **named)
            if name == "open":
                self.paths[result] = label
            return result

        return call

    def _label(self, path: Path) -> str:
        if path.suffix == ".part":
            return "temporary"
        relative = path.relative_to(self.root).as_posix()
        return {".": "root"}.get(relative, relative)


def test_bytes_are_on_disk_before_the_name_and_the_name_before_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "incoming").mkdir()
    recorder = Recorder(tmp_path, monkeypatch)
    key = LocalStorage(tmp_path).put(b"photo")
    monkeypatch.undo()
    shard = key[:2]
    assert [call for call in recorder.calls if call != ("mkdir", "incoming")] == [
        ("open", "temporary"),
        ("write", "temporary"),
        ("fsync", "temporary"),
        ("mkdir", shard),
        ("open", "root"),
        ("fsync", "root"),
        ("rename", "temporary"),
        ("open", shard),
        ("fsync", shard),
    ]


@pytest.mark.parametrize("fail_at", range(10))
def test_whichever_call_fails_no_half_file_appears(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fail_at: int
) -> None:
    (tmp_path / "incoming").mkdir()
    content = b"photo" * 1000
    store = LocalStorage(tmp_path)
    Recorder(tmp_path, monkeypatch, fail_at)
    with pytest.raises(StorageUnavailableError):
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


def test_putting_again_heals_a_damaged_file(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    key = store.put(b"photo")
    (tmp_path / key[:2] / key).write_bytes(b"ph")
    store.put(b"photo")
    with store.open(key) as stream:
        assert stream.read() == b"photo"


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

    @pytest.mark.parametrize("url", ["", "s3://bucket/photos", "https://example.test/x", "file://host/x", "file:x"])
    def test_anything_else_is_named_in_the_error(self, url: str) -> None:
        with pytest.raises(UnknownStorageError, match="STORAGE_URL"):
            storage_from_url(url)
