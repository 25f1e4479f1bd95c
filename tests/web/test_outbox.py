"""Thư gửi đi: every letter with what became of it; words only for those who run plans, in a sandbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.builders import START
from tests.web.conftest import MakeWorld, World, statements
from tracker import clock
from tracker.db import db, transaction
from tracker.models import BounceReport, OutboxMessage
from tracker.rules.states import LetterStatus
from tracker.services import outbox, planning


def letters(world: World) -> list[OutboxMessage]:
    with world.app.app_context():
        found = list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        db.session.expunge_all()
        return found


def change(world: World, letter_id: int, **values: object) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(OutboxMessage).where(OutboxMessage.id == letter_id).values(**values))


@pytest.fixture
def held(make_world: MakeWorld) -> World:
    """A plan that was started and whose letters nobody released yet."""
    from tests.builders import SMALL_PLAN

    world = make_world(plan=False)
    with world.app.app_context(), transaction() as session:
        plan = planning.create_plan(
            session, office_id=world.people.office_id, draft=SMALL_PLAN, unit_ids=[u.id for u in world.people.units],
            by=world.people.ha, now=START,
        )  # fmt: skip
        planning.activate_plan(session, plan.id, by=world.people.ha, now=START)
    return world


def test_sending_is_counted_while_letters_that_may_go_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the same sending only: a letter for a later hour is not counted, nor one that went before."""
    browser = world.browser()
    with world.app.app_context(), transaction() as session:
        session.execute(update(OutboxMessage).values(status=LetterStatus.VOID))
        rows = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))[:2]
        now = clock.now()
        for n, status, due, sent in (
            (0, LetterStatus.SENT, now - timedelta(days=1), now - timedelta(hours=9)),
            (1, LetterStatus.SENT, now - timedelta(minutes=5), now - timedelta(minutes=4)),
            (2, LetterStatus.QUEUED, now - timedelta(minutes=5), None),
            (3, LetterStatus.SENDING, now - timedelta(minutes=5), None),
            (4, LetterStatus.QUEUED, now + timedelta(hours=1), None),
        ):
            session.add(
                OutboxMessage(
                    key=f"x{n}", kind="daily_digest", plan_id=rows[0].plan_id, person=f"user-{n}", to_name="x", to_email="x@x.vn",
                    day=now.date(), facts={}, status=status, not_before=due, sent_at=sent, created_at=now,
                )
            )  # fmt: skip
    page = browser.get("/outbox")
    assert page.with_class("under-way") == ["Đang gửi: 1/3 thư đã gửi, còn 2 thư. 1/3"]
    [bar] = page.elements("main//progress")
    assert (bar.get("value"), bar.get("max")) == ("1", "3")
    with world.app.app_context(), transaction() as session:
        session.execute(
            update(OutboxMessage).where(OutboxMessage.key.in_(["x2", "x3"])).values(status=LetterStatus.SENT, sent_at=now)
        )
    assert browser.get("/outbox").with_class("under-way") == []


def test_held_letters_stand_on_top_with_their_number(held: World) -> None:
    page = held.browser().get("/outbox")
    assert page.banners == [
        "3 thư giữ lại chờ duyệt của Khảo sát 2021; chưa gửi cho ai. Xem trước thư",
        "Chưa cấu hình máy chủ thư nên thư được lưu thành tệp; quản trị khai báo máy chủ thư.",
    ]
    assert page.links["Duyệt và gửi 3 thư"] == "/plans/1/ask/release"
    assert page.with_class("chip") == ["Tất cả 4", "Giữ lại chờ duyệt 3", "Chờ gửi 1"]


def test_leaders_see_the_list_but_no_words_and_no_buttons(held: World) -> None:
    browser = held.browser("dung")
    page = browser.get("/outbox")
    assert len(page.elements("main//li")) == 4
    assert "Duyệt và gửi 3 thư" not in page.links
    first = letters(held)[0].id
    assert browser.get(f"/outbox/{first}").status == 403
    assert browser.get(f"/outbox/{first}/html").status == 403


def test_filters_narrow_the_list(held: World) -> None:
    browser = held.browser()
    expected = {
        "status=held": 3,
        "status=sent": 0,
        "kind=plan_started": 3,
        "q=so 0002": 1,
        "q=dau moi 3": 1,
        "q=ha": 1,
        "q=contact1@o1": 1,
        "plan=1": 4,
        "plan=99": 0,
        "status=nonsense": 4,
        "q=khong ai": 0,
    }
    assert {query: len(browser.get(f"/outbox?{query}").elements("main//ul/li")) for query in expected} == expected


def test_list_takes_the_same_statements_for_few_and_many_letters(held: World) -> None:
    browser = held.browser()
    said = []
    for more in (0, 40):
        with held.app.app_context(), transaction() as session:
            outbox.enqueue_many(
                session,
                [
                    outbox.NewLetter("remind", f"k{n}", "contact-1", "A", "a@example.vn", {}, START.date(), plan_id=1)
                    for n in range(more)
                ],
                now=START,
            )
        browser.get("/outbox")
        with statements(held.app) as found:
            browser.get("/outbox")
        said.append(len(found))
    assert said[0] == said[1]


