"""Picture every main page on demo data, at 1280 and at 390, and the prints as they leave the printer.

    make screenshots            all of them, into ./screenshots
    python scripts/screenshots.py board quarter      only those whose name begins so

The demo factory is made once in .cache/screenshots and kept until the schema changes; delete the folder to make it anew. Pictures of phones have
two dots for each pixel, as a phone has.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DATA_DIR = ROOT / ".cache" / "screenshots"
TARGET = ROOT / "screenshots"
PASSWORD = "pictures-of-the-demo-factory"  # of a server on this machine, for the length of this run
WIDTHS = ((1280, 1), (390, 2))


@dataclass(frozen=True)
class Shot:
    """A page: who looks, where they start, and the links to follow from there (the first whose address matches)."""

    name: str
    login: str
    path: str
    follow: tuple[str, ...] = ()
    printed: bool = False


BOARD = r"/groups/\d+/board/"
SHOTS = (
    Shot("sign-in", "", "/sign-in"),
    Shot("not-found", "leader1", "/nowhere"),
    Shot("today-leader", "leader1", "/"),
    Shot("today-secretary", "secretary", "/"),
    Shot("today-committee", "committee", "/"),
    Shot("today-member", "member1", "/"),
    Shot("today-liaison", "liaison", "/"),
    Shot("today-admin", "admin", "/"),
    Shot("me", "leader1", "/me"),
    Shot("activities", "secretary", "/activities"),
    Shot("activity", "secretary", "/activities", (r"/activities/\d+$",)),
    Shot("photo", "leader1", "/", (r"/months/\d{4}-\d\d", r"/photos/\d+$")),
    Shot("activity-new", "leader1", "/", (r"/activities/new$",)),
    Shot("month", "leader1", "/", (r"/months/\d{4}-\d\d",)),
    Shot("arrange", "leader1", "/", (r"/months/\d{4}-\d\d", r"/arrange$")),
    Shot("hint", "secretary", "/hints/1"),
    Shot("wall", "leader1", "/photos"),
    Shot("wall-branch", "secretary", "/photos"),
    Shot("boards", "secretary", "/boards"),
    Shot("board", "leader2", "/boards", (r"/branches/\d+/boards/", r"/groups/2/board/"), printed=True),
    Shot("board-draft", "leader1", "/", (BOARD,)),
    Shot("brands", "committee", "/brands"),
    Shot("branch", "secretary", "/brands", printed=True),
    Shot("brand", "leader1", "/brands", (r"/brands/\d+$",)),
    Shot("indicators", "secretary", "/indicators", printed=True),
    Shot("indicators-group", "secretary", "/indicators", (r"/indicators/groups/2/",), printed=True),
    Shot("indicators-grid", "secretary", "/indicators", (r"/grid/\d+$",)),
    Shot("indicators-definitions", "secretary", "/indicators", (r"/definitions$",)),
    Shot("findings", "secretary", "/findings?state=all"),
    Shot("finding", "secretary", "/findings?state=all", (r"/findings/\d+$",)),
    Shot("mutual-checks", "secretary", "/findings", (r"/mutual-checks/\d{4}-Q\d$",)),
    Shot("inspections", "committee", "/inspections"),
    Shot("rubric", "committee", "/inspections/rubrics", (r"/rubrics/\d+$",)),
    Shot("round", "committee", "/inspections", (r"/rounds/\d+$",)),
    Shot("rubric-edit", "committee", "/inspections/rubrics", (r"/rubrics/\d+/edit$",)),
    Shot("review", "committee", "/inspections", (r"/rounds/\d+$", r"/review$")),
    Shot("score", "committee", "/inspections", (r"/rounds/\d+$", r"/sheets/\d+/score")),
    Shot("results", "secretary", "/inspections", (r"/branches/\d+/results/",), printed=True),
    Shot("results-committee", "committee", "/inspections", (r"/committees/\d+/results/",)),
    Shot("slip", "secretary", "/inspections", (r"/branches/\d+/results/", r"/slip$"), printed=True),
    Shot("model-groups", "committee", "/model-groups"),
    Shot("model-group-call", "secretary", "/model-groups", (r"/model-groups/\d+$",)),
    Shot("nomination", "committee", "/model-groups", (r"/model-groups/\d+$", r"/nominations/\d+$")),
    Shot("model-groups-secretary", "secretary", "/model-groups"),
    Shot("organisation", "secretary", "/organisation"),
    Shot("accounts", "admin", "/accounts"),
    Shot("audit", "auditor", "/audit"),
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo_site() -> Iterator[str]:
    port = free_port()
    settings = os.environ | {
        "DATA_DIR": str(DATA_DIR),
        "DEMO_PASSWORD": PASSWORD,
        "PORT": str(port),
        "DATABASE_URL": "",
        "STORAGE_URL": "",
        "GALLERY": "1",  # static files are looked up anew, so a sheet may be edited meanwhile
    }
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    complete = DATA_DIR / f"complete-{(ROOT / 'migrations' / 'head.txt').read_text().strip()}"
    if not complete.exists():
        shutil.rmtree(DATA_DIR, ignore_errors=True)
        DATA_DIR.mkdir(parents=True)
        subprocess.run([*flask, "db", "upgrade"], cwd=ROOT, env=settings, check=True)
        subprocess.run([*flask, "demo"], cwd=ROOT, env=settings, check=True)
        complete.touch()
    server = subprocess.Popen(
        [*flask, "run", "--port", str(port), "--with-threads"],
        cwd=ROOT, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/healthz", server)
        yield address
    finally:
        server.terminate()
        server.wait(10)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise SystemExit("The site did not start.")
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The site did not answer within half a minute.")


def signed_in(browser: Browser, site: str, login: str, width: int, dots: int) -> BrowserContext:
    context = browser.new_context(viewport={"width": width, "height": 844}, device_scale_factor=dots, locale="zh-CN")
    if login:
        page = context.new_page()
        page.goto(f"{site}/sign-in")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state()
        settle(page)
        page.close()
    return context


def settle(page: Page) -> None:
    """The notice at the first sign-in: read it, agree, go on."""
    if "/settle" in page.url:
        for box in page.query_selector_all("main input[type=checkbox]"):
            box.check()
        page.click("main button[type=submit]")
        page.wait_for_load_state()


def reach(page: Page, site: str, shot: Shot) -> bool:
    page.goto(site + shot.path)
    for pattern in shot.follow:
        addresses = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
        found = next((address for address in addresses if re.search(pattern, address)), None)
        if found is None:
            print(f"{shot.name}: no link like {pattern} on {page.url}")
            return False
        page.goto(site + found if found.startswith("/") else found)
    return True


def picture(page: Page, shot: Shot, width: int) -> None:
    page.evaluate("document.fonts.ready")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")  # wakes lazy images
    page.wait_for_timeout(150)
    page.evaluate("window.scrollTo(0, 0)")
    page.screenshot(path=TARGET / f"{shot.name}-{width}.png", full_page=True)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if overflow > 0:
        print(f"{shot.name}-{width}: {overflow} px wider than the window")
    if shot.printed and width == 1280:
        sheet = TARGET / f"{shot.name}.pdf"
        page.pdf(path=sheet, prefer_css_page_size=True, print_background=True)
        if shutil.which("pdftoppm"):
            subprocess.run(["pdftoppm", "-png", "-r", "80", sheet, TARGET / f"{shot.name}-print"], check=True)


def take(shots: list[Shot]) -> int:
    missed = 0
    with demo_site() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for width, dots in WIDTHS:
            for login in dict.fromkeys(shot.login for shot in shots):
                context = signed_in(browser, site, login, width, dots)
                page = context.new_page()
                page.on("console", lambda message: print(f"  console: {message.text}"))
                for shot in (shot for shot in shots if shot.login == login):
                    if reach(page, site, shot):
                        picture(page, shot, width)
                    else:
                        missed += 1
                context.close()
        browser.close()
    return missed


def main() -> int:
    wanted = tuple(sys.argv[1:])
    shots = [shot for shot in SHOTS if not wanted or shot.name.startswith(wanted)]
    TARGET.mkdir(exist_ok=True)
    missed = take(shots)
    print(f"{len(shots)} pages, {len(list(TARGET.glob('*.png')))} pictures in {TARGET.relative_to(ROOT)}/")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
