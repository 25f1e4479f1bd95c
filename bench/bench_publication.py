"""A result of 100,000 ballots from the raw answers to the public page, by the pages on which it is done: draft, approval,
publication, each with its time, the peak memory of the process so far, and how long somebody at another process waited who wanted
to save something of the same plan every 50 ms; the size of what is frozen; the public page and its largest file as a reader
gets them.

Run: python -m bench.bench_publication [ballots] [units]   (on a new database of either kind)
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bench.bench_results import fill
from bench.common import DATABASES, databases, engine_of, tell
from tests.applications import applications
from tests.builders import START
from tracker import clock, passwords
from tracker.db import db, transaction
from tracker.models import LedgerLine, Plan, PlanUnit, Publication, PublicationFile, Stage, Task, User
from tracker.rules.states import Role, TaskStatus
from tracker.services.planning import get_plan
from tracker.wording import date_short

PASSWORD = "một câu dễ nhớ"
PAPER = {"document_kind": "Thông báo", "number": "49/TB-UBND", "issuer": "UBND tỉnh", "signatory": "Nguyễn Văn Hòa"}
EVERY = 0.05


def timed(name: str, kind: str, act: Callable[[], object]) -> None:
    started, busy = time.perf_counter(), time.process_time()
    act()
    took, busy = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(f"100,000 ballots published: {name}", 0, kind, took, "s", f"{busy:.2f} s of processor, peak {peak:.0f} MB")


def save_again_and_again(url: str) -> None:
    """Until the input ends; then how long the longest took, in ms."""
    engine = engine_of(url)
    longest = 0.0
    with engine.connect():
        print("ready", flush=True)
    with subprocess.Popen(["cat"], stdout=subprocess.DEVNULL) as told:  # ends with the input
        while told.poll() is None:
            started = time.perf_counter()
            with Session(engine) as session, session.begin():
                get_plan(session, 1, lock=True)
                session.execute(text("UPDATE plan SET place = place"))
            longest = max(longest, time.perf_counter() - started)
            time.sleep(EVERY)
    print(longest * 1000)


def beside_somebody(name: str, url: str, act: Callable[[], object]) -> None:
    command = [sys.executable, "-m", "bench.bench_publication", "--save", url]
    kind = url.partition(":")[0]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as somebody:
        assert somebody.stdout is not None
        somebody.stdout.readline()
        timed(name, kind, act)
        said, _ = somebody.communicate()
    tell(f"100,000 ballots published: longest wait of another who saves, {name}", 0, kind, float(said))


def measure(url: str, ballots: int, units: int) -> None:
    kind = url.partition(":")[0]
    fill(url, ballots, units)
    with tempfile.TemporaryDirectory() as folder, applications(Path(folder)) as make_app:
        app = make_app(DATABASE_URL=url, tables=False, flask={"WTF_CSRF_ENABLED": False})
        with app.test_request_context(), transaction() as session:
            plan_id = session.scalars(select(Plan.id)).one()
            ha = session.scalars(select(User).where(User.role == Role.COORDINATOR)).one()
            ha.username, ha.password_hash = "ha", passwords.hash_password(PASSWORD)
            for task in session.scalars(select(Task).join(Stage)):
                task.status = TaskStatus.DONE
            each = ballots // units
            lines = [
                {
                    "plan_id": plan_id, "unit_id": unit_id, "day": START.date(), "handed_out": each, "collected": each,
                    "valid": each, "discarded": 0, "reasons": {}, "once": f"l{unit_id}", "by_name": "Hà", "by_key": "user-1",
                    "at": START,
                }
                for unit_id in session.scalars(select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan_id))
            ]  # fmt: skip
            session.execute(insert(LedgerLine), lines)
        client = app.test_client()
        client.post("/sign-in", data={"username": "ha", "password": PASSWORD})
        room = f"/plans/{plan_id}/publication"

        def press(address: str, **fields: str) -> None:
            answer = client.post(f"{room}/{address}", data=fields)
            assert answer.status_code == 302, answer.text

        beside_somebody("draft", url, lambda: press("draft", reason=""))
        with app.app_context():
            version, slug = db.session.execute(select(Publication.id, Publication.slug)).one()
        paper = PAPER | {"issued_on": date_short(clock.today())}
        beside_somebody("approval", url, lambda: press(f"{version}/approve", **paper))
        beside_somebody("publication", url, lambda: press(f"{version}/publish"))
        with app.app_context():
            sizes = db.session.execute(
                select(PublicationFile.name, func.length(PublicationFile.content)).order_by(PublicationFile.name)
            ).all()
        for name, size in sizes:
            tell(f"… frozen of it: {name}", 0, kind, size / 1024, "KB")
        for address in (f"/ket-qua/{slug}", f"/ket-qua/{slug}/du-lieu.csv"):
            client.get(address)
            what = address.removeprefix(f"/ket-qua/{slug}") or "public page"
            timed(what, kind, lambda at=address: client.get(at).data)


def main(ballots: int, units: int) -> None:
    with databases(DATABASES) as fresh:
        for kind in DATABASES:
            command = [sys.executable, "-m", "bench.bench_publication", "--measure", fresh(kind), str(ballots), str(units)]
            subprocess.run(command, check=True)  # its memory is its own


if __name__ == "__main__":
    if sys.argv[1:2] == ["--save"]:
        save_again_and_again(sys.argv[2])
    elif sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[2], *map(int, sys.argv[3:5]))
    else:
        main(*[*map(int, sys.argv[1:3]), *(100_000, 300)[len(sys.argv[1:3]) :]])
