"""How a JPEG is built, read from its markers alone: in how many scans, and by which process.

A JPEG in one scan is shrunk while it is decoded. One in several (a progressive one, or colour by colour) must be kept
whole, two bytes a coefficient, and each scan goes over all of it: 7,000 by 7,000 pixels in two hundred scans are 200 KB
of file and seconds of work. So both are known before anything is decoded.
"""

import re
from dataclasses import dataclass

# What phones, chat apps and editors write, and Pillow decodes: baseline, extended, progressive.
_FRAMES = {0xC0, 0xC1, 0xC2}
# Arithmetic coding, lossless and hierarchical ones: no photo.
_ODD_FRAMES = set(range(0xC3, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_ALONE = {0x01, _START, *range(0xD0, 0xD8)}
# Within a scan: FF 00 is a byte of data, D0 to D7 part its pieces. Of a run of FF the last one begins the marker: to begin
# with the first would try a run that leads to no marker from each of its bytes, and 30 MB of it would take days.
AFTER_A_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


# Half a thousand segments hold the thirty megabytes that a phone's depth map may take; fill bytes nobody needs.
MOST_SEGMENTS = 2000
MOST_FILL = 4096


@dataclass(frozen=True, slots=True)
class Build:
    """`scans` stops at one more than was asked for; 0 where the file ends before the first."""

    scans: int = 0
    progressive: bool = False
    odd: bool = False

    @property
    def whole(self) -> bool:
        """Every coefficient is kept until the last scan has come."""
        return self.progressive or self.scans > 1


def build_of(content: bytes, most: int) -> Build:
    """Of the first picture in the file: what follows its end (a gain map, a video) is not looked at."""
    at, colours, progressive, scans = 2, 0, False, 0
    while (found := _marker(content, at)) and found[0] != _END:
        marker, at = found
        if marker in _ALONE:
            continue
        length = int.from_bytes(content[at : at + 2], "big")
        if marker in _ODD_FRAMES:
            return Build(odd=True)
        if marker in _FRAMES:
            progressive, colours = marker == 0xC2, content[at + 7] if len(content) > at + 7 else 0
        elif marker == _SCAN:
            scans += 1
            of_all = len(content) > at + 2 and content[at + 2] == colours
            if scans > most or (scans == 1 and of_all and not progressive):
                break
            following = AFTER_A_SCAN.search(content, at + length)
            if following is None:
                break
            at = following.start()
            continue
        at += max(length, 2)
    return Build(scans, progressive)


def is_padded(content: bytes) -> bool:
    """More segments, or more fill between or within them, than any photo has: decoders go through them one by one, and
    thirty megabytes of them take half a minute."""
    at, fill = 2, 0
    for _ in range(MOST_SEGMENTS):
        found = AFTER_A_SCAN.search(content, at)
        until = found.start() if found else len(content)
        fill += until - at
        if fill > MOST_FILL:
            return True
        if found is None:
            return False
        marker, at = content[found.end() - 1], found.end()
        if marker in {_SCAN, _END}:
            end = content.find(b"\xff\xd9", at)
            return b"\xff" * MOST_FILL in content[at : end if end >= 0 else len(content)]
        if marker not in _ALONE:
            at += max(int.from_bytes(content[at : at + 2], "big"), 2)
    return True


def _marker(content: bytes, at: int) -> tuple[int, int] | None:
    """The marker at the place, or the first after it as decoders look for one, and where its segment begins."""
    found = AFTER_A_SCAN.search(content, at)
    return None if found is None else (content[found.end() - 1], found.end())
