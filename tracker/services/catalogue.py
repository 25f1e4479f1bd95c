"""The calendar of working days: seeded once, then the table is the authority."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.models import CalendarDay, GroupDay, Unit, UnitGroup
from tracker.rules.states import DayKind
from tracker.rules.workdays import OFFICE_HOUR, CalendarRow, Calendars, WorkCalendar


def work_calendar(session: Session) -> WorkCalendar:
    """All days off and make-up days of the table, in one query; the hour of letters comes with the database's settings."""
    rows = session.execute(select(CalendarDay.day, CalendarDay.kind)).all()
    return WorkCalendar(
        days_off=frozenset(day for day, kind in rows if kind is not DayKind.MAKE_UP),
        make_up_days=frozenset(day for day, kind in rows if kind is DayKind.MAKE_UP),
        letters_from=_office_hour(session),
    )


def calendars(session: Session) -> Calendars:
    """The office's calendar, and those of groups with a week or days of their own. Three or four queries, however many units."""
    return calendars_of(session, work_calendar(session), group_weeks(session), group_days(session))


def calendars_of_units(session: Session, unit_ids: Collection[int], office: WorkCalendar) -> Calendars:
    """As `calendars`, of a few units and for pages, which have read the office's days. One query."""
    rows = session.execute(
        select(Unit.id, Unit.group_id, UnitGroup.works_on, GroupDay.day, GroupDay.is_off)
        .join(UnitGroup, UnitGroup.id == Unit.group_id)
        .outerjoin(GroupDay, GroupDay.group_id == UnitGroup.id)
        .where(Unit.id.in_(unit_ids), or_(UnitGroup.works_on != "", GroupDay.day.is_not(None)))
    ).all()
    days: dict[int, dict[date, bool]] = {row.group_id: {} for row in rows}
    for row in rows:
        if row.day is not None:
            days[row.group_id][row.day] = row.is_off
    by_group = {row.group_id: group_calendar(office, row.works_on, days[row.group_id]) for row in rows}
    return Calendars(office, by_group, {row.id: row.group_id for row in rows})


def group_weeks(session: Session) -> dict[int, str]:
    """group -> the weekdays it works on, of groups with a week of their own."""
    rows = session.execute(select(UnitGroup.id, UnitGroup.works_on).where(UnitGroup.works_on != ""))
    return {row.id: row.works_on for row in rows}


def group_days(session: Session) -> dict[int, dict[date, bool]]:
    """group -> its own days: True where it rests, False where it works."""
    days: dict[int, dict[date, bool]] = {}
    for group, day, is_off in session.execute(select(GroupDay.group_id, GroupDay.day, GroupDay.is_off)):
        days.setdefault(group, {})[day] = is_off
    return days


def calendars_of(
    session: Session, office: WorkCalendar, weeks: Mapping[int, str], days: Mapping[int, Mapping[date, bool]]
) -> Calendars:
    """Calendars out of their parts; asks only which units belong to the groups."""
    groups = {group for group, works_on in weeks.items() if works_on} | {group for group, own in days.items() if own}
    if not groups:
        return Calendars(office)
    by_group = {group: group_calendar(office, weeks.get(group, ""), days.get(group, {})) for group in groups}
    units = session.execute(select(Unit.id, Unit.group_id).where(Unit.group_id.in_(groups)))
    return Calendars(office, by_group, {unit: group for unit, group in units if group is not None})


def group_calendar(office: WorkCalendar, works_on: str, days: Mapping[date, bool]) -> WorkCalendar:
    """The office's days off with another week ("123456" works on Saturdays) and days of its own (True: off)."""
    off = {day for day, is_off in days.items() if is_off}
    on = days.keys() - off
    return replace(
        office,
        days_off=(office.days_off - on) | off,
        make_up_days=(office.make_up_days - off) | on,
        week=frozenset(int(digit) - 1 for digit in works_on) or office.week,
        office=office,
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
