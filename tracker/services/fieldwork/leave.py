"""Who may write into the ledger of a unit, and while it is open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, PlanUnit, RecheckDraw, Stage, Task, Unit
from tracker.rules.access import RUNNERS, SYSTEM, Actor, refusal_to_run
from tracker.rules.states import TaskStatus, WorkKind
from tracker.services import openings
from tracker.services.planning import check_running, coordinator_of, get_plan
from tracker.wording import date_short, refusal


@dataclass(frozen=True)
class Field:
    """A unit of a plan whose ledger may be written now."""

    plan: Plan
    unit: Unit
    quota: int | None
    start_on: date | None
    round: int


def open_field(session: Session, plan_id: int, unit_id: int, *, by: Actor, now: datetime, lock: bool = True) -> Field:
    """The unit's ledger for writing, the plan's row locked. Raises NotFound (also for another office's plan or another
    unit's contact), Refused while its fieldwork is not open or once its recheck is drawn."""
    plan, unit, quota = unit_of_plan(session, plan_id, unit_id, by=by, verb="ghi số phiếu", lock=lock)
    check_running(plan)
    tasks = fieldwork_tasks(session, plan_id, unit_id)
    open_tasks = [task for task in tasks if task.status is TaskStatus.IN_PROGRESS]
    newest = max((task.round for task in tasks), default=0)
    if not open_tasks:
        _check_reopened_by_nobody(session, plan, unit, tasks, by, now)
    _check_not_drawn(session, plan, unit, newest)
    window = open_tasks[-1] if open_tasks else (tasks[-1] if tasks else None)
    return Field(plan, unit, quota, window.start_on if window else None, newest)


def fields_of_plan(session: Session, plan: Plan) -> dict[int, tuple[Field, Refused | None]]:
    """unit id -> its ledger, and why a coordinator may not write into it now (None: he may). Three statements for all units."""
    tasks: defaultdict[int | None, list[Task]] = defaultdict(list)
    for task in session.scalars(_fieldwork(plan.id)):
        tasks[task.unit_id].append(task)
    drawn = session.execute(
        select(RecheckDraw.unit_id, RecheckDraw.round, RecheckDraw.drawn_at).where(RecheckDraw.plan_id == plan.id)
    ).all()
    coordinator = coordinator_of(session, plan).name
    found: dict[int, tuple[Field, Refused | None]] = {}
    for unit, quota in session.execute(
        select(Unit, PlanUnit.ballots_each).join(PlanUnit, PlanUnit.unit_id == Unit.id).where(PlanUnit.plan_id == plan.id)
    ):
        own = sorted([*tasks[None], *tasks[unit.id]], key=lambda task: task.round)
        newest = max((task.round for task in own), default=0)
        at_work = [task for task in own if task.status is TaskStatus.IN_PROGRESS]
        window = at_work[-1] if at_work else own[-1] if own else None
        locked = min((row.drawn_at for row in drawn if row.unit_id == unit.id and row.round >= newest), default=None)
        shut = None
        if own and not at_work and own[-1].status is TaskStatus.NOT_OPEN:
            shut = refusal("fieldwork_shut", unit=unit.name)
        elif locked is not None:
            shut = refusal("ledger_locked", unit=unit.name, date=date_short(locked.date()), coordinator=coordinator)
        found[unit.id] = Field(plan, unit, quota, window.start_on if window else None, newest), shut
    return found


def unit_of_plan(
    session: Session, plan_id: int, unit_id: int, *, by: Actor, verb: str, lock: bool = True
) -> tuple[Plan, Unit, int | None]:
    """The plan (its row locked), the unit and its quota, for whoever may write of that unit: its own contact, or who runs the
    plan. Raises NotFound, and Refused for other users of the office."""
    plan = get_plan(session, plan_id, lock=lock)
    found = session.execute(
        select(Unit, PlanUnit.ballots_each)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id, Unit.id == unit_id)
    ).one_or_none()
    if found is None or by.office_id not in (None, plan.office_id) or (by.is_contact and unit_id not in by.unit_ids):
        raise NotFound(f"unit {unit_id} of plan {plan_id}")
    unit, quota = found
    if not by.is_contact:
        require_runner(session, plan, by, verb)
    return plan, unit, quota


def fieldwork_tasks(session: Session, plan_id: int, unit_id: int) -> list[Task]:
    """The unit's fieldwork, or the office's that is done for all, in the order of its rounds."""
    return list(session.scalars(_fieldwork(plan_id).where((Task.unit_id == unit_id) | Task.unit_id.is_(None))))


def _fieldwork(plan_id: int) -> Select[Task]:
    return (
        select(Task)
        .join(Stage, Stage.id == Task.stage_id)
        .where(Task.plan_id == plan_id, Stage.work_kind == WorkKind.FIELDWORK, Task.status != TaskStatus.CANCELLED)
        .order_by(Task.round, Stage.position)
        .execution_options(populate_existing=True)
    )


def require_runner(session: Session, plan: Plan, by: Actor, verb: str) -> None:
    refused = refusal_to_run(by, verb, office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)


def _check_reopened_by_nobody(session: Session, plan: Plan, unit: Unit, tasks: list[Task], by: Actor, now: datetime) -> None:
    """Nothing is open: a coordinator may still set figures right of work that is finished, nobody may begin before the gate."""
    if not tasks:
        return
    shut = tasks[-1]
    if shut.status is TaskStatus.NOT_OPEN:
        state = openings.gate_of_task(session, shut, today=now.date())
        raise Refused(state.blocked[0].key, state.sentence) if state.blocked else refusal("fieldwork_shut", unit=unit.name)
    if by.role in RUNNERS or by.key == SYSTEM.key:
        return
    if shut.status is TaskStatus.SUBMITTED:
        name = coordinator_of(session, plan).name
        raise refusal("awaiting_confirmation", task=openings.stage_name(session, shut), coordinator=name)
    if shut.status is TaskStatus.DONE:
        day = date_short(shut.completed_on or now.date())
        raise refusal("already_done", task=openings.stage_name(session, shut), unit=unit.name, completed_on=day)
    raise refusal("fieldwork_shut", unit=unit.name)


def _check_not_drawn(session: Session, plan: Plan, unit: Unit, newest: int) -> None:
    query = select(func.min(RecheckDraw.drawn_at)).where(
        RecheckDraw.plan_id == plan.id, RecheckDraw.unit_id == unit.id, RecheckDraw.round >= newest
    )
    drawn_at = session.scalar(query)
    if drawn_at is not None:
        coordinator = coordinator_of(session, plan).name
        raise refusal("ledger_locked", unit=unit.name, date=date_short(drawn_at.date()), coordinator=coordinator)
