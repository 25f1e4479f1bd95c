"""What must hold before anything of a publication is done: who acts, the state of the plan, the gate of the stage."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, Publication, Stage, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.states import PlanStatus, Role, TaskStatus, WorkKind
from tracker.services import openings
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import TASK_STATUS, date_short, moment, refusal

COMPUTING = frozenset({WorkKind.ANALYSIS, WorkKind.REPORT})
PUBLISHING = frozenset({WorkKind.PUBLICATION})


def plan_for(session: Session, plan_id: int, by: Actor, verb: str, *, leader_may: bool = False, lock: bool = True) -> Plan:
    """The plan, locked, where `by` may do this to its result. Raises Refused; NotFound for another office's plan."""
    plan = get_plan(session, plan_id, lock=lock)
    if by.office_id is not None and by.office_id != plan.office_id:
        raise NotFound
    if not (leader_may and by.role is Role.LEADER):
        refused = refusal_to_run(by, verb, office_id=plan.office_id, coordinator=coordinator_of(session, plan))
        if refused:
            raise Refused(*refused)
    if plan.status is PlanStatus.NOT_STARTED:
        raise Refused("plan_not_started", "Kế hoạch chưa triển khai; bấm Bắt đầu triển khai trước.")
    if plan.status is PlanStatus.PAUSED:
        raise refusal("plan_paused", date=date_short(plan.changed_at.date()))
    if plan.status is PlanStatus.CANCELLED:
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    return plan


def publication_for(
    session: Session, publication_id: int, by: Actor, verb: str, *, leader_may: bool = False, lock: bool = True
) -> tuple[Plan, Publication]:
    """A version and its plan, both locked, the plan first like everywhere."""
    plan_id = session.scalar(select(Publication.plan_id).where(Publication.id == publication_id))
    if plan_id is None:
        raise NotFound
    plan = plan_for(session, plan_id, by, verb, leader_may=leader_may, lock=lock)
    row = session.execute(
        select(Publication).where(Publication.id == publication_id).execution_options(populate_existing=True)
    ).scalar_one()
    return plan, row


def shut_sentence(session: Session, plan: Plan, kinds: Collection[WorkKind], *, today: date) -> str:
    """Why the work of these stages may not be done yet; "" where their gate is open, or the plan has no such stage."""
    of_kinds = (Task.plan_id == plan.id, Stage.work_kind.in_(kinds), Task.status != TaskStatus.CANCELLED)
    statuses = set(session.scalars(select(Task.status).join(Stage, Stage.id == Task.stage_id).where(*of_kinds).distinct()))
    if not statuses or statuses - {TaskStatus.NOT_OPEN, TaskStatus.PAUSED}:
        return ""
    status = TaskStatus.NOT_OPEN if TaskStatus.NOT_OPEN in statuses else TaskStatus.PAUSED
    first = session.scalars(
        select(Task)
        .join(Stage, Stage.id == Task.stage_id)
        .where(*of_kinds, Task.status == status)
        .order_by(Stage.position, Task.id)
        .limit(1)
    ).one()
    if status is TaskStatus.NOT_OPEN:
        return openings.gate_of_task(session, first, today=today).sentence
    name, word = openings.stage_name(session, first), TASK_STATUS[TaskStatus.PAUSED].word
    return refusal("status_moved", task=name, status=word, time=moment(first.changed_at)).sentence


def require_open(session: Session, plan: Plan, kinds: Collection[WorkKind], *, today: date) -> None:
    if shut := shut_sentence(session, plan, kinds, today=today):
        raise Refused("gate", shut)


def shut_words(session: Session, plan_id: int, kinds: Collection[WorkKind] = COMPUTING, *, today: date) -> str:
    """Why the result is not computed or approved yet, or not published, by the gate of its stage; "" where it is open. For the
    page's grey button."""
    return shut_sentence(session, get_plan(session, plan_id), kinds, today=today)
