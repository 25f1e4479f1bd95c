"""Diễn tập: a plan run through in virtual time with the real services, day by day.

The caller gives a session on a throw-away database that holds the plan, and a `deliver` function that sends what waits and
says what went. Unless events say otherwise everyone finishes on the aim day; a task that opens after its aim day, or has no
due date, is finished on the working day after it opened; work that runs for ever (thường xuyên, định kỳ) is not finished.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import CalendarDay, Stage, Task, Unit
from tracker.rules.access import Actor
from tracker.rules.events import Action, Event, last_matching
from tracker.rules.gates import is_per_unit
from tracker.rules.standing import standing_of
from tracker.rules.states import DayKind, PlanStatus, TaskStatus, TimeKind, WorkKind
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue, chasing, extensions, gate_facts, openings, people, planning, progress, recheck, weekly
from tracker.services.rehearsal_rooms import Desk, Done, Rooms, Work
from tracker.wording import list_names

MIDNIGHT = time(0, 5)
MORNING = time(7, 30)
AFTERNOON = time(16, 0)

_FINISHING = frozenset({Action.DONE, Action.NONE, Action.LATE})
_OVER = frozenset({TaskStatus.DONE, TaskStatus.CANCELLED})
_ENDLESS = frozenset({TimeKind.CONTINUOUS, TimeKind.RECURRING})


@dataclass(frozen=True)
class SentLetter:
    """A letter that went out: what `deliver` reports."""

    to: str
    kind: str
    subject: str
    fired: tuple[int, ...]  #: tasks for whose sake it was written
    listed: tuple[int, ...]  #: all tasks it names


Deliver = Callable[[datetime], Iterable[SentLetter]]
Line = dict[str, Any]


@dataclass(frozen=True)
class _TaskState:
    id: int
    stage: int
    unit: str | None
    unit_id: int | None
    status: TaskStatus
    due_on: date | None
    aim_on: date | None
    opened_on: date | None
    submitted_on: date | None
    completed_on: date | None
    time_kind: TimeKind
    work_kind: WorkKind
    round: int
    start_on: date | None

    @property
    def work(self) -> Work:
        return Work(self.work_kind, self.unit_id, self.round, self.start_on, self.aim_on)

    @property
    def label(self) -> str:
        return f"{self.stage}. {self.unit}" if self.unit else str(self.stage)


def rehearse(
    session: Session,
    plan_id: int,
    *,
    start: date,
    end: date,
    events: Sequence[Event],
    deliver: Deliver,
    by: Actor,
    zone: tzinfo,
    desk: Desk | None = None,
) -> Iterator[Line]:
    """Live from `start` to `end` (both included); yields what happens, in order, as plain lines for JSON.

    A plan that has not started is activated on the morning of `start`; first letters that are held are released then. Ends
    when all work is done. Commits after each step: the database is the rehearsal's own. With `desk` the rooms behind the gates
    are filled as well: ballots are collected, rechecked, keyed and approved.
    """
    _add_holidays(session, events)
    run = _Run(session, plan_id, events, deliver, by, zone, desk)
    day = start
    run.now = _at(start, time(7, 0), zone)
    yield from run.begin()
    while day <= end:
        if not run.is_down(day):
            yield from run.live(day, first=day == start)
        if run.is_over():
            return
        day += timedelta(days=1)


def _add_holidays(session: Session, events: Sequence[Event]) -> None:
    for event in events:
        if event.action is Action.HOLIDAY and event.day is not None:
            for n in range(event.days):
                session.merge(
                    CalendarDay(day=event.day + timedelta(days=n), kind=DayKind.HOLIDAY, name="Diễn tập", source="diễn tập")
                )
    session.commit()


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone)


class _Run:
    """One rehearsal under way: the last known state of every task, to tell what changed."""

    def __init__(
        self,
        session: Session,
        plan_id: int,
        events: Sequence[Event],
        deliver: Deliver,
        by: Actor,
        zone: tzinfo,
        desk: Desk | None,
    ) -> None:
        self.session = session
        self.plan_id = plan_id
        self.events = events
        self.deliver = deliver
        self.by = by
        self.zone = zone
        self.now = datetime.min.replace(tzinfo=zone)
        self.states: dict[int, _TaskState] = {}
        self.per_unit: frozenset[int] = frozenset()
        self.first_day = date.min
        self.starts: list[date] = []
        self.lived = date.min  #: the last day that was not spent without a server
        self.contacts: dict[int, Actor] = {}
        self.warned: set[tuple[int, str]] = set()
        self.desk = desk
        self.rooms: Rooms | None = None
        self.down = {
            event.day + timedelta(days=n)
            for event in events
            if event.action is Action.DOWN and event.day is not None
            for n in range(event.days)
        }

    def is_down(self, day: date) -> bool:
        return day in self.down

    def begin(self) -> Iterator[Line]:
        """Activate the plan and name every task once."""
        rows = self.session.execute(select(Stage.id, Stage.position).where(Stage.plan_id == self.plan_id))
        positions = {row.id: row.position for row in rows}
        self.first_day = self.now.date()
        self.starts = sorted(
            day
            for day in self.session.scalars(select(Stage.start_on).where(Stage.plan_id == self.plan_id).distinct())
            if day is not None
        )
        conditions = gate_facts.conditions_of(self.session, self.plan_id)
        self.per_unit = frozenset(positions[stage_id] for stage_id, own in conditions.items() if is_per_unit(own))
        self.states = self._load()
        for state in self.states.values():
            yield self._task_line(state)
        yield from self._warnings()
        self.contacts = self._load_contacts()
        if self.desk is not None:
            who = self.contacts
            self.rooms = Rooms(self.session, self.plan_id, self.desk, self.by, lambda unit_id: who.get(unit_id, self.by))
        plan = planning.get_plan(self.session, self.plan_id)
        if plan.status is PlanStatus.NOT_STARTED:
            planning.activate_plan(self.session, self.plan_id, by=self.by, now=self.now)
        if self.rooms is not None:  # a copy of a running plan has its tasks, not its ballots
            recheck.commit_seeds(self.session, plan, now=self.now)
        planning.release_letters(self.session, self.plan_id, by=self.by, now=self.now)
        self.session.commit()
        yield from self._changes()

    def live(self, day: date, *, first: bool) -> Iterator[Line]:
        """One day: midnight opens what waited for the day, the morning reminds, the afternoon people work."""
        if not first and self._opens_by(day):
            yield from self._at(day, MIDNIGHT, lambda: openings.open_what_may_open(self.session, self.plan_id, now=self.now))
        yield from self._at(day, MORNING, lambda: self._morning(day))
        self.lived = day
        self.now = _at(day, AFTERNOON, self.zone)
        yield from self._commands(day)
        yield from self._people_work(day)
        yield from self._mail()

    def _morning(self, day: date) -> None:
        chasing.queue_due_reminders(self.session, day, now=self.now)
        weekly.queue_weekly_summaries(self.session, day, now=self.now)

    def is_over(self) -> bool:
        return all(state.status in _OVER for state in self.states.values())

    def _opens_by(self, day: date) -> bool:
        """Whether midnight may open a stage: only a day that a stage waits for changes anything without somebody's doing."""
        return any(self.lived < start <= day for start in self.starts)

    def _at(self, day: date, clock: time, job: Callable[[], object]) -> Iterator[Line]:
        self.now = _at(day, clock, self.zone)
        job()
        self.session.commit()
        yield from self._changes()
        yield from self._mail()

    def _mail(self) -> Iterator[Line]:
        for letter in self.deliver(self.now):
            also = [t for t in letter.listed if t not in letter.fired]
            yield {
                "day": self._day(),
                "what": "mail",
                "to": letter.to,
                "kind": letter.kind,
                "subject": letter.subject,
                "tasks": [self.states[t].label for t in letter.fired if t in self.states],
                "also": [self.states[t].label for t in also if t in self.states],
            }

    def _people_work(self, day: date) -> Iterator[Line]:
        calendars = catalogue.calendars(self.session)
        for state in list(self.states.values()):
            calendar = calendars.of(state.unit_id)
            wish = self._finishing_day(state, calendar)
            if wish is not None and wish < self.first_day:  # it should have been done before: nobody begins on a day off
                wish = calendar.on_or_after(self.first_day)
            if state.status is TaskStatus.IN_PROGRESS and self.rooms is not None and (wish is None or wish > day):
                yield from self._in_rooms(state, partial(self.rooms.on_the_way, state.work, self.now))
            if wish is None or wish > day:
                continue
            asked_too_early = state.status is TaskStatus.NOT_OPEN and self._asked_on(state, day)
            if state.status is TaskStatus.IN_PROGRESS and self.rooms is not None:
                fails = partial(self._fails, state.stage)
                yield from self._in_rooms(state, partial(self.rooms.before_done, state.work, self.now, fails=fails))
                if self.states[state.id].status is not TaskStatus.IN_PROGRESS:
                    continue  # to be surveyed again first
            if state.status is TaskStatus.IN_PROGRESS or asked_too_early:
                yield from self._try(
                    state, partial(progress.complete_task, self.session, state.id, by=self._actor(state), now=self.now)
                )
        for state in list(self.states.values()):
            waited = state.submitted_on is not None and state.submitted_on < self.first_day
            if state.status is TaskStatus.SUBMITTED and (not waited or calendars.office.is_workday(day)):
                yield from self._try(state, partial(progress.confirm_task, self.session, state.id, by=self.by, now=self.now))
        if self.rooms is not None and self.states:
            yield from self._in_rooms(next(iter(self.states.values())), partial(self.rooms.after_done, self.now))

    def _fails(self, stage: int, unit: str) -> bool:
        return any(event.action is Action.RESURVEY and event.concerns(stage, unit) for event in self.events)

    def _in_rooms(self, state: _TaskState, act: Callable[[], Iterable[Done]]) -> Iterator[Line]:
        try:
            found = list(act())
            self.session.commit()
        except Refused as refused:
            self.session.rollback()
            yield from self._warn_once(state, refused.sentence)
            return
        for done in found:
            line = {"day": self._day(), "what": "ballots", "stage": state.stage, "unit": done.unit}
            yield {**line, "did": done.did, "count": done.count}
        if found:
            yield from self._changes()

    def _actor(self, state: _TaskState) -> Actor:
        """A unit's work is reported by its contact; where it has none, by the coordinator in its place."""
        return self.contacts.get(state.unit_id, self.by) if state.unit_id is not None else self.by

    def _load_contacts(self) -> dict[int, Actor]:
        plan = planning.get_plan(self.session, self.plan_id)
        units = {s.unit_id for s in self.states.values()}
        who = people.directory(self.session, plan_ids=[self.plan_id], unit_ids=units, day=self.now.date())
        return {
            unit_id: Actor(own[0].key, own[0].name, None, plan.office_id, frozenset({unit_id}))
            for unit_id, own in who.contacts.items()
        }

    def _asked_on(self, state: _TaskState, day: date) -> bool:
        event = last_matching(self.events, state.stage, state.unit, _FINISHING)
        return event is not None and event.action is Action.DONE and event.day == day

    def _finishing_day(self, state: _TaskState, calendar: WorkCalendar) -> date | None:
        event = last_matching(self.events, state.stage, state.unit, _FINISHING)
        if event is not None and event.action is Action.NONE:
            return None
        if event is not None and event.action is Action.DONE:
            return event.day
        if state.time_kind in _ENDLESS:
            return None
        opened = state.opened_on
        if event is not None and state.due_on is not None:
            return calendar.shift(state.due_on, event.days)
        if opened is not None and (state.aim_on is None or opened > state.aim_on):
            return calendar.shift(opened, 1)
        return state.aim_on

    def _commands(self, day: date) -> Iterator[Line]:
        for event in self.events:
            if event.day != day or event.action in _FINISHING or event.action in (Action.HOLIDAY, Action.DOWN):
                continue
            for state in list(self.states.values()):
                if event.concerns(state.stage, state.unit):
                    yield from self._try(state, partial(self._command, state, event))

    def _command(self, state: _TaskState, event: Event) -> None:
        task_id, reason = state.id, event.value or "diễn tập"
        if event.action is Action.RETURN:
            progress.return_task(self.session, task_id, by=self.by, now=self.now, reason=reason)
        elif event.action is Action.REOPEN:
            progress.reopen_task(self.session, task_id, by=self.by, now=self.now, reason=reason, agreed=True)
        elif event.action is Action.PAUSE:
            progress.pause_task(self.session, task_id, by=self.by, now=self.now, reason=reason)
        elif event.action is Action.RESUME:
            progress.resume_task(self.session, task_id, by=self.by, now=self.now)
        elif event.action is Action.CANCEL:
            progress.cancel_task(self.session, task_id, by=self.by, now=self.now, reason=reason)
        elif event.action is Action.EXTEND and state.due_on is not None and state.status is TaskStatus.IN_PROGRESS:
            due_on = catalogue.calendars(self.session).of(state.unit_id).shift(state.due_on, event.days)
            asked = extensions.request_extension(
                self.session, task_id, by=self.by, now=self.now, new_due_on=due_on, reason="diễn tập"
            )
            extensions.approve_extension(self.session, asked.id, by=self.by, now=self.now)

    def _try(self, state: _TaskState, act: Callable[[], object]) -> Iterator[Line]:
        try:
            act()
            self.session.commit()
        except Refused as refused:
            self.session.rollback()
            yield from self._warn_once(state, refused.sentence)
        yield from self._changes()

    def _warn_once(self, state: _TaskState, sentence: str) -> Iterator[Line]:
        if (state.id, sentence) not in self.warned:
            self.warned.add((state.id, sentence))
            yield {"day": self._day(), "what": "warning", "stage": state.stage, "unit": state.unit, "sentence": sentence}

    def _warnings(self) -> Iterator[Line]:
        """What will keep the plan from running well: units without a contact, stages without a date."""
        no_contact = planning.units_without_contact(self.session, self.plan_id, day=self.now.date())
        if no_contact:
            yield {
                "day": self._day(),
                "what": "warning",
                "stage": None,
                "unit": None,
                "sentence": f"{list_names(no_contact)} chưa có đầu mối nên chưa nhận được thư; thêm đầu mối.",
            }

    def _changes(self) -> Iterator[Line]:
        before, self.states = self.states, self._load()
        said: set[int] = set()
        for task_id, state in self.states.items():
            old = before.get(task_id)
            if old is not None and old.status is state.status:
                continue
            opened = state.status is TaskStatus.IN_PROGRESS and (old is None or old.status is TaskStatus.NOT_OPEN)
            locked = state.status is TaskStatus.NOT_OPEN and old is not None
            if opened or locked:
                own = state.stage in self.per_unit
                if own or state.stage not in said:
                    said.add(state.stage)
                    yield {
                        "day": self._day(),
                        "what": "gate",
                        "stage": state.stage,
                        "unit": state.unit if own else None,
                        "open": opened,
                    }
            yield self._task_line(state)

    def _task_line(self, state: _TaskState) -> Line:
        standing = standing_of(
            state.status,
            due_on=state.due_on,
            aim_on=state.aim_on,
            today=self.now.date(),
            completed_on=state.completed_on,
            submitted_on=state.submitted_on,
        )
        return {
            "day": self._day(),
            "what": "task",
            "stage": state.stage,
            "unit": state.unit,
            "status": state.status.value,
            "standing": standing.value,
        }

    def _day(self) -> str:
        return self.now.date().isoformat()

    def _load(self) -> dict[int, _TaskState]:
        rows = self.session.execute(
            select(
                Task.id,
                Stage.position.label("stage"),
                Unit.name.label("unit"),
                Task.unit_id,
                Task.status,
                Task.due_on,
                Task.aim_on,
                Task.opened_on,
                Task.submitted_on,
                Task.completed_on,
                Stage.time_kind,
                Stage.work_kind,
                Task.round,
                Task.start_on,
            )
            .join(Stage, Stage.id == Task.stage_id)
            .outerjoin(Unit, Unit.id == Task.unit_id)
            .where(Task.plan_id == self.plan_id)
            .order_by(Stage.position, Task.id)
        )
        return {row.id: _TaskState(*tuple(row)) for row in rows}
