"""Delivery on both databases, to a real mail server that refuses, delays, cuts and goes away: nothing lost, states true."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from jobs import deliveries, marking, sending
from jobs.deliveries import deliver, deliver_waiting
from jobs.sending import Counts
from tests.mail.cast import NOW, TODAY, World, make_world
from tests.mail.post import mail_app
from tests.mail.sink import Sink, free_port, running, silent_server
from tests.mail.stores import committing
from tracker.db import db
from tracker.models import Contact, Notice, OutboxMessage, Task
from tracker.rules.states import LetterStatus, NoticeStatus, TaskStatus
from tracker.services import outbox
from tracker.services.outbox.delivery import STUCK_AFTER

UNITS = 6
COORDINATOR = "thuha@example.vn"


@pytest.fixture
def letters(engine: Engine) -> list[int]:
    """Six digests in the queue, to dau-moi-1 … dau-moi-6, each with its notice."""
    with committing(engine) as session:
        world = make_world(session, *(f"UBND phường số {n}" for n in range(1, UNITS + 1)))
        return [queue(world, n) for n in range(UNITS)]


#: Servers that take the commands of a letter one by one, and in one piece.
OFFERS = pytest.mark.parametrize("offers", [(), ("PIPELINING",)], ids=["one by one", "pipelining"])


def queue(world: World, number: int, **values: Any) -> int:
    letter = world.digest(number, **values)
    task = world.tasks[number]
    world.session.add(
        Notice(
            task_id=task.id, due_on=TODAY, rung="due+1:contact", person=letter.person, day=TODAY,
            status=NoticeStatus.QUEUED, message_id=letter.id,
        )
    )  # fmt: skip
    return letter.id


@pytest.fixture
def post(engine: Engine, tmp_path: Path) -> Iterator[Any]:
    """Builds applications on the database of this test: `post(port)`."""
    apps: list[Flask] = []

    def build(port: int | None = None, **settings: Any) -> Flask:
        app = mail_app(engine.url.render_as_string(hide_password=False), tmp_path / "spool", port, **settings)
        apps.append(app)
        return app

    yield build
    for app in apps:
        with app.app_context():
            db.engine.dispose()


def address(number: int) -> str:
    return f"dau-moi-{number}@example.vn"


ALL = {address(n): 1 for n in range(1, UNITS + 1)}


def rows(engine: Engine) -> list[OutboxMessage]:
    with Session(engine) as session:
        found = list(session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
        for row in found:
            assert row.body_text is not None  # deferred: loaded while there is a session
            assert row.body_html is not None
        session.expunge_all()
        return found


def statuses(engine: Engine) -> list[str]:
    return [row.status.value for row in rows(engine)]


def notices(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return [status.value for status in session.scalars(select(Notice.status).order_by(Notice.id))]


def test_all_letters_go_over_one_connection_and_are_settled(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink()) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
        assert deliver_waiting(post(sink.port), now=NOW, by="a") == Counts()
    assert counts == Counts(sent=UNITS)
    assert sink.received == ALL
    assert sink.connections == 1
    assert statuses(engine) == ["sent"] * UNITS
    assert notices(engine) == ["sent"] * UNITS
    row = rows(engine)[0]
    assert row.subject == "[Khảo sát 2021] 1 việc quá hạn – Thứ Hai, 20/9/2021"
    assert "Điều tra khảo sát – hạn Thứ Tư, 15/9/2021, quá hạn 5 ngày" in row.body_text
    assert "https://khaosat.office.example.vn/v/…" in row.body_text, "the kept copy lets nobody act as the contact"
    assert row.sent_at is not None
    assert timedelta(0) <= row.sent_at - NOW < timedelta(seconds=30)


def test_a_letter_says_who_sends_it_where_to_answer_and_how_to_stop(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink()) as sink:
        deliver_waiting(post(sink.port), now=NOW, by="a")
    letter = sink.read(address(1))
    row = rows(engine)[0]
    assert letter["From"].addresses[0].addr_spec == "khaosat@office.example.vn"
    assert " ".join(letter["From"].addresses[0].display_name.split()) == "Phòng Nội vụ thành phố Cam Ranh – theo dõi khảo sát"
    assert letter["Reply-To"].addresses[0].addr_spec == "thuha@example.vn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["List-Unsubscribe"].startswith("<https://khaosat.office.example.vn/v/")
    assert letter["List-Unsubscribe"].endswith("/letters/weekly>")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["References"] == letter["In-Reply-To"] == "<plan-1@office.example.vn>"
    assert letter["Message-ID"] == row.message_id
    assert row.dated_at is not None
    assert letter["Date"].datetime == row.dated_at.replace(microsecond=0) == NOW
    text = letter.get_body(("plain",))
    assert text is not None
    assert "/v/" in text.get_content()
    assert "…" not in text.get_content()


def test_letters_for_later_and_held_letters_stay(engine: Engine, post: Any) -> None:
    with committing(engine) as session:
        world = make_world(session, "Một", "Hai", "Ba")
        queue(world, 0, not_before=NOW + timedelta(hours=1))
        queue(world, 1, held=True)
        queue(world, 2)
    with running(Sink()) as sink:
        assert deliver_waiting(post(sink.port), now=NOW, by="a").sent == 1
    assert statuses(engine) == ["queued", "held", "sent"]


def test_delivery_looks_once_more_before_it_sends(engine: Engine, letters: list[int], post: Any) -> None:
    with committing(engine) as session:
        for task in session.scalars(select(Task).order_by(Task.id).limit(2)):
            task.status = TaskStatus.DONE
    with running(Sink()) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    assert counts == Counts(sent=4, void=2)
    assert statuses(engine)[:3] == ["void", "void", "sent"]
    assert notices(engine)[:3] == ["void", "void", "sent"]
    assert rows(engine)[0].status_reason == "Thư không gửi nữa vì “Điều tra khảo sát” đã chuyển sang hoàn thành ngày 20/9/2021."


def test_a_wrong_address_is_told_and_marked_and_the_others_go(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(at_rcpt={address(2): "550 5.1.1 no such user"}.get)) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    assert counts == Counts(sent=6, bounced=1), "five digests, and a letter to the coordinator about the sixth"
    assert sink.connections == 1
    assert sink.received == {a: n for a, n in ALL.items() if a != address(2)} | {COORDINATOR: 1}
    row = rows(engine)[1]
    assert (row.status, row.attempts) == (LetterStatus.BOUNCED, 1)
    assert row.status_reason == (
        "Thư gửi d***2@example.vn bị trả về ngày 20/9/2021 (hộp thư không tồn tại); sửa địa chỉ hoặc báo đầu mối thứ hai."
    )
    with Session(engine) as session:
        assert list(session.scalars(select(Contact.bounced_on).order_by(Contact.id)))[:3] == [None, TODAY, None]
    with running(Sink()) as again:
        assert deliver_waiting(post(again.port), now=NOW + timedelta(days=1), by="a") == Counts()


def test_an_address_that_cannot_be_is_not_tried(engine: Engine, letters: list[int], post: Any) -> None:
    with committing(engine) as session:
        session.get_one(OutboxMessage, letters[0]).to_email = "đầu-mối@example.vn"
    with running(Sink()) as sink:
        assert deliver_waiting(post(sink.port), now=NOW, by="a") == Counts(sent=5, bounced=1)
    assert "địa chỉ không đúng" in rows(engine)[0].status_reason


def test_a_passing_failure_waits_longer_each_time_and_is_given_up_after_days(
    engine: Engine, letters: list[int], post: Any
) -> None:
    waits = []
    now = NOW
    with running(Sink(at_rcpt={address(1): "451 4.3.0 later"}.get)) as sink:
        app = post(sink.port)
        while True:
            counts = deliver_waiting(app, now=now, by="a")
            row = rows(engine)[0]
            if counts.bounced:
                break
            assert (counts.failed, row.status) == (1, LetterStatus.FAILED)
            waits.append(round((row.not_before - now).total_seconds() / 60))
            now = row.not_before + timedelta(seconds=1)
    assert waits[:6] == [5, 15, 60, 180, 360, 360]
    assert outbox.GIVE_UP_AFTER < now - NOW < outbox.GIVE_UP_AFTER + timedelta(hours=7)
    assert row.status is LetterStatus.BOUNCED
    assert sink.received == {a: n for a, n in ALL.items() if a != address(1)} | {COORDINATOR: 1}


@OFFERS
def test_a_while_of_451_loses_and_repeats_nothing(engine: Engine, letters: list[int], post: Any, offers: tuple[str, ...]) -> None:
    """The case in which every peer loses letters or sends them twice."""
    busy = {address(n) for n in (2, 3, 4)}
    sink = Sink(offers=offers, at_rcpt=lambda found: "451 4.3.0 later" if found in busy else None)
    with running(sink):
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="a") == Counts(sent=3, failed=3)
        assert statuses(engine) == ["sent", "failed", "failed", "failed", "sent", "sent"]
        reason = rows(engine)[1].status_reason
        assert reason.startswith("Hộp thư d***2@example.vn tạm thời không nhận (lần 1); hệ thống sẽ gửi lại lúc 07:35, 20/9/2021")
        busy.clear()
        assert deliver_waiting(app, now=NOW + timedelta(minutes=6), by="a") == Counts(sent=3)
    assert sink.received == ALL
    assert notices(engine) == ["sent"] * UNITS


def test_a_server_that_takes_nothing_is_left_alone_after_a_few_tries(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(at_mail=lambda _: "451 4.7.1 busy")) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    assert (counts.failed, counts.given_back) == (5, 1)
    assert counts.trouble.startswith("Máy chủ thư từ chối thư của khaosat@office.example.vn: 451 4.7.1 busy")
    assert statuses(engine) == ["failed"] * 5 + ["queued"]


def test_a_server_that_refuses_our_sender_is_for_the_administrator(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(at_mail=lambda _: "550 5.7.1 not allowed")) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    sentence = "Máy chủ thư từ chối thư của khaosat@office.example.vn: 550 5.7.1 not allowed; quản trị kiểm tra cấu hình gửi thư."
    assert counts.trouble == sentence
    assert rows(engine)[0].status_reason == sentence
    with Session(engine) as session:
        assert set(session.scalars(select(Contact.bounced_on))) == {None}, "no address is to blame"


@pytest.mark.parametrize("kind", ["closed", "silent"])
def test_a_server_that_is_away_gets_one_sentence_and_the_queue_stays(
    engine: Engine, letters: list[int], post: Any, kind: str
) -> None:
    if kind == "closed":
        counts = deliver_waiting(post(free_port()), now=NOW, by="a")
    else:
        with silent_server() as port:
            counts = deliver_waiting(post(port, MAIL_TIMEOUT_SECONDS=0.2), now=NOW, by="a")
    sentence = "Chưa gửi được thư: máy chủ thư không trả lời từ 07:30, 20/9/2021; thư vẫn trong hàng chờ và sẽ gửi lại."
    assert counts == Counts(given_back=UNITS, trouble=sentence)
    assert statuses(engine) == ["queued"] * UNITS
    assert {row.attempts for row in rows(engine)} == {0}
    with running(Sink()) as sink:
        assert deliver_waiting(post(sink.port), now=NOW, by="a").sent == UNITS
    assert sink.received == ALL


@OFFERS
def test_a_connection_cut_in_the_middle_of_a_letter_costs_that_letter_a_minute(
    engine: Engine, letters: list[int], post: Any, offers: tuple[str, ...]
) -> None:
    sink = Sink(offers=offers, cut={address(3)})
    with running(sink):
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="a") == Counts(sent=5, failed=1)
        assert sink.connections == 2
        before = rows(engine)[2]
        assert (before.status, before.not_before.replace(microsecond=0)) == (LetterStatus.FAILED, NOW + timedelta(minutes=1))
        sink.cut.clear()
        assert deliver_waiting(app, now=NOW + timedelta(minutes=2), by="a") == Counts(sent=1)
    assert sink.received == ALL
    assert rows(engine)[2].message_id == before.message_id


def test_a_server_that_takes_a_letter_and_dies_before_it_says_so_gets_it_again_under_its_name(
    engine: Engine, letters: list[int], post: Any
) -> None:
    dying = Sink()
    dying.at_data = lambda found: (dying.letters.append((found, b"")), "cut")[1] if found == address(1) else None
    with running(dying):
        assert deliver_waiting(post(dying.port), now=NOW, by="a") == Counts(sent=5, failed=1)
    name = rows(engine)[0].message_id
    with running(Sink()) as sink:
        deliver_waiting(post(sink.port), now=NOW + timedelta(minutes=2), by="a")
    assert sink.message_ids == {address(1): {name}}
    assert sink.read(address(1))["Date"].datetime == NOW


def test_a_letter_refused_for_its_content_does_not_stop_the_others(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(at_data={address(2): "554 5.7.1 looks like spam"}.get)) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    assert counts == Counts(sent=5, failed=1)
    assert "looks like spam" in rows(engine)[1].status_reason


def test_a_letter_that_cannot_be_put_into_words_does_not_stop_the_others(
    engine: Engine, letters: list[int], post: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with committing(engine) as session:
        session.get_one(OutboxMessage, letters[1]).kind = "unknown_kind"
    with running(Sink()) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    assert counts == Counts(sent=5, failed=1)
    assert rows(engine)[1].status_reason.startswith("Chưa soạn được thư (KeyError: 'unknown_kind')")
    assert "could not be put into words" in caplog.text


def test_a_mark_that_fails_once_is_made_again_and_mixes_up_no_answers(
    engine: Engine, letters: list[int], post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made while the server hears of the next letter: that one has not gone and waits, on a connection of its own."""
    mark = outbox.SentMarks.mark_sent
    broken = iter([True])

    def once_broken(self: Any, *arguments: Any, **values: Any) -> None:
        if next(broken, False):
            raise RuntimeError("the database is away for a moment")
        mark(self, *arguments, **values)

    monkeypatch.setattr(outbox.SentMarks, "mark_sent", once_broken)
    with running(Sink()) as sink:
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="a") == Counts(sent=5, failed=1)
        assert statuses(engine) == ["sent", "failed", "sent", "sent", "sent", "sent"]
        assert deliver_waiting(app, now=NOW + timedelta(minutes=6), by="a") == Counts(sent=1)
    assert sink.received == ALL
    assert sink.connections == 3


