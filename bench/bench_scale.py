"""One plan of so many tasks: laying it out, starting it, its pages, the morning's round, letters in words, the feed, a backup.

Run: python -m bench.bench_scale [--tasks 240 …] [--databases sqlite postgresql] [--parts lay_out pages …]. Each beside its floor
in the same run; medians of five rounds (three beside 85,000 tasks, one beside 1,000,000), of pages of so many as take two
seconds, a hundred at most. One plan of each size serves all parts.
"""

from __future__ import annotations

import argparse
import gc
import statistics
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from bench import common
from bench.common import DATABASES, NOW, SHAPES, SMALL, Attempts, milliseconds, rounds_of, seconds, tell
from bench.plain_calendar import components, write_plainly
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
from tracker.workers import leave_loaded_alone

PASSWORD = "một câu dễ nhớ"
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
        ("matrix, its last 50 units, p95", f"/plans/{plan_id}?page=999999"),
        ("stage page, p95", f"/plans/{plan_id}/stages/1"),
    ):

        def read(path: str = path) -> None:
            assert client.get(path).status_code == 200, path

        read()
        p50, p95 = milliseconds(read, rounds_for(seconds(read)))
        tell(what, tasks, database, p95, note=f"p50 {p50:.1f}")


def rounds_for(once: float) -> int:
    """As many as take some two seconds: at least three, at most a hundred."""
    return max(3, min(100, int(2 / once)))


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
        session.execute(update(Task).where(Task.id % min(100, tasks) == 0).values(next_look_on=today, due_on=today, aim_on=today))
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
    for _ in range(9 if tasks < 85_000 or "nothing" in what else 3):
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

        def read(url: str = url) -> None:
            assert client.get(url).status_code == 200

        calendar._written.cache_clear()
        once = seconds(read)
        first = client.get(url)
        unchanged = {"If-None-Match": first.headers["ETag"]}
        size = f"{first.data.count(b'BEGIN:VEVENT')} events, {len(first.data) >> 10} KB"
        p50, p95 = milliseconds(read, rounds_for(once), before=calendar._written.cache_clear)
        tell(f"feed of a {name}, cold", tasks, database, p50, note=f"p95 {p95:.1f}, {size}")
        plain = components(first.data)
        assert components(write_plainly(plain)) == plain
        p50, p95 = milliseconds(lambda plain=plain: write_plainly(plain), rounds_for(once))  # type: ignore[misc]
        tell("… the same text by plain strings" + (" (a person's)" if name == "person" else ""), tasks, database, p50)
        p50, p95 = milliseconds(read, rounds_for(seconds(read)))
        tell(f"feed of a {name}, its events kept", tasks, database, p50, note=f"p95 {p95:.1f}")

        def ask(url: str = url, unchanged: dict[str, str] = unchanged) -> None:
            assert client.get(url, headers=unchanged).status_code == 304

        p50, p95 = milliseconds(ask, 100)
        tell(f"feed of a {name}, unchanged (304)", tasks, database, p50, note=f"p95 {p95:.1f}")


def save(app: Flask, tasks: int, database: str, folder: Path, rounds: int, empty: str) -> None:
    """A backup, and its rows put back into the empty database, each row checked on the way."""
    with app.app_context():
        _mark_schema(_engine(app))
        target = folder / "saved.zip"
        with common.peak_memory() as peak:
            taken = [seconds(lambda: backup.write(app, target, now=NOW)) for _ in range(rounds)]
            memory = peak()
    size = target.stat().st_size / 2**20
    tell("backup", tasks, database, statistics.median(taken), "s", f"{size:.1f} MB, memory +{memory:.0f} MB")
    engine = common.engine_of(empty)
    _mark_schema(engine)
    tell("… put back", tasks, database, seconds(lambda: backup.unpack_rows(engine, target)), "s")
    engine.dispose()


def _mark_schema(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("DELETE FROM alembic_version"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('bench')"))


def _engine(app: Flask) -> Engine:
    return db.engine


PARTS = ("lay_out", "start", "pages", "feed", "backup", "ticks")


def measure(tasks: int, database: str, fresh: Callable[[str], str], parts: list[str], rounds: int, attempts: Attempts) -> None:
    """All parts of one size; without its plan there is nothing to measure, any other part that fails leaves the rest."""
    size = f"{tasks:,} tasks, {database}"
    with attempts.at(f"lay out and start, {size}"):
        url = plan_of(tasks, database, fresh, rounds if "lay_out" in parts else 0)
        engine = common.engine_of(url)
        took = start(engine)
        engine.dispose()
        if "start" in parts:
            tell("start it and let its letters go", tasks, database, took, "s", f"{SHAPES[tasks][0]:,} letters")
        with TemporaryDirectory() as name, applications(Path(name)) as make_app:
            app = make_app(DATABASE_URL=url, tables=False, flask={"WTF_CSRF_ENABLED": False})
            leave_loaded_alone()
            for part, act in (
                ("pages", lambda: pages(app, tasks, database)),
                ("feed", lambda: feed(app, tasks, database)),
                ("backup", lambda: save(app, tasks, database, Path(name), rounds, fresh(database))),
            ):
                if part in parts:
                    with attempts.at(f"{part}, {size}", 6):
                        act()
            gc.unfreeze()
        if "ticks" in parts:
            engine = common.engine_of(url)
            with attempts.at(f"ticks, {size}", 4):
                ticks(engine, tasks, database)
            engine.dispose()


def plan_of(tasks: int, database: str, fresh: Callable[[str], str], rounds: int) -> str:
    """The address of a database with such a plan, laid out so many times (0: not measured), each in an empty one."""
    laid = []
    for _ in range(rounds or 1):
        url = fresh(database)
        engine = common.engine_of(url)
        laid.append(lay_out(engine, tasks, with_floor=bool(rounds)))
        engine.dispose()
    if rounds:
        ours, floor = (statistics.median(one[i] for one in laid) for i in (0, 2))
        memory = max(one[1] for one in laid)  # later rounds find room that the first one took
        tell("lay out a plan", tasks, database, ours, "s", f"{tasks / ours:,.0f} rows/s")
        tell("… bulk INSERT of the same rows alone", tasks, database, floor, "s", f"{tasks / floor:,.0f} rows/s")
        tell("… rows a second, of bulk INSERT's", tasks, database, floor / ours * 100, "%")
        tell("… memory", tasks, database, memory, "MB")
    return url


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, nargs="*", default=list(SMALL), choices=list(SHAPES))
    parser.add_argument("--databases", nargs="*", default=list(DATABASES), choices=DATABASES)
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=PARTS)
    parser.add_argument("--rounds", type=int, help="of laying out and of the backup")
    asked = parser.parse_args()
    attempts = Attempts()
    for tasks in asked.tasks:
        with common.databases(asked.databases) as fresh:
            for database in asked.databases:
                measure(tasks, database, fresh, asked.parts, asked.rounds or rounds_of(tasks), attempts)
    attempts.end()


if __name__ == "__main__":
    main()
