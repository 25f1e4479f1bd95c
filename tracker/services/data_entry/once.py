"""A ballot as it is sent, and whether it came before: what the browser sends again after a broken network is kept once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Ballot, Entry
from tracker.rules.access import Actor
from tracker.rules.entry_answers import stored
from tracker.services.data_entry.ballots import checked_answers
from tracker.services.data_entry.counts import units_entries
from tracker.services.data_entry.rooms import Room
from tracker.services.questionnaires import key_of
from tracker.wording import date_short, moment, refusal


@dataclass(frozen=True)
class Typed:
    """A ballot as it came from the page or from a row."""

    number: str
    answers: Mapping[str, str]
    others: Mapping[str, str] = field(default_factory=dict)  #: words beside "Khác"
    questionnaire: str = ""  #: which one the page showed; "" is not asked about
    once: str = ""  #: the browser's key: sent twice is kept once


@dataclass(frozen=True)
class Kept:
    entry_id: int
    number: str
    left: int  #: ballots of the unit that are still to be keyed
    entered: int
    valid: int
    again: bool = False  #: it had been kept before


def kept_before(session: Session, room: Room, typed: Typed, turn: int, *, by: Actor) -> Kept | None:
    """The entry that this very form made, when it comes a second time. Raises Refused for a key that made another entry."""
    if not typed.once:
        return None
    entry = session.scalar(select(Entry).where(Entry.once == typed.once).execution_options(populate_existing=True))
    if entry is None:
        return None
    number = session.scalar(select(Ballot.number).where(Ballot.id == entry.ballot_id)) or ""
    same_place = (entry.plan_id, entry.unit_id, entry.turn, entry.by_key) == (room.plan.id, room.unit_id, turn, by.key)
    if not same_place or number.lstrip("0") != typed.number.strip().lstrip("0") or not _same_answers(room, entry, typed):
        raise refusal("same_key_repeated", time=moment(entry.at))
    counts = units_entries(session, room.plan.id, unit_id=room.unit_id)[room.unit_id]
    return Kept(entry.id, number, counts.left, counts.entered, counts.valid, again=True)


def check_questionnaire(room: Room, typed: Typed, now: datetime) -> None:
    """Raises Refused when the page showed another questionnaire than the one in force now."""
    if typed.questionnaire and typed.questionnaire != key_of(room.questionnaire):
        raise refusal("questionnaire_changed", date=date_short(now.date()))


def _same_answers(room: Room, entry: Entry, typed: Typed) -> bool:
    try:
        checked = checked_answers(room.questionnaire, "", dict(typed.answers), dict(typed.others))
    except Refused:
        return False
    return stored(checked) == dict(entry.answers)
