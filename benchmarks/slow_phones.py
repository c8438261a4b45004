"""Forty phones send photos at 80 KB/s through the real server while somebody reads a page, beside reading alone.

What is measured is whether slow senders keep others waiting, not decoding: no photo is sent to its end.
"""

import socket
import statistics
import threading
import time
from datetime import date
from functools import partial

from benchmarks.line import Line
from benchmarks.live import Person, Site, site

PHONES = 40
BYTES_A_SECOND = 80 * 1024
BEAT = 0.1
SECONDS = 8  # so long alone, and so long beside the phones
PAUSE = 0.05  # between two pages
HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n"
    "Content-Type: multipart/form-data; boundary=photo\r\n\r\n"
    '--photo\r\nContent-Disposition: form-data; name="photos"; filename="1.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
)


def phone(at: Site) -> socket.socket:
    """Connected, its request begun; much more is promised than will be sent."""
    path = f"/groups/1/months/{date.today():%Y-%m}/photos"  # noqa: DTZ011 - the server's own day
    own = socket.create_connection(("127.0.0.1", at.port))
    own.sendall(HEAD.format(path=path, port=at.port, cookie=at.cookies["leader1"], length=20_000_000).encode())
    own.setblocking(False)
    return own


def send(phones: list[socket.socket], stop: threading.Event, sent: list[int]) -> None:
    """A piece from each at every beat; `sent` counts all bytes."""
    piece = bytes(int(BYTES_A_SECOND * BEAT))
    while not stop.wait(BEAT):
        for own in phones:
            try:
                sent[0] += own.send(piece)
            except BlockingIOError:
                continue  # the server does not take any more at the moment: the rate tells


def ended(own: socket.socket) -> bool:
    """The server has answered or hung up, which it should not before it has all."""
    try:
        own.recv(1)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def read(reader: Person, seconds: float) -> list[float]:
    took, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.perf_counter()
        status, _ = reader.open("/")
        assert status == 200, status
        took.append(time.perf_counter() - begun)
        time.sleep(PAUSE)
    return took


def measure() -> list[Line]:
    p95 = partial(statistics.quantiles, n=20)
    with site() as at:
        reader = Person(at, "leader1")
        read(reader, 1)
        alone = read(reader, SECONDS)
        phones, stop, sent = [phone(at) for _ in range(PHONES)], threading.Event(), [0]
        sender = threading.Thread(target=send, args=(phones, stop, sent))
        sender.start()
        try:
            beside = read(reader, SECONDS)
        finally:
            stop.set()
            sender.join()
        given_up = sum(ended(own) for own in phones)
        for own in phones:
            own.close()
    before, after = p95(alone)[-1], p95(beside)[-1]
    rate = sent[0] / PHONES / SECONDS / 1024
    note = f"{before * 1000:.1f} -> {after * 1000:.1f} ms; {len(beside)} pages, {rate:.0f} KB/s a phone"
    return [
        Line("forty slow phones: those whom the server did not hear out", given_up, "", 0, 0),
        Line("p95 of reads beside forty slow phones, beside alone", after / before, "x", 3, 1.5, note),
    ]
