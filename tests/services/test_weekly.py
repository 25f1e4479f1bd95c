"""The week's summary: coordinator and leader, on the first working day, once."""

from datetime import date, timedelta

from sqlalchemy import select

from tests.builders import cast, holiday, moment, running_plan
from tracker.models import OutboxMessage
from tracker.services import planning, weekly


def morning(session, day):
    return weekly.queue_weekly_summaries(session, day, now=moment(day.year, day.month, day.day, 7, 30))


def letters(session):
    query = select(OutboxMessage).where(OutboxMessage.kind == "weekly_summary").order_by(OutboxMessage.id)
    return list(session.scalars(query))


def through(session, first, last):
    day = first
    while day <= last:
        morning(session, day)
        day += timedelta(days=1)


def test_coordinator_and_leader_hear_on_mondays(session):
    people = cast(session)
    plan = running_plan(session, people)  # on Tuesday, 01/6/2021
    through(session, date(2021, 6, 1), date(2021, 6, 15))
    assert [(m.day, m.to_email, m.plan_id, m.facts) for m in letters(session)] == [
        (day, email, plan.id, {"from": week[0], "to": week[1]})
        for day, week in (
            (date(2021, 6, 7), ("2021-05-31", "2021-06-06")),
            (date(2021, 6, 14), ("2021-06-07", "2021-06-13")),
        )
        for email in (people.ha_email, people.dung_email)
    ]


def test_a_holiday_on_monday_moves_it_to_the_next_working_day(session):
    people = cast(session)
    holiday(session, date(2021, 6, 7))
    running_plan(session, people)
    through(session, date(2021, 6, 1), date(2021, 6, 12))
    assert {m.day for m in letters(session)} == {date(2021, 6, 8)}


def test_a_missed_monday_is_made_up_for_and_a_second_run_says_nothing(session):
    people = cast(session)
    running_plan(session, people)
    assert [morning(session, date(2021, 6, 9)), morning(session, date(2021, 6, 9)), morning(session, date(2021, 6, 10))] == [
        2,
        0,
        0,
    ]


def test_a_plan_that_began_this_week_or_is_paused_has_no_week_to_tell(session):
    people = cast(session)
    plan = running_plan(session, people)
    assert morning(session, date(2021, 6, 3)) == 0
    planning.pause_plan(session, plan.id, by=people.ha, reason="bão", now=moment(2021, 6, 4))
    assert morning(session, date(2021, 6, 7)) == 0


def test_one_person_who_coordinates_and_leads_gets_one_letter(session):
    people = cast(session)
    plan = running_plan(session, people)
    plan.leader_id = people.coordinator_id
    session.flush()
    assert morning(session, date(2021, 6, 7)) == 1
