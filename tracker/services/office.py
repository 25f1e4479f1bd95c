"""The office itself: its name, the office above, its telephone. Names are data; papers made from now on carry the new one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.models import Office
from tracker.rules.access import Actor
from tracker.services import journal
from tracker.services.journal import Line
from tracker.wording import nfc, refusal

#: The verb of the journal's line after a test letter; the first day's checklist looks for it.
TESTED = "gửi thư thử"


def change_office(
    session: Session, office_id: int, *, name: str, place: str, phone: str, by: Actor, now: datetime, version: int | None = None
) -> bool:
    """Write what is new; False when nothing is. Raises Refused when somebody was faster."""
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
    journal.record(session, Line(TESTED, "đến địa chỉ của chính mình", answer, details={"office_id": office_id}), by=by, now=now)
