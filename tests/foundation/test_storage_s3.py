"""What only the S3 back end promises: its address, who is asked and for how long, no half-way success."""

import hashlib
import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import pytest

from app.foundation import s3_sending
from app.foundation.s3_storage import Bucket, S3Storage
from app.foundation.storage import (
    FileMissing,
    StorageError,
    StorageUnavailable,
    UnknownStorage,
    storage_from_url,
)
from tests.fixtures.seaweed import ACCESS_KEY, BUCKET, SECRET_KEY, S3Server

KEY = "0" * 64
ADDRESS = "s3://photos/factory/one?endpoint=https://s3.example.test:9000&region=cn-north-1"
# What the issue promises to the one who waits, less the time for decoding.
PATIENCE = 1.5


class TestAddress:
    def test_everything_but_the_keys_stands_in_the_address(self) -> None:
        store = storage_from_url(ADDRESS, "access", "secret")
        assert isinstance(store, S3Storage)
        assert store.bucket == Bucket(
            "photos", "factory/one", "https://s3.example.test:9000", "cn-north-1", "access", "secret"
        )
        assert store.quarantine.bucket.prefix == "factory/one/quarantine"

    def test_the_keys_are_not_shown(self) -> None:
        store = storage_from_url(ADDRESS, "open-sesame", "open-sesame")
        assert isinstance(store, S3Storage)
        assert "open-sesame" not in repr(store.bucket)

    def test_without_a_prefix_the_bucket_itself(self) -> None:
        store = storage_from_url("s3://photos?endpoint=http://127.0.0.1:1", "access", "secret")
        assert isinstance(store, S3Storage)
        assert (store.bucket.prefix, store.bucket.region) == ("", "us-east-1")
        assert store.quarantine.bucket.prefix == "quarantine"

    @pytest.mark.parametrize(
        "url",
        [
            "s3://photos/one",  # would go to a cloud that nobody named
            "s3://photos?endpoint=ftp://127.0.0.1",
            "s3:///one?endpoint=http://127.0.0.1",
            "s3://photos?endpoint=http://127.0.0.1&secret=hunter2",
            "s3://access:hunter2@photos?endpoint=http://127.0.0.1",
            "s3://photos?endpoint=http://access:hunter2@127.0.0.1",
            "s3://photos?endpoint=http://127.0.0.1/?secret=hunter2",
            "s3://photos?endpoint=http://127.0.0.1#hunter2",
            "minio://access:hunter2@127.0.0.1/photos",
            "https://127.0.0.1/photos?secret=hunter2",
        ],
    )
    def test_a_wrong_address_is_refused_and_no_key_repeated(self, url: str) -> None:
        with pytest.raises(UnknownStorage, match="STORAGE_URL") as refusal:
            storage_from_url(url, "access", "secret")
        assert "hunter2" not in str(refusal.value)

    def test_keys_are_asked_for(self) -> None:
        with pytest.raises(UnknownStorage, match="S3_ACCESS_KEY and S3_SECRET_KEY"):
            storage_from_url(ADDRESS)


# ------------------------------------------------------------------ nobody there


@contextmanager
def refusing() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


@contextmanager
def dropping() -> Iterator[int]:
    """As behind a firewall: the kernel drops what comes to a full queue without a word."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for other in (first, second):
            other.setblocking(False)
            other.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


@contextmanager
def hanging() -> Iterator[int]:
    """Takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield listener.getsockname()[1]


Act = Callable[[S3Storage], object]
ACTS: dict[str, Act] = {
    "put": lambda store: store.put(b"photo"),
    "put 4 MiB": lambda store: store.put(os.urandom(4 << 20)),
    "open": lambda store: store.open(KEY),
    "exists": lambda store: store.exists(KEY),
    "delete": lambda store: store.delete(KEY),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@pytest.mark.parametrize("nobody", [refusing, dropping, hanging])
def test_a_server_that_does_not_answer_is_given_up_soon(
    nobody: Callable[[], AbstractContextManager[int]],
    act: Act,
) -> None:
    with nobody() as port:
        store = storage_from_url(f"s3://photos?endpoint=http://127.0.0.1:{port}", "access", "secret")
        assert isinstance(store, S3Storage)
        began = time.perf_counter()
        with pytest.raises(StorageUnavailable):
            act(store)
        assert time.perf_counter() - began < PATIENCE


# ------------------------------------------------------------------ one that ceases to listen, and a slow one

Read = Callable[[socket.socket, int], None]


@contextmanager
def listening(read: Read) -> Iterator[tuple[S3Storage, list[int]]]:
    """A server that answers anything asked and lets `read` say when it reads on; how much it has got stands in the list."""
    got: list[int] = []
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * 1024)
        listener.settimeout(20)

        def serve() -> None:
            with suppress(OSError):
                line, _ = listener.accept()
                with line:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += line.recv(1)
                    length = int(re.findall(rb"(?i)content-length: (\d+)", head)[0])
                    digest, rest = hashlib.md5(usedforsecurity=False), length
                    while rest:
                        read(line, length - rest)
                        piece = line.recv(min(rest, 64 * 1024))
                        if not piece:
                            return
                        digest.update(piece)
                        rest -= len(piece)
                        got.append(len(piece))
                    read(line, length)
                    line.sendall(
                        f'HTTP/1.1 200 OK\r\nETag: "{digest.hexdigest()}"\r\nContent-Length: 0\r\n\r\n'.encode()
                    )

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = f"s3://photos?endpoint=http://127.0.0.1:{listener.getsockname()[1]}"
        store = storage_from_url(url, "access", "secret")
        assert isinstance(store, S3Storage)
        yield store, got
    thread.join(20)


