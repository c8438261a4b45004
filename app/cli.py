"""Commands that span features."""

from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.accounts.guard import access_of
from app.demo.cli import demo
from app.foundation import backups, clock
from app.foundation.storage import storage
from app.organisation.cli import create_admin
from app.photos.cli import photos
from app.verification import verify


def routes_table(app: Flask) -> list[str]:
    """Every endpoint with its methods, address and the permission it declares; sorted."""
    with app.app_context():
        return sorted(
            f"{rule.endpoint} {','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule} "
            f"{access.word if (access := access_of(rule.endpoint)) else 'CLOSED'}"
            for rule in app.url_map.iter_rules()
        )


def init_app(app: Flask) -> None:
    for command in (show_routes, create_admin, demo, photos, check, back_up, restore):
        app.cli.add_command(command)


@click.command("routes-table")
@with_appcontext
def show_routes() -> None:
    """Print the golden table of routes and permissions."""
    for line in routes_table(current_app):
        click.echo(line)


@click.command("verify")
@with_appcontext
def check() -> None:
    """Check rows against files, the audit chain and the frozen results; exit 1 and list what is off."""
    report = verify(storage())
    for problem in report.problems:
        click.echo(problem, err=True)
    click.echo(
        f"照片文件 {report.files} 个，审计记录 {report.lines} 条，无主文件 {report.unnamed_files} 个，"
        f"问题 {len(report.problems)} 个"
    )
    if report.problems:
        raise SystemExit(1)


@click.command("backup")
@click.argument("target", type=click.Path(path_type=Path))
@with_appcontext
def back_up(target: Path) -> None:
    """Copy the database and all files into the new folder TARGET; the site may go on working."""
    try:
        manifest = backups.back_up(target, storage(), at=clock.now())
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已备份到 {target}：{manifest['database']}，文件 {manifest['files']} 个")


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def restore(source: Path) -> None:
    """Bring the backup in SOURCE into an empty installation (a new DATA_DIR), then verify it."""
    try:
        manifest = backups.restore(source, storage())
    except backups.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已恢复 {manifest['made_at']} 的备份，文件 {manifest['files']} 个")
    report = verify(storage())
    for problem in report.problems:
        click.echo(problem, err=True)
    if report.problems:
        raise SystemExit(1)
    click.echo("核对无误")
