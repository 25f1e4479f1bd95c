"""The days of a stage moved by the coordinator: shown first, then applied to whoever has not finished."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import SMALL_PLAN, START, cast, holiday, moment, running_plan, statuses, task
from tracker.errors import NotFound, Refused
from tracker.models import JournalEntry, OutboxMessage, Stage
from tracker.rules.states import LetterStatus, PlanStatus, TaskStatus, TimeKind
from tracker.services import chasing, planning, progress
from tracker.services import date_changes as changes

NOW = moment(2021, 6, 21, 9)  # a Monday
OLD, NEW = date(2021, 6, 30), date(2021, 7, 15)
WHY = "mưa lũ, theo Công văn 77/UBND ngày 20/6/2021"


@pytest.fixture
def world(session):
    """Three units work on stage 2, due on 30/6."""
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    return people, plan


def move(session, people, plan, **fields):
    given = {"start_on": None, "due_on": NEW, "reason": WHY, "by": people.ha, "now": NOW} | fields
    return changes.apply(session, plan.id, given.pop("position", 2), **given)


def letters(session):
    return list(session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "date_changed").order_by(OutboxMessage.id)))


def test_a_proposal_counts_and_writes_nothing(session, world):
    people, plan = world
    progress.complete_task(session, task(session, plan, 2, people.units[0]).id, by=people.ha, now=moment(2021, 6, 15))
    proposal = changes.propose(session, plan.id, 2, start_on=None, due_on=NEW, by=people.ha, today=NOW.date())
    assert (proposal.tasks, proposal.kept, proposal.told, proposal.aim_on) == (2, 0, 2, NEW)
    assert task(session, plan, 2, people.units[1]).due_on == OLD
    assert letters(session) == []


def test_unfinished_tasks_move_and_finished_ones_stay(session, world):
    people, plan = world
    progress.complete_task(session, task(session, plan, 2, people.units[0]).id, by=people.ha, now=moment(2021, 6, 15))
    before = task(session, plan, 2, people.units[1]).sequence
    move(session, people, plan)
    assert task(session, plan, 2, people.units[0]).due_on == OLD
    moved = task(session, plan, 2, people.units[1])
    assert (moved.due_on, moved.aim_on, moved.original_due_on, moved.sequence) == (NEW, NEW, OLD, before + 1)
    assert (moved.ladder_from, moved.next_look_on) == (date(2021, 6, 22), date(2021, 7, 6))
    stage = session.scalars(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 2)).one()
    assert (stage.due_on, stage.wording) == (NEW, "Trước ngày 01/7/2021")


def test_a_date_on_a_day_off_is_aimed_at_the_working_day_before(session, world):
    people, plan = world
    holiday(session, NEW)
    assert move(session, people, plan).aim_on == date(2021, 7, 14)


def test_contacts_of_unfinished_work_hear_once_with_the_reason(session, world):
    people, plan = world
    move(session, people, plan)
    assert [(m.person, m.facts["old_due_on"], m.facts["reason"]) for m in letters(session)] == [
        (f"contact-{u.contact_id}", "2021-06-30", WHY) for u in people.units
    ]
    assert {m.not_before for m in letters(session)} == {NOW}


def test_the_old_dates_reminders_are_not_said_any_more(session, world):
    people, plan = world
    move(session, people, plan)
    assert chasing.queue_due_reminders(session, date(2021, 6, 25), now=moment(2021, 6, 25)).digests == 0
    assert chasing.queue_due_reminders(session, date(2021, 7, 6), now=moment(2021, 7, 6)).digests == 3


def test_a_task_with_a_later_date_of_its_own_keeps_it(session, world):
    people, plan = world
    own = task(session, plan, 2, people.units[0])
    own.due_on = own.aim_on = date(2021, 8, 2)
    session.flush()
    proposal = move(session, people, plan)
    assert (proposal.tasks, proposal.kept) == (2, 1)
    assert task(session, plan, 2, people.units[0]).due_on == date(2021, 8, 2)


def test_an_earlier_start_opens_the_fieldwork_at_once(session, world):
    people, plan = world
    for n in range(3):
        progress.complete_task(session, task(session, plan, 2, people.units[n]).id, by=people.ha, now=moment(2021, 6, 15))
    assert statuses(session, plan, 3) == [TaskStatus.NOT_OPEN] * 3
    move(session, people, plan, position=3, start_on=date(2021, 6, 21), due_on=date(2021, 9, 15))
    assert statuses(session, plan, 3) == [TaskStatus.IN_PROGRESS] * 3
    assert letters(session) == []  # the due date is as it was


def test_before_the_start_the_plans_own_date_is_corrected_without_a_word(session):
    people = cast(session)
    plan = planning.create_plan(
        session, office_id=people.office_id, draft=SMALL_PLAN, unit_ids=[u.id for u in people.units], by=people.ha, now=START
    )
    move(session, people, plan, reason="")
    assert task(session, plan, 2, people.units[0]).original_due_on == NEW
    assert letters(session) == []


def test_a_stage_without_a_day_becomes_dated(session, world):
    people, plan = world
    stage = session.scalars(select(Stage).where(Stage.plan_id == plan.id, Stage.position == 4)).one()
    stage.time_kind, stage.start_on, stage.due_on = TimeKind.UNDATED, None, None
    own = task(session, plan, 4)
    own.start_on = own.due_on = own.aim_on = None
    session.flush()
    move(session, people, plan, position=4, due_on=date(2021, 10, 20))
    assert (stage.time_kind, task(session, plan, 4).due_on) == (TimeKind.DEADLINE, date(2021, 10, 20))


def test_the_journal_says_from_what_to_what_and_why(session, world):
    people, plan = world
    move(session, people, plan)
    line = session.scalars(select(JournalEntry).where(JournalEntry.verb == "sửa")).one()
    assert (line.what, line.why) == ("thời gian giai đoạn 2 (Cung cấp số liệu): hạn 30/6/2021 → hạn 15/7/2021", WHY)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"reason": " "}, "date_change_reason"),
        ({"due_on": OLD}, "date_change_none"),
        ({"start_on": date(2021, 8, 1)}, "end_before_start"),
    ],
)
def test_a_wrong_change_is_refused(session, world, fields, key):
    people, plan = world
    with pytest.raises(Refused) as refused:
        move(session, people, plan, **fields)
    assert refused.value.key == key


def test_neither_a_leader_nor_a_closed_plan_nor_an_unknown_stage(session, world):
    people, plan = world
    with pytest.raises(Refused):
        move(session, people, plan, by=people.dung)
    with pytest.raises(NotFound):
        move(session, people, plan, position=9)
    plan.status = PlanStatus.CLOSED
    session.flush()
    with pytest.raises(Refused) as refused:
        move(session, people, plan)
    assert refused.value.key == "plan_closed"


def test_waiting_openings_of_the_plan_stay_in_the_outbox(session, world):
    people, plan = world
    waiting = select(OutboxMessage.id).where(OutboxMessage.kind == "unlocked", OutboxMessage.status == LetterStatus.QUEUED)
    before = list(session.scalars(waiting))
    move(session, people, plan)
    assert list(session.scalars(waiting)) == before
