"""The tasks that the database makes of a plan's units are those that `lay_out` describes, each aiming as its group works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import event, select

from tests.builders import SMALL_PLAN, START, cast
from tracker.models import GroupDay, Stage, Task, Unit, UnitGroup
from tracker.rules.schedule import PlanInput, StageInput, aim_day
from tracker.rules.states import Scope, TaskStatus, TimeKind, WorkKind
from tracker.services import catalogue, joining, planning

UNITS = 7
#: What a task has when it is made, beside what follows from its stage.
AT_FIRST = {
    "round": 0, "round_kind": "", "ballots_asked": None, "status": TaskStatus.NOT_OPEN, "opened_on": None, "submitted_on": None,
    "completed_on": None, "confirmed_on": None, "ladder_from": None, "next_look_on": None, "chase_count": 0, "heard_on": None,
    "promised_on": None, "promised_step": None, "promised_by": "", "result_note": "", "return_reason": "", "stop_reason": "",
    "sequence": 0, "version": 1, "changed_at": START,
}  # fmt: skip


@pytest.fixture
def town(session):
    """Units of three kinds: of the office's week, of a week to Saturday, of an office's week with a Friday off."""
    people = cast(session, UNITS)
    saturdays, holidays = (
        UnitGroup(office_id=people.office_id, name=name, position=n) for n, name in ((2, "Trạm"), (3, "Trường"))
    )
    saturdays.works_on = "123456"
    session.add_all([saturdays, holidays])
    session.flush()
    session.add(GroupDay(group_id=holidays.id, day=date(2021, 7, 9), is_off=True, name="Ngày của ngành"))
    for n, unit in enumerate(people.units):
        if n % 3:
            session.get_one(Unit, unit.id).group_id = (saturdays, holidays)[n % 3 - 1].id
    session.flush()
    return people


def a_draft(chance: Random, leads: list[str]) -> PlanInput:
    """Stages of either scope in any order, with and without days, some of a unit that is named."""
    stages = []
    for n in range(chance.randint(1, 7)):
        start = date(2021, 7, 1) + timedelta(days=chance.randint(0, 9)) if chance.random() < 0.5 else None
        due = (start or date(2021, 7, 1)) + timedelta(days=chance.randint(0, 12)) if chance.random() < 0.8 else None
        kind = TimeKind.UNDATED if due is None else TimeKind.WINDOW if start else TimeKind.DEADLINE
        scope = chance.choice([Scope.EACH_UNIT, Scope.EACH_UNIT, Scope.ONCE])
        lead = chance.choice(["Phòng Nội vụ", *leads])
        start = start if due is not None else None
        stages.append(StageInput(str(n + 1), f"Việc {n}", f"Việc {n}", lead, "", "", kind, start, due, scope, WorkKind.OTHER))
    return replace(SMALL_PLAN, stages=tuple(stages))


def expected(session, plan_id, unit_ids, calendars) -> Iterator[dict[str, object]]:
    stages = session.scalars(select(Stage).where(Stage.plan_id == plan_id).order_by(Stage.position)).all()
    for stage, its_units in zip(stages, unit_ids, strict=True):
        for unit_id in its_units:
            yield AT_FIRST | {
                "plan_id": plan_id, "stage_id": stage.id, "unit_id": unit_id, "start_on": stage.start_on, "due_on": stage.due_on,
                "original_due_on": stage.due_on, "aim_on": aim_day(stage.start_on, stage.due_on, calendars.of(unit_id)),
            }  # fmt: skip


def found(session, plan_id) -> list[dict[str, object]]:
    rows = session.execute(select(Task.__table__).where(Task.plan_id == plan_id).order_by(Task.id)).mappings()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


@pytest.mark.parametrize("seed", range(25))
def test_tasks_are_those_of_the_layout_in_its_order(session, town, seed):
    chance = Random(seed)
    chosen = [unit.id for unit in chance.sample(town.units, chance.choice([1, 2, 5, UNITS]))]
    draft = a_draft(chance, [unit.name for unit in town.units[:2]])
    layout = planning.preview(session, draft, office_id=town.office_id, unit_ids=chosen)
    plan = planning.create_plan(session, office_id=town.office_id, draft=draft, unit_ids=chosen, by=town.ha, now=START)
    made = found(session, plan.id)
    assert made == list(expected(session, plan.id, [s.unit_ids for s in layout], catalogue.calendars(session)))
    assert len(made) == sum(len(s.unit_ids) for s in layout)


def test_groups_aim_at_days_of_their_own(session, town):
    """Due on Saturday 10/7: the office aims at Friday, who works on Saturdays at Saturday, who rests on Friday at Thursday."""
    draft = replace(SMALL_PLAN, stages=(replace(SMALL_PLAN.stages[1], due_on=date(2021, 7, 10)),))
    ids = [unit.id for unit in town.units[:3]]
    plan = planning.create_plan(session, office_id=town.office_id, draft=draft, unit_ids=ids, by=town.ha, now=START)
    assert [row["aim_on"] for row in found(session, plan.id)] == [date(2021, 7, 9), date(2021, 7, 10), date(2021, 7, 8)]


def test_units_that_join_get_the_same_tasks_and_nobody_else_does(session, town):
    draft = a_draft(Random(4), [])
    draft = replace(draft, stages=(*draft.stages, SMALL_PLAN.stages[1], replace(SMALL_PLAN.stages[2], due_on=date(2021, 9, 18))))
    first, later = [unit.id for unit in town.units[:4]], [unit.id for unit in town.units[4:]]
    plan = planning.create_plan(session, office_id=town.office_id, draft=draft, unit_ids=first, by=town.ha, now=START)
    before = found(session, plan.id)
    joined = joining.add_units(session, plan.id, later, by=town.ha, now=START)
    after = found(session, plan.id)
    assert after[: len(before)] == before
    of_units = [later if stage.scope is Scope.EACH_UNIT else [] for stage in draft.stages]
    assert after[len(before) :] == list(expected(session, plan.id, of_units, catalogue.calendars(session)))
    assert joined.tasks == len(after) - len(before) > 0


def test_statements_do_not_grow_with_the_units(session):
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", listener := lambda *args: said.append(args[2]))
    counts = []
    for office, units in (("Phòng A", 2), ("Phòng B", 40)):
        people = cast(session, units, name=office)
        said.clear()
        ids = [unit.id for unit in people.units]
        planning.create_plan(session, office_id=people.office_id, draft=SMALL_PLAN, unit_ids=ids, by=people.ha, now=START)
        counts.append(len(said))
    event.remove(session.get_bind(), "before_cursor_execute", listener)
    assert counts[0] == counts[1]
