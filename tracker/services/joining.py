"""Units that join a plan after it was made: those that one of its stages chose, or that were forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan, PlanUnit, Stage, Unit, UnitGroup
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.method import method_of_table
from tracker.rules.sampling import quota_without_basis
from tracker.rules.states import PlanStatus, Scope
from tracker.services import catalogue, journal, openings, planning
from tracker.services.planning.unit_tasks import add_unit_tasks
from tracker.services.recheck_seeds import commit_seeds
from tracker.wording import date_short, refusal


@dataclass(frozen=True)
class Joined:
    units: int
    tasks: int
    letters: int


def add_units(session: Session, plan_id: int, unit_ids: Sequence[int], *, by: Actor, now: datetime) -> Joined:
    """Add units to a plan: each gets its task in every stage that is done by each unit, opened where its gate is open.

    In a running plan their contacts are written to (held like all letters until the first ones are released) and the
    stages that wait for all units wait for these too, unless they are open already: what is open stays open. Units that
    are in the plan already, or belong to another office, are passed over. Raises Refused, NotFound.
    """
    plan = planning.get_plan(session, plan_id, lock=True)
    refused = refusal_to_run(by, "thêm đơn vị", office_id=plan.office_id, coordinator=planning.coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    if plan.status in (PlanStatus.CLOSED, PlanStatus.CANCELLED):
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    stages = session.scalars(
        select(Stage).where(Stage.plan_id == plan_id, Stage.scope == Scope.EACH_UNIT).order_by(Stage.position)
    ).all()
    if not stages:
        raise refusal("units_no_stage")
    fresh = _units_to_add(session, plan, unit_ids)
    if not fresh:
        raise refusal("units_none_added")
    _add_to_plan(session, plan, fresh)
    add_unit_tasks(session, [stage.id for stage in stages], catalogue.calendars(session), now=now, units=fresh)
    plan.changed_at = now
    session.flush()
    names = ", ".join(fresh.values())
    tasks = len(stages) * len(fresh)
    journal.record(session, journal.Line("thêm", f"{len(fresh)} đơn vị, {tasks} việc: {names}", plan_id=plan_id), by=by, now=now)
    letters = 0
    if plan.status is PlanStatus.RUNNING:
        commit_seeds(session, plan, now=now)
        letters = planning.enqueue_first_letters(session, plan, now=now, joined=list(fresh))
        # The letter that greets them names their tasks: a second one to say that the first of them opened would be noise.
        openings.open_what_may_open(session, plan_id, now=now, announce=False)
    return Joined(len(fresh), tasks, letters)


def _units_to_add(session: Session, plan: Plan, unit_ids: Sequence[int]) -> dict[int, str]:
    """id -> name, in the order asked for."""
    there = select(PlanUnit.unit_id).where(PlanUnit.plan_id == plan.id)
    rows = session.execute(
        select(Unit.id, Unit.name).where(Unit.office_id == plan.office_id, Unit.id.in_(unit_ids), Unit.id.not_in(there))
    )
    names = {row.id: row.name for row in rows}
    return {unit_id: names[unit_id] for unit_id in dict.fromkeys(unit_ids) if unit_id in names}


def _add_to_plan(session: Session, plan: Plan, fresh: dict[int, str]) -> None:
    """A unit of a group that the plan knows owes as many ballots as the others of its group, else what the method says."""
    last = session.scalar(select(func.max(PlanUnit.position)).where(PlanUnit.plan_id == plan.id)) or 0
    stated = session.execute(
        select(PlanUnit.group_name, PlanUnit.ballots_each).where(PlanUnit.plan_id == plan.id, PlanUnit.ballots_each.is_not(None))
    )
    quotas = {row.group_name: row.ballots_each for row in stated}
    method = method_of_table(plan.method)
    groups = {
        unit_id: name or ""
        for unit_id, name in session.execute(
            select(Unit.id, UnitGroup.name).outerjoin(UnitGroup, UnitGroup.id == Unit.group_id).where(Unit.id.in_(fresh))
        )
    }
    session.execute(
        insert(PlanUnit),
        [
            {
                "plan_id": plan.id,
                "unit_id": unit_id,
                "group_name": groups[unit_id],
                "position": position,
                "ballots_each": quotas.get(groups[unit_id]) or quota_without_basis(method.of_group(groups[unit_id]).quota),
            }
            for position, unit_id in enumerate(fresh, start=last + 1)
        ],
    )
