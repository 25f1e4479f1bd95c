"""Putting letters into the outbox: once each, and one digest a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, OutboxTask, Plan, User
from tracker.rules.letters import task_ids_of
from tracker.rules.states import LetterStatus
from tracker.services.outbox.new_letter import NewLetter
from tracker.services.outbox.rows import IN_UNSENT_INDEX, MESSAGES, TASKS
from tracker.services.outbox.samples import sample_letters
from tracker.wording import date_short, sentence


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


def add_to_waiting(session: Session, letters: Sequence[NewLetter], *, now: datetime) -> dict[str, int]:
    """Letters about work for whose person one of the same kind, plan and day still waits for its hour: their facts are added to
    it. Returns their keys -> the id of the letter that takes them in. The facts are lists, maps and marks of tasks."""
    of_whom = {(x.kind, x.plan_id, x.person, x.day): x for x in letters if x.not_before is not None and x.not_before > now}
    if not of_whom:
        return {}
    waiting = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.day.in_({x.day for x in of_whom.values()}),
            OutboxMessage.person.in_({x.person for x in of_whom.values()}),
            OutboxMessage.status == LetterStatus.QUEUED,
            OutboxMessage.not_before > now,
        )
        .with_for_update()
    )
    taken: dict[str, int] = {}
    links: list[dict[str, int]] = []
    for letter in waiting:
        more = of_whom.get((letter.kind, letter.plan_id, letter.person, letter.day))
        if more is None or more.key in taken:
            continue
        links += [{"message_id": letter.id, "task_id": i} for i in set(task_ids_of(more.facts)) - set(task_ids_of(letter.facts))]
        letter.facts = {**letter.facts, **{name: _both(letter.facts.get(name), value) for name, value in more.facts.items()}}
        taken[more.key] = letter.id
    if links:
        session.flush()
        session.execute(insert(TASKS), links)
    return taken


def _both(first: Any, second: Any) -> Any:
    if isinstance(first, list):
        return list(dict.fromkeys([*first, *second]))
    return {**first, **second} if isinstance(first, dict) else second


def count_of_day(session: Session, person: str, kind: str, day: date) -> int:
    """How many letters of a kind were put in for a person on a day: some are sent so often a day and no more."""
    query = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.person == person, OutboxMessage.kind == kind, OutboxMessage.day == day
    )
    return session.scalar(query) or 0


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
