"""Delivering 1,000 digests of 6,667 (person, task) pairs, next to smtplib alone with the same bytes, in one run.

Run by `make bench`. The mail server is a process of its own on loopback; it acknowledges packets as the kernel likes
("delayed") or at once ("quick"): a sender that writes in small pieces would lose 40 ms a letter in the first mode. In the third
mode it takes commands in one piece, as most mail servers do; smtplib has no use for that.
"""

from __future__ import annotations

import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_mail import email_dispatched
from sqlalchemy import insert, select, update

from bench.common import tell
from jobs.deliveries import deliver_waiting
from tests.mail.post import mail_app
from tracker.clock import ZONE
from tracker.db import db, transaction
from tracker.models import Base, Contact, Notice, Office, OutboxMessage, Plan, Stage, Task, Unit, User
from tracker.rules.states import LetterStatus, NoticeStatus, PlanStatus, Role, Scope, TaskStatus, TimeKind, WorkKind
from tracker.services import outbox

PEOPLE = 1_000
PAIRS = 6_667
ROUNDS = 5
MODES = {
    "pipelining": "takes commands in one piece",
    "quick": "takes commands one by one",
    "delayed": "takes commands one by one, ACKs delayed",
}
NOW = datetime(2021, 9, 20, 7, 30, tzinfo=ZONE)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        app = mail_app(f"sqlite:///{folder}/bench.db", Path(folder), port=1)
        with app.app_context():
            Base.metadata.create_all(db.engine)
            with transaction():
                fill()
        for mode in MODES:
            with sink(mode) as port:
                app.extensions["mail"].port = port
                letters = keep_bytes(app)
                for connections in (1, 2):
                    measure(app, mode, port, letters, connections)


def measure(app: Flask, mode: str, port: int, letters: list[tuple[str, bytes]], connections: int) -> None:
    ours, plain, work = [], [], []
    for _ in range(ROUNDS):
        before = time.process_time()
        ours.append(PEOPLE / timed_run(app, connections))
        work.append((time.process_time() - before) / PEOPLE * 1000)
        start = time.perf_counter()
        send_plainly(letters, port)
        plain.append(PEOPLE / (time.perf_counter() - start))
    rates = [statistics.median(values) for values in (ours, plain)]
    ratio = statistics.median(a / b for a, b in zip(ours, plain, strict=True))
    what = f"delivery over {connections} connection{'s' if connections > 1 else ''}, server {MODES[mode]}"
    beside = f"smtplib over one {rates[1]:.0f}: {ratio:.0%} (median of a round's ratios)"
    note = f"{statistics.median(work):.2f} ms of processor a letter"
    tell(what, 0, "sqlite", rates[0], "letters/s", note, beside=beside, ratio=ratio * 100)


def timed_run(app: Flask, connections: int = 1) -> float:
    """One whole run of the job over letters that wait anew; seconds."""
    with app.app_context(), transaction() as session:
        session.execute(update(OutboxMessage).values(status=LetterStatus.QUEUED, body_text="", body_html=""))
        session.execute(update(Notice).values(status=NoticeStatus.QUEUED))
    start = time.perf_counter()
    counts = deliver_waiting(app, now=NOW, by="bench", connections=connections)
    seconds = time.perf_counter() - start
    assert counts.sent == PEOPLE, counts
    return seconds


def keep_bytes(app: Flask) -> list[tuple[str, bytes]]:
    """The letters as they go over the wire, taken from an unmeasured run."""
    kept = []

    def keep(_app: Flask, message: object) -> None:
        kept.append(message)

    with email_dispatched.connected_to(keep):
        timed_run(app)
    return [(message.envelope.to[1], message.as_bytes()) for message in kept]  # type: ignore[attr-defined]


