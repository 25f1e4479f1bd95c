"""A letter to whoever asks for it, at once and past the outbox: what the mail server says is the answer."""

from __future__ import annotations

import secrets
from datetime import datetime

from flask import Flask
from markupsafe import escape

from tracker.mail.answers import Failure, failure_of
from tracker.mail.carriers import carrier_of
from tracker.mail.mime import Envelope
from tracker.mail.smtp import ViMessage
from tracker.wording import moment

SUBJECT = "Thư thử của hệ thống theo dõi khảo sát hài lòng"


def send_test_letter(app: Flask, to: tuple[str, str], *, office: str, now: datetime) -> Failure | None:
    """Send it; None when it was taken, else what was wrong. Without a mail server it becomes a file."""
    name, address = app.config["MAIL_DEFAULT_SENDER"]
    text = (
        f"Thư này do {to[0]} yêu cầu gửi lúc {moment(now)} để kiểm tra máy chủ thư.\n"
        "Nhận được thư này nghĩa là thư nhắc việc, đôn đốc gửi đi được. Không cần trả lời.\n"
        f"\n{office}\n"
    )
    letter = Envelope(
        to=to,
        sender=(name or office, address),
        subject=SUBJECT,
        text=text,
        html=f'<!doctype html><html lang="vi"><body><p>{escape(text).strip().replace(chr(10), "<br>")}</p></body></html>',
        message_id=f"test-{secrets.token_hex(8)}@{address.rpartition('@')[2]}",
        dated_at=now,
        headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
    )
    try:
        with carrier_of(app) as carrier:
            carrier.open()
            for _ in carrier.carrying(0, ViMessage(letter)):
                pass
    except Exception as error:
        failure = failure_of(error)
        if failure is None:
            raise
        return failure
    return None
