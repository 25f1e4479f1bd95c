"""Units chosen by a stage of the plan join while it runs: their tasks, their gates, their letters."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.builders import SMALL_PLAN, START, cast, moment, running_plan, statuses, task
from tracker.errors import Refused
from tracker.models import JournalEntry, OutboxMessage, PlanUnit
from tracker.rules.states import LetterStatus, PlanStatus, TaskStatus
from tracker.rules.templates import Anchor
from tracker.rules.templates.instance import instantiate
from tracker.services import joining, planning, progress
from tracker.template_seeds import find_template

OPEN, SHUT, DONE = TaskStatus.IN_PROGRESS, TaskStatus.NOT_OPEN, TaskStatus.DONE
LATER = moment(2021, 6, 15)


def started(session, people, units, draft=SMALL_PLAN):
    """A running plan over the first `units` units of the cast."""
    plan = planning.create_plan(
        session, office_id=people.office_id, draft=draft, unit_ids=[u.id for u in people.units[:units]], by=people.ha, now=START,
        leader_id=people.leader_id,
    )  # fmt: skip
    planning.activate_plan(session, plan.id, by=people.ha, now=START)
    planning.release_letters(session, plan.id, by=people.ha, now=START)
    return plan


def test_a_unit_that_joins_gets_its_tasks_open_where_the_gate_is_open(session):
    people = cast(session, units=3)
    plan = started(session, people, 2)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    joined = joining.add_units(session, plan.id, [people.units[2].id], by=people.ha, now=LATER)
    assert (joined.units, joined.tasks, joined.letters) == (1, 2, 1)
    assert statuses(session, plan, 2) == [OPEN] * 3
    assert statuses(session, plan, 3) == [SHUT] * 3
    new = task(session, plan, 2, people.units[2])
    old = task(session, plan, 2, people.units[0])
    assert (new.due_on, new.original_due_on, new.aim_on, new.opened_on) == (old.due_on, old.due_on, old.aim_on, LATER.date())
    assert new.next_look_on == moment(2021, 6, 21).date()  # seven working days before 30/6
    quota = session.execute(select(PlanUnit.position, PlanUnit.ballots_each).where(PlanUnit.unit_id == people.units[2].id)).one()
    assert tuple(quota) == (3, 60)


def test_what_waits_for_all_units_waits_for_the_one_that_joined(session):
    people = cast(session, units=2)
    plan = started(session, people, 1)
    assert len(statuses(session, plan, 4)) == 1
    for position in (1, 2):
        found = task(session, plan, position, people.units[0])
        progress.complete_task(session, found.id, by=people.ha, now=moment(2021, 7, 5))
    joining.add_units(session, plan.id, [people.units[1].id], by=people.ha, now=moment(2021, 7, 5))
    progress.complete_task(session, task(session, plan, 3, people.units[0]).id, by=people.ha, now=moment(2021, 7, 6))
    assert statuses(session, plan, 4) == [SHUT]


def test_its_contact_is_written_to_once_and_at_office_hours(session):
    people = cast(session, units=3)
    plan = started(session, people, 2)
    saturday = moment(2021, 6, 12)
    joining.add_units(session, plan.id, [people.units[2].id], by=people.ha, now=saturday)
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.person == f"contact-{people.units[2].contact_id}")).all()
    assert [(m.kind, m.status, m.not_before) for m in letters] == [
        ("plan_started", LetterStatus.QUEUED, moment(2021, 6, 14, 7, 30))
    ]
    assert letters[0].facts["task_ids"] == [task(session, plan, n, people.units[2]).id for n in (2, 3)]


def test_before_the_start_no_letter_and_nothing_opens(session):
    people = cast(session, units=3)
    plan = planning.create_plan(
        session, office_id=people.office_id, draft=SMALL_PLAN, unit_ids=[people.units[0].id], by=people.ha, now=START
    )
    assert joining.add_units(session, plan.id, [people.units[1].id], by=people.ha, now=START).letters == 0
    assert statuses(session, plan, 2) == [SHUT] * 2


def test_ca_mau_takes_in_its_communes_when_stage_one_has_chosen_them(session):
    people = cast(session, units=5)
    draft = instantiate(find_template("ca-mau"), Anchor(2020)).plan
    plan = started(session, people, 3, draft)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    joined = joining.add_units(session, plan.id, [u.id for u in people.units[3:]], by=people.ha, now=LATER)
    assert (joined.units, joined.tasks) == (2, 2)
    assert statuses(session, plan, 6) == [SHUT] * 5
    for position in range(2, 6):
        progress.complete_task(session, task(session, plan, position).id, by=people.ha, now=LATER)
    assert statuses(session, plan, 6) == [OPEN] * 5


def test_the_journal_names_who_joined(session):
    people = cast(session, units=2)
    plan = started(session, people, 1)
    joining.add_units(session, plan.id, [people.units[1].id], by=people.ha, now=LATER)
    lines = session.execute(select(JournalEntry.who, JournalEntry.verb, JournalEntry.what).where(JournalEntry.verb == "thêm"))
    assert [tuple(line) for line in lines] == [("Trần Thu Hà", "thêm", "1 đơn vị, 2 việc: UBND xã Số 0002")]


def test_units_already_there_or_of_others_are_passed_over(session):
    people, others = cast(session, units=2), cast(session, units=1, name="Phòng khác")
    plan = running_plan(session, people)
    with pytest.raises(Refused) as refused:
        joining.add_units(session, plan.id, [people.units[0].id, others.units[0].id], by=people.ha, now=LATER)
    assert refused.value.key == "units_none_added"


def test_a_closed_plan_takes_nobody_in(session):
    people = cast(session, units=2)
    plan = started(session, people, 1)
    plan.status, plan.closed_on = PlanStatus.CLOSED, LATER.date()
    session.flush()
    with pytest.raises(Refused) as refused:
        joining.add_units(session, plan.id, [people.units[1].id], by=people.ha, now=LATER)
    assert refused.value.key == "plan_closed"


def test_a_plan_without_stages_for_each_unit_takes_nobody_in(session):
    people = cast(session, units=2)
    plan = started(session, people, 1, instantiate(find_template("van-thang"), Anchor(2021)).plan)
    with pytest.raises(Refused) as refused:
        joining.add_units(session, plan.id, [people.units[1].id], by=people.ha, now=LATER)
    assert refused.value.key == "units_no_stage"


def test_a_leader_adds_no_units(session):
    people = cast(session, units=2)
    plan = started(session, people, 1)
    with pytest.raises(Refused):
        joining.add_units(session, plan.id, [people.units[1].id], by=people.dung, now=LATER)
