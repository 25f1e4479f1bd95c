"""Mốc nhật ký: each working day the end of the chain goes to people's mailboxes, out of reach of whoever runs the server.

The chain shows a line that was altered, but not a journal that somebody wrote anew from the first line on. A copy of one
hash elsewhere does: `journal verify --mark` looks for it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import OutboxMessage, User
from tracker.queries import journal
from tracker.rules.states import Role
from tracker.services import catalogue, openings, outbox

KIND = "journal_mark"
#: Who keeps a mark: one who answers for the office, and one who runs the server.
KEEPERS = (Role.LEADER, Role.ADMIN)


def queue_marks(session: Session, today: date, *, now: datetime) -> int:
    """Queue today's mark; returns how many letters. Silent on a day off, and when nothing was written since the last mark."""
    calendar = catalogue.work_calendar(session)
    mark = journal.mark(session)
    if mark is None or not calendar.is_workday(today) or mark.hash == _last_hash(session, today):
        return 0
    keepers = session.execute(
        select(User.id, User.name, User.email)
        .where(User.role.in_(KEEPERS), User.is_enabled, ~User.is_sample, User.email != "")
        .order_by(User.id)
    )
    letters = [
        outbox.NewLetter(
            kind=KIND,
            key=f"journal-mark:user-{user_id}:{today.isoformat()}",
            person=f"user-{user_id}",
            to_name=name,
            to_email=email,
            facts={"line": mark.line, "at": mark.at.isoformat(), "hash": mark.hash},
            day=today,
            not_before=openings.letter_time(calendar, now),
        )
        for user_id, name, email in keepers
    ]
    return len(outbox.enqueue_many(session, letters, now=now))


def _last_hash(session: Session, today: date) -> str:
    """The hash of the newest mark of another day; today's own is kept once by its key."""
    facts = session.scalar(
        select(OutboxMessage.facts)
        .where(OutboxMessage.kind == KIND, OutboxMessage.day < today)
        .order_by(OutboxMessage.id.desc())
        .limit(1)
    )
    return str(facts["hash"]) if facts else ""
