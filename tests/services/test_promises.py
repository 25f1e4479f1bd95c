"""Đã nhận, sẽ xong ngày …: the ladder rests until the promised day and goes on there, once, with nothing made up for."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.builders import cast, holiday, moment, running_plan, task
from tests.kept import kept
from tests.services.test_chasing import days_with, live_through, round_of
from tracker.errors import Refused
from tracker.mail.messages.loading import load
from tracker.models import JournalEntry, Notice, OutboxMessage, Plan, Task
from tracker.rules.access import Actor
from tracker.rules.states import LetterStatus, NoticeStatus, Role
from tracker.services import extensions, planning, progress, promises

#: Stage 1 was due on Saturday, 19/6; on Monday 21/6 its rung +1 is said, +3 would follow on 23/6, +5 on 25/6.
MONDAY = moment(2021, 6, 21, 9)
LADDER = ("daily_digest", "escalate_head", "escalate_coordinator", "escalate_leader")


@pytest.fixture
def late(session):
    people, plan_id = kept(session, _late)
    return people, session.get_one(Plan, plan_id)


@pytest.fixture
def late_unit(session):
    """Stage 2 was due on Wednesday 30/6: +1 was said on Thursday 1/7 to contact and head, +3 would follow on Monday 5/7."""
    people, plan_id = kept(session, _late_unit)
    plan = session.get_one(Plan, plan_id)
    return people, plan, task(session, plan, 2, people.units[0]).id


def _late(session):
    people = cast(session)
    plan = running_plan(session, people)
    live_through(session, plan, date(2021, 6, 2), date(2021, 6, 21))
    return people, plan.id


def _late_unit(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    live_through(session, plan, date(2021, 6, 19), date(2021, 7, 1))
    return people, plan.id


def promise(session, task_id, day, by, now=MONDAY):
    return promises.promise_day(session, task_id, day, by=by, now=now)


def chases(session, task_id):
    query = select(Notice.day, Notice.rung).where(
        Notice.task_id == task_id, Notice.rung.like("due+%"), ~Notice.rung.like("due+0%"), Notice.person != "-"
    )
    return [(day.isoformat(), rung) for day, rung in session.execute(query.order_by(Notice.day, Notice.rung))]


def test_the_ladder_rests_until_the_promised_day_and_goes_on_with_the_next_step(session, late):
    people, plan = late
    work = task(session, plan, 1)
    assert promise(session, work.id, date(2021, 6, 30), people.ha)
    assert work.next_look_on == date(2021, 6, 30)
    live_through(session, plan, date(2021, 6, 22), date(2021, 7, 30))
    after = [d for d in days_with(session, "daily_digest", people.ha_email) if d > "2021-06-21"]
    assert after == ["2021-06-30", "2021-07-02"]
    assert days_with(session, "escalate_coordinator") == ["2021-06-30"]
    assert days_with(session, "escalate_leader") == ["2021-07-02"]
    assert (work.due_on, work.original_due_on) == (date(2021, 6, 19), date(2021, 6, 19))


def test_the_head_of_the_unit_may_promise_and_nobody_is_asked_again_meanwhile(session, late_unit):
    people, plan, task_id = late_unit
    head = Actor(f"head-{people.units[0].id}", "Thủ Trưởng 1", None, people.office_id, frozenset({people.units[0].id}))
    promise(session, task_id, date(2021, 7, 9), head, moment(2021, 7, 2))
    live_through(session, plan, date(2021, 7, 2), date(2021, 7, 30))
    assert chases(session, task_id) == [
        ("2021-07-01", "due+1:contact"), ("2021-07-01", "due+1:head"),
        ("2021-07-09", "due+3:contact"), ("2021-07-09", "due+3:coordinator"),
        ("2021-07-13", "due+5:contact"), ("2021-07-13", "due+5:leader"),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_kept_promise_ends_the_matter(session, late_unit):
    people, plan, task_id = late_unit
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2))
    progress.complete_task(session, task_id, by=people.contact(0), now=moment(2021, 7, 8))
    live_through(session, plan, date(2021, 7, 2), date(2021, 7, 30))
    assert [rung for _, rung in chases(session, task_id)] == ["due+1:contact", "due+1:head"]


def test_the_same_promise_twice_is_one(session, late_unit):
    people, _, task_id = late_unit
    assert promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2))
    assert not promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2, 10))
    lines = session.execute(select(JournalEntry.what, JournalEntry.who).where(JournalEntry.verb == "hẹn")).all()
    assert [tuple(line) for line in lines] == [("“Cung cấp số liệu” của UBND xã Số 0001 xong ngày 09/7/2021", "Đầu Mối 1")]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (None, "promise_day"),
        (date(2021, 7, 1), "promise_past"),
        (date(2021, 7, 4), "promise_day_off"),
        (date(2021, 8, 2), "promise_far"),
        (date(2921, 7, 5), "promise_far"),
    ],
)
def test_a_day_that_is_no_promise_is_refused_and_nothing_changes(session, late_unit, day, key):
    people, plan, task_id = late_unit
    with pytest.raises(Refused) as refused:
        promise(session, task_id, day, people.contact(0), moment(2021, 7, 2))
    assert refused.value.key == key
    work = task(session, plan, 2, people.units[0])
    assert (work.promised_on, work.next_look_on) == (None, date(2021, 7, 5))


def test_a_unit_puts_its_promise_off_by_asking_for_time_only_a_coordinator_may_do_it_here(session, late_unit):
    people, plan, task_id = late_unit
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2))
    with pytest.raises(Refused) as refused:
        promise(session, task_id, date(2021, 7, 12), people.contact(0), moment(2021, 7, 5))
    assert refused.value.key == "promise_later"
    assert promise(session, task_id, date(2021, 7, 8), people.contact(0), moment(2021, 7, 5))
    assert promise(session, task_id, date(2021, 7, 12), people.ha, moment(2021, 7, 5))
    assert task(session, plan, 2, people.units[0]).next_look_on == date(2021, 7, 12)


def test_each_broken_promise_goes_one_step_up_and_the_ladder_has_an_end(session, late_unit):
    """A unit that promises again and again is heard of higher up each time, and no step is said twice."""
    people, plan, task_id = late_unit
    day = date(2021, 7, 2)
    for _ in range(6):
        promise(session, task_id, day + timedelta(days=7), people.contact(0), moment(day.year, day.month, day.day, 9))
        live_through(session, plan, day + timedelta(days=1), day + timedelta(days=7))
        day += timedelta(days=7)
    assert chases(session, task_id)[2:] == [
        ("2021-07-09", "due+3:contact"), ("2021-07-09", "due+3:coordinator"),
        ("2021-07-16", "due+5:contact"), ("2021-07-16", "due+5:leader"),
    ]  # fmt: skip


def test_who_may_promise(session, late_unit):
    people, plan, task_id = late_unit
    strangers = [
        Actor("contact-99", "Lạ", None, people.office_id, frozenset({99})),
        Actor("head-99", "Lạ", None, people.office_id, frozenset({99})),
        Actor("user-9", "Sát", role=Role.OBSERVER, office_id=people.office_id),
        people.dung,
        Actor("user-8", "Mai", role=Role.COORDINATOR, office_id=people.office_id + 99),
    ]
    for by in strangers:
        with pytest.raises(Refused):
            promise(session, task_id, date(2021, 7, 9), by, moment(2021, 7, 2))
    assert task(session, plan, 2, people.units[0]).promised_on is None


def test_only_late_work_under_way_is_promised(session, late_unit):
    people, plan, task_id = late_unit
    fieldwork = task(session, plan, 3, people.units[0]).id
    with pytest.raises(Refused) as locked:
        promise(session, fieldwork, date(2021, 7, 9), people.ha, moment(2021, 7, 2))
    assert locked.value.key != "promise_not_late"
    progress.complete_task(session, task_id, by=people.ha, now=moment(2021, 7, 2))
    live_through(session, plan, date(2021, 7, 2), date(2021, 7, 5))
    with pytest.raises(Refused) as early:
        promise(session, fieldwork, date(2021, 7, 9), people.contact(0), moment(2021, 7, 5))
    assert early.value.key == "promise_not_late"
    with pytest.raises(Refused) as done:
        promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 5))
    assert done.value.key == "already_done"


def test_a_new_due_date_and_a_return_end_the_promise(session, late_unit):
    people, plan, task_id = late_unit
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2))
    asked = extensions.request_extension(
        session, task_id, by=people.contact(0), now=moment(2021, 7, 2), new_due_on=date(2021, 7, 15), reason="mưa"
    )
    extensions.approve_extension(session, asked.id, by=people.ha, now=moment(2021, 7, 2))
    work = task(session, plan, 2, people.units[0])
    assert (work.promised_on, work.next_look_on) == (None, date(2021, 7, 6))


def test_a_promise_outlives_a_pause_of_the_plan_and_a_day_off_on_its_day(session, late_unit):
    people, plan, task_id = late_unit
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2))
    planning.pause_plan(session, plan.id, by=people.ha, reason="chờ", now=moment(2021, 7, 5))
    planning.resume_plan(session, plan.id, by=people.ha, now=moment(2021, 7, 6))
    assert task(session, plan, 2, people.units[0]).next_look_on == date(2021, 7, 9)
    holiday(session, date(2021, 7, 9))
    live_through(session, plan, date(2021, 7, 6), date(2021, 7, 12))
    assert chases(session, task_id)[2:] == [("2021-07-12", "due+3:contact"), ("2021-07-12", "due+3:coordinator")]


def waiting(session):
    query = select(OutboxMessage).where(OutboxMessage.status == LetterStatus.QUEUED).order_by(OutboxMessage.id)
    return {(m.kind, m.to_email): m for m in session.scalars(query.execution_options(populate_existing=True))}


def test_letters_that_only_chase_what_is_promised_are_taken_back_with_the_promise(session, late_unit):
    """On 1/7 a digest to the contact and a letter to the head wait: +1 was said in them."""
    people, plan, task_id = late_unit
    unit, other = people.units
    before = waiting(session)
    assert {("daily_digest", unit.email), ("escalate_head", unit.head_email)} <= before.keys()
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 1, 8))
    assert before.keys() - waiting(session).keys() == {("daily_digest", unit.email), ("escalate_head", unit.head_email)}
    assert ("daily_digest", other.email) in waiting(session)
    session.refresh(letter := before["escalate_head", unit.head_email])
    assert (letter.status, letter.status_reason) == (
        LetterStatus.VOID,
        "Thư không gửi nữa vì “Cung cấp số liệu” đã được hẹn xong ngày 09/7/2021.",
    )
    statuses = select(Notice.status).distinct().where(Notice.task_id == task_id, Notice.rung.like("due+1:%"))
    assert session.scalars(statuses).all() == [NoticeStatus.VOID]
    assert task(session, plan, 2, unit).chase_count == 0  # a chase that nobody got is none
    assert task(session, plan, 2, other).chase_count == 1


def test_a_letter_that_also_chases_other_work_stays_until_that_is_promised_too(session, late_unit):
    people, plan, task_id = late_unit
    live_through(session, plan, date(2021, 7, 2), date(2021, 7, 5))
    letter = waiting(session)["escalate_coordinator", people.ha_email]
    other = task(session, plan, 2, people.units[1]).id
    assert letter.facts["task_ids"] == [task_id, other]
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 5, 8))
    assert ("escalate_coordinator", people.ha_email) in waiting(session)
    promise(session, other, date(2021, 7, 9), people.contact(1), moment(2021, 7, 5, 8))
    assert ("escalate_coordinator", people.ha_email) not in waiting(session)


def test_delivery_looks_once_more_at_what_was_promised_meanwhile(session, late_unit):
    """A letter that delivery had claimed when the promise came."""
    people, _, task_id = late_unit
    for day, is_void in ((date(2021, 7, 9), True), (date(2021, 7, 1), False)):  # to come, and come
        session.get_one(Task, task_id).promised_on = day
        session.flush()
        found, unit = waiting(session), people.units[0]
        letters = [found["daily_digest", unit.email], found["escalate_head", unit.head_email]]
        rows = load(session, letters, today=date(2021, 7, 1))
        assert [rows.promised(letter, rows.own_tasks(letter)) is not None for letter in letters] == [is_void, is_void]


def test_a_second_round_on_the_promised_day_says_nothing_more(session, late_unit):
    people, _plan, task_id = late_unit
    promise(session, task_id, date(2021, 7, 9), people.contact(0), moment(2021, 7, 2))
    round_of(session, date(2021, 7, 9))
    count = select(func.count(OutboxMessage.id)).where(OutboxMessage.kind.in_(LADDER))
    before = session.scalar(count)
    round_of(session, date(2021, 7, 9), hour=11)
    assert session.scalar(count) == before
