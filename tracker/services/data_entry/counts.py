"""How far the entries are, counted in five statements however many units there are."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.models import Ballot, Entry, EntryDifference, SecondEntryItem
from tracker.rules.entry_progress import UnitEntries
from tracker.rules.states import BallotStatus


def units_entries(session: Session, plan_id: int, *, unit_id: int | None = None) -> dict[int, UnitEntries]:
    """unit id -> its counts; units without ballots are not there. Discarded ballots count nowhere."""
    of_plan = [Ballot.plan_id == plan_id]
    of_entries = [Entry.plan_id == plan_id, Entry.turn == 1]
    if unit_id is not None:
        of_plan.append(Ballot.unit_id == unit_id)
        of_entries.append(Entry.unit_id == unit_id)
    which = [*of_plan, Ballot.status == BallotStatus.VALID]
    second = aliased(Entry)
    read = session.connection().execute  # as values: the session would look at each
    # Both counted in an index alone; what was keyed of ballots that are discarded now is taken off again.
    valid = read(select(Ballot.unit_id, func.count()).where(*which).group_by(Ballot.unit_id)).all()
    keyed = read(select(Entry.unit_id, func.count()).where(*of_entries).group_by(Entry.unit_id)).all()
    in_vain = read(
        select(Ballot.unit_id, func.count())
        .join(Entry, (Entry.ballot_id == Ballot.id) & (Entry.turn == 1))
        .where(*of_plan, Ballot.status != BallotStatus.VALID)
        .group_by(Ballot.unit_id)
    ).all()
    again = read(
        select(Ballot.unit_id, func.count(SecondEntryItem.id), func.count(second.id))
        .join(SecondEntryItem, SecondEntryItem.ballot_id == Ballot.id)
        .outerjoin(second, (second.ballot_id == Ballot.id) & (second.turn == 2))
        .where(*which, SecondEntryItem.plan_id == plan_id)
        .group_by(Ballot.unit_id)
    ).all()
    differing = read(
        select(Ballot.unit_id, func.count(func.distinct(Ballot.id)))
        .join(EntryDifference, EntryDifference.ballot_id == Ballot.id)
        .where(*which, EntryDifference.plan_id == plan_id, EntryDifference.settlement == "")
        .group_by(Ballot.unit_id)
    ).all()
    seconds: dict[int, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in again}
    open_ones: dict[int, int] = {row[0]: row[1] for row in differing}
    entered: dict[int, int] = {row[0]: row[1] for row in keyed}
    for unit, many in in_vain:
        entered[unit] = entered.get(unit, 0) - many
    return {
        unit: UnitEntries(ballots, entered.get(unit, 0), *seconds.get(unit, (0, 0)), open_ones.get(unit, 0))
        for unit, ballots in valid
    }


def complete_units(session: Session, plan_id: int) -> frozenset[int]:
    """Units whose entries equal their valid ballots, second entry and differences included: the fact ENTRIES_COMPLETE."""
    return frozenset(unit for unit, entries in units_entries(session, plan_id).items() if entries.complete)
