"""First letters wait for a coordinator's click: let go by it, void without it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.models import OutboxMessage
from tracker.rules.letters import HELD_DAYS
from tracker.rules.states import LetterStatus
from tracker.services.outbox.rows import void_notices
from tracker.wording import date_short


def release_held(session: Session, plan_id: int, *, now: datetime) -> int:
    """A coordinator releases the held letters of a plan: they may go from now on. Returns how many."""
    released = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.plan_id == plan_id, OutboxMessage.status == LetterStatus.HELD)
        .values(status=LetterStatus.QUEUED, status_reason="", not_before=now)
        .returning(OutboxMessage.id)
    )
    return len(released.all())


def expire_held(session: Session, today: date) -> dict[int | None, int]:
    """Void the letters that were held for `HELD_DAYS` days without a click: plan id -> how many, for the journal."""
    expired = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.status == LetterStatus.HELD, OutboxMessage.day < today - timedelta(days=HELD_DAYS))
        .values(
            status=LetterStatus.VOID,
            status_reason=f"Thư bị hủy vì đến hết ngày {date_short(today - timedelta(days=1))} chưa được duyệt.",
        )
        .returning(OutboxMessage.id, OutboxMessage.plan_id)
    ).all()
    void_notices(session, [message_id for message_id, _ in expired])
    counts: dict[int | None, int] = {}
    for _, plan_id in expired:
        counts[plan_id] = counts.get(plan_id, 0) + 1
    return counts
