"""The morning's round: which rungs are due today, who hears of them, in one digest a person.

Only tasks whose `next_look_on` has come are read: the cost is what is due, not what exists. What is said is written down
as notices (one a task, due date, rung and person, for ever) together with the letter, in one transaction; the keys of both
make a second run, or a second process, say nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, Plan, Task
from tracker.rules.reminders import (
    BORN_LATE_KEY,
    Decision,
    Recipient,
    RungKind,
    TaskFacts,
    decide,
    ladder_from_json,
)
from tracker.rules.standing import SOON_DAYS
from tracker.rules.states import NoticeStatus, PlanStatus, TaskStatus
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue, openings, outbox, people
from tracker.services.people import Directory, Person

#: How many task ids go into one IN (…).
_BATCH = 5_000


@dataclass(frozen=True)
class Counts:
    """What a round did."""

    looked_at: int = 0
    digests: int = 0
    escalations: int = 0
    skipped: int = 0  #: rungs whose day was past when the task opened
    empty: int = 0  #: rungs that nobody holds


#: id, plan_id, stage_id, unit_id, status, due_on, aim_on, ladder_from, chase_count
TaskRow = Row[int, int, int, int | None, TaskStatus, date | None, date | None, date | None, int]

#: kind of the letter, plan, unit (0: the whole plan), who gets it
Escalation = tuple[str, int, int, Person]


@dataclass
class _Round:
    """What one round says, gathered before anything is written."""

    today: date
    digest: defaultdict[Person, list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    escalations: defaultdict[Escalation, list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    notices: list[dict[str, Any]] = field(default_factory=list)
    #: notices by the letter that will carry them: index in `notices` -> key of the letter
    carried_by: dict[int, str] = field(default_factory=dict)
    looks: list[dict[str, Any]] = field(default_factory=list)


def queue_due_reminders(session: Session, today: date, *, now: datetime) -> Counts:
    """Queue what is to be said on `today`; on a day off nothing, it is said on the next working day.

    Safe to run again and by two processes at once: who comes second finds nothing new to say.
    """
    calendar = catalogue.work_calendar(session)
    if not calendar.is_workday(today):
        return Counts()
    due = _due_tasks(session, today)
    return _say(session, due, today, now, calendar) if due else Counts()


def digest_key(person: Person, day: date) -> str:
    return f"digest:{person.key}:{day.isoformat()}"


def _due_tasks(session: Session, today: date) -> Sequence[TaskRow]:
    """Tasks to look at, locked against another round."""
    return session.execute(
        select(
            Task.id,
            Task.plan_id,
            Task.stage_id,
            Task.unit_id,
            Task.status,
            Task.due_on,
            Task.aim_on,
            Task.ladder_from,
            Task.chase_count,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .where(
            Task.next_look_on.is_not(None),
            Task.next_look_on <= today,
            Plan.status == PlanStatus.RUNNING,
            Plan.letters_released_at.is_not(None),
        )
        .order_by(Task.next_look_on, Task.id)
        .with_for_update(of=Task, skip_locked=True)
    ).all()


def _say(session: Session, tasks: Sequence[TaskRow], today: date, now: datetime, calendar: WorkCalendar) -> Counts:
    plan_ids = {t.plan_id for t in tasks}
    ladders = {
        plan_id: ladder_from_json(ladder)
        for plan_id, ladder in session.execute(select(Plan.id, Plan.ladder).where(Plan.id.in_(plan_ids)))
    }
    said = _said(session, [t.id for t in tasks])
    who = people.directory(session, plan_ids=plan_ids, unit_ids={t.unit_id for t in tasks}, day=today)
    already = _keys_of_today(session, today)
    gathered = _Round(today)
    skipped = empty = 0
    for task in tasks:
        facts = TaskFacts(task.status, task.due_on, task.aim_on, task.ladder_from, said.get((task.id, task.due_on), frozenset()))
        decision = decide(facts, ladders[task.plan_id], calendar, today)
        skipped += len(decision.skip)
        empty += _gather(gathered, task, decision, who, already, calendar)
    _write(session, gathered, now=now, not_before=openings.letter_time(calendar, now))
    return Counts(len(tasks), len(gathered.digest), len(gathered.escalations), skipped, empty)


def _gather(
    gathered: _Round, task: TaskRow, decision: Decision, who: Directory, already: Collection[str], calendar: WorkCalendar
) -> int:
    """Sort one task's decision into digests, letters and notices; returns how many rungs nobody holds."""
    today = gathered.today
    empty = 0
    chases = 0
    postponed = False
    for rung in decision.skip:
        _note(gathered, task, rung.key, "-", NoticeStatus.SKIPPED)
    say: list[tuple[str, Recipient, RungKind]] = [(r.key, r.recipient, r.kind) for r in decision.say]
    if decision.born_late:
        say.append((BORN_LATE_KEY, Recipient.CONTACT, RungKind.REMIND))
    for key, recipient, kind in say:
        person = who.holder(recipient, plan_id=task.plan_id, unit_id=task.unit_id)
        if person is None:
            _note(gathered, task, key, "-", NoticeStatus.EMPTY)
            empty += 1
            continue
        escalates = kind is RungKind.ESCALATE
        upward = _escalation(recipient, task, person)
        letter = _escalation_key(upward, today) if escalates else digest_key(person, today)
        if letter in already:  # this person's letter of today is written: the rung waits for tomorrow's, once
            postponed = True
            continue
        if escalates:
            gathered.escalations[upward].append(task)
        else:
            if task not in gathered.digest[person]:
                gathered.digest[person].append(task)
            chases += kind is RungKind.CHASE
        gathered.carried_by[len(gathered.notices)] = letter
        _note(gathered, task, key, person.key, NoticeStatus.QUEUED)
    look = decision.next_look_on
    if postponed:
        tomorrow = calendar.on_or_after(today + timedelta(days=1))
        look = min(look, tomorrow) if look else tomorrow
    gathered.looks.append({"b_id": task.id, "b_look": look, "b_chases": task.chase_count + chases})
    return empty


