"""The morning's round beside much that is not due: 1,000,000 open tasks and 250,000 letters of other days, of which the round
must read a handful; and 6,667 due (person, task) pairs of 1,000 people that become 1,000 digests.

Run: python -m bench.bench_ladders [tasks] [letters]. Prints the plan of each statement over tasks and letters, as each database
itself explains it.
"""

from __future__ import annotations

import statistics
import sys
import time
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Engine, event, text, update
from sqlalchemy.orm import Session

from bench.common import DATABASES, NOW, Attempts, analyze, databases, engine_of, tell
from tests.builders import SMALL_PLAN, cast
from tracker.models import Plan, Stage, Task
from tracker.rules.states import PlanStatus, TaskStatus
from tracker.services import chasing, planning

PEOPLE = 1_000
DUE_PAIRS = 6_667
TODAY = date(2021, 6, 21)
ROUNDS = 9

MANY_TASKS = """
INSERT INTO task (plan_id, stage_id, round, round_kind, status, due_on, opened_on, ladder_from, next_look_on, chase_count,
                  result_note, return_reason, stop_reason, changed_at, sequence, version)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
SELECT :plan_id, :stage_id, n, '', :status, '2021-12-20', '2021-06-01', '2021-06-01', '2021-12-09', 0, '', '', '', :now, 0, 1
FROM numbers
"""
#: Letters of other days as they lie there once sent: with their words.
MANY_LETTERS = """
INSERT INTO outbox_message (key, kind, person, to_name, to_email, day, facts, is_sample, status, status_reason, not_before,
                            attempts, created_at, claimed_by, message_id, subject, body_text, body_html)
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :many)
SELECT 'old:' || n, 'daily_digest', 'contact-' || (n % 1000), '', 'x@example.vn', :day, '{}', :no, 'sent', '', :now,
       1, :now, '', '', 'Việc cần làm', :body, ''
FROM numbers
"""


def fill(engine: Engine, tasks: int, letters: int) -> None:
    """A plan of 1,000 units and seven stages, open, with 6,667 tasks due today; beside it all the rest."""
    stages = tuple(replace(SMALL_PLAN.stages[1], no=str(n), short_name=f"Bước {n}") for n in range(1, 8))
    with Session(engine) as session:
        people = cast(session, units=PEOPLE)
        plan = planning.create_plan(
            session,
            office_id=people.office_id,
            draft=replace(SMALL_PLAN, stages=stages),
            unit_ids=[u.id for u in people.units],
            by=people.ha,
            now=NOW,
        )
        session.execute(update(Plan).values(status=PlanStatus.RUNNING, letters_released_at=NOW))
        open_since = date(2021, 6, 2)
        session.execute(update(Task).values(status=TaskStatus.IN_PROGRESS, opened_on=open_since, ladder_from=open_since))
        stage_id = session.query(Stage.id).where(Stage.plan_id == plan.id).limit(1).scalar()
        values: dict[str, Any] = {"plan_id": plan.id, "stage_id": stage_id, "status": TaskStatus.IN_PROGRESS.value, "now": NOW}
        session.execute(text(MANY_TASKS), values | {"many": tasks})
        session.execute(
            text(MANY_LETTERS), {"many": letters, "day": date(2021, 5, 31), "no": False, "now": NOW, "body": "x" * 2000}
        )
        session.commit()
    analyze(engine)


def round_of(engine: Engine) -> tuple[float, chasing.Counts, list[tuple[str, Any]]]:
    """(seconds, what it did, statements with their values) of one round, taken back afterwards."""
    statements: list[tuple[str, Any]] = []

    def keep(_c: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        statements.append((statement, parameters))

    with Session(engine) as session:
        event.listen(engine, "before_cursor_execute", keep)
        started = time.perf_counter()
        counts = chasing.queue_due_reminders(session, TODAY, now=NOW)
        session.flush()
        seconds = time.perf_counter() - started
        event.remove(engine, "before_cursor_execute", keep)
        session.rollback()
    return seconds, counts, statements


def explain(engine: Engine, statements: list[tuple[str, Any]]) -> None:
    how = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) "
    with engine.connect() as connection:
        for statement, parameters in statements:
            if statement.startswith("SELECT") and ("FROM task" in statement or "FROM outbox_message" in statement):
                for row in connection.exec_driver_sql(how + statement, parameters):
                    print("   ", str(row[-1])[:150])
                print()


def show(engine: Engine, title: str) -> None:
    rounds = [round_of(engine) for _ in range(ROUNDS)]
    counts = rounds[0][1]
    note = f"{len(rounds[0][2])} statements, {counts.looked_at:,} tasks looked at, {counts.digests:,} digests"
    tell(title, 0, engine.dialect.name, statistics.median(r[0] for r in rounds) * 1000, "ms", note)


def main(tasks: int, letters: int, url: str) -> None:
    engine = engine_of(url)
    fill(engine, tasks, letters)
    beside = f"the morning's round beside {tasks:,} open tasks and {letters:,} letters"
    show(engine, f"{beside}, nothing due")
    explain(engine, round_of(engine)[2])
    with Session(engine) as session:
        due = session.query(Task.id).where(Task.unit_id.is_not(None)).order_by(Task.id).limit(DUE_PAIRS).subquery()
        session.execute(update(Task).where(Task.id.in_(session.query(due.c.id))).values(next_look_on=TODAY))
        session.commit()
    show(engine, f"{beside}, {DUE_PAIRS:,} pairs due")
    engine.dispose()


if __name__ == "__main__":
    given = [*map(int, sys.argv[1:3]), *(1_000_000, 250_000)[len(sys.argv[1:3]) :]]
    attempts = Attempts()
    for kind in DATABASES:
        with attempts.at(kind), databases([kind]) as fresh:
            main(*given, fresh(kind))
    attempts.end()
