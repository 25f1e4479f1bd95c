"""The morning's job in several processes at once: nobody is told twice, on both databases."""

from __future__ import annotations

import threading
from collections import Counter

from sqlalchemy import select

from jobs.openings import open_stages
from jobs.reminders import queue_reminders
from tests.applications import MakeApp
from tests.builders import cast, moment, running_plan, task
from tracker.db import db, transaction
from tracker.models import Notice, OutboxMessage
from tracker.services import progress

DAY = moment(2021, 6, 29, 7, 30)  # the last working day before all units are due


def test_reminders_of_several_processes_at_once_are_those_of_one(make_app: MakeApp, empty_database_url: str) -> None:
    app = make_app(DATABASE_URL=empty_database_url)
    with app.app_context(), transaction() as session:
        people = cast(session, units=12)
        plan = running_plan(session, people)
        progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    start = threading.Barrier(4)
    errors: list[BaseException] = []

    def morning() -> None:
        with app.app_context():
            start.wait()
            try:
                open_stages(DAY.date(), DAY)
                queue_reminders(DAY.date(), DAY)
            except BaseException as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=morning) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), transaction() as session:
        letters = session.scalars(select(OutboxMessage.person).where(OutboxMessage.day == DAY.date())).all()
        notices = session.execute(select(Notice.task_id, Notice.rung, Notice.person)).all()
    assert errors == []
    assert len(letters) == 12
    assert max(Counter(letters).values()) == 1
    assert max(Counter(notices).values()) == 1