def send_plainly(letters: list[tuple[str, bytes]], port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for address, content in letters:
            server.sendmail("khaosat@office.example.vn", [address], content)


@contextmanager
def sink(mode: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bench.smtp_sink", str(port), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield port
        process.communicate()


def fill() -> None:
    """1,000 units with a contact each, 6 or 7 tasks a unit, one waiting digest and its notices a person."""
    session = db.session
    office = Office(name="Phòng Nội vụ thành phố Cam Ranh", place="UBND thành phố Cam Ranh", phone="0258 3000 000")
    session.add(office)
    session.flush()
    user = User(
        office_id=office.id,
        username="ha",
        name="Trần Thu Hà",
        email="ha@example.vn",
        phone="0258 3000 000",
        role=Role.COORDINATOR,
    )
    session.add(user)
    session.flush()
    plan = Plan(
        office_id=office.id, name="Kế hoạch khảo sát", short_name="Khảo sát 2021", number="123/KH-UBND", issuer=office.place,
        issued_on=NOW.date(), year=2021, status=PlanStatus.RUNNING, coordinator_id=user.id, ladder=[], changed_at=NOW,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    stages = []
    for position in range(1, 8):
        due = NOW.date() + timedelta(days=2 * position - 8)
        stages.append(
            Stage(
                plan_id=plan.id, position=position, no=str(position), content="Thu phiếu, phúc tra tại các đơn vị",
                short_name=f"Thu phiếu, phúc tra đợt {position}", wording="", time_kind=TimeKind.DEADLINE,
                start_on=due, due_on=due, aim_on=due, scope=Scope.EACH_UNIT, work_kind=WorkKind.OTHER,
            )
        )  # fmt: skip
    session.add_all(stages)
    session.flush()
    names = [f"UBND phường Cam Phúc {n}" for n in range(PEOPLE)]
    session.execute(insert(Unit), [{"office_id": office.id, "name": n, "search_key": n} for n in names])
    units = list(session.scalars(select(Unit.id)))
    session.execute(
        insert(Contact),
        [
            {
                "unit_id": u,
                "name": "Lê Thị Kim Oanh",
                "salutation": "Bà",
                "email": f"dau-moi-{u}@example.vn",
                "link_nonce": f"n{u}",
            }
            for u in units
        ],
    )
    pairs = [(unit, stage) for stage in stages for unit in units][:PAIRS]
    rows = [
        {
            "plan_id": plan.id, "stage_id": s.id, "unit_id": u, "status": TaskStatus.IN_PROGRESS, "start_on": s.start_on,
            "due_on": s.due_on, "original_due_on": s.due_on, "aim_on": s.aim_on, "changed_at": NOW,
        }
        for u, s in pairs
    ]  # fmt: skip
    session.execute(insert(Task), rows)
    tasks: dict[int, list[int]] = {}
    for task_id, unit_id in session.execute(select(Task.id, Task.unit_id)):
        tasks.setdefault(unit_id or 0, []).append(task_id)
    contacts = session.execute(select(Contact.id, Contact.unit_id, Contact.name, Contact.email)).all()
    made = outbox.enqueue_many(
        session,  # type: ignore[arg-type]  # a scoped session behaves as its session
        [
            outbox.NewLetter(
                kind="daily_digest", key=f"digest:contact-{c.id}", person=f"contact-{c.id}", to_name=c.name, to_email=c.email,
                facts={"task_ids": {"soon": tasks[c.unit_id]}, "fired": tasks[c.unit_id]}, day=NOW.date(), plan_id=plan.id,
            )
            for c in contacts
        ],
        now=NOW,
    )  # fmt: skip
    session.execute(
        insert(Notice),
        [
            {
                "task_id": task_id, "due_on": NOW.date(), "rung": "due+0:contact", "person": f"contact-{c.id}", "day": NOW.date(),
                "status": NoticeStatus.QUEUED, "message_id": made[f"digest:contact-{c.id}"],
            }
            for c in contacts
            for task_id in tasks[c.unit_id]
        ],
    )  # fmt: skip


if __name__ == "__main__":
    main()
