"""The accounts of the demo factory, one for each role."""

from dataclasses import dataclass

from app.accounts import passwords
from app.accounts.actor import Command
from app.accounts.models import Account, Appointment
from app.accounts.operations import hash_password
from app.accounts.roles import Role
from app.audit.operations import record
from app.demo.calendar import Calendar, at
from app.demo.house import House
from app.demo.organisation_operations import OPERATOR
from app.foundation.db import db


@dataclass(frozen=True)
class Filled:
    login: str
    password: str
    title: str


def open_accounts(house: House, calendar: Calendar, password: str | None) -> list[Filled]:
    """The accounts that the start command prints: each with a random password, or all with the given one."""
    primary, rolling = house.branches[0], house.branches[1]
    officials = (
        ("admin", "示例管理员", Role.SYSTEM_ADMINISTRATOR, "系统管理员"),
        ("auditor", "示例审计员", Role.AUDITOR, "审计员"),
        ("committee", "宋知微", Role.FACTORY_COMMITTEE, "厂党委，党群工作部"),
    )
    filled, shared = [], hash_password(password) if password else ""
    for login, name, role, title in officials:
        row, given = _account(house, calendar, login, name, None, password, shared)
        filled.append(Filled(login, given, title))
        db.session.add(
            Appointment(
                committee_id=house.committee_id, account_id=row.id, role=role, title=title.split("，")[-1],
                starts_on=calendar.founded,
            )
        )  # fmt: skip
        if login == "committee":
            house.committee = Command(name, row.id)
    people = [("secretary", primary.secretary, f"党支部书记，{primary.data.name}")]
    people.append(("liaison", primary.groups[1].stays[2][0], f"支委（组织委员），{primary.data.name}"))
    people += [
        (f"leader{n}", group.leader(calendar.today), f"党小组组长，{group.data.name}")
        for n, group in enumerate(primary.groups, start=1)
    ]
    people.append(("member1", primary.groups[0].stays[4][0], f"党员，{primary.groups[0].data.name}"))
    people.append(("secretary2", rolling.secretary, f"党支部书记，{rolling.data.name}"))
    people.append(("leader21", rolling.groups[0].leader(calendar.today), f"党小组组长，{rolling.groups[0].data.name}"))
    for login, who, title in people:
        row, given = _account(house, calendar, login, who.name, who.member_id, password, shared)
        who.account_id = row.id
        filled.append(Filled(login, given, title))
    db.session.flush()
    return filled


def _account(
    house: House, calendar: Calendar, login: str, name: str, member_id: int | None, password: str | None, shared: str
) -> tuple[Account, str]:
    given = password or passwords.one_time_password()
    made = at(calendar.founded, 10)
    row = Account(
        committee_id=house.committee_id,
        login=login,
        name=name,
        member_id=member_id,
        password_hash=shared or hash_password(given),
        password_changed_at=calendar.now,
        notice_read_at=made,
        created_at=made,
    )
    db.session.add(row)
    record(OPERATOR, "account.create", row, after={"login": login, "member": member_id})
    house.accounts[login] = row.id
    return row, given
