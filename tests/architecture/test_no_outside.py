"""Nothing that a browser gets points to another host, and vendored files are what their lock says."""

import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Names of XML vocabularies look like addresses and are never fetched.
NAMESPACES = re.compile(r"http://www\.w3\.org/(2000/svg|1999/xlink|1999/xhtml)")
ADDRESS = re.compile(r"(https?:)?//[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
TEXTS = {".html", ".css", ".js", ".svg", ".txt", ".json", ".xml", ".webmanifest"}
COMMENT = re.compile(r"/\*.*?\*/|\{#.*?#\}", re.DOTALL)


def served() -> list[Path]:
    found = [*(ROOT / "templates").rglob("*"), *(ROOT / "app" / "static").rglob("*")]
    # A licence names its own home.
    return [p for p in found if p.suffix in TEXTS and "LICENSE" not in p.name.upper() and not p.name.startswith("OFL")]


def test_no_template_or_static_file_names_another_host() -> None:
    found = {}
    for path in served():
        text = NAMESPACES.sub("", COMMENT.sub("", path.read_text()))
        if addresses := [match.group() for match in ADDRESS.finditer(text)]:
            found[str(path.relative_to(ROOT))] = addresses
    assert found == {}


def test_templates_hold_no_inline_script_or_style_and_no_safe_filter() -> None:
    wrong = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|\|\s*safe\b|autoescape false", re.IGNORECASE
    )
    found = {}
    for path in (ROOT / "templates").rglob("*"):
        if path.is_file() and (hits := wrong.findall(COMMENT.sub("", path.read_text()))):
            found[str(path.relative_to(ROOT))] = hits
    assert found == {}


def test_what_others_made_is_what_was_locked() -> None:
    """Fonts and vendored code: `vendored.json` names origin, version, licence and hash of each file."""
    static = ROOT / "app" / "static"
    locked = json.loads((static / "vendored.json").read_text())
    found = [p for folder in ("fonts", "vendor") for p in (static / folder).rglob("*") if p.is_file()]
    hashes = {str(p.relative_to(static)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}
    assert hashes == {path: entry["sha256"] for path, entry in locked.items()}
    assert [path for path, entry in locked.items() if entry.keys() != {"sha256", "origin", "licence"}] == []
