"""One plan of so many tasks: laying it out, starting it, its pages, the morning's round, letters in words, the feed, a backup.

Run: python -m bench.bench_scale [--tasks 240 …] [--databases sqlite postgresql] [--parts lay_out pages …]. Each beside its floor
in the same run; medians of five rounds (pages of a hundred, less where a round takes seconds; three beside 1,000,000 tasks).
"""

from __future__ import annotations

import argparse
import gc
import statistics
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from bench import common
from bench.common import DATABASES, NOW, SHAPES, SMALL, milliseconds, rounds_of, seconds, tell
from tests.applications import applications
from tracker import backup, passwords
from tracker import feeds as calendar
from tracker.db import db
from tracker.links import Links
from tracker.mail.messages import render_batch
from tracker.models import Contact, OutboxMessage, Plan, PlanUnit, Stage, Task, User
from tracker.rules.access import Actor
from tracker.rules.states import LetterStatus, TaskStatus
from tracker.services import chasing, feeds, planning
from tracker.services.feeds import FeedScope

PASSWORD = "một câu dễ nhớ"
#: A feed of 1,000,000 events (500 MB) is no calendar.
LARGEST_FEED = 85_000
ROWS_AT_ONCE = 10_000


def lay_out(engine: Engine, tasks: int, *, with_floor: bool) -> tuple[float, float, float]:
    """(seconds of create_plan with its commit, MB it took, seconds of a bulk INSERT of the same rows ready made: the floor)."""
    units, stages = SHAPES[tasks]
    with Session(engine) as session:
        people, ids = common.people_of(session, units)
        session.commit()
        common.analyze(engine)

        def ours() -> None:
            planning.create_plan(
                session, office_id=people.office_id, draft=common.draft_of(stages), unit_ids=ids, by=people.ha, now=NOW
            )
            session.commit()

        with common.peak_memory() as peak:
            took = seconds(ours)
            memory = peak()
    return took, memory, _floor(engine) if with_floor else 0.0


def _floor(engine: Engine) -> float:
    """The same rows by SQLAlchemy Core alone: those of the plan just made are taken out and put in again."""
    took = 0.0
    tables = [table.__table__ for table in (PlanUnit, Task)]
    with engine.begin() as connection:
        kept = [[dict(row) for row in connection.execute(select(table)).mappings()] for table in tables]
        for table in reversed(tables):
            connection.execute(delete(table))
    for table, rows in zip(tables, kept, strict=True):
        bare = [{name: value for name, value in row.items() if value is not None} for row in rows]

        def put(table: object = table, bare: list[dict[str, object]] = bare) -> None:
            with engine.begin() as connection:
                for first in range(0, len(bare), ROWS_AT_ONCE):
                    connection.execute(insert(table), bare[first : first + ROWS_AT_ONCE])

        took += seconds(put)
    return took


def start(engine: Engine) -> float:
    """Seconds from "Bắt đầu triển khai" to letters that may go, both commits included; then half of the first stage is done and
    the letters have gone."""
    with Session(engine) as session:
        plan, user = session.scalars(select(Plan)).one(), session.scalars(select(User).order_by(User.id)).first()
        assert user is not None
        ha = Actor(f"user-{user.id}", user.name, user.role, user.office_id)

        def ours() -> None:
            planning.activate_plan(session, plan.id, by=ha, now=NOW)
            session.commit()
            planning.release_letters(session, plan.id, by=ha, now=NOW)
            session.commit()

        took = seconds(ours)
        first = session.scalars(select(Stage.id).order_by(Stage.position)).first()
        session.execute(
            update(Task)
            .where(Task.stage_id == first, Task.id % 2 == 0)
            .values(status=TaskStatus.DONE, next_look_on=None, completed_on=NOW.date())
        )
        before = NOW - timedelta(days=19)  # the round of a morning finds letters of other days
        sent = {"status": LetterStatus.SENT, "sent_at": before, "day": before.date(), "body_text": "x" * 2000}
        session.execute(update(OutboxMessage).values(**sent))
        session.commit()
    common.analyze(engine)
    return took


