"""Laying out a plan of 10,000 tasks, and the morning's round over 10,000 open tasks of which 100 are due.

Run: python -m bench.bench_plans [--rounds N]. Prints medians; SQLite in a temporary folder, as `make run` uses it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import create_engine, event, insert, update
from sqlalchemy.orm import Session

from tests.builders import SMALL_PLAN, cast
from tracker.clock import ZONE
from tracker.db import prepare_engine
from tracker.models import Base, Plan, Task
from tracker.rules.states import PlanStatus, TaskStatus
from tracker.services import chasing, planning

UNITS = 1_250
NOW = datetime(2021, 6, 1, 8, 0, tzinfo=ZONE)
EIGHT_STAGES = replace(
    SMALL_PLAN, stages=tuple(replace(SMALL_PLAN.stages[1 + n % 2], no=str(n + 1), short_name=f"Bước {n + 1}") for n in range(8))
)


def fresh_engine(folder: Path, name: str):
    engine = create_engine(f"sqlite:///{folder / name}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    return engine


def lay_out_seconds(folder: Path, run: int) -> tuple[float, float]:
    """(seconds of create_plan with its commit, seconds of a bare bulk INSERT of the same task rows: the floor)."""
    engine = fresh_engine(folder, f"plan{run}.sqlite")
    with Session(engine) as session:
        people = cast(session, units=UNITS)
        session.commit()
        started = time.perf_counter()
        plan = planning.create_plan(
            session, office_id=people.office_id, draft=EIGHT_STAGES, unit_ids=[u.id for u in people.units], by=people.ha, now=NOW
        )
        session.commit()
        ours = time.perf_counter() - started
        rows = [
            {
                "plan_id": plan.id,
                "stage_id": 1,
                "unit_id": None,
                "status": TaskStatus.NOT_OPEN,
                "due_on": date(2021, 6, 30),
                "changed_at": NOW,
            }
            for _ in range(UNITS * 8)
        ]
        started = time.perf_counter()
        session.execute(insert(Task), rows)
        session.commit()
        floor = time.perf_counter() - started
    engine.dispose()
    return ours, floor


def reminder_run(folder: Path, run: int) -> tuple[float, int, int]:
    """(seconds, tasks looked at, statements) of one round: 10,000 open tasks, 100 due today."""
    engine = fresh_engine(folder, f"round{run}.sqlite")
    with Session(engine) as session:
        people = cast(session, units=UNITS)
        plan = planning.create_plan(
            session, office_id=people.office_id, draft=EIGHT_STAGES, unit_ids=[u.id for u in people.units], by=people.ha, now=NOW
        )
        session.execute(update(Plan).values(status=PlanStatus.RUNNING, letters_released_at=NOW))
        session.execute(
            update(Task).values(
                status=TaskStatus.IN_PROGRESS,
                opened_on=date(2021, 6, 2),
                ladder_from=date(2021, 6, 2),
                next_look_on=date(2021, 8, 30),
            )
        )
        session.execute(update(Task).where(Task.plan_id == plan.id, Task.id % 100 == 0).values(next_look_on=date(2021, 6, 21)))
        session.commit()
        statements = 0

        def count(*_args: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(engine, "before_cursor_execute", count)
        started = time.perf_counter()
        counts = chasing.queue_due_reminders(session, date(2021, 6, 21), now=datetime(2021, 6, 21, 7, 30, tzinfo=ZONE))
        session.commit()
        seconds = time.perf_counter() - started
    engine.dispose()
    return seconds, counts.looked_at, statements


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        laid = [lay_out_seconds(folder, n) for n in range(rounds)]
        ours, floor = (statistics.median(x[i] for x in laid) for i in (0, 1))
        print(f"lay out {UNITS * 8:,} tasks: {ours * 1000:.0f} ms")
        print(f"  bulk INSERT of the same rows alone: {floor * 1000:.0f} ms; ratio {ours / floor:.2f}")
        looked = [reminder_run(folder, n) for n in range(rounds)]
        seconds = statistics.median(x[0] for x in looked)
        print(f"reminder round over {UNITS * 8:,} open tasks: {seconds * 1000:.0f} ms")
        print(f"  {looked[0][1]} tasks looked at, {looked[0][2]} statements")


if __name__ == "__main__":
    main()
