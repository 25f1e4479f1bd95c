"""The review by keyboard alone: cells walked by arrows, corrected in place, nothing reloaded; and readable by everyone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SEEDS, Site, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def review(page: Page, site: Site) -> Page:
    return reviewing(page, site)


def reviewing(page: Page, site: Site) -> Page:
    """The plan of Cam Ranh, read and under review."""
    sign_in(page, site)
    page.goto(f"{site.url}/intake")
    page.set_input_files("#file", SEEDS / "plans" / "cam-ranh-2021.txt")
    page.get_by_role("button", name="Bóc tách kế hoạch").click()
    expect(page.locator("tr[data-row]")).to_have_count(8)
    page.evaluate("window.sameDocument = true")
    return page


def focus(page: Page) -> str:
    """Row and cell, or the box that has the focus."""
    where = "e => e.name || `${e.closest('tr') ? e.closest('tr').id : ''} ${e.dataset.field || e.id}`.trim()"
    return str(page.evaluate(f"({where})(document.activeElement)"))


def test_three_cells_are_corrected_by_keyboard_alone(review: Page) -> None:
    review.locator("tr#r1 td[data-field=no]").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        review.keyboard.press(key)
    assert focus(review) == "r3 content"

    review.keyboard.press("Enter")
    expect(review.locator("[data-editing='3']")).to_be_visible()
    assert focus(review) == "content"
    review.keyboard.press("Tab")
    assert focus(review) == "lead"
    review.keyboard.press("Control+a")
    review.keyboard.type("Phòng Nội vụ")
    review.keyboard.press("Enter")
    expect(review.locator("tr#r3[data-row]")).to_contain_text("Phòng Nội vụ")
    assert focus(review) == "r3 content"

    review.keyboard.press("ArrowRight")
    review.keyboard.press("F2")
    expect(review.locator("[data-editing='3']")).to_be_visible()
    assert focus(review) == "wording"
    review.keyboard.press("Control+a")
    review.keyboard.type("Từ ngày 05/7/2021 đến ngày 20/9/2021")
    review.keyboard.press("Enter")
    expect(review.locator("tr#r3[data-row] td[data-field=wording]")).to_contain_text("05/7/2021 – 20/9/2021")

    review.keyboard.press("ArrowDown")
    review.keyboard.press("Enter")
    expect(review.locator("[data-editing='4']")).to_be_visible()
    review.keyboard.press("Control+a")
    review.keyboard.type("không giữ")
    review.keyboard.press("Escape")
    expect(review.locator("tr#r4[data-row]")).to_contain_text("Từ ngày 15/9/2021-30/9/2021")
    assert focus(review) == "r4 wording"
    assert review.evaluate("window.sameDocument") is True


def test_refused_row_stays_open_at_its_wrong_box(chromium: Browser, site: Site) -> None:
    # A window of its own: Chromium notes the answer 422 in the console, which `page` takes for a fault.
    context = chromium.new_context(locale="vi-VN")
    review = reviewing(context.new_page(), site)
    review.locator("tr#r2 a[data-swap]").click()
    due = review.get_by_label("Hạn hoàn thành")
    due.fill("31/6/2021")
    due.press("Enter")
    expect(review.locator(".field-error")).to_have_text("Ngày “31/6/2021” không có trong lịch; kiểm tra lại ngày và tháng.")
    assert focus(review) == "due_on"
    expect(due).to_have_value("31/6/2021")
    due.fill("29/6/2021")
    due.press("Enter")
    expect(review.locator("tr#r2[data-row]")).to_contain_text("hạn thứ Ba, 29/6/2021")
    assert review.evaluate("window.sameDocument") is True
    context.close()


def test_source_and_draft_lead_to_each_other(review: Page) -> None:
    pane = review.locator(".pane")
    before = pane.evaluate("e => e.scrollTop")
    review.locator("tr#r8 a.quote").click()
    expect(review.locator("#m8")).to_be_in_viewport()
    assert pane.evaluate("e => e.scrollTop") > before
    review.locator("#m3").click()
    expect(review.locator("tr#r3")).to_be_in_viewport()


def test_units_are_found_without_accents_and_ticked_by_group(review: Page) -> None:
    review.get_by_role("button", name="Duyệt bản bóc tách").click()
    expect(review.get_by_text("Đã chọn")).to_be_visible()
    boxes = review.locator("input[name=unit]:checked")
    expect(boxes).to_have_count(30)
    review.get_by_placeholder("Tìm đơn vị, có dấu hoặc không dấu").fill("cam phuc")
    expect(review.locator("[data-key]:visible")).to_have_count(4)
    review.get_by_role("button", name="Bỏ chọn").first.click()
    expect(boxes).to_have_count(28)


@pytest.mark.parametrize("width", [1280, 390])
def test_review_can_be_used_by_everyone(review: Page, width: int) -> None:
    review.set_viewport_size({"width": width, "height": 900})
    for address in (review.url, review.url.partition("#")[0] + "?edit=3", review.url.partition("#")[0] + "?facts=1"):
        review.goto(address)
        found = Axe().run(review).response["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
        assert review.evaluate("document.documentElement.scrollWidth") <= width
