"""Opening every task of a running plan whose gate is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session, aliased

from tracker.models import Plan, Stage, Task
from tracker.rules.ballot_gates import BALLOT_CONDITIONS, missing_of_unit
from tracker.rules.gates import Gates, StageFacts, Waivers, asks_of_ballots, chain, evaluate, waits_for
from tracker.rules.states import FINISHED_STATUSES, ConditionKind, PlanStatus, TaskStatus
from tracker.services import catalogue, looks
from tracker.services.gate_facts import ballot_facts, gates_of, stage_counts, waivers_of
from tracker.services.openings.told import Opened, announce_opened, record_opened

#: Named once: a new name makes every column anew, which costs more than the statement.
_own, _own_stage = aliased(Task), aliased(Stage)


@dataclass(frozen=True)
class _Look:
    """What one look at a plan's gates knows; `unit_id` narrows per-unit gates to one unit."""

    session: Session
    plan_id: int
    gates: Gates
    waivers: Waivers
    facts: dict[int, StageFacts]
    unit_id: int | None
    today: date


def open_what_may_open(
    session: Session,
    plan_id: int,
    *,
    now: datetime,
    announce: bool = True,
    after_stage_id: int | None = None,
    unit_id: int | None = None,
) -> list[Opened]:
    """Open every task of a running plan whose gate is open; returns what opened, in the order of the plan.

    `after_stage_id` narrows the look to stages that wait for that stage, `unit_id` narrows per-unit gates to one unit:
    a completed task then costs the same in a plan of 30 units as in one of 3,000. Idempotent.
    """
    plan = session.execute(select(Plan).where(Plan.id == plan_id)).scalar_one()
    if plan.status is not PlanStatus.RUNNING:
        return []
    waiting = _waiting_stages(session, plan_id)
    gates = gates_of(session, plan_id) if waiting else {}
    if after_stage_id is not None and waiting:
        after = session.scalar(select(Stage.position).where(Stage.id == after_stage_id))
        waiting = [stage for stage in waiting if after in waits_for(stage.position, gates)]
    if not waiting:
        return []
    waivers = waivers_of(session, plan_id)
    facts = stage_counts(session, plan_id, gates, waivers)
    look = _Look(session, plan_id, gates, waivers, facts, unit_id, now.date())
    opened = []
    for stage in waiting:
        tasks = _tasks_to_open(look, stage)
        if tasks:
            _open(session, plan, stage.id, tasks, now=now)
            opened.append(Opened(stage.id, stage.position, stage.short_name, tuple(t.id for t in tasks)))
    if opened:
        plan.changed_at = now
        record_opened(session, plan, opened, now=now)
        if announce:
            announce_opened(session, plan, opened, now=now)
    return opened


def _waiting_stages(session: Session, plan_id: int) -> Sequence[Row[int, int, str]]:
    return session.execute(
        select(Stage.id, Stage.position, Stage.short_name)
        .where(
            Stage.plan_id == plan_id,
            select(Task.id).where(Task.stage_id == Stage.id, Task.status == TaskStatus.NOT_OPEN).exists(),
        )
        .order_by(Stage.position)
    ).all()


def _tasks_to_open(look: _Look, stage: Row[int, int, str]) -> list[Any]:
    """The shut tasks of a stage whose gate is open: what all share is asked once, what is each unit's of the unit."""
    each = [c for c in look.gates.get(stage.position, ()) if c.of_each_unit]
    covered = look.waivers.units(stage.position)
    common_open = _common_gate(look, stage)
    if not common_open and not covered:
        return []
    query = select(*looks.LOOKED_AT).where(Task.stage_id == stage.id, Task.status == TaskStatus.NOT_OPEN).order_by(Task.id)
    if each and look.unit_id is not None:
        query = query.where((Task.unit_id == look.unit_id) | Task.unit_id.is_(None))
    if not common_open:
        query = query.where(Task.unit_id.in_([unit for unit in covered if unit is not None]))
    if None not in covered:
        query = _whose_own_steps_are_done(look, stage.position, query)
    tasks = list(look.session.execute(query))
    if tasks and asks_of_ballots(each):
        ballots = ballot_facts(look.session, look.plan_id, [c.kind for c in each], unit_id=look.unit_id)
        of_ballots = [c for c in each if c.kind is not ConditionKind.OWN_TASK_DONE]
        tasks = [
            task
            for task in tasks
            if evaluate(
                look.facts[stage.position],
                of_ballots,
                look.facts,
                today=look.today,
                unit_id=task.unit_id,
                ballots=ballots,
                waived=look.waivers.cover(stage.position, task.unit_id),
            ).open
        ]
    return tasks


def _common_gate(look: _Look, stage: Row[int, int, str]) -> bool:
    """Whether what all units of a stage share holds. The counts of all units are read only when everything else holds."""
    own, unit_id = look.facts[stage.position], look.unit_id
    common = [c for c in look.gates.get(stage.position, ()) if not c.of_each_unit]
    waived = look.waivers.cover(stage.position, None)
    stages = [c for c in common if not asks_of_ballots([c])]
    if not evaluate(own, stages, look.facts, today=look.today, waived=waived).open:
        return False
    rest = [c for c in common if asks_of_ballots([c])]
    if not rest:
        return True
    kinds = [c.kind for c in rest]
    if unit_id is not None and not waived:
        one = ballot_facts(look.session, look.plan_id, kinds, unit_id=unit_id)
        if one and unit_id in one.units:
            unit = one.units[unit_id]
            if any(missing_of_unit(kind, unit, one) for kind in kinds if kind in BALLOT_CONDITIONS):
                return False
    ballots = ballot_facts(look.session, look.plan_id, kinds)
    return evaluate(own, rest, look.facts, today=look.today, ballots=ballots, waived=waived).open


def _whose_own_steps_are_done(look: _Look, position: int, query: Any) -> Any:
    """Narrow to units that have finished every round of each stage they wait for, and of what those waited for."""
    waived = [unit for unit in look.waivers.units(position) if unit is not None]
    for earlier, cut_by in chain(position, look.gates):
        covered = {unit for stage in cut_by for unit in look.waivers.units(stage)}
        if None in covered:
            continue
        task_there = (
            select(_own.id)
            .join(_own_stage, _own_stage.id == _own.stage_id)
            .where(_own_stage.plan_id == look.plan_id, _own_stage.position == earlier, _own.unit_id == Task.unit_id)
        )
        fine = ~task_there.where(_own.status.not_in(FINISHED_STATUSES)).exists()
        if cut_by == {position}:  # waited for directly: it must have been done, not only cancelled
            fine &= task_there.where(_own.status == TaskStatus.DONE).exists()
        query = query.where(fine | Task.unit_id.in_([*waived, *(unit for unit in covered if unit is not None)]))
    return query


def _open(session: Session, plan: Plan, stage_id: int, tasks: Sequence[Any], *, now: datetime) -> None:
    today = now.date()
    session.execute(
        update(Task)
        .where(Task.id.in_([t.id for t in tasks]), Task.status == TaskStatus.NOT_OPEN)
        .values(
            status=TaskStatus.IN_PROGRESS,
            opened_on=today,
            changed_at=now,
            sequence=Task.sequence + 1,
            version=Task.version + 1,
        )
    )
    looks.set_looks(session, plan, tasks, from_day=today, calendars=catalogue.calendars(session))
    session.execute(update(Stage).where(Stage.id == stage_id, Stage.opened_on.is_(None)).values(opened_on=today))
