"""Each file of a feature is a known room or a pure rule; one place commits; names say something."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"
ROOMS = ("models", "queries", "operations", "forms", "views", "cli", "__init__")
# Pure parts of the foundation that a rule may build on.
PURE_FOUNDATION = {"app.foundation.places", "app.foundation.errors", "app.foundation.sheet_cells"}
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "tools", "base", "core", "lib"}
# What every request meets before a view (docs/structure.md, "A request"): rooms of their own kind.
OTHER_ROOMS = {
    "app/accounts/guard.py",
    "app/accounts/sessions.py",
    "app/accounts/actor.py",
    "app/accounts/kept.py",
    "app/accounts/asked_again.py",
    "app/brands/glyphs.py",  # reads outlines from the font
}
LAYERS = ("views", "forms", "operations", "queries", "models")
# What a room may not import in its own feature; forms and operations stand side by side.
ABOVE = {
    "forms": ("views", "operations"),
    "operations": ("views", "forms"),
    "queries": LAYERS[:3],
    "models": LAYERS[:4],
}
WEB = {"flask", "flask_login", "flask_wtf", "wtforms"}
KNOW_THE_APPLICATION = {
    ("app/audit/operations.py", "flask"),  # a line says from which address an act came
    ("app/photos/likeness_operations.py", "flask"),  # the setting, and the log of what may not stop an upload
}
ONE_PLACE_COMMITS = {"app/foundation/unit_of_work.py"}


def modules() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_room(path: Path) -> bool:
    return any(path.stem == room or path.stem.endswith(f"_{room}") for room in ROOMS)


def rules() -> list[Path]:
    """Files of the features that are no room: they must be pure."""
    features = [p for p in modules() if len(p.relative_to(APP).parts) > 1]
    return [
        path
        for path in features
        if path.relative_to(APP).parts[0] not in {"foundation", "demo"}
        and not is_room(path)
        and name_of(path) not in OTHER_ROOMS
    ]


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def modules_named_in(path: Path) -> Iterator[str]:
    """With what is taken out of a package, which may be a module: `from app.checks import operations`."""
    yield from imports_of(path)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", rules(), ids=name_of)
def test_a_file_that_is_no_room_is_a_pure_rule(path: Path) -> None:
    pure = {name_of(p).removesuffix(".py").replace("/", ".") for p in rules()} | PURE_FOUNDATION
    strange = [
        name for name in imports_of(path) if name.split(".")[0] not in sys.stdlib_module_names and name not in pure
    ]
    assert strange == []


def room_of(path: Path) -> str | None:
    return next((room for room in LAYERS if path.stem == room or path.stem.endswith(f"_{room}")), None)


@pytest.mark.parametrize("room", ["forms", "operations", "queries", "models"])
def test_what_is_split_by_business_keeps_to_its_room(room: str) -> None:
    """import-linter names each room by one file; this holds `upload_operations` and `result_queries` too: none knows the
    web, anybody's views or forms, or what stands above it in its own feature."""
    strange = {
        (name_of(path), name)
        for path in modules()
        if room_of(path) == room and path.parent.name != "demo"
        for name in modules_named_in(path)
        if (name in WEB and room != "forms") or is_above(name, path, room)
    }
    assert strange - KNOW_THE_APPLICATION == set()


def is_above(name: str, path: Path, room: str) -> bool:
    other = room_of(Path(name.rsplit(".", maxsplit=1)[-1])) if name.startswith("app.") else None
    if name.startswith(f"app.{path.parent.name}."):
        return other in ABOVE[room]
    return other == "views" or (other == "forms" and room != "forms")


def test_only_the_unit_of_work_commits() -> None:
    found = {
        name_of(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    }
    assert found == ONE_PLACE_COMMITS


def test_no_module_has_an_empty_name() -> None:
    assert [name_of(path) for path in modules() if {path.stem, *path.parts} & EMPTY_NAMES] == []


def test_the_three_trees_bear_the_same_names() -> None:
    features = {p.name for p in APP.iterdir() if (p / "__init__.py").exists()}
    shared = {"architecture", "browser", "crash", "fixtures", "markup"}
    tests = {p.name for p in (ROOT / "tests").iterdir() if p.is_dir() and not p.name.startswith("__")} - shared
    assert tests - features == set()
    templates = {p.name for p in (ROOT / "templates").iterdir() if p.is_dir()}
    assert templates - features <= {"layouts", "components", "errors", "gallery"}


def test_workbooks_leave_by_one_door() -> None:
    """The door writes the line (docs/security.md)."""
    doors = [name_of(path) for path in modules() if "attachment(" in path.read_text()]
    assert sorted(doors) == ["app/audit/export_views.py", "app/foundation/downloads.py"]
