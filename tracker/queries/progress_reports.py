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

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, null, or_, select
from sqlalchemy.orm import Session

from tracker.models import Ballot, Entry, Extension, LedgerLine, Notice, Plan, PlanUnit, RecheckItem, Stage, Task, Unit, Waiver
from tracker.queries import journal
from tracker.queries.chase_papers import PaperHead, paper_head
from tracker.rules.reminders import is_chase
from tracker.rules.standing import FINISHED, days_late, standing_of
from tracker.rules.states import (
    BallotStatus,
    ExtensionStatus,
    MismatchKind,
    NoticeStatus,
    RecheckOutcome,
    Standing,
    TaskStatus,
)
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

    stage: str
    unit: str  #: "": the office's own
    status: TaskStatus
    standing: Standing
    original_due_on: date | None
    due_on: date | None
    completed_on: date | None
    chases: int


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
class GroupSum:
    """Khối: its ballots, rechecks and entries."""

    name: str
    units: int
    quota: int | None
    handed_out: int
    collected: int
    valid: int
    discarded: int
    drawn: int
    rechecked: int
    mismatches: int
    entered: int


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
    late: tuple[LateWork, ...]
    extensions: tuple[Granted, ...]
    waivers: tuple[WaivedGate, ...]
    chases: int = 0
    chased_thrice: int = 0  #: units
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
    def late_units(self) -> int:
        """The office counts as one for its own work."""
        return len({work.unit for work in self.late})

    @property
    def granted(self) -> int:
        return sum(extension.status is ExtensionStatus.APPROVED for extension in self.extensions)


def progress_report(session: Session, plan_id: int, *, as_of: date, today: date | None = None) -> ProgressReport:
    """The caller knows that the plan may be read. Gates are told as they are `today`: of another day nobody knows them."""
    plan = session.get_one(Plan, plan_id)
    zone = plan.changed_at.tzinfo
    end = datetime.combine(as_of + timedelta(days=1), time(), tzinfo=zone)
    extensions = _extensions(session, plan_id, end)
    chases = _chases(session, plan_id, as_of)
    moved = _due_dates(extensions, as_of)
    kinds = _kinds(session, plan_id, as_of, moved)
    stages = _stages(session, plan_id, kinds)
    standings: Counter[Standing] = Counter()
    statuses: Counter[TaskStatus] = Counter()
    for kind in kinds:
        statuses[kind.status] += kind.many
        if kind.status in (TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED):
            standings[kind.standing] += kind.many
    return ProgressReport(
        head=paper_head(session, plan_id),
        year=plan.year,
        as_of=as_of,
        units=session.scalar(select(func.count()).select_from(PlanUnit).where(PlanUnit.plan_id == plan_id)) or 0,
        standings=standings,
        submitted=statuses[TaskStatus.SUBMITTED],
        not_open=statuses[TaskStatus.NOT_OPEN],
        paused=statuses[TaskStatus.PAUSED],
        cancelled=statuses[TaskStatus.CANCELLED],
        stages=stages,
        groups=_groups(session, plan_id, as_of, end),
        late=_late(session, plan_id, as_of, moved, chases),
        extensions=tuple(asked.extension for asked in extensions if asked.by_then),
        waivers=_waivers(session, plan_id, end),
        chases=sum(chase.times for chase in chases.values()),
        chased_thrice=len({chase.unit_id for chase in chases.values() if chase.times >= 3 and chase.unit_id is not None}),
        mark=journal.mark(session),
        gates=_gates(session, plan_id, stages, today) if today == as_of else (),
        next_stages=tuple(stage for stage in stages if stage.done < stage.total)[:4],
    )


#: What a task is judged by; `status` first, as `_judged` takes them.
_DATES = (Task.status, Task.due_on, Task.aim_on, Task.opened_on, Task.submitted_on, Task.completed_on)


def _kinds(session: Session, plan_id: int, as_of: date, moved: Mapping[int, date]) -> list[Kind]:
    """The plan's tasks by how they stood: those alike are counted by the database and judged once. Those whose date was another
    on the day are judged one by one."""
    alike = (
        select(null(), Task.stage_id, Task.original_due_on, func.count(), *_DATES)
        .where(Task.plan_id == plan_id, Task.id.not_in(moved))
        .group_by(Task.stage_id, Task.original_due_on, *_DATES)
    )
    single = select(Task.id, Task.stage_id, Task.original_due_on, literal(1), *_DATES).where(Task.id.in_(moved))
    rows = [*session.connection().execute(alike), *(session.connection().execute(single) if moved else ())]
    found = []
    for task_id, stage_id, original_due_on, many, *dates in rows:
        status, standing, due_on = _judged(moved.get(task_id), *dates, as_of=as_of)
        found.append(Kind(stage_id, status, standing, original_due_on, due_on, many))
    return found


