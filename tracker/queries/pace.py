"""How fast the stages of a plan go and which due dates were put off: one statement, whatever its size."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Task
from tracker.rules.states import TaskStatus


class StageSums(NamedTuple):
    """Of the tasks of a stage that were not cancelled."""

    tasks: int
    done: int
    done_lately: int
    last_due_on: date | None
    extended: int  #: whose due date is later than the plan's
    extended_to: date | None  #: the last of them
    extended_unit_id: int | None  #: one of them


def stage_sums(session: Session, plan_id: int, *, since: date) -> dict[int, StageSums]:
    """stage id -> its sums; `done_lately` counts from `since`."""
    done = Task.status == TaskStatus.DONE
    later = Task.due_on > Task.original_due_on
    rows = session.execute(
        select(
            Task.stage_id,
            func.count(),
            func.sum(case((done, 1), else_=0)),
            func.sum(case((and_(done, Task.completed_on >= since), 1), else_=0)),
            func.max(Task.due_on),
            func.sum(case((later, 1), else_=0)),
            func.max(case((later, Task.due_on))),
            func.max(case((later, Task.unit_id))),
        )
        .where(Task.plan_id == plan_id, Task.status != TaskStatus.CANCELLED)
        .group_by(Task.stage_id)
    )
    return {row[0]: StageSums(int(row[1]), int(row[2]), int(row[3]), row[4], int(row[5]), row[6], row[7]) for row in rows}
