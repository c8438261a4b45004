"""Which photos stand on the board page, in which order. Slot 1 is the lead photo (头条), the others follow from 2."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

LEAD = 1


class BoardChoice(StrEnum):
    LEAD = "lead"
    ON = "on"
    OFF = "off"

    @property
    def label(self) -> str:
        return {"lead": "头条", "on": "上版", "off": "不上版"}[self.value]


def choice_of(slot: int | None) -> BoardChoice:
    if slot is None:
        return BoardChoice.OFF
    return BoardChoice.LEAD if slot == LEAD else BoardChoice.ON


def chosen(slots: Mapping[int, int], photo_id: int, choice: BoardChoice) -> dict[int, int]:
    """The slots by photo id after the choice. A new lead photo pushes the old one to the front of the others."""
    lead = next((key for key, slot in slots.items() if slot == LEAD), None)
    others = sorted((key for key, slot in slots.items() if slot != LEAD), key=lambda key: slots[key])
    if choice is BoardChoice.LEAD:
        if lead is not None and lead != photo_id:
            others.insert(0, lead)
        lead = photo_id
    elif lead == photo_id:
        lead = None
    if choice is BoardChoice.ON and photo_id not in others:
        others.append(photo_id)
    elif choice is not BoardChoice.ON and photo_id in others:
        others.remove(photo_id)
    return _numbered(lead, others)


def moved(slots: Mapping[int, int], photo_id: int, step: int) -> dict[int, int]:
    """One place forward (-1) or back (+1) among the photos after the lead; at the end nothing changes."""
    lead = next((key for key, slot in slots.items() if slot == LEAD), None)
    others = sorted((key for key, slot in slots.items() if slot != LEAD), key=lambda key: slots[key])
    if photo_id in others:
        place = others.index(photo_id)
        others.insert(max(0, place + step), others.pop(place))
    return _numbered(lead, others)


def ordered(slots: Mapping[int, int], order: Sequence[int]) -> dict[int, int]:
    """The photos of the board as somebody laid them out: where there is a lead photo, the first becomes it.

    What stands on the board and is not named follows in its old order; what is named and does not stand there is left out.
    """
    named = [key for key in dict.fromkeys(order) if key in slots]
    rest = sorted((key for key in slots if key not in named), key=lambda key: slots[key])
    laid = [*named, *rest]
    if LEAD in slots.values():
        return _numbered(laid[0], laid[1:])
    return _numbered(None, laid)


def _numbered(lead: int | None, others: list[int]) -> dict[int, int]:
    numbered = {key: number for number, key in enumerate(others, LEAD + 1)}
    return {lead: LEAD, **numbered} if lead is not None else numbered
