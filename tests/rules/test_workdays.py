"""Working days against a plain count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.rules.workdays import WorkCalendar

days = st.dates(date(2020, 1, 1), date(2027, 12, 31))
calendars = st.builds(
    lambda off, up: WorkCalendar(frozenset(off), frozenset(up)), st.sets(days, max_size=40), st.sets(days, max_size=10)
)

#: 2026: the 2nd of January is off, Saturday the 10th is worked (official notice of 25/12/2025).
SWAP = WorkCalendar(frozenset({date(2026, 1, 1), date(2026, 1, 2)}), frozenset({date(2026, 1, 10)}))


@pytest.mark.parametrize(
    ("day", "workdays", "expected"),
    [
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 1, 5), -1, date(2025, 12, 31)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 1, 12), -1, date(2026, 1, 10)),
        (date(2026, 1, 4), 0, date(2025, 12, 31)),
        (date(2026, 1, 5), 0, date(2026, 1, 5)),
    ],
)
def test_a_swapped_day_counts_as_announced(day, workdays, expected):
    assert SWAP.shift(day, workdays) == expected


@given(calendar=calendars, day=days, n=st.integers(1, 30))
def test_n_days_after_is_the_nth_working_day(calendar, day, n):
    found = calendar.shift(day, n)
    assert calendar.is_workday(found)
    assert calendar.between(day, found) == n


@given(calendar=calendars, day=days, n=st.integers(1, 20))
def test_forth_and_back_comes_home(calendar, day, n):
    home = calendar.on_or_before(day)
    assert calendar.shift(calendar.shift(home, n), -n) == home


@given(calendar=calendars, day=days)
def test_the_last_working_day_is_not_after_the_day(calendar, day):
    found = calendar.on_or_before(day)
    assert found <= day
    assert calendar.is_workday(found)
    assert not any(calendar.is_workday(found + timedelta(days=k)) for k in range(1, (day - found).days + 1))


def test_a_calendar_without_working_days_is_refused():
    off = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(200))
    with pytest.raises(ValueError, match="no working day"):
        WorkCalendar(off).on_or_after(date(2026, 2, 1))
