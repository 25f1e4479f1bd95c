"""The ladder under whatever a campaign may meet, at random: people who work, ask, pause and reopen, days off that are added,
due dates that move, a server that is down, a clock that jumps. Each rung is said once, on a working day, not early, and only
of work that is under way; what is due and not said is never lost.

What is expected is reckoned here by plain counting of days, not by the rules under test.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import create_engine, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tests.applications import empty_database
from tests.builders import SMALL_PLAN, cast, moment
from tracker.db import prepare_engine
from tracker.errors import Refused
from tracker.models import Contact, Notice, OutboxMessage, OutboxTask, Plan, Stage, Task, Unit, UnitGroup
from tracker.rules.reminders import DEFAULT_LADDER, Recipient, Rung, RungKind
from tracker.rules.states import DayKind, LetterStatus, NoticeStatus, TaskStatus
from tracker.services import calendar_changes, chasing, date_changes, extensions, openings, outbox, planning, progress, promises
from tracker.services.calendar_changes import DayChange, WeekChange

pytestmark = pytest.mark.slow
FIRST_DAY = date(2021, 6, 1)
ONE_DAY = timedelta(days=1)
#: More than any ladder here has days; who asks for more says something again and again.
MOST_MORNINGS = 100
WAITING = (LetterStatus.QUEUED, LetterStatus.HELD, LetterStatus.FAILED)
LADDER_KINDS = ("daily_digest", "escalate_head", "escalate_coordinator", "escalate_leader")

rungs = st.builds(
    Rung, st.sampled_from((-7, -5, -3, -1, 0, 1, 2, 3, 5)), st.sampled_from(list(Recipient)), st.just(RungKind.REMIND)
).map(lambda r: replace(r, kind=_kind(r)))
ladders = st.just(DEFAULT_LADDER) | st.lists(rungs, min_size=1, max_size=8, unique_by=lambda r: r.key).map(tuple)


def _kind(rung: Rung) -> RungKind:
    if rung.workdays <= 0 or rung.recipient is Recipient.COORDINATING:
        return RungKind.REMIND
    return RungKind.ESCALATE if rung.recipient in (Recipient.HEAD, Recipient.COORDINATOR, Recipient.LEADER) else RungKind.CHASE


class LadderLives(RuleBasedStateMachine):
    """One campaign; `day` is what the server's clock says."""

    def __init__(self) -> None:
        super().__init__()
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        prepare_engine(self.engine)
        raw = self.engine.raw_connection()
        connection = raw.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.deserialize(empty_database())
        raw.close()
        self.session = Session(self.engine)
        self.day = FIRST_DAY
        self.hour = 9
        self.off: set[date] = set()
        self.saturdays = False
        #: the clock has jumped or a round has run twice: what is due may wait for the next letter
        self.is_troubled = False

    # The world

    @initialize(
        dues=st.lists(st.integers(0, 40), min_size=4, max_size=4),
        ladder=ladders,
        own_ladder=st.none() | ladders,
        no_head=st.booleans(),
        saturdays=st.booleans(),
        helps=st.sampled_from(((), (0,), (0, 1))),
    )
    def begin(self, dues, ladder, own_ladder, no_head, saturdays, helps):
        people = self.people = cast(self.session, units=2)
        self.session.add(Contact(unit_id=people.units[0].id, name="Đầu Mối Hai", email="second@example.vn", link_nonce="s"))
        if no_head:
            self.session.execute(update(Unit).where(Unit.id == people.units[1].id).values(head_email=""))
        if saturdays:
            self.session.execute(update(UnitGroup).values(works_on="123456"))
            self.saturdays = True
        ends = [FIRST_DAY + timedelta(days=n) for n in sorted(dues)]
        stages = tuple(
            replace(stage, start_on=None, due_on=end, coordinating="; ".join(people.units[i].name for i in helps))
            for stage, end in zip(SMALL_PLAN.stages, ends, strict=True)
        )  # fmt: skip
        now = self.now()
        plan = planning.create_plan(
            self.session, office_id=people.office_id, draft=replace(SMALL_PLAN, stages=stages),
            unit_ids=[u.id for u in people.units], by=people.ha, now=now, leader_id=people.leader_id, ladder=ladder,
        )  # fmt: skip
        self.plan_id = plan.id
        self.ladders = defaultdict(lambda: ladder)
        if own_ladder is not None:
            stage = self.session.scalar(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 2))
            stage.ladder = [{"workdays": r.workdays, "recipient": r.recipient.value, "kind": r.kind.value} for r in own_ladder]
            self.ladders[stage.id] = own_ladder
        planning.activate_plan(self.session, plan.id, by=people.ha, now=now)
        planning.release_letters(self.session, plan.id, by=people.ha, now=now)
        self.session.commit()

    def now(self) -> datetime:
        return moment(self.day.year, self.day.month, self.day.day, self.hour)

    def attempt(self, act) -> None:
        """Whatever a person tries: refused or done, whole."""
        try:
            act()
            self.session.commit()
        except Refused:
            self.session.rollback()

    def tasks(self, *statuses: TaskStatus) -> list[Task]:
        query = select(Task).order_by(Task.id).execution_options(populate_existing=True)
        return list(self.session.scalars(query.where(Task.status.in_(statuses)) if statuses else query))

    def pick(self, number: int, *statuses: TaskStatus) -> int | None:
        found = self.tasks(*statuses)
        return found[number % len(found)].id if found else None

    # What is expected, by counting

    def works(self, day: date, *, unit: bool = False) -> bool:
        return day not in self.off and day.weekday() < (6 if unit and self.saturdays else 5)

    def step(self, day: date, days: int, *, unit: bool = False) -> date:
        while not self.works(day, unit=unit):
            day += timedelta(days=days)
        return day

    def rung_day(self, task: Task, rung: Rung) -> date:
        unit = task.unit_id is not None
        day, days = task.due_on, rung.workdays
        if task.promised_on is not None and days >= task.promised_step:
            day, days = task.promised_on, days - task.promised_step
        elif rung.workdays <= 0:
            day = self.step(day, -1, unit=unit)
        for _ in range(abs(days)):
            forward = 1 if rung.workdays > 0 else -1
            day = self.step(day + timedelta(days=forward), forward, unit=unit)
        return self.step(day, 1 if rung.workdays > 0 else -1)

    @staticmethod
    def is_given_up(task: Task, rung: Rung) -> bool:
        """A step before the one with which the ladder goes on after a promise: it is not made up for."""
        return task.promised_on is not None and rung.workdays < task.promised_step

    # Days

    def morning(self) -> None:
        """Midnight's openings and the morning's round of `day`, checked from what was there before it."""
        self.hour = 0
        openings.open_what_may_open(self.session, self.plan_id, now=self.now())
        self.session.commit()
        self.hour = 8
        before = self.said()
        chasing.queue_due_reminders(self.session, self.day, now=self.now())
        self.session.commit()
        after = self.said()
        plan = self.session.get_one(Plan, self.plan_id)
        new = [key for key in after if key not in before]
        if new:
            assert self.works(self.day)
            assert plan.status.value == "running"
        by_id = {task.id: task for task in self.tasks()}
        for task_id, due_on, name in new:
            task = by_id[task_id]
            assert task.status is TaskStatus.IN_PROGRESS
            assert task.due_on == due_on
            rung = next((r for r in self.ladders[task.stage_id] if r.key == name), None)
            if name == "chased:leader":
                assert task.chase_count >= plan.chases_before_leader
            elif rung is None:
                assert name == "born-late"
                assert due_on < task.ladder_from
            elif after[task_id, due_on, name] is NoticeStatus.SKIPPED:
                assert self.rung_day(task, rung) < task.ladder_from or self.is_given_up(task, rung)
            else:
                assert task.ladder_from <= self.rung_day(task, rung) <= self.day
        if self.works(self.day) and not self.is_troubled:
            self.check_nothing_is_missing(after)

    def said(self) -> dict[tuple[int, date, str], NoticeStatus]:
        rows = self.session.execute(select(Notice.task_id, Notice.due_on, Notice.rung, Notice.status)).all()
        return {(r.task_id, r.due_on, r.rung): r.status for r in rows if not r.rung.startswith("confirm:")}

    def check_nothing_is_missing(self, said) -> None:
        if self.session.get_one(Plan, self.plan_id).status.value != "running":
            return
        for task in self.tasks(TaskStatus.IN_PROGRESS):
            missing = [
                rung.key
                for rung in self.ladders[task.stage_id]
                if task.ladder_from <= self.rung_day(task, rung) <= self.day
                and (task.id, task.due_on, rung.key) not in said
                and not self.is_given_up(task, rung)
            ]
            assert not missing, (self.day, task.id, task.due_on, task.ladder_from, missing)
            if task.due_on < task.ladder_from <= self.day and (task.promised_on is None or task.promised_on <= self.day):
                assert (task.id, task.due_on, "born-late") in said

    def deliver(self) -> None:
        self.hour = 10
        while ids := outbox.claim(self.session, now=self.now(), by="test", limit=100):
            self.check_letters_speak_of_open_work(ids)
            for message_id in ids:
                outbox.mark_sent(self.session, message_id, now=self.now(), subject="s", text="t", html="h")
            self.session.commit()

    def check_letters_speak_of_open_work(self, ids) -> None:
        """A digest that asks its reader to confirm, or names empty rungs, may have nothing else: delivery looks what is left."""
        rows = self.session.execute(
            select(OutboxMessage.id, OutboxMessage.facts, func.sum(Task.status == TaskStatus.IN_PROGRESS))
            .join(OutboxTask, OutboxTask.message_id == OutboxMessage.id)
            .join(Task, Task.id == OutboxTask.task_id)
            .where(OutboxMessage.id.in_(ids), OutboxMessage.kind.in_(LADDER_KINDS))
            .group_by(OutboxMessage.id)
        ).all()
        assert all(open_tasks or facts.get("confirm") or facts.get("empty") for _, facts, open_tasks in rows)

    @rule(days=st.integers(1, 6), delivers=st.booleans())
    def days_pass(self, days, delivers):
        for _ in range(days):
            self.day += ONE_DAY
            self.morning()
            self.is_troubled = False
            if delivers:
                self.deliver()
        self.hour = 11

    @rule(days=st.integers(1, 5))
    def the_server_is_down(self, days):
        self.day += timedelta(days=days)

    @rule()
    def the_round_runs_again(self):
        self.is_troubled = True
        self.morning()
        self.hour = 11

    @rule(days=st.sampled_from((-1, 1)))
    def the_clock_jumps_a_day_and_back(self, days):
        true_day = self.day
        self.day += timedelta(days=days)
        self.is_troubled = True
        self.morning()
        self.day, self.hour = true_day, 11

    # People

    @rule(number=st.integers(0, 9))
    def someone_reports(self, number):
        task_id = self.pick(number, TaskStatus.IN_PROGRESS)
        if task_id is not None:
            self.attempt(lambda: progress.complete_task(self.session, task_id, by=self.people.ha, now=self.now(), note="xong"))

    @rule(number=st.integers(0, 9), confirms=st.booleans())
    def the_coordinator_answers_a_report(self, number, confirms):
        task_id = self.pick(number, TaskStatus.SUBMITTED)
        if task_id is not None and confirms:
            self.attempt(lambda: progress.confirm_task(self.session, task_id, by=self.people.ha, now=self.now()))
        elif task_id is not None:
            self.attempt(lambda: progress.return_task(self.session, task_id, by=self.people.ha, now=self.now(), reason="thiếu"))

    @rule(number=st.integers(0, 9))
    def work_is_reopened(self, number):
        task_id = self.pick(number, TaskStatus.DONE)
        if task_id is not None:
            self.attempt(
                lambda: progress.reopen_task(
                    self.session, task_id, by=self.people.ha, now=self.now(), reason="sai", agreed=True
                )
            )  # fmt: skip

    @rule(number=st.integers(0, 9))
    def work_is_paused_or_goes_on(self, number):
        task_id = self.pick(number, TaskStatus.IN_PROGRESS, TaskStatus.PAUSED)
        if task_id is not None:
            move = progress.resume_task if number % 2 else progress.pause_task
            self.attempt(lambda: move(self.session, task_id, by=self.people.ha, now=self.now()))

    @rule()
    def the_plan_is_paused_or_goes_on(self):
        by, now = self.people.ha, self.now()
        if self.session.get_one(Plan, self.plan_id).status.value == "running":
            self.attempt(lambda: planning.pause_plan(self.session, self.plan_id, by=by, reason="chờ", now=now))
        else:
            self.attempt(lambda: planning.resume_plan(self.session, self.plan_id, by=by, now=now))

    @rule(number=st.integers(0, 9), days=st.integers(1, 12))
    def more_time_is_granted(self, number, days):
        task_id = self.pick(number, TaskStatus.IN_PROGRESS)
        if task_id is None:
            return
        due_on = self.session.get_one(Task, task_id).due_on + timedelta(days=days)

        def grant() -> None:
            asked = extensions.request_extension(
                self.session, task_id, by=self.people.ha, now=self.now(), new_due_on=due_on, reason="mưa"
            )
            extensions.approve_extension(self.session, asked.id, by=self.people.ha, now=self.now())

        self.attempt(grant)

    @rule(number=st.integers(0, 9), days=st.integers(0, 12))
    def someone_promises_a_day(self, number, days):
        task_id = self.pick(number, TaskStatus.IN_PROGRESS)
        if task_id is not None:
            day = self.day + timedelta(days=days)
            self.attempt(lambda: promises.promise_day(self.session, task_id, day, by=self.people.ha, now=self.now()))

    @rule(position=st.integers(1, 4), days=st.integers(-6, 12))
    def a_stage_moves(self, position, days):
        stage = self.session.scalar(select(Stage).where(Stage.plan_id == self.plan_id, Stage.position == position))
        due_on = stage.due_on + timedelta(days=days)
        self.attempt(
            lambda: date_changes.apply(
                self.session, self.plan_id, position, start_on=stage.start_on, due_on=due_on, reason="đổi", by=self.people.ha,
                now=self.now(),
            )
        )  # fmt: skip

    @rule(days=st.integers(-3, 20), on_a_rung=st.booleans())
    def a_day_off_is_added_or_taken_back(self, days, on_a_rung):
        looks = [task.next_look_on for task in self.tasks() if task.next_look_on is not None and task.next_look_on > self.day]
        day = min(looks) if looks and on_a_rung else self.day + timedelta(days=days)
        kind = None if day in self.off else DayKind.HOLIDAY
        change = DayChange(day, kind, name="Nghỉ", source="Công văn 1")
        try:
            calendar_changes.apply(self.session, [change], by=self.people.ha, now=self.now())
        except Refused:
            self.session.rollback()
            return
        self.session.commit()
        self.off ^= {day}

    @precondition(lambda self: not self.off)
    @rule()
    def the_group_works_on_saturdays_or_no_more(self):
        group_id = self.session.scalar(select(UnitGroup.id))
        change = WeekChange(group_id, "" if self.saturdays else "123456", source="Công văn 2")
        try:
            calendar_changes.apply(self.session, [change], by=self.people.ha, now=self.now())
        except Refused:
            self.session.rollback()
            return
        self.session.commit()
        self.saturdays = not self.saturdays

    # What holds at every moment

    @invariant()
    def no_rung_is_said_twice(self):
        rows = self.session.execute(
            select(Notice.task_id, Notice.due_on, Notice.rung, func.count())
            .where(
                Notice.status.in_((NoticeStatus.QUEUED, NoticeStatus.SENT)),
                ~Notice.rung.startswith("confirm:"),
                ~Notice.rung.endswith(":coordinating"),
            )
            .group_by(Notice.task_id, Notice.due_on, Notice.rung)
            .having(func.count() > 1)
        ).all()
        assert not rows

    @invariant()
    def units_that_help_are_told_together_once_and_not_of_their_own_work(self):
        rows = self.session.execute(
            select(Notice.task_id, Notice.due_on, Notice.rung, func.count(), func.count(Notice.day.distinct()))
            .where(Notice.rung.endswith(":coordinating"), Notice.person.startswith("contact-"))
            .group_by(Notice.task_id, Notice.due_on, Notice.rung)
        ).all()
        assert all(days == 1 for *_, days in rows)
        own = {task.id for task in self.tasks() if task.unit_id is not None}
        assert all(people <= (1 if task_id in own else 2) for task_id, _, _, people, _ in rows)

    @invariant()
    def nobody_gets_two_digests_on_a_day(self):
        rows = self.session.execute(select(OutboxMessage.person, OutboxMessage.day).where(OutboxMessage.kind == "daily_digest"))
        assert max(Counter(rows.all()).values(), default=1) == 1

    @invariant()
    def no_letter_of_the_ladder_waits_for_work_that_rests(self):
        waiting = list(self.session.scalars(select(OutboxMessage.id).where(OutboxMessage.status.in_(WAITING))))
        self.check_letters_speak_of_open_work(waiting)

    def teardown(self):
        if hasattr(self, "plan_id"):
            self.is_troubled = True
            if self.session.get_one(Plan, self.plan_id).status.value == "paused":
                planning.resume_plan(self.session, self.plan_id, by=self.people.ha, now=self.now())
            for _ in self._mornings():
                self.morning()
                self.deliver()
            self.day += timedelta(days=MOST_MORNINGS)
            self.check_nothing_is_missing(self.said())
        self.session.close()
        self.engine.dispose()

    def _mornings(self) -> Iterator[date]:
        """Each day on which the round has something to look at, until there is none."""
        for _ in range(MOST_MORNINGS):
            looks = [task.next_look_on for task in self.tasks(TaskStatus.IN_PROGRESS) if task.next_look_on is not None]
            if not looks:
                return
            self.day = max(self.day + ONE_DAY, min(looks))
            yield self.day
        raise AssertionError("the ladders come to no end")


TestLadderLives = LadderLives.TestCase
TestLadderLives.settings = settings(
    max_examples=int(os.environ.get("LADDER_LIVES", "60")), stateful_step_count=25, print_blob=True
)  # fmt: skip
