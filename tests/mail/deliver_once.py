"""One delivery in a process of its own, to be killed."""

from __future__ import annotations

import multiprocessing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from jobs.deliveries import deliver_waiting
from tests.mail.cast import NOW
from tests.mail.post import mail_app

#: A server that has loaded everything once and forks: a process starts in milliseconds and holds nothing of the test's.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.mail.deliver_once"])


def run(url: str, port: int, number: int) -> None:
    """Each process comes an hour after the one before: what that one had to put off is due again."""
    app = mail_app(url, Path("."), port)
    deliver_waiting(app, now=NOW + timedelta(hours=number), by=f"process-{number}")


def start_delivery(engine: Engine, port: int, number: int) -> multiprocessing.process.BaseProcess:
    process = _PROCESSES.Process(target=run, args=(engine.url.render_as_string(hide_password=False), port, number), daemon=True)
    process.start()
    return process