def pages(app: Flask, tasks: int, database: str) -> None:
    with app.app_context(), Session(_engine(app)) as session:
        user = session.scalars(select(User).order_by(User.id)).first()
        assert user is not None
        user.username, user.password_hash = "ha", passwords.hash_password(PASSWORD)
        plan_id = session.scalar(select(func.min(Plan.id)))
        session.commit()
    client = app.test_client()
    client.post("/sign-in", data={"username": "ha", "password": PASSWORD})
    for what, path in (
        ("today page, p95", "/"),
        ("plan page, p95", f"/plans/{plan_id}"),
        ("matrix, its last hundred units, p95", f"/plans/{plan_id}?page=999999"),
        ("stage page, p95", f"/plans/{plan_id}/stages/1"),
    ):
        assert client.get(path).status_code == 200, path
        once = seconds(lambda path=path: client.get(path))  # type: ignore[misc]
        p50, p95 = milliseconds(
            lambda path=path: client.get(path), 100 if once < 0.2 else 20 if once < 1 else 5 if once < 5 else 3
        )  # type: ignore[misc]
        tell(what, tasks, database, p95, note=f"p50 {p50:.1f}")


def ticks(engine: Engine, tasks: int, database: str) -> None:
    """The morning's round with every task open and none due, then with 1 % due; beside the driver's SELECT of the due rows."""
    today = NOW.date()
    with Session(engine) as session:
        session.execute(
            update(Task).values(
                status=TaskStatus.IN_PROGRESS, opened_on=today - timedelta(days=19), ladder_from=today - timedelta(days=19),
                next_look_on=date(2021, 12, 9), due_on=date(2021, 12, 20), aim_on=date(2021, 12, 20),
            )
        )  # fmt: skip
        session.commit()
    common.analyze(engine)
    _round_and_floor(engine, tasks, database, "nothing due")
    with Session(engine) as session:
        session.execute(update(Task).where(Task.id % 100 == 0).values(next_look_on=today, due_on=today, aim_on=today))
        session.commit()
    common.analyze(engine)
    _round_and_floor(engine, tasks, database, "1 % due")
    with Session(engine) as session:
        chasing.queue_due_reminders(session, today, now=NOW)
        session.flush()
        letters = session.scalars(select(OutboxMessage).where(OutboxMessage.day == today).limit(1_000)).all()

        def words() -> None:
            render_batch(session, letters, links=Links("https://ks.example.vn"), personal_token=lambda *_: "t", today=today)

        took = statistics.median(seconds(words) for _ in range(5))
        tell("digest in words, one of", tasks, database, took / len(letters) * 1000, note=f"{len(letters)} letters")
        session.rollback()


def _round_and_floor(engine: Engine, tasks: int, database: str, what: str) -> None:
    today = NOW.date()
    taken, floors, looked = [], [], 0
    due = f"SELECT id, stage_id, unit_id, status, due_on FROM task WHERE next_look_on IS NOT NULL AND next_look_on <= '{today}'"
    for _ in range(9 if tasks < 1_000_000 or "nothing" in what else 3):
        with Session(engine) as session:

            def ours(session: Session = session) -> None:
                nonlocal looked
                looked = chasing.queue_due_reminders(session, today, now=NOW).looked_at
                session.flush()

            taken.append(seconds(ours) * 1000)
            session.rollback()
        raw = engine.raw_connection()
        cursor = raw.cursor()
        floors.append(seconds(lambda cursor=cursor: cursor.execute(due).fetchall()) * 1000)  # type: ignore[misc]
        raw.rollback()
        raw.close()
    median, floor = statistics.median(taken), statistics.median(floors)
    tell(f"reminder tick, {what}", tasks, database, median, note=f"{looked} due")
    tell(f"… SELECT of the due rows alone, {what}", tasks, database, floor)


