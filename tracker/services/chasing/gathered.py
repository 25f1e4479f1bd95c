"""What one round says: gathered before anything is written, then letters, notices and the days of the next looks at once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from tracker.models import Notice, Task
from tracker.rules.reminders import Recipient
from tracker.rules.states import NoticeStatus
from tracker.services import digests, outbox
from tracker.services.people import Person

#: looks.LOOKED_AT, then plan_id, status, ladder_from, chase_count
TaskRow = Any

#: Whom a notice names where a role is not filled, and where there is no such role: nobody heads the office's own work.
NOBODY, NO_SUCH_ROLE = "-", "none"

#: kind of the letter, plan, unit (0: the whole plan), who gets it
Escalation = tuple[str, int, int, Person]


@dataclass
class Round:
    """What one round says, gathered before anything is written."""

    today: date
    heard: frozenset[str]  #: who has chosen one letter a week and has had this week's
    reports: defaultdict[Person, list[digests.Report]] = field(default_factory=lambda: defaultdict(list))
    #: coordinators whose digest names rungs that nobody holds, of these plans
    empty: defaultdict[Person, set[int]] = field(default_factory=lambda: defaultdict(set))
    told_late: dict[int, str] = field(default_factory=dict)  #: notice of an earlier round -> letter that names it
    digest: defaultdict[Person, list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    named: defaultdict[Person, digests.Named] = field(default_factory=lambda: defaultdict(digests.Named))
    asks: defaultdict[tuple[int, Person], list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    escalations: defaultdict[Escalation, list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    notices: list[dict[str, Any]] = field(default_factory=list)
    #: notices by the letter that will carry them: index in `notices` -> key of the letter
    carried_by: dict[int, str] = field(default_factory=dict)
    looks: list[dict[str, Any]] = field(default_factory=list)


def note(gathered: Round, task: TaskRow, rung: str, person: str, status: NoticeStatus) -> None:
    gathered.notices.append(notice(task.id, task.due_on, rung, person, gathered.today, status))


def notice(
    task_id: int, due_on: date | None, rung: str, person: str, day: date, status: NoticeStatus = NoticeStatus.QUEUED
) -> dict[str, Any]:
    return {
        "task_id": task_id,
        "due_on": due_on,
        "rung": rung,
        "person": person,
        "day": day,
        "status": status,
        "message_id": None,
    }


def escalation(recipient: Recipient, task: TaskRow, person: Person) -> Escalation:
    """What one letter upward covers: a head's unit within a plan; a coordinator's or leader's whole plan (0)."""
    return f"escalate_{recipient.value}", task.plan_id, (task.unit_id or 0) if recipient is Recipient.HEAD else 0, person


def escalation_key(escalation: Escalation, day: date) -> str:
    kind, plan_id, unit_id, person = escalation
    return f"{kind}:plan-{plan_id}:unit-{unit_id}:{person.key}:{day.isoformat()}"


def ask_key(plan_id: int, person: Person, day: date) -> str:
    return f"confirm_continuous:plan-{plan_id}:{person.key}:{day.isoformat()}"


def write(session: Session, gathered: Round, *, now: datetime, not_before: datetime) -> int:
    """Letters, notices and the days of the next looks; returns how many digests there are."""
    made_digests = digests.digest_letters(
        session, gathered.digest, gathered.reports, gathered.named, gathered.empty, today=gathered.today, not_before=not_before
    )
    letters = made_digests + _escalations(gathered, not_before) + _asks(gathered, not_before)
    made = outbox.enqueue_many(session, letters, now=now)
    for index, key in gathered.carried_by.items():
        gathered.notices[index]["message_id"] = made.get(key)
    if gathered.notices:
        session.execute(insert(Notice), gathered.notices)
    told_late = [{"b_id": id_, "b_letter": made[key]} for id_, key in gathered.told_late.items() if key in made]
    if told_late:
        notices = Notice.__table__
        session.execute(
            update(notices).where(notices.c.id == bindparam("b_id")).values(message_id=bindparam("b_letter")),  # type: ignore[arg-type]
            told_late,
        )
    if gathered.looks:
        table = Task.__table__
        session.execute(
            update(table)  # type: ignore[arg-type]
            .where(table.c.id == bindparam("b_id"))
            .values(next_look_on=bindparam("b_look"), chase_count=bindparam("b_chases")),
            gathered.looks,
        )
        session.expire_all()
    return sum(letter.key in made for letter in made_digests)


def _escalations(gathered: Round, not_before: datetime) -> list[outbox.NewLetter]:
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
                key=escalation_key(escalation, gathered.today),
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


def _asks(gathered: Round, not_before: datetime) -> list[outbox.NewLetter]:
    return [
        outbox.NewLetter(
            kind="confirm_continuous",
            key=ask_key(plan_id, person, gathered.today),
            person=person.key,
            to_name=person.name,
            to_email=person.email,
            facts={"task_ids": [t.id for t in tasks]},
            day=gathered.today,
            plan_id=plan_id,
            not_before=not_before,
        )
        for (plan_id, person), tasks in gathered.asks.items()
    ]
