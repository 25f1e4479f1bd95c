"""Thang nhắc việc of a plan or of one of its stages: who would get what on which day, and the change of it.

A change never says what is past: rungs that come in new with a day that is over are settled as skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Notice, Plan, PlanUnit, Stage, Task, Unit
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.reminders import Rung, ladder_from_json, ladder_to_json, refusal_of_ladder, rung_day
from tracker.rules.states import NoticeStatus, Scope, TaskStatus
from tracker.services import catalogue, journal, looks, people
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import date_short, refusal


@dataclass(frozen=True)
class Step:
    """One rung of a stage as it will fall."""

    day: date
    rung: Rung
    people: int  #: who would get it: one a unit, or one
    empty: tuple[str, ...]  #: units where nobody holds the role


@dataclass(frozen=True)
class StageSteps:
    position: int
    short_name: str
    due_on: date
    has_own: bool
    steps: tuple[Step, ...]


def preview(session: Session, plan_id: int, rungs: Sequence[Rung], position: int | None, *, today: date) -> list[StageSteps]:
    """The days of `rungs` for the stage at `position`, or (None) for every stage with a due date; stages that keep a ladder
    of their own are shown with that one."""
    query = select(Stage.position, Stage.short_name, Stage.scope, Stage.due_on, Stage.aim_on, Stage.ladder)
    query = query.where(Stage.plan_id == plan_id, Stage.due_on.is_not(None)).order_by(Stage.position)
    if position is not None:
        query = query.where(Stage.position == position)
    units = session.execute(
        select(Unit.id, Unit.name)
        .join(PlanUnit, PlanUnit.unit_id == Unit.id)
        .where(PlanUnit.plan_id == plan_id)
        .order_by(PlanUnit.position)
    ).all()
    who = people.directory(session, plan_ids=[plan_id], unit_ids=[u.id for u in units], day=today)
    calendar = catalogue.work_calendar(session)
    held = {
        role: [u.name for u in units if who.holder(role, plan_id=plan_id, unit_id=u.id) is None]
        for role in {r.recipient for r in rungs}
    }
    found = []
    for row in session.execute(query).all():
        has_own = row.ladder is not None and position is None
        steps = []
        for rung in ladder_from_json(row.ladder) if has_own else rungs:
            day = rung_day(rung, due_on=row.due_on, aim_on=row.aim_on, calendar=calendar)
            if row.scope is Scope.EACH_UNIT:
                empty = tuple(held.get(rung.recipient, ()))
                steps.append(Step(day, rung, len(units) - len(empty), empty))
            else:
                reached = who.holder(rung.recipient, plan_id=plan_id, unit_id=None)
                steps.append(Step(day, rung, int(reached is not None), ()))
        steps.sort(key=lambda step: (step.day, step.rung.workdays))
        found.append(StageSteps(row.position, row.short_name, row.due_on, has_own, tuple(steps)))
    return found


def change_ladder(
    session: Session, plan_id: int, position: int | None, rungs: Sequence[Rung] | None, *, by: Actor, now: datetime
) -> None:
    """Give a plan (`position` None) or one of its stages this ladder; None gives a stage back the plan's. Open work follows at
    once: nothing is said twice, and nothing whose day is past. Raises Refused, NotFound."""
    plan = get_plan(session, plan_id, lock=True)
    if by.office_id not in (None, plan.office_id):
        raise NotFound(f"plan {plan_id}")
    refused = refusal_to_run(by, "sửa thang nhắc việc", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    if plan.closed_on is not None:
        raise refusal("plan_closed", date=date_short(plan.closed_on))
    if rungs is not None and (wrong := refusal_of_ladder(rungs)):
        raise refusal(wrong[0], **wrong[1])
    rungs = None if rungs is None else sorted(rungs, key=lambda r: (r.workdays, r.recipient.value))
    before = looks.ladders(session, [plan_id])
    if position is None:
        what, old = "thang nhắc việc của kế hoạch", before.of_plan[plan_id]
        plan.ladder = ladder_to_json(rungs or ())
    else:
        stage = session.scalar(select(Stage).where(Stage.plan_id == plan_id, Stage.position == position))
        if stage is None:
            raise NotFound(f"stage {position} of plan {plan_id}")
        what, old = f"thang nhắc việc của giai đoạn {position} ({stage.short_name})", before.of(plan_id, stage.id)
        stage.ladder = None if rungs is None else ladder_to_json(rungs)
    plan.changed_at = now
    session.flush()
    _skip_what_is_past(session, plan, before, now.date())
    looks.write_looks(session, looks.moved_looks(session, catalogue.calendars(session), plan_id=plan_id))
    details = {"before": ladder_to_json(old), "after": None if rungs is None else ladder_to_json(rungs)}
    journal.record(session, journal.Line("sửa", what, plan_id=plan_id, details=details), by=by, now=now)


def _skip_what_is_past(session: Session, plan: Plan, before: looks.Ladders, today: date) -> None:
    """Rungs that a task's ladder has only now, and whose day is over."""
    after = looks.ladders(session, [plan.id])
    tasks = session.execute(
        select(Task.id, Task.stage_id, Task.unit_id, Task.due_on, Task.aim_on).where(
            Task.plan_id == plan.id, Task.status == TaskStatus.IN_PROGRESS, Task.due_on.is_not(None)
        )
    ).all()
    calendars = catalogue.calendars(session)
    said = looks.settled(session, [t.id for t in tasks])
    notices = []
    for task in tasks:
        known = {r.key for r in before.of(plan.id, task.stage_id)} | said.get((task.id, task.due_on), frozenset())
        for rung in after.of(plan.id, task.stage_id):
            if rung.key in known:
                continue
            if rung_day(rung, due_on=task.due_on, aim_on=task.aim_on, calendar=calendars.of(task.unit_id)) < today:
                notices.append(
                    {
                        "task_id": task.id,
                        "due_on": task.due_on,
                        "rung": rung.key,
                        "person": "-",
                        "day": today,
                        "status": NoticeStatus.SKIPPED,
                        "message_id": None,
                    }
                )
    if notices:
        session.execute(insert(Notice), notices)
