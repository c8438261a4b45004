"""Content-addressed files: a file's key is the SHA-256 of its bytes, so the same bytes are kept once.

Only `put` makes files and it returns after they would survive a power cut. Callers write the database row
afterwards: a crash in between leaves a file without a row (swept later), never a row without a file.
"""

import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

CHUNK_BYTES = 1 << 20
KEY = re.compile(r"[0-9a-f]{64}")
FOLDER = re.compile(r"[0-9a-f]{2}")
INCOMING = "incoming"


class StorageError(Exception):
    """Base of everything that the file store can raise."""


class UnknownStorageError(StorageError):
    """STORAGE_URL names a back end that does not exist."""


class FileMissingError(StorageError):
    """No file is kept under this key."""


class StorageUnavailableError(StorageError):
    """The disk is full, read-only or failing; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`stored_at` is seconds since 1970 of the latest `put`; the sweeper leaves young files alone."""

    key: str
    size: int
    stored_at: float


class Storage(Protocol):
    """What every back end promises; tests/foundation/test_storage.py holds each to it."""

    def put(self, content: bytes | BinaryIO) -> str: ...

    def open(self, key: str) -> BinaryIO: ...

    def exists(self, key: str) -> bool: ...

    def size(self, key: str) -> int: ...

    def delete(self, key: str) -> bool:
        """False when there was nothing to delete."""
        ...

    def iterate(self) -> Iterator[StoredFile]:
        """All files in the order of their keys."""
        ...


def chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def checked(key: str) -> str:
    """A key can reach us from a row or a command line; anything but a hash must not become a path."""
    if not KEY.fullmatch(key):
        raise FileMissingError(key)
    return key


class LocalStorage:
    """A folder on this machine: `<root>/ab/<64 hex digits>`, half-written files in `<root>/incoming`.

    `incoming` lies on the same disk as the rest, otherwise the rename would be a copy.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, content: bytes | BinaryIO) -> str:
        temporary = self.root / INCOMING / f"{secrets.token_hex(16)}.part"
        try:
            (self.root / INCOMING).mkdir(mode=0o700, parents=True, exist_ok=True)
            key = self._write(temporary, content)
            self._settle(temporary, key)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise StorageUnavailableError(str(error)) from error
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return key

    def _write(self, temporary: Path, content: bytes | BinaryIO) -> str:
        digest = hashlib.sha256()
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            for chunk in chunks(content):
                digest.update(chunk)
                rest = memoryview(chunk)
                while rest:
                    rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return digest.hexdigest()

    def _settle(self, temporary: Path, key: str) -> None:
        """Rename even over an existing file: this heals a damaged one and makes it young for the sweeper."""
        path = self._path(key)
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            fsync_folder(self.root)
        os.rename(temporary, path)  # noqa: PTH104 - beside os.open, os.write and os.fsync the order can be read
        fsync_folder(path.parent)

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(checked(key)).open("rb")
        except FileNotFoundError as error:
            raise FileMissingError(key) from error

    def exists(self, key: str) -> bool:
        return KEY.fullmatch(key) is not None and self._path(key).is_file()

    def size(self, key: str) -> int:
        try:
            return self._path(checked(key)).stat().st_size
        except FileNotFoundError as error:
            raise FileMissingError(key) from error

    def delete(self, key: str) -> bool:
        try:
            self._path(checked(key)).unlink()
        except (FileNotFoundError, FileMissingError):
            return False
        fsync_folder(self._path(key).parent)
        return True

    def iterate(self) -> Iterator[StoredFile]:
        if not self.root.is_dir():
            return
        for folder in sorted(path for path in self.root.iterdir() if FOLDER.fullmatch(path.name)):
            for path in sorted(path for path in folder.iterdir() if KEY.fullmatch(path.name)):
                state = path.stat()
                yield StoredFile(path.name, state.st_size, state.st_mtime)

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key


def fsync_folder(folder: Path) -> None:
    """Without this a rename or a new name can vanish at a power cut although the bytes are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class MemoryStorage:
    """For tests: forgets everything when the process ends."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, float]] = {}

    def put(self, content: bytes | BinaryIO) -> str:
        data = b"".join(chunks(content))
        key = hashlib.sha256(data).hexdigest()
        self._files[key] = (data, time.time())
        return key

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self._content(key))

    def exists(self, key: str) -> bool:
        return key in self._files

    def size(self, key: str) -> int:
        return len(self._content(key))

    def delete(self, key: str) -> bool:
        return self._files.pop(key, None) is not None

    def iterate(self) -> Iterator[StoredFile]:
        for key, (data, stored_at) in sorted(self._files.items()):
            yield StoredFile(key, len(data), stored_at)

    def _content(self, key: str) -> bytes:
        try:
            return self._files[key][0]
        except KeyError as error:
            raise FileMissingError(key) from error


def storage_from_url(url: str) -> Storage:
    """`file:///srv/photos` or a plain path; `memory:` for tests."""
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryStorage()
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return LocalStorage(Path(unquote(parts.path)))
    if url and not parts.scheme:
        return LocalStorage(Path(url))
    raise UnknownStorageError(f"STORAGE_URL={url!r}: expected a path or file:///absolute/path")


def init_app(app: Flask) -> None:
    app.extensions["storage"] = storage_from_url(app.config["STORAGE_URL"] or str(app.config["DATA_DIR"] / "photos"))


def storage() -> Storage:
    return cast("Storage", current_app.extensions["storage"])
