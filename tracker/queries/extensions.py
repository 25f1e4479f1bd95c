"""Questions for more time that wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Extension, Office, Plan, Stage, Task, Unit
from tracker.rules.states import ExtensionStatus, PlanStatus


class PendingExtension(NamedTuple):
    """One question in a list over several plans."""

    id: int
    asked_at: datetime
    old_due_on: date
    new_due_on: date
    reason: str
    task_id: int
    stage_name: str
    unit_name: str | None
    plan_short_name: str
    office_name: str

    @property
    def owner(self) -> str:
        return self.unit_name or self.office_name


def pending(session: Session, office_id: int, *, limit: int) -> list[PendingExtension]:
    """What waits for an answer in the running plans of an office, the oldest first."""
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            *(getattr(Extension, name) for name in PendingExtension._fields[:6]),
            Stage.short_name,
            Unit.name,
            Plan.short_name,
            Office.name,
        )
        .join(Task, Task.id == Extension.task_id)
        .join(Plan, Plan.id == Extension.plan_id)
        .join(Office, Office.id == Plan.office_id)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(
            Plan.office_id == office_id,
            Plan.status == PlanStatus.RUNNING,
            Extension.status == ExtensionStatus.PENDING,
        )
        .order_by(Extension.asked_at, Extension.id)
        .limit(limit)
    ).all()
    return [PendingExtension(*row) for row in rows]


def is_about(session: Session, extension_id: int, task_id: int) -> bool:
    """Whether the question is one about this task."""
    return session.scalar(select(Extension.task_id).where(Extension.id == extension_id)) == task_id
