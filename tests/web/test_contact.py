"""The page behind the link: opening changes nothing, one button reports, links that do not open say why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from tests import builders
from tests.web.conftest import NOW, Browser, MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.models import Contact, JournalEntry, OutboxMessage, Plan, Task
from tracker.rules.states import TaskStatus
from tracker.services import organisation, planning, progress
from tracker.web import tokens

TOKEN_KEY = "test-key-" * 4


def token(world: World, unit: int = 0, nonce: str | None = None) -> str:
    return tokens.personal_token(TOKEN_KEY, world.people.units[unit].contact_id, nonce or f"n{unit + 1}")


def path(world: World, unit: int = 0) -> str:
    return f"/v/{token(world, unit)}"


def task_id(world: World, position: int, unit: int | None = 0) -> int:
    with world.app.app_context():
        plan = db.session.get_one(Plan, world.plan_id)
        return builders.task(db.session(), plan, position, world.people.units[unit] if unit is not None else None).id


def task(world: World, of: int) -> Task:
    with world.app.app_context():
        found = db.session.get_one(Task, of)
        db.session.expunge(found)
        return found


def links_sent(world: World) -> list[tuple[str, str]]:
    with world.app.app_context():
        rows = db.session.execute(
            select(OutboxMessage.person, OutboxMessage.to_email)
            .where(OutboxMessage.kind == "personal_link")
            .order_by(OutboxMessage.id)
        )
        return [(row.person, row.to_email) for row in rows]


@pytest.fixture
def opened(world: World) -> World:
    """The office has done its own first stage: each unit's first task is open, due on 30/6, today is 5/7."""
    with world.app.app_context(), transaction() as session:
        progress.complete_task(session, task_id(world, 1, None), by=world.people.ha, now=NOW - timedelta(days=20))
    return world


@pytest.fixture
def phone(opened: World) -> Browser:
    return opened.browser(None)


def test_page_shows_the_most_pressing_task_with_one_button(opened: World, phone: Browser) -> None:
    page = phone.get(path(opened))
    assert page.status == 200
    assert (page.h1, page.all("main//h2")[0]) == ("UBND xã Số 0001", "Cung cấp số liệu")
    assert page.banners == ["Quá hạn 5 ngày. Hạn hoàn thành: thứ Tư, ngày 30/6/2021."]
    assert page.all("main//button") == ["Báo hoàn thành"]
    assert page.value("completed_on") == "05/7/2021"
    assert "Kế hoạch ghi: “Trước ngày 01/7/2021”" in page.text
    assert "Đầu Mối 1, đầu mối chính" in page.text
    assert "Trần Thu Hà, 0258 3000 000" in page.text
    assert "liên kết có hiệu lực đến 01/01/2022" in page.text


def test_what_comes_next_says_what_it_waits_for(opened: World, phone: Browser) -> None:
    gate = phone.get(path(opened)).with_class("gate")
    assert gate == [
        "Điều tra khảo sátUBND xã Số 0001 chưa vào giai đoạn 3 (Điều tra khảo sát): đơn vị chưa hoàn thành giai đoạn 2 "
        "(Cung cấp số liệu); báo hoàn thành giai đoạn 2 (Cung cấp số liệu) trước. Hạn hoàn thành: thứ Tư, ngày 15/9/2021."
    ]


def test_opening_the_link_changes_nothing(opened: World, phone: Browser) -> None:
    of = task_id(opened, 2)
    before = task(opened, of)
    for address in (path(opened), f"{path(opened)}/tasks/{of}", f"{path(opened)}/calendar"):
        assert phone.get(address).status == 200
        assert phone.client.head(address).status_code == 200
    assert task(opened, of).version == before.version
    assert phone.get(f"{path(opened)}/tasks/{of}/complete").status == 405


def test_report_moves_the_task_and_opens_the_units_next_step(opened: World, phone: Browser) -> None:
    of = task_id(opened, 2)
    answer = phone.post(f"{path(opened)}/tasks/{of}/complete", completed_on="02/7/2021", note="Công văn 12")
    after = phone.follow(answer)
    assert after.banners[0] == "Đã báo hoàn thành “Cung cấp số liệu”. Điều tra khảo sát đã mở."
    done = task(opened, of)
    assert (done.status, done.completed_on, done.result_note) == (TaskStatus.DONE, date(2021, 7, 2), "Công văn 12")
    assert after.all("main//h2")[0] == "Điều tra khảo sát"
    assert after.all("section[@aria-labelledby='done']//li//p") == ["Cung cấp số liệu", "Xong quá hạn 2 ngày, 02/7/2021"]


