"""What every test stands on; each fixture module says its own part."""

from pathlib import Path

pytest_plugins = ["tests.fixtures.surroundings", "tests.fixtures.statements"]
if (Path(__file__).parents[1] / "app" / "__init__.py").exists():
    pytest_plugins += ["tests.fixtures.database", "tests.fixtures.pages", "tests.fixtures.scene"]
