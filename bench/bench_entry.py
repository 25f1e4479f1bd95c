"""Data entry: the keyboard page, a ballot kept, the units of a plan; a file of 10,000 ballots taken in, of 50,000 refused.

Run: python -m bench.bench_entry. In-process, signed in, SQLite in a temporary folder; median and 95th percentile of 100.
"""

from __future__ import annotations

import io
import resource
import statistics
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import event, insert, select

from bench.common import p95, tell
from tests.applications import applications
from tests.entries import COMMUNE, NOW, Hall, answers, hall
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import Ballot, User
from tracker.rules.entry_rows import template_headings
from tracker.rules.method import SecondEntryMethod

PASSWORD = "một câu dễ nhớ"
ROUNDS = 100


def desk(app: Flask, *, units: int, ballots: int) -> Hall:
    """A plan whose ballots may be keyed by "lan"."""
    with app.app_context(), transaction() as session:
        found = hall(session, units=units, ballots=0, second=SecondEntryMethod())
        for unit in found.people.units:
            rows = [
                {"plan_id": found.plan_id, "unit_id": unit.id, "number": f"{n:05d}", "registered_at": NOW}
                for n in range(1, ballots + 1)
            ]
            session.execute(insert(Ballot), rows)
        for user in session.scalars(select(User)):
            user.password_hash = passwords.hash_password(PASSWORD)
    return found


def signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    assert client.post("/sign-in", data={"username": "lan", "password": PASSWORD}).status_code == 302
    return client


def form(number: int) -> dict[str, str]:
    return {**{f"a-{code}": value for code, value in answers().items()}, "number": str(number), "once": f"bench-{number}"}


def measure(name: str, app: Flask, act: object) -> None:
    """One line: median, p95, statements."""
    said = 0

    def count(*_args: object) -> None:
        nonlocal said
        said += 1

    times = []
    for at in range(ROUNDS):
        started = time.perf_counter()
        act(at)  # type: ignore[operator]
        times.append((time.perf_counter() - started) * 1000)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    act(ROUNDS)  # type: ignore[operator]
    event.remove(engine, "before_cursor_execute", count)
    tell(name, 0, "sqlite", statistics.median(times), "ms", f"p95 {p95(times):.1f}, {said} statements")


def pages(folder: Path, units: int, ballots: int) -> None:
    with applications(folder) as make_app:
        app = make_app(flask={"WTF_CSRF_ENABLED": False})
        room = desk(app, units=units, ballots=ballots)
        client = signed_in(app)
        where = f"/plans/{room.plan_id}/entry"

        def read(path: str) -> None:
            assert client.get(path).status_code == 200

        def keep(at: int) -> None:
            sent = client.post(f"{where}/{room.unit()}", data=form(at + 1), headers={"Accept": "application/json"})
            assert sent.status_code == 200, sent.text

        size = f"{units} units × {ballots}"
        measure(f"keyboard page, {size}", app, lambda _at: read(f"{where}/{room.unit()}"))
        measure(f"a ballot kept, {size}", app, keep)
        measure(f"units of the plan, {size}", app, lambda _at: read(where))


def file_of(room: Hall, rows: int, *, kind: str, wrong_at: int = 0) -> bytes:
    given = answers()
    cells = [given[q.code] if not other else "" for q in COMMUNE.questions for other in ((False, True) if q.other else (False,))]
    lines = [[room.name(), f"{n:05d}", *(["9" if n == wrong_at else cells[0], *cells[1:]])] for n in range(1, rows + 1)]
    if kind == "csv":
        return "\r\n".join(";".join(line) for line in [template_headings(COMMUNE), *lines]).encode("utf-8-sig")
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in [template_headings(COMMUNE), *lines]:
        sheet.append(line)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def take_in(folder: Path, rows: int, kind: str, *, wrong_at: int = 0) -> None:
    with applications(folder) as make_app:
        app = make_app(flask={"WTF_CSRF_ENABLED": False}, UPLOAD_LIMIT_MEGABYTES="40")
        room = desk(app, units=1, ballots=rows)
        client = signed_in(app)
        content = file_of(room, rows, kind=kind, wrong_at=wrong_at)
        started, busy = time.perf_counter(), time.process_time()
        fields = {"file": (io.BytesIO(content), f"a.{kind}"), "do": "import"}
        sent = client.post(f"/plans/{room.plan_id}/entry/import", data=fields)
        took, busy = time.perf_counter() - started, time.process_time() - busy
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # of the whole process, the making of the file included
        assert sent.status_code == (422 if wrong_at else 302), sent.text[:2000]
        what = "one fault on the last row" if wrong_at else "taken in"
        size = len(content) / 1024 / 1024
        note = f"{busy:.2f} s of processor, {size:.1f} MB file, peak {peak:.0f} MB"
        tell(f"{rows:,} ballots from .{kind}, {what}", 0, "sqlite", took, "s", note)


def main() -> None:
    for rows, kind, wrong_at in ((10_000, "csv", 0), (10_000, "xlsx", 0), (50_000, "csv", 50_000), (50_000, "xlsx", 50_000)):
        with tempfile.TemporaryDirectory() as folder:
            take_in(Path(folder), rows, kind, wrong_at=wrong_at)
    for units, ballots in ((30, 110), (1_000, 110)):
        with tempfile.TemporaryDirectory() as folder:
            pages(Path(folder), units, ballots)


if __name__ == "__main__":
    main()
