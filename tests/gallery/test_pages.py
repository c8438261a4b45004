"""The gallery shows every component in every state, and only in development."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.fixtures.database import AppMaker

ROOT = Path(__file__).parents[2]
MACRO = re.compile(r"{% macro (\w+)\(")
# Said by the base layout, parts of another macro, or the page form of one that the gallery shows.
SHOWN_ELSEWHERE = {
    "flashed",
    "day",
    "act",
    "step",
    "notice",
    "words",
    "merged",
    "versions",
    "dummy",
    "slot",
    "ruled",
    "checkbox",
}


@pytest.fixture
def gallery(make_app: AppMaker) -> Flask:
    return make_app(GALLERY=True)


@pytest.mark.parametrize("page", ["", "conflict", "empty", "print"])
def test_each_page_of_the_gallery_is_whole(gallery: Flask, page: str) -> None:
    assert gallery.test_client().get(f"/gallery/{page}").status_code == 200


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_each_error_page_says_its_number_and_leads_on(gallery: Flask, code: int) -> None:
    page = gallery.test_client().get(f"/gallery/errors/{code}").text
    assert re.findall(r'<p class="kicker">(\d+)·', page) == [str(code)]
    assert len(re.findall(r'<a class="button main" href="/">', page)) == 1


def test_the_gallery_shows_every_macro(gallery: Flask) -> None:
    macros = {
        name
        for path in (ROOT / "templates" / "components").glob("*.html")
        for name in MACRO.findall(path.read_text())
        if not name.startswith("_")
    }
    pages = "".join(path.read_text() for path in (ROOT / "templates" / "gallery").glob("*.html"))
    assert {name for name in macros - SHOWN_ELSEWHERE if f".{name}(" not in pages} == set()


def test_an_installation_has_no_gallery(app: Flask) -> None:
    assert app.test_client().get("/gallery/").status_code == 404
