"""Plans as pages show them: plain rows, a fixed number of statements however many units there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, String, and_, bindparam, case, cast, func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import CalendarDay, Office, OutboxMessage, Plan, PlanUnit, Stage, Task, Unit, User
from tracker.rules.gates import UnitWork
from tracker.rules.standing import SOON_DAYS, Progress
from tracker.rules.states import (
    DayKind,
    PlanStatus,
    Scope,
    TaskStatus,
    TimeKind,
    WorkKind,
)
from tracker.rules.workdays import WorkCalendar
from tracker.services.outbox.rows import IS_HELD


class PlanFacts(NamedTuple):
    """The row of one plan with the names behind its ids."""

    id: int
    office_id: int
    office_name: str
    name: str
    short_name: str
    number: str
    issued_on: date | None
    issuer: str
    place: str
    signatory: str
    parent: str
    year: int | None
    ballots: int | None
    recheck_percent: int | None
    before_is_strict: bool
    status: PlanStatus
    activated_on: date | None
    letters_released_at: datetime | None
    closed_on: date | None
    changed_at: datetime
    is_sample: bool
    progress_is_public: bool
    coordinator: str | None
    leader: str | None
    held_letters: int


class StageRow(NamedTuple):
    id: int
    position: int
    no: str
    content: str
    short_name: str
    lead: str
    coordinating: str
    wording: str
    place_in_document: str
    time_kind: TimeKind
    start_on: date | None
    due_on: date | None
    aim_on: date | None
    scope: Scope
    work_kind: WorkKind
    needs_confirmation: bool
    opened_on: date | None


class TaskRow(NamedTuple):
    id: int
    stage_id: int
    unit_id: int | None
    status: TaskStatus
    start_on: date | None
    due_on: date | None
    original_due_on: date | None
    aim_on: date | None
    opened_on: date | None
    submitted_on: date | None
    completed_on: date | None
    chase_count: int
    promised_on: date | None = None


class KindRow(NamedTuple):
    """How many tasks of a stage stand alike, and whose they are."""

    stage_id: int
    status: TaskStatus
    due_on: date | None
    completed_on: date | None
    tasks: int
    unit_ids: frozenset[int] = frozenset()
    has_office: bool = False  #: some are no unit's
    has_rounds: bool = False  #: some are done again by the same unit
    original_due_on: date | None = None  #: as the plan had it
    aim_on: date | None = None  #: of no use for sums: before the due date is before the due date
    submitted_on: date | None = None


class UnitRow(NamedTuple):
    id: int
    name: str
    search_key: str
    group_name: str
    ballots_each: int | None


class PlanLine(NamedTuple):
    """A plan in the list, with how far it is."""

    id: int
    name: str
    short_name: str
    number: str
    issuer: str
    status: PlanStatus
    is_sample: bool
    progress: Progress
    first_on: date | None
    last_on: date | None


@dataclass(frozen=True)
class Days:
    """The calendar round a plan: what is a working day, and the names of the days off for the chart."""

    calendar: WorkCalendar
    named: tuple[tuple[date, str], ...]


def plan_lines(session: Session, office_id: int, *, today: date) -> list[PlanLine]:
    """All plans of an office, running ones first, then the newest. One statement."""
    asked = {"office": office_id, "today": today, "soon": today + timedelta(days=SOON_DAYS)}
    rows: Sequence[Sequence[Any]] = session.connection().execute(_PLAN_LINES, asked).all()
    lines = [_plan_line(row) for row in rows]
    order = (PlanStatus.RUNNING, PlanStatus.NOT_STARTED, PlanStatus.PAUSED, PlanStatus.CLOSED, PlanStatus.CANCELLED)
    return sorted(lines, key=lambda line: (order.index(line.status), -line.id))


def _plan_line(row: Sequence[Any]) -> PlanLine:
    progress = Progress(*(int(n) for n in row[7:12]))
    return PlanLine(*[*row[:7], progress, row[12], row[13]])


def plan_facts(session: Session, plan_id: int, *, office_id: int) -> PlanFacts | None:
    """One plan of that office, or None: another office's plan does not exist for the reader."""
    row: Sequence[Any] | None = session.execute(_PLAN_FACTS, {"plan": plan_id, "office": office_id}).first()
    return PlanFacts(*row) if row else None


def stage_rows(session: Session, plan_id: int) -> list[StageRow]:
    """The stages in the order of the plan."""
    rows: Sequence[Sequence[Any]] = session.execute(_STAGES, {"plan": plan_id}).all()
    return [StageRow(*row) for row in rows]


