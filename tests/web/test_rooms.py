"""The rooms of a plan: every page of it leads to the others, and only to those its reader may open."""

from __future__ import annotations

from tests.campaigns.test_shut_rooms import ATTEMPTS, FREE, ROOMS
from tests.web.conftest import World
from tests.web.pages import Page, squeezed
from tracker.web.tokens import personal_token


def rooms(page: Page) -> dict[str, str]:
    return {squeezed(a.text_content()): a.get("href") for a in page.elements("nav[contains(@class, 'rooms')]/a")}


def test_each_page_of_a_plan_leads_to_all_rooms_and_says_where_one_is(world: World) -> None:
    browser = world.browser()
    first = rooms(browser.get(f"/plans/{world.plan_id}"))
    assert {"Tiến độ", "Phúc tra", "Nhập liệu", "Kết quả", "Công bố", "Diễn tập", "Thư", "Nhật ký"} <= set(first)
    for label, href in first.items():
        if label in ("Thư", "Nhật ký"):  # lists of the whole office, filtered
            assert browser.get(href).status == 200
            continue
        page = browser.get(href)
        assert rooms(page) == first
        assert page.all("nav[contains(@class, 'rooms')]/a[@aria-current]") == [label]


def test_a_page_within_a_room_says_in_which_one_is(world: World) -> None:
    browser, plan, unit = world.browser(), f"/plans/{world.plan_id}", world.people.units[0].id
    inside = {
        f"{plan}/ballots/units/{unit}": "Phiếu",
        f"{plan}/ballots/units/{unit}/discards": "Phiếu",
        f"{plan}/ballots/online": "Phiếu",
        f"{plan}/quotas": "Phiếu",
        f"{plan}/entry/import": "Nhập liệu",
    }
    for where, label in inside.items():
        assert browser.get(where).all("nav[contains(@class, 'rooms')]/a[@aria-current]") == [label], where


def test_a_page_of_no_plan_has_no_rooms(world: World) -> None:
    assert rooms(world.browser().get("/plans")) == {}


def test_a_reader_is_not_led_where_he_may_not_go(world: World) -> None:
    browser = world.browser("sat")
    seen = rooms(browser.get(f"/plans/{world.plan_id}"))
    assert seen
    for href in seen.values():
        assert browser.get(href).status == 200


def test_behind_a_personal_link_there_are_no_rooms_of_the_office_even_for_who_is_signed_in(world: World) -> None:
    token = personal_token(str(world.app.secret_key), world.people.units[0].contact_id, "n1")
    page = world.browser().get(f"/v/{token}/boxes/{world.plan_id}")
    assert page.h1 == "Hòm phiếu"
    assert rooms(page) == {}


def test_every_post_of_the_rooms_is_tried_or_says_why_no_gate_holds_it(world: World) -> None:
    """In campaigns/test_shut_rooms.py, at its own step and while its gate is shut."""
    posts = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and rule.endpoint.partition(".")[0] in ROOMS
    }
    assert posts == ATTEMPTS.keys() | FREE.keys()
    assert not ATTEMPTS.keys() & FREE.keys()
