"""One photo of 12 million pixels in: check, upright display copy, thumbnail, hash; beside two runs of vipsthumbnail."""

import io
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from app.foundation import images
from benchmarks.line import Line

SIZE = (4032, 3024)
ROUNDS = 5


def phone_photo() -> bytes:
    """As much detail as a phone's photo has: broad light and fine grain; about 4 MB, on its side by EXIF."""
    noise = random.Random(7)
    broad = Image.frombytes("RGB", (63, 47), noise.randbytes(63 * 47 * 3)).resize(SIZE, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (1008, 756), noise.randbytes(1008 * 756)).resize(SIZE, Image.Resampling.BILINEAR)
    picture = Image.blend(broad, Image.merge("RGB", (grain, grain, grain)), 0.2)
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=92, exif=exif)
    return content.getvalue()


def own(photo: bytes) -> float:
    begun = time.process_time()
    images.prepare(io.BytesIO(photo))
    return time.process_time() - begun


def vips(path: Path, folder: Path) -> float:
    def spent() -> float:
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime

    begun = spent()
    for edge in (images.DISPLAY_EDGE, images.THUMB_LONG_EDGE // 2):
        subprocess.run(
            ["vipsthumbnail", str(path), "--size", str(edge), "-o", str(folder / f"{edge}.jpg[Q=82,strip]")], check=True
        )
    return spent() - begun


def best(measured: Callable[[], float]) -> float:
    return min(measured() for _ in range(ROUNDS))


def measure() -> list[Line]:
    photo = phone_photo()
    ours = best(lambda: own(photo))
    if shutil.which("vipsthumbnail") is None:
        return [
            Line(
                "one photo in", ours * 1000, "CPU-ms", note="no vipsthumbnail beside it: apt-get install libvips-tools"
            )
        ]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "photo.jpg"
        path.write_bytes(photo)
        theirs = best(lambda: vips(path, Path(name)))
    note = f"{ours * 1000:.0f} beside {theirs * 1000:.0f} CPU-ms, {len(photo) / 1e6:.1f} MB"
    return [Line("one photo in, beside two runs of vipsthumbnail", ours / theirs, "x", 1.1, 0.5, note)]
