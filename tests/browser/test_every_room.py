"""The rooms behind the gates, at each step of a plan, at two widths, light and dark: axe finds nothing, nothing is too wide.

The sample of test_every_page.py is in fieldwork: what it has not reached is walked here, over the plan of campaigns/life.py.
A page that is built as one before it is only measured by the ruler; `make soak` and `make screenshots` ask axe again.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.applications import applications
from tests.browser.conftest import serving
from tests.browser.living import PASSWORD, pages_of
from tests.browser.looks import ALL_LOOKS, LOOKS, build_of, faults_of, show, too_wide
from tests.browser.test_every_page import IN_ROOMS
from tests.browser.weight import too_heavy
from tests.campaigns.life import STEPS, Life
from tracker import clock
from tracker.db import db
from tracker.models import Publication, RecheckDraw, RecheckItem, Task, Unit
from tracker.rules.states import TaskStatus
from tracker.tokens import as_head, personal_token

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: What is looked at at each step, beside what nothing else has shown.
ROOMS = frozenset({"boxes", "discards", "entry", "fieldwork", "online", "public", "publications", "recheck", "results"})
#: Looked at at the first step alone: from no page of these a link leads to a room, and what a plan has reached changes none.
BESIDE = frozenset({
    "auth", "calendar_help", "days", "group_days", "guide", "health", "intake", "ladder", "lists", "method", "outbox",
    "own_settings", "progress_reports", "questionnaires", "rehearsal", "second_step", "shortcuts", "templates", "unit_changes",
})  # fmt: skip
READERS = ("ha", "dung", None)
HEAD = "thu.truong@example.vn"


@dataclass
class Rooms:
    """The plan behind a real socket; `at` puts it at a step."""

    life: Life
    url: str
    known: set[str] = field(default_factory=set)

    def stops(self, step: str) -> list[tuple[str, str, str | None]]:
        """(endpoint, address, who) of what a step shows: every room, and what neither an earlier step nor the sample had."""
        if step == "public":
            self.publish()
        else:
            self.life.at(step)
        if step == "field":
            self._late()
        found: dict[str, tuple[str, str, str | None]] = {}
        beside = BESIDE if self.known and not ALL_LOOKS else frozenset()
        for who in READERS:
            for endpoint, where in pages_of(self.life.app, who, start=self._starts(who), beside=beside).items():
                if endpoint.partition(".")[0] in ROOMS or (endpoint not in self.known and (ALL_LOOKS or endpoint in IN_ROOMS)):
                    found.setdefault(endpoint, (endpoint, where, who))
        self.known |= found.keys()
        return list(found.values())

    def publish(self) -> None:
        """What the last step is for: from then on the public reads it."""
        made = self.life.browser("ha").post(
            f"/plans/{self.life.plan_id}/publication/{self.life.first(select(Publication.id))}/publish"
        )
        assert made.status == 302, made.text

    def _starts(self, who: str | None) -> tuple[str, ...]:
        """Where reading begins: the first page, and what a form or a letter leads to."""
        plan, units = f"plans/{self.life.plan_id}", self.life.units
        if who is None:
            link = f"/v/{self.life.token()}"
            head = personal_token(str(self.life.app.secret_key), *as_head(units[0], HEAD, ""))
            return link, f"{link}/boxes/{self.life.plan_id}", f"{link}/letters/weekly", f"/h/{head}", "/ket-qua"
        rooms = (f"/{plan}/ballots/units/{units[0]}/discards", f"/{plan}/entry/{units[0]}/second")
        items = (
            select(RecheckItem.id)
            .join(RecheckDraw)
            .where(RecheckDraw.unit_id == units[1])
            .order_by(RecheckItem.outcome.is_not(None))
        )
        with self.life.app.app_context():
            item = db.session.scalar(items.limit(1))
        return "/", *rooms, *([f"/recheck/items/{item}"] if item else [])

    def _late(self) -> None:
        """The first unit has a head, and its work is late."""
        with self.life.made.step() as session:
            session.get_one(Unit, self.life.units[0]).head_email = HEAD
            for task in session.scalars(
                select(Task).where(Task.unit_id == self.life.units[0], Task.status == TaskStatus.IN_PROGRESS)
            ):
                task.due_on = task.aim_on = STEPS["field"].date() - timedelta(days=4)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    now = [STEPS["field"]]

    def travel(moment: datetime) -> None:
        now[0] = moment

    folder = tmp_path_factory.mktemp("rooms")
    with pytest.MonkeyPatch.context() as patch, applications(folder) as make_app:
        patch.setattr(clock, "now", lambda: now[0])
        life = Life(make_app(flask={"WTF_CSRF_ENABLED": False}), folder, travel)
        with serving(life.app) as url:
            yield Rooms(life, url)


def test_no_room_has_a_fault_that_axe_or_a_ruler_finds(rooms: Rooms, chromium: Browser, tmp_path: Path) -> None:
    kept = os.environ.get("SCREENSHOTS")
    faults: list[str] = []
    walked: set[str] = set()
    seen: set[str] = set()
    looked: dict[tuple[int, str], set[str]] = {look: set() for look in LOOKS}
    opened: dict[str | None, Page] = {}
    for who in READERS:
        opened[who] = chromium.new_context(locale="vi-VN", reduced_motion="reduce", bypass_csp=True).new_page()
    for step in (*STEPS, "public"):
        stops = rooms.stops(step)
        for who, page in opened.items():
            if who is not None:
                sign_in(page, rooms.url, who)
        for endpoint, where, who in stops:
            page = opened[who]
            page.goto(rooms.url + where)
            walked.add(endpoint)
            build = build_of(page)
            known = build in seen and not ALL_LOOKS
            seen.add(build)
            if endpoint == "public.show":
                faults += too_heavy(chromium, rooms.url + where, [], width=390)
            for width, scheme in LOOKS:
                show(page, width, scheme)
                found = too_wide(page) if known else faults_of(page, looked[width, scheme])
                faults += [f"{step} {width} {scheme} {endpoint} {where}: {fault}" for fault in found]
                if kept and scheme == "light":
                    folder = Path(kept) / f"rooms-{width}"
                    folder.mkdir(parents=True, exist_ok=True)
                    page.screenshot(path=folder / f"{step}-{endpoint}.png", full_page=True)
    for page in opened.values():
        page.context.close()
    assert not faults, "\n".join(faults)
    assert walked >= IN_ROOMS, IN_ROOMS - walked


@pytest.mark.parametrize("who", ["ha", "admin"])
def test_files_of_a_result_arrive_by_a_click_and_hold_its_rows(rooms: Rooms, chromium: Browser, tmp_path: Path, who: str) -> None:
    rooms.life.at("publication")
    room = f"{rooms.url}/plans/{rooms.life.plan_id}"
    page = chromium.new_context(locale="vi-VN", accept_downloads=True).new_page()
    sign_in(page, rooms.url, who)

    def arrived(name: str) -> bytes:
        with page.expect_download() as download:
            page.get_by_role("main").get_by_role("link", name=name).first.click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        assert download.value.failure() is None
        return path.read_bytes()

    page.goto(f"{room}/results")
    shown = page.locator("table.heat tbody th[scope=row]").all_inner_texts()[:-1]  # the last is of all
    assert len(shown) == 5
    text = arrived("Tải bảng đơn vị (CSV)").decode("utf-8-sig")
    in_text = [row[1] for row in csv.reader(io.StringIO(text), delimiter=";")]
    sheet = load_workbook(io.BytesIO(arrived("Tải bảng đơn vị (Excel)"))).active
    in_sheet = [row[1] for row in sheet.iter_rows(values_only=True)]
    assert in_text == in_sheet
    assert sorted(in_text[1:]) == sorted(shown)
    page.goto(f"{room}/publication")
    report = Document(io.BytesIO(arrived("Báo cáo (Word)")))
    assert any(len(table.rows) > 5 for table in report.tables)
    annex = load_workbook(io.BytesIO(arrived("Phụ lục (Excel)")))
    assert any(shown[0] in [cell.value for cell in row] for own in annex for row in own.iter_rows())
    page.context.close()


def sign_in(page: Page, url: str, username: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
