"""Mốc nhật ký: the end of the chain, for a mailbox to keep."""

from __future__ import annotations

from datetime import datetime

from tracker.mail.messages.context import Context, Letter, Reader
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.wording import date_short, moment_inline, number


def journal_mark(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Facts: `line`, `at` (ISO) and `hash` of the last line when the letter was queued."""
    facts = message.facts
    return Letter(
        template="journal_mark",
        subject=f"Mốc nhật ký ngày {date_short(message.day)}",
        heading=f"Mốc nhật ký ngày {date_short(message.day)}",
        address=(f"Kính gửi: {reader.name}",),
        values={
            "line": number(int(facts["line"])),
            "at": moment_inline(datetime.fromisoformat(str(facts["at"]))),
            "hash": str(facts["hash"]),
            "journal_url": c.links.journal(),
        },
        preheader="Lưu để đối chiếu.",
    )
