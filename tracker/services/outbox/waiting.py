"""Putting letters into the outbox, and taking back what still waits there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, OutboxTask, Plan, Task, User
from tracker.rules.letters import (
    HELD_DAYS,
    LIVE_PLANS,
    LIVE_STATUSES,
    QUIET_ON_PROMISES,
    is_promised,
    still_speaks_of,
    task_ids_of,
)
from tracker.rules.reminders import is_chase
from tracker.rules.states import LetterStatus, NoticeStatus
from tracker.services.outbox.rows import IN_UNSENT_INDEX, MESSAGES, TASKS, WAITING, void_notices
from tracker.services.outbox.samples import sample_letters
from tracker.wording import date_short, sentence

#: Ids in one statement: SQLite takes 32,766 values.
CHUNK = 5_000


@dataclass(frozen=True)
class NewLetter:
    """A letter to put into the outbox."""

    kind: str
    key: str  #: says when it is the same letter: "digest:contact-5:2026-03-02"
    person: str  #: "contact-5", "user-1", "head-12"
    to_name: str
    to_email: str
    facts: dict[str, Any]  #: ids, never words
    day: date  #: the day it is for
    plan_id: int | None = None
    not_before: datetime | None = None  #: None: at once
    held: bool = False  #: waits for a coordinator's click


def enqueue(
    session: Session,
    *,
    kind: str,
    key: str,
    person: str,
    to_name: str,
    to_email: str,
    facts: dict[str, Any],
    day: date,
    now: datetime,
    plan_id: int | None = None,
    not_before: datetime | None = None,
    held: bool = False,
) -> OutboxMessage | None:
    """Put one letter into the outbox; None when a letter of this key exists already."""
    letter = NewLetter(kind, key, person, to_name, to_email, facts, day, plan_id, not_before, held)
    made = enqueue_many(session, [letter], now=now)
    return session.get(OutboxMessage, made[key]) if key in made else None


def enqueue_many(session: Session, letters: Iterable[NewLetter], *, now: datetime) -> dict[str, int]:
    """Put letters into the outbox in a constant number of statements; key -> id of those that were not there yet.

    A new daily digest takes over what older digests to the same person still wait to say: nobody gets two on one day
    because letters were held or the mail server was down.
    """
    by_key = {letter.key: letter for letter in letters}
    if not by_key:
        return {}
    held_reasons = _held_reasons(session, {x.plan_id for x in by_key.values() if x.held})
    samples = sample_letters(session, by_key.values())
    rows = [_row(letter, held_reasons, now) | {"is_sample": letter.key in samples} for letter in by_key.values()]
    statement = _insert_once(session).returning(MESSAGES.c.key, MESSAGES.c.id)
    made: dict[str, int] = {row.key: row.id for row in session.execute(statement, rows)}
    links = [
        {"message_id": message_id, "task_id": task_id}
        for key, message_id in made.items()
        for task_id in task_ids_of(by_key[key].facts)
    ]
    if links:
        session.execute(insert(TASKS), links)
    _take_over_older_digests(session, {by_key[k].person: made[k] for k in made if by_key[k].kind == "daily_digest"})
    return made


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


def release_held(session: Session, plan_id: int, *, now: datetime) -> int:
    """A coordinator releases the held letters of a plan: they may go from now on. Returns how many."""
    released = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.plan_id == plan_id, OutboxMessage.status == LetterStatus.HELD)
        .values(status=LetterStatus.QUEUED, status_reason="", not_before=now)
        .returning(OutboxMessage.id)
    )
    return len(released.all())


def expire_held(session: Session, today: date) -> dict[int | None, int]:
    """Void the letters that were held for `HELD_DAYS` days without a click: plan id -> how many, for the journal."""
    expired = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.status == LetterStatus.HELD, OutboxMessage.day < today - timedelta(days=HELD_DAYS))
        .values(
            status=LetterStatus.VOID,
            status_reason=f"Thư bị hủy vì đến hết ngày {date_short(today - timedelta(days=1))} chưa được duyệt.",
        )
        .returning(OutboxMessage.id, OutboxMessage.plan_id)
    ).all()
    void_notices(session, [message_id for message_id, _ in expired])
    counts: dict[int | None, int] = {}
    for _, plan_id in expired:
        counts[plan_id] = counts.get(plan_id, 0) + 1
    return counts


def _insert_once(session: Session) -> sqlite.Insert | postgresql.Insert:
    """INSERT … ON CONFLICT (key) DO NOTHING, in the words of the database at hand."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(MESSAGES).on_conflict_do_nothing(index_elements=["key"])
    return sqlite.insert(MESSAGES).on_conflict_do_nothing(index_elements=["key"])


