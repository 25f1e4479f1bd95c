"""Every letter against its kept copy, and what holds for all of them.

`UPDATE_GOLDEN=1 pytest tests/mail/test_letters.py` writes the copies anew; read the difference before it is committed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import rfc5545
from tests.mail.cast import TODAY, World, make_world
from tests.mail.letters import (
    GOLDEN,
    LONG_NAME,
    LONG_UNIT,
    daily_digest,
    escalate_head,
    escalate_leader,
    extension_approved,
    extension_asked,
    extension_refused,
    held,
    personal_link,
    remind,
    unlocked,
)
from tracker.feeds import calendar as write_feed
from tracker.links import Links
from tracker.mail import messages
from tracker.mail.messages import LETTERS, Rendered, render_batch
from tracker.models import CalendarDay, Extension, OutboxMessage, Task, Unit, UnitGroup
from tracker.queries import feed_contents
from tracker.rules.states import DayKind, ExtensionStatus, PlanStatus, TaskStatus
from tracker.services import feeds, outbox

FOLDER = Path(__file__).parent / "golden"
LINKS = Links("https://khaosat.camranh.example", with_extensions=True)


@pytest.fixture
def world(sqlite_session: Session) -> World:
    world = make_world(sqlite_session, "Trạm Y tế xã Cam Lập", LONG_UNIT, "UBND phường Cam Linh")
    world.contacts[1].name, world.contacts[1].salutation = LONG_NAME, ""
    return world


def rendered(world: World, message: OutboxMessage, today: date = TODAY, links: Links = LINKS) -> Rendered:
    return render(world, [message], today, links)[message.id]


def render(world: World, letters: list[OutboxMessage], today: date = TODAY, links: Links = LINKS) -> dict[int, Rendered]:
    world.session.flush()
    world.session.expire_all()
    return render_batch(world.session, letters, links=links, personal_token=lambda i, n: f"token-{n}{i}", today=today)


def words(text: str) -> list[str]:
    """The words people read: no links, no punctuation, no marks of layout."""
    return re.findall(r"[^\W_]+", re.sub(r"https?://\S+", " ", text.lower()))


def words_of_html(html: str) -> list[str]:
    body = html[html.index("<h1") :]
    body = re.sub(r'<span aria-hidden="true">[^<]*</span>', "", body)
    return words(unescape(re.sub(r"<[^>]+>", " ", body)))


def test_there_is_a_kept_copy_of_every_letter() -> None:
    shown = {name for name in GOLDEN if name in LETTERS or any(name.startswith(kind) for kind in LETTERS)}
    assert shown == set(GOLDEN)
    assert all(any(name.startswith(kind) for name in GOLDEN) for kind in LETTERS)
    assert {path.stem for path in FOLDER.iterdir()} == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_letter_reads_as_its_kept_copy(world: World, name: str) -> None:
    letter = rendered(world, GOLDEN[name](world))
    reply = f"{letter.reply_to[0]} <{letter.reply_to[1]}>" if letter.reply_to else ""
    text = f"From: {letter.from_name}\nReply-To: {reply}\nSubject: {letter.subject}\n\n{letter.text}"
    for suffix, made in ((".txt", text), (".html", letter.html)):
        path = FOLDER / f"{name}{suffix}"
        if os.environ.get("UPDATE_GOLDEN"):
            path.write_text(made)
        assert made == path.read_text()
    path = FOLDER / f"{name}.ics"
    if os.environ.get("UPDATE_GOLDEN") and letter.calendar:
        path.write_bytes(letter.calendar)
    assert letter.calendar == (path.read_bytes() if path.exists() else b"")


@pytest.mark.parametrize("name", GOLDEN)
def test_letter_is_headed_by_the_place_of_the_office(world: World, name: str) -> None:
    letter = rendered(world, GOLDEN[name](world))
    assert f">{world.office.place}</span></td></tr>" in letter.html


def test_opening_letter_carries_the_event_of_the_feed(world: World) -> None:
    message = unlocked(world)
    task = world.session.get_one(Task, message.facts["task_ids"][0])
    calendar = rfc5545.read(rendered(world, message).calendar)
    [event] = calendar.children
    token = feeds.issue(world.session, feeds.FeedScope.UNIT, world.units[0].id, now=message.created_at)
    feed = feeds.find(world.session.connection(), token, today=TODAY)
    content = write_feed(
        feed_contents.lines(world.session, feed, today=TODAY),
        name="x",
        host=LINKS.host,
        link=lambda line: LINKS.task(line.task_id),
    )
    [own] = [e for e in rfc5545.read(content).children if e.text("UID").startswith(f"task-{task.id}@")]
    assert calendar.text("METHOD") == "PUBLISH"
    assert event.raw("ORGANIZER") == f"mailto:{world.coordinator.email}"
    for name in ("UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS"):
        assert event.raw(name) == own.raw(name), name


def test_opening_letter_of_work_without_a_day_has_no_calendar(world: World) -> None:
    message = unlocked(world)
    world.session.get_one(Task, message.facts["task_ids"][0]).due_on = None
    assert rendered(world, message).calendar == b""


@pytest.mark.parametrize(("week", "left"), [("", 1), ("1234567", 3)])
def test_days_left_are_those_on_which_the_unit_works(world: World, week: str, left: int) -> None:
    """From Friday, 17/9 to Monday, 20/9/2021."""
    group = UnitGroup(office_id=world.coordinator.office_id, name="Trạm y tế", works_on=week)
    world.session.add(group)
    world.session.flush()
    message = remind(world)
    task = world.session.get_one(Task, message.facts["task_ids"][0])
    task.due_on = task.aim_on = date(2021, 9, 20)
    world.session.get_one(Unit, task.unit_id).group_id = group.id
    assert f"còn {left} ngày làm việc" in rendered(world, message, date(2021, 9, 17)).text.replace("\xa0", " ").replace("\n", " ")


def test_a_letter_upward_is_not_sent_for_work_that_is_promised_meanwhile(world: World) -> None:
    message = escalate_head(world)
    first, second = (world.session.get_one(Task, task_id) for task_id in message.facts["task_ids"])
    first.promised_on = TODAY + timedelta(days=2)
    assert render(world, [message]).keys() == {message.id}  # the other is late all the same
    second.promised_on = TODAY + timedelta(days=3)
    assert render(world, [message]) == {}
    assert render(world, [message], TODAY + timedelta(days=2)).keys() == {message.id}


@pytest.mark.parametrize("name", GOLDEN)
def test_letter_keeps_the_manners_of_all_letters(world: World, name: str) -> None:
    message = GOLDEN[name](world)
    letter = rendered(world, message)
    assert len(letter.subject) <= 78
    assert all(len(line) <= 78 or "https://" in line for line in letter.text.split("\n"))
    assert "\u00a0" not in letter.text + letter.subject
    assert not re.search(r"vui lòng|\bbạn\b|!|{|}|None|  \S.*  \S", letter.text), "tone and holes"
    assert max(len(line.encode()) for line in letter.html.split("\n")) < 900
    assert "<img" not in letter.html
    assert "<script" not in letter.html
    assert len(letter.html) < 100_000


@pytest.mark.parametrize("name", GOLDEN)
def test_html_says_the_words_of_the_text(world: World, name: str) -> None:
    """In any order of the few labels that differ: a link's label stands for its address, "Hạn" for "– hạn"."""
    letter = rendered(world, GOLDEN[name](world))
    only_html = set(words("Xem và báo hoàn thành Xem việc của đơn vị hôm nay Mở trang Đặt lại mật khẩu Đề nghị gia hạn")) | set(
        words_of_html(f"<h1>{letter.subject}</h1>")
    )
    text, html = words(letter.text), words_of_html(letter.html)
    assert set(text) - set(html) == set()
    assert set(html) - set(text) - only_html == set()


