"""The three cases in which Redmine, Request Tracker and Kanboard lose or repeat mail: ours, with 141 people.

Run by `make bench`. Counted at the mail server. A run that is killed is started again after the sweep.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from bench.common import tell
from jobs.deliveries import deliver_waiting
from tests.mail.cast import NOW, TODAY, make_world
from tests.mail.deliver_once import start_delivery
from tests.mail.post import mail_app
from tests.mail.sink import Sink, running
from tests.mail.stores import committing
from tracker.db import prepare_engine
from tracker.models import Base, OutboxMessage
from tracker.rules.letters import task_ids_of
from tracker.rules.states import LetterStatus
from tracker.services import outbox

PEOPLE = 141


def main() -> None:
    logging.disable(logging.WARNING)
    for name, case in (
        ("run twice the same day", twice),
        ("451 to attempts 30..60, then again", refused_for_a_while),
        ("kill -9 after 60 letters, then again", killed),
    ):
        with tempfile.TemporaryDirectory() as folder:
            engine = create_engine(f"sqlite:///{folder}/bench.db")
            prepare_engine(engine)
            Base.metadata.create_all(engine)
            queue(engine)
            sink = Sink()
            with running(sink):
                said = case(engine, sink, Path(folder))
            received = sink.received
            lost, doubled = PEOPLE - len(received), sum(many - 1 for many in received.values())
            note = f"{sum(received.values())} of {PEOPLE} came, {doubled} of them twice; {said}"
            tell(f"letters lost: {name}", 0, "sqlite", lost, "letters", note)
            engine.dispose()


def twice(engine: Engine, sink: Sink, folder: Path) -> str:
    app = mail_app(str(engine.url), folder, sink.port)
    first = deliver_waiting(app, now=NOW, by="first")
    queue(engine)
    second = deliver_waiting(app, now=NOW + timedelta(minutes=1), by="second")
    return f"first run {first.sent}, second run {second.sent}"


def refused_for_a_while(engine: Engine, sink: Sink, folder: Path) -> str:
    attempts = count(1)
    sink.at_rcpt = lambda _address: "451 4.3.0 try later" if 30 <= next(attempts) <= 60 else None
    app = mail_app(str(engine.url), folder, sink.port)
    runs = []
    for minutes in range(0, 120, 6):  # the timetable comes by far more often
        counts = deliver_waiting(app, now=NOW + timedelta(minutes=minutes), by=f"run-{minutes}")
        if counts.sent or counts.failed:
            runs.append(f"{counts.sent} sent, {counts.failed + counts.given_back} waiting")
    return f"{runs[0]} … {runs[-1]}"


def killed(engine: Engine, sink: Sink, folder: Path) -> str:
    process = start_delivery(engine, sink.port, 1)
    letters = count(1)
    kill: Callable[[str], None] = lambda _address: process.kill() if next(letters) == 60 else None  # noqa: E731
    sink.on_letter = kill
    process.join()
    with Session(engine) as session:
        on_the_way = session.scalar(
            select(func.count()).where(OutboxMessage.status == LetterStatus.SENDING, OutboxMessage.claimed_by != "")
        )
        sent = session.scalar(select(func.count()).where(OutboxMessage.status == LetterStatus.SENT))
    with committing(engine) as session:
        outbox.sweep_stuck(session, now=NOW + timedelta(hours=1, minutes=30))
    again = start_delivery(engine, sink.port, 2)
    again.join()
    return f"{sent} known as sent, {on_the_way} claimed by the dead process, the rest queued"


def queue(engine: Engine) -> None:
    """A digest a person, under the key of the day: the second time nothing is added."""
    with committing(engine) as session:
        if session.scalar(select(func.count()).select_from(OutboxMessage)) == 0:
            world = make_world(session, *(f"Đơn vị {n}" for n in range(PEOPLE)))
            for n in range(PEOPLE):
                world.digest(n)
            return
        known = session.scalars(select(OutboxMessage)).all()
        again = [outbox.NewLetter(m.kind, m.key, m.person, m.to_name, m.to_email, m.facts, TODAY, m.plan_id) for m in known]
        assert all(task_ids_of(letter.facts) for letter in again)
        assert outbox.enqueue_many(session, again, now=NOW) == {}


if __name__ == "__main__":
    main()
