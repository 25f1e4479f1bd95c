"""Bộ lọc đã lưu: a filter gets a name, stands over its list, is gone with one click; everybody has his own."""

from __future__ import annotations

import pytest

from tests.web.conftest import World

PLACES = ("/plans/{plan}?only=late&q=", "/outbox?q=cam&page=2", "/journal?q=xa+1")


@pytest.mark.parametrize("where", PLACES)
def test_a_filter_is_kept_found_and_dropped(world: World, where: str) -> None:
    where = where.format(plan=world.plan_id)
    path, browser = where.partition("?")[0], world.browser()
    assert "Lưu bộ lọc" not in browser.get(path).text
    shown = browser.get(where)
    (box,) = shown.elements("form[contains(@action, '/filters/keep')]//input[@name='next']")
    kept = browser.follow(browser.post("/filters/keep", next=box.get("value"), name="  Của   tôi "))
    assert kept.banners[0] == "Đã lưu bộ lọc “Của tôi”."

    # It stands over the list, whatever else is asked for, and marks itself where it is what the list shows.
    address = browser.get(path).links["Của tôi"].partition("#")[0]
    assert "page=" not in address
    again = browser.get(address)
    assert [e.text for e in again.elements("a[@aria-current='true' and contains(@href, '?')]") if e.text == "Của tôi"]
    assert "Lưu bộ lọc này" not in again.text
    assert "Của tôi" not in browser.get("/units").links
    assert "Của tôi" not in world.browser("dung").get(path).links

    gone = browser.follow(browser.post("/filters/drop", next=address, name="Của tôi"))
    assert gone.banners[0] == "Đã bỏ bộ lọc “Của tôi”."
    assert "Của tôi" not in browser.get(path).links


def test_the_same_name_replaces_and_no_name_gets_one(world: World) -> None:
    browser = world.browser()
    for asked in ("q=mot", "q=hai"):
        browser.post("/filters/keep", next=f"/journal?{asked}", name="Tìm")
    browser.post("/filters/keep", next="/journal?q=ba", name="")
    links = browser.get("/journal").links
    assert links["Tìm"] == "/journal?q=hai"
    assert links["Bộ lọc 2"] == "/journal?q=ba"


def test_it_leads_nowhere_else_and_keeps_no_empty_filter(world: World) -> None:
    browser = world.browser()
    assert browser.post("/filters/keep", next="https://elsewhere.example/?q=1", name="x").location == "/"
    assert browser.post("/filters/keep", next="/journal?q=", name="x").location == "/journal"
    assert "x" not in browser.get("/journal").links
