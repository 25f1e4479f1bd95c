"""`python -m tests.hosts.old_program COMMIT …`: an upgrade under an older program itself, out of the history of this copy.

The old program is installed and serves, pages and timetable; clerks do whole units over HTTP; `flask setup` of this program
brings the tables forward while they work, and they finish with the old program. Then this program takes over. Nothing may have
failed, and each act that was answered must be there once, on SQLite and on PostgreSQL. A copy may come without history: this is
no test of pytest's.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from config import ROOT
from tests.hosts.people import Answers, Browser, Clerk, signed_in
from tests.hosts.world import Seeded, UnitAtWork
from tests.mail.sink import free_port
from tests.servers import a_database, postgres
from tracker.models import JournalEntry, LedgerLine, Stage, Task
from tracker.rules.states import TaskStatus
from tracker.services import journal

UNITS, CLERKS = 60, 6
SECONDS = 120
_SEED = """
import json, sys
from dataclasses import asdict
from tests.hosts.world import seed
from tracker import clock, create_app
from tracker.db import transaction
app = create_app()
with app.app_context(), transaction() as session:
    print(json.dumps(asdict(seed(session, int(sys.argv[1]), secret_key=app.secret_key, now=clock.now()))))
"""


def main() -> None:
    for commit in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            tree = old_tree(commit, Path(folder))
            for database in ("sqlite", "postgresql"):
                print(json.dumps({"commit": commit, "database": database} | upgrade_under(tree, database), ensure_ascii=False))


def old_tree(commit: str, folder: Path) -> Path:
    """The old program with its own libraries, and the world of these tests, which it may not have known."""
    archive = subprocess.run(["git", "archive", commit], cwd=ROOT, check=True, capture_output=True).stdout
    subprocess.run(["tar", "x"], cwd=folder, check=True, input=archive)
    subprocess.run(["make", "install"], cwd=folder, check=True, capture_output=True)
    (folder / "tests" / "hosts").mkdir(exist_ok=True)
    (folder / "tests" / "hosts" / "__init__.py").touch()
    (folder / "tests" / "hosts" / "world.py").write_bytes((ROOT / "tests" / "hosts" / "world.py").read_bytes())
    return folder


def upgrade_under(old: Path, database: str) -> dict[str, Any]:
    """What was met, and what the database holds at the end. Raises AssertionError for anything that failed."""
    with ExitStack() as stack:
        instance = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{instance}/tracker.sqlite"
        if database == "postgresql":
            url = stack.enter_context(a_database(stack.enter_context(postgres())))
        settings = {
            "PATH": os.environ["PATH"], "INSTANCE_DIR": str(instance), "DATABASE_URL": url, "SECRET_KEY": "test-key-" * 4,
            "PORT": str(free_port()), "DEMO": "0", "DELIVER_EVERY_SECONDS": "1", "REMINDERS_AT": "00:00",
        }  # fmt: skip
        run(old, settings, "-m", "flask", "--app", "wsgi", "setup")
        seeded = json.loads(run(old, settings, "-c", _SEED, str(UNITS)))
        world = Seeded(seeded["plan_id"], [UnitAtWork(**unit) for unit in seeded["units"]])
        answers, upgrade = Answers(), 0.0
        with served(old, settings) as address, at_work(world, address, answers) as work:
            while len(answers.acknowledged) < UNITS:
                time.sleep(0.05)
            began = time.monotonic()
            run(ROOT, settings, "-m", "flask", "--app", "wsgi", "setup")
            upgrade, before = time.monotonic() - began, len(answers.acknowledged)
            work()
        with served(ROOT, settings) as address:
            office = Browser([address], answers, signed_in([address], answers))
            for page in ("/", f"/plans/{world.plan_id}", f"/plans/{world.plan_id}/stages/3", "/outbox", "/journal", "/readyz"):
                office.get(page)
        with Session(create_engine(url.replace("postgresql:", "postgresql+psycopg:"))) as session:
            found = account(session)
    assert not answers.wrong, answers.wrong
    assert len(answers.acknowledged) == 6 * UNITS
    assert (found["done"], found["counted"], found["journal whole"]) == (2 * UNITS, 2 * UNITS, True), found
    assert 0 < before < 6 * UNITS, "the upgrade was to fall among the acts"
    return found | {
        "upgrade": round(upgrade, 1),
        "acts before its end": before,
        "acts": len(answers.acknowledged),
        "met": answers.met,
        "slowest": answers.slowest[:2],
    }


def run(tree: Path, settings: Mapping[str, str], *command: str) -> str:
    done = subprocess.run([python_of(tree), *command], cwd=tree, env=settings, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def python_of(tree: Path) -> str:
    return sys.executable if tree == ROOT else str(tree / ".venv" / "bin" / "python")


@contextmanager
def served(tree: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Its address; pages and timetable as `make run` starts them."""
    with tempfile.TemporaryFile("w+") as log:
        command = [python_of(tree), "-m", "jobs.supervisor"]
        server = subprocess.Popen(command, cwd=tree, env=settings, stdout=log, stderr=log)
        yield from _until_stopped(server, settings)
        log.seek(0)
        faults = [line for line in log if " ERROR " in line or line.startswith("Traceback")]
        assert not faults, faults


def _until_stopped(server: subprocess.Popen[bytes], settings: Mapping[str, str]) -> Iterator[str]:
    address = f"http://127.0.0.1:{settings['PORT']}"
    try:
        Browser([address], Answers()).get("/sign-in")
        yield address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(SECONDS)


@contextmanager
def at_work(world: Seeded, address: str, answers: Answers) -> Iterator[Any]:
    """Clerks do all units; what it gives waits for their end."""
    units: Queue[UnitAtWork | None] = Queue()
    office = signed_in([address], answers)
    clerks = [Clerk(world, [address], office, units, answers, number) for number in range(CLERKS)]
    for unit in [*world.units, *(None for _ in clerks)]:
        units.put(unit)
    for clerk in clerks:
        clerk.start()

    def end() -> None:
        for clerk in clerks:
            clerk.join()

    yield end


def account(session: Session) -> dict[str, Any]:
    """What is done, counted and written."""
    of_units = select(func.count()).select_from(Task).join(Stage, Stage.id == Task.stage_id).where(Stage.position.in_((2, 3)))
    return {
        "done": session.scalar(of_units.where(Task.status == TaskStatus.DONE)),
        "counted": session.scalar(select(func.count(LedgerLine.once.distinct()))),
        "journal whole": journal.verify(session).whole,
        "lines": session.scalar(select(func.count(JournalEntry.id))),
    }


if __name__ == "__main__":
    main()
