"""Letters that come back: sent over SMTP, reported into a real IMAP mailbox, believed or not, taken in once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from jobs.bounces import fetch_bounces
from jobs.deliveries import deliver_waiting
from tests.jobs.test_deliveries import address, post, rows
from tests.mail import reports
from tests.mail.cast import NOW, TODAY, make_world
from tests.mail.imap import PASSWORD, USER, Post, serving
from tests.mail.sink import Sink, free_port, running, tls
from tests.mail.stores import committing
from tests.mail.test_smtp import CERTIFICATE, KEY
from tracker.mail.mailbox import MailboxError
from tracker.models import BounceReport, Contact, JournalEntry, MailboxPlace, OutboxMessage, Task
from tracker.rules.access import Actor
from tracker.rules.states import LetterStatus, Role, TaskStatus
from tracker.services import outbox
from tracker.services.organisation import ContactFields, save_contact
from tracker.services.outbox import again

__all__ = ["post"]  # a fixture

COORDINATOR = "thuha@example.vn"
HOA = "hoa@example.vn"
LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def box() -> Iterator[Post]:
    with serving(Post()) as found:
        yield found


@pytest.fixture
def sent(engine: Engine, post: Any, box: Post) -> tuple[Flask, Sink]:
    """Two units, the first with a second contact, Hoa; a digest to each main contact has gone."""
    with committing(engine) as session:
        world = make_world(session, "UBND phường Cam Linh", "Trạm Y tế xã Cam Lập")
        session.add(Contact(unit_id=world.units[0].id, name="Đặng Thị Hoa", salutation="Bà", email=HOA, rank=2, link_nonce="h"))
        world.digest(0)
        world.digest(1)
    app = application(post, box)
    return app, deliver(app)


def application(post: Any, box: Post, **settings: Any) -> Flask:
    return post(  # type: ignore[no-any-return]
        1,
        **{
            "MAIL_BOUNCE_ADDRESS": "bounce@office.example.vn",
            "MAIL_IMAP_SERVER": "127.0.0.1",
            "MAIL_IMAP_PORT": box.port,
            "MAIL_IMAP_USE_TLS": False,
            "MAIL_IMAP_USERNAME": USER,
            "MAIL_IMAP_PASSWORD": PASSWORD,
            "MAIL_IMAP_FOLDER": "INBOX",
            "MAIL_CAFILE": "",
        }
        | settings,
    )


def deliver(app: Flask, at: Any = NOW) -> Sink:
    with running(Sink()) as sink:
        app.extensions["mail"].port = sink.port
        deliver_waiting(app, now=at, by="a")
    return sink


def fetch(app: Flask, at: Any = LATER) -> str | None:
    with app.app_context():
        return fetch_bounces(at.date(), at)


def report(sink: Sink, number: int = 1, **values: Any) -> bytes:
    """A report to the signed return path of the letter to contact `number`, which it returns."""
    to = address(number)
    letter = next(content for found, content in sink.letters if found == to)
    return reports.rfc3464(letter, **{"to": sink.senders[to], "recipient": to} | values)


def state(engine: Engine, number: int = 1) -> tuple[str, Any]:
    """The first letter to contact `number`, and whether that contact is marked."""
    with Session(engine) as session:
        letter = session.scalars(
            select(OutboxMessage).where(OutboxMessage.to_email == address(number)).order_by(OutboxMessage.id)
        ).first()
        assert letter is not None
        return letter.status.value, session.get_one(Contact, int(letter.person.removeprefix("contact-"))).bounced_on


def told(engine: Engine) -> list[tuple[str, list[int]]]:
    return [(row.to_email, row.facts["task_ids"]) for row in rows(engine) if row.kind == "bounced"]


def many(engine: Engine, table: type[Any]) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_every_letter_goes_from_a_return_path_of_its_own(sent: tuple[Flask, Sink]) -> None:
    _, sink = sent
    paths = [sink.senders[address(n)] for n in (1, 2)]
    assert all(re.fullmatch(r"bounce\+\d+\.[0-9a-f]{20}@office\.example\.vn", path) for path in paths)
    assert len(set(paths)) == 2
    assert sink.read(address(1))["From"].addresses[0].addr_spec == "khaosat@office.example.vn"


def test_a_hard_bounce_marks_the_contact_and_tells_who_can_do_something(
    engine: Engine, sent: tuple[Flask, Sink], box: Post
) -> None:
    app, sink = sent
    box.put(report(sink))
    assert fetch(app) == "1 thư bị trả về"
    assert state(engine) == ("bounced", TODAY)
    assert state(engine, 2) == ("sent", None)
    assert rows(engine)[0].status_reason == (
        "Thư gửi d***1@example.vn bị trả về ngày 20/9/2021 (hộp thư không tồn tại); sửa địa chỉ hoặc báo đầu mối thứ hai."
    )
    with Session(engine) as session:
        task_id = session.scalars(select(Task.id).order_by(Task.id)).first()
        line = session.scalars(select(JournalEntry)).one()
        assert (line.who, line.what, line.why) == (
            "Hệ thống",
            "đầu mối Lê Thị Kim Oanh của UBND phường Cam Linh: thư gửi d***1@example.vn bị trả về",
            "hộp thư không tồn tại",
        )
    assert told(engine) == [(HOA, [task_id]), (COORDINATOR, [task_id])]
    assert box.mails == {}, "what was taken in is taken away"
    told_now = deliver(app, LATER)
    assert told_now.received == {HOA: 1, COORDINATOR: 1}
    to_hoa = told_now.read(HOA).get_body(("plain",))
    assert to_hoa is not None
    assert "Đề nghị ông/bà theo dõi thay cho tới khi địa chỉ được sửa." in to_hoa.get_content()


def test_the_same_report_twice_is_once(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    box.put(report(sink), b"Received: again\r\n" + report(sink))
    assert fetch(app) == "1 thư bị trả về"
    box.put(report(sink))
    box.number_anew()
    assert fetch(app, LATER + timedelta(days=1)) is None
    assert (many(engine, BounceReport), len(told(engine)), box.mails) == (1, 2, {})


def test_the_coordinator_is_told_once_a_contact_and_day_and_the_second_contact_of_each_letter(
    engine: Engine, sent: tuple[Flask, Sink], box: Post
) -> None:
    app, sink = sent
    box.put(report(sink))
    fetch(app)
    deliver(app, LATER)
    with committing(engine) as session:
        letter = session.get_one(OutboxMessage, rows(engine)[0].id)
        more = {"task_ids": letter.facts["task_ids"]["overdue"]}
        outbox.enqueue(
            session, kind="remind", key="another", person=letter.person, to_name="", to_email=letter.to_email, facts=more,
            day=TODAY, now=LATER, plan_id=letter.plan_id,
        )  # fmt: skip
    second = deliver(app, LATER + timedelta(minutes=5))
    box.put(report(second, name="report-2@mx.example.vn"))
    assert fetch(app, LATER + timedelta(minutes=10)) == "1 thư bị trả về"
    assert [to for to, _ in told(engine)] == [HOA, COORDINATOR, HOA]


def test_a_soft_bounce_is_tried_again_under_the_same_message_id(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    box.put(report(sink, status="4.2.2", diagnostic="smtp; 452 4.2.2 full"))
    assert fetch(app) == "1 thư sẽ gửi lại"
    row = rows(engine)[0]
    assert (row.status, row.attempts, row.sent_at) == (LetterStatus.FAILED, 2, None)
    assert row.status_reason.startswith("Hộp thư d***1@example.vn tạm thời không nhận (lần 2); hệ thống sẽ gửi lại lúc")
    assert state(engine) == ("failed", None)
    again_sent = deliver(app, row.not_before)
    assert again_sent.received == {address(1): 1}
    assert again_sent.message_ids[address(1)] == sink.message_ids[address(1)]


def test_a_soft_bounce_of_an_old_letter_is_final(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    box.put(report(sink, status="4.4.7"))
    assert fetch(app, NOW + timedelta(days=5)) == "1 thư bị trả về"
    assert state(engine) == ("bounced", TODAY + timedelta(days=5))


def test_a_delay_is_only_noted(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    box.put(report(sink, action="delayed", status="4.4.1"))
    assert fetch(app) == "1 báo cáo được ghi nhận"
    assert state(engine) == ("sent", None)
    assert "chưa chuyển được thư tới d***1@example.vn" in rows(engine)[0].status_reason


def test_a_report_that_only_returns_the_letter_is_believed_by_its_message_id(
    engine: Engine, sent: tuple[Flask, Sink], box: Post
) -> None:
    app, sink = sent
    letter = next(content for found, content in sink.letters if found == address(2))
    box.put(reports.plain("MAILER-DAEMON@mx.example.vn", "failure notice", "<x>: no mailbox. (#5.1.1)", letter=letter))
    assert fetch(app) == "1 thư bị trả về"
    assert state(engine, 2) == ("bounced", TODAY)
    assert [to for to, _ in told(engine)] == [COORDINATOR], "there is nobody else at the unit"


def test_what_is_not_signed_by_us_is_not_believed_and_stays_in_the_mailbox(
    engine: Engine, sent: tuple[Flask, Sink], box: Post
) -> None:
    app, sink = sent
    path = sink.senders[address(1)]
    forged = path.replace(path.partition(".")[2].partition("@")[0], "0" * 20)
    of_another = path.replace(f"+{rows(engine)[0].id}.", f"+{rows(engine)[1].id}.")
    letter = next(content for found, content in sink.letters if found == address(1))
    box.put(
        reports.rfc3464(reports.LETTER, to=forged),
        reports.rfc3464(reports.LETTER, to=of_another),
        reports.rfc3464(letter, recipient="somebody-else@example.vn"),
        reports.OUT_OF_OFFICE.replace(b"To: khaosat@office.example.vn", f"To: {path}".encode()),
        reports.READ_RECEIPT,
        b"Subject: hello\r\n\r\nHello",
        *reports.HOSTILE.values(),
    )
    everything = dict(box.mails)
    assert fetch(app) is None
    assert (state(engine), state(engine, 2), many(engine, BounceReport)) == (("sent", None), ("sent", None), 0)
    assert box.mails == everything
    assert all(flags == set() for flags in box.flags.values()), "what is not ours stays unread"
    box.fetched.clear()
    fetch(app)
    assert box.fetched == [], "what was looked at is not looked at again"


def test_a_mail_that_cannot_be_fetched_or_taken_in_stops_nothing(
    engine: Engine, sent: tuple[Flask, Sink], box: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, sink = sent
    box.put(report(sink, 1), report(sink, 1, name="second@mx"), report(sink, 2, name="third@mx"))
    box.refused.add(1)
    from tracker.services import bounces

    settle = bounces.settle
    broken = iter([True])

    def once_broken(*arguments: Any, **values: Any) -> Any:
        if next(broken, False):
            raise RuntimeError("a fault of ours")
        return settle(*arguments, **values)

    monkeypatch.setattr(bounces, "settle", once_broken)
    assert fetch(app) == "1 thư bị trả về"
    assert state(engine, 2) == ("bounced", TODAY)


def test_a_connection_that_is_cut_is_an_error_and_the_next_run_goes_on(
    engine: Engine, sent: tuple[Flask, Sink], box: Post
) -> None:
    app, sink = sent
    box.put(report(sink, 1), report(sink, 2, name="second@mx"))
    box.cut.add(2)
    with pytest.raises(MailboxError, match="Hộp thư báo lỗi không trả lời"):
        fetch(app)
    assert (state(engine, 1), state(engine, 2)) == (("bounced", TODAY), ("sent", None))
    box.cut.clear()
    assert fetch(app) == "1 thư bị trả về"
    assert (many(engine, BounceReport), many(engine, MailboxPlace)) == (2, 1)


def test_a_report_quicker_than_our_own_mark_waits_for_it(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    with committing(engine) as session:
        session.execute(update(OutboxMessage).values(status=LetterStatus.SENDING))
    box.put(report(sink, 1), report(sink, 2, name="second@mx"))
    assert fetch(app) is None
    with committing(engine) as session:
        session.execute(update(OutboxMessage).values(status=LetterStatus.SENT))
    assert fetch(app) == "2 thư bị trả về"


def test_an_office_with_many_bad_addresses_does_not_flood_its_coordinator(engine: Engine, post: Any, box: Post) -> None:
    with committing(engine) as session:
        world = make_world(session, *(f"Đơn vị {n}" for n in range(14)))
        for n in range(14):
            world.digest(n)
    app = application(post, box)
    sink = deliver(app)
    box.put(*(report(sink, n, name=f"{n}@mx") for n in range(1, 15)))
    assert fetch(app) == "14 thư bị trả về"
    assert [to for to, _ in told(engine)] == [COORDINATOR] * 10


def test_a_corrected_address_ends_it_and_gets_the_letter(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    box.put(report(sink))
    fetch(app)
    with committing(engine) as session:
        contact = session.scalars(select(Contact).where(Contact.email == address(1))).one()
        fields = ContactFields(name=contact.name, email="oanh.moi@example.vn", rank=1)
        office_id = 1
        by = Actor("user-1", "Trần Thu Hà", Role.COORDINATOR, office_id)
        save_contact(session, contact.unit_id, contact.id, fields, version=contact.version, by=by, now=LATER)
        assert contact.bounced_on is None
    last = deliver(app, LATER)
    assert last.received == {"oanh.moi@example.vn": 1}, "the letters about the wrong address have nothing left to say"
    assert [row.status.value for row in rows(engine)] == ["sent", "sent", "void", "void"]
    box.put(report(sink, name="late@mx", returned="text/plain"))  # about the old address, by its return path alone
    assert fetch(app, LATER) is None
    assert rows(engine)[0].status is LetterStatus.SENT


def test_a_letter_sent_again_by_hand_is_not_taken_back_by_an_old_report(
    engine: Engine, sent: tuple[Flask, Sink], box: Post
) -> None:
    app, sink = sent
    box.put(report(sink))
    fetch(app)
    with committing(engine) as session:
        by = Actor("user-1", "Trần Thu Hà", Role.COORDINATOR, 1)
        again.send_again(session, rows(engine)[0].id, by=by, now=LATER)
    box.put(report(sink, name="late@mx"))
    assert fetch(app) == "1 báo cáo được ghi nhận"
    assert rows(engine)[0].status is LetterStatus.QUEUED


def test_finished_work_is_asked_of_nobody(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    with committing(engine) as session:
        session.execute(update(Task).values(status=TaskStatus.DONE))
    box.put(report(sink))
    fetch(app)
    assert told(engine) == [(HOA, []), (COORDINATOR, [])]
    body = deliver(app, LATER).read(HOA).get_body(("plain",))
    assert body is not None
    assert "Các việc có thể chưa tới được đơn vị" not in body.get_content()


def test_without_uidplus_the_settled_mail_goes_all_the_same(engine: Engine, sent: tuple[Flask, Sink], box: Post) -> None:
    app, sink = sent
    box.uidplus = False
    box.put(b"Subject: hello\r\n\r\nHello", report(sink))
    fetch(app)
    assert list(box.mails) == [1]


def test_a_mailbox_is_read_over_tls_whose_certificate_is_checked(
    engine: Engine, sent: tuple[Flask, Sink], box: Post, post: Any
) -> None:
    _, sink = sent
    with serving(Post(), tls(CERTIFICATE, KEY)) as secure:
        secure.put(report(sink))
        trusting = application(post, secure, MAIL_IMAP_USE_TLS=True, MAIL_CAFILE=CERTIFICATE, MAIL_IMAP_SERVER="localhost")
        strict = application(post, secure, MAIL_IMAP_USE_TLS=True, MAIL_IMAP_SERVER="localhost")
        with pytest.raises(MailboxError, match="Không mở được hộp thư báo lỗi"):
            fetch(strict)
        assert fetch(trusting) == "1 thư bị trả về"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"MAIL_IMAP_PASSWORD": "wrong"}, "AUTHENTICATIONFAILED"),
        ({"MAIL_IMAP_PASSWORD": "sai-mật-khẩu"}, "không trả lời"),
        ({"MAIL_IMAP_FOLDER": "Other"}, "no such folder"),
        ({"MAIL_IMAP_PORT": free_port()}, "Không mở được hộp thư báo lỗi"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_said_in_a_sentence(
    post: Any, box: Post, engine: Engine, settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(MailboxError, match=said):
        fetch(application(post, box, **settings))


def test_without_a_mailbox_there_is_nothing_to_do(post: Any, box: Post, engine: Engine) -> None:
    assert fetch(application(post, box, MAIL_IMAP_SERVER="")) is None