def test_a_database_that_goes_away_after_a_letter_has_gone_is_waited_for(
    engine: Engine, letters: list[int], post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letter that the mail server has is marked when the database is back: a process that lives sends nothing twice."""
    mark = outbox.SentMarks.mark_sent
    away = iter(range(3))

    def lost(self: Any, *arguments: Any, **values: Any) -> None:
        if next(away, None) is not None:
            raise engine.dialect.loaded_dbapi.OperationalError("server closed the connection unexpectedly")
        mark(self, *arguments, **values)

    monkeypatch.setattr(outbox.SentMarks, "mark_sent", lost)
    monkeypatch.setattr(marking, "RETRY_SECONDS", 0.01)
    with running(Sink()) as sink:
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="a") == Counts(sent=6, given_back=1)
    assert sink.received == ALL
    assert statuses(engine) == ["sent"] * UNITS
    assert {row.attempts for row in rows(engine)} == {1}


def test_a_database_that_stays_away_ends_the_run_and_leaves_the_rest_to_the_sweep(
    engine: Engine, letters: list[int], post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise engine.dialect.loaded_dbapi.OperationalError("server closed the connection unexpectedly")

    assert marking.PATIENCE < STUCK_AFTER, "nobody takes the claim for a dead one's meanwhile"
    monkeypatch.setattr(marking, "PATIENCE", timedelta(0))
    with monkeypatch.context() as patched, running(Sink()) as sink:
        patched.setattr(outbox.SentMarks, "mark_sent", lost)
        with pytest.raises(marking.DatabaseAwayError, match=f"letter {letters[0]} has gone and is not marked"):
            deliver_waiting(post(sink.port), now=NOW, by="a")
        assert sink.received == {address(1): 1}
    assert statuses(engine) == ["sending"] * UNITS


def test_a_slow_server_does_not_let_letters_grow_stale(
    engine: Engine, letters: list[int], post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After `FRESH_SECONDS` the rest is given back and looked at anew: what was finished meanwhile is not sent."""
    sink = Sink()

    def finish_the_last(found: str) -> None:
        if found == address(1):
            with committing(engine) as session:
                session.scalars(select(Task).order_by(Task.id.desc())).first().status = TaskStatus.DONE  # type: ignore[union-attr]

    monkeypatch.setattr(sending, "FRESH_SECONDS", 0.05)
    sink.on_letter = lambda found: (finish_the_last(found), threading.Event().wait(0.06))[0]
    with running(sink):
        counts = deliver_waiting(post(sink.port), now=NOW, by="a")
    assert (counts.sent, counts.void) == (5, 1)
    assert counts.given_back > 0
    assert sink.received == {a: n for a, n in ALL.items() if a != address(UNITS)}


@pytest.mark.parametrize("runs", [2, 4])
def test_several_runs_at_once_send_every_letter_once(engine: Engine, post: Any, runs: int) -> None:
    with committing(engine) as session:
        world = make_world(session, *(f"Đơn vị {n}" for n in range(60)))
        for n in range(60):
            queue(world, n)
    results: list[Counts] = []
    monkey = pytest.MonkeyPatch()
    monkey.setattr(deliveries, "BATCH", 4)
    try:
        with running(Sink()) as sink:
            apps = [post(sink.port) for _ in range(runs)]
            start = threading.Barrier(runs)

            def run(number: int) -> None:
                start.wait()
                results.append(deliver_waiting(apps[number], now=NOW, by=f"run-{number}"))

            threads = [threading.Thread(target=run, args=(n,)) for n in range(runs)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        monkey.undo()
    assert sum(counts.sent for counts in results) == 60
    assert set(sink.received.values()) == {1}
    assert len(sink.received) == 60
    assert statuses(engine) == ["sent"] * 60


def test_several_connections_share_the_work_and_send_every_letter_once(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(at_rcpt={address(2): "550 no"}.get)) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a", connections=3)
        assert sink.connections == 3
    assert counts == Counts(sent=6, bounced=1)
    assert sink.received == {a: n for a, n in ALL.items() if a != address(2)} | {COORDINATOR: 1}


def test_a_server_that_takes_one_connection_gets_all_over_that(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(most_open=1)) as sink:
        counts = deliver_waiting(post(sink.port), now=NOW, by="a", connections=3)
    assert (counts.sent, counts.failed, counts.trouble) == (UNITS, 0, "")
    assert counts.given_back > 0
    assert sink.received == ALL


def test_one_connection_that_breaks_costs_its_letter_and_the_other_goes_on(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(cut={address(1)})) as sink:
        assert deliver_waiting(post(sink.port), now=NOW, by="a", connections=2) == Counts(sent=5, failed=1)
    assert sink.received == {a: n for a, n in ALL.items() if a != address(1)}


def test_a_connection_that_grows_silent_is_waited_for_only_so_long_and_the_other_goes_on(
    engine: Engine, letters: list[int], post: Any
) -> None:
    with running(Sink(at_rcpt={address(1): "silence"}.get)) as sink:
        began = time.monotonic()
        counts = deliver_waiting(post(sink.port, MAIL_TIMEOUT_SECONDS=0.3), now=NOW, by="a", connections=2)
        assert 0.3 <= time.monotonic() - began < 10
    assert counts == Counts(sent=5, failed=1)
    assert sink.received == {a: n for a, n in ALL.items() if a != address(1)}


def test_without_a_mail_server_letters_are_files_and_say_so(
    engine: Engine, letters: list[int], post: Any, tmp_path: Path
) -> None:
    app = post()
    assert deliver_waiting(app, now=NOW, by="a") == Counts(sent=UNITS)
    files = sorted((tmp_path / "spool").iterdir())
    assert [file.name for file in files] == [f"{i:08d}-{address(n)}.eml" for n, i in enumerate(letters, 1)]
    assert b"Subject: =?utf-8?B?" in files[0].read_bytes()
    row = rows(engine)[0]
    assert (row.status, row.status_reason[:32]) == (LetterStatus.SENT, "Chưa cấu hình máy chủ thư nên th")


def test_a_full_disk_is_the_administrators_and_loses_nothing(
    engine: Engine, letters: list[int], post: Any, tmp_path: Path
) -> None:
    (tmp_path / "spool").write_text("in the way")
    counts = deliver_waiting(post(), now=NOW, by="a")
    assert (counts.sent, counts.failed, counts.given_back) == (0, 5, 1)
    assert "không ghi được tệp thư" in counts.trouble
    (tmp_path / "spool").unlink()
    assert deliver_waiting(post(), now=NOW + timedelta(hours=2), by="a").sent == UNITS


def test_a_letter_of_a_dead_process_goes_out_after_the_sweep(engine: Engine, letters: list[int], post: Any) -> None:
    with committing(engine) as session:
        assert outbox.claim(session, now=NOW, by="dead", limit=2) == letters[:2]
    with running(Sink()) as sink:
        app = post(sink.port)
        assert deliver_waiting(app, now=NOW, by="alive").sent == 4
        with committing(engine) as session:
            outbox.sweep_stuck(session, now=NOW + timedelta(minutes=11))
        assert deliver_waiting(app, now=NOW + timedelta(minutes=11), by="alive").sent == 2
    assert sink.received == ALL


def test_a_long_queue_is_shared_by_two_connections(
    engine: Engine, letters: list[int], post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MANY", UNITS)
    with running(Sink()) as sink:
        app = post(sink.port)
        with app.app_context():
            assert deliver(TODAY, NOW) == "6 thư đã gửi"
        assert sink.connections == 2
    assert sink.received == ALL


def test_the_timetables_line_says_what_it_did(engine: Engine, letters: list[int], post: Any) -> None:
    with running(Sink(at_rcpt={address(2): "550 no"}.get)) as sink:
        app = post(sink.port)
        with app.app_context():
            assert deliver(TODAY, NOW) == "6 thư đã gửi, 1 thư bị trả về"
            assert deliver(TODAY, NOW) is None