def test_reporting_twice_is_reporting_once(opened: World, phone: Browser) -> None:
    of = task_id(opened, 2)
    phone.post(f"{path(opened)}/tasks/{of}/complete", completed_on="02/7/2021")
    before = task(opened, of)
    after = phone.follow(phone.post(f"{path(opened)}/tasks/{of}/complete", completed_on="05/7/2021"))
    assert "“Cung cấp số liệu” của UBND xã Số 0001 đã hoàn thành ngày 02/7/2021; muốn sửa thì mở lại việc." in after.banners
    assert task(opened, of).version == before.version
    with opened.app.app_context():
        reports = db.session.scalars(
            select(JournalEntry).where(JournalEntry.task_id == of, JournalEntry.verb == "báo hoàn thành")
        )
        assert len(reports.all()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("06/7/2021", "Ngày hoàn thành 06/7/2021 sau hôm nay; ghi ngày đã làm xong trên thực tế."),
        ("31/6/2021", "Ngày “31/6/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
    ],
)
def test_wrong_day_is_told_beside_its_box_and_nothing_typed_is_lost(
    opened: World, phone: Browser, typed: str, sentence: str
) -> None:
    of = task_id(opened, 2)
    page = phone.post(f"{path(opened)}/tasks/{of}/complete", completed_on=typed, note="Công văn 12")
    assert page.with_class("field-error") == [sentence]
    assert (page.value("completed_on"), page.value("note")) == (typed, "Công văn 12")
    assert task(opened, of).status is TaskStatus.IN_PROGRESS


def test_report_that_waits_can_be_taken_back(opened: World, phone: Browser) -> None:
    for position in (2, 3):
        phone.post(f"{path(opened)}/tasks/{task_id(opened, position)}/complete", completed_on="05/7/2021")
    of = task_id(opened, 3)
    page = phone.get(path(opened))
    assert page.banners[-1:] == ["Chờ xác nhận. Đã báo hoàn thành ngày 05/7/2021; Trần Thu Hà sẽ xác nhận."]
    after = phone.follow(phone.post(f"{path(opened)}/tasks/{of}/withdraw"))
    assert after.banners == ["Đã rút báo cáo “Điều tra khảo sát”; sửa rồi báo lại."]
    assert task(opened, of).status is TaskStatus.IN_PROGRESS


def test_locked_task_keeps_its_button_greyed_with_the_sentence(opened: World, phone: Browser) -> None:
    of = task_id(opened, 3)
    page = phone.get(f"{path(opened)}/tasks/{of}")
    (button,) = page.elements("main//button")
    assert button.get("aria-disabled") == "true"
    sentence = page.with_class("refusal")[0]
    assert sentence.startswith("UBND xã Số 0001 chưa vào giai đoạn 3 (Điều tra khảo sát)")
    refused = phone.post(f"{path(opened)}/tasks/{of}/complete", completed_on="05/7/2021")
    assert (refused.status, refused.with_class("refusal")) == (409, [sentence])


def test_returned_task_shows_why(opened: World, phone: Browser) -> None:
    with opened.app.app_context(), transaction() as session:
        session.execute(update(Task).where(Task.id == task_id(opened, 2)).values(return_reason="Thiếu bảng kê"))
    assert phone.get(path(opened)).banners[0] == "Bị trả lại: Thiếu bảng kê"


def test_paused_plan_refuses_with_its_sentence(opened: World, phone: Browser) -> None:
    with opened.app.app_context(), transaction() as session:
        planning.pause_plan(session, opened.plan_id, by=opened.people.ha, reason="Chờ hướng dẫn", now=NOW)
    page = phone.get(path(opened))
    assert page.with_class("refusal") == ["Kế hoạch đang tạm dừng từ 05/7/2021; tiếp tục kế hoạch trước khi làm việc này."]


def test_nothing_to_do_names_what_will_open(world: World) -> None:
    page = world.browser(None).get(path(world))
    assert "Không có việc nào đang chờ Việc sắp mở: Cung cấp số liệu, hạn 30/6/2021." in page.text
    assert page.elements("main//form") == []


def test_task_of_another_unit_is_refused(opened: World, phone: Browser) -> None:
    of = task_id(opened, 2, 1)
    sentence = "Việc này thuộc UBND xã Số 0002; đầu mối của UBND xã Số 0001 chỉ xem, không cập nhật được."
    for answer in (phone.get(f"{path(opened)}/tasks/{of}"), phone.post(f"{path(opened)}/tasks/{of}/complete")):
        assert (answer.status, answer.banners) == (403, [sentence])
    assert task(opened, of).status is TaskStatus.IN_PROGRESS
    assert phone.get(f"{path(opened)}/tasks/{task_id(opened, 1, None)}").status == 404
    assert phone.get(f"{path(opened)}/tasks/9999").status == 404


