"""A list of units, taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from tracker.models import Contact, Unit, UnitGroup
from tracker.rules.access import Actor
from tracker.rules.unit_rows import ContactRow, UnitRow, read_units, unit_key
from tracker.services import journal
from tracker.services.organisation.people import in_charge, new_nonce
from tracker.wording import count, search_key


def read_units_csv(content: bytes) -> list[UnitRow]:
    """The units of a CSV file (rules.unit_rows says which forms); raises UnreadableRows with a sentence for each fault."""
    return list(read_units(content).rows)


@dataclass
class ImportCounts:
    """What an import did; units that were already as the file says count as `units_same`."""

    units_new: int = 0
    units_changed: int = 0
    units_same: int = 0
    groups_new: int = 0
    contacts_new: int = 0
    contacts_changed: int = 0
    contacts_ended: int = 0

    def __str__(self) -> str:
        words = {
            "units_new": "đơn vị mới",
            "units_changed": "đơn vị có thay đổi",
            "units_same": "đơn vị giữ nguyên",
            "contacts_new": "đầu mối mới",
            "contacts_ended": "đầu mối thôi phụ trách",
        }
        return ", ".join(
            count(getattr(self, f.name), words[f.name]) for f in fields(self) if getattr(self, f.name) and f.name in words
        )


def import_units(
    session: Session, office_id: int, rows: Sequence[UnitRow], *, by: Actor, now: datetime, is_sample: bool = False
) -> ImportCounts:
    """Make the office's units be as `rows` say; units that are not in `rows` stay as they are.

    A unit is found again by its name (case, spaces and the place of tone marks do not matter; a name typed without
    accents finds the accented one when only one fits). A contact of the file takes the rank it stands at; whoever held
    that rank before is ended yesterday, so that his personal link stops. Groups are made in the order of the file.
    Writes one line of the journal. Nothing is deleted.
    """
    counts = ImportCounts()
    groups = _groups(session, office_id, rows, counts)
    known = _Known(session, office_id)
    today = now.date()
    for row in rows:
        unit = known.find(row.name)
        if unit is None:
            unit = Unit(office_id=office_id, name=row.name, search_key=search_key(row.name), is_sample=is_sample, contacts=[])
            session.add(unit)
            counts.units_new += 1
            changed = _write_unit(unit, row, groups[unit_key(row.group)])
            _write_contacts(unit, row.contacts, today, counts)
        else:
            changed = _write_unit(unit, row, groups[unit_key(row.group)])
            changed = _write_contacts(unit, row.contacts, today, counts) or changed
            if changed:
                counts.units_changed += 1
            else:
                counts.units_same += 1
    session.flush()
    if counts.units_new or counts.units_changed:
        journal.record(session, journal.Line("nhập", f"danh sách đơn vị: {counts}"), by=by, now=now)
    return counts


def unit_ids_of(session: Session, office_id: int, names: Sequence[str]) -> list[int]:
    """The ids of the office's units of these names, in this order; names that it does not have are passed over."""
    known = _Known(session, office_id)
    found = [unit.id for name in names if (unit := known.find(name)) is not None]
    return list(dict.fromkeys(found))


def _groups(session: Session, office_id: int, rows: Sequence[UnitRow], counts: ImportCounts) -> dict[str, UnitGroup]:
    stored = session.scalars(select(UnitGroup).where(UnitGroup.office_id == office_id)).all()
    groups = {unit_key(g.name): g for g in stored}
    position = max((g.position for g in stored), default=0)
    for row in rows:
        key = unit_key(row.group)
        if key not in groups:
            position += 1
            groups[key] = UnitGroup(office_id=office_id, name=row.group, position=position)
            session.add(groups[key])
            counts.groups_new += 1
    session.flush()
    return groups


class _Known:
    """The office's units under their names."""

    def __init__(self, session: Session, office_id: int) -> None:
        units = session.scalars(select(Unit).where(Unit.office_id == office_id).options(selectinload(Unit.contacts))).all()
        self._by_name = {unit_key(u.name): u for u in units}
        self._by_plain: dict[str, list[Unit]] = {}
        for unit in units:
            self._by_plain.setdefault(unit.search_key, []).append(unit)

    def find(self, name: str) -> Unit | None:
        found = self._by_name.get(unit_key(name))
        if found is None and name.isascii():
            alike = self._by_plain.get(search_key(name), [])
            found = alike[0] if len(alike) == 1 else None
        return found


def _write_unit(unit: Unit, row: UnitRow, group: UnitGroup) -> bool:
    """Write what the row says of the unit itself; an empty cell leaves what is there. Says whether anything changed."""
    values = {
        "group_id": group.id,
        "head_name": row.head_name or unit.head_name or "",
        "head_position": row.head_position or unit.head_position or "",
        "head_email": row.head_email or unit.head_email or "",
    }
    changed = False
    for column, value in values.items():
        if getattr(unit, column) != value:
            setattr(unit, column, value)
            changed = True
    return changed


def _write_contacts(unit: Unit, rows: Sequence[ContactRow], today: date, counts: ImportCounts) -> bool:
    by_address = {c.email.lower(): c for c in unit.contacts}
    named: set[str] = set()
    changed = False
    for rank, row in enumerate(rows, start=1):
        named.add(row.email.lower())
        contact = by_address.get(row.email.lower())
        if contact is None:
            unit.contacts.append(
                Contact(
                    name=row.name,
                    salutation=row.salutation,
                    position=row.position,
                    email=row.email,
                    phone=row.phone,
                    rank=rank,
                    link_nonce=new_nonce(),
                )
            )
            counts.contacts_new += 1
            changed = True
        elif _write_contact(contact, row, rank, today):
            counts.contacts_changed += 1
            changed = True
    for contact in unit.contacts:
        if contact.email.lower() not in named and contact.rank <= len(rows) and in_charge(contact, today):
            contact.valid_to = today - timedelta(days=1)
            counts.contacts_ended += 1
            changed = True
    return changed


def _write_contact(contact: Contact, row: ContactRow, rank: int, today: date) -> bool:
    values = {
        "name": row.name,
        "salutation": row.salutation or contact.salutation,
        "position": row.position or contact.position,
        "phone": row.phone or contact.phone,
        "rank": rank,
        "valid_to": contact.valid_to if in_charge(contact, today) else None,  # he is named again, so he is back
    }
    changed = False
    for column, value in values.items():
        if getattr(contact, column) != value:
            setattr(contact, column, value)
            changed = True
    return changed
