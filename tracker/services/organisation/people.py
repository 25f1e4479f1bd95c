"""One unit at a time: its name, group and head, and the one or two contacts in charge."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.errors import NotFound, Refused
from tracker.models import Contact, Plan, Task, Unit, UnitGroup
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.states import FINISHED_STATUSES
from tracker.rules.unit_rows import unit_key
from tracker.services import catalogue, journal, openings, outbox
from tracker.wording import date_short, refusal, search_key

#: How many contacts of a unit may be in charge on one day.
CONTACTS_AT_ONCE = 2


@dataclass(frozen=True)
class UnitFields:
    """A unit as the form gives it."""

    name: str
    group: str
    head_name: str = ""
    head_position: str = ""
    head_email: str = ""


@dataclass(frozen=True)
class ContactFields:
    """A contact as the form gives it."""

    name: str
    email: str
    salutation: str = ""
    position: str = ""
    phone: str = ""
    rank: int = 1


def in_charge(contact: Contact, day: date) -> bool:
    """Whether the contact is in charge on `day` (both ends count)."""
    return (contact.valid_from is None or contact.valid_from <= day) and (contact.valid_to is None or contact.valid_to >= day)


def new_nonce() -> str:
    """A new value for `Contact.link_nonce`: every personal link made before stops."""
    return secrets.token_hex(8)


def get_unit(session: Session, unit_id: int, *, office_id: int | None) -> Unit:
    """A unit of that office with its group and contacts; raises NotFound."""
    unit = session.execute(
        select(Unit).where(Unit.id == unit_id).options(joinedload(Unit.group), selectinload(Unit.contacts))
    ).scalar_one_or_none()
    if unit is None or unit.office_id != office_id:
        raise NotFound(f"unit {unit_id}")
    return unit


def get_contact(session: Session, contact_id: int, *, office_id: int | None) -> Contact:
    """A contact of that office's units; raises NotFound."""
    contact = session.execute(
        select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.unit).selectinload(Unit.contacts))
    ).scalar_one_or_none()
    if contact is None or contact.unit.office_id != office_id:
        raise NotFound(f"contact {contact_id}")
    return contact


def save_unit(
    session: Session, unit_id: int | None, fields: UnitFields, *, version: int | None, by: Actor, now: datetime
) -> Unit:
    """Write a unit of the actor's office, a new one without `unit_id`; a group that is not there yet is made.

    Raises Refused for a name that another unit has, and when somebody changed the unit since `version`.
    """
    office_id = office_of_runner(by, "sửa danh mục đơn vị")
    twin = _unit_named(session, office_id, fields.name)
    if twin is not None and twin != unit_id:
        raise refusal("unit_name_repeated", name=fields.name)
    group = _group(session, office_id, fields.group)
    if unit_id is None:
        unit = Unit(office_id=office_id, contacts=[])
        session.add(unit)
    else:
        unit = get_unit(session, unit_id, office_id=office_id)
        _require_version(unit.version, version)
    if unit_id is not None and unit.name != fields.name:
        _change_events(session, unit_id, now)
    unit.name = fields.name
    unit.search_key = search_key(fields.name)
    unit.group_id = group.id if group else None
    unit.head_name = fields.head_name
    unit.head_position = fields.head_position
    unit.head_email = fields.head_email
    if unit_id is None or session.is_modified(unit):
        session.flush()
        journal.record(session, journal.Line("thêm" if unit_id is None else "sửa", f"đơn vị {unit.name}"), by=by, now=now)
    return unit


def _change_events(session: Session, unit_id: int, now: datetime) -> None:
    """Calendars name the unit: its unfinished work counts a change, and its plans are not as they were."""
    theirs = select(Task.plan_id).where(Task.unit_id == unit_id)
    for plan in session.scalars(select(Plan).where(Plan.id.in_(theirs)).order_by(Plan.id).with_for_update(key_share=True)):
        plan.changed_at = now
    session.flush()
    session.execute(
        update(Task)
        .where(Task.unit_id == unit_id, Task.status.not_in(FINISHED_STATUSES))
        .values(changed_at=now, sequence=Task.sequence + 1, version=Task.version + 1)
    )


