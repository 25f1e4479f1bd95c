"""Tasks that each unit has, made by the database out of the plan's units: one statement, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, case, insert, literal, select, true
from sqlalchemy.orm import Session

from tracker.models import PlanUnit, Stage, Task, Unit
from tracker.rules.schedule import aim_day
from tracker.rules.states import TaskStatus
from tracker.rules.workdays import Calendars


def add_unit_tasks(
    session: Session, stage_ids: Sequence[int], calendars: Calendars, *, now: datetime, units: Collection[int] | None = None
) -> None:
    """A task of each unit of the plan in each of its stages named, by stages and then by units; of some units only where
    `units` says so. Their days are the stage's, but for the day to aim at: that follows the calendar of the unit's group."""
    of_unit = true() if units is None else PlanUnit.unit_id.in_(units)
    session.execute(
        insert(Task).from_select(
            ["plan_id", "stage_id", "unit_id", "status", "start_on", "due_on", "original_due_on", "aim_on", "changed_at"],
            select(
                Stage.plan_id,
                Stage.id,
                PlanUnit.unit_id,
                literal(TaskStatus.NOT_OPEN, Task.status.type),
                Stage.start_on,
                Stage.due_on,
                Stage.due_on,
                _aim(session, stage_ids, calendars),
                literal(now, Task.changed_at.type),
            )
            .join(PlanUnit, PlanUnit.plan_id == Stage.plan_id)
            .join(Unit, Unit.id == PlanUnit.unit_id)
            .where(Stage.id.in_(stage_ids), of_unit)
            .order_by(Stage.position, PlanUnit.position),
        )
    )


def _aim(session: Session, stage_ids: Sequence[int], calendars: Calendars) -> ColumnElement[date | None]:
    """The day to aim at: of a group with a calendar of its own where that differs, else the office's."""
    others: list[tuple[ColumnElement[bool], ColumnElement[date | None]]] = []
    for stage in session.execute(select(Stage.id, Stage.start_on, Stage.due_on, Stage.aim_on).where(Stage.id.in_(stage_ids))):
        for group, calendar in calendars.by_group.items():
            aim = aim_day(stage.start_on, stage.due_on, calendar)
            if aim != stage.aim_on:
                others.append(((Stage.id == stage.id) & (Unit.group_id == group), literal(aim, Date)))
    return case(*others, else_=Stage.aim_on) if others else Stage.aim_on.expression
