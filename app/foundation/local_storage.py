"""The file store in a folder of this machine."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from app.foundation.stored_files import KEY, FileMissing, StorageUnavailable, StoredFile, checked, chunks

FOLDER = re.compile(r"[0-9a-f]{2}")
INCOMING = "incoming"
QUARANTINE = "quarantine"


class LocalStorage:
    """`<root>/ab/<64 hex digits>`, half-written files in `<root>/incoming`.

    `incoming` lies on the same disk as the rest, otherwise the rename would be a copy.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def quarantine(self) -> "LocalStorage":
        return LocalStorage(self.root / QUARANTINE)

    def put(self, content: bytes | BinaryIO) -> str:
        temporary = self.root / INCOMING / f"{secrets.token_hex(16)}.part"
        try:
            make_folder(self.root / INCOMING)
            key = self._write(temporary, content)
            self._settle(temporary, key)
        except OSError as error:
            raise StorageUnavailable(str(error)) from error
        finally:
            temporary.unlink(missing_ok=True)  # there is none once it bears its name
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
        path = self._path(key)
        make_folder(path.parent)
        os.rename(temporary, path)  # noqa: PTH104 - beside os.open, os.write and os.fsync the order can be read
        fsync_folder(path.parent)

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(checked(key)).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(key) from error

    def exists(self, key: str) -> bool:
        return KEY.fullmatch(key) is not None and self._path(key).is_file()

    def stat(self, key: str) -> StoredFile:
        try:
            state = self._path(checked(key)).stat()
        except FileNotFoundError as error:
            raise FileMissing(key) from error
        return StoredFile(key, state.st_size, state.st_mtime)

    def delete(self, key: str) -> bool:
        try:
            self._path(checked(key)).unlink()
        except (FileNotFoundError, FileMissing):
            return False
        fsync_folder(self._path(key).parent)
        return True

    def iterate(self, after: str = "") -> Iterator[StoredFile]:
        if not self.root.is_dir():
            return
        for folder in sorted(path for path in self.root.iterdir() if FOLDER.fullmatch(path.name)):
            if folder.name < after[:2]:
                continue
            for name in sorted(path.name for path in folder.iterdir() if KEY.fullmatch(path.name)):
                if name > after and (file := self._found(name)):
                    yield file

    def _found(self, key: str) -> StoredFile | None:
        try:
            return self.stat(key)
        except FileMissing:  # deleted between the look into the folder and this one
            return None

    def drop_unfinished(self, before: float) -> int:
        old = [path for path in (self.root / INCOMING).glob("*.part") if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _path(self, key: str) -> Path:
        return self.root / key[:2] / key


def make_folder(folder: Path) -> None:
    """The folder and those above it, each on disk before anything is put into it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    fsync_folder(folder.parent)


def fsync_folder(folder: Path) -> None:
    """Without this a rename or a new name can vanish at a power cut although the bytes are on disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