def _row(letter: NewLetter, held_reasons: Mapping[int | None, str], now: datetime) -> dict[str, Any]:
    return {
        "key": letter.key,
        "kind": letter.kind,
        "plan_id": letter.plan_id,
        "person": letter.person,
        "to_name": letter.to_name,
        "to_email": letter.to_email,
        "day": letter.day,
        "facts": letter.facts,
        "status": LetterStatus.HELD if letter.held else LetterStatus.QUEUED,
        "status_reason": held_reasons.get(letter.plan_id, "") if letter.held else "",
        "not_before": letter.not_before or now,
        "created_at": now,
    }


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


def _held_reasons(session: Session, plan_ids: Collection[int | None]) -> dict[int | None, str]:
    known = [plan_id for plan_id in plan_ids if plan_id is not None]
    if not known:
        return {}
    rows = session.execute(select(Plan.id, User.name).outerjoin(User, User.id == Plan.coordinator_id).where(Plan.id.in_(known)))
    return {plan_id: sentence("mail_held", coordinator=name or "điều phối viên") for plan_id, name in rows}


def _take_over_older_digests(session: Session, new_by_person: Mapping[str, int]) -> None:
    if not new_by_person:
        return
    older = session.execute(
        select(OutboxMessage.id, OutboxMessage.person, OutboxMessage.facts, OutboxMessage.is_sample)
        .where(
            OutboxMessage.person.in_(new_by_person),
            OutboxMessage.kind == "daily_digest",
            IN_UNSENT_INDEX,
            OutboxMessage.id.not_in(new_by_person.values()),
        )
        .with_for_update()
    ).all()
    for old_id, person, old_facts, old_is_sample in older:
        new = session.get_one(OutboxMessage, new_by_person[person])
        new.is_sample = new.is_sample and old_is_sample
        known = set(task_ids_of(new.facts))
        # The renderer sorts what was taken over by its dates: the sections of another day do not hold today.
        carried = [task_id for task_id in task_ids_of(old_facts) if task_id not in known]
        if old_facts.get("empty"):
            new.facts = {**new.facts, "empty": True}
        if old_facts.get("confirm"):
            plans = {*old_facts["plan_ids"], *new.facts.get("plan_ids", ())}
            new.facts = {**new.facts, "confirm": True, "plan_ids": sorted(plans)}
        if carried:
            listed = dict(new.facts["task_ids"])
            helps = [i for i in carried if i in old_facts["task_ids"].get("helps", ())]
            listed["carried"] = [*listed.get("carried", []), *(i for i in carried if i not in helps)]
            listed |= {"helps": [*listed.get("helps", []), *helps]} if helps else {}
            new.facts = {**new.facts, "task_ids": listed}
            session.execute(insert(TASKS), [{"message_id": new.id, "task_id": task_id} for task_id in carried])
        session.execute(update(Notice).where(Notice.message_id == old_id).values(message_id=new.id))
        session.execute(delete(OutboxTask).where(OutboxTask.message_id == old_id))
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == old_id)
            .values(status=LetterStatus.VOID, status_reason=f"Nội dung đã chuyển vào thư tổng hợp ngày {date_short(new.day)}.")
        )


def count_of_day(session: Session, person: str, kind: str, day: date) -> int:
    """How many letters of a kind were put in for a person on a day: some are sent so often a day and no more."""
    query = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.person == person, OutboxMessage.kind == kind, OutboxMessage.day == day
    )
    return session.scalar(query) or 0
