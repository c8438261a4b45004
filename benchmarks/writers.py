"""Eight people save marks at the same time on SQLite, through the real server."""

from benchmarks.line import Line
from benchmarks.live import saver, site, together

WRITERS = 8
SAVES = 50


def measure() -> list[Line]:
    with site() as at:
        timed = together([saver(at, number) for number in range(WRITERS)], SAVES)
    note = f"{len(timed.seconds)} saves, median {timed.percentile(0.5) * 1000:.0f} ms"
    return [
        Line("eight writers on SQLite: saves that failed", timed.failures, "", 0, 0),
        Line("eight writers on SQLite: p99", timed.percentile(0.99) * 1000, "ms", 400, 50, note),
    ]
