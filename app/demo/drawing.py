"""Photos drawn and encoded in processes of their own: drawing is the long part of filling the demo factory."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from os import cpu_count

from PIL import Image

from app.demo import scenes
from app.foundation.fingerprints import small_grey
from app.foundation.images import QUALITY, THUMB_QUALITY

SIZE = (1280, 960)
THUMB = (480, 360)
# Below so many, starting a process costs more than it draws.
WORTH_A_PROCESS = 24


@dataclass(frozen=True)
class Wanted:
    scene: str
    seed: int
    month: int


@dataclass(frozen=True)
class Drawn:
    display: bytes
    thumb: bytes
    grey: bytes | None = None
    size: tuple[int, int] = SIZE


def draw(wanted: Wanted, size: tuple[int, int] = SIZE) -> Drawn:
    picture = scenes.draw(wanted.scene, wanted.seed, size, month=wanted.month)
    thumb = picture.resize(THUMB, Image.Resampling.BICUBIC, reducing_gap=1.5)
    return Drawn(_jpeg(picture, QUALITY), _jpeg(thumb, THUMB_QUALITY), small_grey(thumb), size)


def forwarded(display: bytes) -> bytes:
    """The photo as it comes back from a chat: cut a little and compressed once more."""
    with Image.open(io.BytesIO(display)) as picture:
        width, height = picture.size
        return _jpeg(picture.crop((width // 20, height // 16, width - width // 40, height - height // 40)), 60)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def draw_all(wanted: Iterable[Wanted], size: tuple[int, int] = SIZE) -> Iterator[Drawn]:
    """In the order asked for. Processes are spawned, not forked: the caller holds a database open."""
    jobs = list(wanted)
    processes = min(cpu_count() or 1, 4)
    if processes == 1 or len(jobs) < WORTH_A_PROCESS:
        yield from map(partial(draw, size=size), jobs)
        return
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(partial(draw, size=size), jobs, chunksize=4)
