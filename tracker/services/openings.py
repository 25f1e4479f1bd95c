"""Gates at work: what may open opens, in the transaction of whatever made it possible; letters of opening are queued.

Called after each completed task and each morning (for stages that wait for a day).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, bindparam, case, func, select, update
from sqlalchemy.orm import Session, aliased

from tracker.models import GateCondition, Plan, Stage, Task, Unit
from tracker.rules.access import SYSTEM
from tracker.rules.gates import Condition, GateState, StageFacts, evaluate
from tracker.rules.reminders import TaskFacts, first_look, ladder_from_json
from tracker.rules.states import ConditionKind, PlanStatus, TaskStatus
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue, journal, outbox, people


@dataclass(frozen=True)
class Opened:
    """A stage that opened, for all or for some of its units."""

    stage_id: int
    position: int
    short_name: str
    task_ids: tuple[int, ...]


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
    waiting = _waiting_stages(session, plan_id, after_stage_id)
    if not waiting:
        return []
    facts = _facts(session, plan_id)
    conditions = conditions_of(session, plan_id)
    opened = []
    for stage in waiting:
        own = conditions.get(stage.id, ())
        common = [c for c in own if c.kind is not ConditionKind.OWN_TASK_DONE]
        if not evaluate(facts[stage.position], common, facts, today=now.date()).open:
            continue
        tasks = _tasks_to_open(session, plan_id, stage.id, own, unit_id)
        if tasks:
            _open(session, plan, stage.id, tasks, now=now)
            opened.append(Opened(stage.id, stage.position, stage.short_name, tuple(t.id for t in tasks)))
    if opened:
        plan.changed_at = now
        _record(session, plan, opened, now=now)
        if announce:
            _announce(session, plan, opened, now=now)
    return opened


def gate_facts(session: Session, plan_id: int) -> dict[int, StageFacts]:
    """Facts of every stage by position, with the names of units that are missing: what pages show beside a lock."""
    facts = _facts(session, plan_id)
    missing: defaultdict[int, list[str]] = defaultdict(list)
    done: defaultdict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(Stage.position, Task.status, Unit.id, Unit.name)
        .join(Task, Task.stage_id == Stage.id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(Stage.plan_id == plan_id, Task.status != TaskStatus.CANCELLED)
        .order_by(Stage.position, Task.id)
    )
    for position, status, unit, name in rows:
        if status is TaskStatus.DONE:
            done[position].add(unit)
        elif len(missing[position]) < 3:
            missing[position].append(name)
    return {
        position: StageFacts(
            position=f.position,
            short_name=f.short_name,
            scope=f.scope,
            tasks=f.tasks,
            done=f.done,
            start_on=f.start_on,
            missing_names=tuple(missing[position]),
            done_unit_ids=frozenset(done[position]),
        )
        for position, f in facts.items()
    }


def gate_of_task(session: Session, task: Task, *, today: date) -> GateState:
    """Open, or what is missing, for one task."""
    facts = gate_facts(session, task.plan_id)
    position, unit_name = session.execute(
        select(Stage.position, func.coalesce(Unit.name, ""))
        .select_from(Task)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.id == task.id)
    ).one()
    conditions = conditions_of(session, task.plan_id).get(task.stage_id, ())
    return evaluate(facts[position], conditions, facts, today=today, unit_id=task.unit_id, unit_name=unit_name)


def conditions_of(session: Session, plan_id: int) -> dict[int, tuple[Condition, ...]]:
    """stage id -> its conditions."""
    earlier = aliased(Stage)
    found: defaultdict[int, list[Condition]] = defaultdict(list)
    for stage_id, kind, position, share in session.execute(
        select(GateCondition.stage_id, GateCondition.kind, earlier.position, GateCondition.share)
        .join(Stage, Stage.id == GateCondition.stage_id)
        .outerjoin(earlier, earlier.id == GateCondition.earlier_stage_id)
        .where(Stage.plan_id == plan_id)
        .order_by(GateCondition.id)
    ):
        found[stage_id].append(Condition(kind, position, share))
    return {stage_id: tuple(c) for stage_id, c in found.items()}


def lay_ladders(session: Session, plan: Plan, *, from_day: date) -> None:
    """(Re)lay the ladder of every open task of a plan from a day on: after release, resume, a change of calendar."""
    calendar = catalogue.work_calendar(session)
    tasks = session.execute(
        select(Task.id, Task.due_on, Task.aim_on).where(Task.plan_id == plan.id, Task.status == TaskStatus.IN_PROGRESS)
    ).all()
    _set_looks(session, plan, tasks, from_day=from_day, calendar=calendar)


def look_of(plan: Plan, *, due_on: date | None, aim_on: date | None, from_day: date, calendar: WorkCalendar) -> date | None:
    """`next_look_on` of a task that is open from `from_day`; None until the plan's first letters are released."""
    if plan.letters_released_at is None:
        return None
    facts = TaskFacts(TaskStatus.IN_PROGRESS, due_on, aim_on, from_day)
    return first_look(facts, ladder_from_json(plan.ladder), calendar)


def letter_time(calendar: WorkCalendar, now: datetime) -> datetime:
    """The first moment from `now` on at which a letter may go: never on a day off, never before the office's hour."""
    day = calendar.on_or_after(now.date())
    earliest = datetime.combine(day, calendar.letters_from, tzinfo=now.tzinfo)
    return max(now, earliest)


