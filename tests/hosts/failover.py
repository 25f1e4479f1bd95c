"""`python -m tests.hosts.failover FOLDER`, inside network.ALONE: the database's host dies, its standby takes over.

Two web hosts know both databases by one address; clerks work meanwhile. Prints as JSON what came of it.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from queue import Queue
from typing import Any

import psycopg
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from tests.hosts.database import Database
from tests.hosts.people import Answers, Browser, Clerk, signed_in
from tests.hosts.rounds import CLERKS, SECONDS, SECRET_KEY, Machines, account
from tests.hosts.world import seed
from tracker import clock

UNITS = 12
#: So many acts are answered when the host dies.
BEFORE = 12


def main(folder: Path) -> dict[str, Any]:
    machines = Machines(folder, ("database", "standby", "mail", "web1", "web2"))
    primary, standby = machines.database, Database(machines.hosts["standby"])
    primary.create()
    primary.start()
    primary.wait()
    standby.copy_from(primary)
    standby.start()
    # What is acknowledged is on both disks: the standby must have it before the page says so.
    with psycopg.connect(primary.url, autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        admin.execute("SELECT pg_reload_conf()")
        wait_until(lambda: admin.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone() is not None)
    addresses = "&".join(f"host={database.host.address}:5432" for database in (primary, standby))
    machines.url = f"postgresql://postgres@/postgres?{addresses}&target_session_attrs=read-write"
    machines.run(machines.hosts["web1"], "-m", "flask", "--app", "wsgi", "setup")
    with Session(create_engine(primary.url.replace("postgresql", "postgresql+psycopg"))) as session, session.begin():
        world = seed(session, UNITS, secret_key=SECRET_KEY, now=clock.now())
    answers = Answers()
    for name in ("web1", "web2"):
        machines.start(machines.hosts[name])
    for address in machines.web_addresses:
        Browser([address], answers).get("/readyz")
    work: Queue[Any] = Queue()
    for unit in [*world.units, *[None] * CLERKS]:
        work.put(unit)
    office = signed_in(machines.web_addresses, answers)
    clerks = [Clerk(world, machines.web_addresses, office, work, answers, number) for number in range(CLERKS)]
    for clerk in clerks:
        clerk.start()
    wait_until(lambda: len(answers.acknowledged) >= BEFORE)
    primary.host.lose_power()
    primary.host.drop()  # nobody says that nobody is there: each new connection asks it first and waits
    died, before = time.monotonic(), len(answers.acknowledged)
    standby.promote()
    wait_until(lambda: len(answers.acknowledged) > before + CLERKS)  # more than what was on its way
    away = time.monotonic() - died
    for clerk in clerks:
        clerk.join()
    (folder / "accepted").touch()
    with Session(create_engine(standby.url.replace("postgresql", "postgresql+psycopg"))) as session:
        found = account(session, world, folder / "accepted")
    return found | {"acts": sorted(answers.acknowledged), "wrong": answers.wrong, "away": round(away, 1), "met": answers.met}


def wait_until(holds: Any) -> None:
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False))
