"""What a weekly letter says of a plan is counted in the database: as a count of every single task."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.builders import cast, running_plan
from tests.services.test_board_sums import TODAY, muddle
from tracker.models import Stage, Task, Unit
from tracker.queries.plan_sums import PlanSums, plan_sums
from tracker.rules.standing import days_late, standing_of
from tracker.rules.states import Standing, TaskStatus

COUNTED = (TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED)


def one_by_one(session: Session, plan_id: int) -> PlanSums:
    sums = PlanSums()
    for task in session.scalars(select(Task).where(Task.plan_id == plan_id, Task.status != "cancelled").order_by(Task.id)):
        sums.tasks += 1
        sums.submitted += task.status is TaskStatus.SUBMITTED
        standing = standing_of(
            task.status, due_on=task.due_on, aim_on=task.aim_on, today=TODAY, completed_on=task.completed_on,
            submitted_on=task.submitted_on,
        )  # fmt: skip
        sums.standings.update([standing] if task.status in COUNTED else [])
        if standing is Standing.OVERDUE and task.status is TaskStatus.IN_PROGRESS:
            unit = session.get(Unit, task.unit_id).name if task.unit_id else ""
            stage = session.get_one(Stage, task.stage_id).short_name
            sums.late.append((days_late(task.due_on, TODAY), unit, stage, task.promised_on))
    sums.late.sort(key=lambda late: -late[0])
    return sums


@pytest.mark.parametrize("seed", range(5))
def test_sums_are_those_of_every_single_task(session: Session, seed: int) -> None:
    chance = random.Random(seed)
    people = cast(session, 6)
    plan_ids = []
    for _ in range(2):
        plan = running_plan(session, people)
        muddle(session, plan, chance)
        for task in session.scalars(select(Task).where(Task.plan_id == plan.id)):
            task.promised_on = chance.choice([None, TODAY])
        session.flush()
        plan_ids.append(plan.id)
    found = plan_sums(session, plan_ids, today=TODAY)
    late = 0
    for plan_id in plan_ids:
        expected = one_by_one(session, plan_id)
        sums = found[plan_id]
        assert (sums.tasks, sums.submitted, sums.late) == (expected.tasks, expected.submitted, expected.late)
        assert sums.standings == expected.standings == Counter(expected.standings)
        late += len(sums.late)
    assert late or seed


def test_only_late_tasks_are_read_singly(sqlite_session: Session) -> None:
    plan = running_plan(sqlite_session, cast(sqlite_session, 6))
    muddle(sqlite_session, plan, random.Random(1))
    said: list[tuple[str, Any]] = []
    connection = sqlite_session.connection()
    listener = lambda *args: said.append((args[2], args[3]))  # noqa: E731
    event.listen(connection, "before_cursor_execute", listener)
    plan_sums(sqlite_session, [plan.id], today=TODAY)
    event.remove(connection, "before_cursor_execute", listener)
    assert len(said) == 6
    steps = [row[-1] for q, values in said for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {q}", values)]
    assert [step.split(" (")[0] for step in steps if " task " in step] == [
        "SEARCH task USING COVERING INDEX ix_task_kinds",
        "SEARCH task USING INDEX ix_task_plan_status",
    ]
