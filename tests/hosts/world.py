"""An office with many units at work today: what the rounds begin with, and what they must have led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import builders
from tracker import passwords
from tracker.models import CalendarDay, Stage, Task, User
from tracker.rules.states import DayKind
from tracker.services import progress
from tracker.tokens import personal_token

PASSWORD = "một câu dễ nhớ"


@dataclass(frozen=True)
class UnitAtWork:
    unit_id: int
    token: str  #: of its contact's link
    information: int  #: its task of stage 2, late
    fieldwork: int  #: its task of stage 3, which opens when the other is done


@dataclass(frozen=True)
class Seeded:
    plan_id: int
    units: Sequence[UnitAtWork]


def seed(session: Session, units: int, *, secret_key: str, now: datetime) -> Seeded:
    """The plan of the other tests, moved so that stage 2 is late and stage 3 runs; today counts as a working day."""
    today = now.date()
    for day in (today, today + timedelta(days=1), today + timedelta(days=2)):
        known = session.get(CalendarDay, day)
        if known is not None:
            session.delete(known)
            session.flush()
        session.add(CalendarDay(day=day, kind=DayKind.MAKE_UP, name="Làm bù", source="thử nghiệm"))
    people = builders.cast(session, units)
    ha = session.get_one(User, people.coordinator_id)
    ha.username, ha.password_hash = "ha", passwords.hash_password(PASSWORD)
    days: list[tuple[date | None, date]] = [
        (None, today - timedelta(days=9)),
        (None, today - timedelta(days=1)),
        (today - timedelta(days=1), today + timedelta(days=60)),
        (today + timedelta(days=70), today + timedelta(days=90)),
    ]
    stages = tuple(
        replace(stage, start_on=start, due_on=due) for stage, (start, due) in zip(builders.SMALL_PLAN.stages, days, strict=True)
    )
    draft = replace(builders.SMALL_PLAN, year=today.year, issued_on=today - timedelta(days=20), stages=stages)
    began = now - timedelta(days=12)
    plan = builders.running_plan(session, people, draft, now=began)
    first = builders.task(session, plan, 1)
    progress.complete_task(session, first.id, by=people.ha, now=began + timedelta(days=1))
    found = session.execute(
        select(Task.unit_id, Stage.position, Task.id).join(Stage, Stage.id == Task.stage_id).where(Task.plan_id == plan.id)
    )
    tasks = {(unit_id, position): task_id for unit_id, position, task_id in found}
    return Seeded(
        plan.id,
        [
            UnitAtWork(
                unit.id,
                personal_token(secret_key, unit.contact_id, f"n{number}"),
                tasks[unit.id, 2],
                tasks[unit.id, 3],
            )
            for number, unit in enumerate(people.units, start=1)
        ],
    )
