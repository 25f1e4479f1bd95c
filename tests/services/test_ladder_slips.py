"""Slips that once went unnoticed: a rung lost while its reader waits for the next letter, the office's days for units with a
week of their own, a changed ladder that open work does not follow, a changed ladder that says what is past."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from tests.builders import cast, moment, running_plan, task
from tests.services.test_chasing import live_through, round_of
from tests.services.test_ladders import rungs
from tracker.models import Contact, Notice, OutboxMessage, UnitGroup
from tracker.rules.reminders import Recipient
from tracker.rules.states import NoticeStatus
from tracker.services import calendar_changes, extensions, ladders, progress
from tracker.services.calendar_changes import WeekChange

CONTACT, HEAD = Recipient.CONTACT, Recipient.HEAD
NOW = moment(2021, 6, 25, 9)


@pytest.fixture
def units_work(session):
    """Stage 2, each unit's, is open and due on Wednesday, 30/6/2021."""
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    return people, plan


def said(session, work, rung):
    query = select(Notice.day).where(Notice.task_id == work.id, Notice.rung == rung, Notice.status == NoticeStatus.QUEUED)
    return [day.isoformat() for day in session.scalars(query)]


@pytest.mark.parametrize("waits_for", ["tomorrow", "monday"])
def test_a_rung_waits_for_the_next_letter_and_is_said_in_it(session, units_work, waits_for):
    """The last rung of the ladder: nothing else would bring the task up again."""
    people, plan = units_work
    ladders.change_ladder(session, plan.id, None, rungs((0, CONTACT)), by=people.ha, now=NOW)
    work, unit = task(session, plan, 2, people.units[0]), people.units[0]
    person = f"contact-{unit.contact_id}"
    earlier = date(2021, 6, 30) if waits_for == "tomorrow" else date(2021, 6, 28)
    if waits_for == "monday":
        session.execute(update(Contact).where(Contact.id == unit.contact_id).values(weekly_letters=True))
    session.add(
        OutboxMessage(
            key=f"digest:{person}:{earlier}", kind="daily_digest", person=person, to_email=unit.email, day=earlier,
            facts={"task_ids": {}}, not_before=moment(2021, 6, 28), created_at=moment(2021, 6, 28),
        )
    )  # fmt: skip
    session.flush()
    live_through(session, plan, date(2021, 6, 30), date(2021, 7, 9))
    assert said(session, work, "due+0:contact") == ["2021-07-01" if waits_for == "tomorrow" else "2021-07-05"]


def test_a_letter_upward_that_is_written_already_is_no_end_of_the_rung(session, units_work):
    people, plan = units_work
    ladders.change_ladder(session, plan.id, None, rungs((1, HEAD)), by=people.ha, now=NOW)
    work, unit = task(session, plan, 2, people.units[0]), people.units[0]
    session.add(
        OutboxMessage(
            key=f"escalate_head:plan-{plan.id}:unit-{unit.id}:head-{unit.id}:2021-07-01", kind="escalate_head",
            person=f"head-{unit.id}", to_email=unit.head_email, day=date(2021, 7, 1), facts={"task_ids": []},
            not_before=moment(2021, 7, 1), created_at=moment(2021, 7, 1),
        )
    )  # fmt: skip
    session.flush()
    live_through(session, plan, date(2021, 7, 1), date(2021, 7, 6))
    assert said(session, work, "due+1:head") == ["2021-07-02"]