def _waiting_stages(session: Session, plan_id: int, after_stage_id: int | None) -> Sequence[Row[int, int, str]]:
    query = (
        select(Stage.id, Stage.position, Stage.short_name)
        .where(
            Stage.plan_id == plan_id,
            select(Task.id).where(Task.stage_id == Stage.id, Task.status == TaskStatus.NOT_OPEN).exists(),
        )
        .order_by(Stage.position)
    )
    if after_stage_id is not None:
        query = query.where(
            select(GateCondition.id)
            .where(GateCondition.stage_id == Stage.id, GateCondition.earlier_stage_id == after_stage_id)
            .exists()
        )
    return session.execute(query).all()


def _facts(session: Session, plan_id: int) -> dict[int, StageFacts]:
    done = func.sum(case((Task.status == TaskStatus.DONE, 1), else_=0))
    rows = session.execute(
        select(Stage.position, Stage.short_name, Stage.scope, Stage.start_on, func.count(Task.id), func.coalesce(done, 0))
        .outerjoin(Task, (Task.stage_id == Stage.id) & (Task.status != TaskStatus.CANCELLED))
        .where(Stage.plan_id == plan_id)
        .group_by(Stage.id, Stage.position, Stage.short_name, Stage.scope, Stage.start_on)
    )
    return {
        position: StageFacts(position, short_name, scope, tasks, int(finished), start_on)
        for position, short_name, scope, start_on, tasks, finished in rows
    }


def _tasks_to_open(
    session: Session, plan_id: int, stage_id: int, conditions: Iterable[Condition], unit_id: int | None
) -> Sequence[Row[int, date | None, date | None]]:
    query = (
        select(Task.id, Task.due_on, Task.aim_on)
        .where(Task.stage_id == stage_id, Task.status == TaskStatus.NOT_OPEN)
        .order_by(Task.id)
    )
    for condition in conditions:
        if condition.kind is not ConditionKind.OWN_TASK_DONE:
            continue
        earlier_task, earlier_stage = aliased(Task), aliased(Stage)
        query = query.where(
            select(earlier_task.id)
            .join(earlier_stage, earlier_stage.id == earlier_task.stage_id)
            .where(
                earlier_stage.plan_id == plan_id,
                earlier_stage.position == condition.earlier,
                earlier_task.unit_id == Task.unit_id,
                earlier_task.status == TaskStatus.DONE,
            )
            .exists()
        )
        if unit_id is not None:
            query = query.where(Task.unit_id == unit_id)
    return session.execute(query).all()


def _open(
    session: Session, plan: Plan, stage_id: int, tasks: Sequence[Row[int, date | None, date | None]], *, now: datetime
) -> None:
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
    _set_looks(session, plan, tasks, from_day=today, calendar=catalogue.work_calendar(session))
    session.execute(update(Stage).where(Stage.id == stage_id, Stage.opened_on.is_(None)).values(opened_on=today))


def _set_looks(
    session: Session,
    plan: Plan,
    tasks: Sequence[Row[int, date | None, date | None]],
    *,
    from_day: date,
    calendar: WorkCalendar,
) -> None:
    if not tasks:
        return
    looks: dict[tuple[date | None, date | None], date | None] = {}
    rows = []
    for task in tasks:
        days = (task.due_on, task.aim_on)
        if days not in looks:
            looks[days] = look_of(plan, due_on=task.due_on, aim_on=task.aim_on, from_day=from_day, calendar=calendar)
        rows.append({"b_id": task.id, "b_from": from_day, "b_look": looks[days]})
    table = Task.__table__
    session.execute(
        update(table)  # type: ignore[arg-type]  # the table itself: one executemany, no ORM bookkeeping
        .where(table.c.id == bindparam("b_id"))
        .values(ladder_from=bindparam("b_from"), next_look_on=bindparam("b_look")),
        rows,
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def _record(session: Session, plan: Plan, opened: Sequence[Opened], *, now: datetime) -> None:
    lines = []
    for stage in opened:
        single = stage.task_ids[0] if len(stage.task_ids) == 1 else None
        what = f"giai đoạn {stage.position} ({stage.short_name})"
        if single is None:
            what += f" cho {len(stage.task_ids)} đơn vị"
        lines.append(
            journal.Line(
                "mở", what, why="đủ điều kiện chuyển bước", plan_id=plan.id, task_id=single, details={"stage": stage.position}
            )
        )
    journal.record_many(session, lines, by=SYSTEM, now=now)


def _announce(session: Session, plan: Plan, opened: Sequence[Opened], *, now: datetime) -> None:
    """One letter a person and stage: what opened, until when."""
    task_ids = [task_id for stage in opened for task_id in stage.task_ids]
    rows = session.execute(
        select(Task.id, Task.stage_id, Task.unit_id, Task.sequence).where(Task.id.in_(task_ids)).order_by(Task.id)
    )
    tasks = rows.all()
    who = people.directory(session, plan_ids=[plan.id], unit_ids={t.unit_id for t in tasks}, day=now.date())
    told: defaultdict[tuple[int, people.Person], list[Row[int, int, int | None, int]]] = defaultdict(list)
    for task in tasks:
        for person in who.told_of_opening(plan_id=plan.id, unit_id=task.unit_id):
            told[task.stage_id, person].append(task)
    not_before = letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue_many(
        session,
        [
            outbox.NewLetter(
                kind="unlocked",
                key=f"unlocked:task-{own[0].id}:{own[0].sequence}:{person.key}",
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={"task_ids": [t.id for t in own]},
                day=not_before.date(),
                plan_id=plan.id,
                not_before=not_before,
                held=plan.letters_released_at is None,
            )
            for (_, person), own in told.items()
        ],
        now=now,
    )
