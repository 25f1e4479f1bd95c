"""The first entry of a ballot: kept once, taken back by who keyed it, or the ballot discarded instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import Ballot, Entry, EntryDifference, SecondEntryItem
from tracker.rules.access import RUNNERS, Actor
from tracker.rules.entry_answers import stored
from tracker.rules.states import DiscardReason
from tracker.services import journal
from tracker.services.data_entry import second
from tracker.services.data_entry.after import entries_changed
from tracker.services.data_entry.ballots import already_keyed, checked_answers, entry_of, find_ballot
from tracker.services.data_entry.counts import units_entries
from tracker.services.data_entry.once import Kept, Typed, check_questionnaire, kept_before
from tracker.services.data_entry.rooms import Room, enter
from tracker.services.fieldwork.ballots import discard_ballots
from tracker.services.planning import coordinator_of
from tracker.services.questionnaires import Shelf, key_of
from tracker.wording import date_short, refusal
from tracker.wording.fieldwork import DISCARD_REASON


@dataclass(frozen=True)
class TakenBack:
    """What was keyed, to be corrected and kept anew."""

    unit_id: int
    number: str
    answers: Mapping[str, str]
    left: int


def keep_entry(session: Session, plan_id: int, unit_id: int, typed: Typed, *, by: Actor, now: datetime, shelf: Shelf) -> Kept:
    """Keep the first entry of a ballot. The same `once` with the same answers is kept once, also after the gate has shut.

    Lays down the second entry where this ballot makes it due, and opens what waited for the last ballot. Raises BallotRefused
    with a sentence for each field, Refused with the gate's sentence, NotFound.
    """
    room = enter(session, plan_id, unit_id, by=by, now=now, shelf=shelf, asked_gate=False)
    before = kept_before(session, room, typed, 1, by=by)
    if before is not None:
        return before
    enter(session, plan_id, unit_id, by=by, now=now, shelf=shelf)
    check_questionnaire(room, typed, now)
    ballot = find_ballot(session, room, typed.number)
    known = entry_of(session, ballot, 1)
    if known is not None:
        raise already_keyed(ballot, known)
    checked = checked_answers(room.questionnaire, ballot.number, dict(typed.answers), dict(typed.others))
    entry = Entry(
        plan_id=plan_id,
        unit_id=unit_id,
        ballot_id=ballot.id,
        turn=1,
        questionnaire=key_of(room.questionnaire),
        answers=stored(checked),
        once=typed.once or f"ballot-{ballot.id}-1",
        by_name=by.name,
        by_key=by.key,
        at=now,
    )
    session.add(entry)
    session.flush()
    _record(session, room, "nhập liệu", ballot, by=by, now=now)
    second.plan_trial(session, room.plan, [entry], now=now)
    counts = units_entries(session, plan_id, unit_id=unit_id)[unit_id]
    if counts.left == 0:
        second.plan_drawn(session, room.plan, [unit_id], now=now)
        entries_changed(session, plan_id, unit_id, now=now)
    return Kept(entry.id, ballot.number, counts.left, counts.entered, counts.valid)


def take_back(session: Session, plan_id: int, entry_id: int, *, by: Actor, now: datetime, shelf: Shelf) -> TakenBack:
    """Remove an entry to key it anew: one's own of the same day, or any for those who run the plan. The journal keeps the
    answers. Raises Refused once somebody keyed the ballot a second time, or when the gate has shut; NotFound."""
    found = session.execute(select(Entry.unit_id, Entry.plan_id).where(Entry.id == entry_id, Entry.turn == 1)).one_or_none()
    if found is None or found.plan_id != plan_id:
        raise NotFound(f"entry {entry_id}")
    room = enter(session, plan_id, found.unit_id, by=by, now=now, shelf=shelf)
    entry = session.get(Entry, entry_id, populate_existing=True)
    if entry is None:
        raise NotFound(f"entry {entry_id}")
    ballot = session.get_one(Ballot, entry.ballot_id)
    if by.role not in RUNNERS:
        if entry.by_key != by.key:
            raise refusal("take_back_other", ballot_no=ballot.number, user=entry.by_name)
        if entry.at.date() != now.date():
            coordinator = coordinator_of(session, room.plan).name
            day = date_short(entry.at.date())
            raise refusal("take_back_late", ballot_no=ballot.number, date=day, coordinator=coordinator)
    if entry_of(session, ballot, 2) is not None:
        raise refusal("take_back_second", ballot_no=ballot.number)
    answers = dict(entry.answers)
    session.execute(delete(SecondEntryItem).where(SecondEntryItem.ballot_id == ballot.id))
    session.execute(delete(EntryDifference).where(EntryDifference.ballot_id == ballot.id))
    session.delete(entry)
    session.flush()
    details = {"answers": answers, "keyed_by": entry.by_key, "keyed_at": entry.at.isoformat()}
    _record(session, room, "lấy lại phiếu đã nhập", ballot, by=by, now=now, details=details)
    entries_changed(session, plan_id, room.unit_id, now=now)
    counts = units_entries(session, plan_id, unit_id=room.unit_id)[room.unit_id]
    return TakenBack(room.unit_id, ballot.number, answers, counts.left)


def discard_ballot(
    session: Session,
    plan_id: int,
    unit_id: int,
    number: str,
    reason: DiscardReason,
    note: str,
    *,
    by: Actor,
    now: datetime,
    shelf: Shelf,
) -> Ballot:
    """A ballot that shows itself invalid at the keyboard: it no longer counts, and the ledger gets a line that says so.
    Discarding it again changes nothing. Raises Refused, NotFound."""
    room = enter(session, plan_id, unit_id, by=by, now=now, shelf=shelf)
    if reason is DiscardReason.OTHER and not note.strip():
        raise refusal("discard_note")
    ballot = find_ballot(session, room, number)
    if entry_of(session, ballot, 1) is not None:
        raise refusal("ballot_entered", ballot_no=ballot.number)
    words = f"Phiếu {ballot.number}, khi nhập liệu: {DISCARD_REASON[reason]}{f' ({note.strip()})' if note.strip() else ''}"
    discard_ballots(session, plan_id, unit_id, [ballot.number], reason, note.strip(), by=by, now=now)
    details = {"reason": reason.value}
    _record(session, room, "loại phiếu", ballot, by=by, now=now, why=words, details=details)
    counts = units_entries(session, plan_id, unit_id=unit_id).get(unit_id)
    if counts is None or counts.left == 0:
        second.plan_drawn(session, room.plan, [unit_id], now=now)
        entries_changed(session, plan_id, unit_id, now=now)
    return ballot


def _record(
    session: Session,
    room: Room,
    verb: str,
    ballot: Ballot,
    *,
    by: Actor,
    now: datetime,
    why: str = "",
    details: Mapping[str, object] | None = None,
) -> None:
    what = f"phiếu {ballot.number} của {room.unit_name}"
    line = journal.Line(verb, what, why=why, plan_id=room.plan.id, details={"ballot": ballot.id, **(details or {})})
    journal.record(session, line, by=by, now=now)


def last_of(session: Session, plan_id: int, by: Actor) -> int | None:
    """The entry that somebody made last in a plan: what "undo" takes back."""
    return session.scalar(select(func.max(Entry.id)).where(Entry.plan_id == plan_id, Entry.by_key == by.key, Entry.turn == 1))
