"""Decodes one HEIC picture from standard input in a process of its own, under hard limits.

The decoder is a large body of C++ that reads what strangers send, and its binding ends the whole process at some broken
files. So it never runs inside the web server: this file is started as a script, limits its own memory, time and files,
and answers one line of JSON, then the EXIF, the colour profile and the pixels of the picture, scaled down. A picture
that is larger than allowed, or more than one, is answered by the line alone.
"""

import importlib
import io
import json
import sys
from typing import BinaryIO

import pi_heif

# Address space: the largest photo allowed takes 490 MB of it, one of 12 million pixels 250 MB.
MEMORY_BYTES = 600 * 1024 * 1024
# A phone's photo of 12 million pixels takes some 0.8 s of a slow core; larger ones get more, in proportion.
CPU_SECONDS = 2
PIXELS_A_SECOND = 7_000_000
# An EXIF or a colour profile larger than that is none worth keeping.
MOST_BESIDE = 256 * 1024


def limit_self(seconds: int) -> None:
    resource = importlib.import_module("resource")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))  # no file and no line out besides the three it was given
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(data: bytes, max_pixels: int, max_pixels_with_alpha: int, edge: int, out: BinaryIO) -> None:
    file = pi_heif.open_heif(io.BytesIO(data))
    width, height = file.size
    said = {"width": width, "height": height, "images": len(file), "alpha": file.has_alpha, "mode": ""}
    allowed = max_pixels_with_alpha if file.has_alpha else max_pixels
    if len(file) > 1 or width * height > allowed:
        out.write(json.dumps(said).encode() + b"\n")
        return
    limit_self(max(CPU_SECONDS, width * height // PIXELS_A_SECOND))
    image = file.to_pillow()
    image.thumbnail((edge, edge), reducing_gap=1.0)
    exif, profile = _beside(image.info.get("exif")), _beside(image.info.get("icc_profile"))
    said |= {"mode": image.mode, "size": image.size, "exif": len(exif), "profile": len(profile)}
    out.write(json.dumps(said).encode() + b"\n" + exif + profile)
    out.write(image.tobytes())


def _beside(data: bytes | None) -> bytes:
    return data if data and len(data) <= MOST_BESIDE else b""


if __name__ == "__main__":
    limit_self(CPU_SECONDS)
    pi_heif.options.DECODE_THREADS = 1
    most, most_with_alpha, edge = map(int, sys.argv[1:4])
    answer(sys.stdin.buffer.read(), most, most_with_alpha, edge, sys.stdout.buffer)
