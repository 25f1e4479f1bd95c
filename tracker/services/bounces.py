"""An address takes no letters: what is marked, who takes over, who hears of it.

A report of a mail server is taken in once, by its fingerprint, and only while the letter it names counts as sent. Whether
the report is to be believed (signed return path, Message-ID) was decided before: see jobs/bounces.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.models import BounceReport, Contact, MailboxPlace, OutboxMessage, OutboxTask, Task, Unit
from tracker.rules.access import SYSTEM
from tracker.rules.bounces import Bounce, Verdict
from tracker.rules.letters import task_ids_of
from tracker.rules.states import LetterStatus, TaskStatus
from tracker.services import catalogue, journal, openings, outbox, people
from tracker.services.people import Person
from tracker.wording import date_short, moment, sentence
from tracker.wording.letters import masked_email

#: A coordinator gets at most so many letters about bounces a day: the outbox page has them all.
MOST_TOLD_A_DAY = 10

KIND = "bounced"


class Outcome(StrEnum):
    """What came of a report."""

    BOUNCED = "bounced"
    RETRY = "retry"
    NOTED = "noted"
    KNOWN = "known"  # taken in before
    LATER = "later"  # the letter is on its way: ask again


@dataclass(frozen=True)
class Known:
    """A letter that a report may speak of."""

    id: int
    to_email: str
    message_id: str


def letters_named(session: Session, *, ids: Collection[int], message_ids: Collection[str]) -> list[Known]:
    """The letters of these ids or Message-IDs, in one query."""
    rows = session.execute(
        select(OutboxMessage.id, OutboxMessage.to_email, OutboxMessage.message_id)
        .where(OutboxMessage.id.in_(ids) | OutboxMessage.message_id.in_(message_ids))
        .order_by(OutboxMessage.id)
    )
    return [Known(*row) for row in rows]


def settle(session: Session, letter_id: int, bounce: Bounce, *, now: datetime) -> Outcome:
    """Take in a believed report about a letter: bounced for good, to be tried again, or only noted."""
    letter = session.execute(
        select(OutboxMessage).where(OutboxMessage.id == letter_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()
    if letter.status is LetterStatus.SENDING:  # the report was quicker than our own mark
        return Outcome.LATER
    if not _remember(session, letter_id, bounce, now):
        return Outcome.KNOWN
    if letter.status is not LetterStatus.SENT:  # bounced already, or a person has put it back into the queue
        return Outcome.NOTED
    masked = masked_email(letter.to_email)
    if bounce.verdict is Verdict.DELAYED:
        letter.status_reason = (
            f"Máy chủ thư báo ngày {date_short(now.date())} chưa chuyển được thư tới {masked} ({bounce.reason}); "
            "máy chủ đó còn gửi lại."
        )
        return Outcome.NOTED
    if bounce.verdict is Verdict.SOFT and now - letter.created_at <= outbox.GIVE_UP_AFTER:
        letter.not_before = now + outbox.backoff(letter.attempts)
        letter.attempts += 1
        letter.status, letter.sent_at = LetterStatus.FAILED, None
        letter.status_reason = sentence(
            "address_bounced_soft", masked_email=masked, n=letter.attempts, time=moment(letter.not_before)
        )
        return Outcome.RETRY
    letter.status, letter.sent_at = LetterStatus.BOUNCED, None
    letter.status_reason = sentence("address_bounced", masked_email=masked, date=date_short(now.date()), reason=bounce.reason)
    session.flush()
    address_failed(session, letter_id, reason=bounce.reason, now=now)
    return Outcome.BOUNCED


def address_failed(session: Session, letter_id: int, *, reason: str, now: datetime) -> None:
    """A letter to a contact bounced: every entry of that address in the office is marked, the unit's other contact gets what
    was missed, the coordinator is told, once a contact and day. `reason` is the plain one of letters.md 15."""
    letter = session.get_one(OutboxMessage, letter_id)
    marked = _mark(session, letter, now.date())
    if not marked:  # not a contact, or the address was corrected meanwhile
        return
    first = marked[0]
    tasks = _open_tasks(session, letter)
    units = {task.unit_id for task in tasks if task.unit_id is not None} or {entry.unit_id for entry in marked}
    plans = sorted({task.plan_id for task in tasks} | ({letter.plan_id} if letter.plan_id else set()))
    what = f"đầu mối {first.name} của {first.unit}: thư gửi {masked_email(letter.to_email)} bị trả về"
    line = journal.Line("sửa", what, why=reason, plan_id=letter.plan_id, details={"office_id": first.office_id})
    journal.record(session, line, by=SYSTEM, now=now)
    facts = {"contact_id": first.id, "bounced_on": now.date().isoformat(), "reason": reason, "email": letter.to_email}
    who = people.directory(session, plan_ids=plans, unit_ids=units, day=now.date())
    told = [
        (f"{KIND}:letter-{letter.id}:{person.key}", person, own)
        for person, own in _second_contacts(session, who, tasks, units, letter.to_email).items()
    ]
    coordinators = {person for plan_id in plans if (person := who.coordinators.get(plan_id))}
    told += [
        (f"{KIND}:contact-{first.id}:{now.date().isoformat()}:{person.key}", person, [task.id for task in tasks])
        for person in coordinators
        if _may_be_told(session, person, now.date())
    ]
    _tell(session, told, facts, plan_id=plans[0] if plans else None, now=now)


def place_of(session: Session, name: str) -> tuple[int, int]:
    """How far the mailbox `name` has been read: its numbering (UIDVALIDITY) and the last mail looked at."""
    row = session.execute(select(MailboxPlace.uid_validity, MailboxPlace.last_uid).where(MailboxPlace.name == name)).first()
    return (row.uid_validity, row.last_uid) if row else (0, 0)


def keep_place(session: Session, name: str, uid_validity: int, last_uid: int) -> None:
    values = {"uid_validity": uid_validity, "last_uid": last_uid}
    _insert(session, MailboxPlace, {"name": name, **values}, update_on="name", values=values)


def _remember(session: Session, letter_id: int, bounce: Bounce, now: datetime) -> bool:
    """Whether this report is new. The unique fingerprint decides, also between two processes."""
    values = {
        "letter_id": letter_id,
        "fingerprint": bounce.fingerprint,
        "at": now,
        "verdict": bounce.verdict.value,
        "code": bounce.code[:20],
        "reason": bounce.reason,
        "said": bounce.said,
    }
    return _insert(session, BounceReport, values)


def _insert(
    session: Session, table: type[Any], row: dict[str, Any], *, update_on: str = "", values: dict[str, Any] | None = None
) -> bool:
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = kind(table).values(**row)
    if update_on:
        session.execute(statement.on_conflict_do_update(index_elements=[update_on], set_=values or {}))
        return True
    return session.execute(statement.on_conflict_do_nothing().returning(table.id)).first() is not None


def _mark(session: Session, letter: OutboxMessage, day: date) -> Sequence[Row[int, int, str, str, int]]:
    """Mark the entries of the letter's address; (id, unit_id, name, unit, office_id) of those, the letter's own person first."""
    kind, _, number = letter.person.partition("-")
    if kind != "contact":
        return []
    own = int(number)
    office = select(Unit.office_id).join(Contact, Contact.unit_id == Unit.id).where(Contact.id == own).scalar_subquery()
    marked = session.execute(
        select(Contact.id, Contact.unit_id, Contact.name, Unit.name.label("unit"), Unit.office_id)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Unit.office_id == office, func.lower(Contact.email) == letter.to_email.lower())
        .order_by(Contact.id != own, Contact.id)
    ).all()
    # Without a new version: a person who edits the contact meanwhile has not been overtaken by anyone.
    session.execute(
        update(Contact)
        .where(Contact.id.in_([entry.id for entry in marked]), Contact.bounced_on.is_(None))
        .values(bounced_on=day)
        .execution_options(synchronize_session=False)
    )
    return marked


def _open_tasks(session: Session, letter: OutboxMessage) -> Sequence[Row[int, int | None, int]]:
    ids = task_ids_of(letter.facts)
    if not ids:
        return []
    return session.execute(
        select(Task.id, Task.unit_id, Task.plan_id)
        .where(Task.id.in_(ids), Task.status == TaskStatus.IN_PROGRESS)
        .order_by(Task.due_on, Task.id)
    ).all()


def _second_contacts(
    session: Session, who: people.Directory, tasks: Sequence[Row[int, int | None, int]], units: Collection[int], bounced: str
) -> dict[Person, list[int]]:
    """For each unit whoever else is in charge there and can be reached: person -> the tasks that he takes over."""
    silent = {
        address.lower()
        for address in session.scalars(select(Contact.email).where(Contact.unit_id.in_(units), Contact.bounced_on.is_not(None)))
    } | {bounced.lower()}
    found: dict[Person, list[int]] = {}
    for unit_id in sorted(units):
        other = next((p for p in who.contacts.get(unit_id, ()) if p.email.lower() not in silent), None)
        if other is not None:
            found.setdefault(other, []).extend(task.id for task in tasks if task.unit_id == unit_id)
    return found


def _may_be_told(session: Session, person: Person, day: date) -> bool:
    told = session.scalar(
        select(func.count(OutboxMessage.id)).where(
            OutboxMessage.kind == KIND, OutboxMessage.person == person.key, OutboxMessage.key.like(f"{KIND}:contact-%:{day}:%")
        )
    )
    return (told or 0) < MOST_TOLD_A_DAY


def _tell(
    session: Session, told: list[tuple[str, Person, list[int]]], facts: dict[str, Any], *, plan_id: int | None, now: datetime
) -> None:
    """A letter each; one about the same contact that still waits for its hour takes the tasks in instead."""
    not_before = openings.letter_time(catalogue.work_calendar(session), now)
    waiting = {
        letter.person: letter
        for letter in session.scalars(
            select(OutboxMessage).where(
                OutboxMessage.kind == KIND,
                OutboxMessage.status == LetterStatus.QUEUED,
                OutboxMessage.person.in_([person.key for _, person, _ in told]),
            )
        )
        if letter.facts["contact_id"] == facts["contact_id"]
    }
    fresh = []
    for key, person, task_ids in told:
        letter = waiting.get(person.key)
        if letter is None:
            fresh.append(
                outbox.NewLetter(
                    kind=KIND,
                    key=key,
                    person=person.key,
                    to_name=person.name,
                    to_email=person.email,
                    facts={**facts, "task_ids": task_ids},
                    day=not_before.date(),
                    plan_id=plan_id,
                    not_before=not_before,
                )
            )
            continue
        more = [task_id for task_id in task_ids if task_id not in task_ids_of(letter.facts)]
        if more:
            letter.facts = {**letter.facts, "task_ids": [*letter.facts["task_ids"], *more]}
            session.execute(insert(OutboxTask), [{"message_id": letter.id, "task_id": task_id} for task_id in more])
    outbox.enqueue_many(session, fresh, now=now)
