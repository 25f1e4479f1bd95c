"""Lịch làm việc in the browser: the year, a day added, edited, removed or swapped, each shown before it is applied."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import builders
from tests.web.conftest import MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.holidays_source import fill_calendar
from tracker.models import CalendarDay, Plan
from tracker.rules.states import DayKind

SOURCE = "Thông báo 12/TB ngày 01/7/2021"
#: Stage 3 is due on Wednesday, 15/9/2021.
DAY = {"day": "15/9/2021", "kind": "holiday", "name": "Nghỉ lễ", "source": SOURCE}


def days(world: World) -> list[tuple[date, DayKind]]:
    with world.app.app_context():
        return [(d.day, d.kind) for d in db.session.scalars(select(CalendarDay).order_by(CalendarDay.day))]


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_a_year_without_days_says_so(world: World) -> None:
    page = world.browser().get("/calendar?year=2022")
    assert "Lịch nghỉ năm 2022 chưa được nhập" in page.all("h2")


def test_the_year_lists_its_days_by_month_with_their_source(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        builders.holiday(session, date(2021, 9, 2), name="Quốc khánh")
    page = world.browser().get("/calendar")
    assert page.all("h2") == ["Tháng 9 1", "Tuần làm việc của từng khối 1"]
    assert page.with_class("line-title") == ["Thứ Năm, 02/9/2021: Quốc khánh", "UBND xã, phường"]
    assert page.with_class("line-meta") == ["thử nghiệm", "theo lịch của cơ quan"]


def test_that_days_were_computed_is_said_once_and_not_at_each(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        fill_calendar(session, date(2021, 7, 5))
    page = world.browser().get("/calendar?year=2021")
    said = [words for words in page.with_class("meta") if "được tính sẵn" in words]
    assert len(said) == 1
    assert "Thứ Năm, 02/9/2021: Quốc khánh" in page.with_class("line-title")
    assert not [words for words in page.with_class("line-meta") if "thư viện" in words]


def test_the_first_click_shows_what_moves_and_writes_nothing(world: World) -> None:
    page = world.browser().post("/calendar/change", action="add", **DAY)
    assert page.status == 200
    assert "3 việc đổi hạn nhắc" in plain(page.text)
    assert page.with_class("line-meta")[1] == "Khảo sát 2021 · hạn Thứ Tư, 15/9/2021"
    assert days(world) == []


def test_the_second_click_applies_it(world: World) -> None:
    browser = world.browser()
    done = browser.post("/calendar/change", action="add", agreed="yes", **DAY)
    assert done.location == "/calendar?year=2021"
    assert "3 việc đổi hạn nhắc" in plain(browser.follow(done).text)
    assert days(world) == [(date(2021, 9, 15), DayKind.HOLIDAY)]
    with world.app.app_context():
        plan = db.session.get_one(Plan, world.plan_id)
        assert builders.task(db.session(), plan, 3, world.people.units[0]).aim_on == date(2021, 9, 14)


def test_a_day_is_edited_and_taken_out(world: World) -> None:
    browser = world.browser()
    browser.post("/calendar/change", action="add", agreed="yes", **DAY)
    page = browser.get("/calendar/2021-09-15")
    assert page.elements("input[@name='name']")[0].get("value") == "Nghỉ lễ"
    browser.post("/calendar/change", action="edit", agreed="yes", **DAY | {"name": "Nghỉ hoán đổi", "kind": "swapped_off"})
    assert days(world) == [(date(2021, 9, 15), DayKind.SWAPPED_OFF)]
    browser.post("/calendar/change", action="remove", agreed="yes", **DAY)
    assert days(world) == []
    assert browser.get("/calendar/2021-09-15").status == 404
    assert browser.get("/calendar/abc").status == 404


def test_a_swap_is_entered_as_a_pair(world: World) -> None:
    browser = world.browser()
    half = browser.post("/calendar/change", action="swap", off_on="15/9/2021", source=SOURCE)
    assert half.status == 409
    assert "Hoán đổi ngày làm việc cần cả ngày nghỉ và ngày làm bù; bổ sung ngày còn thiếu." in half.text
    pair = {"off_on": "15/9/2021", "make_up_on": "18/9/2021", "source": SOURCE}
    assert "Làm bù cho Thứ Tư, 15/9/2021" in browser.post("/calendar/change", action="swap", **pair).text
    browser.post("/calendar/change", action="swap", agreed="yes", **pair)
    assert days(world) == [(date(2021, 9, 15), DayKind.SWAPPED_OFF), (date(2021, 9, 18), DayKind.MAKE_UP)]


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"source": ""}, 409, "Chưa ghi văn bản căn cứ của ngày 15/9/2021"),
        ({"day": ""}, 409, "Chưa ghi ngày"),
        ({"day": "31/9/2021"}, 422, "không có trong lịch"),
        ({"kind": "make_up"}, 409, "vốn là ngày làm việc"),
        ({"kind": "x"}, 422, "không có trong danh sách"),
        ({"action": "y"}, 400, ""),
    ],
)
def test_a_wrong_day_comes_back_with_its_sentence(world: World, changes: dict[str, str], status: int, said: str) -> None:
    page = world.browser().post("/calendar/change", **{"action": "add"} | DAY | changes)
    assert page.status == status
    assert said in page.text
    assert days(world) == []


def test_what_is_wrong_is_marked_at_its_box(world: World) -> None:
    browser = world.browser()
    for wrong, box in (({"source": ""}, "source"), ({"name": ""}, "name"), ({"day": ""}, "day"), ({"kind": "make_up"}, "kind")):
        page = browser.post("/calendar/change", **{"action": "add"} | DAY | wrong)
        assert [b.get("name") for b in page.elements("*[@aria-invalid='true']")] == [box]
        assert page.banners == ["Chưa lưu: còn 1 ô cần sửa bên dưới."]


def test_a_change_that_changes_nothing_is_not_offered(world: World) -> None:
    browser = world.browser()
    browser.follow(browser.post("/calendar/change", action="add", agreed="yes", **DAY))
    same = browser.post("/calendar/change", action="edit", **DAY)
    assert same.banners == ["Không có thay đổi để áp dụng: lịch vẫn như cũ."]
    assert same.links["Quay lại"] == "/calendar"
    assert same.all("button[@name='agreed'] | //input[@name='agreed']") == []
    name = browser.post("/calendar/change", action="edit", **DAY | {"name": "Nghỉ lễ của tỉnh"})
    assert "Không việc nào đổi hạn nhắc, không thư nào đổi ngày: chỉ lịch làm việc thay đổi." in name.text
    assert "0" not in name.one("main/p[@class='mt-4']")
    done = browser.post("/calendar/change", action="edit", agreed="yes", **DAY | {"name": "Nghỉ lễ của tỉnh"})
    assert browser.follow(done).banners == ["Đã sửa lịch làm việc; không việc nào đổi hạn nhắc."]


def test_days_that_are_over_only_change_reports(world: World) -> None:
    page = world.browser().post("/calendar/change", action="add", **DAY | {"day": "01/7/2021"})
    assert "Ngày 01/7/2021 đã qua; thay đổi chỉ ảnh hưởng báo cáo, không gửi lại thư." in page.text


def test_a_leader_looks_but_does_not_change(world: World) -> None:
    browser = world.browser("dung")
    assert browser.get("/calendar").status == 200
    assert browser.get("/calendar/new").status == 403
    assert browser.post("/calendar/change", action="add", agreed="yes", **DAY).status == 403
    assert days(world) == []


def test_the_proposal_asks_as_much_for_many_tasks_as_for_few(make_world: MakeWorld) -> None:
    counts = []
    for units in (2, 12):
        world = make_world(units=units, DATABASE_URL=f"sqlite:///days{units}.sqlite")
        browser = world.browser()
        with statements(world.app) as said:
            assert browser.post("/calendar/change", action="add", **DAY).status == 200
        counts.append(len(said))
    assert counts[0] == counts[1]
