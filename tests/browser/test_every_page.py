"""Every page that links lead to, at two widths, light and dark: axe finds nothing, nothing is wider than the window.

A run looks at each width and each colour once, and measures the contrast of words once for each way in which words stand
(looks.py); `make soak` and `make screenshots` look at all four, and measure all.

`make screenshots` keeps all of them and makes one sheet, so that a person can judge them in a minute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.living import DRAFT, NAMES, PASSWORD, Living, more_to_walk, pages_of, readable_endpoints
from tests.browser.looks import ALL_LOOKS, LOOKS, faults_of, show
from tests.browser.sheet import make_sheet
from tracker import clock, passwords
from tracker.db import transaction
from tracker.models import User
from tracker.rules.states import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]
#: Files, and answers that are no page of ours.
FILES = {
    "box_link.blank_minutes", "box_link.minutes", "boxes.blank_minutes", "boxes.minutes", "lists.of_journal",
    "lists.of_late_work", "lists.of_letters", "lists.of_matrix", "lists.of_plans", "lists.of_units", "room_lists.of_ballots",
    "room_lists.of_boxes", "room_lists.of_entries", "room_lists.of_late_work", "room_lists.of_recheck", "room_lists.of_results",
    "room_lists.of_stage", "room_lists.of_users",
    "metrics.metrics", "online.sample", "readiness.readiness", "recheck.list_file", "recheck.minutes", "recheck.published",
    "unit_changes.sample", "units.contact_data",
    "briefs.document", "entry.template_file", "feeds.subscription", "files.download", "files.download_of_contact",
    "guide.show_picture", "health.health", "intake.original", "method.sample", "outbox.letter_html", "progress_reports.download",
    "public.download", "questionnaires.source_file", "units.sample_file",
}  # fmt: skip
#: Pages of work that the sample has not reached (ballots keyed, drawn, published): test_every_room.py walks them.
IN_ROOMS = {
    "box_link.show_box", "box_link.show_plan", "boxes.show_box", "discards.show", "entry.choose_file", "entry.difference",
    "entry.differences", "entry.key", "entry.key_again", "field_link.show", "own_settings.before_one_click", "promises.ask",
    "promises.of_head", "promises.of_head_task", "public.show", "publications.ask_publish", "publications.preview",
    "recheck.print_list", "recheck.show_item", "results.comments", "results.earlier", "results.show_unit", "units.new_contact",
}  # fmt: skip
#: ... the page between a password and a code, which has a test of its own below;
BETWEEN = {"second_step.code"}
#: ... and what only sends the reader on: from a calendar to the task, from a provider to the first page.
REDIRECTS = {"feeds.open_task", "single_sign_on.back"}

Stop = tuple[str, str, Role | None]


@pytest.fixture(scope="module")
def stops(living: Living) -> list[Stop]:
    """(endpoint, address, who) of every page, each once."""
    found: dict[str, Stop] = {}
    accepted, reset = more_to_walk(living.app)
    for role, start in (
        (Role.ADMIN, ("/", DRAFT, f"{accepted}/units", f"{accepted}/preview", f"{accepted}/rehearsal")),
        (Role.COORDINATOR, ("/", "/plans/1/extend?all=", "/plans/1/confirm?all=")),  # the last two a form leads to
        (Role.LEADER, ("/",)),
        (None, (f"/v/{living.token}", "/sign-in", "/forgotten", "/ket-qua", "/huong-dan", reset)),
    ):
        for endpoint, where in pages_of(living.app, NAMES[role] if role else None, start=start).items():
            found.setdefault(endpoint, (endpoint, where, role))
    return list(found.values())


@pytest.fixture(scope="module")
def windows(living: Living, chromium: Browser) -> Iterator[dict[Role | None, Page]]:
    """One window for each who reads."""
    opened: dict[Role | None, Page] = {}
    for role in (Role.ADMIN, Role.COORDINATOR, Role.LEADER, None):
        context = chromium.new_context(locale="vi-VN", reduced_motion="reduce", bypass_csp=True)
        opened[role] = context.new_page()
        if role is not None:
            living.sign_in(opened[role], role)
    yield opened
    for page in opened.values():
        page.context.close()


def test_no_page_has_a_fault_that_axe_or_a_ruler_finds(
    windows: dict[Role | None, Page], stops: list[Stop], living: Living
) -> None:
    kept = os.environ.get("SCREENSHOTS")
    faults: list[str] = []
    looked: dict[tuple[int, str], set[str]] = {look: set() for look in LOOKS}
    for endpoint, where, role in stops:
        page = windows[role]
        page.goto(living.url + where)
        for width, scheme in LOOKS:
            show(page, width, scheme)
            faults += [f"{width} {scheme} {endpoint} {where}: {fault}" for fault in faults_of(page, looked[width, scheme])]
            if kept:
                folder = Path(kept) / f"{width}-{scheme}"
                folder.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=folder / f"{endpoint}.png", full_page=True)
    for width, columns in ((1280, 6), (390, 12)) if kept else ():
        make_sheet(Path(kept) / f"{width}-light", Path(kept) / f"sheet-{width}-light.png", columns=columns)
    assert not faults, "\n".join(faults)


def test_the_page_that_asks_for_a_code_has_none_either(living: Living, chromium: Browser) -> None:
    with living.app.app_context(), transaction() as session:
        facts = {"name": "Hồ Thị Mai", "email": "mai@example.vn", "role": Role.COORDINATOR, "totp_since": clock.now()}
        password_hash = passwords.hash_password(PASSWORD)
        session.add(User(office_id=1, username="hai-buoc", password_hash=password_hash, totp_secret="JBSWY3DPEHPK3PXP", **facts))
    page = chromium.new_page(locale="vi-VN", reduced_motion="reduce", bypass_csp=True)
    page.goto(f"{living.url}/sign-in")
    page.get_by_label("Tên đăng nhập").fill("hai-buoc")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/sign-in/code")
    faults = []
    for width, scheme in LOOKS:
        show(page, width, scheme)
        faults += faults_of(page)
    page.close()
    assert faults == []


def test_axe_is_not_blind(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html><body><img src='x'><p style='color:#ccc'>mờ</p><input></body></html>")
    assert {fault.partition(":")[0] for fault in faults_of(page)} >= {"image-alt", "color-contrast", "label", "html-has-lang"}
    page.close()


#: Words as they were looked at, and what makes others of them: their colour, their ground, what shines through, their size.
PLAIN = "<main class=a><p class=b>đọc được</p></main>"
FAINT = (
    "<main class=a><p class=b style='color:#999'>đọc được</p></main>",
    "<main class=a style='background:#444'><p class=b>đọc được</p></main>",
    "<main class=a style='opacity:.4'><p class=b>đọc được</p></main>",
    "<main class=a><p class=b><i style='color:#aaa'>đọc</i> được</p></main>",
    PLAIN.replace("<p", "<p>một</p><p style='color:#ccc'>đọc</p><p"),
)


@pytest.mark.parametrize("faint", FAINT)
def test_words_that_stand_as_others_are_passed_over_and_no_others(chromium: Browser, faint: str) -> None:
    page = chromium.new_page()
    looked: set[str] = set()
    for content in (PLAIN, PLAIN, PLAIN.replace("</p>", "</p>" + "<p class=b>cũng đọc được</p>" * 5)):
        page.set_content(content)
        assert "color-contrast" not in {fault.partition(":")[0] for fault in faults_of(page, looked)}
    if not ALL_LOOKS:
        assert page.locator("p[data-looked]").count() == page.locator("p").count()
    page.set_content(faint)
    assert "color-contrast" in {fault.partition(":")[0] for fault in faults_of(page, looked)}
    page.close()


def test_the_walk_sees_nearly_every_page(stops: list[Stop], living: Living) -> None:
    """Files, and pages that the sample has no example of, are named here; a new page is walked by being linked."""
    missing = readable_endpoints(living.app) - {endpoint for endpoint, _where, _role in stops}
    assert missing - FILES == IN_ROOMS | BETWEEN | REDIRECTS


def test_a_printed_page_says_of_which_day_it_is_and_leaves_forms_out(windows: dict[Role | None, Page], living: Living) -> None:
    page = windows[Role.COORDINATOR]
    page.emulate_media(media="print")
    stamp = page.get_by_text("Phòng Nội vụ. Số liệu đến ngày 24/11/2026. Người in: Trần Thu Hà.", exact=True)
    for where in ("/units", "/journal", "/outbox", "/plans/1", "/plans/1/ballots/units/1"):
        page.goto(living.url + where)
        assert stamp.is_visible(), where
    assert page.locator("form.panel-main").count() == 1
    assert not page.locator("form.panel-main").is_visible()
    assert not page.get_by_role("heading", name="Ghi thay đơn vị").is_visible()
    page.goto(f"{living.url}/questionnaires/commune@1/blank")
    assert stamp.count() == 0, "a paper that is handed out"
    page.emulate_media(media="screen")


def test_a_form_that_comes_back_begins_at_its_first_wrong_box(windows: dict[Role | None, Page], living: Living) -> None:
    """On a phone that box lies below what is seen first."""
    page = windows[Role.ADMIN]
    show(page, 390, "light")
    page.goto(f"{living.url}/plans/1/ballots/units/1")
    day = page.locator("form.panel-main input[name=day]")
    day.fill("31/2/2021")
    page.get_by_role("button", name="Ghi số phiếu").click()
    expect(day).to_have_attribute("aria-invalid", "true")
    expect(day).to_be_focused()
    expect(day).to_be_in_viewport()
