"""Eight people save marks at the same time on SQLite, through the real server.

They write to one file one after the other, so the best that the last of eight can have is eight saves in a row. On a
machine that does other work besides, both grow alike: the ratio tells how well they are queued, the milliseconds how
long somebody waited here and now. Rounds of one and of eight alternate, so that both meet the same noise.
"""

from benchmarks.line import Line
from benchmarks.live import Timed, saver, site, together

WRITERS = 8
ROUNDS = 5
SAVES = 10


def measure() -> list[Line]:
    alone, eight = Timed([], 0), Timed([], 0)
    with site() as at:
        writers = [saver(at, number) for number in range(WRITERS)]
        for _ in range(ROUNDS):
            for whole, found in (
                (alone, together(writers[:1], WRITERS * 2)),
                (eight, together(writers, SAVES)),
            ):
                whole.seconds += found.seconds
                whole.failures += found.failures
    one, last = alone.percentile(0.5) * 1000, eight.percentile(0.99) * 1000
    note = f"{len(eight.seconds)} saves, median {eight.percentile(0.5) * 1000:.0f} ms"
    return [
        Line("eight writers on SQLite: saves that failed", alone.failures + eight.failures, "", 0, 0),
        Line("eight writers on SQLite: p99", last, "ms", 400, 50, note),
        Line("the same beside eight saves in a row by one", last / one / WRITERS, "x", 3, 1.5, f"one: {one:.1f} ms"),
    ]
