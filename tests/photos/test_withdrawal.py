"""A withdrawn photo is gone from every page that anybody can reach, past and printed months too; then its files go."""

import os
import re
from collections import deque
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.audit.models import AuditLine
from app.foundation import clock, unit_of_work
from app.foundation.db import db
from app.foundation.storage import LocalStorage
from app.photos.models import Photo
from tests.board import months
from tests.factories import Scene
from tests.fixtures.database import AppMaker
from tests.fixtures.scene import SignInAs

READERS = ("leader1", "leader2", "committee")
CAPTION = "核对含水率"
MOST = 120
LEAVES = re.compile(r"/sign-out|/static/|/original$|\.xlsx|\.csv|/export")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "photos"


@pytest.fixture
def app(make_app: AppMaker, folder: Path) -> Flask:
    return make_app(STORAGE_URL=str(folder))


@pytest.fixture
def printed(app: Flask, scene: Scene) -> Scene:
    with app.app_context(), unit_of_work.transaction():
        months.november(scene)
        months.print_it(scene)
    return scene


def shows(browser: FlaskClient, number: int, address: str) -> tuple[bool, list[str]]:
    """Whether the page has the photo or its caption, and where it leads."""
    answer = browser.get(address, follow_redirects=True)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return False, []
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', answer.text)]
    return bool(re.search(rf"photos/{number}\b", answer.text)) or CAPTION in answer.text, links


def pages_that_show(browser: FlaskClient, number: int) -> set[str]:
    """Among all that links lead to from the home page."""
    seen, waiting, found = {"/"}, deque(["/"]), set()
    while waiting:
        address = waiting.popleft()
        has, links = shows(browser, number, address)
        if has:
            found.add(address)
        for link in links:
            if link not in seen and len(seen) < MOST and not LEAVES.search(link):
                seen.add(link)
                waiting.append(link)
    return found


def test_it_is_nowhere_and_its_files_go(app: Flask, printed: Scene, signed_in: SignInAs, folder: Path) -> None:
    with app.app_context():
        photo = db.session.scalars(select(Photo).where(Photo.caption == CAPTION)).one()
        number, keys = photo.id, {str(photo.original_key), photo.display_key, photo.thumb_key}
    before = {login: pages_that_show(signed_in(login), number) for login in READERS}
    assert {login: bool(pages) for login, pages in before.items()} == dict.fromkeys(READERS, True)
    answer = signed_in("secretary").post(f"/photos/{number}/withdraw", data={"reason": "拍到了参数屏"})
    assert answer.status_code == 302
    still = [(login, page) for login in READERS for page in before[login] if shows(signed_in(login), number, page)[0]]
    assert still == []
    for login in READERS:
        ways = [f"/photos/{number}/{size}" for size in ("display", "thumb", "stamp", "original")]
        ways += [f"/board-photos/{number}/{size}" for size in ("display", "thumb")]
        assert {signed_in(login).get(way).status_code for way in ways} == {404}
        assert "照片已撤下" in signed_in(login).get(f"/groups/{printed.group}/board/2026-11").text
    _files_go(app, folder, keys)
    with app.app_context():
        acts = db.session.scalars(
            select(AuditLine.act)
            .where(AuditLine.subject_id == number, AuditLine.act.startswith("photo."))
            .order_by(AuditLine.id)
        ).all()
    assert acts[-2:] == ["photo.withdraw", "photo.erase"]


def _files_go(app: Flask, folder: Path, keys: set[str]) -> None:
    """To quarantine with the next sweep, and after the retention time for good."""
    store = LocalStorage(folder)
    for age, set_aside in ((timedelta(hours=25), keys), (timedelta(days=31), set[str]())):
        then = (clock.now() - age).timestamp()
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            os.utime(path, (then, then))
        assert app.test_cli_runner().invoke(args=["photos", "sweep"]).exit_code == 0
        assert not {file.key for file in store.iterate()} & keys
        assert {file.key for file in store.quarantine.iterate()} & keys == set_aside
