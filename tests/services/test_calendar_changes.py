"""The calendar changed as a proposal: what would move, then applied; no rung is said twice."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.builders import cast, holiday, moment, running_plan, task
from tracker.errors import Refused
from tracker.models import CalendarDay, JournalEntry, Notice, OutboxMessage, Plan, Stage
from tracker.rules.states import DayKind
from tracker.services import calendar_changes as changes
from tracker.services import catalogue, chasing, progress
from tracker.services.calendar_changes import DayChange

TODAY = moment(2021, 6, 21, 9)  # a Monday
SOURCE = "Thông báo 12/TB-LĐTBXH ngày 20/6/2021"
DUE_DAY = date(2021, 6, 30)  # the due date of stage 2, a Wednesday


def off(day=DUE_DAY, **fields):
    return DayChange(day, **{"kind": DayKind.HOLIDAY, "name": "Nghỉ lễ", "source": SOURCE} | fields)


@pytest.fixture
def world(session):
    """A plan whose three units work on stage 2."""
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 10))
    return people, plan


def test_a_day_off_on_the_due_date_moves_aim_days_and_tells_nobody(session, world):
    people, plan = world
    proposal = changes.propose(session, [off()], by=people.ha, today=TODAY.date())
    assert [(t.unit, t.due_on, t.old_aim_on, t.new_aim_on) for t in proposal.tasks] == [
        (u.name, DUE_DAY, DUE_DAY, date(2021, 6, 29)) for u in people.units
    ]
    assert proposal.looks == 3
    assert session.scalar(select(func.count(CalendarDay.day))) == 0  # a proposal writes nothing
    assert task(session, plan, 2, people.units[0]).aim_on == DUE_DAY


def test_applied_tasks_stages_looks_and_feeds_follow(session, world):
    people, plan = world
    before = task(session, plan, 2, people.units[0])
    sequence, look = before.sequence, before.next_look_on
    letters = session.scalar(select(func.count(OutboxMessage.id)))
    changes.apply(session, [off()], by=people.ha, now=TODAY)
    after = task(session, plan, 2, people.units[0])
    assert (after.due_on, after.aim_on, after.sequence) == (DUE_DAY, date(2021, 6, 29), sequence + 1)
    assert (look, after.next_look_on) == (date(2021, 6, 21), date(2021, 6, 18))
    assert session.scalar(select(Stage.aim_on).where(Stage.plan_id == plan.id, Stage.position == 2)) == date(2021, 6, 29)
    assert session.get_one(Plan, plan.id).changed_at == TODAY
    assert session.scalar(select(func.count(OutboxMessage.id))) == letters
    assert session.scalars(select(JournalEntry.what).order_by(JournalEntry.id.desc())).first() == (
        "lịch làm việc: ngày nghỉ Thứ Tư, 30/6/2021 (Nghỉ lễ)"
    )


def test_no_rung_is_said_twice_by_a_change(session, world):
    people, _ = world
    said = chasing.queue_due_reminders(session, TODAY.date(), now=TODAY)
    assert said.digests == 3
    notices = session.scalar(select(func.count(Notice.id)))
    changes.apply(session, [off()], by=people.ha, now=TODAY)
    again = chasing.queue_due_reminders(session, date(2021, 6, 22), now=moment(2021, 6, 22))
    assert (again.digests, session.scalar(select(func.count(Notice.id)))) == (0, notices)
    later = chasing.queue_due_reminders(session, date(2021, 6, 24), now=moment(2021, 6, 24))
    assert later.digests == 3  # three working days before 29/6


def test_taking_the_day_out_again_puts_everything_back(session, world):
    people, plan = world
    first = task(session, plan, 2, people.units[0])
    look = first.next_look_on
    changes.apply(session, [off()], by=people.ha, now=TODAY)
    changes.apply(session, [off(kind=None)], by=people.ha, now=TODAY)
    back = task(session, plan, 2, people.units[0])
    assert (back.aim_on, back.next_look_on) == (DUE_DAY, look)
    assert session.get(CalendarDay, DUE_DAY) is None


def test_finished_work_stays_as_it_was(session, world):
    people, plan = world
    done = task(session, plan, 2, people.units[0])
    progress.complete_task(session, done.id, by=people.ha, now=moment(2021, 6, 20))
    changes.apply(session, [off()], by=people.ha, now=TODAY)
    assert task(session, plan, 2, people.units[0]).aim_on == DUE_DAY


def test_a_waiting_letter_does_not_go_on_the_new_day_off(session, world):
    people, _ = world
    letter = session.scalars(select(OutboxMessage)).first()
    letter.not_before = moment(2021, 6, 30, 7, 30)
    session.flush()
    proposal = changes.apply(session, [off()], by=people.ha, now=TODAY)
    assert proposal.letters == 1
    assert session.get_one(OutboxMessage, letter.id).not_before == moment(2021, 7, 1, 7, 30)


def test_all_letters_of_a_new_day_off_go_on_the_next(session, world):
    people, _ = world
    letters = session.scalars(select(OutboxMessage)).all()
    for letter in letters:
        letter.not_before = moment(2021, 6, 30, 7, 30)
    session.flush()
    assert changes.apply(session, [off()], by=people.ha, now=TODAY).letters == len(letters) > 1
    assert {letter.not_before for letter in session.scalars(select(OutboxMessage))} == {moment(2021, 7, 1, 7, 30)}


def test_a_swap_is_a_pair_and_both_days_count(session, world):
    people, _ = world
    pair = changes.swap(date(2021, 7, 2), date(2021, 7, 10), SOURCE)
    changes.apply(session, pair, by=people.ha, now=TODAY)
    calendar = catalogue.work_calendar(session)
    assert not calendar.is_workday(date(2021, 7, 2))
    assert calendar.is_workday(date(2021, 7, 10))
    assert session.get_one(CalendarDay, date(2021, 7, 2)).name == "Nghỉ hoán đổi (làm bù Thứ Bảy, 10/7/2021)"


def test_half_a_swap_is_refused():
    for pair in ((date(2021, 7, 2), None), (None, date(2021, 7, 10))):
        with pytest.raises(Refused) as refused:
            changes.swap(*pair, SOURCE)
        assert refused.value.key == "swap_incomplete"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (off(source=" "), "calendar_source"),
        (off(name=""), "calendar_name"),
        (off(date(2021, 9, 2)), "day_already_off"),
        (off(date(2021, 7, 3), kind=DayKind.SWAPPED_OFF), "calendar_weekend"),
        (off(date(2021, 7, 2), kind=DayKind.MAKE_UP), "calendar_workday"),
        (off(date(2021, 7, 2), kind=None), "calendar_no_day"),
        (off(date(2021, 7, 2), replaces=True), "calendar_no_day"),
    ],
)
def test_a_wrong_day_is_refused(session, change, key):
    people = cast(session, units=1)
    holiday(session, date(2021, 9, 2), name="Quốc khánh")
    with pytest.raises(Refused) as refused:
        changes.propose(session, [change], by=people.ha, today=TODAY.date())
    assert refused.value.key == key


def test_days_that_are_over_are_named(session):
    people = cast(session, units=1)
    assert changes.propose(session, [off(date(2021, 6, 1))], by=people.ha, today=TODAY.date()).past == (date(2021, 6, 1),)


def test_a_leader_does_not_change_the_calendar(session):
    people = cast(session, units=1)
    with pytest.raises(Refused):
        changes.apply(session, [off()], by=people.dung, now=TODAY)
