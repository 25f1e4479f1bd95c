"""Shutting open tasks again whose gate no longer holds; what a change of the ballots does, both ways."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.models import Stage, Task
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.gates import Condition, asks_of_ballots, evaluate, waits_for
from tracker.rules.states import ConditionKind, TaskStatus
from tracker.services import journal, outbox
from tracker.services.gate_facts import ballot_facts, gate_facts, gates_of, waivers_of
from tracker.services.openings.opening import open_what_may_open
from tracker.services.openings.told import Opened, name_of_task


@dataclass(frozen=True)
class Change:
    """What a change of the ballots did to the work that hangs on it."""

    opened: tuple[Opened, ...] = ()
    locked: tuple[str, ...] = field(default=())  #: names of tasks that are shut again


def after_change(session: Session, plan_id: int, unit_id: int | None, now: datetime, *, by: Actor = SYSTEM) -> Change:
    """Something that gates look at has changed for a unit (None: for the plan): a ledger line, a draw's verdict, an entry, an
    approval, a waiver. What may be open no longer is locked again, what may open opens. Costs one statement where no gate of
    the plan looks at ballots. The caller holds the plan's row."""
    gates = gates_of(session, plan_id)
    if not any(asks_of_ballots(own) for own in gates.values()):
        return Change()
    locked = relock(session, plan_id, blocked_again(session, plan_id, unit_id=unit_id), by=by, now=now)
    return Change(tuple(open_what_may_open(session, plan_id, now=now, unit_id=unit_id)), tuple(locked))


def blocked_again(
    session: Session,
    plan_id: int,
    *,
    unit_id: int | None = None,
    after: int | None = None,
    touched: int | None = None,
    as_if_open: Collection[int] = (),
) -> list[Task]:
    """Open tasks whose gate no longer holds: because of ballots, because stage `after` is worked on again, or because the gate
    of stage `touched` is another one.

    `as_if_open`: tasks that are looked at as if they were open already, before anybody opens them. A day that has come
    stays come, and a stage that is open stays open when units join.
    """
    gates, waivers = gates_of(session, plan_id), waivers_of(session, plan_id)
    looked_at = {
        position: own
        for position, conditions in gates.items()
        if (own := _may_fall(conditions, touched=position == touched or after in waits_for(position, gates)))
    }
    if not looked_at:
        return []
    query = (
        select(Task, Stage.position)
        .join(Stage, Stage.id == Task.stage_id)
        .where(Task.plan_id == plan_id, Task.status == TaskStatus.IN_PROGRESS, Stage.position.in_(looked_at))
        .options(joinedload(Task.stage), joinedload(Task.unit))
        .order_by(Stage.position, Task.id)
    )
    tasks = [(task, position) for task, position in session.execute(query) if task.id not in as_if_open]
    if unit_id is not None:
        tasks = [(t, p) for t, p in tasks if t.unit_id in (None, unit_id) or not all(c.of_each_unit for c in looked_at[p])]
    if not tasks:
        return []
    facts = gate_facts(session, plan_id, gates=gates, waivers=waivers, as_if_open=as_if_open)
    ballots = ballot_facts(session, plan_id, {c.kind for _, position in tasks for c in looked_at[position]})
    return [
        task
        for task, position in tasks
        if not evaluate(
            facts[position],
            looked_at[position],
            facts,
            today=date.max,
            unit_id=task.unit_id,
            ballots=ballots,
            waived=waivers.cover(position, task.unit_id),
        ).open
    ]


def relock(session: Session, plan_id: int, tasks: Sequence[Task], *, by: Actor, now: datetime) -> list[str]:
    """Shut open tasks again; what was entered in them is kept. Returns their names."""
    names = []
    for task in tasks:
        task.status = TaskStatus.NOT_OPEN
        task.opened_on = task.next_look_on = task.ladder_from = task.promised_on = None
        task.changed_at = now
        task.sequence += 1
        name = name_of_task(task)
        names.append(name)
        outbox.void_for_task(session, task.id, reason="Thư không gửi nữa vì việc đã khóa lại.")
        journal.record(session, journal.Line("khóa lại", name, plan_id=plan_id, task_id=task.id), by=by, now=now)
    session.flush()
    return names


def _may_fall(conditions: Sequence[Condition], *, touched: bool) -> tuple[Condition, ...]:
    """The conditions that can shut an open stage again: those on ballots; those on stages only where one is worked on again."""
    return tuple(c for c in conditions if asks_of_ballots([c]) or (touched and c.kind is not ConditionKind.START_DATE))
