"""HEIC pictures, decoded in a process of their own (see heif_child).

Started anew for every photo: that makes it 1.2 times as dear as decoding in the web server, and a process kept warm would
save half of that at most; so no photo meets what another left behind, and there is nothing to keep alive.
"""

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from app.foundation.image_kinds import HEIF, HEIF_CONVERTED, Claim, check, damaged

_CHILD = Path(__file__).with_name("heif_child.py")
# The child ends itself by CPU time; this is for one that sleeps, or waits for a busy machine.
SECONDS = 20.0
# Of one answer besides the pixels: the line, the EXIF (64 KB in a JPEG) and the colour profile.
MOST_BESIDE = 1024 * 1024
MODES = ("RGB", "RGBA", "L", "LA")


@dataclass(frozen=True, slots=True)
class Decoded:
    """`width` and `height` are those of the file, the image is scaled down."""

    width: int
    height: int
    image: Image.Image


def decoded(content: bytes, edge: int) -> Decoded:
    """The picture with its longer side at `edge` at most; raises a PhotoRefused, also when the decoder came to grief."""
    line, _, rest = _answer(content, edge).partition(b"\n")
    said: dict[str, Any] = json.loads(line)
    check(Claim("HEIF", said["width"], said["height"], animated=said["images"] > 1, plain=not said["alpha"]))
    if said["mode"] not in MODES or max(said["size"]) > edge:
        raise damaged()
    pixels = said["exif"] + said["profile"]
    image = Image.frombytes(said["mode"], tuple(said["size"]), rest[pixels:])
    image.info = {"exif": rest[: said["exif"]], "icc_profile": rest[said["exif"] : pixels]}
    return Decoded(said["width"], said["height"], image)


def _answer(content: bytes, edge: int) -> bytes:
    """What the child says, and no more of it than an honest one can have to say."""
    most = MOST_BESIDE + edge * edge * 4
    command = [sys.executable, "-I", str(_CHILD), str(HEIF.pixels), str(HEIF_CONVERTED.pixels), str(edge)]
    with tempfile.TemporaryFile() as picture:
        picture.write(content)
        picture.seek(0)
        # The decoder has no use for our settings, and whoever took it over no sight of them.
        with subprocess.Popen(  # noqa: S603 - our own script and three numbers
            command, stdin=picture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}
        ) as child:
            end = threading.Timer(SECONDS, child.kill)
            end.start()
            try:
                answer = child.stdout.read(most + 1) if child.stdout else b""
                if len(answer) > most:
                    child.kill()
                code = child.wait()
            finally:
                end.cancel()
    if code != 0 or len(answer) > most:
        raise damaged()
    return answer
