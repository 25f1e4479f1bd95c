"""What plans amount to on a day, in figures for a letter or a report. Six statements, however many plans."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import Extension, LedgerLine, PlanUnit, Stage, Task, Unit, Waiver
from tracker.rules.standing import days_late, standing_of
from tracker.rules.states import ExtensionStatus, Standing, TaskStatus


@dataclass
class PlanSums:
    """Tasks by standing, ballots, extensions, waivers; who is latest."""

    tasks: int = 0  #: without those cancelled
    standings: Counter[Standing] = field(default_factory=Counter)  #: of finished work, and of work under way
    submitted: int = 0
    quota: int = 0
    collected: int = 0
    valid: int = 0
    discarded: int = 0
    extensions: Counter[ExtensionStatus] = field(default_factory=Counter)
    waivers: int = 0
    late: list[tuple[int, str, str, date | None]] = field(
        default_factory=list
    )  #: (days, unit, stage, promised day), the latest first

    @property
    def done(self) -> int:
        return sum(self.standings[s] for s in (Standing.EARLY, Standing.ON_TIME, Standing.LATE, Standing.DONE_NO_DUE_DATE))

    @property
    def running(self) -> int:
        return sum(self.standings[s] for s in (Standing.ON_TRACK, Standing.DUE_SOON, Standing.OVERDUE, Standing.NO_DUE_DATE))

    @property
    def overdue(self) -> int:
        return self.standings[Standing.OVERDUE]


def plan_sums(session: Session, plan_ids: Collection[int], *, today: date) -> dict[int, PlanSums]:
    found: defaultdict[int, PlanSums] = defaultdict(PlanSums)
    for plan_id in plan_ids:
        found[plan_id] = PlanSums()
    _tasks(session, found, today)
    for plan_id, quota in session.execute(
        select(PlanUnit.plan_id, func.sum(PlanUnit.ballots_each)).where(PlanUnit.plan_id.in_(found)).group_by(PlanUnit.plan_id)
    ):
        found[plan_id].quota = int(quota or 0)
    for row in session.execute(
        select(
            LedgerLine.plan_id,
            func.sum(LedgerLine.collected).label("collected"),
            func.sum(LedgerLine.valid).label("valid"),
            func.sum(LedgerLine.discarded).label("discarded"),
        )
        .where(LedgerLine.plan_id.in_(found))
        .group_by(LedgerLine.plan_id)
    ):
        sums = found[row.plan_id]
        sums.collected, sums.valid, sums.discarded = int(row.collected), int(row.valid), int(row.discarded)
    for plan_id, status, many in session.execute(
        select(Extension.plan_id, Extension.status, func.count())
        .where(Extension.plan_id.in_(found))
        .group_by(Extension.plan_id, Extension.status)
    ):
        found[plan_id].extensions[status] = many
    for plan_id, many in session.execute(
        select(Stage.plan_id, func.count())
        .join(Waiver, Waiver.stage_id == Stage.id)
        .where(Stage.plan_id.in_(found), Waiver.withdrawn_at.is_(None))
        .group_by(Stage.plan_id)
    ):
        found[plan_id].waivers = many
    return dict(found)


def _tasks(session: Session, found: dict[int, PlanSums], today: date) -> None:
    """Tasks that stand alike are counted together, in the order of the index ix_task_kinds; singly only those that are late."""
    alike = select(
        Task.plan_id, Task.status, Task.due_on, Task.aim_on, Task.completed_on, Task.submitted_on, func.count().label("many")
    ).where(Task.plan_id.in_(found), Task.status != TaskStatus.CANCELLED)
    for row in session.execute(
        alike.group_by(
            Task.plan_id, Task.stage_id, Task.status, Task.due_on, Task.completed_on, Task.original_due_on, Task.aim_on,
            Task.opened_on, Task.submitted_on,
        )
    ):  # fmt: skip
        sums = found[row.plan_id]
        sums.tasks += row.many
        sums.submitted += row.many * (row.status is TaskStatus.SUBMITTED)
        if row.status not in (TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED):
            continue
        standing = standing_of(
            row.status,
            due_on=row.due_on,
            aim_on=row.aim_on,
            today=today,
            completed_on=row.completed_on,
            submitted_on=row.submitted_on,
        )
        sums.standings[standing] += row.many
    late = (
        select(Task.plan_id, Task.due_on, Task.promised_on, Unit.name, Stage.short_name)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.plan_id.in_(found), Task.status == TaskStatus.IN_PROGRESS, Task.due_on < today)
        .order_by(Task.due_on, Task.id)
    )
    for plan_id, due_on, promised_on, unit, stage in session.execute(late):
        found[plan_id].late.append((days_late(due_on, today), unit or "", stage, promised_on))