def _stages(session: Session, plan_id: int, kinds: Sequence[Kind]) -> tuple[StageSum, ...]:
    of_stage: defaultdict[int, list[Kind]] = defaultdict(list)
    for kind in kinds:
        of_stage[kind.stage_id].append(kind)
    stages = session.execute(
        select(Stage.id, Stage.position, Stage.no, Stage.short_name, Stage.content, Stage.due_on)
        .where(Stage.plan_id == plan_id)
        .order_by(Stage.position)
    )
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
    end = datetime.combine(as_of + timedelta(days=1), time(), tzinfo=session.get_one(Plan, plan_id).changed_at.tzinfo)
    moved = _due_dates(_extensions(session, plan_id, end), as_of)
    return _works(session, plan_id, as_of, moved, _chases(session, plan_id, as_of))


def _works(
    session: Session,
    plan_id: int,
    as_of: date,
    moved: Mapping[int, date],
    chases: Mapping[int, Chased],
    *which: ColumnElement[bool],
) -> list[Work]:
    rows = session.connection().execute(
        select(Task.id, Stage.short_name, func.coalesce(Unit.name, ""), Task.original_due_on, *_DATES)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.plan_id == plan_id, *which)
        .order_by(Stage.position, Task.id)
    )
    found = []
    for task_id, stage, unit, original_due_on, *dates in rows:
        status, standing, due_on = _judged(moved.get(task_id), *dates, as_of=as_of)
        completed_on = dates[-1] if status is TaskStatus.DONE else None
        times = chases[task_id].times if task_id in chases else 0
        found.append(Work(stage, unit, status, standing, original_due_on, due_on, completed_on, times))
    return found


def _late(
    session: Session, plan_id: int, as_of: date, moved: Mapping[int, date], chases: Mapping[int, Chased]
) -> tuple[LateWork, ...]:
    """What was late, most first. Read is what may have been: past its due date now or moved since, and opened by then."""
    may_be = (
        or_(Task.due_on < as_of, Task.id.in_(moved)),
        Task.opened_on <= as_of,
        or_(Task.status != TaskStatus.DONE, Task.completed_on > as_of),
    )
    late = [
        LateWork(
            work.unit,
            work.stage,
            work.original_due_on,
            work.due_on,
            days_late(work.due_on, as_of),
            days_late(work.original_due_on or work.due_on, as_of),
            work.chases,
        )
        for work in _works(session, plan_id, as_of, moved, chases, *may_be)
        if work.due_on is not None and _is_late(work)
    ]
    return tuple(sorted(late, key=lambda work: (-work.days, work.unit)))


def _is_late(stood: Kind | Work) -> bool:
    """Still open and past its due date, moved or not."""
    return stood.status is TaskStatus.IN_PROGRESS and stood.standing is Standing.OVERDUE


class _Asked(NamedTuple):
    extension: Granted  #: as far as it was decided by then
    task_id: int
    by_then: bool  #: asked on the day or before
    granted_at: datetime | None  #: whenever that was


