"""What is read out of the reports of mail servers, and that nothing else is taken for one."""

from __future__ import annotations

import time

import pytest

from tests.mail import reports
from tracker.mail.bounces import read_report
from tracker.mail.return_path import Signed, is_ours, return_path, signed_in
from tracker.rules.bounces import Code, Verdict, code_in, reason_of

NO_MAILBOX, FULL, REFUSED, NO_DOMAIN = (
    "hộp thư không tồn tại", "hộp thư đầy", "máy chủ nhận từ chối", "tên miền không nhận thư",
)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "verdict", "code", "reason"),
    [
        (reports.rfc3464(), Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.rfc3464(status="5.2.2", diagnostic="smtp; 552 5.2.2 quota"), Verdict.HARD, "5.2.2", FULL),
        (reports.rfc3464(status="5.0.0", diagnostic="smtp; 550 5.1.1 unknown"), Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.rfc3464(status="5.0.0", diagnostic="smtp; 550 no such user"), Verdict.HARD, "5.0.0", NO_MAILBOX),
        (reports.rfc3464(status="5.7.1", diagnostic="smtp; 554 5.7.1 spam"), Verdict.HARD, "5.7.1", REFUSED),
        (reports.rfc3464(status="5.4.4", diagnostic="x-postfix; host not found"), Verdict.HARD, "5.4.4", NO_DOMAIN),
        (reports.rfc3464(status="4.4.7", diagnostic="smtp; 421 expired"), Verdict.SOFT, "4.4.7", NO_DOMAIN),
        (reports.rfc3464(status="4.2.2", diagnostic="smtp; 452 4.2.2 full"), Verdict.SOFT, "4.2.2", FULL),
        (reports.rfc3464(action="delayed", status="4.4.1"), Verdict.DELAYED, "4.4.1", NO_DOMAIN),
        (reports.rfc3464(returned="text/rfc822-headers"), Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.EXIM_UNKNOWN, Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.EXIM_UNROUTEABLE, Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.EXIM_WARNING, Verdict.DELAYED, "4.2.2", FULL),
        (reports.EXCHANGE, Verdict.HARD, "5.1.10", NO_MAILBOX),
        (reports.EXCHANGE_OLD, Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.GMAIL, Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.GMAIL_FULL, Verdict.HARD, "5.2.2", FULL),
        (reports.QMAIL, Verdict.HARD, "5.1.1", NO_MAILBOX),
        (reports.GIVEN_UP, Verdict.SOFT, "4.4.1", NO_DOMAIN),
    ],
)
def test_a_servers_report_is_read(content: bytes, verdict: Verdict, code: str, reason: str) -> None:
    report = read_report(content)
    assert report is not None
    assert (report.bounce.verdict, report.bounce.code, report.bounce.reason) == (verdict, code, reason)
    assert report.message_ids == ("<letter-1@office.example.vn>",)


def test_a_delay_without_a_code_is_a_delay() -> None:
    report = read_report(reports.GMAIL_DELAY)
    assert report is not None
    assert report.bounce.verdict is Verdict.DELAYED


@pytest.mark.parametrize(
    "content",
    [
        reports.OUT_OF_OFFICE,
        reports.VACATION_ROBOT,
        reports.READ_RECEIPT,
        reports.REPLY,
        reports.rfc3464(action="delivered", status="2.0.0"),
        reports.rfc3464(action="relayed", status="2.0.0"),
        reports.plain("mailer-daemon@x.example", "failure notice", "Something went wrong."),
    ],
)
def test_other_mail_is_no_report(content: bytes) -> None:
    assert read_report(content) is None


@pytest.mark.parametrize("name", reports.HOSTILE)
def test_hostile_mail_is_read_in_no_time_and_names_no_letter(name: str) -> None:
    started = time.monotonic()
    report = read_report(reports.HOSTILE[name])
    assert time.monotonic() - started < 2
    assert report is None or (report.signed, report.message_ids) == ((), ())


def test_the_gravest_word_about_several_recipients_counts() -> None:
    content = reports.rfc3464(action="delayed", status="4.4.1").replace(
        b"\n--B/mx\nContent-Description: Undelivered",
        b"\nFinal-Recipient: rfc822; Oanh@Example.vn\nAction: failed\nStatus: 5.1.1\n\n--B/mx\nContent-Description: Undelivered",
    )
    report = read_report(content)
    assert report is not None
    assert (report.bounce.verdict, report.recipients) == (Verdict.HARD, frozenset({"oanh@example.vn"}))


def test_the_same_report_has_one_fingerprint_by_whatever_way_it_came() -> None:
    first = read_report(reports.rfc3464())
    over_another_way = read_report(b"Received: from elsewhere\r\n" + reports.rfc3464())
    other = read_report(reports.rfc3464(name="report-2@mx.example.vn"))
    assert first is not None
    assert over_another_way is not None
    assert other is not None
    assert first.bounce.fingerprint == over_another_way.bounce.fingerprint != other.bounce.fingerprint


def test_a_return_path_names_its_letter_and_cannot_be_made_up() -> None:
    path = return_path("key", "bounce@office.example.vn", 12, "Oanh@example.vn")
    assert len(path.partition("@")[0]) <= 64
    [signed] = signed_in([f"<{path.upper()}>", path, "bounce+12@office.example.vn", "someone else"])
    assert signed.letter_id == 12
    assert is_ours("key", signed, "oanh@example.vn")
    assert not is_ours("key", signed, "corrected@example.vn")
    assert not is_ours("another key", signed, "oanh@example.vn")
    assert not is_ours("key", Signed(13, signed.mac), "oanh@example.vn")


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("550 5.1.1 no such user", Code(550, (5, 1, 1)), NO_MAILBOX),
        ("5.0.0 smtp; 552-5.2.2 full", Code(552, (5, 2, 2)), FULL),
        ("host 192.0.2.1 said: 550 no", Code(550, None), NO_MAILBOX),
        ("delivered 2.0.0, then 5.3.0", Code(None, (5, 3, 0)), REFUSED),
        ("version 10.5.1.1, room 5550", Code(None, None), REFUSED),
    ],
)
def test_codes_are_found_in_sentences(text: str, code: Code, reason: str) -> None:
    assert code_in(text) == code
    assert reason_of(code) == reason
