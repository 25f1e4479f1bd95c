"""The way over SMTP, against a real server on a socket: what Flask-Mail 0.10 gets wrong, and ours does not."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from flask_mail import BadHeaderError, Message

from tests.mail.post import mail_app
from tests.mail.sink import Sink, free_port, running, silent_server, tls
from tracker.clock import ZONE
from tracker.mail.answers import Failure, Fault, failure_of
from tracker.mail.mime import Envelope
from tracker.mail.smtp import SafeConnection, SafeMail, ViMessage

CERTIFICATES = Path(__file__).parent / "certificates"
CERTIFICATE, KEY = str(CERTIFICATES / "localhost.pem"), str(CERTIFICATES / "localhost.key")


def letter(address: str = "oanh@example.vn", text: str = "Kính gửi: Bà Oanh\n", sender: str = "Phòng Nội vụ, UBND") -> ViMessage:
    return ViMessage(
        Envelope(
            to=("Lê Thị Kim Oanh", address),
            sender=(sender, "khaosat@example.vn"),
            subject="Thời điểm điều tra",
            text=text,
            html=f"<p>{text}</p>",
            message_id="<1@example.vn>",
            dated_at=datetime(2021, 9, 20, 7, 30, tzinfo=ZONE),
        )
    )


def send(port: int | None, *letters: Message, folder: Path = Path("."), **settings: object) -> dict[str, tuple[int, bytes]]:
    app = mail_app("sqlite://", folder, port, **settings)
    with app.app_context(), SafeMail(app).connect() as connection:
        for message in letters:
            connection.send(message)
        return connection.refused


@contextmanager
def connection(port: int) -> Iterator[SafeConnection]:
    app = mail_app("sqlite://", Path("."), port)
    with app.app_context(), SafeMail(app).connect() as found:
        yield found


#: Servers that take the commands of a letter one by one, and in one piece.
OFFERS = pytest.mark.parametrize("offers", [(), ("PIPELINING",)], ids=["one by one", "pipelining"])


@OFFERS
def test_letters_go_over_one_connection_and_arrive_byte_for_byte(offers: tuple[str, ...]) -> None:
    letters = [letter(f"{n}@example.vn", f"Thư {n}\n.\n..chấm\n") for n in range(3)]
    with running(Sink(offers=offers)) as sink:
        send(sink.port, *letters)
    assert sink.letters == [(f"{n}@example.vn", letters[n].content) for n in range(3)]
    assert sink.connections == 1


def test_a_sender_with_a_comma_stays_whole() -> None:
    with running(Sink()) as sink:
        send(sink.port, letter())
    assert str(sink.read("oanh@example.vn")["From"].addresses[0].addr_spec) == "khaosat@example.vn"
    assert "Phòng Nội vụ, UBND" in str(sink.read("oanh@example.vn")["From"])


def test_a_server_that_says_nothing_does_not_hold_us_for_long() -> None:
    with silent_server() as port:
        start = time.monotonic()
        with pytest.raises(OSError, match="timed out"):
            send(port, letter(), MAIL_TIMEOUT_SECONDS=0.2)
    assert time.monotonic() - start < 3


@OFFERS
def test_a_refused_letter_leaves_the_connection_to_the_next(offers: tuple[str, ...]) -> None:
    sink = Sink(offers=offers, at_rcpt=lambda address: "550 5.1.1 no such user" if address.startswith("bad") else None)
    with running(sink):
        app = mail_app("sqlite://", Path("."), sink.port)
        with app.app_context(), SafeMail(app).connect() as connection:
            connection.send(letter("one@example.vn"))
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                connection.send(letter("bad@example.vn"))
            connection.send(letter("two@example.vn"))
    assert failure_of(refused.value) == Failure(Fault.ADDRESS, "hộp thư không tồn tại")
    assert list(sink.received) == ["one@example.vn", "two@example.vn"]
    assert sink.connections == 1


@OFFERS
def test_a_refused_sender_leaves_the_connection_to_the_next(offers: tuple[str, ...]) -> None:
    answers = iter(["451 4.3.0 later", None])
    sink = Sink(offers=offers, at_mail=lambda _address: next(answers))
    with running(sink):
        app = mail_app("sqlite://", Path("."), sink.port)
        with app.app_context(), SafeMail(app).connect() as connection:
            with pytest.raises(smtplib.SMTPSenderRefused):
                connection.send(letter("one@example.vn"))
            connection.send(letter("two@example.vn"))
    assert (list(sink.received), sink.connections) == (["two@example.vn"], 1)


@pytest.mark.parametrize(
    ("answers", "raised"),
    [
        (b"550 no\r\n354 go on\r\n", smtplib.SMTPRecipientsRefused),
        (b"550 no\r\n421 too busy\r\n", smtplib.SMTPRecipientsRefused),
        (b"421 too busy\r\n", smtplib.SMTPRecipientsRefused),
        (b"250 OK\r\n421 too busy\r\n", smtplib.SMTPDataError),
        (b"250 OK\r\n", smtplib.SMTPServerDisconnected),
    ],
)
def test_all_commands_go_in_one_piece_and_a_server_that_goes_on_alone_is_left(
    answers: bytes, raised: type[Exception]
) -> None:  # fmt: skip
    """The server answers nothing before it has all three commands; whatever it then says, the connection is not used again."""
    got: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        server, _ = listening.accept()
        with server, server.makefile("rb") as lines:
            server.sendall(b"220 here\r\n")
            lines.readline()
            server.sendall(b"250-here\r\n250 PIPELINING\r\n")
            got.extend(lines.readline() for _ in range(3))
            server.sendall(b"250 OK\r\n" + answers)
            if raised is smtplib.SMTPServerDisconnected:
                return
            got.extend(lines.readlines())

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        app = mail_app("sqlite://", Path("."), listening.getsockname()[1], MAIL_TIMEOUT_SECONDS=5)
        with app.app_context(), SafeMail(app).connect() as connection:
            with pytest.raises(raised):
                connection.send(letter())
            assert connection.host.sock is None
        thread.join()
    assert got == [b"MAIL FROM:<khaosat@example.vn>\r\n", b"RCPT TO:<oanh@example.vn>\r\n", b"DATA\r\n"]


@OFFERS
def test_recipients_refused_while_others_are_taken_are_known(offers: tuple[str, ...]) -> None:
    message = letter("good@example.vn")
    message.recipients = [("", "good@example.vn"), ("", "bad@example.vn"), ("", "busy@example.vn")]
    answers = {"bad@example.vn": "550 no", "busy@example.vn": "450 later"}
    with running(Sink(offers=offers, at_rcpt=answers.get)) as sink:
        refused = send(sink.port, message)
    assert refused == {"bad@example.vn": (550, b"no"), "busy@example.vn": (450, b"later")}
    assert list(sink.received) == ["good@example.vn"]


def test_starttls_wants_a_certificate_it_can_trust() -> None:
    with running(Sink(), tls_context=tls(CERTIFICATE, KEY), require_starttls=True) as sink:
        with pytest.raises(ssl.SSLCertVerificationError) as refused:
            send(sink.port, letter(), MAIL_USE_TLS=True, MAIL_SERVER="localhost")
        send(sink.port, letter(), MAIL_USE_TLS=True, MAIL_SERVER="localhost", MAIL_CAFILE=CERTIFICATE)
    failure = failure_of(refused.value)
    assert failure is not None
    assert failure.fault is Fault.SERVER
    assert sink.received == {"oanh@example.vn": 1}


def test_no_starttls_where_it_is_asked_for_is_the_servers_fault() -> None:
    with running(Sink()) as sink, pytest.raises(smtplib.SMTPNotSupportedError) as refused:
        send(sink.port, letter(), MAIL_USE_TLS=True)
    failure = failure_of(refused.value)
    assert failure is not None
    assert failure.fault is Fault.SERVER


def test_a_closed_port_is_a_lost_connection() -> None:
    with pytest.raises(OSError, match="refused") as refused:
        send(free_port(), letter())
    failure = failure_of(refused.value)
    assert failure is not None
    assert failure.fault is Fault.CONNECTION


def test_leaving_a_dead_connection_raises_nothing_over_the_first_error() -> None:
    sink = Sink(cut={"cut@example.vn"})
    with running(sink), pytest.raises(smtplib.SMTPServerDisconnected):
        send(sink.port, letter("cut@example.vn"))
    assert sink.received == {}


@pytest.mark.parametrize(("offers", "answers"), [((), 4), (("PIPELINING",), 2)])
def test_whoever_sends_may_do_something_else_whenever_an_answer_is_due(offers: tuple[str, ...], answers: int) -> None:
    with running(Sink(offers=offers)) as sink, connection(sink.port) as open_one:
        waits = list(open_one.sending(letter()))
        assert len(waits) == answers  # the sender, the recipient, "may I?", the letter; in one piece the first three
        assert sink.received == {"oanh@example.vn": 1}


def test_a_letter_that_is_given_up_on_the_way_ends_its_connection() -> None:
    with running(Sink()) as sink, connection(sink.port) as open_one:
        on_the_way = open_one.sending(letter())
        next(on_the_way)
        on_the_way.close()
        assert open_one.host is not None
        assert open_one.host.sock is None  # the answer that was due would be taken for the next letter's
    assert sink.received == {}


def test_recording_still_works_and_sends_nothing() -> None:
    app = mail_app("sqlite://", Path("."), free_port(), MAIL_SUPPRESS_SEND=True)
    mail = SafeMail(app)
    with app.app_context(), mail.record_messages() as outbox, mail.connect() as connection:
        connection.send(letter())
    assert [m.subject for m in outbox] == ["Thời điểm điều tra"]
    assert "Subject: =?utf-8?" in str(outbox[0])


def test_a_line_break_in_a_subject_is_refused() -> None:
    message = letter()
    message.subject = "a\r\nBcc: x@example.com"
    with running(Sink()) as sink, pytest.raises(BadHeaderError):
        send(sink.port, message)
