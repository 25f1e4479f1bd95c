"""Phím tắt: what the page lists works, the overlay shows the same, typing is left alone, and all of it can be turned off."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.living import Living
from tracker.rules.states import Role
from tracker.web.shortcuts import GO, LABELS

pytestmark = pytest.mark.browser


def test_every_place_is_reached_by_its_keys(living: Living, page: Page) -> None:
    living.sign_in(page, Role.ADMIN)
    expected = {endpoint: LABELS[endpoint] for endpoint in GO if endpoint != "portfolio.show"}
    for endpoint, label in expected.items():
        page.wait_for_load_state("domcontentloaded")  # the heading is there before the script that listens
        page.keyboard.press("g")
        page.keyboard.press(GO[endpoint])
        expect(page.get_by_role("heading", level=1)).to_contain_text(label.split(" làm")[0])


def test_the_overlay_opens_closes_and_says_what_the_page_says(living: Living, page: Page) -> None:
    living.sign_in(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Phím tắt")
    expect(dialog).to_contain_text("vào ô tìm của trang")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("main")).to_be_visible()


def test_slash_finds_the_search_box_and_typing_is_left_alone(living: Living, page: Page) -> None:
    living.sign_in(page)
    page.goto(f"{living.url}/units")
    page.keyboard.press("/")
    page.keyboard.type("g?k cam linh")
    expect(page.get_by_label("Tìm đơn vị")).to_have_value("g?k cam linh")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("/units")


def test_slash_searches_the_whole_office_where_the_page_has_no_list(living: Living, page: Page) -> None:
    living.sign_in(page)
    page.goto(f"{living.url}/account")
    page.keyboard.press("/")  # no room for the box in the header: its page
    expect(page.get_by_role("searchbox", name="Tìm gì")).to_be_focused()
    page.keyboard.type("cam linh\n")
    page.get_by_role("link", name="Cam Linh").first.click()
    page.set_viewport_size({"width": 1100, "height": 900})  # the menu is folded: there is room
    page.goto(f"{living.url}/account")
    page.keyboard.press("/")
    page.keyboard.type("cam linh\n")
    expect(page.get_by_role("heading", name="Đơn vị")).to_be_visible()


def test_they_can_be_turned_off(living: Living, page: Page) -> None:
    living.sign_in(page)
    page.goto(f"{living.url}/phim-tat")
    page.get_by_role("button", name="Tắt phím tắt").click()
    expect(page.get_by_role("button", name="Bật phím tắt")).to_be_visible()
    page.locator("main").focus()
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    expect(page.get_by_role("dialog")).to_have_count(0)
