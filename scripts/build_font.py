"""Cut the title font of the pages from the whole Noto Serif SC Bold.

    npm pack @expo-google-fonts/noto-serif-sc@0.4.3
    tar xzf expo-google-fonts-noto-serif-sc-0.4.3.tgz
    python scripts/build_font.py package/700Bold/NotoSerifSC_700Bold.ttf

The whole font holds 30,000 characters and weighs 14 MB; a browser on a slow office line should not fetch that. GB 2312
(6,763 characters) covers names, places and every word of the pages. A rarer character falls back to the system's
font. The seals, whose outlines are drawn when a brand is registered, read the same glyphs from a WOFF 1.0, which opens
forty times faster because no glyph has to be decoded to reach another.
"""

import argparse
import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE_SHA256 = "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6"
TARGET = Path(__file__).resolve().parent.parent / "app/static/fonts/noto-serif-sc-bold-gb2312.woff2"
SEALS = TARGET.parents[2] / "brands/noto-serif-sc-bold-gb2312.woff"
FOR_LINES_OF_TEXT = ("GSUB", "GPOS", "BASE", "vmtx", "vhea")

LATIN = range(0x20, 0x7F)
LATIN_MARKS = "·×÷±°¼½¾§©"
GENERAL_PUNCTUATION = "–—―‘’“”…‰′″※•−≤≥≠≈∞→←↑↓■□▲△●○◆◇★☆"
CJK_PUNCTUATION = range(0x3000, 0x3020)
FULL_WIDTH = range(0xFF01, 0xFF5F)


def gb2312_hanzi() -> set[int]:
    """The 3,755 characters of level 1 and the 3,008 of level 2: rows 16 to 87 of the standard."""
    found = set()
    for row in range(0xB0, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((row, cell)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def wanted() -> set[int]:
    marks = {ord(character) for character in LATIN_MARKS + GENERAL_PUNCTUATION}
    return gb2312_hanzi() | set(LATIN) | marks | set(CJK_PUNCTUATION) | set(FULL_WIDTH)


def cut(source: Path, target: Path) -> int:
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True, notdef_outline=True)
    options.layout_features = ["kern", "locl", "lnum", "tnum", "pnum", "chws", "halt", "palt"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = TTFont(source, recalcTimestamp=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted())
    cutter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, str(target), options)
    return len(font.getBestCmap())


def for_seals(source: Path, target: Path) -> None:
    """The same glyphs without what only lines of text need."""
    font = TTFont(source, recalcTimestamp=False)
    for table in FOR_LINES_OF_TEXT:
        if table in font:
            del font[table]
    font.flavor = "woff"
    font.save(target)


def main() -> int:
    parser = argparse.ArgumentParser(description="Cut the title font to GB 2312.")
    parser.add_argument("source", type=Path, help="NotoSerifSC_700Bold.ttf")
    source = parser.parse_args().source
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    if digest != SOURCE_SHA256:
        print(f"{source} is another font than the one pinned here: {digest}", file=sys.stderr)
        return 1
    count = cut(source, TARGET)
    for_seals(TARGET, SEALS)
    print(f"{TARGET.name}: {count} characters, {TARGET.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
