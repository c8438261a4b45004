"""Each role follows the links of its pages, phone and desk: axe finds nothing, nothing foreign, nothing against the CSP.

Of pages that differ only in their numbers one is opened. What the browser window watches (console, other hosts) is
judged when the window closes. axe looks at each kind of page once at both sizes, for whichever role comes first.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import DESK, PHONE, OpenWindow, Window, axe_findings

pytestmark = pytest.mark.browser

ROLES = ("committee", "secretary", "leader1", "member1", "admin", "auditor")
NO_PAGE = re.compile(r"/(display|thumb|original)$|^/static/")
NUMBERS = re.compile(r"\d{4}-(Q\d|\d\d(-\d\d)?)|\d+|(?<=/score/)\w+|(?<=/self/)\w+")
MOST = 70


def links(page: Page) -> Iterator[str]:
    for address in page.eval_on_selector_all(
        "a[href]", "all => all.map(a => new URL(a.getAttribute('href'), location.href).href)"
    ):
        parts = urlsplit(address)
        if parts.netloc == urlsplit(page.url).netloc and not NO_PAGE.search(parts.path):
            yield parts.path


def kind_of(path: str) -> str:
    return NUMBERS.sub("#", path)


def walk(window: Window) -> Iterator[str]:
    """One page of each kind that can be reached from the home page by links, nearest first."""
    waiting, known = ["/"], {"/"}
    while waiting and len(known) < MOST:
        path = waiting.pop(0)
        yield path
        for link in links(window.page):
            if kind_of(link) not in known:
                known.add(kind_of(link))
                waiting.append(link)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.fixture
def first_of_kind(demo_folder: Path) -> Callable[[str], bool]:
    """True for the first test of the run, in whichever worker, that asks for a kind of page."""
    seen = demo_folder.parent / "kinds"
    seen.mkdir(exist_ok=True)

    def claim(path: str) -> bool:
        try:
            (seen / hashlib.sha256(kind_of(path).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return claim


@pytest.mark.parametrize("login", ROLES)
def test_pages_of(login: str, window: OpenWindow, first_of_kind: Callable[[str], bool]) -> None:
    person = window(DESK).sign_in(login)
    found: dict[str, list[str]] = {}
    opened = []
    for path in walk(person):
        page = person.open(path)
        opened.append(path)
        looking = axe_findings if first_of_kind(path) else (lambda _page: [])
        wrong = [f"1280: {finding}" for finding in looking(page)]
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        wrong += [f"390: {finding}" for finding in looking(page)]
        if wide := overflow(page):
            wrong.append(f"390: {wide} px too wide")
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        if wrong:
            found[path] = wrong
    print(f"{login}: {len(opened)} pages")
    assert found == {}, "\n".join(f"{path}\n    " + "\n    ".join(wrong) for path, wrong in found.items())
    assert len(opened) >= 3
