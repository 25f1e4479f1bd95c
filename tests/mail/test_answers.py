"""What servers answer, and what it means for the letter."""

from __future__ import annotations

import smtplib
import ssl

import pytest

from tracker.mail.answers import Failure, Fault, failure_of
from tracker.mail.mime import BadAddressError
from tracker.mail.spool import SpoolError


@pytest.mark.parametrize(
    ("code", "text", "fault", "reason"),
    [
        (550, b"5.1.1 no such user", Fault.ADDRESS, "hộp thư không tồn tại"),
        (550, b"user unknown", Fault.ADDRESS, "hộp thư không tồn tại"),
        (553, b"5.1.3 bad syntax", Fault.ADDRESS, "hộp thư không tồn tại"),
        (552, b"5.2.2 mailbox full", Fault.ADDRESS, "hộp thư đầy"),
        (550, b"5.1.2 bad destination system", Fault.ADDRESS, "tên miền không nhận thư"),
        (550, b"5.4.4 unable to route", Fault.ADDRESS, "tên miền không nhận thư"),
        (554, b"transaction failed", Fault.ADDRESS, "máy chủ nhận từ chối"),
        (550, b"5.7.1 relaying denied", Fault.SERVER, "550 5.7.1 relaying denied"),
        (530, b"authentication required", Fault.SERVER, "530 authentication required"),
        (452, b"4.2.2 over quota", Fault.PASSING, "hộp thư đầy"),
        (450, b"4.2.1 try\r\nlater", Fault.PASSING, "450 4.2.1 try later"),
        (421, b"closing", Fault.CONNECTION, "421 closing"),
    ],
)
def test_an_answer_to_a_recipient_names_whose_the_failure_is(code: int, text: bytes, fault: Fault, reason: str) -> None:
    refused = smtplib.SMTPRecipientsRefused({"oanh@example.vn": (code, text)})
    assert failure_of(refused) == Failure(fault, reason)
    assert failure_of(smtplib.SMTPDataError(code, text)) == Failure(fault, reason)


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (smtplib.SMTPSenderRefused(451, b"later", "a"), Fault.PASSING),
        (smtplib.SMTPSenderRefused(553, b"not yours", "a"), Fault.SERVER),
        (smtplib.SMTPServerDisconnected("gone"), Fault.CONNECTION),
        (smtplib.SMTPConnectError(421, b"busy"), Fault.CONNECTION),
        (smtplib.SMTPAuthenticationError(535, b"wrong password"), Fault.SERVER),
        (smtplib.SMTPNotSupportedError("no STARTTLS"), Fault.SERVER),
        (TimeoutError("timed out"), Fault.CONNECTION),
        (ConnectionRefusedError(111, "Connection refused"), Fault.CONNECTION),
        (ssl.SSLCertVerificationError(1, "self-signed"), Fault.SERVER),
        (SpoolError("No space left on device"), Fault.SERVER),
        (BadAddressError("x"), Fault.ADDRESS),
    ],
)
def test_every_other_failure_has_its_fault_too(error: Exception, fault: Fault) -> None:
    found = failure_of(error)
    assert found is not None
    assert found.fault is fault
    assert found.reason


def test_an_error_of_our_own_is_not_the_servers() -> None:
    assert failure_of(KeyError("x")) is None
