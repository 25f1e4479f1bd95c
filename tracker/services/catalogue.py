"""The calendar of working days: seeded once, then the table is the authority."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import CalendarDay
from tracker.rules.states import DayKind
from tracker.rules.workdays import OFFICE_HOUR, CalendarRow, WorkCalendar


def work_calendar(session: Session) -> WorkCalendar:
    """All days off and make-up days of the table, in one query; the hour of letters comes with the database's settings."""
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
    return WorkCalendar(
        days_off=frozenset(day for day, kind in rows if kind is not DayKind.MAKE_UP),
        make_up_days=frozenset(day for day, kind in rows if kind is DayKind.MAKE_UP),
        letters_from=_office_hour(session),
    )


def _office_hour(session: Session) -> time:
    """REMINDERS_AT, which the edge hands in with the engine (config.flask_mapping): services know no settings."""
    hour: time = session.get_bind().get_execution_options().get("office_hour", OFFICE_HOUR)
    return hour


def seed_calendar(session: Session, rows: Iterable[CalendarRow]) -> int:
    """Adds the days that the table does not know yet and returns how many; what a person has entered stays as it is."""
    known = set(session.scalars(select(CalendarDay.day)))
    fresh = {row.day: row for row in rows if row.day not in known}
    session.add_all(CalendarDay(day=row.day, kind=row.kind, name=row.name, source=row.source) for row in fresh.values())
    session.flush()
    return len(fresh)


def years_without_calendar(session: Session, years: range) -> list[int]:
    """Those of the years for which the calendar has no day at all."""
    days = session.scalars(select(CalendarDay.day).where(CalendarDay.day.between(date(years[0], 1, 1), date(years[-1], 12, 31))))
    known = {day.year for day in days}
    return [year for year in years if year not in known]
