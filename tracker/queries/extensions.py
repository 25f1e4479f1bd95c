"""Questions for more time that wait for an answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Extension, Office, Plan, Stage, Task, Unit
from tracker.rules.states import ExtensionStatus, PlanStatus, TaskStatus


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


class OpenStage(NamedTuple):
    """A stage in which some units still have work with a due date."""

    position: int
    short_name: str
    tasks: int
    late: int
    first_due_on: date
    last_due_on: date


def open_stages(session: Session, plan_id: int, unit_ids: Collection[int], *, today: date) -> list[OpenStage]:
    """The stages in which the due date of some units can be put off."""
    is_late = and_(Task.status == TaskStatus.IN_PROGRESS, Task.due_on < today)
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            Stage.position,
            Stage.short_name,
            func.count(),
            func.coalesce(func.sum(case((is_late, 1), else_=0)), 0),
            func.min(Task.due_on),
            func.max(Task.due_on),
        )
        .join(Task, Task.stage_id == Stage.id)
        .where(
            Stage.plan_id == plan_id,
            Task.unit_id.in_(unit_ids),
            Task.status.in_((TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS)),
            Task.due_on.is_not(None),
        )
        .group_by(Stage.id)
        .order_by(Stage.position)
    ).all()
    return [OpenStage(*row) for row in rows]


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
