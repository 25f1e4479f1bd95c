"""The ladder: properties over random calendars, due dates and days of looking."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.reminders import (
    DEFAULT_LADDER,
    Rung,
    TaskFacts,
    decide,
    first_look,
    ladder_from_json,
    ladder_to_json,
    rung_day,
)
from tracker.rules.schedule import aim_day
from tracker.rules.states import TaskStatus
from tracker.rules.workdays import WorkCalendar

DAY_ONE = date(2021, 1, 1)
days = st.dates(DAY_ONE, date(2022, 12, 31))


@st.composite
def calendars(draw):
    """Weekends with some holidays and make-up days; never more than ten days off in a row beyond a weekend."""
    off = draw(st.sets(days, max_size=25))
    made_up = draw(st.sets(days.filter(lambda d: d.weekday() >= 5), max_size=5))
    return WorkCalendar(frozenset(off), frozenset(made_up))


def facts(due_on, ladder_from, calendar, status=TaskStatus.IN_PROGRESS, said=frozenset()):
    return TaskFacts(status, due_on, aim_day(None, due_on, calendar), ladder_from, said)


def live(due_on, opened_on, calendar, until, *, done_on=None, down=frozenset()):
    """Every day from the opening on: (day, rung keys said)."""
    said: set[str] = set()
    spoken = []
    look = first_look(facts(due_on, opened_on, calendar), DEFAULT_LADDER, calendar)
    day = opened_on
    while day <= until:
        if done_on is not None and day > done_on:
            break
        if look is not None and look <= day and day not in down:
            decision = decide(facts(due_on, opened_on, calendar, said=frozenset(said)), DEFAULT_LADDER, calendar, day)
            keys = [r.key for r in decision.say] + (["born-late"] if decision.born_late else [])
            said |= {r.key for r in decision.skip} | set(keys)
            if keys:
                spoken.append((day, keys))
            look = decision.next_look_on
        day += timedelta(days=1)
    return spoken


@given(due_on=days, opened=days, calendar=calendars())
def test_each_rung_is_said_once_on_a_working_day_and_never_early(due_on, opened, calendar):
    spoken = live(due_on, opened, calendar, max(due_on, opened) + timedelta(days=40))
    keys = [key for _, said in spoken for key in said]
    assert len(keys) == len(set(keys))
    assert all(calendar.is_workday(day) for day, _ in spoken)
    aim = aim_day(None, due_on, calendar)
    expected = {r.key: rung_day(r, due_on=due_on, aim_on=aim, calendar=calendar) for r in DEFAULT_LADDER}
    for day, said in spoken:
        for key in said:
            if key != "born-late":
                assert day == expected[key]
    assert {k for k in keys if k != "born-late"} == {k for k, d in expected.items() if d >= opened}


@given(due_on=days, ahead=st.integers(1, 60), calendar=calendars())
def test_every_open_task_is_reminded_before_it_is_late(due_on, ahead, calendar):
    """Open at least one working day before the aim day, nobody is late unwarned."""
    opened = due_on - timedelta(days=ahead)
    aim = aim_day(None, due_on, calendar)
    if calendar.shift(aim, -1) < opened:
        return
    spoken = live(due_on, opened, calendar, due_on)
    assert spoken
    assert spoken[0][0] <= aim <= due_on


@given(due_on=days, opened=days, calendar=calendars(), outage=st.sets(st.integers(0, 60), max_size=30))
def test_an_outage_delays_and_never_loses_or_repeats(due_on, opened, calendar, outage):
    until = max(due_on, opened) + timedelta(days=120)
    down = frozenset(opened + timedelta(days=n) for n in outage)
    calm = live(due_on, opened, calendar, until)
    rough = live(due_on, opened, calendar, until, down=down)
    flat = [k for _, ks in calm for k in ks]
    assert sorted(flat) == sorted(k for _, ks in rough for k in ks)
    assert all(day not in down for day, _ in rough)


@given(due_on=days, opened=days, calendar=calendars(), done=st.integers(0, 30))
def test_nothing_is_said_after_completion(due_on, opened, calendar, done):
    done_on = opened + timedelta(days=done)
    assert all(day <= done_on for day, _ in live(due_on, opened, calendar, done_on + timedelta(days=60), done_on=done_on))


@pytest.mark.parametrize("status", [s for s in TaskStatus if s is not TaskStatus.IN_PROGRESS])
def test_only_work_under_way_is_spoken_of(status):
    calendar = WorkCalendar()
    task = facts(date(2021, 6, 18), date(2021, 6, 1), calendar, status=status)
    assert decide(task, DEFAULT_LADDER, calendar, date(2021, 6, 21)).say == ()


def test_work_without_a_due_date_is_silent():
    calendar = WorkCalendar()
    assert decide(TaskFacts(TaskStatus.IN_PROGRESS, None, None, DAY_ONE), DEFAULT_LADDER, calendar, date(2021, 6, 21)).say == ()


def test_the_ladder_survives_its_json_form():
    assert ladder_from_json(ladder_to_json(DEFAULT_LADDER)) == DEFAULT_LADDER


@pytest.mark.parametrize(
    "row",
    [{}, {"workdays": "x", "recipient": "contact", "kind": "remind"}, {"workdays": 1, "recipient": "all", "kind": "remind"}],
)
def test_a_row_that_is_no_rung_is_refused(row):
    with pytest.raises((KeyError, ValueError)):
        ladder_from_json([row])


def test_rung_keys_name_day_and_role():
    assert [r.key for r in DEFAULT_LADDER[:2]] == ["due-7:contact", "due-3:contact"]
    assert Rung(0, DEFAULT_LADDER[0].recipient, DEFAULT_LADDER[0].kind).key == "due+0:contact"
