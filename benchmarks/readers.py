"""Somebody reads while four save, beside reading alone; through the real server."""

import threading

from benchmarks.line import Line
from benchmarks.live import Person, saver, site, together

READS = 200
WRITERS = 4


def measure() -> list[Line]:
    with site() as at:
        reader = Person(at, "leader1")

        def read() -> int:
            return reader.open("/")[0]

        together([read], 20)
        alone = together([read], READS)
        stop = threading.Event()

        def keep_saving(number: int) -> None:
            save = saver(at, number)
            while not stop.is_set():
                save()

        threads = [threading.Thread(target=keep_saving, args=(number,)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        beside = together([read], READS)
        stop.set()
        for thread in threads:
            thread.join()
    ratio = beside.percentile(0.95) / alone.percentile(0.95)
    note = f"{alone.percentile(0.95) * 1000:.1f} -> {beside.percentile(0.95) * 1000:.1f} ms"
    return [
        Line("reads that failed while four write", beside.failures, "", 0, 0),
        Line("p95 of reads while four write, beside alone", ratio, "x", 3, 1.5, note),
    ]
