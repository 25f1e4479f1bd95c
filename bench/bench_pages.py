"""Every page that links lead to, for a coordinator, a leader and a contact: server time, statements and weight a page.

Run: python -m bench.bench_pages [--rounds 20] [--only PART]. In-process, SQLite in a temporary folder, at 240 tasks
(30 units × 8 stages) and at 10,000 (1,250 × 8). A page is slow over 30 ms, and not flat where its 95th percentile at
10,000 tasks is over three times that at 240. Files, and what only works (a rehearsal, a preview), are no pages.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from bench.common import p95, write
from bench.pages_site import PASSWORD, site
from tests.applications import applications
from tests.browser.living import pages_of
from tracker.db import db
from tracker.models import Contact
from tracker.web.tokens import personal_token
from tracker.workers import leave_loaded_alone

SIZES = (30, 1_250)
SLOW_MS = 30
STEEP = 3
#: A slow page is not asked as often.
FEWEST, LONGEST_MS = 5, 3_000


class Cost(NamedTuple):
    p50: float
    p95: float
    statements: int
    raw_kb: float
    wire_kb: float  #: as a proxy sends it, gzip level 5


def client_of(app: Flask, username: str | None) -> FlaskClient:
    client = app.test_client()
    if username:
        assert client.post("/sign-in", data={"username": username, "password": PASSWORD}).status_code == 302
    return client


def link_of_a_contact(app: Flask) -> str:
    with app.app_context():
        contact = db.session.scalars(select(Contact).order_by(Contact.id)).first()
        return f"/v/{personal_token(str(app.secret_key), contact.id, contact.link_nonce)}"


def measure(app: Flask, client: FlaskClient, path: str, rounds: int) -> Cost:
    said = 0

    def count(*_args: object) -> None:
        nonlocal said
        said += 1

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    page = client.get(path)
    event.remove(engine, "before_cursor_execute", count)
    assert page.status_code == 200, path
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        client.get(path)
        times.append((time.perf_counter() - started) * 1000)
        if len(times) >= FEWEST and sum(times) > LONGEST_MS:
            break
    size, sent = len(page.data) / 1024, len(gzip.compress(page.data, 5)) / 1024
    return Cost(statistics.median(times), p95(times), said, size, sent)


def measured(units: int, rounds: int, only: str) -> Iterator[tuple[str, str, Cost]]:
    """(endpoint, address, cost) of each page, one after the other."""
    with tempfile.TemporaryDirectory() as name, applications(Path(name)) as make_app:
        app = make_app(flask={"WTF_CSRF_ENABLED": False})
        plan_id = site(app, units)
        gc.collect()
        leave_loaded_alone()
        known: set[str] = set()
        first = ("/", "/search?q=xa+so", f"/plans/{plan_id}/entry/1", "/plans?q=khao+sat", f"/plans/{plan_id}/stages/3")
        for who, start in (("ha", first), ("dung", ("/",)), (None, (link_of_a_contact(app),))):
            client = client_of(app, who)
            for endpoint, where in pages_of(app, who, start=start, tries=5).items():
                if endpoint in known:
                    continue
                known.add(endpoint)
                if only in endpoint:
                    yield endpoint, where, measure(app, client, where, rounds)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, help="units")
    parser.add_argument("--only", default="", help="pages whose endpoint holds this")
    asked = parser.parse_args()
    tasks = [units * 8 for units in asked.sizes]
    small = {endpoint: (where, cost) for endpoint, where, cost in measured(asked.sizes[0], asked.rounds, asked.only)}
    print(f"Each figure at {tasks[0]:,} and at {tasks[1]:,} tasks.")
    print(f"{'page':34} {'p50 ms':>15} {'p95 ms':>15} {'SQL':>7} {'KB':>11} {'KB gzip':>11}")
    for endpoint, where, many in measured(asked.sizes[1], asked.rounds, asked.only):
        if endpoint not in small:
            print(f"{endpoint:34} only at {tasks[1]:,} tasks: {where}")
            continue
        few = small.pop(endpoint)[1]
        marks = [
            word
            for word, is_so in (
                ("SLOW", many.p50 > SLOW_MS),
                ("NOT FLAT", many.p95 > STEEP * few.p95),
                ("STATEMENTS", few.statements != many.statements),
                ("HEAVY", many.wire_kb > 200),
            )
            if is_so
        ]
        pairs = (
            f"{few.p50:7.1f} {many.p50:7.1f}",
            f"{few.p95:7.1f} {many.p95:7.1f}",
            f"{few.statements:3} {many.statements:3}",
            f"{few.raw_kb:5.0f} {many.raw_kb:5.0f}",
            f"{few.wire_kb:5.0f} {many.wire_kb:5.0f}",
        )
        print(f"{endpoint:34} {' '.join(pairs)}  {', '.join(marks)}", flush=True)
        both = {
            "p50": (few.p50, many.p50), "p95": (few.p95, many.p95), "statements": (few.statements, many.statements),
            "kb": (round(few.wire_kb), round(many.wire_kb)),
        }  # fmt: skip
        write({"page": endpoint, "tasks": tasks, "marks": ", ".join(marks).lower()} | both)
    for endpoint, (where, _) in small.items():
        print(f"{endpoint:34} only at {tasks[0]:,} tasks: {where}")


if __name__ == "__main__":
    main()
