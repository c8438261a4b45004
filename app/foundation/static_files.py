"""Static files are compressed once, when the site starts, as well as they can be; serving them then costs nothing.

The compressed copies lie in DATA_DIR under the hash of all files, so an upgrade makes its own and an installed package
is never written to. Without them (in tests, in `flask run`) the plain files are served.
"""

import gzip
import hashlib
import os
import shutil
from functools import cache
from pathlib import Path

import brotli

TEXTS = {".css", ".js", ".svg", ".txt", ".json"}
SMALLEST = 500  # bytes; below, nothing is won


@cache
def digest_of(folder: Path) -> str:
    seen = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        seen.update(f"{path.relative_to(folder)}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()[:16]


def root_for(source: Path, data_dir: Path) -> Path:
    """Where static files are served from: the compressed copies if they were made, else the files as they are."""
    made = data_dir / "static" / digest_of(source)
    return made if made.is_dir() else source


def compress(source: Path, data_dir: Path) -> None:
    """Make the compressed copies; does nothing where they are. Call it while no other start is under way."""
    target = data_dir / "static" / digest_of(source)
    if target.is_dir():
        return
    shutil.rmtree(target.parent, ignore_errors=True)  # those of the version before
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(source, draft)
    for path in [path for path in draft.rglob("*") if path.suffix in TEXTS and path.stat().st_size >= SMALLEST]:
        content = path.read_bytes()
        path.with_name(f"{path.name}.br").write_bytes(brotli.compress(content, mode=brotli.MODE_TEXT))
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    draft.rename(target)
