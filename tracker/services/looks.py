"""The day on which the morning's round must next look at a task: by the ladder of its stage, else its plan's.

A look is laid when a task opens, is resumed or moved, and laid again when days off or the ladder itself change. Rungs that
are settled are never looked for again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from tracker.models import Notice, Plan, Stage, Task
from tracker.rules.reminders import Promise, Rung, TaskFacts, first_look, ladder_from_json
from tracker.rules.schedule import aim_day
from tracker.rules.states import PlanStatus, TaskStatus, TimeKind, WorkKind
from tracker.rules.watches import ASK_MONTHS, Look, Watching, look_at_field, look_for_silence, silent_since
from tracker.rules.workdays import Calendars, WorkCalendar
from tracker.services import catalogue

#: What must be known of a task to lay its ladder.
LOOKED_AT = (
    Task.id, Task.stage_id, Task.unit_id, Task.start_on, Task.due_on, Task.aim_on, Task.promised_on, Task.promised_step,
    Task.heard_on,
)  # fmt: skip
#: Work of these kinds of time never ends: it is asked for a sign of life.
ENDLESS = frozenset({TimeKind.CONTINUOUS, TimeKind.RECURRING})

#: How many task ids go into one IN (…).
BATCH = 5_000


@dataclass(frozen=True)
class Ladders:
    """The ladders of some plans: a stage's own, else its plan's."""

    of_plan: dict[int, tuple[Rung, ...]]
    of_stage: dict[int, tuple[Rung, ...]]
    watching: dict[int, Watching] = field(default_factory=dict)  #: stage -> what is watched of it beside its ladder
    leader_after: dict[int, int] = field(default_factory=dict)  #: plan -> with which chase its leader is told

    def of(self, plan_id: int, stage_id: int) -> tuple[Rung, ...]:
        own = self.of_stage.get(stage_id)
        return self.of_plan[plan_id] if own is None else own


def ladders(session: Session, plan_ids: Collection[int]) -> Ladders:
    """One query, however many plans."""
    of_note = or_(Stage.ladder.is_not(None), Stage.time_kind.in_(ENDLESS), Stage.work_kind == WorkKind.FIELDWORK)
    rows = session.execute(
        select(
            Plan.id,
            Plan.ladder,
            Plan.field_lag,
            Plan.chases_before_leader,
            Stage.id.label("stage_id"),
            Stage.ladder.label("own"),
            Stage.time_kind,
            Stage.work_kind,
            Stage.ask_months,
            Stage.due_on,
        )
        .outerjoin(Stage, and_(Stage.plan_id == Plan.id, of_note))
        .where(Plan.id.in_(plan_ids))
    ).all()
    return Ladders(
        {row.id: ladder_from_json(row.ladder) for row in rows},
        {row.stage_id: ladder_from_json(row.own) for row in rows if row.own is not None},
        {row.stage_id: watching for row in rows if (watching := _watching(row)) is not None},
        {row.id: row.chases_before_leader for row in rows},
    )


def _watching(row: Any) -> Watching | None:
    if row.time_kind in ENDLESS and row.due_on is None:
        return Watching(ask_months=row.ask_months or ASK_MONTHS)
    return Watching(field_lag=row.field_lag) if row.work_kind is WorkKind.FIELDWORK and row.field_lag else None


def watch(
    watching: Watching | None,
    task: Any,
    ladder_from: date,
    calendar: WorkCalendar,
    said: Collection[str] = (),
    today: date | None = None,
) -> Look:
    """What is found of a task beside its ladder; without `today` only when to look."""
    if watching is None:
        return Look()
    if watching.ask_months is not None and task.due_on is None:
        return look_for_silence(silent_since(task.heard_on, ladder_from), watching.ask_months, calendar, said, today)
    if watching.field_lag is not None and task.start_on is not None and task.due_on is not None and task.unit_id is not None:
        return look_at_field(task.start_on, task.aim_on or task.due_on, ladder_from, calendar, said, today)
    return Look()


def watch_key(task: Any, ladder_from: date) -> date:
    """By which day the steps of a watch are remembered: the due date, or the day of the last sign of life."""
    return task.due_on or silent_since(task.heard_on, ladder_from)


def _first(
    known: Ladders, plan_id: int, task: Any, facts: TaskFacts, calendar: WorkCalendar, watched: frozenset[str] = frozenset()
) -> date | None:
    """The day on which a task must be looked at next, by its ladder and by what is watched beside it."""
    assert facts.ladder_from is not None
    look = watch(known.watching.get(task.stage_id), task, facts.ladder_from, calendar, watched)
    days = (first_look(facts, known.of(plan_id, task.stage_id), calendar), look.next_on)
    return min((day for day in days if day is not None), default=None)


def promise_of(task: Any) -> Promise | None:
    """What somebody promised of a task (or of a row with its columns)."""
    return None if task.promised_on is None else Promise(task.promised_on, task.promised_step)


def facts_of(task: Any, *, said: frozenset[str] = frozenset()) -> TaskFacts:
    """What its ladder must know of a task that is under way."""
    return TaskFacts(TaskStatus.IN_PROGRESS, task.due_on, task.aim_on, task.ladder_from, said, promise_of(task))


def lay(
    session: Session, plan: Plan, task: Task, *, from_day: date, calendar: WorkCalendar, known: Ladders | None = None
) -> None:
    """(Re)lay the ladder of one open task from a day on; nothing is looked for until the plan's first letters are released."""
    task.ladder_from = from_day
    look_again(plan, task, known or ladders(session, [plan.id]), calendar)


