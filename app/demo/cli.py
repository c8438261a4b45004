"""`flask demo`: the demo factory without serving, or a large one for measuring."""

from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import with_appcontext

from app.demo import large_operations, operations
from app.foundation import unit_of_work


@click.command("demo")
@click.option(
    "--groups", type=click.IntRange(1, 1_000_000), help="Instead: a committee of so many groups, without photos."
)
@click.option(
    "--quarters", type=click.IntRange(1, 12), default=4, show_default=True, help="With --groups: published quarters."
)
@with_appcontext
def demo(groups: int | None, quarters: int) -> None:
    """Fill an empty installation with the demo factory and print its accounts."""
    flask_migrate.upgrade(directory=str(Path(current_app.root_path).parent / "migrations"))
    if not operations.untouched():
        raise click.ClickException("这个数据目录已经在用，没有写入示例数据。请换一个空的 DATA_DIR。")
    password = current_app.config["DEMO_PASSWORD"] or None
    with unit_of_work.transaction():
        if groups is None:
            filled = operations.fill(password=password, progress=click.echo)
        else:
            filled = large_operations.fill_large(groups, quarters, password=password, progress=click.echo)
    for login, given, title in filled:
        click.echo(f"{login:<12} {given}   {title}")
