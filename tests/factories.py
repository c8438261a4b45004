"""Small rows for tests, and the scene that most tests play in.

Names are plainly invented. Functions add and flush; the caller commits.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import TypeVar

from werkzeug.security import generate_password_hash

from app.accounts.models import Account, Appointment
from app.accounts.roles import Role
from app.foundation.db import db
from app.foundation.periods import Month
from app.foundation.storage import storage
from app.organisation.models import Branch, BranchName, Committee, GroupName, Member, Membership, PartyGroup, WorkTeam
from app.photos.models import Photo

LONG_AGO = date(2024, 1, 1)
MADE_AT = datetime(2024, 1, 1, tzinfo=UTC)
PASSWORD = "a password for tests"
# One slow hash for the whole run.
PASSWORD_HASH = generate_password_hash(PASSWORD)

Row = TypeVar("Row")

_numbers = count(1)


def _add(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def committee(name: str = "示例卷烟厂党委", *, parent: Committee | None = None, is_demo: bool = False) -> Committee:
    row = Committee(name=name, parent_id=parent.id if parent else None, path="", is_demo=is_demo, created_at=MADE_AT)
    row.path = f"new {next(_numbers)}"
    _add(row)
    row.path = f"{parent.path if parent else '/'}{row.id}/"
    db.session.flush()
    return row


def branch(of: Committee, name: str = "示例车间党支部", *, sort_order: int = 0, starts_on: date = LONG_AGO) -> Branch:
    row = _add(Branch(committee_id=of.id, sort_order=sort_order, starts_on=starts_on))
    row.names.append(BranchName(committee_id=of.id, name=name, starts_on=starts_on))
    db.session.flush()
    return row


def group(of: Branch, name: str = "第一党小组", *, sort_order: int = 0, starts_on: date = LONG_AGO) -> PartyGroup:
    row = _add(
        PartyGroup(
            committee_id=of.committee_id, branch_id=of.id, kind="生产", sort_order=sort_order, starts_on=starts_on
        )
    )
    row.names.append(GroupName(committee_id=of.committee_id, name=name, starts_on=starts_on))
    db.session.flush()
    return row


def team(of: Branch, name: str = "甲班", *, starts_on: date = LONG_AGO) -> WorkTeam:
    return _add(WorkTeam(committee_id=of.committee_id, branch_id=of.id, name=name, starts_on=starts_on))


def member(of: PartyGroup, name: str = "", *, starts_on: date = LONG_AGO, ends_on: date | None = None) -> Member:
    number = next(_numbers)
    row = _add(
        Member(
            committee_id=of.committee_id,
            staff_no=f"T{number:05}",
            name=name or f"示例{number}",
            joined_on=date(2015, 7, 1),
            full_on=date(2016, 7, 1),
            created_at=MADE_AT,
        )
    )
    _add(
        Membership(
            committee_id=of.committee_id,
            branch_id=of.branch_id,
            group_id=of.id,
            member_id=row.id,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )
    return row


def account(login: str, of: Committee, *, name: str = "", holder: Member | None = None) -> Account:
    return _add(
        Account(
            committee_id=of.id,
            login=login,
            name=name or (holder.name if holder else login),
            member_id=holder.id if holder else None,
            password_hash=PASSWORD_HASH,
            password_changed_at=MADE_AT,
            notice_read_at=MADE_AT,
            created_at=MADE_AT,
        )
    )


def appointment(
    role: Role,
    at: Committee | Branch | PartyGroup,
    holder: Member | Account,
    *,
    starts_on: date = LONG_AGO,
    ends_on: date | None = None,
) -> Appointment:
    place = at.place
    return _add(
        Appointment(
            committee_id=place.committee_id,
            branch_id=place.branch_id,
            group_id=place.group_id,
            member_id=holder.id if isinstance(holder, Member) else None,
            account_id=holder.id if isinstance(holder, Account) else None,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )


def photo(of: PartyGroup, content: bytes, *, month: Month, activity_id: int | None = None) -> Photo:
    """A photo whose original, display copy and thumbnail are small files of their own in the store."""
    keys = [storage().put(content + part) for part in (b"", b" display", b" thumb")]
    return _add(
        Photo(
            committee_id=of.committee_id,
            branch_id=of.branch_id,
            group_id=of.id,
            month=month,
            activity_id=activity_id,
            upload_id=f"upload-{next(_numbers)}",
            content_hash=keys[0],
            original_key=keys[0],
            original_type="image/jpeg",
            original_bytes=len(content),
            display_key=keys[1],
            width=1600,
            height=1200,
            thumb_key=keys[2],
            thumb_width=480,
            thumb_height=360,
            uploaded_by="示例",
            uploaded_at=MADE_AT,
        )
    )


@dataclass
class Scene:
    """Ids of a small world: two committees that know nothing of each other.

    The factory's first branch has two groups, the second one; the other committee has a branch with one group. Every
    role has an account; the login says which.
    """

    committee: int
    branch: int
    group: int
    sister_group: int
    other_branch: int
    other_group: int
    foreign_committee: int
    foreign_branch: int
    foreign_group: int
    accounts: dict[str, int] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)


def _person(scene: Scene, login: str, role: Role | None, of: PartyGroup, at: Branch | PartyGroup | None = None) -> None:
    who = member(of, f"示例{login}")
    scene.members[login] = who.id
    scene.accounts[login] = account(login, db.session.get_one(Committee, of.committee_id), holder=who).id
    if role is not None:
        appointment(role, at or of, who)


def _official(scene: Scene, login: str, role: Role, at: Committee) -> None:
    who = account(login, at, name=f"示例{login}")
    scene.accounts[login] = who.id
    appointment(role, at, who)


def small_factory() -> Scene:
    factory, foreign = committee(), committee("另一家示例厂党委")
    first, second = branch(factory, "制丝车间党支部"), branch(factory, "卷包车间党支部", sort_order=1)
    third = branch(foreign, "外厂车间党支部")
    one, two = group(first, "生产一党小组"), group(first, "生产二党小组", sort_order=1)
    other, outer = group(second, "卷包党小组"), group(third, "外厂党小组")
    scene = Scene(
        committee=factory.id, branch=first.id, group=one.id, sister_group=two.id,
        other_branch=second.id, other_group=other.id,
        foreign_committee=foreign.id, foreign_branch=third.id, foreign_group=outer.id,
    )  # fmt: skip
    _official(scene, "admin", Role.SYSTEM_ADMINISTRATOR, factory)
    _official(scene, "auditor", Role.AUDITOR, factory)
    _official(scene, "committee", Role.FACTORY_COMMITTEE, factory)
    _person(scene, "secretary", Role.SECRETARY, one, first)
    _person(scene, "deputy", Role.DEPUTY_SECRETARY, one, first)
    _person(scene, "organiser", Role.COMMITTEE_MEMBER, two, first)
    _person(scene, "liaison", Role.LIAISON, two, one)
    _person(scene, "leader1", Role.GROUP_LEADER, one)
    _person(scene, "leader2", Role.GROUP_LEADER, two)
    _person(scene, "member1", None, one)
    _person(scene, "secretary2", Role.SECRETARY, other, second)
    _person(scene, "leader21", Role.GROUP_LEADER, other)
    _official(scene, "foreign-committee", Role.FACTORY_COMMITTEE, foreign)
    _person(scene, "foreign-leader", Role.GROUP_LEADER, outer)
    return scene