def _extensions(session: Session, plan_id: int, end: datetime) -> list[_Asked]:
    """All that were ever asked for: those after the day tell which due date was in force before."""
    rows = session.execute(
        select(
            Extension.task_id,
            func.coalesce(Unit.name, "").label("unit"),
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
        .where(Extension.plan_id == plan_id)
        .order_by(Extension.id)
    )
    found = []
    for row in rows:
        decided = row.decided_at is not None and row.decided_at < end
        status = row.status if decided else ExtensionStatus.PENDING
        document = row.decision_document or row.document
        asked = Granted(row.unit, row.short_name, row.old_due_on, row.new_due_on, row.reason, document, status)
        granted_at = row.decided_at if row.status is ExtensionStatus.APPROVED else None
        found.append(_Asked(asked, row.task_id, row.asked_at < end, granted_at))
    return found


def _due_dates(extensions: Sequence[_Asked], as_of: date) -> dict[int, date]:
    """task -> the due date in force on the day, where an approval after it has moved the date since."""
    found: dict[int, date] = {}
    for asked in extensions:
        if asked.granted_at is not None and asked.granted_at.date() > as_of:
            found.setdefault(asked.task_id, asked.extension.old_due_on)
    return found


class Chased(NamedTuple):
    unit_id: int | None
    times: int


def _chases(session: Session, plan_id: int, as_of: date) -> dict[int, Chased]:
    """task -> how often its contact was chased up to the day."""
    rows = session.connection().execute(
        select(Notice.task_id, Task.unit_id, Notice.due_on, Notice.rung)
        .join(Task, Task.id == Notice.task_id)
        .where(Task.plan_id == plan_id, Notice.day <= as_of, Notice.status == NoticeStatus.SENT)
        .distinct()
    )
    times = Counter((task_id, unit_id) for task_id, unit_id, _, rung in rows if is_chase(rung))
    return {task_id: Chased(unit_id, n) for (task_id, unit_id), n in times.items()}


def _gates(session: Session, plan_id: int, stages: Sequence[StageSum], today: date | None) -> tuple[str, ...]:
    shut = [stage.position for stage in stages if stage.total and not stage.is_open]
    if not shut or today is None:
        return ()
    state = openings.gate_reader(session, plan_id, shut, today=today)
    return tuple(said for said in (state(position, None, "").sentence for position in shut) if said)


def _groups(session: Session, plan_id: int, as_of: date, end: datetime) -> tuple[GroupSum, ...]:
    units = session.connection().execute(
        select(PlanUnit.group_name, PlanUnit.ballots_each).where(PlanUnit.plan_id == plan_id).order_by(PlanUnit.position)
    )
    quotas: defaultdict[str, list[int | None]] = defaultdict(list)
    for name, quota in units:
        quotas[name].append(quota)
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(of_what: type[LedgerLine | Ballot | Entry], query: Select[Any], **columns: Any) -> None:
        """Add up by group; a unit that has left the plan stands in none."""
        grouped = (
            query.add_columns(PlanUnit.group_name, *columns.values())
            .outerjoin(PlanUnit, and_(PlanUnit.plan_id == of_what.plan_id, PlanUnit.unit_id == of_what.unit_id))
            .group_by(PlanUnit.group_name)
        )
        for name, *values in session.connection().execute(grouped):
            sums[name or ""].update({column: int(value or 0) for column, value in zip(columns, values, strict=True)})

    add(
        LedgerLine,
        select().select_from(LedgerLine).where(LedgerLine.plan_id == plan_id, LedgerLine.day <= as_of),
        handed_out=func.sum(LedgerLine.handed_out),
        collected=func.sum(LedgerLine.collected),
        valid=func.sum(LedgerLine.valid),
        discarded=func.sum(LedgerLine.discarded),
    )
    settled = and_(RecheckItem.at < end, RecheckItem.outcome.in_((RecheckOutcome.MATCH, RecheckOutcome.MISMATCH)))
    wrong = and_(RecheckItem.at < end, RecheckItem.mismatch_kind.in_(tuple(MismatchKind)))
    add(
        Ballot,
        select()
        .select_from(Ballot)
        .join(RecheckItem, RecheckItem.ballot_id == Ballot.id)
        .where(Ballot.plan_id == plan_id, RecheckItem.replaces_id.is_(None)),
        drawn=func.count(),
        rechecked=func.sum(case((settled, 1), else_=0)),
        mismatches=func.sum(case((wrong, 1), else_=0)),
    )
    add(
        Entry,
        select()
        .select_from(Entry)
        .join(Ballot, Ballot.id == Entry.ballot_id)
        .where(Entry.plan_id == plan_id, Entry.turn == 1, Entry.at < end, Ballot.status == BallotStatus.VALID),
        entered=func.count(),
    )
    return tuple(_group(name, own, sums[name]) for name, own in quotas.items())


def _group(name: str, quotas: Sequence[int | None], sums: Counter[str]) -> GroupSum:
    known = [quota for quota in quotas if quota is not None]
    return GroupSum(
        name=name,
        units=len(quotas),
        quota=sum(known) if len(known) == len(quotas) else None,
        handed_out=sums["handed_out"],
        collected=sums["collected"],
        valid=sums["valid"],
        discarded=sums["discarded"],
        drawn=sums["drawn"],
        rechecked=sums["rechecked"],
        mismatches=sums["mismatches"],
        entered=sums["entered"],
    )


def _waivers(session: Session, plan_id: int, end: datetime) -> tuple[WaivedGate, ...]:
    rows = session.execute(
        select(Waiver, Stage.short_name, func.coalesce(Unit.name, ""))
        .join(Stage, Stage.id == Waiver.stage_id)
        .outerjoin(Unit, Unit.id == Waiver.unit_id)
        .where(Stage.plan_id == plan_id, Waiver.at < end)
        .order_by(Waiver.id)
    )
    return tuple(
        WaivedGate(stage, unit, w.responsible, w.reason, w.document, w.at.date(), tuple(str(said) for said in w.missing))
        for w, stage, unit in rows
        if w.withdrawn_at is None or w.withdrawn_at >= end
    )
