"""The file store in a bucket of an S3-compatible server (SeaweedFS, MinIO, Ceph, a cloud).

Nobody waits long for a server that does not answer, or ceases to: every request gives up after less than two seconds
without a sign of life, so an upload is told to come again instead of hanging.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar
from urllib.parse import SplitResult, parse_qs, unquote

from app.foundation import s3_sending
from app.foundation.stored_files import (
    KEY,
    FileMissing,
    StorageError,
    StorageUnavailable,
    StoredFile,
    UnknownStorage,
    checked,
    chunks,
)

if TYPE_CHECKING:
    from obstore.store import ClientConfig, S3Store

CONNECT = "700ms"
# Until the server says something, or goes on saying it.
ANSWER = "1s"
# A whole request.
WHOLE = "60s"
# So little is on its way within ANSWER; what is more is sent piece by piece (s3_sending).
LITTLE = 256 * 1024
# How long the leave to send one file lasts; the two clocks may differ.
SIGNED_FOR = timedelta(minutes=15)
QUARANTINE = "quarantine"
FORM = "s3://bucket/prefix?endpoint=https://host:port&region=…"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the files lie. The keys come from settings of their own, never from the address, which is shown."""

    name: str
    prefix: str
    endpoint: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


def bucket_from_url(parts: SplitResult, access_key: str, secret_key: str) -> Bucket:
    if "@" in parts.netloc:
        raise UnknownStorage("STORAGE_URL must not hold keys: set S3_ACCESS_KEY and S3_SECRET_KEY")
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    endpoint, region = options.pop("endpoint", ""), options.pop("region", "us-east-1")
    plain = endpoint.startswith(("http://", "https://")) and not set("@?#") & set(endpoint)
    if options or parts.fragment or not parts.netloc or not plain:
        shown = parts._replace(query="", fragment="").geturl()  # somebody may have put a key among the options
        raise UnknownStorage(f"STORAGE_URL={shown!r}: expected {FORM}, the keys in settings of their own")
    if not (access_key and secret_key):
        raise UnknownStorage("STORAGE_URL names an S3 store: set S3_ACCESS_KEY and S3_SECRET_KEY too")
    return Bucket(parts.netloc, unquote(parts.path).strip("/"), endpoint, region, access_key, secret_key)


class S3Storage:
    """`<prefix>/<64 hex digits>`.

    The client library keeps threads of its own, which a fork would leave behind: the connection is made at the first
    use and a process forked after that is refused instead of hanging.
    """

    _used_in: ClassVar[int | None] = None  # one for all stores: the threads are the library's

    def __init__(self, bucket: Bucket) -> None:
        try:
            import obstore  # noqa: PLC0415 - only an installation that uses S3 needs it
        except ImportError as error:
            raise UnknownStorage("STORAGE_URL names an S3 store: pip install 'micro-brands[s3]'") from error
        self._library = obstore
        self.bucket = bucket
        self._clients: dict[bool, S3Store] = {}

    @property
    def quarantine(self) -> "S3Storage":
        inner = f"{self.bucket.prefix}/{QUARANTINE}".lstrip("/")
        bucket = self.bucket
        return S3Storage(
            Bucket(bucket.name, inner, bucket.endpoint, bucket.region, bucket.access_key, bucket.secret_key)
        )

    def put(self, content: bytes | BinaryIO) -> str:
        data = content if isinstance(content, bytes) else b"".join(chunks(content))
        key = hashlib.sha256(data).hexdigest()
        try:
            tag = self._ask(self._put if len(data) <= LITTLE else self._send, key, data)
        except FileMissing as error:
            raise StorageUnavailable(f"there is no bucket {self.bucket.name}") from error
        self._verify(key, data, tag)
        return key

    def _put(self, client: "S3Store", key: str, data: bytes) -> str | None:
        return self._library.put(client, key, data, use_multipart=False, mode="overwrite")["e_tag"]

    def _send(self, client: "S3Store", key: str, data: bytes) -> str | None:
        return s3_sending.send(self._library.sign(client, "PUT", key, SIGNED_FOR), data)

    def _verify(self, key: str, data: bytes, tag: str | None) -> None:
        """The tag is the MD5 of what arrived, unless the server encrypts: then the file is read back."""
        if (tag or "").strip('"') == hashlib.md5(data, usedforsecurity=False).hexdigest():
            return
        with self.open(key) as kept:
            if kept.read() != data:
                raise StorageUnavailable(f"what arrived is not what was sent: {key}")

    def open(self, key: str) -> BinaryIO:
        return io.BytesIO(self._ask(lambda client, path: bytes(self._library.get(client, path).bytes()), checked(key)))

    def exists(self, key: str) -> bool:
        try:
            self.stat(key)
        except FileMissing:
            return False
        return True

    def stat(self, key: str) -> StoredFile:
        return _file(self._ask(self._library.head, checked(key)))

    def delete(self, key: str) -> bool:
        if not self.exists(key):
            return False
        self._ask(self._library.delete, key)
        return True

    def iterate(self, after: str = "") -> Iterator[StoredFile]:
        pages = iter(self._ask(lambda client, _: self._library.list(client, offset=after or None), "", patient=True))
        while page := self._ask(lambda _client, _path: next(pages, None), ""):
            for found in page:
                name = found["path"].removeprefix(f"{self.bucket.prefix}/")
                if name > "g":  # behind the last key: the quarantine
                    return
                if not KEY.fullmatch(name):
                    continue
                if name <= after:
                    raise StorageError(f"{self.bucket.endpoint} does not list by name, as S3 promises")
                after = name
                yield _file({**found, "path": name})

    def drop_unfinished(self, before: float) -> int:  # noqa: ARG002 - a file appears whole or not at all
        return 0

    def _ask(self, act: Callable[..., Any], key: str, *rest: Any, patient: bool = False, **named: Any) -> Any:
        try:
            return act(self._client(patient=patient), key, *rest, **named)
        except FileNotFoundError as error:
            raise FileMissing(key) from error
        except (self._library.exceptions.BaseError, OSError) as error:
            raise StorageUnavailable(str(error).partition("\n")[0]) from error

    def _client(self, *, patient: bool) -> "S3Store":
        if S3Storage._used_in not in (None, os.getpid()):
            raise StorageError("the S3 client was used before this process was forked off: start it as a new program")
        S3Storage._used_in = os.getpid()
        if patient not in self._clients:
            self._clients[patient] = self._connected(patient=patient)
        return self._clients[patient]

    def _connected(self, *, patient: bool) -> "S3Store":
        bucket = self.bucket
        options: ClientConfig = {
            "allow_http": bucket.endpoint.startswith("http://"),
            "connect_timeout": CONNECT,
            "timeout": WHOLE,
        }
        if not patient:
            options["read_timeout"] = ANSWER
        from obstore.store import S3Store  # noqa: PLC0415

        return S3Store(
            bucket.name,
            prefix=bucket.prefix or None,
            config={
                "endpoint": bucket.endpoint,
                "region": bucket.region,
                "access_key_id": bucket.access_key,
                "secret_access_key": bucket.secret_key,
                "virtual_hosted_style_request": False,
                "skip_signature": False,
            },
            client_options=options,
            retry_config={"max_retries": 0},  # whoever asks knows better when to come again
        )


def _file(found: Any) -> StoredFile:
    return StoredFile(found["path"].rsplit("/", 1)[-1], found["size"], found["last_modified"].timestamp())
