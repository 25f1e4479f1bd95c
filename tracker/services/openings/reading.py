"""The state of a gate for whoever looks at it: a page, a greyed button, a refused request."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import Stage, Task, Unit
from tracker.rules.gates import OF_STAGES, GateState, evaluate
from tracker.services.gate_facts import ballot_facts, gate_facts, gates_of, waivers_of


def gate_of_task(session: Session, task: Task, *, today: date) -> GateState:
    """Open, or what is missing, for one task: what its greyed button and its refused request say."""
    position, unit_name = session.execute(
        select(Stage.position, func.coalesce(Unit.name, ""))
        .select_from(Task)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.id == task.id)
    ).one()
    return gate_reader(session, task.plan_id, [position], today=today)(position, task.unit_id, unit_name)


def gate_reader(
    session: Session, plan_id: int, positions: Collection[int], *, today: date, units: Collection[int] | None = None
) -> Callable[[int, int | None, str], GateState]:
    """(position, unit id, unit name) -> the state of that gate, for the stages named; everything is read once.

    With `units` it will be asked for these alone: their part is read where every unit goes its own way.
    """
    gates, waivers = gates_of(session, plan_id), waivers_of(session, plan_id)
    conditions = [c for position in positions for c in gates.get(position, ())]
    if any(c.kind in OF_STAGES and not c.of_each_unit for c in conditions):
        units = None
    facts = gate_facts(session, plan_id, gates=gates, waivers=waivers, units=units, positions=positions)
    only = next(iter(units)) if units is not None and len(units) == 1 else None
    ballots = ballot_facts(session, plan_id, {c.kind for c in conditions}, unit_id=only)

    def state(position: int, unit: int | None, unit_name: str) -> GateState:
        return evaluate(
            facts[position],
            gates.get(position, ()),
            facts,
            today=today,
            unit_id=unit,
            unit_name=unit_name,
            ballots=ballots,
            waived=waivers.cover(position, unit),
        )

    return state
