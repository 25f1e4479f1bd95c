"""Work without an end: asked for a sign of life each month, named after three months of silence, never flooded."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.builders import SMALL_PLAN, cast, moment, running_plan, task
from tests.services.test_chasing import days_with, live_through, round_of
from tracker.errors import Refused
from tracker.models import JournalEntry, Notice, OutboxMessage, Task
from tracker.rules.states import TimeKind
from tracker.services import ladders, planning, progress, silence

ENDLESS = replace(
    SMALL_PLAN,
    stages=(
        SMALL_PLAN.stages[0],
        replace(SMALL_PLAN.stages[1], wording="Thường xuyên", time_kind=TimeKind.CONTINUOUS, start_on=None, due_on=None),
    ),
)


@pytest.fixture
def endless(session):
    """Stage 2 runs for ever, open since Tuesday, 1/6/2021."""
    people = cast(session, units=2)
    plan = running_plan(session, people, ENDLESS)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 1))
    return people, plan


def silent_letters(session, to):
    rows = session.execute(
        select(OutboxMessage.day, OutboxMessage.facts).where(OutboxMessage.to_email == to).order_by(OutboxMessage.day)
    )
    return [day.isoformat() for day, facts in rows if isinstance(facts.get("task_ids"), dict) and facts["task_ids"].get("silent")]


@pytest.mark.slow
def test_each_month_the_contact_is_asked_and_after_three_the_silence_is_named_once(session, endless):
    people, plan = endless
    live_through(session, plan, date(2021, 6, 2), date(2021, 11, 30))
    asked = ["2021-07-01", "2021-08-02", "2021-09-01", "2021-10-01", "2021-11-01"]
    assert days_with(session, "confirm_continuous", people.units[0].email) == asked
    assert silent_letters(session, people.ha_email) == ["2021-09-01"]
    assert silent_letters(session, people.dung_email) == ["2021-09-01"]
    assert task(session, plan, 2, people.units[0]).chase_count == 0


def test_a_confirmation_by_link_or_by_the_coordinator_begins_the_months_anew_and_twice_is_once(session, endless):
    people, plan = endless
    first, second = (task(session, plan, 2, unit) for unit in people.units)
    live_through(session, plan, date(2021, 6, 2), date(2021, 7, 14))
    at = moment(2021, 7, 15)
    assert silence.confirm_going_on(session, first.id, by=people.contact(0), now=at, note="12 lượt tuyên truyền")
    assert not silence.confirm_going_on(session, first.id, by=people.contact(0), now=at, note="12 lượt tuyên truyền")
    assert silence.confirm_going_on(session, second.id, by=people.ha, now=at)
    live_through(session, plan, date(2021, 7, 15), date(2021, 9, 30))
    assert days_with(session, "confirm_continuous", people.units[0].email) == ["2021-07-01", "2021-08-16", "2021-09-15"]
    assert silent_letters(session, people.ha_email) == []
    query = select(func.count(JournalEntry.id)).where(JournalEntry.verb == "xác nhận vẫn đang thực hiện")
    assert session.scalar(query) == 2
    live_through(session, plan, date(2021, 10, 1), date(2021, 10, 20))
    assert silent_letters(session, people.ha_email) == ["2021-10-15"]


def test_four_months_without_a_server_are_made_up_for_by_one_letter(session, endless):
    people, plan = endless
    round_of(session, date(2021, 6, 2))
    round_of(session, date(2021, 10, 4))
    assert days_with(session, "confirm_continuous", people.units[0].email) == ["2021-10-04"]
    assert silent_letters(session, people.ha_email) == ["2021-10-04"]
    round_of(session, date(2021, 10, 4), hour=10)
    assert days_with(session, "confirm_continuous", people.units[0].email) == ["2021-10-04"]
    assert task(session, plan, 2, people.units[0]).next_look_on == date(2021, 11, 1)


def test_a_round_between_looks_at_nothing(session, endless):
    _people, plan = endless
    live_through(session, plan, date(2021, 6, 2), date(2021, 7, 2))
    assert round_of(session, date(2021, 7, 5)).looked_at == 0


def test_the_months_are_a_setting_and_a_pause_is_no_silence(session, endless):
    people, plan = endless
    ladders.change_settings(
        session, plan.id, chases_before_leader=3, field_lag=20, ask_months={2: 2}, by=people.ha, now=moment(2021, 6, 2)
    )
    live_through(session, plan, date(2021, 6, 2), date(2021, 8, 10))
    assert days_with(session, "confirm_continuous", people.units[0].email) == ["2021-08-02"]
    planning.pause_plan(session, plan.id, by=people.ha, reason="chờ", now=moment(2021, 8, 11))
    planning.resume_plan(session, plan.id, by=people.ha, now=moment(2021, 9, 10))
    live_through(session, plan, date(2021, 9, 10), date(2021, 12, 13))
    assert days_with(session, "confirm_continuous", people.units[0].email) == ["2021-08-02", "2021-11-10"]
    assert silent_letters(session, people.ha_email) == ["2021-12-10"]


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"chases_before_leader": 0}, "chases_before_leader"),
        ({"chases_before_leader": None}, "chases_before_leader"),
        ({"field_lag": 91}, "field_lag"),
        ({"ask_months": {2: 0}}, "ask_months"),
        ({"ask_months": {2: 13}}, "ask_months"),
    ],
)
def test_a_setting_that_is_none_is_refused_whole(session, endless, changed, key):
    people, plan = endless
    given = {"chases_before_leader": 2, "field_lag": 10, "ask_months": {2: 3}} | changed
    with pytest.raises(Refused) as refused:
        ladders.change_settings(session, plan.id, **given, by=people.ha, now=moment(2021, 6, 2))
    assert refused.value.key == key
    assert (plan.chases_before_leader, plan.field_lag) == (3, 20)


def test_only_work_without_an_end_of_the_own_unit_is_confirmed(session, endless):
    people, plan = endless
    work = task(session, plan, 2, people.units[0])
    with pytest.raises(Refused):
        silence.confirm_going_on(session, work.id, by=people.contact(1), now=moment(2021, 7, 1))
    with pytest.raises(Refused):
        silence.confirm_going_on(session, work.id, by=people.dung, now=moment(2021, 7, 1))
    with pytest.raises(Refused) as refused:
        silence.confirm_going_on(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 2))
    assert refused.value.key == "confirm_has_end"


def test_the_person_whose_digest_is_written_hears_tomorrow(session, endless):
    """A second round on the day finds the coordinator's digest written: what he should hear is not lost."""
    people, plan = endless
    live_through(session, plan, date(2021, 6, 2), date(2021, 8, 31))
    session.execute(update(Task).where(Task.unit_id == people.units[1].id).values(heard_on=date(2021, 8, 31)))
    session.add(
        OutboxMessage(
            key=f"digest:user-{people.coordinator_id}:2021-09-01", kind="daily_digest", person=f"user-{people.coordinator_id}",
            to_email=people.ha_email, day=date(2021, 9, 1), facts={"task_ids": {}}, not_before=moment(2021, 9, 1),
            created_at=moment(2021, 9, 1),
        )
    )  # fmt: skip
    session.flush()
    round_of(session, date(2021, 9, 1))
    assert (silent_letters(session, people.ha_email), silent_letters(session, people.dung_email)) == ([], ["2021-09-01"])
    live_through(session, plan, date(2021, 9, 2), date(2021, 9, 3) + timedelta(days=10))
    assert silent_letters(session, people.ha_email) == ["2021-09-02"]
    steps = session.scalars(select(Notice.rung).where(Notice.rung.like("silent%"))).all()
    assert sorted(steps) == ["silent:coordinator", "silent:leader"]
