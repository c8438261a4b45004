"""HEIC pictures, decoded in a process of their own (see heif_child).

Started anew for every photo: that makes it 1.2 times as dear as decoding in the web server, and a process kept warm would
save half of that at most; so no photo meets what another left behind, and there is nothing to keep alive.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from app.foundation.image_kinds import MAX_PIXELS, MAX_PIXELS_CONVERTED, Claim, check, damaged

_CHILD = Path(__file__).with_name("heif_child.py")
# The child ends itself by CPU time; this is for one that sleeps, or waits for a busy machine.
SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Decoded:
    """`width` and `height` are those of the file, the image is scaled down."""

    width: int
    height: int
    image: Image.Image


def decoded(content: bytes, edge: int) -> Decoded:
    """The picture with its longer side at `edge` at most; raises a PhotoRefused, also when the decoder came to grief."""
    try:
        done = subprocess.run(  # noqa: S603 - our own script and three numbers; the picture goes in by standard input
            [sys.executable, "-I", str(_CHILD), str(MAX_PIXELS["HEIF"]), str(MAX_PIXELS_CONVERTED), str(edge)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={},  # the decoder has no use for our settings, and whoever took it over no sight of them
        )
    except subprocess.TimeoutExpired as problem:
        raise damaged() from problem
    if done.returncode != 0:
        raise damaged()
    line, _, rest = done.stdout.partition(b"\n")
    said: dict[str, Any] = json.loads(line)
    check(Claim("HEIF", said["width"], said["height"], animated=said["images"] > 1, plain=not said["alpha"]))
    pixels = said["exif"] + said["profile"]
    image = Image.frombytes(said["mode"], tuple(said["size"]), rest[pixels:])
    image.info = {"exif": rest[: said["exif"]], "icc_profile": rest[said["exif"] : pixels]}
    return Decoded(said["width"], said["height"], image)
