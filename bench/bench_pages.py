"""The pages of a plan of 240 tasks (30 units x 8 stages) and of 8,000: server time and statements a page.

Run: python -m bench.bench_pages. In-process, signed in, SQLite in a temporary folder; median and 95th percentile of 100.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.applications import applications
from tests.builders import SMALL_PLAN, cast
from tracker import clock, passwords
from tracker.db import db, transaction
from tracker.models import User
from tracker.services import planning

EIGHT_STAGES = replace(
    SMALL_PLAN,
    stages=tuple(
        replace(SMALL_PLAN.stages[1], no=str(n + 1), short_name=f"Bước {n + 1}", due_on=date(2027, 1, 4 + n)) for n in range(8)
    ),
)
PASSWORD = "một câu dễ nhớ"
ROUNDS = 100


def site(app: Flask, units: int) -> int:
    """A running plan over so many units; its id."""
    with app.app_context(), transaction() as session:
        people = cast(session, units)
        user = session.get_one(User, people.coordinator_id)
        user.username, user.password_hash = "ha", passwords.hash_password(PASSWORD)
        plan = planning.create_plan(
            session,
            office_id=people.office_id,
            draft=EIGHT_STAGES,
            unit_ids=[u.id for u in people.units],
            by=people.ha,
            now=clock.now(),
        )
        planning.activate_plan(session, plan.id, by=people.ha, now=clock.now())
        planning.release_letters(session, plan.id, by=people.ha, now=clock.now())
        return plan.id


def measure(app: Flask, client: FlaskClient, path: str) -> tuple[float, float, int, int]:
    """(median ms, p95 ms, statements, KB) of a page."""
    statements = 0

    def count(*_args: object) -> None:
        nonlocal statements
        statements += 1

    with app.app_context():
        engine = db.engine
    size = len(client.get(path).data)
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == 200, path
    event.listen(engine, "before_cursor_execute", count)
    client.get(path)
    event.remove(engine, "before_cursor_execute", count)
    return statistics.median(times), sorted(times)[int(ROUNDS * 0.95)], statements, size // 1024


def main() -> None:
    print(f"{'page':32} {'tasks':>7} {'p50 ms':>8} {'p95 ms':>8} {'SQL':>4} {'KB':>6}")
    for units in (30, 1_000):
        with tempfile.TemporaryDirectory() as name, applications(Path(name)) as make_app:
            app = make_app(flask={"WTF_CSRF_ENABLED": False})
            plan_id = site(app, units)
            client = app.test_client()
            client.post("/sign-in", data={"username": "ha", "password": PASSWORD})
            for path in (
                "/",
                "/plans",
                f"/plans/{plan_id}",
                f"/plans/{plan_id}/stages/1",
                "/tasks/1",
                "/outbox",
                "/units",
                "/journal",
            ):
                median, p95, statements, size = measure(app, client, path)
                print(f"{path:32} {units * 8:>7,} {median:>8.1f} {p95:>8.1f} {statements:>4} {size:>6}")


if __name__ == "__main__":
    main()