@pytest.mark.parametrize("name", GOLDEN)
def test_letters_link_only_to_our_own_pages(world: World, name: str) -> None:
    letter = rendered(world, GOLDEN[name](world))
    addresses = re.findall(r'(?:href="|\b)(https?://[^"\s<]+)', letter.html + letter.text)
    assert all(address.startswith("https://khaosat.camranh.example/") for address in addresses)


def test_values_are_escaped_in_html_and_plain_in_text(world: World) -> None:
    message = daily_digest(world)
    world.units[0].name = "Trạm <b>Y tế</b> & “UBND”"
    world.tasks[0].return_reason = "<script>alert(1)</script>"
    letter = rendered(world, message)
    assert "<script>" not in letter.html
    assert "Trạm &lt;b&gt;Y tế&lt;/b&gt; &amp; “UBND”" in letter.html
    assert "Trạm <b>Y tế</b> & “UBND”" in letter.text


def test_a_plan_with_little_known_leaves_the_brackets_out(world: World) -> None:
    world.plan.number = world.plan.issuer = ""
    world.plan.issued_on = None
    world.plan.coordinator_id = None
    world.contacts[0].salutation = ""
    text = rendered(world, unlocked(world)).text
    assert "gửi theo\nKế hoạch khảo sát năm 2021.\n" in text
    assert "Người theo dõi" not in text
    assert "Trả lời thư này" not in text
    assert "dành riêng cho ông/bà Lê" in text.replace("\n", " ")