def save_contact(
    session: Session,
    unit_id: int,
    contact_id: int | None,
    fields: ContactFields,
    *,
    version: int | None,
    by: Actor,
    now: datetime,
) -> Contact:
    """Write a contact of a unit, a new one without `contact_id`.

    A corrected address is tried again by the letters. Raises Refused for a third person in charge at one time, for an
    address that another contact of the unit has, and when somebody changed the contact since `version`.
    """
    office_id = office_of_runner(by, "sửa đầu mối")
    unit = get_unit(session, unit_id, office_id=office_id)
    contact = next((c for c in unit.contacts if c.id == contact_id), None)
    if contact_id is not None and contact is None:
        raise NotFound(f"contact {contact_id}")
    others = [c for c in unit.contacts if c is not contact]
    _require_own_address(fields, others, unit)
    serving = [c for c in others if in_charge(c, now.date())]
    if len(serving) >= CONTACTS_AT_ONCE and (contact is None or in_charge(contact, now.date())):
        raise refusal("contact_dates", contact=fields.name, other=" và ".join(c.name for c in serving))
    if contact is None:
        contact = Contact(link_nonce=new_nonce(), valid_from=now.date(), email="")
        unit.contacts.append(contact)
    else:
        _require_version(contact.version, version)
    if contact_id is not None and contact.email.lower() != fields.email.lower():
        contact.bounced_on = None
        at = openings.letter_time(catalogue.work_calendar(session), now)
        outbox.readdress(session, f"contact-{contact.id}", old=contact.email, new=fields.email, not_before=at)
    contact.name = fields.name
    contact.email = fields.email
    contact.salutation = fields.salutation
    contact.position = fields.position
    contact.phone = fields.phone
    contact.rank = fields.rank
    for other in serving:  # ranks of the two in charge stay 1 and 2
        other.rank = CONTACTS_AT_ONCE + 1 - fields.rank
    if session.is_modified(contact) or contact_id is None:
        session.flush()
        verb = "thêm" if contact_id is None else "sửa"
        journal.record(session, journal.Line(verb, f"đầu mối {contact.name} của {unit.name}"), by=by, now=now)
    return contact


def end_contact(session: Session, contact_id: int, *, by: Actor, now: datetime) -> Contact:
    """The contact is in charge no more from today on: letters and the personal link stop. Twice is once."""
    contact = get_contact(session, contact_id, office_id=office_of_runner(by, "sửa đầu mối"))
    if in_charge(contact, now.date()):
        contact.valid_to = now.date() - timedelta(days=1)
        if contact.valid_from is not None and contact.valid_from > contact.valid_to:
            contact.valid_from = contact.valid_to
        for other in contact.unit.contacts:
            if other is not contact and in_charge(other, now.date()):
                other.rank = 1
        session.flush()
        what = f"đầu mối {contact.name} của {contact.unit.name}: thôi phụ trách từ {date_short(now.date())}"
        journal.record(session, journal.Line("sửa", what), by=by, now=now)
    return contact


def renew_link(session: Session, contact_id: int, *, by: Actor, now: datetime) -> Contact:
    """Every personal link and calendar of the contact stops, also those in letters already sent."""
    contact = get_contact(session, contact_id, office_id=office_of_runner(by, "thu hồi liên kết"))
    contact.link_nonce = new_nonce()
    session.flush()
    what = f"liên kết riêng của {contact.name}, đầu mối của {contact.unit.name}"
    journal.record(session, journal.Line("thu hồi liên kết", what), by=by, now=now)
    return contact


def renew_head_link(session: Session, unit_id: int, *, by: Actor, now: datetime) -> Unit:
    """Every link of the head of a unit stops, also those in letters already sent."""
    unit = get_unit(session, unit_id, office_id=office_of_runner(by, "thu hồi liên kết"))
    unit.head_nonce = new_nonce()
    session.flush()
    line = journal.Line("thu hồi liên kết", f"liên kết riêng của thủ trưởng {unit.name}")
    journal.record(session, line, by=by, now=now)
    return unit


def office_of_runner(by: Actor, verb: str) -> int:
    refused = refusal_to_run(by, verb, office_id=by.office_id or 0, coordinator=Coordinator("điều phối viên", "–"))
    if refused or by.office_id is None:
        raise Refused(*(refused or ("forbidden", "")))
    return by.office_id


def _unit_named(session: Session, office_id: int, name: str) -> int | None:
    """The unit that carries this name, however its tone marks are placed."""
    alike = session.execute(
        select(Unit.id, Unit.name).where(Unit.office_id == office_id, Unit.search_key == search_key(name))
    ).all()
    return next((unit_id for unit_id, found in alike if unit_key(found) == unit_key(name)), None)


def _group(session: Session, office_id: int, name: str) -> UnitGroup | None:
    if not name:
        return None
    groups = session.scalars(select(UnitGroup).where(UnitGroup.office_id == office_id)).all()
    found = next((g for g in groups if unit_key(g.name) == unit_key(name)), None)
    if found is None:
        last = session.scalar(select(func.max(UnitGroup.position)).where(UnitGroup.office_id == office_id)) or 0
        found = UnitGroup(office_id=office_id, name=name, position=last + 1)
        session.add(found)
        session.flush()
    return found


def _require_own_address(fields: ContactFields, others: list[Contact], unit: Unit) -> None:
    for other in others:
        if other.email.lower() == fields.email.lower():
            raise refusal("contact_email_taken", email=fields.email, other=other.name, unit=unit.name)


def _require_version(found: int, seen: int | None) -> None:
    if seen is not None and found != seen:
        raise refusal("changed_just_now")
