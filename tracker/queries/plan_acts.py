"""Whom an act on a whole plan reaches: the figures of the page that asks first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contact, OutboxMessage, PlanUnit, Stage, Task, Unit
from tracker.rules.states import LetterStatus, TaskStatus
from tracker.services.outbox.rows import IS_HELD


class Held(NamedTuple):
    letters: int
    people: int


class Report(NamedTuple):
    """A unit's report that waits for a confirmation."""

    task_id: int
    unit_name: str
    submitted_on: date | None
    completed_on: date | None
    due_on: date | None
    result_note: str
    stage_name: str


def size(session: Session, plan_id: int) -> tuple[int, int]:
    """(tasks, units) of a plan."""
    tasks = select(func.count(Task.id)).where(Task.plan_id == plan_id).scalar_subquery()
    units = select(func.count(PlanUnit.unit_id)).where(PlanUnit.plan_id == plan_id).scalar_subquery()
    found = session.execute(select(tasks, units)).one()
    return int(found[0]), int(found[1])


def held_letters(session: Session, plan_id: int) -> Held:
    found = session.execute(
        select(func.count(OutboxMessage.id), func.count(func.distinct(OutboxMessage.person))).where(
            OutboxMessage.plan_id == plan_id, IS_HELD
        )
    ).one()
    return Held(int(found[0]), int(found[1]))


def waiting_letters(session: Session, plan_id: int) -> int:
    """Letters that a pause would void."""
    waiting = (LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED)
    return (
        session.scalar(
            select(func.count(OutboxMessage.id)).where(OutboxMessage.plan_id == plan_id, OutboxMessage.status.in_(waiting))
        )
        or 0
    )


def units_without_contact(session: Session, plan_id: int, *, today: date) -> int:
    in_charge = select(Contact.unit_id).where(or_(Contact.valid_to.is_(None), Contact.valid_to >= today))
    return (
        session.scalar(
            select(func.count(PlanUnit.unit_id)).where(PlanUnit.plan_id == plan_id, PlanUnit.unit_id.not_in(in_charge))
        )
        or 0
    )


def reports(
    session: Session,
    plan_id: int,
    *,
    position: int | None = None,
    task_ids: Collection[int] | None = None,
    unit_ids: Collection[int] | None = None,
) -> list[Report]:
    """The reports that wait among some tasks, or of some units, of a stage or of all; tasks that have moved on are left out."""
    rows = session.execute(
        select(
            Task.id,
            func.coalesce(Unit.name, ""),
            Task.submitted_on,
            Task.completed_on,
            Task.due_on,
            Task.result_note,
            Stage.short_name,
        )
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(
            Task.plan_id == plan_id,
            Task.status == TaskStatus.SUBMITTED,
            *([Stage.position == position] if position is not None else []),
            *([Task.id.in_(task_ids)] if task_ids is not None else []),
            *([Task.unit_id.in_(unit_ids)] if unit_ids is not None else []),
        )
        .order_by(Stage.position, Task.id)
    )
    return [Report(*row) for row in rows]
