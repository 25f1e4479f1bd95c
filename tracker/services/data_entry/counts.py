"""How far the entries are, counted in three statements however many units there are."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, EntryDifference, SecondEntryItem
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.states import BallotStatus


def units_entries(session: Session, plan_id: int, *, unit_id: int | None = None) -> dict[int, UnitEntries]:
    """unit id -> its counts; units without ballots are not there. Discarded ballots count nowhere."""
    which = [Ballot.plan_id == plan_id, Ballot.status == BallotStatus.VALID]
    if unit_id is not None:
        which.append(Ballot.unit_id == unit_id)
    first, second = aliased(Entry), aliased(Entry)
    keyed = session.execute(
        select(Ballot.unit_id, func.count(Ballot.id), func.count(first.id))
        .outerjoin(first, (first.ballot_id == Ballot.id) & (first.turn == 1))
        .where(*which)
        .group_by(Ballot.unit_id)
    ).all()
    again = session.execute(
        select(Ballot.unit_id, func.count(SecondEntryItem.id), func.count(second.id))
        .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .outerjoin(second, (second.ballot_id == Ballot.id) & (second.turn == 2))
        .where(*which)
        .group_by(Ballot.unit_id)
    ).all()
    differing = session.execute(
        select(Ballot.unit_id, func.count(func.distinct(Ballot.id)))
        .join(EntryDifference, EntryDifference.ballot_id == Ballot.id)
        .where(*which, EntryDifference.settlement == "")
        .group_by(Ballot.unit_id)
    ).all()
    seconds = {unit: (required, done) for unit, required, done in again}
    open_ones: dict[int, int] = {row[0]: row[1] for row in differing}
    return {
        unit: UnitEntries(valid, entered, *seconds.get(unit, (0, 0)), open_ones.get(unit, 0)) for unit, valid, entered in keyed
    }


def complete_units(session: Session, plan_id: int) -> frozenset[int]:
    """Units whose entries equal their valid ballots, second entry and differences included: the fact ENTRIES_COMPLETE."""
    return frozenset(unit for unit, entries in units_entries(session, plan_id).items() if entries.complete)
