"""Delivery: claim, put into words, send, mark.

Two short transactions stand round each outside call: the claim is committed before anything is sent, and each letter is
marked in a transaction of its own before the next one goes. A process killed at any moment loses nothing, and at most the
one letter in flight over each connection goes out twice, under the same Message-ID. Several processes may deliver at once.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import ExitStack
from datetime import date, datetime

from flask import Flask, current_app

from jobs.marking import Marker
from jobs.sending import Counts, Run
from tracker.db import transaction
from tracker.mail.carriers import carrier_of
from tracker.services import outbox

#: Letters claimed, loaded and rendered together.
BATCH = 100
#: From so many waiting letters on, two connections share the work; more were no quicker. A few are as quick over one.
MANY = 20


def deliver(_today: date, now: datetime) -> str | None:
    """The timetable's line: send what waits; a sentence about it, or None when nothing waited."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    with transaction() as session:
        many = outbox.count_waiting(session, now=now, most=MANY) >= MANY
    return str(deliver_waiting(app, now=now, by=_name_of_this_process(), connections=2 if many else 1)) or None


def deliver_waiting(app: Flask, *, now: datetime, by: str, limit: int = 100_000, connections: int = 1) -> Counts:
    """Send letters that may go at `now`, `limit` at most, over so many connections; returns when none is left or none is taken.

    `by` names the claimer and must be its own: two runs at once need two names. Each connection has one letter in flight,
    which is what a killed process may leave to be sent again. Without MAIL_SERVER letters become files.
    """
    counts = Counts()
    with app.app_context(), ExitStack() as open_ones, Marker() as marker:
        carriers = [open_ones.enter_context(carrier_of(app)) for _ in range(connections)]
        run = Run(now, by, counts, marker)
        while (room := limit - counts.sent) > 0:
            with transaction() as session:
                ids = outbox.claim(session, now=run.moment(), by=by, limit=min(BATCH, room), domain=run.domain)
            if not ids or not run.send_batch(carriers, ids):
                break
    return counts


def _name_of_this_process() -> str:
    """The host and process for whoever reads the row, and something that no other run has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
