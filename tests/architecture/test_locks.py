"""What is installed is what is pinned, and what is pinned is what is asked for."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+) \\$", re.MULTILINE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(name: str) -> dict[str, str]:
    return dict(PINNED.findall((ROOT / name).read_text()))


def asked(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {canonical(re.split(r"[\[><=~! ]", line)[0]) for line in lines}


def test_the_locks_hold_all_that_the_project_asks_for() -> None:
    assert asked("postgres", "s3") - locked("requirements.lock").keys() == set()
    assert asked("postgres", "s3", "dev") - locked("requirements-dev.lock").keys() == set()


def test_the_workshop_runs_on_the_same_versions_as_the_server() -> None:
    workshop = locked("requirements-dev.lock")
    assert {name: workshop.get(name) for name in locked("requirements.lock")} == locked("requirements.lock")


def test_every_pin_has_a_hash_and_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(blocks) == len(locked(name))
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
        assert re.findall(r"https?://|file://|^--", text, flags=re.MULTILINE) == []


def test_the_tests_run_on_the_pinned_versions() -> None:
    installed = {canonical(found.name): found.version for found in distributions()}
    pinned = locked("requirements-dev.lock")
    assert {name: installed.get(name) for name in pinned} == pinned
