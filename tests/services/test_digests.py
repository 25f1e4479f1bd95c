"""What a digest holds beside what fired: reports to confirm, and the week of who has chosen one letter a week."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select

from tests.builders import cast, moment, running_plan, task
from tracker.models import Contact, Notice, OutboxMessage, Task, User
from tracker.rules.states import LetterStatus, NoticeStatus, TaskStatus
from tracker.services import chasing, progress


def round_of(session, day, hour=7, minute=30):
    return chasing.queue_due_reminders(session, day, now=moment(day.year, day.month, day.day, hour, minute))


def digests(session, email):
    query = select(OutboxMessage).where(OutboxMessage.kind == "daily_digest", OutboxMessage.to_email == email)
    return list(session.scalars(query.order_by(OutboxMessage.id)))


@pytest.fixture
def fieldwork(session):
    """Three units in fieldwork, whose reports Hà confirms; nothing else fires."""
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 16))
    for number, unit in enumerate(people.units):
        own = task(session, plan, 2, unit)
        progress.complete_task(session, own.id, by=people.contact(number), now=moment(2021, 6, 21))
    session.execute(
        Task.__table__.update().where(Task.status == TaskStatus.NOT_OPEN, Task.unit_id.is_not(None)).values(status="in_progress")
    )
    session.execute(Task.__table__.update().values(next_look_on=None))
    return people, plan


def report(session, people, plan, number, day):
    own = task(session, plan, 3, people.units[number])
    progress.complete_task(
        session, own.id, by=people.contact(number), now=moment(2021, 7, day, 10), completed_on=date(2021, 7, day)
    )
    assert task(session, plan, 3, people.units[number]).status is TaskStatus.SUBMITTED
    return own.id


def test_a_report_stands_in_the_coordinators_next_digest_once(session, fieldwork):
    people, plan = fieldwork
    first = report(session, people, plan, 0, 5)
    counts = [round_of(session, date(2021, 7, day)).digests for day in (6, 7, 8)]
    assert counts == [1, 0, 0]
    (letter,) = digests(session, people.ha_email)
    assert letter.facts == {
        "task_ids": {"overdue": [], "today": [], "soon": [], "opened": []},
        "fired": [],
        "confirm": True,
        "plan_ids": [plan.id],
    }
    told = session.execute(select(Notice.task_id, Notice.due_on, Notice.person, Notice.message_id)).all()
    assert (first, date(2021, 7, 5), people.ha.key, letter.id) in [tuple(row) for row in told]
    report(session, people, plan, 1, 8)
    assert round_of(session, date(2021, 7, 9)).digests == 1


def test_a_report_sent_back_and_made_again_is_named_again(session, fieldwork):
    people, plan = fieldwork
    own = report(session, people, plan, 0, 5)
    round_of(session, date(2021, 7, 6))
    progress.return_task(session, own, by=people.ha, now=moment(2021, 7, 6, 10), reason="thiếu biên bản")
    session.execute(Task.__table__.update().values(next_look_on=None))
    report(session, people, plan, 0, 7)
    assert round_of(session, date(2021, 7, 8)).digests == 1


def test_a_report_that_is_made_after_todays_digest_waits_for_tomorrows(session, fieldwork):
    people, plan = fieldwork
    report(session, people, plan, 0, 5)
    round_of(session, date(2021, 7, 6))
    report(session, people, plan, 1, 6)
    assert round_of(session, date(2021, 7, 6), hour=11).digests == 0
    assert round_of(session, date(2021, 7, 7)).digests == 1


def test_a_digest_that_asks_to_confirm_outlives_its_own_work(session, fieldwork):
    people, plan = fieldwork
    report(session, people, plan, 0, 5)
    other = task(session, plan, 3, people.units[1])
    letter = _digest_about(session, people, plan, other.id)
    progress.cancel_task(session, other.id, by=people.ha, now=moment(2021, 7, 6, 8))
    session.refresh(letter)
    assert letter.status is LetterStatus.QUEUED


def _digest_about(session, people, plan, task_id):
    from tracker.services import outbox

    facts = {"task_ids": {"soon": [task_id]}, "fired": [task_id], "confirm": True, "plan_ids": [plan.id]}
    made = outbox.enqueue(
        session, kind="daily_digest", key="k", person=people.ha.key, to_name="Hà", to_email=people.ha_email, facts=facts,
        day=date(2021, 7, 6), now=moment(2021, 7, 6), plan_id=plan.id,
    )  # fmt: skip
    assert made is not None
    return made


@pytest.fixture
def weekly(session):
    """Stage 2 of three units, due on Wednesday, 30/6; the first unit's contact has chosen one letter a week."""
    people = cast(session)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 15))
    session.execute(Contact.__table__.update().where(Contact.id == people.units[0].contact_id).values(weekly_letters=True))
    return people, plan


