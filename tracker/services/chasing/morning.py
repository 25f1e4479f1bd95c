"""The morning's round: which rungs are due today, who hears of them, in one digest a person.

Only tasks whose `next_look_on` has come are read: the cost is what is due, not what exists. What is said is written down
as notices (one a task, due date, rung and person, for ever) together with the letter, in one transaction; the keys of both
make a second run, or a second process, say nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.models import Notice, OutboxMessage, Plan, Task
from tracker.rules.reminders import BORN_LATE_KEY, CHASED_KEY, CONFIRM_KEY, Decision, Recipient, RungKind, TaskFacts, decide
from tracker.rules.states import NoticeStatus, PlanStatus
from tracker.rules.workdays import Calendars, WorkCalendar
from tracker.services import catalogue, coordinating, digests, field_pace, looks, openings, people
from tracker.services.chasing.empty_rungs import gather_empty, untold
from tracker.services.chasing.gathered import (
    NO_SUCH_ROLE,
    NOBODY,
    Round,
    TaskRow,
    escalation,
    escalation_key,
    note,
    notice,
    write,
)
from tracker.services.chasing.helping import remind_helpers
from tracker.services.chasing.watching import Watch, gather_watch, watched
from tracker.services.people import Directory
from tracker.services.weekly import monday_of


@dataclass(frozen=True)
class Counts:
    """What a round did."""

    looked_at: int = 0
    digests: int = 0
    escalations: int = 0
    skipped: int = 0  #: rungs whose day was past when the task opened
    empty: int = 0  #: rungs that nobody holds


_TO_LEADER = f":{Recipient.LEADER.value}"


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
    passed_over = untold(session, today)
    plan_ids = {t.plan_id for t in tasks} | {r.plan_id for r in reports} | {p.plan_id for p in passed_over}
    ladders = looks.ladders(session, plan_ids)
    said = looks.settled(session, [t.id for t in tasks])
    beside = watched(tasks, ladders, said, calendars, today)
    in_field = [t for t in tasks if any(step.startswith("field") for step in beside[t.id].say)]
    paces = field_pace.paces(session, in_field, calendars, today)
    decisions = {t.id: _decision(t, ladders, said, calendars, today) for t in tasks}
    helped = {t.stage_id for t in tasks if any(r.recipient is Recipient.COORDINATING for r in decisions[t.id].say)}
    helping = coordinating.helping_units(session, helped, today) if helped else {}
    who = people.directory(session, plan_ids=plan_ids, unit_ids={t.unit_id for t in tasks}, day=today, helping=helping)
    already = _keys_of_today(session, today)
    chases = any(r.kind is RungKind.CHASE for decision in decisions.values() for r in decision.say)
    by_hand = _chased_by_hand(session, today) if chases else frozenset()
    heard = digests.heard_this_week(session, who.weekly, today)
    gathered = Round(today, heard)
    leader_knows = {task_id for (task_id, _), keys in said.items() if any(key.endswith(_TO_LEADER) for key in keys)}
    skipped = empty = 0
    for task in tasks:
        decision = decisions[task.id]
        skipped += len(decision.skip)
        after = None if task.id in leader_knows else ladders.leader_after[task.plan_id]
        watch = Watch(beside[task.id], paces.get(task.id), ladders.watching.get(task.stage_id))
        empty += _gather(gathered, task, decision, watch, after, who, already, by_hand, calendars.office)
    _gather_reports(gathered, reports, who, already)
    gather_empty(gathered, passed_over, tasks, who, already)
    digests_made = write(session, gathered, now=now, not_before=openings.letter_time(calendars.office, now))
    return Counts(len(tasks), digests_made, len(gathered.escalations), skipped, empty)


def _decision(
    task: TaskRow,
    ladders: looks.Ladders,
    said: Mapping[tuple[int, date | None], frozenset[str]],
    calendars: Calendars,
    today: date,
) -> Decision:
    settled, promise = said.get((task.id, task.due_on), frozenset()), looks.promise_of(task)
    facts = TaskFacts(task.status, task.due_on, task.aim_on, task.ladder_from, settled, promise)
    return decide(facts, ladders.of(task.plan_id, task.stage_id), calendars.of(task.unit_id), today)


def _gather(
    gathered: Round,
    task: TaskRow,
    decision: Decision,
    watch: Watch,
    leader_after: int | None,
    who: Directory,
    already: Collection[str],
    by_hand: Collection[tuple[int, str]],
    calendar: WorkCalendar,
) -> int:
    """Sort one task's decision into digests, letters and notices; returns how many rungs nobody holds. `leader_after`: with
    which chase the leader is told, None where he has been."""
    today = gathered.today
    empty = 0
    chased = False
    wait_until: list[date] = []
    for rung in decision.skip:
        note(gathered, task, rung.key, NOBODY, NoticeStatus.SKIPPED)
    say: list[tuple[str, Recipient, RungKind]] = [(r.key, r.recipient, r.kind) for r in decision.say]
    if decision.born_late:
        say.append((BORN_LATE_KEY, Recipient.CONTACT, RungKind.REMIND))
    for key, recipient, kind in say:
        if recipient is Recipient.COORDINATING:
            wait_until += remind_helpers(gathered, task, key, who, already, calendar)
            continue
        person = who.holder(recipient, plan_id=task.plan_id, unit_id=task.unit_id)
        is_empty = person is None
        if person is None:
            above = None if kind is RungKind.REMIND else who.next_above(recipient, plan_id=task.plan_id, unit_id=task.unit_id)
            if above is None:
                nobody = NOBODY if who.can_be_held(recipient, unit_id=task.unit_id) else NO_SUCH_ROLE
                note(gathered, task, key, nobody, NoticeStatus.EMPTY)
                empty += 1
                continue
            (recipient, person), kind = above, RungKind.ESCALATE
        if kind is RungKind.CHASE and (task.id, person.key) in by_hand:  # today's click has said it, and counted it
            note(gathered, task, key, person.key, NoticeStatus.SKIPPED)
            continue
        escalates = kind is RungKind.ESCALATE
        upward = escalation(recipient, task, person)
        letter = escalation_key(upward, today) if escalates else digests.digest_key(person, today)
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
        note(gathered, task, key, person.key, NoticeStatus.QUEUED)
        if is_empty:
            note(gathered, task, key, NOBODY, NoticeStatus.EMPTY)
            empty += 1
        leader_after = None if key.endswith(_TO_LEADER) else leader_after
    is_late = task.due_on is not None and task.due_on < today and (task.promised_on is None or task.promised_on <= today)
    if leader_after is not None and is_late and task.chase_count + chased >= leader_after:
        wait_until += _tell_leader(gathered, task, who, already, calendar)
    wait_until += gather_watch(gathered, task, watch, who, already, calendar)
    look = min([*wait_until, *(day for day in (decision.next_look_on, watch.look.next_on) if day)], default=None)
    gathered.looks.append({"b_id": task.id, "b_look": look, "b_chases": task.chase_count + chased})
    return empty


def _tell_leader(gathered: Round, task: TaskRow, who: Directory, already: Collection[str], calendar: WorkCalendar) -> list[date]:
    """The leader hears of work that was chased so often; returns when to look again where his letter of today is written."""
    leader = who.holder(Recipient.LEADER, plan_id=task.plan_id, unit_id=task.unit_id)
    if leader is None:
        return []
    upward = escalation(Recipient.LEADER, task, leader)
    letter = escalation_key(upward, gathered.today)
    if letter in already:
        return [calendar.on_or_after(gathered.today + timedelta(days=1))]
    if task not in gathered.escalations[upward]:
        gathered.escalations[upward].append(task)
    gathered.carried_by[len(gathered.notices)] = letter
    note(gathered, task, CHASED_KEY, leader.key, NoticeStatus.QUEUED)
    return []


def _gather_reports(
    gathered: Round, reports: Sequence[digests.Report], who: Directory, already: Collection[str]
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
        gathered.notices.append(notice(report.task_id, report.submitted_on, CONFIRM_KEY, person.key, gathered.today))


def _chased_by_hand(session: Session, today: date) -> frozenset[tuple[int, str]]:
    """Work and whom a click has chased with a letter of today, also one of a day off that has waited for today."""
    told = (
        select(Notice.task_id, Notice.person)
        .join(OutboxMessage, OutboxMessage.id == Notice.message_id)
        .where(
            OutboxMessage.kind == "chase",
            OutboxMessage.day == today,
            Notice.status.in_((NoticeStatus.QUEUED, NoticeStatus.SENT)),
        )
    )
    return frozenset((task_id, person) for task_id, person in session.execute(told))


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
