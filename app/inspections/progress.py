"""What is still open in a round, and whose it is: said before a step that closes people's work, and before publishing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Panelist:
    """Somebody of the panel. `barred` are the groups that they do not mark, `own` those of them that they belong to;
    `joined` those that they joined since, which from the review on bars them only from writing."""

    account_id: int
    name: str
    barred: frozenset[int] = frozenset()
    own: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()

    def may_mark(self, group_id: int) -> bool:
        return group_id not in self.barred and group_id not in self.joined


@dataclass(frozen=True, slots=True)
class SheetState:
    """How far a sheet has come. `marked`: criteria marked, by account; `answered`: gates and vetoes with an answer;
    `unsettled`: criteria that some of the panel call 不适用 and others do not."""

    group_id: int
    name: str
    leader_name: str
    handed_in: bool
    marked: Mapping[int, int]
    answered: int
    unsettled: int = 0
    voices: int = 0


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Somebody's sheets that are not finished, in brand-tree order, and how many criteria are missing on them."""

    name: str
    sheets: tuple[str, ...]
    missing: int


@dataclass(frozen=True, slots=True)
class Standing:
    sheets: int
    begun: int
    """Sheets on which anybody of the panel has marked anything."""

    open: tuple[str, ...]
    """Sheets that have no total yet."""

    people: tuple[OpenWork, ...]
    unanswered: tuple[str, ...]
    unsettled: tuple[str, ...]
    nobody: tuple[str, ...]
    not_handed_in: tuple[str, ...]
    """Groups without a self check, with their leader."""


def standing(
    sheets: Iterable[SheetState], panel: Sequence[Panelist], *, criteria: int, conditions: int, voices: int = 0
) -> Standing:
    all_sheets = list(sheets)
    markers = {sheet.group_id: [p for p in panel if sheet.group_id not in p.barred] for sheet in all_sheets}

    def unfinished(sheet: SheetState, person: Panelist) -> int:
        return criteria - sheet.marked.get(person.account_id, 0) if person in markers[sheet.group_id] else 0

    def names(chosen: Iterable[SheetState]) -> tuple[str, ...]:
        return tuple(sheet.name for sheet in chosen)

    people = []
    for person in panel:
        own = [sheet for sheet in all_sheets if unfinished(sheet, person)]
        if own:
            people.append(OpenWork(person.name, names(own), sum(unfinished(sheet, person) for sheet in own)))
    return Standing(
        sheets=len(all_sheets),
        begun=sum(1 for sheet in all_sheets if any(sheet.marked.values())),
        open=names(
            sheet
            for sheet in all_sheets
            if sheet.answered < conditions
            or sheet.voices < voices
            or sheet.unsettled
            or not markers[sheet.group_id]
            or any(unfinished(sheet, person) for person in markers[sheet.group_id])
        ),
        people=tuple(people),
        unanswered=names(sheet for sheet in all_sheets if sheet.answered < conditions),
        unsettled=names(sheet for sheet in all_sheets if sheet.unsettled),
        nobody=names(sheet for sheet in all_sheets if not markers[sheet.group_id]),
        not_handed_in=tuple(with_leader(sheet.name, sheet.leader_name) for sheet in all_sheets if not sheet.handed_in),
    )


def with_leader(name: str, leader: str) -> str:
    return f"{name}（{leader}）" if leader else name