def live(session, first, last):
    day = first
    while day <= last:
        round_of(session, day)
        day += timedelta(days=1)


def test_who_has_chosen_one_letter_a_week_gets_one_and_never_none(session, weekly):
    people, plan = weekly
    live(session, date(2021, 6, 16), date(2021, 7, 25))
    daily = [m.day.isoformat() for m in digests(session, people.units[1].email)]
    once_a_week = [m.day.isoformat() for m in digests(session, people.units[0].email)]
    assert daily == ["2021-06-21", "2021-06-25", "2021-06-29", "2021-06-30", "2021-07-01", "2021-07-05", "2021-07-07"]
    assert once_a_week == ["2021-06-16", "2021-06-21", "2021-06-28", "2021-07-05", "2021-07-12", "2021-07-19"]
    rungs = session.execute(
        select(Notice.rung, Notice.day).where(
            Notice.task_id == task(session, plan, 2, people.units[0]).id, Notice.status == "queued"
        )
    ).all()
    contact = {rung: day.isoformat() for rung, day in rungs if rung.endswith(":contact")}
    assert contact == {
        "due-7:contact": "2021-06-21",
        "due-3:contact": "2021-06-28",
        "due-1:contact": "2021-07-05",
        "due+0:contact": "2021-07-05",
        "due+1:contact": "2021-07-05",
        "due+3:contact": "2021-07-05",
        "due+5:contact": "2021-07-12",
    }
    assert task(session, plan, 2, people.units[0]).chase_count == 2, "two rungs in one letter are one chase"


def test_letters_upward_do_not_wait_for_the_week(session, weekly):
    people, _plan = weekly
    live(session, date(2021, 6, 28), date(2021, 7, 8))
    days = select(OutboxMessage.day).where(
        OutboxMessage.kind == "escalate_head", OutboxMessage.to_email == people.units[0].head_email
    )
    assert list(session.scalars(days)) == [date(2021, 7, 1)]


def test_a_coordinator_with_one_letter_a_week_hears_of_reports_in_it(session, fieldwork):
    people, plan = fieldwork
    session.execute(User.__table__.update().where(User.id == people.coordinator_id).values(weekly_letters=True))
    report(session, people, plan, 0, 5)
    round_of(session, date(2021, 7, 6))
    report(session, people, plan, 1, 6)
    live(session, date(2021, 7, 7), date(2021, 7, 12))
    assert [m.day for m in digests(session, people.ha_email)] == [date(2021, 7, 6), date(2021, 7, 12)]


@pytest.mark.usefixtures("weekly")
def test_nothing_is_said_twice_by_a_second_round(session):
    assert [round_of(session, date(2021, 6, 21), hour=h).digests for h in (8, 9)] == [3, 0]
    queued = session.scalars(select(Notice.status).where(Notice.status == NoticeStatus.QUEUED)).all()
    assert len(queued) == 3


def test_the_mornings_questions_read_by_index_what_waits_and_not_what_exists(sqlite_session):
    """Among a million tasks and many contacts: no whole table but that of plans."""
    from tracker.services import digests

    said = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        said.append((statement, parameters))

    engine = sqlite_session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        digests.new_reports(sqlite_session)
        digests.digest_letters(sqlite_session, {}, {}, {}, {}, today=date(2021, 7, 5), not_before=moment(2021, 7, 5))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    connection = sqlite_session.connection()
    steps = [
        row[3]
        for statement, parameters in said
        for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    ]
    scanned = {step.split()[1] for step in steps if step.startswith("SCAN") and " INDEX " not in step}
    assert scanned & {"task", "contact", "notice", "outbox_message"} == set()
    assert "SEARCH task USING INDEX ix_task_plan_status (plan_id=? AND status=?)" in steps, "not every task of a plan"
