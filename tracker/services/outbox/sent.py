"""A letter is gone: what was said is kept, and its notices are settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, Update, bindparam, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import Session

from tracker.rules.states import LetterStatus, NoticeStatus
from tracker.services.outbox.rows import MESSAGES, NOTICES

_MARK_SENT = (
    update(MESSAGES)
    .where(MESSAGES.c.id == bindparam("letter"))
    .values(
        status=LetterStatus.SENT,
        status_reason=bindparam("note"),
        sent_at=bindparam("at"),
        subject=bindparam("said_subject"),
        body_text=bindparam("said_text"),
        body_html=bindparam("said_html"),
        attempts=MESSAGES.c.attempts + 1,
    )
)
_MARK_NOTICES_SENT = (
    update(NOTICES)
    .where(NOTICES.c.message_id == bindparam("letter"), NOTICES.c.status == NoticeStatus.QUEUED)
    .values(status=NoticeStatus.SENT)
)


def mark_sent(session: Session, message_id: int, *, now: datetime, subject: str, text: str, html: str, note: str = "") -> None:
    """The letter is gone: keep what was said, and a `note` where it went no further than a file.

    Always holds, also when the claim was swept meanwhile.
    """
    session.execute(_MARK_SENT, _values(message_id, now, subject, text, html, note))
    session.execute(_MARK_NOTICES_SENT, {"letter": message_id})


class SentMarks:
    """`mark_sent` for thousands of letters at the driver itself (db.StraightTransaction).

    Marking is the part of sending that must stand between two letters, so it is kept short: its two statements are put
    together once.
    """

    def __init__(self, dialect: Dialect, cursor: DBAPICursor) -> None:
        self._cursor = cursor
        self._letter = _Prepared(_MARK_SENT, dialect)
        self._notices = _Prepared(_MARK_NOTICES_SENT, dialect)

    def mark_sent(self, message_id: int, *, now: datetime, subject: str, text: str, html: str, note: str = "") -> None:
        """As the function of that name, inside the cursor's transaction."""
        self._letter.run(self._cursor, _values(message_id, now, subject, text, html, note))
        self._notices.run(self._cursor, {"letter": message_id})


class _Prepared:
    """A statement in the words of one database, and how its values are written there."""

    def __init__(self, statement: Update, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._order: list[str] | None = getattr(compiled, "positiontup", None)
        self._processors = {
            name: processor
            for name, bind in compiled.binds.items()
            if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        self._constants = {name: self._written(name, value) for name, value in compiled.params.items() if value is not None}

    def run(self, cursor: DBAPICursor, values: dict[str, Any]) -> None:
        all_values = self._constants | {name: self._written(name, value) for name, value in values.items()}
        if self._order is None:
            cursor.execute(self._sql, all_values)
        else:
            cursor.execute(self._sql, tuple(all_values[name] for name in self._order))

    def _written(self, name: str, value: Any) -> Any:
        processor = self._processors.get(name)
        return processor(value) if processor else value


def _values(message_id: int, now: datetime, subject: str, text: str, html: str, note: str) -> dict[str, Any]:
    return {"letter": message_id, "note": note, "at": now, "said_subject": subject, "said_text": text, "said_html": html}
