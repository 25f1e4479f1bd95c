"""A result of 100,000 ballots from the raw answers to the public page: draft, approval, publication, each with its time and the
peak memory of the process so far; the size of what is frozen; the public page and its largest file as a reader gets them.

Run: python -m bench.bench_publication [ballots] [units]   (SQLite in a temporary folder)
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bench.bench_results import SOURCES, fill
from bench.common import tell
from tests.applications import applications
from tests.builders import START
from tracker.db import db, transaction
from tracker.models import LedgerLine, Plan, PlanUnit, Publication, PublicationFile, Stage, Task, User
from tracker.rules.access import Actor
from tracker.rules.states import Role, TaskStatus
from tracker.services import publishing
from tracker.services.publishing import Approval
from tracker.web import publication_files

LATER = START + timedelta(days=100)
PAPER = Approval("Thông báo", "49/TB-UBND", LATER.date(), "UBND tỉnh", "Nguyễn Văn Hòa")


def timed(name: str, act: Callable[[], object]) -> None:
    started, busy = time.perf_counter(), time.process_time()
    act()
    took, busy = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(f"100,000 ballots published: {name}", 0, "sqlite", took, "s", f"{busy:.2f} s of processor, peak {peak:.0f} MB")


def main(ballots: int, units: int) -> None:
    with tempfile.TemporaryDirectory() as folder, applications(Path(folder)) as make_app:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        fill(url, ballots, units)
        app = make_app(DATABASE_URL=url, tables=False)
        with app.test_request_context(), transaction() as session:
            plan = session.scalars(select(Plan)).one()
            plan_id, office_id = plan.id, plan.office_id
            ha = session.scalars(select(User).where(User.role == Role.COORDINATOR)).one()
            by = Actor(f"user-{ha.id}", ha.name, Role.COORDINATOR, office_id)
            for task in session.scalars(select(Task).join(Stage)):
                task.status = TaskStatus.DONE
            each = ballots // units
            lines = [
                {
                    "plan_id": plan_id, "unit_id": unit_id, "day": START.date(), "handed_out": each, "collected": each,
                    "valid": each, "discarded": 0, "reasons": {}, "once": f"l{unit_id}", "by_name": "Hà", "by_key": by.key,
                    "at": START,
                }
                for unit_id in session.scalars(select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan_id))
            ]  # fmt: skip
            session.execute(insert(LedgerLine), lines)

        common = {"sources": SOURCES, "by": by, "now": LATER}

        def step(act: Callable[..., object], *args: object, **more: object) -> Callable[[], None]:
            def run() -> None:
                with app.test_request_context(), transaction() as session:
                    act(session, *args, makers=publication_files.makers(), **common, **more)

            return run

        timed("draft", step(publishing.draft_result, plan_id, exceptions={}, reason=""))
        with app.app_context():
            version = db.session.scalars(select(Publication.id)).one()
        timed("approval", step(publishing.approve, version, PAPER))
        timed("publication", step(publishing.publish, version))
        with app.app_context():
            slug = db.session.scalars(select(Publication.slug)).one()
            sizes = db.session.execute(
                select(PublicationFile.name, func.length(PublicationFile.content)).order_by(PublicationFile.name)
            ).all()
        for name, size in sizes:
            tell(f"… frozen of it: {name}", 0, "sqlite", size / 1024, "KB")
        client = app.test_client()
        for address in (f"/ket-qua/{slug}", f"/ket-qua/{slug}/du-lieu.csv"):
            client.get(address)
            timed(address.removeprefix(f"/ket-qua/{slug}") or "public page", lambda at=address: client.get(at).data)


if __name__ == "__main__":
    main(*[*map(int, sys.argv[1:3]), *(100_000, 300)[len(sys.argv[1:3]) :]])
