"""The morning's round: which rungs are due today, who hears of them, in one digest a person.

Only tasks whose `next_look_on` has come are read: the cost is what is due, not what exists. What is said is written down
as notices (one a task, due date, rung and person, for ever) together with the letter, in one transaction; the keys of both
make a second run, or a second process, say nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, Plan, Task
from tracker.rules.reminders import BORN_LATE_KEY, CHASED_KEY, CONFIRM_KEY, Decision, Recipient, RungKind, TaskFacts, decide
from tracker.rules.states import NoticeStatus, PlanStatus, TaskStatus
from tracker.rules.watches import Look, Watching
from tracker.rules.workdays import Calendars, WorkCalendar
from tracker.services import catalogue, digests, field_pace, looks, openings, outbox, people
from tracker.services.people import Directory, Person
from tracker.services.weekly import monday_of


@dataclass(frozen=True)
class Counts:
    """What a round did."""

    looked_at: int = 0
    digests: int = 0
    escalations: int = 0
    skipped: int = 0  #: rungs whose day was past when the task opened
    empty: int = 0  #: rungs that nobody holds


#: looks.LOOKED_AT, then plan_id, status, ladder_from, chase_count
TaskRow = Any
_TO_LEADER = f":{Recipient.LEADER.value}"

#: kind of the letter, plan, unit (0: the whole plan), who gets it
Escalation = tuple[str, int, int, Person]


@dataclass
class _Round:
    """What one round says, gathered before anything is written."""

    today: date
    heard: frozenset[str]  #: who has chosen one letter a week and has had this week's
    reports: defaultdict[Person, list[digests.Report]] = field(default_factory=lambda: defaultdict(list))
    digest: defaultdict[Person, list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    named: defaultdict[Person, digests.Named] = field(default_factory=lambda: defaultdict(digests.Named))
    asks: defaultdict[tuple[int, Person], list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    escalations: defaultdict[Escalation, list[TaskRow]] = field(default_factory=lambda: defaultdict(list))
    notices: list[dict[str, Any]] = field(default_factory=list)
    #: notices by the letter that will carry them: index in `notices` -> key of the letter
    carried_by: dict[int, str] = field(default_factory=dict)
    looks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class _Watch:
    """What is found of one task beside its ladder."""

    look: Look
    pace: field_pace.Pace | None
    watching: Watching | None

    @property
    def is_behind(self) -> bool:
        lag = self.watching.field_lag if self.watching else None
        return self.pace is not None and lag is not None and self.pace.is_behind(lag)


def queue_due_reminders(session: Session, today: date, *, now: datetime) -> Counts:
    """Queue what is to be said on `today`; on a day off nothing, it is said on the next working day.

    Safe to run again and by two processes at once: who comes second finds nothing new to say.
    """
    calendars = catalogue.calendars(session)
    if not calendars.office.is_workday(today):
        return Counts()
    return _say(session, _due_tasks(session, today), today, now, calendars)


def _due_tasks(session: Session, today: date) -> Sequence[TaskRow]:
    """Tasks to look at, locked against another round."""
    return session.execute(
        select(*looks.LOOKED_AT, Task.plan_id, Task.status, Task.ladder_from, Task.chase_count)
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


def _say(session: Session, tasks: Sequence[TaskRow], today: date, now: datetime, calendars: Calendars) -> Counts:
    reports = digests.new_reports(session)
    plan_ids = {t.plan_id for t in tasks} | {r.plan_id for r in reports}
    ladders = looks.ladders(session, plan_ids)
    said = looks.settled(session, [t.id for t in tasks])
    watched = _watched(tasks, ladders, said, calendars, today)
    in_field = [t for t in tasks if any(step.startswith("field") for step in watched[t.id].say)]
    paces = field_pace.paces(session, in_field, calendars, today)
    who = people.directory(session, plan_ids=plan_ids, unit_ids={t.unit_id for t in tasks}, day=today)
    already = _keys_of_today(session, today)
    heard = digests.heard_this_week(session, who.weekly, today)
    gathered = _Round(today, heard)
    leader_knows = {task_id for (task_id, _), keys in said.items() if any(key.endswith(_TO_LEADER) for key in keys)}
    skipped = empty = 0
    for task in tasks:
        settled, promise = said.get((task.id, task.due_on), frozenset()), looks.promise_of(task)
        facts = TaskFacts(task.status, task.due_on, task.aim_on, task.ladder_from, settled, promise)
        decision = decide(facts, ladders.of(task.plan_id, task.stage_id), calendars.of(task.unit_id), today)
        skipped += len(decision.skip)
        after = None if task.id in leader_knows else ladders.leader_after[task.plan_id]
        watch = _Watch(watched[task.id], paces.get(task.id), ladders.watching.get(task.stage_id))
        empty += _gather(gathered, task, decision, watch, after, who, already, calendars.office)
    _gather_reports(gathered, reports, who, already)
    digests_made = _write(session, gathered, now=now, not_before=openings.letter_time(calendars.office, now))
    return Counts(len(tasks), digests_made, len(gathered.escalations), skipped, empty)


def _watched(
    tasks: Sequence[TaskRow],
    ladders: looks.Ladders,
    said: Mapping[tuple[int, date | None], frozenset[str]],
    calendars: Calendars,
    today: date,
) -> dict[int, Look]:
    """What is found of each task beside its ladder."""
    found = {}
    for task in tasks:
        if task.status is not TaskStatus.IN_PROGRESS or task.ladder_from is None:
            found[task.id] = Look()
            continue
        settled = said.get((task.id, looks.watch_key(task, task.ladder_from)), frozenset())
        watching, calendar = ladders.watching.get(task.stage_id), calendars.of(task.unit_id)
        found[task.id] = looks.watch(watching, task, task.ladder_from, calendar, settled, today)
    return found


def _gather(
    gathered: _Round,
    task: TaskRow,
    decision: Decision,
    watch: _Watch,
    leader_after: int | None,
    who: Directory,
    already: Collection[str],
    calendar: WorkCalendar,
) -> int:
    """Sort one task's decision into digests, letters and notices; returns how many rungs nobody holds. `leader_after`: with
    which chase the leader is told, None where he has been."""
    today = gathered.today
    empty = 0
    chased = False
    wait_until: list[date] = []
    for rung in decision.skip:
        _note(gathered, task, rung.key, "-", NoticeStatus.SKIPPED)
    say: list[tuple[str, Recipient, RungKind]] = [(r.key, r.recipient, r.kind) for r in decision.say]
    if decision.born_late:
        say.append((BORN_LATE_KEY, Recipient.CONTACT, RungKind.REMIND))
    for key, recipient, kind in say:
        person = who.holder(recipient, plan_id=task.plan_id, unit_id=task.unit_id)
        is_empty = person is None
        if person is None:
            above = None if kind is RungKind.REMIND else who.next_above(recipient, plan_id=task.plan_id, unit_id=task.unit_id)
            if above is None:
                _note(gathered, task, key, "-", NoticeStatus.EMPTY)
                empty += 1
                continue
            (recipient, person), kind = above, RungKind.ESCALATE
        escalates = kind is RungKind.ESCALATE
        upward = _escalation(recipient, task, person)
        letter = _escalation_key(upward, today) if escalates else digests.digest_key(person, today)
        if letter in already:  # this person's letter of today is written: the rung waits for tomorrow's, once
            wait_until.append(calendar.on_or_after(today + timedelta(days=1)))
            continue
        if not escalates and person.key in gathered.heard:
            wait_until.append(calendar.on_or_after(monday_of(today) + timedelta(days=7)))
            continue
        if escalates:
            if task not in gathered.escalations[upward]:
                gathered.escalations[upward].append(task)
        else:
            if task not in gathered.digest[person]:
                gathered.digest[person].append(task)
            chased = chased or kind is RungKind.CHASE  # two rungs in one letter are one chase
        gathered.carried_by[len(gathered.notices)] = letter
        _note(gathered, task, key, person.key, NoticeStatus.QUEUED)
        if is_empty:
            _note(gathered, task, key, "-", NoticeStatus.EMPTY)
            empty += 1
        leader_after = None if key.endswith(_TO_LEADER) else leader_after
    is_late = task.due_on is not None and task.due_on < today and (task.promised_on is None or task.promised_on <= today)
    if leader_after is not None and is_late and task.chase_count + chased >= leader_after:
        wait_until += _tell_leader(gathered, task, who, already, calendar)
    wait_until += _gather_watch(gathered, task, watch, who, already, calendar)
    look = min([*wait_until, *(day for day in (decision.next_look_on, watch.look.next_on) if day)], default=None)
    gathered.looks.append({"b_id": task.id, "b_look": look, "b_chases": task.chase_count + chased})
    return empty


def _tell_leader(gathered: _Round, task: TaskRow, who: Directory, already: Collection[str], calendar: WorkCalendar) -> list[date]:
    """The leader hears of work that was chased so often; returns when to look again where his letter of today is written."""
    leader = who.holder(Recipient.LEADER, plan_id=task.plan_id, unit_id=task.unit_id)
    if leader is None:
        return []
    upward = _escalation(Recipient.LEADER, task, leader)
    letter = _escalation_key(upward, gathered.today)
    if letter in already:
        return [calendar.on_or_after(gathered.today + timedelta(days=1))]
    if task not in gathered.escalations[upward]:
        gathered.escalations[upward].append(task)
    gathered.carried_by[len(gathered.notices)] = letter
    _note(gathered, task, CHASED_KEY, leader.key, NoticeStatus.QUEUED)
    return []


def _gather_watch(
    gathered: _Round, task: TaskRow, watch: _Watch, who: Directory, already: Collection[str], calendar: WorkCalendar
) -> list[date]:
    """Sort what is found beside the ladder: a sign of life is asked for in a letter of its own, silence and slow fieldwork
    stand in digests. Returns when to look again for what has to wait for another letter."""
    wait_until: list[date] = []
    if not (watch.look.say or watch.look.skip):
        return wait_until
    key = looks.watch_key(task, task.ladder_from)
    tomorrow = calendar.on_or_after(gathered.today + timedelta(days=1))

    def note(step: str, person: str, status: NoticeStatus) -> None:
        gathered.notices.append(_notice(task.id, key, step, person, gathered.today, status))

    for step in watch.look.skip:
        note(step, "-", NoticeStatus.SKIPPED)
    for step in watch.look.say:
        what, _, role = step.partition(":")
        if what.startswith("field") and not watch.is_behind:
            note(step, "-", NoticeStatus.SKIPPED)
            continue
        person = who.holder(Recipient(role), plan_id=task.plan_id, unit_id=task.unit_id)
        if person is None:
            note(step, "-", NoticeStatus.EMPTY)
            continue
        asks = what.startswith("ask")
        letter = _ask_key(task.plan_id, person, gathered.today) if asks else digests.digest_key(person, gathered.today)
        if letter in already:
            wait_until.append(tomorrow)
            continue
        if not asks and person.key in gathered.heard:
            wait_until.append(calendar.on_or_after(monday_of(gathered.today) + timedelta(days=7)))
            continue
        if asks:
            gathered.asks[task.plan_id, person].append(task)
        else:
            gathered.named[person].add(task, watch.pace if what.startswith("field") else None)
        gathered.carried_by[len(gathered.notices)] = letter
        note(step, person.key, NoticeStatus.QUEUED)
    return wait_until


def _ask_key(plan_id: int, person: Person, day: date) -> str:
    return f"confirm_continuous:plan-{plan_id}:{person.key}:{day.isoformat()}"


def _gather_reports(
    gathered: _Round, reports: Sequence[digests.Report], who: Directory, already: Collection[str]
) -> None:  # fmt: skip
    """Reports of units for their coordinator's digest; where today's is written they wait for the next."""
    for report in reports:
        person = who.coordinators.get(report.plan_id)
        if person is None or person.key in gathered.heard:
            continue
        letter = digests.digest_key(person, gathered.today)
        if letter in already:
            continue
        gathered.reports[person].append(report)
        gathered.carried_by[len(gathered.notices)] = letter
        gathered.notices.append(_notice(report.task_id, report.submitted_on, CONFIRM_KEY, person.key, gathered.today))


def _note(gathered: _Round, task: TaskRow, rung: str, person: str, status: NoticeStatus) -> None:
    gathered.notices.append(_notice(task.id, task.due_on, rung, person, gathered.today, status))


def _notice(
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


def _escalation(recipient: Recipient, task: TaskRow, person: Person) -> Escalation:
    """What one letter upward covers: a head's unit within a plan; a coordinator's or leader's whole plan (0)."""
    return f"escalate_{recipient.value}", task.plan_id, (task.unit_id or 0) if recipient is Recipient.HEAD else 0, person


