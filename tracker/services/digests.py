"""The digest: one letter a person a working day, what fired on that day and beside it all else that is late, due soon, newly
open, or waits for his word.

Who has chosen one letter a week gets it on the first working day on which there is something to list; what fires later in
that week waits for the next. Nobody can choose to get none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from tracker.models import Contact, Notice, OutboxMessage, Plan, Task, User
from tracker.rules.reminders import CONFIRM_KEY, Recipient
from tracker.rules.standing import SOON_DAYS
from tracker.rules.states import PlanStatus, TaskStatus
from tracker.services import outbox, people
from tracker.services.field_pace import Pace
from tracker.services.people import Person
from tracker.services.weekly import monday_of

#: The condition of the partial index, letter for letter: SQLite uses the index only where the query repeats it.
_IN_WEEKLY_INDEX = text("contact.weekly_letters")


class Fired(Protocol):
    """What a digest must know of the work for whose sake it is written."""

    @property
    def id(self) -> int: ...
    @property
    def plan_id(self) -> int: ...
    @property
    def unit_id(self) -> int | None: ...
    @property
    def due_on(self) -> date | None: ...
    @property
    def ladder_from(self) -> date | None: ...


class Report(NamedTuple):
    """A unit's "đã xong" of which its coordinator has not heard."""

    task_id: int
    plan_id: int
    submitted_on: date


@dataclass
class Named:
    """Work that a digest names though no rung to its reader's own fired: long silent, fieldwork behind its line, or another's,
    with which his unit helps."""

    silent: list[Any] = field(default_factory=list)
    behind: dict[int, tuple[Any, Pace]] = field(default_factory=dict)
    helps: list[Any] = field(default_factory=list)

    def add(self, work: Any, pace: Pace | None) -> None:
        if pace is not None:
            self.behind[work.id] = work, pace
        elif work not in self.silent:
            self.silent.append(work)

    @property
    def works(self) -> list[Any]:
        return [*self.silent, *(work for work, _ in self.behind.values()), *self.helps]


def digest_key(person: Person, day: date) -> str:
    return f"digest:{person.key}:{day.isoformat()}"


def new_reports(session: Session) -> list[Report]:
    """Reports that wait for a confirmation and were in no digest yet: the next one to their coordinator names them."""
    # Plans first: the few reports are then found by the index of plan and status, among however many tasks. SQLite would take
    # an index that holds all that is asked for and read the whole plan in it: no index of many columns has `sequence`.
    running = select(Plan.id).where(Plan.status == PlanStatus.RUNNING, Plan.letters_released_at.is_not(None))
    plan_ids = session.scalars(running).all()
    told = select(Notice.id).where(
        Notice.task_id == Task.id, Notice.due_on == Task.submitted_on, Notice.rung == CONFIRM_KEY
    )  # fmt: skip
    rows = session.execute(
        select(Task.id, Task.plan_id, Task.submitted_on, Task.sequence).where(
            Task.plan_id.in_(plan_ids), Task.status == TaskStatus.SUBMITTED, Task.submitted_on.is_not(None), ~told.exists()
        )
    )
    return sorted(
        Report(task_id, plan_id, submitted_on) for task_id, plan_id, submitted_on, _ in rows if submitted_on is not None
    )


def heard_this_week(session: Session, keys: Collection[str], today: date) -> frozenset[str]:
    """Which of these people have had a digest in this week, before today."""
    if not keys:
        return frozenset()
    monday = monday_of(today)
    return frozenset(
        session.scalars(
            select(OutboxMessage.person).where(
                OutboxMessage.person.in_(keys),
                OutboxMessage.kind == "daily_digest",
                OutboxMessage.day >= monday,
                OutboxMessage.day < today,
            )
        )
    )


class _Owners:
    """Whose work stands in whose digest: units, and plans for the office's own work."""

    def __init__(self) -> None:
        self.of_unit: defaultdict[int, list[Person]] = defaultdict(list)
        self.of_plan: defaultdict[int, list[Person]] = defaultdict(list)

    def add(self, person: Person, unit_id: int | None, plan_id: int) -> None:
        own = self.of_unit[unit_id] if unit_id is not None else self.of_plan[plan_id]
        if person not in own:
            own.append(person)


