"""Hôm nay and Nhật ký xử lý: what waits, what is late, what comes, and who did what."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from sqlalchemy import select

from tests import builders
from tests.builders import moment
from tests.web.conftest import NOW, MakeWorld, World
from tracker.db import db, transaction
from tracker.models import Contact, Plan, User
from tracker.queries import journal
from tracker.rules.access import SYSTEM
from tracker.rules.states import Role
from tracker.services import accounts, chasing, progress
from tracker.services.journal import Line, record


def move(world: World, position: int, unit: int | None, *, note: str = "") -> int:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        task = builders.task(session, plan, position, world.people.units[unit] if unit is not None else None)
        progress.complete_task(session, task.id, by=world.people.ha, now=NOW, note=note)
        return task.id


@pytest.fixture
def with_a_report(make_world: MakeWorld) -> World:
    world = make_world(until=1)
    move(world, 2, 0)
    move(world, 3, 0, note="Thu đủ 60 phiếu")
    return world


def test_what_waits_comes_first_with_its_one_action(with_a_report: World) -> None:
    page = with_a_report.browser().get("/")
    assert page.one("main//p[not(contains(@class, 'print-only'))]") == (
        "Thứ Hai, ngày 05 tháng 7 năm 2021. 1 việc chờ xử lý, 2 việc quá hạn, không có mốc nào trong 7 ngày tới."
    )
    assert page.with_class("topnav-count")[0] == "1"
    lines = page.with_class("line-title")
    assert lines[0] == "UBND xã Số 0001 báo hoàn thành điều tra khảo sát"
    assert page.with_class("line-meta")[0] == "Báo ngày 05/7; “Thu đủ 60 phiếu”"
    assert page.links["Xem và xác nhận"].startswith("/tasks/")


def test_what_is_late_says_since_when(with_a_report: World) -> None:
    page = with_a_report.browser().get("/")
    assert page.with_class("line-title")[1:] == ["UBND xã Số 0002, cung cấp số liệu", "UBND xã Số 0003, cung cấp số liệu"]
    assert page.with_class("line-meta")[1] == "Hạn Thứ Tư, 30/6/2021"
    assert page.all("section[@aria-labelledby='s2']//*[contains(@class, 'pill')]") == ["Quá hạn 5 ngày"] * 2
    acts = [a.get("href") for a in page.elements("section[@aria-labelledby='s2']//a") if a.text_content() == "Đôn đốc"]
    assert len(acts) == 2, "each line has its one action in place"
    assert all(act.startswith(f"/plans/{with_a_report.plan_id}/chase?task=") for act in acts)


def test_the_week_ahead_is_told_by_stage_and_day(world: World, clock: time_machine.Traveller) -> None:
    move(world, 1, None)
    clock.move_to(moment(2021, 6, 28))
    page = world.browser().get("/")
    assert page.with_class("line-day") == ["Thứ Tư, 30/6/2021"]
    assert page.all("section[@aria-labelledby='s3']//p[@class='line-title']") == ["Cung cấp số liệu: 3 đơn vị chưa xong"]
    assert page.all("section[@aria-labelledby='s3']//*[contains(@class, 'pill')]") == ["Còn 2 ngày làm việc"]


def test_nothing_to_do_is_said_in_sentences(world: World, clock: time_machine.Traveller) -> None:
    clock.move_to(moment(2021, 6, 5))
    page = world.browser().get("/")
    assert page.one("main//p[not(contains(@class, 'print-only'))]") == (
        "Thứ Bảy, ngày 05 tháng 6 năm 2021, ngày nghỉ. Không có việc chờ xử lý, không có việc quá hạn, "
        "không có mốc nào trong 7 ngày tới."
    )
    assert "Không có việc nào đang chờ." in page.text
    assert "Không có việc quá hạn tính đến 05/6/2021." in page.text


def test_what_the_system_did_is_told_once_for_many_units(world: World) -> None:
    move(world, 1, None)
    for unit in range(3):
        move(world, 2, unit)
    told = world.browser().get("/").all("ol[contains(@class, 'aside-story')]/li/p")
    assert told == [
        "Mở giai đoạn 3 (Điều tra khảo sát) cho UBND xã Số 0001, UBND xã Số 0002 và 1 đơn vị khác.",
        "Mở giai đoạn 2 (Cung cấp số liệu) cho 3 đơn vị.",
        "Mở giai đoạn 1 (Xây dựng kế hoạch).",
        "Công bố mã kiểm chứng của chuỗi khởi tạo phúc tra cho 3 đơn vị.",
    ]


def test_who_only_reads_is_offered_to_look(with_a_report: World) -> None:
    page = with_a_report.browser("dung").get("/")
    assert "Xem và xác nhận" not in page.links
    assert "Xem việc" in page.links
    assert "Đôn đốc" not in page.links


def test_reminders_stand_in_the_story_of_their_task(world: World, clock: time_machine.Traveller) -> None:
    move(world, 1, None)
    clock.move_to(moment(2021, 7, 6))
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        task_id = builders.task(session, plan, 2, world.people.units[0]).id
        chasing.queue_due_reminders(session, moment(2021, 7, 6).date(), now=moment(2021, 7, 6, 7))
    story = world.browser().get(f"/tasks/{task_id}").all("ol[@class='story']/li/p")
    assert story == [
        "Hệ thống đôn đốc lần thứ 1: thư gửi Đầu Mối 1 đang chờ đi.",
        "Hệ thống báo điều phối viên: thư gửi Trần Thu Hà đang chờ đi.",
        "Hệ thống nhắc việc: thư gửi Đầu Mối 1 đang chờ đi.",
        "Việc mở ra, đơn vị bắt đầu làm được.",
    ]


def test_the_journal_tells_who_did_what_newest_first(with_a_report: World) -> None:
    page = with_a_report.browser().get("/journal")
    lines = page.all("ol[@class='story']/li/p")
    assert lines[0].startswith("Trần Thu Hà báo hoàn thành “Điều tra khảo sát” của UBND xã Số 0001: Thu đủ 60 phiếu.")
    assert lines[-1].startswith("Trần Thu Hà lập Khảo sát mức độ hài lòng năm 2021: 4 giai đoạn, 8 việc, 3 đơn vị.")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("verb=báo hoàn thành", 3),
        ("verb=báo hoàn thành&plan={plan}", 3),
        ("plan=999", 0),
        ("from=05/7/2021&to=5/7/2021&verb=báo hoàn thành", 3),
        ("to=04/7/2021&verb=báo hoàn thành", 0),
        ("from=2021-07-06", 0),
        ("plan=abc&page=xyz&verb=báo hoàn thành", 3),
    ],
)
def test_the_journal_is_filtered(with_a_report: World, query: str, count: int) -> None:
    page = with_a_report.browser().get("/journal?" + query.format(plan=with_a_report.plan_id))
    assert len(page.all("ol[@class='story']/li")) == count
    assert ("Không có dòng nhật ký khớp bộ lọc" in page.all("h2")) == (count == 0)


def test_a_day_that_is_none_is_said_and_does_not_filter(with_a_report: World) -> None:
    page = with_a_report.browser().get("/journal?from=31/2/2021")
    assert page.status == 200
    assert page.banners == ["Ngày “31/2/2021” không có trong lịch; kiểm tra lại ngày và tháng."]
    assert page.elements("input[@name='from']")[0].get("value") == "31/2/2021"


def test_another_office_reads_none_of_it(with_a_report: World) -> None:
    page = with_a_report.browser("mai").get("/journal")
    assert "Khảo sát" not in page.text
    assert "UBND xã Số 0001" not in with_a_report.browser("mai").get("/").text


def test_accounts_are_only_for_those_who_run_plans(with_a_report: World) -> None:
    with with_a_report.app.app_context(), transaction() as session:
        accounts.create_user(
            session,
            office_id=with_a_report.people.office_id,
            username="moi",
            name="Người Mới",
            role=builders.Role.CLERK,
            password_hash="x",
            by=with_a_report.people.ha,
            now=NOW,
        )
    line = "Trần Thu Hà lập tài khoản moi (Người Mới)."
    assert line in with_a_report.browser("ha").get("/journal").text
    assert line not in with_a_report.browser("sat").get("/journal").text


def test_a_long_journal_comes_in_pages(make_world: MakeWorld) -> None:
    world = make_world(units=30, until=2)
    browser = world.browser()
    everything = browser.get("/journal")
    assert len(everything.all("ol[@class='story']/li")) == 50
    assert everything.links["Trang sau"] == "/journal?page=2"
    assert browser.get("/journal?page=2").links["Trang trước"] == "/journal?page=1"
    assert len(browser.get("/journal?page=99").all("ol[@class='story']/li")) > 0


def test_an_address_that_takes_no_letters_is_red_on_today_and_on_its_plan(world: World) -> None:
    unit = world.people.units[1]
    with world.app.app_context(), transaction() as session:
        session.get_one(Contact, unit.contact_id).bounced_on = date(2021, 7, 2)
    browser = world.browser()
    today = browser.get("/")
    assert "Thư gửi Đầu Mối 2, đầu mối của UBND xã Số 0002, bị trả về" in today.text
    assert today.links["Sửa địa chỉ"] == f"/units/{unit.id}/contacts/{unit.contact_id}"
    plan = browser.get(f"/plans/{world.plan_id}")
    assert "Thư gửi đầu mối của UBND xã Số 0002 bị trả về; xác minh qua điện thoại và sửa địa chỉ." in plan.banners
    assert plan.all("th[@class='m-unit'][@scope='row']")[1:] == [
        "UBND xã Số 0001", "UBND xã Số 0002 , thư bị trả về", "UBND xã Số 0003",
    ]  # fmt: skip
    with world.app.app_context(), transaction() as session:
        session.get_one(Contact, unit.contact_id).bounced_on = None
    assert "bị trả về" not in browser.get("/").text + browser.get(f"/plans/{world.plan_id}").text


def test_the_journal_prints_the_end_of_its_chain(world: World) -> None:
    with world.app.app_context():
        end = journal.mark(db.session())
    assert end is not None
    assert world.browser("dung").get("/journal").all("code[@class='hash']") == [end.hash]


def test_what_an_office_did_beside_its_plans_is_its_own(world: World) -> None:
    """The system's own lines name the office they are for."""
    office_id = world.people.office_id
    with world.app.app_context(), transaction() as session:
        write = [
            (SYSTEM, Line("sửa", "đầu mối Đầu Mối 1", details={"office_id": office_id})),
            (world.people.contact(0), Line("đề nghị bàn giao", "cho Bo Thị Xuân")),
            (SYSTEM, Line("sửa", "chuyện của ai đó")),
        ]
        for by, line in write:
            record(session, line, by=by, now=NOW)
    own, other = (world.browser(name).get("/journal").text for name in ("ha", "mai"))
    assert [line.what in own for _, line in write] == [True, True, False]
    assert [line.what in other for _, line in write] == [False, False, False]


@pytest.mark.parametrize(
    ("role", "button", "room"), [(Role.CLERK, "Mở nhập liệu", "entry"), (Role.RECHECKER, "Mở phúc tra", "recheck")]
)
def test_who_works_in_one_room_finds_it_on_the_first_page(world: World, role: Role, button: str, room: str) -> None:
    with world.app.app_context(), transaction() as session:
        session.scalars(select(User).where(User.username == "sat")).one().role = role
    browser = world.browser("sat")
    page = browser.get("/")
    assert page.all("h2")[0] == "Việc của tôi"
    assert page.links[button] == f"/plans/{world.plan_id}/{room}"
    assert browser.get(page.links[button]).status == 200
    assert "Việc của tôi" not in world.browser().get("/").all("h2")
