"""What a công văn đôn đốc speaks of: the plan, the late work of some units, how often they were chased by mail."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from tracker.models import Notice, Office, Plan, Stage, Task, Unit, User
from tracker.rules.reminders import is_chase
from tracker.rules.states import NoticeStatus, TaskStatus


@dataclass(frozen=True)
class PaperHead:
    """Who writes: the office with its plan, and whom to ask."""

    plan_name: str
    plan_number: str
    issued_on: date | None
    issuer: str
    place: str  #: địa danh
    office: str
    superior: str
    symbol: str
    signing_lines: tuple[str, ...]
    signer: str
    coordinator: str
    coordinator_position: str
    phone: str
    email: str
    leader_position: str


class LateWork(NamedTuple):
    """One piece of work past its due date."""

    task_id: int
    stage_position: int
    stage_name: str
    content: str
    wording: str
    unit: str  #: "": the office's own
    due_on: date
    original_due_on: date | None
    chase_count: int
    chase_days: tuple[date, ...]

    @property
    def is_moved(self) -> bool:
        return self.original_due_on is not None and self.original_due_on != self.due_on


#: Built once: building it costs as much as running it.
_HEAD = (
    select(Plan, Office, User)
    .join(Office, Office.id == Plan.office_id)
    .outerjoin(User, User.id == Plan.coordinator_id)
    .where(Plan.id == bindparam("plan"))
)


def paper_head(session: Session, plan_id: int) -> PaperHead:
    plan, office, coordinator = session.execute(_HEAD, {"plan": plan_id}).one()
    leader = session.get(User, plan.leader_id) if plan.leader_id else None
    position = leader.position if leader else ""
    lines = office.signing_lines or position
    return PaperHead(
        plan_name=plan.name,
        plan_number=plan.number,
        issued_on=plan.issued_on,
        issuer=plan.issuer,
        place=plan.place,
        office=office.name,
        superior=office.place or plan.issuer,
        symbol=office.paper_symbol,
        signing_lines=tuple(line.strip() for line in lines.split("\n") if line.strip()),
        signer=office.signer_name or (leader.name if leader and not office.signing_lines else ""),
        coordinator=coordinator.name if coordinator else "",
        coordinator_position=coordinator.position if coordinator else "",
        phone=(coordinator.phone if coordinator else "") or office.phone,
        email=coordinator.email if coordinator else "",
        leader_position=position,
    )


def late_work(session: Session, plan_id: int, *, unit_ids: frozenset[int], position: int | None, today: date) -> list[LateWork]:
    """Work of units that is late on `today`, latest first. Two statements."""
    wanted = [
        Task.plan_id == plan_id,
        Task.status == TaskStatus.IN_PROGRESS,
        Task.due_on < today,
        Task.unit_id.is_not(None),
    ]
    if unit_ids:
        wanted.append(Task.unit_id.in_(unit_ids))
    if position is not None:
        wanted.append(Stage.position == position)
    rows = session.execute(
        select(
            Task.id, Stage.position, Stage.short_name, Stage.content, Stage.wording, Unit.name, Task.due_on,
            Task.original_due_on, Task.chase_count,
        )
        .join(Stage, Stage.id == Task.stage_id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(*wanted)
        .order_by(Task.due_on, Stage.position, Task.id)
    ).all()  # fmt: skip
    days: defaultdict[int, set[date]] = defaultdict(set)
    for notice in session.execute(
        select(Notice.task_id, Notice.rung, Notice.day).where(
            Notice.task_id.in_(select(Task.id).join(Stage, Stage.id == Task.stage_id).where(*wanted)),
            Notice.status == NoticeStatus.SENT,
        )
    ):
        if is_chase(notice.rung):
            days[notice.task_id].add(notice.day)
    return [
        LateWork(row[0], *row[1:6], row.due_on, *row[7:], tuple(sorted(days[row[0]]))) for row in rows if row.due_on is not None
    ]
