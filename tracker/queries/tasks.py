"""One task with all that its page shows, and short lists of tasks over all plans of an office."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contact, GateCondition, Office, Plan, Stage, Task, Unit
from tracker.rules.states import ConditionKind, PlanStatus, Scope, TaskStatus, TimeKind
from tracker.services import looks


class TaskFacts(NamedTuple):
    """A task, its stage, unit and plan in one row."""

    id: int
    version: int
    status: TaskStatus
    start_on: date | None
    due_on: date | None
    original_due_on: date | None
    aim_on: date | None
    opened_on: date | None
    submitted_on: date | None
    completed_on: date | None
    confirmed_on: date | None
    chase_count: int
    result_note: str
    return_reason: str
    stop_reason: str
    promised_on: date | None
    promised_by: str
    heard_on: date | None
    plan_id: int
    plan_name: str
    plan_short_name: str
    plan_status: PlanStatus
    is_sample: bool
    office_id: int
    office_name: str
    stage_id: int
    stage_position: int
    stage_name: str
    stage_content: str
    stage_wording: str
    stage_place: str
    stage_scope: Scope
    needs_confirmation: bool
    time_kind: TimeKind
    ask_months: int | None
    lead: str
    unit_id: int | None
    unit_name: str | None

    @property
    def goes_on(self) -> bool:
        """Whether it is work without an end that somebody confirms from time to time."""
        return self.due_on is None and self.time_kind in looks.ENDLESS and self.status is TaskStatus.IN_PROGRESS

    @property
    def owner(self) -> str:
        """The unit, or the office itself."""
        return self.unit_name or self.office_name


class ContactRow(NamedTuple):
    name: str
    salutation: str
    position: str
    email: str
    phone: str
    rank: int
    bounced_on: date | None


class ShortTask(NamedTuple):
    """A task in a list over several plans."""

    id: int
    status: TaskStatus
    due_on: date | None
    aim_on: date | None
    submitted_on: date | None
    completed_on: date | None
    chase_count: int
    result_note: str
    promised_on: date | None
    stage_position: int
    stage_name: str
    unit_name: str | None
    plan_id: int
    plan_short_name: str
    office_name: str

    @property
    def owner(self) -> str:
        return self.unit_name or self.office_name


class DueGroup(NamedTuple):
    """Tasks of one stage that are due on one day."""

    due_on: date
    plan_id: int
    plan_short_name: str
    stage_position: int
    stage_name: str
    scope: Scope
    open_tasks: int
    shut_tasks: int
    first_task_id: int


def task_facts(session: Session, task_id: int, *, office_id: int) -> TaskFacts | None:
    """One task of that office's plans, or None."""
    row: Sequence[Any] | None = session.execute(
        select(
            *(getattr(Task, name) for name in TaskFacts._fields[:18]),
            Plan.id,
            Plan.name,
            Plan.short_name,
            Plan.status,
            Plan.is_sample,
            Plan.office_id,
            Office.name,
            Stage.id,
            Stage.position,
            Stage.short_name,
            Stage.content,
            Stage.wording,
            Stage.place_in_document,
            Stage.scope,
            Stage.needs_confirmation,
            Stage.time_kind,
            Stage.ask_months,
            Stage.lead,
            Unit.id,
            Unit.name,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Office, Office.id == Plan.office_id)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.id == task_id, Plan.office_id == office_id)
    ).first()
    return TaskFacts(*row) if row else None


def contacts_in_charge(session: Session, unit_id: int, *, day: date) -> list[ContactRow]:
    """The contacts of a unit on a day, the main one first."""
    rows: Sequence[Sequence[Any]] = session.execute(
        select(*(getattr(Contact, name) for name in ContactRow._fields))
        .where(
            Contact.unit_id == unit_id,
            or_(Contact.valid_from.is_(None), Contact.valid_from <= day),
            or_(Contact.valid_to.is_(None), Contact.valid_to >= day),
        )
        .order_by(Contact.rank, Contact.id)
    ).all()
    return [ContactRow(*row) for row in rows]


def stages_it_opens(session: Session, stage_id: int) -> list[tuple[int, str, bool]]:
    """(position, short name, whether unit by unit) of the stages that wait for this one."""
    rows = session.execute(
        select(Stage.position, Stage.short_name, GateCondition.kind)
        .join(GateCondition, GateCondition.stage_id == Stage.id)
        .where(GateCondition.earlier_stage_id == stage_id)
        .order_by(Stage.position)
    )
    return [(row.position, row.short_name, row.kind is ConditionKind.OWN_TASK_DONE) for row in rows]


def unfinished_of_stage(session: Session, stage_id: int) -> int:
    """How many tasks of a stage are not done yet; cancelled ones do not count."""
    return (
        session.scalar(
            select(func.count(Task.id)).where(
                Task.stage_id == stage_id, Task.status.not_in((TaskStatus.DONE, TaskStatus.CANCELLED))
            )
        )
        or 0
    )


def submitted(session: Session, office_id: int, *, limit: int) -> list[ShortTask]:
    """Reports that wait for a confirmation, the oldest first."""
    return _short(session, office_id, Task.status == TaskStatus.SUBMITTED, order=(Task.submitted_on, Task.id), limit=limit)


def overdue(session: Session, office_id: int, *, today: date, limit: int) -> list[ShortTask]:
    """Open tasks past their due date, the longest first."""
    return _short(session, office_id, _is_overdue(today), order=(Task.due_on, Task.id), limit=limit)


def due_in(session: Session, office_id: int, *, start: date, days: int) -> list[DueGroup]:
    """What is due from `start` on within `days` days, one row for each stage and day."""
    open_task = Task.status == TaskStatus.IN_PROGRESS
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            Task.due_on,
            Plan.id,
            Plan.short_name,
            Stage.position,
            Stage.short_name,
            Stage.scope,
            func.count(Task.id).filter(open_task),
            func.count(Task.id).filter(Task.status == TaskStatus.NOT_OPEN),
            func.min(Task.id),
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Stage, Stage.id == Task.stage_id)
        .where(
            Plan.office_id == office_id,
            Plan.status == PlanStatus.RUNNING,
            # Said for the index ix_task_kinds: by plan, stage and status those of some days stand side by side.
            Task.stage_id.in_(select(Stage.id).where(Stage.plan_id == Plan.id).correlate(Plan)),
            Task.status.in_((TaskStatus.IN_PROGRESS, TaskStatus.NOT_OPEN)),
            Task.due_on >= start,
            Task.due_on < start + timedelta(days=days),
        )
        .group_by(Task.due_on, Plan.id, Plan.short_name, Stage.position, Stage.short_name, Stage.scope)
        .order_by(Task.due_on, Plan.id, Stage.position)
    ).all()
    return [DueGroup(*row) for row in rows]


def _is_overdue(today: date) -> ColumnElement[bool]:
    return and_(Task.status == TaskStatus.IN_PROGRESS, Task.due_on < today)


def _short(
    session: Session, office_id: int, condition: ColumnElement[bool], *, order: Sequence[Any], limit: int
) -> list[ShortTask]:
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            *(getattr(Task, name) for name in ShortTask._fields[:9]),
            Stage.position,
            Stage.short_name,
            Unit.name,
            Plan.id,
            Plan.short_name,
            Office.name,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Office, Office.id == Plan.office_id)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Plan.office_id == office_id, Plan.status == PlanStatus.RUNNING, condition)
        .order_by(*order)
        .limit(limit)
    ).all()
    return [ShortTask(*row) for row in rows]