def test_units_that_work_on_saturdays_are_chased_and_shown_by_their_own_days(session, units_work):
    """+4 working days after Wednesday 30/6: Monday 5/7 by a week of six days, Tuesday 6/7 by the office's."""
    people, plan = units_work
    group = session.scalar(select(UnitGroup.id))
    calendar_changes.apply(session, [WeekChange(group, "123456", source="TB 1")], by=people.ha, now=NOW)
    ladders.change_ladder(session, plan.id, None, rungs((4, CONTACT)), by=people.ha, now=NOW)
    (shown,) = ladders.preview(session, plan.id, rungs((4, CONTACT)), 2, today=NOW.date())
    assert [(step.day, step.people) for step in shown.steps] == [(date(2021, 7, 5), 2)]
    live_through(session, plan, date(2021, 6, 28), date(2021, 7, 9))
    work = task(session, plan, 2, people.units[0])
    assert said(session, work, "due+4:contact") == ["2021-07-05"]
    (effect, *_) = extensions.effects(session, work, date(2021, 9, 9))
    assert effect.workdays_left == 5  # 10, 11 (a Saturday), 13, 14 and 15/9


def test_a_changed_ladder_is_laid_for_work_that_is_open_already(session, units_work):
    people, plan = units_work
    ladders.change_ladder(session, plan.id, None, rungs((-1, CONTACT)), by=people.ha, now=NOW)
    assert {task(session, plan, 2, unit).next_look_on for unit in people.units} == {date(2021, 6, 29)}
    ladders.change_ladder(session, plan.id, None, rungs((7, CONTACT)), by=people.ha, now=NOW + timedelta(hours=1))
    assert {task(session, plan, 2, unit).next_look_on for unit in people.units} == {date(2021, 7, 9)}


def test_a_changed_ladder_says_nothing_whose_day_is_past(session, units_work):
    people, plan = units_work
    live_through(session, plan, date(2021, 6, 18), date(2021, 6, 25))
    ladders.change_ladder(session, plan.id, None, rungs((-5, CONTACT), (-4, CONTACT), (1, CONTACT)), by=people.ha, now=NOW)
    round_of(session, date(2021, 6, 28))
    work = task(session, plan, 2, people.units[0])
    assert said(session, work, "due-5:contact") == said(session, work, "due-4:contact") == []
    live_through(session, plan, date(2021, 6, 29), date(2021, 7, 2))
    assert said(session, work, "due+1:contact") == ["2021-07-01"]
    assert said(session, work, "due-5:contact") == said(session, work, "due-4:contact") == []


def test_the_leader_hears_of_the_third_chase_though_his_letter_of_that_day_is_written(session, units_work):
    """No rung is the leader's: +1, +2 and +3 chase the contact, the third is told; once, whatever comes later."""
    people, plan = units_work
    ladders.change_ladder(
        session, plan.id, None, rungs((1, CONTACT), (2, CONTACT), (3, CONTACT), (6, CONTACT)), by=people.ha, now=NOW
    )
    session.add(
        OutboxMessage(
            key=f"escalate_leader:plan-{plan.id}:unit-0:user-{people.leader_id}:2021-07-05", kind="escalate_leader",
            person=f"user-{people.leader_id}", to_email=people.dung_email, day=date(2021, 7, 5), facts={"task_ids": []},
            not_before=moment(2021, 7, 5), created_at=moment(2021, 7, 5),
        )
    )  # fmt: skip
    session.flush()
    live_through(session, plan, date(2021, 6, 28), date(2021, 7, 16))
    work = task(session, plan, 2, people.units[0])
    assert (work.chase_count, said(session, work, "chased:leader")) == (4, ["2021-07-06"])


def test_work_with_a_new_due_date_is_not_told_to_the_leader_before_it_is_late(session, units_work):
    people, plan = units_work
    ladders.change_ladder(session, plan.id, None, rungs((-1, CONTACT), (1, CONTACT)), by=people.ha, now=NOW)
    work = task(session, plan, 2, people.units[0])
    work.chase_count = 3
    session.flush()
    live_through(session, plan, date(2021, 6, 28), date(2021, 6, 30))
    assert said(session, work, "chased:leader") == []
    live_through(session, plan, date(2021, 7, 1), date(2021, 7, 2))
    assert said(session, work, "chased:leader") == ["2021-07-01"]
