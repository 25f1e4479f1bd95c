"""The calendar of a year for its page."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import CalendarDay, GroupDay, Unit, UnitGroup
from tracker.rules.states import DayKind


class DayRow(NamedTuple):
    day: date
    kind: DayKind
    name: str
    source: str


def months(session: Session, year: int) -> dict[int, list[DayRow]]:
    """month -> its days off and make-up days; months without any are left out. One statement."""
    rows = session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.source)
        .where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(CalendarDay.day)
    )
    found: dict[int, list[DayRow]] = {}
    for row in rows:
        found.setdefault(row.day.month, []).append(DayRow(*row))
    return found


def day(session: Session, on: date) -> DayRow | None:
    """One day of the table."""
    row = session.execute(
        select(CalendarDay.day, CalendarDay.kind, CalendarDay.name, CalendarDay.source).where(CalendarDay.day == on)
    ).one_or_none()
    return DayRow(*row) if row else None


class OwnDay(NamedTuple):
    day: date
    is_off: bool
    name: str
    source: str


class GroupCalendar(NamedTuple):
    """A group of units with its week ("" for the office's) and days of its own."""

    id: int
    name: str
    works_on: str
    units: int
    days: tuple[OwnDay, ...]


def group_calendars(session: Session, office_id: int) -> list[GroupCalendar]:
    """Every group of an office. Two statements."""
    own: dict[int, list[OwnDay]] = {}
    query = select(GroupDay).join(UnitGroup, UnitGroup.id == GroupDay.group_id).where(UnitGroup.office_id == office_id)
    for row in session.scalars(query.order_by(GroupDay.day)):
        own.setdefault(row.group_id, []).append(OwnDay(row.day, row.is_off, row.name, row.source))
    rows = session.execute(
        select(UnitGroup.id, UnitGroup.name, UnitGroup.works_on, func.count(Unit.id))
        .outerjoin(Unit, Unit.group_id == UnitGroup.id)
        .where(UnitGroup.office_id == office_id)
        .group_by(UnitGroup.id, UnitGroup.name, UnitGroup.works_on, UnitGroup.position)
        .order_by(UnitGroup.position, UnitGroup.id)
    )
    return [GroupCalendar(group, name, works_on, units, tuple(own.get(group, ()))) for group, name, works_on, units in rows]
