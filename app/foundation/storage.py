"""The file store: which back end STORAGE_URL chooses, and the one that forgets."""

import hashlib
import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from app.foundation.local_storage import LocalStorage as LocalStorage
from app.foundation.local_storage import fsync_folder as fsync_folder
from app.foundation.s3_storage import S3Storage as S3Storage
from app.foundation.s3_storage import bucket_from_url
from app.foundation.stored_files import FileMissing as FileMissing
from app.foundation.stored_files import Storage as Storage
from app.foundation.stored_files import StorageError as StorageError
from app.foundation.stored_files import StorageUnavailable as StorageUnavailable
from app.foundation.stored_files import StoredFile as StoredFile
from app.foundation.stored_files import UnknownStorage as UnknownStorage
from app.foundation.stored_files import chunks
from app.foundation.stored_files import is_whole as is_whole


class MemoryStorage:
    """For tests: forgets everything when the process ends."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[bytes, float]] = {}
        self._quarantine: MemoryStorage | None = None

    @property
    def quarantine(self) -> "MemoryStorage":
        self._quarantine = self._quarantine or MemoryStorage()
        return self._quarantine

    def put(self, content: bytes | BinaryIO) -> str:
        data = b"".join(chunks(content))
        key = hashlib.sha256(data).hexdigest()
        self._files[key] = (data, time.time())
        return key

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self._content(key))

    def exists(self, key: str) -> bool:
        return key in self._files

    def stat(self, key: str) -> StoredFile:
        self._content(key)
        data, stored_at = self._files[key]
        return StoredFile(key, len(data), stored_at)

    def delete(self, key: str) -> bool:
        return self._files.pop(key, None) is not None

    def iterate(self, after: str = "") -> Iterator[StoredFile]:
        for key, (data, stored_at) in sorted(self._files.items()):
            if key > after:
                yield StoredFile(key, len(data), stored_at)

    def drop_unfinished(self, before: float) -> int:  # noqa: ARG002 - a file appears whole or not at all
        return 0

    def _content(self, key: str) -> bytes:
        try:
            return self._files[key][0]
        except KeyError as error:
            raise FileMissing(key) from error


def storage_from_url(url: str, access_key: str = "", secret_key: str = "") -> Storage:
    """`file:///srv/photos` or a plain path; `s3://bucket/prefix?endpoint=…&region=…`; `memory:` for tests."""
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return MemoryStorage()
    if parts.scheme == "s3":
        return S3Storage(bucket_from_url(parts, access_key, secret_key))
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return LocalStorage(Path(unquote(parts.path)))
    if url and not parts.scheme:
        return LocalStorage(Path(url))
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()  # no key
    raise UnknownStorage(f"STORAGE_URL={shown!r}: expected a path, file:///absolute/path or an s3:// address")


def configured_url(app: Flask) -> str:
    return app.config["STORAGE_URL"] or str(app.config["DATA_DIR"] / "photos")


def storage_at(url: str, app: Flask) -> Storage:
    """Another store with this installation's keys."""
    return storage_from_url(url, app.config["S3_ACCESS_KEY"], app.config["S3_SECRET_KEY"])


def init_app(app: Flask) -> None:
    app.extensions["storage"] = storage_at(configured_url(app), app)


def storage() -> Storage:
    return cast("Storage", current_app.extensions["storage"])
