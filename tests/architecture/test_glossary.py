"""docs/glossary.md says what the code says."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ROW = re.compile(r"^\| (\S+) \| `(\w+)` \|", re.MULTILINE)


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")


def names_in(path: Path) -> set[str]:
    """Names of functions, classes, variables, attributes, parameters and columns; words of enums and of kinds."""
    found = {path.stem}
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.arg(arg=name):
                found.add(name)
            case ast.Constant(value=str(word)) if word.isidentifier():
                found.add(word)
            case _:
                pass
    return {snake(name) for name in found}


def code() -> set[str]:
    files = [path for path in (ROOT / "app").rglob("*.py") if "demo" not in path.relative_to(ROOT).parts]
    return set().union(*map(names_in, files))


def test_the_glossary_and_the_code_agree() -> None:
    present, _, to_come = GLOSSARY.partition("## Kept for what is yet to come")
    names = code()
    assert [name for _, name in ROW.findall(present) if name not in names] == []
    assert [name for _, name in ROW.findall(to_come) if name in names] == []


def test_a_word_has_one_name() -> None:
    rows = ROW.findall(GLOSSARY)
    assert len(rows) > 80
    assert [word for word, _ in rows if [w for w, _ in rows].count(word) > 1] == []
    assert [name for _, name in rows if [n for _, n in rows].count(name) > 1] == []
