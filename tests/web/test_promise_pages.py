"""Hẹn ngày xong on the pages: contact, head and coordinator say the day; looking changes nothing, twice is once."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.web.conftest import MakeWorld, World
from tests.web.test_more_time import page_of, task_id
from tracker.db import db, transaction
from tracker.mail.messages.loading import load
from tracker.models import JournalEntry, OutboxMessage, Task, Unit
from tracker.tokens import as_head, personal_token


@pytest.fixture
def late(make_world: MakeWorld) -> World:
    """Stage 2 is open for every unit and was due on Wednesday, 30/6; today is Monday, 5/7."""
    return make_world(until=1)


def head_page(world: World, unit: int = 0) -> str:
    of = world.people.units[unit]
    return f"/h/{personal_token(str(world.app.secret_key), *as_head(of.id, of.head_email, ''))}"


def where(world: World, who: str) -> tuple[str, str]:
    """(the page with the form, where it is posted to)"""
    number = task_id(world)
    if who == "contact":
        return (f"{page_of(world)}/tasks/{number}/promise",) * 2
    if who == "head":
        return f"{head_page(world)}/tasks/{number}", f"{head_page(world)}/tasks/{number}/promise"
    return f"/tasks/{number}", f"/tasks/{number}/promise"


def kept(world: World) -> tuple[date | None, str, int]:
    with world.app.app_context():
        work = db.session.get_one(Task, task_id(world))
        lines = db.session.scalar(select(func.count(JournalEntry.id)).where(JournalEntry.verb == "hẹn"))
        assert work.due_on == date(2021, 6, 30)
        return work.promised_on, work.promised_by, lines or 0


@pytest.mark.parametrize(("who", "name"), [("contact", "Đầu Mối 1"), ("head", "Thủ Trưởng 1"), ("coordinator", "Trần Thu Hà")])
def test_the_day_is_kept_once_and_looking_changes_nothing(late: World, who: str, name: str) -> None:
    browser = late.browser("ha" if who == "coordinator" else None)
    page, post = where(late, who)
    shown = browser.get(page)
    assert (shown.status, kept(late)) == (200, (None, "", 0))
    assert "promised_on" in shown.source
    for _ in range(2):
        assert browser.post(post, promised_on="09/7/2021").status == 302
    assert kept(late) == (date(2021, 7, 9), name, 1)
    assert "ẹn xong 09/7/2021" in browser.get(page).text
    assert "hẹn “Cung cấp số liệu” của UBND xã Số 0001 xong ngày 09/7/2021" in late.browser().get(f"/tasks/{task_id(late)}").text


@pytest.mark.parametrize("who", ["contact", "head", "coordinator"])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Chưa ghi ngày sẽ xong."),
        ("mai", "“mai” không đọc được là ngày"),
        ("02/7/2021", "Ngày hẹn 02/7/2021 đã qua; ghi từ hôm nay 05/7/2021 trở đi."),
        ("11/7/2021", "là ngày nghỉ; ghi một ngày làm việc, gần nhất là Thứ Hai, 12/7/2021."),
        ("09/7/2121", "Ngày hẹn 09/7/2121 quá xa: nhiều nhất 30 ngày"),
    ],
)
def test_what_was_typed_stays_with_its_sentence(late: World, who: str, typed: str, sentence: str) -> None:
    browser = late.browser("ha" if who == "coordinator" else None)
    answer = browser.post(where(late, who)[1], promised_on=typed)
    assert answer.status == 422
    assert sentence in answer.text
    assert answer.value("promised_on") == typed
    assert kept(late) == (None, "", 0)


def test_lists_show_the_promise_and_that_it_is_broken(late: World, clock) -> None:
    from tests.builders import moment

    late.browser(None).post(where(late, "contact")[1], promised_on="07/7/2021")
    ha = late.browser()
    assert "hẹn xong 07/7/2021" in ha.get("/").text
    assert "hẹn 07/7" in ha.get(f"/plans/{late.plan_id}").text
    assert "Hẹn xong 07/7/2021" in late.browser(None).get(head_page(late)).text.replace("hẹn xong", "Hẹn xong")
    clock.move_to(moment(2021, 7, 8, 9))
    assert "hẹn xong 07/7/2021, đã qua ngày hẹn" in late.browser().get("/").text


def test_a_contact_finds_the_form_only_for_late_work_and_reads_why_not(late: World) -> None:
    phone = late.browser(None)
    links = phone.get(page_of(late)).links
    assert any(text.startswith("Đã nhận, hẹn ngày xong") for text in links)
    shut = phone.get(f"{page_of(late)}/tasks/{task_id(late, 3)}/promise")
    assert (shut.status, "promised_on" in shut.source) == (200, False)
    assert phone.post(f"{page_of(late)}/tasks/{task_id(late, 3)}/promise", promised_on="09/7/2021").status == 409


def test_a_leader_and_another_unit_promise_nothing(late: World) -> None:
    assert late.browser("dung").post(where(late, "coordinator")[1], promised_on="09/7/2021").status == 403
    assert late.browser(None).post(f"{page_of(late, 1)}/tasks/{task_id(late)}/promise", promised_on="09/7/2021").status == 403
    assert kept(late) == (None, "", 0)


def test_the_head_of_a_unit_that_follows_answers_for_the_one_that_ended(late: World) -> None:
    """After a merger letters about the old unit's work go to the new head, whose link opens it; the old head's opens no more."""
    old, new = late.people.units[0], late.people.units[1]
    with late.app.app_context(), transaction() as session:
        ended = session.get_one(Unit, old.id)
        ended.valid_to, ended.successor_id = date(2021, 7, 1), new.id
    browser, task = late.browser(None), task_id(late)
    page = browser.get(head_page(late, 1))
    assert "UBND xã Số 0001, Quá hạn" in page.text
    assert browser.post(f"{head_page(late, 1)}/tasks/{task}/promise", promised_on="09/7/2021").status == 302
    assert kept(late)[:2] == (date(2021, 7, 9), "Thủ Trưởng 2")
    assert browser.get(head_page(late)).status == 410


def test_a_coordinator_takes_the_heads_link_back_and_the_next_letter_has_a_new_one(late: World) -> None:
    unit = late.people.units[0]
    old, other = head_page(late), head_page(late, 1)
    coordinator, nobody = late.browser(), late.browser(None)
    assert nobody.get(old).status == 200
    page = coordinator.get(f"/units/{unit.id}")
    assert f"Liên kết cũ trong thư đã gửi tới {unit.head_email} mất hiệu lực ngay." in page.text
    assert late.browser("dung").post(f"/units/{unit.id}/head-link").status == 403
    done = coordinator.follow(coordinator.post(f"/units/{unit.id}/head-link"))
    assert done.banners == [f"Đã thu hồi liên kết của thủ trưởng {unit.name}; thư sau sẽ có liên kết mới."]
    refused = nobody.get(old)
    assert refused.status == 410
    assert "Liên kết này không còn hiệu lực; thư gần nhất gửi thủ trưởng có liên kết đang dùng." in refused.text
    assert nobody.post(f"{old}/tasks/{task_id(late)}/promise", promised_on="09/7/2021").status == 410
    assert nobody.get(other).status == 200
    with late.app.app_context():
        message = OutboxMessage(id=1, kind="escalate_head", person=f"head-{unit.id}", facts={"task_ids": []})
        nonce = db.session.get_one(Unit, unit.id).head_nonce
        line = db.session.scalars(select(JournalEntry).where(JournalEntry.verb == "thu hồi liên kết")).one()
        head = load(db.session, [message], today=date(2021, 7, 5)).heads[unit.id]
    assert (line.what, head.link_nonce) == (f"liên kết riêng của thủ trưởng {unit.name}", nonce)
    assert nobody.get(f"/h/{personal_token(str(late.app.secret_key), *as_head(head.unit_id, head.email, nonce))}").status == 200
