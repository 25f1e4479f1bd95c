"""What waits for an office today, over all its plans."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import OutboxMessage, Plan, Task
from tracker.rules.states import LetterStatus, PlanStatus, TaskStatus


def waiting_count(session: Session, office_id: int) -> int:
    """Reports to confirm, and plans whose letters are held: the lines of "Cần xử lý"."""
    submitted = (
        select(func.count(Task.id))
        .join(Plan, Plan.id == Task.plan_id)
        .where(Plan.office_id == office_id, Plan.status == PlanStatus.RUNNING, Task.status == TaskStatus.SUBMITTED)
    )
    held = (
        select(func.count(func.distinct(OutboxMessage.plan_id)))
        .join(Plan, Plan.id == OutboxMessage.plan_id)
        .where(Plan.office_id == office_id, OutboxMessage.status == LetterStatus.HELD)
    )
    found = session.execute(select(submitted.scalar_subquery(), held.scalar_subquery())).one()
    return int(found[0] + found[1])