def kind_rows(session: Session, plan_id: int, *, stage_ids: Collection[int] | None = None) -> list[KindRow]:
    """Every task of a plan, or of some of its stages, as kinds: read from an index alone."""
    which = _KINDS if stage_ids is None else _KINDS.where(Task.stage_id.in_(stage_ids))
    rows = session.connection().execute(which, {"plan": plan_id}).all()
    # Stages that all units have before or behind them name the same units: they are read once, and shared.
    sets = {ids: frozenset(json.loads(f"[{ids}]")) for ids in {row[-1] for row in rows} if ids}
    return [
        KindRow(stage, status, due, done, n, sets.get(ids, frozenset()), not ids or ids.count(",") + 1 < n, last > 0, was)
        for stage, status, due, done, was, n, last, ids in rows
    ]


def unit_work(kinds: Iterable[KindRow]) -> UnitWork:
    """Who of a stage has finished all of his work, and who has not; what is cancelled is neither."""
    done: set[int | None] = set()
    missing: set[int | None] = set()
    for kind in kinds:
        if kind.status is not TaskStatus.CANCELLED:
            side = done if kind.status is TaskStatus.DONE else missing
            side |= kind.unit_ids
            if kind.has_office:
                side.add(None)
    return UnitWork(frozenset(done - missing), frozenset(missing))


def tasks_of_units(session: Session, stage_ids: Sequence[int], unit_ids: Sequence[int]) -> list[TaskRow]:
    """The tasks of some units in some stages, later rounds last."""
    return _tasks(session, _TASKS_OF_UNITS, stages=stage_ids, units=unit_ids)


def tasks_of_stages(session: Session, stage_ids: Sequence[int]) -> list[TaskRow]:
    """Every task of some stages."""
    return _tasks(session, _TASKS_OF_STAGES, stages=stage_ids)


def earlier_rounds(session: Session, plan_id: int) -> list[TaskRow]:
    """Tasks that the same unit does again in a later round."""
    later = aliased(Task)
    again = select(later.id).where(
        later.stage_id == Task.stage_id, later.unit_id == Task.unit_id, later.round > Task.round
    )  # fmt: skip
    in_rounds = select(later.unit_id).where(later.plan_id == plan_id, later.round > 0)
    return _tasks(session, _TASKS.where(Task.plan_id == plan_id, Task.unit_id.in_(in_rounds), again.exists()))


def tasks_of_stage(
    session: Session, stage_id: int, only: str, *, today: date, offset: int = 0, limit: int | None = None
) -> list[tuple[TaskRow, str | None]]:
    """Tasks of a stage with the names of their units; `only` is a key of ONLY_WHERE or empty."""
    query = _NAMED_TASKS.where(Task.stage_id == stage_id).order_by(Task.id).offset(offset).limit(limit)
    return _named(session, query.where(*([ONLY_WHERE[only](today)] if only else [])))


def late_tasks(session: Session, plan_id: int, *, today: date, limit: int | None = None) -> list[tuple[TaskRow, str | None]]:
    """Who is late and still open, the longest first, with the name of the unit."""
    return _named(session, _LATE_TASKS.limit(limit), plan=plan_id, today=today)


def _tasks(session: Session, query: Any, **asked: Any) -> list[TaskRow]:
    return [TaskRow(*row) for row in session.connection().execute(query, asked)]


def _named(session: Session, query: Any, **asked: Any) -> list[tuple[TaskRow, str | None]]:
    return [(TaskRow(*row[:-1]), row[-1]) for row in session.connection().execute(query, asked)]


def unit_rows(session: Session, plan_id: int) -> list[UnitRow]:
    """The surveyed units of a plan, group by group, in the order in which they were chosen."""
    rows: Sequence[Sequence[Any]] = (
        session.connection().execute(_UNITS, {"plan": plan_id}).all()
    )  # as values: the session would look at each
    units = [UnitRow(*row) for row in rows]
    groups = {name: place for place, name in enumerate(dict.fromkeys(unit.group_name for unit in units))}
    return sorted(units, key=lambda unit: groups[unit.group_name])


def plan_names(session: Session, office_id: int) -> list[tuple[int, str]]:
    """(id, short name) of an office's plans, the newest first."""
    rows = session.execute(select(Plan.id, Plan.short_name).where(Plan.office_id == office_id).order_by(Plan.id.desc()))
    return [(row.id, row.short_name) for row in rows]


def days(session: Session) -> Days:
    """The calendar, with the names of its days off. One statement."""
    rows = session.execute(_DAYS).all()
    off = [(row.day, row.name) for row in rows if row.kind is not DayKind.MAKE_UP]
    made_up = frozenset(row.day for row in rows if row.kind is DayKind.MAKE_UP)
    return Days(WorkCalendar(frozenset(day for day, _ in off), made_up), tuple(off))


