"""Thống nhất chênh lệch: a third person looks at the paper and says of each field which entry is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import Ballot, Entry, EntryDifference
from tracker.rules.access import Actor
from tracker.rules.entry_answers import OTHER, parted, stored
from tracker.rules.questionnaires import Questionnaire, read_answer
from tracker.rules.second_entry import Settlement
from tracker.services import journal
from tracker.services.data_entry.after import entries_changed
from tracker.services.data_entry.ballots import checked_answers
from tracker.services.data_entry.counts import units_entries
from tracker.services.data_entry.refusals import BallotRefused
from tracker.services.data_entry.rooms import enter
from tracker.services.data_entry.second import judge
from tracker.services.questionnaires import Shelf
from tracker.wording import refusal, sentence


@dataclass(frozen=True)
class Choice:
    """What the paper says of one field; `value` where both entries are wrong."""

    settlement: Settlement
    value: str = ""


def settle(
    session: Session, plan_id: int, ballot_id: int, choices: Mapping[str, Choice], *, by: Actor, now: datetime, shelf: Shelf
) -> str:
    """Settle every open difference of a ballot; the first entry then holds what the paper says, the journal keeps all three.

    Returns the ballot's number. Raises BallotRefused for a field without a choice or with a value that its question does not
    have, Refused when `by` keyed either entry, or when nothing is open any more; NotFound.
    """
    ballot = session.get(Ballot, ballot_id)
    if ballot is None or ballot.plan_id != plan_id:
        raise NotFound(f"ballot {ballot_id}")
    room = enter(session, plan_id, ballot.unit_id, by=by, now=now, shelf=shelf)
    entries = {
        entry.turn: entry
        for entry in session.scalars(select(Entry).where(Entry.ballot_id == ballot_id).execution_options(populate_existing=True))
    }
    found = session.scalars(
        select(EntryDifference)
        .where(EntryDifference.ballot_id == ballot_id, EntryDifference.settlement == "")
        .order_by(EntryDifference.id)
        .execution_options(populate_existing=True)
    ).all()
    if not found or 1 not in entries or 2 not in entries:
        raise refusal("difference_gone", ballot_no=ballot.number)
    first, second = entries[1], entries[2]
    if by.key in (first.by_key, second.by_key):
        raise refusal("same_person_settles", names=f"{first.by_name}, {second.by_name}")
    questionnaire = shelf.get(first.questionnaire, room.questionnaire)
    settled = {d.question: _settled(questionnaire, d, choices.get(d.question)) for d in found}
    answers = {**first.answers, **settled}
    values, others = parted(answers)
    checked = checked_answers(questionnaire, ballot.number, values, others)
    first.answers = stored(checked)
    lines = []
    for difference in found:
        difference.settlement = choices[difference.question].settlement.value
        difference.settled = settled[difference.question]
        difference.by_name, difference.by_key, difference.at = by.name, by.key, now
        lines.append([difference.question, difference.first, difference.second, difference.settled])
    session.flush()
    what = f"phiếu {ballot.number} của {room.unit_name}"
    line = journal.Line("thống nhất chênh lệch", what, plan_id=plan_id, details={"ballot": ballot_id, "fields": lines})
    journal.record(session, line, by=by, now=now)
    judge(session, room.plan, first.by_key, shelf, now=now)
    if units_entries(session, plan_id, unit_id=ballot.unit_id)[ballot.unit_id].complete:
        entries_changed(session, plan_id, ballot.unit_id, now=now)
    return ballot.number


def _settled(questionnaire: Questionnaire, difference: EntryDifference, choice: Choice | None) -> str:
    code = difference.question
    shown = code.removesuffix(OTHER)
    if choice is None:
        said = sentence("settle_all", question=shown)
        raise BallotRefused("settle_all", said, {code: said})
    if choice.settlement is Settlement.FIRST_RIGHT:
        return difference.first
    if choice.settlement is Settlement.SECOND_RIGHT:
        return difference.second
    question = questionnaire.by_code.get(shown)
    if question is None or code.endswith(OTHER) or not question.options:
        return choice.value.strip()
    value = read_answer(question, choice.value.strip())
    if value is None:
        said = sentence("settle_value", question=shown, value=choice.value)
        raise BallotRefused("settle_value", said, {code: said})
    return value
