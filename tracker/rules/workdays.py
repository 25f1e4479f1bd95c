"""Working days: weekends, days off, swapped days. The table of days (models.CalendarDay) is the authority.

Monday to Friday are working days unless the calendar says otherwise (Bộ luật Lao động 2019, art. 111, 112; a swap is
announced for each year by the Government). A group of units may have a week of its own (health stations that work on
Saturdays): what its units aim at follows their week, while letters go on days on which the office works.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from tracker.rules.states import DayKind

ONE_DAY = timedelta(days=1)
SATURDAY = 5
MONDAY_TO_FRIDAY = frozenset(range(SATURDAY))
#: When the office begins to write letters, unless a setting says otherwise.
OFFICE_HOUR = time(7, 30)
#: A longest run of days off; a calendar without a working day in this span is broken.
SEARCH_LIMIT_DAYS = 60


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class CalendarRow:
    """A day that is not what its weekday says, with the document that says so."""

    day: date
    kind: DayKind
    name: str
    source: str = ""


@dataclass(frozen=True)
class WorkCalendar:
    """The days that are not what their weekday says, and the hour from which letters go on a working day."""

    days_off: frozenset[date] = field(default_factory=frozenset)
    make_up_days: frozenset[date] = field(default_factory=frozenset)
    letters_from: time = OFFICE_HOUR
    week: frozenset[int] = MONDAY_TO_FRIDAY  #: weekdays worked, 0 for Monday
    office: WorkCalendar | None = None  #: of a group: whose days letters go on; None: its own

    def is_workday(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() in self.week and day not in self.days_off

    def is_letter_day(self, day: date) -> bool:
        """Whether the office sends letters on `day`."""
        return (self.office or self).is_workday(day)

    def letters_on_or_before(self, day: date) -> date:
        """A reminder is pulled earlier to a day on which letters go, never pushed later."""
        return (self.office or self).on_or_before(day)

    def letters_on_or_after(self, day: date) -> date:
        return (self.office or self).on_or_after(day)

    def on_or_before(self, day: date) -> date:
        """The last working day not after `day`: what reminders aim at."""
        return self._step(day, -ONE_DAY)

    def on_or_after(self, day: date) -> date:
        return self._step(day, ONE_DAY)

    def shift(self, day: date, workdays: int) -> date:
        """`workdays` working days after `day` (before it when negative); 0 gives `on_or_before(day)`."""
        if workdays == 0:
            return self.on_or_before(day)
        step = ONE_DAY if workdays > 0 else -ONE_DAY
        for _ in range(abs(workdays)):
            day = self._step(day + step, step)
        return day

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; 0 when `end` is not after `start`."""
        days = (end - start).days
        return sum(1 for n in range(1, days + 1) if self.is_workday(start + n * ONE_DAY))

    def _step(self, day: date, step: timedelta) -> date:
        for _ in range(SEARCH_LIMIT_DAYS):
            if self.is_workday(day):
                return day
            day += step
        raise ValueError(f"no working day within {SEARCH_LIMIT_DAYS} days of {day}")


@dataclass(frozen=True)
class Calendars:
    """The office's calendar, and those of groups that have a week or days of their own."""

    office: WorkCalendar
    by_group: Mapping[int, WorkCalendar] = field(default_factory=dict)
    group_of: Mapping[int, int] = field(default_factory=dict)  #: unit -> group, of groups in `by_group` only

    def of(self, unit_id: int | None) -> WorkCalendar:
        """The calendar of a unit's work; the office's own work (no unit) and all other units follow the office's."""
        group = self.group_of.get(unit_id) if unit_id is not None else None
        return self.office if group is None else self.by_group[group]