def look_again(plan: Plan, task: Task, known: Ladders, calendar: WorkCalendar, *, said: frozenset[str] = frozenset()) -> None:
    """Set the day of the next look at a task whose ladder goes on as it was laid; `said`: for its due date or silence."""
    look = _first(known, plan.id, task, facts_of(task, said=said), calendar, said)
    task.next_look_on = None if plan.letters_released_at is None else look


def lay_ladders(session: Session, plan: Plan, *, from_day: date) -> None:
    """(Re)lay the ladder of every open task of a plan from a day on: after release, resume, a change of calendar."""
    tasks = session.execute(select(*LOOKED_AT).where(Task.plan_id == plan.id, Task.status == TaskStatus.IN_PROGRESS)).all()
    set_looks(session, plan, tasks, from_day=from_day, calendars=catalogue.calendars(session))


def set_looks(session: Session, plan: Plan, tasks: Sequence[Any], *, from_day: date, calendars: Calendars) -> None:
    """Lay the ladders of `tasks`: rows of `LOOKED_AT`."""
    if not tasks:
        return
    known = ladders(session, [plan.id])
    looks: dict[tuple[object, ...], date | None] = {}
    rows = []
    for task in tasks:
        facts = TaskFacts(TaskStatus.IN_PROGRESS, task.due_on, task.aim_on, from_day, promise=promise_of(task))
        key = (
            facts,
            calendars.group_of.get(task.unit_id or 0),
            task.stage_id,
            task.start_on,
            task.heard_on,
            task.unit_id is None,
        )
        if key not in looks:
            look = _first(known, plan.id, task, facts, calendars.of(task.unit_id))
            looks[key] = None if plan.letters_released_at is None else look
        rows.append({"b_id": task.id, "b_from": from_day, "b_look": looks[key]})
    table = Task.__table__
    session.execute(
        update(table)  # type: ignore[arg-type]  # the table itself: one executemany, no ORM bookkeeping
        .where(table.c.id == bindparam("b_id"))
        .values(ladder_from=bindparam("b_from"), next_look_on=bindparam("b_look")),
        rows,
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def moved_looks(session: Session, calendars: Calendars, *, plan_id: int | None = None) -> dict[int, date | None]:
    """Open tasks (of one plan, or of all) whose next rung falls on another day than is kept: task id -> that day."""
    rows = session.execute(
        select(*LOOKED_AT, Task.plan_id, Task.ladder_from, Task.next_look_on)
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            Plan.status == PlanStatus.RUNNING,
            Plan.letters_released_at.is_not(None),
            Task.status == TaskStatus.IN_PROGRESS,
            Task.ladder_from.is_not(None),
            *([Task.plan_id == plan_id] if plan_id is not None else []),
        )
    ).all()
    said = settled(session, [row.id for row in rows])
    rungs_of = ladders(session, {row.plan_id for row in rows})
    known: dict[tuple[object, ...], date | None] = {}
    moved = {}
    for row in rows:
        rungs = said.get((row.id, watch_key(row, row.ladder_from)), frozenset())
        calendar = calendars.of(row.unit_id)
        promise = promise_of(row)
        own = (row.start_on, row.due_on, row.heard_on, row.unit_id is None)
        key = (row.plan_id, row.stage_id, id(calendar), *own, row.ladder_from, rungs, promise)
        if key not in known:
            aim = aim_day(row.start_on, row.due_on, calendar) if row.due_on else None
            facts = TaskFacts(TaskStatus.IN_PROGRESS, row.due_on, aim, row.ladder_from, rungs, promise)
            known[key] = _first(rungs_of, row.plan_id, row, facts, calendar, rungs)
        if known[key] != row.next_look_on:
            moved[row.id] = known[key]
    return moved


def write_looks(session: Session, looks: dict[int, date | None]) -> None:
    """Keep the days that `moved_looks` found."""
    if looks:
        table = Task.__table__
        session.execute(
            update(table).where(table.c.id == bindparam("b_id")).values(next_look_on=bindparam("b_look")),  # type: ignore[arg-type]
            [{"b_id": task_id, "b_look": look} for task_id, look in looks.items()],
        )
        session.expire_all()


def settled(session: Session, task_ids: Sequence[int]) -> dict[tuple[int, date | None], frozenset[str]]:
    """(task, due date) -> rungs that are settled: said, skipped, void or without a holder."""
    found: defaultdict[tuple[int, date | None], set[str]] = defaultdict(set)
    for start in range(0, len(task_ids), BATCH):
        part = task_ids[start : start + BATCH]
        for task_id, due_on, rung in session.execute(
            select(Notice.task_id, Notice.due_on, Notice.rung).where(Notice.task_id.in_(part))
        ):
            found[task_id, due_on].add(rung)
    return {key: frozenset(rungs) for key, rungs in found.items()}
