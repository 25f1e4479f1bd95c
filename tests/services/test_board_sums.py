"""The plan's page counts in the database: what it says is what a count of every single task says."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from tests.builders import START, cast, running_plan
from tracker.models import GateCondition, Plan, Stage, Task
from tracker.queries import boards, plans
from tracker.queries import tasks as tasks_queries
from tracker.queries.boards import Board, TaskOnDay
from tracker.queries.plans import TaskRow
from tracker.rules.gates import StageFacts, Waivers, Work, evaluate, facts_of
from tracker.rules.standing import Progress
from tracker.rules.states import ConditionKind, TaskStatus
from tracker.services import gate_facts, openings
from tracker.services.gate_facts import gates_of

TODAY = date(2021, 7, 5)


def muddle(session: Session, plan: Plan, chance: random.Random) -> None:
    """Any status, any dates, some work done again: more than gates would allow."""
    tasks = list(session.scalars(select(Task).where(Task.plan_id == plan.id)))
    for task in tasks:
        task.status = chance.choice(list(TaskStatus))
        task.due_on = task.aim_on = chance.choice([None, TODAY + timedelta(days=chance.randint(-9, 9))])
        task.completed_on = TODAY - timedelta(days=chance.randint(0, 9)) if task.status is TaskStatus.DONE else None
    for task in chance.sample([t for t in tasks if t.unit_id], 4):
        status = chance.choice(list(TaskStatus))
        session.add(
            Task(
                plan_id=plan.id, stage_id=task.stage_id, unit_id=task.unit_id, round=1, round_kind="resurvey", due_on=TODAY,
                status=status, completed_on=TODAY if status is TaskStatus.DONE else None, changed_at=START,
            )
        )  # fmt: skip
    session.flush()


def all_tasks(session: Session, plan: Plan) -> list[TaskOnDay]:
    columns = [getattr(Task, name) for name in TaskRow._fields]
    rows = session.execute(select(*columns).where(Task.plan_id == plan.id).order_by(Task.id))
    return [boards.on_day(TaskRow(*row), TODAY) for row in rows]


def board_of(session: Session, plan: Plan) -> Board:
    names = {unit.id: unit.name for unit in plans.unit_rows(session, plan.id)}
    stages, kinds = plans.stage_rows(session, plan.id), plans.kind_rows(session, plan.id)
    return boards.board(stages, kinds, names, gate_facts.conditions_of(session, plan.id), today=TODAY)


@pytest.mark.parametrize("seed", range(6))
def test_sums_are_those_of_every_single_task(session: Session, seed: int) -> None:
    plan = running_plan(session, cast(session, 6))
    muddle(session, plan, random.Random(seed))
    found, tasks = board_of(session, plan), all_tasks(session, plan)
    work = [t for t in tasks if t.status is not TaskStatus.CANCELLED]
    for line in found.stages:
        own = [t for t in work if t.row.stage_id == line.row.id]
        assert line.progress.tasks == len(own)
        assert line.progress.done == sum(t.status is TaskStatus.DONE for t in own)
        assert line.progress.submitted == sum(t.status is TaskStatus.SUBMITTED for t in own)
        assert line.progress.overdue == sum(boards.is_late_and_open(t) for t in own)
        late = [(TODAY - t.row.due_on).days for t in own if boards.is_late_and_open(t) and t.row.due_on]
        assert line.latest_late_days == max(late, default=0)
        assert line.late_done == sum(
            t.status is TaskStatus.DONE and t.row.due_on is not None and t.row.completed_on > t.row.due_on for t in own
        )
    assert found.progress.tasks == len(work)
    for key, fits in boards.ONLY.items():
        assert boards.units_that(found, key) == {t.row.unit_id for t in tasks if fits(t)} - {None}, key


@pytest.mark.parametrize("seed", range(6))
def test_gates_know_what_every_single_task_says(session: Session, seed: int) -> None:
    people = cast(session, 6)
    plan = running_plan(session, people)
    muddle(session, plan, random.Random(seed))
    stages, gates = plans.stage_rows(session, plan.id), gates_of(session, plan.id)
    names, positions = {unit.id: unit.name for unit in people.units}, {stage.id: stage.position for stage in stages}
    work = [
        Work(positions[t.row.stage_id], t.row.unit_id, t.status is TaskStatus.DONE, names.get(t.row.unit_id or 0, ""))
        for t in all_tasks(session, plan)
        if t.status is not TaskStatus.CANCELLED
    ]
    blank = [StageFacts(s.position, s.short_name, s.scope, 0, 0, s.start_on) for s in stages]
    expected, found = facts_of(blank, work, gates, Waivers()), gate_facts.gate_facts(session, plan.id)
    missing = {p: {w.unit_name for w in work if w.position == p} for p in found}
    for position, fact in found.items():
        assert replace(fact, missing_names=()) == replace(expected[position], missing_names=()), position
        assert len(fact.missing_names) == len(expected[position].missing_names)
        assert set(fact.missing_names) <= missing[position]
    for line in board_of(session, plan).stages:
        assert line.gate == evaluate(found[line.row.position], gates[line.row.position], found, today=TODAY), line.label


def any_gates(session: Session, plan: Plan, chance: random.Random) -> None:
    """Each stage waits for one or two before it, in one way or another."""
    session.execute(delete(GateCondition).where(GateCondition.stage_id.in_(select(Stage.id).where(Stage.plan_id == plan.id))))
    stages = session.scalars(select(Stage).where(Stage.plan_id == plan.id).order_by(Stage.position)).all()
    kinds = (ConditionKind.STAGE_DONE, ConditionKind.UNITS_SHARE, ConditionKind.OWN_TASK_DONE, ConditionKind.OWN_TASK_DONE)
    for place, stage in enumerate(stages[1:], 1):
        for earlier in chance.sample(stages[:place], min(place, chance.randint(1, 2))):
            share = chance.choice((40, 80))
            session.add(GateCondition(stage_id=stage.id, kind=chance.choice(kinds), earlier_stage_id=earlier.id, share=share))
    session.flush()


@pytest.mark.parametrize("seed", range(8))
def test_a_gate_reads_what_it_looks_at(session: Session, seed: int) -> None:
    people, chance = cast(session, 6), random.Random(seed)
    plan = running_plan(session, people)
    muddle(session, plan, chance)
    any_gates(session, plan, chance)
    gates = gates_of(session, plan.id)
    whole = gate_facts.gate_facts(session, plan.id)
    for position in gates:
        state = openings.gate_reader(session, plan.id, [position], today=TODAY)
        for unit_id, name in [(None, ""), *((unit.id, unit.name) for unit in people.units)]:
            expected = evaluate(whole[position], gates[position], whole, today=TODAY, unit_id=unit_id, unit_name=name)
            assert state(position, unit_id, name) == expected
            if unit_id is not None:
                some = sorted({unit_id, people.units[0].id})
                of_some = openings.gate_reader(session, plan.id, [position], today=TODAY, units=some)
                assert of_some(position, unit_id, name) == expected


@pytest.mark.parametrize("seed", range(3))
def test_the_database_filters_as_the_rules_do(session: Session, seed: int) -> None:
    plan = running_plan(session, cast(session, 6))
    muddle(session, plan, random.Random(seed))
    tasks = all_tasks(session, plan)
    for stage_id in session.scalars(select(Stage.id).where(Stage.plan_id == plan.id)).all():
        own = [t for t in tasks if t.row.stage_id == stage_id]
        for key, fits in {"": lambda _t: True, **boards.ONLY}.items():
            rows = plans.tasks_of_stage(session, stage_id, key, today=TODAY)
            assert [row for row, _name in rows] == [t.row for t in own if fits(t)], key
        part = plans.tasks_of_stage(session, stage_id, "", today=TODAY, offset=2, limit=2)
        assert [row for row, _name in part] == [t.row for t in own[2:4]]


def test_who_is_late_longest_comes_first(session: Session) -> None:
    people = cast(session, 6)
    plan = running_plan(session, people)
    muddle(session, plan, random.Random(1))
    for days, task in enumerate(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.id).limit(4))):
        task.status, task.due_on = TaskStatus.IN_PROGRESS, TODAY - timedelta(days=1 + days // 2)
    session.flush()
    late = [t.row for t in all_tasks(session, plan) if boards.is_late_and_open(t)]
    expected = sorted(late, key=lambda row: (row.due_on or date.max, row.id))
    found = plans.late_tasks(session, plan.id, today=TODAY)
    assert [row for row, _name in found] == expected
    assert len(expected) > 3
    names = {unit.id: unit.name for unit in people.units}
    assert [name for _row, name in found] == [names.get(row.unit_id or 0) for row in expected]
    assert plans.late_tasks(session, plan.id, today=TODAY, limit=2) == found[:2]


def test_only_the_last_round_of_a_unit_counts_in_its_group(session: Session) -> None:
    plan = running_plan(session, cast(session, 6))
    muddle(session, plan, random.Random(2))
    tasks = all_tasks(session, plan)
    places = Counter((t.row.stage_id, t.row.unit_id) for t in tasks)
    twice = {place for place, n in places.items() if n > 1}
    earlier = {(row.stage_id, row.unit_id, row.id) for row in plans.earlier_rounds(session, plan.id)}
    first = {(t.row.stage_id, t.row.unit_id): t.row.id for t in reversed(tasks)}
    assert earlier == {(*place, first[place]) for place in twice}
    assert any(row.has_rounds for row in plans.kind_rows(session, plan.id))


@pytest.mark.parametrize("seed", range(6))
def test_the_list_of_plans_sums_every_single_task(session: Session, seed: int) -> None:
    people = cast(session, 6)
    made = [running_plan(session, people) for _ in range(3)]
    other = running_plan(session, cast(session, 2, name="Phòng khác"))
    chance = random.Random(seed)
    for plan in made:
        muddle(session, plan, chance)
    for task in session.scalars(select(Task).where(Task.plan_id.in_([made[0].id, other.id]))):
        task.start_on = chance.choice([None, TODAY - timedelta(days=chance.randint(0, 20))])
    for task in session.scalars(select(Task).where(Task.plan_id == made[2].id)):
        task.status = TaskStatus.CANCELLED
    session.flush()
    lines = plans.plan_lines(session, people.office_id, today=TODAY)
    assert [line.id for line in lines] == sorted((plan.id for plan in made), reverse=True)
    for line in lines:
        tasks = session.scalars(select(Task).where(Task.plan_id == line.id)).all()
        own = [task for task in tasks if task.status is not TaskStatus.CANCELLED]
        is_open = [task for task in own if task.status is TaskStatus.IN_PROGRESS and task.due_on]
        assert line.progress == Progress(
            tasks=len(own),
            done=sum(task.status is TaskStatus.DONE for task in own),
            overdue=sum(task.due_on < TODAY for task in is_open),
            due_soon=sum(TODAY <= task.due_on <= TODAY + timedelta(days=7) for task in is_open),
            submitted=sum(task.status is TaskStatus.SUBMITTED for task in own),
        )
        assert line.first_on == min((day for task in own if (day := task.start_on or task.due_on)), default=None)
        assert line.last_on == max((task.due_on for task in own if task.due_on), default=None)
    assert lines[0].progress == Progress(0, 0, 0, 0, 0)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_due_in_a_week_is_every_single_task(session: Session, seed: int) -> None:
    people = cast(session, 20)
    plan = running_plan(session, people)
    muddle(session, plan, random.Random(seed))
    positions = {stage.id: stage.position for stage in plans.stage_rows(session, plan.id)}
    expected: dict[tuple[date, int], list[int]] = {}
    for task in session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.id)):
        shut = {TaskStatus.IN_PROGRESS: 0, TaskStatus.NOT_OPEN: 1}.get(task.status)
        if shut is not None and task.due_on and TODAY <= task.due_on < TODAY + timedelta(days=7):
            group = expected.setdefault((task.due_on, positions[task.stage_id]), [0, 0, task.id])
            group[shut] += 1
    found = tasks_queries.due_in(session, people.office_id, start=TODAY, days=7)
    assert {(g.due_on, g.stage_position): [g.open_tasks, g.shut_tasks, g.first_task_id] for g in found} == expected
    assert [(g.due_on, g.stage_position) for g in found] == sorted(expected)
    assert expected


@pytest.mark.parametrize("asked", ["kinds", "list", "week"])
def test_sums_are_read_from_an_index_alone(sqlite_session: Session, asked: str) -> None:
    people = cast(sqlite_session, 4)
    plan = running_plan(sqlite_session, people)
    connection, said = sqlite_session.connection(), []

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_more: object) -> None:
        said.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", keep)
    if asked == "kinds":
        plans.kind_rows(sqlite_session, plan.id)
    elif asked == "list":
        plans.plan_lines(sqlite_session, people.office_id, today=TODAY)
    else:
        tasks_queries.due_in(sqlite_session, people.office_id, start=TODAY, days=7)
    event.remove(connection, "before_cursor_execute", keep)
    [(statement, values)] = said
    steps = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
    of_tasks = [step for step in steps if " task " in step]
    assert len(of_tasks) == 1
    assert of_tasks[0].startswith("SEARCH task USING COVERING INDEX ix_task_kinds (plan_id=?"), of_tasks
    assert ("due_on" in of_tasks[0]) == (asked == "week")
