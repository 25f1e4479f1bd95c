"""The pages of "Đôn đốc ngay" and "Nhắc ngay": first whom it reaches, then the click."""

from __future__ import annotations

from urllib.parse import urlencode

from sqlalchemy import func, select

from tests.builders import moment
from tests.web.conftest import MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.models import Contact, OutboxMessage, Stage, Task


def tasks_of(world: World, position: int) -> list[int]:
    with world.app.app_context():
        query = select(Task.id).join(Stage, Stage.id == Task.stage_id).where(Stage.position == position).order_by(Task.id)
        return list(db.session.scalars(query))


def letters(world: World, kind: str) -> int:
    with world.app.app_context():
        return db.session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.kind == kind)) or 0


def test_ticked_units_are_chased_after_a_look_at_whom_it_reaches(make_world: MakeWorld) -> None:
    world = make_world(until=1)  # stage 2 was due on 30/6; today is 05/7
    browser = world.browser()
    plan = browser.get(f"/plans/{world.plan_id}?only=late&pick=late")
    ticked = [box.get("value") for box in plan.elements("input[@name='unit'][@checked]")]
    assert ticked == [str(unit.id) for unit in world.people.units]
    first, second = world.people.units[:2]
    asked = browser.get(f"/plans/{world.plan_id}/chase?picked=yes&unit={first.id}&unit={second.id}")
    assert asked.h1 == "Đôn đốc 2 việc"
    assert "2 thư tới 2 người, mỗi người một thư; mỗi việc mỗi ngày làm việc đôn đốc một lần." in asked.text
    assert "UBND xã Số 0001: cung cấp số liệu, quá hạn 5 ngày · lần đôn đốc thứ 1" in asked.text
    assert letters(world, "chase") == 0, "looking sends nothing"
    sent = browser.post(f"/plans/{world.plan_id}/chase", unit=[first.id, second.id])
    assert sent.location == f"/plans/{world.plan_id}#don-vi"
    assert browser.follow(sent).banners == ["Đã đôn đốc 2 việc: 2 thư vào hàng chờ gửi."]
    again = browser.post(f"/plans/{world.plan_id}/chase", unit=[first.id, second.id])
    assert browser.follow(again).banners == ["Đã đôn đốc 2 đơn vị ngày 05/7/2021; lần tiếp theo sau 1 ngày làm việc."]
    assert letters(world, "chase") == 2
    rest = browser.get(f"/plans/{world.plan_id}/chase")
    assert rest.h1 == "Đôn đốc 1 việc"
    assert "Không gửi thư 2 đơn vị 2 đơn vị đã đôn đốc hôm nay UBND xã Số 0001, UBND xã Số 0002" in rest.text
    assert rest.links["2 đơn vị không nhận thư"] == "#khong-gui"
    all_three = browser.post(f"/plans/{world.plan_id}/chase", unit=[unit.id for unit in world.people.units])
    assert browser.follow(all_three).banners == [
        "Đã đôn đốc 1 việc: 1 thư vào hàng chờ gửi. "
        "Không gửi cho 2 đơn vị đã đôn đốc hôm nay (UBND xã Số 0001 và UBND xã Số 0002)."
    ]


