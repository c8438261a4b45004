"""From start to the first page: CPU of all processes, memory of the master and one worker."""

import os
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.line import Line
from tests.fixtures.server import Server

TICKS = os.sysconf("SC_CLK_TCK")
WORKERS = 2


def _processes(master: int) -> list[int]:
    found = [master]
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except FileNotFoundError:
                continue
            if int(fields[1]) == master:
                found.append(int(folder.name))
    return found


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(process: int) -> float:
    """Megabytes of its own: shared pages are counted by their share."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0


def measure() -> list[Line]:
    with TemporaryDirectory() as name:
        folder = Path(name) / "var"
        with Server(folder) as first:  # migrates and compresses; a later start finds that done
            first.wait()
        with Server(folder) as server:
            server.wait()
            urllib.request.urlopen(f"{server.address}/sign-in", timeout=30).close()
            processes = _processes(server.process.pid)
            used = sum(_cpu(process) for process in processes)
            memory = sorted((_memory(process) for process in processes), reverse=True)
    both = sum(memory[:2])
    note = f"{len(processes)} processes, {WORKERS} of them serve"
    return [
        Line("start to first page: CPU", used, "s", 2.5, 1.2, note),
        Line("memory of master and one worker", both, "MB", 110, 70),
    ]