def test_the_page_for_more_time_is_named_only_where_it_exists(world: World) -> None:
    message = daily_digest(world)
    without = rendered(world, message, links=Links(LINKS.base_url))
    with_it = rendered(world, message, links=Links(LINKS.base_url, with_extensions=True))
    assert "bấm “Đề nghị gia hạn”" not in without.text
    assert "Chưa thể xong đúng hạn: bấm “Đề nghị gia hạn”, nêu lý do và hạn mới." in with_it.text.replace("\n", " ")
    assert "/extension" in with_it.html


def test_only_the_digest_may_be_made_fewer_by_one_click(world: World) -> None:
    digest, opened = rendered(world, daily_digest(world)), rendered(world, personal_link(world))
    assert digest.unsubscribe_url == f"{LINKS.base_url}/v/token-n1/letters/weekly"
    assert opened.unsubscribe_url == f"{LINKS.base_url}/v/token-n2/letters/weekly"
    assert (digest.one_click, opened.one_click) == (True, False)
    told = rendered(world, escalate_leader(world))
    assert (told.unsubscribe_url, told.one_click) == (f"{LINKS.base_url}/account", False)


def test_finished_work_is_no_longer_in_the_letter(world: World) -> None:
    message = daily_digest(world)
    world.tasks[0].status = TaskStatus.DONE
    letter = rendered(world, message)
    assert "QUÁ HẠN" not in letter.text
    assert letter.subject == "[Khảo sát 2021] 1 việc đến hạn hôm nay, 1 việc trong 7 ngày tới – 20/9/2021"
    assert letter.task_count == 3


def test_a_letter_with_nothing_left_is_not_made_and_says_why(world: World) -> None:
    message = unlocked(world)
    task = world.session.get_one(Task, message.facts["task_ids"][0])
    task.status = TaskStatus.PAUSED
    assert render(world, [message]) == {}
    context = messages.Context(messages.load(world.session, [message], today=TODAY), LINKS, lambda i, n: "t", 180)
    reason = messages.make(context, message)
    assert reason == "Thư không gửi nữa vì “Thu phiếu, phúc tra” đã chuyển sang tạm dừng ngày 20/9/2021."


def test_a_paused_plan_has_nothing_to_say(world: World) -> None:
    message = daily_digest(world)
    world.plan.status = PlanStatus.PAUSED
    assert render(world, [message]) == {}


