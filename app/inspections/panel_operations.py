"""Sharing the groups out among the panel."""

from collections.abc import Collection, Mapping, Sequence

from app.audit.operations import Doer, record
from app.inspections import queries
from app.inspections.composing_operations import overtake_round
from app.inspections.course import PANEL_MAY_CHANGE
from app.inspections.models import InspectionRound, Sheet
from app.inspections.panel_design import Design, Scorer, share_out
from app.inspections.round_operations import PlanRefused, locked_state


def divide_panel(row: InspectionRound, given: Mapping[int, Collection[int]], *, by: Doer) -> None:
    """`given`: account -> groups that it scores. Nobody scores the own group, whatever was asked; every group needs
    somebody. Marks given by somebody who no longer scores the group stay in the record and no longer count."""
    if locked_state(row) not in PANEL_MAY_CHANGE:
        raise PlanRefused("members", f"现在是“{row.state_name}”，分工不能再改。")
    sheets = queries.sheets(row.id)
    groups = {sheet.group_id for sheet in sheets}
    scores = {m.account_id: (set(given.get(m.account_id, ())) & groups) - set(m.own) for m in row.panel}
    scored = set().union(*scores.values())
    alone = [sheet.name for sheet in sheets if sheet.group_id not in scored]
    if alone:
        raise PlanRefused("members", f"{'、'.join(alone[:6])}没有人评，每个党小组至少要有一位评委。")
    before = {m.name: len(groups.difference(m.conflicts)) for m in row.panel}
    for member in row.panel:
        member.conflicts = sorted(set(member.own) | (groups - scores[member.account_id]))
    after = {m.name: len(scores[m.account_id]) for m in row.panel}
    overtake_round(row)
    record(by, "round.divide", row, before={"panel": before}, after={"panel": after})


def share_evenly(row: InspectionRound, each: int, *, by: Doer) -> None:
    """Every group gets `each` scorers, loads even; 0: everybody scores everything but the own group."""
    groups = [sheet.group_id for sheet in queries.sheets(row.id)]
    divide_panel(row, share_out(groups, {m.account_id: m.own for m in row.panel}, each), by=by)


def design_of(row: InspectionRound, sheets: Sequence[Sheet]) -> Design:
    return Design(
        tuple((sheet.group_id, sheet.name) for sheet in sheets),
        tuple(
            Scorer(m.name, frozenset(s.group_id for s in sheets if m.scores(s.group_id)), frozenset(m.own))
            for m in row.panel
        ),
    )
