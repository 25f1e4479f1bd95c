"""`python -m tests.hosts.rounds FOLDER ROUNDS SEED`, inside network.ALONE: six hosts, one of which fails in each round.

Two web hosts, two with the timetable, a database, a mail server. While clerks work over HTTP and letters go, a host chosen by
chance is cut off or loses its power for a while. Prints as JSON what was met, what was acknowledged, and what the database and
the mail server say at the end.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from queue import Queue
from typing import Any

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from config import Config
from jobs.supervisor import commands
from tests.hosts.database import Database
from tests.hosts.network import Host, add_host, lay_net
from tests.hosts.people import Answers, Browser, Clerk, signed_in
from tests.hosts.world import Seeded, seed
from tracker import clock
from tracker.models import JournalEntry, LedgerLine, Notice, OutboxMessage, Stage, Task
from tracker.rules.reminders import is_chase
from tracker.rules.states import NoticeStatus
from tracker.services import journal

SECRET_KEY = "test-key-" * 4
CLERKS = 12
#: A fault lasts between these, and so long it is quiet before the next.
SPAN_SECONDS = (0.2, 2.0)
QUIET_SECONDS = (0.1, 0.5)
SECONDS = 60
#: One cannot reach the other, while people and everybody else reach both.
APART = [("web1", "apart from database"), ("jobs1", "apart from database"), ("jobs2", "apart from mail")]


class Machines:
    """The hosts, and how each of them is started."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        lay_net()
        self.hosts = {name: add_host(name, number, folder) for number, name in enumerate(names, start=2)}
        self.folder = folder
        self.database = Database(self.hosts["database"])
        self.url = self.database.url
        for host in self.hosts.values():
            (folder / host.name).mkdir(mode=0o700)

    def settings(self, host: Host) -> dict[str, str]:
        """Small waits, so that a round is short: nothing else differs from what an office would set."""
        return {
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "DATABASE_URL": self.url,
            "SECRET_KEY": SECRET_KEY,
            "INSTANCE_DIR": str(self.folder / host.name),
            "FILES_URL": str(self.folder / "files"),
            "BIND_ADDRESS": host.address,
            "PUBLIC_URL": f"http://{self.hosts['web1'].address}:5000",
            "MAIL_SERVER": self.hosts["mail"].address,
            "MAIL_DEFAULT_SENDER": "khaosat@example.vn",
            "MAIL_TIMEOUT_SECONDS": "2",
            "DATABASE_TIMEOUT_SECONDS": "2",
            "LEASE_SECONDS": "3",
            "DELIVER_EVERY_SECONDS": "1",
            "REMINDERS_AT": "00:00",
            "DEMO": "0",
            "LOG_FORMAT": "json",
        }

    def start(self, host: Host) -> None:
        if host.name == "database":
            self.database.start()
        elif host.name == "mail":
            host.start([sys.executable, "-m", "tests.hosts.mail_server", host.address, str(self.accepted)])
        else:
            settings = self.settings(host)
            web, jobs = commands(Config.from_environment(settings)).values()
            host.start(web if host.name.startswith("web") else jobs, settings)

    def run(self, host: Host, *command: str) -> str:
        """A command of the program on that host, to its end."""
        done = subprocess.run(
            host.there([sys.executable, *command]), env=self.settings(host), capture_output=True, text=True, timeout=SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def accepted(self) -> Path:
        return self.folder / "accepted"

    @property
    def web_addresses(self) -> list[str]:
        return [f"http://{self.hosts[name].address}:5000" for name in ("web1", "web2")]


def main(folder: Path, rounds: int, seed_number: int) -> dict[str, Any]:
    chance = random.Random(seed_number)
    machines = Machines(folder, ("database", "mail", "web1", "web2", "jobs1", "jobs2"))
    machines.database.create()
    machines.database.start()
    machines.database.wait()
    machines.run(machines.hosts["web1"], "-m", "flask", "--app", "wsgi", "setup")
    engine = create_engine(machines.database.url.replace("postgresql", "postgresql+psycopg"), pool_pre_ping=True)
    with Session(engine) as session, session.begin():
        world = seed(session, 2 * rounds, secret_key=SECRET_KEY, now=clock.now())
    engine.dispose()
    for host in machines.hosts.values():
        if host.name != "database":
            machines.start(host)
    answers = Answers()
    for address in machines.web_addresses:
        Browser([address], answers).get("/readyz")
    work: Queue[Any] = Queue()
    office = signed_in(machines.web_addresses, answers)
    clerks = [Clerk(world, machines.web_addresses, office, work, answers, number) for number in range(CLERKS)]
    for clerk in clerks:
        clerk.start()
    began = time.monotonic()
    every = [(name, fault) for name in machines.hosts for fault in ("power", "unplugged", "silent")] + APART
    faults: list[str] = []
    for number in range(rounds):
        if not number % len(every):  # each host in each way, each pair, then all of them again in another order
            chance.shuffle(every)
        faults.append(one_round(machines, chance, work, world, number, *every[number % len(every)]))
    for _ in clerks:
        work.put(None)
    for clerk in clerks:
        clerk.join()
    lasted = time.monotonic() - began
    with Session(engine) as session:
        waited = wait_for_letters(session)
    stopped = stop_timetables(machines)
    # What waits for its second try or for the sweep: a day later there is none.
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    jobs = machines.hosts["jobs1"]
    later = [machines.run(jobs, "-m", "jobs", name, "--on", tomorrow).strip() for name in ("sweep", "deliveries")]
    with Session(engine) as session:
        found = account(session, world, machines.accepted)
    return found | {
        "rounds": rounds,
        "faults": Counter(faults),
        "seconds": round(lasted, 1),
        "acts": sorted(answers.acknowledged),
        "wrong": answers.wrong,
        "met": answers.met,
        "log": Counter(
            line.split(" ", 2)[2][:100]
            for path in folder.glob("[wj]*.log")
            for line in path.read_text().splitlines()
            if " ERROR " in line
        ),
        "slowest": answers.slowest,
        "stopped": stopped,
        "letters_settled_after": waited,
        "later": later,
    }


def one_round(
    machines: Machines, chance: random.Random, work: Queue[Any], world: Seeded, number: int, name: str, fault: str
) -> str:
    """Two units get to work, one host fails for a while; what failed."""
    for unit in world.units[2 * number : 2 * number + 2]:
        work.put(unit)
    host = machines.hosts[name]
    other = machines.hosts.get(fault.removeprefix("apart from "))
    if other is not None:
        host.part_from(other)
    else:
        {"power": host.lose_power, "unplugged": host.unplug, "silent": host.drop}[fault]()
    time.sleep(chance.uniform(*SPAN_SECONDS))
    if other is not None:
        host.meet(other)
    elif fault == "power":
        machines.start(host)
    else:
        host.join()
    time.sleep(chance.uniform(*QUIET_SECONDS))
    return f"{host.name.rstrip('12')} {fault}"


def wait_for_letters(session: Session) -> float:
    """Until nothing that may go now waits; how long that took after the last act was answered."""
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        waiting = select(func.count()).where(OutboxMessage.status == "queued", OutboxMessage.not_before <= clock.now())
        if session.scalar(waiting) == 0:
            break
        session.rollback()
        time.sleep(0.2)
    return round(time.monotonic() - began, 1)


def stop_timetables(machines: Machines) -> list[int]:
    """Both are asked to end: their exit statuses."""
    processes = [process for name in ("jobs1", "jobs2") for process in machines.hosts[name].processes]
    for process in processes:
        process.send_signal(signal.SIGTERM)
    return [process.wait(SECONDS) for process in processes]


def account(session: Session, world: Seeded, accepted: Path) -> dict[str, Any]:
    """What the database and the mail server hold."""
    verdict = journal.verify(session)
    rows = session.execute(
        select(Task.id, Stage.position, Task.status, Task.chase_count).join(Stage, Stage.id == Task.stage_id)
    ).all()
    ladder = select(Notice.task_id, Notice.rung).where(Notice.rung.like("due+%:contact"), Notice.status != NoticeStatus.SKIPPED)
    lines = session.execute(select(JournalEntry.verb, JournalEntry.task_id).where(JournalEntry.task_id.is_not(None)))
    letters = session.execute(
        select(
            OutboxMessage.id, OutboxMessage.kind, OutboxMessage.status, OutboxMessage.message_id, OutboxMessage.attempts,
            OutboxMessage.person,
        )
    ).all()  # fmt: skip
    taken = Counter(line.split()[1] for line in accepted.read_text().splitlines())
    return {
        "journal": {"whole": verdict.whole, "lines": verdict.lines},
        "tasks": {str(task_id): [position, status.value, chases] for task_id, position, status, chases in rows},
        "said": [f"{verb} {task_id}" for verb, task_id in lines],
        "chased": sorted({str(task_id) for task_id, rung in session.execute(ladder) if is_chase(rung)}),
        "counted": sorted(session.scalars(select(LedgerLine.once))),
        "letters": [
            {"id": number, "kind": kind, "status": status.value, "attempts": attempts, "taken": taken[name], "person": person}
            for number, kind, status, name, attempts, person in letters
        ],
        "unknown": sorted(set(taken) - {letter.message_id for letter in letters}),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))
