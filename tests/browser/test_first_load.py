"""A first visit is light and still, and asks nobody else; names of 70 characters and a zoom of 200 % break no page."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browser.living import Living
from tests.browser.weight import WATCH, too_heavy, weight_of
from tracker.db import transaction
from tracker.models import Contact, Plan, Stage, Unit, User
from tracker.rules.states import Role

pytestmark = pytest.mark.browser
COORDINATOR, LEADER = Role.COORDINATOR, Role.LEADER
#: Seventy characters each.
UNIT = "Trung tâm Giáo dục nghề nghiệp, Giáo dục thường xuyên huyện Khánh Sơn "
PERSON = "Công Tằng Tôn Nữ Nguyễn Phước Hoàng Thị Thanh Thảo Bảo Quỳnh Ngọc Trân"
STAGE = "Điều tra khảo sát mức độ hài lòng của người dân với dịch vụ công, đợt "
PLAN = "Khảo sát mức độ hài lòng với dịch vụ công của các cơ quan hành chính, "
ADDRESS = "cong-tang-ton-nu-nguyen-phuoc-hoang-thi-thanh-thao@khanhhoa.gov.example"


def cookies_of(living: Living, browser: Browser, role: Role) -> list[object]:
    page = browser.new_page()
    living.sign_in(page, role)
    found = list(page.context.cookies())
    page.context.close()
    return found


def test_a_first_visit_is_light_and_still_and_asks_no_other_host(living: Living, chromium: Browser) -> None:
    signed_in = cookies_of(living, chromium, COORDINATOR)
    faults: list[str] = []
    for where, width, cookies in (
        ("/sign-in", 1280, []),
        ("/", 1280, signed_in),
        ("/plans/1", 1280, signed_in),
        ("/plans/1", 390, signed_in),
        (f"/v/{living.token}", 390, []),
        ("/ket-qua", 390, []),
    ):
        faults += too_heavy(chromium, living.url + where, cookies, width=width)
    assert faults == []


def test_the_measure_is_not_blind(living: Living, chromium: Browser) -> None:
    """What is not squeezed is counted whole, and what pushes the page down is seen."""
    found = weight_of(chromium, f"{living.url}/sign-in", [], width=1280)
    assert found.size > 20_000
    page = chromium.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{living.url}/sign-in")
    page.evaluate("document.body.prepend(Object.assign(document.createElement('canvas'), {height: 400}))")
    for _ in range(50):  # not wait_for_function: it evaluates text again and again, which our policy forbids
        if page.evaluate("window.shift") > 0.05:
            break
        page.wait_for_timeout(100)
    assert page.evaluate("window.shift") > 0.05
    page.close()


def with_long_names(living: Living) -> None:
    """Everybody and everything in the sample gets a name of seventy characters."""
    with living.app.app_context(), transaction() as session:
        for kind, fields in (
            (Unit, {"name": UNIT}),
            (Contact, {"name": PERSON, "position": "Phó Trưởng phòng Hành chính, Tổng hợp kiêm văn thư lưu trữ của đơn vị"}),
            (User, {"name": PERSON}),
            (Stage, {"short_name": STAGE, "content": STAGE}),
            (Plan, {"short_name": PLAN, "name": PLAN}),
        ):
            for row in session.scalars(select(kind)):
                for name, text in fields.items():
                    setattr(row, name, f"{text}{row.id}")
                if kind is Contact:
                    row.email = f"{row.id}-{ADDRESS}"


#: What is wider than the window, and every button of which a part cannot be read or reached.
CUT = """() => {
  const root = document.documentElement, said = [];
  if (root.scrollWidth > root.clientWidth) {
    said.push(`${root.scrollWidth - root.clientWidth} px wider than the window`);
    for (const e of document.querySelectorAll("main *")) {
      const at = e.getBoundingClientRect();
      if (at.right > root.clientWidth + 1 && !e.closest(".matrix-box, .table-box, .rooms, .tl-chart, .visually-hidden")) {
        said.push(`  ${e.tagName}.${e.className} ${Math.round(at.right)}`); break;
      }
    }
  }
  for (const e of document.querySelectorAll("main .btn, main h1, main h2, .topbar a")) {
    if (!e.checkVisibility()) continue;
    const at = e.getBoundingClientRect();
    if (!at.width || e.closest(".matrix-box, .table-box, .rooms, .visually-hidden")) continue;
    const what = `${e.tagName} ${e.textContent.trim().slice(0, 40)}`;
    if (at.left < -1 || at.right > root.clientWidth + 1) said.push(`out of the window: ${what}`);
    else if (e.matches("main *") && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
      said.push(`cut: ${what}`);
  }
  return said;
}"""
PLACES: tuple[tuple[str, Role | None], ...] = (
    ("/", COORDINATOR), ("/plans", COORDINATOR), ("/plans/1", COORDINATOR), ("/plans/1/stages/4", COORDINATOR),
    ("LATE", COORDINATOR),
    ("/plans/1/chase", COORDINATOR), ("/plans/1/progress", COORDINATOR), ("/units", COORDINATOR), ("/units/1", COORDINATOR),
    ("/outbox", COORDINATOR), ("/outbox/1", COORDINATOR), ("/calendar", COORDINATOR),
    ("/journal", COORDINATOR), ("/account", COORDINATOR), ("/portfolio", LEADER), ("/v/{token}", None),
)  # fmt: skip


@pytest.mark.parametrize("width", [640, 390], ids=["zoom-200", "phone"])
def test_long_names_break_no_page(living: Living, chromium: Browser, width: int, tmp_path: Path) -> None:
    """640 px is a window of 1280 at 200 %."""
    with_long_names(living)
    pages: dict[Role | None, Page] = {}
    for role in (COORDINATOR, LEADER, None):
        zoom = 2 if width == 640 else 1
        context = chromium.new_context(viewport={"width": width, "height": 800}, device_scale_factor=zoom, locale="vi-VN")
        pages[role] = context.new_page()
        if role:
            living.sign_in(pages[role], role)
    folder = Path(os.environ["SCREENSHOTS"]) / f"long-{width}" if "SCREENSHOTS" in os.environ else None
    faults: list[str] = []
    for place, role in PLACES:
        page = pages[role]
        if place == "LATE":
            page.goto(living.url)
            page.locator("section:has(#s2) .line-title a").first.click()
        else:
            answer = page.goto(living.url + place.format(token=living.token))
            assert answer is not None
            assert answer.status == 200, place
        faults += [f"{place}: {fault}" for fault in page.evaluate(CUT)]
        if folder:
            page.screenshot(path=folder / f"{place.replace('/', '_')[:30]}.png", full_page=True)
    for page in pages.values():
        page.context.close()
    assert not faults, "\n".join(faults)