def digest_letters(
    session: Session,
    fired: Mapping[Person, Sequence[Fired]],
    reports: Mapping[Person, Sequence[Report]],
    named: Mapping[Person, Named],
    empty: Mapping[Person, Collection[int]],
    *,
    today: date,
    not_before: datetime,
) -> list[outbox.NewLetter]:
    """One letter a person. Nobody gets an empty one. `empty`: whose digest names rungs of these plans that nobody holds."""
    owners = _Owners()
    for person, works in fired.items():
        for work in works:
            owners.add(person, work.unit_id, work.plan_id)
    persons = dict.fromkeys((*fired, *reports, *named, *empty))
    persons |= dict.fromkeys(_add_weekly_people(session, owners, today))
    listed, plan_of = _listed(session, owners, today)
    letters = []
    for person in persons:
        works, waiting, own = fired.get(person, ()), reports.get(person, ()), listed.get(person.key, {})
        parts: dict[str, list[int]] = {"overdue": [], "today": [], "soon": [], "opened": []}
        for task_id, part in sorted(own.items()):
            parts[part].append(task_id)
        for work in works:
            if work.id not in own:
                parts[part_of(work.due_on, work.ladder_from, today) or "soon"].append(work.id)
        extra = named.get(person, Named())
        plan_ids = {w.plan_id for w in (*works, *extra.works)} or (
            {r.plan_id for r in waiting} | {plan_of[t] for t in own} | set(empty.get(person, ()))
        )
        if not plan_ids:
            continue  # somebody with one letter a week, of whose work nothing is late, due soon or new
        if extra.works:
            parts |= {"silent": [w.id for w in extra.silent], "behind": list(extra.behind)}
        if extra.helps:
            parts["helps"] = list(dict.fromkeys(w.id for w in extra.helps))
        facts: dict[str, Any] = {"task_ids": parts, "fired": [w.id for w in (*works, *extra.works)]}
        if extra.behind:
            facts["pace"] = {str(i): [pace.collected, pace.expected, pace.quota] for i, (_, pace) in extra.behind.items()}
        if waiting:
            facts |= {"confirm": True, "plan_ids": sorted({r.plan_id for r in waiting})}
        if person in empty:
            facts["empty"] = True  # which rungs, the notices say that belong to this letter
        letters.append(
            outbox.NewLetter(
                kind="daily_digest",
                key=digest_key(person, today),
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts=facts,
                day=today,
                plan_id=min(plan_ids),
                not_before=not_before,
            )
        )
    return letters


def part_of(due_on: date | None, opened_on: date | None, today: date) -> str | None:
    """Which part of the digest a task stands in; None when it has no place there."""
    if due_on is not None:
        if due_on < today:
            return "overdue"
        if due_on == today:
            return "today"
        if due_on <= today + timedelta(days=SOON_DAYS):
            return "soon"
    return "opened" if opened_on is not None and opened_on >= today - timedelta(days=1) else None


def _add_weekly_people(session: Session, owners: _Owners, today: date) -> list[Person]:
    """Whoever has chosen one letter a week and has not had this week's, beside those of whose work something fired."""
    units = set(session.scalars(select(Contact.unit_id).where(_IN_WEEKLY_INDEX)))
    plans = set(
        session.scalars(
            select(Plan.id)
            .join(User, User.id == Plan.coordinator_id)
            .where(User.weekly_letters, Plan.status == PlanStatus.RUNNING)
        )
    )
    if not units and not plans:
        return []
    who = people.directory(session, plan_ids=plans, unit_ids=units, day=today)
    heard = heard_this_week(session, who.weekly, today)
    added = []
    for unit_id in sorted(units):
        person = who.holder(Recipient.CONTACT, plan_id=0, unit_id=unit_id)
        if person is not None and person.weekly and person.key not in heard:
            owners.add(person, unit_id, 0)
            added.append(person)
    for plan_id in sorted(plans):
        person = who.coordinators.get(plan_id)
        if person is not None and person.weekly and person.key not in heard:
            owners.add(person, None, plan_id)
            added.append(person)
    return added


def _listed(session: Session, owners: _Owners, today: date) -> tuple[dict[str, dict[int, str]], dict[int, int]]:
    """person key -> task id -> part of the digest, of all open tasks of these units and plans; task id -> plan. Two queries."""
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    plan_of: dict[int, int] = {}
    columns = (Task.id, Task.unit_id, Task.plan_id, Task.due_on, Task.opened_on)
    open_now = (
        Task.status == TaskStatus.IN_PROGRESS,
        or_(Task.due_on <= today + timedelta(days=SOON_DAYS), Task.opened_on >= today - timedelta(days=1)),
        Plan.status == PlanStatus.RUNNING,
        Plan.letters_released_at.is_not(None),
    )
    units, plans = owners.of_unit, owners.of_plan
    queries = []
    if units:
        queries.append(select(*columns).join(Plan, Plan.id == Task.plan_id).where(Task.unit_id.in_(units), *open_now))
    if plans:
        queries.append(
            select(*columns).join(Plan, Plan.id == Task.plan_id).where(Task.unit_id.is_(None), Task.plan_id.in_(plans), *open_now)
        )
    for query in queries:
        for task_id, unit_id, plan_id, due_on, opened_on in session.execute(query):
            part = part_of(due_on, opened_on, today)
            if part is not None:
                plan_of[task_id] = plan_id
                for person in units[unit_id] if unit_id is not None else plans[plan_id]:
                    found[person.key][task_id] = part
    return found, plan_of
