"""Sending a file to an S3 server so that a stall is told from a slow line.

The client library knows a limit for a whole request only. Here the file goes in small pieces, each of which must move
within a second: 30 MB over a slow line take as long as they take, a server that ceases to listen is given up at once.
"""

import http.client
import socket
import time
from urllib.parse import urlsplit

CONNECT_SECONDS = 0.7
# For each piece to move, and for the answer to begin.
MOVE_SECONDS = 1.0
# So much may wait within this machine: else the kernel would take megabytes from us before anything had moved.
AHEAD = 64 * 1024
PIECE = 32 * 1024
# A line of 4 Mbit/s brings 30 MB within this time; nobody trickles for longer.
WHOLE_SECONDS = 60.0


def send(url: str, data: bytes) -> str | None:
    """PUT to an address that carries its leave; the answer's tag. Raises an OSError, FileNotFoundError for a 404."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=CONNECT_SECONDS)  # over TLS the name and the certificate are checked
    try:
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD)
        connection.sock.settimeout(MOVE_SECONDS)
        connection.putrequest("PUT", f"{parts.path}?{parts.query}")
        connection.putheader("Content-Length", str(len(data)))
        connection.endheaders()
        _send_pieces(connection, data)
        return _answer(connection)
    except http.client.HTTPException as error:
        raise OSError(f"no answer of the S3 server: {type(error).__name__}") from error
    finally:
        connection.close()


def _send_pieces(connection: http.client.HTTPConnection, data: bytes) -> None:
    until = time.monotonic() + WHOLE_SECONDS
    for start in range(0, len(data), PIECE):
        if time.monotonic() > until:
            raise TimeoutError(f"the S3 server takes less than {len(data) / WHOLE_SECONDS:.0f} bytes a second")
        connection.send(data[start : start + PIECE])


def _answer(connection: http.client.HTTPConnection) -> str | None:
    answer = connection.getresponse()
    answer.read(64 * 1024)
    if answer.status == http.client.NOT_FOUND:
        raise FileNotFoundError(answer.reason)
    if answer.status != http.client.OK:
        raise OSError(f"the S3 server answers {answer.status} {answer.reason}")
    return answer.headers["ETag"]