@pytest.mark.parametrize("after", [0, 1, 2 << 20])
def test_a_server_that_ceases_to_listen_in_the_middle_is_given_up_soon(after: int) -> None:
    done = threading.Event()

    def stall(_line: socket.socket, so_far: int) -> None:
        if so_far >= after:
            done.wait(15)

    with listening(stall) as (store, got):
        began = time.perf_counter()
        with pytest.raises(StorageUnavailable):
            store.put(os.urandom(8 << 20))
        took = time.perf_counter() - began
        done.set()
    assert (took < PATIENCE + 0.5, sum(got) < 8 << 20) == (True, True)


def test_one_that_never_answers_after_the_last_byte_is_given_up_soon() -> None:
    done = threading.Event()

    def stall(_line: socket.socket, so_far: int) -> None:
        if so_far == 1 << 20:
            done.wait(15)

    with listening(stall) as (store, _got):
        began = time.perf_counter()
        with pytest.raises(StorageUnavailable):
            store.put(os.urandom(1 << 20))
        took = time.perf_counter() - began
        done.set()
    assert took < PATIENCE + 0.5


def test_a_slow_server_that_goes_on_listening_gets_all() -> None:
    """Longer than any stall is waited for."""
    with listening(lambda _line, _so_far: time.sleep(0.08)) as (store, got):
        data = os.urandom(2 << 20)
        began = time.perf_counter()
        assert store.put(data) == hashlib.sha256(data).hexdigest()
        assert (sum(got), time.perf_counter() - began > 2) == (2 << 20, True)


def test_nobody_trickles_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_sending, "WHOLE_SECONDS", 0.3)
    with (
        listening(lambda _line, _so_far: time.sleep(0.08)) as (store, _got),
        pytest.raises(StorageUnavailable, match="bytes a second"),
    ):
        store.put(os.urandom(2 << 20))


def test_listing_a_server_that_is_not_there_is_no_empty_store() -> None:
    with refusing() as port:
        store = storage_from_url(f"s3://photos?endpoint=http://127.0.0.1:{port}", "access", "secret")
        with pytest.raises(StorageUnavailable):
            list(store.iterate())


# ------------------------------------------------------------------ a server that answers


def test_wrong_keys_keep_nothing(seaweed: S3Server) -> None:
    store = storage_from_url(seaweed.url("wrong-keys"), ACCESS_KEY, "not the secret")
    for data in (b"photo", os.urandom(1 << 20)):
        with pytest.raises(StorageUnavailable) as refusal:
            store.put(data)
        assert ("Signature=" in str(refusal.value), ACCESS_KEY in str(refusal.value)) == (False, False)
    with pytest.raises(StorageUnavailable):
        list(store.iterate())
    assert list(storage_from_url(seaweed.url("wrong-keys"), ACCESS_KEY, SECRET_KEY).iterate()) == []


def test_a_large_file_arrives_as_it_was_sent(s3_url: str) -> None:
    store = storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)
    data = os.urandom(5 << 20)
    with store.open(store.put(data)) as kept:
        assert kept.read() == data


def test_strangers_beside_the_files_are_not_listed(seaweed: S3Server) -> None:
    outer = storage_from_url(seaweed.url("outer"), ACCESS_KEY, SECRET_KEY)
    inner = storage_from_url(seaweed.url("outer/another"), ACCESS_KEY, SECRET_KEY)
    key = outer.put(b"photo")
    inner.put(b"of another store")
    assert [file.key for file in outer.iterate()] == [key]


def test_what_arrived_otherwise_than_sent_is_no_success(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)
    assert isinstance(store, S3Storage)
    real = store._library.put
    monkeypatch.setattr(store._library, "put", lambda client, key, data, **named: real(client, key, data[:-1], **named))
    with pytest.raises(StorageUnavailable, match="not what was sent"):
        store.put(b"photo")


def test_a_server_whose_tag_is_no_checksum_is_read_back(s3_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    store = storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)
    assert isinstance(store, S3Storage)
    real = store._library.put

    def encrypting(*arguments: object, **named: object) -> dict[str, object]:
        return {**real(*arguments, **named), "e_tag": '"' + "f" * 32 + '"'}

    monkeypatch.setattr(store._library, "put", encrypting)
    with store.open(store.put(b"photo")) as kept:
        assert kept.read() == b"photo"


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_process_forked_after_the_first_use_is_refused_and_does_not_hang(s3_url: str, tmp_path: Path) -> None:
    store = storage_from_url(s3_url, ACCESS_KEY, SECRET_KEY)
    key = store.put(b"photo")
    said = tmp_path / "said"
    child = os.fork()
    if child == 0:
        try:
            store.exists(key)
        except StorageError as error:
            said.write_text(str(error))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert said.read_text().startswith("the S3 client was used before this process was forked")


def test_nothing_is_asked_before_the_first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(S3Storage, "_connected", lambda *_, **__: pytest.fail("a connection was made"))
    store = storage_from_url(ADDRESS, "access", "secret")
    with pytest.raises(FileMissing):
        store.open("../../etc/passwd")


def test_the_bucket_is_named_when_it_is_not_there(seaweed: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """This server makes a bucket at the first file; others answer 404."""
    store = storage_from_url(seaweed.url("x").replace(BUCKET, "nowhere", 1), ACCESS_KEY, SECRET_KEY)
    assert isinstance(store, S3Storage)

    def absent(*_: object, **__: object) -> None:
        raise FileNotFoundError("NoSuchBucket")

    monkeypatch.setattr(store._library, "put", absent)
    with pytest.raises(StorageUnavailable, match="no bucket nowhere"):
        store.put(b"photo")
