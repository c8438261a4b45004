"""`flask photos`: looking after the photo store."""

import shlex
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from app.accounts.actor import Command
from app.foundation.errors import Refused
from app.foundation.storage import StorageError, configured_url, storage, storage_at
from app.foundation.storage_move import Carried, carry_over
from app.photos import store_operations

photos = AppGroup("photos", help="Look after the files of the photos.")
SAY_EVERY_SECONDS = 2


@contextmanager
def told() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        click.echo("已停下，什么也没有丢。再运行同一条命令就接着做。", err=True)
        raise SystemExit(130) from None
    except StorageError as error:
        raise click.ClickException(f"照片库不能用：{error}\n已做完的都在，恢复后再运行同一条命令就接着做。") from error
    except Refused as refusal:
        raise click.ClickException(refusal.message) from refusal


def seldom(say: Callable[[], str]) -> Callable[[], None]:
    """Says how far it is, not more often than a person reads."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last >= SAY_EVERY_SECONDS:
            last = time.monotonic()
            click.echo(say())

    return tick


def end(problems: Sequence[str]) -> None:
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)


@photos.command("move")
@click.option("--to", "to_url", required=True, help="STORAGE_URL of the new store.")
@click.option("--from", "from_url", default="", help="STORAGE_URL of the old store; without it the one in use.")
def move(to_url: str, from_url: str) -> None:
    """Copy the whole store to another while the site runs; stopped, the same command goes on."""
    from_url = from_url or configured_url(current_app)
    if from_url == to_url:
        raise click.ClickException("新旧两处是同一个地址。")
    carried = Carried()
    tick = seldom(lambda: f"已核对 {carried.files} 个（约 {carried.share:.0%}），其中复制 {carried.copied} 个")
    with told():
        source, target = storage_at(from_url, current_app), storage_at(to_url, current_app)
        carry_over(source, target, carried, progress=tick)
        aside = sum(1 for _file in source.quarantine.iterate())
    click.echo(
        f"新库里 {carried.files} 个文件都核对过校验码，本次复制 {carried.copied} 个（{carried.size / 1e6:.1f} MB）。"
    )
    if carried.damaged:
        end(
            [f"旧库文件已损坏，没有复制：{key}" for key in carried.damaged]
            + ["其余都已到位。请从备份里补回这些文件，再运行同一条命令。"]
        )
    click.echo(_what_remains(from_url, to_url, aside))


def _what_remains(from_url: str, to_url: str, aside: int) -> str:
    command = f"flask --app app photos move --from {shlex.quote(from_url)} --to {shlex.quote(to_url)}"
    return (
        f"旧库一个文件也没有动。接下来：\n"
        f"  1. 设 STORAGE_URL={shlex.quote(to_url)}，重启网站；\n"
        f"  2. 重启后再运行一次，补上重启前最后传来的照片：\n     {command}\n"
        f"  3. 核对：flask --app app photos verify\n"
        f"  4. 旧库确认不用了再删；隔离区（{aside} 个待删文件）没有搬，随旧库一起删。"
    )


@photos.command("verify")
def verify() -> None:
    """Check that each photo's files are there and unchanged; exit 1 and list what is off."""
    with told():
        report = store_operations.verify_files(storage())
    click.echo(f"照片文件 {report.files} 个，无主文件 {report.unnamed_files} 个，问题 {len(report.problems)} 个")
    end(report.problems)


@photos.command("rebuild")
def rebuild() -> None:
    """Make all display copies, thumbnails and fingerprints again from the originals; may be stopped."""
    rebuilt = store_operations.Rebuilt()
    tick = seldom(lambda: f"已看 {rebuilt.photos} 张，换了 {rebuilt.changed} 张")
    with told():
        store_operations.rebuild_copies(storage(), rebuilt, by=Command(), progress=tick)
    click.echo(
        f"照片 {rebuilt.photos} 张，换了 {rebuilt.changed} 张，重做比对特征 {rebuilt.compared} 张，"
        f"没有留原图 {rebuilt.without_original} 张，"
        f"问题 {len(rebuilt.problems)} 个"
    )
    end(rebuilt.problems)


@photos.command("sweep")
@click.option("--even-most", is_flag=True, help="Also when most of the store belongs to no photo.")
def sweep(even_most: bool) -> None:  # noqa: FBT001 - click's way
    """Put files that no photo shows into quarantine; erase those that have lain there for the retention time."""
    retention = timedelta(days=current_app.config["PHOTO_RETENTION_DAYS"])
    with told():
        swept = store_operations.sweep(storage(), retention=retention, by=Command(), even_most=even_most)
    click.echo(
        f"移入隔离区 {swept.set_aside} 个，彻底删除 {swept.erased} 个，移回 {swept.brought_back} 个，"
        f"清掉半截文件 {swept.unfinished} 个"
    )
