"""What a person does to one letter: send it again, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import Contact, OutboxMessage, Unit, User
from tracker.rules.access import Actor
from tracker.rules.states import LetterStatus
from tracker.services import journal
from tracker.services.outbox.rows import IN_UNSENT_INDEX, void_notices
from tracker.wording import date_short, refusal
from tracker.wording.vocabulary import LETTER_STATUS

#: What did not arrive may be tried again; what is gone or lost its reason may not.
MAY_BE_TRIED_AGAIN = frozenset({LetterStatus.FAILED, LetterStatus.BOUNCED})
MAY_BE_WITHHELD = frozenset({LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED})


def send_again(session: Session, letter_id: int, *, by: Actor, now: datetime) -> OutboxMessage:
    """Put a letter that did not arrive back into the queue, for now and to the address the person has today.

    Raises Refused for a letter that is under way, gone or void.
    """
    letter = _locked(session, letter_id)
    if letter.status not in MAY_BE_TRIED_AGAIN:
        raise refusal("letter_not_failed", status=LETTER_STATUS[letter.status].word.lower())
    letter.to_email = _address_today(session, letter.person) or letter.to_email
    letter.status = LetterStatus.QUEUED
    letter.status_reason = ""
    letter.not_before = now
    session.flush()
    _record(session, letter, "gửi lại", by, now)
    return letter


def withhold(session: Session, letter_id: int, *, by: Actor, now: datetime) -> OutboxMessage:
    """A person decides that a waiting letter is not sent; the rungs it would have said become void.

    Raises Refused for a letter that is under way or gone.
    """
    letter = _locked(session, letter_id)
    if letter.status not in MAY_BE_WITHHELD:
        raise refusal("letter_not_waiting", status=LETTER_STATUS[letter.status].word.lower())
    letter.status = LetterStatus.VOID
    letter.status_reason = f"{by.name} quyết định không gửi thư này ngày {date_short(now.date())}."
    session.flush()
    void_notices(session, [letter.id])
    _record(session, letter, "hủy", by, now)
    return letter


#: Letters that bounced longer ago than this have nothing left to say that newer ones do not.
RESENT_AFTER_CORRECTION = timedelta(days=14)
#: A morning that is caught up writes letters for a day that is past, by no more than this.
MADE_FOR_A_DAY_BEFORE = timedelta(days=14)


def readdress(session: Session, person: str, *, old: str, new: str, not_before: datetime) -> int:
    """An address was corrected: what waits goes to the new one, and of what bounced lately the last letter of each kind goes
    again from `not_before` on. Returns how many letters."""
    theirs = OutboxMessage.person == person, func.lower(OutboxMessage.to_email) == old.strip().lower()
    days = [not_before.date() - timedelta(days=n) for n in range(-1, (RESENT_AFTER_CORRECTION + MADE_FOR_A_DAY_BEFORE).days + 1)]
    # Two questions, each with an index of its own: the outbox holds every letter ever sent.
    waiting = select(OutboxMessage).where(*theirs, IN_UNSENT_INDEX)
    bounced = select(OutboxMessage).where(*theirs, OutboxMessage.day.in_(days), OutboxMessage.status == LetterStatus.BOUNCED)
    found = [letter for query in (waiting, bounced) for letter in session.scalars(query.with_for_update())]
    found.sort(key=lambda letter: letter.id, reverse=True)
    again: set[str] = set()
    readdressed = 0
    for letter in found:
        if letter.status is LetterStatus.BOUNCED:
            if letter.kind in again or letter.created_at < not_before - RESENT_AFTER_CORRECTION:
                continue
            again.add(letter.kind)
            letter.status, letter.status_reason, letter.not_before = LetterStatus.QUEUED, "", not_before
        letter.to_email = new
        readdressed += 1
    session.flush()
    return readdressed


def _locked(session: Session, letter_id: int) -> OutboxMessage:
    letter = session.execute(
        select(OutboxMessage).where(OutboxMessage.id == letter_id).with_for_update().execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if letter is None:
        raise NotFound(f"letter {letter_id}")
    return letter


def _address_today(session: Session, person: str) -> str | None:
    kind, _, number = person.partition("-")
    column = {"contact": (Contact.email, Contact.id), "user": (User.email, User.id), "head": (Unit.head_email, Unit.id)}.get(kind)
    if column is None or not number.isdigit():
        return None
    if kind == "contact":  # tried again, so it is no longer known to bounce
        session.execute(update(Contact).where(Contact.id == int(number)).values(bounced_on=None))
    return session.scalar(select(column[0]).where(column[1] == int(number)))


def _record(session: Session, letter: OutboxMessage, verb: str, by: Actor, now: datetime) -> None:
    what = f"thư gửi {letter.to_name or letter.to_email} ({letter.kind})"
    details = {"letter": letter.id, "kind": letter.kind}
    journal.record(session, journal.Line(verb, what, plan_id=letter.plan_id, details=details), by=by, now=now)
