"""How fast the stages of a plan go and which due dates were put off: one statement, whatever its size."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
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
    rows = session.execute(
        select(
            Task.stage_id,
            Task.status,
            Task.due_on,
            Task.completed_on,
            Task.original_due_on,
            func.count(),
            func.max(Task.unit_id),
        )
        .where(Task.plan_id == plan_id, Task.status != TaskStatus.CANCELLED)
        .group_by(Task.stage_id, Task.status, Task.due_on, Task.completed_on, Task.original_due_on)
    )
    found: dict[int, StageSums] = {}
    for stage_id, status, due_on, completed_on, original, n, unit_id in rows:  # tasks that stand alike: read from an index alone
        own = found.get(stage_id, StageSums(0, 0, 0, None, 0, None, None))
        is_done = status is TaskStatus.DONE
        is_later = due_on is not None and original is not None and due_on > original
        found[stage_id] = StageSums(
            tasks=own.tasks + n,
            done=own.done + n * is_done,
            done_lately=own.done_lately + n * (is_done and completed_on is not None and completed_on >= since),
            last_due_on=_later(own.last_due_on, due_on),
            extended=own.extended + n * is_later,
            extended_to=_later(own.extended_to, due_on) if is_later else own.extended_to,
            extended_unit_id=max(own.extended_unit_id or 0, unit_id or 0) or None if is_later else own.extended_unit_id,
        )
    return found


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)
