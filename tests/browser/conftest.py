"""A real browser on real pages: Chromium from the system, the application behind a real socket."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.applications import MakeApp
from tests.browser.living import Living, living_campaign, make_living, token_of_a_contact
from tracker import clock, passwords
from tracker.db import transaction
from tracker.holidays_source import calendar_rows
from tracker.models import Office, User
from tracker.rules.access import SYSTEM
from tracker.rules.states import Role
from tracker.services import catalogue, organisation

SEEDS = Path(__file__).parents[2] / "seeds"
PASSWORD = "một câu dễ nhớ"

#: What Playwright turns off itself, since the last such list alone counts; and lists under the address bar, which are two pages
#: more for each window: most of what a window costs.
OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch",
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
)  # fmt: skip
#: Without these a headless Chromium calls home, and a closed network makes it wait.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    f"--disable-features={','.join(OFF)}",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """For a file and no longer: while Playwright runs, its event loop keeps other tests of this process from theirs."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass(frozen=True)
class Site:
    """A running server with one coordinator, and the thirty units of Cam Ranh."""

    app: Flask
    url: str


@pytest.fixture
def site(make_app: MakeApp) -> Iterator[Site]:
    app = make_app()
    with app.app_context(), transaction() as session:
        today = clock.today()
        catalogue.seed_calendar(session, calendar_rows(range(today.year - 1, today.year + 3)))
        office = Office(name="Phòng Nội vụ", place="UBND thành phố Cam Ranh", phone="0258 3000 000")
        session.add(office)
        session.flush()
        session.add(
            User(
                office_id=office.id,
                username="ha",
                name="Trần Thu Hà",
                email="ha@example.vn",
                role=Role.COORDINATOR,
                password_hash=passwords.hash_password(PASSWORD),
            )
        )
        rows = organisation.read_units_csv((SEEDS / "units" / "cam-ranh.csv").read_bytes())
        organisation.import_units(session, office.id, rows, by=SYSTEM, now=clock.now())
    with serving(app) as url:
        yield Site(app, url)


@pytest.fixture(scope="session")
def kept_living(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample campaign, made once and copied for each file."""
    folder = tmp_path_factory.mktemp("kept-living")
    make_living(folder)
    return folder


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory, kept_living: Path) -> Iterator[Living]:
    """The sample campaign, the same on every day; a file's tests share it, so what they change is theirs."""
    with living_campaign(tmp_path_factory.mktemp("living"), kept_living) as app, serving(app) as url:
        yield Living(app, url, token_of_a_contact(app))


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of `app` behind a real socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A fresh window; a message of the console (a refused script, a missing file) fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill("ha")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")