def _escalation_key(escalation: Escalation, day: date) -> str:
    kind, plan_id, unit_id, person = escalation
    return f"{kind}:plan-{plan_id}:unit-{unit_id}:{person.key}:{day.isoformat()}"


def _write(session: Session, gathered: _Round, *, now: datetime, not_before: datetime) -> int:
    """Letters, notices and the days of the next looks; returns how many digests there are."""
    made_digests = digests.digest_letters(
        session, gathered.digest, gathered.reports, gathered.named, today=gathered.today, not_before=not_before
    )
    letters = made_digests + _escalations(gathered, not_before) + _asks(gathered, not_before)
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
    return sum(letter.key in made for letter in made_digests)


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


def _asks(gathered: _Round, not_before: datetime) -> list[outbox.NewLetter]:
    return [
        outbox.NewLetter(
            kind="confirm_continuous",
            key=_ask_key(plan_id, person, gathered.today),
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


def _keys_of_today(session: Session, today: date) -> frozenset[str]:
    """Letters of this round that an earlier round of the day has written: they are not added to."""
    return frozenset(
        session.scalars(
            select(OutboxMessage.key).where(
                OutboxMessage.day == today,
                or_(OutboxMessage.kind.in_(("daily_digest", "confirm_continuous")), OutboxMessage.kind.like("escalate_%")),
            )
        )
    )
