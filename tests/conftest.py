"""What every test stands on; each fixture module says its own part."""

# `pages` stands before `database`, which imports it: pytest rewrites the assertions of what it loads first.
pytest_plugins = [
    "tests.fixtures.surroundings",
    "tests.fixtures.statements",
    "tests.fixtures.pages",
    "tests.fixtures.database",
    "tests.fixtures.seaweed",
    "tests.fixtures.scene",
    "tests.fixtures.browser",
]
