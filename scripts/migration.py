"""Write the next numbered migration from the models and pin it: `make migration NAME="add the rota"`.

It is compared with a database at the newest migration, made for the purpose; whoever runs it reads the result
before committing it.
"""

import re
import sys
import tempfile
from pathlib import Path

import flask_migrate
from alembic.script import ScriptDirectory

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import create_app  # noqa: E402 - the checkout is not installed
from config import Settings  # noqa: E402

MIGRATIONS = ROOT / "migrations"


def main(name: str) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9 ,-]{3,60}", name):
        sys.exit('say what it does: make migration NAME="add the rota"')
    newest = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    number = f"{int(newest or 0) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(DATA_DIR=Path(folder), DATABASE_URL="", STORAGE_URL="memory:", SECRET_KEY="unused"))
        with app.app_context():
            if newest:
                flask_migrate.upgrade(directory=str(MIGRATIONS))
            script = flask_migrate.migrate(directory=str(MIGRATIONS), message=name, rev_id=number)
    (MIGRATIONS / "head.txt").write_text(f"{number}\n")
    print(f"{number} written and pinned; read it, then run `make check`", script or "")


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]).strip())
