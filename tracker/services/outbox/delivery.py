"""Taking letters out of the outbox: claim, then settle each one."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.orm import Session

from tracker.models import OutboxMessage
from tracker.rules.states import LetterStatus
from tracker.services.outbox.rows import MESSAGES, READY, void_notices
from tracker.wording import moment, sentence

#: A letter claimed for longer than this belongs to a process that died. Delivery stops using a claim well before.
STUCK_AFTER = timedelta(minutes=10)

#: Waiting times after the first, second, … passing failure; the last one repeats until GIVE_UP_AFTER.
BACKOFF = tuple(timedelta(minutes=m) for m in (5, 15, 60, 180, 360))
GIVE_UP_AFTER = timedelta(days=4)

#: The condition of the partial index, letter for letter: SQLite uses the index only where the query repeats it.
_IN_WAITING_INDEX = text("outbox_message.status IN ('queued', 'failed', 'sending')")


def count_waiting(session: Session, *, now: datetime, most: int) -> int:
    """How many letters may go now; counts no further than `most`."""
    some = (
        select(OutboxMessage.id)
        .where(_IN_WAITING_INDEX, OutboxMessage.status.in_(READY), OutboxMessage.not_before <= now)
        .limit(most)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def claim(session: Session, *, now: datetime, by: str, limit: int, domain: str = "localhost") -> list[int]:
    """Take up to `limit` letters that may go now; commit before sending. Ids in the order in which they are to go.

    Two processes never get the same letter: on PostgreSQL locked rows are skipped, on SQLite a writing transaction is
    alone. The first claim gives a letter its Message-ID (at `domain`) and its Date for good.
    """
    found = session.execute(
        select(OutboxMessage.id, OutboxMessage.message_id)
        .where(_IN_WAITING_INDEX, OutboxMessage.status.in_(READY), OutboxMessage.not_before <= now)
        .order_by(OutboxMessage.not_before, OutboxMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claimed = {"status": LetterStatus.SENDING, "claimed_at": now, "claimed_by": by}
    unnamed = [{"row": row_id, "name": f"<{uuid.uuid4().hex}@{domain}>"} for row_id, name in found if not name]
    named = [row_id for row_id, name in found if name]
    # Each row once: PostgreSQL asks for the plan of a row that is written twice, and whoever makes a move holds the plan and
    # waits for the letter.
    if unnamed:
        first = update(MESSAGES).where(MESSAGES.c.id == bindparam("row"))
        session.execute(first.values(message_id=bindparam("name"), dated_at=now, **claimed), unnamed)
    if named:
        session.execute(update(MESSAGES).where(MESSAGES.c.id.in_(named)).values(claimed))
    return [row_id for row_id, _ in found]


def mark_failed(session: Session, message_id: int, *, by: str, reason: str, retry_at: datetime) -> bool:
    """A failure that may pass: the letter is tried again at `retry_at`. False when the claim is not ours any more."""
    return _settle(
        session,
        message_id,
        by,
        status=LetterStatus.FAILED,
        status_reason=reason,
        not_before=retry_at,
        attempts=OutboxMessage.attempts + 1,
    )


def backoff(attempts: int) -> timedelta:
    """How long a letter waits that was tried `attempts` times before this failure."""
    return BACKOFF[min(attempts, len(BACKOFF) - 1)]


def mark_bounced(session: Session, message_id: int, *, by: str, reason: str) -> bool:
    """The address will not take letters; who must hear of it is `services.bounces`. False when the claim is not ours."""
    return _settle(
        session,
        message_id,
        by,
        status=LetterStatus.BOUNCED,
        status_reason=reason,
        attempts=OutboxMessage.attempts + 1,
    )


def mark_void(session: Session, message_ids: Collection[int], *, by: str, reason: str) -> int:
    """Claimed letters that turned out to have nothing left to say; returns how many."""
    if not message_ids:
        return 0
    voided = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(message_ids), OutboxMessage.status == LetterStatus.SENDING, OutboxMessage.claimed_by == by)
        .values(status=LetterStatus.VOID, status_reason=reason)
        .returning(OutboxMessage.id)
    ).all()
    void_notices(session, [message_id for (message_id,) in voided])
    return len(voided)


def give_back(session: Session, message_ids: Collection[int], *, by: str, reason: str = "") -> int:
    """Claimed letters that were not tried (the server went away, the process ends): they wait again as before."""
    if not message_ids:
        return 0
    given = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(message_ids), OutboxMessage.status == LetterStatus.SENDING, OutboxMessage.claimed_by == by)
        .values(status=LetterStatus.QUEUED, status_reason=reason)
        .returning(OutboxMessage.id)
    )
    return len(given.all())


def sweep_stuck(session: Session, *, now: datetime, after: timedelta = STUCK_AFTER) -> list[int]:
    """Letters whose process died between claim and mark wait again, under the Message-ID they had; their ids."""
    stuck = session.execute(
        select(OutboxMessage.id, OutboxMessage.to_name, OutboxMessage.claimed_at)
        .where(
            _IN_WAITING_INDEX,
            OutboxMessage.status == LetterStatus.SENDING,
            # A claim of the future was written by a clock that has since been put back.
            (OutboxMessage.claimed_at < now - after) | (OutboxMessage.claimed_at > now + after),
        )
        .with_for_update(skip_locked=True)
    ).all()
    for message_id, to_name, claimed_at in stuck:
        reason = sentence("mail_stuck", unit=to_name, time=moment(claimed_at or now))
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.status == LetterStatus.SENDING)
            .values(
                status=LetterStatus.QUEUED,
                status_reason=reason,
                not_before=now,
                claimed_by="",
                attempts=OutboxMessage.attempts + 1,
            )
        )
    return [message_id for message_id, _, _ in stuck]


def _settle(session: Session, message_id: int, by: str, **values: Any) -> bool:
    settled = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id, OutboxMessage.status == LetterStatus.SENDING, OutboxMessage.claimed_by == by)
        .values(**values)
        .returning(OutboxMessage.id)
    )
    return settled.first() is not None
