"""The morning's round: who hears what, on which day, once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, select, update

from tests.builders import SMALL_PLAN, cast, holiday, moment, running_plan, task
from tracker.models import Contact, Notice, OutboxMessage, Task, Unit
from tracker.rules.states import LetterStatus, NoticeStatus
from tracker.services import chasing, openings, outbox, planning, progress


def round_of(session, day, hour=7, minute=30):
    now = moment(day.year, day.month, day.day, hour, minute)
    counts = chasing.queue_due_reminders(session, day, now=now)
    session.flush()
    return counts


def letters_of(session, day, kind="daily_digest"):
    return session.scalars(
        select(OutboxMessage).where(OutboxMessage.day == day, OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    ).all()


def days_with(session, kind, to=None):
    query = select(OutboxMessage.day).where(OutboxMessage.kind == kind)
    if to:
        query = query.where(OutboxMessage.to_email == to)
    return [d.isoformat() for d in session.scalars(query.order_by(OutboxMessage.day))]


def live_through(session, plan, first, last):
    day = first
    while day <= last:
        openings.open_what_may_open(session, plan.id, now=moment(day.year, day.month, day.day, 0, 5))
        round_of(session, day)
        day += timedelta(days=1)


def test_the_default_ladder_happens_day_by_day(session):
    """Due Saturday 19/6, aim Friday 18/6: seven, three, one working days before the aim, on it, then 1, 3, 5 after."""
    people = cast(session)
    plan = running_plan(session, people)
    live_through(session, plan, date(2021, 6, 2), date(2021, 7, 30))
    assert days_with(session, "daily_digest", people.ha_email) == [
        "2021-06-09", "2021-06-15", "2021-06-17", "2021-06-18", "2021-06-21", "2021-06-23", "2021-06-25",
    ]  # fmt: skip
    assert days_with(session, "escalate_coordinator") == ["2021-06-23"]
    assert days_with(session, "escalate_leader") == ["2021-06-25"]
    assert task(session, plan, 1).chase_count == 3


def test_a_unit_that_is_late_is_chased_with_its_head(session):
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    progress.complete_task(session, task(session, plan, 2, people.units[1]).id, by=people.contact(1), now=moment(2021, 6, 21))
    live_through(session, plan, date(2021, 6, 19), date(2021, 7, 30))
    assert days_with(session, "daily_digest", people.units[0].email) == [
        "2021-06-21", "2021-06-25", "2021-06-29", "2021-06-30", "2021-07-01", "2021-07-05", "2021-07-07",
    ]  # fmt: skip
    assert days_with(session, "escalate_head") == ["2021-07-01"]
    escalation = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "escalate_head")).one()
    assert (escalation.to_email, escalation.facts["unit_id"]) == (people.units[0].head_email, people.units[0].id)


def test_a_task_done_in_time_says_nothing_more(session):
    people = cast(session)
    plan = running_plan(session, people)
    live_through(session, plan, date(2021, 6, 2), date(2021, 6, 15))
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 16))
    live_through(session, plan, date(2021, 6, 16), date(2021, 6, 18))
    assert days_with(session, "daily_digest", people.ha_email) == ["2021-06-09", "2021-06-15"]


def test_nothing_is_said_on_a_day_off_and_reminders_are_pulled_earlier(session):
    people = cast(session)
    holiday(session, date(2021, 6, 18), date(2021, 6, 17))
    plan = running_plan(session, people)
    assert task(session, plan, 1).aim_on == date(2021, 6, 16)
    live_through(session, plan, date(2021, 6, 2), date(2021, 6, 20))
    assert days_with(session, "daily_digest") == ["2021-06-07", "2021-06-11", "2021-06-15", "2021-06-16"]


def test_a_second_round_on_the_same_day_says_nothing_twice(session):
    people = cast(session)
    running_plan(session, people)
    first = round_of(session, date(2021, 6, 9))
    second = round_of(session, date(2021, 6, 9), hour=9)
    assert (first.digests, second.looked_at, second.digests) == (1, 0, 0)


def test_missed_days_are_said_once_and_together(session):
    people = cast(session)
    running_plan(session, people)
    round_of(session, date(2021, 6, 17))  # the server was down from the 9th to the 16th
    assert days_with(session, "daily_digest") == ["2021-06-17"]
    rungs = session.execute(select(Notice.rung, Notice.status).order_by(Notice.id)).all()
    assert [tuple(r) for r in rungs] == [
        ("due-7:contact", NoticeStatus.QUEUED),
        ("due-3:contact", NoticeStatus.QUEUED),
        ("due-1:contact", NoticeStatus.QUEUED),
    ]


def test_rungs_past_at_the_opening_are_born_skipped(session):
    people = cast(session)
    plan = running_plan(session, people, now=moment(2021, 6, 16))
    live_through(session, plan, date(2021, 6, 16), date(2021, 6, 17))
    assert days_with(session, "daily_digest") == ["2021-06-17"]
    skipped = session.scalars(select(Notice.rung).where(Notice.status == NoticeStatus.SKIPPED)).all()
    assert set(skipped) == {"due-7:contact", "due-3:contact"}


def test_what_was_due_before_the_plan_started_is_named_once(session):
    people = cast(session)
    plan = running_plan(session, people, now=moment(2021, 8, 2))
    live_through(session, plan, date(2021, 8, 2), date(2021, 9, 30))
    assert days_with(session, "daily_digest") == ["2021-08-02"]
    assert days_with(session, "escalate_leader") == []


def test_the_digest_lists_what_else_is_open_beside_what_fired(session):
    people = cast(session, units=2)
    late = replace(SMALL_PLAN.stages[1], due_on=date(2021, 7, 5), start_on=None)
    other = replace(late, short_name="Việc khác", work_kind=SMALL_PLAN.stages[0].work_kind)
    draft = replace(SMALL_PLAN, stages=(SMALL_PLAN.stages[1], other))
    plan = running_plan(session, people, draft, now=moment(2021, 6, 21))
    own = people.units[0]
    progress.complete_task(session, task(session, plan, 1, own).id, by=people.contact(0), now=moment(2021, 6, 22))
    progress.reopen_task(session, task(session, plan, 1, own).id, by=people.ha, now=moment(2021, 6, 28), agreed=True)
    session.execute(Task.__table__.update().where(Task.id == task(session, plan, 2, own).id).values(status="in_progress"))
    round_of(session, date(2021, 6, 29))
    letter = next(x for x in letters_of(session, date(2021, 6, 29)) if x.to_email == own.email)
    first, second = task(session, plan, 1, own).id, task(session, plan, 2, own).id
    assert letter.facts == {"task_ids": {"overdue": [], "today": [], "soon": [first, second], "opened": []}, "fired": [first]}


def test_an_empty_rung_is_passed_over_to_the_next_above_and_counted(session):
    people = cast(session, units=2)
    session.execute(Unit.__table__.update().values(head_email=""))
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    counts = round_of(session, date(2021, 7, 1))
    assert counts.empty == 2
    assert session.scalars(select(Notice.rung).where(Notice.status == NoticeStatus.EMPTY)).all() == ["due+1:head"] * 2
    [letter] = letters_of(session, date(2021, 7, 1), "escalate_coordinator")  # at once, both units in one letter
    assert letter.to_email == people.ha_email
    assert len(letter.facts["task_ids"]) == 2
    assert round_of(session, date(2021, 7, 1)).escalations == 0


def named_in(session, letter):
    """Rungs without a holder that a digest names."""
    rows = session.execute(
        select(Notice.rung, Notice.task_id).where(Notice.message_id == letter.id, Notice.status == NoticeStatus.EMPTY)
    )
    return sorted(tuple(row) for row in rows)


def without_heads(session):
    """A plan of two units whose heads nobody knows, late with fieldwork on 1/7/2021."""
    people = cast(session, units=2)
    session.execute(update(Unit).values(head_email=""))
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    return people, plan, sorted(("due+1:head", task(session, plan, 2, unit).id) for unit in people.units)


def naming_empty_rungs(session):
    return [x for x in session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)) if x.facts.get("empty")]


def test_an_empty_rung_is_named_once_in_the_coordinators_digest_of_the_day(session):
    people, plan, empty = without_heads(session)
    live_through(session, plan, date(2021, 7, 1), date(2021, 7, 20))
    [letter] = naming_empty_rungs(session)
    assert (letter.day, letter.to_email) == (date(2021, 7, 1), people.ha_email)
    assert named_in(session, letter) == empty


def test_an_empty_rung_waits_for_the_next_digest_where_todays_is_written(session):
    people, plan, empty = without_heads(session)
    outbox.enqueue(
        session, kind="daily_digest", key=f"digest:{people.ha.key}:2021-07-01", person=people.ha.key,
        to_name="", to_email=people.ha_email, facts={"task_ids": {}}, day=date(2021, 7, 1), now=moment(2021, 7, 1, 6),
    )  # fmt: skip
    live_through(session, plan, date(2021, 7, 1), date(2021, 7, 5))
    [told] = naming_empty_rungs(session)
    assert (told.day, named_in(session, told)) == (date(2021, 7, 2), empty)


def test_an_empty_rung_is_named_again_only_where_its_letter_was_taken_back(session):
    people, plan, empty = without_heads(session)
    round_of(session, date(2021, 7, 1))
    [letter] = naming_empty_rungs(session)
    for i, unit in enumerate(people.units):  # the letter stays, though no work of it is late any more
        progress.complete_task(session, task(session, plan, 2, unit).id, by=people.contact(i), now=moment(2021, 7, 1, 7))
    session.refresh(letter)
    assert letter.status is LetterStatus.QUEUED
    outbox.claim(session, now=moment(2021, 7, 1, 9), by="test", limit=100)
    assert outbox.mark_void(session, [letter.id], by="test", reason="không còn gì") == 1
    round_of(session, date(2021, 7, 2))
    _, again = naming_empty_rungs(session)
    assert (again.day, named_in(session, again)) == (date(2021, 7, 2), empty)


def test_a_digest_that_takes_over_an_older_one_names_its_empty_rungs_and_reports(session):
    people, plan, empty = without_heads(session)
    round_of(session, date(2021, 7, 1))
    [old] = naming_empty_rungs(session)
    old.facts = {**old.facts, "confirm": True, "plan_ids": [plan.id]}
    session.flush()
    made = outbox.enqueue(
        session, kind="daily_digest", key="digest:next", person=old.person, to_name="", to_email=people.ha_email,
        facts={"task_ids": {}, "fired": []}, day=date(2021, 7, 2), plan_id=plan.id, now=moment(2021, 7, 2, 7),
    )  # fmt: skip
    session.flush()
    session.expire_all()
    assert old.status is LetterStatus.VOID
    assert (made.facts["empty"], made.facts["confirm"], made.facts["plan_ids"]) == (True, True, [plan.id])
    assert named_in(session, made) == empty


def test_the_offices_own_work_has_no_head_to_enter(session):
    people = cast(session)
    plan = running_plan(session, people)
    live_through(session, plan, date(2021, 6, 21), date(2021, 6, 25))
    assert "due+1:head" in session.scalars(select(Notice.rung).where(Notice.status == NoticeStatus.EMPTY)).all()
    assert naming_empty_rungs(session) == []


def test_a_plan_whose_first_letters_are_held_reminds_nobody(session):
    people = cast(session)
    plan = planning.create_plan(
        session,
        office_id=people.office_id,
        draft=SMALL_PLAN,
        unit_ids=[u.id for u in people.units],
        by=people.ha,
        now=moment(2021, 6, 1),
    )
    planning.activate_plan(session, plan.id, by=people.ha, now=moment(2021, 6, 1))
    assert round_of(session, date(2021, 6, 9)).looked_at == 0
    assert planning.release_letters(session, plan.id, by=people.ha, now=moment(2021, 6, 14)) == 3
    live_through(session, plan, date(2021, 6, 14), date(2021, 6, 16))
    assert days_with(session, "daily_digest") == ["2021-06-15"]  # the rung of the 9th was passed over


def test_a_paused_plan_is_silent_and_goes_on_from_the_day_it_resumes(session):
    people = cast(session)
    plan = running_plan(session, people)
    planning.pause_plan(session, plan.id, by=people.ha, reason="bão lũ", now=moment(2021, 6, 3))
    live_through(session, plan, date(2021, 6, 3), date(2021, 6, 16))
    planning.resume_plan(session, plan.id, by=people.ha, now=moment(2021, 6, 16, 15))
    live_through(session, plan, date(2021, 6, 17), date(2021, 6, 18))
    assert days_with(session, "daily_digest") == ["2021-06-17", "2021-06-18"]


def test_a_person_in_charge_of_two_units_gets_one_letter(session):
    people = cast(session, units=3)
    session.execute(
        Contact.__table__.update().where(Contact.id == people.units[1].contact_id).values(email=people.units[0].email)
    )
    plan = running_plan(session, people)
    started = session.scalars(select(OutboxMessage.to_email).where(OutboxMessage.kind == "plan_started")).all()
    assert sorted(started) == sorted({people.units[0].email, people.units[2].email})
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    round_of(session, date(2021, 6, 21))
    letter = next(x for x in letters_of(session, date(2021, 6, 21)) if x.to_email == people.units[0].email)
    both = [task(session, plan, 2, unit).id for unit in people.units[:2]]
    assert letter.facts["fired"] == both
    assert len(letters_of(session, date(2021, 6, 21))) == 2


@pytest.mark.parametrize("size", [10, 400])
def test_a_round_reads_what_is_due_and_not_what_exists(session, size):
    """The same number of statements for ten units as for four hundred, and only the due rows are looked at."""
    from sqlalchemy import event

    people = cast(session, units=size)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 15))
    due = [task(session, plan, 2, u).id for u in people.units[:5]]
    session.execute(Task.__table__.update().where(Task.id.not_in(due)).values(next_look_on=date(2021, 6, 25)))
    session.commit()
    statements = []
    engine = session.get_bind()

    def count(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    try:
        counts = round_of(session, date(2021, 6, 21))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert (counts.looked_at, counts.digests) == (5, 5)
    assert len([s for s in statements if not s.startswith(("BEGIN", "SAVEPOINT"))]) <= 24


def test_the_round_reads_no_table_of_work_or_letters_from_end_to_end(sqlite_session):
    """As SQLite explains each of its questions; PostgreSQL is asked beside a million tasks by bench_ladders."""
    people = cast(sqlite_session, units=2)
    running_plan(sqlite_session, people)
    sqlite_session.execute(update(Contact).values(weekly_letters=True))
    sqlite_session.commit()
    asked = []
    connection = sqlite_session.connection()

    @event.listens_for(connection, "before_cursor_execute")
    def keep(_connection, _cursor, statement, parameters, _context, many):
        if statement.startswith("SELECT") and not many:
            asked.append((statement, parameters))

    counts = round_of(sqlite_session, date(2021, 6, 9))
    event.remove(connection, "before_cursor_execute", keep)
    assert counts.digests == 1
    steps = [row[-1] for q, values in asked for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {q}", values)]
    assert any("ix_outbox_message_unsent_person" in step for step in steps)
    assert any("ix_outbox_message_day" in step for step in steps)
    assert any("ix_notice_untold" in step for step in steps)
    assert [step for step in steps if step.startswith(("SCAN task", "SCAN outbox_message", "SCAN notice"))] == []
