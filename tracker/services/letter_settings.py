"""How often somebody gets the digest: each working day on which there is something to say, or once a week. Never not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import Contact, Unit, User
from tracker.rules.access import Actor
from tracker.services import journal


def contact_is_weekly(session: Session, contact_id: int) -> bool:
    return bool(session.scalar(select(Contact.weekly_letters).where(Contact.id == contact_id)))


def choose_for_contact(session: Session, contact_id: int, *, weekly: bool, by: Actor, now: datetime) -> None:
    """For the person: all entries with this address in the office, whichever unit they stand for. Twice is once."""
    row = session.execute(
        select(Contact.email, Unit.office_id).join(Unit, Unit.id == Contact.unit_id).where(Contact.id == contact_id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"contact {contact_id}")
    entries = session.scalars(
        select(Contact)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Unit.office_id == row.office_id, func.lower(Contact.email) == row.email.lower())
        .with_for_update(of=Contact)
    ).all()
    changed = [entry for entry in entries if entry.weekly_letters is not weekly]
    for entry in changed:
        entry.weekly_letters = weekly
    if changed:
        _record(session, weekly, by, now)


def choose_for_user(session: Session, user_id: int, *, weekly: bool, by: Actor, now: datetime) -> None:
    user = session.get_one(User, user_id)
    if user.weekly_letters is not weekly:
        user.weekly_letters = weekly
        _record(session, weekly, by, now)


def _record(session: Session, weekly: bool, by: Actor, now: datetime) -> None:
    session.flush()
    what = "thư tổng hợp mỗi tuần một lần" if weekly else "thư tổng hợp hằng ngày"
    journal.record(session, journal.Line("chọn nhận", what), by=by, now=now)
