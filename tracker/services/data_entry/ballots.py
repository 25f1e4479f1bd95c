"""The ballot behind a number that a clerk typed."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Ballot, Entry, Unit
from tracker.rules.ballot_numbers import as_printed
from tracker.rules.questionnaires import CheckedBallot, Questionnaire, check_ballot
from tracker.rules.states import BallotStatus
from tracker.services.data_entry.refusals import NUMBER, BallotRefused, answers_refused, number_refused
from tracker.services.data_entry.rooms import Room
from tracker.wording import date_short
from tracker.wording.fieldwork import DISCARD_REASON

USUAL_WIDTH = 4


def find_ballot(session: Session, room: Room, typed: str) -> Ballot:
    """The valid ballot of the room's unit. Raises BallotRefused: no number, another unit's, not collected, discarded."""
    ballot = registered_ballot(session, room.plan.id, room.unit_id, room.unit_name, typed)
    if ballot.status is BallotStatus.DISCARDED:
        raise number_refused("ballot_discarded", ballot_no=ballot.number, reason=discard_words(ballot))
    return ballot


def registered_ballot(session: Session, plan_id: int, unit_id: int, unit_name: str, typed: str) -> Ballot:
    """The ballot of a unit, valid or not. Raises BallotRefused: no number, another unit's, not collected."""
    if not typed.strip():
        raise number_refused("ballot_missing")
    width = session.scalar(
        select(func.max(func.length(Ballot.number))).where(
            Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.status == BallotStatus.VALID
        )
    )
    try:
        number = as_printed(typed, width=width or USUAL_WIDTH)
    except Refused as refused:
        raise BallotRefused(refused.key, refused.sentence, {NUMBER: refused.sentence}) from None
    ballot = session.scalar(
        select(Ballot)
        .where(Ballot.plan_id == plan_id, Ballot.unit_id == unit_id, Ballot.number == number)
        .execution_options(populate_existing=True)
    )
    if ballot is None:
        owner = session.scalar(
            select(Unit.name)
            .join(Ballot, Ballot.unit_id == Unit.id)
            .where(Ballot.plan_id == plan_id, Ballot.number == number)
            .limit(1)
        )
        if owner:
            raise number_refused("ballot_other_unit", ballot_no=number, owner=owner, unit=unit_name)
        raise number_refused("ballot_not_registered", ballot_no=number, unit=unit_name)
    return ballot


def discard_words(ballot: Ballot) -> str:
    reason = DISCARD_REASON[ballot.discard_reason] if ballot.discard_reason else "không ghi lý do"
    return f"{reason}: {ballot.discard_note}" if ballot.discard_note else reason


def entry_of(session: Session, ballot: Ballot, turn: int) -> Entry | None:
    return session.scalar(
        select(Entry).where(Entry.ballot_id == ballot.id, Entry.turn == turn).execution_options(populate_existing=True)
    )


def checked_answers(questionnaire: Questionnaire, number: str, answers: dict[str, str], others: dict[str, str]) -> CheckedBallot:
    """The answers as values. Raises BallotRefused with the sentence of each field, or for a ballot that is one to discard."""
    checked = check_ballot(questionnaire, answers, other_texts=others)
    if checked.problems:
        raise answers_refused(checked.problems)
    if checked.discard is not None:
        refused = number_refused("ballot_to_discard", ballot_no=number, note=checked.discard.note)
        raise BallotRefused(refused.key, refused.sentence, {})
    return checked


def already_keyed(ballot: Ballot, entry: Entry) -> BallotRefused:
    return number_refused("ballot_done", ballot_no=ballot.number, user=entry.by_name, date=date_short(entry.at.date()))
