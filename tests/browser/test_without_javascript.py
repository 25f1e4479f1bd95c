"""With JavaScript off: a coordinator finds, confirms and chases; a contact reports on a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.living import Living

pytestmark = pytest.mark.browser


@pytest.fixture(params=[1280, 390])
def plain(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="vi-VN", java_script_enabled=False)
    yield context
    context.close()


def test_a_coordinator_finds_confirms_and_chases(living: Living, plain: BrowserContext) -> None:
    page = plain.new_page()
    living.sign_in(page)
    main = page.locator("main")

    # Find a unit without accents, and take the table away.
    page.goto(f"{living.url}/plans/1")
    page.get_by_label("Tên đơn vị").fill("cam linh")
    page.get_by_role("button", name="Lọc").click()
    expect(main).to_contain_text("Trạm Y tế phường Cam Linh")
    expect(main).not_to_contain_text("UBND xã Cam Thịnh Tây")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải bảng đơn vị và giai đoạn (CSV)").click()
    assert "Cam Linh" in taken.value.path().read_text(encoding="utf-8-sig")

    # What waits is confirmed from the first page; at the second width it is done already.
    page.goto(living.url)
    waiting = page.get_by_role("link", name="Xem và xác nhận")
    if waiting.count():
        waiting.first.click()
        page.get_by_role("button", name="Xác nhận hoàn thành").click()
        expect(page.locator(".banner").first).to_contain_text("Đã xác nhận")

    # Units are ticked and chased; the page before the letters says to whom.
    page.goto(f"{living.url}/plans/1?only=late&pick=late")
    page.get_by_role("button", name="Đôn đốc ngay").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đôn đốc")
    expect(main).to_contain_text("UBND xã Cam Bình")

    # Help and shortcuts are pages; a button that only JavaScript can serve is not shown.
    page.goto(f"{living.url}/phim-tat")
    expect(main).to_contain_text("Thư gửi đi")
    expect(page.get_by_role("button", name="Tắt phím tắt")).to_be_hidden()


def test_a_contact_reports_and_takes_it_back(living: Living, plain: BrowserContext) -> None:
    page = plain.new_page()
    page.goto(f"{living.url}/v/{living.token}")
    page.get_by_label(re.compile("Kết quả, sản phẩm")).fill("Đã thu đủ phiếu, gửi kèm biên bản.")
    page.get_by_role("button", name="Báo hoàn thành").click()
    expect(page.locator("main")).to_contain_text("Chờ xác nhận")
    page.get_by_role("button", name="Rút báo cáo để sửa").click()
    expect(page.get_by_role("button", name="Báo hoàn thành")).to_be_visible()

    page.get_by_role("link", name=re.compile("Đề nghị gia hạn")).click()
    page.get_by_role("button", name="Đề nghị gia hạn").click()
    expect(page.locator(".field-error").first).to_be_visible()
    page.get_by_role("link", name=re.compile("Thu phiếu, phúc tra")).first.click()
    expect(page.get_by_role("button", name="Báo hoàn thành")).to_be_visible()
