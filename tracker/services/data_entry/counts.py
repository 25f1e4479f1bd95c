"""How far the entries are, counted in five statements however many units there are."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, EntryDifference, SecondEntryItem
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.states import BallotStatus


def units_entries(session: Session, plan_id: int, *, unit_id: int | None = None) -> dict[int, UnitEntries]:
    """unit id -> its counts; units without ballots are not there. Discarded ballots count nowhere."""
    which = [Ballot.plan_id == plan_id]
    of_entries, of_items = [Entry.plan_id == plan_id], [SecondEntryItem.plan_id == plan_id]
    if unit_id is not None:
        which.append(Ballot.unit_id == unit_id)
        of_entries.append(Entry.unit_id == unit_id)
        of_items.append(SecondEntryItem.unit_id == unit_id)
    read = session.connection().execute  # as values: the session would look at each
    # Each is counted in an index alone; what belongs to ballots that are discarded now is taken off again.
    valid = read(select(Ballot.unit_id, func.count()).where(*which, Ballot.status == BallotStatus.VALID).group_by(Ballot.unit_id))
    entries = select(Entry.unit_id, func.count()).group_by(Entry.unit_id)
    counted = (
        entries.where(*of_entries, Entry.turn == 1),
        select(SecondEntryItem.unit_id, func.count()).where(*of_items).group_by(SecondEntryItem.unit_id),
        entries.where(*of_entries, Entry.turn == 2),
    )
    first, asked, second = [{row[0]: row[1] for row in read(query).all()} for query in counted]
    twice = aliased(Entry)
    in_vain = (
        select(Ballot.unit_id, func.count(Entry.id), func.count(SecondEntryItem.id), func.count(twice.id))
        .outerjoin(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
        .outerjoin(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .outerjoin(twice, (twice.ballot_id == Ballot.id) & (twice.turn == 2))
        .where(*which, Ballot.status == BallotStatus.DISCARDED)
        .group_by(Ballot.unit_id)
    )
    for unit, *off in read(in_vain).all():
        for counts, many in zip((first, asked, second), off, strict=True):
            counts[unit] = counts.get(unit, 0) - many
    differing = read(
        select(Ballot.unit_id, func.count(func.distinct(Ballot.id)))
        .join(EntryDifference, EntryDifference.ballot_id == Ballot.id)
        .where(*which, Ballot.status == BallotStatus.VALID, EntryDifference.plan_id == plan_id, EntryDifference.settlement == "")
        .group_by(Ballot.unit_id)
    ).all()
    open_ones: dict[int, int] = {row[0]: row[1] for row in differing}
    return {
        unit: UnitEntries(ballots, first.get(unit, 0), asked.get(unit, 0), second.get(unit, 0), open_ones.get(unit, 0))
        for unit, ballots in valid.all()
    }


def complete_units(session: Session, plan_id: int) -> frozenset[int]:
    """Units whose entries equal their valid ballots, second entry and differences included: the fact ENTRIES_COMPLETE."""
    return frozenset(unit for unit, entries in units_entries(session, plan_id).items() if entries.complete)
