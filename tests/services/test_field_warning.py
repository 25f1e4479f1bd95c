"""Fieldwork behind its line: an early warning to the unit and the coordinator, once at each quarter of the window."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.builders import cast, holiday, moment, running_plan, task
from tests.services.test_chasing import live_through, round_of
from tracker.models import LedgerLine, Notice, OutboxMessage
from tracker.rules.states import NoticeStatus
from tracker.services import ladders, progress


@pytest.fixture
def in_field(session):
    """60 ballots a unit from Friday 2/7 to Wednesday 15/9/2021: 54 working days; looked at on 22/7, 10/8 and 27/8."""
    people = cast(session, units=2)
    plan = running_plan(session, people)
    progress.complete_task(session, task(session, plan, 1).id, by=people.ha, now=moment(2021, 6, 18))
    for number, unit in enumerate(people.units):
        progress.complete_task(session, task(session, plan, 2, unit).id, by=people.contact(number), now=moment(2021, 6, 28))
    return people, plan


def collects(session, plan, unit, day, many):
    session.add(
        LedgerLine(
            plan_id=plan.id, unit_id=unit.id, day=day, collected=many, valid=many, discarded=0, reasons={},
            once=f"{unit.id}-{day}", by_name="", by_key="", at=moment(day.year, day.month, day.day),
        )
    )  # fmt: skip
    session.flush()


def warned(session, to):
    rows = session.execute(
        select(OutboxMessage.day, OutboxMessage.facts).where(OutboxMessage.to_email == to).order_by(OutboxMessage.day)
    )
    return [(day.isoformat(), list(facts["pace"].values())) for day, facts in rows if facts.get("pace")]


@pytest.mark.slow
def test_who_is_behind_is_warned_once_a_quarter_and_who_keeps_pace_never(session, in_field):
    people, plan = in_field
    slow, fast = people.units
    collects(session, plan, fast, date(2021, 7, 5), 60)
    collects(session, plan, slow, date(2021, 7, 5), 10)
    live_through(session, plan, date(2021, 6, 29), date(2021, 8, 6))
    assert warned(session, slow.email) == []  # 10 of 60 where 15 were expected: no more than 20 points behind
    live_through(session, plan, date(2021, 8, 7), date(2021, 9, 15))
    assert warned(session, slow.email) == [("2021-08-10", [[10, 30, 60]]), ("2021-08-30", [[10, 45, 60]])]
    assert warned(session, people.ha_email) == warned(session, slow.email)
    assert warned(session, fast.email) == []
    assert task(session, plan, 3, slow).chase_count == 0


def test_a_server_that_was_down_warns_once_and_a_second_round_not_at_all(session, in_field):
    people, plan = in_field
    live_through(session, plan, date(2021, 6, 29), date(2021, 7, 5))
    round_of(session, date(2021, 9, 1))
    assert [day for day, _ in warned(session, people.units[0].email)] == ["2021-09-01"]
    round_of(session, date(2021, 9, 1), hour=11)
    assert [day for day, _ in warned(session, people.units[0].email)] == ["2021-09-01"]
    steps = select(Notice.rung).where(Notice.rung.like("field%"), Notice.status == NoticeStatus.SKIPPED)
    assert set(session.scalars(steps)) == {f"field{p}:{who}" for p in (25, 50) for who in ("contact", "coordinator")}


def test_the_setting_makes_it_stricter_or_silent_from_now_on(session, in_field):
    people, plan = in_field
    live_through(session, plan, date(2021, 6, 29), date(2021, 7, 5))
    settings = {"chases_before_leader": 3, "ask_months": {}, "by": people.ha}
    ladders.change_settings(session, plan.id, field_lag=0, now=moment(2021, 7, 5), **settings)
    assert task(session, plan, 3, people.units[0]).next_look_on == date(2021, 9, 6)
    live_through(session, plan, date(2021, 7, 6), date(2021, 8, 6))
    ladders.change_settings(session, plan.id, field_lag=5, now=moment(2021, 8, 6), **settings)
    live_through(session, plan, date(2021, 8, 7), date(2021, 8, 11))
    assert len(warned(session, people.units[0].email)) == 1


def test_days_off_move_the_line(session, in_field):
    people, plan = in_field
    holiday(session, *(date(2021, 7, n) for n in range(12, 24)))
    live_through(session, plan, date(2021, 6, 29), date(2021, 8, 3))
    assert [day for day, _ in warned(session, people.units[0].email)] == ["2021-08-02"]
