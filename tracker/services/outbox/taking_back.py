"""Taking letters back that still wait, when what they speak of is done, moved, promised, paused or cancelled."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, OutboxTask, Plan, Task
from tracker.rules.letters import LIVE_PLANS, LIVE_STATUSES, QUIET_ON_PROMISES, is_promised, still_speaks_of
from tracker.rules.reminders import is_chase
from tracker.rules.states import LetterStatus, NoticeStatus
from tracker.services.outbox.rows import WAITING

#: Ids in one statement: SQLite takes 32,766 values.
CHUNK = 5_000


def void_for_task(session: Session, task_id: int, *, reason: str) -> int:
    """Take back what is waiting about a task that is done, moved, paused or cancelled; returns how many letters.

    Its notices become void. A letter becomes void when none of its tasks has anything left to say; a digest stays while it
    has another open task. `reason` is the sentence kept on the row (`mail_voided`).
    """
    return void_for_tasks(session, [task_id], reason=reason)


def void_for_tasks(session: Session, task_ids: Collection[int], *, reason: str) -> int:
    """`void_for_task` for many tasks at once (a plan paused or cancelled): a few statements for each `CHUNK` of tasks."""
    ids = sorted(task_ids)
    return sum(_void_chunk(session, ids[start : start + CHUNK], reason) for start in range(0, len(ids), CHUNK))


def void_for_promise(session: Session, task_id: int, *, today: date, reason: str) -> bool:
    """Somebody has promised a day for late work: letters that would only chase it are taken back, others list it with the
    promise. Returns whether a chase of it was among them, which is then none."""
    concerned = session.scalars(
        select(OutboxTask.message_id)
        .join(OutboxMessage, OutboxMessage.id == OutboxTask.message_id)
        .where(OutboxTask.task_id == task_id, OutboxMessage.status.in_(WAITING), OutboxMessage.kind.in_(QUIET_ON_PROMISES))
    ).all()
    dead = _void_unless_alive(session, set(concerned), reason, today=today)
    taken_back = session.scalars(
        update(Notice)
        .where(Notice.task_id == task_id, Notice.message_id.in_(dead), Notice.status == NoticeStatus.QUEUED)
        .values(status=NoticeStatus.VOID)
        .returning(Notice.rung)
    ).all()
    return any(is_chase(rung) for rung in taken_back)


def void_for_plan(session: Session, plan_id: int, *, reason: str) -> int:
    """A plan is paused or cancelled: take back every letter of it that asks for work; returns how many.

    The plan's status must be set before. A digest that also speaks of another running plan stays, without this one's tasks.
    """
    tasks = select(Task.id).where(Task.plan_id == plan_id)
    session.execute(
        update(Notice).where(Notice.task_id.in_(tasks), Notice.status == NoticeStatus.QUEUED).values(status=NoticeStatus.VOID),
        execution_options={"synchronize_session": False},
    )
    concerned = select(OutboxMessage.id).where(
        OutboxMessage.plan_id == plan_id,
        OutboxMessage.status.in_(WAITING),
        OutboxMessage.kind.in_([*LIVE_STATUSES, "held"]),
    )
    return len(_void_unless_alive(session, set(session.scalars(concerned)), reason))


def _void_chunk(session: Session, task_ids: list[int], reason: str) -> int:
    session.execute(
        update(Notice).where(Notice.task_id.in_(task_ids), Notice.status == NoticeStatus.QUEUED).values(status=NoticeStatus.VOID)
    )
    concerned = (
        select(OutboxTask.message_id)
        .join(OutboxMessage, OutboxMessage.id == OutboxTask.message_id)
        .where(OutboxTask.task_id.in_(task_ids), OutboxMessage.status.in_(WAITING))
    )
    return len(_void_unless_alive(session, set(session.scalars(concerned)), reason))


def _void_unless_alive(
    session: Session, message_ids: Collection[int], reason: str, *, today: date | None = None
) -> frozenset[int]:
    """Make those void that have nothing left to say; with `today`, what is promised for a later day is nothing to say."""
    ids = sorted(message_ids)
    voided: list[int] = []
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = session.execute(
            select(OutboxTask.message_id, OutboxMessage.kind, Task.status, Task.promised_on)
            .join(OutboxMessage, OutboxMessage.id == OutboxTask.message_id)
            .join(Task, Task.id == OutboxTask.task_id)
            .join(Plan, Plan.id == Task.plan_id)
            .where(OutboxTask.message_id.in_(part), Plan.status.in_(LIVE_PLANS))
        )
        alive = {
            message_id
            for message_id, kind, status, promised_on in rows
            if still_speaks_of(kind, status) and (today is None or not is_promised(promised_on, today))
        }
        # A digest that asks its reader to confirm reports, or names rungs that nobody holds, looks at delivery what is left.
        asks = or_(*(OutboxMessage.facts[key].as_boolean().is_(True) for key in ("confirm", "empty")))
        alive |= set(session.scalars(select(OutboxMessage.id).where(OutboxMessage.id.in_(part), asks)))
        dead = [message_id for message_id in part if message_id not in alive]
        if dead:
            session.execute(
                update(OutboxMessage)
                .where(OutboxMessage.id.in_(dead), OutboxMessage.status.in_(WAITING))
                .values(status=LetterStatus.VOID, status_reason=reason)
            )
        voided += dead
    return frozenset(voided)
