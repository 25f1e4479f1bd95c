"""Being the one process that keeps the timetable: a lease in the database, prolonged while this process lives."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from tracker import clock
from tracker.db import transaction
from tracker.services import timekeeping
from tracker.services.timekeeping import LEASE_LASTS, TIMETABLE

log = logging.getLogger(__name__)


class LeaseKeeper:
    """Knows whether this process keeps the timetable. `prolong` is called every `prolong_every_seconds`."""

    def __init__(self, lasts: timedelta = LEASE_LASTS) -> None:
        # The host and the process for whoever reads the row; the rest tells two containers apart that are both process 1.
        self.holder = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self.lasts = lasts
        #: Two prolongations may fail before the lease is lost.
        self.prolong_every_seconds = lasts.total_seconds() / 3
        #: By the machine's own count of seconds: until then nobody else can have it.
        self._ours_until = 0.0
        self._kept = False

    @property
    def holds(self) -> bool:
        """Whether the last word of the database was yes, and is not so old that another may have the lease by now."""
        return time.monotonic() < self._ours_until

    def prolong(self) -> bool:
        """Take or prolong the lease; a database that does not answer means no."""
        asked_at = time.monotonic()
        try:
            with transaction() as session:
                won = timekeeping.take_lease(session, TIMETABLE, holder=self.holder, now=clock.now(), lasts=self.lasts)
        except SQLAlchemyError:
            log.exception("the lease could not be prolonged")
            won = False
        if won != self._kept:
            log.info("this process %s the timetable", "now keeps" if won else "no longer keeps")
        self._kept = won
        self._ours_until = asked_at + self.lasts.total_seconds() if won else 0.0
        return won

    def give_up(self) -> None:
        """At the end: the next process need not wait for the lease to run out."""
        self._ours_until = 0.0
        try:
            with transaction() as session:
                timekeeping.give_up_lease(session, TIMETABLE, holder=self.holder)
        except SQLAlchemyError:
            log.warning("the lease could not be given up; it ends by itself")
