"""Gates at work: what may open opens, in the transaction of whatever made it possible; letters of opening are queued.

Called after each completed task, each change of the ballots, and each morning (for stages that wait for a day).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.orm import Session, aliased, joinedload

from tracker.models import Plan, Stage, Task, Unit
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.ballot_gates import BALLOT_CONDITIONS, missing_of_unit
from tracker.rules.gates import Condition, Gates, GateState, StageFacts, Waivers, asks_of_ballots, chain, evaluate, waits_for
from tracker.rules.rounds import ROUND_WORDS
from tracker.rules.states import FINISHED_STATUSES, ConditionKind, PlanStatus, TaskStatus
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue, journal, looks, outbox, people
from tracker.services.gate_facts import ballot_facts, conditions_of, gate_facts, gates_of, stage_counts, waivers_of

__all__ = [
    "Change",
    "Opened",
    "after_change",
    "announce",
    "ballot_facts",
    "blocked_again",
    "conditions_of",
    "gate_facts",
    "gate_of_task",
    "gate_reader",
    "letter_time",
    "name_of_task",
    "open_what_may_open",
    "relock",
    "stage_name",
    "waivers_of",
]


@dataclass(frozen=True)
class Opened:
    """A stage that opened, for all or for some of its units."""

    stage_id: int
    position: int
    short_name: str
    task_ids: tuple[int, ...]


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
    opened = []
    for stage in waiting:
        tasks = _tasks_to_open(session, plan_id, stage, gates, waivers, facts, unit_id=unit_id, today=now.date())
        if tasks:
            _open(session, plan, stage.id, tasks, now=now)
            opened.append(Opened(stage.id, stage.position, stage.short_name, tuple(t.id for t in tasks)))
    if opened:
        plan.changed_at = now
        _record(session, plan, opened, now=now)
        if announce:
            _announce(session, plan, opened, now=now)
    return opened


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
    session: Session, plan_id: int, positions: Collection[int], *, today: date, unit_id: int | None = None
) -> Callable[[int, int | None, str], GateState]:
    """(position, unit id, unit name) -> the state of that gate, for the stages named; everything is read once.

    With `unit_id` only that unit's part is read: enough for gates that are asked unit by unit.
    """
    gates, waivers = gates_of(session, plan_id), waivers_of(session, plan_id)
    facts = gate_facts(session, plan_id, gates=gates, waivers=waivers, unit_id=unit_id)
    kinds = {c.kind for position in positions for c in gates.get(position, ())}
    ballots = ballot_facts(session, plan_id, kinds, unit_id=unit_id)

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


def stage_name(session: Session, task: Task) -> str:
    """“Điều tra khảo sát”"""
    return f"“{session.scalar(select(Stage.short_name).where(Stage.id == task.stage_id))}”"


def announce(session: Session, plan: Plan, task: Task, *, reason: str, now: datetime) -> None:
    """The letter "Đã mở" about one task that was opened by itself, with the reason."""
    opened = Opened(task.stage_id, task.stage.position, task.stage.short_name, (task.id,))
    _announce(session, plan, [opened], now=now, reason=reason)


def name_of_task(task: Task) -> str:
    """“Điều tra khảo sát” của UBND xã Cam Bình; a round says which."""
    unit = f" của {task.unit.name}" if task.unit else ""
    again = f" ({ROUND_WORDS[task.round_kind]})" if task.round_kind else ""
    return f"“{task.stage.short_name}”{unit}{again}"


def letter_time(calendar: WorkCalendar, now: datetime) -> datetime:
    """The first moment from `now` on at which a letter may go: never on a day off, never before the office's hour."""
    day = calendar.on_or_after(now.date())
    earliest = datetime.combine(day, calendar.letters_from, tzinfo=now.tzinfo)
    return max(now, earliest)


def _waiting_stages(session: Session, plan_id: int) -> Sequence[Row[int, int, str]]:
    return session.execute(
        select(Stage.id, Stage.position, Stage.short_name)
        .where(
            Stage.plan_id == plan_id,
            select(Task.id).where(Task.stage_id == Stage.id, Task.status == TaskStatus.NOT_OPEN).exists(),
        )
        .order_by(Stage.position)
    ).all()


def _may_fall(conditions: Sequence[Condition], *, touched: bool) -> tuple[Condition, ...]:
    """The conditions that can shut an open stage again: those on ballots; those on stages only where one is worked on again."""
    return tuple(c for c in conditions if asks_of_ballots([c]) or (touched and c.kind is not ConditionKind.START_DATE))