def test_held_letters_that_were_released_meanwhile_are_not_announced(world: World) -> None:
    message = held(world)
    outbox.release_held(world.session, world.plan.id, now=message.created_at)
    assert render(world, [message]) == {}


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (extension_asked, ExtensionStatus.WITHDRAWN),
        (extension_asked, ExtensionStatus.APPROVED),
        (extension_approved, ExtensionStatus.REFUSED),
        (extension_refused, ExtensionStatus.PENDING),
    ],
)
def test_a_question_for_more_time_that_stands_otherwise_is_not_told(
    world: World, make: Callable[[World], OutboxMessage], status: ExtensionStatus
) -> None:
    message = make(world)
    world.session.get_one(Extension, message.facts["extension_id"]).status = status
    assert render(world, [message]) == {}


def test_a_digest_sent_later_speaks_of_the_day_it_is_sent(world: World) -> None:
    message = daily_digest(world)
    letter = rendered(world, message, today=TODAY + timedelta(days=7))
    assert letter.subject == "[Khảo sát 2021] 3 việc quá hạn – Thứ Hai, 27/9/2021"
    assert "quá hạn 12 ngày" in letter.text
    assert "tính đến Thứ Hai, 27/9/2021" in letter.text


def test_a_reminder_seven_working_days_ahead_does_not_promise_seven_days(world: World) -> None:
    task = world.add_task(world.recheck, world.units[0])
    message = world.letter("daily_digest", f"contact-{world.contacts[0].id}", {"task_ids": {"soon": [task.id]}})
    letter = rendered(world, message)
    assert letter.subject == "[Khảo sát 2021] 1 việc sắp đến hạn – Thứ Hai, 20/9/2021"
    assert "SẮP ĐẾN HẠN (1)" in letter.text


def test_working_days_follow_the_calendar(world: World) -> None:
    message = unlocked(world)
    world.session.add(CalendarDay(day=date(2021, 9, 22), kind=DayKind.HOLIDAY, name="Nghỉ"))
    world.session.add(CalendarDay(day=date(2021, 9, 25), kind=DayKind.MAKE_UP, name="Làm bù"))
    world.session.add(CalendarDay(day=date(2021, 9, 26), kind=DayKind.MAKE_UP, name="Làm bù"))
    task_id = message.facts["task_ids"][0]
    digest = world.letter("daily_digest", f"contact-{world.contacts[0].id}", {"task_ids": {"soon": [task_id]}})
    assert "còn 9 ngày làm việc" in rendered(world, digest).text


def test_a_long_list_ends_in_a_number(world: World) -> None:
    ids = [world.add_unit(f"Đơn vị {n:02d}") and world.tasks[-1].id for n in range(40)]
    message = world.letter("escalate_coordinator", f"user-{world.coordinator.id}", {"task_ids": ids})
    letter = rendered(world, message)
    assert letter.text.count("\n- Đơn vị") == 30
    assert "- và 10 việc khác\n" in letter.text
    assert letter.task_count == 40


@pytest.mark.parametrize("make", [daily_digest, personal_link])
def test_kept_copies_show_no_personal_link(world: World, make: object) -> None:
    letter = rendered(world, make(world))  # type: ignore[operator]
    assert "/v/token-" in letter.text
    assert "/v/token-" not in letter.kept(letter.text) + letter.kept(letter.html)


def test_a_batch_costs_the_same_queries_however_many_letters(world: World) -> None:
    engine = world.session.get_bind()
    counts = []
    for more in (0, 25):
        for n in range(more):
            world.add_unit(f"Đơn vị {n}")
        letters = [world.digest(n, key=f"{more}-{n}") for n in range(2 + more)]
        letters += [unlocked(world), escalate_leader(world)] if not more else [letters[0]]
        world.session.flush()
        if not more:
            kinds = letters[-2:]
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731, B023
        world.session.expire_all()
        for letter in [*letters, *kinds]:
            world.session.refresh(letter)
        event.listen(engine, "before_cursor_execute", listener)
        messages.load(world.session, [*letters, *kinds], today=TODAY)
        event.remove(engine, "before_cursor_execute", listener)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
