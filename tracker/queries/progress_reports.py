"""Báo cáo tiến độ: where a plan stood on a day, out of what is kept with its dates. A constant number of statements.

A day that is past is told as it was: work counts as done from its day of completion, a due date as moved from the day on which
the extension was approved, ballots, rechecks and entries to the end of that day. Pauses and cancellations keep no history and
are told as they are now.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    distinct,
    func,
    literal,
    null,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from tracker.models import Extension, Notice, Plan, Stage, Task, Unit, Waiver
from tracker.queries import journal
from tracker.queries.chase_papers import PaperHead, paper_head
from tracker.queries.group_ballots import GroupSum, group_sums
from tracker.rules.standing import FINISHED, days_late, standing_of
from tracker.rules.states import ExtensionStatus, Standing, TaskStatus
from tracker.services import openings


class Kind(NamedTuple):
    """Tasks of a stage that stood alike on the day."""

    stage_id: int
    status: TaskStatus
    standing: Standing
    original_due_on: date | None
    due_on: date | None
    many: int


class Work(NamedTuple):
    """A task as it stood on the day."""

    task_id: int
    position: int  #: of its stage
    stage: str
    unit: str  #: "": the office's own
    status: TaskStatus
    standing: Standing
    original_due_on: date | None
    due_on: date | None
    completed_on: date | None
    chases: int = 0


@dataclass(frozen=True)
class StageSum:
    position: int
    no: str
    name: str
    content: str
    original_due_on: date | None
    due_on: date | None  #: the latest that was granted to anybody
    total: int  #: without what is cancelled
    done: int
    late: int
    is_open: bool

    @property
    def verdict(self) -> str:
        if self.total and self.done == self.total:
            return "hoàn thành"
        if self.late:
            return "chậm tiến độ"
        return "đang thực hiện" if self.is_open else "chưa mở"


@dataclass(frozen=True)
class LateWork:
    unit: str
    stage: str
    original_due_on: date | None
    due_on: date
    days: int  #: against the due date in force
    days_of_plan: int  #: against the plan's own
    chases: int


@dataclass(frozen=True)
class Granted:
    """An extension asked for."""

    unit: str
    stage: str
    old_due_on: date
    new_due_on: date
    reason: str
    document: str
    status: ExtensionStatus


@dataclass(frozen=True)
class WaivedGate:
    stage: str
    unit: str
    responsible: str
    reason: str
    document: str
    on: date
    missing: tuple[str, ...]


@dataclass(frozen=True)
class ProgressReport:
    head: PaperHead
    year: int | None
    as_of: date
    units: int
    standings: Mapping[Standing, int]
    submitted: int
    not_open: int
    paused: int
    cancelled: int
    stages: tuple[StageSum, ...]
    groups: tuple[GroupSum, ...]
    late: tuple[LateWork, ...]  #: the latest first; all of it, or as much as is shown
    late_units: int  #: the office counts as one for its own work
    extensions: tuple[Granted, ...]
    waivers: tuple[WaivedGate, ...]
    chases: int
    chased_thrice: int  #: units
    next_stages: tuple[StageSum, ...] = field(default=())
    mark: journal.Mark | None = None  #: the end of the journal when the report was made
    gates: tuple[str, ...] = ()  #: what the stages wait for that are not open yet; only of a report of today

    @property
    def tasks(self) -> int:
        return sum(stage.total for stage in self.stages)

    @property
    def done(self) -> int:
        return sum(stage.done for stage in self.stages)

    @property
    def running(self) -> int:
        return sum(n for standing, n in self.standings.items() if standing not in FINISHED)

    @property
    def overdue(self) -> int:
        """All that is late, whether it is shown or not."""
        return sum(stage.late for stage in self.stages)

    @property
    def granted(self) -> int:
        return sum(extension.status is ExtensionStatus.APPROVED for extension in self.extensions)


def progress_report(
    session: Session, plan_id: int, *, as_of: date, today: date | None = None, late_shown: int | None = None
) -> ProgressReport:
    """The caller knows that the plan may be read. Gates are told as they are `today`: of another day nobody knows them. Of what
    was late only the first `late_shown` are named, where a number is given."""
    plan = session.get_one(Plan, plan_id)
    end = _end(plan, as_of)
    extensions = _extensions(session, plan_id, end)
    asked = _Asked(plan_id, as_of, _due_dates(extensions, as_of))
    kinds = _kinds(session, asked)
    stages = _stages(session, plan_id, kinds)
    standings: Counter[Standing] = Counter()
    statuses: Counter[TaskStatus] = Counter()
    for kind in kinds:
        statuses[kind.status] += kind.many
        if kind.status in (TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED):
            standings[kind.standing] += kind.many
    groups = group_sums(session, plan_id, end=end)
    late, late_units = _late(session, asked, late_shown)
    chases, chased_thrice = session.connection().execute(_CHASE_SUMS, asked.values).one()
    return ProgressReport(
        head=paper_head(session, plan_id),
        year=plan.year,
        as_of=as_of,
        units=sum(group.units for group in groups),
        standings=standings,
        submitted=statuses[TaskStatus.SUBMITTED],
        not_open=statuses[TaskStatus.NOT_OPEN],
        paused=statuses[TaskStatus.PAUSED],
        cancelled=statuses[TaskStatus.CANCELLED],
        stages=stages,
        groups=groups,
        late=late,
        late_units=late_units,
        extensions=tuple(extension.granted for extension in extensions if extension.by_then),
        waivers=_waivers(session, plan_id, end),
        chases=int(chases),
        chased_thrice=chased_thrice,
        mark=journal.mark(session),
        gates=_gates(session, plan_id, stages, today) if today == as_of else (),
        next_stages=tuple(stage for stage in stages if stage.done < stage.total)[:4],
    )


class _Asked(NamedTuple):
    """Of which plan, on which day; and the tasks whose due date was another then."""

    plan_id: int
    as_of: date
    moved: Mapping[int, date]

    @property
    def values(self) -> dict[str, Any]:
        return {"plan": self.plan_id, "day": self.as_of, "moved": list(self.moved) or [0]}  # an empty list would be a subquery


def _end(plan: Plan, as_of: date) -> datetime:
    """The midnight after that day."""
    return datetime.combine(as_of + timedelta(days=1), time(), tzinfo=plan.changed_at.tzinfo)


def _kinds(session: Session, asked: _Asked) -> list[Kind]:
    """The plan's tasks by how they stood: those alike are counted by the database and judged once. Those whose date was another
    on the day are judged one by one."""
    read = session.connection().execute
    rows = [*read(_ALIKE, asked.values), *(read(_MOVED_ALONE, asked.values) if asked.moved else ())]
    found = []
    for task_id, stage_id, original_due_on, many, *dates in rows:
        status, standing, due_on = _judged(asked.moved.get(task_id), *dates, as_of=asked.as_of)
        found.append(Kind(stage_id, status, standing, original_due_on, due_on, many))
    return found


def _stages(session: Session, plan_id: int, kinds: Sequence[Kind]) -> tuple[StageSum, ...]:
    of_stage: defaultdict[int, list[Kind]] = defaultdict(list)
    for kind in kinds:
        of_stage[kind.stage_id].append(kind)
    stages = session.connection().execute(_STAGES, {"plan": plan_id})
    return tuple(
        StageSum(
            position=stage.position,
            no=stage.no,
            name=stage.short_name,
            content=stage.content,
            original_due_on=_latest(kind.original_due_on for kind in of_stage[stage.id]) or stage.due_on,
            due_on=_latest(kind.due_on for kind in of_stage[stage.id]) or stage.due_on,
            total=sum(kind.many for kind in of_stage[stage.id] if kind.status is not TaskStatus.CANCELLED),
            done=sum(kind.many for kind in of_stage[stage.id] if kind.status is TaskStatus.DONE),
            late=sum(kind.many for kind in of_stage[stage.id] if _is_late(kind)),
            is_open=any(kind.status is not TaskStatus.NOT_OPEN for kind in of_stage[stage.id]),
        )
        for stage in stages
    )


def _judged(
    moved: date | None,
    status: TaskStatus,
    due_on: date | None,
    aim_on: date | None,
    opened_on: date | None,
    submitted_on: date | None,
    completed_on: date | None,
    *,
    as_of: date,
) -> tuple[TaskStatus, Standing, date | None]:
    """(status, standing, due date) of a task at the end of that day; `moved` is the due date then, where it has been moved
    since."""
    status = _status_on(status, opened_on, submitted_on, completed_on, as_of)
    if moved is not None and moved != due_on:
        due_on = aim_on = moved
    standing = standing_of(
        status,
        due_on=due_on,
        aim_on=aim_on,
        today=as_of,
        completed_on=completed_on if status is TaskStatus.DONE else None,
        submitted_on=submitted_on if status is TaskStatus.SUBMITTED else None,
    )
    return status, standing, due_on


def _status_on(
    status: TaskStatus, opened_on: date | None, submitted_on: date | None, completed_on: date | None, as_of: date
) -> TaskStatus:
    """The status of a task at the end of that day."""
    if status in (TaskStatus.PAUSED, TaskStatus.CANCELLED):
        return status
    if status is TaskStatus.DONE and (completed_on is None or completed_on <= as_of):
        return status
    if opened_on is None or opened_on > as_of:
        return TaskStatus.NOT_OPEN
    if status is TaskStatus.SUBMITTED and submitted_on is not None and submitted_on <= as_of:
        return status
    return TaskStatus.IN_PROGRESS


def _latest(days: Iterable[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def every_work(session: Session, plan_id: int, *, as_of: date) -> list[Work]:
    """All tasks of a plan one by one, stage by stage: for the workbook, which lists them."""
    end = _end(session.get_one(Plan, plan_id), as_of)
    asked = _Asked(plan_id, as_of, _due_dates(_extensions(session, plan_id, end), as_of))
    chases = _chases(session, asked, Task.plan_id == _PLAN)
    return [work._replace(chases=chases[work.task_id]) for work in _works(session, asked, _WORKS.where(Task.plan_id == _PLAN))]


def _works(session: Session, asked: _Asked, which: Select[*tuple[Any, ...]]) -> list[Work]:
    found = []
    for task_id, position, stage, unit, original_due_on, *dates in session.connection().execute(which, asked.values):
        status, standing, due_on = _judged(asked.moved.get(task_id), *dates, as_of=asked.as_of)
        completed_on = dates[-1] if status is TaskStatus.DONE else None
        found.append(Work(task_id, position, stage, unit, status, standing, original_due_on, due_on, completed_on))
    return found


def _late(session: Session, asked: _Asked, shown: int | None) -> tuple[tuple[LateWork, ...], int]:
    """(what was late, the latest first, as much as is shown; how many units were). Those whose date was another on the day are
    looked at one by one."""
    moved = [work for work in _works(session, asked, _MOVED) if _is_late(work)] if asked.moved else []
    found = [*_works(session, asked, _LATE.limit(shown)), *moved]
    late = sorted(found, key=lambda work: (work.due_on, work.unit, work.position, work.task_id))[:shown]
    units = {work.unit for work in moved}.union(session.connection().execute(_LATE_UNITS, asked.values).scalars())
    chases = _chases(session, asked, Task.id.in_([work.task_id for work in late]))
    return tuple(
        LateWork(
            work.unit,
            work.stage,
            work.original_due_on,
            work.due_on,
            days_late(work.due_on, asked.as_of),
            days_late(work.original_due_on or work.due_on, asked.as_of),
            chases[work.task_id],
        )
        for work in late
        if work.due_on is not None
    ), len(units)


def _is_late(stood: Kind | Work) -> bool:
    """Still open and past its due date, moved or not."""
    return stood.status is TaskStatus.IN_PROGRESS and stood.standing is Standing.OVERDUE


class _Extension(NamedTuple):
    granted: Granted  #: as far as it was decided by then
    task_id: int
    by_then: bool  #: asked on the day or before
    granted_at: datetime | None  #: whenever that was


def _extensions(session: Session, plan_id: int, end: datetime) -> list[_Extension]:
    """All that were ever asked for: those after the day tell which due date was in force before."""
    found = []
    for row in session.connection().execute(_EXTENSIONS, {"plan": plan_id}):
        decided = row.decided_at is not None and row.decided_at < end
        status = row.status if decided else ExtensionStatus.PENDING
        document = row.decision_document or row.document
        asked = Granted(row.unit, row.short_name, row.old_due_on, row.new_due_on, row.reason, document, status)
        granted_at = row.decided_at if row.status is ExtensionStatus.APPROVED else None
        found.append(_Extension(asked, row.task_id, row.asked_at < end, granted_at))
    return found


def _due_dates(extensions: Sequence[_Extension], as_of: date) -> dict[int, date]:
    """task -> the due date in force on the day, where an approval after it has moved the date since."""
    found: dict[int, date] = {}
    for extension in extensions:
        if extension.granted_at is not None and extension.granted_at.date() > as_of:
            found.setdefault(extension.task_id, extension.granted.old_due_on)
    return found


def _chases(session: Session, asked: _Asked, which: ColumnElement[bool]) -> Counter[int]:
    """task -> how often its contact was chased up to the day."""
    return Counter(session.connection().execute(_CHASES.where(which), asked.values).scalars())


def _gates(session: Session, plan_id: int, stages: Sequence[StageSum], today: date | None) -> tuple[str, ...]:
    shut = [stage.position for stage in stages if stage.total and not stage.is_open]
    if not shut or today is None:
        return ()
    state = openings.gate_reader(session, plan_id, shut, today=today)
    return tuple(said for said in (state(position, None, "").sentence for position in shut) if said)


def _waivers(session: Session, plan_id: int, end: datetime) -> tuple[WaivedGate, ...]:
    return tuple(
        WaivedGate(w.short_name, w.unit, w.responsible, w.reason, w.document, w.at.date(), tuple(map(str, w.missing)))
        for w in session.connection().execute(_WAIVERS, {"plan": plan_id, "end": end})
    )


# The statements of the report's page, built once: building them costs as much as running them. What is asked of tasks alone is
# read from the index ix_task_kinds.
_PLAN: BindParameter[int] = bindparam("plan")
_DAY: BindParameter[date] = bindparam("day")
_MOVED_IDS: BindParameter[list[int]] = bindparam("moved", expanding=True)
_UNIT_NAME = func.coalesce(Unit.name, "")
#: What a task is judged by; `status` first, as `_judged` takes them.
_DATES = (Task.status, Task.due_on, Task.aim_on, Task.opened_on, Task.submitted_on, Task.completed_on)
_ALIKE = (
    select(null(), Task.stage_id, Task.original_due_on, func.count(), *_DATES)
    .where(Task.plan_id == _PLAN, Task.id.not_in(_MOVED_IDS))
    .group_by(
        Task.stage_id, Task.status, Task.due_on, Task.completed_on, Task.original_due_on,
        Task.aim_on, Task.opened_on, Task.submitted_on,
    )
)  # fmt: skip
_MOVED_ALONE = select(Task.id, Task.stage_id, Task.original_due_on, literal(1), *_DATES).where(Task.id.in_(_MOVED_IDS))
_WORKS = (
    select(Task.id, Stage.position, Stage.short_name, _UNIT_NAME, Task.original_due_on, *_DATES)
    .join(Stage, Stage.id == Task.stage_id)
    .outerjoin(Unit, Unit.id == Task.unit_id)
    .order_by(Stage.position, Task.id)
)
_MOVED = _WORKS.where(Task.id.in_(_MOVED_IDS))
#: Open on the day and past its due date, see `_status_on` and `_is_late`: of those whose date has not been moved since. Plan,
#: stage, status and due date in the order of the index ix_task_kinds: what is due later is not looked at.
_WAS_LATE = (
    Task.plan_id == _PLAN,
    Task.stage_id.in_(select(Stage.id).where(Stage.plan_id == _PLAN).correlate(None)),
    Task.status.in_((TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED, TaskStatus.DONE)),
    Task.due_on < _DAY,
    Task.opened_on <= _DAY,
    or_(Task.status != TaskStatus.SUBMITTED, Task.submitted_on.is_(None), Task.submitted_on > _DAY),
    or_(Task.status != TaskStatus.DONE, Task.completed_on > _DAY),
    Task.id.not_in(_MOVED_IDS),
)
_LATE = _WORKS.where(*_WAS_LATE).order_by(None).order_by(Task.due_on, _UNIT_NAME, Stage.position, Task.id)
_LATE_UNITS = select(_UNIT_NAME).select_from(Task).outerjoin(Unit, Unit.id == Task.unit_id).where(*_WAS_LATE).distinct()
#: rules.reminders.is_chase, of letters that went by the day. One to two contacts of a unit is one chase.
_CHASED = (
    Notice.day <= _DAY,
    # The condition of the partial index, letter for letter.
    text("notice.status = 'sent' AND substr(notice.rung, 1, 4) IN ('chas', 'due+')"),
    or_(Notice.rung.like("chase-%:contact"), and_(Notice.rung.like("due+%:contact"), Notice.rung.not_like("due+0:%"))),
)
_CHASES = select(Notice.task_id, Notice.due_on, Notice.rung).join(Task, Task.id == Notice.task_id).where(*_CHASED).distinct()
_OF_TASK = _CHASES.add_columns(Task.unit_id).where(Task.plan_id == _PLAN).subquery()
_TIMES = select(_OF_TASK.c.unit_id, func.count().label("times")).group_by(_OF_TASK.c.task_id, _OF_TASK.c.unit_id).subquery()
_CHASE_SUMS = select(
    func.coalesce(func.sum(_TIMES.c.times), 0), func.count(distinct(case((_TIMES.c.times >= 3, _TIMES.c.unit_id))))
)
_STAGES = (
    select(Stage.id, Stage.position, Stage.no, Stage.short_name, Stage.content, Stage.due_on)
    .where(Stage.plan_id == _PLAN)
    .order_by(Stage.position)
)
_EXTENSIONS = (
    select(
        Extension.task_id,
        _UNIT_NAME.label("unit"),
        Stage.short_name,
        Extension.old_due_on,
        Extension.new_due_on,
        Extension.reason,
        Extension.document,
        Extension.decision_document,
        Extension.status,
        Extension.asked_at,
        Extension.decided_at,
    )
    .join(Task, Task.id == Extension.task_id)
    .join(Stage, Stage.id == Task.stage_id)
    .outerjoin(Unit, Unit.id == Task.unit_id)
    .where(Extension.plan_id == _PLAN)
    .order_by(Extension.id)
)
_WAIVERS = (
    select(
        Stage.short_name,
        _UNIT_NAME.label("unit"),
        Waiver.responsible,
        Waiver.reason,
        Waiver.document,
        Waiver.at,
        Waiver.missing,
    )
    .join(Stage, Stage.id == Waiver.stage_id)
    .outerjoin(Unit, Unit.id == Waiver.unit_id)
    .where(
        Stage.plan_id == _PLAN,
        Waiver.at < bindparam("end"),
        or_(Waiver.withdrawn_at.is_(None), Waiver.withdrawn_at >= bindparam("end")),
    )
    .order_by(Waiver.id)
)
