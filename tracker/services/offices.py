"""Offices on one server: each keeps its name, may found offices below and read their plans; none acts for another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Office, User
from tracker.rules.access import Actor, refusal_to_administer
from tracker.rules.states import Role
from tracker.rules.unit_rows import unit_key
from tracker.services import accounts, journal
from tracker.services.journal import Line
from tracker.services.users import check_address
from tracker.wording import nfc, refusal

#: The verb of the journal's line after a test letter; the first day's checklist looks for it.
TESTED = "gửi thư thử"


@dataclass(frozen=True)
class NewOffice:
    """An office and who is to set it up."""

    name: str
    place: str
    phone: str
    username: str
    admin_name: str
    admin_email: str


def found_office(session: Session, wanted: NewOffice, *, by: Actor, now: datetime) -> User:
    """An office below that of `by`, with its first administrator, who sets his password by an invitation.

    Raises Refused: admin_only, office_repeated, username_repeated, email_invalid.
    """
    _require_administrator(by, by.office_id or 0)
    check_address(wanted.admin_email)
    name, place = nfc(wanted.name), nfc(wanted.place)
    known = {(unit_key(row.name), unit_key(row.place)) for row in session.execute(select(Office.name, Office.place))}
    if (unit_key(name), unit_key(place)) in known:
        raise refusal("office_repeated", name=name, place=place or "–")
    office = Office(name=name, place=place, phone=wanted.phone, parent_id=by.office_id)
    session.add(office)
    session.flush()
    user = accounts.create_user(
        session, office_id=office.id, username=wanted.username, name=wanted.admin_name, role=Role.ADMIN, password_hash="", by=by,
        now=now, email=wanted.admin_email, must_change_password=False,
    )  # fmt: skip
    line = journal.Line("lập", f"cơ quan cấp dưới {name}" + (f", {place}" if place else ""), details={"office": office.id})
    journal.record(session, line, by=by, now=now)
    return user


def change_office(
    session: Session, office_id: int, *, name: str, place: str, phone: str, by: Actor, now: datetime, version: int | None = None
) -> bool:
    """The office's name, the office above, its telephone: names are data. False when nothing is new.

    Raises Refused: admin_only, or when somebody was faster.
    """
    _require_administrator(by, office_id)
    office = session.get_one(Office, office_id)
    if version is not None and version != office.version:
        raise refusal("changed_just_now")
    before = (office.name, office.place, office.phone)
    after = (nfc(name).strip(), nfc(place).strip(), phone.strip())
    if before == after:
        return False
    office.name, office.place, office.phone = after
    changes = " · ".join(f"{old or 'trống'} → {new or 'trống'}" for old, new in zip(before, after, strict=True) if old != new)
    journal.record(session, Line("sửa", "thông tin cơ quan", changes, details={"office_id": office_id}), by=by, now=now)
    return True


def record_test_letter(session: Session, office_id: int, *, answer: str, by: Actor, now: datetime) -> None:
    """Whether a letter goes out is worth a line: the address is the reader's own and is not written down."""
    _require_administrator(by, office_id)
    journal.record(session, Line(TESTED, "đến địa chỉ của chính mình", answer, details={"office_id": office_id}), by=by, now=now)


def _require_administrator(by: Actor, office_id: int) -> None:
    refused = refusal_to_administer(by, "cơ quan", office_id=office_id, admin="quản trị của cơ quan")
    if refused or by.office_id is None:
        raise Refused(*(refused or ("forbidden", "")))
