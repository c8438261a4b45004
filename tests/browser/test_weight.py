"""What a first visit costs: requests and bytes over the wire, with an empty cache."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import DESK, PHONE, OpenWindow

pytestmark = pytest.mark.browser

MOST_REQUESTS = 6
MOST_BYTES = 60 * 1024
PAGES = [
    ("leader1", PHONE, "/"),
    ("leader1", PHONE, "/activities"),
    ("secretary", DESK, "/"),
    ("secretary", DESK, "/organisation"),
    ("secretary", DESK, "/brands"),
    ("committee", DESK, "/"),
    ("committee", DESK, "/inspections"),
    ("committee", PHONE, "/inspections/sheets/47/whole"),
    ("committee", DESK, "/model-groups"),
    ("admin", DESK, "/accounts"),
    ("auditor", DESK, "/audit"),
]


@dataclass
class Meter:
    requests: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def attach(self, page: Page) -> None:
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.requestWillBeSent", self._sent)
        wire.on("Network.loadingFinished", lambda event: self.sizes.append(int(event["encodedDataLength"])))

    def _sent(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.requests.append(event["request"]["url"])


def measured(page: Page, address: str) -> Meter:
    meter = Meter()
    meter.attach(page)
    page.goto(address, wait_until="networkidle")
    return meter


def test_the_sign_in_page(window: OpenWindow) -> None:
    person = window(PHONE)
    meter = measured(person.page, f"{person.address}/sign-in")
    assert len(meter.requests) <= MOST_REQUESTS, meter.requests
    assert sum(meter.sizes) <= MOST_BYTES, (meter.requests, meter.sizes)


@pytest.mark.parametrize(("login", "size", "path"), PAGES, ids=str)
def test_a_first_visit(login: str, size: dict[str, int], path: str, window: OpenWindow) -> None:
    person = window(size).sign_in(login)
    meter = measured(person.page, f"{person.address}{path}")
    print(f"{path} as {login}: {len(meter.requests)} requests, {sum(meter.sizes) / 1024:.1f} KiB")
    assert len(meter.requests) <= MOST_REQUESTS, meter.requests
    assert sum(meter.sizes) <= MOST_BYTES, (meter.requests, meter.sizes)