def _note(gathered: _Round, task: TaskRow, rung: str, person: str, status: NoticeStatus) -> None:
    gathered.notices.append(
        {
            "task_id": task.id,
            "due_on": task.due_on,
            "rung": rung,
            "person": person,
            "day": gathered.today,
            "status": status,
            "message_id": None,
        }
    )


def _escalation(recipient: Recipient, task: TaskRow, person: Person) -> Escalation:
    """What one letter upward covers: a head's unit within a plan; a coordinator's or leader's whole plan (0)."""
    return f"escalate_{recipient.value}", task.plan_id, (task.unit_id or 0) if recipient is Recipient.HEAD else 0, person


def _escalation_key(escalation: Escalation, day: date) -> str:
    kind, plan_id, unit_id, person = escalation
    return f"{kind}:plan-{plan_id}:unit-{unit_id}:{person.key}:{day.isoformat()}"


def _write(session: Session, gathered: _Round, *, now: datetime, not_before: datetime) -> None:
    letters = _digests(session, gathered, not_before) + _escalations(gathered, not_before)
    made = outbox.enqueue_many(session, letters, now=now)
    for index, key in gathered.carried_by.items():
        gathered.notices[index]["message_id"] = made.get(key)
    if gathered.notices:
        session.execute(insert(Notice), gathered.notices)
    if gathered.looks:
        table = Task.__table__
        session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("b_id"))
            .values(next_look_on=bindparam("b_look"), chase_count=bindparam("b_chases")),
            gathered.looks,
        )
        session.expire_all()


def _digests(session: Session, gathered: _Round, not_before: datetime) -> list[outbox.NewLetter]:
    """One letter a person: what fired today, and beside it all else of his that is late, due soon or newly open."""
    if not gathered.digest:
        return []
    context = _context(session, gathered)
    letters = []
    for person, fired in gathered.digest.items():
        parts: dict[str, list[int]] = {"overdue": [], "today": [], "soon": [], "opened": []}
        for task_id, part in sorted(context[person.key].items()):
            parts[part].append(task_id)
        for task in fired:
            if task.id not in context[person.key]:
                parts[_part(task.due_on, task.ladder_from, gathered.today) or "soon"].append(task.id)
        plans = {t.plan_id for t in fired}
        letters.append(
            outbox.NewLetter(
                kind="daily_digest",
                key=digest_key(person, gathered.today),
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={"task_ids": parts, "fired": [t.id for t in fired]},
                day=gathered.today,
                plan_id=min(plans),
                not_before=not_before,
            )
        )
    return letters


