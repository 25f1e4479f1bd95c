"""The lease: one process keeps the timetable, and another takes over when it is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config import ROOT
from jobs.lease import LeaseKeeper
from tests.applications import MakeApp
from tests.builders import START
from tracker import clock
from tracker.db import db, transaction
from tracker.models import JobLook, Lease
from tracker.services import timekeeping
from tracker.services.timekeeping import LEASE_LASTS, TIMETABLE, give_up_lease, take_lease

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("holder", "after", "gets_it"),
    [
        ("one", timedelta(0), True),  # prolongs its own
        ("two", timedelta(0), False),
        ("two", LEASE_LASTS, False),  # to the last moment it holds
        ("two", LEASE_LASTS + SECOND, True),
        ("one", LEASE_LASTS + SECOND, True),
        ("two", -timedelta(days=1), True),  # the clock was put back a day: no honest lease ends tomorrow
        ("two", -SECOND, False),
    ],
)
def test_lease_belongs_to_one_holder_until_it_ends(session: Session, holder: str, after: timedelta, gets_it: bool) -> None:
    assert take_lease(session, TIMETABLE, holder="one", now=START)
    assert take_lease(session, TIMETABLE, holder=holder, now=START + after) is gets_it
    found = session.scalars(select(Lease)).one()
    assert (found.holder, found.until) == ((holder, START + after + LEASE_LASTS) if gets_it else ("one", START + LEASE_LASTS))


def test_lease_given_up_is_free_at_once_and_only_by_its_holder(session: Session) -> None:
    assert take_lease(session, TIMETABLE, holder="one", now=START)
    give_up_lease(session, TIMETABLE, holder="two")
    assert not take_lease(session, TIMETABLE, holder="two", now=START)
    give_up_lease(session, TIMETABLE, holder="one")
    assert take_lease(session, TIMETABLE, holder="two", now=START)


def test_of_many_that_ask_at_once_one_gets_it(engine: Engine) -> None:
    """The moment that matters is the first: there is no row yet, and everybody inserts."""
    start = threading.Barrier(6)
    winners: list[str] = []

    def ask(holder: str) -> None:
        start.wait()
        with Session(engine) as own, own.begin():
            won = take_lease(own, TIMETABLE, holder=holder, now=START)
        if won:
            winners.append(holder)

    threads = [threading.Thread(target=ask, args=[f"process-{n}"]) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(engine) as session:
        assert winners == [session.scalars(select(Lease.holder)).one()]


def test_keeper_learns_that_another_has_taken_over(make_app: MakeApp) -> None:
    with make_app().app_context():
        first, second = LeaseKeeper(), LeaseKeeper()
        assert first.holder != second.holder
        with time_machine.travel(START, tick=False):
            assert (first.prolong(), second.prolong()) == (True, False)
            assert (first.holds, second.holds) == (True, False)
        with time_machine.travel(START + LEASE_LASTS + SECOND, tick=False):  # the first was asleep that long
            assert (second.prolong(), first.prolong()) == (True, False)
            assert (first.holds, second.holds) == (False, True)
            second.give_up()
            assert (second.holds, first.prolong()) == (False, True)


def test_keeper_without_a_database_keeps_nothing(make_app: MakeApp) -> None:
    app = make_app()
    with app.app_context():
        keeper = LeaseKeeper()
        assert keeper.prolong()
        Lease.__table__.drop(db.engine)
        assert not keeper.prolong()
        assert not keeper.holds
        keeper.give_up()


def test_a_line_is_noted_once_and_its_failure_ends_on_either_database(session: Session) -> None:
    for minutes in (0, 5):
        at = START + timedelta(minutes=minutes)
        timekeeping.note_look(session, "bounces", at=at, every=timedelta(minutes=5), why="báo cáo được đọc", position=3)
    timekeeping.record_run(session, "bounces", START.date(), started_at=START, ended_at=None, outcome="TimeoutError")
    said = timekeeping.health(session, now=START).problems[-1]
    assert said == "Việc “báo cáo được đọc” lần gần nhất bị lỗi; xem nhật ký kỹ thuật."
    timekeeping.end_failure(session, "bounces", at=START)
    [line] = timekeeping.health(session, now=START).lines
    assert (line.name, line.why, line.seen_at, line.every) == (
        "bounces", "báo cáo được đọc", START + timedelta(minutes=5), timedelta(minutes=5),
    )  # fmt: skip
    assert line.last is not None
    assert (line.last.ended_at, line.last.outcome) == (START, "đã chạy lại được")


def test_a_process_does_nothing_until_the_lease_is_its_own_prolongs_it_and_gives_it_up(make_app: MakeApp, tmp_path: Path) -> None:
    """`python -m jobs` beside another that dies. What it writes is JSON from its first line on."""
    lasts = timedelta(seconds=3)
    app = make_app()

    def of_another() -> None:
        with app.app_context(), transaction() as session:
            assert take_lease(session, TIMETABLE, holder="another", now=clock.now(), lasts=lasts)

    def lease() -> Any:
        with app.app_context(), transaction() as session:
            return session.execute(select(Lease.holder, Lease.until)).one_or_none()

    def looks() -> list[Any]:
        with app.app_context(), transaction() as session:
            return list(session.scalars(select(JobLook.seen_at)))

    of_another()
    environment = {
        "PATH": os.environ["PATH"], "SECRET_KEY": "test-key-" * 4, "INSTANCE_DIR": str(tmp_path / "instance"), "DEMO": "0",
        "LEASE_SECONDS": "3", "DELIVER_EVERY_SECONDS": "1", "LOG_FORMAT": "json",
    }  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment, stderr=log)
    try:
        deadline = time.monotonic() + 60
        ran_at = 0.0
        while not ran_at or time.monotonic() < ran_at + 3:  # well after its first looks
            assert time.monotonic() < deadline
            if not ran_at and b"the timetable runs" in (tmp_path / "log").read_bytes():
                ran_at = time.monotonic()
            of_another()
            time.sleep(0.1)
        assert looks() == []
        died_at = clock.now()
        while not looks():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        holder, until = lease()
        assert holder != "another"
        assert min(looks()) > died_at + lasts - timedelta(seconds=0.5)
        while clock.now() < until + lasts:  # well after what it had then has run out
            assert lease().holder == holder
            time.sleep(0.1)
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()
    assert lease() is None
    said = [json.loads(line)["message"] for line in (tmp_path / "log").read_text().splitlines()]
    assert "this process now keeps the timetable" in said
