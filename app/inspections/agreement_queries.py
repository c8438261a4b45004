"""Whether what stands beside the digests agrees with what they cover: a slip's own totals, the histogram, which version is in
force. One changed digit there shows nowhere on a page, yet ranks and later quarters rest on it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sqlalchemy import exists, func, or_, select

from app.foundation.db import db
from app.inspections.models import Sheet
from app.inspections.result_models import GroupResult, Publication, ResultHistogram
from app.inspections.slip_models import SheetSlip
from app.inspections.verify_queries import Finding


def verify_agreement() -> list[Finding]:
    heads = db.session.scalars(select(Publication).order_by(Publication.round_id, Publication.number)).all()
    return [*_slips(heads), *_histograms(heads), *_versions(heads)]


def _slips(heads: Sequence[Publication]) -> Iterator[Finding]:
    """A slip is of a sheet of the round, composed for this edition or an earlier one, and comes to what its result says."""
    of_round = exists().where(
        Sheet.id == SheetSlip.sheet_id, Sheet.round_id == Publication.round_id, Sheet.group_id == GroupResult.group_id
    )
    astray = (
        select(GroupResult.publication_id, SheetSlip.group_name)
        .join(SheetSlip, SheetSlip.id == GroupResult.slip_id)
        .join(Publication, Publication.id == GroupResult.publication_id)
        .where(
            or_(
                *(
                    getattr(SheetSlip, name).is_distinct_from(getattr(GroupResult, name))
                    for name in ("committee_id", "total", "band", "vetoed", "gates_met")
                ),
                ~SheetSlip.edition.between(1, Publication.number),
                ~of_round,
            )
        )
        .order_by(GroupResult.id)
    )
    labels = {head.id: head.label for head in heads}
    for publication_id, group in db.session.execute(astray):
        yield Finding(f"{labels[publication_id]} {group}", "得分说明单与冻结的得分不符")


def _histograms(heads: Sequence[Publication]) -> Iterator[Finding]:
    table = ResultHistogram
    for head in heads:
        wanted = db.session.execute(
            select(GroupResult.total, func.count())
            .where(GroupResult.publication_id == head.id, GroupResult.vetoed.is_(False))
            .group_by(GroupResult.total)
        )
        kept = db.session.execute(
            select(table.committee_id, table.quarter, table.total, table.groups).where(table.publication_id == head.id)
        )
        if {tuple(row) for row in kept} != {(head.committee_id, head.quarter, *row) for row in wanted}:
            yield Finding(head.label, "得分分布与各小组的得分不符")


def _versions(heads: Sequence[Publication]) -> Iterator[Finding]:
    """A version is in force until the next of its round is published."""
    for head, following in pairwise([*heads, None]):
        assert head is not None  # noqa: S101 - only the last stands alone
        until = following.published_at if following and following.round_id == head.round_id else None
        if head.superseded_at != until:
            yield Finding(head.label, "何时由新版更正，与新版的发布时间不符")
