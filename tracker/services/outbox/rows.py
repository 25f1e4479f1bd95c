"""What the rooms of the outbox share: which statuses wait, and what happens to the notices of a void letter."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, text, update
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, OutboxTask
from tracker.rules.states import LetterStatus, NoticeStatus

#: Not yet on its way: may still be changed, merged or voided.
WAITING = (LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED)
#: The condition of the partial index, letter for letter: SQLite uses the index only where the query repeats it.
IN_UNSENT_INDEX = text("outbox_message.status IN ('held', 'queued', 'failed')")
#: They wait for a coordinator's click.
IS_HELD = OutboxMessage.status == LetterStatus.HELD
#: Likewise of delivery's own index.
IN_WAITING_INDEX = text("outbox_message.status IN ('queued', 'failed', 'sending')")
#: What delivery may take.
READY = (LetterStatus.QUEUED, LetterStatus.FAILED)

MESSAGES: Table = OutboxMessage.__table__  # type: ignore[assignment]
TASKS: Table = OutboxTask.__table__  # type: ignore[assignment]
NOTICES: Table = Notice.__table__  # type: ignore[assignment]


def void_notices(session: Session, message_ids: Sequence[int]) -> None:
    """What these letters would have said is not said; a rung that nobody holds waits for the next digest to name it."""
    if message_ids:
        session.execute(
            update(Notice)
            .where(Notice.message_id.in_(message_ids), Notice.status == NoticeStatus.QUEUED)
            .values(status=NoticeStatus.VOID)
        )
        session.execute(
            update(Notice).where(Notice.message_id.in_(message_ids), Notice.status == NoticeStatus.EMPTY).values(message_id=None)
        )
