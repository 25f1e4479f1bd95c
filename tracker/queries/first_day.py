"""What a new office still has to do, told by facts: nobody ticks anything."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.models import Contact, JournalEntry, Office, Plan, Unit, User
from tracker.services.offices import TESTED


@dataclass(frozen=True)
class FirstDay:
    """Each is true once it is done."""

    office: bool  #: its place and telephone are there
    colleague: bool  #: somebody beside the first account
    units: bool
    contacts: bool  #: no unit without anybody who gets letters
    test_letter: bool
    plan: bool

    @property
    def done(self) -> int:
        return sum(self.steps)

    @property
    def steps(self) -> tuple[bool, ...]:
        return (self.office, self.colleague, self.units, self.contacts, self.test_letter, self.plan)

    @property
    def is_over(self) -> bool:
        return all(self.steps)


def first_day(session: Session, office_id: int) -> FirstDay:
    """One statement; the sample counts for nothing."""
    real = (Unit.office_id == office_id, ~Unit.is_sample, Unit.valid_to.is_(None))
    served = select(Contact.id).where(Contact.unit_id == Unit.id, Contact.valid_to.is_(None)).exists()
    # Lines of no plan are few, and have an index.
    tests = (
        JournalEntry.plan_id.is_(None),
        JournalEntry.verb == TESTED,
        JournalEntry.details["office_id"].as_integer() == office_id,
    )
    row = session.execute(
        select(
            Office.place,
            Office.phone,
            select(func.count(User.id)).where(User.office_id == office_id, ~User.is_sample, User.is_enabled).scalar_subquery(),
            select(func.count(Unit.id)).where(*real).scalar_subquery(),
            select(func.count(Unit.id)).where(*real, ~served).scalar_subquery(),
            select(JournalEntry.id).where(*tests).exists(),
            select(Plan.id).where(Plan.office_id == office_id, ~Plan.is_sample).exists(),
        ).where(Office.id == office_id)
    ).one()
    place, phone, users, units, unserved, tested, plan = row
    return FirstDay(
        office=bool(place and phone),
        colleague=users > 1,
        units=units > 0,
        contacts=units > 0 and unserved == 0,
        test_letter=bool(tested),
        plan=bool(plan),
    )
