"""How far the fieldwork of some units is, beside the line of an even pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import LedgerLine, PlanUnit, Task
from tracker.rules.watches import expected_by, is_behind
from tracker.rules.workdays import Calendars


@dataclass(frozen=True)
class Pace:
    collected: int
    expected: int
    quota: int

    def is_behind(self, field_lag: int) -> bool:
        return is_behind(self.collected, self.expected, self.quota, field_lag)


def paces(session: Session, tasks: Sequence[Any], calendars: Calendars, today: date) -> dict[int, Pace]:
    """Of tasks (rows of `looks.LOOKED_AT` and plan_id) whose unit has a quota: task id -> figures. One statement, none without
    tasks. A round (điều tra lại, bổ sung) asks for its own ballots and is not measured by the plan's quota."""
    if not tasks:
        return {}
    collected = (
        select(LedgerLine.plan_id, LedgerLine.unit_id, func.sum(LedgerLine.collected).label("collected"))
        .where(LedgerLine.plan_id.in_({t.plan_id for t in tasks}), LedgerLine.unit_id.in_({t.unit_id for t in tasks}))
        .group_by(LedgerLine.plan_id, LedgerLine.unit_id)
        .subquery()
    )
    rows = session.execute(
        select(Task.id, PlanUnit.ballots_each, collected.c.collected)
        .join(PlanUnit, (PlanUnit.plan_id == Task.plan_id) & (PlanUnit.unit_id == Task.unit_id))
        .outerjoin(collected, (collected.c.plan_id == Task.plan_id) & (collected.c.unit_id == Task.unit_id))
        .where(Task.id.in_([t.id for t in tasks]), Task.round == 0, PlanUnit.ballots_each > 0)
    )
    by_id = {t.id: t for t in tasks}
    found = {}
    for task_id, quota, brought in rows:
        task = by_id[task_id]
        calendar = calendars.of(task.unit_id)
        expected = expected_by(task.start_on, task.aim_on or task.due_on, calendar, quota, today)
        found[task_id] = Pace(int(brought or 0), expected, quota)
    return found