def _context(session: Session, gathered: _Round) -> dict[str, dict[int, str]]:
    """person key -> task id -> part of the digest, of all open tasks of the people who get one today. Two queries."""
    today = gathered.today
    units: defaultdict[int, list[str]] = defaultdict(list)
    plans: defaultdict[int, list[str]] = defaultdict(list)
    for person, fired in gathered.digest.items():
        for task in fired:
            target = units[task.unit_id] if task.unit_id is not None else plans[task.plan_id]
            if person.key not in target:
                target.append(person.key)
    found: dict[str, dict[int, str]] = {p.key: {} for p in gathered.digest}
    columns = (Task.id, Task.unit_id, Task.plan_id, Task.due_on, Task.opened_on)
    open_now = (
        Task.status == TaskStatus.IN_PROGRESS,
        or_(Task.due_on <= today + timedelta(days=SOON_DAYS), Task.opened_on >= today - timedelta(days=1)),
        Plan.status == PlanStatus.RUNNING,
        Plan.letters_released_at.is_not(None),
    )
    queries = []
    if units:
        queries.append(select(*columns).join(Plan, Plan.id == Task.plan_id).where(Task.unit_id.in_(units), *open_now))
    if plans:
        queries.append(
            select(*columns).join(Plan, Plan.id == Task.plan_id).where(Task.unit_id.is_(None), Task.plan_id.in_(plans), *open_now)
        )
    for query in queries:
        for task_id, unit_id, plan_id, due_on, opened_on in session.execute(query):
            part = _part(due_on, opened_on, today)
            if part is not None:
                for key in units[unit_id] if unit_id is not None else plans[plan_id]:
                    found[key][task_id] = part
    return found


def _part(due_on: date | None, opened_on: date | None, today: date) -> str | None:
    """Which part of the digest a task stands in; None when it has no place there."""
    if due_on is not None:
        if due_on < today:
            return "overdue"
        if due_on == today:
            return "today"
        if due_on <= today + timedelta(days=SOON_DAYS):
            return "soon"
    return "opened" if opened_on is not None and opened_on >= today - timedelta(days=1) else None


def _escalations(gathered: _Round, not_before: datetime) -> list[outbox.NewLetter]:
    letters = []
    for escalation, tasks in gathered.escalations.items():
        kind, plan_id, unit_id, person = escalation
        facts: dict[str, Any] = {"task_ids": [t.id for t in tasks]}
        if unit_id:
            facts["unit_id"] = unit_id
        if kind == "escalate_leader":
            facts["stage_id"] = tasks[0].stage_id
        letters.append(
            outbox.NewLetter(
                kind=kind,
                key=_escalation_key(escalation, gathered.today),
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts=facts,
                day=gathered.today,
                plan_id=plan_id,
                not_before=not_before,
            )
        )
    return letters


def _said(session: Session, task_ids: Sequence[int]) -> dict[tuple[int, date | None], frozenset[str]]:
    """(task, due date) -> rungs that are settled: said, skipped, void or without a holder."""
    found: defaultdict[tuple[int, date | None], set[str]] = defaultdict(set)
    for start in range(0, len(task_ids), _BATCH):
        part = task_ids[start : start + _BATCH]
        for task_id, due_on, rung in session.execute(
            select(Notice.task_id, Notice.due_on, Notice.rung).where(Notice.task_id.in_(part))
        ):
            found[task_id, due_on].add(rung)
    return {key: frozenset(rungs) for key, rungs in found.items()}


def _keys_of_today(session: Session, today: date) -> frozenset[str]:
    """Letters of this round that an earlier round of the day has written: they are not added to."""
    return frozenset(
        session.scalars(
            select(OutboxMessage.key).where(
                OutboxMessage.day == today, or_(OutboxMessage.kind == "daily_digest", OutboxMessage.kind.like("escalate_%"))
            )
        )
    )
