"""Every route, by every role, at the own place, at others and at none: the answer is what the pure table says.

The routes come from the map of addresses, so a new one is walked without being named here. Nothing that the walk
does is kept: the unit of work rolls every request back.
"""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from app.accounts.guard import Access, access_of
from app.accounts.permissions import Permission, may, may_see, may_somewhere
from app.accounts.roles import Grant
from app.foundation import unit_of_work
from app.foundation.places import Place
from tests.architecture import world
from tests.architecture.walker import NOBODY, Walker, all_rules, rule_of, walking

# Refused by what the route does with its own arguments, after the guard let the reader in.
HIDES_BY_STATE: dict[str, str] = {
    "demo.clear": "an installation without demo data has nothing to clear",
    "nominations.nomination_page": "not decided yet: the branch that nominates and the committee alone",
    "indicators.value_preview": "whoever uploaded the table alone",
    "indicators.confirm_values": "whoever uploaded the table alone",
    "indicators.drop_values": "whoever uploaded the table alone",
    "organisation.roster_preview": "whoever uploaded the roster alone",
    "organisation.confirm_roster": "whoever uploaded the roster alone",
    "organisation.drop_roster": "whoever uploaded the roster alone",
    "accounts.end_session": "a person's own sessions only",
    "accounts.end_role": "posts of members are ended where the Party's organisation is kept",
    "photos.board_photo": "not printed yet: only those who may see the group's month",
    "board.issue": "not printed yet: only those who may see the group's month",
}


RULES = all_rules()


@pytest.fixture(scope="module")
def walker(template: str, worker: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walker]:
    with walking(template, tmp_path_factory.mktemp("walk"), f"walk_{worker}") as made:
        yield made


def refusal(
    access: Access, grants: tuple[Grant, ...] | None, place: Place | None, *, has_arguments: bool
) -> int | None:
    """The status that the pure table asks for, or None where the reader is let in."""
    if access.word == "public" or (grants is not None and access.permission is None):
        return None
    if grants is None or access.permission is None:
        return 302
    if not may_somewhere(grants, access.permission):
        return 404 if has_arguments else 403
    if access.getter is None or not has_arguments or (place and may(grants, access.permission, place)):
        return None
    return 403 if place and may_see(grants, place) else 404


def roll_back_all(patch: pytest.MonkeyPatch) -> None:
    end = unit_of_work._end
    patch.setattr(unit_of_work, "_end", lambda *, keep: end(keep=False))  # noqa: ARG005 - the real one's signature


def open_as(client: FlaskClient, method: str, address: str) -> tuple[int, str]:
    answer = client.open(address, method=method)
    answer.close()
    return answer.status_code, answer.location or ""


@pytest.mark.parametrize(("endpoint", "method", "address"), RULES, ids=str)
def test_walk(walker: Walker, monkeypatch: pytest.MonkeyPatch, endpoint: str, method: str, address: str) -> None:
    rule = rule_of(walker.app, endpoint, address)
    with walker.app.app_context():
        access = access_of(endpoint)
    assert access is not None
    roll_back_all(monkeypatch)
    wrong = []
    for where, url, place in walker.targets(rule, access):
        for login in (NOBODY, *walker.tokens):
            status, location = open_as(walker.browser(login), method, url)
            wanted = refusal(access, walker.grants.get(login), place, has_arguments=bool(rule.arguments))
            if wanted is None and access.permission is Permission.SHEET_SCORE and login not in world.SCORERS[where]:
                # The table opens scoring to the committee's people, the round's panel narrows it: refused or hidden as
                # everything is.
                wanted = 403 if place and may_see(walker.grants.get(login, ()), place) else 404
            if wanted is None:
                hidden = status == 404 and (endpoint in HIDES_BY_STATE or where == "absent")
                fine = hidden or (status < 500 and status not in {401, 403, 404})
            else:
                fine = status == wanted and (wanted != 302 or location.startswith("/sign-in"))
            if not fine:
                wrong.append((login, where, method, url, status, f"wanted {wanted or 'to be let in'}"))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize(("endpoint", "method", "address"), [rule for rule in RULES if rule[1] != "GET"], ids=str)
def test_no_post_without_its_token(
    walker: Walker, monkeypatch: pytest.MonkeyPatch, endpoint: str, method: str, address: str
) -> None:
    monkeypatch.setitem(walker.app.config, "WTF_CSRF_CHECK_DEFAULT", True)
    roll_back_all(monkeypatch)
    with walker.app.app_context():
        access = access_of(endpoint)
    assert access is not None
    _where, url, _place = next(walker.targets(rule_of(walker.app, endpoint, address), access))
    assert open_as(walker.browser("secretary"), method, url)[0] == 400
