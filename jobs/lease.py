"""Being the one process that keeps the timetable: a lease in the database, prolonged while this process lives."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading

from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.db import transaction
from tracker.services import timekeeping
from tracker.services.timekeeping import LEASE_LASTS, TIMETABLE

log = logging.getLogger(__name__)

#: Two prolongations may fail before the lease is lost.
PROLONG_EVERY_SECONDS = LEASE_LASTS.total_seconds() / 3


class LeaseKeeper:
    """Knows whether this process keeps the timetable. `prolong` is called every PROLONG_EVERY_SECONDS."""

    def __init__(self) -> None:
        # The host and the process for whoever reads the row; the rest tells two containers apart that are both process 1.
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._holds = threading.Event()

    @property
    def holds(self) -> bool:
        """Whether the last word of the database was yes."""
        return self._holds.is_set()

    def prolong(self) -> bool:
        """Take or prolong the lease; a database that does not answer means no."""
        try:
            with transaction() as session:
                won = timekeeping.take_lease(session, TIMETABLE, holder=self.holder, now=clock.now())
        except SQLAlchemyError:
            log.exception("the lease could not be prolonged")
            won = False
        if won != self.holds:
            log.info("this process %s the timetable", "now keeps" if won else "no longer keeps")
        if won:
            self._holds.set()
        else:
            self._holds.clear()
        return won

    def give_up(self) -> None:
        """At the end: the next process need not wait for the lease to run out."""
        self._holds.clear()
        try:
            with transaction() as session:
                timekeeping.give_up_lease(session, TIMETABLE, holder=self.holder)
        except SQLAlchemyError:
            log.warning("the lease could not be given up; it ends by itself")
