"""Who may recheck, and when: the role, and the gate of the unit's recheck."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, PlanUnit, Stage, Task, Unit
from tracker.rules.access import Actor, refusal_to_recheck
from tracker.rules.states import FINISHED_STATUSES, OPEN_STATUSES, PlanStatus, TaskStatus, WorkKind
from tracker.services import openings
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import date_short, refusal


def require_open(
    session: Session, plan_id: int, unit_id: int, *, by: Actor, today: date, lock: bool = False
) -> tuple[Plan, Unit]:
    """The plan and the unit, when `by` may recheck there now. Raises NotFound, Refused with the gate's own sentence."""
    plan = get_plan(session, plan_id, lock=lock)
    if by.office_id not in (plan.office_id, None) or session.get(PlanUnit, (plan_id, unit_id)) is None:
        raise NotFound(f"plan {plan_id}, unit {unit_id}")
    refused = refusal_to_recheck(by, office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    unit = session.get_one(Unit, unit_id)
    blocked = blocked_because(session, plan, unit, today=today)
    if blocked is not None:
        raise blocked
    return plan, unit


def blocked_because(session: Session, plan: Plan, unit: Unit, *, today: date) -> Refused | None:
    """Why the recheck of a unit is not open on `today`; the same sentence for the greyed button and the refused request."""
    if plan.status is PlanStatus.PAUSED:
        return refusal("plan_paused", date=date_short(plan.changed_at.date()))
    if plan.status in (PlanStatus.CLOSED, PlanStatus.CANCELLED):
        return refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    task = task_of_recheck(session, plan.id, unit.id)
    if task is not None:
        if task.status in (*OPEN_STATUSES, TaskStatus.DONE):
            return None
        gate = openings.gate_of_task(session, task, today=today)
        return Refused("recheck_shut", gate.sentence or f"{unit.name} chưa vào phúc tra: việc chưa mở.")
    # A plan without a stage for it: recheck follows the unit's report of its fieldwork, confirmed or not.
    statuses = session.scalars(
        select(Task.status)
        .join(Stage, Stage.id == Task.stage_id)
        .where(Task.plan_id == plan.id, Stage.work_kind == WorkKind.FIELDWORK, (Task.unit_id == unit.id) | Task.unit_id.is_(None))
    ).all()
    if statuses and all(status in (TaskStatus.SUBMITTED, *FINISHED_STATUSES) for status in statuses):
        return None
    return Refused("recheck_shut", f"{unit.name} chưa vào phúc tra: đơn vị chưa báo hoàn thành khảo sát.")


def task_of_recheck(session: Session, plan_id: int, unit_id: int) -> Task | None:
    """The task under which a unit is rechecked: its own of the recheck stage, else the office's; None without such a stage."""
    return session.scalars(
        select(Task)
        .join(Stage, Stage.id == Task.stage_id)
        .where(
            Task.plan_id == plan_id,
            Stage.work_kind == WorkKind.RECHECK,
            (Task.unit_id == unit_id) | Task.unit_id.is_(None),
            Task.status != TaskStatus.CANCELLED,
        )
        .order_by(Task.unit_id.is_(None), Task.round.desc(), Stage.position)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()