def test_promised_work_is_left_out_with_a_word_until_it_is_ticked(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    task_id = tasks_of(world, 2)[0]
    with world.app.app_context(), transaction() as session:
        session.get_one(Task, task_id).promised_on = moment(2021, 7, 9).date()
    browser = world.browser()
    asked = browser.get(f"/plans/{world.plan_id}/chase?stage=2")
    assert asked.h1 == "Đôn đốc 2 việc"
    assert "Không gửi thư 1 đơn vị 1 đơn vị đã hẹn ngày xong UBND xã Số 0001 (hẹn 09/7/2021)" in asked.text
    assert browser.get(f"/plans/{world.plan_id}/chase?stage=2&promised=1").h1 == "Đôn đốc 3 việc"
    sent = browser.post(f"/plans/{world.plan_id}/chase", stage=2, promised=1)
    assert browser.follow(sent).banners == ["Đã đôn đốc 3 việc: 3 thư vào hàng chờ gửi."]


def test_a_click_without_a_tick_asks_for_one(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser = world.browser()
    back = browser.follow(browser.get(f"/plans/{world.plan_id}/chase?picked=yes"))
    assert back.banners == ["Chưa chọn đơn vị nào; đánh dấu ít nhất một đơn vị rồi bấm lại."]


def test_all_late_units_of_a_stage_and_one_task(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser = world.browser()
    stage = browser.get(f"/plans/{world.plan_id}/stages/2")
    assert stage.links["Đôn đốc 3 việc quá hạn"] == f"/plans/{world.plan_id}/chase?stage=2"
    task_id = tasks_of(world, 2)[0]
    page = browser.get(f"/tasks/{task_id}")
    assert page.links["Đôn đốc ngay"] == f"/plans/{world.plan_id}/chase?task={task_id}"
    sent = browser.post(f"/plans/{world.plan_id}/chase", task=task_id)
    told = browser.follow(sent)
    assert told.banners == ["Đã đôn đốc 1 việc: 1 thư vào hàng chờ gửi."]
    assert "Trần Thu Hà đôn đốc “Cung cấp số liệu” của UBND xã Số 0001, lần thứ 1." in told.text
    assert "Đôn đốc lần thứ 1: thư gửi Đầu Mối 1 đang chờ đi." in told.text
    assert browser.follow(browser.post(f"/plans/{world.plan_id}/chase", stage=2)).banners == [
        "Đã đôn đốc 2 việc: 2 thư vào hàng chờ gửi. Không gửi cho 1 đơn vị đã đôn đốc hôm nay (UBND xã Số 0001)."
    ]


def test_remind_now_before_the_due_date(make_world: MakeWorld) -> None:
    world = make_world(until=2)  # fieldwork runs to 15/9
    browser = world.browser()
    task_id = tasks_of(world, 3)[0]
    assert browser.get(f"/tasks/{task_id}").links["Nhắc ngay"] == f"/plans/{world.plan_id}/remind?task={task_id}"
    asked = browser.get(f"/plans/{world.plan_id}/remind?stage=3")
    assert asked.h1 == "Nhắc 3 việc"
    assert "UBND xã Số 0001: điều tra khảo sát, hạn Thứ Tư, 15/9/2021" in asked.text
    sent = browser.post(f"/plans/{world.plan_id}/remind", stage=3)
    assert browser.follow(sent).banners == ["Đã nhắc 3 việc: 3 thư vào hàng chờ gửi."]
    assert letters(world, "remind") == 3


def test_nobody_late_is_said_and_there_is_no_button(make_world: MakeWorld) -> None:
    world = make_world(until=2)
    page = world.browser().get(f"/plans/{world.plan_id}/chase")
    assert "Không có thư nào để gửi" in page.text
    assert page.all("main//button") == []


def test_who_has_no_contact_stands_on_the_page(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        session.delete(session.get_one(Contact, world.people.units[2].contact_id))
    page = world.browser().get(f"/plans/{world.plan_id}/chase")
    assert "Không gửi thư 1 đơn vị 1 đơn vị chưa có đầu mối; thêm ít nhất một người UBND xã Số 0003" in page.text
    assert page.links["UBND xã Số 0003"] == f"/units/{world.people.units[2].id}"


def test_after_the_click_it_is_said_who_gets_no_letter_and_why(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    first, second = world.people.units[:2]
    with world.app.app_context(), transaction() as session:
        session.delete(session.get_one(Contact, first.contact_id))
        session.get_one(Contact, second.contact_id).bounced_on = moment(2021, 7, 1).date()
    browser = world.browser()
    ticked = [unit.id for unit in world.people.units]
    asked = browser.get(f"/plans/{world.plan_id}/chase?picked=yes&" + urlencode({"unit": ticked}, doseq=True))
    assert "1 đơn vị có thư gửi đầu mối bị trả về; xác minh qua điện thoại và sửa địa chỉ UBND xã Số 0002" in asked.text
    sent = browser.post(f"/plans/{world.plan_id}/chase", unit=ticked)
    assert browser.follow(sent).banners[:1] == [
        "Đã đôn đốc 1 việc: 1 thư vào hàng chờ gửi. Không gửi cho 2 đơn vị: 1 chưa có đầu mối (UBND xã Số 0001); "
        "1 có thư gửi đầu mối bị trả về (UBND xã Số 0002)."
    ]


def test_in_the_evening_and_on_a_day_off_the_page_says_when_letters_go(make_world: MakeWorld, clock) -> None:
    world = make_world(until=1)
    clock.move_to(moment(2021, 7, 10, 9))
    browser = world.browser()
    asked = browser.get(f"/plans/{world.plan_id}/chase?stage=2")
    assert "Ngoài giờ làm việc: thư đi lúc 07:30, 12/7/2021. Đây là lần đôn đốc của ngày làm việc đó" in asked.text
    sent = browser.post(f"/plans/{world.plan_id}/chase", stage=2)
    assert browser.follow(sent).banners == [
        "Đã đôn đốc 3 việc: 3 thư vào hàng chờ gửi, gửi lúc 07:30, 12/7/2021, tính là lần đôn đốc của ngày làm việc đó."
    ]
    clock.move_to(moment(2021, 7, 11, 9))
    browser = world.browser()
    again = browser.post(f"/plans/{world.plan_id}/chase", stage=2)
    assert browser.follow(again).banners == [
        "Thư đôn đốc 3 đơn vị đang chờ đi Thứ Hai, 12/7/2021; mỗi việc mỗi ngày làm việc một lần."
    ]


def test_only_those_who_run_plans_chase(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    for username in ("dung", "sat"):
        browser = world.browser(username)
        assert browser.get(f"/plans/{world.plan_id}/chase").status == 403
        assert browser.post(f"/plans/{world.plan_id}/chase").status == 403
        assert browser.get(f"/plans/{world.plan_id}").elements("input[@name='unit']") == []
    assert world.browser("mai").get(f"/plans/{world.plan_id}/chase").status == 404
    assert world.browser("mai").post(f"/plans/{world.plan_id}/chase").status == 404
    assert letters(world, "chase") == 0


def test_the_preview_asks_the_same_number_of_questions_for_many_units(make_world: MakeWorld) -> None:
    asked = {}
    for units in (3, 40):
        world = make_world(units=units, until=1)
        browser = world.browser()
        with statements(world.app) as said:
            browser.get(f"/plans/{world.plan_id}/chase")
        asked[units] = len(said)
    assert asked[3] == asked[40]


def test_every_unit_of_a_filter_is_chased_over_all_pages_of_the_table(make_world: MakeWorld) -> None:
    world = make_world(units=130, until=1)  # fifty units a page
    browser = world.browser()
    plan = f"/plans/{world.plan_id}"
    assert browser.get(plan).links["Chọn tất cả 130 đơn vị đang lọc"] == f"{plan}?pick=all#don-vi"
    chosen = browser.get(f"{plan}?q=so 01&pick=all")  # 0100 to 0130: one page, so boxes are ticked one by one
    assert "đang lọc" not in chosen.text
    chosen = browser.get(f"{plan}?q=so 0&only=late&pick=all")
    assert "Đã chọn tất cả 130 đơn vị đang lọc" in chosen.text
    assert len(chosen.elements("input[@name='unit'][@checked][@disabled]")) == 50
    (everyone,) = chosen.elements("input[@name='all']/@value")
    assert chosen.links["Bỏ chọn"] == f"{plan}?q=so+0&only=late#don-vi"
    asked = browser.get(f"{plan}/chase?picked=yes&{urlencode({'all': everyone})}")
    assert asked.h1 == "Đôn đốc 130 việc"
    assert len(asked.elements("input[@type='hidden'][@name='unit']")) == 130, "the click sends to whom the page has shown"
    assert browser.get(f"{plan}/chase?picked=yes&{urlencode({'all': 'q=so 01'})}").h1 == "Đôn đốc 31 việc"
    none = browser.get(f"{plan}/chase?picked=yes&{urlencode({'all': 'q=nobody'})}")
    assert none.status == 302, "a filter that leaves nobody is not the whole plan"
