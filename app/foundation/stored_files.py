"""What every back end of the file store promises; tests/foundation/test_storage.py holds each to it.

Files are content-addressed: a file's key is the SHA-256 of its bytes, so the same bytes are kept once. Only `put`
makes files and it returns after they would survive a power cut. Callers write the database row afterwards: a crash in
between leaves a file without a row (swept later), never a row without a file.
"""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

CHUNK_BYTES = 1 << 20
KEY = re.compile(r"[0-9a-f]{64}")


class StorageError(Exception):
    """Base of everything that the file store can raise."""


class UnknownStorage(StorageError):
    """STORAGE_URL names a back end that does not exist, or says too little of it."""


class FileMissing(StorageError):
    """No file is kept under this key."""


class StorageUnavailable(StorageError):
    """The disk is full, read-only or failing, or the server does not answer; nothing was stored."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """`stored_at` is seconds since 1970 of the latest `put`; the sweeper leaves young files alone."""

    key: str
    size: int
    stored_at: float


class Storage(Protocol):
    @property
    def quarantine(self) -> "Storage":
        """A store of its own at the same place, for files that are about to be erased; `iterate` does not show it."""
        ...

    def put(self, content: bytes | BinaryIO) -> str:
        """Keep the bytes, also over a file of the same key: that heals a damaged one and makes it young."""
        ...

    def open(self, key: str) -> BinaryIO: ...

    def exists(self, key: str) -> bool: ...

    def stat(self, key: str) -> StoredFile: ...

    def delete(self, key: str) -> bool:
        """False when there was nothing to delete."""
        ...

    def iterate(self, after: str = "") -> Iterator[StoredFile]:
        """All files in the order of their keys, from the one that follows the key `after` on."""
        ...

    def drop_unfinished(self, before: float) -> int:
        """Remove what a killed `put` left half-written before that moment (seconds since 1970); how many."""
        ...


def chunks(content: bytes | BinaryIO) -> Iterator[bytes]:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    while chunk := stream.read(CHUNK_BYTES):
        yield chunk


def checked(key: str) -> str:
    """A key can reach us from a row or a command line; anything but a hash must not become a path."""
    if not KEY.fullmatch(key):
        raise FileMissing(key)
    return key


def is_whole(store: Storage, key: str) -> bool:
    """Whether the bytes still give their key; raises FileMissing where there are none."""
    with store.open(key) as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == key  # type: ignore[arg-type]