# The statements of the plan's page, built once: building them costs as much as running them.
_coordinator, _leader = aliased(User), aliased(User)
_PLAN_FACTS = (
    select(
        Plan.id,
        Plan.office_id,
        Office.name,
        Plan.name,
        Plan.short_name,
        Plan.number,
        Plan.issued_on,
        Plan.issuer,
        Plan.place,
        Plan.signatory,
        Plan.parent,
        Plan.year,
        Plan.ballots,
        Plan.recheck_percent,
        Plan.before_is_strict,
        Plan.status,
        Plan.activated_on,
        Plan.letters_released_at,
        Plan.closed_on,
        Plan.changed_at,
        Plan.is_sample,
        Plan.progress_is_public,
        _coordinator.name,
        _leader.name,
        select(func.count(OutboxMessage.id)).where(OutboxMessage.plan_id == Plan.id, IS_HELD).scalar_subquery(),
    )
    .join(Office, Office.id == Plan.office_id)
    .outerjoin(_coordinator, _coordinator.id == Plan.coordinator_id)
    .outerjoin(_leader, _leader.id == Plan.leader_id)
    .where(Plan.id == bindparam("plan"), Plan.office_id == bindparam("office"))
)
#: The tasks of an office's plans, as kinds: in the order of the index ix_task_kinds they need no sorting.
_kinds = (
    select(
        Task.plan_id,
        Task.status,
        Task.due_on,
        func.count().label("tasks"),
        func.min(func.coalesce(Task.start_on, Task.due_on)).label("first_on"),
    )
    .where(Task.plan_id.in_(select(Plan.id).where(Plan.office_id == bindparam("office"))), Task.status != TaskStatus.CANCELLED)
    .group_by(Task.plan_id, Task.stage_id, Task.status, Task.due_on)
    .subquery()
)
_is_open, _today = _kinds.c.status == TaskStatus.IN_PROGRESS, bindparam("today", type_=Date)
_soon = and_(_kinds.c.due_on >= _today, _kinds.c.due_on <= bindparam("soon", type_=Date))
_PLAN_LINES = (
    select(
        Plan.id,
        Plan.name,
        Plan.short_name,
        Plan.number,
        Plan.issuer,
        Plan.status,
        Plan.is_sample,
        func.coalesce(func.sum(_kinds.c.tasks), 0),
        *(
            func.coalesce(func.sum(case((condition, _kinds.c.tasks), else_=0)), 0)
            for condition in (
                _kinds.c.status == TaskStatus.DONE,
                _is_open & (_kinds.c.due_on < _today),
                _is_open & _soon,
                _kinds.c.status == TaskStatus.SUBMITTED,
            )
        ),
        func.min(_kinds.c.first_on),
        func.max(_kinds.c.due_on),
    )
    .outerjoin(_kinds, _kinds.c.plan_id == Plan.id)
    .where(Plan.office_id == bindparam("office"))
    .group_by(Plan.id)
)
_STAGES = (
    select(*(getattr(Stage, name) for name in StageRow._fields))
    .where(Stage.plan_id == bindparam("plan"))
    .order_by(Stage.position)
)
_TASK_COLUMNS = [getattr(Task, name) for name in TaskRow._fields]
_TASKS = select(*_TASK_COLUMNS).order_by(Task.id)
_TASKS_OF_STAGES = _TASKS.where(Task.stage_id.in_(bindparam("stages", expanding=True)))
_TASKS_OF_UNITS = _TASKS_OF_STAGES.where(Task.unit_id.in_(bindparam("units", expanding=True)))
_NAMED_TASKS = select(*_TASK_COLUMNS, Unit.name).outerjoin(Unit, Unit.id == Task.unit_id)
_LATE_TASKS = _NAMED_TASKS.where(
    Task.plan_id == bindparam("plan"), Task.status == TaskStatus.IN_PROGRESS, Task.due_on < bindparam("today")
).order_by(Task.due_on, Task.id)
_KINDS = (
    select(
        Task.stage_id,
        Task.status,
        Task.due_on,
        Task.completed_on,
        Task.original_due_on,
        func.count(),
        func.max(Task.round),
        func.aggregate_strings(cast(Task.unit_id, String), ","),
    )
    .where(Task.plan_id == bindparam("plan"))
    .group_by(Task.stage_id, Task.status, Task.due_on, Task.completed_on, Task.original_due_on)
)
#: The ready filters of boards.ONLY, for the database.
ONLY_WHERE: dict[str, Callable[[date], ColumnElement[bool]]] = {
    "late": lambda today: and_(Task.status == TaskStatus.IN_PROGRESS, Task.due_on < today),
    "waiting": lambda _today: Task.status == TaskStatus.SUBMITTED,
    "soon": lambda today: and_(
        Task.status == TaskStatus.IN_PROGRESS, Task.due_on.between(today, today + timedelta(days=SOON_DAYS))
    ),
    "paused": lambda _today: Task.status == TaskStatus.PAUSED,
}
_UNITS = (
    select(Unit.id, Unit.name, Unit.search_key, PlanUnit.group_name, PlanUnit.ballots_each)
    .join(Unit, Unit.id == PlanUnit.unit_id)
    .where(PlanUnit.plan_id == bindparam("plan"))
    .order_by(PlanUnit.position)
)
_DAYS = select(CalendarDay.day, CalendarDay.kind, CalendarDay.name).order_by(CalendarDay.day)
