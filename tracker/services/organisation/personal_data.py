"""What is kept of a contact, handed out on demand, and taken away when he is in charge no more.

Only data of office are kept: name, post, address. The person may see them and have them erased once they are not needed for the
work any more (Luật Bảo vệ dữ liệu cá nhân 2025; Nghị định 13/2023/NĐ-CP, arts. 9, 14, 16). The journal and the ledger keep under
which name something was done: they are archives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, literal_column, or_, select, update
from sqlalchemy.orm import Session, joinedload

from tracker.models import Contact, FeedToken, Handover, JournalEntry, OutboxMessage, Unit
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.states import LetterStatus
from tracker.services import journal
from tracker.services.organisation.people import get_contact, new_nonce, office_of_runner
from tracker.wording import count, refusal

ERASED_NAME = "Đầu mối đã xóa"
GONE = (LetterStatus.SENT, LetterStatus.VOID, LetterStatus.BOUNCED)
#: RFC 2606: no letter ever reaches it.
_NOWHERE = "xoa-{id}@da-xoa.invalid"


def data_of_contact(session: Session, contact_id: int, *, by: Actor) -> dict[str, Any]:
    """Everything that is kept of the person, as plain values: entries at units of the office, letters, calendars, lines of the
    journal. Raises NotFound, Refused."""
    contact = get_contact(session, contact_id, office_id=office_of_runner(by, "xem dữ liệu của đầu mối"))
    entries = _entries(session, contact.unit.office_id, contact.email)
    keys = [f"contact-{entry.id}" for entry in entries]
    letters = session.execute(
        select(OutboxMessage.day, OutboxMessage.subject, OutboxMessage.status, OutboxMessage.sent_at)
        .where(OutboxMessage.person.in_(keys))
        .order_by(OutboxMessage.id)
    )
    lines = session.execute(
        select(JournalEntry.at, JournalEntry.verb, JournalEntry.what)
        .where(JournalEntry.who_key.in_(keys))
        .order_by(JournalEntry.id)
    )
    feeds = session.scalars(
        select(FeedToken.created_at).where(FeedToken.scope == "contact", FeedToken.subject_id.in_([e.id for e in entries]))
    )
    return {
        "dau_moi": [
            {
                "don_vi": entry.unit.name,
                "danh_xung": entry.salutation,
                "ho_ten": entry.name,
                "chuc_vu": entry.position,
                "thu_dien_tu": entry.email,
                "dien_thoai": entry.phone,
                "phu_trach_tu": _day(entry.valid_from),
                "phu_trach_den": _day(entry.valid_to),
            }
            for entry in entries
        ],
        "thu": [
            {"ngay": row.day.isoformat(), "tieu_de": row.subject, "trang_thai": row.status.value, "gui_luc": _moment(row.sent_at)}
            for row in letters
        ],
        "lich_dang_ky": [_moment(at) for at in feeds],
        "nhat_ky": [{"luc": _moment(row.at), "viec": f"{row.verb} {row.what}"} for row in lines],
    }


def erase_contact(session: Session, contact_id: int, *, by: Actor, now: datetime) -> int:
    """Take away name, post, address and letters of a person who is in charge of no unit any more; returns how many entries.

    Twice is once. Raises Refused: contact_serves (still in charge somewhere), coordinator_only; NotFound.
    """
    contact = get_contact(session, contact_id, office_id=office_of_runner(by, "xóa dữ liệu của đầu mối"))
    if contact.name == ERASED_NAME:
        return 0
    entries = _entries(session, contact.unit.office_id, contact.email)
    serving = [entry for entry in entries if entry.valid_to is None or entry.valid_to >= now.date()]
    if serving:
        raise refusal("contact_serves", contact=contact.name, units=", ".join(entry.unit.name for entry in serving))
    return _erase(session, entries, by=by, now=now)


def erase_old_contacts(session: Session, *, ended_before: date, now: datetime) -> int:
    """Persons whose last charge ended before that day, in every office; returns how many entries."""
    later = select(func.lower(Contact.email)).where(or_(Contact.valid_to.is_(None), Contact.valid_to >= ended_before))
    rows = session.scalars(
        select(Contact)
        .where(Contact.valid_to < ended_before, Contact.name != ERASED_NAME, func.lower(Contact.email).not_in(later))
        .options(joinedload(Contact.unit))
        .order_by(Contact.id)
    ).all()
    return _erase(session, rows, by=SYSTEM, now=now) if rows else 0


def forget_letters(session: Session, *, sent_before: date) -> int:
    """The words of letters that went long ago; who got what on which day is kept. Returns how many."""
    done = session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.day < sent_before, OutboxMessage.body_text != literal_column("''"), OutboxMessage.status.in_(GONE))
        .values(body_text="", body_html="")
        .execution_options(synchronize_session=False)
    )
    return int(getattr(done, "rowcount", 0))


def _entries(session: Session, office_id: int, email: str) -> Sequence[Contact]:
    """One person: all entries with the same address in one office."""
    return session.scalars(
        select(Contact)
        .join(Unit, Unit.id == Contact.unit_id)
        .where(Unit.office_id == office_id, func.lower(Contact.email) == email.lower())
        .options(joinedload(Contact.unit))
        .order_by(Contact.id)
    ).all()


def _erase(session: Session, entries: Sequence[Contact], *, by: Actor, now: datetime) -> int:
    ids = [entry.id for entry in entries]
    addresses = {entry.email.lower() for entry in entries}
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.person.in_([f"contact-{id_}" for id_ in ids]))
        .values(to_name=ERASED_NAME, to_email=_NOWHERE.format(id=0), body_text="", body_html="")
        .execution_options(synchronize_session=False)
    )
    session.execute(delete(FeedToken).where(FeedToken.scope == "contact", FeedToken.subject_id.in_(ids)))
    session.execute(
        update(Handover)
        .where(func.lower(Handover.email).in_(addresses))
        .values(name=ERASED_NAME, position="", email=_NOWHERE.format(id=0), phone="")
        .execution_options(synchronize_session=False)
    )
    for entry in entries:
        entry.name, entry.email, entry.link_nonce = ERASED_NAME, _NOWHERE.format(id=entry.id), new_nonce()
        entry.salutation = entry.position = entry.phone = ""
        entry.bounced_on = None
    session.flush()
    units = ", ".join(sorted({entry.unit.name for entry in entries})[:5])
    line = journal.Line("xóa", f"dữ liệu cá nhân của {count(len(ids), 'đầu mối')} ({units})", details={"contacts": ids})
    journal.record(session, line, by=by, now=now)
    return len(ids)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="minutes") if at else None