def test_waiting_letter_is_previewed_without_the_secret_of_its_link(held: World) -> None:
    first = letters(held)[0]
    page = held.browser().get(f"/outbox/{first.id}")
    assert page.h1 == "[Khảo sát 2021] UBND xã Số 0001 tham gia khảo sát năm 2021: 2 việc"
    assert "Kính gửi: Ông/Bà Đầu Mối 1, đầu mối của UBND xã Số 0001" in page.all("pre")[0]
    assert "/v/…" in page.all("pre")[0]
    assert page.elements("iframe")[0].get("sandbox") == ""
    assert page.elements("iframe")[0].get("src") == f"/outbox/{first.id}/html"


def test_sent_letter_is_shown_as_it_was_sent(held: World) -> None:
    first = letters(held)[0].id
    html = "<!doctype html><p style='color:red'>Chào</p><script>alert(1)</script>"
    change(held, first, status=LetterStatus.SENT, sent_at=START, subject="Thư cũ", body_text="Lời cũ", body_html=html)
    browser = held.browser()
    page = browser.get(f"/outbox/{first}")
    assert (page.h1, page.all("pre")) == ("Thư cũ", ["Lời cũ"])
    answer = browser.get(f"/outbox/{first}/html").response
    assert answer.get_data(as_text=True) == html
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
    )
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_letter_without_words_has_no_frame(held: World) -> None:
    first = letters(held)[0].id
    change(held, first, status=LetterStatus.VOID, status_reason="Thư không gửi nữa.")
    browser = held.browser()
    page = browser.get(f"/outbox/{first}")
    assert page.elements("iframe") == []
    assert "Thư này không có nội dung được lưu." in page.text
    assert browser.get(f"/outbox/{first}/html").status == 404


def test_letter_that_came_back_is_sent_again_to_the_address_of_today(held: World) -> None:
    first = letters(held)[0]
    change(held, first.id, status=LetterStatus.BOUNCED, status_reason="550 không có hộp thư", to_email="cu@example.vn")
    browser = held.browser()
    after = browser.follow(browser.post(f"/outbox/{first.id}/send-again"))
    assert after.banners[0] == "Đã chuyển 1 thư vào hàng chờ gửi."
    again = letters(held)[0]
    assert (again.status, again.to_email, again.status_reason) == (LetterStatus.QUEUED, world_email(held), "")
    twice = browser.post(f"/outbox/{first.id}/send-again")
    assert twice.banners == ["Chưa gửi lại: thư này chờ gửi; chỉ gửi lại thư chưa đến nơi."]


def world_email(world: World) -> str:
    return world.people.units[0].email


def test_waiting_letter_is_withheld_by_name(held: World) -> None:
    first = letters(held)[0].id
    browser = held.browser()
    browser.post(f"/outbox/{first}/withhold")
    assert (letters(held)[0].status, letters(held)[0].status_reason) == (
        LetterStatus.VOID,
        "Trần Thu Hà quyết định không gửi thư này ngày 05/7/2021.",
    )
    assert browser.post(f"/outbox/{first}/withhold").status == 409


def test_other_office_sees_nothing_and_touches_nothing(held: World) -> None:
    stranger = held.browser("mai")
    assert stranger.get("/outbox").elements("main//ul/li") == []
    assert stranger.get("/outbox/1").status == 404
    assert stranger.post("/outbox/1/withhold").status == 404
    assert letters(held)[0].status is LetterStatus.HELD


def test_letters_of_no_plan_belong_to_the_office_of_their_reader(held: World) -> None:
    with held.app.app_context(), transaction() as session:
        outbox.enqueue(
            session, kind="personal_link", key="x", person="contact-1", to_name="A", to_email="a@example.vn",
            facts={"contact_id": 1}, day=START.date(), now=START,
        )  # fmt: skip
    assert len(held.browser().get("/outbox?kind=personal_link").elements("main//ul/li")) == 1
    assert held.browser("mai").get("/outbox?kind=personal_link").elements("main//ul/li") == []


def test_empty_outbox_names_the_next_reminder(make_world: MakeWorld) -> None:
    page = make_world(plan=False).browser().get("/outbox")
    assert "Không có thư chờ gửi Thư được soạn khi kế hoạch bắt đầu triển khai." in page.text


def test_banner_of_the_spool_goes_with_a_mail_server(make_world: MakeWorld) -> None:
    page = make_world(plan=False, MAIL_SERVER="mail.example.vn").browser().get("/outbox")
    assert page.banners == []


def test_what_mail_servers_reported_stands_on_the_letter(held: World) -> None:
    first = letters(held)[0].id
    change(held, first, status=LetterStatus.BOUNCED)
    with held.app.app_context(), transaction() as session:
        for verdict, code, reason, said in (
            ("delayed", "4.4.1", "tên miền không nhận thư", ""),
            ("hard", "5.1.1", "hộp thư không tồn tại", "550 5.1.1 <script>User unknown"),
        ):
            session.add(
                BounceReport(letter_id=first, fingerprint=code, at=START, verdict=verdict, code=code, reason=reason, said=said)
            )
    page = held.browser().get(f"/outbox/{first}")
    assert page.all("section[@aria-labelledby='reports']//li") == [
        "Còn đang chuyển: tên miền không nhận thư08:00, 01/6/2021 · 4.4.1",
        "Không nhận thư: hộp thư không tồn tại550 5.1.1 <script>User unknown08:00, 01/6/2021 · 5.1.1",
    ]