def feed(app: Flask, tasks: int, database: str) -> None:
    with app.app_context(), Session(_engine(app)) as session:
        plan_id, contact_id = session.scalar(select(func.min(Plan.id))), session.scalar(select(func.min(Contact.id)))
        assert plan_id is not None
        assert contact_id is not None
        urls = {
            "plan": f"/feeds/{feeds.issue(session, FeedScope.PLAN, plan_id, now=NOW)}.ics",
            "person": f"/feeds/{feeds.issue(session, FeedScope.CONTACT, contact_id, now=NOW)}.ics",
        }
        session.commit()
    client = app.test_client()
    for name, url in urls.items():
        if name == "plan" and tasks > LARGEST_FEED:
            continue
        first = client.get(url)
        assert first.status_code == 200
        unchanged = {"If-None-Match": first.headers["ETag"]}
        size = f"{first.data.count(b'BEGIN:VEVENT')} events, {len(first.data) >> 10} KB"
        rounds = 20 if name == "person" or tasks < 10_000 else 5 if tasks < 85_000 else 1
        p50, p95 = milliseconds(lambda url=url: client.get(url), rounds, before=calendar._written.cache_clear)  # type: ignore[misc]
        tell(f"feed of a {name}, cold", tasks, database, p50, note=f"p95 {p95:.1f}, {size}")
        p50, p95 = milliseconds(lambda url=url: client.get(url), rounds)  # type: ignore[misc]
        tell(f"feed of a {name}, its events kept", tasks, database, p50, note=f"p95 {p95:.1f}")
        p50, p95 = milliseconds(lambda url=url, h=unchanged: client.get(url, headers=h), 100)  # type: ignore[misc]
        assert client.get(url, headers=unchanged).status_code == 304
        tell(f"feed of a {name}, unchanged (304)", tasks, database, p50, note=f"p95 {p95:.1f}")


def save(app: Flask, tasks: int, database: str, folder: Path, rounds: int) -> None:
    with app.app_context():
        engine = _engine(app)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("DELETE FROM alembic_version"))
            connection.execute(text("INSERT INTO alembic_version VALUES ('bench')"))
        target = folder / "saved.zip"
        with common.peak_memory() as peak:
            taken = [seconds(lambda: backup.write(app, target, now=NOW)) for _ in range(rounds)]
            memory = peak()
    size = target.stat().st_size / 2**20
    tell("backup", tasks, database, statistics.median(taken), "s", f"{size:.1f} MB, memory +{memory:.0f} MB")


def _engine(app: Flask) -> Engine:
    return db.engine


PARTS = ("lay_out", "start", "pages", "feed", "backup", "ticks")


def measure(tasks: int, database: str, url: str, parts: list[str], rest: list[str], rounds: int) -> None:
    """All parts of one size; `rest`: addresses of more empty databases, for more rounds of laying out."""
    laid = []
    for address in [*(rest if "lay_out" in parts else ()), url]:
        engine = common.engine_of(address)
        laid.append(lay_out(engine, tasks, with_floor="lay_out" in parts))
        if address != url:
            engine.dispose()
    if "lay_out" in parts:
        ours, floor = (statistics.median(one[i] for one in laid) for i in (0, 2))
        memory = max(one[1] for one in laid)  # later rounds find room that the first one took
        tell("lay out a plan", tasks, database, ours, "s", f"{tasks / ours:,.0f} rows/s; bulk INSERT alone {floor:.2f} s")
        tell("… rows a second, of bulk INSERT's", tasks, database, floor / ours * 100, "%")
        tell("… memory", tasks, database, memory, "MB")
    took = start(engine)
    if "start" in parts:
        tell("start it and let its letters go", tasks, database, took, "s", f"{SHAPES[tasks][0]} letters")
    engine.dispose()
    with TemporaryDirectory() as name, applications(Path(name)) as make_app:
        app = make_app(DATABASE_URL=url, tables=False, flask={"WTF_CSRF_ENABLED": False})
        gc.freeze()  # as wsgi.py does
        if "pages" in parts:
            pages(app, tasks, database)
        if "feed" in parts:
            feed(app, tasks, database)
        if "backup" in parts:
            save(app, tasks, database, Path(name), rounds)
    if "ticks" in parts:
        engine = common.engine_of(url)
        ticks(engine, tasks, database)
        engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, nargs="*", default=list(SMALL), choices=list(SHAPES))
    parser.add_argument("--databases", nargs="*", default=list(DATABASES), choices=DATABASES)
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=PARTS)
    parser.add_argument("--rounds", type=int, help="of laying out and of the backup; five, at 1,000,000 three")
    asked = parser.parse_args()
    for tasks in asked.tasks:
        for database in asked.databases:
            with common.databases([database]) as fresh:
                rounds = asked.rounds or rounds_of(tasks)
                rest = [fresh(database) for _ in range(rounds - 1)] if "lay_out" in asked.parts else []
                measure(tasks, database, fresh(database), asked.parts, rest, rounds)


if __name__ == "__main__":
    main()
