"""What waits for an office today, over all its plans."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contact, Extension, Handover, OutboxMessage, Plan, Task, Unit
from tracker.rules.states import ExtensionStatus, HandoverStatus, PlanStatus, TaskStatus
from tracker.services.outbox.rows import IS_HELD


class WaitingPlan(NamedTuple):
    """A plan that waits for a coordinator's click: to be started, or to let its first letters go."""

    id: int
    short_name: str
    status: PlanStatus
    held_letters: int


def waiting_plans(session: Session, office_id: int) -> list[WaitingPlan]:
    held = _held_letters()
    rows = session.execute(
        select(Plan.id, Plan.short_name, Plan.status, held)
        .where(Plan.office_id == office_id, _plan_waits(held))
        .order_by(Plan.id)
    )
    return [WaitingPlan(row[0], row[1], row[2], int(row[3])) for row in rows]


def waiting_count(session: Session, office_id: int) -> int:
    """The lines of "Cần xử lý": reports to confirm, plans that wait for a click, questions for more time, wrong addresses."""
    found = session.execute(_WAITING, {"office": office_id}).one()
    return sum(int(many) for many in found)


def _held_letters() -> ScalarSelect[int]:
    return select(func.count(OutboxMessage.id)).where(OutboxMessage.plan_id == Plan.id, IS_HELD).correlate(Plan).scalar_subquery()


def _plan_waits(held: ScalarSelect[int]) -> ColumnElement[bool]:
    return or_(Plan.status == PlanStatus.NOT_STARTED, (Plan.status == PlanStatus.RUNNING) & (held > 0))


# Every page asks this; building the statement costs as much as running it.
_WAITING = select(
    select(func.count(Task.id))
    .join(Plan, Plan.id == Task.plan_id)
    .where(Plan.office_id == bindparam("office"), Plan.status == PlanStatus.RUNNING, Task.status == TaskStatus.SUBMITTED)
    .scalar_subquery(),
    select(func.count(Plan.id)).where(Plan.office_id == bindparam("office"), _plan_waits(_held_letters())).scalar_subquery(),
    select(func.count(Extension.id))
    .join(Plan, Plan.id == Extension.plan_id)
    .where(
        Plan.office_id == bindparam("office"),
        Plan.status == PlanStatus.RUNNING,
        Extension.status == ExtensionStatus.PENDING,
    )
    .scalar_subquery(),
    select(func.count(Contact.id))
    .join(Unit, Unit.id == Contact.unit_id)
    .where(Unit.office_id == bindparam("office"), Contact.bounced_on.is_not(None), Contact.valid_to.is_(None))
    .scalar_subquery(),
    select(func.count(Handover.id))
    .join(Unit, Unit.id == Handover.unit_id)
    .where(Unit.office_id == bindparam("office"), Handover.status == HandoverStatus.PENDING)
    .scalar_subquery(),
)
