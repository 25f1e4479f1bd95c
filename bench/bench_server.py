"""An unchanged calendar (304) beside a Flask hello page, on the same server (gunicorn, one worker of eight threads).

Run: python -m bench.bench_server. Whole requests over one kept connection, by turns; median and 95th percentile of 5 × 200.
"""

from __future__ import annotations

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.bench_start import free_port
from bench.common import DATABASES, NOW, SHAPES, databases, draft_of, engine_of, milliseconds, people_of, tell
from config import ROOT
from tracker.models import Contact, Plan
from tracker.rules.states import PlanStatus
from tracker.services import feeds, planning
from tracker.services.feeds import FeedScope

TASKS = 1_128
ROUNDS, REQUESTS = 5, 200
TITLES = {"plan": "a plan", "contact": "a person in a plan"}


@contextmanager
def served(app: str, **settings: str) -> Iterator[http.client.HTTPConnection]:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "8",
        "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket", "--keep-alive", "60", app,
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | settings) as server:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        for _ in range(1_000):
            try:
                connection.connect()
                break
            except OSError:
                time.sleep(0.02)
        try:
            yield connection
        finally:
            connection.close()
            server.terminate()


def fill(url: str) -> dict[str, str]:
    """A running plan; the addresses of its feed and of one person's."""
    units, stages = SHAPES[TASKS]
    engine = engine_of(url)
    with Session(engine) as session:
        people, ids = people_of(session, units)
        planning.create_plan(session, office_id=people.office_id, draft=draft_of(stages), unit_ids=ids, by=people.ha, now=NOW)
        plan = session.scalars(select(Plan)).one()
        plan.status = PlanStatus.RUNNING
        subjects = {FeedScope.PLAN: plan.id, FeedScope.CONTACT: session.scalar(select(func.min(Contact.id))) or 0}
        tokens = {scope.value: feeds.issue(session, scope, subject, now=NOW) for scope, subject in subjects.items()}
        session.commit()
    engine.dispose()
    return {name: f"/feeds/{token}.ics" for name, token in tokens.items()}


def ask(connection: http.client.HTTPConnection, path: str, **headers: str) -> http.client.HTTPResponse:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer


def main() -> None:
    for database in DATABASES:
        with databases([database]) as fresh:
            url = fresh(database)
            feeds_of = fill(url)
            settings = {"DATABASE_URL": url, "SECRET_KEY": "bench-key-" * 4, "DEMO": "0"}
            with served("bench.hello:app") as hello, served("wsgi:app", **settings) as ours:
                for name, path in feeds_of.items():
                    compare(database, name, path, ours, hello)


def compare(database: str, name: str, path: str, ours: http.client.HTTPConnection, hello: http.client.HTTPConnection) -> None:
    etag = ask(ours, path).getheader("ETag") or ""

    def unchanged() -> None:
        assert ask(ours, path, **{"If-None-Match": etag}).status == 304

    taken, floors = [], []
    for _ in range(ROUNDS):
        taken.append(milliseconds(unchanged, REQUESTS))
        floors.append(milliseconds(lambda: ask(hello, "/"), REQUESTS))
    (p50, p95), floor = (statistics.median(p[i] for p in taken) for i in (0, 1)), statistics.median(p[0] for p in floors)
    ratio = statistics.median(a[0] / b[0] for a, b in zip(taken, floors, strict=True))
    what = f"unchanged calendar over HTTP (304), {TITLES[name]} of {TASKS:,} tasks"
    tell(what, 0, database, p50, note=f"p95 {p95:.1f}", beside=f"hello page {floor:.2f} ms: {ratio:.1f} ×", ratio=ratio)


if __name__ == "__main__":
    main()
