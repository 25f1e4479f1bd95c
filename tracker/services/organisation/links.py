"""Personal links sent again on request, without telling a stranger who is known here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.models import Contact
from tracker.services import outbox

#: A contact gets at most so many links on one day, however often somebody clicks.
LINKS_A_DAY = 3
#: One address may answer for several units; more than these is no person.
CONTACTS_OF_AN_ADDRESS = 20


def send_link(session: Session, *, contact_id: int | None = None, email: str = "", now: datetime) -> int:
    """Queue a new link to the registered address of a contact, or of every contact with that address.

    Returns how many letters were queued; a page must answer the same whatever it is. People who are not in charge any
    more, unknown addresses, and the fourth request of a day get nothing.
    """
    today = now.date()
    query = select(Contact.id, Contact.name, Contact.email).where(
        or_(Contact.valid_from.is_(None), Contact.valid_from <= today), or_(Contact.valid_to.is_(None), Contact.valid_to >= today)
    )
    if contact_id is not None:
        query = query.where(Contact.id == contact_id)
    elif email:
        query = query.where(func.lower(Contact.email) == email.strip().lower())
    else:
        return 0
    people = session.execute(query.order_by(Contact.id).limit(CONTACTS_OF_AN_ADDRESS)).all()
    queued = 0
    for person_id, name, address in people:
        person = f"contact-{person_id}"
        sent = outbox.count_of_day(session, person, "personal_link", today)
        if sent < LINKS_A_DAY and outbox.enqueue(
            session,
            kind="personal_link",
            key=f"personal_link:{person}:{today.isoformat()}:{sent + 1}",
            person=person,
            to_name=name,
            to_email=address,
            facts={"contact_id": person_id},
            day=today,
            now=now,
        ):
            queued += 1
    return queued
