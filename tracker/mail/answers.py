"""What a mail server's answer means for a letter: try again, wrong address, or the server itself.

Codes: RFC 5321 (4xx passes, 5xx stays), enhanced codes: RFC 3463 (x.1 address, x.2 mailbox, x.7 policy).
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from enum import Enum, auto

from tracker.mail.mime import BadAddressError
from tracker.mail.spool import SpoolError
from tracker.rules.bounces import ENHANCED, MAILBOX_FULL, REFUSED, Code, reason_of


class Fault(Enum):
    """Whose the failure is."""

    PASSING = auto()  # the recipient's side, for now: try this letter again later
    ADDRESS = auto()  # the recipient's side, for good
    SERVER = auto()  # our mail server will not take our letters: an administrator must look
    CONNECTION = auto()  # the server is away; whether the letter in flight arrived is not known


@dataclass(frozen=True)
class Failure:
    fault: Fault
    reason: str  #: in plain words: "hộp thư không tồn tại", or what the server said


BAD_ADDRESS = "địa chỉ không đúng"


def failure_of(error: Exception) -> Failure | None:
    """The meaning of what smtplib raised; None for an error that is not the mail server's."""
    if isinstance(error, BadAddressError):
        return Failure(Fault.ADDRESS, BAD_ADDRESS)
    if isinstance(error, SpoolError):
        return Failure(Fault.SERVER, f"không ghi được tệp thư ({error})")
    if isinstance(error, ssl.SSLError):
        return Failure(Fault.SERVER, f"chứng thư không được chấp nhận ({getattr(error, 'reason', None) or error})")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
        return _of_recipient(*answers[0]) if answers else Failure(Fault.PASSING, REFUSED)
    if isinstance(error, smtplib.SMTPDataError):
        return _of_recipient(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPSenderRefused):
        fault = Fault.PASSING if 400 <= error.smtp_code < 500 else Fault.SERVER
        return Failure(fault, said(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Failure(Fault.CONNECTION, "mất kết nối")
    if isinstance(error, smtplib.SMTPResponseException):  # at the greeting, EHLO or sign-in
        fault = Fault.CONNECTION if 400 <= error.smtp_code < 500 else Fault.SERVER
        return Failure(fault, said(error.smtp_code, error.smtp_error))
    if isinstance(error, smtplib.SMTPException):  # no STARTTLS there, no way to sign in
        return Failure(Fault.SERVER, str(error))
    if isinstance(error, OSError):  # refused, timed out, unknown host, wrong certificate
        return Failure(Fault.CONNECTION, error.strerror or type(error).__name__)
    return None


def said(code: int, text: bytes | str) -> str:
    """The server's answer as one line."""
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:200]


def _of_recipient(code: int, text: bytes | str) -> Failure:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    found = ENHANCED.match(words.strip())
    enhanced = (int(found[1]), int(found[2]), int(found[3])) if found else None
    reason = reason_of(Code(code, enhanced))
    if code == 421:
        return Failure(Fault.CONNECTION, said(code, text))
    if code < 500:
        return Failure(Fault.PASSING, reason if reason == MAILBOX_FULL else said(code, text))
    if (enhanced and enhanced[1] == 7) or code in (530, 535):
        # Policy or a missing sign-in: our server's or our settings' doing, no mark against the address.
        return Failure(Fault.SERVER, said(code, text))
    return Failure(Fault.ADDRESS, reason)
