"""The lease: one process keeps the timetable, and another takes over when it is gone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from jobs.lease import LeaseKeeper
from tests.applications import MakeApp
from tests.builders import START
from tracker.db import db
from tracker.models import Lease
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
