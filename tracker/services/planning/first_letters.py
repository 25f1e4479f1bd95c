"""The letters that tell contacts of a plan that has started, held until somebody lets them go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import OutboxMessage, Plan, PlanUnit, Task, Unit
from tracker.rules.states import LetterStatus
from tracker.services import catalogue, openings, outbox, people


def enqueue_first_letters(session: Session, plan: Plan, *, now: datetime, joined: Sequence[int] = ()) -> int:
    """`plan_started` to every contact of the plan, or of the units that `joined` it later; returns how many letters.

    They are held until the plan's letters are released: the first mass mail. A contact who looks after several units, of
    which one joined later, is written to again."""
    query = select(Task.id, Unit.id).join(Unit, Unit.id == Task.unit_id).where(Task.plan_id == plan.id).order_by(Task.id)
    tasks_of_unit: dict[int, list[int]] = {}
    for task_id, unit_id in session.execute(query.where(Unit.id.in_(joined)) if joined else query):
        tasks_of_unit.setdefault(unit_id, []).append(task_id)
    who = people.directory(session, plan_ids=[plan.id], unit_ids=tasks_of_unit, day=now.date())
    tasks_of_person: dict[people.Person, list[int]] = {}
    for unit_id, task_ids in tasks_of_unit.items():
        for person in who.contacts.get(unit_id, ()):
            tasks_of_person.setdefault(person, []).extend(task_ids)
    held = plan.letters_released_at is None
    not_before = None if held else openings.letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue_many(
        session,
        [
            outbox.NewLetter(
                kind="plan_started",
                key=f"plan_started:{plan.id}:{person.key}" + (f":unit-{min(joined)}" if joined else ""),
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={"task_ids": task_ids},
                day=not_before.date() if not_before else now.date(),
                plan_id=plan.id,
                not_before=not_before,
                held=held,
            )
            for person, task_ids in tasks_of_person.items()
        ],
        now=now,
    )
    return len(tasks_of_person)


def tell_of_held_letters(session: Session, plan: Plan, *, now: datetime) -> None:
    """`held` to the coordinator, at once: it is the letter that asks for the click."""
    held = session.scalar(
        select(OutboxMessage.id).where(OutboxMessage.plan_id == plan.id, OutboxMessage.status == LetterStatus.HELD).limit(1)
    )
    who = people.directory(session, plan_ids=[plan.id], unit_ids=(), day=now.date())
    coordinator = who.coordinators.get(plan.id)
    if held is None or coordinator is None:
        return
    outbox.enqueue(
        session,
        kind="held",
        key=f"held:{plan.id}:{now.date().isoformat()}",
        person=coordinator.key,
        to_name=coordinator.name,
        to_email=coordinator.email,
        facts={"plan_id": plan.id},
        day=now.date(),
        now=now,
        plan_id=plan.id,
        not_before=openings.letter_time(catalogue.work_calendar(session), now),
    )


def units_without_contact(session: Session, plan_id: int, *, day: date) -> list[str]:
    """Names of the plan's units that no letter can reach on `day`."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    ).all()
    who = people.directory(session, plan_ids=[plan_id], unit_ids=[r.id for r in rows], day=day)
    return [r.name for r in rows if not who.contacts.get(r.id)]
