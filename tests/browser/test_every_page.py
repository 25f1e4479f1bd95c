"""Every page that links lead to, at two widths, light and dark: axe finds nothing, nothing is wider than the window.

A run looks at each width and each colour once; `make soak` and `make screenshots` at all four.

`make screenshots` keeps all of them and makes one sheet, so that a person can judge them in a minute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.living import DRAFT, NAMES, Living, pages_of, readable_endpoints
from tests.browser.sheet import make_sheet
from tracker.rules.states import Role

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
#: The rules of WCAG 2.2 A and AA, and axe's own advice.
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Files, and answers that are no page of ours.
FILES = {
    "box_link.blank_minutes", "box_link.minutes", "boxes.blank_minutes", "boxes.minutes", "lists.of_journal",
    "lists.of_late_work", "lists.of_letters", "lists.of_matrix", "lists.of_plans", "lists.of_units", "metrics.metrics",
    "online.sample", "readiness.readiness", "recheck.list_file", "recheck.minutes", "recheck.published",
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
#: ... and those that only a draft, a sign-in or another program leads to: nobody walks them.
NOT_WALKED = {
    "feeds.open_task", "intake.choose_units", "intake.preview", "rehearsal.of_draft", "reset.choose_password",
    "second_step.code", "single_sign_on.back", "templates.edit",
}  # fmt: skip

#: Width and colours.
LOOKS = ((1280, "light"), (390, "dark"))
if "SCREENSHOTS" in os.environ or "ALL_LOOKS" in os.environ:
    LOOKS += ((390, "light"), (1280, "dark"))
Stop = tuple[str, str, Role | None]


@pytest.fixture(scope="module")
def stops(living: Living) -> list[Stop]:
    """(endpoint, address, who) of every page, each once."""
    found: dict[str, Stop] = {}
    for role, start in (
        (Role.ADMIN, ("/", DRAFT)),
        (Role.COORDINATOR, ("/",)),
        (Role.LEADER, ("/",)),
        (None, (f"/v/{living.token}", "/sign-in", "/forgotten", "/ket-qua", "/huong-dan")),
    ):
        for endpoint, where in pages_of(living.app, NAMES[role] if role else None, start=start).items():
            found.setdefault(endpoint, (endpoint, where, role))
    return list(found.values())


@pytest.fixture(scope="module", params=LOOKS, ids=lambda p: f"{p[0]}-{p[1]}")
def windows(request: pytest.FixtureRequest, living: Living, chromium: Browser) -> Iterator[tuple[str, dict[Role | None, Page]]]:
    """One window for each who reads."""
    width, scheme = request.param
    contexts: list[BrowserContext] = []
    opened: dict[Role | None, Page] = {}
    for role in (Role.ADMIN, Role.COORDINATOR, Role.LEADER, None):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="vi-VN",
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,
        )
        contexts.append(context)
        opened[role] = context.new_page()
        if role is not None:
            living.sign_in(opened[role], role)
    yield f"{width}-{scheme}", opened
    for context in contexts:
        context.close()


def test_no_page_has_a_fault_that_axe_or_a_ruler_finds(
    windows: tuple[str, dict[Role | None, Page]], stops: list[Stop], living: Living, tmp_path: Path
) -> None:
    look, opened = windows
    kept = os.environ.get("SCREENSHOTS")
    folder = Path(kept) / look if kept else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    for endpoint, where, role in stops:
        page = opened[role]
        page.goto(living.url + where)
        faults += [f"{endpoint} {where}: {fault}" for fault in faults_of(page)]
        if kept:
            page.screenshot(path=folder / f"{endpoint}.png", full_page=True)
    if kept and look in ("1280-light", "390-light"):
        make_sheet(folder, Path(kept) / f"sheet-{look}.png", columns=6 if look.startswith("1280") else 12)
    assert not faults, "\n".join(faults)


def faults_of(page: Page) -> list[str]:
    """What axe says, and whether the page is wider than its window."""
    page.evaluate(AXE)
    result = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", TAGS)
    said = [f"{v['id']}: {node['target']} {node['html'][:120]}" for v in result["violations"] for node in v["nodes"][:3]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return said + ([f"{wide} px wider than the window"] if wide > 0 else [])


def test_axe_is_not_blind(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html><body><img src='x'><p style='color:#ccc'>mờ</p><input></body></html>")
    assert {fault.partition(":")[0] for fault in faults_of(page)} >= {"image-alt", "color-contrast", "label", "html-has-lang"}
    page.close()


def test_the_walk_sees_nearly_every_page(stops: list[Stop], living: Living) -> None:
    """Files, and pages that the sample has no example of, are named here; a new page is walked by being linked."""
    missing = readable_endpoints(living.app) - {endpoint for endpoint, _where, _role in stops}
    assert missing - FILES == IN_ROOMS | NOT_WALKED