def test_wrong_links_say_so(opened: World, phone: Browser, clock: time_machine.Traveller) -> None:
    good = token(opened)
    expected = {
        good[:-1]: (404, "Liên kết không đúng"),
        "abc": (404, "Liên kết không đúng"),
        tokens.personal_token("another-key-" * 4, 1, "n1"): (404, "Liên kết không đúng"),
        tokens.personal_token(TOKEN_KEY, 999, "n1"): (404, "Liên kết không đúng"),
        token(opened, nonce="old"): (410, "Liên kết này đã được thay"),
    }
    for wrong, (status, title) in expected.items():
        page = phone.get(f"/v/{wrong}")
        assert (page.status, page.h1) == (status, title)
        assert phone.post(f"/v/{wrong}/tasks/{task_id(opened, 2)}/complete").status == status
    clock.move_to(NOW + timedelta(days=181))
    page = phone.get(f"/v/{good}")
    assert (page.status, page.h1) == (410, "Liên kết này đã hết hạn")
    assert "Liên kết đã hết hạn ngày 01/01/2022; bấm Gửi lại liên kết" in page.text
    assert task(opened, task_id(opened, 2)).status is TaskStatus.IN_PROGRESS


def test_contact_who_left_reads_who_is_in_charge_now(opened: World, phone: Browser) -> None:
    with opened.app.app_context(), transaction() as session:
        organisation.save_contact(
            session, opened.people.units[0].id, None, organisation.ContactFields("Lê An", "an@example.vn", rank=2),
            version=None, by=opened.people.ha, now=NOW,
        )  # fmt: skip
        organisation.end_contact(session, opened.people.units[0].contact_id, by=opened.people.ha, now=NOW)
    page = phone.get(path(opened))
    assert page.status == 410
    assert (
        "Đầu Mối 1 thôi phụ trách từ 05/7/2021 nên liên kết không còn hiệu lực; đầu mối hiện nay của UBND xã Số 0001 là Lê An."
        in page.text
    )
    assert page.elements("main//form") == []


SAME_ANSWER = "Nếu địa chỉ này là của một đầu mối, liên kết mới đã được gửi; kiểm tra cả hộp thư rác."


def test_new_link_goes_to_the_registered_address_and_the_answer_is_always_the_same(opened: World, phone: Browser) -> None:
    old = token(opened, nonce="old")
    asked = [
        {"token": old},
        {"email": opened.people.units[1].email.upper()},
        {"email": "la@example.vn"},
        {"email": ""},
        {"token": "x"},
    ]
    answers = [phone.post("/v/send-link", **fields) for fields in asked]
    assert {(a.status, a.banners[0]) for a in answers} == {(200, SAME_ANSWER)}
    assert links_sent(opened) == [
        ("contact-1", opened.people.units[0].email),
        ("contact-2", opened.people.units[1].email),
    ]


def test_new_links_are_throttled_without_telling(opened: World, phone: Browser, clock: time_machine.Traveller) -> None:
    old = token(opened, nonce="old")
    for _ in range(5):
        assert phone.post("/v/send-link", token=old).banners == [SAME_ANSWER]
    assert len(links_sent(opened)) == 3
    clock.move_to(NOW + timedelta(days=1))
    phone.post("/v/send-link", token=old)
    assert len(links_sent(opened)) == 4


def test_person_who_left_gets_no_new_link(opened: World, phone: Browser) -> None:
    with opened.app.app_context(), transaction() as session:
        session.execute(update(Contact).values(valid_to=NOW.date() - timedelta(days=1)))
    phone.post("/v/send-link", email=opened.people.units[0].email)
    assert links_sent(opened) == []


def test_page_takes_the_same_statements_however_many_tasks_are_done(make_world: MakeWorld) -> None:
    world = make_world()
    phone = world.browser(None)
    said = []
    for positions in ((), (1, 2)):
        for position in positions:
            with world.app.app_context(), transaction() as session:
                of = task_id(world, position, None if position == 1 else 0)
                progress.complete_task(session, of, by=world.people.ha, now=NOW)
        with statements(world.app) as found:
            phone.get(path(world))
        said.append(len(found))
    assert said[1] <= said[0]


def test_report_needs_the_forms_own_token(make_world: MakeWorld) -> None:
    world = make_world(csrf=True, plan=True)
    phone = Browser(world.app.test_client())
    answer = phone.post(f"{path(world)}/tasks/{task_id(world, 2)}/complete", completed_on="05/7/2021")
    assert answer.status == 400
