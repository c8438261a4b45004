"""Whoever is signed in, as plain data."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_login import UserMixin

from app.accounts.permissions import Permission, may, may_see, may_somewhere
from app.accounts.roles import Grant, Role
from app.foundation.places import Place, Placed


@dataclass(frozen=True, eq=False)
class Actor(UserMixin):
    """A signed-in person with the grants that hold today."""

    account_id: int
    member_id: int | None
    sign_in_id: int
    token: str
    login: str
    name: str
    committee_id: int
    grants: tuple[Grant, ...]
    must_change_password: bool = False
    notice_read: bool = True

    def get_id(self) -> str:
        return self.token

    def may(self, permission: Permission, thing: Placed | Place) -> bool:
        return may(self.grants, permission, thing if isinstance(thing, Place) else thing.place)

    def may_somewhere(self, permission: Permission) -> bool:
        return may_somewhere(self.grants, permission)

    def may_see(self, thing: Placed | Place) -> bool:
        return may_see(self.grants, thing if isinstance(thing, Place) else thing.place)

    def places(self, roles: Iterable[Role]) -> list[Place]:
        """The places of the grants of these roles, first granted first."""
        wanted = frozenset(roles)
        return [grant.place for grant in self.grants if grant.role in wanted]

    @property
    def committees(self) -> list[int]:
        """Those of the own grants, nested ones too."""
        return sorted({committee for grant in self.grants for committee in grant.committees})

    @property
    def title(self) -> str:
        """The weightiest role held today, in words."""
        return min((g.role for g in self.grants), key=list(Role).index).label if self.grants else "暂无职务"


@dataclass(frozen=True)
class Command:
    """A command of the installation's operator acting outside any sign-in."""

    name: str = "系统命令"
    account_id: int | None = None
