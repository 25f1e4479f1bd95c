"""Marking letters that have gone, over a connection of its own, and waiting for a database that has gone away meanwhile."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from tracker.db import StraightTransaction, db
from tracker.mail.messages import Rendered
from tracker.services import outbox

log = logging.getLogger(__name__)

#: A letter that the mail server has and whose row does not say so waits for the database this long: a process that lives sends
#: none twice. Well within outbox.STUCK_AFTER, so that nobody else takes the claim for a dead one.
PATIENCE = timedelta(minutes=5)
RETRY_SECONDS = 0.5


class DatabaseAwayError(Exception):
    """A letter has gone and could not be marked."""


@dataclass(frozen=True)
class Gone:
    """A letter that the server has taken and whose row does not say so yet."""

    letter_id: int
    at: datetime
    rendered: Rendered
    note: str


class Marker:
    """Use it as a context; the connection is made anew whenever it has been lost."""

    def __init__(self) -> None:
        self._connection: Connection | None = None

    def __enter__(self) -> Marker:
        self._open()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()

    def mark(self, gone: Gone) -> None:
        """One try. Raises DatabaseAwayError when the database does not take it now."""
        try:
            if self._connection is None:
                self._open()
            with self._transaction:
                self._marks.mark_sent(
                    gone.letter_id,
                    now=gone.at,
                    subject=gone.rendered.subject,
                    text=gone.rendered.kept(gone.rendered.text),
                    html=gone.rendered.kept(gone.rendered.html),
                    note=gone.note,
                )
        except self._passing as error:
            self._drop()
            raise DatabaseAwayError(f"letter {gone.letter_id} has gone and is not marked: {error}") from error

    def mark_patiently(self, gone: Gone) -> None:
        """Until it is marked, or PATIENCE is over. Raises DatabaseAwayError."""
        deadline = time.monotonic() + PATIENCE.total_seconds()
        while True:
            try:
                return self.mark(gone)
            except DatabaseAwayError as error:
                if time.monotonic() > deadline:
                    raise
                log.warning("%s; trying again", error)
                time.sleep(RETRY_SECONDS)

    def _open(self) -> None:
        driver = db.engine.dialect.loaded_dbapi
        self._passing = (OperationalError, InterfaceError, driver.OperationalError, driver.InterfaceError)
        connection = db.engine.connect()
        self._transaction = StraightTransaction(connection)
        self._marks = outbox.SentMarks(connection.dialect, self._transaction.cursor)
        self._connection = connection

    def _drop(self) -> None:
        """Whatever state it is in, it is not used again."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.invalidate()
            connection.close()
        except DBAPIError:
            log.debug("the lost connection could not be closed", exc_info=True)
