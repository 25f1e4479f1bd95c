"""When a plan will be finished if work goes on as it has."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.forecast import StagePace, forecast
from tracker.rules.workdays import WorkCalendar

TODAY = date(2021, 9, 20)  # a Monday
PLAIN = WorkCalendar()


def stage(position, due, *, start=None, tasks=30, done=0, lately=0, begun=False, waits=(), per_unit=False):
    """`begun`: long ago, or the day given."""
    begun_on = begun if isinstance(begun, date) else date(2021, 6, 1) if begun else None
    return StagePace(position, start, due, tasks, done, lately, begun_on, waits, per_unit)


def ends(*stages):
    found = forecast(stages, TODAY, PLAIN)
    assert found is not None
    return {s.position: (s.ends_on and s.ends_on.isoformat(), s.late) for s in found.stages}


def test_a_stage_goes_on_at_the_pace_of_ten_working_days():
    """10 of 30 are done, 5 of them in ten working days: 20 left take 40 working days, from 20/9 to 15/11."""
    assert ends(stage(1, date(2021, 9, 30), done=10, lately=5, begun=True)) == {1: ("2021-11-15", 32)}


def test_the_pace_of_a_stage_that_began_lately_is_that_of_its_own_days():
    """Begun on Thursday, 16/9: 9 in three working days; 21 left take 7."""
    assert ends(stage(1, date(2021, 9, 21), done=9, lately=9, begun=date(2021, 9, 16))) == {1: ("2021-09-29", 6)}


def test_units_that_are_ahead_of_a_window_to_come_make_no_pace():
    assert ends(stage(1, date(2021, 10, 30), start=date(2021, 9, 27), done=3, lately=1, begun=date(2021, 9, 27))) == {
        1: ("2021-10-30", 0)
    }


def test_a_quick_stage_ends_on_its_due_date_not_before():
    assert ends(stage(1, date(2021, 9, 30), done=29, lately=20, begun=True)) == {1: ("2021-09-30", 0)}


def test_holidays_are_no_working_days_of_the_forecast():
    calendar = WorkCalendar(days_off=frozenset({date(2021, 9, 21)}))
    found = forecast([stage(1, TODAY, done=29, lately=10, begun=True)], TODAY, calendar)
    assert found is not None
    assert found.ends_on == date(2021, 9, 22)


def test_a_late_stage_where_nothing_was_finished_lately_has_no_end_nor_have_those_that_wait_for_it():
    found = forecast(
        [
            stage(1, date(2021, 9, 15), done=27, begun=True),
            stage(2, date(2021, 10, 15), waits=(1,)),
            stage(3, date(2021, 10, 20)),
        ],
        TODAY,
        PLAIN,
    )
    assert found is not None
    assert [(s.position, s.ends_on) for s in found.stages] == [(1, None), (2, None), (3, date(2021, 10, 20))]
    assert found.stalled is not None
    assert found.stalled.position == 1
    assert found.ends_on is None


def test_one_that_is_not_late_yet_is_trusted_to_its_due_date():
    assert ends(stage(1, date(2021, 9, 30), begun=True)) == {1: ("2021-09-30", 0)}


def test_a_window_keeps_its_length_and_slack_takes_up_the_delay():
    """Entry, ten working days long, begins when the recheck ends (04/10 instead of 30/9); the publication has room."""
    assert ends(
        stage(1, date(2021, 9, 30), done=20, lately=10, begun=True),
        stage(2, date(2021, 10, 14), start=date(2021, 9, 30), waits=(1,)),
        stage(3, date(2021, 11, 29), tasks=1, waits=(2,)),
    ) == {1: ("2021-10-04", 2), 2: ("2021-10-18", 2), 3: ("2021-11-29", 0)}


def test_a_stage_that_opens_unit_by_unit_ends_when_the_last_unit_comes():
    assert ends(
        stage(1, date(2021, 9, 30), done=20, lately=10, begun=True),
        stage(2, date(2021, 10, 1), start=date(2021, 9, 25), waits=(1,), per_unit=True),
    ) == {1: ("2021-10-04", 2), 2: ("2021-10-04", 1)}


def test_the_offices_own_late_work_ends_today_at_the_earliest():
    assert ends(stage(1, date(2021, 9, 15), tasks=1, begun=True)) == {1: ("2021-09-20", 3)}


def test_finished_work_and_work_without_a_due_date_are_left_out():
    assert forecast([stage(1, date(2021, 9, 15), done=30, begun=True), stage(2, None)], TODAY, PLAIN) is None


@given(
    st.lists(
        st.tuples(
            st.integers(-60, 120), st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), st.booleans()
        ),
        min_size=1,
        max_size=8,
    )
)
def test_no_stage_ends_before_its_due_date_before_today_or_before_what_it_waits_for(drawn):
    stages = []
    for n, (due, length, tasks, done, lately, begun) in enumerate(drawn, 1):
        end = TODAY + timedelta(days=due)
        start = end - timedelta(days=length) if length else None
        done = min(done, tasks)
        stages.append(stage(n, end, start=start, tasks=tasks, done=done, lately=min(lately, done), begun=begun, waits=(n - 1,)))
    found = forecast(stages, TODAY, PLAIN)
    if found is None:
        assert all(s.is_done for s in stages)
        return
    known = found.of_stage
    for one in found.stages:
        if one.ends_on is not None:
            assert one.ends_on >= max(one.due_on, TODAY)
            earlier = known.get(one.position - 1)
            assert earlier is None or (earlier.ends_on is not None and one.ends_on >= earlier.ends_on)
