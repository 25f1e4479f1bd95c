"""Figures and facts of an office for its administrator."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import CalendarDay, Office, Unit, User


class OfficeCard(NamedTuple):
    name: str
    place: str
    phone: str
    version: int


class Sums(NamedTuple):
    users: int
    units: int
    days_next_year: int  #: of the calendar: an empty year makes wrong dates


def office_card(session: Session, office_id: int) -> OfficeCard:
    row = session.execute(select(Office.name, Office.place, Office.phone, Office.version).where(Office.id == office_id)).one()
    return OfficeCard(*row)


def sums(session: Session, office_id: int, *, today: date) -> Sums:
    """One statement."""
    next_year = (date(today.year + 1, 1, 1), date(today.year + 1, 12, 31))
    users = select(func.count(User.id)).where(User.office_id == office_id, User.is_enabled)
    units = select(func.count(Unit.id)).where(Unit.office_id == office_id, Unit.valid_to.is_(None))
    days = select(func.count(CalendarDay.day)).where(CalendarDay.day.between(*next_year))
    row = session.execute(select(users.scalar_subquery(), units.scalar_subquery(), days.scalar_subquery())).one()
    return Sums(*row)
