"""Cách nhận thư, Tôi không còn phụ trách: what a contact and a user choose for themselves."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.conftest import NOW, Browser, MakeWorld, World
from tracker.db import db, transaction
from tracker.models import Contact, JournalEntry, OutboxMessage, User
from tracker.rules.states import LetterStatus
from tracker.services import outbox
from tracker.tokens import personal_token

NOW_DAY = NOW.date()
NEW = {"name": "Lê Thị Mới", "position": "Phó Chủ tịch", "email": "moi@example.vn", "phone": "0905 111 222"}


def token_of(world: World, number: int = 0) -> str:
    return personal_token(str(world.app.secret_key), world.people.units[number].contact_id, f"n{number + 1}")


def contact(world: World, number: int = 0) -> Contact:
    with world.app.app_context():
        return db.session.get_one(Contact, world.people.units[number].contact_id)


def lines(world: World) -> list[str]:
    with world.app.app_context():
        found = db.session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1))
        return [f"{line.who} {line.verb} {line.what}" for line in found]


def test_a_contact_chooses_one_letter_a_week_and_goes_back(world: World) -> None:
    browser, path = world.browser(None), f"/v/{token_of(world)}/letters"
    page = browser.get(path)
    assert page.h1 == "Cách nhận thư"
    assert [box.get("value") for box in page.elements("input[@type='radio'][@checked]")] == ["daily"]
    saved = browser.follow(browser.post(path, rhythm="weekly"))
    assert saved.banners == ["Từ nay thư tổng hợp gửi mỗi tuần một lần; thư về từng việc vẫn gửi ngay."]
    assert contact(world).weekly_letters is True
    assert lines(world) == ["Đầu Mối 1 chọn nhận thư tổng hợp mỗi tuần một lần"]
    browser.post(path, rhythm="daily")
    assert contact(world).weekly_letters is False


def test_there_is_no_way_to_get_no_letters(world: World) -> None:
    path = f"/v/{token_of(world)}/letters"
    assert world.browser(None).post(path, rhythm="never").status == 422
    assert [c.get("value") for c in world.browser(None).get(path).elements("input[@type='radio']")] == ["daily", "weekly"]


def test_a_choice_is_the_persons_in_all_his_units(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.get_one(Contact, world.people.units[1].contact_id).email = world.people.units[0].email
    world.browser(None).post(f"/v/{token_of(world)}/letters", rhythm="weekly")
    assert [contact(world, number).weekly_letters for number in range(3)] == [True, True, False]


def test_the_button_of_a_mail_client_makes_letters_fewer_and_opening_its_address_changes_nothing(make_world: MakeWorld) -> None:
    world = make_world(csrf=True)
    browser, path = world.browser(None), f"/v/{token_of(world)}/letters/weekly"
    assert browser.get(path).h1 == "Cách nhận thư"
    assert contact(world).weekly_letters is False
    assert browser.post(path).status == 400
    assert contact(world).weekly_letters is False
    assert browser.post(path, **{"List-Unsubscribe": "One-Click"}).status == 200
    assert contact(world).weekly_letters is True
    assert browser.post(path, **{"List-Unsubscribe": "One-Click"}).status == 200, "twice is once"
    assert contact(world).weekly_letters is True


def test_a_user_chooses_on_the_account_page(world: World) -> None:
    browser = world.browser()
    assert [box.get("value") for box in browser.get("/account").elements("input[@type='radio'][@checked]")] == ["daily"]
    saved = browser.post("/account/letters", rhythm="weekly")
    assert browser.follow(saved).banners == ["Từ nay thư tổng hợp gửi mỗi tuần một lần; thư về từng việc vẫn gửi ngay."]
    with world.app.app_context():
        assert db.session.get_one(User, world.people.coordinator_id).weekly_letters is True
    assert [box.get("value") for box in browser.get("/account").elements("input[@type='radio'][@checked]")] == ["weekly"]


def propose(world: World, **fields: str) -> tuple[Browser, str]:
    browser, path = world.browser(None), f"/v/{token_of(world)}/handover"
    sent = browser.post(path, **{**NEW, **fields})
    assert sent.status == 302, sent.text
    return browser, path


def test_a_successor_is_named_confirmed_and_gets_the_letters(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    unit = world.people.units[0]
    with world.app.app_context(), transaction() as session:
        outbox.enqueue(
            session, kind="personal_link", key="waiting", person=f"contact-{unit.contact_id}", to_name="Đầu Mối 1",
            to_email=unit.email, facts={"contact_id": unit.contact_id}, day=NOW_DAY, now=NOW,
        )  # fmt: skip
    contacts_browser, path = propose(world)
    sent, waits = contacts_browser.get(path).banners
    assert sent == "Đã gửi đề nghị bàn giao cho Lê Thị Mới; điều phối viên sẽ xác nhận."
    assert waits.startswith("Đề nghị bàn giao cho Lê Thị Mới: chờ xác nhận.")
    assert waits.endswith("Trần Thu Hà sẽ xác nhận. Trước đó thư và liên kết này vẫn dùng như cũ.")
    coordinator = world.browser()
    today = coordinator.get("/")
    assert "UBND xã Số 0001: Đầu Mối 1 đề nghị bàn giao đầu mối cho Lê Thị Mới" in today.text
    card = coordinator.get(f"/units/{unit.id}")
    assert "Đầu Mối 1 đề nghị bàn giao đầu mối" in card.text
    done = coordinator.post(f"/units/{unit.id}/handovers/1/confirm")
    assert coordinator.follow(done).banners == [
        "Lê Thị Mới làm đầu mối từ hôm nay; liên kết cũ đã dừng, thư bàn giao đã vào hàng chờ gửi."
    ]
    assert contacts_browser.get(path).status == 410, "the old link has ended"
    with world.app.app_context():
        new = db.session.scalars(select(Contact).where(Contact.email == "moi@example.vn")).one()
        assert (new.unit_id, new.rank, new.position, new.phone) == (unit.id, 1, "Phó Chủ tịch", "0905 111 222")
        letters = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.to_email == "moi@example.vn", OutboxMessage.status == LetterStatus.QUEUED)
        ).all()
        assert {(m.kind, m.person) for m in letters} >= {
            ("handover", f"contact-{new.id}"),
            ("personal_link", f"contact-{new.id}"),
        }
        assert not db.session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.to_email == unit.email, OutboxMessage.status == LetterStatus.QUEUED)
        ).all()
    assert lines(world) == ["Trần Thu Hà xác nhận bàn giao đầu mối của UBND xã Số 0001 cho Lê Thị Mới"]
    again = coordinator.post(f"/units/{unit.id}/handovers/1/confirm")
    assert coordinator.follow(again).banners == ["Đề nghị bàn giao này đã được xử lý ngày 05/7/2021."]


def test_a_proposal_is_declined_with_a_reason_that_the_contact_reads(world: World) -> None:
    browser, path = propose(world)
    coordinator, unit = world.browser(), world.people.units[0]
    empty = coordinator.post(f"/units/{unit.id}/handovers/1/decline", note=" ")
    assert coordinator.follow(empty).banners == ["Chưa ghi lý do; người đề nghị đọc nguyên văn câu này."]
    coordinator.post(f"/units/{unit.id}/handovers/1/decline", note="Đang đợt thu phiếu, chờ sang tháng.")
    assert browser.get(path).banners[-1:] == ["Không chấp thuận bàn giao cho Lê Thị Mới: “Đang đợt thu phiếu, chờ sang tháng.”"]
    assert contact(world).valid_to is None


def test_twice_is_once_and_another_name_waits_for_the_first_to_be_withdrawn(world: World) -> None:
    browser, path = propose(world)
    assert browser.post(path, **NEW).status == 302
    other = browser.post(path, **{**NEW, "name": "Người Khác", "email": "khac@example.vn"})
    assert other.status == 409
    browser.post(f"{path}/withdraw")
    assert browser.post(path, **{**NEW, "name": "Người Khác", "email": "khac@example.vn"}).status == 302


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Chưa ghi họ tên người thay."),
        ({"email": "khong-phai"}, "Đây không phải địa chỉ thư điện tử."),
        ({"email": "contact1@o1.example.vn"}, "Đây là địa chỉ của chính người đang phụ trách; ghi địa chỉ của người thay."),
    ],
)
def test_what_is_wrong_is_said_beside_its_box(world: World, fields: dict[str, str], said: str) -> None:
    page = world.browser(None).post(f"/v/{token_of(world)}/handover", **{**NEW, **fields})
    assert (page.status in (409, 422), page.with_class("field-error")) == (True, [said])
    assert page.value("phone") == "0905 111 222"


def test_the_second_contact_may_take_over(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        session.add(Contact(unit_id=world.people.units[0].id, name="Đầu Mối Hai", email="hai@example.vn", rank=2, link_nonce="x"))
    propose(world, email="hai@example.vn", name="Đầu Mối Hai")
    world.browser().post(f"/units/{world.people.units[0].id}/handovers/1/confirm")
    with world.app.app_context():
        new = db.session.scalars(select(Contact).where(Contact.email == "hai@example.vn")).one()
        assert (new.rank, new.valid_to) == (1, None)


def test_another_office_neither_sees_nor_decides(world: World) -> None:
    propose(world)
    other = world.browser("mai")
    assert "Lê Thị Mới" not in other.get("/").source
    assert other.post(f"/units/{world.people.units[0].id}/handovers/1/confirm").status == 404
    assert world.browser("dung").post(f"/units/{world.people.units[0].id}/handovers/1/confirm").status == 403
