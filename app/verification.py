"""Whether what is kept is whole: rows against files, the audit chain, frozen results."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from app.audit.chain import faults
from app.audit.models import AuditLine
from app.audit.operations import hashed_fields
from app.board import kept_queries
from app.foundation.db import db
from app.foundation.storage import Storage
from app.inspections import agreement_queries, verify_queries
from app.photos import store_operations


@dataclass
class Report:
    """What was looked at and what is off. A file that no row names is no fault: the sweeper takes it later."""

    files: int = 0
    lines: int = 0
    unnamed_files: int = 0
    problems: list[str] = field(default_factory=list)


def verify(storage: Storage) -> Report:
    files = store_operations.verify_files(storage)
    report = Report(files=files.files, unnamed_files=files.unnamed_files, problems=files.problems)
    _chain(report)
    for finding in (
        *verify_queries.verify_digests(),
        *agreement_queries.verify_agreement(),
        *verify_queries.verify_open_sheets(),
        *kept_queries.verify_digests(),
    ):
        report.problems.append(f"{finding.subject}：{finding.problem}")
    return report


def _chain(report: Report) -> None:
    def lines() -> Iterator[tuple[int, str, str, dict[str, object]]]:
        rows = db.session.scalars(select(AuditLine).order_by(AuditLine.id).execution_options(yield_per=500))
        for line in rows:
            report.lines += 1
            yield line.id, line.previous_hash, line.hash, hashed_fields(line)

    report.problems += [f"审计：{fault}" for fault in faults(lines())]
