"""Whether what is kept is whole: rows against files, the audit chain, frozen results."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from app.activities.photo_models import Photo
from app.audit.chain import faults
from app.audit.models import AuditLine
from app.audit.operations import hashed_fields
from app.board import kept_queries
from app.foundation.db import db
from app.foundation.storage import FileMissingError, Storage
from app.inspections import result_queries


@dataclass
class Report:
    """What was looked at and what is off. A file that no row names is no fault: the sweeper takes it later."""

    files: int = 0
    lines: int = 0
    unnamed_files: int = 0
    problems: list[str] = field(default_factory=list)


def verify(storage: Storage) -> Report:
    report = Report()
    _files(report, storage)
    _chain(report)
    for finding in (*result_queries.verify_digests(), *kept_queries.verify_digests()):
        report.problems.append(f"{finding.subject}：{finding.problem}")
    return report


def _files(report: Report, storage: Storage) -> None:
    named: set[str] = set()
    for photo_id, original, display, thumb in db.session.execute(
        select(Photo.id, Photo.original_key, Photo.display_key, Photo.thumb_key).order_by(Photo.id)
    ):
        for what, key in (("原图", original), ("展示图", display), ("缩略图", thumb)):
            if key is None or key in named:
                continue
            named.add(key)
            report.files += 1
            if problem := _file_problem(storage, key):
                report.problems.append(f"照片 {photo_id} 的{what} {key}：{problem}")
    report.unnamed_files = sum(1 for file in storage.iterate() if file.key not in named)


def _file_problem(storage: Storage, key: str) -> str:
    try:
        with storage.open(key) as content:
            digest = hashlib.sha256()
            while chunk := content.read(1 << 20):
                digest.update(chunk)
    except FileMissingError:
        return "文件不在"
    return "" if digest.hexdigest() == key else "文件内容已变"


def _chain(report: Report) -> None:
    def lines() -> Iterator[tuple[int, str, str, dict[str, object]]]:
        rows = db.session.scalars(select(AuditLine).order_by(AuditLine.id).execution_options(yield_per=500))
        for line in rows:
            report.lines += 1
            yield line.id, line.previous_hash, line.hash, hashed_fields(line)

    report.problems += [f"审计：{fault}" for fault in faults(lines())]
