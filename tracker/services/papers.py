"""Papers that an office makes: the journal says that one was made, and the office keeps what it signs with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import JournalEntry, Office
from tracker.rules.access import Actor, refusal_to_run
from tracker.services import journal
from tracker.services.planning import coordinator_of, get_plan


def keep_signing(session: Session, office_id: int, *, symbol: str, lines: Sequence[str], signer: str) -> None:
    """What the next paper of the office is filled in with."""
    office = session.get_one(Office, office_id)
    office.paper_symbol, office.signing_lines, office.signer_name = symbol, "\n".join(lines), signer


def record_paper(session: Session, plan_id: int, *, verb: str, what: str, by: Actor, now: datetime) -> None:
    """One line in the journal for a paper; the same paper once more on the same day adds none. Raises Refused."""
    plan = get_plan(session, plan_id, lock=True)
    refused = refusal_to_run(by, verb, office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    last = session.execute(
        select(JournalEntry.at, JournalEntry.what)
        .where(JournalEntry.plan_id == plan_id, JournalEntry.verb == verb, JournalEntry.who_key == by.key)
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    if last is None or last.what != what or last.at.date() != now.date():
        journal.record(session, journal.Line(verb, what, plan_id=plan_id), by=by, now=now)
