"""A progress report counts in the database: what it says of any day is what a count of every single thing says."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.builders import START, Cast, cast, running_plan
from tests.survey import COMMUNE
from tracker.clock import ZONE
from tracker.models import (
    Ballot,
    Entry,
    Extension,
    LedgerLine,
    Notice,
    Plan,
    PlanUnit,
    RecheckDraw,
    RecheckItem,
    Stage,
    Task,
    Unit,
)
from tracker.queries.progress_reports import ProgressReport, every_work, progress_report
from tracker.rules.reminders import is_chase
from tracker.rules.standing import standing_of
from tracker.rules.states import (
    BallotStatus,
    DiscardReason,
    ExtensionStatus,
    MismatchKind,
    NoticeStatus,
    RecheckOutcome,
    Standing,
    TaskStatus,
)

MIDDLE = date(2021, 7, 5)
RUNGS = ("due-3:contact", "due+0:contact", "due+1:contact", "due+5:contact", "due+1:head", "chase-2021-07-01:contact",
         "remind-2021-07-01:contact")  # fmt: skip


def some_day(chance: random.Random, days: int = 9) -> date:
    return MIDDLE + timedelta(days=chance.randint(-days, days))


def some_time(chance: random.Random) -> datetime:
    return datetime.combine(some_day(chance), time(chance.choice((0, 8, 23)), 30), tzinfo=ZONE)


def muddle(session: Session, plan: Plan, people: Cast, chance: random.Random) -> None:
    """Any status, any days, rounds, extensions, chases, ballots of three groups: more than gates would allow."""
    tasks = list(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.id)))
    for task in chance.sample([t for t in tasks if t.unit_id], 3):
        again = Task(
            plan_id=plan.id, stage_id=task.stage_id, unit_id=task.unit_id, round=1, round_kind="resurvey", changed_at=START
        )
        session.add(again)
        tasks.append(again)
    for task in tasks:
        task.status = chance.choice([*TaskStatus, TaskStatus.IN_PROGRESS])
        task.due_on = chance.choice([None, MIDDLE, some_day(chance)])
        task.original_due_on = chance.choice([task.due_on, some_day(chance)])
        task.aim_on = task.due_on and task.due_on - timedelta(days=chance.randint(0, 2))
        task.opened_on = chance.choice([None, some_day(chance), MIDDLE - timedelta(days=9)])
        task.submitted_on = chance.choice([None, some_day(chance)])
        task.completed_on = chance.choice([None, some_day(chance), some_day(chance)]) if task.status is TaskStatus.DONE else None
    session.flush()
    for task in chance.sample(tasks, 8):
        for _ in range(chance.randint(1, 2)):
            status = chance.choice([ExtensionStatus.APPROVED, ExtensionStatus.APPROVED, ExtensionStatus.REFUSED])
            session.add(
                Extension(
                    plan_id=plan.id, task_id=task.id, asked_by="Xã", asked_by_key="contact-1", asked_at=some_time(chance),
                    old_due_on=some_day(chance), new_due_on=task.due_on or MIDDLE, reason="Mưa lũ", status=status,
                    decided_at=some_time(chance),
                )
            )  # fmt: skip
    for task in tasks:
        for rung in chance.sample(RUNGS, 4):
            due_on, day, sent = some_day(chance), some_day(chance), chance.choice([NoticeStatus.SENT, NoticeStatus.SKIPPED])
            for person in ("contact-1", "contact-2")[: chance.randint(1, 2)]:
                session.add(Notice(task_id=task.id, due_on=due_on, rung=rung, person=person, day=day, status=sent))
    for unit in session.scalars(select(PlanUnit).where(PlanUnit.plan_id == plan.id).order_by(PlanUnit.unit_id)):
        unit.group_name = chance.choice(["", "Trạm Y tế", "UBND xã, phường"])
        unit.ballots_each = chance.choice([None, 40, 60, 60, 60])
        for line in range(chance.randint(0, 3)):
            session.add(
                LedgerLine(
                    plan_id=plan.id, unit_id=unit.unit_id, day=some_day(chance), handed_out=chance.randint(0, 9),
                    collected=chance.randint(-1, 9), valid=chance.randint(0, 9), discarded=chance.randint(0, 2), reasons={},
                    once=f"{line}", by_name="Hà", by_key="user-1", at=START,
                )
            )  # fmt: skip
        _ballots(session, plan, unit.unit_id, chance)
    session.flush()


def _ballots(session: Session, plan: Plan, unit_id: int, chance: random.Random) -> None:
    draw = RecheckDraw(
        plan_id=plan.id, unit_id=unit_id, percent=10, population=9, planned=2, ballots=[], drawn_at=START, by_name="", by_key=""
    )
    ballots = [
        Ballot(
            plan_id=plan.id, unit_id=unit_id, number=f"{n:04d}", registered_at=START, discard_reason=reason,
            status=BallotStatus.DISCARDED if reason else BallotStatus.VALID,
        )
        for n in range(chance.randint(0, 6))
        for reason in [chance.choice([None, None, DiscardReason.ANSWERED_BY_OFFICIAL])]
    ]  # fmt: skip
    session.add_all([draw, *ballots])
    session.flush()
    first = None
    for place, ballot in enumerate(ballots):
        for turn in range(1, chance.randint(1, 3)):
            session.add(
                Entry(
                    plan_id=plan.id, unit_id=unit_id, ballot_id=ballot.id, turn=turn, questionnaire=COMMUNE, answers={},
                    once=f"{ballot.id}-{turn}", by_name="Nhập", by_key="user-9", at=some_time(chance),
                )
            )  # fmt: skip
        outcome = chance.choice([None, *RecheckOutcome])
        item = RecheckItem(
            draw_id=draw.id, ballot_id=ballot.id, position=place, replaces_id=chance.choice([None, None, first]), tries=[],
            answers={}, outcome=outcome, at=outcome and some_time(chance),
            mismatch_kind=chance.choice([None, *MismatchKind]) if outcome is RecheckOutcome.MISMATCH else None,
        )  # fmt: skip
        session.add(item)
        session.flush()
        first = first or item.id


@pytest.fixture
def people(session: Session) -> Cast:
    return cast(session, 9)


@pytest.fixture(params=range(4))
def plan(session: Session, people: Cast, request: pytest.FixtureRequest) -> Plan:
    made = running_plan(session, people)
    muddle(session, made, people, random.Random(request.param))
    return made


def days() -> Iterator[date]:
    for days_on in range(-10, 11, 2):
        yield MIDDLE + timedelta(days=days_on)


def reports(session: Session, plan: Plan) -> Iterator[tuple[date, datetime, ProgressReport]]:
    for day in days():
        yield day, datetime.combine(day + timedelta(days=1), time(), tzinfo=ZONE), progress_report(session, plan.id, as_of=day)


def status_on(task: Task, day: date) -> TaskStatus:
    if task.status in (TaskStatus.PAUSED, TaskStatus.CANCELLED):
        return task.status
    if task.status is TaskStatus.DONE and (task.completed_on or date.min) <= day:
        return task.status
    if task.opened_on is None or task.opened_on > day:
        return TaskStatus.NOT_OPEN
    if task.status is TaskStatus.SUBMITTED and (task.submitted_on or date.max) <= day:
        return task.status
    return TaskStatus.IN_PROGRESS


def due_on(session: Session, task: Task, end: datetime) -> date | None:
    """The date in force before the first approval after that day, else the date of now."""
    later = [
        asked.old_due_on
        for asked in session.scalars(select(Extension).where(Extension.task_id == task.id).order_by(Extension.id))
        if asked.status is ExtensionStatus.APPROVED and asked.decided_at is not None and asked.decided_at >= end
    ]
    return later[0] if later else task.due_on


def standing(task: Task, day: date, due: date | None) -> Standing:
    status = status_on(task, day)
    return standing_of(
        status,
        due_on=due,
        aim_on=task.aim_on if due == task.due_on else due,
        today=day,
        completed_on=task.completed_on if status is TaskStatus.DONE else None,
        submitted_on=task.submitted_on if status is TaskStatus.SUBMITTED else None,
    )


def chases(session: Session, task: Task, day: date) -> int:
    """One letter to two contacts is one chase."""
    said = session.scalars(select(Notice).where(Notice.task_id == task.id, Notice.day <= day))
    return len({(n.due_on, n.rung) for n in said if n.status is NoticeStatus.SENT and is_chase(n.rung)})


def test_its_work_is_the_sum_of_every_single_task(session: Session, plan: Plan) -> None:
    tasks = list(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.id)))
    stages = {stage.id: stage for stage in session.scalars(select(Stage).where(Stage.plan_id == plan.id))}
    names = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    under_way = (TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED)
    ever_late = 0
    for day, end, report in reports(session, plan):
        stood = [(task, status_on(task, day), due_on(session, task, end)) for task in tasks]
        standings = Counter(standing(task, day, due) for task, status, due in stood if status in under_way)
        assert dict(report.standings) == standings, day
        statuses = Counter(status for _, status, _ in stood)
        assert (report.submitted, report.not_open, report.paused, report.cancelled) == tuple(
            statuses[s] for s in (TaskStatus.SUBMITTED, TaskStatus.NOT_OPEN, TaskStatus.PAUSED, TaskStatus.CANCELLED)
        ), day
        late = [(task, due) for task, status, due in stood if status is TaskStatus.IN_PROGRESS and due and due < day]
        ever_late += len(late)
        for line in report.stages:
            own = [(status, due) for task, status, due in stood if stages[task.stage_id].position == line.position]
            assert line.total == sum(status is not TaskStatus.CANCELLED for status, _ in own)
            assert line.done == sum(status is TaskStatus.DONE for status, _ in own)
            assert line.late == sum(stages[task.stage_id].position == line.position for task, _ in late)
            assert line.is_open == any(status is not TaskStatus.NOT_OPEN for status, _ in own)
            if any(due for _, due in own):
                assert line.due_on == max(due for _, due in own if due)
        rows = [
            (
                names.get(task.unit_id or 0, ""),
                stages[task.stage_id].short_name,
                task.original_due_on,
                due,
                (day - due).days,
                max(0, (day - (task.original_due_on or due)).days),
                chases(session, task, day),
            )
            for task, due in sorted(late, key=lambda one: (stages[one[0].stage_id].position, one[0].id))
            if due
        ]
        rows.sort(key=lambda row: (-row[4], row[0]))
        found = [(w.unit, w.stage, w.original_due_on, w.due_on, w.days, w.days_of_plan, w.chases) for w in report.late]
        assert found == rows, day
        assert (report.overdue, report.late_units) == (len(late), len({task.unit_id for task, _ in late}))
        times = {task: chases(session, task, day) for task in tasks}
        thrice = {task.unit_id for task, n in times.items() if n >= 3} - {None}
        assert (report.chases, report.chased_thrice) == (sum(times.values()), len(thrice)), day
    assert ever_late > 20


def test_a_page_names_what_is_latest_and_counts_all(session: Session, plan: Plan) -> None:
    for day, _, report in reports(session, plan):
        shown = progress_report(session, plan.id, as_of=day, late_shown=2)
        assert shown.late == report.late[:2]
        assert (shown.overdue, shown.late_units) == (report.overdue, report.late_units)


def test_the_workbook_lists_every_single_task(session: Session, plan: Plan) -> None:
    tasks = {task.id: task for task in session.scalars(select(Task).where(Task.plan_id == plan.id))}
    for day, end, _ in reports(session, plan):
        works = every_work(session, plan.id, as_of=day)
        assert [work.task_id for work in works] == sorted(tasks, key=lambda id_: (tasks[id_].stage_id, id_))
        for work in works:
            task = tasks[work.task_id]
            due = due_on(session, task, end)
            assert (work.status, work.due_on) == (status_on(task, day), due)
            assert (work.standing, work.chases) == (standing(task, day, due), chases(session, task, day))


def test_its_groups_are_the_sums_of_every_single_ballot(session: Session, plan: Plan) -> None:
    group_of: dict[int, str] = {}
    quotas: defaultdict[str, list[int | None]] = defaultdict(list)
    for place in session.scalars(select(PlanUnit).where(PlanUnit.plan_id == plan.id).order_by(PlanUnit.position)):
        group_of[place.unit_id] = place.group_name
        quotas[place.group_name].append(place.ballots_each)
    lines = session.scalars(select(LedgerLine).where(LedgerLine.plan_id == plan.id)).all()
    items = session.execute(select(RecheckItem, Ballot.unit_id).join(Ballot, Ballot.id == RecheckItem.ballot_id)).all()
    entries = session.execute(select(Entry, Ballot.status).join(Ballot, Ballot.id == Entry.ballot_id)).all()
    settled = (RecheckOutcome.MATCH, RecheckOutcome.MISMATCH)
    for day, end, report in reports(session, plan):
        assert [group.name for group in report.groups] == list(quotas)
        assert report.units == len(group_of)
        for group in report.groups:
            known = [quota for quota in quotas[group.name] if quota is not None]
            assert group.units == len(quotas[group.name])
            assert group.quota == (sum(known) if len(known) == group.units else None)
            own = [line for line in lines if group_of[line.unit_id] == group.name and line.day <= day]
            for column in ("handed_out", "collected", "valid", "discarded"):
                assert getattr(group, column) == sum(getattr(line, column) for line in own), (day, column)
            drawn = [item for item, unit_id in items if group_of[unit_id] == group.name and item.replaces_id is None]
            by_then = [item for item in drawn if item.at is not None and item.at < end]
            assert group.drawn == len(drawn)
            assert group.rechecked == sum(item.outcome in settled for item in by_then)
            assert group.mismatches == sum(item.mismatch_kind is not None for item in by_then)
            assert group.entered == sum(
                group_of[entry.unit_id] == group.name and entry.turn == 1 and entry.at < end and status is BallotStatus.VALID
                for entry, status in entries
            )


def test_it_counts_from_an_index_alone(sqlite_session: Session) -> None:
    plan = running_plan(sqlite_session, cast(sqlite_session, 4))
    connection, said = sqlite_session.connection(), []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    progress_report(sqlite_session, plan.id, as_of=MIDDLE, late_shown=2)
    event.remove(connection, "before_cursor_execute", keep)
    steps = [
        row[-1] for statement, values in said for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    of_tasks = [step for step in steps if " task " in step and "(plan_id=?" in step]
    assert len(of_tasks) == 4  # sums, who is latest, late units, chases
    assert all("USING COVERING INDEX ix_task_kinds" in step for step in of_tasks), of_tasks
    assert sum("AND due_on<?)" in step for step in of_tasks) == 2  # what is due later is not looked at
    of_notices = [step for step in steps if " notice " in step]
    assert len(of_notices) == 2
    assert all("USING COVERING INDEX ix_notice_chases" in step for step in of_notices), of_notices
