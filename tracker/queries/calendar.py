"""The calendar of a year for its page."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import CalendarDay
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
