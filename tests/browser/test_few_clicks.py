"""From the first page, by somebody new: who is late in phúc tra, chase them, read the letters, grant one more time.

Each in at most four clicks, counted; nothing is typed into the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import living as campaign
from tests.browser.living import Living
from tests.builders import moment

pytestmark = pytest.mark.browser
AT_MOST = 4


class Clicks:
    """A person with a mouse; counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def on(self, what: Locator) -> None:
        expect(what).to_be_visible()
        what.click()
        self.count += 1


@pytest.fixture
def clicks(living: Living, chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clicks]:
    """On the first page, a week after the last day of phúc tra."""
    monkeypatch.setattr(campaign, "NOW", moment(2026, 12, 22, 9))
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="vi-VN")
    page = context.new_page()
    living.sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Hôm nay")
    yield Clicks(page)
    context.close()


def to_the_stage(clicks: Clicks) -> None:
    clicks.on(clicks.page.locator("aside").get_by_role("link", name="Khảo sát 2026"))
    clicks.on(clicks.page.get_by_role("link", name=re.compile("Thu phiếu, phúc tra")).first)


def test_which_units_are_late_in_recheck(clicks: Clicks) -> None:
    to_the_stage(clicks)
    clicks.on(clicks.page.get_by_role("list", name="Lọc nhanh").get_by_role("link", name=re.compile("Quá hạn")))
    rows = clicks.page.locator(".stage-table tbody tr")
    expect(rows).not_to_have_count(0)
    for text in rows.all_inner_texts():
        assert "Quá hạn 5 ngày" in text
    assert clicks.count <= AT_MOST


def test_chase_them(clicks: Clicks) -> None:
    to_the_stage(clicks)
    clicks.on(clicks.page.get_by_role("link", name=re.compile(r"Đôn đốc \d+ việc quá hạn")))
    clicks.on(clicks.page.get_by_role("button", name=re.compile(r"Gửi \d+ thư")))
    expect(clicks.page.locator(".banner").first).to_contain_text("thư")
    assert clicks.count <= AT_MOST


def test_chase_the_one_that_is_latest(clicks: Clicks) -> None:
    late = clicks.page.locator("section", has=clicks.page.locator("#s2")).locator(".line").first
    name = late.locator(".line-title a").inner_text()
    clicks.on(late.get_by_role("link", name="Đôn đốc"))
    expect(clicks.page.locator(".line-meta").first).to_contain_text(name)
    clicks.on(clicks.page.get_by_role("button", name=re.compile(r"Gửi 1 thư")))
    expect(clicks.page.locator(".banner").first).to_contain_text("thư")
    assert clicks.count <= AT_MOST


def test_see_the_letters(clicks: Clicks) -> None:
    clicks.on(clicks.page.get_by_role("navigation", name="Chính").get_by_role("link", name="Thư gửi đi"))
    clicks.on(clicks.page.locator(".lines .line-title a").first)
    expect(clicks.page.get_by_role("heading", level=1)).not_to_be_empty()
    expect(clicks.page.locator("main")).to_contain_text(re.compile("Gửi lại|Đã gửi|Chờ gửi|Giữ lại"))
    assert clicks.count <= AT_MOST


def test_grant_one_more_time(clicks: Clicks) -> None:
    # The day that was asked for is past by now: another is written, the clicks are the same.
    clicks.on(clicks.page.get_by_role("link", name="Xem và quyết định").first)
    clicks.page.get_by_label(re.compile("Hạn mới")).fill("30/12/2026")
    clicks.on(clicks.page.get_by_role("button", name="Chấp thuận gia hạn"))
    expect(clicks.page.locator(".banner").first).to_contain_text("hạn mới")
    assert clicks.count <= AT_MOST
