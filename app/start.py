"""Starting the site: the same command for an empty folder and for every later start.

Migrating and filling the demo are one step under a lock, so processes that start together wait for each other: the
second finds the work done. A start that finds everything in place changes nothing.
"""

import argparse
import errno
import fcntl
import multiprocessing
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from sqlalchemy import text

from app import create_app
from app.demo import operations as demo
from app.demo.drawing import draw_all
from app.demo.photo_operations import Draw
from app.foundation import static_files, unit_of_work
from app.foundation.db import db
from app.foundation.storage import UnknownStorage
from config import Settings

WORKERS = 2
# Forty phones that upload slowly must not keep others from reading: a waiting thread costs next to nothing.
THREADS = 64
# Any constant does: it names the start among PostgreSQL's advisory locks.
START_LOCK = 0x73746172
DEMO_ACCOUNTS = "demo-accounts.txt"
HERE = Path(__file__).resolve().parent
MIGRATIONS = HERE.parent / "migrations"
STATIC = HERE / "static"


@contextmanager
def alone(app: Flask) -> Iterator[None]:
    """No other start of this installation runs meanwhile: on this machine by a file, on a shared database by its lock."""
    with (app.config["DATA_DIR"] / "start.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name != "postgresql":
            yield
            return
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": START_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": START_LOCK})


class CannotStart(Exception):
    """Says what stands in the way and what to do about it."""


def require_port(settings: Settings) -> None:
    """Asked before anything is touched: whoever has the port may be this very installation."""
    where = f"{settings.HOST}:{settings.PORT}"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.HOST, settings.PORT, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that just ended are no hindrance
            probe.bind(address)
    except PermissionError as error:
        raise CannotStart(f"没有权限使用 {where}。请换 1024 以上的端口，例如：PORT=8001 make run") from error
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise CannotStart(
                f"{where} 已有程序在用，可能本系统已经启动。请先停掉它，或换一个端口，例如：PORT={settings.PORT + 1} make run"
            ) from error
        raise CannotStart(f"不能在 {where} 上提供服务。请检查设置 HOST（本机的地址）和 PORT（1 到 65535）。") from error


def migrate() -> None:
    """Bring the schema up to the newest migration; silent and without a write when it is there already. A database that
    a newer version of the program has written is left alone."""
    scripts = ScriptDirectory(str(MIGRATIONS))
    newest = scripts.get_current_head()
    with db.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present is not None and present not in {script.revision for script in scripts.walk_revisions()}:
        raise CannotStart(
            f"数据库的版本（{present}）比程序（{newest}）新，程序没有启动，数据没有动过。请换回新版程序，或从备份恢复。"
        )
    if present != newest:
        say(f"数据库升级：{present or '空'} → {newest}")
        flask_migrate.upgrade(directory=str(MIGRATIONS))


def fill_demo(app: Flask, draw: Draw) -> None:
    """Only where nobody has ever worked: neither a real installation nor a cleared demo gets demo data."""
    if not demo.untouched():
        return
    say("第一次启动：正在生成示例工厂（约一分钟）")
    with unit_of_work.transaction():
        filled = demo.fill(password=app.config["DEMO_PASSWORD"] or None, progress=say, draw=draw)
    lines = [f"{login:<12} {password}   {title}\n" for login, password, title in filled]
    path = app.config["DATA_DIR"] / DEMO_ACCOUNTS
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.writelines(lines)


def prepare(app: Flask, *, with_demo: bool, draw: Draw = draw_all) -> None:
    with app.app_context(), alone(app):
        migrate()
        static_files.compress(STATIC, app.config["DATA_DIR"])
        if with_demo:
            fill_demo(app, draw)
        db.session.remove()
    with app.app_context():
        db.engine.dispose()


def prepare_apart(settings: Settings, *, with_demo: bool) -> None:
    """In a process of its own: the workers are forked from this one, and what filling the demo opens (connections,
    the threads of an S3 client) would not survive that."""
    child = multiprocessing.get_context("fork").Process(target=_prepared_or_told, args=(settings, with_demo))
    child.start()
    child.join()
    if child.exitcode:
        sys.exit(child.exitcode)


def _prepared_or_told(settings: Settings, with_demo: bool) -> None:  # noqa: FBT001 - a process takes its arguments by position
    try:
        prepare(create_app(settings), with_demo=with_demo)
    except CannotStart as refused:
        sys.exit(str(refused))
    except UnknownStorage as refused:
        sys.exit(f"照片库的设置不对：{refused}。见 docs/running.md")


def say(line: str) -> None:
    print(line, flush=True)


def greet(settings: Settings) -> None:
    accounts_file = settings.DATA_DIR / DEMO_ACCOUNTS
    say(f"地址  http://{settings.HOST}:{settings.PORT}/")
    if accounts_file.exists():
        say("示例账号（账号 密码 身份）")
        say(accounts_file.read_text().rstrip())
    say("按 Ctrl+C 停止。")


def serve(settings: Settings) -> None:
    Granian(
        "app:create_app",
        factory=True,
        address=settings.HOST,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=WORKERS,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        process_name=None,
    ).serve()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m app.start", description="Migrate and serve.")
    parser.add_argument("--demo", action="store_true", help="fill an empty installation with the demo factory")
    options = parser.parse_args(arguments)
    try:
        settings = Settings()
    except ValueError as error:
        sys.exit(f"有一项设置应当是数字：{error}。各项设置见 docs/running.md")
    try:
        require_port(settings)
    except CannotStart as refused:
        sys.exit(str(refused))
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    prepare_apart(settings, with_demo=options.demo)
    greet(settings)
    serve(settings)


if __name__ == "__main__":
    main()
