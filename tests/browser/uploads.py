"""Photos for the browser tests of bringing in, made by code, and what of them lies in the database."""

import io
import os
import sqlite3

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page

from app.foundation import clock
from app.foundation.periods import Month
from tests.fixtures.browser import Site

THIS_MONTH = Month.of(clock.today())
SENDING = "**/photos"
LONG = 30_000


def picture() -> bytes:
    """No two alike, in any byte that matters."""
    out = io.BytesIO()
    Image.frombytes("RGB", (60, 40), os.urandom(7200)).resize((300, 200)).save(out, "JPEG")
    return out.getvalue()


def pictures(count: int) -> list[FilePayload]:
    return [FilePayload(name=f"IMG_{number}.jpg", mimeType="image/jpeg", buffer=picture()) for number in range(count)]


def month_address(group: int) -> str:
    return f"/groups/{group}/months/{THIS_MONTH}"


def choose(page: Page, count: int) -> None:
    page.locator("#photos-input").set_input_files(pictures(count))


def stored(page: Page) -> Locator:
    return page.locator(".upload-head .numeral")


def rows(site: Site, what: str, group: int) -> list[tuple[object, ...]]:
    """Of the month's photos of the group, in their order."""
    with sqlite3.connect(f"file:{site.folder / 'database.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute(
            f"SELECT {what} FROM photo WHERE group_id = ? AND month = ? AND withdrawn_at IS NULL ORDER BY position, id",
            (group, str(THIS_MONTH)),
        ).fetchall()
