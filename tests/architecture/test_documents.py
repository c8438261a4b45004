"""What the documents name exists: tests that hold a promise, settings, commands, pictures, links."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from flask import Flask

from config import Settings

ROOT = Path(__file__).parents[2]
SECURITY = ROOT / "docs" / "security.md"
RUNNING = (ROOT / "docs" / "running.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


def test_every_promise_names_a_test_that_exists() -> None:
    named = set(re.findall(r"`((?:tests/)?[\w/-]+\.py)`", SECURITY.read_text()))
    present = {str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.*")}
    names = {Path(path).name for path in present}
    assert len(named) > 20
    assert sorted(name for name in named if name not in present and ("/" in name or name not in names)) == []


def test_every_setting_is_explained() -> None:
    assert [field.name for field in fields(Settings) if f"`{field.name}`" not in RUNNING] == []


def test_every_command_is_explained(app: Flask) -> None:
    ours = sorted(set(app.cli.commands) - {"db"})
    assert [name for name in ours if f"flask --app app {name}" not in RUNNING] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_pictures_and_links_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text())
    assert [t for t in targets if "://" not in t and not (path.parent / t).exists()] == []


def test_both_readmes_show_and_link_the_same() -> None:
    def found(name: str) -> set[str]:
        return set(re.findall(r"\]\(([^)]+)\)", (ROOT / name).read_text())) - {"README.md", "README.en.md"}

    assert found("README.md") == found("README.en.md")
