"""What the worst files cost: hostile ones, and honest ones as large as they may be. CPU of this process and its children;
memory of a process that has imported the whole site and takes them in two at a time."""

import io
import random
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from PIL import Image

from app.foundation import image_kinds, images
from app.foundation.image_kinds import PhotoRefused
from benchmarks.line import Line
from tests import hostile

PROMISE_SECONDS = 2.0
WORKER_MB = 400.0


def scene(pixels: int, mode: str = "RGB") -> Image.Image:
    """Four by three, with as much detail as still comes under 30 MB."""
    height = int((pixels * 3 / 4) ** 0.5)
    small = random.Random(7).randbytes(400 * 300 * 3)
    return (
        Image.frombytes("RGB", (400, 300), small)
        .resize((pixels // height, height), Image.Resampling.BICUBIC)
        .convert(mode)
    )


def largest() -> dict[str, bytes]:
    """As large as each kind may be."""
    return {
        "PNG": hostile.encoded(scene(image_kinds.PNG.pixels), "PNG", compress_level=6),
        "PNG with transparency": hostile.encoded(scene(image_kinds.PNG_CONVERTED.pixels, "RGBA"), "PNG", compress_level=6),
        "progressive JPEG": hostile.encoded(
            scene(image_kinds.JPEG_IN_SCANS.pixels), progressive=True, quality=85, subsampling=0
        ),
        "WebP": hostile.encoded(scene(image_kinds.WEBP.pixels), "WEBP", method=0),
        "JPEG": hostile.encoded(scene(200_000_000), quality=60),
    }  # fmt: skip


def spent() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cost(content: bytes) -> float:
    begun = spent()
    with suppress(PhotoRefused):
        images.prepare(io.BytesIO(content))
    return spent() - begun


def worst(files: dict[str, bytes]) -> tuple[float, str]:
    return max((cost(content), name) for name, content in files.items())


def memory(folder: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.hostile", str(folder)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def take_in(folder: Path) -> None:
    """In a process of its own: prints its peak in MB."""

    def one(path: Path) -> None:
        with path.open("rb") as stream, suppress(PhotoRefused), images.in_hand(stream):
            images.prepare(stream)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, sorted(folder.iterdir())))
    # Not ru_maxrss: that also knows the process that started this one.
    status = Path("/proc/self/status").read_text()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)


def measure() -> list[Line]:
    bad = {name: make() for name, (make, _words) in hostile.FILES.items()}
    good = largest()
    refused, worst_bad = worst(bad)
    taken, worst_good = worst(good)
    with tempfile.TemporaryDirectory() as name:
        for number, content in enumerate([*bad.values(), *good.values()]):
            (Path(name) / f"{number:03}").write_bytes(content)
        peak = memory(Path(name))
    return [
        Line(f"the dearest of {len(bad)} hostile files", refused, "CPU-s", PROMISE_SECONDS, 0.5, worst_bad),
        Line("the dearest photo that may come", taken, "CPU-s", PROMISE_SECONDS, 1.0, worst_good),
        Line("memory of a worker that takes all of them in", peak, "MB", WORKER_MB, 300),
    ]


if __name__ == "__main__":
    take_in(Path(sys.argv[1]))