def _tasks_to_open(
    session: Session,
    plan_id: int,
    stage: Row[int, int, str],
    gates: Gates,
    waivers: Waivers,
    facts: dict[int, StageFacts],
    *,
    unit_id: int | None,
    today: date,
) -> list[Any]:
    """The shut tasks of a stage whose gate is open: what all share is asked once, what is each unit's of the unit."""
    own = gates.get(stage.position, ())
    each = [c for c in own if c.of_each_unit]
    covered = waivers.units(stage.position)
    common_open = _common_gate(session, plan_id, stage, gates, waivers, facts, unit_id=unit_id, today=today)
    if not common_open and not covered:
        return []
    query = select(*looks.LOOKED_AT).where(Task.stage_id == stage.id, Task.status == TaskStatus.NOT_OPEN).order_by(Task.id)
    if each and unit_id is not None:
        query = query.where((Task.unit_id == unit_id) | Task.unit_id.is_(None))
    if not common_open:
        query = query.where(Task.unit_id.in_([unit for unit in covered if unit is not None]))
    if None not in covered:
        query = _whose_own_steps_are_done(query, plan_id, stage.position, gates, waivers)
    tasks = list(session.execute(query))
    if tasks and asks_of_ballots(each):
        ballots = ballot_facts(session, plan_id, [c.kind for c in each], unit_id=unit_id)
        of_ballots = [c for c in each if c.kind is not ConditionKind.OWN_TASK_DONE]
        tasks = [
            task
            for task in tasks
            if evaluate(
                facts[stage.position],
                of_ballots,
                facts,
                today=today,
                unit_id=task.unit_id,
                ballots=ballots,
                waived=waivers.cover(stage.position, task.unit_id),
            ).open
        ]
    return tasks


def _common_gate(
    session: Session,
    plan_id: int,
    stage: Row[int, int, str],
    gates: Gates,
    waivers: Waivers,
    facts: dict[int, StageFacts],
    *,
    unit_id: int | None,
    today: date,
) -> bool:
    """Whether what all units of a stage share holds. The counts of all units are read only when everything else holds."""
    common = [c for c in gates.get(stage.position, ()) if not c.of_each_unit]
    waived = waivers.cover(stage.position, None)
    stages = [c for c in common if not asks_of_ballots([c])]
    if not evaluate(facts[stage.position], stages, facts, today=today, waived=waived).open:
        return False
    rest = [c for c in common if asks_of_ballots([c])]
    if not rest:
        return True
    kinds = [c.kind for c in rest]
    if unit_id is not None and not waived:
        one = ballot_facts(session, plan_id, kinds, unit_id=unit_id)
        if one and unit_id in one.units:
            unit = one.units[unit_id]
            if any(missing_of_unit(kind, unit, one) for kind in kinds if kind in BALLOT_CONDITIONS):
                return False
    ballots = ballot_facts(session, plan_id, kinds)
    return evaluate(facts[stage.position], rest, facts, today=today, ballots=ballots, waived=waived).open


def _whose_own_steps_are_done(query: Any, plan_id: int, position: int, gates: Gates, waivers: Waivers) -> Any:
    """Narrow to units that have finished every round of each stage they wait for, and of what those waited for."""
    waived = [unit for unit in waivers.units(position) if unit is not None]
    for earlier, cut_by in chain(position, gates):
        covered = {unit for stage in cut_by for unit in waivers.units(stage)}
        if None in covered:
            continue
        own, own_stage = aliased(Task), aliased(Stage)
        task_there = (
            select(own.id)
            .join(own_stage, own_stage.id == own.stage_id)
            .where(own_stage.plan_id == plan_id, own_stage.position == earlier, own.unit_id == Task.unit_id)
        )
        fine = ~task_there.where(own.status.not_in(FINISHED_STATUSES)).exists()
        if cut_by == {position}:  # waited for directly: it must have been done, not only cancelled
            fine &= task_there.where(own.status == TaskStatus.DONE).exists()
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


def _announce(session: Session, plan: Plan, opened: Sequence[Opened], *, now: datetime, reason: str = "") -> None:
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
                facts={"task_ids": [t.id for t in own]} | ({"reason": reason} if reason else {}),
                day=not_before.date(),
                plan_id=plan.id,
                not_before=not_before,
                held=plan.letters_released_at is None,
            )
            for (_, person), own in told.items()
        ],
        now=now,
    )
