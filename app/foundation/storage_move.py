"""Carrying a whole store to another while the site goes on putting files into the first.

Nothing but the two stores is remembered: whoever stops the move (Ctrl-C, kill, a power cut) starts it again, and what
lies at the target is checked there instead of being sent once more. The source is only read.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from app.foundation.stored_files import FileMissing, Storage, is_whole

# A site that gets photos all the time would otherwise never let the move end; what comes later is for the last run.
PASSES = 10


@dataclass
class Carried:
    """`copied` were sent by this run (`size` bytes), `present` lay at the target already; each one was hashed."""

    copied: int = 0
    present: int = 0
    size: int = 0
    share: float = 0.0  # of the first pass: keys are spread evenly and come in order
    damaged: list[str] = field(default_factory=list)
    done: set[bytes] = field(default_factory=set)

    @property
    def files(self) -> int:
        return self.copied + self.present


def carry_over(source: Storage, target: Storage, carried: Carried, *, progress: Callable[[], None]) -> None:
    """Bring every file of `source` to `target`; files that arrive meanwhile are found by a further pass.

    A file whose bytes do not give its key is named in `damaged` and not carried, unless the target has it whole.
    """
    for _pass in range(PASSES):
        known = len(carried.done)
        for file in source.iterate():
            if (name := bytes.fromhex(file.key)) not in carried.done:
                _carry(file.key, source, target, carried)
                carried.done.add(name)
                carried.share = max(carried.share, int(file.key[:4], 16) / 0xFFFF)
                progress()
        if len(carried.done) == known:
            return


def _carry(key: str, source: Storage, target: Storage, carried: Carried) -> None:
    if _lies_there(target, key):
        carried.present += 1
        return
    try:
        with source.open(key) as file:
            content = file.read()
    except FileMissing:  # swept meanwhile
        return
    if hashlib.sha256(content).hexdigest() != key:
        carried.damaged.append(key)
        return
    target.put(content)
    carried.copied += 1
    carried.size += len(content)


def _lies_there(target: Storage, key: str) -> bool:
    try:
        return is_whole(target, key)
    except FileMissing:
        return False
