"""Tìm trong cơ quan: plans, stages, units and people by words with or without accents, of the reader's own office only."""

from __future__ import annotations

import pytest

from tests.web.conftest import NOW, MakeWorld, World, statements
from tracker.db import transaction
from tracker.models import Contact, Plan, Unit, User
from tracker.rules.states import Role
from tracker.wording import search_key


def named(world: World, index: int, name: str, contact: str) -> None:
    with world.app.app_context(), transaction() as session:
        unit = session.get_one(Unit, world.people.units[index].id)
        unit.name, unit.search_key = name, search_key(name)
        session.get_one(Contact, world.people.units[index].contact_id).name = contact


def sections(page) -> list[str]:
    return page.all("main//section//h2")


@pytest.mark.parametrize("asked", ["cam linh", "CAM LINH", "Cam Linh", "  linh   cam "])
def test_a_unit_is_found_with_and_without_accents(world: World, asked: str) -> None:
    named(world, 0, "UBND phường Cam Linh", "Trần Thị Hương")
    page = world.browser().get("/search?q=" + asked.replace(" ", "+"))
    assert sections(page) == ["Đơn vị 1"]
    assert page.links["UBND phường Cam Linh"] == f"/units/{world.people.units[0].id}"


def test_plans_stages_and_people_are_found_and_linked(world: World) -> None:
    named(world, 0, "UBND phường Cam Linh", "Đặng Thị Hương")
    browser = world.browser()
    page = browser.get("/search?q=khao+sat")
    assert sections(page) == ["Kế hoạch 1", "Giai đoạn 1"]
    assert page.links["Khảo sát mức độ hài lòng năm 2021"] == f"/plans/{world.plan_id}"
    assert page.links["3. Điều tra khảo sát"] == f"/plans/{world.plan_id}/stages/3"
    assert sections(browser.get("/search?q=phong+noi+vu")) == ["Giai đoạn 2"], "stages that the office leads"
    assert browser.get("/search?q=12/kh-ubnd").links["Khảo sát mức độ hài lòng năm 2021"] == f"/plans/{world.plan_id}"
    person = browser.get("/search?q=dang+huong")
    assert sections(person) == ["Người 1"]
    assert "Đầu mối của UBND phường Cam Linh · contact1@o1.example.vn" in person.text
    assert person.links["Đặng Thị Hương"] == f"/units/{world.people.units[0].id}"


def test_who_may_not_edit_units_is_led_to_their_list(world: World) -> None:
    page = world.browser("sat").get("/search?q=so+0002")
    assert page.links["UBND xã Số 0002"] == "/units?q=UBND+x%C3%A3+S%E1%BB%91+0002"
    assert world.browser("sat").get(page.links["UBND xã Số 0002"]).status == 200


def test_users_are_found_by_an_administrator_only(world: World) -> None:
    assert "Nguyễn Văn Sát" not in world.browser("ha").get("/search?q=nguyen+van+sat").text
    with world.app.app_context(), transaction() as session:
        session.get_one(User, world.people.coordinator_id).role = Role.ADMIN
    page = world.browser("ha").get("/search?q=nguyen+van+sat")
    assert sections(page) == ["Người 1"]
    assert page.links["Nguyễn Văn Sát"].startswith("/users/")


def test_another_office_finds_nothing_of_this_one_and_nobody_signed_out_searches(world: World) -> None:
    for asked in ("khao+sat", "so+0001", "dau+moi"):
        page = world.browser("mai").get(f"/search?q={asked}")
        assert (sections(page), page.status) == ([], 200)
        assert "Không tìm thấy" in page.text
    assert world.browser(None).get("/search?q=khao+sat").location.startswith("/sign-in")


def test_ten_of_each_and_a_way_to_all(make_world: MakeWorld) -> None:
    world = make_world(units=30)
    with world.app.app_context(), transaction() as session:
        office = world.people.office_id
        session.add_all(
            Plan(office_id=office, name=f"Xã mẫu {n}", short_name=f"Xã {n}", year=2022, ladder=[], changed_at=NOW)
            for n in range(11)
        )
    browser = world.browser()
    page = browser.get("/search?q=xa")
    assert sections(page) == ["Kế hoạch 11", "Đơn vị 30", "Giai đoạn 1", "Người 30"]  # xây dựng; @example.vn
    assert (
        len(page.all("section[@aria-labelledby='s-units']//li")) == len(page.all("section[@aria-labelledby='s-plans']//li")) == 10
    )
    assert page.elements("section[@aria-labelledby='s-units']//span[@class='end']/a/@href") == ["/units?q=xa"]
    assert page.elements("section[@aria-labelledby='s-plans']//span[@class='end']/a/@href") == ["/plans?q=xa"]
    people = browser.get("/search?q=dau+moi")
    [all_of_them] = people.elements("section[@aria-labelledby='s-people']//span[@class='end']/a/@href")
    assert len(browser.get(all_of_them).all("section[@aria-labelledby='s-people']//li")) == 30


def test_a_contact_of_several_units_is_one_line(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        first, second = (session.get_one(Contact, unit.contact_id) for unit in world.people.units[:2])
        second.name, second.email = first.name, first.email
    page = world.browser().get("/search?q=dau+moi+contact1")
    assert len(page.all("section[@aria-labelledby='s-people']//li")) == 1
    assert "Đầu mối của UBND xã Số 0001 và UBND xã Số 0002" in page.text


def test_nothing_asked_and_nothing_found_are_said(world: World) -> None:
    browser = world.browser()
    assert sections(browser.get("/search")) == sections(browser.get("/search?q=%20")) == []
    assert "Không tìm thấy" not in browser.get("/search").text
    assert "Không tìm thấy “100%_”" in browser.get("/search?q=100%25_").text
    assert "&lt;b&gt;" in browser.client.get("/search?q=<b>").text


def test_every_page_has_the_box_and_contacts_have_none(world: World) -> None:
    page = world.browser().get("/units")
    assert page.elements("header//form[@role='search']/@action") == ["/search"]
    assert world.browser(None).get("/sign-in").elements("form[@role='search']") == []


def test_the_same_number_of_questions_whatever_there_is(make_world: MakeWorld) -> None:
    asked = {}
    for units in (3, 40):
        world = make_world(units=units)
        browser = world.browser()
        with statements(world.app) as said:
            browser.get("/search?q=so")
        asked[units] = len(said)
    assert asked[3] == asked[40]
