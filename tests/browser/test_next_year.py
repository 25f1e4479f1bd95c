"""From the signed paper to next year's plan: a Word file dropped in, three cells corrected by keyboard, accepted, kept as a
template and filled in for the year after with thirty units, within two minutes."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, sign_in
from tests.browser.test_first_morning import settle_all_points, word_file
from tracker import clock

pytestmark = pytest.mark.browser


def correct(page: Page, row: int, field: str, text: str) -> None:
    """Open a cell where the keyboard stands, write over it, close it; the mouse is not touched."""
    page.locator(f"tr#r{row} td[data-field={field}]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"[data-editing='{row}']")).to_be_visible()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    expect(page.locator(f"tr#r{row}[data-row] td[data-field={field}]")).to_contain_text(text)


def test_a_word_file_becomes_next_years_plan_in_two_minutes(page: Page, site: Site, tmp_path: Path) -> None:
    sign_in(page, site)
    paper = word_file(tmp_path)
    began = time.monotonic()
    page.goto(f"{site.url}/intake")
    page.set_input_files("main input[type=file]", paper)
    page.get_by_role("button", name="Bóc tách kế hoạch").click()
    expect(page.locator("tr[data-row]")).to_have_count(8)
    for row in (1, 5, 8):
        correct(page, row, "content", f"Nội dung {row} sửa bằng bàn phím")
    settle_all_points(page)
    page.get_by_role("button", name="Duyệt bản bóc tách").click()
    page.get_by_role("button", name="Lưu làm kế hoạch mẫu").click()

    main = page.get_by_role("main")
    expect(main).to_contain_text("Đã lưu bản bóc tách làm kế hoạch mẫu")
    page.locator("li.line", has_text="lưu ngày").first.get_by_role("link", name="Lập kế hoạch").click()
    year = clock.today().year + 2
    page.get_by_label("Năm của kế hoạch").fill(str(year))
    boxes = page.locator("main input[type=checkbox][name=unit]")
    expect(boxes).to_have_count(30)
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name="Xem trước ngày tháng").click()
    expect(main).to_contain_text(f"/{year}")
    page.get_by_role("button", name="Tạo kế hoạch").click()
    expect(main).to_contain_text("Chưa triển khai")
    expect(main).to_contain_text("30 đơn vị")
    assert time.monotonic() - began < 120
    page.goto(f"{page.url}/stages/5")
    expect(main).to_contain_text("Nội dung 5 sửa bằng bàn phím")
