"""Tôi không còn phụ trách: a contact names who takes over, a coordinator confirms.

Then the old link ends, what waits goes to the new contact, and the journal says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from tracker.errors import NotFound, Refused
from tracker.models import Contact, Handover, OutboxMessage, Plan, Task, Unit
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.states import HandoverStatus, LetterStatus, PlanStatus, TaskStatus
from tracker.services import catalogue, journal, openings, outbox
from tracker.services.organisation.people import in_charge, new_nonce
from tracker.wording import date_short, refusal

_WAITING = (LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED)


@dataclass(frozen=True)
class Successor:
    """Who takes over, as the form gives it."""

    name: str
    email: str
    position: str = ""
    phone: str = ""


def propose(session: Session, contact_id: int, successor: Successor, *, by: Actor, now: datetime) -> Handover:
    """A contact says who takes over his unit; nothing changes yet. The same once more changes nothing.

    Raises Refused for his own address and while another proposal of his waits.
    """
    contact = _contact(session, contact_id)
    if contact.unit_id not in by.unit_ids:
        raise refusal("own_unit_only", owner_unit=contact.unit.name, unit="đơn vị khác")
    if successor.email.lower() == contact.email.lower():
        raise Refused("handover_self", "Đây là địa chỉ của chính người đang phụ trách; ghi địa chỉ của người thay.")
    waiting = pending_of(session, contact_id)
    if waiting is not None:
        if (waiting.name, waiting.email.lower()) == (successor.name, successor.email.lower()):
            return waiting
        asked = f"Đề nghị bàn giao cho {waiting.name} gửi ngày {date_short(waiting.asked_at.date())} đang chờ xác nhận"
        raise Refused("handover_pending", f"{asked}; rút đề nghị đó trước.")
    handover = Handover(
        unit_id=contact.unit_id,
        contact_id=contact_id,
        name=successor.name,
        position=successor.position,
        email=successor.email,
        phone=successor.phone,
        asked_at=now,
    )
    session.add(handover)
    try:
        session.flush()
    except IntegrityError:  # pressed twice at the same moment
        raise Refused("handover_pending", "Một đề nghị bàn giao khác vừa được gửi; tải lại trang.") from None
    _record(session, contact, "đề nghị bàn giao", f"cho {successor.name}", "", by, now)
    return handover


def withdraw(session: Session, contact_id: int, *, by: Actor, now: datetime) -> None:
    """The contact goes on after all. Without a waiting proposal nothing happens."""
    waiting = pending_of(session, contact_id, lock=True)
    if waiting is not None:
        waiting.status, waiting.decided_at, waiting.decided_by = HandoverStatus.WITHDRAWN, now, by.name
        _record(session, _contact(session, contact_id), "rút đề nghị bàn giao", f"cho {waiting.name}", "", by, now)


def confirm(session: Session, handover_id: int, *, by: Actor, now: datetime) -> Handover:
    """The successor is in charge from today on: the old link and its calendars end, what waits goes to the new address."""
    handover, old = _decidable(session, handover_id, by)
    today = now.date()
    old_key, rank = f"contact-{old.id}", old.rank
    old.valid_to = today - timedelta(days=1)
    if old.valid_from is not None and old.valid_from > old.valid_to:
        old.valid_from = old.valid_to
    old.link_nonce = new_nonce()
    new = next((c for c in old.unit.contacts if c.email.lower() == handover.email.lower()), None)
    if new is None:
        new = Contact(unit_id=old.unit_id, email=handover.email, link_nonce=new_nonce(), valid_from=today)
        old.unit.contacts.append(new)
    elif not in_charge(new, today):
        new.valid_from, new.valid_to, new.link_nonce = today, None, new_nonce()
    new.name, new.position, new.rank = handover.name, handover.position or new.position, rank
    new.phone = handover.phone or new.phone
    handover.status, handover.decided_at, handover.decided_by = HandoverStatus.CONFIRMED, now, by.name
    session.flush()
    if not _answers_for_another_unit(session, old, today):
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.person == old_key, OutboxMessage.status.in_(_WAITING))
            .values(person=f"contact-{new.id}", to_name=new.name, to_email=new.email)
        )
    _record(session, old, "xác nhận bàn giao", f"cho {new.name}", "", by, now)
    _tell_successor(session, handover, new, now)
    return handover


def decline(session: Session, handover_id: int, *, by: Actor, now: datetime, note: str) -> Handover:
    """The contact stays in charge and reads why on his page."""
    handover, contact = _decidable(session, handover_id, by)
    if not note.strip():
        raise Refused("handover_reason", "Chưa ghi lý do; người đề nghị đọc nguyên văn câu này.")
    handover.status, handover.decided_at, handover.decided_by = HandoverStatus.DECLINED, now, by.name
    handover.note = note.strip()
    _record(session, contact, "không chấp thuận bàn giao", f"cho {handover.name}", note.strip(), by, now)
    return handover


def pending_of(session: Session, contact_id: int, *, lock: bool = False) -> Handover | None:
    query = select(Handover).where(Handover.contact_id == contact_id, Handover.status == HandoverStatus.PENDING)
    return session.scalar(query.with_for_update() if lock else query)


def last_of(session: Session, contact_id: int) -> Handover | None:
    """The newest proposal of a contact, whatever became of it."""
    return session.scalar(select(Handover).where(Handover.contact_id == contact_id).order_by(Handover.id.desc()).limit(1))


def _contact(session: Session, contact_id: int) -> Contact:
    contact = session.execute(
        select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.unit).selectinload(Unit.contacts))
    ).scalar_one_or_none()
    if contact is None:
        raise NotFound(f"contact {contact_id}")
    return contact


def _decidable(session: Session, handover_id: int, by: Actor) -> tuple[Handover, Contact]:
    handover = session.execute(
        select(Handover).where(Handover.id == handover_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if handover is None:
        raise NotFound(f"handover {handover_id}")
    contact = _contact(session, handover.contact_id)
    if contact.unit.office_id != by.office_id:
        raise NotFound(f"handover {handover_id}")
    coordinator = Coordinator("điều phối viên", "–")
    refused = refusal_to_run(by, "xác nhận bàn giao", office_id=contact.unit.office_id, coordinator=coordinator)
    if refused:
        raise Refused(*refused)
    if handover.status is not HandoverStatus.PENDING:
        day = date_short((handover.decided_at or handover.asked_at).date())
        raise Refused("handover_decided", f"Đề nghị bàn giao này đã được xử lý ngày {day}.")
    return handover, contact


def _answers_for_another_unit(session: Session, old: Contact, today: date) -> bool:
    """One person has one letter: what waits may speak of the other units too, then it stays his."""
    others = select(Contact).join(Unit, Unit.id == Contact.unit_id).where(
        Unit.office_id == old.unit.office_id, func.lower(Contact.email) == old.email.lower(), Contact.id != old.id
    )  # fmt: skip
    return any(in_charge(other, today) for other in session.scalars(others))


def _tell_successor(session: Session, handover: Handover, new: Contact, now: datetime) -> None:
    """Letter 22, handover: what is under way, and the link of the new contact."""
    tasks = session.scalars(
        select(Task.id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.unit_id == handover.unit_id, Task.status == TaskStatus.IN_PROGRESS, Plan.status == PlanStatus.RUNNING)
        .order_by(Task.due_on, Task.id)
    ).all()
    plan_id = session.scalar(select(Task.plan_id).where(Task.id == tasks[0])) if tasks else None
    outbox.enqueue(
        session,
        kind="handover",
        key=f"handover:{handover.id}",
        person=f"contact-{new.id}",
        to_name=new.name,
        to_email=new.email,
        facts={"handover_id": handover.id, "task_ids": list(tasks)},
        day=now.date(),
        now=now,
        plan_id=plan_id,
        not_before=openings.letter_time(catalogue.work_calendar(session), now),
    )


def _record(session: Session, contact: Contact, verb: str, whom: str, why: str, by: Actor, now: datetime) -> None:
    session.flush()
    journal.record(session, journal.Line(verb, f"đầu mối của {contact.unit.name} {whom}", why=why), by=by, now=now)
