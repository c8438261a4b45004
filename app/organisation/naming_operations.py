"""What founding, renaming and ending units of every kind refuse alike."""

from collections.abc import Collection
from datetime import date

from app.foundation import clock
from app.foundation.errors import Conflict, Refused
from app.organisation.models import PartyGroup
from app.organisation.roster import bare_unit


class NameTaken(Refused):
    """A unit beside it bears the name, or one that differs in its kind only (甲班, 甲班党小组)."""


def refuse_ended(group: PartyGroup) -> None:
    if group.ends_on is not None:
        raise Conflict(f"{group.name}已在{group.ends_on}撤销或并入别组。")


def refuse_future(day: date) -> None:
    if day > clock.today():
        raise Refused("日期不能晚于今天。")


def refuse_taken(name: str, names: Collection[str]) -> None:
    if bare_unit(name) in {bare_unit(one) for one in names}:
        raise NameTaken(f"已经有叫“{name}”的了，请换一个名称。")
