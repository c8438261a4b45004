"""Under a thumb, what can be tapped is 44 px high: lists and forms of the desks, where links used to be as high as a line."""

import pytest

from app.foundation import clock
from app.foundation.periods import Month
from tests.fixtures.browser import PHONE, OpenWindow

pytestmark = pytest.mark.browser

THIS_MONTH = Month.of(clock.today())
PAGES = {
    "admin": ["/accounts", "/accounts?q=zzz", "/accounts/members", "/accounts/new", "/accounts/3", "/me"],
    "auditor": ["/audit", "/audit?subject=roster", "/audit/chain"],
    "committee": ["/indicators", "/committees/1", "/committees/1/rename", "/model-groups/2", "/nominations/4", "/me/password"],
    "leader1": [
        "/activities", "/groups/1/activities/new", f"/groups/1/months/{THIS_MONTH}",
        f"/groups/1/months/{THIS_MONTH}/arrange",
        f"/groups/1/months/{THIS_MONTH.previous()}", "/photos/1", "/activities/1", "/activities/1/edit",
        "/", "/branches/1", f"/branches/1/boards/{THIS_MONTH.previous()}", f"/groups/1/board/{THIS_MONTH.previous()}",
        f"/groups/1/board/{THIS_MONTH}", f"/groups/1/photos/{THIS_MONTH.year}", "/activities/1/sheet",
    ],
    "secretary": [
        "/", f"/groups/1/board/{THIS_MONTH}",
        "/branches/1/organisation", "/branches/1/organisation?day=2026-01-01", "/branches/1/roster", "/groups/1/organisation",
        f"/indicators/branches/1/{THIS_MONTH.previous().quarter}", f"/indicators/groups/2/{THIS_MONTH.previous().year}",
        f"/indicators/branches/1/grid/{THIS_MONTH.year}", "/indicators/branches/1/definitions", "/indicators/branches/1/new",
        f"/indicators/branches/1/import/{THIS_MONTH.year}",
        "/groups/1/teams", "/members/1", "/members/1/move", "/model-groups", "/model-groups/1", "/nominations/1",
    ],
}  # fmt: skip
LOW = """() => [...document.querySelectorAll("main a:not(.skip), main button:not(.vh), main summary, main select")]
    .filter(one => { const { height } = one.getBoundingClientRect(); return height > 0 && height < 43.5; })
    .map(one => one.textContent.trim())"""


@pytest.mark.parametrize("login", PAGES)
def test_what_is_tapped_is_high_enough(login: str, window: OpenWindow) -> None:
    person = window(PHONE).sign_in(login)
    assert {path: person.open(path).evaluate(LOW) for path in PAGES[login]} == {path: [] for path in PAGES[login]}
