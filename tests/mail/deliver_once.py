"""One delivery in a process of its own, to be killed."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from jobs import deliveries
from tests.mail.cast import NOW
from tests.mail.post import mail_app

#: A server that has done everything once and forks: a process starts in milliseconds and holds nothing of the test's.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.mail.deliver_once", "tests.mail.ready_to_fork"])


def run(url: str, port: int, number: int, batch: int, connections: int) -> None:
    """Each process comes an hour after the one before: what that one had to put off is due again."""
    app = mail_app(url, Path("."), port)
    deliveries.BATCH = batch
    deliveries.deliver_waiting(app, now=NOW + timedelta(hours=number), by=f"process-{number}", connections=connections)


def start_delivery(
    engine: Engine, port: int, number: int, batch: int = deliveries.BATCH, connections: int = 1
) -> multiprocessing.process.BaseProcess:
    """`batch`: how many letters are claimed and put into words together."""
    arguments = (engine.url.render_as_string(hide_password=False), port, number, batch, connections)
    process = _PROCESSES.Process(target=run, args=arguments, daemon=True)
    process.start()
    return process
